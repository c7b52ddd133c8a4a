// SPDX-License-Identifier: BSD-3-Clause
// What is exactly true of a movie [physics.md 3.5, 3.11]: its field is one complex Gaussian field, so Siegert's relation holds.
#pragma once

#include <complex>
#include <vector>

#include "beamline/speckle_movie.hpp"

namespace patina {

// f(i, j) = <E(j) E*(i)> = sum_a weight_a K_a(i, j) exp(i 2 pi (turns_a(j) - turns_a(i))). With a static part x beside a moving one
// of kernel K and phase phi, |f|^2 = x^2 + (1 - x)^2 K^2 + 2 x (1 - x) K cos(phi_j - phi_i), the heterodyne signal.
std::complex<double> field_correlation(const MovieModel& model, int i, int j);

// <I(i) I(j)> / <I>^2 = 1 + contrast |f|^2; i = j gives 1 + contrast.
double intensity_correlation(const MovieModel& model, int i, int j);

}  // namespace patina
