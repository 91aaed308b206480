// On which level a dimension's problems are listed, over which one they are split, and what lies
// beneath what.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tijian/assessment_data.hpp"

namespace tijian {

/// How the ledger of one dimension is laid out: as its framework declares it, else by default.
struct LedgerLayout {
  const Ledger* ledger = nullptr;       // null: the framework declares none for the dimension
  std::uint32_t list_level = no_index;  // no_index: there are no units
  std::uint32_t split_level = no_index;
};

/// Levels of lists, and units by the ones above them. Made once per table.
class LedgerLevels {
 public:
  explicit LedgerLevels(const AssessmentData& data) : data_(data), units_(data.units) {}

  /// The ledger declared for the dimension; its levels, where they have no units, fall back to the
  /// next lower one that has, then the next higher. Default list level: the highest with units,
  /// peers left out. Default split level: the next one beneath, where no ledger is declared (one
  /// that is declared without it has no split).
  [[nodiscard]] LedgerLayout layout(std::string_view dimension) const {
    LedgerLayout layout;
    for (const Ledger& ledger : data_.plan.framework().ledgers)
      if (ledger.dimension == dimension) layout.ledger = &ledger;
    const std::uint32_t top = static_cast<std::uint32_t>(units_.level_count()) - 1;
    layout.list_level =
        nearest_with_units(layout.ledger == nullptr ? top : level(layout.ledger->list_level, top));
    if (layout.list_level == no_index || layout.list_level == 0) return layout;
    const std::uint32_t beneath = layout.list_level - 1;
    if (layout.ledger == nullptr)
      layout.split_level = lower_with_units(beneath);
    else if (!layout.ledger->split_level.empty())
      layout.split_level =
          lower_with_units(std::min(level(layout.ledger->split_level, beneath), beneath));
    return layout;
  }

  /// Where a series is listed: on the list level, else on its highest level beneath, else on its
  /// lowest above. So an indicator of blocks alone is listed by block, not lost.
  [[nodiscard]] std::uint32_t list_level_of(const SeriesPlan& series, std::uint32_t wanted) const {
    std::uint32_t found = no_index;
    for (const std::uint32_t l : series.levels) {
      if (!has_units(l)) continue;
      if (l <= wanted || found == no_index) found = l;
    }
    return found;
  }

  /// The unit in whose rows a problem of `unit` is listed: the highest at or above it that does not
  /// lie above `level`; `unit` itself where it does. Levels may be skipped, and so may this one.
  [[nodiscard]] std::uint32_t listed_in(std::uint32_t unit, std::uint32_t level) const {
    std::uint32_t at = unit;
    while (units_.parent(at) != no_index && units_.level(units_.parent(at)) <= level)
      at = units_.parent(at);
    return at;
  }

  /// The ancestor (or the unit itself) on `level`, or no_index.
  [[nodiscard]] std::uint32_t ancestor(std::uint32_t unit, std::uint32_t level) const {
    std::uint32_t at = unit;
    while (at != no_index && units_.level(at) < level) at = units_.parent(at);
    return at != no_index && units_.level(at) == level ? at : no_index;
  }

  /// Units of `level` beneath `unit`, in their order.
  [[nodiscard]] const std::vector<std::uint32_t>& beneath(std::uint32_t unit,
                                                          std::uint32_t level) const {
    auto [at, fresh] = beneath_.try_emplace(level);
    if (fresh) {
      at->second.resize(units_.size());
      for (std::uint32_t u = units_.first_of_level(level); u < units_.first_of_level(level + 1);
           ++u)
        for (std::uint32_t above = units_.parent(u); above != no_index;
             above = units_.parent(above))
          at->second[above].push_back(u);
    }
    return at->second[unit];
  }

  /// Whether the level has a unit that is no peer city.
  [[nodiscard]] bool has_units(std::uint32_t level) const {
    for (std::uint32_t u = units_.first_of_level(level); u < units_.first_of_level(level + 1); ++u)
      if (!data_.is_peer(u)) return true;
    return false;
  }

 private:
  [[nodiscard]] std::uint32_t level(const std::string& id, std::uint32_t fallback) const {
    const auto at = data_.plan->level_index.find(id);
    return at == data_.plan->level_index.end() ? fallback : at->second;
  }
  [[nodiscard]] std::uint32_t lower_with_units(std::uint32_t level) const {
    for (std::uint32_t l = level + 1; l-- > 0;)
      if (has_units(l)) return l;
    return no_index;
  }
  [[nodiscard]] std::uint32_t nearest_with_units(std::uint32_t level) const {
    const std::uint32_t lower = lower_with_units(level);
    if (lower != no_index) return lower;
    for (std::uint32_t l = level + 1; l < units_.level_count(); ++l)
      if (has_units(l)) return l;
    return no_index;
  }

  const AssessmentData& data_;
  const Units& units_;
  mutable std::map<std::uint32_t, std::vector<std::vector<std::uint32_t>>> beneath_;
};

}  // namespace tijian
