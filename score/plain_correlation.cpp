// SPDX-License-Identifier: BSD-3-Clause
#include "score/plain_correlation.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/error.hpp"

namespace patina {
namespace {

using Eigen::Index;

constexpr Index tile_rows = 512;
constexpr PlanFit lags_of_g2{8, 0.5};

// Sums along diagonals of the upper triangle, by lag.
class DiagonalSums {
 public:
  explicit DiagonalSums(Index frames) : frames_(frames), sum_(static_cast<std::size_t>(frames)) {}
  // A tile whose first element is C(row, column).
  void add(const Eigen::MatrixXf& tile, Index row, Index column) {
    for (Index k = 1 - tile.rows(); k < tile.cols(); ++k)
      if (const Index lag = column - row + k; lag > 0) sum_[static_cast<std::size_t>(lag)] += tile.diagonal(k).cast<double>().sum();
  }
  std::vector<double> means(const std::vector<LagRange>& ranges) const {
    std::vector<double> found;
    for (const LagRange& range : ranges) {
      double mean = 0.0;
      for (int lag = range.first; lag <= range.last; ++lag) mean += sum_[static_cast<std::size_t>(lag)] / static_cast<double>(frames_ - lag);
      found.push_back(mean / range.count());
    }
    return found;
  }

 private:
  Index frames_;
  std::vector<double> sum_;
};

// Means over blocks of m x m elements; what is left over at the ends is in none.
Eigen::MatrixXf block_means(const Eigen::MatrixXf& tile, Index m) {
  if (m == 1) return tile;
  Eigen::MatrixXf means(tile.rows() / m, tile.cols() / m);
  for (Index j = 0; j < means.cols(); ++j)
    for (Index i = 0; i < means.rows(); ++i) means(i, j) = tile.block(i * m, j * m, m, m).mean();
  return means;
}

class Estimator {
 public:
  explicit Estimator(const Eigen::Ref<const IntensityMatrix>& intensity)
      : intensity_(intensity), inverse_(intensity.cast<double>().rowwise().mean().cwiseInverse().cast<float>()), size_(intensity.cols() / plain_groups), sums_(intensity.rows()) {
    for (int g = 0; g < plain_groups; ++g) {
      group_mean_.push_back(inverse_.cwiseProduct(intensity.middleCols(g * size_, size_).cast<double>().rowwise().mean().cast<float>()));
      group_sums_.emplace_back(intensity.rows());
    }
    const Index frames = intensity.rows();
    found_.lags = plan_lags(static_cast<int>(frames), lags_of_g2);
    found_.averaged = static_cast<int>((frames + most_map_rows - 1) / most_map_rows);
    found_.map.resize(frames / found_.averaged, frames / found_.averaged);
    found_.map_sigma.resizeLike(found_.map);
  }

  PlainCorrelation run() {
    const Index frames = intensity_.rows(), step = std::max<Index>(1, tile_rows / found_.averaged) * found_.averaged;
    for (Index row = 0; row < frames; row += step)
      for (Index column = row; column < frames; column += step) add_tile(row, std::min(step, frames - row), column, std::min(step, frames - column));
    for (Eigen::MatrixXf* map : {&found_.map, &found_.map_sigma}) map->triangularView<Eigen::StrictlyLower>() = map->transpose();
    found_.g2 = sums_.means(found_.lags);
    std::vector<double> sum(found_.lags.size()), squares(sum);
    for (const DiagonalSums& group : group_sums_) {
      const std::vector<double> away = group.means(found_.lags);
      for (std::size_t k = 0; k < away.size(); ++k) {
        sum[k] += away[k];
        squares[k] += away[k] * away[k];
      }
    }
    constexpr double n = plain_groups;
    for (std::size_t k = 0; k < sum.size(); ++k) found_.g2_sigma.push_back(std::sqrt(std::max(0.0, squares[k] - sum[k] * sum[k] / n) / (n * (n - 1.0))));
    return std::move(found_);
  }

 private:
  // <I I> / (<I> <I>) of some pixels, <I> of all of them.
  Eigen::MatrixXf products(Index row, Index rows, Index column, Index columns, Index first, Index count) const {
    const Eigen::MatrixXf sum = intensity_.block(row, first, rows, count) * intensity_.block(column, first, columns, count).transpose();
    return inverse_.segment(row, rows).asDiagonal() * sum * inverse_.segment(column, columns).asDiagonal() / static_cast<float>(count);
  }

  void add_tile(Index row, Index rows, Index column, Index columns) {
    std::array<Eigen::MatrixXf, plain_groups> group;
    // Pixels that are left over belong to no group.
    const Index rest = intensity_.cols() - plain_groups * size_;
    Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(rows, columns);
    for (int g = 0; g < plain_groups; ++g) {
      group[static_cast<std::size_t>(g)] = products(row, rows, column, columns, g * size_, size_);
      sum += static_cast<double>(size_) * group[static_cast<std::size_t>(g)].cast<double>();
    }
    if (rest > 0) sum += static_cast<double>(rest) * products(row, rows, column, columns, plain_groups * size_, rest).cast<double>();
    const Eigen::MatrixXf all = (sum / static_cast<double>(intensity_.cols())).cast<float>();
    sums_.add(all, row, column);
    const Index m = found_.averaged;
    const Eigen::MatrixXf mean = block_means(all, m);
    Eigen::MatrixXf away_sum = Eigen::MatrixXf::Zero(mean.rows(), mean.cols()), away_squares = away_sum;
    const Eigen::MatrixXf ones = Eigen::MatrixXf::Constant(rows, columns, -1.0f);
    for (std::size_t g = 0; g < plain_groups; ++g) {
      // What its pixels add to C beyond the mean, to first order: x_a x_b - C (x_a + x_b - 1), which a group without a photon in a frame does not spoil.
      const Eigen::MatrixXf away =
          group[g] - all.cwiseProduct((ones.colwise() + group_mean_[g].segment(row, rows)).rowwise() + group_mean_[g].segment(column, columns).transpose());
      group_sums_[g].add(away, row, column);
      const Eigen::MatrixXf averaged = block_means(away, m);
      away_sum += averaged;
      away_squares.array() += averaged.array().square();
    }
    constexpr auto n = static_cast<float>(plain_groups);
    found_.map.block(row / m, column / m, mean.rows(), mean.cols()) = mean;
    found_.map_sigma.block(row / m, column / m, mean.rows(), mean.cols()) =
        ((away_squares.array() - away_sum.array().square() / n).max(0.0f) / (n * (n - 1.0f))).sqrt();
  }

  const Eigen::Ref<const IntensityMatrix>& intensity_;
  Eigen::VectorXf inverse_;  // of the mean over pixels of each frame
  Index size_;               // pixels of a group
  DiagonalSums sums_;
  std::vector<Eigen::VectorXf> group_mean_;
  std::vector<DiagonalSums> group_sums_;  // of what they add to C
  PlainCorrelation found_;
};

}  // namespace

PlainCorrelation correlate_plainly(const Eigen::Ref<const IntensityMatrix>& intensity) {
  require(intensity.rows() >= 2 && intensity.cols() >= plain_groups, "correlate_plainly: too few frames or pixels");
  return Estimator(intensity).run();
}

}  // namespace patina
