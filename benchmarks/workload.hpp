// The data and the framework of the benchmarks: those of benchmarks/peers/data.py, number for
// number.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tijian/column_view.hpp"
#include "tijian/owned_table.hpp"

namespace tijian::benchmarks {

inline constexpr int columns = 12;

/// splitmix64 (Steele, Lea and Flood 2014): a number of 64 bits for each place.
inline std::uint64_t mix(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

enum class Order { sorted, random };

struct Shape {
  std::int64_t rows = 2'000'000;
  std::int64_t units = 2'000;
  Order order = Order::sorted;
  int nulls_in_a_thousand = -1;  ///< of every column; -1: as in peers/data.py, 0 to 31
};

/// Memory on large pages, as NumPy's is: reading is then not bound by finding pages.
template <class Value>
class Pages {
 public:
  explicit Pages(std::size_t size)
      : size_(size), bytes_((size * sizeof(Value) + huge - 1) / huge * huge) {
    void* at = ::mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (at == MAP_FAILED) throw std::bad_alloc();
    ::madvise(at, bytes_, MADV_HUGEPAGE);
    values_ = static_cast<Value*>(at);
  }
  Pages(Pages&& other) noexcept
      : size_(other.size_), bytes_(other.bytes_), values_(std::exchange(other.values_, nullptr)) {}
  Pages& operator=(Pages&&) = delete;
  ~Pages() {
    if (values_ != nullptr) ::munmap(values_, bytes_);
  }
  Value& operator[](std::size_t i) { return values_[i]; }
  [[nodiscard]] Value* data() { return values_; }
  [[nodiscard]] const Value* data() const { return values_; }
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  static constexpr std::size_t huge = std::size_t{1} << 21;
  std::size_t size_;
  std::size_t bytes_;
  Value* values_ = nullptr;
};

/// A survey in memory, in the layout of Arrow.
class Survey {
 public:
  explicit Survey(const Shape& shape)
      : shape_(shape), units_(static_cast<std::size_t>(shape.rows)) {
    const auto rows = static_cast<std::size_t>(shape.rows);
    for (std::size_t c = 0; c < columns; ++c) {
      values_.emplace_back(rows);
      valid_.emplace_back((rows + 7) / 8 + 8);
      const std::uint64_t nulls = shape.nulls_in_a_thousand < 0
                                      ? c * 31 / 11
                                      : static_cast<std::uint64_t>(shape.nulls_in_a_thousand);
      for (std::size_t row = 0; row < rows; ++row) {
        const std::uint64_t hash = mix(row * columns + c);
        double value = static_cast<double>(hash >> 50) / 10.0;
        if (c < 4) value = static_cast<double>(hash >> 40) / 100.0;
        if (c >= 4 && c < 8) value = static_cast<double>(hash >> 11) * 0x1p-53;
        if (c == 8 || c == 9) value = static_cast<double>(hash >> 44);
        const bool known = mix(hash) % 1000 >= nulls;
        values_[c][row] = known ? value : 0;
        if (known)
          valid_[c][row / 8] = static_cast<std::uint8_t>(valid_[c][row / 8] | 1U << (row % 8));
      }
    }
    for (std::size_t row = 0; row < rows; ++row)
      units_[row] = static_cast<std::int32_t>(
          shape.order == Order::sorted
              ? static_cast<std::int64_t>(row) * shape.units / shape.rows
              : static_cast<std::int64_t>(mix(row + 77) % static_cast<std::uint64_t>(shape.units)));
  }

  [[nodiscard]] TableView view() const {
    TableView view;
    view.rows = shape_.rows;
    ColumnView unit;
    unit.storage = Storage::int32;
    unit.length = shape_.rows;
    unit.values = units_.data();
    view.columns.emplace_back("u", unit);
    for (std::size_t c = 0; c < columns; ++c)
      view.columns.emplace_back(
          "c" + std::to_string(c),
          ColumnView::numbers({values_[c].data(), values_[c].size()}, valid_[c].data()));
    return view;
  }
  /// What an adding of all rows reads.
  [[nodiscard]] double bytes() const {
    return static_cast<double>(shape_.rows) * (columns * (8 + 1.0 / 8) + 4);
  }
  [[nodiscard]] const Shape& shape() const { return shape_; }

 private:
  Shape shape_;
  Pages<std::int32_t> units_;
  std::vector<Pages<double>> values_;
  std::vector<Pages<std::uint8_t>> valid_;
};

/// Indicator `i`: a ratio of sums, a share of rows, a weighted mean or a mean.
inline std::string formula(int i) {
  const int turn = i / 10;
  const double step = turn * 0.013;
  const auto number = [](double x) {
    char text[32];
    std::snprintf(text, sizeof text, "%.4f", x);
    return std::string(text);
  };
  const auto of = [turn](int c) { return "c" + std::to_string((c + turn) % 4 + c / 4 * 4); };
  const auto where = [&](const char* column) {
    return turn == 0 ? std::string()
                     : " filter (where " + std::string(column) + " > " + number(step) + ")";
  };
  switch (i % 10) {
    case 0: return "sum(" + of(0) + ") / sum(" + of(1) + ")";
    case 1: return "sum(" + of(2) + ") / sum(" + of(3) + ")";
    case 6:
      return "100.0 * count(*) filter (where c4 > " + number(0.2 + step) + " and c8 < " +
             number(500000 + 1000 * step) + ") / count(*)";
    case 7: return "sum(c8 * c9)" + where("c5") + " / sum(c9)" + where("c5");
    case 8: return "sum(c10 * c11)" + where("c6") + " / sum(c11)" + where("c6");
    case 9:
      return turn == 0 ? "avg(c10)" : "avg(c11) filter (where c7 < " + number(0.9 - step) + ")";
    default: {
      const std::string column = "c" + std::to_string(i % 10 + 2);
      return "100.0 * count(*) filter (where " + column + " > " + number(0.3 + step) +
             ") / count(" + column + ")";
    }
  }
}

/// The framework document of `indicators` facts over the survey.
inline std::string document(int indicators) {
  std::string json =
      R"({"tijian": 1, "id": "benchmark", "version": "1", "year": 2025, "name": {"en": "benchmark"},
          "dimensions": [{"id": "d", "name": {"en": "d"}}],
          "levels": [{"id": "compound", "dimension": "d"}, {"id": "community", "dimension": "d"},
                     {"id": "block", "dimension": "d"}, {"id": "city", "dimension": "d"}],
          "tables": [{"id": "t", "level": "compound", "unit": "u", "columns": [)";
  for (int c = 0; c < columns; ++c)
    json += std::string(c > 0 ? "," : "") + R"({"id": "c)" + std::to_string(c) +
            R"(", "type": "number"})";
  json += R"(]}], "indicators": [)";
  for (int i = 0; i < indicators; ++i)
    json += std::string(i > 0 ? "," : "") + R"({"id": "I)" + std::to_string(i) +
            R"(", "name": {"en": "i"}, "dimension": "d", "kind": "fact", "direction": "none",
                 "table": "t", "formula": ")" +
            formula(i) + "\"}";
  return json + "]}";
}

/// Compounds, twenty to a community, ten of those to a block, all in one city.
inline OwnedTable unit_table(std::int64_t units) {
  std::vector<std::optional<std::string>> ids, levels, parents;
  const auto add = [&](std::string id, const char* level, std::optional<std::string> parent) {
    ids.emplace_back(std::move(id));
    levels.emplace_back(level);
    parents.emplace_back(std::move(parent));
  };
  const std::int64_t communities = (units + 19) / 20;
  add("city", "city", std::nullopt);
  for (std::int64_t b = 0; b < (communities + 9) / 10; ++b)
    add("b" + std::to_string(b), "block", "city");
  for (std::int64_t c = 0; c < communities; ++c)
    add("k" + std::to_string(c), "community", "b" + std::to_string(c / 10));
  for (std::int64_t u = 0; u < units; ++u)
    add(std::to_string(u), "compound", "k" + std::to_string(u / 20));
  OwnedTable table;
  table.add_texts("id", ids);
  table.add_texts("level", levels);
  table.add_texts("parent", parents);
  return table;
}

}  // namespace tijian::benchmarks
