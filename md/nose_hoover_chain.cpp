// SPDX-License-Identifier: BSD-3-Clause
#include "md/nose_hoover_chain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "core/elementary.hpp"
#include "core/error.hpp"
#include "md/kinetic.hpp"

namespace patina {

NoseHooverChain::NoseHooverChain(int length, double degrees_of_freedom, double relaxation_ps)
    : degrees_of_freedom_(degrees_of_freedom), relaxation_ps_(relaxation_ps) {
  if (length < 1)
    throw Error(ExitCode::bad_input, fmt::format("chain_length is {}; it must be at least 1", length));
  rate_.assign(static_cast<std::size_t>(length), 0.0);
}

double NoseHooverChain::mass(std::size_t link) const {
  return (link == 0 ? degrees_of_freedom_ : 1.0) * kT_ * relaxation_ps_ * relaxation_ps_;
}

double NoseHooverChain::kinetic() const {
  double sum = 0.0;
  for (std::size_t k = 0; k < rate_.size(); ++k) sum += 0.5 * mass(k) * rate_[k] * rate_[k];
  return sum;
}

void NoseHooverChain::set_temperature(double temperature_K) {
  const double kT = thermal_energy(temperature_K);
  if (kT == kT_) return;
  const double before = kinetic();
  kT_ = kT;
  heat_ += before - kinetic();
}

void NoseHooverChain::push(std::size_t link, double twice_kinetic, double t) {
  const double drive = link == 0 ? twice_kinetic - degrees_of_freedom_ * kT_
                                 : mass(link - 1) * rate_[link - 1] * rate_[link - 1] - kT_;
  const double drag = link + 1 < rate_.size() ? elementary::exp(-0.5 * t * rate_[link + 1]) : 1.0;
  rate_[link] = (rate_[link] * drag + t * drive / mass(link)) * drag;
}

double NoseHooverChain::turn(double twice_kinetic, double duration_ps) {
  // Fourth-order Suzuki-Yoshida: three steps, the middle one backwards.
  constexpr double cube_root_of_2 = 1.2599210498948731648;
  const double outer = 1.0 / (2.0 - cube_root_of_2);
  const std::array<double, 3> weights = {outer, 1.0 - 2.0 * outer, outer};
  double factor = 1.0;
  for (const double weight : weights) {
    const double t = weight * duration_ps;
    for (std::size_t k = rate_.size(); k-- > 0;) push(k, twice_kinetic, 0.5 * t);
    const double scale = elementary::exp(-t * rate_[0]);
    factor *= scale;
    twice_kinetic *= scale * scale;
    for (std::size_t k = 0; k < rate_.size(); ++k)
      heat_ += (k == 0 ? degrees_of_freedom_ : 1.0) * kT_ * rate_[k] * t;
    for (std::size_t k = 0; k < rate_.size(); ++k) push(k, twice_kinetic, 0.5 * t);
  }
  return factor;
}

double NoseHooverChain::act(double twice_kinetic, double temperature_K, double duration_ps) {
  set_temperature(temperature_K);
  // In equilibrium, half a time step at a time, the error is less and the first part the last.
  constexpr double most_error = 1e-8, shortest_part = 1e-6;
  double factor = 1.0, left_ps = duration_ps, part_ps = duration_ps;
  while (left_ps > 0.0) {
    const double now = factor * factor * twice_kinetic, before = 0.5 * now + energy();
    const NoseHooverChain start = *this;
    const double scale = turn(now, part_ps);
    const double error = std::abs(0.5 * scale * scale * now + energy() - before);
    if (error <= most_error * (0.5 * now + start.kinetic() + degrees_of_freedom_ * kT_)) {
      factor *= scale;
      left_ps -= part_ps;
      part_ps = std::min(left_ps, 2.0 * part_ps);
      continue;
    }
    *this = start;
    part_ps *= 0.5;
    if (part_ps < shortest_part * duration_ps)
      throw Error(ExitCode::unstable,
                  fmt::format("the Nose-Hoover thermostat cannot follow the temperature, {:.6g} K, to its target of {:.6g} K: come "
                              "nearer by a ramp first, or take velocity_rescaling or langevin",
                              now / degrees_of_freedom_ * temperature_K / kT_, temperature_K));
  }
  return factor;
}

void NoseHooverChain::save(StateMap& state, const std::string& key) const {
  std::vector<double> numbers = {kT_, heat_};
  numbers.insert(numbers.end(), rate_.begin(), rate_.end());
  state[key] = numbers;
}

void NoseHooverChain::load(const StateMap& state, const std::string& key) {
  const auto& numbers = state_of(state, key, 2 + rate_.size());
  kT_ = numbers[0];
  heat_ = numbers[1];
  rate_.assign(numbers.begin() + 2, numbers.end());
}

}  // namespace patina
