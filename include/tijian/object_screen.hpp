// Which items and which failed checks hold in the rows of a tile, as the objects they are.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "tijian/data_messages.hpp"
#include "tijian/formula/evaluator.hpp"
#include "tijian/plan.hpp"
#include "tijian/table.hpp"

namespace tijian {

struct ObjectProblem {
  std::string unit;
  std::string object;      // the key; several columns are joined by "/"
  std::uint32_t item = 0;  // into Plan::items
  std::int8_t evidence = 0;
};

struct ObjectCheck {
  std::string table;
  std::string unit;
  std::string object;
  const RowCheckPlan* check = nullptr;  // lives with the plan
};

struct ObjectRows {
  std::vector<ObjectProblem> problems;
  std::vector<ObjectCheck> checks;

  /// Appends the rows of `other`, which is empty then.
  void take(ObjectRows& other) {
    const auto append = [](auto& to, auto& from) {
      if (to.empty()) return to.swap(from);
      to.insert(to.end(), std::make_move_iterator(from.begin()),
                std::make_move_iterator(from.end()));
      from.clear();
    };
    append(problems, other.problems);
    append(checks, other.checks);
  }

  /// Throws DataError above `limit` problems; `limit` < 0: never.
  void refuse_more_than(std::int64_t limit, const std::string& table) const {
    if (limit >= 0 && static_cast<std::int64_t>(problems.size()) > limit)
      throw DataError(
          {make_issue(data_messages::too_many_objects, table, {{"limit", std::to_string(limit)}})});
  }
};

/// The items of a survey table that are problems of floor and guiding indicators.
inline std::vector<std::uint32_t> problem_items(const PlanData& plan, const TablePlan& table) {
  std::vector<std::uint32_t> items;
  for (const std::uint32_t s : table.series) {
    const Kind kind = plan.framework.indicators[plan.series[s].indicator].kind;
    if (kind != Kind::floor && kind != Kind::guiding) continue;
    for (const std::uint32_t item : plan.series[s].items)
      if (plan.items[item].severity >= 0 && plan.items[item].when != formula::no_node)
        items.push_back(item);
  }
  return items;
}

/// Screens the tiles of one table on one thread. The item conditions are the nodes that the tally
/// counts, so that one run of an evaluator serves both.
class ObjectScreen {
 public:
  /// Borrows both.
  ObjectScreen(const PlanData& plan, const TablePlan& table)
      : plan_(&plan), table_(&table), items_(problem_items(plan, table)) {}

  /// The row nodes that an evaluator has to run, sorted.
  [[nodiscard]] std::vector<formula::NodeId> nodes() const {
    std::vector<formula::NodeId> nodes;
    for (const std::uint32_t item : items_) nodes.push_back(plan_->items[item].when);
    for (const RowCheckPlan& check : table_->checks) nodes.push_back(check.failed);
    if (table_->included != formula::no_node) nodes.push_back(table_->included);
    if (table_->evidence != formula::no_node) nodes.push_back(table_->evidence);
    std::sort(nodes.begin(), nodes.end());
    nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
    return nodes;
  }

  /// The batch that `run` screens rows of from now on; it has the unit and all key columns.
  void bind(const TableView& batch) {
    const Table& source = plan_->framework.tables[table_->table];
    unit_ = batch.find(source.unit);
    keys_.clear();
    for (const std::string& key : source.key) keys_.push_back(batch.find(key));
  }

  /// Appends what holds in rows [first, first + rows), which `evaluator` has run, row by row. More
  /// than one check above `limit` are not listed: the caller asks whether there are too many.
  void run(const formula::Evaluator& evaluator, std::int64_t first, std::size_t rows,
           std::int64_t limit, ObjectRows& out) {
    kernels::Mask problem{}, failed{};
    for (const std::uint32_t item : items_)
      join(problem, evaluator.boolean(plan_->items[item].when).value);
    if (table_->included != formula::no_node) {
      const kernels::Mask& included = evaluator.boolean(table_->included).value;
      for (std::size_t w = 0; w < kernels::tile_words; ++w) problem[w] &= included[w];
    }
    for (const RowCheckPlan& check : table_->checks)
      join(failed, evaluator.boolean(check.failed).value);
    kernels::Mask either = problem;
    join(either, failed);
    // All hits are asked for before the first is read. They are kept meanwhile: GCC would leave out
    // a loop that does nothing else.
    std::size_t count = 0;
    kernels::for_each_set_row(either, rows, [&](std::size_t i) {
      hits_[count++] = static_cast<std::uint16_t>(i);
      prefetch_text(*unit_, first + static_cast<std::int64_t>(i));
      for (const ColumnView* key : keys_) prefetch_text(*key, first + static_cast<std::int64_t>(i));
    });
    for (std::size_t hit = 0; hit < count; ++hit) {
      const std::size_t i = hits_[hit];
      const std::int64_t row = first + static_cast<std::int64_t>(i);
      const std::string unit(text_of(*unit_, row, scratch_).value_or(std::string_view()));
      const std::string object = object_of(row);
      if (kernels::test_row(problem, i)) {
        const std::int8_t letter = letter_of(evaluator, i);
        for (const std::uint32_t item : items_)
          if (kernels::test_row(evaluator.boolean(plan_->items[item].when).value, i))
            out.problems.push_back({unit, object, item, letter});
      }
      if (kernels::test_row(failed, i) &&
          (limit < 0 || static_cast<std::int64_t>(out.checks.size()) <= limit))
        for (const RowCheckPlan& check : table_->checks)
          if (kernels::test_row(evaluator.boolean(check.failed).value, i))
            out.checks.push_back({table_->id, unit, object, &check});
    }
    out.refuse_more_than(limit, table_->id);
  }

 private:
  static void join(kernels::Mask& mask, const kernels::Mask& other) {
    for (std::size_t w = 0; w < kernels::tile_words; ++w) mask[w] |= other[w];
  }

  std::string object_of(std::int64_t row) {
    std::string object;
    for (std::size_t k = 0; k < keys_.size(); ++k) {
      if (k > 0) object += '/';
      const auto text = text_of(*keys_[k], row, scratch_);
      if (!text) continue;
      if (keys_.size() == 1) return std::string(*text);
      // "a/b" and "c" must not be the object that "a" and "b/c" are.
      for (const char byte : *text) {
        if (byte == '/' || byte == '\\') object += '\\';
        object += byte;
      }
    }
    return object;
  }

  [[nodiscard]] std::int8_t letter_of(const formula::Evaluator& evaluator, std::size_t i) const {
    if (table_->evidence == formula::no_node) return 0;
    const formula::Evaluator::Numbers evidence = evaluator.number(table_->evidence);
    return kernels::test_row(evidence.valid, i) ? static_cast<std::int8_t>(evidence.values[i])
                                                : std::int8_t{0};
  }

  const PlanData* plan_;
  const TablePlan* table_;
  std::vector<std::uint32_t> items_;
  const ColumnView* unit_ = nullptr;
  std::vector<const ColumnView*> keys_;
  TextScratch scratch_;
  std::array<std::uint16_t, kernels::tile_rows> hits_;
};

}  // namespace tijian
