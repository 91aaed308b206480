// Structs of the Arrow interfaces that are released by whoever holds them last.
#pragma once

#include <utility>

#include "tijian/arrow_abi.h"

namespace tijian {

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
    if (owned_.release != nullptr) owned_.release(&owned_);
    owned_ = Struct{};
  }
  [[nodiscard]] bool is_released() const noexcept { return owned_.release == nullptr; }
  [[nodiscard]] Struct* get() noexcept { return &owned_; }

 private:
  Struct owned_{};
};

}  // namespace tijian
