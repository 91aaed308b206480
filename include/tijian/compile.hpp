// compile: Framework → Plan. Every formula fault of the document is found, each with the JSON
// pointer of the formula; what depends on a faulty formula is left out, so one mistake does not
// hide the others.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tijian/compile_tables.hpp"
#include "tijian/formula/ratio.hpp"
#include "tijian/framework_defaults.hpp"
#include "tijian/framework_json.hpp"
#include "tijian/plan_fingerprint.hpp"
#include "tijian/row_agreement.hpp"

namespace tijian {

namespace detail {

class Compiler : private TableCompiler {
 public:
  Compiler(PlanData& plan, Issues& issues) : TableCompiler(plan, issues) {}

  void run() {
    index_names();
    for (std::uint32_t t = 0; t < framework().tables.size(); ++t) add_survey_table(t);
    for (std::uint32_t i = 0; i < framework().indicators.size(); ++i) add_series(i);
    for (std::uint32_t s = 0; s < plan_.series.size(); ++s) lower_series(s);
    for (TablePlan& table : plan_.tables)
      if (table.source == TablePlan::Source::survey) add_table_checks(table);
    add_framework_checks();
    add_rules();
    for (TablePlan& table : plan_.tables) finish_table(table);
    order_indicators();
  }

 private:
  // ---- indicators -------------------------------------------------------------------------------

  void add_series(std::uint32_t i) {
    const Indicator& indicator = framework().indicators[i];
    const std::string place = "/indicators/" + std::to_string(i);
    std::uint32_t table = no_index;
    std::uint32_t lowest = no_index;
    if (!indicator.table.empty()) {
      if (const auto level = derived_level(indicator.table)) {
        table = add_derived_table(indicator.table, TablePlan::Source::units, *level);
        lowest = *level;
      } else if (indicator.table == "previous:problems") {
        table = add_derived_table(indicator.table, TablePlan::Source::previous, 0);
        if (indicator.levels.empty())
          issues_.push_back(make_issue(compile_messages::levels_needed, place + "/levels",
                                       {{"indicator", indicator.id}}));
        lowest = 0;
      } else {
        for (std::uint32_t t = 0; t < framework().tables.size(); ++t)
          if (plan_.tables[t].id == indicator.table) table = t;
        if (table != no_index) lowest = plan_.tables[table].level;
      }
    }
    std::vector<std::uint32_t> levels;
    for (std::size_t l = 0; l < indicator.levels.size(); ++l) {
      const auto at = plan_.level_index.find(indicator.levels[l]);
      if (at == plan_.level_index.end()) continue;
      if (lowest != no_index && at->second < lowest)
        issues_.push_back(make_issue(compile_messages::level_below_table,
                                     place + "/levels/" + std::to_string(l),
                                     {{"level", indicator.levels[l]}, {"table", indicator.table}}));
      levels.push_back(at->second);
    }
    if (indicator.levels.empty()) {
      if (lowest != no_index) {
        for (std::uint32_t l = lowest; l < framework().levels.size(); ++l) levels.push_back(l);
      } else {
        for (std::uint32_t l = 0; l < framework().levels.size(); ++l)
          if (framework().levels[l].dimension == indicator.dimension) levels = {l};
      }
    }
    std::sort(levels.begin(), levels.end());
    levels.erase(std::unique(levels.begin(), levels.end()), levels.end());

    SeriesPlan series;
    series.indicator = i;
    series.table = table;
    series.levels = levels;
    const std::uint32_t summary = static_cast<std::uint32_t>(plan_.series.size());
    plan_.series_of_indicator.push_back(summary);
    plan_.series.push_back(series);
    add_result_names(summary, indicator.id);
    for (std::uint32_t c = 0; c < indicator.components.size(); ++c) {
      series.component = c;
      const std::uint32_t at = static_cast<std::uint32_t>(plan_.series.size());
      plan_.series.push_back(series);
      plan_.series[summary].components.push_back(at);
      add_result_names(at, indicator.id + "." + indicator.components[c].id);
    }
    for (std::uint32_t k = 0; k < indicator.items.size(); ++k) {
      ItemPlan item;
      item.indicator = i;
      item.item = k;
      const std::uint32_t at = static_cast<std::uint32_t>(plan_.items.size());
      plan_.items.push_back(item);
      plan_.series[summary].items.push_back(at);
      results_.emplace(
          indicator.items[k].id,
          ResultName{{UnitLeaf::Kind::item_value, no_index, at, Field::value}, Type::number});
    }
    if (table != no_index) plan_.tables[table].series.push_back(summary);
  }

  void lower_series(std::uint32_t s) {
    const Indicator& indicator = framework().indicators[plan_.series[s].indicator];
    const std::string indicator_place = "/indicators/" + std::to_string(plan_.series[s].indicator);
    const bool is_component = plan_.series[s].component != no_index;
    const Component* component =
        is_component ? &indicator.components[plan_.series[s].component] : nullptr;
    const std::string place =
        is_component ? indicator_place + "/components/" + std::to_string(plan_.series[s].component)
                     : indicator_place;
    const std::vector<Target>& targets = is_component ? component->targets : indicator.targets;
    if (!is_component && !plan_.series[s].items.empty()) lower_items(s, indicator, place);
    if (!is_component && plan_.series[s].table != no_index) lower_funnel(s, indicator, place);
    const std::string text = is_component                 ? component->formula
                             : !indicator.formula.empty() ? indicator.formula
                             : !indicator.items.empty()   ? "count(*) filter (where problem)"
                                                          : std::string();
    const std::uint32_t table = plan_.series[s].table;
    if (!text.empty() && table != no_index) lower_value(s, text, place + "/formula");
    if (!indicator.gap_base.empty() && table != no_index && !is_component) {
      if (const auto syntax = parse(indicator.gap_base, place + "/gap_base"))
        plan_.series[s].gap_base =
            lower_formula(*syntax, place + "/gap_base", table, Type::number, problem_of(s),
                          static_cast<int>(UnitNames::attributes), s, nullptr);
    }
    const std::string& own_applies =
        is_component ? component->applies_when : indicator.applies_when;
    NodeId applies = no_node;
    if (!own_applies.empty())
      applies = lower_unit(own_applies, place + "/applies_when", Type::boolean,
                           static_cast<int>(UnitNames::attributes), s);
    if (is_component && !indicator.applies_when.empty()) {
      Issues ignored;  // reported with the indicator itself
      const auto syntax = formula::parse(indicator.applies_when, ignored);
      if (syntax) {
        formula::LoweringContext context{plan_.units,
                                         unit_scope(static_cast<int>(UnitNames::attributes), s)};
        const NodeId whole = formula::lower(*syntax, context, Type::boolean, ignored);
        if (whole != no_node)
          applies = applies == no_node ? whole
                                       : plan_.units.apply(Operation::logical_and, whole, applies);
      }
    }
    plan_.series[s].applies_when = applies;
    for (std::size_t t = 0; t < targets.size(); ++t)
      lower_target(s, targets[t], place + "/targets/" + std::to_string(t));
    plan_.series[s].direction = direction_of(indicator, targets);
    if (!indicator.survey.empty()) {
      const auto at = plan_.indicator_index.find(indicator.survey);
      if (at != plan_.indicator_index.end())
        plan_.series[s].survey = plan_.series_of_indicator[at->second];
    }
    plan_.series[s].severity =
        lower_cases(indicator.severity, indicator_place + "/severity", s, true, is_component);
    const std::optional<std::vector<Case>>& own_grades =
        is_component && component->grades ? component->grades : indicator.grades;
    if (own_grades)
      plan_.series[s].grades = lower_cases(
          *own_grades, (is_component && component->grades ? place : indicator_place) + "/grades", s,
          false, is_component && !component->grades);
    plan_.framework_severity.push_back(
        lower_cases(framework().severity, "/severity", s, true, s != 0));
    plan_.framework_grades.push_back(
        lower_cases(framework().grades.value_or(std::vector<Case>{}), "/grades", s, false, s != 0));
  }

  NodeId problem_of(std::uint32_t s) {
    const SeriesPlan& series = plan_.series[plan_.series_of_indicator[plan_.series[s].indicator]];
    if (series.table == no_index || series.items.empty()) return no_node;
    std::vector<NodeId> when;
    for (const std::uint32_t item : series.items)
      if (plan_.items[item].when != no_node && plan_.items[item].severity >= 0)
        when.push_back(plan_.items[item].when);
    Graph& rows = plan_.tables[series.table].aggregates.rows;
    return when.empty() ? rows.constant(false) : rows.any_of(when);
  }

  void lower_items(std::uint32_t s, const Indicator& indicator, const std::string& place) {
    const std::uint32_t table = plan_.series[s].table;
    for (const std::uint32_t at : plan_.series[s].items) {
      const std::uint32_t k = plan_.items[at].item;
      const Item& item = indicator.items[k];
      const std::string item_place = place + "/items/" + std::to_string(k);
      plan_.items[at].severity = item.severity == "none" ? -1 : severity_index(item.severity);
      plan_.items[at].time_class = time_class_index(item.time_class, indicator.kind);
      if (table == no_index) continue;
      const NodeId when = lower_row(item.when, item_place + "/when", table, Type::boolean);
      plan_.items[at].when = when;
      if (when == no_node) continue;
      Graph& rows = plan_.tables[table].aggregates.rows;
      formula::Aggregates& aggregates = plan_.tables[table].aggregates;
      plan_.items[at].count_slot =
          aggregates.intern(formula::Slot{formula::SlotFunction::count, when, no_node});
      plan_.items[at].known_slot = aggregates.intern(
          formula::Slot{formula::SlotFunction::count, rows.is_not_null(when), no_node});
      if (const NodeId letter = plan_.tables[table].evidence; letter != no_node)
        plan_.items[at].evidence_slot = aggregates.intern(formula::Slot{
            formula::SlotFunction::minimum, rows.all_of({when, rows.is_not_null(letter)}), letter});
      if (const NodeId letter = plan_.tables[table].evidence; letter != no_node)
        plan_.items[at].letters_slot = aggregates.intern(formula::Slot{
            formula::SlotFunction::count, rows.all_of({when, rows.is_not_null(letter)}), no_node});
      const std::string text = !item.formula.empty()        ? item.formula
                               : !indicator.formula.empty() ? indicator.formula
                                                            : "count(*) filter (where problem)";
      if (item.formula.empty() && !indicator.formula.empty() &&
          !mentions_problem(indicator.formula)) {
        issues_.push_back(
            make_issue(compile_messages::item_formula, item_place, {{"item", item.id}}));
        continue;
      }
      Issues ignored;  // a fault of the indicator's own formula is reported there
      const auto syntax = item.formula.empty() ? formula::parse(text, ignored)
                                               : parse(text, item_place + "/formula");
      if (!syntax) continue;
      if (item.formula.empty()) {
        const std::size_t before = issues_.size();
        plan_.items[at].value = lower_formula(*syntax, item_place, table, Type::number, when,
                                              static_cast<int>(UnitNames::attributes), s, nullptr);
        issues_.resize(before);
      } else {
        plan_.items[at].value =
            lower_formula(*syntax, item_place + "/formula", table, Type::number, when,
                          static_cast<int>(UnitNames::attributes), s, nullptr);
      }
    }
    if (table == no_index) return;
    const auto& items = plan_.series[s].items;
    formula::Aggregates& aggregates = plan_.tables[table].aggregates;
    if (indicator.overlaps)
      for (std::size_t a = 0; a < items.size(); ++a)
        for (std::size_t b = a + 1; b < items.size(); ++b)
          if (plan_.items[items[a]].when != no_node && plan_.items[items[b]].when != no_node)
            plan_.series[s].overlaps.push_back(aggregates.intern(formula::Slot{
                formula::SlotFunction::count,
                aggregates.rows.all_of({plan_.items[items[a]].when, plan_.items[items[b]].when}),
                no_node}));
  }

  void lower_funnel(std::uint32_t s, const Indicator& indicator, const std::string& place) {
    const std::uint32_t table = plan_.series[s].table;
    formula::Aggregates& aggregates = plan_.tables[table].aggregates;
    std::vector<NodeId> stages;
    for (std::size_t f = 0; f < indicator.funnel.size(); ++f) {
      const NodeId when =
          lower_row(indicator.funnel[f].when, place + "/funnel/" + std::to_string(f) + "/when",
                    table, Type::boolean);
      if (when == no_node) continue;
      stages.push_back(when);
      plan_.series[s].funnel.push_back(aggregates.intern(
          formula::Slot{formula::SlotFunction::count, aggregates.rows.all_of(stages), no_node}));
    }
  }

  static bool mentions(const formula::Syntax& syntax, std::string_view name) {
    return std::any_of(syntax.nodes.begin(), syntax.nodes.end(), [&](const auto& node) {
      return node.kind == formula::SyntaxKind::identifier && node.text == name;
    });
  }

  static bool mentions_problem(const std::string& text) {
    Issues ignored;
    const auto syntax = formula::parse(text, ignored);
    return !syntax || mentions(*syntax, "problem");
  }

  void lower_value(std::uint32_t s, const std::string& text, const std::string& place) {
    const auto syntax = parse(text, place);
    if (!syntax) return;
    const std::uint32_t table = plan_.series[s].table;
    const NodeId problem = problem_of(s);
    if (problem == no_node && mentions(*syntax, "problem") &&
        node_of(plan_.tables[table], "problem") == no_node) {
      issues_.push_back(make_issue(compile_messages::problem_without_items, place));
      return;
    }
    std::vector<formula::AggregateUse> uses;
    const NodeId value = lower_formula(*syntax, place, table, Type::number, problem,
                                       static_cast<int>(UnitNames::attributes), s, &uses);
    if (value == no_node) return;
    formula::Aggregates& aggregates = plan_.tables[table].aggregates;
    SeriesPlan& series = plan_.series[s];
    series.value = value;
    const NodeId known = formula::known_rows(aggregates.rows, uses);
    series.known_slot =
        aggregates.intern(formula::Slot{formula::SlotFunction::count, known, no_node});
    if (const NodeId letter = plan_.tables[table].evidence; letter != no_node)
      series.evidence_slot = aggregates.intern(formula::Slot{
          formula::SlotFunction::maximum,
          aggregates.rows.all_of({known, aggregates.rows.is_not_null(letter)}), letter});
    if (const NodeId letter = plan_.tables[table].evidence; letter != no_node)
      series.best_evidence_slot = aggregates.intern(formula::Slot{
          formula::SlotFunction::minimum,
          aggregates.rows.all_of({known, aggregates.rows.is_not_null(letter)}), letter});
    if (const NodeId letter = plan_.tables[table].evidence; letter != no_node)
      series.letters_slot = aggregates.intern(formula::Slot{
          formula::SlotFunction::count,
          aggregates.rows.all_of({known, aggregates.rows.is_not_null(letter)}), no_node});
    series.rows_disagree = rows_disagree(aggregates.rows, uses);
    const auto role = [this](std::uint32_t leaf) {
      const UnitLeaf& found = plan_.unit_leaves[leaf];
      switch (found.kind) {
        case UnitLeaf::Kind::statistic: {
          const formula::Statistic& statistic =
              plan_.tables[found.table].aggregates.statistics[found.index];
          return statistic.kind == formula::StatisticKind::count ||
                         statistic.kind == formula::StatisticKind::sum
                     ? formula::LeafRole::additive
                     : formula::LeafRole::other;
        }
        case UnitLeaf::Kind::attribute:
        case UnitLeaf::Kind::parameter:
        case UnitLeaf::Kind::year: return formula::LeafRole::constant;
        default: return formula::LeafRole::other;
      }
    };
    if (const auto ratio = formula::recognise_ratio(plan_.units, value, role)) {
      series.ratio = true;
      series.numerator = ratio->numerator;
      series.denominator = ratio->denominator;
      series.factor_numerator = ratio->factor_numerator;
      series.factor_denominator = ratio->factor_denominator;
      series.count_or_sum = ratio->denominator == no_node && ratio->factor_numerator > 0 &&
                            ratio->factor_denominator > 0 && grows_only(ratio->numerator);
    }
  }

  /// Counts and sums added up, with factors that are not negative: more rows cannot undo a miss of
  /// an upper bound by counts.
  [[nodiscard]] bool grows_only(NodeId numerator) const {
    std::vector<NodeId> open = {numerator};
    while (!open.empty()) {
      const formula::Node& node = plan_.units.nodes()[open.back()];
      open.pop_back();
      const auto is_factor = [&](NodeId id) {
        const formula::Node& factor = plan_.units.nodes()[id];
        return factor.operation == Operation::constant && factor.number >= 0;
      };
      switch (node.operation) {
        case Operation::leaf: break;
        case Operation::add:
          open.push_back(node.a);
          open.push_back(node.b);
          break;
        case Operation::coalesce: open.push_back(node.a); break;
        case Operation::multiply:
          if (is_factor(node.a))
            open.push_back(node.b);
          else if (is_factor(node.b))
            open.push_back(node.a);
          else
            return false;
          break;
        default: return false;
      }
    }
    return true;
  }

  void lower_target(std::uint32_t s, const Target& target, const std::string& place) {
    constexpr int names = static_cast<int>(UnitNames::previous);
    const auto bound = [&](const Bound& given, const char* key) {
      if (given.number) return plan_.units.constant(*given.number);
      if (given.expression)
        return lower_unit(*given.expression, place + "/" + key, Type::number, names, s);
      return no_node;
    };
    TargetPlan plan;
    if (!target.where.empty())
      plan.where = lower_unit(target.where, place + "/where", Type::boolean, names, s);
    plan.value = bound(target.value, "value");
    plan.low = bound(target.low, "low");
    plan.high = bound(target.high, "high");
    plan_.series[s].targets.push_back(plan);
  }

  static Direction direction_of(const Indicator& indicator, const std::vector<Target>& targets) {
    if (indicator.direction) return *indicator.direction;
    if (targets.empty()) return Direction::none;
    switch (targets.front().op) {
      case Operator::greater_equal:
      case Operator::greater: return Direction::higher;
      case Operator::less_equal:
      case Operator::less: return Direction::lower;
      default: return Direction::range;
    }
  }

  std::vector<CasePlan> lower_cases(const std::vector<Case>& cases, const std::string& place,
                                    std::uint32_t s, bool severity, bool reported_elsewhere) {
    std::vector<CasePlan> plans;
    const std::size_t before = issues_.size();
    for (std::size_t c = 0; c < cases.size(); ++c) {
      CasePlan plan;
      plan.when = lower_unit(cases[c].when, place + "/" + std::to_string(c) + "/when",
                             Type::boolean, static_cast<int>(UnitNames::own), s);
      plan.is = severity ? severity_index(cases[c].is) : grade_index(cases[c].is);
      if (plan.when != no_node) plans.push_back(plan);
    }
    if (reported_elsewhere) issues_.resize(before);
    return plans;
  }

  int severity_index(const std::string& id) const {
    const auto& severities = framework().severities;
    const std::string& wanted = id.empty() ? "moderate" : id;
    for (std::size_t k = 0; k < severities.size(); ++k)
      if (severities[k].id == wanted) return static_cast<int>(k);
    return 0;
  }

  static int grade_index(const std::string& id) {
    static constexpr std::string_view grades[] = {"very_good", "good", "fair", "insufficient"};
    for (int g = 0; g < 4; ++g)
      if (grades[g] == id) return g;
    return 3;
  }

  int time_class_index(const std::string& id, Kind kind) const {
    const auto& classes = framework().time_classes;
    const std::string wanted = !id.empty()           ? id
                               : kind == Kind::floor ? "time_limited"
                                                     : "best_effort";
    for (std::size_t k = 0; k < classes.size(); ++k)
      if (classes[k].id == wanted) return static_cast<int>(k);
    return kind == Kind::floor ? 0 : static_cast<int>(classes.size()) - 1;
  }

  // ---- rules and order --------------------------------------------------------------------------

  void add_rules() {
    for (std::uint32_t r = 0; r < framework().rules.size(); ++r) {
      const Rule& rule = framework().rules[r];
      RulePlan plan;
      plan.rule = r;
      plan.level = level_of(rule.level);
      if (rule.then == RuleAction::add && rule.indicator.empty())
        issues_.push_back(make_issue(compile_messages::rule_indicator,
                                     "/rules/" + std::to_string(r), {{"rule", rule.id}}));
      const auto at = plan_.indicator_index.find(rule.indicator);
      if (at != plan_.indicator_index.end()) plan.series = plan_.series_of_indicator[at->second];
      plan.severity = rule.is.empty() ? -1 : severity_index(rule.is);
      plan.when = lower_unit(rule.when, "/rules/" + std::to_string(r) + "/when", Type::boolean,
                             static_cast<int>(UnitNames::results), no_index);
      if (plan.when != no_node && plan.series != no_index) plan_.rules.push_back(plan);
    }
  }

  void order_indicators() {
    const std::size_t count = framework().indicators.size();
    std::vector<std::set<std::uint32_t>> needs(count);
    for (std::uint32_t i = 0; i < count; ++i) {
      const SeriesPlan& series = plan_.series[plan_.series_of_indicator[i]];
      if (series.survey != no_index) needs[i].insert(plan_.series[series.survey].indicator);
      if (series.table == no_index || plan_.tables[series.table].source != TablePlan::Source::units)
        continue;
      for (const RowLeaf& leaf : plan_.tables[series.table].leaves) {
        if (leaf.kind != RowLeaf::Kind::unit_leaf) continue;
        const UnitLeaf& unit = plan_.unit_leaves[leaf.index];
        if (unit.kind == UnitLeaf::Kind::result)
          needs[i].insert(plan_.series[unit.index].indicator);
        if (unit.kind == UnitLeaf::Kind::item_value)
          needs[i].insert(plan_.items[unit.index].indicator);
      }
    }
    // Kahn's algorithm, smallest index first, so that the order is the document's where it can be.
    std::vector<std::uint8_t> done(count, 0);
    while (plan_.order.size() < count) {
      bool moved = false;
      for (std::uint32_t i = 0; i < count; ++i) {
        if (done[i] != 0) continue;
        if (std::all_of(needs[i].begin(), needs[i].end(),
                        [&](std::uint32_t need) { return done[need] != 0; })) {
          done[i] = 1;
          plan_.order.push_back(i);
          moved = true;
        }
      }
      if (moved) continue;
      // Only those on a cycle, not those that merely wait for one: follow needs until one repeats.
      std::uint32_t at = 0;
      while (done[at] != 0) ++at;
      std::vector<std::uint32_t> path;
      std::vector<std::uint8_t> seen(count, 0);
      while (seen[at] == 0) {
        seen[at] = 1;
        path.push_back(at);
        for (const std::uint32_t need : needs[at])
          if (done[need] == 0) {
            at = need;
            break;
          }
      }
      path.erase(path.begin(), std::find(path.begin(), path.end(), at));
      std::string names;
      for (const std::uint32_t i : path) names += framework().indicators[i].id + " → ";
      names += framework().indicators[at].id;
      issues_.push_back(make_issue(compile_messages::cycle, "/indicators/" + std::to_string(at),
                                   {{"cycle", names}}));
      return;
    }
  }
};

}  // namespace detail

/// All formula faults of a framework whose references hold (see check.hpp), with JSON pointers.
inline Issues compile_issues(const Framework& framework) {
  Issues issues;
  PlanData plan;
  plan.framework = framework;
  detail::Compiler(plan, issues).run();
  return issues;
}

/// Compiles a framework. Lists that are empty are those a document has by default: severities, time
/// classes, stages. `kernels` do the plan's arithmetic and must outlive it: those of
/// `native_kernels()` (tijian/native_kernels.hpp) are faster, with the same bits. Throws
/// FrameworkError with every formula fault.
inline Plan compile(Framework framework,
                    const kernels::KernelTable& kernels = kernels::portable()) {
  fill_defaults(framework);
  auto data = std::make_shared<PlanData>();
  data->kernels = &kernels;
  data->framework = std::move(framework);
  Issues issues;
  detail::Compiler(*data, issues).run();
  if (!issues.empty()) throw FrameworkError(std::move(issues));
  data->fingerprint = plan_fingerprint(*data);
  data->framework_fingerprint = fingerprint(data->framework);
  return Plan(std::move(data));
}

}  // namespace tijian
