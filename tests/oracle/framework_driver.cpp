// Reads one framework document per line; answers each with one line: the canonical document, or the
// list of its issues as [[code, place], ...]. The argument is a folder with documents to extend.
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>

#include "tijian/json.hpp"
#include "tijian/json_writer.hpp"

int main(int argc, char** argv) {
  const std::string folder = argc > 1 ? argv[1] : ".";
  const tijian::FrameworkSource source = [&](std::string_view id) -> std::optional<std::string> {
    std::ifstream file(folder + "/" + std::string(id) + ".json", std::ios::binary);
    if (!file) return std::nullopt;
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  for (std::string line; std::getline(std::cin, line);) {
    try {
      std::cout << tijian::write_framework(tijian::parse_framework(line, source)) << '\n';
    } catch (const tijian::FrameworkError& error) {
      std::string text;
      tijian::JsonWriter json(text);
      json.begin_array();
      for (const tijian::Issue& issue : error.issues()) {
        json.begin_array();
        json.string(issue.code);
        json.string(issue.place);
        json.end_array();
      }
      json.end_array();
      std::cout << text << '\n';
    }
  }
}
