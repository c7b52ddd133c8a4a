// SPDX-License-Identifier: BSD-3-Clause
// Which comparisons between a simulation of nanoseconds and a measurement of hours mean something, and why. Decades of time lie between: what depends
// on absolute times or rates is no prediction; ratios are, where both windows overlap in them.
//
//   T/T_g          with T_g of the simulation at its own cooling rate; a simulation's T_g lies 100-200 K above the laboratory's, so that 0.95 T_g is
//                  near the mode-coupling temperature in the one and deep in activated motion in the other
//   t_w/tau0, t_w/tau*, tau*/tau0, shapes    where the windows overlap
//   Qn = rate tau0 / T                       dimensionless cooling rate: says whether the initial states are alike
// K, s, K/s.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace patina {

struct ComparedSample {
  std::optional<double> temperature_K, Tg_K, cooling_rate_K_per_s, tau0_s;
  std::optional<double> kww_exponent, kww_exponent_error;  // mean
  std::optional<double> reduced_from, reduced_to;          // t_w / tau0 of its first and last age
  std::optional<double> T_over_Tg() const;
  std::optional<double> quench_number() const;
};

enum class Verdict { legitimate, conditional, not_legitimate };

struct Legitimacy {
  std::string quantity;
  Verdict verdict = Verdict::not_legitimate;
  std::string why;
};

// `ageing`: tau against waiting time; else against temperature.
std::vector<Legitimacy> legitimate_comparisons(const ComparedSample& simulated, const ComparedSample& measured, bool ageing);

std::string to_string(Verdict verdict);

}  // namespace patina
