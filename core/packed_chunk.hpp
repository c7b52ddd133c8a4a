// SPDX-License-Identifier: BSD-3-Clause
// Chunks of compressed datasets, packed outside the HDF5 library, which packs one after the other and knows no threads: any thread packs any chunk,
// one writes them (h5::Dataset::write_packed). The bytes are those of the library's own filters.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace patina::h5 {

// Byte shuffle, then gzip level 1 (Layout::compress) of elements of `element_bytes` bytes each.
std::vector<unsigned char> pack_chunk(std::span<const unsigned char> values, std::size_t element_bytes);

}  // namespace patina::h5
