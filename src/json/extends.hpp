// Joins a document with the one it extends, as trees, before anything of it is read.
//
// Lists of things with ids are joined by id, objects and maps key by key, null removes what is
// inherited, and everything else (texts, methods, lists without ids) is replaced whole. Which is
// which follows from the field declarations.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <vector>

#include "json/document.hpp"
#include "json/faults.hpp"
#include "json/messages.hpp"
#include "tijian/framework_fields.hpp"

namespace tijian::json {

using framework_fields::Field;
using framework_fields::Part;

class Extension {
 public:
  Extension(Documents& documents, Faults& faults) : documents_(documents), faults_(faults) {}

  /// The merged document: `over` laid over `base`. Both are objects.
  NodeId join(NodeId base, NodeId over) {
    read_removals(over);
    const NodeId joined = join_object<Framework>(base, over, true);
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
        faults_.unknown_key(list, lists);
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
        const std::string nearest = faults_.nearest(id, inherited_ids_[list]);
        faults_.add(json_messages::unknown_removal, removal.node, {{"id", id}, {"list", list}},
                    {id, {}, nearest});
      }
    }
  }

  bool expect(NodeId node, Kind kind) {
    if (documents_.kind(node) == kind) return true;
    faults_.wrong_type(node, "remove", type_name(kind));
    return false;
  }

  using Members = std::unordered_map<std::string_view, NodeId>;
  Members members_of(NodeId object) const {
    Members members;
    for (NodeId node = first(object); node != no_node; node = documents_.next(node))
      members.emplace(documents_.key(node), node);
    return members;
  }
  /// The first entry of what is inherited, which may be nothing.
  NodeId first(NodeId node) const { return node == no_node ? no_node : documents_.first(node); }
  /// Whether `over` is of this kind, and so is what it is laid over.
  bool are(NodeId base, NodeId over, Kind kind) const {
    return (base == no_node || documents_.kind(base) == kind) && documents_.kind(over) == kind;
  }

  /// `over` laid over `base`, or over nothing, member by member. Of the document itself, `extends`
  /// and `remove` have done their work and stay behind, and the id and the format are never
  /// inherited.
  template <class Object>
  NodeId join_object(NodeId base, NodeId over, bool is_document = false) {
    const Members changes = members_of(over);
    const Members inherited = members_of(base);
    const NodeId joined = documents_.make(Kind::object, over);
    const auto is_own = [&](std::string_view key) {
      return is_document && (key == "tijian" || key == "id");
    };
    const auto is_done = [&](std::string_view key) {
      return is_document && (key == "extends" || key == "remove");
    };
    for (NodeId node = first(base); node != no_node; node = documents_.next(node)) {
      const std::string_view key = documents_.key(node);
      if (is_own(key) || is_done(key)) continue;
      const auto change = changes.find(key);
      if (change == changes.end())
        documents_.append(joined, is_document ? less_removed(node) : node);
      else if (documents_.kind(change->second) != Kind::null)
        documents_.append(joined, join_member<Object>(node, change->second, is_document));
    }
    for (NodeId node = documents_.first(over); node != no_node; node = documents_.next(node)) {
      const std::string_view key = documents_.key(node);
      if (is_done(key) || (inherited.contains(key) && !is_own(key))) continue;
      // Nothing to remove is no fault; a key that nobody knows is.
      if (documents_.kind(node) != Kind::null)
        documents_.append(joined, join_member<Object>(no_node, node, is_document));
      else if (!is_removable<Object>(key))
        documents_.append(joined, node);
    }
    return joined;
  }

  template <class Object>
  static bool is_removable(std::string_view key) {
    bool known = false;
    const auto visit = [&](const Field& field, auto) {
      known = known || (field.key == key && !field.required);
    };
    framework_fields::fields(visit, std::type_identity<Object>{}, Part::plain);
    return known;
  }

  /// An inherited list of the document that it does not give itself, less what it removes.
  NodeId less_removed(NodeId list) {
    if (documents_.kind(list) != Kind::list || !removals_.contains(documents_.key(list)))
      return list;
    return join_member<Framework>(list, documents_.make(Kind::list, list), true);
  }

  template <class Object>
  NodeId join_member(NodeId base, NodeId over, bool of_document) {
    const std::string_view key = documents_.key(over);
    NodeId joined = over;
    const auto visit = [&]<class Member>(const Field& field, Member Object::*) {
      if (field.key == key) joined = join_value<Member>(base, over, of_document);
    };
    framework_fields::fields(visit, std::type_identity<Object>{}, Part::plain);
    return joined;
  }

  template <class Value>
  NodeId join_value(NodeId base, NodeId over, bool of_document) {
    using framework_fields::IsList;
    using framework_fields::IsMap;
    using framework_fields::IsOptional;
    if constexpr (IsOptional<Value>::value) {
      return join_value<typename Value::value_type>(base, over, of_document);
    } else if constexpr (IsList<Value>::value) {
      if constexpr (framework_fields::Identified<typename Value::value_type>)
        return join_list<typename Value::value_type>(base, over, of_document);
    } else if constexpr (IsMap<Value>::value) {
      return join_map<typename Value::mapped_type>(base, over);
    } else if constexpr (framework_fields::Joined<Value>) {
      if (are(base, over, Kind::object)) return join_object<Value>(base, over);
    }
    return over;
  }

  template <class Value>
  NodeId join_map(NodeId base, NodeId over) {
    if (!are(base, over, Kind::object)) return over;
    const Members changes = members_of(over);
    const Members inherited = members_of(base);
    const NodeId joined = documents_.make(Kind::object, over);
    for (NodeId node = first(base); node != no_node; node = documents_.next(node)) {
      const auto change = changes.find(documents_.key(node));
      if (change == changes.end())
        documents_.append(joined, node);
      else if (documents_.kind(change->second) != Kind::null)
        documents_.append(joined, join_value<Value>(node, change->second, false));
    }
    for (NodeId node = documents_.first(over); node != no_node; node = documents_.next(node))
      if (!inherited.contains(documents_.key(node)) && documents_.kind(node) != Kind::null)
        documents_.append(joined, join_value<Value>(no_node, node, false));
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
  NodeId join_list(NodeId base, NodeId over, bool of_document) {
    if (!are(base, over, Kind::list)) return over;
    const std::string list(documents_.key(over));
    std::map<std::string, NodeId, std::less<>> changes;  // by id, the first of each
    for (NodeId node = documents_.first(over); node != no_node; node = documents_.next(node))
      if (const std::string_view id = id_of(node); !id.empty()) changes.emplace(id, node);

    std::map<std::string, NodeId, std::less<>> inherited;
    std::vector<NodeId> joined;
    // The lists of a table or an indicator may be called like one of the document.
    const auto removed = of_document ? removals_.find(list) : removals_.end();
    for (NodeId node = first(base); node != no_node; node = documents_.next(node)) {
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
        kept = join_object<Object>(node, change->second);
      inherited.emplace(id, kept);
      joined.push_back(kept);
    }
    std::vector<NodeId> added;
    for (NodeId node = documents_.first(over); node != no_node; node = documents_.next(node)) {
      const auto own = changes.find(id_of(node));
      if (own == changes.end() || own->second != node || !inherited.contains(own->first))
        added.push_back(are(no_node, node, Kind::object) ? join_object<Object>(no_node, node)
                                                         : node);
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
      faults_.add(json_messages::level_order, over, {{"missing", missing}}, {{}, missing, {}});
    for (NodeId node = documents_.first(over); node != no_node; node = documents_.next(node)) {
      const std::string_view id = id_of(node);
      const auto kept = inherited.find(id);
      const auto first = changes.find(id);
      const bool is_first = first != changes.end() && first->second == node;
      if (kept != inherited.end() && is_first)
        joined.push_back(kept->second);
      else
        joined.push_back(are(no_node, node, Kind::object) ? join_object<Level>(no_node, node)
                                                          : node);
    }
    // What was not listed stays, so that no dangling reference is reported besides.
    for (const auto& [id, node] : inherited)
      if (!changes.contains(id)) joined.push_back(node);
  }

  Documents& documents_;
  Faults& faults_;
  std::map<std::string, std::map<std::string, Removal>, std::less<>> removals_;  // list -> id
  std::map<std::string, std::vector<std::string>> inherited_ids_;
};

}  // namespace tijian::json
