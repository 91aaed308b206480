// Any bytes are a framework or are refused with reasons that name a place; what is accepted
// compiles or is refused likewise, and its canonical text reads back as the same framework.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "tijian/compile.hpp"
#include "tijian/json.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::optional<tijian::Framework> framework;
  try {
    framework = tijian::parse_framework(text);
  } catch (const tijian::FrameworkError& error) {
    if (error.issues().empty()) std::abort();
    return 0;
  }
  if (tijian::parse_framework(tijian::write_framework(*framework)) != *framework) std::abort();
  try {
    (void)tijian::compile(*framework);
  } catch (const tijian::FrameworkError& error) {
    if (error.issues().empty()) std::abort();
  }
  return 0;
}
