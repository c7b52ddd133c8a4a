// SPDX-License-Identifier: BSD-3-Clause
// Motion of the atoms: velocity Verlet, with a thermostat and a barostat around it.
//   thermostat, barostat; half kick; drift of atoms and cell; forces; half kick; barostat, thermostat
// Every part but the forces is an exact flow of its own piece of the equations of motion (thermostat.hpp,
// barostat.hpp), arranged symmetrically: second order in the time step, reversible where the pieces are.
// A prescribed deformation carries atoms and cell along as a barostat does (SLLOD; Evans & Morriss, Statistical Mechanics of
// Nonequilibrium Liquids, 2nd ed. (2008), doi 10.1017/CBO9780511535307):
//   dr/dt = v + G r,  dv/dt = F/m - G v,  dE/dt = -V sum_ab P_ab G_ab   (v: without the flow; what thermostats act on)
// for axes within the drift, and for simple shears as maps of their own around drift and kicks.
// Langevin noise stands between two half drifts (BAOAB). [Swope, Andersen, Berens & Wilson, J. Chem. Phys.
// 76, 637 (1982); Tuckerman, Berne & Martyna, J. Chem. Phys. 97, 1990 (1992), doi 10.1063/1.463137] Units: A,
// ps, eV, amu, K; target pressures GPa.
#pragma once

#include <memory>
#include <optional>

#include "core/state_map.hpp"
#include "md/barostat.hpp"
#include "md/motion_groups.hpp"
#include "md/system.hpp"
#include "md/thermostat.hpp"

namespace patina {

struct EnsembleSpec {
  double time_step_ps = 0.002;
  ThermostatSpec thermostat;
  BarostatSpec barostat;
  // The total momentum is zero and stays so: 3N - 3 degrees of freedom. False, for atoms in an outer field:
  // 3N.
  bool zero_momentum = true;
  // A cell that a step shears is spanned anew by less tilted edges whenever it can be: for steps in which nothing follows wave vectors.
  bool turns_cell = false;
  // If there are any: some atoms stand still, Langevin dynamics acts on some only. Not with barostats and the other thermostats, nor with
  // zero_momentum.
  MotionGroups groups;
  // A temperature above this, or none, is an exploding sample: Error(unstable) on all ranks.
  double max_temperature_K = 1e6;
};

// v_a <- v_a exp(-damping_a t) + F_a/m t exp(-damping_a t/2) sinhc(damping_a t/2), the exact flow for a time
// t.
void half_kick(System& system, double t, const Vec3& damping);
// r_a <- o_a + (r_a - o_a) exp(rate_a t) + v_a t exp(rate_a t/2) sinhc(rate_a t/2); edges grow by exp(rate_a
// t).
void drift(System& system, double t, const Vec3& rate);

// r_a <- r_a + amount (r_b - o_b) and the same for edges, a = along, b = across: a simple shear by `amount`.
void shear_places(System& system, int along, int across, double amount);
// v_a <- v_a - amount v_b.
void shear_velocities(System& system, int along, int across, double amount);

class Integrator {
 public:
  // Computes the forces, so that the totals of the starting state are known. Collective. Throws
  // Error(bad_input) for an ensemble that makes no sense.
  Integrator(const EnsembleSpec& spec, System& system, ForceField& force_field);

  // Forces and totals anew for the state as it is: after a checkpoint, so that a run and its continuation find their
  // atoms in the same order. The kinetic energy stays what the thermostat made of it, as in a state that was saved and
  // loaded: summed anew it would differ in the last bit. Collective.
  void refresh();
  // The same after atoms changed places at random by the temperature (md/species_swap.hpp): what that changed the potential energy by is
  // heat that they got. The last step must have been tallied.
  void refresh_with_heat();

  // After atoms have come in from outside with so much energy (eV), and no others have changed: forces and totals anew. Collective.
  void take_in(double energy_eV);

  // One time step. The targets hold for the whole of it. With `tally`, the totals and energies below are
  // those of the new state; without, they may be older. Collective.
  void step(const Targets& targets, bool tally);

  const ForceTotals& totals() const { return totals_; }
  double kinetic_energy() const { return 0.5 * trace(kinetic_); }  // eV
  double temperature() const;                                      // K
  Mat3 pressure() const;                                           // eV/A^3
  double degrees_of_freedom() const { return degrees_of_freedom_; }
  // Energy of the atoms plus the heat and work they have given away since the start (or the state loaded), less what came in
  // with others: in NVE the energy itself, and as constant in every other ensemble, through ramps too. eV.
  double conserved_energy() const;

  // Every number that acts on later steps and is not in the system. Alike on all ranks.
  void save(StateMap& state) const;
  void load(const StateMap& state);

 private:
  void take(const ForceTotals& totals, Tally wanted);
  void turn_thermostat(const Targets& targets, Half half);
  void move(const Targets& targets);
  void kick(const Targets& targets, Half half);
  double deformation_power(const Targets& targets) const;
  void measure_kinetic();
  CellState cell_state() const;
  Vec3 cell_rate(const Targets& targets) const { return targets.strain_rate_per_ps + (barostat_ ? barostat_->rate() : Vec3{}); }
  Vec3 damping(const Targets& targets) const { return targets.strain_rate_per_ps + (barostat_ ? barostat_->damping() : Vec3{}); }

  EnsembleSpec spec_;
  System& system_;
  ForceField& force_field_;
  double degrees_of_freedom_;
  std::unique_ptr<ScalingThermostat> thermostat_;
  std::optional<Langevin> langevin_;
  std::unique_ptr<Barostat> barostat_;
  ForceTotals totals_;
  bool energy_is_new_ = true;  // the totals hold the potential energy of the last forces, not of earlier ones
  Mat3 kinetic_;  // sum m v v, eV
  double work_ = 0.0;  // eV, done by the atoms against prescribed deformations, less the heat from exchanges of atoms
  double taken_in_ = 0.0;  // eV, with atoms from outside
  // The clock is start + steps * time step: no rounding adds up.
  std::int64_t start_step_;
  double start_time_ps_;
};

}  // namespace patina
