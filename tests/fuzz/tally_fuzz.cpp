// Any body under a right seal is a tally or is refused as damaged. What is a tally is saved as the
// bytes it was loaded from, merges with itself, and, over small units, is assessed: all tables can
// be read, and no number is NaN.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "tijian/assess.hpp"
#include "tijian/compile.hpp"
#include "tijian/json.hpp"
#include "tijian/owned_table.hpp"
#include "tijian/tally_bytes.hpp"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace {

using namespace tijian;

constexpr const char* document = R"json({
  "tijian": 1, "id": "f", "version": "1", "year": 2025, "name": {"en": "f"},
  "dimensions": [{"id": "d", "name": {"en": "d"}}],
  "levels": [{"id": "low", "dimension": "d", "attributes": [{"id": "due", "type": "number"}]},
             {"id": "high", "dimension": "d"}],
  "tables": [
    {"id": "t", "level": "low", "unit": "u", "evidence": "e", "expected": "due",
     "columns": [{"id": "x", "type": "number"}, {"id": "b", "type": "boolean"}],
     "checks": [{"id": "c", "expect": "x > 0", "message": {"en": "c"}}]},
    {"id": "s", "level": "high", "unit": "u", "complete": true,
     "columns": [{"id": "b", "type": "boolean"}]}],
  "indicators": [
    {"id": "H", "name": {"en": "H"}, "dimension": "d", "kind": "floor", "table": "t",
     "formula": "100 * count(*) filter (where problem) / count(b)",
     "targets": [{"op": "<=", "value": 0}],
     "items": [{"id": "H.1", "name": {"en": "1"}, "when": "b"}]},
    {"id": "V", "name": {"en": "V"}, "dimension": "d", "kind": "guiding", "table": "t",
     "min_coverage": 0.5, "formula": "stddev_samp(x) / (max(x) - min(x)) + avg(x)",
     "targets": [{"op": ">=", "value": 1}]},
    {"id": "S", "name": {"en": "S"}, "dimension": "d", "kind": "floor", "table": "s",
     "levels": ["high"], "targets": [{"op": "<=", "value": 0}],
     "items": [{"id": "S.1", "name": {"en": "1"}, "when": "b"}]}]
})json";

struct Fixed {
  Plan plan = compile(parse_framework(document));
  Units units = make_units();
  std::string seed = make_seed();

  [[nodiscard]] Units make_units() const {
    OwnedTable table(3);
    table.add_texts("id", {"a", "b", "top"});
    table.add_texts("level", {"low", "low", "high"});
    table.add_texts("parent", {"top", "top", std::nullopt});
    table.add_numbers("due", {2, std::nullopt, std::nullopt});
    return Units::build(plan, table.view());
  }
  /// A body with everything in it: wide and small sums, extremes that are there and not.
  [[nodiscard]] std::string make_seed() const {
    OwnedTable rows(3);
    rows.add_texts("u", {"a", "a", "b"});
    rows.add_texts("e", {"A", "C", std::nullopt});
    rows.add_numbers("x", {1e300, 2.5, std::nullopt});
    rows.add_booleans("b", {true, false, true});
    OwnedTable few(1);
    few.add_texts("u", {"top"});
    few.add_booleans("b", {false});
    Tally tally(plan);
    tally.add("t", rows.view());
    tally.add("s", few.view());
    const std::string bytes = save_tally(tally);
    return bytes.substr(saved_header_size, bytes.size() - saved_header_size - saved_checksum_size);
  }
};

const Fixed& fixed() {
  static const Fixed made;
  return made;
}

void read_all(const Tally& tally) {
  AssessOptions options;
  options.unknown_units = UnknownUnits::report;
  std::optional<Assessment> assessment;
  try {
    assessment = tally.assess(fixed().units, options);
  } catch (const DataError& error) {
    if (error.issues().empty() || error.issues()[0].code != "data.too_many_rows") std::abort();
    return;
  }
  for (const std::string& name : assessment->tables()) {
    const ResultTable table = assessment->table(name);
    for (std::size_t column = 0; column < table.columns().size(); ++column)
      for (std::size_t row = 0; row < table.rows(); ++row)
        if (table.columns()[column].type == ResultType::number)
          if (const auto number = table.number(column, row); number && !std::isfinite(*number))
            std::abort();
  }
}

}  // namespace

// Some mutations start from a good tally, and all have its fingerprint, which none would find.
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned int seed) {
  const std::string& good = fixed().seed;
  if (good.size() <= max_size && (size < 32 || seed % 16 == 0)) {
    std::copy(good.begin(), good.end(), data);
    size = good.size();
  }
  size = LLVMFuzzerMutate(data, size, max_size);
  if (size >= 32) std::copy(good.begin(), good.begin() + 32, data);
  return size;
}

// The hashing of seals takes most of the time of saving and loading, and assessing a hundred times
// as long: both are done with every 256th input only. What is inside the seal is read by every one.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string body(reinterpret_cast<const char*>(data), size);
  const bool rare = std::hash<std::string>()(body) % 256 == 0;
  const auto load = [rare](const std::string& bytes) {
    if (rare) return load_tally(fixed().plan, seal(SavedKind::tally, bytes));
    Tally tally(fixed().plan);
    ByteReader reader(bytes);
    TallyFields::fields(reader, tally);
    reader.finish();
    return tally;
  };
  const auto save = [rare](const Tally& tally) {
    if (rare) return std::string(unseal(SavedKind::tally, save_tally(tally)));
    ByteWriter writer;
    TallyFields::fields(writer, tally);
    return writer.take();
  };
  try {
    Tally tally = load(body);
    if (save(tally) != body) std::abort();
    if (rare) read_all(tally);
    try {
      tally.merge(tally);
    } catch (const DataError& error) {
      if (error.issues().empty() || error.issues()[0].code != "data.too_many_rows") std::abort();
      if (save(tally) != body) std::abort();
      return 0;
    }
    const std::string twice = save(tally);
    if (save(load(twice)) != twice) std::abort();
    if (rare) read_all(tally);
  } catch (const SavedError& error) {
    if (error.issues().empty() ||
        (error.issues()[0].code != "saved.corrupt" && error.issues()[0].code != "saved.other_plan"))
      std::abort();
  }
  return 0;
}
