// SPDX-License-Identifier: BSD-3-Clause
// How far answers lie from the truth, measured by their errors.
#pragma once

#include <Eigen/Dense>
#include <vector>

namespace patina {

// Residuals over their errors, taken one by one: of an unbiased answer with true errors chi^2 per point is 1 on average and 68.3 and 95.4 %
// lie within 1 and 2 sigma, whether or not points go together; that only makes these figures scatter more.
struct Grade {
  int points = 0;  // that have an error
  double chi_squared_per_point = 0.0;
  double scatter = 0.0;  // of that, by chance; 0: not known
  double within_1_sigma = 0.0, within_2_sigma = 0.0;
};
// Points without a positive, finite error do not count.
Grade grade(const std::vector<double>& residual, const std::vector<double>& sigma);

// How probable it is that chi^2 per point comes out at least so large by chance: that of as many degrees of freedom as have its scatter
// [F. E. Satterthwaite, Biometrics Bull. 2 (1946) 110]. NaN without a scatter.
double probability_of(const Grade& grade);

// chi^2 with the covariance, in those of its eigenmodes (of the correlation matrix) whose share is at least `least_eigenvalue`: weaker ones
// are known no better than the closed forms.
struct CovarianceGrade {
  int degrees_of_freedom = 0;
  double chi_squared = 0.0, probability = 1.0;
};
CovarianceGrade grade(const std::vector<double>& residual, const Eigen::MatrixXd& covariance, double least_eigenvalue = 0.05);

// Standard deviation of chi^2 per point by chance, sqrt(2 mean of squared correlations).
double chi_squared_scatter(const Eigen::MatrixXd& covariance);

// answer = offset + factor * truth, both less the baseline: least squares with weights 1 / sigma^2. NaN if the truth is the same
// everywhere.
struct StraightFit {
  double factor = 0.0, offset = 0.0;
  std::vector<double> factor_weight, offset_weight;  // both are linear in the answer
};
StraightFit straight_fit(const std::vector<double>& truth, const std::vector<double>& answer, const std::vector<double>& sigma);

// Standard error of sum weight x.
double error_of_sum(const std::vector<double>& weight, const Eigen::MatrixXd& covariance);

}  // namespace patina
