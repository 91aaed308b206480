// Finds the place of a text in a list that grows: the keys of a table's state.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "tijian/kernels/prefetch.hpp"

namespace tijian {

/// Distinct texts, numbered as they come. A table of places with linear probing: one cache line to
/// ask, and no allocation of its own for each text.
class KeyIndex {
 public:
  static constexpr std::uint32_t none = UINT32_MAX;

  [[nodiscard]] std::size_t size() const { return keys_.size(); }
  [[nodiscard]] const std::string& operator[](std::size_t place) const { return keys_[place].text; }

  /// What a text is looked for by; of a key that is there, it is at hand.
  static std::uint32_t hash_of(std::string_view key) {
    const auto hash = static_cast<std::uint64_t>(std::hash<std::string_view>{}(key));
    return static_cast<std::uint32_t>(hash ^ hash >> 32);
  }
  [[nodiscard]] std::uint32_t hash(std::size_t place) const { return keys_[place].hash; }

  /// Asks for the memory that `find` will read.
  TIJIAN_PREFETCHES void prefetch(std::uint32_t hash) const {
    if (!slots_.empty()) kernels::prefetch_line(&slots_[hash & (slots_.size() - 1)]);
  }

  /// The place of `key`; none where it is not there.
  [[nodiscard]] std::uint32_t find(std::string_view key, std::uint32_t hash) const {
    if (slots_.empty()) return none;
    for (std::size_t at = hash & (slots_.size() - 1);; at = (at + 1) & (slots_.size() - 1)) {
      const Slot& slot = slots_[at];
      if (slot.place == none) return none;
      if (slot.hash == hash && keys_[slot.place].text == key) return slot.place;
    }
  }

  /// Adds a key that is not there. Throws bad_alloc; then nothing has changed.
  void add(std::string_view key, std::uint32_t hash) {
    if (2 * (keys_.size() + 1) > slots_.size()) {
      std::vector<Slot> more(std::bit_ceil(4 * (keys_.size() + 4)));
      for (const Slot& slot : slots_)
        if (slot.place != none) put(more, slot);
      slots_.swap(more);
    }
    keys_.push_back({std::string(key), hash});
    put(slots_, {hash, static_cast<std::uint32_t>(keys_.size() - 1)});
  }

  /// Keeps only the first `size` keys.
  void keep(std::size_t size) {
    if (size >= keys_.size()) return;
    keys_.erase(keys_.begin() + static_cast<std::ptrdiff_t>(size), keys_.end());
    for (Slot& slot : slots_) slot = {};
    for (std::size_t place = 0; place < size; ++place)
      put(slots_, {keys_[place].hash, static_cast<std::uint32_t>(place)});
  }

 private:
  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t place = none;
  };

  struct Key {
    std::string text;
    std::uint32_t hash;
  };

  static void put(std::vector<Slot>& slots, const Slot& slot) {
    std::size_t at = slot.hash & (slots.size() - 1);
    while (slots[at].place != none) at = (at + 1) & (slots.size() - 1);
    slots[at] = slot;
  }

  std::vector<Key> keys_;
  std::vector<Slot> slots_;  // a power of two, at most half of them taken
};

}  // namespace tijian
