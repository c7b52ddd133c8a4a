// SPDX-License-Identifier: BSD-3-Clause
#include "analysis/jump_events.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "analysis/fit_residuals.hpp"

namespace patina {
namespace {

constexpr Eigen::Index near_lags = 16;  // from the shortest on
constexpr std::size_t most_jumps = 50;
constexpr double least_score = 4.5, least_advance = 0.02;
constexpr double least_left = 0.01;  // of the information on a jump, beside the clock: less is rounding

// For each place between frames k - 1 and k.
struct Scan {
  Eigen::VectorXd advance, error;
};

// Row k of a sum over pairs (i, j) of what lies on places i + 1 .. j.
template <class Matrix, class Row>
void straddle(Matrix&& sums, Eigen::Index i, Eigen::Index j, const Row& row) {
  sums.row(i + 1) += row;
  sums.row(j + 1) -= row;
}

template <class Matrix>
void add_up(Matrix& sums) {
  for (Eigen::Index k = 1; k < sums.rows(); ++k) sums.row(k) += sums.row(k - 1);
}

Scan scan_places(const FitResiduals& left) {
  using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const Eigen::Index n = left.frames(), parameters = left.parameters(), farthest = left.first_lag() + near_lags;
  Eigen::ArrayX2d sums = Eigen::ArrayX2d::Zero(n + 1, 2);  // score, information
  Rows near = Rows::Zero(n + 1, parameters), all = near;  // information shared with the clock's parameters, of near pairs and of all
  Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> drawn(n + 1, left.moves().rows());
  drawn.setZero();
  for (Eigen::Index j = 1; j < n; ++j)
    for (Eigen::Index i = 0; i < j; ++i) {
      if (left.weight(i, j) == 0.0) continue;
      const double slope = left.slope_in_s(i, j), h = left.weight(i, j) * slope;
      const Eigen::RowVectorXd shared = h * left.slopes(i, j);
      straddle(all, i, j, shared);
      if (j - i >= farthest) continue;
      straddle(near, i, j, shared);
      straddle(sums.col(0), i, j, Eigen::Array<double, 1, 1>(h * left.residual(i, j)));
      straddle(sums.col(1), i, j, Eigen::Array<double, 1, 1>(h * slope));
      straddle(drawn, i, j, (static_cast<float>(h) * left.noise(i, j)).matrix().transpose());
    }
  add_up(sums);
  add_up(near);
  add_up(all);
  add_up(drawn);
  drawn.noalias() -= near.cast<float>() * left.moves().transpose();
  Scan scan{Eigen::VectorXd::Zero(n), Eigen::VectorXd::Constant(n, std::numeric_limits<double>::infinity())};
  for (Eigen::Index k = 1; k < n; ++k) {
    const double information = sums(k, 1) - near.row(k) * left.inverse_information() * all.row(k).transpose();
    if (!(information > least_left * sums(k, 1))) continue;
    const auto of_place = drawn.row(k).array();
    const double variance = static_cast<double>((of_place - of_place.mean()).square().mean()) / left.sample().pixels;
    scan.advance[k] = sums(k, 0) / information;
    scan.error[k] = std::sqrt(variance) / information;
  }
  return scan;
}

ClockFit refit(const SpeckleRecord& record, const ClockFit& fit, std::vector<MaterialJump> jumps, std::uint64_t seed) {
  ClockParameters start = fit.parameters;
  start.time = MaterialTime(start.time.knots(), start.time.log_rates(), std::move(jumps));
  return refit_clock(record, start, seed);
}

// Whether a jump was added.
bool add_likeliest(const SpeckleRecord& record, ClockFit& fit, std::uint64_t seed) {
  const FitResiduals left(record, fit, seed);
  const Scan scan = scan_places(left);
  std::vector<MaterialJump> jumps = fit.parameters.time.jumps();
  Eigen::Index best = 0;
  double score = least_score;
  for (Eigen::Index k = 1; k < left.frames(); ++k) {
    if (scan.advance[k] <= least_advance || scan.advance[k] < score * scan.error[k]) continue;
    best = k;
    score = scan.advance[k] / scan.error[k];
  }
  if (best == 0) return false;
  jumps.push_back({left.time()[static_cast<std::size_t>(best)], scan.advance[best]});
  ClockFit with = refit(record, fit, std::move(jumps), seed);
  if (with.found) fit = std::move(with);
  return with.found;
}

// Whether one was taken out.
bool drop_unlikeliest(const SpeckleRecord& record, ClockFit& fit, std::uint64_t seed) {
  std::vector<MaterialJump> jumps = fit.parameters.time.jumps();
  std::size_t worst = jumps.size();
  double score = least_score;
  for (std::size_t k = 0; k < jumps.size(); ++k) {
    const auto advance = fit.advance(k);
    const double of_jump = advance.value > least_advance ? advance.value / advance.error : 0.0;
    if (of_jump >= score) continue;
    worst = k;
    score = of_jump;
  }
  if (worst == jumps.size()) return false;
  jumps.erase(jumps.begin() + static_cast<std::ptrdiff_t>(worst));
  ClockFit without = refit(record, fit, std::move(jumps), seed);
  if (without.found) fit = std::move(without);
  return without.found;
}

}  // namespace

std::vector<JumpEvent> find_jumps(const SpeckleRecord& record, const ClockFit& smooth, std::uint64_t seed) {
  ClockFit fit = smooth;
  while (fit.parameters.time.jumps().size() < most_jumps && add_likeliest(record, fit, seed)) {
  }
  while (drop_unlikeliest(record, fit, seed)) {
  }
  std::vector<JumpEvent> events;
  const auto& jumps = fit.parameters.time.jumps();
  for (std::size_t k = 0; k < jumps.size(); ++k) {
    const auto advance = fit.advance(k);
    events.push_back({jumps[k].time, advance.value, advance.error});
  }
  std::sort(events.begin(), events.end(), [](const JumpEvent& a, const JumpEvent& b) { return a.time < b.time; });
  return events;
}

}  // namespace patina
