// SPDX-License-Identifier: BSD-3-Clause
// Which of many things a random choice takes, by their numbers: selection sampling [Knuth, TAOCP vol. 2, 3.4.2, algorithm S], every
// subset equally likely. Thing i is taken if left u_i < wanted, with `left` things from i on, `wanted` of them still to be taken and
// u_i the number of (seed, draw, i). Most things are ruled out by the first 32 bits of u_i, in vectors and by all threads; memory
// follows what is taken.
#pragma once

#include <cstdint>
#include <vector>

namespace patina {

// `wanted` of 0 .. available - 1, ascending; all if there are no more. Stream::q_subset.
std::vector<std::int64_t> random_subset(std::int64_t available, std::int64_t wanted, std::uint64_t seed, std::uint64_t draw);

}  // namespace patina
