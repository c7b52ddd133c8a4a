// SPDX-License-Identifier: BSD-3-Clause
#include "core/packed_chunk.hpp"

#include <zlib.h>

#include "core/error.hpp"

namespace patina::h5 {

std::vector<unsigned char> pack_chunk(std::span<const unsigned char> values, std::size_t element_bytes) {
  require(element_bytes > 0 && values.size() % element_bytes == 0, "pack_chunk: values are no whole elements");
  const std::size_t elements = values.size() / element_bytes;
  std::vector<unsigned char> shuffled(values.size());
  for (std::size_t byte = 0; byte < element_bytes; ++byte)
    for (std::size_t k = 0; k < elements; ++k) shuffled[byte * elements + k] = values[k * element_bytes + byte];
  uLongf size = compressBound(values.size());
  std::vector<unsigned char> packed(size);
  require(compress2(packed.data(), &size, shuffled.data(), shuffled.size(), 1) == Z_OK, "pack_chunk: zlib failed");
  packed.resize(size);
  return packed;
}

}  // namespace patina::h5
