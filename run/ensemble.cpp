// SPDX-License-Identifier: BSD-3-Clause
#include "run/ensemble.hpp"

#include "core/error.hpp"
#include "core/units.hpp"
#include "run/schedule.hpp"

namespace patina {

namespace {

ThermostatKind thermostat_kind(const std::string& name) {
  if (name == "none") return ThermostatKind::none;
  if (name == "langevin") return ThermostatKind::langevin;
  if (name == "velocity_rescaling") return ThermostatKind::velocity_rescaling;
  require(name == "nose_hoover", "unknown thermostat " + name);
  return ThermostatKind::nose_hoover;
}

BarostatKind barostat_kind(const std::string& name) {
  if (name == "none") return BarostatKind::none;
  if (name == "cell_rescaling") return BarostatKind::cell_rescaling;
  require(name == "mtk", "unknown barostat " + name);
  return BarostatKind::mtk;
}

CellCoupling cell_coupling(const std::string& name) {
  return name == "per_axis" ? CellCoupling::per_axis : CellCoupling::isotropic;
}

}  // namespace

EnsembleSpec make_ensemble(const DynamicsConfig& dynamics, const StepConfig& step, const Box& box) {
  const ThermostatConfig thermostat = thermostat_of(dynamics, step);
  const BarostatConfig barostat = barostat_of(dynamics, step);
  EnsembleSpec spec;
  spec.time_step_ps = dynamics.time_step_fs * units::ps_per_fs;
  spec.thermostat = {thermostat_kind(thermostat.type), thermostat.relaxation_ps, thermostat.chain_length};
  spec.barostat.kind = barostat_kind(barostat.type);
  spec.barostat.relaxation_ps = barostat.relaxation_ps;
  spec.barostat.coupling = cell_coupling(barostat.coupling);
  const std::array<bool, 3> beside = axes_beside(deformation_of(step));
  for (std::size_t d = 0; d < 3; ++d) spec.barostat.axes[d] = box.periodic()[d] && barostat.axes[d] && beside[d];
  if (spec.barostat.axes == std::array{false, false, false}) spec.barostat.kind = BarostatKind::none;
  spec.turns_cell = turns_cell(step);
  spec.barostat.chain_length = thermostat.chain_length;
  spec.barostat.compressibility_per_GPa = barostat.compressibility_per_GPa;
  spec.zero_momentum = !std::holds_alternative<DepositStep>(step);  // its base stands still
  return spec;
}

Precision precision_of(const DynamicsConfig& dynamics) { return dynamics.precision == "mixed" ? Precision::mixed : Precision::full; }

MinimizeSpec make_minimisation(const MinimiseStep& step, const Box& box) {
  MinimizeSpec spec;
  spec.max_force_eV_per_A = step.max_force_eV_per_A;
  spec.max_steps = step.max_steps;
  spec.relax_cell = step.relax_cell != "none";
  spec.coupling = cell_coupling(step.relax_cell);
  const std::array<bool, 3> beside = axes_beside(deformation_of(StepConfig(step)));
  for (int d = 0; d < 3; ++d) {
    spec.axes[static_cast<std::size_t>(d)] = box.periodic(d) && beside[static_cast<std::size_t>(d)];
    spec.pressure_GPa[d] = step.pressure_GPa;
  }
  return spec;
}

}  // namespace patina
