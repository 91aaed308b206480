// The command line as its users meet it: files in, files out, exit codes, and every fault by its
// place.
#include "cli/program.hpp"

#include <gtest/gtest.h>
#include <iconv.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <random>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "io/csv_reader.hpp"
#include "tijian/version.hpp"

namespace tijian {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view framework = R"json({
  "tijian": 1, "id": "small-2025", "version": "1", "year": 2025, "name": {"zh": "小样", "en": "Small"},
  "dimensions": [{"id": "housing", "name": {"zh": "住房", "en": "Housing"}}],
  "levels": [{"id": "compound", "dimension": "housing", "name": {"zh": "小区"}},
             {"id": "city", "dimension": "housing", "name": {"zh": "城市"},
              "attributes": [{"id": "has_rail", "type": "boolean"}]}],
  "tables": [{
    "id": "buildings", "level": "compound", "unit": "compound_id", "key": "building_id",
    "columns": [{"id": "floors", "type": "number", "min": 1, "max": 200},
                {"id": "corroded", "type": "boolean"},
                {"id": "area", "type": "number", "optional": true}],
    "checks": [{"id": "tall", "expect": "floors <= 100", "on_fail": "warn",
                "message": {"zh": "层数可疑", "en": "too many floors"}}]
  }],
  "indicators": [{
    "id": "H02", "name": {"zh": "存在隐患的住宅", "en": "Buildings with hazards"},
    "dimension": "housing", "kind": "floor", "measure": "栋", "decimals": 0, "table": "buildings",
    "items": [{"id": "H02.1", "name": {"zh": "立管锈蚀"}, "when": "corroded", "severity": "critical"}],
    "targets": [{"op": "<=", "value": 0}], "gap_base": "count(*)"
  }, {
    "id": "H03", "name": {"zh": "平均层数", "en": "Mean floors"}, "dimension": "housing",
    "kind": "guiding", "measure": "层", "decimals": 1, "table": "buildings",
    "formula": "100 * sum(floors) / nullif(sum(area), 0)", "targets": [{"op": "<=", "value": 1}]
  }]
})json";

constexpr std::string_view units =
    "id,level,parent,name,has_rail\n"
    "city-1,city,,甲市,true\n"
    "c1,compound,city-1,=一号小区,\n"
    "c2,compound,city-1,二号小区,\n";

constexpr std::string_view buildings =
    "building_id,compound_id,floors,corroded,area\n"
    "b1,c1,6,是,100\n"
    "b2,c1,18,否,200\n"
    "b3,c2,6,1,300\n";

struct Outcome {
  int code;
  std::string out;
  std::string err;
};

class Program : public testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        fs::temp_directory_path() / ("program_test-" + std::to_string(std::random_device{}()));
    fs::create_directory(folder_);
    write("small.json", framework);
    write("units.csv", units);
    write("buildings.csv", buildings);
  }
  void TearDown() override { fs::remove_all(folder_); }

  [[nodiscard]] std::string path(const std::string& name) const {
    return (folder_ / name).string();
  }
  void write(const std::string& name, std::string_view text) const {
    std::ofstream(path(name), std::ios::binary) << text;
  }
  [[nodiscard]] std::string text_of(const std::string& name) const {
    std::ifstream file(path(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  [[nodiscard]] std::vector<std::string> names_in(const std::string& name) const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(path(name)))
      names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
  }
  static Outcome run(const std::vector<std::string>& arguments) {
    std::vector<const char*> values{"tijian"};
    for (const std::string& argument : arguments) values.push_back(argument.c_str());
    std::ostringstream out;
    std::ostringstream err;
    const int code = run_program(static_cast<int>(values.size()), values.data(), {out, err, false});
    return {code, out.str(), err.str()};
  }
  [[nodiscard]] std::vector<std::string> assess(
      std::initializer_list<std::string> more = {}) const {
    std::vector<std::string> arguments{"assess",  path("small.json"),
                                       "--units", path("units.csv"),
                                       "--table", "buildings=" + path("buildings.csv")};
    arguments.insert(arguments.end(), more);
    return arguments;
  }
  /// The cells of a column of a result file.
  [[nodiscard]] std::vector<std::string> column(const std::string& file,
                                                const std::string& name) const {
    const CsvTable csv = read_csv_file(path(file), {{name, Type::text, true, false}});
    const TableView view = csv.table.view();
    std::vector<std::string> cells;
    const auto& texts = view.columns.at(0).second;
    const auto* offsets = static_cast<const std::int64_t*>(texts.values);
    const auto* bytes = static_cast<const char*>(texts.data);
    for (std::int64_t row = 0; row < view.rows; ++row)
      cells.emplace_back(bytes + offsets[row], bytes + offsets[row + 1]);
    return cells;
  }

  fs::path folder_;
};

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST_F(Program, WrongUsageIsToldApartFromWrongData) {
  EXPECT_EQ(run({}).code, exit_usage);
  EXPECT_EQ(run({"judge"}).code, exit_usage);
  EXPECT_EQ(run({"assess"}).code, exit_usage);
  EXPECT_EQ(run({"assess", path("small.json")}).code, exit_usage) << "no units";
  EXPECT_EQ(run(assess({"--colour", "red"})).code, exit_usage);
  EXPECT_EQ(run(assess({"--language", "fr"})).code, exit_usage);
  EXPECT_EQ(run(assess({"--format", "xml"})).code, exit_usage);
  EXPECT_EQ(run(assess({"--year", "soon"})).code, exit_usage);
  EXPECT_EQ(run(assess({"--threads", "0"})).code, exit_usage);
  EXPECT_EQ(run(assess({"--unknown-units", "ignore"})).code, exit_usage);
  EXPECT_EQ(run(assess({"--table", "buildings"})).code, exit_usage) << "no file";
  EXPECT_EQ(run(assess({"--table", "=b.csv"})).code, exit_usage);
  const Outcome wrong = run({"assess", "--help-me"});
  EXPECT_EQ(wrong.code, exit_usage);
  EXPECT_FALSE(wrong.err.empty());
  EXPECT_TRUE(wrong.out.empty());
}

TEST_F(Program, HelpIsNoFault) {
  const Outcome help = run({"--help"});
  EXPECT_EQ(help.code, exit_done);
  for (const char* command : {"check", "assess", "screen", "explain", "schema", "version"})
    EXPECT_TRUE(contains(help.out, command)) << command;
  EXPECT_EQ(run({"assess", "--help"}).code, exit_done);
}

TEST_F(Program, VersionAndSchemaArePrinted) {
  const Outcome version = run({"version"});
  EXPECT_EQ(version.code, exit_done);
  EXPECT_TRUE(version.out.starts_with("tijian " + std::string(library_version) + "\n"));
  const Outcome schema = run({"schema"});
  EXPECT_EQ(schema.code, exit_done);
  EXPECT_TRUE(nlohmann::json::parse(schema.out).contains("$schema"));
}

TEST_F(Program, AssessWritesEveryTableAndSaysWhatItFound) {
  const Outcome done = run(assess({"--output", path("out")}));
  EXPECT_EQ(done.code, exit_done) << done.err;
  EXPECT_TRUE(done.err.empty()) << done.err;
  EXPECT_TRUE(contains(done.out, "小样")) << done.out;
  EXPECT_TRUE(contains(done.out, "小区：2 个单元")) << done.out;
  EXPECT_TRUE(contains(done.out, "H02 存在隐患的住宅：2 栋")) << done.out;
  for (const char* file : {"out/values.csv", "out/items.csv", "out/verdicts.csv",
                           "out/problems.csv", "out/checks.csv", "out/source.json"})
    EXPECT_TRUE(fs::exists(path(file))) << file;
  for (const std::string& name : names_in("out")) EXPECT_FALSE(contains(name, ".part")) << name;
  const auto indicators = column("out/values.csv", "indicator");
  const auto of_units = column("out/values.csv", "unit");
  const auto values = column("out/values.csv", "value");
  ASSERT_EQ(indicators.size(), 6u) << "three units, two indicators";
  for (std::size_t i = 0; i < indicators.size(); ++i) {
    if (indicators[i] == "H02" && of_units[i] == "city-1") {
      EXPECT_EQ(values[i], "2");
    }
    if (indicators[i] == "H03" && of_units[i] == "city-1") {
      EXPECT_EQ(values[i], "5");
    }
  }
  auto objects = column("out/problems.csv", "object");
  std::erase(objects, "");  // the rows of units
  EXPECT_EQ(objects, (std::vector<std::string>{"b1", "b3"}));
  const auto source = nlohmann::json::parse(text_of("out/source.json"));
  EXPECT_EQ(source["framework"]["id"], "small-2025");
  EXPECT_EQ(source["year"], 2025);
  EXPECT_EQ(source["library"], library_version);
  EXPECT_FALSE(source["framework"]["fingerprint"].get<std::string>().empty());
}

TEST_F(Program, NamesFromTheDataAreNoFormulasInTheResults) {
  ASSERT_EQ(run(assess({"--output", path("out")})).code, exit_done);
  const std::string values = text_of("out/values.csv");
  EXPECT_TRUE(values.starts_with("\xEF\xBB\xBFunit,level,indicator,"));
  EXPECT_TRUE(contains(values, ",'=一号小区,"));
  EXPECT_FALSE(contains(values, ",=一号小区"));
}

TEST_F(Program, AssessWithoutAFolderOnlyPrints) {
  const Outcome done = run(assess({"--language", "en"}));
  EXPECT_EQ(done.code, exit_done) << done.err;
  EXPECT_TRUE(contains(done.out, "Assessment: Small (small-2025, version 1, 2025)")) << done.out;
  EXPECT_TRUE(contains(done.out, "H02 Buildings with hazards: 2 栋, target <= 0")) << done.out;
}

TEST_F(Program, OnlyTheTablesAskedForAreWritten) {
  ASSERT_EQ(run(assess({"--output", path("out"), "--only", "values,verdicts"})).code, exit_done);
  EXPECT_EQ(names_in("out"),
            (std::vector<std::string>{"source.json", "values.csv", "verdicts.csv"}));
  const Outcome unknown = run(assess({"--output", path("other"), "--only", "values,verdict"}));
  EXPECT_EQ(unknown.code, exit_refused);
  EXPECT_TRUE(contains(unknown.err, "verdicts")) << "the nearest name: " << unknown.err;
  EXPECT_FALSE(fs::exists(path("other"))) << "nothing is written then";
}

TEST_F(Program, JsonHasTheSameRows) {
  ASSERT_EQ(run(assess({"--output", path("out"), "--format", "json", "--only", "values"})).code,
            exit_done);
  const auto values = nlohmann::json::parse(text_of("out/values.json"));
  EXPECT_EQ(values["table"], "values");
  EXPECT_EQ(values["total"], 6);
  EXPECT_EQ(values["framework"]["id"], "small-2025");
  EXPECT_EQ(values["rows"].size(), 6u);
}

TEST_F(Program, ExistingFilesStayUnlessForced) {
  ASSERT_EQ(run(assess({"--output", path("out"), "--only", "verdicts"})).code, exit_done);
  write("out/verdicts.csv", "mine");
  const Outcome refused = run(assess({"--output", path("out"), "--only", "values,verdicts"}));
  EXPECT_EQ(refused.code, exit_refused);
  EXPECT_TRUE(contains(refused.err, "[file.exists]"));
  EXPECT_EQ(text_of("out/verdicts.csv"), "mine");
  EXPECT_FALSE(fs::exists(path("out/values.csv"))) << "all or none";
  EXPECT_EQ(names_in("out").size(), 2u) << "nothing half-written";
  EXPECT_EQ(run(assess({"--output", path("out"), "--only", "verdicts", "--force"})).code,
            exit_done);
  EXPECT_TRUE(contains(text_of("out/verdicts.csv"), "H02"));
}

TEST_F(Program, AFolderThatCannotBeMadeIsRefused) {
  write("taken", "a file");
  const Outcome refused = run(assess({"--output", path("taken")}));
  EXPECT_EQ(refused.code, exit_refused);
  EXPECT_FALSE(refused.err.empty());
  EXPECT_EQ(text_of("taken"), "a file");
}

TEST_F(Program, ThreadsAndEncodingsChangeNoByte) {
  ASSERT_EQ(run(assess({"--output", path("one"), "--threads", "1"})).code, exit_done);
  std::string text(buildings);
  const iconv_t conversion = iconv_open("GB18030", "UTF-8");
  std::string converted(text.size() * 2, '\0');
  char* from = text.data();
  char* to = converted.data();
  std::size_t from_left = text.size();
  std::size_t to_left = converted.size();
  ASSERT_NE(iconv(conversion, &from, &from_left, &to, &to_left), static_cast<std::size_t>(-1));
  iconv_close(conversion);
  converted.resize(converted.size() - to_left);
  ASSERT_NE(converted, buildings);
  write("buildings.csv", converted);
  ASSERT_EQ(run(assess({"--output", path("two"), "--threads", "4"})).code, exit_done);
  const auto names = names_in("one");
  ASSERT_EQ(names, names_in("two"));
  for (const std::string& name : names)
    EXPECT_EQ(text_of("one/" + name), text_of("two/" + name)) << name;
}

TEST_F(Program, ATableMayComeInSeveralFiles) {
  write("buildings.csv", "building_id,compound_id,floors,corroded\nb1,c1,6,是\nb2,c1,18,否\n");
  write("more.csv", "building_id,compound_id,floors,corroded\nb3,c2,6,1\n");
  ASSERT_EQ(run(assess({"--table", "buildings=" + path("more.csv"), "--output", path("out")})).code,
            exit_done);
  auto objects = column("out/problems.csv", "object");
  std::erase(objects, "");
  EXPECT_EQ(objects, (std::vector<std::string>{"b1", "b3"}));
}

TEST_F(Program, FaultsOfAllFilesAreToldAtOnceByFileRowAndColumn) {
  write("units.csv", "id,level,parent\ncity-1,city,\n合计,,\n");
  write("buildings.csv", "building_id,compound_id,floors(层),corroded\nb1,c1,6,1\n");
  const Outcome refused = run(assess({"--table", "bulidings=" + path("buildings.csv")}));
  EXPECT_EQ(refused.code, exit_refused);
  EXPECT_TRUE(refused.out.empty());
  EXPECT_TRUE(contains(refused.err, path("units.csv") + ":3:id: ")) << refused.err;
  EXPECT_TRUE(contains(refused.err, path("buildings.csv") + ":1:floors(层): ")) << refused.err;
  EXPECT_TRUE(contains(refused.err, "[data.unknown_table]")) << refused.err;
  EXPECT_TRUE(contains(refused.err, "(最接近 nearest: buildings)")) << refused.err;
}

TEST_F(Program, FaultsAreInBothLanguagesOrInOne) {
  write("buildings.csv", "building_id,compound_id,floors,corroded\nb1,c1,95%,1\n");
  const Outcome both = run(assess());
  EXPECT_TRUE(contains(both.err, "带百分号") && contains(both.err, "percent sign")) << both.err;
  const Outcome chinese = run(assess({"--language", "zh"}));
  EXPECT_TRUE(contains(chinese.err, "带百分号") && !contains(chinese.err, "percent sign"));
  const Outcome english = run(assess({"--language", "en"}));
  EXPECT_TRUE(!contains(english.err, "带百分号") && contains(english.err, "percent sign"));
}

TEST_F(Program, UnknownUnitsAreRefusedOrReported) {
  write("buildings.csv", "building_id,compound_id,floors,corroded\nb1,c1,6,1\nb2,nowhere,6,1\n");
  const Outcome refused = run(assess());
  EXPECT_EQ(refused.code, exit_refused);
  EXPECT_TRUE(contains(refused.err, "nowhere")) << refused.err;
  EXPECT_EQ(run(assess({"--unknown-units", "report", "--output", path("out")})).code, exit_done);
  EXPECT_TRUE(contains(text_of("out/checks.csv"), "nowhere"));
}

TEST_F(Program, NothingOfTheDataControlsTheTerminal) {
  write("buildings.csv",
        "building_id,compound_id,floors,corroded\nb1,\x1B[2Jc9\x07,6,1\nb2,c1,\x1B]0;x,1\n");
  const Outcome refused = run(assess());
  EXPECT_EQ(refused.code, exit_refused);
  EXPECT_EQ(refused.err.find('\x1B'), std::string::npos);
  EXPECT_EQ(refused.err.find('\x07'), std::string::npos);
}

TEST_F(Program, FrameworksComeFromPathsOrAreShipped) {
  const Outcome unknown = run({"check", "mohurd-2052"});
  EXPECT_EQ(unknown.code, exit_refused);
  EXPECT_FALSE(unknown.err.empty());
  const Outcome missing = run({"check", path("none.json")});
  EXPECT_EQ(missing.code, exit_refused);
  EXPECT_TRUE(contains(missing.err, "none.json"));
  write("broken.json", "{\"tijian\": 1,");
  EXPECT_EQ(run({"check", path("broken.json")}).code, exit_refused);
}

TEST_F(Program, AFrameworkMayExtendADocumentGivenBesideIt) {
  write("local.json",
        R"({"tijian": 1, "id": "local-2025", "version": "1", "year": 2025, "name": {"zh": "地方"},
            "extends": "small-2025", "remove": {"indicators": ["H03"]}})");
  EXPECT_EQ(run({"check", path("local.json")}).code, exit_refused) << "its base is not known";
  const Outcome done = run({"check", path("local.json"), "--base", path("small.json")});
  EXPECT_EQ(done.code, exit_done) << done.err;
}

TEST_F(Program, CheckWarnsOfRatiosOverDifferentRows) {
  const Outcome done = run({"check", path("small.json")});
  EXPECT_EQ(done.code, exit_done) << done.err;
  EXPECT_TRUE(contains(done.err, "[check.rows_differ]")) << "floors and area: " << done.err;
  EXPECT_TRUE(contains(done.err, ": H03 ") || contains(done.err, "：H03 ")) << done.err;
  EXPECT_TRUE(contains(done.out, "错误 0，提示 1")) << done.out;
}

TEST_F(Program, CheckFindsRepeatedKeysAndRowsThatFailChecks) {
  write("buildings.csv",
        "building_id,compound_id,floors,corroded,area\n"
        "b1,c1,6,1,1\nb1,c1,7,1,1\nb1,c2,6,1,1\n,c1,150,0,1\n");
  const Outcome refused = run({"check", path("small.json"), "--units", path("units.csv"), "--table",
                               "buildings=" + path("buildings.csv"), "--language", "en"});
  EXPECT_EQ(refused.code, exit_refused);
  EXPECT_TRUE(contains(refused.err, "object b1 of unit c1 2 times (rows 2, 3 of the file)"))
      << refused.err;
  EXPECT_FALSE(contains(refused.err, "of unit c2")) << "another unit's object is another object";
  EXPECT_TRUE(contains(refused.err, "1 rows of table buildings have no object id")) << refused.err;
  EXPECT_TRUE(contains(refused.err, "fail check tall")) << refused.err;
}

TEST_F(Program, CheckTellsFaultsOfUnitsAndTablesTogether) {
  write("units.csv", "id,level,parent\nc1,compound,nobody\n");
  write("buildings.csv", "building_id,compound_id,floors,corroded\nb1,c1,six,1\n");
  const Outcome refused = run({"check", path("small.json"), "--units", path("units.csv"), "--table",
                               "buildings=" + path("buildings.csv")});
  EXPECT_EQ(refused.code, exit_refused);
  EXPECT_TRUE(contains(refused.err, "[csv.number]")) << refused.err;
}

TEST_F(Program, ScreenListsSingleRowsWithoutUnits) {
  const Outcome done = run({"screen", path("small.json"), "--table",
                            "buildings=" + path("buildings.csv"), "--output", path("out")});
  EXPECT_EQ(done.code, exit_done) << done.err;
  EXPECT_TRUE(contains(done.out, "buildings：3 行，问题 2")) << done.out;
  EXPECT_EQ(column("out/buildings-problems.csv", "object"), (std::vector<std::string>{"b1", "b3"}));
  EXPECT_EQ(names_in("out"), (std::vector<std::string>{"buildings-checks.csv",
                                                       "buildings-problems.csv", "source.json"}));
}

TEST_F(Program, ExplainShowsOneResult) {
  std::vector<std::string> arguments = assess({"--unit", "city-1", "--indicator", "H02"});
  arguments[0] = "explain";
  const Outcome chinese = run(arguments);
  EXPECT_EQ(chinese.code, exit_done) << chinese.err;
  EXPECT_TRUE(contains(chinese.out, "存在隐患的住宅")) << chinese.out;
  EXPECT_EQ(std::count(chinese.out.begin(), chinese.out.end(), '\n'), 1);
  arguments.insert(arguments.end(), {"--language", "en"});
  const Outcome english = run(arguments);
  EXPECT_TRUE(contains(english.out, "Buildings with hazards")) << english.out;
  arguments.insert(arguments.end(), {"--format", "json"});
  EXPECT_TRUE(nlohmann::json::parse(run(arguments).out).is_object());
  arguments[arguments.size() - 5] = "H99";
  EXPECT_EQ(run(arguments).code, exit_refused);
  arguments.back() = "csv";
  EXPECT_EQ(run(arguments).code, exit_usage);
}

}  // namespace
}  // namespace tijian
