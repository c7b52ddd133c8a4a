// SPDX-License-Identifier: BSD-3-Clause
#include "score/synthetic_truth.hpp"

#include <fmt/format.h>

#include <numeric>

namespace patina {

bool goes_evenly(const SynthConfig& config) {
  for (const SynthZoneConfig& zone : config.zones)
    if (!std::holds_alternative<StationaryClock>(zone.clock)) return false;
  return true;
}

bool has_real_field(const SynthConfig& config) { return !(config.flow && config.flow->velocity_A_per_s != 0.0 && config.static_fraction > 0.0); }

std::vector<double> coherence_of(const SynthConfig& config) {
  if (config.mode_weights.empty()) return coherence_weights(config.contrast);
  std::vector<double> weights = config.mode_weights;
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  for (double& weight : weights) weight /= sum;
  return weights;
}

void set_tau(TruthShell& shell, const SynthConfig& config, const SyntheticSample& sample) {
  if (config.zones.size() != 1)
    shell.no_tau = fmt::format("the truth has {} zones, each with its own", config.zones.size());
  else if (config.detector && !config.detector->fields)
    shell.no_tau = "the frames of the truth are independent";
  else if (config.static_fraction > 0.0)
    shell.no_tau = "the truth has a static part";
  else if (config.flow)
    shell.no_tau = "the truth flows";
  else if (config.strain)
    shell.no_tau = "the truth strains";
  if (!shell.no_tau.empty()) return;
  shell.tau = [clock = sample.zones[0].clock, faster = rate_factor(sample, shell.q_inv_A)](double t) { return clock.tau_s(t) / faster; };
  shell.kww_exponent = config.zones[0].kww_exponent;
}

std::vector<TruthEvent> events_of(const SyntheticSample& sample, double last_s) {
  std::vector<TruthEvent> events;
  for (const SyntheticZone& zone : sample.zones)
    for (const ClockEvent& event : zone.clock.events())
      if (event.time_s <= last_s) events.push_back({event.kind, event.time_s, event.advance});
  return events;
}

}  // namespace patina
