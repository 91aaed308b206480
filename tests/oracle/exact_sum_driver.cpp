// Answers questions about the kernels, one per line of standard input, for exact_sum_oracle.py:
//   sum X…      var_samp X…     var_pop X…      exp X     ln X     power X Y
//   shortest X     display X DECIMALS half_up|truncate
// Numbers are C hexadecimal floats, in and out; "null" is the answer where there is none.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include <tijian/kernels/elementary.hpp>
#include <tijian/kernels/exact_sum.hpp>
#include <tijian/kernels/rounding.hpp>
#include <tijian/kernels/tile.hpp>
#include <tijian/kernels/tile_sums.hpp>
#include <tijian/kernels/variance.hpp>
#include <tijian/native_kernels.hpp>

namespace {

using namespace tijian::kernels;

struct Moments {
  std::int64_t n = 0;
  FixedSum sum;
  WideSum sum_wide;
  WideSum squares;
  bool has_squares = true;
};

// The numbers as tiles of which only every other row is asked for, so that masks are at work.
Moments moments_of(const std::vector<double>& values) {
  Moments moments;
  const auto tile = std::make_unique<NumberTile>();
  constexpr std::size_t half = tile_rows / 2;
  for (std::size_t start = 0; start < values.size(); start += half) {
    const std::size_t count = std::min(half, values.size() - start);
    tile->valid = Mask{};
    std::fill(std::begin(tile->values), std::end(tile->values), 4.75);
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t row = count > 100 ? i * 2 : i;
      tile->values[row] = values[start + i];
      set_row(tile->valid, row);
      moments.has_squares = moments.squares.add_square(values[start + i]) && moments.has_squares;
    }
    moments.n += static_cast<std::int64_t>(count);
    const auto add = [&](double x) {
      if (!moments.sum.add(x)) moments.sum_wide.add(x);
    };
    // In two runs, so that their borders are at work.
    const Run runs[2] = {{0, 300, 0}, {300, tile_rows - 300, 0}};
    SumParts sums[2];
    const KernelTable& native = tijian::native_kernels();
    add_tile_sums(
        native, tile->values, tile->valid, native.magnitudes(tile->values, tile->valid, tile_words),
        runs, 2, sums,
        [&](std::size_t, const SumParts& sum) {
          add(sum.whole);
          add(sum.rest);
        },
        [&](std::size_t, double x) { add(x); });
  }
  return moments;
}

std::string written(std::optional<double> x) {
  if (!x || !std::isfinite(*x)) return "null";
  char text[64];
  std::snprintf(text, sizeof text, "%a", *x);
  return text;
}

std::string answer(const std::string& line) {
  std::istringstream words(line);
  std::string question;
  words >> question;
  std::vector<double> numbers;
  std::string last;
  for (std::string word; words >> word; last = word) {
    numbers.push_back(std::strtod(word.c_str(), nullptr));
  }
  if (question == "exp") return written(exponential(numbers.at(0)));
  if (question == "ln") return written(natural_logarithm(numbers.at(0)));
  if (question == "power") return written(raise(numbers.at(0), numbers.at(1)));
  if (question == "shortest") return shortest(numbers.at(0));
  if (question == "display") {
    return display(numbers.at(0), static_cast<int>(numbers.at(1)), last == "truncate");
  }
  const Moments moments = moments_of(numbers);
  if (question == "sum") return written(round_sum(moments.sum, &moments.sum_wide));
  if (question != "var_samp" && question != "var_pop") return "what?";
  if (!moments.has_squares) return "null";
  return written(
      variance(moments.n, moments.sum, &moments.sum_wide, moments.squares, question == "var_samp"));
}

}  // namespace

int main() {
  for (std::string line; std::getline(std::cin, line);) std::cout << answer(line) << '\n';
}
