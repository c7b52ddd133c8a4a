// SPDX-License-Identifier: BSD-3-Clause
// What a pixel shows in one frame, in closed form: an intensity that is a sum of independent ones, each with the gamma distribution of
// its modes (a mode of coherence is exponential; an exposure has as many as the covariance over its instants has eigenvalues); and the
// photons that are counted in it. Of modes of equal weight the counts are negative-binomial, P(n) = Gamma(n + M) / (Gamma(M) n!)
// (1 + M/k)^-n (1 + k/M)^-M [J. W. Goodman, Statistical Optics, 2nd ed. (2015), 9.2].
#pragma once

#include <Eigen/Dense>
#include <vector>

namespace patina {

struct GammaModes {
  double weight = 1.0;  // of each, of the mean intensity
  double count = 1.0;   // how many; need not be whole
};

// Weights times counts add up to 1.
using SnapshotModes = std::vector<GammaModes>;

// Of one frame that is the mean of instants with this covariance of the field (Hermitian, ones on its diagonal), for every mode of coherence.
SnapshotModes snapshot_modes(const std::vector<double>& mode_weights, const Eigen::MatrixXcd& instants);

// P(0), P(1), ..., P(most) photons where the mean is `mean`, from the generating function prod (1 + weight mean (1 - z))^-count.
std::vector<double> count_probabilities(const SnapshotModes& modes, double mean, int most);

// Probability that the intensity, of mean 1, is below x: Laplace's transform prod (1 + weight s)^-count / s, inverted by Euler summation
// [J. Abate and W. Whitt, ORSA J. Comput. 7 (1995) 36, doi 10.1287/ijoc.7.1.36]; right to 1e-6.
double intensity_probability(const SnapshotModes& modes, double x);

}  // namespace patina
