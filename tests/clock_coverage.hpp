// SPDX-License-Identifier: BSD-3-Clause
// How often 68 % intervals of clock fits hold the truth, and by how many of their errors fits are off on average, over records of
// beamline's speckles.
#pragma once

#include <cmath>
#include <map>
#include <string>

#include "analysis/clock_fit.hpp"
#include "analysis/clock_laws.hpp"
#include "analysis/g2_fit.hpp"
#include "synthetic_record.hpp"

namespace patina::test {

struct Coverage {
  int judged = 0, covered = 0;
  double deviations = 0.0, pulls = 0.0, relative = 0.0, squares = 0.0;  // sums of (found - true) / error and its square, of ln(found / true) and its square
  void add(double found, double error, double truth) {
    const double off = std::log(found / truth), of_log = error / found;
    ++judged;
    covered += std::abs(off) <= of_log;
    deviations += off / of_log;
    pulls += off * off / (of_log * of_log);
    relative += off;
    squares += off * off;
  }
  double fraction() const { return static_cast<double>(covered) / judged; }
  double bias() const { return deviations / judged; }                    // in its errors
  double pull() const { return std::sqrt(pulls / judged); }              // root mean square, in its errors
  double rms() const { return std::sqrt(squares / judged); }             // relative
};

// "contrast", "exponent", "tau" (in the middle of the record), and of the exponential law "tau0" and "tau_star".
inline std::map<std::string, Coverage> clock_coverage(const SyntheticRecord& truth, int runs) {
  std::map<std::string, Coverage> found;
  const Clock clock(truth.clock, {static_cast<double>(truth.frames), 1});
  const double middle = 0.5 * (truth.frames - 1);
  for (int run = 0; run < runs; ++run) {
    const ClockFit fit = fit_clock(make_record(truth, run + 1), {0, {}, static_cast<std::uint64_t>(run) + 1});
    if (!fit.found) continue;
    found["contrast"].add(fit.contrast().value, fit.contrast().error, truth.contrast);
    found["exponent"].add(fit.kww_exponent().value, fit.kww_exponent().error, truth.kww_exponent);
    found["tau"].add(fit.tau(middle).value, fit.tau(middle).error, clock.tau_s(middle));
    const auto* ageing = std::get_if<AgeingClock>(&truth.clock);
    if (!ageing) continue;
    for (const auto& law : fit_clock_laws(fit, "s").laws) {
      if (law.name != "exponential") continue;
      found["tau0"].add(law.parameters[0].value, law.parameters[0].error, ageing->tau_s);
      found["tau_star"].add(law.parameters[1].value, law.parameters[1].error, ageing->growth_time_s);
    }
  }
  return found;
}

// "tau", "exponent" and "contrast" of fits of g2, by their profile-likelihood intervals. `misfit`: mean chi^2 per degree of freedom.
inline std::map<std::string, Coverage> g2_coverage(const SyntheticRecord& truth, int runs, double* misfit = nullptr) {
  std::map<std::string, Coverage> found;
  for (int run = 0; run < runs; ++run) {
    const KwwFit fit = fit_g2(make_record(truth, run + 1), truth.contrast).simple;
    if (fit.status != KwwStatus::fitted) continue;
    if (misfit) *misfit += fit.chi_squared / fit.degrees_of_freedom / runs;
    const auto add = [&](const char* name, const KwwParameter& p, double true_value) {
      Coverage& of = found[name];
      of.add(p.value, p.error, true_value);
      of.covered += (p.lower <= true_value && true_value <= p.upper) - (std::abs(std::log(p.value / true_value)) <= p.error / p.value);
    };
    add("tau", fit.tau_ps, std::get<StationaryClock>(truth.clock).tau_s);
    add("exponent", fit.kww_exponent, truth.kww_exponent);
    add("contrast", fit.amplitude, truth.contrast);
  }
  return found;
}

}  // namespace patina::test
