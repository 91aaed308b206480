// The grade 很好/较好/一般/不足 of one indicator in one unit: by condition, by default, lowered by
// the residents' survey, or overridden by an entry. Composite grades: composite_grade.hpp.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "tijian/framework.hpp"
#include "tijian/judge.hpp"

namespace tijian {

enum class Grade : std::uint8_t {
  very_good,    ///< 很好
  good,         ///< 较好
  fair,         ///< 一般
  insufficient  ///< 不足
};

inline constexpr std::array<std::string_view, 4> grade_names = {"very_good", "good", "fair",
                                                                "insufficient"};

[[nodiscard]] constexpr std::string_view name(Grade grade) {
  return grade_names[static_cast<std::size_t>(grade)];
}

/// The grade of that id, or null.
[[nodiscard]] constexpr std::optional<Grade> grade_named(std::string_view id) {
  for (std::size_t i = 0; i < grade_names.size(); ++i) {
    if (grade_names[i] == id) return static_cast<Grade>(i);
  }
  return std::nullopt;
}

/// Cut-offs of the gap for the library's default grades. They are this library's own: the handbook
/// leaves the mapping to experts.
inline constexpr double good_gap = 0.10;
inline constexpr double fair_gap = 0.30;

/// A survey score under this lowers the grade by one step; the score itself does not.
inline constexpr double survey_threshold = 60.0;

/// The grade where no condition holds: met is very good; unmet by the gap good, fair or
/// insufficient; an unmet floor insufficient, and so is what is unmet by a gap that is null, for
/// nothing shows it to be small. Null unless the verdict is met or unmet.
[[nodiscard]] inline std::optional<Grade> default_grade(Verdict verdict, std::optional<double> gap,
                                                        Kind kind) {
  if (verdict == Verdict::met) return Grade::very_good;
  if (verdict != Verdict::unmet) return std::nullopt;
  if (kind == Kind::floor || !gap) return Grade::insufficient;
  if (*gap <= good_gap) return Grade::good;
  return *gap <= fair_gap ? Grade::fair : Grade::insufficient;
}

/// `grade`, one step lower where the survey score is under 60. A null score changes nothing, and
/// insufficient stays.
[[nodiscard]] inline Grade corrected(Grade grade, std::optional<double> survey_score) {
  if (!survey_score || !(*survey_score < survey_threshold) || grade == Grade::insufficient) {
    return grade;
  }
  return static_cast<Grade>(static_cast<std::uint8_t>(grade) + 1);
}

enum class GradeOrigin : std::uint8_t { computed, corrected, overridden };

[[nodiscard]] constexpr std::string_view name(GradeOrigin origin) {
  constexpr std::string_view names[] = {"computed", "corrected", "overridden"};
  return names[static_cast<std::size_t>(origin)];
}

struct GradeFacts {
  Verdict verdict = Verdict::no_data;
  Kind kind = Kind::guiding;
  bool has_value = false;  ///< a value, computed or reported, that counts (`value_counts`)
  std::optional<double> gap;
  bool never_graded = false;       ///< `"grades": []`
  std::optional<Grade> condition;  ///< of the first of the `grades` conditions that holds
  std::optional<double> survey_score;
  std::optional<Grade> entry;  ///< given by an entry, with a reason
};

struct GradeChoice {
  Grade grade = Grade::insufficient;
  GradeOrigin origin = GradeOrigin::computed;
  bool operator==(const GradeChoice&) const = default;
};

/// The grade of one indicator in one unit, or null where it has none. An entry stands as it was
/// given: the survey corrects what the library computed, not what an expert has decided. Without
/// one, a grade needs a value; inventories and facts are graded by an entry only.
[[nodiscard]] inline std::optional<GradeChoice> choose_grade(const GradeFacts& facts) {
  if (facts.entry) return GradeChoice{*facts.entry, GradeOrigin::overridden};
  const bool judged = facts.kind == Kind::floor || facts.kind == Kind::guiding;
  if (!judged || facts.never_graded || !facts.has_value || !value_counts(facts.verdict)) {
    return std::nullopt;
  }
  const std::optional<Grade> computed =
      facts.condition ? facts.condition : default_grade(facts.verdict, facts.gap, facts.kind);
  if (!computed) return std::nullopt;
  const Grade after = corrected(*computed, facts.survey_score);
  return GradeChoice{after, after == *computed ? GradeOrigin::computed : GradeOrigin::corrected};
}

/// The grade of an indicator with components: the worst of theirs. Null where its verdict is no
/// data or not applicable, for the components that are known do not speak for the others, and where
/// no component has a grade.
[[nodiscard]] inline std::optional<Grade> grade_components(
    Verdict summary, std::span<const std::optional<Grade>> components) {
  if (!value_counts(summary)) return std::nullopt;
  std::optional<Grade> worst;
  for (const std::optional<Grade>& grade : components) {
    if (grade && (!worst || *grade > *worst)) worst = grade;
  }
  return worst;
}

}  // namespace tijian
