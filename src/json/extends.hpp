// Joins a document with the one it extends, as trees, before anything of it is read.
//
// Lists of things with ids are joined by id, objects and maps key by key, null removes what is
// inherited, and everything else (texts, methods, lists without ids) is replaced whole. Which is
// which follows from the field declarations.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "json/document.hpp"
#include "json/messages.hpp"
#include "json/reader.hpp"
#include "tijian/framework_fields.hpp"
#include "tijian/nearest.hpp"

namespace tijian::json {

class Extension {
 public:
  Extension(Documents& documents, std::vector<Located>& issues)
      : documents_(documents), reader_(documents, issues) {}

  /// The merged document: `over` laid over `base`. Both are objects.
  NodeId join(NodeId base, NodeId over) {
    read_removals(over);
    const NodeId joined = join_object<Framework>(base, over, Part::plain, true);
    report_removals();
    return joined;
  }

 private:
  struct Removal {
    NodeId node = no_node;
    bool found = false;
  };

  /// The section {"remove": {"indicators": ["H01", …]}}.
  void read_removals(NodeId over) {
    removals_.clear();
    inherited_ids_.clear();
    const NodeId section = documents_.member(over, "remove");
    if (section == no_node) return;
    if (!expect(section, Kind::object)) return;
    std::vector<std::string> lists;
    const auto visit = [&]<class Member>(const Field& field, Member Framework::*) {
      if constexpr (framework_fields::IsList<Member>::value) {
        if constexpr (framework_fields::Identified<typename Member::value_type>)
          lists.emplace_back(field.key);
      }
    };
    framework_fields::fields(visit, std::type_identity<Framework>{}, Part::plain);
    for (NodeId list = documents_.first(section); list != no_node; list = documents_.next(list)) {
      const std::string key(documents_.key(list));
      if (key.starts_with("x-")) continue;
      if (std::find(lists.begin(), lists.end(), key) == lists.end()) {
        const std::string nearest = nearest_name(key, lists);
        reader_.add(
            nearest.empty() ? json_messages::unknown_key : json_messages::unknown_key_nearest, list,
            {{"key", key}, {"nearest", nearest}}, key, {}, nearest);
        continue;
      }
      if (!expect(list, Kind::list)) continue;
      for (NodeId id = documents_.first(list); id != no_node; id = documents_.next(id))
        if (expect(id, Kind::text)) removals_[key][std::string(documents_.text(id))] = {id, false};
    }
  }

  void report_removals() {
    for (const auto& [list, ids] : removals_) {
      for (const auto& [id, removal] : ids) {
        if (removal.found) continue;
        const std::string nearest = nearest_name(id, inherited_ids_[list]);
        reader_.add(json_messages::unknown_removal, removal.node, {{"id", id}, {"list", list}}, id,
                    {}, nearest);
      }
    }
  }

  bool expect(NodeId node, Kind kind) {
    if (documents_.kind(node) == kind) return true;
    const Text expected = type_name(kind);
    const Text found = type_name(documents_.kind(node));
    std::string key(documents_.key(node));
    if (key.empty()) key = "remove";
    reader_.add(json_messages::wrong_type, node,
                {{"key", key},
                 {"expected", expected.en},
                 {"expected_zh", expected.zh},
                 {"found", found.en},
                 {"found_zh", found.zh}},
                found.en, expected.en);
    return false;
  }

  /// `over` laid over `base` member by member. With `is_document`, `extends` and `remove` have done
  /// their work and stay behind, and the id and the format are never inherited.
  template <class Object>
  NodeId join_object(NodeId base, NodeId over, Part part, bool is_document = false) {
    const NodeId joined = documents_.make(Kind::object, over);
    for (NodeId member = documents_.first(base); member != no_node;
         member = documents_.next(member)) {
      const std::string key(documents_.key(member));
      if (is_document && (key == "tijian" || key == "id" || key == "extends" || key == "remove"))
        continue;
      const NodeId change = documents_.member(over, key);
      if (change == no_node)
        documents_.append(joined, listed_without_removed<Object>(member, key, is_document));
      else if (documents_.kind(change) != Kind::null)
        documents_.append(joined, join_member<Object>(member, change, key, part));
    }
    for (NodeId member = documents_.first(over); member != no_node;
         member = documents_.next(member)) {
      const std::string_view key = documents_.key(member);
      const bool own = is_document && (key == "tijian" || key == "id");
      if (is_document && (key == "extends" || key == "remove")) continue;
      if (own || documents_.member(base, key) == no_node) documents_.append(joined, member);
    }
    return joined;
  }

  /// An inherited member that the document itself does not give, less what it removes.
  template <class Object>
  NodeId listed_without_removed(NodeId member, const std::string& key, bool is_document) {
    if (!is_document || !removals_.contains(key) || documents_.kind(member) != Kind::list)
      return member;
    const NodeId nothing = documents_.make(Kind::list, member);
    return join_member<Object>(member, nothing, key, Part::plain);
  }

  template <class Object>
  NodeId join_member(NodeId base, NodeId over, std::string_view key, Part) {
    NodeId joined = over;
    const auto visit = [&]<class Member>(const Field& field, Member Object::*) {
      if (field.key == key) joined = join_value<Member>(base, over, field);
    };
    framework_fields::fields(visit, std::type_identity<Object>{},
                             key == "table" ? Part::framework_check : Part::plain);
    return joined;
  }

  template <class Value>
  NodeId join_value(NodeId base, NodeId over, const Field& field) {
    using framework_fields::IsList;
    using framework_fields::IsMap;
    using framework_fields::IsOptional;
    if constexpr (IsOptional<Value>::value) {
      return join_value<typename Value::value_type>(base, over, field);
    } else if constexpr (IsList<Value>::value) {
      if constexpr (framework_fields::Identified<typename Value::value_type>)
        return join_list<typename Value::value_type>(base, over, field);
    } else if constexpr (IsMap<Value>::value) {
      return join_map<typename Value::mapped_type>(base, over, field);
    } else if constexpr (framework_fields::Joined<Value>) {
      if (documents_.kind(base) == Kind::object && documents_.kind(over) == Kind::object)
        return join_object<Value>(base, over, field.part);
    }
    return over;
  }

  template <class Value>
  NodeId join_map(NodeId base, NodeId over, const Field& field) {
    if (documents_.kind(base) != Kind::object || documents_.kind(over) != Kind::object) return over;
    const NodeId joined = documents_.make(Kind::object, over);
    for (NodeId member = documents_.first(base); member != no_node;
         member = documents_.next(member)) {
      const NodeId change = documents_.member(over, documents_.key(member));
      if (change == no_node)
        documents_.append(joined, member);
      else if (documents_.kind(change) != Kind::null)
        documents_.append(joined, join_value<Value>(member, change, field));
    }
    for (NodeId member = documents_.first(over); member != no_node; member = documents_.next(member))
      if (documents_.member(base, documents_.key(member)) == no_node)
        documents_.append(joined, member);
    return joined;
  }

  std::string_view id_of(NodeId node) const {
    if (documents_.kind(node) != Kind::object) return {};
    const NodeId id = documents_.member(node, "id");
    return id != no_node && documents_.kind(id) == Kind::text ? documents_.text(id)
                                                              : std::string_view{};
  }

  /// The base's order, then what is new, in the order given; levels that gain one take the order of
  /// `over`, which must have them all.
  template <class Object>
  NodeId join_list(NodeId base, NodeId over, const Field& field) {
    if (documents_.kind(base) != Kind::list || documents_.kind(over) != Kind::list) return over;
    const std::string list(field.key);
    std::map<std::string, NodeId, std::less<>> changes;  // by id, the first of each
    for (NodeId node = documents_.first(over); node != no_node; node = documents_.next(node))
      if (const std::string_view id = id_of(node); !id.empty()) changes.emplace(id, node);

    std::map<std::string, NodeId, std::less<>> inherited;
    std::vector<NodeId> joined;
    const auto removed = std::is_same_v<Object, Column> || std::is_same_v<Object, Item>
                             ? removals_.end()
                             : removals_.find(list);
    for (NodeId node = documents_.first(base); node != no_node; node = documents_.next(node)) {
      const std::string id(id_of(node));
      if (removed != removals_.end()) {
        inherited_ids_[list].push_back(id);
        if (const auto removal = removed->second.find(id); removal != removed->second.end()) {
          removal->second.found = true;
          continue;
        }
      }
      const auto change = changes.find(id);
      NodeId kept = node;
      if (change != changes.end() && !inherited.contains(id))
        kept = join_object<Object>(node, change->second, field.part);
      inherited.emplace(id, kept);
      joined.push_back(kept);
    }
    std::vector<NodeId> added;
    for (NodeId node = documents_.first(over); node != no_node; node = documents_.next(node)) {
      const auto own = changes.find(id_of(node));
      if (own == changes.end() || own->second != node || !inherited.contains(own->first))
        added.push_back(node);
    }
    if (std::is_same_v<Object, Level> && !added.empty())
      order_levels(over, inherited, changes, joined);
    else
      joined.insert(joined.end(), added.begin(), added.end());

    const NodeId result = documents_.make(Kind::list, over);
    for (const NodeId node : joined) documents_.append(result, node);
    return result;
  }

  void order_levels(NodeId over, const std::map<std::string, NodeId, std::less<>>& inherited,
                    const std::map<std::string, NodeId, std::less<>>& changes,
                    std::vector<NodeId>& joined) {
    joined.clear();
    std::string missing;
    for (const auto& [id, node] : inherited)
      if (!changes.contains(id)) missing += (missing.empty() ? "" : " ") + id;
    if (!missing.empty())
      reader_.add(json_messages::level_order, over, {{"missing", missing}}, {}, missing);
    for (NodeId node = documents_.first(over); node != no_node; node = documents_.next(node)) {
      const std::string_view id = id_of(node);
      const auto kept = inherited.find(id);
      const auto first = changes.find(id);
      const bool is_first = first != changes.end() && first->second == node;
      joined.push_back(kept != inherited.end() && is_first ? kept->second : node);
    }
    // What was not listed stays, so that no dangling reference is reported besides.
    for (const auto& [id, node] : inherited)
      if (!changes.contains(id)) joined.push_back(node);
  }

  Documents& documents_;
  Reader reader_;
  std::map<std::string, std::map<std::string, Removal>> removals_;  // list -> id
  std::map<std::string, std::vector<std::string>> inherited_ids_;
};

}  // namespace tijian::json
