// SHA-256 (FIPS 180-4), by which results say which framework they were computed with.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tijian {

namespace fingerprint_detail {

inline constexpr std::array<std::uint32_t, 64> round_constants = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

using State = std::array<std::uint32_t, 8>;

inline void add_block(State& state, const unsigned char* block) {
  std::array<std::uint32_t, 64> words{};
  for (std::size_t i = 0; i < 16; ++i)
    words[i] = std::uint32_t{block[4 * i]} << 24 | std::uint32_t{block[4 * i + 1]} << 16 |
               std::uint32_t{block[4 * i + 2]} << 8 | std::uint32_t{block[4 * i + 3]};
  for (std::size_t i = 16; i < 64; ++i) {
    const std::uint32_t early = words[i - 15];
    const std::uint32_t late = words[i - 2];
    words[i] = words[i - 16] + (std::rotr(early, 7) ^ std::rotr(early, 18) ^ (early >> 3)) +
               words[i - 7] + (std::rotr(late, 17) ^ std::rotr(late, 19) ^ (late >> 10));
  }
  auto [a, b, c, d, e, f, g, h] = state;
  for (std::size_t i = 0; i < 64; ++i) {
    const std::uint32_t first = h + (std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25)) +
                                ((e & f) ^ (~e & g)) + round_constants[i] + words[i];
    const std::uint32_t second =
        (std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    h = g;
    g = f;
    f = e;
    e = d + first;
    d = c;
    c = b;
    b = a;
    a = first + second;
  }
  const State added = {a, b, c, d, e, f, g, h};
  for (std::size_t i = 0; i < 8; ++i) state[i] += added[i];
}

}  // namespace fingerprint_detail

/// The SHA-256 of bytes that come in pieces.
class Sha256 {
 public:
  void add(std::string_view bytes) {
    total_ += bytes.size();
    if (waiting_ > 0) {
      const std::size_t part = std::min(bytes.size(), block_.size() - waiting_);
      take(bytes.substr(0, part));
      bytes.remove_prefix(part);
      if (waiting_ < block_.size()) return;
      fingerprint_detail::add_block(state_, block_.data());
      waiting_ = 0;
    }
    for (; bytes.size() >= block_.size(); bytes.remove_prefix(block_.size()))
      fingerprint_detail::add_block(state_, reinterpret_cast<const unsigned char*>(bytes.data()));
    take(bytes);
  }

  /// The 32 bytes of the digest; nothing can be added behind.
  [[nodiscard]] std::string finish() {
    // A 1 bit, zeros, and the length in bits: in this block, or in one more where it does not fit.
    const std::uint64_t bits = total_ * 8;
    add(std::string_view("\x80", 1));
    static constexpr char zeros[64] = {};
    add(std::string_view(zeros, (120 - waiting_) % 64));
    char length[8];
    for (std::size_t i = 0; i < 8; ++i) length[i] = static_cast<char>(bits >> (56 - 8 * i) & 0xFF);
    add(std::string_view(length, 8));
    std::string digest;
    digest.reserve(32);
    for (const std::uint32_t word : state_)
      for (int shift = 24; shift >= 0; shift -= 8)
        digest += static_cast<char>(word >> shift & 0xFF);
    return digest;
  }

 private:
  void take(std::string_view bytes) {
    for (const char byte : bytes) block_[waiting_++] = static_cast<unsigned char>(byte);
  }

  fingerprint_detail::State state_ = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                      0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::array<unsigned char, 64> block_{};
  std::size_t waiting_ = 0;  // bytes in the block
  std::uint64_t total_ = 0;
};

/// The SHA-256 of `bytes`: 32 bytes.
inline std::string sha256(std::string_view bytes) {
  Sha256 digest;
  digest.add(bytes);
  return digest.finish();
}

/// Bytes as lower-case hexadecimal digits.
inline std::string hex_digits(std::string_view bytes) {
  std::string hex;
  hex.reserve(2 * bytes.size());
  for (const char byte : bytes) {
    hex += "0123456789abcdef"[static_cast<unsigned char>(byte) >> 4];
    hex += "0123456789abcdef"[static_cast<unsigned char>(byte) & 15];
  }
  return hex;
}

/// The bytes of lower-case hexadecimal digits.
inline std::string bytes_of_hex(std::string_view hex) {
  const auto value = [](char digit) { return digit <= '9' ? digit - '0' : digit - 'a' + 10; };
  std::string bytes;
  bytes.reserve(hex.size() / 2);
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes += static_cast<char>(value(hex[i]) << 4 | value(hex[i + 1]));
  return bytes;
}

/// The SHA-256 of `bytes` as 64 lower-case hexadecimal digits.
inline std::string sha256_hex(std::string_view bytes) { return hex_digits(sha256(bytes)); }

}  // namespace tijian
