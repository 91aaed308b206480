// Threads that outlive Python. A daemon thread that asks for the GIL once the interpreter is going
// away is ended by Python with pthread_exit, which unwinds its stack: through functions that may
// not throw, and past destructors that would need the GIL. Such a thread stays where it is instead,
// until the process ends.
#pragma once

#include <pybind11/pybind11.h>

#include <atomic>
#include <chrono>
#include <thread>
#ifdef __GLIBCXX__
#include <cxxabi.h>
#endif

namespace tijian::python {

namespace py = pybind11;

class InterpreterExit {
 public:
  /// Has Python tell when it goes away. Once, when the module is made.
  static void watch() {
    py::module_::import("atexit").attr("register")(py::cpp_function([] {
      closer() = std::this_thread::get_id();
      is_closing().store(true, std::memory_order_release);
    }));
  }

  /// Runs what takes the GIL. Does not return where the interpreter goes away.
  template <class Work>
  static decltype(auto) stay(const Work& work) {
    // Other functions that are called at exit may call the library, too: on the thread that exits.
    if (is_closing().load(std::memory_order_acquire) && closer() != std::this_thread::get_id())
      park();
    return stay_locked(work);
  }

  /// Runs what has the GIL, without which the interpreter cannot go away, so that it has to be let
  /// go again. Does not return where Python ends the thread, which then has it no more.
  template <class Work>
  static decltype(auto) stay_locked(const Work& work) {
#ifdef __GLIBCXX__
    try {
      return work();
    } catch (abi::__forced_unwind&) {
      park();
    }
#else
    return work();
#endif
  }

 private:
  [[noreturn]] static void park() {
    for (;;) std::this_thread::sleep_for(std::chrono::hours(1));
  }
  static std::atomic<bool>& is_closing() {
    static std::atomic<bool> closing{false};
    return closing;
  }
  static std::thread::id& closer() {
    static std::thread::id thread;
    return thread;
  }
};

}  // namespace tijian::python
