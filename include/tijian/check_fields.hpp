// Every field of a framework against its declaration: ids, references, choices, ranges, duplicates.
// `check` (check.hpp) is the whole.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "tijian/check_messages.hpp"
#include "tijian/formula/lexer.hpp"
#include "tijian/framework_fields.hpp"
#include "tijian/framework_json.hpp"
#include "tijian/nearest.hpp"

namespace tijian {

/// Whether `text` can be an id: 1 to 64 letters of any script, digits, `_`, `.` and `-`.
inline bool is_id(std::string_view text) {
  std::size_t characters = 0;
  for (std::size_t i = 0; i < text.size(); ++characters) {
    const formula::lexing::CodePoint point = formula::lexing::code_point_at(text, i);
    if (point.bytes == 0) return false;
    const char32_t c = point.value;
    if (!formula::lexing::is_letter(c) && !formula::lexing::is_digit(c) && c != '_' && c != '.' &&
        c != '-')
      return false;
    i += point.bytes;
  }
  return characters >= 1 && characters <= 64;
}

namespace check_detail {

using framework_fields::Field;
using framework_fields::Part;
using framework_fields::Referent;
using framework_fields::Shape;

inline constexpr std::string_view units_prefix = "units:";
inline constexpr std::string_view previous_problems = "previous:problems";

inline Text referent_name(Referent refers) {
  switch (refers) {
    case Referent::dimension: return {"维度", "dimension"};
    case Referent::level: return {"层级", "level"};
    case Referent::aspect: return {"方面", "aspect"};
    case Referent::stored_table:
    case Referent::any_table:
    case Referent::table_or_units: return {"表", "table"};
    case Referent::indicator: return {"指标", "indicator"};
    case Referent::item: return {"分项", "item"};
    case Referent::severity:
    case Referent::severity_or_none: return {"问题程度", "severity"};
    case Referent::time_class: return {"时限类别", "time class"};
    case Referent::stage: return {"阶段", "stage"};
    case Referent::department: return {"部门", "department"};
    case Referent::attribute: return {"属性", "attribute"};
    case Referent::score_node: return {"得分节点", "score node"};
  }
  return {};
}

/// Ids that can be referred to, and the nearest of them.
class Names {
 public:
  void add(const std::string& name) {
    if (known_.insert(name).second) listed_.push_back(name);
  }
  [[nodiscard]] bool contains(std::string_view name) const { return known_.contains(name); }
  [[nodiscard]] const std::vector<std::string>& listed() const { return listed_; }

 private:
  std::set<std::string, std::less<>> known_;
  std::vector<std::string> listed_;
};

/// Every field by its declaration: ids, references, choices, ranges, duplicates. Who derives from
/// it adds what no single field can say.
class FieldCheck {
 protected:
  explicit FieldCheck(const Framework& framework) : framework_(framework) { collect_names(); }

  void fields_of_framework() { object(framework_, Part::plain); }

  // ---- names -----------------------------------------------------------------------------------

  Names& names(Referent refers) { return names_[static_cast<std::size_t>(refers)]; }

  template <class List>
  void collect(Referent refers, const List& list) {
    for (const auto& entry : list) names(refers).add(entry.id);
  }

  void collect_names() {
    const Framework& f = framework_;
    collect(Referent::dimension, f.dimensions);
    collect(Referent::level, f.levels);
    collect(Referent::aspect, f.aspects);
    collect(Referent::severity, f.severities);
    collect(Referent::severity_or_none, f.severities);
    names(Referent::severity_or_none).add("none");
    collect(Referent::time_class, f.time_classes);
    collect(Referent::stage, f.stages);
    collect(Referent::department, f.departments);
    collect(Referent::indicator, f.indicators);
    for (const Referent tables :
         {Referent::stored_table, Referent::any_table, Referent::table_or_units}) {
      collect(tables, f.tables);
      if (tables == Referent::stored_table) continue;
      for (const Level& level : f.levels) names(tables).add(std::string(units_prefix) + level.id);
    }
    names(Referent::any_table).add(std::string(previous_problems));
    for (const Level& level : f.levels) collect(Referent::attribute, level.attributes);
    for (const Indicator& i : f.indicators) collect(Referent::item, i.items);
    if (f.score) collect(Referent::score_node, f.score->nodes);
  }

  // ---- issues ----------------------------------------------------------------------------------

  Issue& add(const Message& message, std::string place, MessageValues values = {}) {
    issues_.push_back(make_issue(message, std::move(place), values));
    return issues_.back();
  }

  /// Comparing a name with thousands of others costs; past a budget there is no "did you mean".
  std::string nearest(std::string_view name, const std::vector<std::string>& known) {
    constexpr std::size_t most_comparisons = 200'000;
    comparisons_ += known.size();
    return comparisons_ <= most_comparisons ? nearest_name(name, known) : std::string();
  }

  void dangling(Referent refers, const std::string& id, std::string place) {
    const Text kind = referent_name(refers);
    const std::string near = nearest(id, names(refers).listed());
    Issue& issue = add(near.empty() ? check_messages::unknown_reference
                                    : check_messages::unknown_reference_nearest,
                       std::move(place),
                       {{"kind_zh", kind.zh}, {"kind", kind.en}, {"id", id}, {"nearest", near}});
    issue.found = id;
    issue.nearest = near;
  }

 private:
  // ---- every field, by its declaration ---------------------------------------------------------

  template <class Object>
  void object(const Object& value, Part part) {
    const auto visit = [&](const Field& field, auto member) {
      const auto& held = value.*member;
      if (field.required && is_empty(held)) {
        add(check_messages::missing_key, pointer_, {{"key", field.key}}).expected = field.key;
        return;
      }
      const Step step(pointer_, field.key);
      value_of(held, field);
    };
    framework_fields::fields(visit, std::type_identity<Object>{}, part);
  }

  static bool is_empty(const std::string& text) { return text.empty(); }
  static bool is_empty(const Text& text) { return text.empty(); }
  template <class Value>
  static bool is_empty(const Value&) {
    return false;
  }

  void value_of(const std::string& text, const Field& field) {
    if (text.empty()) return;
    for (const char c : text) {
      const auto byte = static_cast<unsigned char>(c);
      if ((byte >= 0x20 || c == '\n' || c == '\t' || c == '\r') && byte != 0x7F) continue;
      add(check_messages::control_character, pointer_, {{"key", field.key}});
      return;
    }
    switch (field.shape) {
      case Shape::words:
      case Shape::formula: break;
      case Shape::id: id(text); break;
      case Shape::choice: choice(text, field); break;
      case Shape::reference:
        if (!names(field.refers).contains(text)) dangling(field.refers, text, pointer_);
        break;
    }
  }

  void id(const std::string& text) {
    if (!is_id(text)) add(check_messages::invalid_id, pointer_, {{"found", text}}).found = text;
  }

  void choice(const std::string& text, const Field& field) {
    std::vector<std::string> known;
    std::string choices;
    for (const std::string_view word : field.choices) {
      if (word == text) return;
      known.emplace_back(word);
      choices += (choices.empty() ? "" : " ") + known.back();
    }
    Issue& issue = add(check_messages::unknown_word, pointer_,
                       {{"key", field.key}, {"found", text}, {"choices", choices}});
    issue.found = text;
    issue.expected = choices;
    issue.nearest = nearest(text, known);
  }

  void value_of(double value, const Field& field) {
    if (!std::isfinite(value)) {
      add(check_messages::not_finite, pointer_, {{"key", field.key}});
      return;
    }
    const bool below = field.above_minimum ? value <= field.minimum : value < field.minimum;
    if (!below && value <= field.maximum) return;
    std::string low, high, found;
    append_json_number(low, field.minimum);
    append_json_number(high, field.maximum);
    append_json_number(found, value);
    std::string range = field.above_minimum ? "above " + low : "at least " + low;
    std::string range_zh = (field.above_minimum ? "大于 " : "不小于 ") + low + " ";
    if (std::isfinite(field.maximum)) {
      range += " and at most " + high;
      range_zh += "且不大于 " + high + " ";
    }
    range_zh += "的数";
    Issue& issue =
        add(check_messages::out_of_range, pointer_,
            {{"key", field.key}, {"range", range}, {"range_zh", range_zh}, {"found", found}});
    issue.found = found;
    issue.expected = range;
  }
  void value_of(int value, const Field& field) { value_of(static_cast<double>(value), field); }
  void value_of(bool, const Field&) {}
  void value_of(const Method&, const Field&) {}
  template <class Enumeration>
  requires std::is_enum_v<Enumeration>
  void value_of(Enumeration, const Field&) {}
  void value_of(const Scalar& value, const Field& field) {
    value_of(value.number, field);
    value_of(value.text, field);
  }
  void value_of(const Bound& value, const Field& field) {
    value_of(value.number, field);
    value_of(value.expression, field);
  }
  template <class Value>
  void value_of(const std::optional<Value>& value, const Field& field) {
    if (value) value_of(*value, field);
  }

  template <class Value>
  void value_of(const std::vector<Value>& values, const Field& field) {
    // Optional lists are as if not given when empty; the reader refuses an empty one as written.
    if (values.size() < field.least && (field.required || is_filled_by_default(field.key)))
      add(check_messages::empty_list, pointer_, {{"key", field.key}});
    std::set<std::string_view> seen;
    for (std::size_t i = 0; i < values.size(); ++i) {
      const Step step(pointer_, std::to_string(i));
      if constexpr (framework_fields::Identified<Value>) {
        if (!values[i].id.empty() && !seen.insert(values[i].id).second)
          add(check_messages::duplicate_id, pointer_ + "/id", {{"id", values[i].id}}).found =
              values[i].id;
      } else if constexpr (std::is_same_v<Value, std::string>) {
        if (!values[i].empty() && !seen.insert(values[i]).second)
          add(check_messages::duplicate_value, pointer_, {{"found", values[i]}}).found = values[i];
      }
      value_of(values[i], field);
    }
  }
  static bool is_filled_by_default(std::string_view key) {
    return key == "severities" || key == "time_classes" || key == "stages";
  }

  template <class Value>
  void value_of(const std::map<std::string, Value>& values, const Field& field) {
    if (values.size() < field.least)
      add(check_messages::empty_list, pointer_, {{"key", field.key}});
    Field of_value = field;  // the shape is that of the keys
    of_value.shape = Shape::words;
    for (const auto& entry : values) {
      const Step step(pointer_, entry.first);
      if (field.shape == Shape::id || !is_id(entry.first))
        id(entry.first);
      else if (!names(field.refers).contains(entry.first))
        dangling(field.refers, entry.first, pointer_);
      value_of(entry.second, of_value);
    }
  }

  template <framework_fields::Declared Object>
  void value_of(const Object& value, const Field& field) {
    object(value, field.part);
  }

  struct Step {
    Step(std::string& whole, std::string_view step) : pointer(whole), size(whole.size()) {
      append_pointer_step(pointer, step);
    }
    ~Step() { pointer.resize(size); }
    Step(const Step&) = delete;
    Step& operator=(const Step&) = delete;
    std::string& pointer;
    std::size_t size;
  };

 protected:
  const Framework& framework_;
  Issues issues_;

 private:
  std::string pointer_;
  std::array<Names, 15> names_;
  std::size_t comparisons_ = 0;
};

}  // namespace check_detail

}  // namespace tijian
