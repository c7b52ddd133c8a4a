// SPDX-License-Identifier: BSD-3-Clause
// Density modes of one instant, rho_a(q, t) = sum over atoms j of species a of exp(+i q . r_j), for every
// vector of a set (conventions: q_set.hpp), summed over the ranks of the frame.
#pragma once

#include <complex>
#include <vector>

#include "md/frame.hpp"
#include "scattering/mode_sum.hpp"
#include "scattering/q_set.hpp"

namespace patina {

struct DensityModes {
  int species = 0;
  int vectors = 0;
  std::vector<std::complex<double>> rho;  // [a * vectors + k]
  std::complex<double> operator()(int a, int k) const { return rho[a * vectors + k]; }
};

// Collective over frame.comm; the result is the same on every rank. With a sum that was made once for many frames, or by
// exact sums for one.
DensityModes density_modes(const Frame& frame, const ModeSum& sum);
DensityModes density_modes(const Frame& frame, const QSet& set);

// The frame's atoms as points, one group per species.
PhasePoints species_points(const Frame& frame);
// The same, weighted by a component of the velocities (A/ps) relative to a mean.
PhasePoints velocity_points(const Frame& frame, int d, const Vec3& mean_velocity);

}  // namespace patina
