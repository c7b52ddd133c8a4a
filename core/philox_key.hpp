// SPDX-License-Identifier: BSD-3-Clause
// What many blocks of Philox4x32-10 have in common: all but the third word of the counter, which is the number of the block.
#pragma once

#include <cstdint>

namespace patina {

struct PhiloxKey {
  std::uint32_t key[2];
  std::uint32_t counter[4];
};

}  // namespace patina
