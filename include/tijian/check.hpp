// References and contradictions of a framework, all at once. What formulas say is checked by
// `compile_issues` (tijian/compile.hpp).
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tijian/check_fields.hpp"
#include "tijian/check_messages.hpp"
#include "tijian/compile_messages.hpp"
#include "tijian/framework_fields.hpp"
#include "tijian/framework_json.hpp"

namespace tijian {

/// The results of an indicator that conditions and derived tables name after a dot.
inline constexpr std::array<std::string_view, 10> dotted_results = {
    "verdict",     "severity", "gap",      "deficit", "numerator",
    "denominator", "coverage", "reported", "grade",   "evidence"};

namespace check_detail {

inline constexpr std::size_t no_level = std::numeric_limits<std::size_t>::max();

class FrameworkCheck : private FieldCheck {
 public:
  explicit FrameworkCheck(const Framework& framework) : FieldCheck(framework) {}

  Issues run() {
    fields_of_framework();
    for (std::size_t l = 0; l < framework_.levels.size(); ++l)
      level_index_.emplace(framework_.levels[l].id, l);
    for (std::size_t t = 0; t < framework_.tables.size(); ++t)
      table_index_.emplace(framework_.tables[t].id, t);
    result_names();
    parameters();
    levels();
    tables();
    for (std::size_t i = 0; i < framework_.indicators.size(); ++i)
      indicator(framework_.indicators[i], "/indicators/" + std::to_string(i));
    rules();
    for (std::size_t i = 0; i < framework_.checks.size(); ++i)
      check_of_table(framework_.checks[i], framework_.checks[i].table,
                     "/checks/" + std::to_string(i));
    ledgers();
    score();
    problem_indexes();
    return std::move(issues_);
  }

 private:
  // ---- names that exclude each other -----------------------------------------------------------

  struct Owner {
    Text kind;
    std::string place;
  };

  void claim(const std::string& name, const Text& kind, const std::string& place) {
    if (name.empty()) return;
    for (const std::string_view built_in : {"id", "name", "level", "year"})
      if (name == built_in)
        add(check_messages::reserved_name, place, {{"name", name}}).found = name;
    const auto [owner, fresh] = results_.try_emplace(name, Owner{kind, place});
    if (!fresh) taken(name, owner->second, place);
  }

  void taken(const std::string& name, const Owner& owner, const std::string& place) {
    add(check_messages::same_name, place,
        {{"name", name},
         {"other_zh", owner.kind.zh},
         {"other", owner.kind.en},
         {"place", owner.place}})
        .found = name;
  }

  /// Attributes, indicators, items and components are columns of one derived table.
  void result_names() {
    const auto& levels = framework_.levels;
    for (std::size_t l = 0; l < levels.size(); ++l) {
      for (std::size_t a = 0; a < levels[l].attributes.size(); ++a) {
        const std::string& name = levels[l].attributes[a].id;
        const std::string place =
            "/levels/" + std::to_string(l) + "/attributes/" + std::to_string(a) + "/id";
        for (const std::string_view column : {"id", "level", "parent", "name", "geometry", "year"})
          if (name == column)
            add(check_messages::reserved_name, place, {{"name", name}}).found = name;
        // One attribute may be declared on several levels.
        results_.try_emplace(name, Owner{{"属性", "an attribute"}, place});
      }
    }
    const auto& indicators = framework_.indicators;
    std::set<std::string_view> ids;
    for (std::size_t i = 0; i < indicators.size(); ++i) {
      const std::string place = "/indicators/" + std::to_string(i);
      // Twice in the list is said once, as a duplicate id.
      if (ids.insert(indicators[i].id).second)
        claim(indicators[i].id, {"指标", "an indicator"}, place + "/id");
    }
    for (std::size_t i = 0; i < indicators.size(); ++i) {
      const Indicator& indicator = indicators[i];
      const std::string place = "/indicators/" + std::to_string(i);
      std::set<std::string_view> own;
      for (std::size_t k = 0; k < indicator.items.size(); ++k) {
        const std::string& name = indicator.items[k].id;
        const std::string at = place + "/items/" + std::to_string(k) + "/id";
        if (!own.insert(name).second) continue;
        claim(name, {"分项", "an item"}, at);
        dotted(name, at);
      }
      own.clear();
      for (std::size_t k = 0; k < indicator.components.size(); ++k) {
        const std::string& id = indicator.components[k].id;
        const std::string at = place + "/components/" + std::to_string(k) + "/id";
        if (id.empty() || !own.insert(id).second) continue;
        claim(indicator.id + "." + id, {"分量", "a component"}, at);
        dotted(indicator.id + "." + id, at);
      }
    }
  }

  /// "H02.verdict" is the verdict of H02 and cannot be an item or component.
  void dotted(const std::string& name, const std::string& place) {
    const std::size_t dot = name.rfind('.');
    if (dot == std::string::npos) return;
    const std::string_view result = std::string_view(name).substr(dot + 1);
    const bool is_result =
        std::find(dotted_results.begin(), dotted_results.end(), result) != dotted_results.end();
    if (is_result && names(Referent::indicator).contains(std::string_view(name).substr(0, dot)))
      add(check_messages::reserved_name, place, {{"name", name}}).found = name;
  }

  void parameters() {
    std::map<std::string_view, std::string> columns;
    for (std::size_t t = 0; t < framework_.tables.size(); ++t)
      for (std::size_t c = 0; c < framework_.tables[t].columns.size(); ++c)
        columns.try_emplace(
            framework_.tables[t].columns[c].id,
            "/tables/" + std::to_string(t) + "/columns/" + std::to_string(c) + "/id");
    for (const auto& [name, value] : framework_.parameters) {
      std::string place = "/parameters";
      append_pointer_step(place, name);
      for (const std::string_view built_in : {"id", "name", "level", "year", "problem", "previous"})
        if (name == built_in)
          add(check_messages::reserved_name, place, {{"name", name}}).found = name;
      if (const auto owner = results_.find(name); owner != results_.end())
        taken(name, owner->second, place);
      else if (const auto column = columns.find(name); column != columns.end())
        taken(name, {{"列", "a column"}, column->second}, place);
    }
  }

  // ---- levels and tables -----------------------------------------------------------------------

  std::size_t level_at(std::string_view id) const {
    const auto found = level_index_.find(id);
    return found == level_index_.end() ? no_level : found->second;
  }

  /// The level whose units a table's rows belong to; no_level where it has none of its own.
  std::size_t level_of_table(std::string_view table) const {
    if (table.starts_with(units_prefix)) return level_at(table.substr(units_prefix.size()));
    const auto found = table_index_.find(table);
    return found == table_index_.end() ? no_level
                                       : level_at(framework_.tables[found->second].level);
  }

  void level_not_below(const std::string& level, const std::string& table,
                       const std::string& place) {
    const std::size_t at = level_at(level);
    const std::size_t lowest = level_of_table(table);
    if (at == no_level || lowest == no_level || at >= lowest) return;
    Issue& issue =
        add(compile_messages::level_below_table, place, {{"level", level}, {"table", table}});
    issue.found = level;
  }

  /// `values` are for texts only, a default has the type.
  void levels() {
    for (std::size_t s = 0; s < framework_.severities.size(); ++s)
      if (framework_.severities[s].id == "none")
        add(check_messages::reserved_name, "/severities/" + std::to_string(s) + "/id",
            {{"name", "none"}})
            .found = "none";
    for (std::size_t l = 0; l < framework_.levels.size(); ++l) {
      const Level& level = framework_.levels[l];
      for (std::size_t a = 0; a < level.attributes.size(); ++a) {
        const Attribute& attribute = level.attributes[a];
        const std::string place =
            "/levels/" + std::to_string(l) + "/attributes/" + std::to_string(a);
        if (!attribute.values.empty() && attribute.type != Type::text)
          only_for("values", {"文本属性", "text attributes"}, place + "/values");
        default_of(attribute, place + "/default");
        differs(attribute, place);
      }
    }
  }

  void only_for(std::string_view key, const Text& type, std::string place) {
    add(check_messages::only_for_type, std::move(place),
        {{"key", key}, {"type_zh", type.zh}, {"type", type.en}});
  }

  void default_of(const Attribute& attribute, const std::string& place) {
    const Scalar& value = attribute.default_value;
    if (value.is_null()) return;
    const bool fits = attribute.type == Type::number    ? value.number.has_value()
                      : attribute.type == Type::boolean ? value.boolean.has_value()
                                                        : value.text.has_value();
    if (!fits) {
      add(check_messages::default_type, place).expected = framework_fields::name_of(attribute.type);
      return;
    }
    if (attribute.type != Type::text || attribute.values.empty()) return;
    const std::string& text = *value.text;
    const auto& values = attribute.values;
    if (std::find(values.begin(), values.end(), text) != values.end()) return;
    Issue& issue = add(check_messages::default_value, place, {{"found", text}});
    issue.found = text;
    issue.nearest = nearest(text, values);
  }

  static bool inherits(const Attribute& attribute) {
    return attribute.inherit.value_or(attribute.type != Type::number);
  }

  /// The same attribute on two levels must be the same attribute.
  void differs(const Attribute& attribute, const std::string& place) {
    const auto [first, fresh] = attributes_.try_emplace(attribute.id, &attribute);
    if (fresh || attribute.id.empty()) return;
    const Attribute& other = *first->second;
    if (other.type != attribute.type || inherits(other) != inherits(attribute) ||
        other.values != attribute.values)
      add(compile_messages::attribute_differs, place, {{"attribute", attribute.id}}).found =
          attribute.id;
  }

  void tables() {
    for (std::size_t t = 0; t < framework_.tables.size(); ++t) {
      const Table& table = framework_.tables[t];
      const std::string place = "/tables/" + std::to_string(t);
      for (std::size_t c = 0; c < table.columns.size(); ++c)
        column(table.columns[c], place + "/columns/" + std::to_string(c));
      for (std::size_t k = 0; k < table.key.size(); ++k)
        named_column(table, table.key[k], "key", Type::text, place + "/key");
      named_column(table, table.unit, "unit", Type::text, place + "/unit");
      named_column(table, table.evidence, "evidence", Type::text, place + "/evidence");
      named_column(table, table.geometry, "geometry", Type::text, place + "/geometry");
      if (table.sample) {
        const std::string at = place + "/sample/";
        named_column(table, table.sample->weight, "weight", Type::number, at + "weight");
        named_column(table, table.sample->strata, "strata", Type::text, at + "strata");
        named_column(table, table.sample->cluster, "cluster", Type::text, at + "cluster");
        named_column(table, table.sample->population, "population", Type::number,
                     at + "population");
      }
      expected(table, place + "/expected");
      for (std::size_t k = 0; k < table.checks.size(); ++k)
        check_of_table(table.checks[k], table.id, place + "/checks/" + std::to_string(k));
    }
  }

  void column(const Column& column, const std::string& place) {
    for (const std::string_view built_in : {"year", "problem"})
      if (column.id == built_in)
        add(check_messages::reserved_name, place + "/id", {{"name", column.id}}).found = column.id;
    if (column.type != Type::number) {
      if (column.min) only_for("min", {"数值列", "number columns"}, place + "/min");
      if (column.max) only_for("max", {"数值列", "number columns"}, place + "/max");
    } else if (column.min && column.max && *column.min > *column.max) {
      reversed("min", "max", place + "/min");
    }
    if (column.type != Type::text && !column.values.empty())
      only_for("values", {"文本列", "text columns"}, place + "/values");
    if (!column.formula.empty() && column.optional)
      add(check_messages::computed_optional, place + "/optional");
  }

  void reversed(std::string_view low, std::string_view high, std::string place) {
    add(check_messages::bounds_reversed, std::move(place), {{"low", low}, {"high", high}});
  }

  /// Columns that a table names by key have the type of that key; `columns` may repeat it.
  void named_column(const Table& table, const std::string& name, std::string_view key, Type type,
                    const std::string& place) {
    for (const Column& column : table.columns) {
      if (column.id != name || column.type == type) continue;
      const std::string_view expected = framework_fields::name_of(type);
      Issue& issue = add(check_messages::column_type, place,
                         {{"column", name}, {"key", key}, {"expected", expected}});
      issue.found = framework_fields::name_of(column.type);
      issue.expected = expected;
    }
  }

  /// Rows due are counted per unit of the table's level, so the attribute must reach it.
  void expected(const Table& table, const std::string& place) {
    if (table.expected.empty() || !names(Referent::attribute).contains(table.expected)) return;
    const std::size_t lowest = level_at(table.level);
    bool reached = false;
    for (std::size_t l = 0; l < framework_.levels.size(); ++l) {
      for (const Attribute& attribute : framework_.levels[l].attributes) {
        if (attribute.id != table.expected) continue;
        if (attribute.type != Type::number) {
          add(compile_messages::expected_type, place, {{"attribute", table.expected}}).found =
              table.expected;
          return;
        }
        if (l == lowest || (l > lowest && inherits(attribute))) reached = true;
      }
    }
    if (!reached && lowest != no_level)
      add(check_messages::expected_level, place,
          {{"attribute", table.expected}, {"level", table.level}})
          .found = table.expected;
  }

  void check_of_table(const Check& check, const std::string& table, const std::string& place) {
    if (check.at.empty()) return;
    level_not_below(check.at, table, place + "/at");
    if (check.on_fail == OnFail::leave_out) add(check_messages::leave_out_at, place + "/on_fail");
  }

  // ---- indicators ------------------------------------------------------------------------------

  void indicator(const Indicator& i, const std::string& place) {
    if (!i.components.empty()) {
      if (!i.formula.empty()) excluded("formula", place);
      if (!i.items.empty()) excluded("items", place);
      if (!i.targets.empty()) excluded("targets", place);
    }
    bool reads = !i.formula.empty() || !i.items.empty();
    for (std::size_t c = 0; c < i.components.size(); ++c) {
      const Component& component = i.components[c];
      const std::string at = place + "/components/" + std::to_string(c);
      if (!component.formula.empty()) {
        reads = true;
        if (i.table.empty()) needs_table("formula", at);
      }
      targets(component.targets, at + "/targets");
      directions(i.direction, component.targets, at + "/targets", place + "/direction");
    }
    if (i.table.empty()) {
      if (!i.formula.empty()) needs_table("formula", place);
      if (!i.items.empty()) needs_table("items", place);
      if (!i.funnel.empty()) needs_table("funnel", place);
    } else if (!reads) {
      add(check_messages::unused_table, place + "/table").found = i.table;
    }
    targets(i.targets, place + "/targets");
    directions(i.direction, i.targets, place + "/targets", place + "/direction");
    levels_of(i, place);
    for (const Aspect& aspect : framework_.aspects) {
      if (aspect.id != i.aspect || aspect.dimension == i.dimension ||
          !names(Referent::dimension).contains(i.dimension) ||
          !names(Referent::dimension).contains(aspect.dimension))
        continue;
      add(check_messages::aspect_dimension, place + "/aspect",
          {{"aspect", i.aspect}, {"other", aspect.dimension}, {"dimension", i.dimension}})
          .found = i.aspect;
      break;
    }
    if (!i.survey.empty() && i.survey == i.id) add(check_messages::own_survey, place + "/survey");
  }

  void excluded(std::string_view key, const std::string& place) {
    add(check_messages::components_exclude, place + "/" + std::string(key), {{"key", key}});
  }
  void needs_table(std::string_view key, const std::string& place) {
    add(check_messages::needs_table, place + "/" + std::string(key), {{"key", key}}).expected =
        "table";
  }

  /// By default the table's level and all above, or the highest of the dimension.
  void levels_of(const Indicator& i, const std::string& place) {
    for (std::size_t l = 0; l < i.levels.size(); ++l)
      level_not_below(i.levels[l], i.table, place + "/levels/" + std::to_string(l));
    level_not_below(i.ledger_level, i.table, place + "/ledger_level");
    if (!i.levels.empty()) return;
    if (i.table == previous_problems)
      add(compile_messages::levels_needed, place, {{"indicator", i.id}}).expected = "levels";
    if (!i.table.empty() || !names(Referent::dimension).contains(i.dimension)) return;
    for (const Level& level : framework_.levels)
      if (level.dimension == i.dimension) return;
    add(check_messages::no_level, place, {{"dimension", i.dimension}}).expected = "levels";
  }

  void targets(const std::vector<Target>& list, const std::string& place) {
    for (std::size_t t = 0; t < list.size(); ++t) {
      const Target& target = list[t];
      const std::string at = place + "/" + std::to_string(t);
      const bool between = target.op == Operator::between;
      bound(target, target.value, "value", !between, at);
      bound(target, target.low, "low", between, at);
      bound(target, target.high, "high", between, at);
      const auto &low = target.low.number, &high = target.high.number;
      if (between && low && high && *low > *high) reversed("low", "high", at + "/low");
    }
  }

  void bound(const Target& target, const Bound& value, std::string_view key, bool wanted,
             const std::string& place) {
    const std::string_view op = framework_fields::name_of(target.op);
    const bool given = !value.is_null();
    if (wanted && !given)
      add(check_messages::target_bound_missing, place, {{"op", op}, {"key", key}}).expected = key;
    else if (given && !wanted)
      add(check_messages::target_bound_unused, place + "/" + std::string(key),
          {{"op", op}, {"key", key}})
          .found = key;
  }

  /// What a target says about the direction; nullopt: nothing ("=" can be approached from
  /// anywhere).
  static std::optional<Direction> direction_of(Operator op) {
    switch (op) {
      case Operator::greater_equal:
      case Operator::greater: return Direction::higher;
      case Operator::less_equal:
      case Operator::less: return Direction::lower;
      case Operator::between: return Direction::range;
      case Operator::equal: break;
    }
    return std::nullopt;
  }

  void directions(const std::optional<Direction>& stated, const std::vector<Target>& list,
                  const std::string& targets_place, const std::string& direction_place) {
    const Target* higher = nullptr;
    const Target* lower = nullptr;
    for (std::size_t t = 0; t < list.size(); ++t) {
      const std::optional<Direction> direction = direction_of(list[t].op);
      if (direction == Direction::higher) higher = &list[t];
      if (direction == Direction::lower) lower = &list[t];
      const bool contradicts =
          stated && (direction ? *direction != *stated : *stated == Direction::none);
      if (contradicts) {
        const std::string_view op = framework_fields::name_of(list[t].op);
        Issue& issue = add(check_messages::direction, direction_place,
                           {{"direction", framework_fields::name_of(*stated)}, {"op", op}});
        issue.found = framework_fields::name_of(*stated);
        if (direction) issue.expected = framework_fields::name_of(*direction);
        return;
      }
      if (!stated && higher != nullptr && lower != nullptr) {
        add(check_messages::directions_differ, targets_place + "/" + std::to_string(t) + "/op",
            {{"first", framework_fields::name_of(higher->op)},
             {"second", framework_fields::name_of(lower->op)}});
        return;
      }
    }
  }

  // ---- rules, ledgers, scores ------------------------------------------------------------------

  void rules() {
    for (std::size_t r = 0; r < framework_.rules.size(); ++r) {
      const Rule& rule = framework_.rules[r];
      const std::string place = "/rules/" + std::to_string(r);
      const std::string_view then = framework_fields::name_of(rule.then);
      const bool takes_severity = rule.then == RuleAction::add || rule.then == RuleAction::raise;
      if (rule.then == RuleAction::raise && rule.is.empty())
        add(check_messages::needs_severity, place, {{"then", then}}).expected = "is";
      if (!takes_severity && !rule.is.empty())
        add(check_messages::unused_severity, place + "/is", {{"then", then}}).found = rule.is;
      if (rule.then != RuleAction::add && rule.indicator.empty())
        add(check_messages::needs_indicator, place, {{"then", then}}).expected = "indicator";
    }
  }

  void ledgers() {
    std::set<std::string_view> dimensions;
    for (std::size_t l = 0; l < framework_.ledgers.size(); ++l) {
      const Ledger& ledger = framework_.ledgers[l];
      const std::string place = "/ledgers/" + std::to_string(l);
      if (!ledger.dimension.empty() && !dimensions.insert(ledger.dimension).second)
        add(check_messages::duplicate_ledger, place + "/dimension", {{"id", ledger.dimension}})
            .found = ledger.dimension;
      const std::size_t list = level_at(ledger.list_level);
      const std::size_t split = level_at(ledger.split_level);
      if (list != no_level && split != no_level && split >= list)
        add(check_messages::split_level, place + "/split_level",
            {{"split", ledger.split_level}, {"list", ledger.list_level}})
            .found = ledger.split_level;
      placeholders(ledger.sentence.zh, place + "/sentence/zh");
      placeholders(ledger.sentence.en, place + "/sentence/en");
    }
  }

  void placeholders(std::string_view text, const std::string& place) {
    static const std::vector<std::string> known = {"indicator", "item",  "value",  "measure",
                                                   "share",     "split", "objects"};
    for (std::size_t start = text.find('{'); start != std::string_view::npos;
         start = text.find('{', start + 1)) {
      const std::size_t end = text.find('}', start);
      if (end == std::string_view::npos) {
        add(check_messages::unclosed_placeholder, place).position = start + 1;
        return;
      }
      const std::string name(text.substr(start + 1, end - start - 1));
      if (std::find(known.begin(), known.end(), name) != known.end()) continue;
      std::string choices;
      for (const std::string& word : known) choices += (choices.empty() ? "{" : " {") + word + "}";
      Issue& issue = add(check_messages::placeholder, place,
                         {{"found", "{" + name + "}"}, {"choices", choices}});
      issue.position = start + 1;
      issue.found = "{" + name + "}";
      issue.expected = choices;
      issue.nearest = nearest(name, known);
    }
  }

  void score() {
    if (!framework_.score) return;
    const Score& score = *framework_.score;
    std::map<std::string_view, std::string_view> parents;
    for (std::size_t n = 0; n < score.nodes.size(); ++n) {
      const ScoreNode& node = score.nodes[n];
      const std::string place = "/score/nodes/" + std::to_string(n);
      parents.try_emplace(node.id, node.parent);
      if (node.floor == "cap" && !node.cap) add(check_messages::needs_cap, place).expected = "cap";
      if (node.floor != "cap" && node.cap) add(check_messages::unused_cap, place + "/cap");
      if (score.leaves.contains(node.id))
        taken(node.id, {{"指标", "an indicator"}, "/score/leaves"}, place + "/id");
    }
    node_cycles(parents);
  }

  void node_cycles(const std::map<std::string_view, std::string_view>& parents) {
    std::set<std::string_view> finished;
    for (const auto& [start, parent] : parents) {
      std::vector<std::string_view> path;
      std::set<std::string_view> on_path;
      std::string_view node = start;
      while (!node.empty() && parents.contains(node) && !finished.contains(node) &&
             on_path.insert(node).second) {
        path.push_back(node);
        node = parents.at(node);
      }
      if (on_path.contains(node)) {
        std::string cycle;
        for (auto step = std::find(path.begin(), path.end(), node); step != path.end(); ++step)
          cycle += std::string(*step) + " -> ";
        cycle += node;
        std::size_t at = 0;
        while (framework_.score->nodes[at].id != node) ++at;
        add(check_messages::node_cycle, "/score/nodes/" + std::to_string(at) + "/parent",
            {{"cycle", cycle}})
            .found = cycle;
      }
      finished.insert(path.begin(), path.end());
    }
  }

  void problem_indexes() {
    std::map<std::string_view, std::string_view> table_of_item;
    for (const Indicator& i : framework_.indicators)
      for (const Item& item : i.items) table_of_item.try_emplace(item.id, i.table);
    for (std::size_t p = 0; p < framework_.problem_indexes.size(); ++p) {
      const ProblemIndex& index = framework_.problem_indexes[p];
      const std::string place = "/problem_indexes/" + std::to_string(p);
      bool weighs = false;
      for (const auto& [item, weight] : index.weights) {
        weighs = weighs || weight != 0;
        const auto table = table_of_item.find(item);
        if (table == table_of_item.end() || table->second == index.table ||
            !table_index_.contains(index.table))
          continue;
        std::string at = place + "/weights";
        append_pointer_step(at, item);
        add(check_messages::item_table, at,
            {{"item", item}, {"other", table->second}, {"table", index.table}})
            .found = item;
      }
      if (!weighs && !index.weights.empty()) add(check_messages::no_weight, place + "/weights");
      if (const auto table = table_index_.find(index.table); table != table_index_.end())
        named_column(framework_.tables[table->second], index.record_weight, "record_weight",
                     Type::number, place + "/record_weight");
    }
  }

  std::map<std::string, std::size_t, std::less<>> level_index_;
  std::map<std::string, std::size_t, std::less<>> table_index_;
  std::map<std::string, Owner, std::less<>> results_;
  std::map<std::string, const Attribute*, std::less<>> attributes_;
};

}  // namespace check_detail

/// Every dangling reference, duplicate and contradiction, with JSON pointers into the (merged)
/// document; empty: there is none. Formulas are not parsed.
inline Issues check(const Framework& framework) {
  return check_detail::FrameworkCheck(framework).run();
}

}  // namespace tijian
