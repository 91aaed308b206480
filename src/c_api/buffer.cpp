#include "c_api/handles.hpp"

const void* tj_buffer_data(const tj_buffer* buffer) noexcept {
  return buffer == nullptr ? "" : buffer->bytes.c_str();
}

size_t tj_buffer_size(const tj_buffer* buffer) noexcept {
  return buffer == nullptr ? 0 : buffer->bytes.size();
}

void tj_buffer_free(tj_buffer* buffer) noexcept { delete buffer; }
