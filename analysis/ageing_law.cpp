// SPDX-License-Identifier: BSD-3-Clause
#include "analysis/ageing_law.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <map>
#include <utility>

#include "analysis/chi_squared.hpp"
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
// A law whose chi^2 is less probable does not fit.
constexpr double least_probability = 0.05;

// The latest t_p or t0 with which the law still bends among the waiting times: with a later one it is the exponential.
double latest_bend(const Candidate& law, const std::vector<AgeingPoint>& points) {
  const bool plateau = std::string(law.name) == "plateau";
  return points[points.size() - (plateau ? 2 : 1)].waiting_time_ps;
}

enum class Bend { anywhere, among_the_waiting_times };

LeastSquaresProblem problem_of(const Candidate& law, const std::vector<AgeingPoint>& points, Bend bend) {
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
    problem.upper[2] = std::log(bend == Bend::anywhere ? 10.0 * points.back().waiting_time_ps : latest_bend(law, points));
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

AgeingLaw fit_law(const Candidate& candidate, const std::vector<AgeingPoint>& points, Bend bend = Bend::anywhere) {
  const auto problem = problem_of(candidate, points, bend);
  const double last = points.back().waiting_time_ps;
  const double growth = std::log(points.back().tau_ps / points.front().tau_ps);
  LeastSquaresResult best;
  for (const double fraction :
       {0.03, 0.3, 1.0}) {  // where t_p or t0 starts, in units of the last waiting time
    Eigen::VectorXd start(candidate.parameters);
    start[0] = std::log(points.front().tau_ps);
    if (candidate.parameters > 1) start[1] = std::string(candidate.name) == "power" ? 0.5 : growth / last;
    if (candidate.parameters > 2) start[2] = std::clamp(std::log(fraction * last), problem.lower[2], problem.upper[2]);
    auto found = minimise_least_squares(problem, start);
    if (best.parameters.size() == 0 || found.chi_squared < best.chi_squared) best = std::move(found);
  }
  const Eigen::MatrixXd covariance = pseudo_inverse(information_matrix(best.jacobian));
  AgeingLaw law;
  law.name = candidate.name;
  law.parameters = natural_parameters(candidate, best.parameters, covariance);
  law.chi_squared = best.chi_squared;
  law.degrees_of_freedom = static_cast<int>(points.size()) - candidate.parameters;
  law.probability = chi_squared_probability(law.chi_squared, law.degrees_of_freedom);
  const double k = candidate.parameters, n = static_cast<double>(points.size());
  law.aicc = n - k - 1.0 > 0.0 ? law.chi_squared + 2.0 * k + 2.0 * k * (k + 1.0) / (n - k - 1.0)
                               : std::numeric_limits<double>::infinity();
  return law;
}

// 99 % two-sided quantile of Student's t.
double student_99(std::size_t freedoms) {
  constexpr double table[] = {63.66, 9.925, 5.841, 4.604, 4.032, 3.707, 3.499, 3.355, 3.250, 3.169};
  return table[std::min(std::max<std::size_t>(freedoms, 1), std::size(table)) - 1];  // beyond the table a little too wide
}

// Whether the change along the law exceeds what replicas scatter, by a delete-one jackknife.
bool exceeds_scatter(const AgeingLaw& law, const std::vector<AgeingPoint>& points) {
  const std::size_t replicas = points.front().log_tau_without.size();
  double mean = 0.0;
  for (const auto& point : points)
    mean += std::log(ageing_tau(law, point.waiting_time_ps)) / static_cast<double>(points.size());
  double change = 0.0;
  std::vector<double> without(replicas, 0.0);
  for (const auto& point : points) {
    const double weight = std::log(ageing_tau(law, point.waiting_time_ps)) - mean;
    change += weight * std::log(point.tau_ps);
    for (std::size_t r = 0; r < replicas; ++r) without[r] += weight * point.log_tau_without[r];
  }
  return std::abs(change) > student_99(replicas - 1) * jackknife_error(without);
}

bool fits(const AgeingLaw& law) { return law.probability >= least_probability; }

// Whether another law of growth fits these points too.
bool has_rival(const AgeingVerdict& verdict) {
  const std::string& best = verdict.laws[verdict.best].name;
  for (const Candidate& candidate : candidates) {
    if (candidate.parameters == 1 || candidate.name == best) continue;
    if (static_cast<int>(verdict.points.size()) <= candidate.parameters) return true;  // it passes through all points
    const Bend bend = best == "exponential" ? Bend::among_the_waiting_times : Bend::anywhere;
    if (fits(fit_law(candidate, verdict.points, bend))) return true;
  }
  return false;
}

// A bound that stands against growth: an early tau longer than the last one known.
bool growth_contradicted(const AgeingVerdict& verdict) {
  const double last = verdict.points.back().waiting_time_ps;
  const double last_tau = ageing_tau(verdict.laws[verdict.best], last);
  return std::any_of(verdict.left_out.begin(), verdict.left_out.end(), [&](const LeftOutWaitingTime& one) {
    return one.waiting_time_ps < last && one.tau_above_ps > last_tau;
  });
}

// "; 2 of 6 waiting times are left out: ...", those with the same reason together.
std::string describe_left_out(const std::vector<LeftOutWaitingTime>& left_out, std::size_t judged) {
  if (left_out.empty()) return "";
  std::map<std::string, std::pair<std::string, std::string>> by_reason;  // waiting times; bounds
  for (const auto& one : left_out) {
    auto& [times, bounds] = by_reason[one.why];
    times += fmt::format("{}{:g}", times.empty() ? "" : ", ", one.waiting_time_ps);
    if (one.tau_above_ps > 0.0) bounds += fmt::format("{}{:.3g}", bounds.empty() ? "" : ", ", one.tau_above_ps);
  }
  std::string text = fmt::format("; {} of {} waiting times left out:", left_out.size(), left_out.size() + judged);
  const char* separator = "";
  for (const auto& [why, words] : by_reason) {
    text += fmt::format("{} at {} ps {}", separator, words.first, why);
    if (!words.second.empty()) text += fmt::format(" (above {} ps)", words.second);
    separator = ",";
  }
  return text;
}

std::string describe_no_change(const AgeingVerdict& verdict) {
  const AgeingLaw& constant = verdict.laws.front();
  if (verdict.constant) return "tau is constant within its errors";
  const std::string start = "whether tau changes with waiting time is not resolved: ";
  if (verdict.contradicted)
    return start + fmt::format("a constant {:.3g} ps contradicts the waiting times without a fit", constant.parameters[0].value);
  return start + fmt::format("a constant does not fit (chi^2 {:.1f} for {} degrees of freedom, probability {:.2g}), nor does "
                             "another law fit better beyond doubt",
                             constant.chi_squared, constant.degrees_of_freedom, constant.probability);
}

std::string describe_direction(const AgeingVerdict& verdict) {
  const AgeingPoint &first = verdict.points.front(), &last = verdict.points.back();
  const auto with_error = [](const AgeingPoint& point) {
    return fmt::format("{:.3g} +- {:.2g} ps", point.tau_ps, point.tau_ps * point.log_error);
  };
  return fmt::format("tau {} with waiting time, from {} at {:g} ps to {} at {:g} ps", verdict.grows ? "grows" : "falls",
                     with_error(first), first.waiting_time_ps, with_error(last), last.waiting_time_ps);
}

std::string describe_law(const AgeingVerdict& verdict) {
  const AgeingLaw& law = verdict.laws[verdict.best];
  if (verdict.law_known) {
    std::string text = fmt::format("{} law", law.name);
    for (const auto& p : law.parameters) text += fmt::format(", {} = {:.3g} +- {:.2g}", p.name, p.value, p.error);
    return text;
  }
  std::string text = "these data do not tell its law (chi^2 per degree of freedom:";
  for (std::size_t k = 1; k < verdict.laws.size(); ++k)
    text += fmt::format("{} {} {:.1f}/{}", k > 1 ? "," : "", verdict.laws[k].name, verdict.laws[k].chi_squared,
                        verdict.laws[k].degrees_of_freedom);
  return text + ")";
}

std::string describe(const AgeingVerdict& verdict) {
  if (!verdict.changes) return describe_no_change(verdict);
  const std::string direction = describe_direction(verdict), fit = describe_law(verdict);
  if (verdict.resolved)
    return fmt::format("ageing resolved{}: {}: {}", verdict.law_known ? "" : ", law not distinguished", direction, fit);
  if (verdict.grows ? growth_contradicted(verdict) : verdict.contradicted)
    return fmt::format("no ageing is claimed: {} where it is known, but waiting times without a fit contradict: {}",
                       direction, fit);
  if (!verdict.scatter_known)
    return fmt::format("{} in what was simulated ({}), but the scatter from sample to sample is not included in the errors: "
                       "no ageing is claimed",
                       direction, fit);
  if (!verdict.grows) return fmt::format("no ageing: {}: {}", direction, fit);
  return fmt::format("no ageing is claimed: {}, but not by more than replicas scatter: {}", direction, fit);
}

// The best of the laws that lower chi^2 below that of the constant beyond chance.
void choose_law(AgeingVerdict& verdict) {
  const AgeingLaw& constant = verdict.laws.front();
  for (int k = 1; k < static_cast<int>(verdict.laws.size()); ++k) {
    const AgeingLaw& law = verdict.laws[k];
    const auto extra = law.parameters.size() - constant.parameters.size();
    if (constant.chi_squared - law.chi_squared < quantile_99[extra]) continue;
    if (!verdict.changes || law.aicc < verdict.laws[verdict.best].aicc) verdict.best = k;
    verdict.changes = true;
  }
}

}  // namespace

double jackknife_error(const std::vector<double>& without) {
  const auto n = static_cast<double>(without.size());
  double centre = 0.0, squares = 0.0;
  for (const double c : without) centre += c / n;
  for (const double c : without) squares += (c - centre) * (c - centre);
  return std::sqrt((n - 1.0) / n * squares);
}

AgeingVerdict judge_ageing(const std::vector<AgeingPoint>& given, const std::vector<LeftOutWaitingTime>& left_out) {
  std::vector<AgeingPoint> points;
  for (const auto& point : given)
    if (point.tau_ps > 0.0 && point.log_error > 0.0 && std::isfinite(point.log_error))
      points.push_back(point);
  std::sort(points.begin(), points.end(),
            [](const AgeingPoint& a, const AgeingPoint& b) { return a.waiting_time_ps < b.waiting_time_ps; });
  AgeingVerdict verdict;
  verdict.left_out = left_out;
  const std::string without = describe_left_out(left_out, points.size());
  if (points.size() < 3) {
    verdict.text = fmt::format("tau can be compared at {} waiting time(s); at least 3 are needed to tell ageing{}",
                               points.size(), without);
    return verdict;
  }
  for (const auto& candidate : candidates)
    if (static_cast<int>(points.size()) > candidate.parameters)
      verdict.laws.push_back(fit_law(candidate, points));
  verdict.points = points;
  choose_law(verdict);
  const AgeingLaw& best = verdict.laws[verdict.best];
  verdict.contradicted = std::any_of(left_out.begin(), left_out.end(), [&](const LeftOutWaitingTime& one) {
    return one.tau_above_ps > ageing_tau(best, one.waiting_time_ps);
  });
  verdict.constant = !verdict.changes && !verdict.contradicted && fits(best);
  verdict.grows = ageing_tau(best, points.back().waiting_time_ps) > ageing_tau(best, points.front().waiting_time_ps);
  verdict.scatter_known = std::all_of(points.begin(), points.end(),
                                      [](const AgeingPoint& point) { return point.log_tau_without.size() > 1; });
  verdict.resolved = verdict.changes && verdict.grows && verdict.scatter_known && !growth_contradicted(verdict) &&
                     exceeds_scatter(best, points);
  verdict.law_known = verdict.changes && !verdict.contradicted && fits(best) && !has_rival(verdict);
  verdict.text = describe(verdict) + without;
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
