// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/speckle.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace patina {

namespace {

// Smooth mean of y over |q|: with the exponential distribution of single speckles a parabola through P of
// them has relative errors of order sqrt(3 / P).
Eigen::VectorXd smooth_over_q(const Eigen::VectorXd& y, const std::vector<double>& q_inv_A) {
  constexpr Eigen::Index enough = 50;
  const Eigen::VectorXd flat = Eigen::VectorXd::Constant(y.size(), y.mean());
  if (y.size() < enough) return flat;
  // A copy, because Eigen adds in an order that depends on the alignment of the memory.
  const Eigen::VectorXd q = Eigen::Map<const Eigen::VectorXd>(q_inv_A.data(), y.size());
  const double half = std::max(0.5 * (q.maxCoeff() - q.minCoeff()), 1e-12);
  const Eigen::ArrayXd x = (q.array() - q.mean()) / half;
  Eigen::MatrixXd basis(y.size(), 3);
  basis << Eigen::VectorXd::Ones(y.size()), x.matrix(), x.square().matrix();
  const Eigen::VectorXd parabola = basis * basis.colPivHouseholderQr().solve(y);
  return parabola.minCoeff() > 0.2 * y.mean() ? parabola : flat;
}

// g2 with one block of speckles left out at a time.
LagCurve globally_normalised(const TwoTimeSums& sums, const Eigen::MatrixXd& intensity) {
  const Eigen::Index blocks = sums.block_lag.rows(), count = sums.block_lag.cols(), frames = intensity.cols();
  const Eigen::VectorXd row_sums = intensity.rowwise().sum();
  const auto rows = static_cast<double>(intensity.rows());
  const Eigen::VectorXd lag_total = sums.block_lag.colwise().sum().transpose();
  const double total = row_sums.sum();
  LagCurve g2;
  g2.value.resize(count);
  g2.error.resize(count);
  g2.numerator.resize(count);
  g2.denominator =
      Eigen::VectorXd::Constant(count, std::pow(total / (rows * static_cast<double>(frames)), 2));
  for (Eigen::Index lag = 0; lag < count; ++lag) {
    const auto pairs = static_cast<double>(frames - lag);
    g2.numerator[lag] = lag_total[lag] / (rows * pairs);
    g2.value[lag] = g2.numerator[lag] / g2.denominator[lag];
    Eigen::ArrayXd left_out(blocks);
    Eigen::Index first = 0;
    for (Eigen::Index b = 0; b < blocks; ++b) {
      const double others = rows - sums.block_rows[b];
      const double mean = (total - row_sums.segment(first, sums.block_rows[b]).sum()) /
                          (others * static_cast<double>(frames));
      left_out[b] = (lag_total[lag] - sums.block_lag(b, lag)) / (others * pairs) / (mean * mean);
      first += sums.block_rows[b];
    }
    const auto n = static_cast<double>(blocks);
    g2.error[lag] = std::sqrt((n - 1.0) / n * (left_out - left_out.mean()).square().sum());
  }
  return g2;
}

}  // namespace

Eigen::MatrixXd speckle_intensities(const Eigen::MatrixXcd& field, const std::vector<double>& q_inv_A) {
  Eigen::MatrixXd intensity = field.cwiseAbs2();
  const Eigen::VectorXd scale = smooth_over_q(intensity.rowwise().mean(), q_inv_A).cwiseInverse();
  intensity.array().colwise() *= scale.array();
  return intensity;
}

SpeckleCorrelation correlate_speckles(const Eigen::MatrixXd& intensity, int max_lag) {
  TwoTimeSums sums = two_time_sums(intensity, 1, max_lag);
  SpeckleCorrelation result;
  result.mean_intensity = intensity.colwise().mean().transpose();
  result.numerator = std::move(sums.product);  // matrices of all pairs of frames are large
  result.numerator /= static_cast<double>(intensity.rows());
  const Eigen::VectorXd scale = result.mean_intensity.cwiseInverse();
  result.correlation = scale.asDiagonal() * result.numerator * scale.asDiagonal();
  result.g2 = globally_normalised(sums, intensity);
  return result;
}

double two_time_variance(double rho, double speckles) {
  return (1.0 + 4.0 * rho - 3.0 * rho * rho + 2.0 * rho * rho * rho) / speckles;
}

double two_time_bias(double rho, int speckles) { return (rho * rho - 3.0 * rho) / speckles; }

}  // namespace patina
