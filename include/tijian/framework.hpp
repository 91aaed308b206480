// The rule book (指标体系): plain values that equal their JSON document, key for key.
//
// Defaults are those of the document format; `load_framework` (tijian/json.hpp) fills the lists
// that have one (severities, time classes, stages). Formulas and conditions stay text here:
// `compile` (tijian/plan.hpp) turns them into programs.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tijian/text.hpp"

namespace tijian {

/// A parameter, an attribute's value or an attribute's default: one of the three, or none (null).
/// No std::variant: copying one that holds a text is undefined in libstdc++ 12 where memory runs
/// out.
struct Scalar {
  Scalar() = default;
  Scalar(double value) : number(value) {}
  Scalar(bool value) : boolean(value) {}
  Scalar(std::string value) : text(std::move(value)) {}
  Scalar(const char* value) : text(value) {}

  [[nodiscard]] bool is_null() const { return !number && !boolean && !text; }
  bool operator==(const Scalar&) const = default;

  std::optional<double> number;
  std::optional<bool> boolean;
  std::optional<std::string> text;
};

enum class Type { number, boolean, text };
enum class Kind { floor, guiding, inventory, fact };
enum class Direction { lower, higher, range, none };
enum class Rounding { half_up, truncate };
enum class Operator { greater_equal, greater, less_equal, less, equal, between };
enum class OnFail { warn, leave_out, refuse };
enum class RuleAction { add, raise, suppress, confirm };

struct Attribute {
  std::string id;
  Type type = Type::number;
  std::string measure;
  std::vector<std::string> values;
  Scalar default_value;         // key "default"
  std::optional<bool> inherit;  // unset: true for text and boolean, false for numbers
  bool operator==(const Attribute&) const = default;
};

struct Dimension {
  std::string id;
  Text name;
  bool operator==(const Dimension&) const = default;
};

struct Level {
  std::string id;
  std::string dimension;
  Text name;
  std::vector<Attribute> attributes;
  bool operator==(const Level&) const = default;
};

struct Aspect {
  std::string id;
  std::string dimension;
  Text name;
  bool composite = true;
  bool operator==(const Aspect&) const = default;
};

struct Named {  // stages, departments, severities
  std::string id;
  Text name;
  bool operator==(const Named&) const = default;
};

struct TimeClass {
  std::string id;
  Text name;
  int due_months = 0;
  bool operator==(const TimeClass&) const = default;
};

struct Column {
  std::string id;
  Type type = Type::number;
  Text name;
  std::string measure;
  std::optional<double> min;
  std::optional<double> max;
  std::vector<std::string> values;
  bool optional = false;
  std::string formula;  // computed from earlier columns and parameters; empty: read from the frame
  bool operator==(const Column&) const = default;
};

struct Group {
  std::string id;
  std::string by;
  bool operator==(const Group&) const = default;
};

struct Check {
  std::string id;
  std::string expect;
  std::string at;     // a level: `expect` is over aggregates per unit; empty: over one row
  std::string table;  // framework checks only: a table or "units:<level>"
  OnFail on_fail = OnFail::warn;
  Text message;
  bool operator==(const Check&) const = default;
};

struct Sample {
  std::string weight;
  std::string strata;
  std::string cluster;
  std::string population;
  bool operator==(const Sample&) const = default;
};

struct Table {
  std::string id;
  std::string level;
  std::string unit;
  std::vector<std::string> key;
  std::vector<Column> columns;
  std::vector<Group> groups;
  std::vector<Check> checks;
  bool complete = false;
  std::string expected;      // attribute: rows due
  std::string applies_when;  // over the unit; false: not in this batch
  std::string evidence;
  std::optional<Sample> sample;
  std::string geometry;
  bool operator==(const Table&) const = default;
};

/// A bound of a target: a number, or an expression over attributes, parameters, year, previous; or
/// none.
struct Bound {
  Bound() = default;
  Bound(double value) : number(value) {}
  Bound(std::string value) : expression(std::move(value)) {}
  Bound(const char* value) : expression(value) {}

  [[nodiscard]] bool is_null() const { return !number && !expression; }
  bool operator==(const Bound&) const = default;

  std::optional<double> number;
  std::optional<std::string> expression;
};

struct Target {
  Operator op = Operator::greater_equal;
  Bound value;
  Bound low;
  Bound high;
  std::string where;
  std::string basis;  // national local planning peer previous
  std::string source;
  bool operator==(const Target&) const = default;
};

struct Case {  // one line of a `severity` or `grades` list
  std::string when;
  std::string is;
  bool operator==(const Case&) const = default;
};

struct Source {
  std::string type;
  std::string department;
  std::string evidence;  // A..E
  std::string document;
  bool operator==(const Source&) const = default;
};

struct Item {
  std::string id;
  Text name;
  std::string when;
  std::string formula;
  std::string severity;  // empty: the mildest; "none": counted, no problem
  std::string time_class;
  std::string stage;
  std::string difficulty;  // low medium high
  std::string group;       // not_built undersized incomplete other
  Text advice;
  std::string department;
  std::optional<double> unit_cost;
  std::string measure;
  std::optional<int> decimals;
  std::string concept_id;  // key "concept"; empty: id
  bool operator==(const Item&) const = default;
};

struct Component {
  std::string id;
  Text name;
  std::string formula;
  std::vector<Target> targets;
  std::string applies_when;
  std::optional<std::vector<Case>> grades;
  std::string measure;
  std::optional<int> decimals;
  bool operator==(const Component&) const = default;
};

struct Stage {  // of a funnel
  std::string id;
  std::string when;
  bool operator==(const Stage&) const = default;
};

struct Indicator {
  std::string id;
  Text name;
  std::string dimension;
  Kind kind = Kind::guiding;
  std::string table;  // a table id, "units:<level>" or "previous:problems"; empty: entries only
  std::string formula;
  std::vector<Item> items;
  std::vector<Component> components;
  std::string aspect;
  std::optional<Direction> direction;
  std::string measure;
  std::optional<int> decimals;
  Rounding rounding = Rounding::half_up;
  std::vector<std::string> levels;
  std::string ledger_level;
  std::vector<Target> targets;
  std::string gap_base;
  std::string applies_when;
  double min_coverage = 0;
  std::vector<Case> severity;
  std::optional<std::vector<Case>> grades;  // unset: the default; empty: never graded
  std::string survey;
  bool overlaps = false;
  std::vector<Stage> funnel;
  std::string concept_id;  // key "concept"; empty: id
  std::optional<int> number;
  bool local = false;
  bool core = false;
  std::string department;
  Text advice;
  std::optional<Source> source;
  Text note;
  bool operator==(const Indicator&) const = default;
};

struct Rule {
  std::string id;
  std::string level;
  std::string when;
  RuleAction then = RuleAction::add;
  std::string indicator;
  std::string is;
  Text reason;
  std::string department;
  Text advice;
  bool operator==(const Rule&) const = default;
};

struct LedgerColumn {
  Text name;
  std::string field;
  bool operator==(const LedgerColumn&) const = default;
};

struct Ledger {
  std::string dimension;
  std::vector<LedgerColumn> columns;
  std::string list_level;
  std::string split_level;
  Text sentence;
  bool operator==(const Ledger&) const = default;
};

/// `method` with its parameters, as the score functions take them: name -> number, text, a list of
/// texts, numbers or a map of either. Kept as canonical JSON text until scores are built.
struct Method {
  std::string json;
  bool operator==(const Method&) const = default;
};

struct ScoreNode {
  std::string id;
  std::string parent;
  Text name;
  double weight = 1;
  std::optional<Method> aggregate;
  std::optional<double> min_share;
  std::string floor;  // ignore cap refuse
  std::optional<double> cap;
  bool operator==(const ScoreNode&) const = default;
};

struct ScoreLeaf {
  std::string parent;
  double weight = 1;
  std::optional<Method> normalise;
  bool operator==(const ScoreLeaf&) const = default;
};

struct Score {
  std::vector<std::string> levels;
  std::vector<ScoreNode> nodes;
  std::map<std::string, ScoreLeaf> leaves;
  std::optional<Method> treat;
  std::optional<Method> impute;
  std::optional<Method> rank;
  bool operator==(const Score&) const = default;
};

struct ProblemIndex {
  std::string id;
  std::string table;
  std::map<std::string, double> weights;
  double cutoff = 0;
  std::string record_weight;
  bool operator==(const ProblemIndex&) const = default;
};

struct Framework {
  std::string id;
  std::string version;
  int year = 0;
  Text name;
  std::map<std::string, Scalar> parameters;
  std::vector<Dimension> dimensions;
  std::vector<Level> levels;  // lowest first
  std::vector<Aspect> aspects;
  std::vector<Table> tables;
  std::vector<Indicator> indicators;
  std::vector<Named> severities;  // ordered, mildest first
  std::vector<Case> severity;
  std::optional<std::vector<Case>> grades;  // unset: the default; empty: never graded
  std::vector<TimeClass> time_classes;      // ordered, most urgent first
  std::vector<Named> stages;
  std::vector<Named> departments;
  std::vector<Rule> rules;
  std::vector<Check> checks;
  std::vector<Ledger> ledgers;
  std::optional<Score> score;
  std::vector<ProblemIndex> problem_indexes;
  /// Keys beginning with "x-", kept and ignored: JSON pointer of the merged document
  /// ("/indicators/3/x-note") -> canonical JSON.
  std::map<std::string, std::string> extensions;
  bool operator==(const Framework&) const = default;
};

}  // namespace tijian
