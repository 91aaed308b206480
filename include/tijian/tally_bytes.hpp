// The saved form of a tally: canonical, so that equal tallies have equal bytes and the checksum at
// the end is also an identity. docs/saved-format.md has the layout.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

#include "tijian/bytes.hpp"
#include "tijian/fingerprint.hpp"
#include "tijian/plan.hpp"
#include "tijian/table_state.hpp"
#include "tijian/tally.hpp"

namespace tijian {

/// What a tally is made of.
struct TallyFields {
  template <class Archive>
  static void fields(Archive& archive, Archived<Archive, Tally>& tally) {
    const PlanData& plan = *tally.plan_;
    const std::string fingerprint = bytes_of_hex(plan.fingerprint);
    if constexpr (Archive::reads) {
      if (archive.raw(fingerprint.size()) != fingerprint)
        throw SavedError({make_issue(saved_messages::other_plan, "saved")});
    } else {
      archive.raw(fingerprint);
    }
    for (std::size_t t = 0; t < tally.tables_.size(); ++t) {
      archive.same_text(plan.tables[t].id);
      tally.tables_[t].state.layout_fields(archive);
      archive.flag(tally.tables_[t].supplied);
      rows(archive, plan, t, tally.tables_[t].state);
      archive.require(tally.tables_[t].supplied || tally.tables_[t].state.rows() == 0,
                      saved_faults::range);
    }
  }

 private:
  template <class Archive>
  static void rows(Archive& archive, const PlanData& plan, std::size_t table,
                   Archived<Archive, TableState>& state) {
    std::vector<std::uint32_t> order;
    if constexpr (!Archive::reads) {
      order.resize(state.rows());
      std::iota(order.begin(), order.end(), 0U);
      std::sort(order.begin(), order.end(),
                [&state](std::uint32_t a, std::uint32_t b) { return state.key(a) < state.key(b); });
    }
    const std::vector<std::uint32_t> letters = letter_slots(plan, table);
    const std::size_t keys = archive.count(state.rows(), state.smallest_row());
    archive.require(keys < no_index, saved_faults::range);
    std::string key;
    for (std::size_t k = 0; k < keys; ++k) {
      std::uint32_t row = 0;
      if constexpr (Archive::reads) {
        archive.text(key);
        archive.require(k == 0 || state.key(static_cast<std::uint32_t>(k - 1)) < key,
                        saved_faults::order);
        row = state.row(key);
      } else {
        row = order[k];
        archive.text(state.key(row));
      }
      TableState::fields(archive, state, row);
      archive.require(state.counts_agree(row, plan.tables[table].rows_slot), saved_faults::range);
      for (const std::uint32_t slot : letters)
        archive.require(is_letter(state.extreme(row, slot)), saved_faults::range);
    }
  }

  /// Extremes that are letters of evidence, which assess reads as 1 to 5.
  static std::vector<std::uint32_t> letter_slots(const PlanData& plan, std::size_t table) {
    std::vector<std::uint32_t> slots;
    const auto take = [&slots](std::uint32_t slot) {
      if (slot != no_index) slots.push_back(slot);
    };
    for (const SeriesPlan& series : plan.series) {
      if (series.table != table) continue;
      take(series.evidence_slot);
      take(series.best_evidence_slot);
    }
    for (const ItemPlan& item : plan.items) {
      if (plan.series[plan.series_of_indicator[item.indicator]].table != table) continue;
      take(item.evidence_slot);
    }
    std::sort(slots.begin(), slots.end());
    slots.erase(std::unique(slots.begin(), slots.end()), slots.end());
    return slots;
  }
  static bool is_letter(double extreme) {
    return std::isnan(extreme) || extreme == 1 || extreme == 2 || extreme == 3 || extreme == 4 ||
           extreme == 5;
  }
};

/// The tally as bytes that equal those of every equal tally, on every machine.
[[nodiscard]] inline std::string save_tally(const Tally& tally) {
  ByteWriter writer;
  TallyFields::fields(writer, tally);
  return seal(SavedKind::tally, writer.bytes());
}

/// The tally that was saved. Throws SavedError where the bytes are no tally, damaged, of a newer
/// version, or of a plan that adds rows up in another way.
[[nodiscard]] inline Tally load_tally(const Plan& plan, std::string_view bytes) {
  ByteReader reader(unseal(SavedKind::tally, bytes), saved_header_size);
  Tally tally(plan);
  TallyFields::fields(reader, tally);
  reader.finish();
  return tally;
}

inline std::string Tally::digest() const {
  const std::string bytes = save_tally(*this);
  return hex_digits(std::string_view(bytes).substr(bytes.size() - saved_checksum_size));
}

}  // namespace tijian
