// Judges and scores the matrix that benchmarks/peers/scores.py made, at its request, so that this
// and its peers take turns on the same numbers.
//
//   score_program FILE UNITS THREADS
//
// FILE holds 53 columns of UNITS doubles, NaN where null. Each line of the input is "arithmetic",
// "geometric" or "classes", and behind it the name of a file for the answer, or "-"; the reply is
// the seconds that the work took. The rules are those of scores.py.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "tijian/judge_edges.hpp"
#include "tijian/native_score_kernels.hpp"
#include "tijian/score_threads.hpp"
#include "workload.hpp"

namespace tijian::benchmarks {
namespace {

constexpr std::size_t indicators = 53;
constexpr std::size_t aspects = 4;
constexpr std::size_t units_per_block = 200;

class Scores {
 public:
  Scores(const char* file, std::size_t units, std::size_t threads)
      : units_(units), threads_(threads), values_(units * indicators) {
    std::ifstream in(file, std::ios::binary);
    in.read(reinterpret_cast<char*>(&values_[0]),
            static_cast<std::streamsize>(values_.size() * sizeof(double)));
    if (!in) throw std::runtime_error("the file is too short");
    segments_ = kernels::score_segments(
        std::vector<std::pair<double, double>>{{5, 0}, {25, 40}, {50, 60}, {75, 85}, {95, 100}});
    for (std::size_t c = 0; c < indicators; ++c) {
      columns_.push_back({values_.data() + c * units, nullptr, 0});
      if (c % 3 == 0) rules_.push_back(kernels::min_max_rule({0, 100}));
      if (c % 3 == 1) rules_.push_back(kernels::points_rule(segments_));
      if (c % 3 == 2) {
        rules_.push_back(kernels::distance_to_target_rule({0, 100}, 90, 1, true));
        rules_.back().factor = 100;
      }
      const Operator op = c % 2 == 0 ? Operator::greater_equal : Operator::less_equal;
      edges_.push_back(class_edges({op, 20 + static_cast<double>(c), 0, 0}, c < 20, std::nullopt));
      children_.push_back({c, 1.0 + static_cast<double>(c % 5)});
      class_columns_.emplace_back(units);
    }
    for (Pages<std::uint8_t>& column : class_columns_) classes_.push_back(&column[0]);
    for (std::size_t a = 0; a < aspects; ++a)
      children_.push_back({indicators + a, 1.0 + static_cast<double>(a)});
    for (std::size_t n = 0; n <= aspects; ++n) nodes_.emplace_back(units);
    for (std::size_t k = 0; k < kernels::cell_classes; ++k) counts_.emplace_back(units);
    for (std::size_t i = 0; i < units; ++i)
      groups_.push_back(static_cast<std::uint32_t>(i / units_per_block));
    totals_.resize((units + units_per_block - 1) / units_per_block * indicators *
                   kernels::cell_classes);
  }

  double composite(kernels::Mean mean_of_total) {
    std::vector<kernels::CompositeNode> nodes;
    for (std::size_t a = 0; a < aspects; ++a) {
      const std::size_t first = a * indicators / aspects;
      const std::size_t last = (a + 1) * indicators / aspects;
      nodes.push_back({first, last - first, 1, kernels::Mean::arithmetic, &nodes_[a][0]});
    }
    nodes.push_back({indicators, aspects, 1, mean_of_total, &nodes_[aspects][0]});
    kernels::CompositeJob job;
    job.columns = columns_.data();
    job.rules = rules_.data();
    job.column_count = indicators;
    job.children = children_.data();
    job.nodes = nodes.data();
    job.node_count = nodes.size();
    return seconds([&] { kernels::composite(native_score_kernels(), job, units_, threads_); });
  }

  double classify() {
    kernels::ClassifyJob job;
    job.columns = columns_.data();
    job.edges = edges_.data();
    job.column_count = indicators;
    job.classes = classes_.data();
    for (std::size_t k = 0; k < kernels::cell_classes; ++k)
      if (k != static_cast<std::size_t>(kernels::CellClass::no_target))
        job.counts[k] = &counts_[k][0];
    job.groups = groups_.data();
    std::fill(totals_.begin(), totals_.end(), 0);
    return seconds(
        [&] { kernels::classify(native_score_kernels(), job, units_, totals_, threads_); });
  }

  /// Aspects and total: a column each. Or counts per unit by class, then totals of blocks.
  void write(const std::string& file, bool classes) const {
    std::ofstream out(file, std::ios::binary);
    const auto put = [&](const auto* values, std::size_t count) {
      out.write(reinterpret_cast<const char*>(values),
                static_cast<std::streamsize>(count * sizeof *values));
    };
    if (!classes)
      for (const Pages<double>& node : nodes_) put(node.data(), units_);
    if (classes) {
      for (const Pages<std::uint16_t>& count : counts_) put(count.data(), units_);
      put(totals_.data(), totals_.size());
    }
    if (!out) throw std::runtime_error("cannot write " + file);
  }

 private:
  template <class Work>
  static double seconds(const Work& work) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  }

  std::size_t units_, threads_;
  Pages<double> values_;
  std::vector<kernels::NumberColumn> columns_;
  std::vector<kernels::ScoreSegment> segments_;
  std::vector<kernels::NormaliseRule> rules_;
  std::vector<kernels::ClassEdges> edges_;
  std::vector<kernels::CompositeChild> children_;
  std::vector<Pages<double>> nodes_;
  std::vector<Pages<std::uint8_t>> class_columns_;
  std::vector<std::uint8_t*> classes_;
  std::vector<Pages<std::uint16_t>> counts_;
  std::vector<std::uint32_t> groups_;
  std::vector<std::uint64_t> totals_;
};

int serve(char** arguments) {
  Scores scores(arguments[1], std::stoul(arguments[2]), std::stoul(arguments[3]));
  std::string work, file;
  while (std::cin >> work >> file) {
    const bool classes = work == "classes";
    const double seconds = classes
                               ? scores.classify()
                               : scores.composite(work == "geometric" ? kernels::Mean::geometric
                                                                      : kernels::Mean::arithmetic);
    if (file != "-") scores.write(file, classes);
    std::printf("%.9f\n", seconds);
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
