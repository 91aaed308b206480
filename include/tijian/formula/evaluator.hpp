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
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "tijian/formula/graph.hpp"
#include "tijian/kernels/kernel_table.hpp"
#include "tijian/kernels/portable_kernels.hpp"
#include "tijian/kernels/prefetch.hpp"
#include "tijian/kernels/tile.hpp"

namespace tijian::formula {

/// Where an evaluator gets the values of leaves: `rows` rows from `first_row` on, into a tile whose
/// old content means nothing. Numbers that are valid are finite. In the last mask word that has
/// rows, the rows beyond are written as null; later words are left alone.
class Leaves {
 public:
  virtual ~Leaves() = default;
  /// Returns where the values lie: `tile.values`, or wherever a whole tile of them lies already.
  virtual const double* number(std::uint32_t leaf, std::size_t first_row, std::size_t rows,
                               kernels::NumberTile& tile) = 0;
  virtual void boolean(std::uint32_t leaf, std::size_t first_row, std::size_t rows,
                       kernels::BooleanTile& tile) = 0;
  virtual void text(std::uint32_t leaf, std::size_t first_row, std::size_t rows,
                    kernels::TextTile& tile) = 0;
};

namespace evaluation {

inline constexpr std::size_t lanes = 64;  // rows of one mask word

template <class Visit>
void for_each_bit(std::uint64_t word, Visit&& visit) {
  for (; word != 0; word &= word - 1) visit(static_cast<std::size_t>(std::countr_zero(word)));
}

}  // namespace evaluation

/// Evaluates some nodes of a graph, each needed one once per tile. Holds the scratch of one thread;
/// the graph is shared, must not change meanwhile and must outlive the evaluator.
///
/// A node that is null, undefined or not finite has no bit in `valid`, and its number means
/// nothing. Numbers are computed by `kernels`, with the same bits whichever they are.
class Evaluator {
 public:
  /// Numbers of a tile; those without a bit in `valid` mean nothing.
  struct Numbers {
    const double* values;
    const kernels::Mask& valid;
  };
  /// Booleans of a tile: the masks of a kernels::BooleanTile, wherever they lie.
  struct Booleans {
    const kernels::Mask& value;
    const kernels::Mask& valid;
  };

  Evaluator(const Graph& graph, const std::vector<NodeId>& outputs,
            const kernels::KernelTable& kernels = kernels::portable())
      : graph_(&graph), kernels_(&kernels) {
    const std::size_t size = graph.size();
    std::vector<NodeId> last_use = last_uses(outputs);
    place_.assign(size, unplaced);
    std::array<std::vector<std::uint32_t>, 3> free;  // by type: tiles to be used again
    for (NodeId id = 0; id < size; ++id) {
      if (last_use[id] == unused) continue;
      const Node& node = graph[id];
      // What is no step is an operand of its users; a number or text that is constant needs a tile
      // where it is asked for.
      const bool is_literal = graph.is_constant(id) || graph.is_null_literal(id);
      if (is_view(id) || (is_literal && last_use[id] != kept)) continue;
      std::vector<std::uint32_t>& spare = free[static_cast<std::size_t>(node.type)];
      if (spare.empty()) {
        place_[id] = add_tile(node.type);
      } else {
        place_[id] = spare.back();
        spare.pop_back();
      }
      steps_.push_back(id);
      for (const NodeId operand : read_by(id)) {
        if (last_use[operand] != id || place_[operand] == unplaced) continue;
        last_use[operand] = released;  // once, where both operands are the same node
        free[static_cast<std::size_t>(graph[operand].type)].push_back(place_[operand]);
      }
    }
    numbers_read_.resize(size);
    booleans_read_.resize(size);
    for (NodeId id = 0; id < size; ++id) {
      if (last_use[id] == unused) continue;
      if (graph[id].type == Type::number) numbers_read_[id] = number_read(id);
      if (graph[id].type == Type::boolean) booleans_read_[id] = boolean_read(id);
    }
  }
  Evaluator(Evaluator&&) noexcept = default;
  Evaluator& operator=(Evaluator&&) noexcept = default;

  /// Evaluates rows [first_row, first_row + rows) of `leaves`; at most tile_rows. `prefetch`, where
  /// given, goes on a step for each of the `steps`.
  void run(Leaves& leaves, std::size_t first_row, std::size_t rows,
           kernels::Prefetch* prefetch = nullptr) {
    const std::size_t words = (rows + evaluation::lanes - 1) / evaluation::lanes;
    if (words < words_) clear_masks();  // what lies beyond the rows stays 0
    words_ = words;
    kernels::set_first_rows(fixed_->rows, rows);
    for (const NodeId id : steps_) {
      step(leaves, first_row, rows, id);
      if (prefetch != nullptr) prefetch->step();
    }
  }

  /// How many steps a run takes.
  [[nodiscard]] std::size_t steps() const { return steps_.size(); }

  /// The tile of an output of that type, for the rows of the last run; valid until the next one.
  [[nodiscard]] Numbers number(NodeId id) const {
    const kernels::NumberOperand& read = numbers_read_[id];
    return {read.values != nullptr ? read.values : numbers_[place_[id]].values, *read.valid};
  }
  [[nodiscard]] Booleans boolean(NodeId id) const {
    return {*booleans_read_[id].value, *booleans_read_[id].valid};
  }
  [[nodiscard]] const kernels::TextTile& text(NodeId id) const { return texts_[place_[id]]; }

  /// How many tiles of numbers are held: what a tile's working set costs.
  [[nodiscard]] std::size_t number_tiles() const { return numbers_.size(); }

 private:
  static constexpr std::uint32_t unplaced = UINT32_MAX;
  static constexpr NodeId unused = no_node;        // needed by no output
  static constexpr NodeId kept = no_node - 1;      // an output: its tile is not reused
  static constexpr NodeId released = no_node - 2;  // its tile has been given away

  /// Booleans that are no step: literals, and what is read of a tile as it lies. `value` is 0 where
  /// nothing is known, so `coalesce(x, false)` has the value of x; what `x is not null` and
  /// `select(x, true, true)` say is the other mask of x. Filters bring all of them along.
  [[nodiscard]] bool is_view(NodeId id) const {
    const Node& node = (*graph_)[id];
    if (node.type != Type::boolean) return false;
    switch (node.operation) {
      case Operation::constant:
      case Operation::null: return true;
      case Operation::coalesce: return graph_->is_boolean_constant(node.b, false);
      case Operation::select:
        return graph_->is_boolean_constant(node.b, true) &&
               graph_->is_boolean_constant(node.c, true);
      case Operation::logical_not: return (*graph_)[node.a].operation == Operation::is_null;
      default: return false;
    }
  }

  /// The nodes whose tiles a node reads.
  [[nodiscard]] std::vector<NodeId> read_by(NodeId id) const {
    const Node& node = (*graph_)[id];
    std::vector<NodeId> ids;
    const auto read = [&](NodeId operand) {
      if (operand == no_node) return;
      ids.push_back(operand);
      if (!is_view(operand)) return;
      const std::vector<NodeId> behind = read_by(operand);
      ids.insert(ids.end(), behind.begin(), behind.end());
    };
    if (node.operation == Operation::logical_not && is_view(id)) {
      read((*graph_)[node.a].a);
    } else {
      for (const NodeId operand : {node.a, node.b, node.c}) read(operand);
    }
    return ids;
  }

  /// For each node, the last that reads it.
  [[nodiscard]] std::vector<NodeId> last_uses(const std::vector<NodeId>& outputs) const {
    std::vector<NodeId> last(graph_->size(), unused);
    for (const NodeId id : outputs) {
      if (id == no_node) continue;
      last[id] = kept;
      if (!is_view(id)) continue;
      for (const NodeId operand : read_by(id)) last[operand] = kept;
    }
    for (std::size_t i = graph_->size(); i-- > 0;) {
      const auto id = static_cast<NodeId>(i);
      if (last[id] == unused) continue;
      for (const NodeId operand : read_by(id))
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

  void clear_masks() {
    for (kernels::NumberTile& tile : numbers_) tile.valid = {};
    std::fill(booleans_.begin(), booleans_.end(), kernels::BooleanTile{});
    for (kernels::TextTile& tile : texts_) tile.valid = {};
  }

  // Operands. Where they lie is known from the start, and stays when an evaluator is moved.

  struct FixedMasks {
    kernels::Mask rows{};  // all of the last run
    kernels::Mask no_rows{};
  };

  /// Where a node's numbers are read. Those of a leaf may lie elsewhere in each tile: its step says
  /// where.
  [[nodiscard]] kernels::NumberOperand number_read(NodeId id) const {
    const Node& node = (*graph_)[id];
    if (node.operation == Operation::constant) return {nullptr, node.number, &fixed_->rows};
    if (node.operation == Operation::null) return {nullptr, 0, &fixed_->no_rows};
    return {numbers_[place_[id]].values, 0, &numbers_[place_[id]].valid};
  }

  /// The masks of a node of booleans.
  struct BooleanOperand {
    const kernels::Mask* value = nullptr;
    const kernels::Mask* valid = nullptr;
  };

  /// Where they are read. Needs those of the operands.
  [[nodiscard]] BooleanOperand boolean_read(NodeId id) const {
    const Node& node = (*graph_)[id];
    if (!is_view(id)) return {&booleans_[place_[id]].value, &booleans_[place_[id]].valid};
    switch (node.operation) {
      case Operation::constant:
        return {node.boolean ? &fixed_->rows : &fixed_->no_rows, &fixed_->rows};
      case Operation::coalesce: return {booleans_read_[node.a].value, &fixed_->rows};
      case Operation::select: return {&valid_of(node.a), &valid_of(node.a)};
      case Operation::logical_not: return {&valid_of((*graph_)[node.a].a), &fixed_->rows};
      default: return {&fixed_->no_rows, &fixed_->no_rows};
    }
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
    if (node.operation == Operation::constant) return {nullptr, graph_->text(id), &fixed_->rows};
    if (node.operation == Operation::null) return {nullptr, {}, &fixed_->no_rows};
    const kernels::TextTile& tile = texts_[place_[id]];
    return {tile.values, {}, &tile.valid};
  }

  [[nodiscard]] const kernels::Mask& valid_of(NodeId id) const {
    switch ((*graph_)[id].type) {
      case Type::number: return *numbers_read_[id].valid;
      case Type::boolean: return *booleans_read_[id].valid;
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
        if (node.operation != Operation::leaf) return number_step(node, out);
        numbers_read_[id].values = leaves.number(node.leaf, first_row, rows, out);
        return;
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

  void number_step(const Node& node, kernels::NumberTile& out) {
    switch (node.operation) {
      case Operation::constant:
      case Operation::null: {
        const double value = node.operation == Operation::constant ? node.number : 0;
        std::fill_n(out.values, words_ * evaluation::lanes, value);
        out.valid = node.operation == Operation::constant ? fixed_->rows : fixed_->no_rows;
        return;
      }
      case Operation::select: return select_numbers(node, out);
      case Operation::coalesce: return coalesce_numbers(node, out);
      default: break;
    }
    if (const auto operation = unary_operation(node.operation))
      kernels_->unary(*operation, numbers_read_[node.a], words_, out);
    if (const auto operation = binary_operation(node.operation))
      kernels_->binary(*operation, numbers_read_[node.a], numbers_read_[node.b], words_, out);
  }

  static void copy_lanes(const kernels::NumberOperand& from, std::size_t word, double* to) {
    const std::size_t row = word * evaluation::lanes;
    if (from.values != nullptr) {
      std::copy_n(from.values + row, evaluation::lanes, to + row);
    } else {
      std::fill_n(to + row, evaluation::lanes, from.constant);
    }
  }

  /// Copies one side whole and the rows of the rarer other side one by one.
  void select_numbers(const Node& node, kernels::NumberTile& out) {
    const Booleans condition = boolean(node.a);
    const kernels::NumberOperand yes = numbers_read_[node.b];
    const kernels::NumberOperand no = numbers_read_[node.c];
    for (std::size_t word = 0; word < words_; ++word) {
      const std::uint64_t holds = condition.value[word];
      const std::uint64_t fails = condition.valid[word] & ~holds;
      const std::uint64_t valid = (holds & (*yes.valid)[word]) | (fails & (*no.valid)[word]);
      const bool mostly_holds = std::popcount(holds) > std::popcount(fails);
      const kernels::NumberOperand& rarer = mostly_holds ? no : yes;
      copy_lanes(mostly_holds ? yes : no, word, out.values);
      patch(rarer, word, (mostly_holds ? fails : holds) & valid, out);
      out.valid[word] = valid;
    }
  }

  void coalesce_numbers(const Node& node, kernels::NumberTile& out) {
    const kernels::NumberOperand first = numbers_read_[node.a];
    const kernels::NumberOperand second = numbers_read_[node.b];
    for (std::size_t word = 0; word < words_; ++word) {
      const std::uint64_t missing = ~(*first.valid)[word] & (*second.valid)[word];
      copy_lanes(first, word, out.values);
      patch(second, word, missing, out);
      out.valid[word] = (*first.valid)[word] | missing;
    }
  }

  static void patch(const kernels::NumberOperand& from, std::size_t word, std::uint64_t rows,
                    kernels::NumberTile& out) {
    const std::size_t row = word * evaluation::lanes;
    evaluation::for_each_bit(rows, [&](std::size_t i) {
      out.values[row + i] = from.values != nullptr ? from.values[row + i] : from.constant;
    });
  }

  // Whole masks: beyond the rows all of them are 0, and stay so.

  void boolean_step(const Node& node, kernels::BooleanTile& out) {
    switch (node.operation) {
      case Operation::is_null: {
        const kernels::Mask& known = valid_of(node.a);
        return each_word(out, [&](std::size_t word) {
          return Word{fixed_->rows[word] & ~known[word], fixed_->rows[word]};
        });
      }
      case Operation::logical_not: {
        const Booleans a = boolean(node.a);
        return each_word(out, [&](std::size_t word) {
          return Word{a.valid[word] & ~a.value[word], a.valid[word]};
        });
      }
      case Operation::logical_and:
      case Operation::logical_or: return join_booleans(node, out);
      case Operation::coalesce: {
        const Booleans a = boolean(node.a);
        const Booleans b = boolean(node.b);
        return each_word(out, [&](std::size_t word) {
          return Word{a.value[word] | (~a.valid[word] & b.value[word]),
                      a.valid[word] | b.valid[word]};
        });
      }
      case Operation::select: {
        const Booleans condition = boolean(node.a);
        const Booleans yes = boolean(node.b);
        const Booleans no = boolean(node.c);
        return each_word(out, [&](std::size_t word) {
          const std::uint64_t holds = condition.value[word];
          const std::uint64_t fails = condition.valid[word] & ~holds;
          return Word{(holds & yes.value[word]) | (fails & no.value[word]),
                      (holds & yes.valid[word]) | (fails & no.valid[word])};
        });
      }
      default: return compare(node, out);
    }
  }

  /// 64 rows.
  struct Word {
    std::uint64_t value;
    std::uint64_t valid;
  };

  /// Written where nothing that is read can lie, so that a compiler may take several words at once.
  template <class Compute>
  static void each_word(kernels::BooleanTile& out, Compute&& compute) {
    kernels::BooleanTile words;
    for (std::size_t word = 0; word < kernels::tile_words; ++word) {
      const Word computed = compute(word);
      words.value[word] = computed.value;
      words.valid[word] = computed.valid;
    }
    out = words;
  }

  /// Three-valued: false decides an `and`, true an `or`, whatever the other side is.
  void join_booleans(const Node& node, kernels::BooleanTile& out) {
    const Booleans a = boolean(node.a);
    const Booleans b = boolean(node.b);
    if (node.operation == Operation::logical_and)
      return each_word(out, [&](std::size_t word) {
        const std::uint64_t both = a.value[word] & b.value[word];
        const std::uint64_t a_false = a.valid[word] & ~a.value[word];
        const std::uint64_t b_false = b.valid[word] & ~b.value[word];
        return Word{both, both | a_false | b_false};
      });
    each_word(out, [&](std::size_t word) {
      const std::uint64_t any = a.value[word] | b.value[word];
      return Word{any, any | (a.valid[word] & b.valid[word])};
    });
  }

  void compare(const Node& node, kernels::BooleanTile& out) {
    switch ((*graph_)[node.a].type) {
      case Type::number: return compare_numbers(node, out);
      case Type::boolean: return compare_booleans(node, out);
      case Type::text: return compare_texts(node, out);
    }
  }

  void compare_numbers(const Node& node, kernels::BooleanTile& out) {
    kernels_->compare(*comparison(node.operation), numbers_read_[node.a], numbers_read_[node.b],
                      words_, out);
  }

  /// false < true.
  void compare_booleans(const Node& node, kernels::BooleanTile& out) {
    const Booleans a = boolean(node.a);
    const Booleans b = boolean(node.b);
    each_word(out, [&, operation = node.operation](std::size_t word) {
      const std::uint64_t x = a.value[word];
      const std::uint64_t y = b.value[word];
      const std::uint64_t holds = operation == Operation::equal       ? ~(x ^ y)
                                  : operation == Operation::not_equal ? x ^ y
                                  : operation == Operation::less      ? ~x & y
                                                                      : ~x | y;
      const std::uint64_t valid = a.valid[word] & b.valid[word];
      return Word{holds & valid, valid};
    });
  }

  void compare_texts(const Node& node, kernels::BooleanTile& out) {
    const TextOperand a = text_operand(node.a);
    const TextOperand b = text_operand(node.b);
    kernels::with_comparison(*comparison(node.operation), [&](auto holds) {
      for (std::size_t word = 0; word < words_; ++word) {
        const std::uint64_t valid = (*a.valid)[word] & (*b.valid)[word];
        std::uint64_t value = 0;
        evaluation::for_each_bit(valid, [&](std::size_t i) {
          const std::size_t row = word * evaluation::lanes + i;
          value |= std::uint64_t{holds(a.at(row), b.at(row))} << i;
        });
        out.value[word] = value;
        out.valid[word] = valid;
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
        const Booleans condition = boolean(node.a);
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
  const kernels::KernelTable* kernels_;
  std::vector<NodeId> steps_;         // the needed nodes, operands first
  std::vector<std::uint32_t> place_;  // by node: its tile among those of its type
  std::vector<kernels::NumberTile> numbers_;
  std::vector<kernels::BooleanTile> booleans_;
  std::vector<kernels::TextTile> texts_;
  std::vector<kernels::NumberOperand> numbers_read_;  // by node
  std::vector<BooleanOperand> booleans_read_;         // by node
  std::unique_ptr<FixedMasks> fixed_ = std::make_unique<FixedMasks>();
  std::size_t words_ = 0;
};

}  // namespace tijian::formula
