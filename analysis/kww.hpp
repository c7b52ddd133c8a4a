// SPDX-License-Identifier: BSD-3-Clause
// Kohlrausch-Williams-Watts fits of correlation functions, times in ps.
//
//   field      f(t)      =     A exp[-(t/tau)^beta]
//   intensity  g2(t) - 1 = B + A exp[-2 (t/tau)^beta]     (Siegert: the factor 2 stands outside the power)
//
// beta is called kww_exponent, to be told apart from the speckle contrast. Fitted in (A, ln tau, ln beta, B).
// Mean relaxation time <tau> = (tau/beta) Gamma(1/beta). A decay is identifiable if the largest lag reaches
// 2 tau and exp[-2 (t/tau)^beta] has fallen to 0.2 there; else the fit is refused, or the exponent is fixed.
// References: R. Kohlrausch, Ann. Phys. 167 (1854) 56; profile likelihood: S. A. Murphy and A. W. van der
// Vaart, J. Am. Stat. Assoc. 95 (2000) 449; sandwich threshold: R. E. Chandler and S. Bate, Biometrika 94
// (2007) 167, doi 10.1093/biomet/asm015.
#pragma once

#include <Eigen/Dense>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "analysis/lag_means.hpp"

namespace patina {

enum class KwwForm { field, intensity };

// What is known of the errors, and how it is used.
//   diagonal   weights 1/sigma^2; points taken as independent
//   full       the covariance matrix whitens the residuals (generalised least squares)
//   sandwich   weights 1/sigma^2, but errors and intervals from the covariance matrix: the curve follows the
//              points even where the matrix is only a model, and the errors know that points are correlated
enum class KwwWeighting { diagonal, full, sandwich };

struct KwwData {
  std::vector<double> t_ps;
  std::vector<double> value;
  std::vector<double> sigma;
  Eigen::MatrixXd covariance;  // of all the points; empty with KwwWeighting::diagonal
  LagMeans means{};            // of which times each value is a mean; empty: of its own t alone
};

struct KwwOptions {
  KwwForm form = KwwForm::field;
  KwwWeighting weighting = KwwWeighting::diagonal;
  double t_min_ps = 0.0;  // only t > t_min: leaves out the ballistic and cage decay
  double t_max_ps = std::numeric_limits<double>::infinity();
  double exponent_min = 0.1;
  double exponent_max = 2.0;  // beyond 2, exp(-|t|^beta) is no covariance of a field
  double amplitude_max =
      100.0;  // 1 for a normalised f(q,t): more is no plateau but a trade with tau and beta
  std::optional<double> fixed_exponent;
  std::optional<double> fixed_amplitude;
  bool fit_baseline = false;                         // B, intensity form only
  std::optional<double> exponent_if_unidentifiable;  // fix the exponent to this instead of refusing
  bool inflate_by_misfit = false;                    // errors times sqrt(chi^2/dof) where that exceeds 1
  std::string time_unit = "ps";                      // in what is told of a refusal; numbers do not depend on it
};

enum class KwwStatus { fitted, exponent_fixed, refused };

struct KwwParameter {
  double value = std::numeric_limits<double>::quiet_NaN();
  double error = std::numeric_limits<double>::quiet_NaN();  // from the covariance at the minimum
  double lower = std::numeric_limits<double>::quiet_NaN();  // 68.3 % profile-likelihood interval
  double upper = std::numeric_limits<double>::quiet_NaN();
  bool fixed = false;
};

struct KwwFit {
  KwwStatus status = KwwStatus::refused;
  std::string reason;  // why it was refused or the exponent fixed
  double tau_above_ps = 0.0;  // if refused because tau is too long for the lags: what it is longer than; else 0
  std::vector<std::string> warnings;
  KwwParameter amplitude, tau_ps, kww_exponent, baseline;
  double mean_tau_ps = std::numeric_limits<double>::quiet_NaN();
  double mean_tau_error_ps = std::numeric_limits<double>::quiet_NaN();
  Eigen::Matrix4d correlation = Eigen::Matrix4d::Identity();  // of (A, ln tau, ln beta, B)
  double chi_squared = 0.0;
  int degrees_of_freedom = 0;
  int points = 0;
  double first_t_ps = 0.0;
  double last_t_ps = 0.0;
};

KwwFit fit_kww(const KwwData& data, const KwwOptions& options);

// The fitted curve at t.
double kww_value(const KwwFit& fit, KwwForm form, double t_ps);
// (tau/beta) Gamma(1/beta).
double kww_mean_time(double tau_ps, double kww_exponent);

std::string to_string(KwwStatus status);

}  // namespace patina
