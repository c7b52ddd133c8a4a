// SPDX-License-Identifier: BSD-3-Clause
// What the engine and its potential keep, from the density of the sample: of n atoms of a rank in a brick of edges h, with
// ghosts up to R = the longest cutoff + skin around it and m = n + ghosts,
//
//   ghosts   density [prod (h_d + 2 R) - prod h_d], where the brick sees something beyond its faces
//   pairs    of an atom: half of (4 pi / 3) density sum_st c_s c_t (r_st + skin)^3, and once more the share f that belongs to
//            other ranks, f = sum_d 3 R / (8 h_d) over the axes that are divided
//   bytes    12 of each ghost + n 129 + m 108 (mixed precision: 124; several threads: 32 more for their windows) + 1.25 n pairs 5.5
// Pair lists grow by halves as they are made for the first time, so that old and new ones are there at once: the quarter.
#pragma once

#include "md/memory.hpp"
#include "md/potential.hpp"

namespace patina {

// Bytes. At a checkpoint: atoms in order of id (md/frame.hpp), of which rank 0 gathers one batch after the other.
RankNeeds engine_need(const SampleNumbers& sample, const PairCutoffs& cutoffs, Precision precision, double skin_A);

// Bytes of each rank while the sample is made, all of it; `pushed_apart`: from random places.
double sample_need(const SampleNumbers& sample, bool pushed_apart);

}  // namespace patina
