// SPDX-License-Identifier: BSD-3-Clause
// An elementary protocol step as numbers of time steps: how long it lasts and which temperature and pressure it aims at when.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "md/barostat.hpp"
#include "run/run_config.hpp"

namespace patina {

// How a step deforms the cell, from words as "uniaxial_x", "shear_xy" (along x by the height along y), "volume".
struct Deformation {
  enum class Kind { none, edges, shear, volume };
  Kind kind = Kind::none;
  std::array<bool, 3> axes = {false, false, false};  // whose edges are strained, or which a shear joins
  int along = 0, across = 1;                         // of a shear
};
Deformation deformation_of(const std::string& words);

// The rates at which a cell comes from one strain to another within a time, both against the cell without any; no other targets.
Targets deformation_targets(const Deformation& deformation, double from_strain, double to_strain, double time_ps);

// Which shears an `unload` gives back.
std::vector<Deformation> shears_released(const UnloadStep& step);

// Whether an observer looks at wave vectors that go along with the cell, or at paths by its edges.
bool follows_wave_vectors(const ObserverConfig& observer);

// Whether a cell that this step shears may be spanned anew by less tilted edges.
bool turns_cell(const StepConfig& step);

// Axes that a barostat may move beside it.
std::array<bool, 3> axes_beside(const Deformation& deformation);

// Linear ramps of the target temperature and the target pressure over `steps` time steps: one piece of what a protocol's
// elementary steps make of them together.
struct Schedule {
  std::int64_t steps = 0;
  double from_K = 0.0;
  double to_K = 0.0;
  double from_pressure_GPa = 0.0;
  double to_pressure_GPa = 0.0;
  Deformation deformation = {};
  double to_strain = 0.0;  // from 0
  // Shears that are given back until there is no stress: d strain/dt = rate P_ab, a = along, b = across.
  struct Released {
    std::vector<Deformation> shears;
    double rate_per_ps_GPa = 0.0;
  } released = {};

  // Targets after `step` of the `steps` time steps; exact at both ends.
  double temperature_K(std::int64_t step) const;
  double pressure_GPa(std::int64_t step) const;
  double strain(std::int64_t step) const;
  // What is imposed while the time step numbered `step`, from 1, is taken: the targets after it, and the rates that lead there.
  Targets targets(std::int64_t step, double time_step_ps) const;
  // The same for a sample whose pressure (eV/A^3) before it is known, which shears follow that are given back.
  Targets targets(std::int64_t step, double time_step_ps, const Mat3& pressure) const;
};

// Name of a protocol step in files and messages: "step03_anneal" (index counts from 0), or "step03_LABEL".
std::string step_label(std::size_t index, const StepConfig& step);

// More than any computer does; the input's check refuses them.
inline constexpr double max_steps_of_a_step = 1e12;

// Length of a step at finite temperature in time steps, before it is rounded; perhaps beyond every integer.
double planned_steps(const StepConfig& step, double time_step_ps);

// Schedule of a step at finite temperature (melt, quench, anneal, heat, ramp, deform, swap, deposit, measure, unload). Durations are rounded to whole time
// steps, at least one.
Schedule make_schedule(const StepConfig& step, double time_step_ps);

bool is_minimisation(const StepConfig& step);
// Whether time passes in it: none in a minimisation, in a cut, and where an earlier sample is restored.
bool takes_time(const StepConfig& step);
bool keeps_sample(const StepConfig& step);
const std::vector<ObserverConfig>& observers_of(const StepConfig& step);
double pressure_of(const StepConfig& step);  // GPa; of a ramp that of its ends which is farther from 0

// What deforms the cell in a step; kind none of most.
Deformation deformation_of(const StepConfig& step);

// Temperature and pressure control of a step: its own, or that of /dynamics.
ThermostatConfig thermostat_of(const DynamicsConfig& dynamics, const StepConfig& step);
BarostatConfig barostat_of(const DynamicsConfig& dynamics, const StepConfig& step);

// Time steps of the first `index` steps of a protocol.
std::int64_t time_steps_before(const std::vector<StepConfig>& protocol, std::size_t index, double time_step_ps);

}  // namespace patina
