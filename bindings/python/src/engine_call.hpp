// One call into the engine. The work runs on a thread of its own; the thread that called waits
// without the GIL, listens for signals, passes progress on and does what needs the caller's thread.
#pragma once

#include <pybind11/pybind11.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <system_error>
#include <thread>
#include <type_traits>
#include <utility>

#include "interpreter_exit.hpp"
#include "tijian/issue.hpp"

namespace tijian::python {

namespace py = pybind11;

/// Runs work for Python: Ctrl-C and the caller's progress function can end it at any time.
class EngineCall {
 public:
  /// `progress` is None or takes the share that is done (None where it is not known, as without
  /// `total_rows`); it ends the call by returning False or raising.
  explicit EngineCall(py::object progress, std::int64_t total_rows = 0)
      : progress_(std::move(progress)), done_(total_rows > 0 ? 0 : -1) {}
  ~EngineCall() {
    // In a child the engine's thread is gone, and seems to wait for ever.
    if (is_forked()) static_cast<void>(meeting_.release());
  }
  EngineCall(const EngineCall&) = delete;
  EngineCall& operator=(const EngineCall&) = delete;

  /// Runs `work` and gives its result. The GIL is held before and after, not meanwhile. What is
  /// raised is what `progress`, a signal handler or the work raised, in this order.
  template <class Work>
  std::invoke_result_t<Work&> run(Work work) {
    using Result = std::invoke_result_t<Work&>;
    std::conditional_t<std::is_void_v<Result>, std::optional<bool>, std::optional<Result>> result;
    std::exception_ptr failure;
    const auto try_work = [&] {
      try {
        if constexpr (std::is_void_v<Result>)
          work();
        else
          result.emplace(work());
      } catch (...) {
        failure = std::current_exception();
      }
    };
    // Not in a destructor: taking the GIL again may end the thread.
    PyThreadState* const python = PyEval_SaveThread();
    std::unique_ptr<std::thread> engine;
    try {
      engine = std::make_unique<std::thread>([&] {
        try_work();
        const std::lock_guard lock(meeting_->mutex);
        finished_ = true;
        meeting_->caller.notify_one();
      });
    } catch (const std::system_error&) {
      is_alone_ = true;  // no thread can be had: this one does the work and listens now and then
    }
    if (engine == nullptr) {
      try_work();
    } else {
      wait();
      if (is_forked())
        static_cast<void>(engine.release());
      else
        engine->join();
    }
    InterpreterExit::stay([&] { PyEval_RestoreThread(python); });
    if (raised_) std::rethrow_exception(std::exchange(raised_, nullptr));
    if (is_forked())
      throw std::runtime_error(
          "this process was forked while a call was under way, which only the parent can finish / "
          "进程在调用进行中被复制（fork），只有父进程能完成该调用");
    if (failure) std::rethrow_exception(failure);
    if constexpr (!std::is_void_v<Result>) return std::move(*result);
  }

  // ---- for the engine's thread ------------------------------------------------------------------

  [[nodiscard]] std::stop_token stop() const { return stop_.get_token(); }

  /// What the engine tells how far it is.
  [[nodiscard]] std::function<bool(double)> progress() {
    return [this](double done) {
      {
        const std::lock_guard lock(meeting_->mutex);
        done_ = done;
      }
      listen_alone();
      return !stop_.stop_requested();
    };
  }

  /// Runs `task` on the caller's thread, without the GIL, and waits for it. Throws what it throws,
  /// and Cancelled where the call is to end.
  void on_caller(const std::function<void()>& task) {
    listen_alone();
    if (stop_.stop_requested()) throw Cancelled();
    if (is_alone_) return InterpreterExit::stay(task);
    std::unique_lock lock(meeting_->mutex);
    if (stop_.stop_requested()) throw Cancelled();
    task_ = &task;
    task_failure_ = nullptr;
    meeting_->caller.notify_one();
    meeting_->engine.wait(lock, [this] { return task_ == nullptr; });
    if (task_failure_) std::rethrow_exception(std::exchange(task_failure_, nullptr));
  }

  /// From here on the call succeeds or fails by itself: what it does cannot be taken back, so a
  /// signal waits until it has returned.
  void commit() {
    std::unique_lock lock(meeting_->mutex);
    meeting_->engine.wait(lock, [this] { return !listening_; });
    if (stop_.stop_requested()) throw Cancelled();
    committed_ = true;
  }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::milliseconds patience{50};

  struct Meeting {
    std::mutex mutex;
    std::condition_variable caller, engine;
  };

  /// Whether this is a child that a generator of batches, say, has forked: it has this thread only.
  [[nodiscard]] bool is_forked() const { return getpid() != process_; }

  void wait() {
    std::unique_lock lock(meeting_->mutex);
    while (!finished_) {
      meeting_->caller.wait_for(lock, patience, [this] { return finished_ || task_ != nullptr; });
      if (task_ != nullptr) {
        const std::function<void()>& task = *task_;
        lock.unlock();
        std::exception_ptr failure;
        InterpreterExit::stay([&] {
          try {
            task();
#ifdef __GLIBCXX__
          } catch (abi::__forced_unwind&) {
            throw;
#endif
          } catch (...) {
            failure = std::current_exception();
          }
        });
        if (is_forked()) {
          raised_ = failure;
          return;
        }
        lock.lock();
        task_failure_ = failure;
        task_ = nullptr;
        meeting_->engine.notify_one();
      }
      if (finished_ || !is_due()) continue;
      listening_ = true;
      const double done = done_;
      lock.unlock();
      listen(done);
      if (is_forked()) return;
      lock.lock();
      listening_ = false;
      meeting_->engine.notify_one();
    }
  }

  [[nodiscard]] bool is_due() const {
    return !committed_ && !raised_ && Clock::now() - asked_ >= patience;
  }

  /// Where the caller's thread does the work itself.
  void listen_alone() {
    if (is_alone_ && std::this_thread::get_id() == caller_thread_ && is_due()) listen(done_);
  }

  /// Signals and progress. Whatever is raised is kept for the end of the call.
  void listen(double done) {
    InterpreterExit::stay([&] {
      const py::gil_scoped_acquire locked;
      InterpreterExit::stay_locked([&] { ask(done); });
    });
    asked_ = Clock::now();
  }

  void ask(double done) {
    try {
      if (PyErr_CheckSignals() != 0) throw py::error_already_set();
      if (progress_.is_none()) return;
      const py::object share = done < 0 ? py::none() : py::object(py::float_(done));
      if (progress_(share).is(py::bool_(false))) throw Cancelled();
#ifdef __GLIBCXX__
    } catch (abi::__forced_unwind&) {
      throw;
#endif
    } catch (...) {
      raised_ = std::current_exception();
      stop_.request_stop();
    }
  }

  py::object progress_;
  const pid_t process_ = getpid();
  const std::thread::id caller_thread_ = std::this_thread::get_id();
  Clock::time_point asked_ = Clock::now();
  std::stop_source stop_;
  std::unique_ptr<Meeting> meeting_ = std::make_unique<Meeting>();
  const std::function<void()>* task_ = nullptr;
  std::exception_ptr task_failure_;
  std::exception_ptr raised_;
  double done_;
  bool is_alone_ = false;
  bool finished_ = false;
  bool listening_ = false;
  bool committed_ = false;
};

}  // namespace tijian::python
