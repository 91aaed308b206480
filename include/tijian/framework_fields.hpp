// Every key of a framework document, declared once: the reader, the writer, `extends`, the JSON
// Schema and the checks of references all come from these lists.
//
// `fields(visitor, std::type_identity<Indicator>{}, part)` calls `visitor(field, &Indicator::id)`
// and so on, in the order in which the canonical document has them.
#pragma once

#include <array>
#include <cstddef>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "tijian/framework.hpp"

namespace tijian::framework_fields {

/// What a text (or each text of a list, or each key of a map) is.
enum class Shape { words, id, formula, choice, reference };

/// What a reference is to.
enum class Referent {
  dimension,
  level,
  aspect,
  stored_table,  // one that is given
  any_table,     // or "units:<level>", "previous:problems"
  table_or_units,
  indicator,
  item,
  severity,
  severity_or_none,
  time_class,
  stage,
  department,
  attribute,
  score_node
};

/// The same struct has other keys or choices in other places.
enum class Part { plain, severity_case, grade_case, framework_check };

struct Field {
  std::string_view key;
  bool required = false;
  Shape shape = Shape::words;
  Referent refers = Referent::dimension;
  std::span<const std::string_view> choices = {};
  double minimum = -std::numeric_limits<double>::infinity();
  double maximum = std::numeric_limits<double>::infinity();
  bool above_minimum = false;  // the minimum itself is refused
  std::size_t least = 0;       // number of entries of a list or map
  bool one_or_list = false;    // a list of texts that may be given as one text
  bool nullable = false;       // null stands for "none" even where nothing is inherited
  Part part = Part::plain;     // of the structs in it
};

inline constexpr auto basis_choices =
    std::to_array<std::string_view>({"national", "local", "planning", "peer", "previous"});
inline constexpr auto difficulty_choices =
    std::to_array<std::string_view>({"low", "medium", "high"});
inline constexpr auto item_group_choices =
    std::to_array<std::string_view>({"not_built", "undersized", "incomplete", "other"});
inline constexpr auto evidence_choices = std::to_array<std::string_view>({"A", "B", "C", "D", "E"});
inline constexpr auto grade_choices =
    std::to_array<std::string_view>({"very_good", "good", "fair", "insufficient"});
inline constexpr auto floor_choices = std::to_array<std::string_view>({"ignore", "cap", "refuse"});
inline constexpr auto ledger_field_choices = std::to_array<std::string_view>({"row",
                                                                              "unit_name",
                                                                              "dimension_name",
                                                                              "aspect_name",
                                                                              "indicator",
                                                                              "indicator_name",
                                                                              "item",
                                                                              "item_name",
                                                                              "value",
                                                                              "measure",
                                                                              "target",
                                                                              "share",
                                                                              "count",
                                                                              "rows",
                                                                              "sentence",
                                                                              "split",
                                                                              "objects",
                                                                              "severity",
                                                                              "difficulty",
                                                                              "time_class",
                                                                              "group:not_built",
                                                                              "group:undersized",
                                                                              "group:incomplete",
                                                                              "group:other",
                                                                              "survey",
                                                                              "grade",
                                                                              "analysis",
                                                                              "advice",
                                                                              "department",
                                                                              "note"});

template <class Enumeration>
struct EnumName {
  std::string_view name;
  Enumeration value;
};

constexpr auto names_of(std::type_identity<Type>) {
  return std::to_array<EnumName<Type>>(
      {{"number", Type::number}, {"boolean", Type::boolean}, {"text", Type::text}});
}
constexpr auto names_of(std::type_identity<Kind>) {
  return std::to_array<EnumName<Kind>>({{"floor", Kind::floor},
                                        {"guiding", Kind::guiding},
                                        {"inventory", Kind::inventory},
                                        {"fact", Kind::fact}});
}
constexpr auto names_of(std::type_identity<Direction>) {
  return std::to_array<EnumName<Direction>>({{"lower", Direction::lower},
                                             {"higher", Direction::higher},
                                             {"range", Direction::range},
                                             {"none", Direction::none}});
}
constexpr auto names_of(std::type_identity<Rounding>) {
  return std::to_array<EnumName<Rounding>>(
      {{"half_up", Rounding::half_up}, {"truncate", Rounding::truncate}});
}
constexpr auto names_of(std::type_identity<Operator>) {
  return std::to_array<EnumName<Operator>>({{">=", Operator::greater_equal},
                                            {">", Operator::greater},
                                            {"<=", Operator::less_equal},
                                            {"<", Operator::less},
                                            {"=", Operator::equal},
                                            {"between", Operator::between}});
}
constexpr auto names_of(std::type_identity<OnFail>) {
  return std::to_array<EnumName<OnFail>>(
      {{"warn", OnFail::warn}, {"leave_out", OnFail::leave_out}, {"refuse", OnFail::refuse}});
}
constexpr auto names_of(std::type_identity<RuleAction>) {
  return std::to_array<EnumName<RuleAction>>({{"add", RuleAction::add},
                                              {"raise", RuleAction::raise},
                                              {"suppress", RuleAction::suppress},
                                              {"confirm", RuleAction::confirm}});
}

/// The word of the document for an enumerator.
template <class Enumeration>
requires std::is_enum_v<Enumeration>
constexpr std::string_view name_of(Enumeration value) {
  for (const auto& entry : names_of(std::type_identity<Enumeration>{}))
    if (entry.value == value) return entry.name;
  return {};
}

// How fields are written below.
constexpr Field plain(std::string_view key) { return {.key = key}; }
constexpr Field id() { return {.key = "id", .required = true, .shape = Shape::id}; }
constexpr Field formula(std::string_view key) { return {.key = key, .shape = Shape::formula}; }
constexpr Field reference(std::string_view key, Referent refers) {
  return {.key = key, .shape = Shape::reference, .refers = refers};
}
constexpr Field choice(std::string_view key, std::span<const std::string_view> choices) {
  return {.key = key, .shape = Shape::choice, .choices = choices};
}
constexpr Field number(std::string_view key, double minimum,
                       double maximum = std::numeric_limits<double>::infinity()) {
  return {.key = key, .minimum = minimum, .maximum = maximum};
}
constexpr Field list(std::string_view key, std::size_t least) {
  return {.key = key, .least = least};
}
constexpr Field cases(std::string_view key, Part part) { return {.key = key, .part = part}; }
constexpr Field required(Field field) {
  field.required = true;
  return field;
}
constexpr Field least_one(Field field) {
  field.least = 1;
  return field;
}

template <class Visitor>
void fields(Visitor& visit, std::type_identity<Text>, Part) {
  visit(plain("zh"), &Text::zh);
  visit(plain("en"), &Text::en);
}

template <class Visitor>
void fields(Visitor& visit, std::type_identity<Attribute>, Part) {
  visit(id(), &Attribute::id);
  visit(required(plain("type")), &Attribute::type);
  visit(plain("measure"), &Attribute::measure);
  visit(list("values", 1), &Attribute::values);
  visit(Field{.key = "default", .nullable = true}, &Attribute::default_value);
  visit(plain("inherit"), &Attribute::inherit);
}

template <class Visitor>
void fields(Visitor& visit, std::type_identity<Dimension>, Part) {
  visit(id(), &Dimension::id);
  visit(required(plain("name")), &Dimension::name);
}

template <class Visitor>
void fields(Visitor& visit, std::type_identity<Level>, Part) {
  visit(id(), &Level::id);
  visit(required(reference("dimension", Referent::dimension)), &Level::dimension);
  visit(plain("name"), &Level::name);
  visit(plain("attributes"), &Level::attributes);
}

template <class Visitor>
void fields(Visitor& visit, std::type_identity<Aspect>, Part) {
  visit(id(), &Aspect::id);
  visit(required(reference("dimension", Referent::dimension)), &Aspect::dimension);
  visit(required(plain("name")), &Aspect::name);
  visit(plain("composite"), &Aspect::composite);
}

template <class Visitor>
void fields(Visitor& visit, std::type_identity<Named>, Part) {
  visit(id(), &Named::id);
  visit(required(plain("name")), &Named::name);
}

template <class Visitor>
void fields(Visitor& visit, std::type_identity<TimeClass>, Part) {
  visit(id(), &TimeClass::id);
  visit(required(plain("name")), &TimeClass::name);
  visit(required(number("due_months", 0, 1200)), &TimeClass::due_months);
}

template <class Visitor>
void fields(Visitor& visit, std::type_identity<Column>, Part) {
  visit(id(), &Column::id);
  visit(required(plain("type")), &Column::type);
  visit(plain("name"), &Column::name);
  visit(plain("measure"), &Column::measure);
  visit(plain("min"), &Column::min);
  visit(plain("max"), &Column::max);
  visit(list("values", 1), &Column::values);
  visit(plain("optional"), &Column::optional);
  visit(formula("formula"), &Column::formula);
}

template <class Visitor>
void fields(Visitor& visit, std::type_identity<Group>, Part) {
  visit(id(), &Group::id);
  visit(required(formula("by")), &Group::by);
}

template <class Visitor>
void fields(Visitor& visit, std::type_identity<Check>, Part part) {
  visit(id(), &Check::id);
  if (part == Part::framework_check)
    visit(required(reference("table", Referent::table_or_units)), &Check::table);
  visit(required(formula("expect")), &Check::expect);
  visit(reference("at", Referent::level), &Check::at);
  visit(plain("on_fail"), &Check::on_fail);
  visit(plain("message"), &Check::message);
}

template <class Visitor>
void fields(Visitor& visit, std::type_identity<Sample>, Part) {
  visit(required(plain("weight")), &Sample::weight);
  visit(plain("strata"), &Sample::strata);
  visit(plain("cluster"), &Sample::cluster);
  visit(plain("population"), &Sample::population);
}

template <class Visitor>
void fields(Visitor& visit, std::type_identity<Table>, Part) {
  visit(id(), &Table::id);
  visit(required(reference("level", Referent::level)), &Table::level);
  visit(required(plain("unit")), &Table::unit);
  visit(Field{.key = "key", .least = 1, .one_or_list = true}, &Table::key);
  visit(plain("columns"), &Table::columns);
  visit(plain("groups"), &Table::groups);
  visit(plain("checks"), &Table::checks);
  visit(plain("complete"), &Table::complete);
  visit(reference("expected", Referent::attribute), &Table::expected);
  visit(formula("applies_when"), &Table::applies_when);
  visit(plain("evidence"), &Table::evidence);
  visit(plain("sample"), &Table::sample);
  visit(plain("geometry"), &Table::geometry);
}

template <class Visitor>
void fields(Visitor& visit, std::type_identity<Target>, Part) {
  visit(required(plain("op")), &Target::op);
  visit(formula("value"), &Target::value);
  visit(formula("low"), &Target::low);
  visit(formula("high"), &Target::high);
  visit(formula("where"), &Target::where);
  visit(choice("basis", basis_choices), &Target::basis);
  visit(plain("source"), &Target::source);
}

template <class Visitor>
void fields(Visitor& visit, std::type_identity<Case>, Part part) {
  visit(required(formula("when")), &Case::when);
  visit(required(part == Part::grade_case ? choice("is", grade_choices)
                                          : reference("is", Referent::severity)),
        &Case::is);
}

template <class Visitor>
void fields(Visitor& visit, std::type_identity<Source>, Part) {
  visit(plain("type"), &Source::type);
  visit(reference("department", Referent::department), &Source::department);
  visit(choice("evidence", evidence_choices), &Source::evidence);
  visit(plain("document"), &Source::document);
}

template <class Visitor>
void fields(Visitor& visit, std::type_identity<Item>, Part) {
  visit(id(), &Item::id);
  visit(required(plain("name")), &Item::name);
  visit(required(formula("when")), &Item::when);
  visit(formula("formula"), &Item::formula);
  visit(reference("severity", Referent::severity_or_none), &Item::severity);
  visit(reference("time_class", Referent::time_class), &Item::time_class);
  visit(reference("stage", Referent::stage), &Item::stage);
  visit(choice("difficulty", difficulty_choices), &Item::difficulty);
  visit(choice("group", item_group_choices), &Item::group);
  visit(plain("advice"), &Item::advice);
  visit(reference("department", Referent::department), &Item::department);
  visit(number("unit_cost", 0), &Item::unit_cost);
  visit(plain("measure"), &Item::measure);
  visit(number("decimals", 0, 15), &Item::decimals);
  visit(Field{.key = "concept", .shape = Shape::id}, &Item::concept_id);
}

template <class Visitor>
void fields(Visitor& visit, std::type_identity<Component>, Part) {
  visit(id(), &Component::id);
  visit(required(plain("name")), &Component::name);
  visit(formula("formula"), &Component::formula);
  visit(plain("targets"), &Component::targets);
  visit(formula("applies_when"), &Component::applies_when);
  visit(cases("grades", Part::grade_case), &Component::grades);
  visit(plain("measure"), &Component::measure);
  visit(number("decimals", 0, 15), &Component::decimals);
}

template <class Visitor>
void fields(Visitor& visit, std::type_identity<Stage>, Part) {
  visit(id(), &Stage::id);
  visit(required(formula("when")), &Stage::when);
}

template <class Visitor>
void fields(Visitor& visit, std::type_identity<Indicator>, Part) {
  visit(id(), &Indicator::id);
  visit(required(plain("name")), &Indicator::name);
  visit(required(reference("dimension", Referent::dimension)), &Indicator::dimension);
  visit(reference("aspect", Referent::aspect), &Indicator::aspect);
  visit(required(plain("kind")), &Indicator::kind);
  visit(plain("direction"), &Indicator::direction);
  visit(plain("measure"), &Indicator::measure);
  visit(number("decimals", 0, 15), &Indicator::decimals);
  visit(plain("rounding"), &Indicator::rounding);
  visit(reference("table", Referent::any_table), &Indicator::table);
  visit(formula("formula"), &Indicator::formula);
  visit(plain("items"), &Indicator::items);
  visit(plain("components"), &Indicator::components);
  visit(least_one(reference("levels", Referent::level)), &Indicator::levels);
  visit(reference("ledger_level", Referent::level), &Indicator::ledger_level);
  visit(plain("targets"), &Indicator::targets);
  visit(formula("gap_base"), &Indicator::gap_base);
  visit(formula("applies_when"), &Indicator::applies_when);
  visit(number("min_coverage", 0, 1), &Indicator::min_coverage);
  visit(cases("severity", Part::severity_case), &Indicator::severity);
  visit(cases("grades", Part::grade_case), &Indicator::grades);
  visit(reference("survey", Referent::indicator), &Indicator::survey);
  visit(plain("overlaps"), &Indicator::overlaps);
  visit(plain("funnel"), &Indicator::funnel);
  visit(Field{.key = "concept", .shape = Shape::id}, &Indicator::concept_id);
  visit(number("number", 0, 1000000), &Indicator::number);
  visit(plain("local"), &Indicator::local);
  visit(plain("core"), &Indicator::core);
  visit(reference("department", Referent::department), &Indicator::department);
  visit(plain("advice"), &Indicator::advice);
  visit(plain("source"), &Indicator::source);
  visit(plain("note"), &Indicator::note);
}

template <class Visitor>
void fields(Visitor& visit, std::type_identity<Rule>, Part) {
  visit(id(), &Rule::id);
  visit(required(reference("level", Referent::level)), &Rule::level);
  visit(required(formula("when")), &Rule::when);
  visit(required(plain("then")), &Rule::then);
  visit(reference("indicator", Referent::indicator), &Rule::indicator);
  visit(reference("is", Referent::severity), &Rule::is);
  visit(required(plain("reason")), &Rule::reason);
  visit(reference("department", Referent::department), &Rule::department);
  visit(plain("advice"), &Rule::advice);
}

template <class Visitor>
void fields(Visitor& visit, std::type_identity<LedgerColumn>, Part) {
  visit(required(plain("name")), &LedgerColumn::name);
  visit(required(choice("field", ledger_field_choices)), &LedgerColumn::field);
}

template <class Visitor>
void fields(Visitor& visit, std::type_identity<Ledger>, Part) {
  visit(required(reference("dimension", Referent::dimension)), &Ledger::dimension);
  visit(list("columns", 1), &Ledger::columns);
  visit(reference("list_level", Referent::level), &Ledger::list_level);
  visit(reference("split_level", Referent::level), &Ledger::split_level);
  visit(plain("sentence"), &Ledger::sentence);
}

template <class Visitor>
void fields(Visitor& visit, std::type_identity<ScoreNode>, Part) {
  visit(id(), &ScoreNode::id);
  Field parent = reference("parent", Referent::score_node);
  parent.nullable = true;
  visit(parent, &ScoreNode::parent);
  visit(plain("name"), &ScoreNode::name);
  visit(number("weight", 0), &ScoreNode::weight);
  visit(plain("aggregate"), &ScoreNode::aggregate);
  visit(number("min_share", 0, 1), &ScoreNode::min_share);
  visit(choice("floor", floor_choices), &ScoreNode::floor);
  visit(plain("cap"), &ScoreNode::cap);
}

template <class Visitor>
void fields(Visitor& visit, std::type_identity<ScoreLeaf>, Part) {
  visit(required(reference("parent", Referent::score_node)), &ScoreLeaf::parent);
  visit(number("weight", 0), &ScoreLeaf::weight);
  visit(plain("normalise"), &ScoreLeaf::normalise);
}

template <class Visitor>
void fields(Visitor& visit, std::type_identity<Score>, Part) {
  visit(least_one(reference("levels", Referent::level)), &Score::levels);
  visit(required(list("nodes", 1)), &Score::nodes);
  visit(required(least_one(reference("leaves", Referent::indicator))), &Score::leaves);
  visit(plain("treat"), &Score::treat);
  visit(plain("impute"), &Score::impute);
  visit(plain("rank"), &Score::rank);
}

template <class Visitor>
void fields(Visitor& visit, std::type_identity<ProblemIndex>, Part) {
  visit(id(), &ProblemIndex::id);
  visit(required(reference("table", Referent::stored_table)), &ProblemIndex::table);
  Field weights = required(least_one(reference("weights", Referent::item)));
  weights.minimum = 0;
  visit(weights, &ProblemIndex::weights);
  visit(Field{.key = "cutoff", .required = true, .minimum = 0, .maximum = 1, .above_minimum = true},
        &ProblemIndex::cutoff);
  visit(plain("record_weight"), &ProblemIndex::record_weight);
}

/// `tijian`, `extends` and `remove` are of the document, not of the framework: see src/json.
template <class Visitor>
void fields(Visitor& visit, std::type_identity<Framework>, Part) {
  visit(id(), &Framework::id);
  visit(required(plain("version")), &Framework::version);
  visit(required(number("year", 1, 9999)), &Framework::year);
  visit(required(plain("name")), &Framework::name);
  visit(Field{.key = "parameters", .shape = Shape::id}, &Framework::parameters);
  visit(required(list("dimensions", 1)), &Framework::dimensions);
  visit(required(list("levels", 1)), &Framework::levels);
  visit(plain("aspects"), &Framework::aspects);
  visit(list("severities", 1), &Framework::severities);
  visit(list("time_classes", 1), &Framework::time_classes);
  visit(list("stages", 1), &Framework::stages);
  visit(plain("departments"), &Framework::departments);
  visit(required(plain("tables")), &Framework::tables);
  visit(required(plain("indicators")), &Framework::indicators);
  visit(cases("severity", Part::severity_case), &Framework::severity);
  visit(cases("grades", Part::grade_case), &Framework::grades);
  visit(plain("rules"), &Framework::rules);
  visit(Field{.key = "checks", .part = Part::framework_check}, &Framework::checks);
  visit(plain("ledgers"), &Framework::ledgers);
  visit(plain("score"), &Framework::score);
  visit(plain("problem_indexes"), &Framework::problem_indexes);
}

// Shapes of values, by which visitors choose what to do.

template <class Value>
struct IsOptional : std::false_type {};
template <class Value>
struct IsOptional<std::optional<Value>> : std::true_type {};
template <class Value>
struct IsList : std::false_type {};
template <class Value>
struct IsList<std::vector<Value>> : std::true_type {};
template <class Value>
struct IsMap : std::false_type {};
template <class Value>
struct IsMap<std::map<std::string, Value>> : std::true_type {};

struct NoVisitor {
  void operator()(const Field&, auto) const {}
};

/// A struct whose keys are declared above.
template <class Value>
concept Declared = requires(NoVisitor& visit) {
  framework_fields::fields(visit, std::type_identity<Value>{}, Part::plain);
};

/// A thing with an id: lists of these are joined by id under `extends`.
template <class Value>
concept Identified = Declared<Value> && requires {
  &Value::id;
};

/// A struct that `extends` joins key by key. A text is replaced whole: a translation of what it
/// said before must not stay behind.
template <class Value>
concept Joined = Declared<Value> && !std::is_same_v<Value, Text>;

}  // namespace tijian::framework_fields
