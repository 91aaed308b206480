#include "cli/program.hpp"

#include <CLI/CLI.hpp>
#include <exception>
#include <map>
#include <new>
#include <string>
#include <vector>

#include "cli/arguments.hpp"
#include "cli/cli_messages.hpp"
#include "cli/commands.hpp"
#include "cli/report.hpp"

namespace tijian {

namespace {

using Command = int (*)(const Arguments&, const Streams&);

/// The values of --table as they stand: name=file.
void take_tables(const std::vector<std::string>& texts, Arguments& arguments) {
  for (const std::string& text : texts) {
    const std::size_t sign = text.find('=');
    if (sign == std::string::npos || sign == 0 || sign + 1 == text.size())
      throw CLI::ValidationError("--table", "须为 表=文件 / has to be TABLE=FILE: " + text);
    arguments.tables.emplace_back(text.substr(0, sign), text.substr(sign + 1));
  }
}

/// Declares the options; the parsed values go to `arguments`, the chosen command to `command`.
class Parser {
 public:
  Parser(Arguments& arguments, Command& command) : arguments_(arguments), command_(command) {
    app_.require_subcommand(1);
    app_.set_help_flag("-h,--help", "显示帮助 / show this help");
    app_.get_formatter()->column_width(34);
    check();
    assess();
    screen();
    explain();
    add("schema", "输出体系文档的 JSON Schema / print the JSON Schema of frameworks",
        schema_command);
    add("version", "输出版本 / print the version", version_command);
  }

  void parse(int count, const char* const* values) {
    app_.parse(count, values);
    take_tables(tables_, arguments_);
  }
  int report(const CLI::ParseError& error, const Streams& streams) const {
    const int code = app_.exit(error, streams.out, streams.err);
    return code == 0 ? exit_done : exit_usage;
  }

 private:
  CLI::App* add(const char* name, const char* text, Command command) {
    CLI::App* sub = app_.add_subcommand(name, text);
    sub->set_help_flag("-h,--help", "显示帮助 / show this help");
    sub->callback([this, command] { command_ = command; });
    return sub;
  }

  void framework(CLI::App* sub) {
    sub->add_option("framework", arguments_.framework,
                    "体系文档，或内置体系的编号 / a framework document, or the id of a shipped one")
        ->required();
    sub->add_option(
           "--base", arguments_.bases,
           "被扩展的体系文档（可重复）/ a document that the framework extends (repeatable)")
        ->allow_extra_args(false);
    sub->add_option("--language", arguments_.language,
                    "输出语言 / language of what is printed: zh, en (zh)")
        ->transform(CLI::CheckedTransformer(
            std::map<std::string, Language>{{"zh", Language::zh}, {"en", Language::en}}));
  }

  void tables(CLI::App* sub, bool required) {
    CLI::Option* option =
        sub->add_option("--table", tables_, "数据表（可重复）/ a table as TABLE=FILE (repeatable)")
            ->allow_extra_args(false);
    if (required) option->required();
    sub->add_option("--encoding", arguments_.encoding,
                    "CSV 编码 / encoding of the files: auto, utf-8, utf-16, gb18030 (auto)")
        ->transform(
            CLI::CheckedTransformer(std::map<std::string, Encoding>{{"auto", Encoding::automatic},
                                                                    {"utf-8", Encoding::utf8},
                                                                    {"utf-16", Encoding::utf16},
                                                                    {"gb18030", Encoding::gb18030}},
                                    CLI::ignore_case));
  }

  void frames(CLI::App* sub, bool required) {
    CLI::Option* units = sub->add_option("--units", arguments_.units, "单元表 / the units' file");
    if (required) units->required();
    tables(sub, false);
    sub->add_option("--entries", arguments_.entries, "填报表 / the file of entries");
    sub->add_option("--previous-problems", arguments_.previous_problems,
                    "上年问题台账 / last year's problem ledger");
    sub->add_option("--year", arguments_.year, "评估年份 / the year assessed (the framework's)")
        ->check(CLI::Range(1900, 9999));
    sub->add_option("--threads", arguments_.threads, "线程数 / threads (all)")
        ->check(CLI::Range(1, 1024));
    sub->add_option("--unknown-units", unknown_units_,
                    "单元不明的行 / rows of unknown units: refuse, report (refuse)")
        ->check(CLI::IsMember({"refuse", "report"}))
        ->each([this](const std::string& text) {
          arguments_.report_unknown_units = text == "report";
        });
  }

  void output(CLI::App* sub) {
    sub->add_option("--output", arguments_.output, "结果文件夹 / folder of the results");
    sub->add_option("--format", arguments_.format, "格式 / format: csv, json (csv)")
        ->transform(CLI::CheckedTransformer(std::map<std::string, OutputFormat>{
            {"csv", OutputFormat::csv}, {"json", OutputFormat::json}}));
    sub->add_flag("--force", arguments_.force, "覆盖已有文件 / overwrite existing files");
    sub->add_flag("--source-columns", arguments_.source_columns,
                  "CSV 每行附体系与版本 / each CSV row names framework and version");
  }

  void check() {
    CLI::App* sub = add("check", "检查体系和数据 / check a framework and data", check_command);
    framework(sub);
    frames(sub, false);
  }

  void assess() {
    CLI::App* sub =
        add("assess", "评估，输出结果表 / assess and write the result tables", assess_command);
    framework(sub);
    frames(sub, true);
    sub->add_option("--max-objects", arguments_.max_objects,
                    "对象行上限，0 为不列对象 / most object rows; 0: none (1000000)")
        ->check(CLI::NonNegativeNumber);
    sub->add_option("--only", arguments_.only, "只输出这些表 / only these tables: values,verdicts")
        ->delimiter(',')
        ->allow_extra_args(false);
    output(sub);
  }

  void screen() {
    CLI::App* sub =
        add("screen", "逐行筛查问题 / list the problems of single rows", screen_command);
    framework(sub);
    tables(sub, true);
    output(sub);
  }

  void explain() {
    CLI::App* sub = add("explain", "说明一项结果 / explain one result", explain_command);
    framework(sub);
    frames(sub, true);
    sub->add_option("--unit", arguments_.unit, "单元编号 / the unit's id")->required();
    sub->add_option("--indicator", arguments_.indicator, "指标编号 / the indicator's id")
        ->required();
    sub->add_option("--format", arguments_.format, "格式 / format: text, json (text)")
        ->transform(CLI::CheckedTransformer(std::map<std::string, OutputFormat>{
            {"text", OutputFormat::text}, {"json", OutputFormat::json}}));
  }

  CLI::App app_{"城市体检 / urban health check", "tijian"};
  Arguments& arguments_;
  Command& command_;
  std::vector<std::string> tables_;
  std::string unknown_units_;
};

int run(int count, const char* const* values, const Streams& streams) {
  Arguments arguments;
  Command command = nullptr;
  Parser parser(arguments, command);
  try {
    parser.parse(count, values);
  } catch (const CLI::ParseError& error) {
    return parser.report(error, streams);
  }
  try {
    const int code = command(arguments, streams);
    streams.out.flush();
    return code;
  } catch (const Error& error) {
    print_issues(streams.err, error.issues(), arguments.language);
  } catch (const std::bad_alloc&) {
    print_issues(streams.err, {make_issue(cli_messages::out_of_memory, "")}, arguments.language);
  } catch (const std::exception& error) {
    print_issues(streams.err, {make_issue(cli_messages::internal, "", {{"what", error.what()}})},
                 arguments.language);
  }
  return exit_refused;
}

}  // namespace

int run_program(int count, const char* const* arguments, const Streams& streams) noexcept {
  try {
    return run(count, arguments, streams);
  } catch (...) {  // not even a message could be made
    return exit_refused;
  }
}

}  // namespace tijian
