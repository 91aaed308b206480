// Threads that wait for the next piece of work instead of being started for each.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <stop_token>
#include <system_error>
#include <thread>
#include <vector>

namespace tijian {

/// Runs a function on several threads at a time, of which the calling one is the first. Threads are
/// started when they are first needed and end with the team. Used by one thread at a time.
class ThreadTeam {
 public:
  ThreadTeam() = default;
  ThreadTeam(const ThreadTeam&) = delete;
  ThreadTeam& operator=(const ThreadTeam&) = delete;

  /// Calls `work(0)` … `work(count - 1)`, each once, and returns when all have: `work(0)` on this
  /// thread, the others wherever there is one, so that no more threads to be had only costs time.
  /// Then throws what the first of them threw. Throws bad_alloc, before any of them is called.
  void run(std::size_t count, const std::function<void(std::size_t)>& work) {
    std::vector<std::exception_ptr> failures(count);
    start(count);
    {
      const std::lock_guard lock(mutex_);
      work_ = &work;
      failures_ = failures.data();
      next_ = 1;
      count_ = count;
      unfinished_ = count - 1;
    }
    if (count > 1) wake_.notify_all();
    call(work, 0, failures[0]);
    // What no thread has taken yet is done here.
    std::unique_lock lock(mutex_);
    while (next_ < count_) {
      const std::size_t part = next_++;
      lock.unlock();
      call(work, part, failures[part]);
      lock.lock();
      --unfinished_;
    }
    done_.wait(lock, [this] { return unfinished_ == 0; });
    lock.unlock();
    for (const std::exception_ptr& failure : failures)
      if (failure) std::rethrow_exception(failure);
  }

 private:
  static void call(const std::function<void(std::size_t)>& work, std::size_t part,
                   std::exception_ptr& failure) {
    try {
      work(part);
    } catch (...) {
      failure = std::current_exception();
    }
  }

  void start(std::size_t count) {
    try {
      while (threads_.size() + 1 < count)
        threads_.emplace_back([this](const std::stop_token& stop) { serve(stop); });
    } catch (const std::system_error&) {
      // No more threads to be had.
    }
  }

  void serve(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (wake_.wait(lock, stop, [this] { return next_ < count_; })) {
      const std::size_t part = next_++;
      const auto& work = *work_;
      std::exception_ptr& failure = failures_[part];
      lock.unlock();
      call(work, part, failure);
      lock.lock();
      if (--unfinished_ == 0) done_.notify_one();
    }
  }

  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::condition_variable done_;
  const std::function<void(std::size_t)>* work_ = nullptr;
  std::exception_ptr* failures_ = nullptr;
  std::size_t next_ = 0;   // the first part that nobody has taken
  std::size_t count_ = 0;  // of this run; next_ == count_ between runs
  std::size_t unfinished_ = 0;
  std::vector<std::jthread> threads_;  // last: they end before what they use
};

}  // namespace tijian
