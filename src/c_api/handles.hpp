// What the opaque handles of the C interface hold. The C++ objects share their content, so handles
// may be freed in any order.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "c_api/guard.hpp"
#include "tijian/assessment.hpp"
#include "tijian/framework.hpp"
#include "tijian/plan.hpp"
#include "tijian/tally.hpp"
#include "tijian/units.hpp"

struct tj_buffer {
  std::string bytes;
};

struct tj_cancel {
  std::stop_source source;
};

struct tj_framework {
  tijian::Framework framework;
  std::string fingerprint;
};

struct tj_plan {
  tijian::Plan plan;
};

struct tj_units {
  tijian::Units units;
};

struct tj_tally {
  explicit tj_tally(tijian::Tally made) : tally(std::move(made)) {}

  tijian::Tally tally;
  /// -1: being changed; else how many calls read it.
  mutable std::atomic<std::int32_t> users{0};
};

struct tj_assessment {
  tijian::Assessment assessment;
  std::vector<std::string> tables;
};

namespace tijian::c_api {

inline std::stop_token stop_of(const tj_cancel* cancel) {
  return cancel == nullptr ? std::stop_token() : cancel->source.get_token();
}

/// Holds a tally for one call that changes it, or for one of several that read it. Where that
/// cannot be, the caller has a race: it is told instead of made to wait.
class TallyUse {
 public:
  enum class Purpose { change, read };

  TallyUse(const tj_tally* tally, Purpose purpose) : users_(&tally->users), purpose_(purpose) {
    std::int32_t users = 0;
    if (purpose == Purpose::change) {
      if (!users_->compare_exchange_strong(users, -1, std::memory_order_acquire)) throw BusyError();
      return;
    }
    users = users_->load(std::memory_order_relaxed);
    do {
      if (users < 0) throw BusyError();
    } while (!users_->compare_exchange_weak(users, users + 1, std::memory_order_acquire));
  }
  ~TallyUse() {
    if (purpose_ == Purpose::change)
      users_->store(0, std::memory_order_release);
    else
      users_->fetch_sub(1, std::memory_order_release);
  }
  TallyUse(const TallyUse&) = delete;
  TallyUse& operator=(const TallyUse&) = delete;

 private:
  std::atomic<std::int32_t>* users_;
  Purpose purpose_;
};

/// A new object that a handle will point to. Giving it to the caller is the last act of a call.
template <class Handle, class... Arguments>
std::unique_ptr<Handle> make_handle(Arguments&&... arguments) {
  return std::unique_ptr<Handle>(new Handle{std::forward<Arguments>(arguments)...});
}

inline std::unique_ptr<tj_assessment> make_assessment(Assessment assessment) {
  std::vector<std::string> tables = assessment.tables();
  return make_handle<tj_assessment>(std::move(assessment), std::move(tables));
}

}  // namespace tijian::c_api
