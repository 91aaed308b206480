// Any results behind a good document and under a right seal are an assessment or are refused as
// damaged. What is one is saved as the bytes it was loaded from, and all its tables, explanations
// and problems can be made; it also serves as the year before.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <string>
#include <string_view>

#include "saved/assessment_fields.hpp"
#include "tijian/assess.hpp"
#include "tijian/assessment_bytes.hpp"
#include "tijian/compile.hpp"
#include "tijian/explain.hpp"
#include "tijian/json.hpp"
#include "tijian/owned_table.hpp"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace {

using namespace tijian;

constexpr const char* document = R"json({
  "tijian": 1, "id": "f", "version": "1", "year": 2025, "name": {"en": "f"},
  "dimensions": [{"id": "d", "name": {"en": "d"}}],
  "levels": [{"id": "l", "dimension": "d",
              "attributes": [{"id": "kind", "type": "text"}, {"id": "old", "type": "boolean"}]},
             {"id": "m", "dimension": "d", "attributes": [{"id": "area", "type": "number"},
                                                          {"id": "peer", "type": "boolean"}]}],
  "aspects": [{"id": "a", "dimension": "d", "name": {"en": "a"}}],
  "tables": [{"id": "t", "level": "l", "unit": "u", "columns": [{"id": "b", "type": "boolean"}],
              "checks": [{"id": "c", "expect": "b", "message": {"en": "c"}}]}],
  "indicators": [
    {"id": "H", "name": {"en": "H"}, "dimension": "d", "kind": "floor", "table": "t",
     "aspect": "a", "levels": ["m"], "targets": [{"op": "<=", "value": 0}],
     "items": [{"id": "H.1", "name": {"en": "1"}, "when": "b", "severity": "serious"},
               {"id": "H.2", "name": {"en": "2"}, "when": "not b", "severity": "none"}]},
    {"id": "C", "name": {"en": "C"}, "dimension": "d", "kind": "guiding", "aspect": "a",
     "levels": ["l", "m"], "survey": "S",
     "components": [{"id": "x", "name": {"en": "x"}, "targets": [{"op": ">=", "value": "area"}]},
                    {"id": "y", "name": {"en": "y"},
                     "targets": [{"op": "between", "low": 1, "high": 2}]}]},
    {"id": "N", "name": {"en": "N"}, "dimension": "d", "kind": "inventory", "levels": ["m"]},
    {"id": "S", "name": {"en": "S"}, "dimension": "d", "kind": "fact", "levels": ["m"],
     "direction": "higher"}],
  "rules": [{"id": "r", "level": "l", "when": "old", "then": "confirm", "indicator": "H",
             "reason": {"en": "r"}},
            {"id": "q", "level": "m", "when": "area > 1", "then": "raise", "indicator": "C",
             "is": "critical", "reason": {"en": "q"}}]
})json";

struct Fixed {
  Plan plan = compile(parse_framework(document));
  std::string head;  // the document
  std::string seed;  // what follows it
  Fixed() {
    OwnedTable units(3);
    units.add_texts("id", {"p", "q", "r"});
    units.add_texts("level", {"l", "m", "m"});
    units.add_texts("parent", {"q", std::nullopt, std::nullopt});
    units.add_texts("kind", {"new", std::nullopt, std::nullopt});
    units.add_numbers("area", {std::nullopt, 1.5, std::nullopt});
    units.add_booleans("old", {true, std::nullopt, std::nullopt});
    units.add_booleans("peer", {std::nullopt, std::nullopt, true});
    OwnedTable rows(2);
    rows.add_texts("u", {"p", "p"});
    rows.add_booleans("b", {true, false});
    OwnedTable entries(5);
    entries.add_texts("unit", {"q", "q", "q", "r", "q"});
    entries.add_texts("indicator", {"C", "C", "S", "C", "N"});
    entries.add_texts("component", {"x", "y", std::nullopt, "x", std::nullopt});
    entries.add_numbers("value", {1, 1, 50, 2, 3});
    entries.add_texts("grade", {"good", std::nullopt, std::nullopt, std::nullopt, std::nullopt});
    entries.add_texts("reason", {"r", std::nullopt, std::nullopt, std::nullopt, std::nullopt});
    const TableView view = entries.view();
    AssessOptions options;
    options.entries = &view;
    Tally tally(plan);
    tally.add("t", rows.view());
    const std::string bytes =
        save_assessment(tally.assess(Units::build(plan, units.view()), options));
    ByteWriter writer;
    writer.text(write_framework(plan.framework()));
    head = writer.take();
    const std::size_t start = saved_header_size + head.size();
    seed = bytes.substr(start, bytes.size() - start - saved_checksum_size);
  }
};

const Fixed& fixed() {
  static const Fixed made;
  return made;
}

void read_all(const Assessment& assessment) {
  for (const std::string& name : assessment.tables()) (void)assessment.table(name);
  (void)assessment.table("ledger:d");
  (void)assessment.problems();
  const Units& units = assessment.data().units;
  for (std::uint32_t unit = 0; unit < units.size(); ++unit)
    for (const char* indicator : {"H", "C", "C.y", "N", "S"}) try {
        (void)explain_json(assessment, units.id(unit), indicator);
      } catch (const DataError&) {  // no result on the unit's level
      }
  AssessOptions options;
  options.previous = &assessment;
  (void)Tally(assessment.plan()).assess(units, options);
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned int seed) {
  const std::string& good = fixed().seed;
  if (good.size() <= max_size && (size < 32 || seed % 16 == 0)) {
    std::memcpy(data, good.data(), good.size());
    size = good.size();
  }
  return LLVMFuzzerMutate(data, size, max_size);
}

// Reading and compiling the document takes most of the time of loading: with every 64th input only.
// What follows it is read by every one.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string body(reinterpret_cast<const char*>(data), size);
  const bool rare = std::hash<std::string>()(body) % 64 == 0;
  try {
    if (rare) {
      const std::string bytes = seal(SavedKind::assessment, fixed().head + body);
      const Assessment assessment = load_assessment(bytes);
      if (save_assessment(assessment) != bytes) std::abort();
    }
    ByteReader reader(body);
    const Assessment assessment = saved::read_results(reader, fixed().plan);
    ByteWriter writer;
    saved::write_results(writer, assessment.data());
    if (writer.bytes() != body) std::abort();
    if (std::hash<std::string>()(body) % 4 == 0) read_all(assessment);
  } catch (const SavedError& error) {
    if (error.issues().empty() || error.issues()[0].code != "saved.corrupt") std::abort();
  }
  return 0;
}
