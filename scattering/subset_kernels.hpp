// SPDX-License-Identifier: BSD-3-Clause
// The hot loop of random subsets (subset.hpp), compiled once for each instruction set and chosen at run time; all versions give the
// same bits.
#pragma once

#include <cstdint>

#include "core/lanes_choice.hpp"
#include "core/philox_key.hpp"

namespace patina {

constexpr int subset_group = 8;

struct SubsetKernels {
  const char* name;
  // Of the blocks of Philox4x32-10 (core/rng.hpp) with numbers subset_group * first, ..., in `groups` groups, those whose first word is
  // at most `limit`: their numbers, ascending, to `found`, which has room for all; gives how many.
  int (*low_words)(const PhiloxKey& common, std::uint32_t first, int groups, std::uint32_t limit, std::uint32_t* found);
};

LanesVersions<SubsetKernels> subset_kernel_versions();

}  // namespace patina
