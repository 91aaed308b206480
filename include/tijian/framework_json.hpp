// The canonical JSON of a framework, and its fingerprint.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "tijian/fingerprint.hpp"
#include "tijian/framework_fields.hpp"
#include "tijian/json_writer.hpp"

namespace tijian {

/// Appends one step to a JSON pointer (RFC 6901: ~ is ~0, / is ~1).
inline void append_pointer_step(std::string& pointer, std::string_view step) {
  pointer += '/';
  for (const char c : step) {
    if (c == '~')
      pointer += "~0";
    else if (c == '/')
      pointer += "~1";
    else
      pointer += c;
  }
}

/// The key that a step of a JSON pointer stands for.
inline std::string pointer_key(std::string_view step) {
  std::string key;
  for (std::size_t i = 0; i < step.size(); ++i) {
    if (step[i] == '~' && i + 1 < step.size())
      key += step[++i] == '1' ? '/' : '~';
    else
      key += step[i];
  }
  return key;
}

namespace framework_json_detail {

using framework_fields::Field;
using framework_fields::Part;

class Writer {
 public:
  Writer(std::string& out, const Framework& framework) : json_(out) {
    for (const auto& [pointer, value] : framework.extensions) {
      const std::size_t slash = pointer.rfind('/');
      if (slash != std::string::npos)
        extensions_[pointer.substr(0, slash)].emplace_back(pointer.substr(slash + 1), value);
    }
  }

  void document(const Framework& framework) {
    json_.begin_object();
    json_.key("tijian");
    json_.integer(1);
    members(framework, Part::plain);
    json_.end_object();
  }

 private:
  template <class Object>
  void members(const Object& object, Part part) {
    static const Object defaults{};
    const auto visit = [&](const Field& field, auto member) {
      const auto& value = object.*member;
      if (!field.required && value == defaults.*member && !extended(field.key)) return;
      json_.key(field.key);
      step(field.key, [&] { write(value, field); });
    };
    framework_fields::fields(visit, std::type_identity<Object>{}, part);
    write_extensions();
  }

  /// Keys beginning with "x-" of the object at the current place.
  void write_extensions() {
    const auto found = extensions_.find(pointer_);
    if (found == extensions_.end()) return;
    for (const auto& [step, value] : found->second) {
      json_.key(pointer_key(step));
      json_.raw(value);
    }
  }

  /// Whether the member `key` has such keys, and so is written though it is empty.
  bool extended(std::string_view key) const {
    std::string pointer = pointer_;
    append_pointer_step(pointer, key);
    return extensions_.contains(pointer);
  }

  template <class Function>
  void step(std::string_view name, Function&& function) {
    const std::size_t size = pointer_.size();
    append_pointer_step(pointer_, name);
    function();
    pointer_.resize(size);
  }

  void write(const std::string& value, const Field&) { json_.string(value); }
  void write(double value, const Field&) { json_.number(value); }
  void write(int value, const Field&) { json_.integer(value); }
  void write(bool value, const Field&) { json_.boolean(value); }
  void write(const Method& value, const Field&) { json_.raw(value.json); }
  template <class Enumeration>
  requires std::is_enum_v<Enumeration>
  void write(Enumeration value, const Field&) { json_.string(framework_fields::name_of(value)); }
  void write(const Scalar& value, const Field& field) {
    if (value.number)
      write(*value.number, field);
    else if (value.boolean)
      write(*value.boolean, field);
    else if (value.text)
      write(*value.text, field);
    else
      json_.null();
  }
  void write(const Bound& value, const Field& field) {
    if (value.number)
      write(*value.number, field);
    else if (value.expression)
      write(*value.expression, field);
    else
      json_.null();
  }
  template <class Value>
  void write(const std::optional<Value>& value, const Field& field) {
    if (value)
      write(*value, field);
    else
      json_.null();  // not reached: an unset optional is not written
  }
  template <class Value>
  void write(const std::vector<Value>& values, const Field& field) {
    json_.begin_array();
    for (std::size_t i = 0; i < values.size(); ++i)
      step(std::to_string(i), [&] { write(values[i], field); });
    json_.end_array();
  }
  template <class Value>
  void write(const std::map<std::string, Value>& values, const Field& field) {
    json_.begin_object();
    for (const auto& entry : values) {
      json_.key(entry.first);
      step(entry.first, [&] { write(entry.second, field); });
    }
    write_extensions();
    json_.end_object();
  }
  template <framework_fields::Declared Object>
  void write(const Object& object, const Field& field) {
    json_.begin_object();
    members(object, field.part);
    json_.end_object();
  }

  JsonWriter json_;
  std::string pointer_;
  std::map<std::string, std::vector<std::pair<std::string, std::string>>> extensions_;
};

}  // namespace framework_json_detail

/// The document as one line: keys in the order of framework_fields.hpp, what equals its default
/// left out, numbers shortest, keys beginning with "x-" last in their object. Reading it gives an
/// equal framework; equal frameworks give equal text.
inline std::string write_framework(const Framework& framework) {
  std::string text;
  framework_json_detail::Writer(text, framework).document(framework);
  return text;
}

/// SHA-256 of the canonical JSON: it ignores spaces, the order of keys and how it was extended.
inline std::string fingerprint(const Framework& framework) {
  return sha256_hex(write_framework(framework));
}

}  // namespace tijian
