// SPDX-License-Identifier: BSD-3-Clause
#include "analysis/hold_taus.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace patina {
namespace {

constexpr double taus_of_equilibrium = 10.0, alike_q = 0.02, alike_T = 0.02;

double duration_ps(const RunData& run, int step) {
  double longest = 0.0;
  for (const auto& table : run.thermo) {
    const auto rows = table.rows_of_step(step);
    if (rows.empty()) continue;
    const auto& time = table.column("time_ps");
    // No row is written at the start of a step: it is the end of the step before.
    const double begin = rows.front() > 0 ? time[rows.front() - 1] : time[rows.front()];
    longest = std::max(longest, time[rows.back()] - begin);
  }
  return longest;
}

bool near(double a, double b) { return std::abs(a - b) <= alike_q * std::abs(a); }

void add_hold(const RunData& run, const RelaxationAnalysis& relaxation, double temperature_K, int step, const std::string& entry, std::vector<HoldTau>& holds) {
  const double q = relaxation.data.q0_inv_A;
  if (!relaxation.data.selection.empty() || !std::isfinite(temperature_K) || !(q > 0.0)) return;
  for (const auto& known : holds)
    if (known.folder == run.path && known.protocol_step == step && near(known.q_inv_A, q)) return;
  const auto& fits = relaxation.coherent.fits;
  const auto last = std::find_if(fits.rbegin(), fits.rend(), [](const WaitingTimeFit& one) { return one.fit.status != KwwStatus::refused; });
  if (last == fits.rend()) return;
  const Interval tau = intervals_68(*last).tau_ps;
  const double log_error = 0.5 * std::log(tau.upper / tau.lower);
  if (!(log_error > 0.0) || !std::isfinite(log_error)) return;
  HoldTau hold;
  hold.folder = run.path;
  hold.protocol_step = step;
  hold.q_inv_A = q;
  hold.duration_ps = duration_ps(run, step);
  hold.waiting_time_ps = last->waiting_time_ps;
  hold.measured.point = {temperature_K, last->fit.tau_ps.value, log_error};
  hold.measured.equilibrium = hold.duration_ps >= taus_of_equilibrium * last->fit.tau_ps.value && !relaxation.ageing.changes && !relaxation.ageing.contradicted;
  hold.measured.source = run.path + ": " + entry;
  holds.push_back(std::move(hold));
}

}  // namespace

bool TauOfHolds::of_several_temperatures() const {
  const auto by_T = [](const HoldTau& a, const HoldTau& b) { return a.measured.point.temperature_K < b.measured.point.temperature_K; };
  const auto [coldest, hottest] = std::minmax_element(holds.begin(), holds.end(), by_T);
  return holds.size() > 1 && hottest->measured.point.temperature_K > (1.0 + alike_T) * coldest->measured.point.temperature_K;
}

std::vector<HoldTau> hold_taus(const RunData& run, const std::vector<RelaxationAnalysis>& relaxation, const std::vector<DynamicsAnalysis>& dynamics) {
  std::vector<HoldTau> holds;
  for (const auto& one : relaxation) add_hold(run, one, one.temperature_K, one.data.protocol_step, one.data.entry, holds);
  for (const auto& one : dynamics)
    if (one.data.selection.empty())
      for (const auto& shell : one.shells) add_hold(run, shell, one.temperature_K, one.data.protocol_step, one.data.entry, holds);
  return holds;
}

TauOfHolds tau_of_holds(const std::vector<HoldTau>& holds, const TauOfTemperatureOptions& options) {
  TauOfHolds out;
  std::size_t most = 0;
  for (const auto& hold : holds) {
    const auto count = static_cast<std::size_t>(std::count_if(holds.begin(), holds.end(), [&](const HoldTau& other) { return near(hold.q_inv_A, other.q_inv_A); }));
    if (count <= most) continue;
    most = count;
    out.q_inv_A = hold.q_inv_A;
  }
  std::vector<MeasuredTau> points;
  for (const auto& hold : holds)
    if (near(out.q_inv_A, hold.q_inv_A)) {
      out.holds.push_back(hold);
      points.push_back(hold.measured);
    }
  out.law = analyse_tau_of_temperature(points, "ps", options);
  if (out.holds.size() < holds.size())
    out.law.notes.push_back(fmt::format("tau at {} other q left out: laws are of one q, here {:.4g} 1/A", holds.size() - out.holds.size(), out.q_inv_A));
  return out;
}

}  // namespace patina
