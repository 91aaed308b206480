// One call into the engine. The work runs on a thread of its own; the thread that called waits
// without the GIL, listens for signals, passes progress on and does what needs the caller's thread.
#pragma once

#include <pybind11/pybind11.h>

#include <chrono>
#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <type_traits>
#include <utility>

#include "tijian/issue.hpp"

namespace tijian::python {

namespace py = pybind11;

/// Runs work for Python: Ctrl-C and the caller's progress function can end it at any time.
class EngineCall {
 public:
  /// `progress` is None or takes the share that is done (None where it is not known); it ends the
  /// call by returning False or raising.
  explicit EngineCall(py::object progress) : progress_(std::move(progress)) {}

  /// Runs `work` and gives its result. The GIL is held before and after, not meanwhile. What is
  /// raised is what `progress`, a signal handler or the work raised, in this order.
  template <class Work>
  std::invoke_result_t<Work&> run(Work work) {
    using Result = std::invoke_result_t<Work&>;
    std::conditional_t<std::is_void_v<Result>, std::optional<bool>, std::optional<Result>> result;
    std::exception_ptr failure;
    {
      const py::gil_scoped_release unlocked;
      std::jthread engine([&] {
        try {
          if constexpr (std::is_void_v<Result>)
            work();
          else
            result.emplace(work());
        } catch (...) {
          failure = std::current_exception();
        }
        const std::lock_guard lock(mutex_);
        finished_ = true;
        caller_.notify_one();
      });
      wait();
    }
    if (raised_) std::rethrow_exception(std::exchange(raised_, nullptr));
    if (failure) std::rethrow_exception(failure);
    if constexpr (!std::is_void_v<Result>) return std::move(*result);
  }

  // ---- for the engine's thread ------------------------------------------------------------------

  [[nodiscard]] std::stop_token stop() const { return stop_.get_token(); }

  /// What the engine tells how far it is.
  [[nodiscard]] std::function<bool(double)> progress() {
    return [this](double done) {
      const std::lock_guard lock(mutex_);
      done_ = done;
      return !stop_.stop_requested();
    };
  }

  /// Runs `task` on the caller's thread, without the GIL, and waits for it. Throws what it throws,
  /// and Cancelled where the call is to end.
  void on_caller(const std::function<void()>& task) {
    std::unique_lock lock(mutex_);
    if (stop_.stop_requested()) throw Cancelled();
    task_ = &task;
    task_failure_ = nullptr;
    caller_.notify_one();
    engine_.wait(lock, [this] { return task_ == nullptr; });
    if (task_failure_) std::rethrow_exception(std::exchange(task_failure_, nullptr));
  }

  /// From here on the call succeeds or fails by itself: what it does cannot be taken back, so a
  /// signal waits until it has returned.
  void commit() {
    std::unique_lock lock(mutex_);
    engine_.wait(lock, [this] { return !listening_; });
    if (stop_.stop_requested()) throw Cancelled();
    committed_ = true;
  }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::milliseconds patience{50};

  void wait() {
    Clock::time_point asked = Clock::now();
    std::unique_lock lock(mutex_);
    while (!finished_) {
      caller_.wait_for(lock, patience, [this] { return finished_ || task_ != nullptr; });
      if (task_ != nullptr) {
        const std::function<void()>& task = *task_;
        lock.unlock();
        std::exception_ptr failure;
        try {
          task();
        } catch (...) {
          failure = std::current_exception();
        }
        lock.lock();
        task_failure_ = failure;
        task_ = nullptr;
        engine_.notify_one();
      }
      if (finished_ || committed_ || raised_ || Clock::now() - asked < patience) continue;
      const std::optional<double> done = std::exchange(done_, std::nullopt);
      listening_ = true;
      lock.unlock();
      listen(done);
      asked = Clock::now();
      lock.lock();
      listening_ = false;
      engine_.notify_one();
    }
  }

  /// Signals and progress. Whatever is raised is kept for the end of the call.
  void listen(std::optional<double> done) {
    const py::gil_scoped_acquire locked;
    try {
      if (PyErr_CheckSignals() != 0) throw py::error_already_set();
      if (!done || progress_.is_none()) return;
      const py::object share = *done < 0 ? py::none() : py::object(py::float_(*done));
      if (progress_(share).is(py::bool_(false))) throw Cancelled();
    } catch (...) {
      raised_ = std::current_exception();
      stop_.request_stop();
    }
  }

  py::object progress_;
  std::stop_source stop_;
  std::mutex mutex_;
  std::condition_variable caller_, engine_;
  const std::function<void()>* task_ = nullptr;
  std::exception_ptr task_failure_;
  std::exception_ptr raised_;
  std::optional<double> done_;
  bool finished_ = false;
  bool listening_ = false;
  bool committed_ = false;
};

}  // namespace tijian::python
