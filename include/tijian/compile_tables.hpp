// The row side of a plan: columns, ranges, checks and groups of each table, and how formulas are
// parsed and lowered with the place of their faults.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tijian/compile_names.hpp"
#include "tijian/formula/parser.hpp"

namespace tijian {

namespace detail {

class TableCompiler : protected PlanNames {
 protected:
  using PlanNames::PlanNames;

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
    named(source.unit, Type::text);
    for (const std::string& key : source.key) named(key, Type::text);
    named(source.geometry, Type::text);
    if (source.sample) {
      named(source.sample->weight, Type::number);
      named(source.sample->population, Type::number);
      named(source.sample->strata, Type::text);
      named(source.sample->cluster, Type::text);
    }
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
        // What leaves rows out does so for every indicator over the table.
        if (check.on_fail == OnFail::leave_out && check.at.empty())
          for (std::uint32_t t = 0; t < plan_.tables.size(); ++t)
            if (plan_.tables[t].source == TablePlan::Source::units &&
                plan_.tables[t].id == check.table)
              add_check(t, check, place);
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

 private:
  struct Pending {
    std::uint32_t table;
    NodeId raw;
    std::string id;
    NodeId failed;
    Text message;
  };

  std::vector<Pending> pending_;
};

}  // namespace detail

}  // namespace tijian
