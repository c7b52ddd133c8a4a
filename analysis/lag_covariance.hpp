// SPDX-License-Identifier: BSD-3-Clause
// Errors of f(q,t) at different lags are correlated: the same modes stand in all of them. For P independent
// complex Gaussian modes of one age with field kernel K, measured as
//   f(a) = sum_p Re[conj(rho_p(0)) rho_p(a)] / sum_p |rho_p(0)|^2,
// the fourth moments of a Gaussian field give, to leading order in 1/P,
//   Cov[f(a), f(b)] = [K(|a-b|) - K(a) K(b)] / (2 P).
// Only its correlation coefficients are used here; the size comes from the measured errors sigma. Lags in ps.
#pragma once

#include <Eigen/Dense>
#include <functional>
#include <vector>

namespace patina {

// Cov_ab = sigma_a sigma_b R_ab, with K(0) = 1.
Eigen::MatrixXd gaussian_mode_covariance(const std::vector<double>& lag_ps, const std::vector<double>& sigma,
                                         const std::function<double(double)>& kernel);

}  // namespace patina
