// Eight bits as eight bytes of 0 or 1, in the order of memory.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace tijian::kernels {

struct SpreadBits {
  std::uint64_t words[256];
};

[[nodiscard]] constexpr SpreadBits all_spread_bits() noexcept {
  SpreadBits table{};
  for (unsigned bits = 0; bits < 256; ++bits) {
    std::array<std::uint8_t, 8> bytes{};
    for (std::size_t i = 0; i < 8; ++i) bytes[i] = static_cast<std::uint8_t>(bits >> i & 1);
    table.words[bits] = std::bit_cast<std::uint64_t>(bytes);
  }
  return table;
}

/// `spread_bits.words[bits]`, copied to memory, is one byte per bit, that of the lowest first.
inline constexpr SpreadBits spread_bits = all_spread_bits();

}  // namespace tijian::kernels
