// Has a document refused: every fault comes with its place and the nearest known name.
#include <iostream>
#include <tijian/json.hpp>
#include <tijian/version.hpp>

int main() {
  try {
    tijian::parse_framework(
        R"({"tijian": 1, "id": "example", "extends": "mohurd-2025", "yaer": 2025})");
  } catch (const tijian::FrameworkError& error) {
    for (const tijian::Issue& issue : error.issues())
      std::cout << "tijian " << tijian::library_version << ": " << issue.code << " at "
                << issue.place << ", nearest is " << issue.nearest << '\n';
  }
}
