// Memory for arrays of many megabytes in large pages, where the system has them: filling new memory
// is then not bound by thousands of faults of 4 KiB each.
#pragma once

#include <cstddef>
#include <new>

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace tijian {

/// An allocator; small arrays come from where they always come from.
template <class Value>
struct LargePages {
  using value_type = Value;

  LargePages() = default;
  template <class Other>
  LargePages(const LargePages<Other>&) noexcept {}

  [[nodiscard]] Value* allocate(std::size_t count) {
    if (count > static_cast<std::size_t>(-1) / 2 / sizeof(Value)) throw std::bad_array_new_length();
    const std::size_t bytes = count * sizeof(Value);
    if (bytes < large) return static_cast<Value*>(::operator new(bytes));
    void* at = ::operator new (bytes, std::align_val_t{page});
#ifdef __linux__
    // A wish: where it is not granted, the memory is as good.
    ::madvise(at, bytes, MADV_HUGEPAGE);
#endif
    return static_cast<Value*>(at);
  }
  void deallocate(Value* at, std::size_t count) noexcept {
    if (count * sizeof(Value) < large)
      ::operator delete(at);
    else
      ::operator delete (at, std::align_val_t{page});
  }

  friend bool operator==(const LargePages&, const LargePages&) { return true; }

 private:
  static constexpr std::size_t page = std::size_t{2} << 20;
  static constexpr std::size_t large = 2 * page;
  static_assert(alignof(Value) <= __STDCPP_DEFAULT_NEW_ALIGNMENT__);
};

}  // namespace tijian
