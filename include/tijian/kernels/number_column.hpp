// A borrowed column of numbers, one per unit: what the kernels of judging and scoring read.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tijian::kernels {

/// Numbers of one indicator. A row is null where `validity` (Arrow's bitmap, lowest bit first) has
/// no bit, and where the number is not finite.
struct NumberColumn {
  const double* values = nullptr;
  const std::uint8_t* validity = nullptr;  ///< null: only what is not finite is null
  std::size_t first_bit = 0;               ///< the bit of row 0
};

/// The bits of `count` rows (at most 8) from `row` on, that of `row` lowest. Reads no byte beyond
/// the last of these bits.
[[nodiscard]] constexpr unsigned validity_bits(const NumberColumn& column, std::size_t row,
                                               std::size_t count) noexcept {
  if (count == 0) return 0;
  const unsigned wanted = (1U << count) - 1;
  if (column.validity == nullptr) return wanted;
  const std::size_t bit = column.first_bit + row;
  const std::size_t shift = bit % 8;
  unsigned bits = column.validity[bit / 8];
  if (shift + count > 8) bits |= static_cast<unsigned>(column.validity[bit / 8 + 1]) << 8;
  return bits >> shift & wanted;
}

}  // namespace tijian::kernels
