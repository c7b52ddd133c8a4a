// SPDX-License-Identifier: BSD-3-Clause
// Two series of relaxation times, simulated and measured, laid over each other by scale factors:
//
//   tau_measured(x) = a tau_simulated(x / b),     x = waiting time or temperature
//
// Both series together are fitted by one law (of ageing: ageing_form.hpp; of temperature: tau_law.hpp), the factors among its parameters, so that errors
// of both count and nothing is interpolated. The law is a curve through both, of least BIC among those that their points allow; it is told, with what the
// others give. Allowed factors:
//
//   one_time   a = b             ageing: the unit of time alone; t_w/tau0 and tau*/tau0 are then the same in both
//   two        a and b           ageing: tau/tau0 against t_w/tau*; temperature: tau against T/T_g with T_g unknown
//   tau_alone  a, b stated       temperature: T/T_g with both T_g known
//
// Whether the shapes are the same is another question than whether the law fits: chi^2 of the joint fit, less that of the law fitted to each series by
// itself, with as many freedoms as the law has parameters more than there are factors. With none left (an exponential and two factors) any two
// series of that law collapse, and nothing is tested.
//
// Refused: fewer than three measured points where the simulation, scaled, has any; a factor known to no better than e; factors that cannot be told apart
// (correlation above 0.999); a law that does not depend on x, with b free.
#pragma once

#include <Eigen/Dense>
#include <limits>
#include <string>
#include <vector>

namespace patina {

struct RelaxationSeries {
  std::vector<double> x, tau, log_error;
};

enum class ScaledAgainst { waiting_time, temperature };
enum class AllowedFactors { one_time, two, tau_alone };

struct ScaleFactors {
  bool found = false;
  std::string reason;
  std::string law;
  // Of ln a and ln b; a fixed one has no error.
  double log_a = 0.0, log_b = 0.0;
  Eigen::Matrix2d covariance = Eigen::Matrix2d::Zero();
  double chi_squared = 0.0, probability = 1.0, bic = 0.0;
  int degrees_of_freedom = 0;
  double shape_chi_squared = 0.0, shape_probability = 1.0;
  int shape_freedoms = 0;     // 0: nothing is tested
  int points_in_range = 0;    // measured ones where the simulation, scaled, has points
  Eigen::VectorXd parameters;  // of the law of the simulation, in the variables of its fit, ages in units of `reference`
  double reference = 0.0;      // T_r of a law of temperature; of one of ageing the last simulated age
};

// All laws, the least BIC first; the first is the answer. `log_b`: what is stated, of tau_alone.
std::vector<ScaleFactors> fit_scale_factors(const RelaxationSeries& simulated, const RelaxationSeries& measured, ScaledAgainst against, AllowedFactors allowed, double log_b = 0.0);

// ln tau of the law at x, of the simulation.
double scaled_log_tau(const ScaleFactors& factors, ScaledAgainst against, double x);

}  // namespace patina
