// explain: how one value of one unit came about and what followed from it (可追溯), as data and as
// a sentence in each language.
#pragma once

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tijian/explanation.hpp"
#include "tijian/json_writer.hpp"

namespace tijian {

namespace detail {

/// Says an explanation in one language.
class ExplanationSentence {
 public:
  ExplanationSentence(const Explanation& explanation, Language language)
      : e_(explanation), language_(language) {}

  std::string text() {
    add(opening());
    if (e_.components.empty()) {
      judged(e_.summary);
    } else {
      for (const ExplainedSeries& component : e_.components) {
        add(say("分量", "Component ") + quoted(component.component->name) + say("为", " is ") +
            value_of(component));
        judged(component);
      }
      add(say("合并判定：", "Together: ") + verdict_of(e_.summary.cell));
      grade(e_.summary);
    }
    items();
    if (!is_null(e_.summary.cell.survey) && e_.plan.series[e_.summary.series].survey != no_index) {
      const std::uint32_t tied = e_.plan.series[e_.summary.series].survey;
      const Indicator& survey = e_.framework.indicators[e_.plan.series[tied].indicator];
      add(say("居民评价", "Survey: ") + quoted(survey.name) + say("", " ") +
          display_number(e_.summary.cell.survey, survey.decimals, survey.rounding) + say("分", ""));
    }
    for (const ExplainedRule& rule : e_.rules)
      add(say("规则", "Rule ") + rule.rule->id + say("（", " (") +
          std::string(action(rule.rule->then)) + say("）：", "): ") +
          rule.rule->reason.in(language_));
    source();
    provenance();
    return text_;
  }

 private:
  [[nodiscard]] std::string say(const char* zh, const char* en) const {
    return language_ == Language::zh ? zh : en;
  }
  [[nodiscard]] std::string quoted(const Text& text) const {
    return say("“", "\"") + text.in(language_) + say("”", "\"");
  }
  [[nodiscard]] std::string measured(const std::string& number, const std::string& measure) const {
    const bool space = language_ == Language::en && !measure.empty() && measure != "%";
    return number + (space ? " " : "") + measure;
  }
  void add(const std::string& sentence) {
    if (sentence.empty()) return;
    if (!text_.empty()) text_ += say("", " ");
    text_ += sentence + say("。", ".");
  }
  static std::string_view action(RuleAction action) {
    switch (action) {
      case RuleAction::add: return "add";
      case RuleAction::raise: return "raise";
      case RuleAction::suppress: return "suppress";
      case RuleAction::confirm: return "confirm";
    }
    return "";
  }

  [[nodiscard]] std::string value_of(const ExplainedSeries& line) const {
    if (is_null(line.cell.value)) return say("无数值", "null");
    return measured(display_number(line.cell.value, line.decimals, e_.indicator->rounding),
                    line.measure) +
           say("（", " (") + origin_text(line.cell.origin).in(language_) + say("）", ")");
  }

  [[nodiscard]] std::string opening() const {
    std::string name = quoted(e_.indicator->name);
    if (e_.summary.component != nullptr)
      name += say("的分量", ", component ") + quoted(e_.summary.component->name);
    std::string text = e_.units.name(e_.unit) + say("", " ") + std::to_string(e_.data.year) +
                       say("年", ": ") + name;
    if (e_.components.empty()) text += say("为", " is ") + value_of(e_.summary);
    return text + say("，", ", ") + kind_text(e_.indicator->kind).in(language_);
  }

  [[nodiscard]] std::string verdict_of(const Cell& cell) const {
    std::string text = verdict_text(cell.judgement.verdict).in(language_) + say("（", " (") +
                       reason_text(cell.judgement.reason).in(language_) + say("）", ")");
    if (cell.judgement.provisional)
      text += say("，暂定：并非全部查到", ", provisional: not all was looked at");
    if (cell.judgement.applies_unknown)
      text += say("，不知是否适用，按适用处理", ", unknown whether it applies: taken to");
    return text;
  }

  void judged(const ExplainedSeries& line) {
    const Cell& cell = line.cell;
    calculation(line);
    if (!is_null(cell.reported) && cell.origin == ValueOrigin::computed)
      add(say("填报值", "Reported beside it: ") +
          measured(display_number(cell.reported, line.decimals, e_.indicator->rounding),
                   line.measure) +
          say("，以计算值为准", "; what was computed stands"));
    if (line.target != nullptr) {
      std::string text = say("标准 ", "Target ") + measured(line.target_text, line.measure);
      std::vector<std::string> from;
      if (!line.target->basis.empty()) from.push_back(basis_text(line.target->basis).in(language_));
      if (!line.target->source.empty()) from.push_back(line.target->source);
      if (!from.empty()) text += say("（", " (") + join_names(from, language_) + say("）", ")");
      add(text);
    }
    if (!is_null(cell.shortfall) && cell.shortfall > 0) {
      std::string text = say("相差", "Off by ") +
                         measured(display_difference(cell.shortfall, line.decimals), line.measure);
      if (!is_null(cell.gap))
        text += say("，差距率", ", gap ") + display_difference(100 * cell.gap, 2) + "%";
      if (!is_null(cell.deficit))
        text += say("，按分子计欠缺", ", lacking in the numerator ") +
                display_difference(cell.deficit, std::nullopt);
      add(text);
    }
    add(say("判定：", "Verdict: ") + verdict_of(cell));
    severity(line);
    grade(line);
  }

  void calculation(const ExplainedSeries& line) {
    const Cell& cell = line.cell;
    if (!line.formula.empty()) {
      std::string text = say("公式 ", "Formula ") + line.formula;
      if (!e_.indicator->table.empty()) text += say("，表 ", ", table ") + e_.indicator->table;
      if (cell.origin == ValueOrigin::reported)
        text += say("（数值为填报，未按公式计算）", " (not what gave the value: it was reported)");
      add(text);
    }
    if (!is_null(cell.numerator)) {
      std::string text = say("分子 ", "Numerator ") + kernels::shortest(cell.numerator);
      if (!is_null(cell.denominator))
        text += say("，分母 ", ", denominator ") + kernels::shortest(cell.denominator);
      const SeriesPlan& series = e_.plan.series[line.series];
      const double factor = series.factor_numerator / series.factor_denominator;
      if (series.ratio && factor != 1)
        text += say("，系数 ", ", factor ") + kernels::shortest(factor);
      add(text);
    }
    if (cell.rows > 0) {
      std::string text = say("记录", "Rows ") + std::to_string(cell.rows) +
                         say("行，已知", ", known ") + std::to_string(cell.known) +
                         say("行，缺", ", missing ") + std::to_string(cell.rows - cell.known) +
                         say("行", "");
      if (!is_null(cell.coverage))
        text += say("，覆盖率", ", coverage ") + display_share(cell.coverage);
      add(text);
    }
  }

  void severity(const ExplainedSeries& line) {
    const Cell& cell = line.cell;
    if (cell.severity < 0) return;
    std::string text =
        say("程度：", "Severity: ") +
        e_.framework.severities[static_cast<std::size_t>(cell.severity)].name.in(language_) +
        say("，依据：", ", by ") + severity_origin_text(cell.severity_origin).in(language_);
    if (!line.severity_condition.empty()) text += " " + line.severity_condition;
    if (cell.severity_origin == SeverityOrigin::entry && line.entry != nullptr)
      text += say("，理由：", ", reason: ") + line.entry->reason;
    if (const Rule* rule = e_.raised_by(line); rule != nullptr)
      text += say("，规则 ", ", rule ") + rule->id + say(" 要求不低于此", " asks for no less");
    if (cell.time_class >= 0) {
      const TimeClass& time_class =
          e_.framework.time_classes[static_cast<std::size_t>(cell.time_class)];
      text += say("；", "; ") + time_class.name.in(language_) + say("，期限", ", due ") +
              std::to_string(due_year(e_.data.year, time_class.due_months)) + say("年", "");
    }
    add(text);
  }

  void grade(const ExplainedSeries& line) {
    const Cell& cell = line.cell;
    if (cell.grade < 0) return;
    std::string text = say("等级：", "Grade: ") +
                       grade_text(static_cast<Grade>(cell.grade)).in(language_) + say("（", " (") +
                       grade_origin_text(cell.grade_origin).in(language_) + say("）", ")");
    const std::string reason = grade_reason(e_, line).in(language_);
    if (!reason.empty()) text += say("，", ", ") + reason;
    add(text);
  }

  void items() {
    std::vector<std::string> parts;
    for (const std::uint32_t at : e_.plan.series[e_.summary.series].items) {
      const ItemCell& cell = e_.item_cell(at);
      if (!cell.holds()) continue;
      const Item& item = e_.item(at);
      std::string text = item.name.in(language_) + say("", " ");
      text += display_number(cell.value, item.decimals ? item.decimals : e_.indicator->decimals,
                             e_.indicator->rounding);
      if (!cell.reported && cell.rows > 0)
        text += say("（占", " (") +
                display_share(static_cast<double>(cell.count) / static_cast<double>(cell.rows)) +
                say("）", ")");
      parts.push_back(std::move(text));
    }
    if (!parts.empty()) add(say("分项：", "Items: ") + join_names(parts, language_));
  }

  void source() {
    std::vector<std::string> parts;
    if (e_.indicator->source) {
      const Source& source = *e_.indicator->source;
      if (!source.type.empty()) parts.push_back(source.type);
      if (!source.department.empty())
        parts.push_back(e_.department_name(source.department).in(language_));
      if (!source.document.empty()) parts.push_back(source.document);
    }
    if (e_.summary.entry != nullptr && !e_.summary.entry->source.empty())
      parts.push_back(say("填报来源 ", "entry from ") + e_.summary.entry->source);
    if (e_.summary.cell.evidence > 0)
      parts.push_back(say("证据等级 ", "evidence ") +
                      std::string(evidence_letter(e_.summary.cell.evidence)));
    if (!parts.empty()) add(say("口径：", "Source: ") + join_names(parts, language_));
  }

  void provenance() {
    const ResultSource source = e_.assessment.source();
    add(say("体系 ", "Framework ") + source.framework_id + say(" 版本 ", " version ") +
        source.framework_version + say("，指纹 ", ", fingerprint ") + source.fingerprint +
        say("，tijian ", ", tijian ") + source.library_version);
  }

 public:
  /// Why the grade is what it is: the entry's reason, the survey, the condition, or the default.
  static Text grade_reason(const Explanation& e, const ExplainedSeries& line) {
    const Cell& cell = line.cell;
    if (cell.grade < 0) return {};
    if (cell.grade_origin == GradeOrigin::overridden) {
      const std::string reason = line.entry == nullptr ? std::string() : line.entry->reason;
      return {reason, reason};
    }
    Text text;
    if (!line.grade_condition.empty())
      text = {"条件 " + line.grade_condition, "condition " + line.grade_condition};
    else if (!e.components.empty() && line.component == nullptr)
      text = {"各分量中最差", "the worst of the components"};
    else
      text = {"本库默认分级（无官方界限）", "the library's default (no official cut-offs exist)"};
    if (cell.grade_origin == GradeOrigin::corrected && !is_null(cell.survey)) {
      const std::string score = kernels::shortest(cell.survey);
      text.zh += "；居民评价 " + score + " 低于60，降一档";
      text.en += "; survey score " + score + " under 60: one step lower";
    }
    return text;
  }

 private:
  const Explanation& e_;
  Language language_;
  std::string text_;
};

/// Writes an explanation as JSON.
class ExplanationWriter {
 public:
  ExplanationWriter(const Explanation& explanation, std::string& out)
      : e_(explanation), json_(out) {}

  void write() {
    json_.begin_object();
    json_.key("tijian");
    json_.integer(1);
    text("unit", e_.units.id(e_.unit));
    text("unit_name", e_.units.name(e_.unit));
    text("level", e_.framework.levels[e_.level].id);
    json_.key("year");
    json_.integer(e_.data.year);
    const Indicator& indicator = *e_.indicator;
    text("indicator", indicator.id);
    both("indicator_name", indicator.name);
    integer("number", indicator.number);
    text("dimension", indicator.dimension);
    text("aspect", indicator.aspect);
    text("kind", kind_id(indicator.kind));
    text("concept", indicator.concept_id.empty() ? indicator.id : indicator.concept_id);
    text("department", indicator.department);
    text("applies_when", indicator.applies_when);
    number("min_coverage", indicator.min_coverage);
    text("gap_base", indicator.gap_base);
    line(e_.summary);
    items();
    components();
    rules();
    sources();
    const ResultSource source = e_.assessment.source();
    json_.key("framework");
    json_.begin_object();
    text("id", source.framework_id);
    text("version", source.framework_version);
    text("fingerprint", source.fingerprint);
    both("name", e_.framework.name);
    json_.end_object();
    text("library", source.library_version);
    json_.key("sentence");
    json_.begin_object();
    text("zh", ExplanationSentence(e_, Language::zh).text());
    text("en", ExplanationSentence(e_, Language::en).text());
    json_.end_object();
    json_.end_object();
  }

 private:
  /// An empty text is null.
  void text(std::string_view key, std::string_view value) {
    json_.key(key);
    if (value.empty())
      json_.null();
    else
      json_.string(value);
  }
  void both(std::string_view key, const Text& value) {
    json_.key(key);
    if (value.empty()) return json_.null();
    json_.begin_object();
    text("zh", value.zh);
    text("en", value.en);
    json_.end_object();
  }
  void number(std::string_view key, double value) {
    json_.key(key);
    if (std::isfinite(value))
      json_.number(value);
    else
      json_.null();
  }
  template <class Integer>
  void integer(std::string_view key, const std::optional<Integer>& value) {
    json_.key(key);
    if (value)
      json_.integer(*value);
    else
      json_.null();
  }
  static std::string_view kind_id(Kind kind) {
    static constexpr std::string_view ids[] = {"floor", "guiding", "inventory", "fact"};
    return ids[static_cast<std::size_t>(kind)];
  }

  /// Keys of one line, into the object that is open.
  void line(const ExplainedSeries& line) {
    const Cell& cell = line.cell;
    const SeriesPlan& series = e_.plan.series[line.series];
    if (line.component != nullptr) {
      text("component", line.component->id);
      both("component_name", line.component->name);
    }
    number("value", cell.value);
    text("display", display_number(cell.value, line.decimals, e_.indicator->rounding));
    text("measure", line.measure);
    text("formula", line.formula);
    text("table", e_.indicator->table);
    number("numerator", cell.numerator);
    number("denominator", cell.denominator);
    number("factor",
           series.ratio ? series.factor_numerator / series.factor_denominator : null_number);
    json_.key("rows");
    json_.integer(cell.rows);
    json_.key("known");
    json_.integer(cell.known);
    json_.key("missing");
    json_.integer(cell.rows - cell.known);
    number("coverage", cell.coverage);
    text("origin", name(cell.origin));
    number("reported", cell.reported);
    number("previous", cell.previous);
    entry(line.entry);
    target(line);
    number("shortfall", cell.shortfall);
    number("gap", cell.gap);
    number("deficit", cell.deficit);
    text("verdict", name(cell.judgement.verdict));
    text("reason", name(cell.judgement.reason));
    both("reason_text", reason_text(cell.judgement.reason));
    json_.key("provisional");
    json_.boolean(cell.judgement.provisional);
    json_.key("applies_unknown");
    json_.boolean(cell.judgement.applies_unknown);
    severity(line);
    grade(line);
    survey(cell, series);
    text("evidence", evidence_letter(cell.evidence));
  }

  void entry(const Entry* entry) {
    json_.key("entry");
    if (entry == nullptr) return json_.null();
    json_.begin_object();
    number("value", entry->value);
    number("numerator", entry->numerator);
    number("denominator", entry->denominator);
    text("published", entry->published.value_or(""));
    text("reason", entry->reason);
    text("role", entry->role);
    text("date", entry->date);
    text("source", entry->source);
    text("evidence", evidence_letter(entry->evidence));
    json_.end_object();
  }

  void target(const ExplainedSeries& line) {
    json_.key("target");
    if (line.target == nullptr) return json_.null();
    json_.begin_object();
    text("text", line.target_text);
    number("low", line.cell.low);
    number("high", line.cell.high);
    text("where", line.target->where);
    text("basis", line.target->basis);
    text("source", line.target->source);
    json_.end_object();
  }

  void severity(const ExplainedSeries& line) {
    const Cell& cell = line.cell;
    json_.key("severity");
    if (cell.severity < 0) {
      json_.null();
    } else {
      const Named& severity = e_.framework.severities[static_cast<std::size_t>(cell.severity)];
      json_.begin_object();
      text("id", severity.id);
      both("name", severity.name);
      text("origin", name(cell.severity_origin));
      both("origin_text", severity_origin_text(cell.severity_origin));
      text("condition", line.severity_condition);
      const Rule* rule = e_.raised_by(line);
      text("raised_by", rule == nullptr ? std::string() : rule->id);
      text("reason", cell.severity_origin == SeverityOrigin::entry && line.entry != nullptr
                         ? line.entry->reason
                         : std::string());
      json_.end_object();
    }
    json_.key("time_class");
    if (cell.time_class < 0) return json_.null();
    const TimeClass& time_class =
        e_.framework.time_classes[static_cast<std::size_t>(cell.time_class)];
    json_.begin_object();
    text("id", time_class.id);
    both("name", time_class.name);
    json_.key("due");
    json_.integer(due_year(e_.data.year, time_class.due_months));
    json_.end_object();
  }

  void grade(const ExplainedSeries& line) {
    const Cell& cell = line.cell;
    json_.key("grade");
    if (cell.grade < 0) return json_.null();
    json_.begin_object();
    text("id", name(static_cast<Grade>(cell.grade)));
    both("name", grade_text(static_cast<Grade>(cell.grade)));
    text("origin", name(cell.grade_origin));
    text("condition", line.grade_condition);
    both("reason", ExplanationSentence::grade_reason(e_, line));
    json_.end_object();
  }

  void survey(const Cell& cell, const SeriesPlan& series) {
    json_.key("survey");
    if (series.survey == no_index) return json_.null();
    const Indicator& survey = e_.framework.indicators[e_.plan.series[series.survey].indicator];
    json_.begin_object();
    text("indicator", survey.id);
    both("name", survey.name);
    number("score", cell.survey);
    json_.end_object();
  }

  void items() {
    json_.key("items");
    json_.begin_array();
    for (const std::uint32_t at : e_.plan.series[e_.summary.series].items) {
      const ItemCell& cell = e_.item_cell(at);
      const ItemPlan& plan = e_.plan.items[at];
      const Item& item = e_.item(at);
      json_.begin_object();
      text("item", item.id);
      both("name", item.name);
      text("when", item.when);
      text("formula", item.formula);
      number("value", cell.value);
      json_.key("count");
      if (cell.reported)
        json_.null();
      else
        json_.integer(cell.count);
      json_.key("rows");
      json_.integer(cell.rows);
      number("share", cell.reported || cell.rows == 0
                          ? null_number
                          : static_cast<double>(cell.count) / static_cast<double>(cell.rows));
      text("origin", name(cell.reported   ? ValueOrigin::reported
                          : cell.rows > 0 ? ValueOrigin::computed
                                          : ValueOrigin::none));
      json_.key("holds");
      json_.boolean(cell.holds());
      text("severity", plan.severity < 0 ? "none" : severity_id(e_.framework, plan.severity));
      text("time_class", e_.framework.time_classes[static_cast<std::size_t>(plan.time_class)].id);
      text("stage", item.stage);
      text("evidence", evidence_letter(cell.best_evidence));
      json_.end_object();
    }
    json_.end_array();
  }

  void components() {
    json_.key("components");
    json_.begin_array();
    for (const ExplainedSeries& component : e_.components) {
      json_.begin_object();
      line(component);
      json_.end_object();
    }
    json_.end_array();
  }

  void rules() {
    static constexpr std::string_view actions[] = {"add", "raise", "suppress", "confirm"};
    json_.key("rules");
    json_.begin_array();
    for (const ExplainedRule& rule : e_.rules) {
      json_.begin_object();
      text("rule", rule.rule->id);
      text("unit", e_.units.id(rule.unit));
      text("then", actions[static_cast<std::size_t>(rule.rule->then)]);
      text("is", severity_id(e_.framework, rule.severity));
      text("when", rule.rule->when);
      both("reason", rule.rule->reason);
      json_.end_object();
    }
    json_.end_array();
  }

  void sources() {
    json_.key("source");
    if (!e_.indicator->source) return json_.null();
    const Source& source = *e_.indicator->source;
    json_.begin_object();
    text("type", source.type);
    text("department", source.department);
    both("department_name",
         source.department.empty() ? Text() : e_.department_name(source.department));
    text("document", source.document);
    text("evidence", source.evidence);
    json_.end_object();
  }

  const Explanation& e_;
  JsonWriter json_;
};

}  // namespace detail

/// How a value came about, as one JSON object: value, formula, counts, coverage, origin, items,
/// target, gap, verdict, severity, grade, rules, sources, framework, and both sentences. What is
/// missing is null; no number is NaN. Throws DataError as `Explanation` does.
inline std::string explain_json(const Assessment& assessment, std::string_view unit,
                                std::string_view indicator) {
  const Explanation explanation(assessment, unit, indicator);
  std::string json;
  detail::ExplanationWriter(explanation, json).write();
  return json;
}

/// The same as sentences for people.
inline std::string explain_sentence(const Assessment& assessment, std::string_view unit,
                                    std::string_view indicator, Language language) {
  const Explanation explanation(assessment, unit, indicator);
  return detail::ExplanationSentence(explanation, language).text();
}

}  // namespace tijian
