// SPDX-License-Identifier: BSD-3-Clause
#include "score/synthetic_truth.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace patina {

bool goes_evenly(const SynthConfig& config) {
  for (const SynthZoneConfig& zone : config.zones)
    if (!std::holds_alternative<StationaryClock>(zone.clock)) return false;
  return true;
}

bool has_real_field(const SynthConfig& config) { return !(config.flow && config.flow->velocity_A_per_s != 0.0 && config.static_fraction > 0.0); }

double real_field(const MovieModel& model, int i, int j) {
  double sum = 0.0;
  for (const MoviePart& part : model.parts) sum += part.weight * part.covariance.at(i, j);
  return sum;
}

std::vector<ModelGroup> groups_of(const MixedModel& model) {
  constexpr std::size_t most = 8;
  const std::size_t count = std::min(most, model.size());
  std::vector<ModelGroup> groups;
  for (std::size_t g = 0; g < count; ++g) {
    ModelGroup group{0.0, {}};
    for (std::size_t k = g * model.size() / count; k < (g + 1) * model.size() / count; ++k)
      if (model[k].fraction > 0.0) group.members.push_back(model[k]);
    for (const SpeckleClass& one : group.members) group.fraction += one.fraction;
    for (SpeckleClass& one : group.members) one.fraction /= group.fraction;
    if (!group.members.empty()) groups.push_back(std::move(group));
  }
  return groups;
}

RealField tabulated_in_group(const RealField& field, int frames) {
  constexpr int most = 1024;
  return frames <= most ? tabulated(field, frames) : field;
}

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
  else if (!std::holds_alternative<OneRate>(config.rates))
    shell.no_tau = "speckles of the truth have rates of their own";
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
