#include "cli/summary.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "cli/report.hpp"
#include "tijian/kernels/rounding.hpp"

namespace tijian {

namespace {

/// Cells of a result table by the names of its columns.
class Cells {
 public:
  explicit Cells(const ResultTable& table) : table_(table) {}
  [[nodiscard]] std::size_t rows() const { return table_.rows(); }
  [[nodiscard]] std::string text(std::string_view column, std::size_t row) const {
    const auto at = table_.column_index(column);
    return at ? std::string(table_.text(*at, row).value_or("")) : std::string();
  }
  [[nodiscard]] std::optional<double> number(std::string_view column, std::size_t row) const {
    const auto at = table_.column_index(column);
    return at ? table_.number(*at, row) : std::nullopt;
  }

 private:
  const ResultTable& table_;
};

struct Word {
  std::string_view id;
  std::string_view zh;
  std::string_view en;
};

constexpr std::array<Word, 7> verdict_words{{{"unmet", "未达标", "unmet"},
                                             {"met", "达标", "met"},
                                             {"no_target", "无标准", "no target"},
                                             {"no_data", "无数据", "no data"},
                                             {"not_applicable", "不适用", "not applicable"},
                                             {"inventory", "存量清单", "inventory"},
                                             {"fact", "基础事实", "fact"}}};

class Summary {
 public:
  Summary(std::ostream& out, const Assessment& assessment, Language language)
      : out_(out),
        assessment_(assessment),
        framework_(assessment.plan().framework()),
        language_(language) {}

  void print(std::size_t unit_limit) {
    const ResultSource source = assessment_.source();
    line(say("体检结果：", "Assessment: ") + framework_.name.in(language_) + say("（", " (") +
         framework_.id + say("，版本 ", ", version ") + framework_.version + say("，", ", ") +
         std::to_string(source.year) + say(" 年）", ")"));
    const ResultTable verdicts = assessment_.table("verdicts");
    print_levels(Cells(verdicts));
    print_problems();
    print_unmet(Cells(verdicts), unit_limit);
    print_checks();
  }

 private:
  [[nodiscard]] std::string say(std::string_view zh, std::string_view en) const {
    return std::string(language_ == Language::zh ? zh : en);
  }
  void line(const std::string& text) { out_ << one_line(text) << '\n'; }

  void print_levels(const Cells& verdicts) {
    const Units& units = assessment_.data().units;
    std::map<std::pair<std::string, std::string>, std::size_t> count;
    for (std::size_t row = 0; row < verdicts.rows(); ++row)
      ++count[{verdicts.text("level", row), verdicts.text("verdict", row)}];
    for (std::size_t level = 0; level < framework_.levels.size(); ++level) {
      const std::size_t size = units.first_of_level(level + 1) - units.first_of_level(level);
      if (size == 0) continue;
      const Level& source = framework_.levels[level];
      const std::string& name =
          source.name.in(language_).empty() ? source.id : source.name.in(language_);
      std::string text = name + say("：", ": ") + std::to_string(size) + say(" 个单元", " units");
      for (const Word& word : verdict_words) {
        const auto found = count.find({source.id, std::string(word.id)});
        if (found == count.end()) continue;
        text += say("，", ", ") + say(word.zh, word.en) + " " + std::to_string(found->second);
      }
      line(text);
    }
  }

  void print_problems() {
    const ResultTable table = assessment_.table("problems");
    const Cells problems(table);
    std::map<std::string, std::size_t> count;
    for (std::size_t row = 0; row < problems.rows(); ++row) ++count[problems.text("severity", row)];
    std::string text = say("问题台账：", "Problems: ") + std::to_string(problems.rows());
    for (auto severity = framework_.severities.rbegin(); severity != framework_.severities.rend();
         ++severity) {
      const auto found = count.find(severity->id);
      if (found == count.end()) continue;
      text += say("，", ", ") + severity->name.in(language_) + " " + std::to_string(found->second);
    }
    line(text);
  }

  /// Indicators that the units of the highest level with units miss, in the framework's order.
  void print_unmet(const Cells& verdicts, std::size_t unit_limit) {
    const Units& units = assessment_.data().units;
    std::size_t level = framework_.levels.size();
    while (level > 0 && units.first_of_level(level) == units.first_of_level(level - 1)) --level;
    if (level == 0) return;
    const std::string& level_id = framework_.levels[level - 1].id;
    const ResultTable values_table = assessment_.table("values");
    const Cells values(values_table);
    std::map<std::tuple<std::string, std::string, std::string>, std::size_t> value_row;
    for (std::size_t row = 0; row < values.rows(); ++row)
      if (values.text("level", row) == level_id) value_row[key_of(values, row)] = row;
    std::string unit;
    std::size_t printed_units = 0;
    for (std::size_t row = 0; row < verdicts.rows(); ++row) {
      if (verdicts.text("level", row) != level_id || verdicts.text("verdict", row) != "unmet")
        continue;
      if (verdicts.text("unit", row) != unit) {
        unit = verdicts.text("unit", row);
        if (++printed_units > unit_limit) {
          line(say("……（其余单元见 verdicts 表）", "… (further units: table verdicts)"));
          return;
        }
        const std::uint32_t at = units.find(unit);
        line((at == no_index ? unit : units.name(at)) +
             say("未达标的指标：", ": indicators that are not met"));
      }
      const auto value = value_row.find(key_of(verdicts, row));
      line("  " + unmet_text(verdicts, row,
                             value == value_row.end() ? std::nullopt
                                                      : values.number("value", value->second)));
    }
  }

  static std::tuple<std::string, std::string, std::string> key_of(const Cells& cells,
                                                                  std::size_t row) {
    return {cells.text("unit", row), cells.text("indicator", row), cells.text("component", row)};
  }

  [[nodiscard]] std::string unmet_text(const Cells& verdicts, std::size_t row,
                                       std::optional<double> value) const {
    const std::string id = verdicts.text("indicator", row);
    const std::string component = verdicts.text("component", row);
    std::string text = id + (component.empty() ? "" : "." + component);
    const auto indicator =
        std::find_if(framework_.indicators.begin(), framework_.indicators.end(),
                     [&](const Indicator& candidate) { return candidate.id == id; });
    if (indicator == framework_.indicators.end()) return text;
    text += " " + indicator->name.in(language_);
    if (value) {
      const bool truncate = indicator->rounding == Rounding::truncate;
      text += say("：", ": ") + (indicator->decimals
                                     ? kernels::display(*value, *indicator->decimals, truncate)
                                     : kernels::shortest(*value));
      if (!indicator->measure.empty()) text += " " + indicator->measure;
    }
    const std::string target = verdicts.text("target", row);
    if (!target.empty()) text += say("，标准 ", ", target ") + target;
    const std::string severity = verdicts.text("severity", row);
    for (const Named& known : framework_.severities)
      if (known.id == severity) text += say("，", ", ") + known.name.in(language_);
    return text;
  }

  void print_checks() {
    const ResultTable table = assessment_.table("checks");
    const Cells checks(table);
    std::map<std::tuple<std::string, std::string, std::string>, std::size_t> count;
    for (std::size_t row = 0; row < checks.rows(); ++row)
      ++count[{checks.text("table", row), checks.text("check", row), checks.text("effect", row)}];
    line(say("数据检查：", "Data checks: ") + std::to_string(checks.rows()));
    constexpr std::size_t longest = 20;
    std::size_t printed = 0;
    for (const auto& [key, rows] : count) {
      const auto& [table_id, check, effect] = key;
      if (++printed > longest) {
        line(say("  ……（其余见 checks 表）", "  … (further ones: table checks)"));
        break;
      }
      line("  " + table_id + " " + check + " (" + effect + "): " + std::to_string(rows));
    }
  }

  std::ostream& out_;
  const Assessment& assessment_;
  const Framework& framework_;
  Language language_;
};

}  // namespace

void print_summary(std::ostream& out, const Assessment& assessment, Language language,
                   std::size_t unit_limit) {
  Summary(out, assessment, language).print(unit_limit);
}

}  // namespace tijian
