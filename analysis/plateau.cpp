// SPDX-License-Identifier: BSD-3-Clause
#include "analysis/plateau.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "analysis/lag_covariance.hpp"

namespace patina {
namespace {

constexpr double half_window = 0.4 * 2.302585092994046;  // in ln t
constexpr double rounding = 1e-9;                        // of lags that stand on a grid
constexpr std::size_t least_lags = 5;                    // for the four coefficients of a cubic
constexpr double least_significance = 3.0;

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

// c_0 + c_1 x + c_2 x^2 + c_3 x^3 of x = ln(t / t_centre), c = weights . f; weights: one column per lag of the curve.
struct LocalCubic {
  std::size_t centre = 0;
  Eigen::MatrixXd weights;
  Eigen::Vector4d c;
};

LocalCubic cubic_at(const Curve& curve, std::size_t centre, std::size_t first, std::size_t end) {
  Eigen::MatrixXd design(end - first, 4);
  for (std::size_t i = first; i < end; ++i) {
    const double x = curve.log_t[i] - curve.log_t[centre];
    design.row(static_cast<Eigen::Index>(i - first)) << 1.0, x, x * x, x * x * x;
  }
  LocalCubic cubic{centre, Eigen::MatrixXd::Zero(4, curve.f.size()), {}};
  cubic.weights.middleCols(static_cast<Eigen::Index>(first), design.rows()) = design.completeOrthogonalDecomposition().pseudoInverse();
  cubic.c = cubic.weights * curve.f;
  return cubic;
}

// At each lag whose window the curve fills.
std::vector<LocalCubic> cubics_along(const Curve& curve) {
  std::vector<LocalCubic> cubics;
  const double reach = half_window * (1.0 + rounding);
  const auto& x = curve.log_t;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double room = half_window * (1.0 - rounding);
    if (x[i] - x.front() < room || x.back() - x[i] < room) continue;
    const auto first = std::lower_bound(x.begin(), x.end(), x[i] - reach) - x.begin();
    const auto end = std::upper_bound(x.begin(), x.end(), x[i] + reach) - x.begin();
    if (static_cast<std::size_t>(end - first) < least_lags) continue;
    cubics.push_back(cubic_at(curve, i, static_cast<std::size_t>(first), static_cast<std::size_t>(end)));
  }
  return cubics;
}

double fall(const LocalCubic& cubic) { return -cubic.c[1]; }

// Standard error of weights . f.
double error_of(const Curve& curve, const Eigen::RowVectorXd& weights) {
  const double together = weights * curve.covariance * weights.transpose();
  const double apart = weights.array().square().matrix() * curve.covariance.diagonal();
  return std::sqrt(std::max(together, apart));
}

struct Valley {
  const LocalCubic* before = nullptr;
  const LocalCubic* bottom = nullptr;
  const LocalCubic* after = nullptr;
  double depth = 0.0;  // below the lower of the two
};

Valley deepest_valley(const std::vector<LocalCubic>& cubics) {
  const auto slower = [](const LocalCubic& a, const LocalCubic& b) { return fall(a) < fall(b); };
  Valley deepest;
  for (auto here = cubics.begin(); here != cubics.end(); ++here) {
    if (here == cubics.begin() || here + 1 == cubics.end()) continue;
    const auto before = std::max_element(cubics.begin(), here, slower), after = std::max_element(here + 1, cubics.end(), slower);
    const double depth = std::min(fall(*before), fall(*after)) - fall(*here);
    if (depth > deepest.depth) deepest = {&*before, &*here, &*after, depth};
  }
  return deepest;
}

bool significant(const Curve& curve, const Valley& valley) {
  for (const LocalCubic* side : {valley.before, valley.after}) {
    const Eigen::RowVectorXd weights = side->weights.row(1) - valley.bottom->weights.row(1);
    if (fall(*side) - fall(*valley.bottom) < least_significance * error_of(curve, weights)) return false;
  }
  return true;
}

// The inflection of the cubic, unless it lies beyond the neighbouring lags: then that of noise, and the lag itself stands for it.
Plateau plateau_at(const Curve& curve, const LocalCubic& cubic) {
  const auto& c = cubic.c;
  const double below = curve.log_t[cubic.centre - 1] - curve.log_t[cubic.centre];
  const double above = curve.log_t[cubic.centre + 1] - curve.log_t[cubic.centre];
  double x = -c[2] / (3.0 * c[3]);
  const bool inflects = x >= below && x <= above;
  if (!inflects) x = 0.0;
  Plateau plateau;
  plateau.found = true;
  plateau.lag_ps = curve.t_ps[cubic.centre] * std::exp(x);
  plateau.value = c[0] + x * (c[1] + x * (c[2] + x * c[3]));
  const double slope = c[1] + x * (2.0 * c[2] + x * 3.0 * c[3]);
  plateau.slope = -slope;
  Eigen::RowVectorXd weights = Eigen::RowVector4d(1.0, x, x * x, x * x * x) * cubic.weights;
  if (inflects) weights -= slope / (6.0 * c[3]) * Eigen::RowVector4d(0.0, 0.0, 2.0, 6.0 * x) * cubic.weights;
  plateau.error = error_of(curve, weights);
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
  const std::vector<LocalCubic> cubics = cubics_along(curve);
  if (cubics.size() < 3) return none("too few lags for the slope of f against ln t");
  const Valley valley = deepest_valley(cubics);
  if (valley.bottom == nullptr) return none("no slow fall between two faster ones within the lags");
  if (!significant(curve, valley)) return none("the slow fall between two faster ones is within its errors");
  return plateau_at(curve, *valley.bottom);
}

}  // namespace patina
