// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/speckle.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace patina {

namespace {

// With the exponential distribution of single speckles a parabola through P of them has relative errors of order sqrt(3 / P).
Eigen::VectorXd parabola_or_mean(const Eigen::VectorXd& y, const Eigen::VectorXd& q) {
  constexpr Eigen::Index enough = 50;
  const Eigen::VectorXd flat = Eigen::VectorXd::Constant(y.size(), y.mean());
  if (y.size() < enough) return flat;
  const double half = std::max(0.5 * (q.maxCoeff() - q.minCoeff()), 1e-12);
  const Eigen::ArrayXd x = (q.array() - q.mean()) / half;
  Eigen::MatrixXd basis(y.size(), 3);
  basis << Eigen::VectorXd::Ones(y.size()), x.matrix(), x.square().matrix();
  const Eigen::VectorXd parabola = basis * basis.colPivHouseholderQr().solve(y);
  return parabola.minCoeff() > 0.2 * y.mean() ? parabola : flat;
}

// Smooth mean of y over |q|, in equal ranges of |q| that are no wider than a parabola can follow a peak of S(q).
Eigen::VectorXd smooth_over_q(const Eigen::VectorXd& y, const std::vector<double>& q_inv_A) {
  const auto [least, largest] = std::minmax_element(q_inv_A.begin(), q_inv_A.end());
  const double span = *largest - *least;
  const auto ranges = static_cast<std::size_t>(std::max(1.0, std::ceil(span / speckle_range_inv_A)));
  std::vector<std::vector<Eigen::Index>> members(ranges);
  for (std::size_t k = 0; k < q_inv_A.size(); ++k) {
    const auto range = ranges == 1 ? 0 : static_cast<std::size_t>((q_inv_A[k] - *least) / span * static_cast<double>(ranges));
    members[std::min(range, ranges - 1)].push_back(static_cast<Eigen::Index>(k));
  }
  Eigen::VectorXd smooth(y.size());
  for (const auto& of_range : members) {
    if (of_range.empty()) continue;
    // Copies, because Eigen adds in an order that depends on the alignment of the memory.
    Eigen::VectorXd own(of_range.size()), q(of_range.size());
    for (std::size_t k = 0; k < of_range.size(); ++k) {
      own[static_cast<Eigen::Index>(k)] = y[of_range[k]];
      q[static_cast<Eigen::Index>(k)] = q_inv_A[static_cast<std::size_t>(of_range[k])];
    }
    const Eigen::VectorXd mean = parabola_or_mean(own, q);
    for (std::size_t k = 0; k < of_range.size(); ++k) smooth[of_range[k]] = mean[static_cast<Eigen::Index>(k)];
  }
  return smooth;
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
  // Vectors at which a crystal does not scatter at all stay at 0.
  const Eigen::VectorXd scale =
      smooth_over_q(intensity.rowwise().mean(), q_inv_A).unaryExpr([](double mean) { return mean > 0.0 ? 1.0 / mean : 0.0; });
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
