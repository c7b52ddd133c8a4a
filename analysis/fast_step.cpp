// SPDX-License-Identifier: BSD-3-Clause
#include "analysis/fast_step.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/fit_residuals.hpp"

namespace patina {
namespace {

constexpr double stands_off = 4.0;          // standard errors: there is a step
constexpr double settled = 2.5;             // where there is one, what is left of it below this is small beside the errors
constexpr double longest_left_out = 0.125;  // of the record
constexpr double growth = 1.5;              // of the shortest lag from trial to trial
constexpr Eigen::Index multiples[] = {1, 2, 3, 4, 6, 8};  // of the shortest lag

LagMisfit misfit_at(const FitResiduals& left, Eigen::Index lag) {
  Eigen::ArrayXf noise = Eigen::ArrayXf::Zero(left.moves().rows());
  Eigen::RowVectorXd slopes = Eigen::RowVectorXd::Zero(left.parameters());
  double residual = 0.0, count = 0.0;
  for (Eigen::Index t = 0; t + lag < left.frames(); ++t) {
    if (left.weight(t, t + lag) == 0.0) continue;
    residual += left.residual(t, t + lag);
    noise += left.noise(t, t + lag);
    slopes += left.slopes(t, t + lag);
    count += 1.0;
  }
  if (count == 0.0) return {};
  noise -= (left.moves() * slopes.transpose().cast<float>()).array();
  const double variance = static_cast<double>((noise - noise.mean()).square().mean()) / (count * count * left.sample().pixels);
  return {left.time()[static_cast<std::size_t>(lag)] - left.time()[0], residual / count, std::sqrt(variance)};
}

// In standard errors, which grow with what the map scatters beyond the noise that is told.
double largest_misfit(const SpeckleRecord& record, const ClockFit& fit, std::uint64_t seed) {
  double largest = 0.0;
  for (const auto& misfit : misfits_of_short_lags(record, fit, seed + 3)) largest = std::max(largest, std::abs(misfit.mean) / misfit.error);
  return largest / std::sqrt(std::max(1.0, fit.noise_ratio));
}

}  // namespace

std::vector<LagMisfit> misfits_of_short_lags(const SpeckleRecord& record, const ClockFit& fit, std::uint64_t seed) {
  const FitResiduals left(record, fit, seed);
  std::vector<LagMisfit> misfits;
  for (const Eigen::Index multiple : multiples)
    if (2 * multiple * left.first_lag() < left.frames())
      if (const LagMisfit misfit = misfit_at(left, multiple * left.first_lag()); misfit.error > 0.0) misfits.push_back(misfit);
  return misfits;
}

ClockFit fit_clock_beyond_fast_step(const SpeckleRecord& record, const ClockFitOptions& options) {
  const ClockFit all = fit_clock(record, options);
  if (!all.found) return all;
  const double of_all = largest_misfit(record, all, options.seed);
  if (of_all <= stands_off) return all;
  const auto& time = record.map.time;
  const double span = time.back() - time.front(), step = span / static_cast<double>(all.frames - 1);
  ClockFitOptions beyond = options;
  ClockFit best;
  for (double least = stands_off; least > settled;) {
    beyond.shortest_lag = std::max(growth * beyond.shortest_lag, beyond.shortest_lag > 0.0 ? beyond.shortest_lag + step : 2.0 * step);
    if (beyond.shortest_lag > longest_left_out * span) break;
    ClockFit fit = fit_clock(record, beyond);
    if (!fit.found) break;
    const double misfit = largest_misfit(record, fit, options.seed);
    if (misfit > least) continue;
    least = misfit;
    best = std::move(fit);
  }
  if (best.found) return best;
  ClockFit unlike = all;
  unlike.warnings.push_back(fmt::format("C at short lags stands off the fit by up to {:.0f} standard errors, whatever lags are left out: one clock does not describe the decay", of_all));
  return unlike;
}

}  // namespace patina
