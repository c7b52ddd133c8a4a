// SPDX-License-Identifier: BSD-3-Clause
// The dimensionless material time s(t) by which a synthetic sample ages [physics.md 3.7, 3.11]: fields at t1 and t2 are correlated
// as a kernel of s(t2) - s(t1), and tau(t) = 1 / s'(t) is the relaxation time at t. Times in s, from the first frame on.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace patina {

// s = t / tau.
struct StationaryClock {
  static constexpr const char* type_name = "stationary";
  double tau_s = 100.0;
};

// tau = tau_s exp(t / growth_time_s), and from plateau_from_s on what it is then.
struct AgeingClock {
  static constexpr const char* type_name = "ageing";
  double tau_s = 100.0;
  double growth_time_s = 1000.0;
  std::optional<double> plateau_from_s;
};

// The sample becomes faster: tau = tau_s exp(-t / decay_time_s), and from plateau_from_s on what it is then.
struct AntiAgeingClock {
  static constexpr const char* type_name = "anti_ageing";
  double tau_s = 1000.0;
  double decay_time_s = 1000.0;
  std::optional<double> plateau_from_s;
};

// tau = tau_s (1 + t / onset_s)^exponent; exponent 1 is full ageing.
struct PowerAgeingClock {
  static constexpr const char* type_name = "power_ageing";
  double tau_s = 100.0;
  double onset_s = 100.0;
  double exponent = 1.0;
};

// The rate 1 / tau goes from one value to another as a logistic function of (t - change_at_s) / width_s; width 0: at once.
struct RegimesClock {
  static constexpr const char* type_name = "regimes";
  double tau_before_s = 100.0;
  double tau_after_s = 1000.0;
  double change_at_s = 1000.0;
  double width_s = 0.0;
};

// stick_s with stick_tau_s, slip_s with slip_tau_s, and so on.
struct StickSlipClock {
  static constexpr const char* type_name = "stick_slip";
  double stick_tau_s = 10000.0;
  double slip_tau_s = 10.0;
  double stick_s = 200.0;
  double slip_s = 10.0;
};

// s = t / tau, and at given times a fraction of the scatterers is replaced.
struct EventsClock {
  static constexpr const char* type_name = "events";
  double tau_s = 1000.0;
  std::vector<double> times_s;
  std::vector<double> fractions;
};

// The same at random times, one in mean_interval_s on average (Poisson), of random fractions, evenly between two bounds.
struct AvalanchesClock {
  static constexpr const char* type_name = "avalanches";
  double tau_s = 1000.0;
  double mean_interval_s = 500.0;
  double least_fraction = 0.1;
  double largest_fraction = 0.5;
};

using ClockSpec = std::variant<StationaryClock, AgeingClock, AntiAgeingClock, PowerAgeingClock, RegimesClock, StickSlipClock,
                               EventsClock, AvalanchesClock>;

// "avalanche": s jumps by `advance`; "slip": s goes by `advance` until it sticks again; "change": another law of tau from here on
// (its middle, where it takes a while), advance 0.
struct ClockEvent {
  std::string kind;
  double time_s = 0.0;
  double advance = 0.0;
};

// Replacing a fraction p of independent scatterers, E -> sqrt(1 - p) E + sqrt(p) E', multiplies f by sqrt(1 - p): with the kernel
// exp(-s) a jump of -ln(1 - p) / 2.
double jump_of_fraction(double fraction);

// Events go up to duration_s; random ones are functions of the seed and the number of the clock.
struct EventDraw {
  double duration_s = 0.0;
  std::uint64_t seed = 0;
  std::uint32_t number = 0;
};

class Clock {
 public:
  Clock(const ClockSpec& spec, const EventDraw& draw);

  // s(t) = scale (what flows) + jumps up to and with t; scale: that of 1 / tau, (q / q0)^n. A replaced part is new at any q.
  double s(double time_s, double scale = 1.0) const;
  // 1 / s'(t) between jumps, for scale 1.
  double tau_s(double time_s) const;
  // In order of time.
  const std::vector<ClockEvent>& events() const { return events_; }

 private:
  ClockSpec spec_;
  std::vector<ClockEvent> events_;
  std::vector<double> jump_times_, jumps_until_;  // of avalanches; how far s has jumped with each of them
};

}  // namespace patina
