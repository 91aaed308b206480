// Names the frameworks that the library brings along.
#include <iostream>
#include <string_view>
#include <tijian/json.hpp>
#include <tijian/version.hpp>

int main() {
  std::cout << "tijian " << tijian::library_version << ':';
  for (const std::string_view id : tijian::shipped_frameworks()) std::cout << ' ' << id;
  std::cout << '\n';
}
