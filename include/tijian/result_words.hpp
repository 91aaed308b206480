// The words officials read for what the results name by id: grades, verdicts, difficulty, bases of
// targets, what decided a severity.
#pragma once

#include <string>
#include <string_view>

#include "tijian/composite_grade.hpp"
#include "tijian/framework.hpp"
#include "tijian/grade.hpp"
#include "tijian/judge.hpp"
#include "tijian/text.hpp"

namespace tijian {

/// 很好, 较好, 一般, 不足.
[[nodiscard]] inline Text grade_text(Grade grade) {
  switch (grade) {
    case Grade::very_good: return {"很好", "very good"};
    case Grade::good: return {"较好", "good"};
    case Grade::fair: return {"一般", "fair"};
    case Grade::insufficient: return {"不足", "insufficient"};
  }
  return {};
}

[[nodiscard]] inline Text composite_grade_text(CompositeGrade grade) {
  switch (grade) {
    case CompositeGrade::excellent: return {"优", "excellent"};
    case CompositeGrade::good: return {"良", "good"};
    case CompositeGrade::medium: return {"中", "medium"};
    case CompositeGrade::poor: return {"差", "poor"};
  }
  return {};
}

[[nodiscard]] inline Text verdict_text(Verdict verdict) {
  switch (verdict) {
    case Verdict::not_applicable: return {"不适用", "not applicable"};
    case Verdict::inventory: return {"存量，不参与评价", "inventory, never judged"};
    case Verdict::fact: return {"事实，不参与评价", "fact, never judged"};
    case Verdict::no_data: return {"无数据", "no data"};
    case Verdict::no_target: return {"无标准", "no target"};
    case Verdict::met: return {"达标", "met"};
    case Verdict::unmet: return {"未达标", "unmet"};
  }
  return {};
}

[[nodiscard]] inline Text kind_text(Kind kind) {
  switch (kind) {
    case Kind::floor: return {"底线指标", "floor indicator"};
    case Kind::guiding: return {"导向指标", "guiding indicator"};
    case Kind::inventory: return {"存量指标", "inventory"};
    case Kind::fact: return {"基础数据", "fact"};
  }
  return {};
}

/// 治理难度 of an item: low, medium, high; another id is its own word.
[[nodiscard]] inline Text difficulty_text(std::string_view difficulty) {
  if (difficulty == "low") return {"低", "low"};
  if (difficulty == "medium") return {"中", "medium"};
  if (difficulty == "high") return {"高", "high"};
  return {std::string(difficulty), std::string(difficulty)};
}

/// What a target rests on; another id is its own word.
[[nodiscard]] inline Text basis_text(std::string_view basis) {
  if (basis == "national") return {"国家标准", "national standard"};
  if (basis == "local") return {"地方标准", "local standard"};
  if (basis == "planning") return {"规划目标", "planning goal"};
  if (basis == "peer") return {"同类城市水平", "peer level"};
  if (basis == "previous") return {"上年水平", "last year's level"};
  return {std::string(basis), std::string(basis)};
}

[[nodiscard]] inline Text severity_origin_text(SeverityOrigin origin) {
  switch (origin) {
    case SeverityOrigin::indicator_condition:
      return {"指标的程度条件", "a condition of the indicator"};
    case SeverityOrigin::item: return {"最重的分项", "the worst item that holds"};
    case SeverityOrigin::framework_condition:
      return {"体系的程度条件", "a condition of the framework"};
    case SeverityOrigin::gap:
      return {"差距（本库默认分级，无官方界限）",
              "the gap (the library's default: no official cut-offs exist)"};
    case SeverityOrigin::entry: return {"填报改写", "an entry"};
  }
  return {};
}

[[nodiscard]] inline Text grade_origin_text(GradeOrigin origin) {
  switch (origin) {
    case GradeOrigin::computed: return {"计算", "computed"};
    case GradeOrigin::corrected: return {"居民评价修正", "corrected by the survey"};
    case GradeOrigin::overridden: return {"填报改写", "overridden by an entry"};
  }
  return {};
}

}  // namespace tijian
