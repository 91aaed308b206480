#include "json/document.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "json/messages.hpp"
#include "tijian/framework_json.hpp"

namespace tijian::json {

namespace {

struct Position {
  std::size_t line = 1;
  std::size_t column = 1;
};

/// Line and column (in bytes, 1-based) of the byte at `offset`.
Position position_of(std::string_view text, std::size_t offset) {
  offset = std::min(offset, text.size());
  const std::string_view before = text.substr(0, offset);
  const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
  return {static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')) + 1,
          offset - line_start + 1};
}

/// Offset of the first byte that is not UTF-8, or the size of the text.
std::size_t first_invalid_byte(std::string_view text) {
  std::size_t i = 0;
  while (i < text.size()) {
    const std::size_t length = utf8_length(text.substr(i));
    if (length == 0) return i;
    i += length;
  }
  return i;
}

}  // namespace

bool read_number(std::string_view literal, double& value) {
  const auto result = std::from_chars(literal.data(), literal.data() + literal.size(), value);
  if (result.ec != std::errc() || !std::isfinite(value)) return false;
  if (value != 0) return true;
  value = 0;  // -0 is 0
  const std::size_t exponent = literal.find_first_of("eE");
  return literal.substr(0, exponent).find_first_of("123456789") == std::string_view::npos;
}

bool is_too_large_integer(std::string_view literal) {
  if (literal.find_first_of(".eE") != std::string_view::npos) return false;
  if (!literal.empty() && literal.front() == '-') literal.remove_prefix(1);
  constexpr std::string_view largest = "9007199254740992";
  return literal.size() != largest.size() ? literal.size() > largest.size() : literal > largest;
}

// ---- reading ------------------------------------------------------------------------------------

/// Receives the events of the parser. Returning false stops it.
class Reading {
 public:
  Reading(Documents& documents, std::string_view text, std::uint16_t document, Issues& issues)
      : documents_(documents), text_(text), document_(document), issues_(issues) {}

  NodeId root() const { return root_; }

  bool null() { return value(Kind::null); }
  bool boolean(bool flag) { return value(Kind::boolean, {}, flag); }
  bool number_integer(std::int64_t number) { return integer(number); }
  bool number_unsigned(std::uint64_t number) { return integer(number); }
  bool number_float(double, const std::string& literal) {
    // The parser keeps the decimal point of the process's locale in the literal.
    std::string plain = literal;
    for (char& c : plain)
      if ((c < '0' || c > '9') && c != '-' && c != '+' && c != 'e' && c != 'E') c = '.';
    return number(plain);
  }
  bool string(const std::string& text) { return value(Kind::text, text); }
  bool binary(const std::vector<std::uint8_t>&) { return false; }  // not in JSON text

  bool start_object(std::size_t) { return open(Kind::object); }
  bool start_array(std::size_t) { return open(Kind::list); }
  bool key(const std::string& name) {
    key_ = documents_.key_index(name);
    return true;
  }
  bool end_object() {
    documents_.check_duplicates(open_.back(), issues_);
    open_.pop_back();
    return true;
  }
  bool end_array() {
    open_.pop_back();
    return true;
  }

  template <class Exception>
  bool parse_error(std::size_t position, const std::string& token, const Exception& error) {
    if (error.id == 406) {
      refuse(json_messages::number_range, {{"found", token}});
      issues_.back().found = token;
      return false;
    }
    // Positions count the bytes read so far, the offending one included.
    const Position where = position_of(text_, position > 0 ? position - 1 : 0);
    std::string reason = error.what();
    const std::size_t colon = reason.rfind("; last read");
    reason = reason.substr(0, colon);
    const std::size_t start = reason.rfind(": ");
    if (start != std::string::npos) reason = reason.substr(start + 2);
    refuse(json_messages::syntax, {{"line", std::to_string(where.line)},
                                   {"column", std::to_string(where.column)},
                                   {"reason", reason}});
    issues_.back().position = position;
    return false;
  }

 private:
  template <class Integer>
  bool integer(Integer integer) {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, integer).ptr;
    return number(std::string_view(digits, static_cast<std::size_t>(end - digits)));
  }

  bool number(std::string_view literal) {
    double ignored = 0;
    if (!read_number(literal, ignored)) {
      refuse(json_messages::number_range, {{"found", literal}});
      issues_.back().found = literal;
      return false;
    }
    return value(Kind::number, literal);
  }

  bool value(Kind kind, std::string_view text = {}, bool flag = false) {
    return add(kind, text, flag) != no_node;
  }

  bool open(Kind kind) {
    if (open_.size() == maximum_depth) {
      refuse(json_messages::too_deep);
      return false;
    }
    const NodeId node = add(kind);
    if (node == no_node) return false;
    open_.push_back(node);
    return true;
  }

  NodeId add(Kind kind, std::string_view text = {}, bool flag = false) {
    if (++values_ > maximum_values) {
      refuse(json_messages::too_many_values, {{"limit", std::to_string(maximum_values)}});
      return no_node;
    }
    const NodeId parent = open_.empty() ? no_node : open_.back();
    if (is_list_of_indicators() && documents_.size(parent) == maximum_indicators) {
      refuse(json_messages::too_many_indicators);
      return no_node;
    }
    Documents::Node node;
    node.kind = kind;
    node.flag = flag;
    node.document = document_;
    node.parent = parent;
    node.offset = static_cast<std::uint32_t>(documents_.pool_.size());
    node.length = static_cast<std::uint32_t>(text.size());
    if (parent != no_node && documents_.kind(parent) == Kind::object) node.key = key_;
    key_ = 0;
    documents_.pool_ += text;
    const NodeId id = documents_.add(node);
    if (parent == no_node)
      root_ = id;
    else
      documents_.link(parent, id);
    return id;
  }

  bool is_list_of_indicators() const {
    return open_.size() == 2 && documents_.kind(open_[1]) == Kind::list &&
           documents_.key(open_[1]) == "indicators";
  }

  /// An issue at the value that the parser has come to.
  void refuse(const Message& message, MessageValues values = {}) {
    std::string place;
    if (!open_.empty()) {
      const NodeId parent = open_.back();
      place = documents_.place(parent);
      if (documents_.kind(parent) == Kind::list)
        append_pointer_step(place, std::to_string(documents_.size(parent)));
      else if (key_ != 0)
        append_pointer_step(place, documents_.keys_[key_]);
    } else {
      place = documents_.prefixes_[document_];
    }
    issues_.push_back(make_issue(message, std::move(place), values));
  }

  Documents& documents_;
  std::string_view text_;
  std::uint16_t document_;
  Issues& issues_;
  std::vector<NodeId> open_;
  std::uint32_t key_ = 0;
  NodeId root_ = no_node;
  std::size_t values_ = 0;
};

NodeId Documents::read(std::string_view text, std::string prefix, Issues& issues) {
  const auto document = static_cast<std::uint16_t>(prefixes_.size());
  prefixes_.push_back(std::move(prefix));
  if (text.size() > maximum_bytes) {
    issues.push_back(make_issue(json_messages::too_large, prefixes_.back()));
    return no_node;
  }
  if (const std::size_t invalid = first_invalid_byte(text); invalid < text.size()) {
    const Position where = position_of(text, invalid);
    issues.push_back(make_issue(
        json_messages::not_utf8, prefixes_.back(),
        {{"line", std::to_string(where.line)}, {"column", std::to_string(where.column)}}));
    issues.back().position = invalid + 1;
    return no_node;
  }
  Reading reading(*this, text, document, issues);
  const bool complete = nlohmann::json::sax_parse(text.begin(), text.end(), &reading);
  return complete ? reading.root() : no_node;
}

NodeId Documents::add(Node node) {
  const auto id = static_cast<NodeId>(nodes_.size());
  if (node.origin == no_node) node.origin = id;
  nodes_.push_back(node);
  return id;
}

void Documents::link(NodeId parent, NodeId child) {
  Node& node = nodes_[parent];
  if (node.first == no_node)
    node.first = child;
  else
    nodes_[node.last].next = child;
  node.last = child;
  ++node.count;
}

std::uint32_t Documents::key_index(std::string_view key) {
  const auto [found, added] =
      key_indexes_.try_emplace(std::string(key), static_cast<std::uint32_t>(keys_.size()));
  if (added) keys_.emplace_back(key);
  return found->second;
}

void Documents::check_duplicates(NodeId object, Issues& issues) const {
  std::vector<std::pair<std::uint32_t, NodeId>> members;
  members.reserve(size(object));
  for (NodeId node = first(object); node != no_node; node = next(node))
    members.emplace_back(nodes_[node].key, node);
  std::sort(members.begin(), members.end());
  for (std::size_t i = 1; i < members.size(); ++i) {
    if (members[i].first != members[i - 1].first) continue;
    if (issues.size() >= maximum_issues) return;
    const NodeId node = members[i].second;
    issues.push_back(make_issue(json_messages::duplicate_key, place(node), {{"key", key(node)}}));
    issues.back().found = key(node);
  }
}

// ---- the tree -----------------------------------------------------------------------------------

NodeId Documents::member(NodeId object, std::string_view name) const {
  for (NodeId node = first(object); node != no_node; node = next(node))
    if (key(node) == name) return node;
  return no_node;
}

NodeId Documents::element(NodeId list, std::size_t index) const {
  NodeId node = first(list);
  while (node != no_node && index-- > 0) node = next(node);
  return node;
}

std::string Documents::place(NodeId node) const {
  // Only nodes as they were read are asked for parents and neighbours: copies are linked elsewhere.
  NodeId current = nodes_[node].origin;
  std::string pointer = prefixes_[nodes_[current].document];
  std::vector<NodeId> path;
  for (; nodes_[current].parent != no_node; current = nodes_[current].parent)
    path.push_back(current);
  for (auto step = path.rbegin(); step != path.rend(); ++step) {
    const NodeId parent = nodes_[*step].parent;
    if (kind(parent) == Kind::object) {
      append_pointer_step(pointer, key(*step));
      continue;
    }
    std::size_t index = 0;
    for (NodeId other = first(parent); other != *step; other = next(other)) ++index;
    append_pointer_step(pointer, std::to_string(index));
  }
  return pointer;
}

NodeId Documents::make(Kind kind, NodeId origin) {
  Node node = nodes_[origin];
  node.kind = kind;
  node.first = node.last = node.next = node.parent = no_node;
  node.count = 0;
  return add(node);
}

void Documents::append(NodeId parent, NodeId child) {
  Node node = nodes_[child];
  node.next = no_node;
  link(parent, add(node));
}

std::string Documents::canonical(NodeId node) const {
  std::string text;
  JsonWriter writer(text);
  // At most maximum_depth levels, so recursion is bounded.
  const std::function<void(NodeId)> write = [&](NodeId value) {
    switch (kind(value)) {
      case Kind::null: writer.null(); break;
      case Kind::boolean: writer.boolean(boolean(value)); break;
      case Kind::text: writer.string(this->text(value)); break;
      case Kind::number: {
        double number = 0;
        read_number(this->text(value), number);
        if (is_too_large_integer(this->text(value)))
          writer.raw(this->text(value));
        else
          writer.number(number);
        break;
      }
      case Kind::list:
        writer.begin_array();
        for (NodeId child = first(value); child != no_node; child = next(child)) write(child);
        writer.end_array();
        break;
      case Kind::object: {
        std::vector<NodeId> members;
        for (NodeId child = first(value); child != no_node; child = next(child))
          members.push_back(child);
        std::sort(members.begin(), members.end(),
                  [&](NodeId a, NodeId b) { return key(a) < key(b); });
        writer.begin_object();
        for (const NodeId child : members) {
          writer.key(key(child));
          write(child);
        }
        writer.end_object();
        break;
      }
    }
  };
  write(node);
  return text;
}

}  // namespace tijian::json
