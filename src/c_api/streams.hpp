// Arrow structs of the caller's: who releases them, and when.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "c_api/guard.hpp"
#include "tijian/arrow.hpp"
#include "tijian/arrow_ownership.hpp"
#include "tijian/batches.hpp"
#include "tijian/frame_columns.hpp"

namespace tijian::c_api {

/// A stream that a call was given: released when the call ends, whatever its status, unless a
/// reader has taken it over.
class GivenStream {
 public:
  explicit GivenStream(ArrowArrayStream* stream) noexcept : stream_(stream) {}
  ~GivenStream() { release_arrow(stream_); }
  GivenStream(const GivenStream&) = delete;
  GivenStream& operator=(const GivenStream&) = delete;

 private:
  ArrowArrayStream* stream_;
};

inline void require_stream(const ArrowArrayStream* stream, const std::string& name) {
  require(stream, name.c_str());
  if (stream->release == nullptr) throw ArgumentError(messages::released, name);
}

/// An array that a call was given: released with its schema by `release`, at the end of a call that
/// has succeeded.
class GivenArray {
 public:
  GivenArray(ArrowSchema* schema, ArrowArray* array) : schema_(schema), array_(array) {
    require(schema, "schema");
    require(array, "array");
    if (schema->release == nullptr) throw ArgumentError(messages::released, "schema");
    if (array->release == nullptr) throw ArgumentError(messages::released, "array");
  }
  void release() noexcept {
    release_arrow(array_);
    release_arrow(schema_);
  }

 private:
  ArrowSchema* schema_;
  ArrowArray* array_;
};

/// A stream that a call makes: released unless it is handed over.
using MadeStream = ArrowOwner<ArrowArrayStream>;

inline std::vector<std::string> ids_of(const std::vector<FrameColumn>& columns) {
  std::vector<std::string> ids;
  for (const FrameColumn& column : columns) ids.push_back(column.id);
  return ids;
}

/// The reader's batches, as the engine asks for them.
inline Batches batches_of(ArrowReader& reader) {
  return [&reader] { return reader.next(); };
}

}  // namespace tijian::c_api
