// compile: Framework → Plan. Every formula fault of the document is found, each with the JSON
// pointer of the formula; what depends on a faulty formula is left out, so one mistake does not
// hide the others.
#pragma once

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tijian/compile_messages.hpp"
#include "tijian/formula/parser.hpp"
#include "tijian/formula/ratio.hpp"
#include "tijian/framework_json.hpp"
#include "tijian/nearest.hpp"
#include "tijian/plan.hpp"
#include "tijian/plan_fingerprint.hpp"

namespace tijian {

namespace detail {

using formula::Graph;
using formula::no_node;
using formula::NodeId;
using formula::Operation;

class Compiler {
 public:
  Compiler(PlanData& plan, Issues& issues) : plan_(plan), issues_(issues) {}

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
  struct ResultName {
    UnitLeaf leaf;
    Type type;
  };
  enum class UnitNames : std::uint8_t {
    attributes = 0,  // attributes, built-ins, parameters
    previous = 1,    // and last year's value of the series (targets)
    own = 2,         // and the series' own results (severity, grades)
    results = 4,     // and every result by name (rules, derived tables)
  };

  const Framework& framework() const { return plan_.framework; }

  // ---- names ------------------------------------------------------------------------------------

  void index_names() {
    const Framework& f = framework();
    for (std::uint32_t l = 0; l < f.levels.size(); ++l) {
      plan_.level_index.emplace(f.levels[l].id, l);
      for (const Attribute& attribute : f.levels[l].attributes) {
        auto [at, fresh] = plan_.attribute_index.emplace(
            attribute.id, static_cast<std::uint32_t>(plan_.attributes.size()));
        const bool inherit = attribute.inherit.value_or(attribute.type != Type::number);
        if (fresh) {
          plan_.attributes.push_back({attribute.id, attribute.type, inherit, attribute.values,
                                      std::vector<Scalar>(f.levels.size())});
        } else if (const AttributePlan& first = plan_.attributes[at->second];
                   first.type != attribute.type || first.inherit != inherit ||
                   first.values != attribute.values) {
          issues_.push_back(make_issue(compile_messages::attribute_differs,
                                       "/levels/" + std::to_string(l) + "/attributes",
                                       {{"attribute", attribute.id}}));
        }
        plan_.attributes[at->second].default_of_level[l] = attribute.default_value;
      }
    }
    for (const auto& [id, value] : f.parameters) {
      plan_.parameter_ids.push_back(id);
      plan_.parameter_values.push_back(value);
    }
    for (std::uint32_t i = 0; i < f.indicators.size(); ++i)
      plan_.indicator_index.emplace(f.indicators[i].id, i);
  }

  void add_result_names(std::uint32_t series, const std::string& prefix) {
    static constexpr std::pair<std::string_view, Field> fields[] = {
        {"verdict", Field::verdict},
        {"severity", Field::severity},
        {"gap", Field::gap},
        {"deficit", Field::deficit},
        {"numerator", Field::numerator},
        {"denominator", Field::denominator},
        {"coverage", Field::coverage},
        {"reported", Field::reported},
        {"grade", Field::grade},
        {"evidence", Field::evidence}};
    const auto leaf = [&](Field field) {
      return UnitLeaf{UnitLeaf::Kind::result, no_index, series, field};
    };
    results_.emplace(prefix, ResultName{leaf(Field::value), Type::number});
    for (const auto& [name, field] : fields)
      results_.emplace(prefix + "." + std::string(name),
                       ResultName{leaf(field), field_type(field)});
  }

  static Type field_type(Field field) {
    switch (field) {
      case Field::verdict:
      case Field::severity:
      case Field::grade:
      case Field::evidence: return Type::text;
      default: return Type::number;
    }
  }

  NodeId unit_leaf(const UnitLeaf& leaf, Type type) { return intern_unit_leaf(leaf, type).first; }

  std::pair<NodeId, std::uint32_t> intern_unit_leaf(const UnitLeaf& leaf, Type type) {
    auto [at, fresh] =
        unit_leaf_index_.emplace(leaf, static_cast<std::uint32_t>(plan_.unit_leaves.size()));
    if (fresh) plan_.unit_leaves.push_back(leaf);
    return {plan_.units.leaf(at->second, type), at->second};
  }

  /// The leaf a name stands for over a unit, and its type.
  std::optional<ResultName> unit_name(std::string_view name, int names, std::uint32_t series) {
    if ((names & static_cast<int>(UnitNames::own)) != 0) {
      static const std::map<std::string_view, Field> own = {{"value", Field::value},
                                                            {"target", Field::target},
                                                            {"low", Field::low},
                                                            {"high", Field::high},
                                                            {"shortfall", Field::shortfall},
                                                            {"gap", Field::gap},
                                                            {"deficit", Field::deficit},
                                                            {"numerator", Field::numerator},
                                                            {"denominator", Field::denominator},
                                                            {"previous", Field::previous},
                                                            {"survey", Field::survey},
                                                            {"coverage", Field::coverage},
                                                            {"problems", Field::problems}};
      if (const auto at = own.find(name); at != own.end())
        return ResultName{{UnitLeaf::Kind::result, no_index, series, at->second}, Type::number};
    }
    if ((names & static_cast<int>(UnitNames::previous)) != 0 && name == "previous")
      return ResultName{{UnitLeaf::Kind::result, no_index, series, Field::previous}, Type::number};
    if (const auto at = plan_.attribute_index.find(name); at != plan_.attribute_index.end())
      return ResultName{{UnitLeaf::Kind::attribute, no_index, at->second, Field::value},
                        plan_.attributes[at->second].type};
    if ((names & static_cast<int>(UnitNames::results)) != 0)
      if (const auto at = results_.find(name); at != results_.end()) return at->second;
    if (name == "id")
      return ResultName{{UnitLeaf::Kind::id, no_index, no_index, Field::value}, Type::text};
    if (name == "name")
      return ResultName{{UnitLeaf::Kind::name, no_index, no_index, Field::value}, Type::text};
    if (name == "level")
      return ResultName{{UnitLeaf::Kind::level, no_index, no_index, Field::value}, Type::text};
    if (name == "year")
      return ResultName{{UnitLeaf::Kind::year, no_index, no_index, Field::value}, Type::number};
    for (std::uint32_t p = 0; p < plan_.parameter_ids.size(); ++p)
      if (plan_.parameter_ids[p] == name)
        return ResultName{{UnitLeaf::Kind::parameter, no_index, p, Field::value},
                          scalar_type(plan_.parameter_values[p])};
    return std::nullopt;
  }

  static Type scalar_type(const Scalar& value) {
    if (std::holds_alternative<bool>(value)) return Type::boolean;
    if (std::holds_alternative<std::string>(value)) return Type::text;
    return Type::number;
  }

  static NodeId scalar_node(Graph& graph, const Scalar& value) {
    if (const double* number = std::get_if<double>(&value)) return graph.constant(*number);
    if (const bool* boolean = std::get_if<bool>(&value)) return graph.constant(*boolean);
    if (const std::string* text = std::get_if<std::string>(&value)) return graph.constant(*text);
    return graph.null(Type::number);
  }

  formula::Scope unit_scope(int names, std::uint32_t series) {
    formula::Scope scope;
    scope.resolve = [this, names, series](Graph&, std::string_view name) {
      const auto found = unit_name(name, names, series);
      return found ? unit_leaf(found->leaf, found->type) : no_node;
    };
    scope.names = [this, names] {
      std::vector<std::string> known = plan_.parameter_ids;
      for (const AttributePlan& attribute : plan_.attributes) known.push_back(attribute.id);
      if ((names & static_cast<int>(UnitNames::results)) != 0)
        for (const auto& [name, result] : results_) known.push_back(name);
      if ((names & static_cast<int>(UnitNames::own)) != 0)
        for (const char* name : {"value", "target", "low", "high", "shortfall", "gap", "deficit",
                                 "numerator", "denominator", "survey", "coverage", "problems"})
          known.emplace_back(name);
      for (const char* name : {"id", "name", "level", "year", "previous"}) known.emplace_back(name);
      return known;
    };
    return scope;
  }

  /// Names of one row of `table`; `problem` is the node that the word stands for, or no_node.
  formula::Scope row_scope(std::uint32_t table, NodeId problem, std::size_t columns_before) {
    formula::Scope scope;
    scope.resolve = [this, table, problem, columns_before](Graph& graph, std::string_view name) {
      TablePlan& plan = plan_.tables[table];
      if (name == "problem" && problem != no_node) return problem;
      const std::size_t limit = std::min(columns_before, plan.columns.size());
      for (std::size_t c = 0; c < limit; ++c)
        if (plan.columns[c].id == name) return plan.columns[c].node;
      if (plan.source == TablePlan::Source::units) {
        const auto found = unit_name(name, static_cast<int>(UnitNames::results), no_index);
        if (found && found->leaf.kind != UnitLeaf::Kind::parameter) {
          const std::uint32_t index = intern_unit_leaf(found->leaf, found->type).second;
          return row_leaf(plan, {RowLeaf::Kind::unit_leaf, index}, found->type);
        }
      }
      if (name == "year") {
        plan_.rows_read_year = true;
        return graph.constant(static_cast<double>(framework().year));
      }
      for (std::uint32_t p = 0; p < plan_.parameter_ids.size(); ++p)
        if (plan_.parameter_ids[p] == name) return scalar_node(graph, plan_.parameter_values[p]);
      return no_node;
    };
    scope.names = [this, table, problem, columns_before] {
      std::vector<std::string> known = plan_.parameter_ids;
      const TablePlan& plan = plan_.tables[table];
      for (std::size_t c = 0; c < std::min(columns_before, plan.columns.size()); ++c)
        known.push_back(plan.columns[c].id);
      if (plan.source == TablePlan::Source::units)
        for (const auto& [name, result] : results_) known.push_back(name);
      if (problem != no_node) known.emplace_back("problem");
      return known;
    };
    return scope;
  }

  static constexpr std::size_t every_column = static_cast<std::size_t>(-1);

  NodeId row_leaf(TablePlan& table, RowLeaf leaf, Type type) {
    for (std::uint32_t i = 0; i < table.leaves.size(); ++i)
      if (table.leaves[i].kind == leaf.kind && table.leaves[i].index == leaf.index)
        return table.aggregates.rows.leaf(i, type);
    table.leaves.push_back(leaf);
    return table.aggregates.rows.leaf(static_cast<std::uint32_t>(table.leaves.size() - 1), type);
  }

  // ---- formulas ---------------------------------------------------------------------------------

  std::optional<formula::Syntax> parse(const std::string& text, const std::string& place) {
    Issues found;
    auto syntax = formula::parse(text, found);
    take(found, place);
    return syntax;
  }

  void take(Issues& found, const std::string& place) {
    for (Issue& issue : found) {
      issue.place = place;
      issues_.push_back(std::move(issue));
    }
    found.clear();
  }

  /// A condition or number over a row of `table`.
  NodeId lower_row(const std::string& text, const std::string& place, std::uint32_t table,
                   Type type, std::size_t columns_before = every_column) {
    const auto syntax = parse(text, place);
    if (!syntax) return no_node;
    Issues found;
    formula::LoweringContext context{plan_.tables[table].aggregates.rows,
                                     row_scope(table, no_node, columns_before)};
    const NodeId node = formula::lower(*syntax, context, type, found);
    take(found, place);
    return node;
  }

  /// A condition or number over a unit, without aggregates.
  NodeId lower_unit(const std::string& text, const std::string& place, Type type, int names,
                    std::uint32_t series) {
    const auto syntax = parse(text, place);
    if (!syntax) return no_node;
    Issues found;
    formula::LoweringContext context{plan_.units, unit_scope(names, series)};
    const NodeId node = formula::lower(*syntax, context, type, found);
    take(found, place);
    return node;
  }

  /// A formula over aggregates of `table`.
  NodeId lower_formula(const formula::Syntax& syntax, const std::string& place, std::uint32_t table,
                       Type type, NodeId problem, int names, std::uint32_t series,
                       std::vector<formula::AggregateUse>* uses) {
    Issues found;
    formula::LoweringContext context{plan_.units, unit_scope(names, series)};
    context.aggregates = &plan_.tables[table].aggregates;
    context.row_scope = row_scope(table, problem, every_column);
    context.statistic_leaf = [this, table](Graph&, std::uint32_t statistic) {
      return unit_leaf({UnitLeaf::Kind::statistic, table, statistic, Field::value}, Type::number);
    };
    context.uses = uses;
    const NodeId node = formula::lower(syntax, context, type, found);
    take(found, place);
    return node;
  }

  // ---- tables -----------------------------------------------------------------------------------

  void add_survey_table(std::uint32_t t) {
    const Table& source = framework().tables[t];
    const std::string place = "/tables/" + std::to_string(t);
    TablePlan table;
    table.source = TablePlan::Source::survey;
    table.id = source.id;
    table.table = t;
    table.level = level_of(source.level);
    plan_.tables.push_back(std::move(table));
    const std::uint32_t at = static_cast<std::uint32_t>(plan_.tables.size() - 1);
    for (std::size_t c = 0; c < source.columns.size(); ++c)
      add_column(at, source.columns[c], place + "/columns/" + std::to_string(c));
    const auto named = [&](const std::string& id, Type type) {
      if (id.empty()) return;
      for (const ColumnPlan& column : plan_.tables[at].columns)
        if (column.id == id) return;
      Column column;
      column.id = id;
      column.type = type;
      add_column(at, column, place);
    };
    named(source.evidence, Type::text);
    TablePlan& made = plan_.tables[at];
    if (!source.evidence.empty()) {
      Graph& rows = made.aggregates.rows;
      const NodeId letter = node_of(made, source.evidence);
      if (letter != no_node && rows.nodes()[letter].type == Type::text) {
        NodeId rank = rows.null(Type::number);
        for (int k = 4; k >= 0; --k)
          rank = rows.apply(
              Operation::select,
              rows.apply(Operation::coalesce,
                         rows.apply(Operation::equal, letter,
                                    rows.constant(std::string(1, static_cast<char>('A' + k)))),
                         rows.constant(false)),
              rows.constant(static_cast<double>(k + 1)), rank);
        made.evidence = rank;
      } else {
        issues_.push_back(make_issue(compile_messages::evidence_type, place + "/evidence",
                                     {{"column", source.evidence}}));
      }
    }
    for (std::size_t g = 0; g < source.groups.size(); ++g) {
      const NodeId by = lower_row(source.groups[g].by,
                                  place + "/groups/" + std::to_string(g) + "/by", at, Type::text);
      if (by != no_node) plan_.tables[at].groups.emplace_back(source.groups[g].id, by);
    }
    if (!source.applies_when.empty())
      plan_.tables[at].applies_when =
          lower_unit(source.applies_when, place + "/applies_when", Type::boolean,
                     static_cast<int>(UnitNames::attributes), no_index);
    if (!source.expected.empty()) {
      const auto found = plan_.attribute_index.find(source.expected);
      if (found != plan_.attribute_index.end() &&
          plan_.attributes[found->second].type == Type::number)
        plan_.tables[at].expected = found->second;
      else
        issues_.push_back(make_issue(compile_messages::expected_type, place + "/expected",
                                     {{"attribute", source.expected}}));
    }
  }

  std::uint32_t level_of(const std::string& id) const {
    const auto at = plan_.level_index.find(id);
    return at == plan_.level_index.end() ? 0 : at->second;
  }

  NodeId node_of(const TablePlan& table, std::string_view id) const {
    for (const ColumnPlan& column : table.columns)
      if (column.id == id) return column.node;
    return no_node;
  }

  void add_column(std::uint32_t t, const Column& source, const std::string& place) {
    ColumnPlan column;
    column.id = source.id;
    column.type = source.type;
    column.optional = source.optional;
    NodeId raw = no_node;
    const std::size_t index = plan_.tables[t].columns.size();
    if (source.formula.empty()) {
      TablePlan& table = plan_.tables[t];
      raw =
          row_leaf(table, {RowLeaf::Kind::column, static_cast<std::uint32_t>(index)}, source.type);
      column.leaf = table.aggregates.rows.nodes()[raw].leaf;
      if (source.type == Type::number) {
        const NodeId infinite = row_leaf(
            table, {RowLeaf::Kind::infinite, static_cast<std::uint32_t>(index)}, Type::boolean);
        column.infinite_leaf = table.aggregates.rows.nodes()[infinite].leaf;
        pending_.push_back(
            {t,
             raw,
             "infinite:" + source.id,
             infinite,
             {source.id + " 为无穷大，按缺失处理", source.id + " is infinite: read as missing"}});
      }
    } else {
      raw = lower_row(source.formula, place + "/formula", t, source.type, index);
    }
    TablePlan& table = plan_.tables[t];
    Graph& rows = table.aggregates.rows;
    column.node = raw;
    if (raw == no_node) {
      column.node = rows.null(source.type);  // the fault is reported; its readers are still checked
    } else if (source.type == Type::number && (source.min || source.max)) {
      std::vector<NodeId> outside;
      if (source.min)
        outside.push_back(rows.apply(Operation::less, raw, rows.constant(*source.min)));
      if (source.max)
        outside.push_back(rows.apply(Operation::less, rows.constant(*source.max), raw));
      const NodeId is_outside =
          rows.apply(Operation::coalesce, rows.any_of(outside), rows.constant(false));
      column.node = rows.apply(Operation::select, is_outside, rows.null(Type::number), raw);
      pending_.push_back({t,
                          raw,
                          "range:" + source.id,
                          is_outside,
                          {source.id + " 超出允许范围，按缺失处理",
                           source.id + " is out of range: read as missing"}});
    } else if (source.type == Type::text && !source.values.empty()) {
      std::vector<NodeId> allowed;
      for (const std::string& value : source.values)
        allowed.push_back(rows.apply(Operation::equal, raw, rows.constant(value)));
      const NodeId is_allowed =
          rows.apply(Operation::coalesce, rows.any_of(allowed), rows.constant(true));
      column.node = rows.apply(Operation::select, is_allowed, raw, rows.null(Type::text));
      pending_.push_back({t,
                          raw,
                          "values:" + source.id,
                          rows.apply(Operation::logical_not, is_allowed),
                          {source.id + " 不在允许的取值内，按缺失处理",
                           source.id + " is not an allowed value: read as missing"}});
    }
    table.columns.push_back(std::move(column));
  }

  void add_table_checks(TablePlan& table) {
    const Table& source = framework().tables[table.table];
    const std::uint32_t at = static_cast<std::uint32_t>(&table - plan_.tables.data());
    for (std::size_t c = 0; c < source.checks.size(); ++c)
      add_check(at, source.checks[c],
                "/tables/" + std::to_string(table.table) + "/checks/" + std::to_string(c));
  }

  void add_check(std::uint32_t t, const Check& check, const std::string& place) {
    if (!check.at.empty()) {
      const auto syntax = parse(check.expect, place + "/expect");
      if (!syntax) return;
      UnitCheckPlan plan;
      plan.id = check.id;
      plan.table = t;
      plan.table_id = plan_.tables[t].id;
      plan.level = level_of(check.at);
      plan.on_fail = check.on_fail;
      plan.message = check.message;
      plan.expect = lower_formula(*syntax, place + "/expect", t, Type::boolean, no_node,
                                  static_cast<int>(UnitNames::results), no_index, nullptr);
      if (plan.expect != no_node) plan_.unit_checks.push_back(std::move(plan));
      return;
    }
    const NodeId expect = lower_row(check.expect, place + "/expect", t, Type::boolean);
    if (expect == no_node) return;
    TablePlan& table = plan_.tables[t];
    Graph& rows = table.aggregates.rows;
    RowCheckPlan plan;
    plan.id = check.id;
    plan.on_fail = check.on_fail;
    plan.message = check.message;
    plan.failed = rows.apply(Operation::logical_not,
                             rows.apply(Operation::coalesce, expect, rows.constant(true)));
    table.checks.push_back(std::move(plan));
  }

  void add_framework_checks() {
    for (std::size_t c = 0; c < framework().checks.size(); ++c) {
      const Check& check = framework().checks[c];
      const std::string place = "/checks/" + std::to_string(c);
      if (const auto level = derived_level(check.table)) {
        add_check(add_derived_table(check.table, TablePlan::Source::units, *level), check, place);
        continue;
      }
      for (std::uint32_t t = 0; t < framework().tables.size(); ++t)
        if (plan_.tables[t].id == check.table) add_check(t, check, place);
    }
  }

  std::optional<std::uint32_t> derived_level(std::string_view table) const {
    if (table.substr(0, 6) != "units:") return std::nullopt;
    const auto at = plan_.level_index.find(table.substr(6));
    if (at == plan_.level_index.end()) return std::nullopt;
    return at->second;
  }

  std::uint32_t add_derived_table(const std::string& id, TablePlan::Source source,
                                  std::uint32_t level) {
    TablePlan table;
    table.source = source;
    table.id = id;
    table.level = level;
    plan_.tables.push_back(std::move(table));
    const std::uint32_t at = static_cast<std::uint32_t>(plan_.tables.size() - 1);
    if (source == TablePlan::Source::previous) {
      static constexpr std::pair<const char*, Type> columns[] = {
          {"level", Type::text},        {"unit", Type::text},     {"object", Type::text},
          {"dimension", Type::text},    {"aspect", Type::text},   {"indicator", Type::text},
          {"item", Type::text},         {"severity", Type::text}, {"time_class", Type::text},
          {"value", Type::number},      {"target", Type::text},   {"gap", Type::number},
          {"deficit", Type::number},    {"status", Type::text},   {"first_year", Type::number},
          {"years_open", Type::number}, {"due", Type::number},    {"confirmation", Type::text},
          {"department", Type::text},   {"advice", Type::text}};
      for (const auto& [name, type] : columns) {
        Column column;
        column.id = name;
        column.type = type;
        column.optional = true;
        add_column(at, column, "");
      }
    }
    return at;
  }

  /// What is known only when every formula is lowered: which columns are read, which checks count.
  void finish_table(TablePlan& table) {
    const std::uint32_t at = static_cast<std::uint32_t>(&table - plan_.tables.data());
    Graph& rows = table.aggregates.rows;
    std::vector<std::uint8_t> reached(rows.nodes().size(), 0);
    std::vector<NodeId> stack;
    const auto reach = [&](NodeId node) {
      if (node != no_node && reached[node] == 0) {
        reached[node] = 1;
        stack.push_back(node);
      }
      while (!stack.empty()) {
        const formula::Node& top = rows.nodes()[stack.back()];
        stack.pop_back();
        for (const NodeId operand : {top.a, top.b, top.c})
          if (operand != no_node && reached[operand] == 0) {
            reached[operand] = 1;
            stack.push_back(operand);
          }
      }
    };
    for (const formula::Slot& slot : table.aggregates.slots) {
      reach(slot.mask);
      reach(slot.argument);
    }
    for (const RowCheckPlan& check : table.checks) reach(check.failed);
    for (const auto& [id, by] : table.groups) reach(by);
    reach(table.evidence);
    for (const Pending& pending : pending_) {
      if (pending.table != at || reached[pending.raw] == 0) continue;
      RowCheckPlan check;
      check.id = pending.id;
      check.message = pending.message;
      check.failed = pending.failed;
      table.checks.push_back(std::move(check));
      reach(pending.failed);
    }
    for (ColumnPlan& column : table.columns)
      column.read = column.leaf != no_index && reached[rows.leaf(column.leaf, column.type)] != 0;

    std::vector<NodeId> left_out;
    for (const RowCheckPlan& check : table.checks)
      if (check.on_fail == OnFail::leave_out) left_out.push_back(check.failed);
    if (!left_out.empty())
      table.included = rows.apply(Operation::logical_not, rows.any_of(left_out));
    table.over_all_rows.assign(table.aggregates.slots.size(), 0);
    const auto over_all = [&](NodeId mask) {
      table.aggregates.slots.push_back({formula::SlotFunction::count, mask, no_node});
      table.over_all_rows.push_back(1);
      return static_cast<std::uint32_t>(table.aggregates.slots.size() - 1);
    };
    table.rows_slot = over_all(no_node);
    for (RowCheckPlan& check : table.checks) check.slot = over_all(check.failed);
  }

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
      series.letters_slot = aggregates.intern(formula::Slot{
          formula::SlotFunction::count,
          aggregates.rows.all_of({known, aggregates.rows.is_not_null(letter)}), no_node});
    for (const formula::AggregateUse& use : uses)
      if (use.known != uses.front().known) series.rows_differ = true;
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
    series.rows_differ = series.rows_differ && series.denominator != no_node;
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
      if (const double* number = std::get_if<double>(&given)) return plan_.units.constant(*number);
      if (const std::string* text = std::get_if<std::string>(&given))
        return lower_unit(*text, place + "/" + key, Type::number, names, s);
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

  struct Pending {
    std::uint32_t table;
    NodeId raw;
    std::string id;
    NodeId failed;
    Text message;
  };

  PlanData& plan_;
  Issues& issues_;
  std::map<std::string, ResultName, std::less<>> results_;
  std::map<UnitLeaf, std::uint32_t> unit_leaf_index_;
  std::vector<Pending> pending_;
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

/// Compiles a framework. Throws FrameworkError with every formula fault.
inline Plan compile(Framework framework) {
  auto data = std::make_shared<PlanData>();
  data->framework = std::move(framework);
  Issues issues;
  detail::Compiler(*data, issues).run();
  if (!issues.empty()) throw FrameworkError(std::move(issues));
  data->fingerprint = plan_fingerprint(*data);
  data->framework_fingerprint = fingerprint(data->framework);
  return Plan(std::move(data));
}

}  // namespace tijian
