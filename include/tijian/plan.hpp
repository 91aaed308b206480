// The framework compiled: formulas as graphs, the columns they read, the slots they aggregate.
// Immutable and cheap to copy; `compile` (tijian/compile.hpp) makes it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "tijian/formula/graph.hpp"
#include "tijian/formula/lowering.hpp"
#include "tijian/framework.hpp"
#include "tijian/kernels/kernel_table.hpp"

namespace tijian {

inline constexpr std::uint32_t no_index = std::numeric_limits<std::uint32_t>::max();

/// What a result of an indicator, component or item is asked for in a condition ("H02.verdict").
enum class Field : std::uint8_t {
  value,
  target,
  low,
  high,
  shortfall,
  gap,
  deficit,
  numerator,
  denominator,
  previous,
  survey,
  coverage,
  problems,
  verdict,
  severity,
  grade,
  evidence,
  reported
};

/// A leaf of the unit graph: what a condition over a unit can name.
struct UnitLeaf {
  enum class Kind : std::uint8_t {
    statistic,
    attribute,
    parameter,
    id,
    name,
    level,
    year,
    result,
    item_value
  };
  Kind kind = Kind::year;
  std::uint32_t table = no_index;  // statistic: the TablePlan
  std::uint32_t index = no_index;  // statistic, attribute, parameter, series or item
  Field field = Field::value;      // result
  bool operator<(const UnitLeaf& other) const {
    return std::tie(kind, table, index, field) <
           std::tie(other.kind, other.table, other.index, other.field);
  }
};

/// A leaf of a table's row graph.
struct RowLeaf {
  enum class Kind : std::uint8_t { column, infinite, unit_leaf };
  Kind kind = Kind::column;
  std::uint32_t index = 0;  // into TablePlan::columns, or into Plan::unit_leaves
};

/// An attribute by id, whichever levels declare it.
struct AttributePlan {
  std::string id;
  Type type = Type::number;
  bool inherit = false;
  std::vector<std::string> values;
  std::vector<Scalar> default_of_level;  // by level; null: none
};

/// A column that a table's frame may bring.
struct ColumnPlan {
  std::string id;
  Type type = Type::number;
  bool optional = false;
  bool read = false;                        // some formula, check, weight or evidence reads it
  std::uint32_t leaf = no_index;            // its leaf in the row graph
  std::uint32_t infinite_leaf = no_index;   // true where the frame has ±Inf
  formula::NodeId node = formula::no_node;  // with what is outside min, max, values read as null
};

/// A condition on rows whose failures are counted: the framework's checks and the columns' ranges.
struct RowCheckPlan {
  std::string id;
  OnFail on_fail = OnFail::warn;
  Text message;
  formula::NodeId failed = formula::no_node;  // boolean, never null
  std::uint32_t slot = no_index;              // counts the failing rows of all rows
};

/// A check over the aggregates of a unit.
struct UnitCheckPlan {
  std::string id;
  std::uint32_t table = no_index;  // the TablePlan whose aggregates it reads
  std::string table_id;
  std::uint32_t level = 0;
  OnFail on_fail = OnFail::warn;
  Text message;
  formula::NodeId expect = formula::no_node;  // in the unit graph
};

struct TablePlan {
  enum class Source : std::uint8_t { survey, units, previous };
  Source source = Source::survey;
  std::string id;
  std::uint32_t table = no_index;  // index in the framework, survey tables only
  std::uint32_t level = 0;         // of the rows' units (survey, units)
  formula::Aggregates aggregates;
  std::vector<RowLeaf> leaves;
  std::vector<ColumnPlan> columns;              // survey and previous
  std::vector<std::uint8_t> over_all_rows;      // by slot: also counts rows that are left out
  std::uint32_t rows_slot = no_index;           // counts every row
  formula::NodeId included = formula::no_node;  // rows that enter aggregates; no_node: all
  formula::NodeId evidence = formula::no_node;  // 1 (A) … 5 (E)
  std::vector<RowCheckPlan> checks;
  formula::NodeId applies_when = formula::no_node;  // in the unit graph
  std::uint32_t expected = no_index;                // attribute
  std::vector<std::uint32_t> series;                // that aggregate this table
  std::vector<std::pair<std::string, formula::NodeId>> groups;
};

struct TargetPlan {
  formula::NodeId where = formula::no_node;
  formula::NodeId value = formula::no_node;
  formula::NodeId low = formula::no_node;
  formula::NodeId high = formula::no_node;
};

struct CasePlan {
  formula::NodeId when = formula::no_node;
  int is = 0;  // index of the severity, or of the grade
};

struct ItemPlan {
  std::uint32_t indicator = no_index;
  std::uint32_t item = 0;                    // in the indicator
  formula::NodeId when = formula::no_node;   // in the table's row graph
  std::uint32_t count_slot = no_index;       // rows in which it holds
  std::uint32_t known_slot = no_index;       // rows in which it is known
  std::uint32_t evidence_slot = no_index;    // the best letter of the rows in which it holds
  std::uint32_t letters_slot = no_index;     // how many of these rows have a letter
  formula::NodeId value = formula::no_node;  // in the unit graph
  int severity = 0;                          // -1: counted, but no problem
  int time_class = 0;
};

/// One line of results: a plain indicator, a component, or the summary row of an indicator with
/// components.
struct SeriesPlan {
  std::uint32_t indicator = 0;
  std::uint32_t component = no_index;
  std::vector<std::uint32_t> components;     // series of the components (summary rows)
  std::uint32_t table = no_index;            // TablePlan
  formula::NodeId value = formula::no_node;  // in the unit graph, as all below
  formula::NodeId numerator = formula::no_node;
  formula::NodeId denominator = formula::no_node;
  double factor_numerator = 1;
  double factor_denominator = 1;
  bool ratio = false;         // s·N/D or s·N was recognised
  bool count_or_sum = false;  // s·N with non-negative meaning: a missed `<=` is observed
  formula::NodeId gap_base = formula::no_node;
  formula::NodeId applies_when = formula::no_node;
  std::vector<TargetPlan> targets;
  std::vector<CasePlan> severity;
  std::vector<CasePlan> grades;
  std::uint32_t known_slot = no_index;
  std::uint32_t evidence_slot = no_index;       // the weakest letter of the known rows
  std::uint32_t best_evidence_slot = no_index;  // the best letter of the known rows
  std::uint32_t letters_slot = no_index;        // how many of these rows have a letter
  std::vector<std::uint32_t> items;             // into Plan::items
  std::uint32_t survey = no_index;              // series
  Direction direction = Direction::none;
  std::vector<std::uint32_t> levels;
  std::vector<std::uint32_t> overlaps;  // count slots of item pairs, (0,1) (0,2) … (1,2) …
  std::vector<std::uint32_t> funnel;    // count slots of stages 1…i
  /// In the row graph: true in a row that one aggregate takes and another does not know.
  formula::NodeId rows_disagree = formula::no_node;
};

struct RulePlan {
  std::uint32_t rule = 0;
  std::uint32_t level = 0;
  std::uint32_t series = no_index;
  formula::NodeId when = formula::no_node;
  int severity = -1;
};

/// The compiled plan's content; read-only once made.
struct PlanData {
  Framework framework;
  const kernels::KernelTable* kernels = nullptr;  // that run the formulas
  std::string fingerprint;                        // of all that adding a row reads: guards tallies
  std::string framework_fingerprint;              // of the canonical document: marks outputs
  std::vector<AttributePlan> attributes;
  std::vector<TablePlan> tables;   // survey tables as in the framework, then derived ones
  std::vector<SeriesPlan> series;  // in the order of indicators, summary before components
  std::vector<ItemPlan> items;
  std::vector<UnitCheckPlan> unit_checks;
  std::vector<RulePlan> rules;
  std::vector<std::vector<CasePlan>> framework_severity;  // by series
  std::vector<std::vector<CasePlan>> framework_grades;    // by series
  std::vector<std::uint32_t> order;                       // indicators, topological
  std::vector<std::uint32_t> series_of_indicator;         // the summary or plain series
  formula::Graph units;
  std::vector<UnitLeaf> unit_leaves;
  std::vector<Scalar> parameter_values;
  std::vector<std::string> parameter_ids;
  std::map<std::string, std::uint32_t, std::less<>> attribute_index;
  std::map<std::string, std::uint32_t, std::less<>> level_index;
  std::map<std::string, std::uint32_t, std::less<>> indicator_index;
  std::set<std::string> row_parameters;  // that row formulas read
  bool rows_read_year = false;           // then only the document's year can be assessed
};

class Plan {
 public:
  explicit Plan(std::shared_ptr<const PlanData> data) : data_(std::move(data)) {}
  const PlanData* operator->() const { return data_.get(); }
  const PlanData& operator*() const { return *data_; }
  [[nodiscard]] const Framework& framework() const { return data_->framework; }
  [[nodiscard]] const std::string& fingerprint() const { return data_->fingerprint; }

  /// The survey table of this id, or null.
  [[nodiscard]] const TablePlan* table(std::string_view id) const {
    for (const TablePlan& table : data_->tables)
      if (table.source == TablePlan::Source::survey && table.id == id) return &table;
    return nullptr;
  }
  /// The columns of a survey table that are read, with the frame's types.
  [[nodiscard]] std::vector<ColumnPlan> columns(std::string_view table) const;

 private:
  std::shared_ptr<const PlanData> data_;
};

inline std::vector<ColumnPlan> Plan::columns(std::string_view id) const {
  std::vector<ColumnPlan> read;
  if (const TablePlan* found = table(id))
    for (const ColumnPlan& column : found->columns)
      if (column.read) read.push_back(column);
  return read;
}

}  // namespace tijian
