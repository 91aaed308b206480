// Evaluates a graph over tiles of rows.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string_view>
#include <utility>
#include <vector>

#include "tijian/formula/graph.hpp"
#include "tijian/kernels/tile.hpp"

namespace tijian::formula {

/// Where an evaluator gets the values of leaves: `rows` rows from `first_row` on, into a tile whose
/// old content means nothing. Numbers are finite, +0 rather than -0, and 0 where they are null. In
/// the last mask word that has rows, the rows beyond are written as null; later words are left
/// alone.
class Leaves {
 public:
  virtual ~Leaves() = default;
  virtual void number(std::uint32_t leaf, std::size_t first_row, std::size_t rows,
                      kernels::NumberTile& tile) = 0;
  virtual void boolean(std::uint32_t leaf, std::size_t first_row, std::size_t rows,
                       kernels::BooleanTile& tile) = 0;
  virtual void text(std::uint32_t leaf, std::size_t first_row, std::size_t rows,
                    kernels::TextTile& tile) = 0;
};

namespace evaluation {

inline constexpr std::size_t lanes = 64;  // rows of one mask word

/// 64 comparison results, each 0 or 1, as one word.
inline std::uint64_t pack(const std::uint8_t* flags) {
  std::uint64_t word = 0;
  for (std::size_t group = 0; group < 8; ++group) {
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, flags + 8 * group, 8);
    if constexpr (std::endian::native == std::endian::big) {
      std::uint64_t reversed = 0;
      for (int i = 0; i < 8; ++i) reversed |= (bytes >> (8 * i) & 0xFF) << (56 - 8 * i);
      bytes = reversed;
    }
    // Each byte's bit lands in its own place of the highest byte; no two products overlap.
    word |= (bytes * 0x0102040810204080ULL >> 56) << (8 * group);
  }
  return word;
}

template <class Visit>
void for_each_bit(std::uint64_t word, Visit&& visit) {
  for (; word != 0; word &= word - 1) visit(static_cast<std::size_t>(std::countr_zero(word)));
}

/// 64 values of an operand: a tile's, or one constant in all of them.
struct TileLanes {
  const double* values;
  [[nodiscard]] TileLanes at(std::size_t row) const { return {values + row}; }
};
struct ConstantLanes {
  double value;
  [[nodiscard]] ConstantLanes at(std::size_t) const { return *this; }
};

// The loops that compilers are to turn into vector code. A result's tile is never an operand's, and
// `__restrict` says so: at -O2 they do not ask at run time.

template <class Compute>
void apply(Compute compute, TileLanes x, double* __restrict results) {
  const double* __restrict values = x.values;
  for (std::size_t i = 0; i < lanes; ++i) results[i] = without_negative_zero(compute(values[i]));
}
template <class Compute>
void apply(Compute compute, ConstantLanes x, double* __restrict results) {
  std::fill_n(results, lanes, without_negative_zero(compute(x.value)));
}

template <class Compute, class Result>
void join(Compute compute, TileLanes x, TileLanes y, Result* __restrict results) {
  const double* __restrict a = x.values;
  const double* __restrict b = y.values;
  for (std::size_t i = 0; i < lanes; ++i) results[i] = static_cast<Result>(compute(a[i], b[i]));
}
template <class Compute, class Result>
void join(Compute compute, TileLanes x, ConstantLanes y, Result* __restrict results) {
  const double* __restrict a = x.values;
  for (std::size_t i = 0; i < lanes; ++i) results[i] = static_cast<Result>(compute(a[i], y.value));
}
template <class Compute, class Result>
void join(Compute compute, ConstantLanes x, TileLanes y, Result* __restrict results) {
  const double* __restrict b = y.values;
  for (std::size_t i = 0; i < lanes; ++i) results[i] = static_cast<Result>(compute(x.value, b[i]));
}
template <class Compute, class Result>
void join(Compute compute, ConstantLanes x, ConstantLanes y, Result* __restrict results) {
  std::fill_n(results, lanes, static_cast<Result>(compute(x.value, y.value)));
}

/// True where all 64 values are finite: x * 0 is NaN for those that are not, and NaN stays in a
/// sum. Vector types of GCC and Clang, since neither compiler finds this one at every level of -O.
inline bool all_finite(const double* values) {
  using Pair [[gnu::vector_size(16)]] = double;
  Pair even = {};
  Pair odd = {};
  for (std::size_t i = 0; i < lanes; i += 4) {
    Pair first;
    Pair second;
    std::memcpy(&first, values + i, sizeof first);
    std::memcpy(&second, values + i + 2, sizeof second);
    even += first * 0.0;
    odd += second * 0.0;
  }
  const Pair sum = even + odd;
  return sum[0] + sum[1] == 0;
}

/// Takes what is not finite out of `valid` and sets it to 0.
inline void drop_not_finite(double* values, std::uint64_t& valid) {
  if (all_finite(values)) return;
  for_each_bit(valid, [&](std::size_t i) {
    if (std::isfinite(values[i])) return;
    values[i] = 0;
    valid &= ~(std::uint64_t{1} << i);
  });
}

}  // namespace evaluation

/// Evaluates some nodes of a graph, each needed one once per tile. Holds the scratch of one thread;
/// the graph is shared, must not change meanwhile and must outlive the evaluator.
///
/// A node that is null, undefined or not finite has no bit in `valid`, and its number is 0.
class Evaluator {
 public:
  Evaluator(const Graph& graph, const std::vector<NodeId>& outputs) : graph_(&graph) {
    const std::size_t size = graph.size();
    std::vector<NodeId> last_use = last_uses(outputs);
    place_.assign(size, unplaced);
    std::array<std::vector<std::uint32_t>, 3> free;  // by type: tiles to be used again
    for (NodeId id = 0; id < size; ++id) {
      if (last_use[id] == unused) continue;
      const Node& node = graph[id];
      // A constant is an operand of its users and needs a tile only where it is asked for.
      if (!needs_tile(node) && last_use[id] != kept) continue;
      std::vector<std::uint32_t>& spare = free[static_cast<std::size_t>(node.type)];
      if (spare.empty()) {
        place_[id] = add_tile(node.type);
      } else {
        place_[id] = spare.back();
        spare.pop_back();
      }
      steps_.push_back(id);
      for (const NodeId operand : operands(node)) {
        if (last_use[operand] != id || place_[operand] == unplaced) continue;
        last_use[operand] = released;  // once, where both operands are the same node
        free[static_cast<std::size_t>(graph[operand].type)].push_back(place_[operand]);
      }
    }
  }

  /// Evaluates rows [first_row, first_row + rows) of `leaves`; at most tile_rows.
  void run(Leaves& leaves, std::size_t first_row, std::size_t rows) {
    const std::size_t words = (rows + evaluation::lanes - 1) / evaluation::lanes;
    if (words < words_) clear();  // what lies beyond the rows stays 0
    words_ = words;
    kernels::set_first_rows(rows_, rows);
    for (const NodeId id : steps_) step(leaves, first_row, rows, id);
  }

  /// The tile of an output of that type, for the rows of the last run; valid until the next one.
  [[nodiscard]] const kernels::NumberTile& number(NodeId id) const { return numbers_[place_[id]]; }
  [[nodiscard]] const kernels::BooleanTile& boolean(NodeId id) const {
    return booleans_[place_[id]];
  }
  [[nodiscard]] const kernels::TextTile& text(NodeId id) const { return texts_[place_[id]]; }

  /// How many tiles of numbers are held: what a tile's working set costs.
  [[nodiscard]] std::size_t number_tiles() const { return numbers_.size(); }

 private:
  static constexpr std::uint32_t unplaced = UINT32_MAX;
  static constexpr NodeId unused = no_node;        // needed by no output
  static constexpr NodeId kept = no_node - 1;      // an output: its tile is not reused
  static constexpr NodeId released = no_node - 2;  // its tile has been given away

  static std::vector<NodeId> operands(const Node& node) {
    std::vector<NodeId> ids;
    for (const NodeId id : {node.a, node.b, node.c})
      if (id != no_node) ids.push_back(id);
    return ids;
  }

  static bool needs_tile(const Node& node) {
    return (node.operation != Operation::constant && node.operation != Operation::null) ||
           node.type == Type::boolean;
  }

  /// For each node, the last that reads it.
  [[nodiscard]] std::vector<NodeId> last_uses(const std::vector<NodeId>& outputs) const {
    std::vector<NodeId> last(graph_->size(), unused);
    for (const NodeId id : outputs)
      if (id != no_node) last[id] = kept;
    for (std::size_t i = graph_->size(); i-- > 0;) {
      const auto id = static_cast<NodeId>(i);
      if (last[id] == unused) continue;
      for (const NodeId operand : operands((*graph_)[id]))
        if (last[operand] == unused) last[operand] = id;
    }
    return last;
  }

  std::uint32_t add_tile(Type type) {
    const auto add = [](auto& tiles) {
      tiles.emplace_back();
      return static_cast<std::uint32_t>(tiles.size() - 1);
    };
    switch (type) {
      case Type::number: return add(numbers_);
      case Type::boolean: return add(booleans_);
      case Type::text: break;
    }
    return add(texts_);
  }

  void clear() {
    std::fill(numbers_.begin(), numbers_.end(), kernels::NumberTile{});
    std::fill(booleans_.begin(), booleans_.end(), kernels::BooleanTile{});
    for (kernels::TextTile& tile : texts_) tile.valid = {};
  }

  // Operands.

  struct NumberOperand {
    const double* values = nullptr;  // null: `constant` in every row
    double constant = 0;
    const kernels::Mask* valid = nullptr;
  };

  [[nodiscard]] NumberOperand number_operand(NodeId id) const {
    const Node& node = (*graph_)[id];
    if (node.operation == Operation::constant) return {nullptr, node.number, &rows_};
    if (node.operation == Operation::null) return {nullptr, 0, &no_rows_};
    const kernels::NumberTile& tile = numbers_[place_[id]];
    return {tile.values, 0, &tile.valid};
  }

  struct TextOperand {
    const std::string_view* values = nullptr;
    std::string_view constant;
    const kernels::Mask* valid = nullptr;
    [[nodiscard]] std::string_view at(std::size_t row) const {
      return values != nullptr ? values[row] : constant;
    }
  };

  [[nodiscard]] TextOperand text_operand(NodeId id) const {
    const Node& node = (*graph_)[id];
    if (node.operation == Operation::constant) return {nullptr, graph_->text(id), &rows_};
    if (node.operation == Operation::null) return {nullptr, {}, &no_rows_};
    const kernels::TextTile& tile = texts_[place_[id]];
    return {tile.values, {}, &tile.valid};
  }

  [[nodiscard]] const kernels::Mask& valid_of(NodeId id) const {
    switch ((*graph_)[id].type) {
      case Type::number: return *number_operand(id).valid;
      case Type::boolean: return booleans_[place_[id]].valid;
      case Type::text: break;
    }
    return *text_operand(id).valid;
  }

  // Steps.

  void step(Leaves& leaves, std::size_t first_row, std::size_t rows, NodeId id) {
    const Node& node = (*graph_)[id];
    switch (node.type) {
      case Type::number: {
        kernels::NumberTile& out = numbers_[place_[id]];
        if (node.operation == Operation::leaf)
          return leaves.number(node.leaf, first_row, rows, out);
        return number_step(node, id, out);
      }
      case Type::boolean: {
        kernels::BooleanTile& out = booleans_[place_[id]];
        if (node.operation == Operation::leaf)
          return leaves.boolean(node.leaf, first_row, rows, out);
        return boolean_step(node, out);
      }
      case Type::text: {
        kernels::TextTile& out = texts_[place_[id]];
        if (node.operation == Operation::leaf) return leaves.text(node.leaf, first_row, rows, out);
        return text_step(node, id, out);
      }
    }
  }

  void number_step(const Node& node, NodeId id, kernels::NumberTile& out) {
    switch (node.operation) {
      case Operation::constant:
      case Operation::null: {
        const NumberOperand value = number_operand(id);
        for (std::size_t word = 0; word < words_; ++word) copy_lanes(value, word, out.values);
        out.valid = *value.valid;
        zero_invalid(out);
        return;
      }
      case Operation::select: return select_numbers(node, out);
      case Operation::coalesce: return coalesce_numbers(node, out);
      default: break;
    }
    const NumberOperand a = number_operand(node.a);
    if (node.b == no_node) {
      with_unary_operation(node.operation, [&](auto operation) {
        with_lanes(a, [&](auto lanes_of_a) {
          each_word(out, [&](std::size_t word, double* values) {
            evaluation::apply(operation, lanes_of_a.at(word * evaluation::lanes), values);
            return (*a.valid)[word];
          });
        });
      });
      return;
    }
    const NumberOperand b = number_operand(node.b);
    with_binary_operation(node.operation, [&](auto operation) {
      const auto finished = [operation](double x, double y) {
        return without_negative_zero(operation(x, y));
      };
      with_lanes(a, [&](auto lanes_of_a) {
        with_lanes(b, [&](auto lanes_of_b) {
          each_word(out, [&](std::size_t word, double* values) {
            const std::size_t row = word * evaluation::lanes;
            evaluation::join(finished, lanes_of_a.at(row), lanes_of_b.at(row), values);
            return (*a.valid)[word] & (*b.valid)[word];
          });
        });
      });
    });
  }

  template <class Use>
  static void with_lanes(const NumberOperand& operand, Use&& use) {
    if (operand.values != nullptr) {
      use(evaluation::TileLanes{operand.values});
    } else {
      use(evaluation::ConstantLanes{operand.constant});
    }
  }

  /// Fills `out` word by word: `compute` writes 64 values and gives the rows whose operands are
  /// known; the others become 0, and null where the value is not finite.
  template <class Compute>
  void each_word(kernels::NumberTile& out, Compute&& compute) {
    for (std::size_t word = 0; word < words_; ++word) {
      double* values = out.values + word * evaluation::lanes;
      std::uint64_t valid = compute(word, values);
      evaluation::for_each_bit(~valid, [&](std::size_t i) { values[i] = 0; });
      evaluation::drop_not_finite(values, valid);
      out.valid[word] = valid;
    }
  }

  void zero_invalid(kernels::NumberTile& out) {
    for (std::size_t word = 0; word < words_; ++word) {
      double* values = out.values + word * evaluation::lanes;
      evaluation::for_each_bit(~out.valid[word], [&](std::size_t i) { values[i] = 0; });
    }
  }

  static void copy_lanes(const NumberOperand& from, std::size_t word, double* to) {
    const std::size_t row = word * evaluation::lanes;
    if (from.values != nullptr) {
      std::copy_n(from.values + row, evaluation::lanes, to + row);
    } else {
      std::fill_n(to + row, evaluation::lanes, from.constant);
    }
  }

  /// Copies one side whole and the rows of the rarer other side one by one.
  void select_numbers(const Node& node, kernels::NumberTile& out) {
    const kernels::BooleanTile& condition = booleans_[place_[node.a]];
    const NumberOperand yes = number_operand(node.b);
    const NumberOperand no = number_operand(node.c);
    for (std::size_t word = 0; word < words_; ++word) {
      const std::uint64_t holds = condition.value[word];
      const std::uint64_t fails = condition.valid[word] & ~holds;
      const std::uint64_t valid = (holds & (*yes.valid)[word]) | (fails & (*no.valid)[word]);
      const bool mostly_holds = std::popcount(holds) > std::popcount(fails);
      const NumberOperand& rarer = mostly_holds ? no : yes;
      copy_lanes(mostly_holds ? yes : no, word, out.values);
      patch(rarer, word, (mostly_holds ? fails : holds) & valid, out);
      double* values = out.values + word * evaluation::lanes;
      evaluation::for_each_bit(~valid, [&](std::size_t i) { values[i] = 0; });
      out.valid[word] = valid;
    }
  }

  void coalesce_numbers(const Node& node, kernels::NumberTile& out) {
    const NumberOperand first = number_operand(node.a);
    const NumberOperand second = number_operand(node.b);
    for (std::size_t word = 0; word < words_; ++word) {
      const std::uint64_t missing = ~(*first.valid)[word] & (*second.valid)[word];
      copy_lanes(first, word, out.values);  // 0 where it is null
      patch(second, word, missing, out);
      out.valid[word] = (*first.valid)[word] | missing;
    }
  }

  static void patch(const NumberOperand& from, std::size_t word, std::uint64_t rows,
                    kernels::NumberTile& out) {
    const std::size_t row = word * evaluation::lanes;
    evaluation::for_each_bit(rows, [&](std::size_t i) {
      out.values[row + i] = from.values != nullptr ? from.values[row + i] : from.constant;
    });
  }

  void boolean_step(const Node& node, kernels::BooleanTile& out) {
    switch (node.operation) {
      case Operation::constant:
        out.valid = rows_;
        out.value = node.boolean ? rows_ : no_rows_;
        return;
      case Operation::null: out.valid = out.value = no_rows_; return;
      case Operation::is_null: {
        const kernels::Mask& known = valid_of(node.a);
        for (std::size_t word = 0; word < words_; ++word)
          set(out, word, rows_[word] & ~known[word], rows_[word]);
        return;
      }
      case Operation::logical_not: {
        const kernels::BooleanTile& a = booleans_[place_[node.a]];
        for (std::size_t word = 0; word < words_; ++word)
          set(out, word, a.valid[word] & ~a.value[word], a.valid[word]);
        return;
      }
      case Operation::logical_and:
      case Operation::logical_or: return join_booleans(node, out);
      case Operation::coalesce: {
        const kernels::BooleanTile& a = booleans_[place_[node.a]];
        const kernels::BooleanTile& b = booleans_[place_[node.b]];
        for (std::size_t word = 0; word < words_; ++word)
          set(out, word, a.value[word] | (~a.valid[word] & b.value[word]),
              a.valid[word] | b.valid[word]);
        return;
      }
      case Operation::select: {
        const kernels::BooleanTile& condition = booleans_[place_[node.a]];
        const kernels::BooleanTile& yes = booleans_[place_[node.b]];
        const kernels::BooleanTile& no = booleans_[place_[node.c]];
        for (std::size_t word = 0; word < words_; ++word) {
          const std::uint64_t holds = condition.value[word];
          const std::uint64_t fails = condition.valid[word] & ~holds;
          set(out, word, (holds & yes.value[word]) | (fails & no.value[word]),
              (holds & yes.valid[word]) | (fails & no.valid[word]));
        }
        return;
      }
      default: return compare(node, out);
    }
  }

  static void set(kernels::BooleanTile& out, std::size_t word, std::uint64_t value,
                  std::uint64_t valid) {
    out.value[word] = value;
    out.valid[word] = valid;
  }

  /// Three-valued: false decides an `and`, true an `or`, whatever the other side is.
  void join_booleans(const Node& node, kernels::BooleanTile& out) {
    const kernels::BooleanTile& a = booleans_[place_[node.a]];
    const kernels::BooleanTile& b = booleans_[place_[node.b]];
    if (node.operation == Operation::logical_and) {
      for (std::size_t word = 0; word < words_; ++word) {
        const std::uint64_t both = a.value[word] & b.value[word];
        const std::uint64_t a_false = a.valid[word] & ~a.value[word];
        const std::uint64_t b_false = b.valid[word] & ~b.value[word];
        set(out, word, both, both | a_false | b_false);
      }
    } else {
      for (std::size_t word = 0; word < words_; ++word) {
        const std::uint64_t any = a.value[word] | b.value[word];
        set(out, word, any, any | (a.valid[word] & b.valid[word]));
      }
    }
  }

  void compare(const Node& node, kernels::BooleanTile& out) {
    switch ((*graph_)[node.a].type) {
      case Type::number: return compare_numbers(node, out);
      case Type::boolean: return compare_booleans(node, out);
      case Type::text: return compare_texts(node, out);
    }
  }

  void compare_numbers(const Node& node, kernels::BooleanTile& out) {
    const NumberOperand a = number_operand(node.a);
    const NumberOperand b = number_operand(node.b);
    with_comparison(node.operation, [&](auto holds) {
      with_lanes(a, [&](auto lanes_of_a) {
        with_lanes(b, [&](auto lanes_of_b) {
          for (std::size_t word = 0; word < words_; ++word) {
            alignas(64) std::uint8_t flags[evaluation::lanes];
            const std::size_t row = word * evaluation::lanes;
            evaluation::join(holds, lanes_of_a.at(row), lanes_of_b.at(row), flags);
            const std::uint64_t valid = (*a.valid)[word] & (*b.valid)[word];
            set(out, word, evaluation::pack(flags) & valid, valid);
          }
        });
      });
    });
  }

  /// false < true.
  void compare_booleans(const Node& node, kernels::BooleanTile& out) {
    const kernels::BooleanTile& a = booleans_[place_[node.a]];
    const kernels::BooleanTile& b = booleans_[place_[node.b]];
    for (std::size_t word = 0; word < words_; ++word) {
      const std::uint64_t x = a.value[word];
      const std::uint64_t y = b.value[word];
      const std::uint64_t holds = node.operation == Operation::equal       ? ~(x ^ y)
                                  : node.operation == Operation::not_equal ? x ^ y
                                  : node.operation == Operation::less      ? ~x & y
                                                                           : ~x | y;
      const std::uint64_t valid = a.valid[word] & b.valid[word];
      set(out, word, holds & valid, valid);
    }
  }

  void compare_texts(const Node& node, kernels::BooleanTile& out) {
    const TextOperand a = text_operand(node.a);
    const TextOperand b = text_operand(node.b);
    with_comparison(node.operation, [&](auto holds) {
      for (std::size_t word = 0; word < words_; ++word) {
        const std::uint64_t valid = (*a.valid)[word] & (*b.valid)[word];
        std::uint64_t value = 0;
        evaluation::for_each_bit(valid, [&](std::size_t i) {
          const std::size_t row = word * evaluation::lanes + i;
          value |= std::uint64_t{holds(a.at(row), b.at(row))} << i;
        });
        set(out, word, value, valid);
      }
    });
  }

  void text_step(const Node& node, NodeId id, kernels::TextTile& out) {
    TextOperand yes = text_operand(id);
    TextOperand no = yes;
    if (node.operation == Operation::coalesce) {
      yes = text_operand(node.a);
      no = text_operand(node.b);
    } else if (node.operation == Operation::select) {
      yes = text_operand(node.b);
      no = text_operand(node.c);
    }
    for (std::size_t word = 0; word < words_; ++word) {
      std::uint64_t from_yes = (*yes.valid)[word];
      std::uint64_t from_no = ~from_yes & (*no.valid)[word];
      if (node.operation == Operation::select) {
        const kernels::BooleanTile& condition = booleans_[place_[node.a]];
        from_yes = condition.value[word] & (*yes.valid)[word];
        from_no = condition.valid[word] & ~condition.value[word] & (*no.valid)[word];
      }
      const std::size_t row = word * evaluation::lanes;
      evaluation::for_each_bit(from_yes,
                               [&](std::size_t i) { out.values[row + i] = yes.at(row + i); });
      evaluation::for_each_bit(from_no,
                               [&](std::size_t i) { out.values[row + i] = no.at(row + i); });
      out.valid[word] = from_yes | from_no;
    }
  }

  const Graph* graph_;
  std::vector<NodeId> steps_;         // the needed nodes, operands first
  std::vector<std::uint32_t> place_;  // by node: its tile among those of its type
  std::vector<kernels::NumberTile> numbers_;
  std::vector<kernels::BooleanTile> booleans_;
  std::vector<kernels::TextTile> texts_;
  kernels::Mask rows_{};
  kernels::Mask no_rows_{};
  std::size_t words_ = 0;
};

}  // namespace tijian::formula
