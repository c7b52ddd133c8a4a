// SPDX-License-Identifier: BSD-3-Clause
#include "analysis/lag_covariance.hpp"

#include <algorithm>
#include <cmath>

#include "core/error.hpp"

namespace patina {

Eigen::MatrixXd gaussian_mode_covariance(const std::vector<double>& lag_ps, const std::vector<double>& sigma,
                                         const std::function<double(double)>& kernel) {
  require(lag_ps.size() == sigma.size(), "lag covariance: lags and errors differ in length");
  const auto n = static_cast<Eigen::Index>(lag_ps.size());
  std::vector<double> k(lag_ps.size()), spread(lag_ps.size());
  for (std::size_t a = 0; a < lag_ps.size(); ++a) {
    k[a] = kernel(lag_ps[a]);
    spread[a] = std::sqrt(std::max(1.0 - k[a] * k[a], 1e-12));
  }
  Eigen::MatrixXd covariance(n, n);
  for (Eigen::Index a = 0; a < n; ++a)
    for (Eigen::Index b = 0; b < n; ++b) {
      const double between = a == b ? 1.0 : kernel(std::abs(lag_ps[a] - lag_ps[b]));
      const double coefficient = a == b ? 1.0 : (between - k[a] * k[b]) / (spread[a] * spread[b]);
      covariance(a, b) = sigma[a] * sigma[b] * coefficient;
    }
  return covariance;
}

}  // namespace patina
