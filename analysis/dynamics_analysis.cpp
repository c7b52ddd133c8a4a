// SPDX-License-Identifier: BSD-3-Clause
#include "analysis/dynamics_analysis.hpp"

#include <algorithm>
#include <cmath>

#include "analysis/least_squares.hpp"

namespace patina {
namespace {

constexpr std::size_t least_replicas_for_scatter = 4;

std::vector<double> row_of(const Eigen::MatrixXd& matrix, std::size_t row) {
  const Eigen::VectorXd values = matrix.row(static_cast<Eigen::Index>(row));
  return {values.data(), values.data() + values.size()};
}

// Slope of y against x.
double slope_of(const std::vector<double>& x, const std::vector<double>& y) {
  Eigen::MatrixXd design(x.size(), 2);
  for (std::size_t i = 0; i < x.size(); ++i) design.row(static_cast<Eigen::Index>(i)) << 1.0, x[i];
  return solve_least_squares(design, Eigen::Map<const Eigen::VectorXd>(y.data(), static_cast<Eigen::Index>(y.size())))(1);
}

HighestPoint highest_point(const std::vector<double>& lag_ps, const std::vector<double>& values) {
  std::size_t highest = 0, last = 0;
  for (std::size_t l = 0; l < values.size(); ++l) {
    if (!std::isfinite(values[l])) continue;
    last = l;
    if (!(values[l] <= values[highest])) highest = l;
  }
  if (highest == last) return {};
  return {lag_ps[highest], values[highest]};
}

struct LongTimes {
  std::vector<double> t, r2;
};

// Lags from a third of the largest on.
LongTimes long_times(const std::vector<double>& lag_ps, const std::vector<double>& msd_A2) {
  constexpr double last_part = 3.0;
  double largest = 0.0;
  for (std::size_t l = 0; l < lag_ps.size(); ++l)
    if (std::isfinite(msd_A2[l]) && msd_A2[l] > 0.0) largest = std::max(largest, lag_ps[l]);
  LongTimes found;
  for (std::size_t l = 0; l < lag_ps.size(); ++l) {
    if (lag_ps[l] < largest / last_part || !(msd_A2[l] > 0.0)) continue;
    found.t.push_back(lag_ps[l]);
    found.r2.push_back(msd_A2[l]);
  }
  return found;
}

std::vector<Diffusion> diffusion_of(const LagDynamics& data, std::size_t w) {
  std::vector<Diffusion> all;
  for (const auto& group : data.groups) {
    if (group.label == "all") continue;
    all.push_back(fit_diffusion(data.lag_ps, row_of(group.msd_A2, w)));
    all.back().species = group.label;
  }
  return all;
}

void add_scatter(std::vector<Diffusion>& merged, const std::vector<LagDynamics>& replicas, std::size_t w) {
  if (replicas.size() < least_replicas_for_scatter) return;
  for (std::size_t s = 0; s < merged.size(); ++s) {
    if (!std::isfinite(merged[s].D_A2_per_ps)) continue;
    Eigen::ArrayXd values(static_cast<Eigen::Index>(replicas.size()));
    for (std::size_t r = 0; r < replicas.size(); ++r) {
      const LongTimes at = long_times(replicas[r].lag_ps, row_of(replicas[r].groups[s].msd_A2, w));
      values[static_cast<Eigen::Index>(r)] = slope_of(at.t, at.r2) / 6.0;
    }
    const double n = static_cast<double>(replicas.size());
    merged[s].D_error_A2_per_ps = std::sqrt((values - values.mean()).square().sum() / (n * (n - 1.0)));
  }
}

// ln tau against ln q, each weighted by its error.
void fit_q_power(const std::vector<RelaxationAnalysis>& shells, std::size_t w, DynamicsAtWaitingTime& at) {
  std::vector<double> x, y, weight;
  for (const auto& shell : shells) {
    const KwwFit& fit = shell.coherent.fits[w].fit;
    if (fit.status != KwwStatus::fitted) continue;
    const double error = std::fmax(fit.tau_ps.error / fit.tau_ps.value, shell.coherent.fits[w].scatter.log_tau);
    x.push_back(std::log(shell.data.q0_inv_A));
    y.push_back(std::log(fit.tau_ps.value));
    weight.push_back(1.0 / error);
  }
  if (x.size() < 3) return;
  Eigen::MatrixXd design(x.size(), 2);
  Eigen::VectorXd value(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    design.row(static_cast<Eigen::Index>(i)) << weight[i], weight[i] * x[i];
    value[static_cast<Eigen::Index>(i)] = weight[i] * y[i];
  }
  at.q_power = -solve_least_squares(design, value)(1);
  at.q_power_error = std::sqrt((design.transpose() * design).inverse()(1, 1));
}

// By straight lines between the bins of the same protocol step.
double structure_factor_at(double q_inv_A, int protocol_step, const std::vector<StructureData>& structure) {
  for (const auto& one : structure) {
    if (one.protocol_step != protocol_step) continue;
    const auto above = std::lower_bound(one.q_inv_A.begin(), one.q_inv_A.end(), q_inv_A) - one.q_inv_A.begin();
    if (above == 0 || above == static_cast<std::ptrdiff_t>(one.q_inv_A.size())) continue;
    const auto hi = static_cast<std::size_t>(above), lo = hi - 1;
    const double part = (q_inv_A - one.q_inv_A[lo]) / (one.q_inv_A[hi] - one.q_inv_A[lo]);
    return (1.0 - part) * one.s_x[lo] + part * one.s_x[hi];
  }
  return std::nan("");
}

}  // namespace

Diffusion fit_diffusion(const std::vector<double>& lag_ps, const std::vector<double>& msd_A2) {
  constexpr double linear_within = 0.1;
  constexpr std::size_t least_points = 4;
  Diffusion result;
  const LongTimes at = long_times(lag_ps, msd_A2);
  if (at.t.size() < least_points) return result;
  std::vector<double> log_t, log_r2;
  for (const double t : at.t) log_t.push_back(std::log(t));
  for (const double r2 : at.r2) log_r2.push_back(std::log(r2));
  result.from_ps = at.t.front();
  result.to_ps = at.t.back();
  result.power = slope_of(log_t, log_r2);
  if (std::abs(result.power - 1.0) <= linear_within) result.D_A2_per_ps = slope_of(at.t, at.r2) / 6.0;
  return result;
}

DynamicsAnalysis analyse_dynamics(const std::vector<LagDynamics>& replicas, const std::vector<StructureData>& structure,
                                  const RelaxationOptions& options) {
  DynamicsAnalysis analysis;
  analysis.data = merge_replicas(replicas);
  analysis.replicas = static_cast<int>(replicas.size());
  for (std::size_t k = 0; k < analysis.data.shells.size(); ++k) {
    std::vector<RelaxationData> shell;
    for (const auto& replica : replicas) shell.push_back(replica.shells[k]);
    analysis.shells.push_back(analyse_relaxation(shell, options));
    analysis.structure_factor.push_back(
        structure_factor_at(analysis.data.shells[k].q0_inv_A, analysis.data.protocol_step, structure));
  }
  for (std::size_t w = 0; w < analysis.data.waiting_time_ps.size(); ++w) {
    DynamicsAtWaitingTime at;
    at.waiting_time_ps = analysis.data.waiting_time_ps[w];
    at.diffusion = diffusion_of(analysis.data, w);
    add_scatter(at.diffusion, replicas, w);
    if (!analysis.data.groups.empty())
      at.alpha_2 = highest_point(analysis.data.lag_ps, row_of(analysis.data.groups.back().alpha_2, w));
    at.chi4 = highest_point(analysis.data.lag_ps, row_of(analysis.data.chi4, w));
    fit_q_power(analysis.shells, w, at);
    analysis.waiting_times.push_back(std::move(at));
  }
  return analysis;
}

}  // namespace patina
