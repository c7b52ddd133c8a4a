// SPDX-License-Identifier: BSD-3-Clause
// The clocks of beamline/clock.hpp as the input of `patina synth` words them.
#include "run/synth_config.hpp"

#include <fmt/format.h>

namespace patina {

namespace {

constexpr NumberRange a_time = {.above = 0.0, .at_most = 1e15};
constexpr NumberRange a_moment = {.at_least = 0.0, .at_most = 1e15};
constexpr NumberRange a_fraction = {.above = 0.0, .at_most = 0.999999};
constexpr int most_events = 100000;

constexpr const char* about_plateau = "from here on tau stays as it is; not set: never";

}  // namespace

void describe(ConfigTable<StationaryClock>& table) {
  table.about("tau is always the same.");
  table.number("tau_s", &StationaryClock::tau_s, a_time, "relaxation time of f at q0");
}

void describe(ConfigTable<AgeingClock>& table) {
  using C = AgeingClock;
  table.about("tau = tau_s exp(t / growth_time_s), and then, if asked for, a plateau.");
  table.number("tau_s", &C::tau_s, a_time, "relaxation time of f at q0 in the first frame");
  table.number("growth_time_s", &C::growth_time_s, a_time, "tau grows by e in this time");
  table.optional_number("plateau_from_s", &C::plateau_from_s, a_moment, about_plateau);
}

void describe(ConfigTable<AntiAgeingClock>& table) {
  using C = AntiAgeingClock;
  table.about("The sample becomes faster: tau = tau_s exp(-t / decay_time_s), and then, if asked for, a plateau.");
  table.number("tau_s", &C::tau_s, a_time, "relaxation time of f at q0 in the first frame");
  table.number("decay_time_s", &C::decay_time_s, a_time, "tau falls by e in this time");
  table.optional_number("plateau_from_s", &C::plateau_from_s, a_moment, about_plateau);
}

void describe(ConfigTable<PowerAgeingClock>& table) {
  using C = PowerAgeingClock;
  table.about("tau = tau_s (1 + t / onset_s)^exponent.");
  table.number("tau_s", &C::tau_s, a_time, "relaxation time of f at q0 in the first frame");
  table.number("onset_s", &C::onset_s, a_time, "age of the sample in the first frame");
  table.number("exponent", &C::exponent, {.at_least = -10.0, .at_most = 10.0}, "1 is full ageing");
}

void describe(ConfigTable<RegimesClock>& table) {
  using C = RegimesClock;
  table.about("The rate 1 / tau goes from one value to another as a logistic function of (t - change_at_s) / width_s.");
  table.number("tau_before_s", &C::tau_before_s, a_time, "relaxation time of f at q0 long before");
  table.number("tau_after_s", &C::tau_after_s, a_time, "and long after");
  table.number("change_at_s", &C::change_at_s, a_moment, "the middle of the change");
  table.number("width_s", &C::width_s, a_moment, "0: at once");
}

void describe(ConfigTable<StickSlipClock>& table) {
  using C = StickSlipClock;
  table.about("Slow for stick_s, fast for slip_s, and so on.");
  table.number("stick_tau_s", &C::stick_tau_s, a_time, "relaxation time of f at q0 while it sticks");
  table.number("slip_tau_s", &C::slip_tau_s, a_time, "and while it slips");
  table.number("stick_s", &C::stick_s, a_time, "how long it sticks");
  table.number("slip_s", &C::slip_s, a_time, "how long it slips");
}

void describe(ConfigTable<EventsClock>& table) {
  using C = EventsClock;
  table.about("tau is the same but for given moments, at which a fraction of the scatterers is replaced.");
  table.number("tau_s", &C::tau_s, a_time, "relaxation time of f at q0 in between");
  table.numbers("times_s", &C::times_s, a_moment, {.at_most = most_events}, "when").required();
  table.numbers("fractions", &C::fractions, a_fraction, {.at_most = most_events},
                "how much each time: f across it falls to sqrt(1 - fraction) with the exponent 1, whatever q").required();
  table.check([](const C& c, const ConfigChecker& at) {
    if (c.times_s.size() != c.fractions.size())
      at.error("fractions", fmt::format("must be as many as times_s, {}, not {}", c.times_s.size(), c.fractions.size()));
  });
}

void describe(ConfigTable<AvalanchesClock>& table) {
  using C = AvalanchesClock;
  table.about("The same at random moments (Poisson), of random fractions.");
  table.number("tau_s", &C::tau_s, a_time, "relaxation time of f at q0 in between");
  table.number("mean_interval_s", &C::mean_interval_s, a_time, "from one to the next");
  table.number("least_fraction", &C::least_fraction, a_fraction, "fractions are spread evenly from here");
  table.number("largest_fraction", &C::largest_fraction, a_fraction, "to here");
  table.check([](const C& c, const ConfigChecker& at) {
    if (c.largest_fraction < c.least_fraction) at.error("largest_fraction", "must not be below least_fraction");
  });
}

}  // namespace patina
