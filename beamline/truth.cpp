// SPDX-License-Identifier: BSD-3-Clause
#include "beamline/truth.hpp"

#include <cmath>

#include "core/elementary.hpp"

namespace patina {

std::complex<double> field_correlation(const MovieModel& model, int i, int j) {
  std::complex<double> sum = 0.0;
  for (const MoviePart& part : model.parts) {
    const double size = part.weight * part.covariance.at(i, j);
    if (part.turns.empty()) {
      sum += size;
      continue;
    }
    const double turns = part.turns[static_cast<std::size_t>(j)] - part.turns[static_cast<std::size_t>(i)];
    const elementary::Phase phase = elementary::phase(turns - std::rint(turns));
    sum += std::complex<double>(size * phase.cosine, size * phase.sine);
  }
  return sum;
}

double intensity_correlation(const MovieModel& model, int i, int j) { return 1.0 + model.contrast * std::norm(field_correlation(model, i, j)); }

}  // namespace patina
