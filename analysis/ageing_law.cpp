// SPDX-License-Identifier: BSD-3-Clause
#include "analysis/ageing_law.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <utility>

#include "analysis/chi_squared.hpp"

namespace patina {
namespace {

// How often all laws together may beat a constant tau by chance, each in its share of it.
constexpr double false_alarms = 0.03;
// A law whose chi^2 is less probable does not fit.
constexpr double least_probability = 0.05;

// Within which a law that contains the exponential is another one: its bend lies among the waiting times, or its nu is not 1.
std::vector<AgeingLimits> apart_from_exponential(const AgeingForm& form, const std::vector<AgeingPoint>& points) {
  const std::string law = form.name;
  if (law == "plateau") return {{points[points.size() - 2].waiting_time_ps}};
  if (law == "power") return {{points.back().waiting_time_ps}};
  AgeingLimits slower, faster;
  slower.largest_nu = 0.8;
  faster.least_nu = 1.25;
  if (law == "stretched") return {slower, faster};
  return {{}};
}

AgeingData data_of(const std::vector<AgeingPoint>& points) {
  const auto n = static_cast<Eigen::Index>(points.size());
  AgeingData data{{}, Eigen::VectorXd(n), Eigen::MatrixXd::Zero(n, n)};
  for (Eigen::Index i = 0; i < n; ++i) {
    const AgeingPoint& point = points[static_cast<std::size_t>(i)];
    data.time.push_back(point.waiting_time_ps);
    data.log_tau[i] = std::log(point.tau_ps);
    data.covariance(i, i) = point.log_error * point.log_error;
  }
  return data;
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
  for (const AgeingForm& candidate : ageing_forms()) {
    if (candidate.parameters == 1 || candidate.name == best) continue;
    if (static_cast<int>(verdict.points.size()) <= candidate.parameters) return true;  // it passes through all points
    for (const AgeingLimits& limits : best == "exponential" ? apart_from_exponential(candidate, verdict.points) : std::vector<AgeingLimits>(1))
      if (fits(fit_ageing(candidate, data_of(verdict.points), limits))) return true;
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
  if (verdict.contradicted)
    return fmt::format("how tau changes with waiting time is not resolved: the waiting times with a fit agree with a constant {:.3g} ps, but it is "
                       "shorter than those without a fit allow",
                       constant.parameters[0].value);
  return fmt::format("whether tau changes with waiting time is not resolved: a constant does not fit (chi^2 {:.1f} for {} degrees of freedom, "
                     "probability {:.2g}), nor does another law fit better beyond doubt",
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
    for (const auto& p : law.parameters) text += ", " + describe(p, 3);
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

// Whether a law lowers chi^2 below that of the constant by more than chance does. A step may stand between any two points: each place is a law of
// its own, with one parameter more than the constant.
bool beats(const AgeingLaw& law, const AgeingLaw& constant, std::size_t points) {
  const bool step = law.name == "piecewise";
  const auto extra = step ? 1 : static_cast<int>(law.parameters.size() - constant.parameters.size());
  const double places = step ? static_cast<double>(points - 1) : 1.0, laws = static_cast<double>(ageing_forms().size() - 1);
  return places * chi_squared_probability(std::max(constant.chi_squared - law.chi_squared, 0.0), extra) < false_alarms / laws;
}

// The best of the laws that do.
void choose_law(AgeingVerdict& verdict) {
  const AgeingLaw& constant = verdict.laws.front();
  for (int k = 1; k < static_cast<int>(verdict.laws.size()); ++k) {
    const AgeingLaw& law = verdict.laws[k];
    if (!beats(law, constant, verdict.points.size())) continue;
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
  for (const AgeingForm& form : ageing_forms())
    if (static_cast<int>(points.size()) > form.parameters)
      verdict.laws.push_back(fit_ageing(form, data_of(points)));
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

}  // namespace patina
