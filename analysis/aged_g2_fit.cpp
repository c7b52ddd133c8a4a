// SPDX-License-Identifier: BSD-3-Clause
#include "analysis/aged_g2_fit.hpp"

#include <algorithm>
#include <cmath>

namespace patina {
namespace {

constexpr std::size_t least_ages = 3;

}  // namespace

AgedG2Fits fit_aged_g2(const SpeckleRecord& record) {
  AgedG2Fits found;
  SpeckleRecord window;
  window.unit = record.unit;
  window.pixels = record.pixels;
  window.photons = record.photons;
  window.pixels_per_speckle = record.pixels_per_speckle;
  window.frame_interval = record.frame_interval;
  std::vector<double> age, log_tau, error;
  for (const WindowG2& curve : record.aged) {
    window.g2 = curve.g2;
    window.frames = static_cast<int>(std::lround((curve.last - curve.first) / record.frame_interval)) + 1;
    AgedG2Fit one{curve.first, curve.last, 0.5 * (curve.first + curve.last), fit_g2(window)};
    if (one.fit.simple.status == KwwStatus::fitted) {
      const KwwParameter& tau = one.fit.simple.tau_ps;
      one.age -= 0.5 * tau.value;
      age.push_back(one.age);
      log_tau.push_back(std::log(tau.value));
      error.push_back(tau.error / tau.value);
    }
    found.windows.push_back(std::move(one));
  }
  if (age.size() < least_ages || !std::is_sorted(age.begin(), age.end())) return found;
  const auto n = static_cast<Eigen::Index>(age.size());
  AgeingData data{age, Eigen::Map<const Eigen::VectorXd>(log_tau.data(), n), Eigen::Map<const Eigen::VectorXd>(error.data(), n).array().square().matrix().asDiagonal(), record.unit};
  for (auto& t : data.time) t -= age.front();
  found.laws = fit_laws(data);
  return found;
}

}  // namespace patina
