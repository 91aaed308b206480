// A table that comes in batches: Arrow streams, files read piece by piece, a single table in
// memory.
#pragma once

#include <functional>
#include <string>

#include "tijian/column_view.hpp"

namespace tijian {

/// Gives the next batch, or null at the end. What it gives is borrowed until it is called again;
/// what it throws goes to the caller of whoever reads.
using Batches = std::function<const TableView*()>;

/// The one table, as a source of batches. It is borrowed.
inline Batches one_batch(const TableView& table) {
  return [next = &table]() mutable {
    const TableView* batch = next;
    next = nullptr;
    return batch;
  };
}

/// A survey table that is read batch by batch.
struct NamedBatches {
  std::string name;
  Batches batches;
};

}  // namespace tijian
