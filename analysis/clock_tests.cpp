// SPDX-License-Identifier: BSD-3-Clause
#include "analysis/clock_tests.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "analysis/chi_squared.hpp"
#include "analysis/fit_residuals.hpp"

namespace patina {
namespace {

constexpr int ages = 4;                                         // equal parts of the record
constexpr std::array edges{0.95, 0.7, 0.4, 0.15, 0.02};         // of |f|^2 over its largest
constexpr std::size_t levels = edges.size() - 1, cells = ages * levels;
constexpr int least_pairs = 20, least_cells = 4;
constexpr double most_pairs = 20000.0;  // looked at, evenly spaced: neighbours have nearly the same noise
constexpr double least_mode = 0.01;     // of the mean variance of correlated cells: what is less the fit has taken
constexpr double chance = 0.01;

// A sum over pairs of what the map, each drawn pixel and each parameter add.
struct Term {
  double residual = 0.0;
  Eigen::ArrayXf noise;
  Eigen::RowVectorXd slopes;
  void add(double factor, const FitResiduals& left, Eigen::Index i, Eigen::Index j) {
    residual += factor * left.residual(i, j);
    if (noise.size() == 0) {
      noise = Eigen::ArrayXf::Zero(left.moves().rows());
      slopes = Eigen::RowVectorXd::Zero(left.parameters());
    }
    noise += static_cast<float>(factor) * left.noise(i, j);
    slopes += factor * left.slopes(i, j);
  }
};

// By how much chi^2 comes out too large because its covariance is that of so many drawn pixels and no more: of records of one half of them by
// the covariance of the other it does so twice as much.
double inflation(const Eigen::MatrixXd& drawn) {
  const Eigen::Index half = drawn.rows() / 2;
  const Eigen::MatrixXd first = drawn.topRows(half), second = drawn.middleRows(half, half), a = first.transpose() * first, b = second.transpose() * second;
  const double of_halves = 0.5 * (a.llt().solve(b).trace() + b.llt().solve(a).trace()) / static_cast<double>(drawn.cols());
  return 1.0 + 0.5 * std::max(0.0, of_halves - 1.0);
}

struct Cell {
  Term sum;
  double weight = 0.0, age = 0.0, lag = 0.0, f_squared = 0.0;
  int pairs = 0;
};

class Cells {
 public:
  explicit Cells(const FitResiduals& left, double plateau) : left_(left), plateau_(plateau) {}

  // Index of the cell of a pair, or -1.
  int of(Eigen::Index i, Eigen::Index j) const {
    const double square = f_squared(i, j) / plateau_;
    for (std::size_t level = 0; level < levels; ++level)
      if (square <= edges[level] && square > edges[level + 1]) return static_cast<int>(level) * ages + static_cast<int>(std::min<Eigen::Index>(ages - 1, ages * (i + j) / (2 * left_.frames())));
    return -1;
  }

  // weight * (sum of factors * residuals); i and j are the pair that the cell is of.
  void add(int cell, Eigen::Index i, Eigen::Index j, double weight, const std::array<double, 3>& factor, const std::array<std::array<Eigen::Index, 2>, 3>& pair) {
    Cell& one = cells_[static_cast<std::size_t>(cell)];
    for (std::size_t k = 0; k < 3; ++k)
      if (factor[k] != 0.0) one.sum.add(weight * factor[k], left_, pair[k][0], pair[k][1]);
    const auto& time = left_.time();
    const double first = time[static_cast<std::size_t>(i)], last = time[static_cast<std::size_t>(j)];
    one.weight += weight;
    one.age += weight * 0.5 * (first + last);
    one.lag += weight * (last - first);
    one.f_squared += weight * f_squared(i, j);
    ++one.pairs;
  }

  ClockTest judge(double noise_ratio) const {
    ClockTest test;
    std::vector<const Cell*> used;
    for (const Cell& cell : cells_)
      if (cell.pairs >= least_pairs) used.push_back(&cell);
    if (used.size() < static_cast<std::size_t>(least_cells)) return test;
    const auto n = static_cast<Eigen::Index>(used.size());
    Eigen::MatrixXd drawn(left_.moves().rows(), n);
    Eigen::VectorXd misfit(n);
    for (Eigen::Index k = 0; k < n; ++k) {
      const Cell& cell = *used[static_cast<std::size_t>(k)];
      drawn.col(k) = (cell.sum.noise.matrix() - left_.moves() * cell.sum.slopes.transpose().cast<float>()).cast<double>() / cell.weight;
      misfit[k] = cell.sum.residual / cell.weight;
    }
    drawn.rowwise() -= drawn.colwise().mean().eval();
    const Eigen::MatrixXd covariance = drawn.transpose() * drawn * (noise_ratio / (static_cast<double>(drawn.rows() - 1) * left_.sample().pixels));
    const Eigen::VectorXd sigma = covariance.diagonal().cwiseSqrt();
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> modes(sigma.cwiseInverse().asDiagonal() * covariance * sigma.cwiseInverse().asDiagonal());
    const Eigen::VectorXd along = modes.eigenvectors().transpose() * misfit.cwiseQuotient(sigma);
    const Eigen::Index kept = (modes.eigenvalues().array() >= least_mode).count();  // the last, as they go up
    const Eigen::VectorXd variance = modes.eigenvalues().tail(kept);
    test.degrees_of_freedom = static_cast<int>(kept);
    test.chi_squared = along.tail(kept).cwiseAbs2().cwiseQuotient(variance).sum() / inflation(drawn * sigma.cwiseInverse().asDiagonal() * modes.eigenvectors().rightCols(kept));
    test.probability = chi_squared_probability(test.chi_squared, test.degrees_of_freedom);
    for (Eigen::Index k = 0; k < n; ++k) {
      const Cell& cell = *used[static_cast<std::size_t>(k)];
      test.cells.push_back({cell.age / cell.weight, cell.lag / cell.weight, cell.f_squared / cell.weight, misfit[k] / left_.contrast(), sigma[k] / left_.contrast()});
    }
    return test;
  }

 private:
  double f_squared(Eigen::Index i, Eigen::Index j) const {
    const double f = left_.kernel(i, j);
    return f * f;
  }
  const FitResiduals& left_;
  double plateau_;
  std::array<Cell, cells> cells_;
};

std::string describe(const ClockTests& tests) {
  const std::string numbers = fmt::format("material time: chi^2 {:.3g} for {} degrees of freedom, triangles: {:.3g} for {}", tests.material_time.chi_squared, tests.material_time.degrees_of_freedom,
                                          tests.triangles.chi_squared, tests.triangles.degrees_of_freedom);
  return (tests.one_clock ? "C is a function of material time (" : "C is no function of one material time (") + numbers + ")";
}

}  // namespace

ClockTests test_clock(const SpeckleRecord& record, const ClockFit& fit, std::uint64_t seed) {
  ClockTests tests;
  if (!fit.found) {
    tests.reason = fit.reason;
    return tests;
  }
  const FitResiduals left(record, fit, seed + 4);
  const Eigen::Index n = left.frames(), first_lag = left.first_lag();
  const auto step = static_cast<Eigen::Index>(std::ceil(std::sqrt(0.5 * static_cast<double>(n) * static_cast<double>(n) / most_pairs)));
  Cells pairs(left, fit.parameters.plateau), triangles(left, fit.parameters.plateau);
  for (Eigen::Index i = 0; i < n; i += step)
    for (Eigen::Index j = i + first_lag; j < n; j += step) {
      const int cell = left.weight(i, j) > 0.0 ? pairs.of(i, j) : -1;
      if (cell < 0) continue;
      pairs.add(cell, i, j, left.weight(i, j), {1.0, 0.0, 0.0}, {{{i, j}, {}, {}}});
      const Eigen::Index k = (i + j) / 2;
      if (k - i < first_lag || j - k < first_lag || left.weight(i, k) == 0.0 || left.weight(k, j) == 0.0) continue;
      const double before = left.slope_in_s(i, j) / left.slope_in_s(i, k), after = left.slope_in_s(i, j) / left.slope_in_s(k, j);
      if (!std::isfinite(before) || !std::isfinite(after)) continue;
      const double variance = 1.0 / left.weight(i, j) + before * before / left.weight(i, k) + after * after / left.weight(k, j);
      triangles.add(cell, i, j, 1.0 / variance, {1.0, -before, -after}, {{{i, j}, {i, k}, {k, j}}});
    }
  const double noise_ratio = std::max(1.0, fit.noise_ratio);
  tests.material_time = pairs.judge(noise_ratio);
  tests.triangles = triangles.judge(noise_ratio);
  if (tests.material_time.degrees_of_freedom == 0 || tests.triangles.degrees_of_freedom == 0) {
    tests.reason = fmt::format("fewer than {} cells of {} pairs of frames hold a decay", least_cells, least_pairs);
    return tests;
  }
  tests.judged = true;
  tests.one_clock = std::min(tests.material_time.probability, tests.triangles.probability) > 0.5 * chance;
  tests.text = describe(tests);
  return tests;
}

}  // namespace patina
