// screen: which items and which failed checks hold on which object, row by row, without state. The
// item conditions are the same nodes that the tally counts.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tijian/add_options.hpp"
#include "tijian/batches.hpp"
#include "tijian/frame_columns.hpp"
#include "tijian/plan.hpp"
#include "tijian/result_table.hpp"
#include "tijian/row_leaves.hpp"
#include "tijian/version.hpp"

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
};

/// What becomes of a row that fails a check.
inline const char* check_effect(const RowCheckPlan& check) {
  if (check.on_fail == OnFail::leave_out) return "left_out";
  if (check.on_fail == OnFail::refuse) return "refused";
  return check.id.find(':') == std::string::npos ? "reported" : "missing";
}

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

/// Appends the rows of one batch, in the order of the batch. Throws DataError where columns are
/// missing, and above `limit` rows in all (`limit` < 0: no limit), and Cancelled.
inline void screen_rows(const Plan& plan, std::string_view table_id, const TableView& batch,
                        std::int64_t limit, const RowProgress& progress, ObjectRows& out) {
  const TablePlan* table = &survey_table(*plan, table_id);
  const Table& source = plan->framework.tables[table->table];
  Issues issues = check_columns(*table, plan->framework, batch, true);
  if (!issues.empty()) throw DataError(std::move(issues));
  if (batch.rows == 0) return;
  const std::vector<std::uint32_t> items = problem_items(*plan, *table);
  std::vector<formula::NodeId> nodes;
  for (const std::uint32_t item : items) nodes.push_back(plan->items[item].when);
  for (const RowCheckPlan& check : table->checks) nodes.push_back(check.failed);
  if (table->included != formula::no_node) nodes.push_back(table->included);
  if (table->evidence != formula::no_node) nodes.push_back(table->evidence);
  std::sort(nodes.begin(), nodes.end());
  nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
  formula::Evaluator evaluator(table->aggregates.rows, nodes, *plan->kernels);
  RowLeaves leaves(*table, batch, *plan->kernels);
  const ColumnView& unit_column = *batch.find(source.unit);
  auto units = std::make_unique<kernels::TextTile>();
  TextScratch unit_scratch;
  std::vector<std::unique_ptr<kernels::TextTile>> keys;
  std::vector<TextScratch> key_scratch(source.key.size());
  for (std::size_t k = 0; k < source.key.size(); ++k)
    keys.push_back(std::make_unique<kernels::TextTile>());

  for (std::int64_t first = 0; first < batch.rows; first += kernels::tile_rows) {
    const auto rows =
        static_cast<std::size_t>(std::min<std::int64_t>(kernels::tile_rows, batch.rows - first));
    progress.stop_if_asked();
    if (first % (64 * static_cast<std::int64_t>(kernels::tile_rows)) == 0 && first > 0)
      progress.show(first);
    evaluator.run(leaves, static_cast<std::size_t>(first), rows);
    kernels::Mask problem{}, failed{};
    for (const std::uint32_t item : items) {
      const kernels::Mask& holds = evaluator.boolean(plan->items[item].when).value;
      for (std::size_t w = 0; w < kernels::tile_words; ++w) problem[w] |= holds[w];
    }
    if (table->included != formula::no_node) {
      const kernels::Mask& included = evaluator.boolean(table->included).value;
      for (std::size_t w = 0; w < kernels::tile_words; ++w) problem[w] &= included[w];
    }
    for (const RowCheckPlan& check : table->checks) {
      const kernels::Mask& fails = evaluator.boolean(check.failed).value;
      for (std::size_t w = 0; w < kernels::tile_words; ++w) failed[w] |= fails[w];
    }
    if (kernels::is_empty(problem) && kernels::is_empty(failed)) continue;
    load_texts(unit_column, first, rows, *units, unit_scratch);
    for (std::size_t k = 0; k < source.key.size(); ++k)
      load_texts(*batch.find(source.key[k]), first, rows, *keys[k], key_scratch[k]);
    kernels::Mask either;
    for (std::size_t w = 0; w < kernels::tile_words; ++w) either[w] = problem[w] | failed[w];
    kernels::for_each_set_row(either, rows, [&](std::size_t i) {
      const std::string unit =
          kernels::test_row(units->valid, i) ? std::string(units->values[i]) : std::string();
      std::string object;
      for (std::size_t k = 0; k < keys.size(); ++k) {
        if (k > 0) object += '/';
        if (!kernels::test_row(keys[k]->valid, i)) continue;
        if (keys.size() == 1) {
          object = keys[k]->values[i];
          continue;
        }
        // "a/b" and "c" must not be the object that "a" and "b/c" are.
        for (const char byte : keys[k]->values[i]) {
          if (byte == '/' || byte == '\\') object += '\\';
          object += byte;
        }
      }
      std::int8_t letter = 0;
      if (table->evidence != formula::no_node) {
        const formula::Evaluator::Numbers evidence = evaluator.number(table->evidence);
        if (kernels::test_row(evidence.valid, i))
          letter = static_cast<std::int8_t>(evidence.values[i]);
      }
      if (kernels::test_row(problem, i))
        for (const std::uint32_t item : items)
          if (kernels::test_row(evaluator.boolean(plan->items[item].when).value, i))
            out.problems.push_back({unit, object, item, letter});
      // One more than asked for tells the caller that there are too many.
      if (kernels::test_row(failed, i) &&
          (limit < 0 || static_cast<std::int64_t>(out.checks.size()) <= limit))
        for (const RowCheckPlan& check : table->checks)
          if (kernels::test_row(evaluator.boolean(check.failed).value, i))
            out.checks.push_back({table->id, unit, object, &check});
    });
    if (limit >= 0 && static_cast<std::int64_t>(out.problems.size()) > limit)
      throw DataError({make_issue(data_messages::too_many_objects, table->id,
                                  {{"limit", std::to_string(limit)}})});
  }
  issues = leaves.faults(progress.rows());
  if (!issues.empty()) throw DataError(std::move(issues));
}

/// The problem and check rows of a batch as tables. They know no Units: severities are the items'
/// own, before rules, and nothing is left out for a unit to which an indicator does not apply.
struct Screened {
  ResultTable problems;
  ResultTable checks;
};

inline Screened screen(const Plan& plan, std::string_view table_id, const Batches& next,
                       Language language = Language::zh, const AddOptions& options = {}) {
  const TablePlan& table = survey_table(*plan, table_id);
  ObjectRows rows;
  RowProgress progress(options);
  while (const TableView* batch = next()) {
    screen_rows(plan, table_id, *batch, -1, progress, rows);
    progress.pass(batch->rows);
  }
  const Framework& framework = plan->framework;
  const ResultSource source{framework.id, framework.version, plan->framework_fingerprint,
                            std::string(library_version), framework.year};
  Screened screened{ResultTable("problems", source), ResultTable("checks", source)};
  for (const char* column : {"level", "unit", "object", "dimension", "aspect", "indicator", "item",
                             "severity", "time_class", "department", "advice"})
    screened.problems.add_column(column, ResultType::text);
  for (const char* column : {"table", "unit", "object", "check", "effect", "message"})
    screened.checks.add_column(column, ResultType::text);
  const auto or_null = [](const std::string& text) {
    return text.empty() ? std::nullopt : std::optional<std::string_view>(text);
  };
  std::size_t written = 0;
  const auto stop_now_and_then = [&] {
    if (written++ % 4096 == 0) progress.stop_if_asked();
  };
  for (const ObjectProblem& row : rows.problems) {
    stop_now_and_then();
    const ItemPlan& item = plan->items[row.item];
    const Indicator& indicator = framework.indicators[item.indicator];
    const Item& content = indicator.items[item.item];
    ResultTable& out = screened.problems;
    out.push_text(0, framework.levels[table.level].id);
    out.push_text(1, or_null(row.unit));
    out.push_text(2, or_null(row.object));
    out.push_text(3, indicator.dimension);
    out.push_text(4, or_null(indicator.aspect));
    out.push_text(5, indicator.id);
    out.push_text(6, content.id);
    out.push_text(7, framework.severities[static_cast<std::size_t>(item.severity)].id);
    out.push_text(8, framework.time_classes[static_cast<std::size_t>(item.time_class)].id);
    out.push_text(9,
                  or_null(content.department.empty() ? indicator.department : content.department));
    out.push_text(
        10, or_null((content.advice.empty() ? indicator.advice : content.advice).in(language)));
  }
  for (const ObjectCheck& row : rows.checks) {
    stop_now_and_then();
    ResultTable& out = screened.checks;
    out.push_text(0, row.table);
    out.push_text(1, or_null(row.unit));
    out.push_text(2, or_null(row.object));
    out.push_text(3, row.check->id);
    out.push_text(4, check_effect(*row.check));
    out.push_text(5, row.check->message.in(language));
  }
  return screened;
}

/// The same of one batch.
inline Screened screen(const Plan& plan, std::string_view table_id, const TableView& batch,
                       Language language = Language::zh) {
  return screen(plan, table_id, one_batch(batch), language);
}

}  // namespace tijian
