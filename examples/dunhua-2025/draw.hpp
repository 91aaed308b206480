// Random numbers that are a pure function of (seed, column, row), so that any row can be made
// without the ones before it and a longer table begins with the bytes of a shorter one. Integers
// only: the same bytes with every compiler and CPU.
#ifndef EXAMPLES_DUNHUA_2025_DRAW_HPP
#define EXAMPLES_DUNHUA_2025_DRAW_HPP

#include <cstdint>

namespace dunhua {

// The finaliser of SplitMix64 (Steele, Lea, Flood 2014): a bijection of 64 bits without visible
// structure.
constexpr std::uint64_t mix(std::uint64_t x) {
  x += 0x9E3779B97F4A7C15ULL;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
  return x ^ (x >> 31);
}

// One row of one table; `column` names what is drawn.
class Draw {
 public:
  constexpr Draw(std::uint64_t seed, std::uint64_t table, std::uint64_t row)
      : key_(mix(mix(seed ^ mix(table)) + row)) {}

  constexpr std::uint64_t bits(std::uint64_t column) const { return mix(key_ ^ mix(~column)); }

  // 0 … n-1. The bias of the multiplication is below n / 2^32.
  constexpr std::uint64_t below(std::uint64_t column, std::uint64_t n) const {
    return ((bits(column) >> 32) * n) >> 32;
  }

  // low … high, both included.
  constexpr std::int64_t between(std::uint64_t column, std::int64_t low, std::int64_t high) const {
    return low +
           static_cast<std::int64_t>(below(column, static_cast<std::uint64_t>(high - low + 1)));
  }

  constexpr bool chance(std::uint64_t column, std::uint64_t per_mille) const {
    return below(column, 1000) < per_mille;
  }

 private:
  std::uint64_t key_;
};

}  // namespace dunhua

#endif  // EXAMPLES_DUNHUA_2025_DRAW_HPP
