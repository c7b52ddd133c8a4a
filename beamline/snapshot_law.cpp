// SPDX-License-Identifier: BSD-3-Clause
#include "beamline/snapshot_law.hpp"

#include <cmath>
#include <complex>

namespace patina {

namespace {

// Less than this share of the intensity fluctuates with nothing that could be seen.
constexpr double least_weight = 1e-9;

}  // namespace

SnapshotModes snapshot_modes(const std::vector<double>& mode_weights, const Eigen::MatrixXcd& instants) {
  SnapshotModes modes;
  const Eigen::VectorXd shares =
      Eigen::SelfAdjointEigenSolver<Eigen::MatrixXcd>(instants, Eigen::EigenvaluesOnly).eigenvalues() / static_cast<double>(instants.rows());
  double left_out = 0.0;
  for (const double weight : mode_weights)
    for (const double share : shares) {
      if (weight * share < least_weight) {
        left_out += weight * share;
        continue;
      }
      if (!modes.empty() && modes.back().weight == weight * share)
        modes.back().count += 1.0;
      else
        modes.push_back({weight * share, 1.0});
    }
  for (GammaModes& mode : modes) mode.weight /= 1.0 - left_out;
  return modes;
}

// With r = weight mean / (1 + weight mean), the generating function's logarithmic derivative gives n P(n) = sum over modes of T(n),
// T(n) = sum_j P(n - j) count r^j = r (T(n - 1) + count P(n - 1)).
std::vector<double> count_probabilities(const SnapshotModes& modes, double mean, int most) {
  std::vector<double> ratio, from_fewer(modes.size()), p{1.0};
  double logarithm = 0.0;  // of what p is in units of
  for (const GammaModes& mode : modes) {
    logarithm -= mode.count * std::log1p(mode.weight * mean);
    ratio.push_back(mode.weight * mean / (1.0 + mode.weight * mean));
  }
  for (int n = 1; n <= most; ++n) {
    double sum = 0.0;
    for (std::size_t m = 0; m < modes.size(); ++m) sum += from_fewer[m] = ratio[m] * (from_fewer[m] + modes[m].count * p.back());
    p.push_back(sum / n);
    // P(0) is tiny where many photons are expected.
    if (constexpr double large = 1e200; p.back() > large) {
      for (double& one : p) one /= large;
      for (double& one : from_fewer) one /= large;
      logarithm += std::log(large);
    }
  }
  for (double& one : p) one *= std::exp(logarithm);
  return p;
}

double intensity_probability(const SnapshotModes& modes, double x) {
  if (x <= 0.0) return 0.0;
  constexpr double discretisation = 18.4;  // error exp(-18.4)
  constexpr int plain_terms = 400, averaged_terms = 12;
  const auto transform = [&](std::complex<double> s) {
    std::complex<double> logarithm = 0.0;
    for (const GammaModes& mode : modes) logarithm -= mode.count * std::log(1.0 + mode.weight * s);
    return (std::exp(logarithm) / s).real();
  };
  constexpr double pi = 3.14159265358979323846;
  const double factor = std::exp(0.5 * discretisation) / x;
  double sum = 0.5 * factor * transform(0.5 * discretisation / x), averaged = 0.0, binomial = 1.0;
  for (int k = 1; k <= plain_terms + averaged_terms; ++k) {
    sum += (k % 2 == 0 ? factor : -factor) * transform({0.5 * discretisation / x, k * pi / x});
    if (k < plain_terms) continue;
    const int j = k - plain_terms;
    averaged += binomial * sum;
    binomial *= static_cast<double>(averaged_terms - j) / (j + 1);
  }
  return averaged / std::exp2(averaged_terms);
}

}  // namespace patina
