#include "tijian/json.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "json/document.hpp"
#include "json/extends.hpp"
#include "json/faults.hpp"
#include "json/messages.hpp"
#include "json/reader.hpp"
#include "tijian/check.hpp"
#include "tijian/compile.hpp"
#include "tijian/framework_defaults.hpp"
#include "tijian/nearest.hpp"

namespace tijian {

namespace {

using json::Documents;
using json::Faults;
using json::Kind;
using json::no_node;
using json::NodeId;

/// A document that extends one that extends one …: more would be a mistake.
constexpr std::size_t maximum_extends = 8;

std::string joined(const std::vector<std::string>& words, std::string_view separator) {
  std::string text;
  for (const std::string& word : words) {
    if (!text.empty()) text += separator;
    text += word;
  }
  return text;
}

std::vector<std::string> shipped_ids() {
  std::vector<std::string> ids;
  for (const std::string_view id : shipped_frameworks()) ids.emplace_back(id);
  return ids;
}

std::optional<std::string> find_document(std::string_view id, const FrameworkSource& source) {
  if (source)
    if (std::optional<std::string> text = source(id)) return text;
  if (const auto text = shipped_framework(id)) return std::string(*text);
  return std::nullopt;
}

/// Reading of one document with all that it extends.
class Loading {
 public:
  explicit Loading(const FrameworkSource& source) : source_(source), faults_(documents_) {}

  Framework load(std::string_view text) {
    read_chain(std::string(text));
    merged_ = chain_.back();
    for (std::size_t i = chain_.size() - 1; i-- > 0;)
      merged_ = json::Extension(documents_, faults_).join(merged_, chain_[i]);

    Framework framework;
    json::Reader(documents_, faults_)
        .read_document(merged_, framework, {"tijian", "extends", "remove"});
    fill_defaults(framework);
    if (framework.indicators.size() > json::maximum_indicators)
      faults_.add(json_messages::too_many_indicators, documents_.member(merged_, "indicators"), {});
    add_issues(check(framework));
    add_issues(compile_issues(framework));
    if (faults_.count() > 0) throw FrameworkError(faults_.take());
    return framework;
  }

 private:
  /// Reads the document, the one it extends, and so on.
  void read_chain(std::string text) {
    std::vector<std::string> ids;
    for (;;) {
      const std::string prefix = ids.empty() ? "" : ids.back() + "#";
      Issues issues;
      const NodeId root = documents_.read(text, prefix, issues);
      if (!issues.empty()) throw FrameworkError(std::move(issues));
      if (documents_.kind(root) != Kind::object) {
        faults_.wrong_type(root, "/", json::type_name(Kind::object));
        throw FrameworkError(faults_.take());
      }
      chain_.push_back(root);
      check_head(root, ids);
      const NodeId extends = documents_.member(root, "extends");
      if (extends == no_node) return;
      text = base_of(extends, ids);
    }
  }

  /// `tijian`, `id` and `remove`: what each document has for itself. Adds its id to `ids` where it
  /// is the first; a base is known by the id under which it was asked for.
  void check_head(NodeId root, std::vector<std::string>& ids) {
    const NodeId format = documents_.member(root, "tijian");
    double version = 0;
    if (format == no_node)
      faults_.add(check_messages::missing_key, root, {{"key", "tijian"}}, {{}, "tijian", {}});
    else if (documents_.kind(format) != Kind::number)
      faults_.wrong_type(format, "tijian", json::type_name(Kind::number));
    else if (!json::read_number(documents_.text(format), version) || version != 1)
      faults_.add(json_messages::format_version, format, {},
                  {std::string(documents_.text(format)), "1", {}});

    const NodeId id = documents_.member(root, "id");
    const bool has_id = id != no_node && documents_.kind(id) == Kind::text;
    const std::string own(has_id ? documents_.text(id) : std::string_view());
    if (ids.empty())
      ids.push_back(own);
    else if (own != ids.back())
      faults_.add(json_messages::base_id, has_id ? id : root, {{"id", ids.back()}, {"found", own}},
                  {own, ids.back(), {}});

    const NodeId remove = documents_.member(root, "remove");
    if (remove != no_node && documents_.member(root, "extends") == no_node)
      faults_.add(json_messages::remove_without_extends, remove, {});
  }

  /// The text of the document that `extends` names; its id is added to `ids`. Without it nothing
  /// that refers to it could be judged, so a fault here is thrown at once.
  std::string base_of(NodeId extends, std::vector<std::string>& ids) {
    if (documents_.kind(extends) != Kind::text) {
      faults_.wrong_type(extends, "extends", json::type_name(Kind::text));
      throw FrameworkError(faults_.take());
    }
    const std::string id(documents_.text(extends));
    const bool is_cycle = std::find(ids.begin(), ids.end(), id) != ids.end();
    ids.push_back(id);
    if (is_cycle) {
      faults_.add(json_messages::extends_cycle, extends, {{"chain", joined(ids, " -> ")}},
                  {id, {}, {}});
    } else if (ids.size() > maximum_extends + 1) {
      faults_.add(json_messages::extends_depth, extends,
                  {{"limit", std::to_string(maximum_extends)}, {"chain", joined(ids, " -> ")}},
                  {id, {}, {}});
    } else if (id.find_first_of("/\\") != std::string::npos || id.ends_with(".json")) {
      faults_.add(json_messages::base_is_path, extends, {{"id", id}}, {id, {}, {}});
    } else if (std::optional<std::string> text = find_document(id, source_)) {
      return *std::move(text);
    } else {
      const std::vector<std::string> known = shipped_ids();
      faults_.add(json_messages::unknown_base, extends, {{"id", id}, {"known", joined(known, " ")}},
                  {id, joined(known, " "), nearest_name(id, known)});
    }
    throw FrameworkError(faults_.take());
  }

  void fill_defaults(Framework& framework) const {
    if (documents_.member(merged_, "severities") == no_node)
      framework.severities = default_severities();
    if (documents_.member(merged_, "time_classes") == no_node)
      framework.time_classes = default_time_classes();
    if (documents_.member(merged_, "stages") == no_node) framework.stages = default_stages();
  }

  /// Adds issues whose places are pointers into the merged document. What follows from something
  /// that could not be read is left out: that has its issue already.
  void add_issues(Issues issues) {
    const std::set<std::string, std::less<>> unreadable = faults_.unreadable();
    for (Issue& issue : issues) {
      if (issue.code == check_messages::missing_key.code) continue;  // the reader knows best
      auto [node, place] = locate(issue.place);
      std::string_view above = place;
      bool follows = false;
      for (;;) {
        if (!above.empty() && unreadable.contains(above)) follows = true;
        const std::size_t slash = above.rfind('/');
        if (slash == std::string_view::npos) break;
        above = above.substr(0, slash);
      }
      if (follows) continue;
      issue.place = std::move(place);
      faults_.add(documents_.origin(node), std::move(issue));
    }
  }

  /// The node at a pointer into the merged document, or the nearest above it that exists, and the
  /// place where the document has it.
  std::pair<NodeId, std::string> locate(std::string_view pointer) const {
    NodeId node = merged_;
    while (!pointer.empty()) {
      const std::size_t end = std::min(pointer.find('/', 1), pointer.size());
      const std::string step = pointer_key(pointer.substr(1, end - 1));
      const NodeId child =
          documents_.kind(node) == Kind::list ? element(node, step) : documents_.member(node, step);
      if (child == no_node) break;
      node = child;
      pointer.remove_prefix(end);
    }
    return {node, documents_.place(node) + std::string(pointer)};
  }

  /// no_node where `step` is no index: a list may stand where the framework has an object.
  NodeId element(NodeId list, const std::string& step) const {
    std::size_t index = 0;
    const char* end = step.data() + step.size();
    if (std::from_chars(step.data(), end, index).ptr != end || step.empty()) return no_node;
    return documents_.element(list, index);
  }

  const FrameworkSource& source_;
  Documents documents_;
  Faults faults_;
  std::vector<NodeId> chain_;  // the document, the one it extends, …
  NodeId merged_ = no_node;
};

}  // namespace

Framework parse_framework(std::string_view text, const FrameworkSource& source) {
  return Loading(source).load(text);
}

Framework load_framework(const std::filesystem::path& path, const FrameworkSource& source) {
  std::ifstream file(path, std::ios::binary);
  std::string text;
  // One byte more than allowed is enough to know.
  constexpr std::size_t limit = json::maximum_bytes + 1;
  if (file) {
    char block[65536];
    while (text.size() < limit && file) {
      file.read(block, static_cast<std::streamsize>(std::min(sizeof block, limit - text.size())));
      text.append(block, static_cast<std::size_t>(file.gcount()));
    }
  }
  if (!file.eof() && text.size() < limit)
    throw FrameworkError(
        {make_issue(json_messages::unreadable_file, "", {{"file", path.string()}})});
  return parse_framework(text, source);
}

Framework load_shipped(std::string_view id) {
  if (const auto text = shipped_framework(id)) return parse_framework(*text);
  const std::vector<std::string> known = shipped_ids();
  Issue issue =
      make_issue(json_messages::unknown_shipped, "", {{"id", id}, {"known", joined(known, " ")}});
  issue.found = id;
  issue.expected = joined(known, " ");
  issue.nearest = nearest_name(id, known);
  throw FrameworkError({std::move(issue)});
}

}  // namespace tijian
