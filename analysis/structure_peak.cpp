// SPDX-License-Identifier: BSD-3-Clause
#include "analysis/structure_peak.hpp"

#include <algorithm>
#include <cmath>

#include "analysis/least_squares.hpp"

namespace patina {

StructurePeak find_structure_peak(const std::vector<double>& q, const std::vector<double>& s,
                                  const std::vector<double>& s_errors, double q_min_inv_A,
                                  double half_width_inv_A) {
  StructurePeak peak;
  std::size_t top = q.size();
  for (std::size_t i = 0; i < q.size(); ++i)
    if (q[i] >= q_min_inv_A && std::isfinite(s[i]) && (top == q.size() || s[i] > s[top])) top = i;
  if (top == q.size()) return peak;

  std::vector<std::size_t> near;
  bool weighted = true;
  for (std::size_t i = 0; i < q.size(); ++i)
    if (std::abs(q[i] - q[top]) <= half_width_inv_A && std::isfinite(s[i])) {
      near.push_back(i);
      weighted = weighted && s_errors[i] > 0.0;
    }
  if (near.size() < 4) return peak;
  const auto n = static_cast<Eigen::Index>(near.size());
  Eigen::MatrixXd design(n, 3);
  Eigen::VectorXd value(n);
  for (Eigen::Index i = 0; i < n; ++i) {
    const double x = q[near[i]] - q[top], weight = weighted ? 1.0 / s_errors[near[i]] : 1.0;
    design.row(i) = Eigen::RowVector3d(1.0, x, x * x) * weight;
    value[i] = s[near[i]] * weight;
  }
  const Eigen::Vector3d c = solve_least_squares(design, value);
  if (!(c[2] < 0.0)) return peak;
  const double shift = -c[1] / (2.0 * c[2]);
  if (std::abs(shift) > half_width_inv_A) return peak;
  // Errors: from the stated ones, enlarged where the parabola misses the points by more.
  const double misfit = (design * c - value).squaredNorm() / static_cast<double>(n - 3);
  const Eigen::Matrix3d covariance =
      pseudo_inverse(information_matrix(design)) * (weighted ? std::max(misfit, 1.0) : misfit);
  const Eigen::Vector3d by_position(0.0, -1.0 / (2.0 * c[2]), c[1] / (2.0 * c[2] * c[2]));
  const Eigen::Vector3d by_height(1.0, shift, shift * shift);
  peak.found = true;
  peak.q_inv_A = q[top] + shift;
  peak.height = c[0] + c[1] * shift + c[2] * shift * shift;
  peak.q_error_inv_A = std::sqrt(by_position.dot(covariance * by_position));
  peak.height_error = std::sqrt(by_height.dot(covariance * by_height));
  peak.fit_low_inv_A = q[near.front()];
  peak.fit_high_inv_A = q[near.back()];
  return peak;
}

}  // namespace patina
