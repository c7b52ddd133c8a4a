// SPDX-License-Identifier: BSD-3-Clause
#include "analysis/ageing_law.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "analysis/least_squares.hpp"

namespace patina {
namespace {

// ln tau at t for parameters p in the fit's own variables (rates and logarithms, free of singularities).
using LogTau = double (*)(const Eigen::VectorXd& p, double t);

double constant_law(const Eigen::VectorXd& p, double) { return p[0]; }
double exponential_law(const Eigen::VectorXd& p, double t) { return p[0] + p[1] * t; }
double plateau_law(const Eigen::VectorXd& p, double t) { return p[0] + p[1] * std::min(t, std::exp(p[2])); }
double power_law(const Eigen::VectorXd& p, double t) { return p[0] + p[1] * std::log1p(t / std::exp(p[2])); }

struct Candidate {
  const char* name;
  LogTau log_tau;
  int parameters;
};
constexpr Candidate candidates[] = {{"constant", constant_law, 1},
                                    {"exponential", exponential_law, 2},
                                    {"plateau", plateau_law, 3},
                                    {"power", power_law, 3}};

// 99 % quantile of chi^2 with one and two degrees of freedom.
constexpr double quantile_99[] = {0.0, 6.635, 9.210};

LeastSquaresProblem problem_of(const Candidate& law, const std::vector<AgeingPoint>& points) {
  LeastSquaresProblem problem;
  const auto n = static_cast<Eigen::Index>(points.size());
  problem.evaluate = [&law, &points, n](const Eigen::VectorXd& p, Eigen::VectorXd& r,
                                        Eigen::MatrixXd& jacobian) {
    r.resize(n);
    jacobian.resize(n, p.size());
    for (Eigen::Index i = 0; i < n; ++i) {
      const AgeingPoint& point = points[i];
      r[i] = (law.log_tau(p, point.waiting_time_ps) - std::log(point.tau_ps)) / point.log_error;
      for (Eigen::Index k = 0; k < p.size(); ++k) {
        const double h = 1e-6 * std::max(std::abs(p[k]), 1e-3);  // central difference: error O(h^2)
        Eigen::VectorXd up = p, down = p;
        up[k] += h;
        down[k] -= h;
        jacobian(i, k) = (law.log_tau(up, point.waiting_time_ps) - law.log_tau(down, point.waiting_time_ps)) /
                         (2.0 * h * point.log_error);
      }
    }
  };
  problem.lower = Eigen::VectorXd::Constant(law.parameters, -1e6);
  problem.upper = Eigen::VectorXd::Constant(law.parameters, 1e6);
  problem.fixed.assign(static_cast<std::size_t>(law.parameters), false);
  if (law.parameters == 3) {  // t_p and t0 stay where the waiting times can tell them
    double shortest = points.back().waiting_time_ps;
    for (const auto& point : points)
      if (point.waiting_time_ps > 0.0) shortest = std::min(shortest, point.waiting_time_ps);
    problem.lower[2] = std::log(0.1 * shortest);
    problem.upper[2] = std::log(10.0 * points.back().waiting_time_ps);
  }
  return problem;
}

std::vector<AgeingParameter> natural_parameters(const Candidate& law, const Eigen::VectorXd& p,
                                                const Eigen::MatrixXd& covariance) {
  const auto error = [&](int k) { return std::sqrt(std::max(covariance(k, k), 0.0)); };
  const std::string name = law.name;
  std::vector<AgeingParameter> out{{"tau0_ps", std::exp(p[0]), std::exp(p[0]) * error(0)}};
  if (name == "exponential" || name == "plateau")
    out.push_back({"tau_star_ps", 1.0 / p[1], error(1) / (p[1] * p[1])});
  if (name == "plateau") out.push_back({"plateau_from_ps", std::exp(p[2]), std::exp(p[2]) * error(2)});
  if (name == "power") {
    out.push_back({"mu", p[1], error(1)});
    out.push_back({"t0_ps", std::exp(p[2]), std::exp(p[2]) * error(2)});
  }
  return out;
}

AgeingLaw fit_law(const Candidate& candidate, const std::vector<AgeingPoint>& points) {
  const auto problem = problem_of(candidate, points);
  const double last = points.back().waiting_time_ps;
  const double growth = std::log(points.back().tau_ps / points.front().tau_ps);
  LeastSquaresResult best;
  for (const double fraction :
       {0.03, 0.3, 1.0}) {  // where t_p or t0 starts, in units of the last waiting time
    Eigen::VectorXd start(candidate.parameters);
    start[0] = std::log(points.front().tau_ps);
    if (candidate.parameters > 1) start[1] = std::string(candidate.name) == "power" ? 0.5 : growth / last;
    if (candidate.parameters > 2) start[2] = std::log(fraction * last);
    auto found = minimise_least_squares(problem, start);
    if (best.parameters.size() == 0 || found.chi_squared < best.chi_squared) best = std::move(found);
  }
  const Eigen::MatrixXd covariance = pseudo_inverse(information_matrix(best.jacobian));
  AgeingLaw law;
  law.name = candidate.name;
  law.parameters = natural_parameters(candidate, best.parameters, covariance);
  law.chi_squared = best.chi_squared;
  const double k = candidate.parameters, n = static_cast<double>(points.size());
  law.aicc = n - k - 1.0 > 0.0 ? law.chi_squared + 2.0 * k + 2.0 * k * (k + 1.0) / (n - k - 1.0)
                               : std::numeric_limits<double>::infinity();
  return law;
}

std::string describe(const AgeingVerdict& verdict) {
  const AgeingLaw& law = verdict.laws[verdict.best];
  if (!verdict.resolved) return "no ageing resolved: tau is constant within its errors";
  std::string text = fmt::format("ageing resolved: {} law", law.name);
  for (const auto& p : law.parameters)
    text += fmt::format(", {} = {:.3g} +- {:.2g}", p.name, p.value, p.error);
  return text;
}

}  // namespace

AgeingVerdict judge_ageing(const std::vector<AgeingPoint>& given) {
  std::vector<AgeingPoint> points;
  for (const auto& point : given)
    if (point.tau_ps > 0.0 && point.log_error > 0.0 && std::isfinite(point.log_error))
      points.push_back(point);
  std::sort(points.begin(), points.end(),
            [](const AgeingPoint& a, const AgeingPoint& b) { return a.waiting_time_ps < b.waiting_time_ps; });
  AgeingVerdict verdict;
  if (points.size() < 3) {
    verdict.text = fmt::format("tau is known at {} waiting time(s); at least 3 are needed to tell ageing",
                               points.size());
    return verdict;
  }
  for (const auto& candidate : candidates)
    if (static_cast<int>(points.size()) > candidate.parameters)
      verdict.laws.push_back(fit_law(candidate, points));
  const AgeingLaw& constant = verdict.laws.front();
  for (int k = 1; k < static_cast<int>(verdict.laws.size()); ++k) {
    const AgeingLaw& law = verdict.laws[k];
    const auto extra = law.parameters.size() - constant.parameters.size();
    if (constant.chi_squared - law.chi_squared < quantile_99[extra]) continue;
    if (!verdict.resolved || law.aicc < verdict.laws[verdict.best].aicc) verdict.best = k;
    verdict.resolved = true;
  }
  verdict.text = describe(verdict);
  return verdict;
}

double ageing_tau(const AgeingLaw& law, double t) {
  const auto& p = law.parameters;
  if (law.name == "exponential") return p[0].value * std::exp(t / p[1].value);
  if (law.name == "plateau") return p[0].value * std::exp(std::min(t, p[2].value) / p[1].value);
  if (law.name == "power") return p[0].value * std::pow(1.0 + t / p[2].value, p[1].value);
  return p[0].value;
}

}  // namespace patina
