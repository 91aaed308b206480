// The JSON Schema of framework documents, from the same declarations as the reader.
#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "tijian/framework_fields.hpp"
#include "tijian/json.hpp"
#include "tijian/json_writer.hpp"

namespace tijian {

namespace {

using framework_fields::Field;
using framework_fields::IsList;
using framework_fields::IsMap;
using framework_fields::IsOptional;
using framework_fields::Part;
using framework_fields::Shape;

/// ASCII as in ids; which characters of other scripts are letters is the loader's.
constexpr std::string_view id_pattern = "^[^\\u0000-,/:-@\\[-\\^`{-\\u007f]{1,64}$";
constexpr std::string_view id_key_pattern = "^(?!x-)[^\\u0000-,/:-@\\[-\\^`{-\\u007f]{1,64}$";

/// A document that extends another gives only what it changes, and null for what it removes.
enum class Form { complete, changes };

constexpr std::string_view struct_name(std::type_identity<Text>, Part) { return "text"; }
constexpr std::string_view struct_name(std::type_identity<Attribute>, Part) { return "attribute"; }
constexpr std::string_view struct_name(std::type_identity<Dimension>, Part) { return "dimension"; }
constexpr std::string_view struct_name(std::type_identity<Level>, Part) { return "level"; }
constexpr std::string_view struct_name(std::type_identity<Aspect>, Part) { return "aspect"; }
constexpr std::string_view struct_name(std::type_identity<Named>, Part) { return "named"; }
constexpr std::string_view struct_name(std::type_identity<TimeClass>, Part) { return "time_class"; }
constexpr std::string_view struct_name(std::type_identity<Column>, Part) { return "column"; }
constexpr std::string_view struct_name(std::type_identity<Group>, Part) { return "group"; }
constexpr std::string_view struct_name(std::type_identity<Check>, Part part) {
  return part == Part::framework_check ? "framework_check" : "table_check";
}
constexpr std::string_view struct_name(std::type_identity<Sample>, Part) { return "sample"; }
constexpr std::string_view struct_name(std::type_identity<Table>, Part) { return "table"; }
constexpr std::string_view struct_name(std::type_identity<Target>, Part) { return "target"; }
constexpr std::string_view struct_name(std::type_identity<Case>, Part part) {
  return part == Part::grade_case ? "grade_case" : "severity_case";
}
constexpr std::string_view struct_name(std::type_identity<Source>, Part) { return "source"; }
constexpr std::string_view struct_name(std::type_identity<Item>, Part) { return "item"; }
constexpr std::string_view struct_name(std::type_identity<Component>, Part) { return "component"; }
constexpr std::string_view struct_name(std::type_identity<Stage>, Part) { return "funnel_stage"; }
constexpr std::string_view struct_name(std::type_identity<Indicator>, Part) { return "indicator"; }
constexpr std::string_view struct_name(std::type_identity<Rule>, Part) { return "rule"; }
constexpr std::string_view struct_name(std::type_identity<LedgerColumn>, Part) {
  return "ledger_column";
}
constexpr std::string_view struct_name(std::type_identity<Ledger>, Part) { return "ledger"; }
constexpr std::string_view struct_name(std::type_identity<ScoreNode>, Part) { return "score_node"; }
constexpr std::string_view struct_name(std::type_identity<ScoreLeaf>, Part) { return "score_leaf"; }
constexpr std::string_view struct_name(std::type_identity<Score>, Part) { return "score"; }
constexpr std::string_view struct_name(std::type_identity<ProblemIndex>, Part) {
  return "problem_index";
}
constexpr std::string_view struct_name(std::type_identity<Framework>, Part) { return "document"; }

class Schema {
 public:
  explicit Schema(std::string& out) : json_(out, 1) {}

  void write() {
    json_.begin_object();
    member("$schema", "https://json-schema.org/draft/2020-12/schema");
    member("title", "tijian framework (指标体系)");
    json_.key("if");
    json_.begin_object();
    json_.key("required");
    texts({"extends"});
    json_.end_object();
    json_.key("then");
    reference<Framework>(Part::plain, Form::changes);
    json_.key("else");
    reference<Framework>(Part::plain, Form::complete);
    json_.key("$defs");
    json_.begin_object();
    for (const Form form : {Form::complete, Form::changes}) {
      define<Framework>(form);
      define<Attribute, Dimension, Level, Aspect, Named, TimeClass, Column, Group>(form);
      define<Check>(form);
      definition<Check>(Part::framework_check, form);
      define<Sample, Table, Source, Item, Component, Stage, Indicator, Rule>(form);
      define<ScoreNode, ScoreLeaf, Score, ProblemIndex>(form);
      if (form == Form::changes) continue;
      // Replaced whole, so they are complete everywhere.
      define<Text, Target, LedgerColumn, Ledger>(form);
      definition<Case>(Part::severity_case, form);
      definition<Case>(Part::grade_case, form);
    }
    json_.end_object();
    json_.end_object();
  }

 private:
  void member(std::string_view key, std::string_view text) {
    json_.key(key);
    json_.string(text);
  }
  void texts(const std::vector<std::string_view>& list) {
    json_.begin_array();
    for (const std::string_view text : list) json_.string(text);
    json_.end_array();
  }

  /// Whether `extends` joins values of the struct key by key, so that it has two forms.
  template <class Object>
  static constexpr bool has_changes =
      framework_fields::Joined<Object> && !std::is_same_v<Object, Target> &&
      !std::is_same_v<Object, Case> && !std::is_same_v<Object, LedgerColumn> &&
      !std::is_same_v<Object, Ledger>;

  template <class Object>
  static std::string name(Part part, Form form) {
    std::string name(struct_name(std::type_identity<Object>{}, part));
    if (has_changes<Object> && form == Form::changes) name += "_changes";
    return name;
  }

  template <class Object>
  void reference(Part part, Form form) {
    json_.begin_object();
    member("$ref", "#/$defs/" + name<Object>(part, form));
    json_.end_object();
  }

  template <class... Objects>
  void define(Form form) {
    (definition<Objects>(Part::plain, form), ...);
  }

  template <class Object>
  void definition(Part part, Form form) {
    constexpr bool is_document = std::is_same_v<Object, Framework>;
    json_.key(name<Object>(part, form));
    json_.begin_object();
    member("type", "object");
    json_.key("properties");
    json_.begin_object();
    std::vector<std::string_view> required;
    if constexpr (is_document) {
      document_keys(form);
      required.push_back("tijian");
    }
    static const Object defaults{};
    const auto visit = [&](const Field& field, auto pointer) {
      json_.key(field.key);
      const auto& default_value = defaults.*pointer;
      using Value = std::decay_t<decltype(default_value)>;
      const bool may_be_null = form == Form::changes && !field.required && !field.nullable;
      if (may_be_null) begin_or_null();
      json_.begin_object();
      value<Value>(field, form);
      if (!field.required && form == Form::complete) default_of(default_value);
      json_.end_object();
      if (may_be_null) end_or_null();
      if (field.required && (form == Form::complete || field.key == "id"))
        required.push_back(field.key);
    };
    framework_fields::fields(visit, std::type_identity<Object>{}, part);
    json_.end_object();
    extension_keys();
    json_.key("additionalProperties");
    json_.boolean(false);
    if (!required.empty()) {
      json_.key("required");
      texts(required);
    }
    if constexpr (std::is_same_v<Object, Text>) {
      json_.key("anyOf");
      json_.begin_array();
      for (const std::string_view language : {"zh", "en"}) {
        json_.begin_object();
        json_.key("required");
        texts({language});
        json_.end_object();
      }
      json_.end_array();
    }
    json_.end_object();
  }

  void document_keys(Form form) {
    json_.key("tijian");
    json_.begin_object();
    json_.key("const");
    json_.integer(1);
    json_.end_object();
    if (form == Form::complete) return;
    json_.key("extends");
    json_.begin_object();
    member("type", "string");
    json_.end_object();
    json_.key("remove");
    json_.begin_object();
    member("type", "object");
    json_.key("properties");
    json_.begin_object();
    const auto visit = [&]<class Member>(const Field& field, Member Framework::*) {
      if constexpr (IsList<Member>::value) {
        if constexpr (framework_fields::Identified<typename Member::value_type>) {
          json_.key(field.key);
          json_.begin_object();
          member("type", "array");
          json_.key("items");
          json_.begin_object();
          member("type", "string");
          json_.end_object();
          json_.end_object();
        }
      }
    };
    framework_fields::fields(visit, std::type_identity<Framework>{}, Part::plain);
    json_.end_object();
    extension_keys();
    json_.key("additionalProperties");
    json_.boolean(false);
    json_.end_object();
  }

  void extension_keys() {
    json_.key("patternProperties");
    json_.begin_object();
    json_.key("^x-");
    json_.boolean(true);
    json_.end_object();
  }

  void begin_or_null() {
    json_.begin_object();
    json_.key("anyOf");
    json_.begin_array();
  }
  void end_or_null() {
    json_.begin_object();
    member("type", "null");
    json_.end_object();
    json_.end_array();
    json_.end_object();
  }

  /// What stands where nothing is given, where that is a plain value.
  template <class Value>
  void default_of(const Value& value) {
    if constexpr (std::is_same_v<Value, bool>) {
      json_.key("default");
      json_.boolean(value);
    } else if constexpr (std::is_same_v<Value, double>) {
      json_.key("default");
      json_.number(value);
    } else if constexpr (std::is_enum_v<Value>) {
      member("default", framework_fields::name_of(value));
    }
  }

  void types(const std::vector<std::string_view>& names) {
    json_.key("type");
    if (names.size() == 1)
      json_.string(names[0]);
    else
      texts(names);
  }

  void range(const Field& field) {
    if (std::isfinite(field.minimum)) {
      json_.key(field.above_minimum ? "exclusiveMinimum" : "minimum");
      json_.number(field.minimum);
    }
    if (std::isfinite(field.maximum)) {
      json_.key("maximum");
      json_.number(field.maximum);
    }
  }

  void least(std::string_view key, std::size_t count) {
    if (count == 0) return;
    json_.key(key);
    json_.integer(static_cast<std::int64_t>(count));
  }

  /// The keywords of a value, within an object that is open.
  template <class Value>
  void value(const Field& field, Form form) {
    if constexpr (IsOptional<Value>::value) {
      value<typename Value::value_type>(field, form);
    } else if constexpr (std::is_same_v<Value, std::string>) {
      if (field.shape == Shape::choice) {
        json_.key("enum");
        texts({field.choices.begin(), field.choices.end()});
        return;
      }
      if (field.nullable)
        types({"string", "null"});
      else
        types({"string"});
      if (field.shape == Shape::id)
        member("pattern", id_pattern);
      else
        least("minLength", 1);
    } else if constexpr (std::is_same_v<Value, double>) {
      types({"number"});
      range(field);
    } else if constexpr (std::is_same_v<Value, int>) {
      types({"integer"});
      range(field);
    } else if constexpr (std::is_same_v<Value, bool>) {
      types({"boolean"});
    } else if constexpr (std::is_enum_v<Value>) {
      json_.key("enum");
      json_.begin_array();
      for (const auto& entry : framework_fields::names_of(std::type_identity<Value>{}))
        json_.string(entry.name);
      json_.end_array();
    } else if constexpr (std::is_same_v<Value, Scalar>) {
      if (field.nullable)
        types({"number", "boolean", "string", "null"});
      else
        types({"number", "boolean", "string"});
      least("minLength", 1);
    } else if constexpr (std::is_same_v<Value, Bound>) {
      types({"number", "string"});
      least("minLength", 1);
    } else if constexpr (std::is_same_v<Value, Method>) {
      types({"string", "object"});
      least("minLength", 1);
    } else if constexpr (IsList<Value>::value) {
      list<typename Value::value_type>(field, form);
    } else if constexpr (IsMap<Value>::value) {
      map<typename Value::mapped_type>(field, form);
    } else {
      member("$ref", "#/$defs/" + name<Value>(field.part, form));
    }
  }

  template <class Value>
  void list(const Field& field, Form form) {
    if (field.one_or_list) {
      json_.key("anyOf");
      json_.begin_array();
      json_.begin_object();
      value<Value>(field, form);
      json_.end_object();
      json_.begin_object();
    }
    types({"array"});
    json_.key("items");
    json_.begin_object();
    value<Value>(field, form);
    json_.end_object();
    // A list that is joined may change nothing; one that replaces has its least.
    if (form == Form::complete || !framework_fields::Identified<Value>)
      least("minItems", field.least);
    if constexpr (std::is_same_v<Value, std::string>) {
      json_.key("uniqueItems");
      json_.boolean(true);
    }
    if (field.one_or_list) {
      json_.end_object();
      json_.end_array();
    }
  }

  template <class Value>
  void map(const Field& field, Form form) {
    types({"object"});
    json_.key("patternProperties");
    json_.begin_object();
    json_.key("^x-");
    json_.boolean(true);
    json_.key(id_key_pattern);
    const bool may_be_null = form == Form::changes;
    if (may_be_null) begin_or_null();
    json_.begin_object();
    Field of_value = field;  // the shape is that of the keys
    of_value.shape = Shape::words;
    value<Value>(of_value, form);
    json_.end_object();
    if (may_be_null) end_or_null();
    json_.end_object();
    json_.key("additionalProperties");
    json_.boolean(false);
    if (form == Form::complete) least("minProperties", field.least);
  }

  JsonWriter json_;
};

}  // namespace

std::string framework_schema() {
  std::string text;
  Schema(text).write();
  text += '\n';
  return text;
}

}  // namespace tijian
