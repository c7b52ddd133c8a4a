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
  std::vector<double> k;
  for (const double lag : lag_ps) k.push_back(kernel(lag));
  // 1 - k^2 vanishes at full correlation, where sigma vanishes with it.
  const auto spread = [](double value) { return std::max(1.0 - value * value, 1e-6); };
  Eigen::MatrixXd covariance(n, n);
  for (Eigen::Index a = 0; a < n; ++a)
    for (Eigen::Index b = 0; b < n; ++b) {
      const double ka = k[a], kb = k[b], kab = a == b ? 1.0 : kernel(std::abs(lag_ps[a] - lag_ps[b]));
      const double squares = ka * ka + kb * kb;
      const double moment = kab - ka * kb - kab * squares + 0.5 * ka * kb * (1.0 + squares + kab * kab);
      const double coefficient = a == b ? 1.0 : moment / (spread(ka) * spread(kb));
      covariance(a, b) = sigma[a] * sigma[b] * coefficient;
    }
  return covariance;
}

}  // namespace patina
