// SPDX-License-Identifier: BSD-3-Clause
#include "md/integrate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/elementary.hpp"
#include "core/error.hpp"
#include "core/units.hpp"
#include "md/kinetic.hpp"
#include "md/turn_cell.hpp"

namespace patina {

namespace {

// Integral of exp(-x s) over s in [0, 1]; series where the quotient loses digits.
double mean_decay(double x) {
  return std::abs(x) < 1e-5 ? 1.0 - 0.5 * x * (1.0 - x / 3.0) : -elementary::expm1(-x) / x;
}

}  // namespace

void half_kick(System& system, double t, const Vec3& damping) {
  const auto velocity = system.atoms.velocity;
  const auto force = system.atoms.force;
  const auto type = system.atoms.type;
  const auto mass = system.mass;
  Vec3 keep, gain;
  for (int d = 0; d < 3; ++d) {
    keep[d] = elementary::exp(-damping[d] * t);
    gain[d] = t * mean_decay(damping[d] * t) * units::accel_per_force_over_mass;
  }
  Kokkos::parallel_for(
      "half_kick", Range(0, system.atoms.local), KOKKOS_LAMBDA(int i) {
        const double inverse_mass = 1.0 / mass(type(i));
        for (int d = 0; d < 3; ++d)
          velocity(i, d) = keep[d] * velocity(i, d) + gain[d] * force(i, d) * inverse_mass;
      });
}

void drift(System& system, double t, const Vec3& rate) {
  const auto position = system.atoms.position;
  const auto velocity = system.atoms.velocity;
  const Vec3 origin = system.box.origin();
  Vec3 growth, gain;
  for (int d = 0; d < 3; ++d) {
    growth[d] = elementary::expm1(rate[d] * t);
    gain[d] = t * mean_decay(-rate[d] * t);
  }
  Kokkos::parallel_for(
      "drift", Range(0, system.atoms.local), KOKKOS_LAMBDA(int i) {
        for (int d = 0; d < 3; ++d)
          position(i, d) += growth[d] * (position(i, d) - origin[d]) + gain[d] * velocity(i, d);
      });
  if (rate == Vec3{}) return;
  Mat3 edges = system.box.edges();
  for (int i = 0; i < 3; ++i)
    for (int d = 0; d < 3; ++d) edges[i][d] += growth[d] * edges[i][d];
  system.box = system.box.with_edges(edges);
}

void shear_places(System& system, int along, int across, double amount) {
  const auto position = system.atoms.position;
  const double origin = system.box.origin()[across];
  Kokkos::parallel_for(
      "shear_places", Range(0, system.atoms.local), KOKKOS_LAMBDA(int i) { position(i, along) += amount * (position(i, across) - origin); });
  Mat3 edges = system.box.edges();
  for (int k = 0; k < 3; ++k) edges[k][along] += amount * edges[k][across];
  system.box = system.box.with_edges(edges);
}

void shear_velocities(System& system, int along, int across, double amount) {
  const auto velocity = system.atoms.velocity;
  Kokkos::parallel_for(
      "shear_velocities", Range(0, system.atoms.local), KOKKOS_LAMBDA(int i) { velocity(i, along) -= amount * velocity(i, across); });
}

Integrator::Integrator(const EnsembleSpec& spec, System& system, ForceField& force_field)
    : spec_(spec),
      system_(system),
      force_field_(force_field),
      degrees_of_freedom_(patina::degrees_of_freedom(system.atom_count - spec.groups.still, spec.zero_momentum)),
      start_step_(system.step),
      start_time_ps_(system.time_ps) {
  if (!(spec.time_step_ps > 0.0) || !std::isfinite(spec.time_step_ps))
    throw Error(ExitCode::bad_input,
                fmt::format("time_step_ps is {}; it must be above 0", spec.time_step_ps));
  if (spec.barostat.kind != BarostatKind::none && spec.thermostat.kind == ThermostatKind::none)
    throw Error(ExitCode::bad_input,
                "a barostat needs a thermostat: its own motion is kept at the temperature");
  thermostat_ = make_scaling_thermostat(spec.thermostat, degrees_of_freedom_, spec.time_step_ps, system.seed);
  if (spec.groups.any()) {
    require(spec.barostat.kind == BarostatKind::none && !thermostat_ && !spec.zero_momentum, "groups of atoms beside what acts on all");
    stop_still_atoms(system, spec.groups);
  }
  if (spec.thermostat.kind == ThermostatKind::langevin)
    langevin_.emplace(spec.thermostat, spec.zero_momentum, spec.groups);
  barostat_ = make_barostat(spec.barostat, system.box, degrees_of_freedom_, spec.time_step_ps, system.seed);
  refresh();
  measure_kinetic();
}

void Integrator::refresh() { take(force_field_.compute(system_, Tally::energy), Tally::energy); }

void Integrator::refresh_with_heat() {
  require(energy_is_new_, "Integrator: the energy before atoms changed places is not known");
  const double before = totals_.potential_energy;
  refresh();
  work_ -= totals_.potential_energy - before;
}

void Integrator::take_in(double energy_eV) {
  taken_in_ += energy_eV;
  degrees_of_freedom_ = patina::degrees_of_freedom(system_.atom_count - spec_.groups.still, spec_.zero_momentum);
  refresh();
  measure_kinetic();
}

void Integrator::step(const Targets& targets, bool tally) {
  const double dt = spec_.time_step_ps;
  const bool deforms = targets.deforms();
  // Now, when the cell and its atoms stand on the engine's grid: there it is exact.
  if (spec_.turns_cell && targets.shears_cell()) turn_cell(system_, targets.shears[0].along);
  const Tally wanted = tally ? Tally::energy : barostat_ || deforms ? Tally::virial : Tally::forces;
  turn_thermostat(targets, Half::first);
  if (barostat_) barostat_->first_half(cell_state(), targets, system_.step);
  if (deforms) work_ += 0.5 * dt * deformation_power(targets);

  kick(targets, Half::first);
  move(targets);
  take(force_field_.compute(system_, wanted), wanted);
  kick(targets, Half::second);

  if (tally || thermostat_ || barostat_ || deforms) measure_kinetic();
  if (deforms) work_ += 0.5 * dt * deformation_power(targets);
  if (barostat_) barostat_->second_half(cell_state(), targets);
  turn_thermostat(targets, Half::second);

  ++system_.step;
  system_.time_ps = start_time_ps_ + static_cast<double>(system_.step - start_step_) * spec_.time_step_ps;
}

void Integrator::kick(const Targets& targets, Half half) {
  const double t = 0.5 * spec_.time_step_ps;
  const auto shear = [&](const ShearRate& one) {
    if (one.rate_per_ps != 0.0) shear_velocities(system_, one.along, one.across, t * one.rate_per_ps);
  };
  // In the reverse order, as all of the second half.
  if (half == Half::second) std::for_each(targets.shears.rbegin(), targets.shears.rend(), shear);
  half_kick(system_, t, damping(targets));
  if (spec_.groups.still > 0) stop_still_atoms(system_, spec_.groups);
  if (half == Half::first) std::for_each(targets.shears.begin(), targets.shears.end(), shear);
}

// What the atoms give away: V sum_ab P_ab G_ab, eV/ps. The virial must be that of the state as it stands.
double Integrator::deformation_power(const Targets& targets) const {
  const Mat3 p = pressure();
  double power = 0.0;
  for (const ShearRate& shear : targets.shears) power += p[shear.along][shear.across] * shear.rate_per_ps;
  for (int d = 0; d < 3; ++d) power += p[d][d] * targets.strain_rate_per_ps[d];
  return system_.box.volume() * power;
}

void Integrator::take(const ForceTotals& totals, Tally wanted) {
  energy_is_new_ = wanted == Tally::energy;
  if (wanted == Tally::forces) return;
  if (totals.overlap)
    throw Error(ExitCode::unstable,
                fmt::format("step {}: {}{}", totals.overlap->step, describe(*totals.overlap, system_),
                            advice(*totals.overlap, spec_.time_step_ps)));
  const double energy = totals_.potential_energy;
  const long long beyond = totals_.beyond_table;
  totals_ = totals;
  if (wanted == Tally::energy) return;
  totals_.potential_energy = energy;
  totals_.beyond_table = beyond;
}

void Integrator::turn_thermostat(const Targets& targets, Half half) {
  if (!thermostat_) return;
  const double factor =
      thermostat_->act(trace(kinetic_), targets.temperature_K, 0.5 * spec_.time_step_ps, system_.step, half);
  scale_velocities(system_, factor);
  kinetic_ = factor * factor * kinetic_;
}

void Integrator::move(const Targets& targets) {
  const double dt = spec_.time_step_ps;
  const auto shear = [&](const ShearRate& one) {
    if (one.rate_per_ps != 0.0) shear_places(system_, one.along, one.across, 0.5 * dt * one.rate_per_ps);
  };
  const Vec3 rate = cell_rate(targets);
  std::for_each(targets.shears.begin(), targets.shears.end(), shear);
  if (langevin_) {
    drift(system_, 0.5 * dt, rate);
    langevin_->act(system_, targets.temperature_K, dt);
    drift(system_, 0.5 * dt, rate);
  } else {
    drift(system_, dt, rate);
  }
  std::for_each(targets.shears.rbegin(), targets.shears.rend(), shear);
}

// All ranks hold the same sums, so all throw or none.
void Integrator::measure_kinetic() {
  kinetic_ = kinetic_tensor(system_);
  if (temperature() <= spec_.max_temperature_K && std::isfinite(totals_.potential_energy)) return;
  throw Error(
      ExitCode::unstable,
      fmt::format("step {}: temperature {:.6g} K (at most {:.6g} K is allowed), potential energy {:.6g} eV{}{}: "
                  "the sample is exploding. Try a shorter time step than {:.6g} fs, or minimise first",
                  system_.step, temperature(), spec_.max_temperature_K, totals_.potential_energy,
                  energy_is_new_ ? "" : " when it was last summed",
                  overlap_clause(system_, force_field_), 1000.0 * spec_.time_step_ps));
}

double Integrator::temperature() const { return temperature_K(kinetic_energy(), degrees_of_freedom_); }

Mat3 Integrator::pressure() const { return pressure_tensor(kinetic_, totals_.virial, system_.box.volume()); }

CellState Integrator::cell_state() const {
  const Mat3 p = pressure();
  return {{{p[0][0], p[1][1], p[2][2]}}, system_.box.volume(), trace(kinetic_)};
}

double Integrator::conserved_energy() const {
  double energy = kinetic_energy() + totals_.potential_energy + work_ - taken_in_;
  if (thermostat_) energy += thermostat_->energy();
  if (langevin_) energy += langevin_->energy();
  if (barostat_) energy += barostat_->energy();
  return energy;
}

void Integrator::save(StateMap& state) const {
  // The kinetic energy was scaled, not summed anew, by the thermostat at the end of the step.
  std::vector<double> kinetic;
  for (const auto& row : kinetic_.m) kinetic.insert(kinetic.end(), row, row + 3);
  state["integrator/kinetic"] = kinetic;
  state["integrator/clock"] = {static_cast<double>(start_step_), start_time_ps_};
  state["integrator/work"] = {work_};
  if (spec_.groups.any()) state["integrator/taken_in"] = {taken_in_};
  if (thermostat_) thermostat_->save(state);
  if (langevin_) langevin_->save(state);
  if (barostat_) barostat_->save(state);
}

void Integrator::load(const StateMap& state) {
  const auto& kinetic = state_of(state, "integrator/kinetic", 9);
  for (int k = 0; k < 9; ++k) kinetic_[k / 3][k % 3] = kinetic[static_cast<std::size_t>(k)];
  const auto& clock = state_of(state, "integrator/clock", 2);
  start_step_ = static_cast<std::int64_t>(clock[0]);
  start_time_ps_ = clock[1];
  work_ = state_of(state, "integrator/work", 1)[0];
  if (spec_.groups.any()) taken_in_ = state_of(state, "integrator/taken_in", 1)[0];
  if (thermostat_) thermostat_->load(state);
  if (langevin_) langevin_->load(state);
  if (barostat_) barostat_->load(state);
}

}  // namespace patina
