// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/correlation.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "scattering/host_loops.hpp"
#include "scattering/two_time_paths.hpp"

namespace patina {

namespace {

constexpr int most_blocks = 20;

// Standard deviation of an estimate from its values with one block left out at a time.
double jackknife_error(const Eigen::Ref<const Eigen::VectorXd>& left_out) {
  const auto n = static_cast<double>(left_out.size());
  return std::sqrt((n - 1.0) / n * (left_out.array() - left_out.mean()).square().sum());
}

}  // namespace

Eigen::MatrixXcd scattered_field(const ModeSeries& series,
                                 const std::vector<std::complex<double>>& form_factor) {
  Eigen::MatrixXcd field = Eigen::MatrixXcd::Zero(series.vectors, series.frames());
  for (int t = 0; t < series.frames(); ++t)
    for (int a = 0; a < series.species; ++a)
      for (int k = 0; k < series.vectors; ++k)
        field(k, t) += form_factor[static_cast<std::size_t>(k) * series.species + a] * series(t, a, k);
  return field;
}

std::vector<Eigen::Index> block_starts(Eigen::Index rows, int row_unit) {
  const Eigen::Index units = rows / row_unit, blocks = std::min<Eigen::Index>(most_blocks, units);
  std::vector<Eigen::Index> start = {0};
  for (Eigen::Index b = 0; b < blocks; ++b) start.push_back(row_unit * (units * (b + 1) / blocks));
  return start;
}

double two_time_bytes(double rows, double frames) {
  const double values = sizeof(double) * rows * frames, product = sizeof(double) * frames * frames;
  if (takes_host_loops()) return values + sizeof(double) * most_blocks * (two_time_strands + 1.0) * frames;
  const double at_once = blocks_at_once(most_blocks, frames, most_two_time_products);
  return 2.0 * values * at_once / most_blocks + (at_once + 2.0) * product;
}

TwoTimeSums two_time_sums(const Eigen::Ref<const Eigen::MatrixXd>& values, int row_unit, int max_lag) {
  return takes_host_loops() ? two_time_sums_in_panels(values, row_unit, max_lag) : two_time_sums_in_tiles(values, row_unit, max_lag);
}

Eigen::Map<const Eigen::MatrixXd> as_real_rows(const Eigen::MatrixXcd& field) {
  return {reinterpret_cast<const double*>(field.data()), 2 * field.rows(), field.cols()};
}

Eigen::MatrixXd normalised(const Eigen::MatrixXd& numerator) {
  const Eigen::VectorXd scale = numerator.diagonal().array().rsqrt();
  Eigen::MatrixXd f = scale.asDiagonal() * numerator * scale.asDiagonal();
  f.diagonal().setOnes();
  return f;
}

LagCurve fixed_start_cut(const Eigen::MatrixXcd& field, int start, int starts, int max_lag) {
  const Eigen::Index count = std::min<Eigen::Index>(max_lag + 1, field.cols() - start - (starts - 1));
  const Eigen::ArrayXd sum_of_squares = field.middleCols(start, count + starts - 1).cwiseAbs2().colwise().sum().transpose();
  LagCurve curve;
  curve.numerator = curve.denominator = curve.error = Eigen::VectorXd::Zero(count);
  for (Eigen::Index lag = 0; lag < count; ++lag) {
    // Of each vector: its part of the numerator, and the denominator without it.
    Eigen::ArrayXd product = Eigen::ArrayXd::Zero(field.rows()), denominator = product;
    for (Eigen::Index t = 0; t < starts; ++t) {
      const auto first = field.col(start + t).array(), second = field.col(start + t + lag).array();
      product += (first * second.conjugate()).real();
      const double d1 = sum_of_squares[t], d2 = sum_of_squares[t + lag];
      denominator += ((d1 - first.abs2()) * (d2 - second.abs2())).sqrt();
      curve.denominator[lag] += std::sqrt(d1 * d2);
    }
    curve.numerator[lag] = product.sum();
    const Eigen::VectorXd left_out = (curve.numerator[lag] - product) / denominator;
    curve.error[lag] = jackknife_error(left_out);
  }
  curve.value = curve.numerator.cwiseQuotient(curve.denominator);
  return curve;
}

LagCurve age_average(const TwoTimeSums& sums) {
  const Eigen::Index count = sums.block_lag.cols(), blocks = sums.block_lag.rows();
  const Eigen::Index frames = sums.product.rows();
  const auto denominator = [&](const Eigen::VectorXd& diagonal, Eigen::Index lag) {
    return (diagonal.head(frames - lag).array() * diagonal.tail(frames - lag).array()).sqrt().sum();
  };
  LagCurve curve;
  curve.numerator = sums.block_lag.colwise().sum().transpose();
  curve.denominator.resize(count);
  curve.error.resize(count);
  const Eigen::VectorXd diagonal = sums.product.diagonal();
  Eigen::MatrixXd left_out(blocks, count);
  for (Eigen::Index b = 0; b < blocks; ++b) {
    const Eigen::VectorXd others = diagonal - sums.block_diagonal.row(b).transpose();
    for (Eigen::Index lag = 0; lag < count; ++lag)
      left_out(b, lag) = (curve.numerator[lag] - sums.block_lag(b, lag)) / denominator(others, lag);
  }
  for (Eigen::Index lag = 0; lag < count; ++lag) {
    curve.denominator[lag] = denominator(diagonal, lag);
    curve.error[lag] = jackknife_error(left_out.col(lag));
  }
  curve.value = curve.numerator.cwiseQuotient(curve.denominator);
  return curve;
}

std::vector<std::string> pair_names(const std::vector<std::string>& species) {
  std::vector<std::string> names;
  for (std::size_t a = 0; a < species.size(); ++a)
    for (std::size_t b = a; b < species.size(); ++b) names.push_back(species[a] + "-" + species[b]);
  return names;
}

Eigen::MatrixXd partial_cut(const ModeSeries& series, const std::vector<double>& atoms, int start, int starts, int max_lag) {
  const int count = std::min(max_lag + 1, series.frames() - start - (starts - 1));
  Eigen::MatrixXd f(count, series.species * (series.species + 1) / 2);
  const auto product = [&](int t, int lag, int a, int b, int k) { return (series(t, a, k) * std::conj(series(t + lag, b, k))).real(); };
  for (int lag = 0; lag < count; ++lag) {
    int pair = 0;
    for (int a = 0; a < series.species; ++a)
      for (int b = a; b < series.species; ++b, ++pair) {
        double sum = 0.0;
        for (int t = start; t < start + starts; ++t)
          for (int k = 0; k < series.vectors; ++k) sum += 0.5 * (product(t, lag, a, b, k) + product(t, lag, b, a, k));
        f(lag, pair) = sum / (static_cast<double>(starts) * series.vectors * std::sqrt(atoms[static_cast<std::size_t>(a)] * atoms[static_cast<std::size_t>(b)]));
      }
  }
  return f;
}

}  // namespace patina
