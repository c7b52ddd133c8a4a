// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/subset_kernels.hpp"

#include "core/random_lanes.hpp"

namespace patina::PATINA_LANES {

namespace {

static_assert(subset_group == random_blocks);

int low_words(const PhiloxKey& common, std::uint32_t first, int groups, std::uint32_t limit, std::uint32_t* found) {
  int count = 0;
  for (std::uint32_t group = first; group < first + static_cast<std::uint32_t>(groups); ++group) {
    alignas(64) std::uint8_t bytes[random_bytes_at_once];
    random_bytes(common, group, bytes);
    for (std::uint32_t b = 0; b < subset_group; ++b) {
      const std::uint8_t* at = bytes + 4 * b;
      const std::uint32_t word = at[0] | static_cast<std::uint32_t>(at[1]) << 8 | static_cast<std::uint32_t>(at[2]) << 16 |
                                 static_cast<std::uint32_t>(at[3]) << 24;
      if (word <= limit) found[count++] = subset_group * group + b;
    }
  }
  return count;
}

}  // namespace

extern const SubsetKernels subset_kernels;
const SubsetKernels subset_kernels = {PATINA_LANES_NAME, low_words};

}  // namespace patina::PATINA_LANES
