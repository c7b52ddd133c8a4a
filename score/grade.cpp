// SPDX-License-Identifier: BSD-3-Clause
#include "score/grade.hpp"

#include <algorithm>
#include <cmath>

#include "analysis/chi_squared.hpp"
#include "core/error.hpp"

namespace patina {

Grade grade(const std::vector<double>& residual, const std::vector<double>& sigma) {
  Grade g;
  for (std::size_t k = 0; k < residual.size(); ++k) {
    if (!(sigma[k] > 0.0) || !std::isfinite(sigma[k])) continue;
    const double z = std::abs(residual[k]) / sigma[k];
    ++g.points;
    g.chi_squared_per_point += z * z;
    g.within_1_sigma += z <= 1.0;
    g.within_2_sigma += z <= 2.0;
  }
  if (g.points == 0) return g;
  g.chi_squared_per_point /= g.points;
  g.within_1_sigma /= g.points;
  g.within_2_sigma /= g.points;
  return g;
}

double probability_of(const Grade& grade) {
  if (grade.points == 0 || !(grade.scatter > 0.0)) return std::nan("");
  constexpr double most = 1e6;
  const auto degrees_of_freedom = static_cast<int>(std::lround(std::clamp(2.0 / (grade.scatter * grade.scatter), 1.0, most)));
  return chi_squared_probability(grade.chi_squared_per_point * degrees_of_freedom, degrees_of_freedom);
}

CovarianceGrade grade(const std::vector<double>& residual, const Eigen::MatrixXd& covariance, double least_eigenvalue) {
  require(covariance.rows() == static_cast<Eigen::Index>(residual.size()), "grade: residuals and covariance differ in number");
  CovarianceGrade g;
  if (residual.empty()) return g;
  const Eigen::VectorXd scale = covariance.diagonal().cwiseSqrt().cwiseInverse();
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> modes(scale.asDiagonal() * covariance * scale.asDiagonal());
  const Eigen::VectorXd amplitude =
      modes.eigenvectors().transpose() * (scale.asDiagonal() * Eigen::Map<const Eigen::VectorXd>(residual.data(), covariance.rows()));
  for (Eigen::Index k = 0; k < amplitude.size(); ++k) {
    if (modes.eigenvalues()[k] < least_eigenvalue) continue;
    ++g.degrees_of_freedom;
    g.chi_squared += amplitude[k] * amplitude[k] / modes.eigenvalues()[k];
  }
  g.probability = chi_squared_probability(g.chi_squared, g.degrees_of_freedom);
  return g;
}

double chi_squared_scatter(const Eigen::MatrixXd& covariance) {
  const Eigen::VectorXd scale = covariance.diagonal().cwiseSqrt().cwiseInverse();
  return std::sqrt(2.0 * (scale.asDiagonal() * covariance * scale.asDiagonal()).eval().array().square().mean());
}

StraightFit straight_fit(const std::vector<double>& truth, const std::vector<double>& answer, const std::vector<double>& sigma) {
  const auto n = static_cast<Eigen::Index>(truth.size());
  Eigen::MatrixXd design(n, 2), weighted(n, 2);
  for (Eigen::Index k = 0; k < n; ++k) {
    const auto i = static_cast<std::size_t>(k);
    const double weight = 1.0 / (sigma[i] * sigma[i]);
    design.row(k) << truth[i], 1.0;
    weighted.row(k) = weight * design.row(k);
  }
  const Eigen::Matrix2d information = design.transpose() * weighted;
  // A truth that is the same everywhere has no factor.
  if (!(information.determinant() > 1e-12 * information(0, 0) * information(1, 1))) {
    StraightFit none{std::nan(""), std::nan(""), {}, {}};
    none.factor_weight.assign(truth.size(), std::nan(""));
    none.offset_weight = none.factor_weight;
    return none;
  }
  const Eigen::MatrixXd solution = information.ldlt().solve(weighted.transpose());
  StraightFit fit;
  for (Eigen::Index k = 0; k < n; ++k) {
    fit.factor_weight.push_back(solution(0, k));
    fit.offset_weight.push_back(solution(1, k));
    fit.factor += solution(0, k) * answer[static_cast<std::size_t>(k)];
    fit.offset += solution(1, k) * answer[static_cast<std::size_t>(k)];
  }
  return fit;
}

double error_of_sum(const std::vector<double>& weight, const Eigen::MatrixXd& covariance) {
  const Eigen::Map<const Eigen::VectorXd> w(weight.data(), static_cast<Eigen::Index>(weight.size()));
  const double variance = w.dot(covariance * w);
  return variance < 0.0 ? 0.0 : std::sqrt(variance);
}

}  // namespace patina
