// JSON documents as read: a tree of values in order, with the literal of each number and the place
// each came from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tijian/issue.hpp"

namespace tijian::json {

enum class Kind : std::uint8_t { null, boolean, number, text, list, object };

using NodeId = std::uint32_t;
inline constexpr NodeId no_node = std::numeric_limits<NodeId>::max();

inline constexpr std::size_t maximum_bytes = std::size_t{16} << 20;
inline constexpr std::size_t maximum_depth = 32;
inline constexpr std::size_t maximum_indicators = 10'000;
/// No framework within 16 MiB has as many values; it bounds what a hostile one costs in memory.
inline constexpr std::size_t maximum_values = 2'000'000;

/// More than this are counted, not listed.
inline constexpr std::size_t maximum_issues = 10'000;

/// Several documents in one store of nodes: freeing it neither recurses nor allocates, however deep
/// or wide they are. A node that was copied by a merge still knows where it was read.
class Documents {
 public:
  /// Reads one document. Its places are printed with `prefix` ("mohurd-2025#"). Returns its root,
  /// or no_node where it is not JSON or beyond a limit; issues (duplicate keys, syntax) are added.
  NodeId read(std::string_view text, std::string prefix, Issues& issues);

  [[nodiscard]] Kind kind(NodeId node) const { return nodes_[node].kind; }
  [[nodiscard]] bool boolean(NodeId node) const { return nodes_[node].flag; }
  /// A text, or the literal of a number.
  [[nodiscard]] std::string_view text(NodeId node) const {
    return std::string_view(pool_).substr(nodes_[node].offset, nodes_[node].length);
  }
  [[nodiscard]] std::string_view key(NodeId node) const { return keys_[nodes_[node].key]; }
  [[nodiscard]] NodeId first(NodeId node) const { return nodes_[node].first; }
  [[nodiscard]] NodeId next(NodeId node) const { return nodes_[node].next; }
  [[nodiscard]] std::size_t size(NodeId node) const { return nodes_[node].count; }
  /// The member of an object, or no_node.
  [[nodiscard]] NodeId member(NodeId object, std::string_view name) const;
  [[nodiscard]] NodeId element(NodeId list, std::size_t index) const;

  /// JSON pointer of where the node was read, with the prefix of its document.
  [[nodiscard]] std::string place(NodeId node) const;
  /// Where the node was read, as a number that orders places as they were read.
  [[nodiscard]] NodeId origin(NodeId node) const { return nodes_[node].origin; }

  // For merging: an empty list or object read where `origin` was, and copies of nodes appended to
  // it.
  NodeId make(Kind kind, NodeId origin);
  void append(NodeId parent, NodeId child);

  /// Canonical JSON: keys sorted, numbers shortest.
  [[nodiscard]] std::string canonical(NodeId node) const;

 private:
  friend class Reading;

  struct Node {
    Kind kind = Kind::null;
    bool flag = false;
    std::uint16_t document = 0;
    std::uint32_t key = 0;  // in keys_; 0 is no key
    std::uint32_t offset = 0;
    std::uint32_t length = 0;
    std::uint32_t count = 0;
    NodeId parent = no_node;
    NodeId first = no_node;
    NodeId last = no_node;
    NodeId next = no_node;
    NodeId origin = no_node;
  };

  NodeId add(Node node);
  void link(NodeId parent, NodeId child);
  std::uint32_t key_index(std::string_view key);
  void check_duplicates(NodeId object, Issues& issues) const;

  std::vector<Node> nodes_;
  std::string pool_;
  std::vector<std::string> keys_ = {""};
  std::unordered_map<std::string, std::uint32_t> key_indexes_;
  std::vector<std::string> prefixes_;
};

/// The literal of a number as double; false where it is beyond the range, or so small that only 0
/// would be left of it.
bool read_number(std::string_view literal, double& value);

/// An integer literal (no point, no exponent) beyond 2^53.
bool is_too_large_integer(std::string_view literal);

}  // namespace tijian::json
