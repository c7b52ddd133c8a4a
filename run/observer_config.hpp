// SPDX-License-Identifier: BSD-3-Clause
// What may watch a step, as the input words it. Keys, ranges and documentation stand in one table per struct in
// observer_config.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/config.hpp"
#include "run/amplitude_config.hpp"
#include "run/detector_observer_config.hpp"

namespace patina {

// scattering/xpcs_observer.hpp
struct XpcsConfig : AmplitudeConfig {
  static constexpr const char* type_name = "xpcs";
  XpcsConfig() { max_vectors = 1000; }
  double q_inv_A = 2.8;
  int interval_steps = 50;
  std::vector<double> waiting_times_ps = {0.0};
  double waiting_window_ps = 0.0;
  std::optional<double> max_lag_ps;
  int self_vectors = 50;
  std::vector<double> centres() const { return {q_inv_A}; }
  // Two-time matrices have frames^2 doubles, 3.2 GB for so many, and three of them are there at one time.
  static constexpr std::int64_t most_frames = 20000;
};

// scattering/dynamics_observer.hpp
struct DynamicsObserverConfig : AmplitudeConfig {
  static constexpr const char* type_name = "dynamics";
  std::vector<double> q_inv_A = {2.8};
  int self_vectors = 30;
  int interval_steps = 10;
  int lags_per_decade = 10;
  std::optional<double> max_lag_ps;
  std::vector<double> waiting_times_ps = {0.0};
  double overlap_A = 1.0;
  int sub_boxes = 3;
  double van_hove_max_A = 0.0;
  double van_hove_bin_A = 0.1;
  double van_hove_distinct_max_A = 0.0;
  const std::vector<double>& centres() const { return q_inv_A; }
};

// scattering/multi_tau_observer.hpp
struct MultiTauConfig : AmplitudeConfig {
  static constexpr const char* type_name = "multi_tau";
  std::vector<double> q_inv_A = {2.8};
  int interval_steps = 10;
  int channels = 16;
  double start_ps = 0.0;
  bool currents = false;
  const std::vector<double>& centres() const { return q_inv_A; }
};

// scattering/structure_observer.hpp
struct StructureFactorConfig {
  static constexpr const char* type_name = "structure_factor";
  double q_max_inv_A = 8.0;
  double bin_inv_A = 0.05;
  int vectors_per_bin = 60;
  int interval_steps = 500;
  std::string method = "automatic";
  double tolerance = 1e-5;
};

// scattering/pair_distribution_observer.hpp
struct PairDistributionConfig {
  static constexpr const char* type_name = "pair_distribution";
  double r_max_A = 10.0;
  double bin_A = 0.05;
  int interval_steps = 100;
};

struct TrajectoryConfig {
  static constexpr const char* type_name = "trajectory";
  int interval_steps = 1000;
  bool velocities = false;
  std::string precision = "float32";
};

using ObserverConfig = std::variant<XpcsConfig, DynamicsObserverConfig, MultiTauConfig, StructureFactorConfig, PairDistributionConfig,
                                    DetectorObserverConfig, TrajectoryConfig>;

// The same observer of a stored trajectory: its interval counts frames of the file, its times begin at the first frame.
template <class Config>
struct Stored : Config {
  Stored() { this->interval_steps = 1; }
};
using StoredObserverConfig =
    std::variant<Stored<XpcsConfig>, Stored<DynamicsObserverConfig>, Stored<MultiTauConfig>, Stored<StructureFactorConfig>,
                 Stored<PairDistributionConfig>, Stored<DetectorObserverConfig>>;

void describe(ConfigTable<XpcsConfig>& table);
void describe(ConfigTable<DynamicsObserverConfig>& table);
void describe(ConfigTable<MultiTauConfig>& table);
void describe(ConfigTable<StructureFactorConfig>& table);
void describe(ConfigTable<PairDistributionConfig>& table);
void describe(ConfigTable<DetectorObserverConfig>& table);
void describe(ConfigTable<TrajectoryConfig>& table);
void describe(ConfigTable<Stored<XpcsConfig>>& table);
void describe(ConfigTable<Stored<DynamicsObserverConfig>>& table);
void describe(ConfigTable<Stored<MultiTauConfig>>& table);
void describe(ConfigTable<Stored<StructureFactorConfig>>& table);
void describe(ConfigTable<Stored<PairDistributionConfig>>& table);
void describe(ConfigTable<Stored<DetectorObserverConfig>>& table);

}  // namespace patina
