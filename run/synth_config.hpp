// SPDX-License-Identifier: BSD-3-Clause
// The input of `patina synth`: a synthetic sample, its clocks, and how its speckles are looked at. docs/synth.md is generated from the
// tables in synth_config.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "beamline/clock.hpp"
#include "beamline/mixed_model.hpp"
#include "beamline/rate_classes.hpp"
#include "beamline/speckle_fields.hpp"
#include "beamline/synthetic_sample.hpp"
#include "core/config.hpp"
#include "run/detector_config.hpp"

namespace patina {

struct SynthFramesConfig {
  int count = 500;
  double interval_s = 1.0;
};

struct SynthZoneConfig {
  double fraction = 1.0;
  double kww_exponent = 1.0;
  ClockSpec clock;
  std::string form = "clock";
};

struct SynthFlowConfig {
  double velocity_A_per_s = 0.0;
  double gradient_per_s = 0.0;
  double beam_um = 10.0;
};

struct SynthStrainConfig {
  double rate_per_s = 1e-8;
  double beam_fwhm_um = 10.0;
};

struct SynthConfig {
  std::string title;
  std::uint64_t seed = 1;
  SynthFramesConfig frames;
  std::vector<double> q_inv_A = {2.8};
  double q0_inv_A = 2.8;
  double q_exponent = 1.0;
  int speckles = 1000;
  double contrast = 1.0;
  std::vector<double> mode_weights;
  std::vector<SynthZoneConfig> zones = {SynthZoneConfig{}};
  double static_fraction = 0.0;
  std::optional<SynthFlowConfig> flow;
  std::optional<SynthStrainConfig> strain;
  RateSpec rates;
  std::string generator = "automatic";
  int modes = 256;
  int truth_frames = 256;
  std::optional<DetectorConfig> detector;
  // Of |E|^2: what mode_weights leave, if they are given.
  double snapshot_contrast() const;
  double duration_s() const { return frames.count * frames.interval_s; }
};

void describe(ConfigTable<StationaryClock>& table);
void describe(ConfigTable<AgeingClock>& table);
void describe(ConfigTable<AntiAgeingClock>& table);
void describe(ConfigTable<PowerAgeingClock>& table);
void describe(ConfigTable<RegimesClock>& table);
void describe(ConfigTable<StickSlipClock>& table);
void describe(ConfigTable<EventsClock>& table);
void describe(ConfigTable<AvalanchesClock>& table);
void describe(ConfigTable<OneRate>& table);
void describe(ConfigTable<LogNormalRates>& table);
void describe(ConfigTable<StretchedRates>& table);
void describe(ConfigTable<ListedRates>& table);
void describe(ConfigTable<SynthFramesConfig>& table);
void describe(ConfigTable<SynthZoneConfig>& table);
void describe(ConfigTable<SynthFlowConfig>& table);
void describe(ConfigTable<SynthStrainConfig>& table);
void describe(ConfigTable<SynthConfig>& table);

// Its events drawn; what the generators need.
SyntheticSample sample_of(const SynthConfig& config);
std::vector<double> times_of(const SynthConfig& config);
// With a detector: of each instant of each frame.
std::vector<double> instants_of(const SynthConfig& config);
// With a detector: mean photons of each pixel in a frame at the mean flux.
std::vector<float> mean_photons_of(const SynthConfig& config, const DetectorGeometry& geometry);
// At q, of frames (or instants) at these times; `fractions` of the speckles in each class of rates.
MixedModel model_of(const SynthConfig& config, const SyntheticSample& sample, double q_inv_A, const std::vector<double>& times_s,
                    const std::vector<double>& fractions);
// Of synth.h5, where classes follow each other.
std::vector<double> fractions_of_movie(const SynthConfig& config);
// Of the input's keys.
GeneratorChoice generator_of(const SynthConfig& config);

}  // namespace patina
