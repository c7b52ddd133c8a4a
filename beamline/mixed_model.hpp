// SPDX-License-Identifier: BSD-3-Clause
// Speckles of several kinds, each with a movie of its own, and what is true of them together. In each kind Siegert's relation holds; between the means
// it does not: <I(i) I(j)> / <I>^2 = 1 + contrast <|f|^2>.
#pragma once

#include <complex>
#include <vector>

#include "beamline/speckle_movie.hpp"

namespace patina {

// Fractions of all kinds add up to 1; contrast and frames are the same in all.
struct SpeckleClass {
  double fraction = 1.0;
  MovieModel model;
};
using MixedModel = std::vector<SpeckleClass>;

// The means over speckles of f and of |f|^2.
std::complex<double> field_correlation(const MixedModel& model, int i, int j);
double mean_square_field(const MixedModel& model, int i, int j);

}  // namespace patina
