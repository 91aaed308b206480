// Any bytes are a formula or are refused with at least one reason, whose position lies in the text;
// and one that is accepted is lowered over a table, or refused likewise.
//
// Inputs are mutated token by token as well as byte by byte: only so do they stay formulas.
#include <cctype>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "tijian/compile.hpp"
#include "tijian/formula/parser.hpp"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace {

constexpr std::string_view vocabulary[] = {"x",         "y",         "t",
                                           "p",         "problem",   "null",
                                           "true",      "false",     "1",
                                           "0.5",       "'a'",       "\"x\"",
                                           "+",         "-",         "*",
                                           "/",         "%",         "=",
                                           "<>",        "!=",        "<",
                                           "<=",        ">",         ">=",
                                           "and",       "or",        "not",
                                           "is",        "between",   "in",
                                           "case",      "when",      "then",
                                           "else",      "end",       "(",
                                           ")",         ",",         "count(*)",
                                           "count(",    "sum(",      "avg(",
                                           "min(",      "max(",      "stddev_samp(",
                                           "var_pop(",  "bool_and(", "filter (where",
                                           "coalesce(", "nullif(",   "abs(",
                                           "round(",    "floor(",    "ln(",
                                           "power(",    "least(",    "sqrt("};

std::vector<std::string> tokens_of(std::string_view text) {
  std::vector<std::string> tokens;
  for (std::size_t i = 0; i < text.size();) {
    const auto is_word = [&](std::size_t at) {
      const auto byte = static_cast<unsigned char>(text[at]);
      return std::isalnum(byte) != 0 || byte == '_' || byte == '.' || byte >= 0x80;
    };
    std::size_t end = i + 1;
    if (is_word(i))
      while (end < text.size() && is_word(end)) ++end;
    if (text[i] != ' ') tokens.emplace_back(text.substr(i, end - i));
    i = end;
  }
  return tokens;
}

/// A table with a column of each type, and an indicator over it whose formula is the input.
tijian::Framework framework_with(std::string_view text) {
  using namespace tijian;
  Framework framework;
  framework.dimensions = {{"d", {}}};
  framework.levels = {{"l", "d", {}, {}}};
  framework.parameters = {{"p", 3.0}};
  Table table;
  table.id = "rows";
  table.level = table.unit = "l";
  for (const auto& [id, type] :
       {std::pair<const char*, Type>{"x", Type::number}, {"y", Type::boolean}, {"t", Type::text}}) {
    Column column;
    column.id = id;
    column.type = type;
    table.columns.push_back(column);
  }
  framework.tables = {table};
  Item item;
  item.id = "I.1";
  item.when = "x > 1 or y";
  Indicator indicator;
  indicator.id = "I";
  indicator.dimension = "d";
  indicator.table = "rows";
  indicator.items = {item};
  indicator.formula = text;
  framework.indicators = {indicator};
  return framework;
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned seed) {
  std::minstd_rand random(seed);
  if (random() % 4 == 0) return LLVMFuzzerMutate(data, size, max_size);
  auto tokens = tokens_of({reinterpret_cast<const char*>(data), size});
  const auto word = [&] { return std::string(vocabulary[random() % std::size(vocabulary)]); };
  const auto place = [&](std::size_t end) {
    return tokens.begin() + static_cast<std::ptrdiff_t>(end == 0 ? 0 : random() % end);
  };
  if (tokens.empty()) tokens.push_back(word());
  switch (random() % 5) {
    case 0: tokens.insert(place(tokens.size() + 1), word()); break;
    case 1: *place(tokens.size()) = word(); break;
    case 2: tokens.erase(place(tokens.size())); break;
    case 3: std::swap(*place(tokens.size()), *place(tokens.size())); break;
    default: {  // a piece of it once more, in parentheses
      const std::size_t first = random() % tokens.size();
      const std::size_t last = first + 1 + random() % (tokens.size() - first);
      std::vector<std::string> piece{"("};
      piece.insert(piece.end(), tokens.begin() + static_cast<std::ptrdiff_t>(first),
                   tokens.begin() + static_cast<std::ptrdiff_t>(last));
      piece.emplace_back(")");
      tokens.insert(place(tokens.size() + 1), piece.begin(), piece.end());
    }
  }
  std::string text;
  for (const std::string& token : tokens) text += (text.empty() ? "" : " ") + token;
  if (text.size() > max_size) text.resize(max_size);
  std::memcpy(data, text.data(), text.size());
  return text.size();
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  tijian::Issues issues;
  const auto syntax = tijian::formula::parse(text, issues);
  if (syntax.has_value() != issues.empty()) std::abort();
  for (const tijian::Issue& issue : issues)
    if (issue.position > text.size() + 1) std::abort();
  if (!syntax) return 0;
  try {
    (void)tijian::compile(framework_with(text));
  } catch (const tijian::FrameworkError& error) {
    if (error.issues().empty()) std::abort();
  }
  return 0;
}
