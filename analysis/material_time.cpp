// SPDX-License-Identifier: BSD-3-Clause
#include "analysis/material_time.hpp"

#include <algorithm>
#include <cmath>

#include "core/error.hpp"

namespace patina {
namespace {

// Integrals over v from 0 to 1 of exp(z v) and of v exp(z v).
double zeroth_moment(double z) { return std::abs(z) < 1e-5 ? 1.0 + 0.5 * z : std::expm1(z) / z; }
double first_moment(double z) {
  if (std::abs(z) < 1e-2) return 0.5 + z / 3.0 + z * z / 8.0 + z * z * z / 30.0;  // the next term is 1e-10 of it
  return (std::exp(z) * (z - 1.0) + 1.0) / (z * z);
}

}  // namespace

MaterialTime::MaterialTime(std::vector<double> knots, Eigen::VectorXd log_rate, std::vector<MaterialJump> jumps)
    : knots_(std::move(knots)), log_rate_(std::move(log_rate)), jumps_(std::move(jumps)) {
  require(knots_.size() >= 2 && log_rate_.size() == static_cast<Eigen::Index>(knots_.size()), "material time: two knots at least, each with its rate");
  s_at_knot_.assign(knots_.size(), 0.0);
  for (std::size_t k = 0; k + 1 < knots_.size(); ++k) {
    const double h = knots_[k + 1] - knots_[k];
    require(h > 0.0, "material time: knots must increase");
    s_at_knot_[k + 1] = s_at_knot_[k] + h * std::exp(log_rate_[k]) * zeroth_moment(log_rate_[k + 1] - log_rate_[k]);
  }
}

std::size_t MaterialTime::segment_of(double t) const {
  const auto above = std::upper_bound(knots_.begin(), knots_.end(), t) - knots_.begin();
  return static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(above - 1, 0, static_cast<std::ptrdiff_t>(knots_.size()) - 2));
}

double MaterialTime::log_rate(double t) const {
  const std::size_t k = segment_of(t);
  const double part = std::clamp((t - knots_[k]) / (knots_[k + 1] - knots_[k]), 0.0, 1.0);
  return (1.0 - part) * log_rate_[k] + part * log_rate_[k + 1];
}

double MaterialTime::tau(double t) const { return std::exp(-log_rate(t)); }

double MaterialTime::s(double t) const {
  double s = 0.0;
  for (const auto& jump : jumps_)
    if (jump.time <= t) s += jump.advance;
  if (t <= knots_.front()) return s + (t - knots_.front()) * std::exp(log_rate_[0]);
  if (t >= knots_.back()) return s + s_at_knot_.back() + (t - knots_.back()) * std::exp(log_rate_[log_rate_.size() - 1]);
  const std::size_t k = segment_of(t);
  const double x = t - knots_[k], part = x / (knots_[k + 1] - knots_[k]);
  return s + s_at_knot_[k] + x * std::exp(log_rate_[k]) * zeroth_moment(part * (log_rate_[k + 1] - log_rate_[k]));
}

Eigen::VectorXd MaterialTime::at(const std::vector<double>& t) const {
  Eigen::VectorXd values(static_cast<Eigen::Index>(t.size()));
  for (std::size_t i = 0; i < t.size(); ++i) values[static_cast<Eigen::Index>(i)] = s(t[i]);
  return values;
}

Eigen::MatrixXd MaterialTime::derivatives(const std::vector<double>& t) const {
  const auto knots = static_cast<Eigen::Index>(knots_.size());
  Eigen::MatrixXd all = Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(t.size()), knots + static_cast<Eigen::Index>(jumps_.size()));
  // Of the span from knot k on to the fraction `part` of its segment.
  const auto add_span = [&](auto row, std::size_t k, double part) {
    const double h = knots_[k + 1] - knots_[k], rise = log_rate_[k + 1] - log_rate_[k], rate = std::exp(log_rate_[k]);
    const double whole = h * part * rate * zeroth_moment(part * rise), later = h * part * part * rate * first_moment(part * rise);
    row[k] += whole - later;
    row[k + 1] += later;
  };
  for (std::size_t i = 0; i < t.size(); ++i) {
    auto row = all.row(static_cast<Eigen::Index>(i));
    for (std::size_t k = 0; k < jumps_.size(); ++k) row[knots + static_cast<Eigen::Index>(k)] = jumps_[k].time <= t[i] ? 1.0 : 0.0;
    if (t[i] <= knots_.front()) {
      row[0] = (t[i] - knots_.front()) * std::exp(log_rate_[0]);
      continue;
    }
    for (std::size_t k = 0; k + 1 < knots_.size() && knots_[k] < t[i]; ++k) add_span(row, k, std::min(1.0, (t[i] - knots_[k]) / (knots_[k + 1] - knots_[k])));
    if (t[i] > knots_.back()) row[knots - 1] += (t[i] - knots_.back()) * std::exp(log_rate_[knots - 1]);
  }
  return all;
}

std::vector<double> even_knots(double first, double last, int count) {
  std::vector<double> knots;
  for (int k = 0; k < count; ++k) knots.push_back(first + (last - first) * k / (count - 1));
  return knots;
}

}  // namespace patina
