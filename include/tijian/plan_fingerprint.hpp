// The fingerprint of a plan: of all that adding a row reads. It guards tallies: states of plans
// that aggregate alike may be merged, whatever else differs in their documents.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tijian/fingerprint.hpp"
#include "tijian/kernels/rounding.hpp"
#include "tijian/plan.hpp"

namespace tijian {

namespace detail {

/// Texts with their lengths, so that no two lists of texts are the same bytes.
class FingerprintText {
 public:
  FingerprintText& add(std::string_view text) {
    bytes_ += std::to_string(text.size());
    bytes_ += ':';
    bytes_ += text;
    return *this;
  }
  FingerprintText& add(std::size_t number) { return add(std::to_string(number)); }
  FingerprintText& add(const std::optional<double>& number) {
    return add(number ? kernels::shortest(*number) : std::string("-"));
  }
  FingerprintText& add(const std::vector<std::string>& texts) {
    add(texts.size());
    for (const std::string& text : texts) add(std::string_view(text));
    return *this;
  }
  [[nodiscard]] const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

}  // namespace detail

inline std::string plan_fingerprint(const PlanData& plan) {
  const Framework& framework = plan.framework;
  detail::FingerprintText text;
  text.add(std::string_view("tijian plan 1")).add(plan.row_parameters.size());
  for (const std::string& id : plan.row_parameters) {
    const Scalar& value = framework.parameters.at(id);
    text.add(std::string_view(id))
        .add(std::size_t{value.number    ? 1U
                         : value.boolean ? 2U
                         : value.text    ? 3U
                                         : 0U});
    if (value.number) text.add(value.number);
    if (value.boolean) text.add(std::string_view(*value.boolean ? "t" : "f"));
    if (value.text) text.add(std::string_view(*value.text));
  }
  if (plan.rows_read_year) text.add(static_cast<std::size_t>(framework.year));
  for (const Table& table : framework.tables) {
    text.add(std::string_view(table.id)).add(std::string_view(table.unit)).add(table.key);
    text.add(std::string_view(table.evidence)).add(table.columns.size());
    for (const Column& column : table.columns)
      text.add(std::string_view(column.id))
          .add(static_cast<std::size_t>(column.type))
          .add(column.min)
          .add(column.max)
          .add(column.values)
          .add(std::string_view(column.formula));
    text.add(table.groups.size());
    for (const Group& group : table.groups)
      text.add(std::string_view(group.id)).add(std::string_view(group.by));
    text.add(table.checks.size());
    for (const Check& check : table.checks)
      text.add(std::string_view(check.id))
          .add(std::string_view(check.expect))
          .add(std::string_view(check.at))
          .add(static_cast<std::size_t>(check.on_fail));
    if (table.sample)
      text.add(std::string_view(table.sample->weight))
          .add(std::string_view(table.sample->strata))
          .add(std::string_view(table.sample->cluster))
          .add(std::string_view(table.sample->population));
  }
  text.add(framework.checks.size());
  for (const Check& check : framework.checks)
    text.add(std::string_view(check.id))
        .add(std::string_view(check.table))
        .add(std::string_view(check.expect))
        .add(std::string_view(check.at))
        .add(static_cast<std::size_t>(check.on_fail));
  for (const Indicator& indicator : framework.indicators) {
    text.add(std::string_view(indicator.id))
        .add(std::string_view(indicator.table))
        .add(std::string_view(indicator.formula))
        .add(std::string_view(indicator.gap_base))
        .add(static_cast<std::size_t>(indicator.overlaps))
        .add(indicator.items.size());
    for (const Item& item : indicator.items)
      text.add(std::string_view(item.id))
          .add(std::string_view(item.when))
          .add(std::string_view(item.formula))
          .add(std::string_view(item.severity == "none" ? "none" : ""));
    text.add(indicator.components.size());
    for (const Component& component : indicator.components)
      text.add(std::string_view(component.id)).add(std::string_view(component.formula));
    text.add(indicator.funnel.size());
    for (const Stage& stage : indicator.funnel)
      text.add(std::string_view(stage.id)).add(std::string_view(stage.when));
  }
  for (const ProblemIndex& index : framework.problem_indexes) {
    text.add(std::string_view(index.id))
        .add(std::string_view(index.table))
        .add(std::optional<double>(index.cutoff))
        .add(std::string_view(index.record_weight));
    for (const auto& [item, weight] : index.weights)
      text.add(std::string_view(item)).add(std::optional<double>(weight));
  }
  return sha256_hex(text.bytes());
}

}  // namespace tijian
