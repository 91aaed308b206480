// assess: Tally + Units + entries + previous → Assessment.
//
// States are rolled up table by table; indicators are worked out in topological order, each at all
// of its levels (values, targets, verdict, severity, grade) before the next one reads it; then
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tijian/assess_indicators.hpp"
#include "tijian/problems.hpp"
#include "tijian/result_words.hpp"

namespace tijian {

namespace detail {

class Assessor : private IndicatorAssessor {
 public:
  Assessor(const Tally& tally, const Units& units, const AssessOptions& options)
      : IndicatorAssessor(tally, units, options) {}

  std::shared_ptr<AssessmentData> run() {
    data_->threads = options_.threads;
    if (year_ < 1 || year_ > 9999)
      throw DataError(
          {make_issue(data_messages::year_range, "year", {{"year", std::to_string(year_)}})});
    if (year_ != plan_.framework.year && plan_.rows_read_year)
      throw DataError({make_issue(
          data_messages::other_year, "year",
          {{"year", std::to_string(plan_.framework.year)}, {"asked", std::to_string(year_)}})});
    if (options_.entries != nullptr)
      data_->entries =
          Entries::build(tally_.plan(), units_, *options_.entries, year_, options_.stop);
    for (const Entry& entry : data_->entries.all())
      if (entry.series != no_index && !data_->results.has(entry.series, units_.level(entry.unit)))
        data_->checks.push_back(
            {"entries",
             units_.id(entry.unit),
             plan_.framework.indicators[plan_.series[entry.series].indicator].id,
             "level",
             "left_out",
             {"指标在该层级没有结果，填报未采用",
              "the indicator has no result on the unit's level: the entry is not used"}});
    if (options_.previous != nullptr)
      for (std::uint32_t unit = 0; unit < units_.size(); ++unit)
        previous_unit_.push_back(options_.previous->data().units.find(units_.id(unit)));
    rolled_.resize(plan_.tables.size());
    rolled_pointers_.assign(plan_.tables.size(), nullptr);
    derived_states_.resize(plan_.tables.size());
    beneath_.resize(plan_.tables.size());
    batch_.resize(plan_.tables.size());
    gaps_of_table_.resize(plan_.tables.size());
    for (std::uint32_t t = 0; t < plan_.tables.size(); ++t)
      if (plan_.tables[t].source == TablePlan::Source::survey) roll_survey(t);
    if (!issues_.empty()) throw DataError(std::move(issues_));
    std::size_t done = 0;
    for (const std::uint32_t indicator : plan_.order) {
      stop_if_asked(options_.stop);
      assess_indicator(indicator);
      if (options_.progress &&
          !options_.progress(static_cast<double>(++done) / static_cast<double>(plan_.order.size())))
        throw Cancelled();
    }
    unit_checks();
    derived_row_checks();
    if (!issues_.empty()) throw DataError(std::move(issues_));
    apply_rules();
    composite_grades();
    return data_;
  }

 private:
  // ---- checks, rules, composites ----------------------------------------------------------------

  void unit_checks() {
    for (const UnitCheckPlan& check : plan_.unit_checks) {
      // A table that nobody supplied has nothing to check.
      if (plan_.tables[check.table].source == TablePlan::Source::survey &&
          !tally_.supplied(check.table))
        continue;
      if (plan_.tables[check.table].source != TablePlan::Source::survey &&
          rolled_pointers_[check.table] == nullptr)
        aggregate_derived(check.table);
      each_tile(check.level, {check.expect},
                [&](const formula::Evaluator& evaluator, std::uint32_t first, std::size_t rows) {
                  const formula::Evaluator::Booleans holds = evaluator.boolean(check.expect);
                  for (std::size_t i = 0; i < rows; ++i) {
                    if (!kernels::test_row(holds.valid, i) || kernels::test_row(holds.value, i))
                      continue;
                    if (check.on_fail == OnFail::refuse)
                      refuse(check.table_id, units_.id(first + static_cast<std::uint32_t>(i)),
                             check.id, check.message);
                    data_->checks.push_back({check.table_id,
                                             units_.id(first + static_cast<std::uint32_t>(i)), "",
                                             check.id, "reported", check.message});
                  }
                });
    }
  }

  /// Row checks of derived tables: their rows are units.
  void derived_row_checks() {
    std::set<std::string> seen;
    for (std::uint32_t t = 0; t < plan_.tables.size(); ++t) {
      const TablePlan& plan = plan_.tables[t];
      if (plan.source != TablePlan::Source::units || plan.checks.empty()) continue;
      // Several indicators over the same units carry the same check: it is reported once.
      bool fresh = false;
      for (const RowCheckPlan& check : plan.checks)
        fresh = seen.insert(plan.id + '/' + check.id).second || fresh;
      if (!fresh) continue;
      if (rolled_pointers_[t] == nullptr) aggregate_derived(t);
      for (std::uint32_t unit = units_.first_of_level(plan.level);
           unit < units_.first_of_level(plan.level + 1); ++unit) {
        const RolledTable::Place place = rolled_[t].at(unit);
        for (const RowCheckPlan& check : plan.checks)
          if (place.state != nullptr && place.state->counted(place.row, check.slot) > 0) {
            if (check.on_fail == OnFail::refuse)
              refuse(plan.id, units_.id(unit), check.id, check.message);
            data_->checks.push_back(
                {plan.id, units_.id(unit), "", check.id, check_effect(check), check.message});
          }
      }
    }
  }

  void refuse(const std::string& table, const std::string& unit, const std::string& check,
              const Text& message) {
    Issue issue = make_issue(data_messages::refused_unit, table + "/" + unit,
                             {{"table", table}, {"unit", unit}, {"check", check}});
    issue.message.zh = fill_message(issue.message.zh, {{"message", message.in(Language::zh)}});
    issue.message.en = fill_message(issue.message.en, {{"message", message.in(Language::en)}});
    issues_.push_back(std::move(issue));
  }

  void apply_rules() {
    for (const RulePlan& rule : plan_.rules)
      each_tile(
          rule.level, {rule.when},
          [&](const formula::Evaluator& evaluator, std::uint32_t first, std::size_t rows) {
            const formula::Evaluator::Booleans holds = evaluator.boolean(rule.when);
            for (std::size_t i = 0; i < rows; ++i)
              if (kernels::test_row(holds.value, i))
                data_
                    ->fired[plan_.series[rule.series].indicator]
                           [first + static_cast<std::uint32_t>(i)]
                    .push_back({rule.rule, rule.severity, first + static_cast<std::uint32_t>(i)});
          });
    // Conditions of rules see severities and grades as computed; only now are they changed.
    apply_overrides();
    for (const auto& [indicator, fired] : data_->fired) {
      const std::uint32_t summary = plan_.series_of_indicator[indicator];
      for (const auto& [unit, rules] : fired) {
        const std::uint32_t level = units_.level(unit);
        if (!data_->results.has(summary, level)) continue;
        CellState& cell = data_->results.state_at(summary, level, unit);
        const RuleOutcome outcome = data_->outcome(indicator, unit);
        if (cell.judgement.verdict != Verdict::unmet) continue;
        const Entry* entry = data_->entries.find(summary, unit, year_);
        if (entry != nullptr && entry->severity >= 0) continue;
        if (outcome.suppressed != no_index)
          cell.severity = -1;
        else
          cell.severity = static_cast<std::int8_t>(std::max<int>(cell.severity, outcome.raised_to));
      }
    }
  }

  void composite_grades() {
    const Framework& framework = plan_.framework;
    for (std::uint32_t a = 0; a < framework.aspects.size(); ++a) {
      if (!framework.aspects[a].composite) continue;
      std::vector<std::uint32_t> judged;
      for (std::uint32_t i = 0; i < framework.indicators.size(); ++i) {
        const Indicator& indicator = framework.indicators[i];
        if (indicator.aspect == framework.aspects[a].id &&
            (indicator.kind == Kind::floor || indicator.kind == Kind::guiding))
          judged.push_back(plan_.series_of_indicator[i]);
      }
      for (std::uint32_t unit = 0; unit < units_.size(); ++unit) {
        if (data_->is_peer(unit)) continue;
        const std::uint32_t level = units_.level(unit);
        GradeCounts counts;
        bool any = false;
        for (const std::uint32_t s : judged) {
          const CellState* cell = data_->results.state(s, level, unit);
          if (cell == nullptr) continue;
          any = true;
          switch (cell->grade) {
            case 0: ++counts.very_good; break;
            case 1: ++counts.good; break;
            case 2: ++counts.fair; break;
            case 3: ++counts.insufficient; break;
            default: ++counts.ungraded; break;
          }
        }
        if (!any) continue;
        const CompositeResult result = composite_grade(counts);
        const Entry* entry = data_->entries.find_aspect(a, unit, year_);
        CompositeRow row{
            unit, a, result.grade, result.grade, result.rule_hole, GradeOrigin::computed, {}};
        if (entry != nullptr && entry->composite) {
          row.grade = entry->composite;
          row.origin = GradeOrigin::overridden;
          row.reason = entry->reason;
        }
        data_->composites.push_back(row);
        if (entry == nullptr || !entry->published || !result.grade ||
            !composite_grade_named(*entry->published))
          continue;
        const CompositeGrade theirs = *composite_grade_named(*entry->published);
        if (*result.grade == theirs) continue;
        const Text& aspect = framework.aspects[a].name;
        const Text ours = composite_grade_text(*result.grade), given = composite_grade_text(theirs);
        data_->checks.push_back(
            {"entries",
             units_.id(unit),
             framework.aspects[a].id,
             "published",
             "reported",
             {aspect.in(Language::zh) + "：按规则为" + ours.zh + "，与公布的" + given.zh + "矛盾",
              aspect.in(Language::en) + ": " + ours.en + " by the rule, " + given.en +
                  " published"}});
      }
    }
    // By unit, as the table of grades is.
    std::stable_sort(data_->composites.begin(), data_->composites.end(),
                     [](const CompositeRow& a, const CompositeRow& b) { return a.unit < b.unit; });
  }
};

}  // namespace detail

inline Assessment Tally::assess(const Units& units, const AssessOptions& options) const {
  std::shared_ptr<AssessmentData> data = detail::Assessor(*this, units, options).run();
  data->checks.insert(data->checks.end(), data->state_checks.begin(), data->state_checks.end());
  data->state_checks.clear();
  make_problems(*data, nullptr, options.stop);
  return Assessment(std::move(data));
}

/// Tally and screen over tables that come in batches, each of which is read once for both: the
/// assessment lists the single objects. Throws DataError above `max_objects` object rows. Where
/// more rows than that fail checks, checks are listed per unit with their count instead.
inline Assessment assess_batches(const Plan& plan, const Units& units,
                                 const std::vector<NamedBatches>& tables,
                                 const AssessOptions& options = {}) {
  // Reading the tables is most of the work: so much of the progress is its share.
  constexpr double reading = 0.8;
  Tally tally(plan);
  ObjectRows objects;
  std::set<std::string> listed;  // tables of which single rows are listed
  std::int64_t rows_before = 0;  // of tables that are finished
  for (const NamedBatches& table : tables) {
    AddOptions adding{options.threads, {}, options.stop, options.total_rows};
    if (options.progress) {
      const double before = options.total_rows > 0 ? static_cast<double>(rows_before) /
                                                         static_cast<double>(options.total_rows)
                                                   : 0;
      adding.progress = [&options, before](double of_table) {
        return options.progress(of_table < 0 ? -1 : reading * std::min(1.0, before + of_table));
      };
    }
    const TablePlan* found = plan.table(table.name);
    const bool lists = options.max_objects > 0 && found != nullptr &&
                       !plan->framework.tables[found->table].key.empty();
    const auto counted = [&]() -> const TableView* {
      const TableView* batch = table.batches();
      if (batch != nullptr) rows_before += batch->rows;
      return batch;
    };
    tally.add(table.name, counted, adding, lists ? &objects : nullptr, options.max_objects);
    if (lists) listed.insert(table.name);
  }
  AssessOptions rest = options;
  if (options.progress)
    rest.progress = [&options](double done) {
      return options.progress(reading + (1 - reading) * done);
    };
  std::shared_ptr<AssessmentData> data = detail::Assessor(tally, units, rest).run();
  const bool too_many = static_cast<std::int64_t>(objects.checks.size()) > options.max_objects;
  for (CheckRow& check : data->state_checks)
    if (too_many || !listed.contains(check.table)) data->checks.push_back(std::move(check));
  data->state_checks.clear();
  if (!too_many)
    for (ObjectCheck& check : objects.checks)
      data->checks.push_back({check.table, check.unit, check.object, check.check->id,
                              check_effect(*check.check), check.check->message});
  make_problems(*data, options.max_objects > 0 ? &objects : nullptr, options.stop);
  return Assessment(std::move(data));
}

/// One survey table of `assess` over whole tables.
struct NamedTable {
  std::string name;
  TableView table;
};

/// The same over whole tables, which are borrowed for the call only.
inline Assessment assess(const Plan& plan, const Units& units,
                         const std::vector<NamedTable>& tables, const AssessOptions& options = {}) {
  std::vector<NamedBatches> batches;
  batches.reserve(tables.size());
  AssessOptions whole = options;
  whole.total_rows = 0;
  for (const NamedTable& table : tables) {
    batches.push_back({table.name, one_batch(table.table)});
    whole.total_rows += table.table.rows;
  }
  return assess_batches(plan, units, batches, whole);
}

}  // namespace tijian
