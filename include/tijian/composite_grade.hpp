// The composite grade 优/良/中/差 of an aspect from the grades of its indicators, by the rule of
// the handbook (城市发展质量总体评价标准), in integers.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace tijian {

enum class CompositeGrade : std::uint8_t {
  excellent,  ///< 优
  good,       ///< 良
  medium,     ///< 中
  poor        ///< 差
};

inline constexpr std::array<std::string_view, 4> composite_grade_names = {"excellent", "good",
                                                                          "medium", "poor"};

[[nodiscard]] constexpr std::string_view name(CompositeGrade grade) {
  return composite_grade_names[static_cast<std::size_t>(grade)];
}

/// The grade of that id, or null.
[[nodiscard]] constexpr std::optional<CompositeGrade> composite_grade_named(std::string_view id) {
  for (std::size_t i = 0; i < composite_grade_names.size(); ++i) {
    if (composite_grade_names[i] == id) return static_cast<CompositeGrade>(i);
  }
  return std::nullopt;
}

/// How many floor and guiding indicators of an aspect have which grade. Inventories and facts are
/// not counted; what has no grade – no data, not applicable, never graded – is `ungraded` and stays
/// in the denominator.
struct GradeCounts {
  std::int64_t very_good = 0;
  std::int64_t good = 0;
  std::int64_t fair = 0;
  std::int64_t insufficient = 0;
  std::int64_t ungraded = 0;
};

struct CompositeResult {
  std::optional<CompositeGrade> grade;  ///< null where nothing is graded
  bool rule_hole = false;               ///< no line of the rule fits; 良 is the library's reading
  bool operator==(const CompositeResult&) const = default;
};

/// The composite grade. With a = share of very good, b = share of very good and good, z = at least
/// one insufficient, over all indicators counted:
///
///   excellent  a >= 80 % and not z
///   good       b >= 80 % and z, or 60 % <= b < 80 % and not z
///   medium     60 % <= b < 80 % and z, or 40 % <= b < 60 % and not z
///   poor       40 % <= b < 60 % and z, or b < 40 %
///
/// b >= 80 % without an insufficient one but a < 80 % is in no line: good, with `rule_hole`.
[[nodiscard]] constexpr CompositeResult composite_grade(const GradeCounts& counts) {
  const std::int64_t graded = counts.very_good + counts.good + counts.fair + counts.insufficient;
  if (graded <= 0) return {};
  const std::int64_t all = graded + counts.ungraded;
  const std::int64_t better = counts.very_good + counts.good;
  const bool insufficient = counts.insufficient > 0;
  // In fifths of the whole, so that 80 % of 5 is 4 and not a rounding.
  if (5 * better >= 4 * all) {
    if (insufficient) return {CompositeGrade::good, false};
    if (5 * counts.very_good >= 4 * all) return {CompositeGrade::excellent, false};
    return {CompositeGrade::good, true};
  }
  if (5 * better >= 3 * all)
    return {insufficient ? CompositeGrade::medium : CompositeGrade::good, false};
  if (5 * better >= 2 * all)
    return {insufficient ? CompositeGrade::poor : CompositeGrade::medium, false};
  return {CompositeGrade::poor, false};
}

}  // namespace tijian
