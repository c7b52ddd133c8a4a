// SPDX-License-Identifier: BSD-3-Clause
// An elementary protocol step as numbers of time steps: how long it lasts and which temperature and pressure it aims at when.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "run/run_config.hpp"

namespace patina {

// Linear ramps of the target temperature and the target pressure over `steps` time steps: one piece of what a protocol's
// elementary steps make of them together.
struct Schedule {
  std::int64_t steps = 0;
  double from_K = 0.0;
  double to_K = 0.0;
  double from_pressure_GPa = 0.0;
  double to_pressure_GPa = 0.0;

  // Targets after `step` of the `steps` time steps; exact at both ends.
  double temperature_K(std::int64_t step) const;
  double pressure_GPa(std::int64_t step) const;
};

// Name of a protocol step in files and messages: "step03_anneal" (index counts from 0), or "step03_LABEL".
std::string step_label(std::size_t index, const StepConfig& step);

// More than any computer does; the input's check refuses them.
inline constexpr double max_steps_of_a_step = 1e12;

// Length of a step at finite temperature in time steps, before it is rounded; perhaps beyond every integer.
double planned_steps(const StepConfig& step, double time_step_ps);

// Schedule of a step at finite temperature (melt, quench, anneal, heat, ramp). Durations are rounded to whole time
// steps, at least one.
Schedule make_schedule(const StepConfig& step, double time_step_ps);

bool is_minimisation(const StepConfig& step);
const std::vector<ObserverConfig>& observers_of(const StepConfig& step);
double pressure_of(const StepConfig& step);  // GPa; of a ramp that of its ends which is farther from 0

// Temperature and pressure control of a step: its own, or that of /dynamics.
ThermostatConfig thermostat_of(const DynamicsConfig& dynamics, const StepConfig& step);
BarostatConfig barostat_of(const DynamicsConfig& dynamics, const StepConfig& step);

// Time steps of the first `index` steps of a protocol; minimisations are not counted.
std::int64_t time_steps_before(const std::vector<StepConfig>& protocol, std::size_t index, double time_step_ps);

}  // namespace patina
