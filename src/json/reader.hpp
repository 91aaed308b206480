// A document's tree read into the framework's structs, strictly: unknown keys, missing ones and
// wrong types are issues, all of them; what could be read is read.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "json/document.hpp"
#include "json/faults.hpp"
#include "json/messages.hpp"
#include "tijian/check_messages.hpp"
#include "tijian/framework_fields.hpp"
#include "tijian/framework_json.hpp"
#include "tijian/nearest.hpp"
#include "tijian/text.hpp"

namespace tijian::json {

using framework_fields::Field;
using framework_fields::Part;

class Reader {
 public:
  Reader(const Documents& documents, Faults& faults) : documents_(documents), faults_(faults) {}

  /// `also_known` are keys of the document that are read elsewhere.
  void read_document(NodeId root, Framework& framework,
                     const std::vector<std::string>& also_known) {
    extensions_ = &framework.extensions;
    members(root, framework, Part::plain, also_known);
  }

 private:
  template <class Object>
  void members(NodeId node, Object& object, Part part,
               const std::vector<std::string>& also_known = {}) {
    std::vector<std::string> known = also_known;
    const auto visit = [&](const Field& field, auto member) {
      known.emplace_back(field.key);
      const NodeId child = documents_.member(node, field.key);
      if (child == no_node) {
        if (field.required)
          faults_.add(check_messages::missing_key, node, {{"key", field.key}},
                      {{}, std::string(field.key), {}});
        return;
      }
      const Step step(*this, field.key);
      read(child, field, object.*member);
    };
    framework_fields::fields(visit, std::type_identity<Object>{}, part);
    for (NodeId child = documents_.first(node); child != no_node; child = documents_.next(child)) {
      if (std::find(known.begin(), known.end(), documents_.key(child)) == known.end() &&
          !extension(child))
        faults_.unknown_key(child, known);
    }
  }

  /// Keeps a member whose key begins with "x-".
  bool extension(NodeId member) {
    const std::string_view key = documents_.key(member);
    if (!key.starts_with("x-")) return false;
    const Step step(*this, key);
    (*extensions_)[pointer_] = documents_.canonical(member);
    return true;
  }

  /// Whether `node` is of this kind; an issue where it is not.
  bool is(NodeId node, Kind kind) { return documents_.kind(node) == kind || wrong(node, kind); }

  bool wrong(NodeId node, Kind kind) { return wrong(node, type_name(kind)); }
  bool wrong(NodeId node, const Text& expected) {
    if (documents_.kind(node) == Kind::null)
      faults_.add(json_messages::null_value, node, {{"key", shown_key(node)}},
                  {"null", expected.en, {}});
    else
      faults_.wrong_type(node, shown_key(node), expected);
    return false;
  }

  /// The last step of the pointer to what is being read.
  std::string shown_key(NodeId node) const {
    const std::string_view key = documents_.key(node);
    if (!key.empty()) return std::string(key);
    const std::size_t slash = pointer_.rfind('/');
    return slash == std::string::npos ? "/" : pointer_.substr(slash + 1);
  }

  void read(NodeId node, const Field& field, std::string& value) {
    if (field.nullable && documents_.kind(node) == Kind::null) return;
    if (!is(node, Kind::text)) return;
    value = documents_.text(node);
    if (value.empty()) faults_.add(json_messages::empty_text, node, {{"key", shown_key(node)}});
  }

  void read(NodeId node, const Field&, double& value) {
    if (!is(node, Kind::number)) return;
    const std::string_view literal = documents_.text(node);
    if (is_too_large_integer(literal)) {
      faults_.add(json_messages::integer_range, node, {{"found", literal}},
                  {std::string(literal), {}, {}});
      return;
    }
    read_number(literal, value);  // in range: the document would not have been read
  }

  void read(NodeId node, const Field& field, int& value) {
    const std::size_t before = faults_.count();
    double number = 0;
    read(node, field, number);
    if (faults_.count() > before) return;
    if (number != std::floor(number) || std::fabs(number) > std::numeric_limits<int>::max()) {
      const std::string_view literal = documents_.text(node);
      faults_.add(json_messages::whole_number, node, {{"key", shown_key(node)}, {"found", literal}},
                  {std::string(literal), {}, {}});
      return;
    }
    value = static_cast<int>(number);
  }

  void read(NodeId node, const Field&, bool& value) {
    if (is(node, Kind::boolean)) value = documents_.boolean(node);
  }

  template <class Enumeration>
  requires std::is_enum_v<Enumeration>
  void read(NodeId node, const Field&, Enumeration& value) {
    if (!is(node, Kind::text)) return;
    const std::string_view word = documents_.text(node);
    std::vector<std::string> known;
    std::string choices;
    for (const auto& entry : framework_fields::names_of(std::type_identity<Enumeration>{})) {
      if (entry.name == word) {
        value = entry.value;
        return;
      }
      known.emplace_back(entry.name);
      choices += (choices.empty() ? "" : " ") + known.back();
    }
    faults_.add(check_messages::unknown_word, node,
                {{"key", shown_key(node)}, {"found", word}, {"choices", choices}},
                {std::string(word), choices, nearest_name(word, known)});
  }

  void read(NodeId node, const Field& field, Scalar& value) {
    switch (documents_.kind(node)) {
      case Kind::number: {
        double number = 0;
        read(node, field, number);
        value = number;
        break;
      }
      case Kind::boolean: value = documents_.boolean(node); break;
      case Kind::text: {
        std::string text;
        read(node, field, text);
        value = std::move(text);
        break;
      }
      case Kind::null:
        if (field.nullable) break;
        [[fallthrough]];
      default: wrong(node, {"数、字符串或布尔值", "a number, a text or a boolean"});
    }
  }

  void read(NodeId node, const Field& field, Bound& value) {
    if (documents_.kind(node) == Kind::number) {
      double number = 0;
      read(node, field, number);
      value = number;
    } else if (documents_.kind(node) == Kind::text) {
      std::string text;
      read(node, field, text);
      value = std::move(text);
    } else {
      wrong(node, {"数或表达式", "a number or an expression"});
    }
  }

  void read(NodeId node, const Field&, Method& value) {
    const Kind kind = documents_.kind(node);
    if (kind == Kind::text && documents_.text(node).empty())
      faults_.add(json_messages::empty_text, node, {{"key", shown_key(node)}});
    else if (kind == Kind::text || kind == Kind::object)
      value.json = documents_.canonical(node);
    else
      wrong(node, {"方法名或带参数的对象", "a method's name or an object with its parameters"});
  }

  template <class Value>
  void read(NodeId node, const Field& field, std::optional<Value>& value) {
    const std::size_t before = faults_.count();
    Value read_value{};
    read(node, field, read_value);
    // A value of a wrong type is not a value; a struct with a fault in it still is one.
    if (framework_fields::Declared<Value> || framework_fields::IsList<Value>::value ||
        faults_.count() == before)
      value = std::move(read_value);
  }

  template <class Value>
  void read(NodeId node, const Field& field, std::vector<Value>& values) {
    if constexpr (std::is_same_v<Value, std::string>) {
      if (field.one_or_list && documents_.kind(node) == Kind::text) {
        read(node, field, values.emplace_back());
        return;
      }
    }
    if (!is(node, Kind::list)) return;
    at_least(field.least, documents_.size(node), node);
    std::size_t index = 0;
    for (NodeId child = documents_.first(node); child != no_node; child = documents_.next(child)) {
      // A list of a million wrong things must not become a million structs.
      if (faults_.is_full()) return;
      const Step step(*this, std::to_string(index++));
      // Kept even where it cannot be read, so that indexes are those of the document.
      read(child, field, values.emplace_back());
    }
  }

  template <class Value>
  void read(NodeId node, const Field& field, std::map<std::string, Value>& values) {
    if (!is(node, Kind::object)) return;
    for (NodeId child = documents_.first(node); child != no_node; child = documents_.next(child)) {
      if (faults_.is_full()) return;
      if (extension(child)) continue;
      const std::string_view key = documents_.key(child);
      const Step step(*this, key);
      read(child, field, values[std::string(key)]);
    }
    at_least(field.least, values.size(), node);
  }

  void at_least(std::size_t least, std::size_t size, NodeId node) {
    if (size < least) faults_.add(check_messages::empty_list, node, {{"key", shown_key(node)}});
  }

  template <framework_fields::Declared Object>
  void read(NodeId node, const Field& field, Object& object) {
    if (!is(node, Kind::object)) return;
    members(node, object, field.part);
    if constexpr (std::is_same_v<Object, Text>) {
      if (documents_.member(node, "zh") == no_node && documents_.member(node, "en") == no_node)
        faults_.add(json_messages::no_language, node, {{"key", shown_key(node)}});
    }
  }

  /// The pointer within the merged document, for as long as a member is read.
  struct Step {
    Step(Reader& owner, std::string_view name) : reader(owner), size(owner.pointer_.size()) {
      append_pointer_step(reader.pointer_, name);
    }
    ~Step() { reader.pointer_.resize(size); }
    Step(const Step&) = delete;
    Step& operator=(const Step&) = delete;
    Reader& reader;
    std::size_t size;
  };

  const Documents& documents_;
  Faults& faults_;
  std::map<std::string, std::string>* extensions_ = nullptr;
  std::string pointer_;
};

}  // namespace tijian::json
