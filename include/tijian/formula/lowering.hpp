// From a parsed formula to graph nodes: names, types, aggregates.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tijian/formula/functions.hpp"
#include "tijian/formula/graph.hpp"
#include "tijian/formula/messages.hpp"
#include "tijian/formula/syntax.hpp"
#include "tijian/nearest.hpp"

namespace tijian::formula {

/// What names mean in one place of a formula.
struct Scope {
  /// The node of a name, no_node where there is none.
  std::function<NodeId(Graph& graph, std::string_view name)> resolve;
  /// All names, for the nearest one in a message.
  std::function<std::vector<std::string>()> names;
};

inline constexpr std::uint32_t no_slot = UINT32_MAX;

enum class SlotFunction : std::uint8_t { count, sum, sum_squares, minimum, maximum };

/// One primitive aggregate over the rows of a table.
struct Slot {
  SlotFunction function = SlotFunction::count;
  /// Boolean row node, no_node: every row. A row enters where it is true (null is not); it already
  /// says "the argument is not null", so that equal slots coincide.
  NodeId mask = no_node;
  NodeId argument = no_node;  ///< number row node; no_node for count
  bool operator==(const Slot&) const = default;
};

enum class StatisticKind : std::uint8_t {
  count,
  sum,
  minimum,
  maximum,
  variance_sample,
  variance_population
};

/// What a formula reads of slots. Of no row, everything but a count is null.
struct Statistic {
  StatisticKind kind = StatisticKind::count;
  std::uint32_t count = no_slot;    ///< slot counting the rows of the mask
  std::uint32_t value = no_slot;    ///< slot of the sum, minimum or maximum
  std::uint32_t squares = no_slot;  ///< variances: slot of the sum of squares
  bool operator==(const Statistic&) const = default;
};

/// The row side of one table, shared by all its indicators.
struct Aggregates {
  Graph rows;
  std::vector<Slot> slots;
  std::vector<Statistic> statistics;

  /// The place of a slot or statistic, added where it is new.
  std::uint32_t intern(const Slot& slot) {
    return place(slot_places_, slots, slot,
                 {static_cast<std::uint32_t>(slot.function), slot.mask, slot.argument, 0});
  }
  std::uint32_t intern(const Statistic& statistic) {
    return place(statistic_places_, statistics, statistic,
                 {static_cast<std::uint32_t>(statistic.kind), statistic.count, statistic.value,
                  statistic.squares});
  }

 private:
  using Places = std::map<std::array<std::uint32_t, 4>, std::uint32_t>;

  template <class Entry>
  static std::uint32_t place(Places& places, std::vector<Entry>& entries, const Entry& entry,
                             const std::array<std::uint32_t, 4>& key) {
    const auto [found, added] = places.try_emplace(key, static_cast<std::uint32_t>(entries.size()));
    if (added) entries.push_back(entry);
    return found->second;
  }

  Places slot_places_;
  Places statistic_places_;
};

/// An aggregate as a formula uses it, in the row graph.
struct AggregateUse {
  NodeId filter = no_node;    ///< boolean; no_node: none
  NodeId argument = no_node;  ///< no_node for count, which has none where rows must be known
  /// Boolean, never null: the filter is true or false and, where true or absent, the argument is
  /// not null.
  NodeId known = no_node;
  NodeId taken = no_node;    ///< boolean: the rows that enter the aggregate; null is not taken
  std::size_t position = 0;  ///< 1-based byte of the aggregate's name
};

struct LoweringContext {
  Graph& graph;
  Scope scope;                       ///< outside aggregates
  Aggregates* aggregates = nullptr;  ///< null: aggregates are refused
  Scope row_scope = {};              ///< inside aggregates
  /// The node of a statistic in `graph`; asked only where `aggregates` is given.
  std::function<NodeId(Graph& graph, std::uint32_t statistic)> statistic_leaf = {};
  std::vector<AggregateUse>* uses = nullptr;  ///< gets every aggregate, in the order of the text
};

/// The formula as a node of `context.graph`, of type `expected` where that is given. Without it a
/// formula that is nothing but null is a number. On failure no_node and one issue per wrong name
/// or type, in the order of the text (`place` is left empty).
NodeId lower(const Syntax& syntax, const LoweringContext& context, std::optional<Type> expected,
             Issues& issues);

/// The rows that are known to all of `uses`: boolean, never null; true where there are none.
inline NodeId known_rows(Graph& rows, const std::vector<AggregateUse>& uses) {
  NodeId known = rows.constant(true);
  for (const AggregateUse& use : uses) known = rows.apply(Operation::logical_and, known, use.known);
  return known;
}

namespace lowering {

struct TypeName {
  std::string_view zh;
  std::string_view en;
};

inline TypeName type_name(Type type) {
  switch (type) {
    case Type::number: return {"数值", "a number"};
    case Type::boolean: return {"布尔值", "a boolean"};
    case Type::text: break;
  }
  return {"文本", "a text"};
}

/// A lowered operand. Without type and not failed it is a null that takes any type.
struct Value {
  NodeId node = no_node;
  std::optional<Type> type;
  bool failed = false;
};

class Lowering {
 public:
  Lowering(const Syntax& syntax, const LoweringContext& context, Issues& issues)
      : syntax_(syntax), context_(context), issues_(issues) {}

  NodeId run(std::optional<Type> expected) {
    const std::size_t before = issues_.size();
    find_aggregates();
    values_.resize(syntax_.nodes.size());
    for (std::size_t id = 0; id < syntax_.nodes.size(); ++id)
      values_[id] = value_of(static_cast<std::uint32_t>(id));
    const Value result = values_[syntax_.root];
    if (!result.failed && expected && result.type && *result.type != *expected) {
      report_types(messages::wrong_result, syntax_.root, "", *result.type, *expected);
    }
    if (issues_.size() != before || result.failed) {
      std::stable_sort(issues_.begin() + static_cast<std::ptrdiff_t>(before), issues_.end(),
                       [](const Issue& x, const Issue& y) { return x.position < y.position; });
      return no_node;
    }
    return result.type ? result.node : context_.graph.null(expected.value_or(Type::number));
  }

 private:
  static constexpr std::uint32_t outside = UINT32_MAX;

  /// For each node, the outermost aggregate that it stands in. Users follow their operands, so one
  /// walk backwards does it.
  void find_aggregates() {
    aggregate_of_.assign(syntax_.nodes.size(), outside);
    for (std::size_t id = syntax_.nodes.size(); id-- > 0;) {
      const SyntaxNode& node = syntax_.nodes[id];
      const std::uint32_t inherited =
          aggregate_of_[id] == outside && node.kind == SyntaxKind::aggregate
              ? static_cast<std::uint32_t>(id)
              : aggregate_of_[id];
      for (const std::uint32_t child : syntax_.children_of(node)) aggregate_of_[child] = inherited;
    }
  }

  Graph& graph_of(std::uint32_t id) {
    return aggregate_of_[id] == outside ? context_.graph : context_.aggregates->rows;
  }

  Value value_of(std::uint32_t id) {
    // What stands in a refused aggregate has no scope to be judged by.
    if (aggregate_of_[id] != outside && context_.aggregates == nullptr) return failure();
    const SyntaxNode& node = syntax_.nodes[id];
    switch (node.kind) {
      case SyntaxKind::number: return typed(id, graph_of(id).constant(node.number));
      case SyntaxKind::text: return typed(id, graph_of(id).constant(node.text));
      case SyntaxKind::boolean: return typed(id, graph_of(id).constant(node.boolean));
      case SyntaxKind::null: return Value{};
      case SyntaxKind::identifier: return identifier(id);
      case SyntaxKind::unary: return unary(id);
      case SyntaxKind::binary: return binary(id);
      case SyntaxKind::between: return between(id);
      case SyntaxKind::in: return in(id);
      case SyntaxKind::is_null: return is_null(id);
      case SyntaxKind::case_when: return case_when(id);
      case SyntaxKind::call: return call(id);
      case SyntaxKind::aggregate: return aggregate(id);
    }
    return failure();
  }

  static Value failure() { return Value{no_node, std::nullopt, true}; }

  Value typed(std::uint32_t id, NodeId node) { return Value{node, graph_of(id)[node].type, false}; }

  Value identifier(std::uint32_t id) {
    const SyntaxNode& node = syntax_.nodes[id];
    const Scope& scope = aggregate_of_[id] == outside ? context_.scope : context_.row_scope;
    const NodeId resolved = scope.resolve ? scope.resolve(graph_of(id), node.text) : no_node;
    if (resolved != no_node) return typed(id, resolved);
    Issue issue = make_issue(messages::unknown_name, "", {{"found", node.text}});
    issue.found = node.text;
    if (scope.names) issue.nearest = nearest_name(node.text, scope.names());
    issue.expected = issue.nearest;
    report(id, std::move(issue));
    return failure();
  }

  Value unary(std::uint32_t id) {
    const SyntaxNode& node = syntax_.nodes[id];
    const std::uint32_t child = syntax_.children_of(node)[0];
    const bool negate = node.unary == UnaryOperator::negate;
    const NodeId operand =
        want(child, negate ? Type::number : Type::boolean, negate ? "-" : "not", graph_of(id));
    if (operand == no_node) return failure();
    return typed(id,
                 graph_of(id).apply(negate ? Operation::negate : Operation::logical_not, operand));
  }

  Value binary(std::uint32_t id) {
    const SyntaxNode& node = syntax_.nodes[id];
    const std::uint32_t left = syntax_.children_of(node)[0];
    const std::uint32_t right = syntax_.children_of(node)[1];
    switch (node.binary) {
      case BinaryOperator::add: return join(id, Type::number, Operation::add, "+");
      case BinaryOperator::subtract: return join(id, Type::number, Operation::subtract, "-");
      case BinaryOperator::multiply: return join(id, Type::number, Operation::multiply, "*");
      case BinaryOperator::divide: return join(id, Type::number, Operation::divide, "/");
      case BinaryOperator::modulo: return join(id, Type::number, Operation::modulo, "%");
      case BinaryOperator::logical_and:
        return join(id, Type::boolean, Operation::logical_and, "and");
      case BinaryOperator::logical_or: return join(id, Type::boolean, Operation::logical_or, "or");
      case BinaryOperator::equal: return compare(id, left, right, Operation::equal, "=");
      case BinaryOperator::not_equal: return compare(id, left, right, Operation::not_equal, "<>");
      case BinaryOperator::less: return compare(id, left, right, Operation::less, "<");
      case BinaryOperator::less_equal: return compare(id, left, right, Operation::less_equal, "<=");
      case BinaryOperator::greater: return compare(id, left, right, Operation::less, ">", true);
      case BinaryOperator::greater_equal:
        return compare(id, left, right, Operation::less_equal, ">=", true);
    }
    return failure();
  }

  Value join(std::uint32_t id, Type type, Operation operation, std::string_view what) {
    const auto children = syntax_.children_of(syntax_.nodes[id]);
    Graph& graph = graph_of(id);
    const NodeId left = want(children[0], type, what, graph);
    const NodeId right = want(children[1], type, what, graph);
    if (left == no_node || right == no_node) return failure();
    return typed(id, graph.apply(operation, left, right));
  }

  Value compare(std::uint32_t id, std::uint32_t left, std::uint32_t right, Operation operation,
                std::string_view what, bool swapped = false) {
    const std::array<std::uint32_t, 2> sides{left, right};
    Graph& graph = graph_of(id);
    std::vector<NodeId> nodes;
    std::optional<Type> type;
    if (!agree(sides, what, graph, Type::number, nodes, type)) return failure();
    if (swapped) std::swap(nodes[0], nodes[1]);
    return typed(id, graph.apply(operation, nodes[0], nodes[1]));
  }

  Value between(std::uint32_t id) {
    const SyntaxNode& node = syntax_.nodes[id];
    Graph& graph = graph_of(id);
    std::vector<NodeId> nodes;
    std::optional<Type> type;
    if (!agree(syntax_.children_of(node), "between", graph, Type::number, nodes, type))
      return failure();
    const NodeId inside =
        graph.apply(Operation::logical_and, graph.apply(Operation::less_equal, nodes[1], nodes[0]),
                    graph.apply(Operation::less_equal, nodes[0], nodes[2]));
    return typed(id, node.negated ? graph.apply(Operation::logical_not, inside) : inside);
  }

  Value in(std::uint32_t id) {
    const SyntaxNode& node = syntax_.nodes[id];
    Graph& graph = graph_of(id);
    std::vector<NodeId> nodes;
    std::optional<Type> type;
    if (!agree(syntax_.children_of(node), "in", graph, Type::number, nodes, type)) return failure();
    NodeId any = graph.constant(false);
    for (std::size_t i = 1; i < nodes.size(); ++i)
      any = graph.apply(Operation::logical_or, any,
                        graph.apply(Operation::equal, nodes[0], nodes[i]));
    return typed(id, node.negated ? graph.apply(Operation::logical_not, any) : any);
  }

  Value is_null(std::uint32_t id) {
    const SyntaxNode& node = syntax_.nodes[id];
    const Value& operand = values_[syntax_.children_of(node)[0]];
    if (operand.failed) return failure();
    Graph& graph = graph_of(id);
    const NodeId test =
        operand.type ? graph.apply(Operation::is_null, operand.node) : graph.constant(true);
    return typed(id, node.negated ? graph.apply(Operation::logical_not, test) : test);
  }

  Value case_when(std::uint32_t id) {
    const auto children = syntax_.children_of(syntax_.nodes[id]);
    Graph& graph = graph_of(id);
    const std::size_t pairs = children.size() / 2;
    std::vector<NodeId> conditions;
    std::vector<std::uint32_t> branches;
    bool failed = false;
    for (std::size_t i = 0; i < pairs; ++i) {
      conditions.push_back(want(children[2 * i], Type::boolean, "when", graph));
      failed = failed || conditions.back() == no_node;
      branches.push_back(children[2 * i + 1]);
    }
    if (children.size() % 2 == 1) branches.push_back(children.back());
    std::vector<NodeId> results;
    std::optional<Type> type;
    if (!agree(branches, "case", graph, std::nullopt, results, type) || failed) return failure();
    if (!type) return Value{};  // whatever holds, it is null
    NodeId result = children.size() % 2 == 1 ? results.back() : graph.null(*type);
    for (std::size_t i = pairs; i-- > 0;)
      result = graph.apply(Operation::select, conditions[i], results[i], result);
    return typed(id, result);
  }

  Value call(std::uint32_t id) {
    const SyntaxNode& node = syntax_.nodes[id];
    const auto children = syntax_.children_of(node);
    const FunctionEntry* entry = find_function(node.text);
    if (entry == nullptr) {
      Issue issue = make_issue(messages::unknown_function, "", {{"found", node.text}});
      issue.found = node.text;
      issue.nearest = nearest_name(node.text, function_names());
      issue.expected = issue.nearest;
      report(id, std::move(issue));
      return failure();
    }
    if (node.filtered) {
      Issue issue = make_issue(messages::filter_not_allowed, "", {{"found", node.text}});
      issue.found = node.text;
      report(id, std::move(issue));
      return failure();
    }
    if (children.size() < entry->least_arguments || children.size() > entry->most_arguments) {
      report_count(id, children.size(), entry->least_arguments, entry->most_arguments);
      return failure();
    }
    Graph& graph = graph_of(id);
    std::vector<NodeId> nodes;
    std::optional<Type> type;
    switch (entry->form) {
      case FunctionForm::numbers:
      case FunctionForm::fold: {
        bool failed = false;
        for (const std::uint32_t child : children) {
          nodes.push_back(want(child, Type::number, node.text, graph));
          failed = failed || nodes.back() == no_node;
        }
        if (failed) return failure();
        if (entry->form == FunctionForm::numbers)
          return typed(
              id, graph.apply(entry->operation, nodes[0], nodes.size() > 1 ? nodes[1] : no_node));
        break;
      }
      case FunctionForm::coalesce:
        if (!agree(children, node.text, graph, std::nullopt, nodes, type)) return failure();
        if (!type) return Value{};
        break;
      case FunctionForm::nullif:
        if (!agree(children, node.text, graph, std::nullopt, nodes, type)) return failure();
        if (!type) return Value{};
        return typed(id, graph.apply(Operation::select,
                                     graph.apply(Operation::coalesce,
                                                 graph.apply(Operation::equal, nodes[0], nodes[1]),
                                                 graph.constant(false)),
                                     graph.null(*type), nodes[0]));
    }
    NodeId result = nodes[0];
    for (std::size_t i = 1; i < nodes.size(); ++i)
      result = graph.apply(entry->operation, result, nodes[i]);
    return typed(id, result);
  }

  Value aggregate(std::uint32_t id) {
    const SyntaxNode& node = syntax_.nodes[id];
    const AggregateEntry* entry = find_aggregate(node.text);
    if (entry == nullptr) return failure();  // the parser makes aggregates of known names only
    if (aggregate_of_[id] != outside || context_.aggregates == nullptr) {
      Issue issue = make_issue(aggregate_of_[id] != outside ? messages::nested_aggregate
                                                            : messages::aggregate_not_allowed,
                               "", {{"found", node.text}});
      issue.found = node.text;
      report(id, std::move(issue));
      return failure();
    }
    const auto children = syntax_.children_of(node);
    const std::size_t arguments = children.size() - (node.filtered ? 1 : 0);
    if (!node.star && arguments != 1) {
      report_count(id, arguments, 1, 1);
      return failure();
    }
    Graph& rows = context_.aggregates->rows;
    NodeId argument = no_node;
    NodeId filter = no_node;
    bool failed = false;
    if (!node.star) {
      const Type any = values_[children[0]].type.value_or(Type::number);
      argument = want(children[0], entry->argument.value_or(any), node.text, rows);
      failed = argument == no_node;
    }
    if (node.filtered) {
      filter = want(children.back(), Type::boolean, "filter", rows);
      failed = failed || filter == no_node;
    }
    if (failed) return failure();
    if (context_.uses != nullptr)
      context_.uses->push_back(use_of(rows, *entry, filter, argument, node.position));
    return Value{statistic_node(*entry, filter, argument), entry->result, false};
  }

  static AggregateUse use_of(Graph& rows, const AggregateEntry& entry, NodeId filter,
                             NodeId argument, std::size_t position) {
    AggregateUse use;
    use.filter = filter;
    use.argument = entry.aggregate == Aggregate::count ? no_node : argument;
    use.position = position;
    use.taken =
        rows.all_of({filter == no_node ? rows.constant(true) : filter,
                     argument == no_node ? rows.constant(true) : rows.is_not_null(argument)});
    const NodeId argument_known =
        use.argument == no_node ? rows.constant(true) : rows.is_not_null(use.argument);
    // A filter that is null gives null in `select`, hence "not known".
    use.known =
        filter == no_node
            ? argument_known
            : rows.apply(Operation::coalesce,
                         rows.apply(Operation::select, filter, argument_known, rows.constant(true)),
                         rows.constant(false));
    return use;
  }

  /// The rows of `conditions`, as a slot's mask.
  static NodeId mask_of(Graph& rows, const std::vector<NodeId>& conditions) {
    const NodeId mask = rows.all_of(conditions);
    if (rows.is_boolean_constant(mask, true)) return no_node;
    return rows.is_null_literal(mask) ? rows.constant(false) : mask;
  }

  NodeId statistic_node(const AggregateEntry& entry, NodeId filter, NodeId argument) {
    Graph& rows = context_.aggregates->rows;
    std::vector<NodeId> conditions;
    if (filter != no_node) conditions.push_back(filter);
    if (argument != no_node) conditions.push_back(rows.is_not_null(argument));
    const NodeId mask = mask_of(rows, conditions);
    const std::uint32_t count_slot = slot(SlotFunction::count, mask);
    Statistic statistic;
    statistic.count = count_slot;
    switch (entry.aggregate) {
      case Aggregate::count: break;
      case Aggregate::sum:
      case Aggregate::average:
        statistic.kind = StatisticKind::sum;
        statistic.value = slot(SlotFunction::sum, mask, argument);
        break;
      case Aggregate::minimum:
        statistic.kind = StatisticKind::minimum;
        statistic.value = slot(SlotFunction::minimum, mask, argument);
        break;
      case Aggregate::maximum:
        statistic.kind = StatisticKind::maximum;
        statistic.value = slot(SlotFunction::maximum, mask, argument);
        break;
      case Aggregate::variance_sample:
      case Aggregate::stddev_sample:
      case Aggregate::variance_population:
      case Aggregate::stddev_population:
        statistic.kind = entry.aggregate == Aggregate::variance_sample ||
                                 entry.aggregate == Aggregate::stddev_sample
                             ? StatisticKind::variance_sample
                             : StatisticKind::variance_population;
        statistic.value = slot(SlotFunction::sum, mask, argument);
        statistic.squares = slot(SlotFunction::sum_squares, mask, argument);
        break;
      case Aggregate::bool_and:
      case Aggregate::bool_or: {
        // all: no row is false; any: some row is true; null without rows.
        const bool all = entry.aggregate == Aggregate::bool_and;
        conditions.back() = all ? rows.apply(Operation::logical_not, argument) : argument;
        Statistic deciding;
        deciding.count = slot(SlotFunction::count, mask_of(rows, conditions));
        const NodeId zero = context_.graph.constant(0.0);
        const NodeId found = leaf(deciding);
        const NodeId holds = all ? context_.graph.apply(Operation::equal, found, zero)
                                 : context_.graph.apply(Operation::less, zero, found);
        return context_.graph.apply(Operation::select,
                                    context_.graph.apply(Operation::less, zero, leaf(statistic)),
                                    holds, context_.graph.null(Type::boolean));
      }
    }
    const NodeId value = leaf(statistic);
    if (entry.aggregate == Aggregate::average) {
      Statistic counted;
      counted.count = count_slot;
      return context_.graph.apply(Operation::divide, value, leaf(counted));
    }
    if (entry.aggregate == Aggregate::stddev_sample ||
        entry.aggregate == Aggregate::stddev_population)
      return context_.graph.apply(Operation::square_root, value);
    return value;
  }

  std::uint32_t slot(SlotFunction function, NodeId mask, NodeId argument = no_node) {
    return context_.aggregates->intern(Slot{function, mask, argument});
  }

  NodeId leaf(const Statistic& statistic) {
    return context_.statistic_leaf(context_.graph, context_.aggregates->intern(statistic));
  }

  /// The operand as a node of `type`, or no_node with an issue.
  NodeId want(std::uint32_t child, Type type, std::string_view what, Graph& graph) {
    const Value& value = values_[child];
    if (value.failed) return no_node;
    if (!value.type) return graph.null(type);
    if (*value.type == type) return value.node;
    report_types(messages::wrong_type, child, what, *value.type, type);
    return no_node;
  }

  /// Operands of one type: that of the first that has one, else `fallback`; without either `type`
  /// stays unset and `nodes` empty.
  template <class Children>
  bool agree(const Children& children, std::string_view what, Graph& graph,
             std::optional<Type> fallback, std::vector<NodeId>& nodes, std::optional<Type>& type) {
    bool failed = false;
    for (const std::uint32_t child : children) {
      const Value& value = values_[child];
      failed = failed || value.failed;
      if (value.failed || !value.type) continue;
      if (!type) type = value.type;
      if (*type == *value.type) continue;
      report_types(messages::types_differ, child, what, *value.type, *type);
      failed = true;
    }
    if (failed) return false;
    if (!type) type = fallback;
    if (!type) return true;
    for (const std::uint32_t child : children)
      nodes.push_back(values_[child].type ? values_[child].node : graph.null(*type));
    return true;
  }

  void report(std::uint32_t id, Issue issue) {
    issue.position = syntax_.nodes[id].position;
    issues_.push_back(std::move(issue));
  }

  void report_types(const Message& message, std::uint32_t id, std::string_view what, Type found,
                    Type expected) {
    const TypeName found_name = type_name(found);
    const TypeName expected_name = type_name(expected);
    Issue issue = make_issue(message, "",
                             {{"what", what},
                              {"found", found_name.en},
                              {"found_zh", found_name.zh},
                              {"expected", expected_name.en},
                              {"expected_zh", expected_name.zh}});
    issue.found = found_name.en;
    issue.expected = expected_name.en;
    report(id, std::move(issue));
  }

  void report_count(std::uint32_t id, std::size_t found, std::size_t least, std::size_t most) {
    std::string expected = std::to_string(least);
    if (most == any_number) expected += "+";
    const std::string given = std::to_string(found);
    Issue issue = make_issue(
        messages::argument_count, "",
        {{"function", syntax_.nodes[id].text}, {"found", given}, {"expected", expected}});
    issue.found = given;
    issue.expected = expected;
    report(id, std::move(issue));
  }

  const Syntax& syntax_;
  const LoweringContext& context_;
  Issues& issues_;
  std::vector<std::uint32_t> aggregate_of_;
  std::vector<Value> values_;
};

}  // namespace lowering

inline NodeId lower(const Syntax& syntax, const LoweringContext& context,
                    std::optional<Type> expected, Issues& issues) {
  return lowering::Lowering(syntax, context, issues).run(expected);
}

}  // namespace tijian::formula
