// A city of two compounds and two blocks with every kind of indicator, for tests of the engine.
#pragma once

#include <cmath>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tijian/assess.hpp"
#include "tijian/compile.hpp"
#include "tijian/json.hpp"

namespace tijian::reference {

inline const char* town_document() {
  return R"json({
  "tijian": 1, "id": "town", "version": "1", "year": 2025, "name": {"zh": "小镇"},
  "parameters": {"high_rise": 10},
  "dimensions": [{"id": "housing", "name": {"zh": "住房"}}, {"id": "block", "name": {"zh": "街区"}},
                 {"id": "city", "name": {"zh": "城区"}}],
  "levels": [
    {"id": "compound", "dimension": "housing", "attributes": [{"id": "buildings_due", "type": "number"}]},
    {"id": "block", "dimension": "block", "attributes": [{"id": "batch", "type": "number"}]},
    {"id": "city", "dimension": "city"}],
  "aspects": [{"id": "jobs", "dimension": "city", "name": {"zh": "职住"}}],
  "tables": [
    {"id": "buildings", "level": "compound", "unit": "compound_id", "key": "building_id",
     "expected": "buildings_due",
     "columns": [{"id": "floors", "type": "number", "min": 1, "max": 120},
                 {"id": "stairs", "type": "boolean"}, {"id": "shaft", "type": "boolean"},
                 {"id": "door", "type": "boolean"}, {"id": "no_alarm", "type": "boolean"},
                 {"id": "review", "type": "text", "optional": true}],
     "checks": [{"id": "reviewed", "expect": "review = 'passed'", "on_fail": "leave_out",
                 "message": {"zh": "未审核"}},
                {"id": "age", "expect": "floors < year", "message": {"zh": "层数过大"}}]},
    {"id": "blocks", "level": "block", "unit": "block_id", "applies_when": "batch = year",
     "columns": [{"id": "land", "type": "number"}, {"id": "school", "type": "number"}]},
    {"id": "incidents", "level": "city", "unit": "city_id", "key": "incident_id", "complete": true,
     "columns": [{"id": "severe", "type": "boolean"}]}],
  "indicators": [
    {"id": "H03", "name": {"zh": "楼道"}, "dimension": "housing", "kind": "floor", "measure": "栋",
     "table": "buildings", "decimals": 0, "targets": [{"op": "<=", "value": 0}],
     "items": [{"id": "H03.1", "name": {"zh": "踏步"}, "when": "stairs", "severity": "serious"},
               {"id": "H03.2", "name": {"zh": "风井"}, "when": "shaft"},
               {"id": "H03.3", "name": {"zh": "消防门"}, "when": "door", "severity": "critical"}]},
    {"id": "H09", "name": {"zh": "烟感"}, "dimension": "housing", "kind": "guiding", "measure": "栋",
     "table": "buildings", "direction": "lower",
     "items": [{"id": "H09.3", "name": {"zh": "高层无烟感"}, "when": "floors >= high_rise and no_alarm"}]},
    {"id": "B22", "name": {"zh": "中学覆盖率"}, "dimension": "block", "kind": "guiding", "measure": "%",
     "table": "blocks", "formula": "100 * sum(school) / sum(land)", "targets": [{"op": ">=", "value": 80}],
     "survey": "S1"},
    {"id": "U42", "name": {"zh": "车速"}, "dimension": "city", "kind": "guiding", "levels": ["city"],
     "components": [{"id": "am", "name": {"zh": "早"}, "targets": [{"op": ">=", "value": 30}]},
                    {"id": "pm", "name": {"zh": "晚"}, "targets": [{"op": ">=", "value": 30}]}]},
    {"id": "U47", "name": {"zh": "易涝点"}, "dimension": "city", "kind": "floor", "table": "incidents",
     "targets": [{"op": "<=", "value": 0}],
     "items": [{"id": "U47.1", "name": {"zh": "未消除"}, "when": "severe"}]},
    {"id": "U53", "name": {"zh": "消防"}, "dimension": "city", "kind": "guiding", "measure": "%",
     "targets": [{"op": ">=", "value": "least(75, previous + 5)"}]},
    {"id": "U60", "name": {"zh": "整治"}, "dimension": "city", "kind": "guiding", "measure": "%",
     "table": "previous:problems", "levels": ["city"],
     "formula": "100 * count(*) filter (where status in ('done', 'closed')) / count(*)"},
    {"id": "L1", "name": {"zh": "达标街区"}, "dimension": "city", "kind": "fact", "measure": "%",
     "table": "units:block", "levels": ["city"],
     "formula": "100 * count(*) filter (where \"B22\" >= 80) / count(\"B22\")"},
    {"id": "L2", "name": {"zh": "严重街区"}, "dimension": "city", "kind": "fact",
     "table": "units:block", "levels": ["city"],
     "formula": "count(*) filter (where \"B22.severity\" = 'critical')"},
    {"id": "S1", "name": {"zh": "满意度"}, "dimension": "city", "kind": "fact", "levels": ["block", "city"],
     "direction": "higher"},
    {"id": "G1", "name": {"zh": "甲"}, "dimension": "city", "aspect": "jobs", "kind": "guiding",
     "levels": ["block", "city"], "survey": "S1", "targets": [{"op": ">=", "value": 10}]},
    {"id": "G2", "name": {"zh": "乙"}, "dimension": "city", "aspect": "jobs", "kind": "guiding"},
    {"id": "G3", "name": {"zh": "丙"}, "dimension": "city", "aspect": "jobs", "kind": "guiding"},
    {"id": "G4", "name": {"zh": "丁"}, "dimension": "city", "aspect": "jobs", "kind": "guiding"},
    {"id": "G5", "name": {"zh": "戊"}, "dimension": "city", "aspect": "jobs", "kind": "guiding"},
    {"id": "G6", "name": {"zh": "己"}, "dimension": "city", "aspect": "jobs", "kind": "guiding"},
    {"id": "G7", "name": {"zh": "庚"}, "dimension": "city", "aspect": "jobs", "kind": "guiding"}],
  "rules": [
    {"id": "no-demand", "level": "block", "when": "\"S1\" >= 80", "then": "suppress", "indicator": "B22",
     "reason": {"zh": "居民评价高"}},
    {"id": "demand", "level": "block", "when": "\"S1\" < 60", "then": "raise", "indicator": "B22",
     "is": "critical", "reason": {"zh": "居民评价低"}}]
})json";
}

/// Frames of the town and short questions about its results.
class Town {
 public:
  struct Building {
    std::string compound, id;
    double floors = 6;
    std::optional<int> stairs, shaft, door, no_alarm = 0;
    std::optional<std::string> review = "passed";
  };
  struct Block {
    std::string id;
    double land = 0, school = 0;
  };

  AssessOptions options;

  Town() : plan_(compile(parse_framework(town_document()))) {}

  Town& due(const std::string& compound, double buildings) {
    due_[compound] = buildings;
    return *this;
  }
  Town& batch(const std::string& block, double year) {
    batch_[block] = year;
    return *this;
  }
  void buildings(const std::vector<Building>& rows) {
    auto table = std::make_unique<OwnedTable>(static_cast<std::int64_t>(rows.size()));
    std::vector<std::optional<std::string>> compound, id, review;
    std::vector<std::optional<double>> floors, stairs, shaft, door, alarm;
    const auto flag = [](const std::optional<int>& value) {
      return value ? std::optional<double>(*value) : std::nullopt;
    };
    for (const Building& row : rows) {
      compound.emplace_back(row.compound);
      id.emplace_back(row.id);
      review.push_back(row.review);
      floors.emplace_back(row.floors);
      stairs.push_back(flag(row.stairs));
      shaft.push_back(flag(row.shaft));
      door.push_back(flag(row.door));
      alarm.push_back(flag(row.no_alarm));
    }
    table->add_texts("compound_id", compound);
    table->add_texts("building_id", id);
    table->add_texts("review", review);
    table->add_numbers("floors", floors);
    table->add_numbers("stairs", stairs);
    table->add_numbers("shaft", shaft);
    table->add_numbers("door", door);
    table->add_numbers("no_alarm", alarm);
    tables_["buildings"] = std::move(table);
  }
  void blocks(const std::vector<Block>& rows) {
    auto table = std::make_unique<OwnedTable>(static_cast<std::int64_t>(rows.size()));
    std::vector<std::optional<std::string>> id;
    std::vector<std::optional<double>> land, school;
    for (const Block& row : rows) {
      id.push_back(row.id.empty() ? std::nullopt : std::optional(row.id));
      land.emplace_back(row.land);
      school.emplace_back(row.school);
    }
    table->add_texts("block_id", id);
    table->add_numbers("land", land);
    table->add_numbers("school", school);
    tables_["blocks"] = std::move(table);
  }
  void incidents(const std::vector<std::string>& rows) {
    auto table = std::make_unique<OwnedTable>(static_cast<std::int64_t>(rows.size()));
    std::vector<std::optional<std::string>> city(rows.size(), "city"), id;
    std::vector<std::optional<double>> severe(rows.size(), 1);
    for (const std::string& row : rows) id.emplace_back(row);
    table->add_texts("city_id", city);
    table->add_texts("incident_id", id);
    table->add_numbers("severe", severe);
    tables_["incidents"] = std::move(table);
  }
  /// Entries as comma-separated text without quotes; `value` and `year` are numbers.
  void entries(const std::string& text) {
    std::vector<std::vector<std::string>> rows;
    std::vector<std::string> row(1);
    for (const char byte : text) {
      if (byte == ',') {
        row.emplace_back();
      } else if (byte == '\n') {
        rows.push_back(row);
        row.assign(1, "");
      } else {
        row.back() += byte;
      }
    }
    entries_ = std::make_unique<OwnedTable>(static_cast<std::int64_t>(rows.size() - 1));
    for (std::size_t c = 0; c < rows[0].size(); ++c) {
      const bool number = rows[0][c] == "value" || rows[0][c] == "year";
      std::vector<std::optional<double>> numbers;
      std::vector<std::optional<std::string>> texts;
      for (std::size_t r = 1; r < rows.size(); ++r) {
        const std::string& cell = rows[r][c];
        if (number)
          numbers.push_back(cell.empty() ? std::nullopt : std::optional(std::stod(cell)));
        else
          texts.push_back(cell.empty() ? std::nullopt : std::optional(cell));
      }
      if (number)
        entries_->add_numbers(rows[0][c], numbers);
      else
        entries_->add_texts(rows[0][c], texts);
    }
  }

  [[nodiscard]] const Plan& plan() const { return plan_; }
  [[nodiscard]] TableView table(const std::string& name) const { return tables_.at(name)->view(); }

  [[nodiscard]] Units units() const {
    OwnedTable table(5);
    table.add_texts("id", {"city", "k1", "k2", "c1", "c2"});
    table.add_texts("level", {"city", "block", "block", "compound", "compound"});
    table.add_texts("parent", {std::nullopt, "city", "city", "k1", "k2"});
    const auto of = [](const std::map<std::string, double>& values,
                       const char* id) -> std::optional<double> {
      const auto found = values.find(id);
      if (found == values.end()) return std::nullopt;
      return found->second;
    };
    table.add_numbers("buildings_due",
                      {std::nullopt, std::nullopt, std::nullopt, of(due_, "c1"), of(due_, "c2")});
    table.add_numbers("batch", {std::nullopt, of(batch_, "k1").value_or(2025),
                                of(batch_, "k2").value_or(2025), std::nullopt, std::nullopt});
    return Units::build(plan_, table.view());
  }

  [[nodiscard]] Assessment assess() const {
    std::vector<NamedTable> tables;
    for (const auto& [name, table] : tables_) tables.push_back({name, table->view()});
    AssessOptions with = options;
    TableView entries;
    if (entries_) {
      entries = entries_->view();
      with.entries = &entries;
    }
    return tijian::assess(plan_, units(), tables, with);
  }
  [[nodiscard]] Assessment assess_tally() const {
    Tally tally(plan_);
    for (const auto& [name, table] : tables_) tally.add(name, table->view());
    return tally.assess(units(), options);
  }

  static std::optional<double> number(const Assessment& result, const char* table_name,
                                      const std::string& unit, const std::string& indicator,
                                      const char* column) {
    const ResultTable table = result.table(table_name);
    const std::size_t at = *table.column_index(column);
    const auto row = find(table, unit, indicator);
    if (table.columns()[at].type == ResultType::integer)
      return static_cast<double>(*table.integer(at, row));
    return table.number(at, row);
  }
  static std::string text(const Assessment& result, const char* table_name, const std::string& unit,
                          const std::string& indicator, const char* column) {
    const ResultTable table = result.table(table_name);
    return std::string(
        table.text(*table.column_index(column), find(table, unit, indicator)).value_or(""));
  }
  static std::optional<double> value(const Assessment& result, const std::string& unit,
                                     const std::string& indicator) {
    return number(result, "values", unit, indicator, "value");
  }
  static std::optional<double> coverage(const Assessment& result, const std::string& unit,
                                        const std::string& indicator) {
    return number(result, "values", unit, indicator, "coverage");
  }
  static std::optional<double> item(const Assessment& result, const std::string& unit,
                                    const std::string& id) {
    const ResultTable table = result.table("items");
    for (std::size_t row = 0; row < table.rows(); ++row)
      if (*table.text(0, row) == unit && *table.text(3, row) == id) return table.number(4, row);
    return std::nullopt;
  }
  static std::string verdict(const Assessment& result, const std::string& unit,
                             const std::string& indicator) {
    const ResultTable table = result.table("verdicts");
    const std::size_t row = find(table, unit, indicator);
    std::string verdict(*table.text(*table.column_index("verdict"), row));
    if (*table.boolean(*table.column_index("provisional"), row)) verdict += " provisional";
    return verdict;
  }
  static std::string grade(const Assessment& result, const std::string& unit,
                           const std::string& indicator) {
    const ResultTable table = result.table("grades");
    for (std::size_t row = 0; row < table.rows(); ++row)
      if (*table.text(0, row) == unit && table.text(2, row).value_or("") == indicator)
        return std::string(*table.text(3, row)) + " " + std::string(*table.text(4, row));
    return "";
  }
  static std::string composite(const Assessment& result, const std::string& unit,
                               const std::string& aspect) {
    const ResultTable table = result.table("grades");
    for (std::size_t row = 0; row < table.rows(); ++row)
      if (*table.text(0, row) == unit && !table.text(2, row) &&
          table.text(1, row).value_or("") == aspect)
        return std::string(*table.text(3, row)) + " " + std::string(*table.text(4, row));
    return "";
  }
  static std::string checks(const Assessment& result) {
    const ResultTable table = result.table("checks");
    std::string rows;
    for (std::size_t row = 0; row < table.rows(); ++row) {
      for (std::size_t column = 0; column < 5; ++column) {
        rows += table.text(column, row).value_or("");
        rows += column == 4 ? '\n' : ' ';
      }
    }
    return rows;
  }

 private:
  /// The row of a unit × plain indicator (or summary row).
  static std::size_t find(const ResultTable& table, const std::string& unit,
                          const std::string& indicator) {
    for (std::size_t row = 0; row < table.rows(); ++row)
      if (*table.text(0, row) == unit && *table.text(2, row) == indicator && !table.text(3, row))
        return row;
    throw std::logic_error("no row of " + unit + " × " + indicator);
  }

  Plan plan_;
  std::map<std::string, double> due_, batch_;
  std::map<std::string, std::unique_ptr<OwnedTable>> tables_;
  std::unique_ptr<OwnedTable> entries_;
};

}  // namespace tijian::reference
