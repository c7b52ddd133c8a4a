// SPDX-License-Identifier: BSD-3-Clause
#include "beamline/mixed_model.hpp"

#include "beamline/truth.hpp"

namespace patina {

std::complex<double> field_correlation(const MixedModel& model, int i, int j) {
  std::complex<double> sum = 0.0;
  for (const SpeckleClass& one : model) sum += one.fraction * field_correlation(one.model, i, j);
  return sum;
}

double mean_square_field(const MixedModel& model, int i, int j) {
  double sum = 0.0;
  for (const SpeckleClass& one : model) sum += one.fraction * std::norm(field_correlation(one.model, i, j));
  return sum;
}

}  // namespace patina
