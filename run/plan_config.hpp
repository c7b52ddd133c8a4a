// SPDX-License-Identifier: BSD-3-Clause
// The input of `patina plan`: a beamline and the dynamics that it is to see. docs/plan.md is generated from the table in
// plan_config.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/config.hpp"

namespace patina {

struct PlanBeamlineConfig {
  double contrast = 0.05;
  double pixels = 1e5;
  double pixels_per_speckle = 1.0;
  int frames = 2000;
  double frame_interval_s = 1.0;
  std::optional<double> exposure_s;
  std::vector<double> photons_per_pixel_per_s;

  double exposure() const { return exposure_s.value_or(frame_interval_s); }
};

struct PlanDynamicsConfig {
  std::vector<double> tau_s;
  std::vector<double> kww_exponent = {1.0};
};

struct PlanFitConfig {
  int lags_per_decade = 8;
  double largest_lag = 0.5;
  bool contrast = true, kww_exponent = true, baseline = false;
};

struct PlanStepConfig {
  double power = 0.9;
};

struct PlanMonteCarloConfig {
  int movies = 200;
  int pixels = 512;
  std::uint64_t seed = 1;
};

struct PlanConfig {
  std::string title;
  PlanBeamlineConfig beamline;
  PlanDynamicsConfig dynamics;
  PlanFitConfig fit;
  PlanStepConfig step;
  std::optional<PlanMonteCarloConfig> monte_carlo;
};

void describe(ConfigTable<PlanConfig>& table);

}  // namespace patina
