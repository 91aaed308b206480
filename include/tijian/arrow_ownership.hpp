// Structs of the Arrow interfaces that are released by whoever holds them last.
#pragma once

#include <utility>

#include "tijian/arrow_abi.h"

namespace tijian {

/// Releases what is not released yet. A producer's callback that throws has released nothing more
/// that could be taken care of, and must not end the process.
template <class Struct>
void release_arrow(Struct* given) noexcept {
  if (given == nullptr || given->release == nullptr) return;
  try {
    given->release(given);
  } catch (...) {
  }
  given->release = nullptr;
}

/// Owns an ArrowSchema, ArrowArray or ArrowArrayStream: releases it once. Nothing here throws.
template <class Struct>
class ArrowOwner {
 public:
  ArrowOwner() noexcept = default;
  /// Moves out of `source`, which is left released, as the specification moves structs.
  explicit ArrowOwner(Struct* source) noexcept {
    if (source == nullptr) return;
    owned_ = *source;
    source->release = nullptr;
  }
  ArrowOwner(ArrowOwner&& other) noexcept : ArrowOwner(&other.owned_) {}
  ArrowOwner& operator=(ArrowOwner&& other) noexcept {
    std::swap(owned_, other.owned_);
    return *this;
  }
  ArrowOwner(const ArrowOwner&) = delete;
  ArrowOwner& operator=(const ArrowOwner&) = delete;
  ~ArrowOwner() { reset(); }

  void reset() noexcept {
    release_arrow(&owned_);
    owned_ = Struct{};
  }
  [[nodiscard]] bool is_released() const noexcept { return owned_.release == nullptr; }
  [[nodiscard]] Struct* get() noexcept { return &owned_; }
  /// Moves what is owned to `out`, which is not looked at.
  void hand_over(Struct* out) noexcept {
    *out = owned_;
    owned_.release = nullptr;
  }

 private:
  Struct owned_{};
};

}  // namespace tijian
