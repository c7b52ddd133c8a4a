// SPDX-License-Identifier: BSD-3-Clause
// The laws by which tau may grow with age t, fitted to ln tau in variables without singularities (logarithms and rates), told in natural
// ones:
//
//   constant      tau0
//   exponential   tau0 exp(t / tau*)                   [V. Ruta et al., PRL 109 (2012) 165701]
//   plateau       tau0 exp(min(t, t_p) / tau*)         exponential growth, then a stationary regime
//   power         tau0 (1 + t / t0)^mu                 [L. C. E. Struik, Physical Aging in Amorphous Polymers (1978): mu = 1 is full ageing]
//   logarithmic   tau0 [1 + A ln(1 + t / t0)]
//   stretched     tau0 exp[(t / tau*)^nu]
//   piecewise     tau0 before t_c, tau1 from there on
//
// AIC = chi^2 + 2k, AICc = AIC + 2k(k+1)/(n-k-1), BIC = chi^2 + k ln n [K. P. Burnham and D. R. Anderson, Model Selection (2002)].
#pragma once

#include <Eigen/Dense>
#include <limits>
#include <string>
#include <vector>

namespace patina {

struct AgeingParameter {
  std::string name;  // times with their unit at its end
  double value = 0.0;
  double error = 0.0;
};

struct AgeingForm {
  const char* name;
  int parameters;
  bool bends;  // at the time whose logarithm is the third parameter
  double (*log_tau)(const Eigen::VectorXd& p, double t);
  std::vector<AgeingParameter> (*natural)(const Eigen::VectorXd& p, const Eigen::VectorXd& error, const std::string& unit);
};

// All of them, the constant first.
const std::vector<AgeingForm>& ageing_forms();
// Throws Error if there is none of that name.
const AgeingForm& ageing_form(const std::string& name);

// ln tau at ages, in order, with its covariance.
struct AgeingData {
  std::vector<double> time;
  Eigen::VectorXd log_tau;
  Eigen::MatrixXd covariance;
  std::string unit = "ps";
};

struct AgeingLaw {
  std::string name;
  std::vector<AgeingParameter> parameters;
  Eigen::VectorXd fitted;  // in the variables of the fit
  double chi_squared = 0.0;
  double aic = 0.0, aicc = 0.0, bic = 0.0;
  int degrees_of_freedom = 0;
  double probability = 1.0;  // of so large a chi^2 if the law is true
};

// Within which a law is looked for.
struct AgeingLimits {
  double latest_bend = std::numeric_limits<double>::infinity();  // of a law that bends; never later than ten times the last age
  double least_nu = 0.1, largest_nu = 5.0;                       // of the stretched law
};

// By generalised least squares.
AgeingLaw fit_ageing(const AgeingForm& form, const AgeingData& data, const AgeingLimits& limits = {});

// "name = value +- error", with so many digits of the value; the place of a jump has no error here, and this is told.
std::string describe(const AgeingParameter& parameter, int digits);

// tau of a fitted law.
double ageing_tau(const AgeingLaw& law, double time);

}  // namespace patina
