// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/correlation.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "scattering/panel_kernels.hpp"

namespace patina {

namespace {

constexpr int most_blocks = 20;

// Of the two-time sums: panels of 8 times whose values of some rows stay in the second-level cache together.
constexpr Eigen::Index group_panels = 16, chunk_rows = 128;

// The values of some rows of a block: [panel of 8 times][row][time in the panel], zero beyond the last time.
struct Panels {
  Eigen::Index block = 0, rows = 0;
  std::vector<double> values;
  const double* operator[](Eigen::Index panel) const { return values.data() + panel * rows * panel_width; }
};

Panels make_panels(const Eigen::Ref<const Eigen::MatrixXd>& rows, Eigen::Index block) {
  const Eigen::Index panels = (rows.cols() + panel_width - 1) / panel_width;
  Panels made{block, rows.rows(), std::vector<double>(static_cast<std::size_t>(panels * rows.rows() * panel_width), 0.0)};
  for (Eigen::Index t = 0; t < rows.cols(); ++t) {
    double* column = made.values.data() + t / panel_width * made.rows * panel_width + t % panel_width;
    for (Eigen::Index r = 0; r < made.rows; ++r) column[r * panel_width] = rows(r, t);
  }
  return made;
}

void add(const double* row, Eigen::Index count, double* __restrict sums) {
  if (count == panel_width) {
    for (int b = 0; b < panel_width; ++b) sums[b] += row[b];
  } else {
    for (Eigen::Index b = 0; b < count; ++b) sums[b] += row[b];
  }
}

// Adds the products of the times of panel i with those of panel j <= i to the lower triangle of `sums.product`, stored by rows
// in its upper one, and to the sums of its block.
void add_tile(const double* tile, Eigen::Index i, Eigen::Index j, Eigen::Index block, Eigen::MatrixXd& lag_sums, TwoTimeSums& sums) {
  const Eigen::Index frames = sums.product.cols(), columns = std::min<Eigen::Index>(panel_width, frames - panel_width * j);
  for (Eigen::Index a = 0; a < panel_width && panel_width * i + a < frames; ++a, tile += panel_width) {
    const Eigen::Index t = panel_width * i + a, first = panel_width * j, count = i == j ? a + 1 : columns;
    add(tile, count, &sums.product(first, t));
    add(tile, count, &lag_sums(frames - 1 - t + first, block));  // from the longest lag down
    if (i == j) sums.block_diagonal(block, t) += tile[a];
  }
}

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

TwoTimeSums two_time_sums(const Eigen::Ref<const Eigen::MatrixXd>& values, int row_unit, int max_lag) {
  static const PanelKernels& kernels = *panel_kernel_versions().all[0];
  const Eigen::Index frames = values.cols(), units = values.rows() / row_unit;
  const Eigen::Index blocks = std::min<Eigen::Index>(most_blocks, units);
  const Eigen::Index panels = (frames + panel_width - 1) / panel_width;
  const Eigen::Index lags = std::min<Eigen::Index>(max_lag, frames - 1);
  TwoTimeSums sums;
  sums.product = Eigen::MatrixXd::Zero(frames, frames);
  sums.block_diagonal = Eigen::MatrixXd::Zero(blocks, frames);
  sums.block_rows.resize(blocks);
  std::vector<Panels> chunks;
  for (Eigen::Index b = 0; b < blocks; ++b) {
    const Eigen::Index first = row_unit * (units * b / blocks), last = row_unit * (units * (b + 1) / blocks);
    sums.block_rows[b] = static_cast<int>(last - first);
    for (Eigen::Index row = first; row < last; row += chunk_rows)
      chunks.push_back(make_panels(values.middleRows(row, std::min(chunk_rows, last - row)), b));
  }
  // Tile by tile, all blocks of one: a matrix of all times for each block would go to memory and back.
  Eigen::MatrixXd lag_sums = Eigen::MatrixXd::Zero(frames, blocks);
  alignas(64) double tile[panel_width * panel_width];
  for (Eigen::Index group = 0; group < panels; group += group_panels)
    for (const Panels& chunk : chunks)
      for (Eigen::Index j = 0; j < std::min(panels, group + group_panels); ++j)
        for (Eigen::Index i = std::max(group, j); i < std::min(panels, group + group_panels); ++i) {
          kernels.product(chunk[i], chunk[j], static_cast<int>(chunk.rows), tile);
          add_tile(tile, i, j, chunk.block, lag_sums, sums);
        }
  sums.block_lag = lag_sums.bottomRows(lags + 1).colwise().reverse().transpose();
  sums.product.triangularView<Eigen::StrictlyLower>() = sums.product.transpose();
  return sums;
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
