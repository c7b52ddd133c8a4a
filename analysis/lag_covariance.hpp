// SPDX-License-Identifier: BSD-3-Clause
// Errors of f(q,t) at different lags are correlated: the same modes stand in all of them. For P independent
// complex Gaussian modes with field kernel K, measured as
//   f(a) = sum_p Re[conj(rho_p(0)) rho_p(a)] / sqrt(sum_p |rho_p(0)|^2  sum_p |rho_p(a)|^2),
// the fourth moments of a Gaussian field give, with k_a = K(a) and k_ab = K(|a-b|), to leading order in 1/P,
//   2 P Cov[f(a), f(b)] = k_ab - k_a k_b - k_ab (k_a^2 + k_b^2) + k_a k_b (1 + k_a^2 + k_b^2 + k_ab^2) / 2,
// of which the diagonal is (1 - k_a^2)^2. Only the correlation coefficients are used here; the size comes
// from the measured errors sigma. Lags in ps.
#pragma once

#include <Eigen/Dense>
#include <functional>
#include <vector>

namespace patina {

// Cov_ab = sigma_a sigma_b R_ab, with K(0) = 1.
Eigen::MatrixXd gaussian_mode_covariance(const std::vector<double>& lag_ps, const std::vector<double>& sigma,
                                         const std::function<double(double)>& kernel);

}  // namespace patina
