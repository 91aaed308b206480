// Any bytes are a formula or are refused with at least one reason, whose position lies in the text.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "tijian/formula/parser.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  tijian::Issues issues;
  const auto syntax = tijian::formula::parse(text, issues);
  if (syntax.has_value() != issues.empty()) std::abort();
  for (const tijian::Issue& issue : issues)
    if (issue.position > text.size() + 1) std::abort();
  return 0;
}
