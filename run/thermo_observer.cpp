// SPDX-License-Identifier: BSD-3-Clause
#include "run/thermo_observer.hpp"

#include <fmt/format.h>

#include <cmath>

#include "core/error.hpp"
#include "core/units.hpp"
#include "md/kinetic.hpp"

namespace patina {

namespace {

// `pressure` in eV/A^3.
void set_cell(ThermoRow& row, const Box& box, const Mat3& pressure) {
  const Mat3 p = units::GPa_per_eV_A3 * pressure;
  row.pressure_GPa = (p[0][0] + p[1][1] + p[2][2]) / 3.0;
  row.pressure_tensor_GPa = {p[0][0], p[1][1], p[2][2], p[0][1], p[0][2], p[1][2]};
  row.volume_A3 = box.volume();
  for (int d = 0; d < 3; ++d) row.edge_A[d] = norm(box.edges().row(d));
}

}  // namespace

ThermoObserver::ThermoObserver(const Integrator& integrator, const EnsembleSpec& ensemble, const Schedule& schedule,
                               const Place& place, std::int64_t interval_steps, ThermoFile& file, Progress& progress)
    : integrator_(integrator),
      holds_temperature_(ensemble.thermostat.kind != ThermostatKind::none),
      holds_pressure_(ensemble.barostat.kind != BarostatKind::none),
      schedule_(schedule),
      place_(place),
      interval_steps_(interval_steps),
      file_(file),
      progress_(progress) {}

bool ThermoObserver::due(std::int64_t step) const {
  if (step == 0) return place_.first_step == 0;
  return step % interval_steps_ == 0 || step == schedule_.steps;
}

void ThermoObserver::observe(const Frame& frame) {
  const std::int64_t done = frame.step - place_.first_step;
  ThermoRow row;
  row.step = frame.step;
  row.time_ps = frame.time_ps;
  row.temperature_K = integrator_.temperature();
  row.potential_energy_eV = integrator_.totals().potential_energy;
  row.kinetic_energy_eV = integrator_.kinetic_energy();
  row.conserved_eV = integrator_.conserved_energy();
  set_cell(row, frame.box, integrator_.pressure());
  if (holds_temperature_) row.target_temperature_K = schedule_.temperature_K(done);
  if (holds_pressure_) row.target_pressure_GPa = schedule_.pressure_GPa(done);
  if (schedule_.deformation.kind != Deformation::Kind::none) row.target_strain = schedule_.strain(done);
  if (place_.swaps) row.swap_acceptance = place_.swaps->acceptance();
  row.atoms = frame.atom_count;
  row.protocol_step = static_cast<std::int64_t>(place_.protocol_step);
  if (!std::isfinite(row.potential_energy_eV) || !std::isfinite(row.temperature_K))
    throw Error(ExitCode::unstable,
                fmt::format("{}: step {}: the potential energy is {} eV and the temperature {} K; the time step is too "
                            "long, or atoms overlap",
                            place_.label, frame.step, row.potential_energy_eV, row.temperature_K));
  file_.write(row);
  progress_.report(place_.steps_before + done, place_.label, frame.time_ps, row.temperature_K,
                   row.potential_energy_eV + row.kinetic_energy_eV, row.pressure_GPa);
}

ThermoRow thermo_row_of_state(const System& system, const ForceTotals& totals, std::size_t protocol_step) {
  ThermoRow row;
  const Mat3 kinetic = kinetic_tensor(system);
  row.step = system.step;
  row.time_ps = system.time_ps;
  row.kinetic_energy_eV = 0.5 * trace(kinetic);
  row.temperature_K = temperature_K(row.kinetic_energy_eV, degrees_of_freedom(system.atom_count, true));
  row.potential_energy_eV = totals.potential_energy;
  row.conserved_eV = row.potential_energy_eV + row.kinetic_energy_eV;
  set_cell(row, system.box, pressure_tensor(kinetic, totals.virial, system.box.volume()));
  row.atoms = system.atom_count;
  row.protocol_step = static_cast<std::int64_t>(protocol_step);
  return row;
}

ThermoRow thermo_row_at_rest(const System& system, const ForceTotals& totals, std::size_t protocol_step) {
  ThermoRow row;
  row.step = system.step;
  row.time_ps = system.time_ps;
  row.potential_energy_eV = totals.potential_energy;
  row.conserved_eV = totals.potential_energy;
  set_cell(row, system.box, (1.0 / system.box.volume()) * totals.virial);
  row.atoms = system.atom_count;
  row.protocol_step = static_cast<std::int64_t>(protocol_step);
  return row;
}

}  // namespace patina
