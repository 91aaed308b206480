// From a number to a score, column by column: what is to be computed, prepared once per column.
//
// min_max, goalposts and distance to target are all (x - origin) / divisor, kept within limits,
// times a factor, plus an offset – each one rounded operation, in this order. The direction is in
// origin and divisor: turning the signs of both sides of a fraction changes no bit of the quotient.
// Methods: OECD/JRC Handbook on Constructing Composite Indicators (2008); UNDP, Human Development
// Report, technical notes (goalposts); Becker et al., COINr (2022).
#pragma once

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include "tijian/kernels/elementary.hpp"

namespace tijian::kernels {

enum class NormaliseKind : std::uint8_t {
  null,         ///< every score is null
  as_is,        ///< the number itself
  linear,       ///< (x - origin) / divisor · factor + offset
  logarithmic,  ///< the same of ln x; null where x <= 0
  points        ///< linear between points, flat beyond
};

/// From one point to the next: score + (x - start) · slope.
struct ScoreSegment {
  double start;
  double score;
  double slope;
  bool operator==(const ScoreSegment&) const = default;
};

/// What is null stays null, what is not finite is null, before and after; a zero is never -0.
struct NormaliseRule {
  NormaliseKind kind = NormaliseKind::as_is;
  double origin = 0;
  double divisor = 1;
  double lowest = -std::numeric_limits<double>::infinity();  ///< limits of the quotient
  double highest = std::numeric_limits<double>::infinity();
  double factor = 1;
  double offset = 0;
  const ScoreSegment* segments = nullptr;  ///< of `points`, borrowed; at least one
  std::size_t segment_count = 0;
};

/// Smallest and largest number of a column, over what is present. Parts of the rows may be joined
/// in any order.
struct ColumnRange {
  double least = std::numeric_limits<double>::infinity();
  double greatest = -std::numeric_limits<double>::infinity();
  bool operator==(const ColumnRange&) const = default;
};

[[nodiscard]] constexpr ColumnRange joined(ColumnRange a, ColumnRange b) noexcept {
  return {b.least < a.least ? b.least : a.least, b.greatest > a.greatest ? b.greatest : a.greatest};
}

[[nodiscard]] inline NormaliseRule linear_rule(double origin, double divisor, double factor = 1,
                                               double offset = 0) {
  NormaliseRule rule;
  rule.kind = NormaliseKind::linear;
  rule.origin = origin;
  rule.divisor = divisor;
  rule.factor = factor;
  rule.offset = offset + 0.0;  // a zero added last is +0, so that no score is -0
  // A zero denominator, a constant or empty column: nothing can be said.
  const bool usable = std::isfinite(origin) && std::isfinite(divisor) && divisor != 0 &&
                      std::isfinite(factor) && std::isfinite(offset);
  if (!usable) rule.kind = NormaliseKind::null;
  return rule;
}

/// (y - min) / (max - min) · (high - low) + low, where y = direction · x; `direction` is 1 or -1.
[[nodiscard]] inline NormaliseRule min_max_rule(ColumnRange range, int direction = 1,
                                                double low = 0, double high = 100) {
  const double origin = direction < 0 ? range.greatest : range.least;
  const double other = direction < 0 ? range.least : range.greatest;
  return linear_rule(origin, other - origin, high - low, low);
}

/// (y - min) / (direction · target - min); `cap` lowers what is above 1 to 1.
[[nodiscard]] inline NormaliseRule distance_to_target_rule(ColumnRange range, double target,
                                                           int direction = 1, bool cap = false) {
  const double origin = direction < 0 ? range.greatest : range.least;
  NormaliseRule rule = linear_rule(origin, target - origin);
  if (cap) rule.highest = 1;
  return rule;
}

struct Goalposts {
  double lower = 0;
  double upper = 1;
  double scale = 100;
  bool truncate = true;      ///< cut to 0 … 1 before it is scaled
  bool logarithmic = false;  ///< of the logarithms of x, lower and upper
};

/// (x - lower) / (upper - lower), or (upper - x) / (upper - lower) where `direction` is -1, times
/// `scale`: in the column's own units.
[[nodiscard]] inline NormaliseRule goalposts_rule(const Goalposts& posts, int direction = 1) {
  double origin = direction < 0 ? posts.upper : posts.lower;
  double other = direction < 0 ? posts.lower : posts.upper;
  if (posts.logarithmic) {
    origin = natural_logarithm(origin);
    other = natural_logarithm(other);
  }
  NormaliseRule rule = linear_rule(origin, other - origin, posts.scale);
  if (posts.logarithmic && rule.kind == NormaliseKind::linear) {
    rule.kind = NormaliseKind::logarithmic;
  }
  if (posts.truncate) {
    rule.lowest = 0;
    rule.highest = 1;
  }
  return rule;
}

/// The steepest slope, at most `slope`, with which the line from `start` stays within the score of
/// the next point up to the last double before it. Rounded as it is computed, the exact slope may
/// lead an ulp beyond, to a score of 100.00000000000001.
[[nodiscard]] inline double slope_within(double start, double score, double next_start,
                                         double next_score, double slope) {
  const double last = std::nextafter(next_start, start);
  const auto stays = [&](double tried) {
    const double reached = score + (last - start) * tried;
    return tried < 0 ? reached >= next_score : reached <= next_score;
  };
  if (slope == 0 || stays(slope)) return slope;
  // Slopes of one sign are in the order of their bits.
  const std::uint64_t sign = slope < 0 ? std::uint64_t{1} << 63 : 0;
  std::uint64_t good = 0;
  std::uint64_t bad = std::bit_cast<std::uint64_t>(slope) & ~(std::uint64_t{1} << 63);
  while (bad - good > 1) {
    const std::uint64_t middle = good + (bad - good) / 2;
    (stays(std::bit_cast<double>(middle | sign)) ? good : bad) = middle;
  }
  return std::bit_cast<double>(good | sign);
}

/// The segments of (x, score) points in ascending order of x; of points with the same x the last
/// holds from there on. Empty, which means null, for no points, points that are out of order or not
/// finite, and slopes too steep for a double.
[[nodiscard]] inline std::vector<ScoreSegment> score_segments(
    std::span<const std::pair<double, double>> points) {
  std::vector<ScoreSegment> segments;
  segments.reserve(points.size());
  for (std::size_t i = 0; i < points.size(); ++i) {
    const auto [x, score] = points[i];
    if (!std::isfinite(x) || !std::isfinite(score)) return {};
    double slope = 0;
    if (i + 1 < points.size()) {
      const auto [next_x, next_score] = points[i + 1];
      if (!(next_x >= x)) return {};
      if (next_x > x) {
        slope = (next_score - score) / (next_x - x);
        if (!std::isfinite(slope) || !std::isfinite(next_x - x)) return {};
        slope = slope_within(x, score, next_x, next_score, slope);
      }
    }
    segments.push_back({x, score + 0.0, slope});
  }
  return segments;
}

/// The rule of segments that outlive it.
[[nodiscard]] inline NormaliseRule points_rule(std::span<const ScoreSegment> segments) {
  NormaliseRule rule;
  rule.kind = segments.empty() ? NormaliseKind::null : NormaliseKind::points;
  rule.segments = segments.data();
  rule.segment_count = segments.size();
  return rule;
}

}  // namespace tijian::kernels
