// SPDX-License-Identifier: BSD-3-Clause
// A protocol step as numbers of time steps: how long it lasts and which temperature and pressure it aims at when.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "run/run_config.hpp"

namespace patina {

// A linear ramp of the target temperature over `steps` time steps at constant target pressure.
struct Schedule {
  std::int64_t steps = 0;
  double from_K = 0.0;
  double to_K = 0.0;
  double pressure_GPa = 0.0;

  // Target after `step` of the `steps` time steps; exact at both ends.
  double temperature_K(std::int64_t step) const;
};

// Name of a protocol step in files and messages: "step03_anneal" (index counts from 0).
std::string step_label(std::size_t index, const StepConfig& step);

// More than any computer does; the input's check refuses them.
inline constexpr double max_steps_of_a_step = 1e12;

// Length of a step at finite temperature in time steps, before it is rounded; perhaps beyond every integer.
double planned_steps(const StepConfig& step, double time_step_ps);

// Schedule of a step at finite temperature (melt, quench, anneal, heat). Durations are rounded to whole time
// steps, at least one.
Schedule make_schedule(const StepConfig& step, double time_step_ps);

bool is_minimisation(const StepConfig& step);
const std::vector<ObserverConfig>& observers_of(const StepConfig& step);
double pressure_of(const StepConfig& step);  // GPa

// Temperature and pressure control of a step: its own, or that of /dynamics.
ThermostatConfig thermostat_of(const DynamicsConfig& dynamics, const StepConfig& step);
BarostatConfig barostat_of(const DynamicsConfig& dynamics, const StepConfig& step);

// Time steps of the first `index` steps of the protocol; minimisations are not counted.
std::int64_t time_steps_before(const RunConfig& config, std::size_t index);

}  // namespace patina
