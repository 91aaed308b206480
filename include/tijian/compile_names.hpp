// Names of a framework's document as the compiler sees them: what an identifier stands for over a
// unit and over a row of a table.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tijian/compile_messages.hpp"
#include "tijian/formula/lowering.hpp"
#include "tijian/plan.hpp"

namespace tijian {

namespace detail {

using formula::Graph;
using formula::no_node;
using formula::NodeId;
using formula::Operation;

class PlanNames {
 protected:
  PlanNames(PlanData& plan, Issues& issues) : plan_(plan), issues_(issues) {}

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
    if (value.boolean) return Type::boolean;
    if (value.text) return Type::text;
    return Type::number;
  }

  static NodeId scalar_node(Graph& graph, const Scalar& value) {
    if (value.number) return graph.constant(*value.number);
    if (value.boolean) return graph.constant(*value.boolean);
    if (value.text) return graph.constant(*value.text);
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
        if (plan_.parameter_ids[p] == name) {
          plan_.row_parameters.insert(plan_.parameter_ids[p]);
          return scalar_node(graph, plan_.parameter_values[p]);
        }
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

  PlanData& plan_;
  Issues& issues_;
  std::map<std::string, ResultName, std::less<>> results_;

 private:
  std::map<UnitLeaf, std::uint32_t> unit_leaf_index_;
};

}  // namespace detail

}  // namespace tijian
