// Any bytes are a framework or are refused with reasons that name a place; what is accepted
// compiles or is refused likewise, and its canonical text reads back as the same framework.
//
// Inputs are mutated as documents (values moved, keys renamed, entries doubled) as well as byte by
// byte: only so do they get past the reader to references and formulas.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <nlohmann/json.hpp>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "tijian/compile.hpp"
#include "tijian/json.hpp"

using Json = nlohmann::ordered_json;

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace {

/// All values of a document, and the keys of its objects.
struct Parts {
  std::vector<Json*> values;
  std::vector<std::string> keys;

  explicit Parts(Json& document) {
    values.push_back(&document);
    for (std::size_t i = 0; i < values.size(); ++i) {  // grows as it goes: no recursion
      Json& value = *values[i];
      if (value.is_object())
        for (auto entry = value.begin(); entry != value.end(); ++entry) {
          keys.push_back(entry.key());
          values.push_back(&entry.value());
        }
      else if (value.is_array())
        for (Json& element : value) values.push_back(&element);
    }
  }
};

class Mutator {
 public:
  explicit Mutator(unsigned seed) : random_(seed) {}

  void change(Json& document) {
    Parts parts(document);
    Json& value = *pick(parts.values);
    switch (random_() % 6) {
      case 0: {  // another value of the same document
        Json copy = *pick(parts.values);
        value = std::move(copy);
        break;
      }
      case 1: value = odd_value(); break;
      case 2:
        if (value.is_object() && !value.empty())
          value.erase(std::next(value.begin(), below(value.size())).key());
        else if (value.is_array() && !value.empty())
          value.erase(value.begin() + below(value.size()));
        break;
      case 3:  // a key of somewhere else
        if (value.is_object() && !parts.keys.empty()) value[pick(parts.keys)] = odd_value();
        break;
      case 4:
        if (value.is_array() && !value.empty()) {
          Json element = value[static_cast<std::size_t>(below(value.size()))];
          value.insert(value.begin() + below(value.size()), std::move(element));
        }
        break;
      default:
        if (value.is_string()) change_text(value.get_ref<std::string&>());
        if (value.is_number()) value = number();
    }
  }

 private:
  template <class Value>
  Value& pick(std::vector<Value>& values) {
    return values[random_() % values.size()];
  }
  std::ptrdiff_t below(std::size_t size) { return static_cast<std::ptrdiff_t>(random_() % size); }

  double number() {
    static constexpr double numbers[] = {0,   1, -1, 2, 0.5, 1e308, -1e-308, 9007199254740993.0,
                                         2025};
    return numbers[random_() % std::size(numbers)];
  }
  Json odd_value() {
    switch (random_() % 8) {
      case 0: return nullptr;
      case 1: return random_() % 2 == 0;
      case 2: return number();
      case 3: return "";
      case 4: return Json::array();
      case 5: return Json::object();
      case 6: return "count(*) filter (where x > 1)";
      default: return std::string(1 + random_() % 70, 'x');
    }
  }
  void change_text(std::string& text) {
    text.resize(text.size() + 16);
    text.resize(LLVMFuzzerMutate(reinterpret_cast<std::uint8_t*>(text.data()), text.size() - 16,
                                 text.size()));
  }

  std::minstd_rand random_;
};

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned seed) {
  if (seed % 4 != 0 && size <= 4096) {  // so that what nlohmann/json does by recursion is shallow
    Json document = Json::parse(data, data + size, nullptr, false);
    if (!document.is_discarded()) {
      Mutator mutator(seed);
      mutator.change(document);
      const std::string text =
          document.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
      if (text.size() <= max_size) {
        std::memcpy(data, text.data(), text.size());
        return text.size();
      }
    }
  }
  return LLVMFuzzerMutate(data, size, max_size);
}

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
