// Judges and scores the matrix that benchmarks/peers/scores.py made, at its request, so that this
// and its peers take turns on the same numbers.
//
//   score_program FILE UNITS THREADS
//
// FILE holds 53 columns of UNITS doubles, NaN where null. Each line of the input is "arithmetic",
// "geometric" or "classes", and behind it the name of a file for the answer, or "-"; the reply is
// the seconds that the work took.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>

#include "score_workload.hpp"
#include "tijian/native_score_kernels.hpp"
#include "tijian/score_threads.hpp"

namespace tijian::benchmarks {
namespace {

template <class Work>
double seconds(const Work& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// Aspects and total: a column each. Or counts per unit by class, then totals of blocks.
void write(const std::string& file, ScoreWorkload& scores, bool classes) {
  std::ofstream out(file, std::ios::binary);
  const auto put = [&](const auto* values, std::size_t count) {
    out.write(reinterpret_cast<const char*>(values),
              static_cast<std::streamsize>(count * sizeof *values));
  };
  if (classes) {
    for (const Pages<std::uint16_t>& count : scores.counts()) put(count.data(), scores.units());
    put(scores.totals().data(), scores.totals().size());
  } else {
    for (const Pages<double>& node : scores.nodes()) put(node.data(), scores.units());
  }
  if (!out) throw std::runtime_error("cannot write " + file);
}

int serve(char** arguments) {
  std::ifstream matrix(arguments[1], std::ios::binary);
  const std::size_t units = std::stoul(arguments[2]);
  const std::size_t threads = std::stoul(arguments[3]);
  ScoreWorkload scores(units, [&](std::size_t, double* values) {
    matrix.read(reinterpret_cast<char*>(values),
                static_cast<std::streamsize>(units * sizeof *values));
    if (!matrix) throw std::runtime_error("the file is too short");
  });
  const kernels::ScoreKernels& kernels = native_score_kernels();
  std::string work, file;
  while (std::cin >> work >> file) {
    const bool classes = work == "classes";
    double took = 0;
    if (classes) {
      const kernels::ClassifyJob job = scores.classify_job();
      std::fill(scores.totals().begin(), scores.totals().end(), 0);
      took = seconds([&] { kernels::classify(kernels, job, units, scores.totals(), threads); });
    } else {
      const kernels::CompositeJob job = scores.composite_job(
          work == "geometric" ? kernels::Mean::geometric : kernels::Mean::arithmetic);
      took = seconds([&] { kernels::composite(kernels, job, units, threads); });
    }
    if (file != "-") write(file, scores, classes);
    std::printf("%.9f\n", took);
    std::fflush(stdout);
  }
  return 0;
}

}  // namespace
}  // namespace tijian::benchmarks

int main(int count, char** arguments) {
  if (count != 4) {
    std::fprintf(stderr, "usage: score_program FILE UNITS THREADS\n");
    return 2;
  }
  try {
    return tijian::benchmarks::serve(arguments);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
