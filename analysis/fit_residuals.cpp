// SPDX-License-Identifier: BSD-3-Clause
#include "analysis/fit_residuals.hpp"

#include <algorithm>
#include <cmath>

#include "analysis/clock_errors.hpp"
#include "analysis/least_squares.hpp"
#include "analysis/simulated_speckles.hpp"

namespace patina {
namespace {

constexpr int pixels_drawn = 2000;

}  // namespace

FitResiduals::FitResiduals(const SpeckleRecord& record, const ClockFit& fit, std::uint64_t seed)
    : contrast_(fit.parameters.contrast), sample_(fit.sample()), shared_(std::sqrt(sample_.pixels_per_speckle) - 1.0) {
  int averaged = 1;
  const TwoTimeMatrix map = coarse_map(record.map, fit.frames, averaged);
  time_ = map.time;
  first_lag_ = frames_within(time_, fit.parameters.shortest_lag);
  squares_ = clock_squares(fit.parameters, time_);
  slopes_ = clock_slopes(fit.parameters, time_);
  derivatives_ = fit.parameters.time.derivatives(time_);
  residual_ = Eigen::MatrixXd::Constant(frames(), frames(), std::nan(""));
  weight_ = Eigen::MatrixXd::Zero(frames(), frames());
  for (Eigen::Index j = first_lag_; j < frames(); ++j)
    for (Eigen::Index i = 0; i <= j - first_lag_; ++i) {
      if (!std::isfinite(map.correlation(i, j))) continue;
      residual_(i, j) = map.correlation(i, j) - two_time_bias(sample_, squares_(i, j), fit.parts) - contrast_ * squares_(i, j);
      weight_(i, j) = 1.0 / two_time_variance(sample_, squares_(i, j));
    }
  inverse_ = pseudo_inverse(clock_equations(fit.parameters, time_, Eigen::MatrixXd::Zero(frames(), frames()), weight_).information);
  Eigen::MatrixXf counts = simulate_intensities(squares_, sample_.contrast, pixels_drawn, seed);
  const Eigen::MatrixXf speckles = counts;
  if (std::isfinite(sample_.photons)) add_shot_noise(counts, sample_.photons, seed);
  Eigen::MatrixXd scores = clock_pixel_scores(fit.parameters, time_, weight_, counts);
  if (shared_ > 0.0) {
    scores += shared_ * clock_pixel_scores(fit.parameters, time_, weight_, speckles);
    speckles_ = speckles.transpose();
  }
  moves_ = (inverse_ * scores).transpose().cast<float>();
  counts_ = counts.transpose();
}

Eigen::RowVectorXd FitResiduals::slopes(Eigen::Index i, Eigen::Index j) const {
  Eigen::RowVectorXd all(parameters());
  all << slopes_.contrast(i, j), slopes_.exponent(i, j), slopes_.s(i, j) * (derivatives_.row(j) - derivatives_.row(i));
  return all;
}

double FitResiduals::kernel(Eigen::Index i, Eigen::Index j) const { return i == j ? 1.0 : std::sqrt(squares_(std::min(i, j), std::max(i, j))); }

Eigen::ArrayXf FitResiduals::noise(Eigen::Index i, Eigen::Index j) const {
  const auto c = static_cast<float>(1.0 + contrast_ * squares_(i, j));
  const auto of = [&](const Eigen::MatrixXf& x) -> Eigen::ArrayXf {
    const auto a = x.col(i).array(), b = x.col(j).array();
    return a * b - c * (a + b - 1.0f);
  };
  if (shared_ > 0.0) return of(counts_) + static_cast<float>(shared_) * of(speckles_);
  return of(counts_);
}

}  // namespace patina
