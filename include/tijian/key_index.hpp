// Finds the place of a text in a list that grows: the keys of a table's state.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace tijian {

/// Distinct texts, numbered as they come. A table of places with linear probing: one cache line to
/// ask, and no allocation of its own for each text.
class KeyIndex {
 public:
  static constexpr std::uint32_t none = UINT32_MAX;

  [[nodiscard]] std::size_t size() const { return keys_.size(); }
  [[nodiscard]] const std::string& operator[](std::size_t place) const { return keys_[place]; }

  /// The place of `key`; none where it is not there.
  [[nodiscard]] std::uint32_t find(std::string_view key) const {
    if (slots_.empty()) return none;
    const std::uint32_t hash = hash_of(key);
    for (std::size_t at = hash & (slots_.size() - 1);; at = (at + 1) & (slots_.size() - 1)) {
      const Slot& slot = slots_[at];
      if (slot.place == none) return none;
      if (slot.hash == hash && keys_[slot.place] == key) return slot.place;
    }
  }

  /// Adds a key that is not there. Throws bad_alloc; then nothing has changed.
  void add(std::string_view key) {
    if (2 * (keys_.size() + 1) > slots_.size()) {
      std::vector<Slot> more(std::bit_ceil(4 * (keys_.size() + 4)));
      for (const Slot& slot : slots_)
        if (slot.place != none) put(more, slot);
      slots_.swap(more);
    }
    keys_.emplace_back(key);
    put(slots_, {hash_of(key), static_cast<std::uint32_t>(keys_.size() - 1)});
  }

  /// Keeps only the first `size` keys.
  void keep(std::size_t size) {
    if (size >= keys_.size()) return;
    keys_.resize(size);
    for (Slot& slot : slots_) slot = {};
    for (std::size_t place = 0; place < size; ++place)
      put(slots_, {hash_of(keys_[place]), static_cast<std::uint32_t>(place)});
  }

 private:
  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t place = none;
  };

  static std::uint32_t hash_of(std::string_view key) {
    const auto hash = static_cast<std::uint64_t>(std::hash<std::string_view>{}(key));
    return static_cast<std::uint32_t>(hash ^ hash >> 32);
  }
  static void put(std::vector<Slot>& slots, const Slot& slot) {
    std::size_t at = slot.hash & (slots.size() - 1);
    while (slots[at].place != none) at = (at + 1) & (slots.size() - 1);
    slots[at] = slot;
  }

  std::vector<std::string> keys_;
  std::vector<Slot> slots_;  // a power of two, at most half of them taken
};

}  // namespace tijian
