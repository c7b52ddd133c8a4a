// SPDX-License-Identifier: BSD-3-Clause
#include "beamline/clock.hpp"

#include <algorithm>
#include <cmath>

#include "core/elementary.hpp"
#include "core/rng.hpp"

namespace patina {

namespace {

using elementary::exp;
using elementary::expm1;
using elementary::log;

// What flows in time t and how fast. Fields take s with its last bits, hence our own exp and log.
struct Flow {
  double s, rate;
};

Flow flow(const StationaryClock& c, double t) { return {t / c.tau_s, 1.0 / c.tau_s}; }

// tau = tau0 exp(t / grow), grow of either sign, up to a plateau.
Flow exponential(double tau0, double grow, const std::optional<double>& plateau_from_s, double t) {
  const double until = std::min(t, plateau_from_s.value_or(t));
  const double rate = exp(-until / grow) / tau0;
  return {-grow / tau0 * expm1(-until / grow) + (t > until ? (t - until) * rate : 0.0), rate};
}
Flow flow(const AgeingClock& c, double t) { return exponential(c.tau_s, c.growth_time_s, c.plateau_from_s, t); }
Flow flow(const AntiAgeingClock& c, double t) { return exponential(c.tau_s, -c.decay_time_s, c.plateau_from_s, t); }

Flow flow(const PowerAgeingClock& c, double t) {
  const double x = log(1.0 + t / c.onset_s), rest = 1.0 - c.exponent;
  const double s = c.onset_s / c.tau_s * (rest == 0.0 ? x : expm1(rest * x) / rest);
  return {s, exp(-c.exponent * x) / c.tau_s};
}

// ln(1 + e^x) without overflow.
double softplus(double x) { return std::max(x, 0.0) + log(1.0 + exp(-std::abs(x))); }

Flow flow(const RegimesClock& c, double t) {
  const double before = 1.0 / c.tau_before_s, after = 1.0 / c.tau_after_s, late = t - c.change_at_s;
  if (c.width_s == 0.0) return {before * t + (after - before) * std::max(late, 0.0), late >= 0.0 ? after : before};
  const double passed = c.width_s * (softplus(late / c.width_s) - softplus(-c.change_at_s / c.width_s));
  return {before * t + (after - before) * passed, before + (after - before) / (1.0 + exp(-late / c.width_s))};
}

Flow flow(const StickSlipClock& c, double t) {
  const double period = c.stick_s + c.slip_s, cycles = std::floor(t / period), rest = t - cycles * period;
  const double slip = std::clamp(rest - c.stick_s, 0.0, c.slip_s), stuck = std::min(rest, c.stick_s);
  return {cycles * (c.stick_s / c.stick_tau_s + c.slip_s / c.slip_tau_s) + stuck / c.stick_tau_s + slip / c.slip_tau_s,
          1.0 / (rest < c.stick_s ? c.stick_tau_s : c.slip_tau_s)};
}

Flow flow(const EventsClock& c, double t) { return {t / c.tau_s, 1.0 / c.tau_s}; }
Flow flow(const AvalanchesClock& c, double t) { return {t / c.tau_s, 1.0 / c.tau_s}; }

using Events = std::vector<ClockEvent>;

Events plateau(const std::optional<double>& from_s) { return from_s ? Events{{"change", *from_s, 0.0}} : Events{}; }

Events events_of(const StationaryClock&, const EventDraw&) { return {}; }
Events events_of(const AgeingClock& c, const EventDraw&) { return plateau(c.plateau_from_s); }
Events events_of(const AntiAgeingClock& c, const EventDraw&) { return plateau(c.plateau_from_s); }
Events events_of(const PowerAgeingClock&, const EventDraw&) { return {}; }
Events events_of(const RegimesClock& c, const EventDraw&) { return {{"change", c.change_at_s, 0.0}}; }

Events events_of(const StickSlipClock& c, const EventDraw& draw) {
  Events events;
  for (double t = c.stick_s; t < draw.duration_s; t += c.stick_s + c.slip_s) events.push_back({"slip", t, c.slip_s / c.slip_tau_s});
  return events;
}

Events events_of(const EventsClock& c, const EventDraw&) {
  Events events;
  for (std::size_t k = 0; k < c.times_s.size(); ++k) events.push_back({"avalanche", c.times_s[k], jump_of_fraction(c.fractions[k])});
  return events;
}

Events events_of(const AvalanchesClock& c, const EventDraw& draw) {
  Events events;
  double t = 0.0;
  for (std::uint64_t k = 0;; ++k) {
    const RandomBlock block = random_block(draw.seed, Stream::avalanche, draw.number, k);
    t -= c.mean_interval_s * log(block.uniform(0));
    if (t >= draw.duration_s) return events;
    const double fraction = c.least_fraction + (c.largest_fraction - c.least_fraction) * block.uniform(1);
    events.push_back({"avalanche", t, jump_of_fraction(fraction)});
  }
}

}  // namespace

double jump_of_fraction(double fraction) { return -0.5 * log(1.0 - fraction); }

Clock::Clock(const ClockSpec& spec, const EventDraw& draw) : spec_(spec) {
  events_ = std::visit([&](const auto& c) { return events_of(c, draw); }, spec_);
  std::stable_sort(events_.begin(), events_.end(), [](const auto& a, const auto& b) { return a.time_s < b.time_s; });
  double sum = 0.0;
  for (const ClockEvent& event : events_) {
    if (event.kind != "avalanche") continue;
    jump_times_.push_back(event.time_s);
    jumps_until_.push_back(sum += event.advance);
  }
}

double Clock::s(double time_s, double scale) const {
  const auto jumps = std::upper_bound(jump_times_.begin(), jump_times_.end(), time_s) - jump_times_.begin();
  return scale * std::visit([&](const auto& c) { return flow(c, time_s).s; }, spec_) +
         (jumps == 0 ? 0.0 : jumps_until_[static_cast<std::size_t>(jumps) - 1]);
}

double Clock::tau_s(double time_s) const {
  return 1.0 / std::visit([&](const auto& c) { return flow(c, time_s).rate; }, spec_);
}

}  // namespace patina
