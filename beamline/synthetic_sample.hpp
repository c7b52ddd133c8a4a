// SPDX-License-Identifier: BSD-3-Clause
// What is in the synthetic beam, and the movie model of one shell of q that follows: zones with clocks of their own, a static
// fraction (reference of heterodyne scattering), flow, and uniform strain of the illuminated volume.
//   relaxation    1/tau(q) = (q / q0)^n 1/tau                       [tau ~ q^-n: 1 Levy flights and ballistic, 2 diffusion]
//   flow          phase q v t of all that moves, v along q; a gradient over a beam of size L spreads it: f gets the factor
//                 sinc(q gradient L dt / 2)                          [physics.md 3.11]
//   strain        the pattern dilates by q e: with a Gaussian beam, f gets the factor exp(-(q de D)^2 / (16 ln 2)), D the full width
//                 at half maximum of the beam's INTENSITY, w^2; with that of the amplitude w (scattering/site_window.hpp) it is 32 ln 2.
//                 This is the kernel exp(-s^2) with s = q e D / (4 sqrt(ln 2))  [physics.md 3.12]
// Lengths in A, times in s, q in 1/A.
#pragma once

#include <optional>
#include <vector>

#include "beamline/clock.hpp"
#include "beamline/speckle_movie.hpp"

namespace patina {

struct SyntheticZone {
  double fraction = 1.0;  // of what is not static; those of all zones add up to 1
  double kww_exponent = 1.0;
  Clock clock;
  std::optional<LocalTauForm> local_tau;  // the clock's tau(t) in such a form, instead of the clock
};

struct SyntheticFlow {
  double velocity_A_per_s = 0.0;  // along q
  double gradient_per_s = 0.0;    // of that velocity, across the beam
  double beam_A = 0.0;            // size along the gradient
};

struct SyntheticStrain {
  double rate_per_s = 0.0;
  double beam_fwhm_A = 0.0;
};

struct SyntheticSample {
  std::vector<SyntheticZone> zones;
  double static_fraction = 0.0;  // of the intensity
  std::optional<SyntheticFlow> flow;
  std::optional<SyntheticStrain> strain;
  double q0_inv_A = 1.0, q_exponent = 1.0;
  double rate = 1.0;  // of a kind of speckles, against that of the clocks (rate_classes.hpp)
};

// 1 / tau at q over that of the clocks.
double rate_factor(const SyntheticSample& sample, double q_inv_A);

// Times of frames in s.
MovieModel movie_model(const SyntheticSample& sample, double q_inv_A, const std::vector<double>& times_s, double contrast);

}  // namespace patina
