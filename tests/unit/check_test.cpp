#include "tijian/check.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <iterator>
#include <limits>
#include <string>
#include <vector>

#include "tijian/json.hpp"

namespace tijian {
namespace {

const std::string folder = TJ_SOURCE_DIR "/tests/unit/frameworks/";

/// A framework that has every key and no fault.
const Framework& complete() {
  static const Framework framework = load_framework(folder + "complete.json");
  return framework;
}

Column column(const std::string& id, Type type) {
  Column made;
  made.id = id;
  made.type = type;
  return made;
}

/// One way to spoil it, and the one issue that this must give.
struct Fault {
  std::string name;
  std::function<void(Framework&)> spoil;
  std::string code;
  std::string place;
  std::string zh;  // each message contains this
  std::string en;
  std::string nearest = {};
};

std::vector<Fault> faults() {
  const auto unknown = std::string("framework.unknown_reference");
  std::vector<Fault> list = {
      // Dangling references, one for each place that refers to something.
      {"level_dimension", [](Framework& f) { f.levels[0].dimension = "comunity"; }, unknown,
       "/levels/0/dimension", "没有维度 comunity，是否为 community", "no dimension comunity",
       "community"},
      {"aspect_dimension_unknown", [](Framework& f) { f.aspects[0].dimension = "x"; }, unknown,
       "/aspects/0/dimension", "没有维度 x", "no dimension x"},
      {"table_level", [](Framework& f) { f.tables[0].level = "compond"; }, unknown,
       "/tables/0/level", "没有层级 compond", "did you mean compound", "compound"},
      {"table_expected", [](Framework& f) { f.tables[0].expected = "building_due"; }, unknown,
       "/tables/0/expected", "没有属性", "no attribute building_due", "buildings_due"},
      {"check_at", [](Framework& f) { f.tables[0].checks[1].at = "town"; }, unknown,
       "/tables/0/checks/1/at", "没有层级 town", "no level town"},
      {"indicator_dimension",
       [](Framework& f) { f.indicators[0].dimension = "hosing"; },
       unknown, "/indicators/0/dimension", "没有维度 hosing", "no dimension hosing", "housing"},
      {"indicator_aspect", [](Framework& f) { f.indicators[0].aspect = "safty"; }, unknown,
       "/indicators/0/aspect", "没有方面", "no aspect safty", "safety"},
      {"indicator_table", [](Framework& f) { f.indicators[1].table = "resident"; }, unknown,
       "/indicators/1/table", "没有表", "no table resident", "residents"},
      {"indicator_derived_table", [](Framework& f) { f.indicators[3].table = "units:comunity"; },
       unknown, "/indicators/3/table", "没有表 units:comunity", "no table units:comunity",
       "units:community"},
      {"indicator_levels", [](Framework& f) { f.indicators[0].levels[1] = "citty"; }, unknown,
       "/indicators/0/levels/1", "没有层级 citty", "no level citty", "city"},
      {"indicator_ledger_level", [](Framework& f) { f.indicators[0].ledger_level = "town"; },
       unknown, "/indicators/0/ledger_level", "没有层级", "no level town"},
      {"indicator_survey", [](Framework& f) { f.indicators[0].survey = "S2"; }, unknown,
       "/indicators/0/survey", "没有指标 S2", "no indicator S2", "S1"},
      {"indicator_department", [](Framework& f) { f.indicators[0].department = "gaz"; }, unknown,
       "/indicators/0/department", "没有部门 gaz", "no department gaz", "gas"},
      {"source_department", [](Framework& f) { f.indicators[0].source->department = "police"; },
       unknown, "/indicators/0/source/department", "没有部门", "no department police"},
      {"indicator_severity_case", [](Framework& f) { f.indicators[0].severity[0].is = "fatal"; },
       unknown, "/indicators/0/severity/0/is", "没有问题程度 fatal", "no severity fatal"},
      {"severity_case_none", [](Framework& f) { f.severity[0].is = "none"; }, unknown,
       "/severity/0/is", "没有问题程度 none", "no severity none"},
      {"item_severity", [](Framework& f) { f.indicators[0].items[0].severity = "criticl"; },
       unknown, "/indicators/0/items/0/severity", "没有问题程度", "no severity criticl",
       "critical"},
      {"item_time_class", [](Framework& f) { f.indicators[0].items[0].time_class = "limited"; },
       unknown, "/indicators/0/items/0/time_class", "没有时限类别", "no time class limited"},
      {"item_stage", [](Framework& f) { f.indicators[0].items[0].stage = "operaton"; }, unknown,
       "/indicators/0/items/0/stage", "没有阶段", "no stage operaton", "operation"},
      {"item_department", [](Framework& f) { f.indicators[0].items[0].department = "x"; }, unknown,
       "/indicators/0/items/0/department", "没有部门 x", "no department x"},
      {"rule_level", [](Framework& f) { f.rules[0].level = "town"; }, unknown, "/rules/0/level",
       "没有层级", "no level town"},
      {"rule_indicator", [](Framework& f) { f.rules[0].indicator = "H20"; }, unknown,
       "/rules/0/indicator", "没有指标", "no indicator H20", "H02"},
      {"rule_severity", [](Framework& f) { f.rules[0].is = "worse"; }, unknown, "/rules/0/is",
       "没有问题程度", "no severity worse"},
      {"rule_department", [](Framework& f) { f.rules[0].department = "x"; }, unknown,
       "/rules/0/department", "没有部门", "no department x"},
      {"framework_check_table", [](Framework& f) { f.checks[0].table = "units:town"; }, unknown,
       "/checks/0/table", "没有表 units:town", "no table units:town"},
      {"framework_check_previous", [](Framework& f) { f.checks[0].table = "previous:problems"; },
       unknown, "/checks/0/table", "没有表", "no table previous:problems"},
      {"ledger_dimension", [](Framework& f) { f.ledgers[0].dimension = "block"; }, unknown,
       "/ledgers/0/dimension", "没有维度", "no dimension block"},
      {"ledger_list_level", [](Framework& f) { f.ledgers[0].list_level = "x"; }, unknown,
       "/ledgers/0/list_level", "没有层级", "no level x"},
      {"ledger_split_level", [](Framework& f) { f.ledgers[0].split_level = "x"; }, unknown,
       "/ledgers/0/split_level", "没有层级", "no level x"},
      {"score_level", [](Framework& f) { f.score->levels[0] = "x"; }, unknown, "/score/levels/0",
       "没有层级", "no level x"},
      {"score_node_parent", [](Framework& f) { f.score->nodes[1].parent = "totl"; }, unknown,
       "/score/nodes/1/parent", "没有得分节点 totl", "no score node totl", "total"},
      {"score_leaf", [](Framework& f) { f.score->leaves["H03"] = f.score->leaves["H02"]; },
       unknown, "/score/leaves/H03", "没有指标 H03", "no indicator H03", "H02"},
      {"score_leaf_parent", [](Framework& f) { f.score->leaves["H02"].parent = "save"; }, unknown,
       "/score/leaves/H02/parent", "没有得分节点", "no score node save", "safe"},
      {"index_table", [](Framework& f) { f.problem_indexes[0].table = "units:city"; }, unknown,
       "/problem_indexes/0/table", "没有表", "no table units:city"},
      {"index_item", [](Framework& f) { f.problem_indexes[0].weights["H02.2"] = 1; }, unknown,
       "/problem_indexes/0/weights/H02.2", "没有分项 H02.2", "no item H02.2", "H02.1"},

      // Ids, choices, ranges.
      {"id_with_space", [](Framework& f) { f.departments.push_back({"housing bureau", {"局", ""}}); },
       "framework.invalid_id", "/departments/2/id", "id housing bureau 无效", "not valid"},
      {"id_of_parameter", [](Framework& f) { f.parameters["a/b"] = 1.0; }, "framework.invalid_id",
       "/parameters/a~1b", "id a/b 无效", "a/b is not valid"},
      {"duplicate_indicator", [](Framework& f) { f.indicators.push_back(f.indicators[1]); },
       "framework.duplicate_id", "/indicators/4/id", "id S1 在此列表中重复", "S1 stands twice"},
      {"duplicate_dimension", [](Framework& f) { f.dimensions.push_back(f.dimensions[0]); },
       "framework.duplicate_id", "/dimensions/3/id", "重复", "housing stands twice"},
      {"duplicate_item",
       [](Framework& f) { f.indicators[0].items.push_back(f.indicators[0].items[1]); },
       "framework.duplicate_id", "/indicators/0/items/2/id", "H02.0 在此列表中重复",
       "H02.0 stands twice"},
      {"duplicate_column", [](Framework& f) { f.tables[1].columns.push_back(f.tables[1].columns[0]); },
       "framework.duplicate_id", "/tables/1/columns/1/id", "satisfied", "satisfied stands twice"},
      {"duplicate_key_column", [](Framework& f) { f.tables[0].key[1] = "building_id"; },
       "framework.duplicate_value", "/tables/0/key/1", "building_id 在此列表中重复",
       "building_id stands twice"},
      {"basis", [](Framework& f) { f.indicators[0].targets[0].basis = "nation"; },
       "framework.unknown_word", "/indicators/0/targets/0/basis", "basis 的取值 nation 无效",
       "there are: national local planning peer previous", "national"},
      {"grade", [](Framework& f) { f.grades->front().is = "serious"; }, "framework.unknown_word",
       "/grades/0/is", "very_good good fair insufficient", "no choice serious"},
      {"component_grade",
       [](Framework& f) { f.indicators[2].components[0].grades = std::vector<Case>{{"value > 0", "god"}}; },
       "framework.unknown_word", "/indicators/2/components/0/grades/0/is", "god", "no choice god",
       "good"},
      {"evidence_letter", [](Framework& f) { f.indicators[0].source->evidence = "F"; },
       "framework.unknown_word", "/indicators/0/source/evidence", "A B C D E", "no choice F", "A"},
      {"difficulty", [](Framework& f) { f.indicators[0].items[0].difficulty = "higher"; },
       "framework.unknown_word", "/indicators/0/items/0/difficulty", "low medium high",
       "no choice higher", "high"},
      {"item_group", [](Framework& f) { f.indicators[0].items[0].group = "none"; },
       "framework.unknown_word", "/indicators/0/items/0/group", "not_built", "no choice none"},
      {"ledger_field", [](Framework& f) { f.ledgers[0].columns[1].field = "group:no_built"; },
       "framework.unknown_word", "/ledgers/0/columns/1/field", "group:no_built 无效",
       "no choice group:no_built", "group:not_built"},
      {"score_floor",
       [](Framework& f) {
         f.score->nodes[0].floor = "limit";
         f.score->nodes[0].cap.reset();
       },
       "framework.unknown_word", "/score/nodes/0/floor", "ignore cap refuse", "no choice limit"},
      {"min_coverage", [](Framework& f) { f.indicators[0].min_coverage = 1.5; },
       "framework.out_of_range", "/indicators/0/min_coverage", "不小于 0 且不大于 1",
       "at least 0 and at most 1, not 1.5"},
      {"decimals", [](Framework& f) { f.indicators[0].decimals = 16; }, "framework.out_of_range",
       "/indicators/0/decimals", "实为 16", "at most 15, not 16"},
      {"year", [](Framework& f) { f.year = 0; }, "framework.out_of_range", "/year", "实为 0",
       "not 0"},
      {"due_months", [](Framework& f) { f.time_classes[0].due_months = -1; },
       "framework.out_of_range", "/time_classes/0/due_months", "实为 -1", "not -1"},
      {"cutoff_zero", [](Framework& f) { f.problem_indexes[0].cutoff = 0; },
       "framework.out_of_range", "/problem_indexes/0/cutoff", "大于 0", "above 0 and at most 1"},
      {"negative_weight", [](Framework& f) { f.problem_indexes[0].weights["H02.1"] = -1; },
       "framework.out_of_range", "/problem_indexes/0/weights/H02.1", "不小于 0", "at least 0"},
      {"not_finite",
       [](Framework& f) { f.tables[0].columns[1].max = std::numeric_limits<double>::infinity(); },
       "framework.number_range", "/tables/0/columns/1/max", "不是有限的数", "not a finite number"},
      {"control_character", [](Framework& f) { f.indicators[0].name.zh += '\x01'; },
       "framework.control_character", "/indicators/0/name/zh", "控制字符", "control character"},
      {"required_text", [](Framework& f) { f.indicators[1].name = {}; }, "framework.missing_key",
       "/indicators/1", "缺少必填的键 name", "the key name is required"},
      {"no_severities",
       [](Framework& f) {
         f.severities.clear();
         f.severity.clear();
         f.indicators[0].severity.clear();
         for (Item& item : f.indicators[0].items) item.severity.clear();
         f.rules.clear();
       },
       "framework.empty_list", "/severities", "severities 不能为空",
       "severities must not be empty"},

      // Names.
      {"severity_none", [](Framework& f) { f.severities[0].id = "none"; },
       "framework.reserved_name", "/severities/0/id", "none 是内置名称", "none is a built-in name"},
      {"parameter_is_column", [](Framework& f) { f.parameters["floors"] = 1.0; },
       "framework.same_name", "/parameters/floors", "floors 已是列的名称（/tables/0/columns/0/id）",
       "already the name of a column"},
      {"parameter_is_attribute", [](Framework& f) { f.parameters["has_rail"] = true; },
       "framework.same_name", "/parameters/has_rail", "已是属性的名称",
       "already the name of an attribute"},
      {"parameter_is_indicator", [](Framework& f) { f.parameters["U42"] = 1.0; },
       "framework.same_name", "/parameters/U42", "已是指标的名称", "the name of an indicator"},
      {"parameter_is_item", [](Framework& f) { f.parameters["H02.1"] = 1.0; },
       "framework.same_name", "/parameters/H02.1", "已是分项的名称", "the name of an item"},
      {"parameter_is_component", [](Framework& f) { f.parameters["U42.arterial"] = 1.0; },
       "framework.same_name", "/parameters/U42.arterial", "已是分量的名称",
       "the name of a component"},
      {"parameter_year", [](Framework& f) { f.parameters["year"] = 2024.0; },
       "framework.reserved_name", "/parameters/year", "year 是内置名称", "year is a built-in name"},
      {"attribute_parent",
       [](Framework& f) { f.levels[1].attributes = {{"parent", Type::text, {}, {}, {}, {}}}; },
       "framework.reserved_name", "/levels/1/attributes/0/id", "parent 是内置名称",
       "parent is a built-in name"},
      {"column_year",
       [](Framework& f) { f.tables[1].columns.push_back(column("year", Type::number)); },
       "framework.reserved_name", "/tables/1/columns/1/id", "year 是内置名称",
       "year is a built-in name"},
      {"indicator_is_attribute", [](Framework& f) { f.indicators[3].id = "built_km2"; },
       "framework.same_name", "/indicators/3/id", "已是属性的名称（/levels/2/attributes/2/id）",
       "already the name of an attribute"},
      {"item_is_indicator", [](Framework& f) { f.indicators[3].id = "H02.0"; },
       "framework.same_name", "/indicators/0/items/1/id", "已是指标的名称（/indicators/3/id）",
       "already the name of an indicator"},
      {"item_is_dotted_result",
       [](Framework& f) {
         f.indicators[0].items[1].id = "H02.gap";
         f.problem_indexes.clear();
       },
       "framework.reserved_name", "/indicators/0/items/1/id", "H02.gap 是内置名称",
       "H02.gap is a built-in name"},
      {"component_is_dotted_result",
       [](Framework& f) { f.indicators[2].components[0].id = "verdict"; },
       "framework.reserved_name", "/indicators/2/components/0/id", "U42.verdict 是内置名称",
       "U42.verdict is a built-in name"},

      // Attributes, columns, tables.
      {"values_of_number", [](Framework& f) { f.levels[2].attributes[2].values = {"1"}; },
       "framework.only_for_type", "/levels/2/attributes/2/values", "values 只用于文本属性",
       "values is only for text attributes"},
      {"default_type", [](Framework& f) { f.levels[2].attributes[1].default_value = 1.0; },
       "framework.default_type", "/levels/2/attributes/1/default", "default 的类型与 type 不符",
       "not of the attribute's type"},
      {"default_value",
       [](Framework& f) { f.levels[2].attributes[0].default_value = std::string("meta"); },
       "framework.default_value", "/levels/2/attributes/0/default", "default meta 不在 values",
       "not among the values", "mega"},
      {"attribute_differs",
       [](Framework& f) { f.levels[1].attributes = {{"built_km2", Type::text, {}, {}, {}, {}}}; },
       "framework.attribute_differs", "/levels/2/attributes/2", "built_km2", "built_km2"},
      {"expected_of_text", [](Framework& f) { f.tables[0].expected = "city_class"; },
       "framework.expected_type", "/tables/0/expected", "city_class", "city_class"},
      {"expected_not_inherited", [](Framework& f) { f.tables[0].expected = "built_km2"; },
       "framework.expected_level", "/tables/0/expected", "属性 built_km2 在层级 compound 上读不到",
       "built_km2 cannot be read on the level compound"},
      {"minimum_of_text", [](Framework& f) { f.tables[0].columns[3].min = 0; },
       "framework.only_for_type", "/tables/0/columns/3/min", "min 只用于数值列",
       "min is only for number columns"},
      {"maximum_of_boolean", [](Framework& f) { f.tables[0].columns[2].max = 1; },
       "framework.only_for_type", "/tables/0/columns/2/max", "max 只用于数值列",
       "max is only for number columns"},
      {"values_of_boolean_column", [](Framework& f) { f.tables[0].columns[2].values = {"yes"}; },
       "framework.only_for_type", "/tables/0/columns/2/values", "values 只用于文本列",
       "values is only for text columns"},
      {"minimum_above_maximum", [](Framework& f) { f.tables[0].columns[0].min = 201; },
       "framework.bounds_reversed", "/tables/0/columns/0/min", "min 大于 max", "min is above max"},
      {"computed_optional", [](Framework& f) { f.tables[0].columns[4].optional = true; },
       "framework.computed_optional", "/tables/0/columns/4/optional", "不能是 optional",
       "cannot be optional"},
      {"key_of_number", [](Framework& f) { f.tables[0].key[0] = "floors"; },
       "framework.column_type", "/tables/0/key", "列 floors 用作 key", "floors is used as key"},
      {"weight_of_text", [](Framework& f) { f.tables[1].columns[0].type = Type::text;
                                            f.tables[1].sample->weight = "satisfied"; },
       "framework.column_type", "/tables/1/sample/weight", "类型应为 number", "must be number"},
      {"record_weight_of_boolean",
       [](Framework& f) { f.problem_indexes[0].record_weight = "riser_corroded"; },
       "framework.column_type", "/problem_indexes/0/record_weight", "riser_corroded",
       "used as record_weight and must be number"},
      {"check_at_leave_out", [](Framework& f) { f.tables[0].checks[1].on_fail = OnFail::leave_out; },
       "framework.leave_out_at", "/tables/0/checks/1/on_fail", "不能与 at 同用",
       "cannot go with at"},
      {"check_below_table",
       [](Framework& f) {
         f.tables[1].checks = {{"few", "count(*) > 1", "compound", "", OnFail::warn, {}}};
       },
       "framework.level_below_table", "/tables/1/checks/0/at", "compound", "compound lies below"},

      // Indicators.
      {"components_and_formula", [](Framework& f) { f.indicators[2].formula = "count(*)";
                                                    f.indicators[2].table = "buildings"; },
       "framework.components_exclude", "/indicators/2/formula", "不能另有 formula",
       "cannot have formula"},
      {"components_and_items",
       [](Framework& f) {
         f.indicators[2].items = {f.indicators[0].items[0]};
         f.indicators[2].items[0].id = "U42.x";
         f.indicators[2].table = "buildings";
       },
       "framework.components_exclude", "/indicators/2/items", "不能另有 items",
       "cannot have items"},
      {"components_and_targets",
       [](Framework& f) { f.indicators[2].targets = {f.indicators[0].targets[0]}; },
       "framework.components_exclude", "/indicators/2/targets", "不能另有 targets",
       "cannot have targets"},
      {"formula_without_table", [](Framework& f) { f.indicators[1].table.clear(); },
       "framework.needs_table", "/indicators/1/formula", "formula 需要 table",
       "formula needs a table"},
      {"component_formula_without_table",
       [](Framework& f) { f.indicators[2].components[0].formula = "count(*)"; },
       "framework.needs_table", "/indicators/2/components/0/formula", "formula 需要 table",
       "formula needs a table"},
      {"table_without_formula", [](Framework& f) { f.indicators[1].formula.clear(); },
       "framework.unused_table", "/indicators/1/table", "没有 formula", "has no formula"},
      {"level_below_table", [](Framework& f) { f.indicators[1].levels = {"compound", "city"}; },
       "framework.level_below_table", "/indicators/1/levels/0", "层级 compound 低于表 residents",
       "compound lies below the level of table residents"},
      {"level_below_derived_table", [](Framework& f) { f.indicators[3].ledger_level = "compound"; },
       "framework.level_below_table", "/indicators/3/ledger_level", "units:community",
       "compound lies below"},
      {"previous_without_levels",
       [](Framework& f) { f.indicators[3].table = "previous:problems"; }, "framework.levels_needed",
       "/indicators/3", "必须写明 levels", "has to name its levels"},
      {"no_level_of_dimension",
       [](Framework& f) {
         f.indicators[2].dimension = "housing";
       },
       "framework.no_level", "/indicators/2", "维度 housing 没有层级", "housing has no level"},
      {"aspect_of_other_dimension", [](Framework& f) { f.indicators[0].aspect = "commute"; },
       "framework.aspect_dimension", "/indicators/0/aspect", "方面 commute 属于维度 city",
       "commute belongs to the dimension city, not housing"},
      {"own_survey", [](Framework& f) { f.indicators[1].survey = "S1"; }, "framework.own_survey",
       "/indicators/1/survey", "不能以自身", "cannot be its own survey"},
      {"direction_higher", [](Framework& f) { f.indicators[0].direction = Direction::higher; },
       "framework.direction", "/indicators/0/direction", "direction higher 与目标 <= 矛盾",
       "higher contradicts the target <="},
      {"direction_none", [](Framework& f) { f.indicators[0].direction = Direction::none; },
       "framework.direction", "/indicators/0/direction", "none", "none contradicts"},
      {"component_direction", [](Framework& f) { f.indicators[2].direction = Direction::lower; },
       "framework.direction", "/indicators/2/direction", "lower 与目标 between 矛盾",
       "lower contradicts the target between"},
      {"directions_differ",
       [](Framework& f) {
         f.indicators[0].direction.reset();
         f.indicators[0].targets[1].op = Operator::greater;
       },
       "framework.directions_differ", "/indicators/0/targets/1/op", "> 与 <= 的方向相反",
       "> and <= point in opposite directions"},
      {"target_without_value", [](Framework& f) { f.indicators[0].targets[0].value = {}; },
       "framework.target_bound_missing", "/indicators/0/targets/0", "需要 value", "needs value"},
      {"between_without_high",
       [](Framework& f) { f.indicators[2].components[0].targets[0].high = {}; },
       "framework.target_bound_missing", "/indicators/2/components/0/targets/0",
       "op 为 between 的目标需要 high", "op between needs high"},
      {"between_with_value",
       [](Framework& f) { f.indicators[2].components[0].targets[0].value = 1.0; },
       "framework.target_bound_unused", "/indicators/2/components/0/targets/0/value",
       "不用 value", "no use for value"},
      {"low_with_value", [](Framework& f) { f.indicators[0].targets[1].low = 1.0; },
       "framework.target_bound_unused", "/indicators/0/targets/1/low", "不用 low",
       "no use for low"},
      {"low_above_high",
       [](Framework& f) {
         f.indicators[2].components[0].targets[0].low = 41.0;
         f.indicators[2].components[0].targets[0].high = 40.0;
       },
       "framework.bounds_reversed", "/indicators/2/components/0/targets/0/low", "low 大于 high",
       "low is above high"},

      // Rules, ledgers, scores, problem indexes.
      {"raise_without_severity", [](Framework& f) { f.rules[0].is.clear(); },
       "framework.needs_severity", "/rules/0", "raise 的规则需要 is", "does raise needs is"},
      {"suppress_with_severity", [](Framework& f) { f.rules[0].then = RuleAction::suppress; },
       "framework.unused_severity", "/rules/0/is", "不用 is", "no use for is"},
      {"raise_without_indicator", [](Framework& f) { f.rules[0].indicator.clear(); },
       "framework.needs_indicator", "/rules/0", "需要 indicator", "needs an indicator"},
      {"two_ledgers", [](Framework& f) { f.ledgers.push_back(f.ledgers[0]); },
       "framework.duplicate_id", "/ledgers/1/dimension", "维度 housing 有两个台账",
       "housing has two ledgers"},
      {"split_not_below", [](Framework& f) { f.ledgers[0].split_level = "city"; },
       "framework.split_level", "/ledgers/0/split_level", "split_level city 应低于",
       "must lie below list_level city"},
      {"placeholder", [](Framework& f) { f.ledgers[0].sentence.zh = "{item}：{vlaue}"; },
       "framework.placeholder", "/ledgers/0/sentence/zh", "{vlaue} 无效", "has no {vlaue}",
       "value"},
      {"open_placeholder", [](Framework& f) { f.ledgers[0].sentence.en = "{item"; },
       "framework.placeholder", "/ledgers/0/sentence/en", "没有闭合", "not closed"},
      {"node_cycle", [](Framework& f) { f.score->nodes[0].parent = "safe"; },
       "framework.node_cycle", "/score/nodes/1/parent", "safe -> total -> safe",
       "form a cycle: safe -> total -> safe"},
      {"node_is_own_parent", [](Framework& f) { f.score->nodes[1].parent = "safe"; },
       "framework.node_cycle", "/score/nodes/1/parent", "safe -> safe", "safe -> safe"},
      {"cap_missing", [](Framework& f) { f.score->nodes[0].cap.reset(); }, "framework.needs_cap",
       "/score/nodes/0", "需要 cap", "needs the key cap"},
      {"cap_unused", [](Framework& f) { f.score->nodes[0].floor = "refuse"; },
       "framework.unused_cap", "/score/nodes/0/cap", "只与 floor 的 cap 同用", "floor cap"},
      {"node_is_leaf",
       [](Framework& f) {
         f.score->nodes.push_back(f.score->nodes[1]);
         f.score->nodes[2].id = "H02";
       },
       "framework.same_name", "/score/nodes/2/id", "已是指标的名称", "an indicator"},
      {"index_weights_zero",
       [](Framework& f) {
         for (auto& [item, weight] : f.problem_indexes[0].weights) weight = 0;
       },
       "framework.no_weight", "/problem_indexes/0/weights", "权重全部为 0", "all weights are 0"},
      {"index_without_items", [](Framework& f) { f.problem_indexes[0].weights.clear(); },
       "framework.empty_list", "/problem_indexes/0/weights", "weights 不能为空",
       "weights must not be empty"},
  };
  return list;
}

std::string shown(const Issues& issues) {
  std::string text;
  for (const Issue& issue : issues)
    text += issue.place + " [" + issue.code + "] " + issue.message.en + "\n";
  return text;
}

class CheckFault : public testing::TestWithParam<Fault> {};

TEST_P(CheckFault, IsTheOneIssueAndNamesItsPlaceInBothLanguages) {
  const Fault& fault = GetParam();
  Framework framework = complete();
  fault.spoil(framework);
  const Issues issues = check(framework);
  ASSERT_EQ(issues.size(), 1u) << shown(issues);
  const Issue& issue = issues[0];
  EXPECT_EQ(issue.code, fault.code);
  EXPECT_EQ(issue.place, fault.place);
  EXPECT_NE(issue.message.zh.find(fault.zh), std::string::npos) << issue.message.zh;
  EXPECT_NE(issue.message.en.find(fault.en), std::string::npos) << issue.message.en;
  EXPECT_EQ(issue.nearest, fault.nearest);
  // Every hole of the templates was filled.
  if (issue.code != "framework.placeholder") {
    EXPECT_EQ((issue.message.zh + issue.message.en).find('{'), std::string::npos);
  }
  EXPECT_FALSE(issue.warning);
}

INSTANTIATE_TEST_SUITE_P(Every, CheckFault, testing::ValuesIn(faults()),
                         [](const auto& fault) { return fault.param.name; });

TEST(Check, AcceptsWhatHasNoFault) { EXPECT_EQ(shown(check(complete())), ""); }

TEST(Check, ReportsAllAtOnceInOneRun) {
  Framework framework = complete();
  std::size_t expected = 0;
  framework.levels[0].dimension = "x", ++expected;
  framework.indicators[0].items[0].stage = "x", ++expected;
  framework.indicators[2].components[0].targets[0].value = 1.0, ++expected;
  framework.rules[0].is.clear(), ++expected;
  framework.parameters["floors"] = 1.0, ++expected;
  framework.score->nodes[0].cap.reset(), ++expected;
  EXPECT_EQ(check(framework).size(), expected) << shown(check(framework));
}

TEST(Check, ItemsOfAnotherTableAreNamedOneByOne) {
  Framework framework = complete();
  framework.problem_indexes[0].table = "residents";
  const Issues issues = check(framework);
  ASSERT_EQ(issues.size(), 2u) << shown(issues);
  EXPECT_EQ(issues[0].code, "framework.item_table");
  EXPECT_EQ(issues[0].place, "/problem_indexes/0/weights/H02.0");
  EXPECT_EQ(issues[1].place, "/problem_indexes/0/weights/H02.1");
}

// What is not a contradiction, however near it comes.
TEST(Check, AcceptsTheOtherSideOfEachBoundary) {
  const std::vector<std::function<void(Framework&)>> harmless = {
      [](Framework& f) { f.tables[0].columns[0].min = 200; },  // min = max
      [](Framework& f) { f.indicators[0].min_coverage = 1; },
      [](Framework& f) { f.indicators[0].min_coverage = 0; },
      [](Framework& f) { f.indicators[0].decimals = 15; },
      [](Framework& f) { f.problem_indexes[0].cutoff = 1; },
      [](Framework& f) { f.problem_indexes[0].weights["H02.1"] = 0; },
      [](Framework& f) { f.indicators[0].targets[0].op = Operator::equal; },
      [](Framework& f) { f.indicators[0].direction.reset(); },
      [](Framework& f) { f.indicators[2].components[0].targets[0].low = 60.0; },
      [](Framework& f) { f.indicators[2].direction = Direction::range; },
      [](Framework& f) { f.indicators[1].levels = {"community"}; },
      [](Framework& f) { f.tables[0].checks[1].at = "compound"; },
      [](Framework& f) { f.indicators[0].items[0].severity = "none"; },
      [](Framework& f) {
        f.rules[0].then = RuleAction::add, f.rules[0].is.clear(), f.rules[0].indicator.clear();
      },
      [](Framework& f) { f.grades.emplace(); },
      [](Framework& f) { f.tables[1].columns.push_back(column("has_rail", Type::boolean)); },
      [](Framework& f) {  // one attribute on two levels
        f.levels[1].attributes.push_back(f.levels[2].attributes[2]);
      },
      [](Framework& f) {  // inherited, so it reaches the table's level
        f.levels[2].attributes[2].inherit = true;
        f.tables[0].expected = "built_km2";
      },
      [](Framework& f) {
        f.indicators[3].table = "previous:problems", f.indicators[3].levels = {"city"};
      },
      [](Framework& f) { f.ledgers[0].sentence.zh = "没有占位符 }"; },
      [](Framework& f) { f.indicators[0].advice.zh = "第一行\n第二行\t"; },
  };
  for (std::size_t i = 0; i < harmless.size(); ++i) {
    Framework framework = complete();
    harmless[i](framework);
    EXPECT_EQ(shown(check(framework)), "") << "case " << i;
  }
}

TEST(Check, IdsAreLettersOfAnyScriptDigitsAndThreeSigns) {
  for (const char* id :
       {"H02", "H02.1", "a", "_", "-", ".", "住房", "Ёлка", "é", "가", "अ", "日本", "0", "A-b_c.d"})
    EXPECT_TRUE(is_id(id)) << id;
  EXPECT_TRUE(is_id(std::string(64, 'x')));
  std::string han;
  for (int i = 0; i < 64; ++i) han += "房";
  EXPECT_TRUE(is_id(han));  // 64 characters, 192 bytes
  EXPECT_FALSE(is_id(han + "房"));
  EXPECT_FALSE(is_id(std::string(65, 'x')));
  for (const char* id : {"",
                         " ",
                         "a b",
                         "a/b",
                         "a:b",
                         "a\tb",
                         "\"a\"",
                         "a'b",
                         "a,b",
                         "a\x7f",
                         "a\xFF",
                         "a\u200B"
                         "b",  // zero width space
                         "a\u200D"
                         "b",  // zero width joiner
                         "a\u202E"
                         "b",
                         "a\u2066",  // bidirectional controls
                         "\uFEFF"
                         "a",  // byte order mark
                         "a\u00A0"
                         "b",
                         "a\u3000"
                         "b",
                         "a，b",
                         "（a）",
                         "a。",
                         "😀",
                         "\uE000",
                         "\u0085"})
    EXPECT_FALSE(is_id(id)) << id;
  EXPECT_FALSE(is_id(std::string("a\0b", 3)));
}

TEST(Check, TenThousandDanglingReferencesTakeAMoment) {
  Framework framework = complete();
  const Indicator one = framework.indicators[1];
  for (int i = 0; i < 9000; ++i) {
    framework.indicators.push_back(one);
    framework.indicators.back().id = "N" + std::to_string(i);
    framework.indicators.back().survey = "missing" + std::to_string(i);
  }
  EXPECT_EQ(check(framework).size(), 9000u);
}

}  // namespace
}  // namespace tijian
