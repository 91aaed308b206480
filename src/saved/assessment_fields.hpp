// What an assessment is made of: its field lists, and all of its saved form that follows the
// framework's document.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "tijian/assessment.hpp"
#include "tijian/bytes.hpp"

namespace tijian::saved {

// Years are subtracted from each other as `int`.
inline constexpr std::int64_t largest_year = 1'000'000'000;
inline constexpr std::int64_t letters = 5;  // of evidence; 0: none

template <class Archive>
void fields(Archive& archive, Archived<Archive, Text>& text) {
  archive.text(text.zh);
  archive.text(text.en);
}

template <class Archive>
void year_field(Archive& archive, Archived<Archive, int>& year) {
  archive.integer(year, -largest_year, largest_year);
}

/// One of the words of an enumeration, written as it reads.
template <class Archive, class Word, std::size_t count>
void word_field(Archive& archive, Word& word, const std::array<std::string_view, count>& words) {
  if constexpr (Archive::reads) {
    std::string text;
    archive.text(text);
    const auto at = std::find(words.begin(), words.end(), text);
    archive.require(at != words.end(), saved_faults::range);
    word = static_cast<Word>(at - words.begin());
  } else {
    const auto at = static_cast<std::size_t>(word);
    archive.require(at < count, saved_faults::range);
    archive.text(words[at]);
  }
}

/// A map from indices below `size`, in their order.
template <class Archive, class Map, class Fields>
void map_field(Archive& archive, Map& map, std::size_t size, Fields&& fields) {
  const std::size_t entries = archive.count(map.size(), 4);
  if constexpr (Archive::reads) {
    for (std::size_t i = 0; i < entries; ++i) {
      std::uint32_t key = 0;
      index_field(archive, key, size);
      archive.require(map.empty() || map.rbegin()->first < key, saved_faults::order);
      fields(key, map[key]);
    }
  } else {
    for (const auto& [key, value] : map) {
      index_field(archive, key, size);
      fields(key, value);
    }
  }
}

/// What one value takes at least: a default one, of which all that can be missing is.
template <class Value, class Fields>
std::size_t smallest(Fields&& fields) {
  ByteWriter writer;
  const Value value{};
  fields(writer, value);
  return writer.bytes().size();
}

// ---- units --------------------------------------------------------------------------------------

template <class Archive>
void fields(Archive& archive, const PlanData& plan, Archived<Archive, Units::Data>& data) {
  const std::size_t units = archive.count(data.ids.size(), 8 + 8 + 4 + 4);
  if constexpr (Archive::reads) {
    data.ids.resize(units);
    data.names.resize(units);
    data.levels.resize(units);
    data.parents.resize(units);
    data.attributes.resize(plan.attributes.size());
  }
  for (std::size_t u = 0; u < units; ++u) {
    archive.text(data.ids[u]);
    archive.text(data.names[u]);
    index_field(archive, data.levels[u], plan.framework.levels.size());
    index_or_none_field(archive, data.parents[u], units);
  }
  for (std::size_t a = 0; a < plan.attributes.size(); ++a) {
    auto& values = data.attributes[a];
    switch (plan.attributes[a].type) {
      case Type::number:
        archive.need(units, 2);
        if constexpr (Archive::reads) values.numbers.resize(units);
        for (auto& number : values.numbers) archive.numbers(number);
        break;
      case Type::boolean:
        archive.need(units, 1);
        if constexpr (Archive::reads) values.booleans.resize(units);
        for (auto& boolean : values.booleans) archive.integer(boolean, -1, 1);
        break;
      case Type::text:
        list_field(archive, values.texts, 8, [&](auto& text) { archive.text(text); });
        archive.need(units, 4);
        if constexpr (Archive::reads) values.codes.resize(units);
        for (auto& code : values.codes) index_or_none_field(archive, code, values.texts.size());
        break;
    }
  }
}

// ---- results ------------------------------------------------------------------------------------

/// How many of a list's entries there are where -1 is none of them.
inline std::int64_t last_of(std::size_t size) { return static_cast<std::int64_t>(size) - 1; }

template <class Archive>
void fields(Archive& archive, const PlanData& plan, const SeriesPlan& series,
            Archived<Archive, Cell>& cell) {
  archive.numbers(cell.value, cell.numerator, cell.denominator, cell.target, cell.low, cell.high,
                  cell.shortfall, cell.gap, cell.deficit, cell.coverage, cell.previous,
                  cell.reported, cell.survey);
  archive.integer(cell.rows, 0, largest_count);
  archive.integer(cell.known, 0, largest_count);
  archive.integer(cell.problems, 0, static_cast<std::int64_t>(series.items.size()));
  archive.integer(cell.target_index, -1, last_of(targets_of(plan, series).size()));
  archive.choice(cell.origin, ValueOrigin::reported);
  archive.choice(cell.judgement.verdict, Verdict::unmet);
  archive.choice(cell.judgement.reason, VerdictReason::target_missed);
  archive.flag(cell.judgement.provisional);
  archive.flag(cell.judgement.applies_unknown);
  archive.integer(cell.severity, -1, last_of(plan.framework.severities.size()));
  archive.choice(cell.severity_origin, SeverityOrigin::entry);
  archive.integer(cell.time_class, -1, last_of(plan.framework.time_classes.size()));
  archive.integer(cell.grade, -1, static_cast<std::int64_t>(Grade::insufficient));
  archive.choice(cell.grade_origin, GradeOrigin::overridden);
  archive.integer(cell.evidence, 0, letters);
  archive.integer(cell.best_evidence, 0, letters);
}

template <class Archive>
void fields(Archive& archive, Archived<Archive, ItemCell>& item) {
  archive.numbers(item.value);
  archive.integer(item.count, 0, largest_count);
  archive.integer(item.rows, 0, largest_count);
  archive.integer(item.best_evidence, 0, letters);
  archive.flag(item.reported);
}

/// Visits every cell: visit(series, level, unit), then visit_item(item, level, unit).
template <class Visit, class VisitItem>
void each_cell(const PlanData& plan, const Units& units, Visit&& visit, VisitItem&& visit_item) {
  const auto each_unit = [&units](const SeriesPlan& series, auto&& visit_unit) {
    for (const std::uint32_t level : series.levels)
      for (std::uint32_t unit = units.first_of_level(level); unit < units.first_of_level(level + 1);
           ++unit)
        visit_unit(level, unit);
  };
  for (std::uint32_t s = 0; s < plan.series.size(); ++s)
    each_unit(plan.series[s],
              [&](std::uint32_t level, std::uint32_t unit) { visit(s, level, unit); });
  for (std::uint32_t k = 0; k < plan.items.size(); ++k)
    each_unit(plan.series[plan.series_of_indicator[plan.items[k].indicator]],
              [&](std::uint32_t level, std::uint32_t unit) { visit_item(k, level, unit); });
}

/// What the results of a plan over units take at least, before any memory is taken for them.
inline std::size_t smallest_results(const PlanData& plan, const Units& units) {
  static const SeriesPlan series;
  const auto cell = [](ByteWriter& writer, const Cell& value) {
    static const PlanData no_plan = [] {
      PlanData made;
      made.framework.indicators.resize(1);
      return made;
    }();
    fields(writer, no_plan, series, value);
  };
  const std::size_t of_cell = smallest<Cell>(cell);
  const std::size_t of_item =
      smallest<ItemCell>([](ByteWriter& writer, const ItemCell& value) { fields(writer, value); });
  std::size_t bytes = 0;
  const auto add = [&](const SeriesPlan& of, std::size_t each) {
    for (const std::uint32_t level : of.levels)
      bytes += each * (units.first_of_level(level + 1) - units.first_of_level(level));
  };
  for (const SeriesPlan& of : plan.series) add(of, of_cell);
  for (const ItemPlan& item : plan.items)
    add(plan.series[plan.series_of_indicator[item.indicator]], of_item);
  return bytes;
}

template <class Archive>
void fields(Archive& archive, const PlanData& plan, const Units& units,
            Archived<Archive, Results>& results) {
  each_cell(
      plan, units,
      [&](std::uint32_t s, std::uint32_t level, std::uint32_t unit) {
        Cell cell = *results.cell(s, level, unit);
        fields(archive, plan, plan.series[s], cell);
        if constexpr (Archive::reads) results.set(s, level, unit, cell);
      },
      [&](std::uint32_t k, std::uint32_t level, std::uint32_t unit) {
        if constexpr (Archive::reads)
          fields(archive, results.item_at(k, level, unit));
        else
          fields(archive, *results.item(k, level, unit));
      });
}

// ---- entries ------------------------------------------------------------------------------------

template <class Archive>
void fields(Archive& archive, const PlanData& plan, const Units& units,
            Archived<Archive, Entry>& entry) {
  index_field(archive, entry.unit, units.size());
  index_or_none_field(archive, entry.series, plan.series.size());
  index_or_none_field(archive, entry.aspect, plan.framework.aspects.size());
  index_or_none_field(archive, entry.item, plan.items.size());
  archive.text(entry.object);
  year_field(archive, entry.year);
  archive.numbers(entry.value, entry.numerator, entry.denominator);
  optional_field(archive, entry.published, [&](auto& text) { archive.text(text); });
  optional_field(archive, entry.grade,
                 [&](auto& grade) { archive.choice(grade, Grade::insufficient); });
  optional_field(archive, entry.composite,
                 [&](auto& grade) { archive.choice(grade, CompositeGrade::poor); });
  archive.integer(entry.severity, -1, last_of(plan.framework.severities.size()));
  word_field(archive, entry.status, problem_statuses);
  word_field(archive, entry.confirmation, confirmations);
  archive.text(entry.reason);
  archive.text(entry.role);
  archive.text(entry.date);
  archive.text(entry.source);
  archive.integer(entry.evidence, 0, letters);
  archive.integer(entry.row, 0, largest_count);
}

// ---- checks, grades, problems, rules ------------------------------------------------------------

template <class Archive>
void fields(Archive& archive, Archived<Archive, CheckRow>& check) {
  archive.text(check.table);
  archive.text(check.unit);
  archive.text(check.object);
  archive.text(check.check);
  archive.text(check.effect);
  fields(archive, check.message);
}

template <class Archive>
void fields(Archive& archive, const PlanData& plan, const Units& units,
            Archived<Archive, CompositeRow>& row) {
  const auto grade_field = [&](auto& grade) { archive.choice(grade, CompositeGrade::poor); };
  index_field(archive, row.unit, units.size());
  index_field(archive, row.aspect, plan.framework.aspects.size());
  optional_field(archive, row.grade, grade_field);
  optional_field(archive, row.computed, grade_field);
  archive.flag(row.rule_hole);
  archive.choice(row.origin, GradeOrigin::overridden);
  archive.text(row.reason);
}

template <class Archive>
void fields(Archive& archive, const AssessmentData& data, Archived<Archive, ProblemRow>& row) {
  const PlanData& plan = *data.plan;
  index_field(archive, row.unit, data.units.size());
  archive.text(row.object);
  index_field(archive, row.series, plan.series.size());
  index_or_none_field(archive, row.item, plan.items.size());
  // An item is looked up among those of the row's indicator.
  archive.require(
      row.item == no_index || plan.items[row.item].indicator == plan.series[row.series].indicator,
      saved_faults::range);
  archive.integer(row.severity, -1, last_of(plan.framework.severities.size()));
  archive.integer(row.time_class, 0, last_of(plan.framework.time_classes.size()));
  archive.numbers(row.value);
  archive.flag(row.of_unit);
  archive.require(!row.of_unit || data.results.has(row.series, data.units.level(row.unit)),
                  saved_faults::range);
  archive.integer(row.evidence, 0, letters);
  index_or_none_field(archive, row.rule, plan.framework.rules.size());
  word_field(archive, row.status, problem_statuses);
  archive.require(row.status != ProblemStatus::none, saved_faults::range);
  word_field(archive, row.confirmation, confirmations);
  optional_field(archive, row.first_year, [&](auto& year) { year_field(archive, year); });
}

template <class Archive>
void fields(Archive& archive, const PlanData& plan, std::uint32_t unit,
            Archived<Archive, FiredRule>& fired) {
  index_field(archive, fired.rule, plan.framework.rules.size());
  archive.integer(fired.severity, -1, last_of(plan.framework.severities.size()));
  if constexpr (Archive::reads) fired.unit = unit;
}

template <class Archive>
void fields(Archive& archive, const Units& units,
            Archived<Archive, AssessmentData::ItemUnit>& item) {
  index_field(archive, item.unit, units.size());
  archive.integer(item.count, 0, largest_count);
  archive.integer(item.evidence, 0, letters);
}

/// How many units of its table's level a series asks whether it applies; 0 without a survey table.
inline std::size_t units_of_table(const PlanData& plan, const Units& units, std::uint32_t series) {
  const std::uint32_t table = plan.series[series].table;
  if (table == no_index || plan.tables[table].source != TablePlan::Source::survey) return 0;
  const std::uint32_t level = plan.tables[table].level;
  return units.first_of_level(level + 1) - units.first_of_level(level);
}

/// All that follows document, year, language and units, which the rest is measured by.
template <class Archive>
void fields(Archive& archive, Archived<Archive, AssessmentData>& data) {
  const PlanData& plan = *data.plan;
  const Units& units = data.units;
  fields(archive, plan, units, data.results);
  if constexpr (Archive::reads) {
    std::vector<Entry> entries;
    list_field(archive, entries, 64, [&](Entry& entry) { fields(archive, plan, units, entry); });
    auto restored = Entries::restore(std::move(entries));
    archive.require(restored.has_value(), saved_faults::order);
    data.entries = std::move(*restored);
  } else {
    list_field(archive, data.entries.all(), 64,
               [&](const Entry& entry) { fields(archive, plan, units, entry); });
  }
  list_field(archive, data.checks, 56, [&](auto& check) { fields(archive, check); });
  list_field(archive, data.composites, 20, [&](auto& row) { fields(archive, plan, units, row); });
  list_field(archive, data.problems, 48, [&](auto& row) { fields(archive, data, row); });
  // The tables look rows up by their order.
  for (std::size_t i = 1; i < data.composites.size(); ++i)
    archive.require(data.composites[i - 1].unit <= data.composites[i].unit, saved_faults::order);
  const auto place = [](const ProblemRow& row) {
    return std::tie(row.unit, row.object, row.series, row.item, row.rule);
  };
  for (std::size_t i = 1; i < data.problems.size(); ++i)
    archive.require(place(data.problems[i - 1]) <= place(data.problems[i]), saved_faults::order);
  map_field(
      archive, data.fired, plan.framework.indicators.size(), [&](std::uint32_t, auto& by_unit) {
        map_field(archive, by_unit, units.size(), [&](std::uint32_t unit, auto& rules) {
          list_field(archive, rules, 8, [&](auto& rule) { fields(archive, plan, unit, rule); });
        });
      });
  map_field(archive, data.item_units, plan.items.size(), [&](std::uint32_t, auto& of_item) {
    list_field(archive, of_item, 13, [&](auto& item) { fields(archive, units, item); });
  });
  map_field(archive, data.applies_at_table_level, plan.series.size(),
            [&](std::uint32_t series, auto& applies) {
              list_field(archive, applies, 1, [&](auto& unit) { archive.integer(unit, 0, 1); });
              archive.require(applies.size() == units_of_table(plan, units, series),
                              saved_faults::range);
            });
}

inline void write_results(ByteWriter& writer, const AssessmentData& data) {
  year_field(writer, data.year);
  writer.choice(data.language, Language::en);
  fields(writer, *data.plan, data.units.data());
  fields(writer, data);
}

/// Reads to the end.
inline Assessment read_results(ByteReader& reader, const Plan& plan) {
  int year = 0;
  year_field(reader, year);
  Language language = Language::zh;
  reader.choice(language, Language::en);
  Units::Data unit_data;
  fields(reader, *plan, unit_data);
  std::optional<Units> units = Units::restore(*plan, std::move(unit_data));
  reader.require(units.has_value(), saved_faults::order);
  reader.need(smallest_results(*plan, *units), 1);
  auto data = std::make_shared<AssessmentData>(
      AssessmentData{plan, *units, year, language, Results(*plan, *units)});
  fields(reader, *data);
  reader.finish();
  return Assessment(std::move(data));
}

}  // namespace tijian::saved
