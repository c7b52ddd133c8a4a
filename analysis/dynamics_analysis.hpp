// SPDX-License-Identifier: BSD-3-Clause
// What an entry of kind "dynamics" says, per waiting time:
//   tau(q), KWW exponent and the non-ergodicity parameter (amplitude of the fit, and plateau without one) of each shell, and the power
//     in tau ~ q^-n: 2 for diffusion, 1 for ballistic or stress-driven motion;
//   tau q^2 / S(q): constant where structure alone slows density (de Gennes, Physica 25, 825 (1959));
//   self-diffusion D = (1/6) d<r^2>/dt where the mean square displacement has become linear, else its local power;
//   the highest points of alpha_2 and chi_4.
// Errors of D: from replicas, four or more.
#pragma once

#include <limits>
#include <string>
#include <vector>

#include "analysis/dynamics_data.hpp"
#include "analysis/relaxation_analysis.hpp"

namespace patina {

struct Diffusion {
  std::string species;
  double power = std::numeric_limits<double>::quiet_NaN();  // d ln<r^2>/d ln t over lags from a third of the largest on
  double D_A2_per_ps = std::numeric_limits<double>::quiet_NaN();  // NaN unless the power is within 0.1 of 1
  double D_error_A2_per_ps = std::numeric_limits<double>::quiet_NaN();
  double from_ps = 0.0, to_ps = 0.0;  // the lags used
};

// NaN if it stands at the largest lag: still rising.
struct HighestPoint {
  double lag_ps = std::numeric_limits<double>::quiet_NaN();
  double value = std::numeric_limits<double>::quiet_NaN();
};

struct DynamicsAtWaitingTime {
  double waiting_time_ps = 0.0;
  std::vector<Diffusion> diffusion;  // of each species
  HighestPoint alpha_2, chi4;        // of all atoms
  double q_power = std::numeric_limits<double>::quiet_NaN();  // n of tau ~ q^-n; NaN with fewer than three fitted shells
  double q_power_error = std::numeric_limits<double>::quiet_NaN();
};

struct DynamicsAnalysis {
  LagDynamics data;  // replicas merged
  int replicas = 1;
  double temperature_K = std::numeric_limits<double>::quiet_NaN();
  std::vector<RelaxationAnalysis> shells;
  std::vector<double> structure_factor;  // S_x at each shell's q, of the same protocol step; NaN if not measured
  std::vector<DynamicsAtWaitingTime> waiting_times;
};

// `structure`: merged S(q) of the run; temperature_K is left to who knows it.
DynamicsAnalysis analyse_dynamics(const std::vector<LagDynamics>& replicas, const std::vector<StructureData>& structure,
                                  const RelaxationOptions& options);

// From <r^2> at the lags; tells the power even where it is not 1.
Diffusion fit_diffusion(const std::vector<double>& lag_ps, const std::vector<double>& msd_A2);

}  // namespace patina
