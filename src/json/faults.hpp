// The issues found in a document, each with the node it is about.
#pragma once

#include <algorithm>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "json/document.hpp"
#include "json/messages.hpp"
#include "tijian/check_messages.hpp"
#include "tijian/nearest.hpp"
#include "tijian/text.hpp"

namespace tijian::json {

/// A type of JSON, for messages.
inline Text type_name(Kind kind) {
  switch (kind) {
    case Kind::null: return {"null", "null"};
    case Kind::boolean: return {"布尔值", "a boolean"};
    case Kind::number: return {"数", "a number"};
    case Kind::text: return {"字符串", "a text"};
    case Kind::list: return {"列表", "a list"};
    case Kind::object: return {"对象", "an object"};
  }
  return {};
}

/// The fields of an issue of the same names.
struct FaultDetails {
  std::string found = {};
  std::string expected = {};
  std::string nearest = {};
};

class Faults {
 public:
  explicit Faults(const Documents& documents) : documents_(documents) {}

  void add(const Message& message, NodeId node, MessageValues values, FaultDetails details = {}) {
    if (is_full()) return;
    Issue issue = make_issue(message, documents_.place(node), values);
    issue.found = std::move(details.found);
    issue.expected = std::move(details.expected);
    issue.nearest = std::move(details.nearest);
    add(documents_.origin(node), std::move(issue));
  }
  /// One that has its place already.
  void add(NodeId origin, Issue issue) {
    if (!is_full()) issues_.emplace_back(origin, std::move(issue));
  }

  void unknown_key(NodeId member, const std::vector<std::string>& known) {
    const std::string key(documents_.key(member));
    const std::string near = nearest(key, known);
    add(near.empty() ? json_messages::unknown_key : json_messages::unknown_key_nearest, member,
        {{"key", key}, {"nearest", near}}, {key, {}, near});
  }

  /// Comparing a name with thousands of others costs; past a budget there is no "did you mean".
  std::string nearest(std::string_view name, const std::vector<std::string>& known) {
    constexpr std::size_t most_comparisons = 500'000;
    comparisons_ += known.size();
    return comparisons_ <= most_comparisons ? nearest_name(name, known) : std::string();
  }

  void wrong_type(NodeId node, std::string_view key, const Text& expected) {
    const Text found = type_name(documents_.kind(node));
    add(json_messages::wrong_type, node,
        {{"key", key},
         {"expected", expected.en},
         {"expected_zh", expected.zh},
         {"found", found.en},
         {"found_zh", found.zh}},
        {found.en, expected.en, {}});
  }

  /// Places of which the framework does not have what the document says.
  [[nodiscard]] std::set<std::string, std::less<>> unreadable() const {
    std::set<std::string, std::less<>> places;
    for (const auto& [origin, issue] : issues_) {
      if (issue.code == check_messages::missing_key.code)
        places.insert(issue.place + "/" + issue.expected);
      for (const Message* message : {&json_messages::wrong_type, &json_messages::null_value,
                                     &json_messages::empty_text, &json_messages::no_language,
                                     &json_messages::integer_range, &json_messages::whole_number,
                                     &check_messages::unknown_word, &check_messages::empty_list})
        if (issue.code == message->code) places.insert(issue.place);
    }
    return places;
  }
  /// Grows with every issue.
  [[nodiscard]] std::size_t count() const { return issues_.size() + (left_out_ ? 1 : 0); }
  /// Whether nothing more is listed, so that who still has things to read stops.
  bool is_full() {
    if (issues_.size() < maximum_issues) return false;
    left_out_ = true;
    return true;
  }

  /// All issues in the order of the documents, the extending one first.
  [[nodiscard]] Issues take() {
    std::stable_sort(issues_.begin(), issues_.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    Issues result;
    result.reserve(issues_.size() + 1);
    for (auto& [origin, issue] : issues_) result.push_back(std::move(issue));
    if (left_out_) result.push_back(make_issue(json_messages::too_many_issues, ""));
    issues_.clear();
    left_out_ = false;
    return result;
  }

 private:
  const Documents& documents_;
  std::vector<std::pair<NodeId, Issue>> issues_;
  bool left_out_ = false;
  std::size_t comparisons_ = 0;
};

}  // namespace tijian::json
