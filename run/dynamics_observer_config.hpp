// SPDX-License-Identifier: BSD-3-Clause
// The observer of dynamics at logarithmic lags (scattering/dynamics_observer.hpp), as the input words it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/config.hpp"
#include "run/direction_config.hpp"

namespace patina {

struct DynamicsObserverConfig {
  static constexpr const char* type_name = "dynamics";
  std::vector<double> q_inv_A = {2.8};
  double width_inv_A = 0.1;
  int max_vectors = 300;
  std::optional<DirectionConfig> direction;
  int self_vectors = 30;
  int interval_steps = 10;
  int lags_per_decade = 10;
  std::optional<double> max_lag_ps;
  std::vector<double> waiting_times_ps = {0.0};
  double overlap_A = 1.0;
  int sub_boxes = 3;
  double van_hove_max_A = 0.0;
  double van_hove_bin_A = 0.1;
  std::string weights = "xray";
  std::optional<double> energy_keV;
  std::string method = "automatic";
  double tolerance = 1e-6;
};

void describe(ConfigTable<DynamicsObserverConfig>& table);

}  // namespace patina
