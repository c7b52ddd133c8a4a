// SPDX-License-Identifier: BSD-3-Clause
// Laws of the relaxation time with temperature, fitted to ln tau:
//
//   arrhenius   ln tau = ln tau_inf + E / (k_B T)
//   vft         ln tau = ln tau_inf + B / (T - T0)               [Vogel 1921, Fulcher 1925, Tammann and Hesse 1926]
//   myega       ln tau = ln tau_inf + (K / T) exp(C / T)         [J. C. Mauro et al., PNAS 106 (2009) 19780, doi 10.1073/pnas.0911705106]
//
// All are fitted in what the data know well: with x = T_r / T, T_r in the middle of the data, y_r = ln tau(T_r), S = d ln tau / dx there, and a
// curvature c that is 0 for Arrhenius (c = T0 / T_r or C / T_r):
//
//   vft     y = y_r + S (1 - c)(x - 1) / (1 - c x)        myega   y = y_r + S [x exp(c (x - 1)) - 1] / (1 + c)
//
// Identifiability: a law with curvature needs four points, and must lower chi^2 of the straight line by more than 6.63 (99 % of one parameter); else
// it is refused, since T0, C and tau_inf are then what was put in. T_g is where tau reaches a stated value, with the fragility m = d log10 tau / d(T_g/T)
// there [C. A. Angell, Science 267 (1995) 1924]; refused if that is further beyond the data than these span decades, or known to no better than
// 10 %. Errors: covariance at the minimum, times sqrt(chi^2 / freedoms) where chi^2 has a probability below 0.01.
#pragma once

#include <Eigen/Dense>
#include <string>
#include <vector>

#include "analysis/ageing_form.hpp"

namespace patina {

struct TauPoint {
  double temperature_K = 0.0;
  double tau = 0.0;        // in one unit for all
  double log_error = 0.0;  // standard error of ln tau
};

// Where tau reaches a stated value.
struct GlassPoint {
  bool found = false;
  std::string reason;
  double Tg_K = 0.0, Tg_error_K = 0.0;
  double fragility = 0.0, fragility_error = 0.0;
  double decades_beyond = 0.0;  // of the data; 0 within them
};

struct TauLaw {
  std::string name;
  bool found = false;
  std::string reason;
  std::vector<std::string> warnings;
  std::vector<AgeingParameter> parameters;  // tau_inf_UNIT; E_eV; or B_K, T0_K; or K_K, C_K
  double reference_K = 0.0;                 // T_r
  Eigen::Vector3d fitted = Eigen::Vector3d::Zero();  // y_r, S, c
  Eigen::Matrix3d covariance = Eigen::Matrix3d::Zero();
  double chi_squared = 0.0, probability = 1.0, aic = 0.0, aicc = 0.0, bic = 0.0;
  int degrees_of_freedom = 0;
  GlassPoint glass_point;
};

// "arrhenius", "vft" or "myega"; glass_tau: the stated value, in the unit of tau (0: none).
TauLaw fit_tau_law(const std::string& name, const std::vector<TauPoint>& points, const std::string& unit, double glass_tau);

// y of the law of that name with y_r, S, c at x = T_r / T.
double tau_law_value(const std::string& name, const Eigen::Vector3d& parameters, double x);

// ln tau of a fitted law, and its standard error.
double log_tau(const TauLaw& law, double temperature_K);
double log_tau_error(const TauLaw& law, double temperature_K);

}  // namespace patina
