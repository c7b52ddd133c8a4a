// SPDX-License-Identifier: BSD-3-Clause
#include "analysis/plateau.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "analysis/lag_covariance.hpp"

namespace patina {
namespace {

constexpr double half_window = 0.3 * 2.302585092994046;  // in ln t
constexpr double rounding = 1e-9;                        // of lags that stand on a grid
constexpr std::size_t least_lags = 5;                    // of a line; those at the ends hardly count
constexpr double least_significance = 4.0;
constexpr double alike_within = 1.25;  // standard errors; so that the error is the scatter (tests/analysis_plateau_test.cpp)

struct Curve {
  std::vector<double> t_ps, log_t, sigma;
  Eigen::VectorXd f;
  Eigen::MatrixXd covariance;
};

// The measured f, by straight lines in ln t; 1 at t = 0.
double interpolated(const Curve& curve, double t_ps) {
  const auto& t = curve.t_ps;
  if (t_ps >= t.back()) return curve.f[curve.f.size() - 1];
  if (t_ps <= t.front()) return 1.0 + (curve.f[0] - 1.0) * t_ps / t.front();
  const auto above = std::upper_bound(t.begin(), t.end(), t_ps) - t.begin();
  const double low = curve.log_t[static_cast<std::size_t>(above - 1)], high = curve.log_t[static_cast<std::size_t>(above)];
  const double part = (std::log(t_ps) - low) / (high - low);
  return (1.0 - part) * curve.f[above - 1] + part * curve.f[above];
}

Curve curve_of(const KwwData& data) {
  Curve curve;
  std::vector<double> f;
  for (std::size_t i = 0; i < data.t_ps.size(); ++i) {
    if (!(data.t_ps[i] > 0.0) || !std::isfinite(data.value[i]) || !std::isfinite(data.sigma[i])) continue;
    curve.t_ps.push_back(data.t_ps[i]);
    curve.log_t.push_back(std::log(data.t_ps[i]));
    curve.sigma.push_back(data.sigma[i]);
    f.push_back(data.value[i]);
  }
  curve.f = Eigen::Map<const Eigen::VectorXd>(f.data(), static_cast<Eigen::Index>(f.size()));
  if (!f.empty())
    curve.covariance = gaussian_mode_covariance(curve.t_ps, curve.sigma,
                                                [&](double t) { return std::clamp(interpolated(curve, t), -1.0, 1.0); });
  return curve;
}

// value - fall x of x = ln(t / t_centre); weights of f for both, one for each lag of the curve.
struct LocalLine {
  std::size_t centre = 0;
  Eigen::RowVectorXd value_weights, fall_weights;
  double value = 0.0, fall = 0.0;
};

LocalLine line_at(const Curve& curve, std::size_t centre) {
  const Eigen::Index n = curve.f.size();
  const Eigen::ArrayXd x = Eigen::Map<const Eigen::ArrayXd>(curve.log_t.data(), n) - curve.log_t[centre];
  const Eigen::ArrayXd weight = (1.0 - (x / half_window).square()).max(0.0);
  const double w0 = weight.sum(), w1 = (weight * x).sum(), w2 = (weight * x * x).sum(), determinant = w0 * w2 - w1 * w1;
  LocalLine line;
  line.centre = centre;
  line.value_weights = (weight * (w2 - w1 * x) / determinant).matrix().transpose();
  line.fall_weights = (weight * (w1 - w0 * x) / determinant).matrix().transpose();
  line.value = line.value_weights * curve.f;
  line.fall = line.fall_weights * curve.f;
  return line;
}

// At each lag whose window the curve fills.
std::vector<LocalLine> lines_along(const Curve& curve) {
  std::vector<LocalLine> lines;
  const double reach = half_window * (1.0 + rounding), room = half_window * (1.0 - rounding);
  const auto& x = curve.log_t;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (x[i] - x.front() < room || x.back() - x[i] < room) continue;
    const auto inside = std::upper_bound(x.begin(), x.end(), x[i] + reach) - std::lower_bound(x.begin(), x.end(), x[i] - reach);
    if (static_cast<std::size_t>(inside) >= least_lags) lines.push_back(line_at(curve, i));
  }
  return lines;
}

// Standard error of weights . f.
double error_of(const Curve& curve, const Eigen::RowVectorXd& weights) {
  const double together = weights * curve.covariance * weights.transpose();
  const double apart = weights.array().square().matrix() * curve.covariance.diagonal();
  return std::sqrt(std::max(together, apart));
}

// Indices of lines.
struct Valley {
  std::size_t before = 0, bottom = 0, after = 0;
  double depth = 0.0;  // below the lower of the two
};

Valley deepest_valley(const std::vector<LocalLine>& lines) {
  const auto slower = [](const LocalLine& a, const LocalLine& b) { return a.fall < b.fall; };
  Valley deepest;
  for (std::size_t i = 1; i + 1 < lines.size(); ++i) {
    const auto here = lines.begin() + static_cast<std::ptrdiff_t>(i);
    const auto before = std::max_element(lines.begin(), here, slower), after = std::max_element(here + 1, lines.end(), slower);
    const double depth = std::min(before->fall, after->fall) - here->fall;
    if (depth > deepest.depth)
      deepest = {static_cast<std::size_t>(before - lines.begin()), i, static_cast<std::size_t>(after - lines.begin()), depth};
  }
  return deepest;
}

// By how many standard errors f falls faster at `a` than at `b`.
double significance(const Curve& curve, const LocalLine& a, const LocalLine& b) {
  return (a.fall - b.fall) / error_of(curve, a.fall_weights - b.fall_weights);
}

// Half of what the value varies over the lags around the bottom that might be it as well.
double half_spread(const Curve& curve, const std::vector<LocalLine>& lines, const Valley& valley) {
  std::size_t first = valley.bottom, last = valley.bottom;
  const auto alike = [&](std::size_t i) { return significance(curve, lines[i], lines[valley.bottom]) < alike_within; };
  while (first > valley.before && alike(first - 1)) --first;
  while (last < valley.after && alike(last + 1)) ++last;
  return 0.5 * std::abs(lines[first].value - lines[last].value);
}

// ln(t / t_bottom) where the parabola through the bottom and its neighbours is lowest; no neighbour lies lower, so it is between them.
double lowest_point(const Curve& curve, const std::vector<LocalLine>& lines, std::size_t bottom) {
  const auto x_of = [&](std::size_t i) { return curve.log_t[lines[i].centre] - curve.log_t[lines[bottom].centre]; };
  const double x1 = x_of(bottom - 1), x2 = x_of(bottom + 1);
  const double s1 = (lines[bottom - 1].fall - lines[bottom].fall) / x1, s2 = (lines[bottom + 1].fall - lines[bottom].fall) / x2;
  const double curvature = (s2 - s1) / (x2 - x1);
  return curvature > 0.0 ? 0.5 * (x1 - s1 / curvature) : 0.0;
}

Plateau plateau_at(const Curve& curve, const std::vector<LocalLine>& lines, const Valley& valley) {
  const LocalLine& line = lines[valley.bottom];
  const double x = lowest_point(curve, lines, valley.bottom);
  Plateau plateau;
  plateau.found = true;
  plateau.lag_ps = curve.t_ps[line.centre] * std::exp(x);
  plateau.value = line.value - line.fall * x;
  plateau.slope = line.fall;
  plateau.error = std::hypot(error_of(curve, line.value_weights - x * line.fall_weights), half_spread(curve, lines, valley));
  return plateau;
}

Plateau none(std::string reason) {
  Plateau plateau;
  plateau.reason = std::move(reason);
  return plateau;
}

}  // namespace

Plateau find_plateau(const KwwData& data) {
  const Curve curve = curve_of(data);
  const std::vector<LocalLine> lines = lines_along(curve);
  if (lines.size() < 3) return none("too few lags for the slope of f against ln t");
  const Valley valley = deepest_valley(lines);
  if (valley.depth <= 0.0) return none("no slow fall between two faster ones within the lags");
  for (const std::size_t side : {valley.before, valley.after})
    if (significance(curve, lines[side], lines[valley.bottom]) < least_significance)
      return none("the slow fall between two faster ones is within its errors");
  return plateau_at(curve, lines, valley);
}

}  // namespace patina
