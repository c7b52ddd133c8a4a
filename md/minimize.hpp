// SPDX-License-Identifier: BSD-3-Clause
// FIRE 2.0: damped dynamics that speeds up downhill and stops and steps back uphill.
// [Bitzek, Koskinen, Gahler, Moseler & Gumbsch, PRL 97, 170201 (2006), doi 10.1103/PhysRevLett.97.170201;
//  Guenole, Noehring, Vaid, Houlle, Xie, Prakash & Bitzek, Comput. Mater. Sci. 175, 109584 (2020),
//  doi 10.1016/j.commatsci.2020.109584: semi-implicit Euler, half a step back at power <= 0]
// Every atom has unit mass, so masses change nothing; the fictitious time is in A/sqrt(eV). A cell that
// relaxes brings one coordinate per axis, y_a = 2 A sqrt(N) ln L_a, which makes it about as stiff as a bond,
// with the force V (P_aa - P_a) / (2 A sqrt(N)). A cell that grows or shrinks by more than a factor of two ends the
// search with Error(unstable): it was no cell of that material. Units: A, eV; pressures and stresses GPa.
#pragma once

#include <cstdint>

#include "core/state_map.hpp"
#include "md/barostat.hpp"
#include "md/system.hpp"

namespace patina {

struct MinimizeSpec {
  double max_force_eV_per_A = 1e-5;  // done when the largest force on an atom is at most this
  std::int64_t max_steps = 20000;
  bool relax_cell = false;
  CellCoupling coupling = CellCoupling::isotropic;
  std::array<bool, 3> axes = {true, true, true};  // axes that may strain; each must be periodic
  Vec3 pressure_GPa;
  double max_stress_GPa = 1e-3;  // and, if the cell relaxes, the largest deviation from the target pressure
};

class Minimizer {
 public:
  // Computes the forces. The first step puts the atoms to rest; their velocities are then those of the
  // search. Collective.
  Minimizer(const MinimizeSpec& spec, System& system, ForceField& force_field);

  // One step of the search; system.step counts it, the time stands still. Collective.
  void step();
  bool converged() const;
  bool finished() const { return converged() || steps_ >= spec_.max_steps; }

  std::int64_t steps() const { return steps_; }
  double max_force_eV_per_A() const { return max_force_; }
  double stress_deviation_GPa() const;  // 0 if the cell stands
  const ForceTotals& totals() const { return totals_; }

  void save(StateMap& state) const;
  void load(const StateMap& state);

 private:
  void evaluate();
  void check_cell() const;
  double cell_move_time(double time) const;

  MinimizeSpec spec_;
  System& system_;
  ForceField& force_field_;
  ForceTotals totals_;
  double cell_length_;   // 2 A sqrt(N)
  double start_volume_;  // A^3
  Vec3 cell_force_;     // eV/A, on y
  Vec3 cell_velocity_;  // sqrt(eV)
  double max_force_ = 0.0;
  double time_step_;  // A/sqrt(eV)
  double mixing_;
  std::int64_t steps_ = 0;
  std::int64_t downhill_steps_ = 0;  // since the power was last <= 0
};

// Runs to the end, leaves every velocity zero, and tells whether it converged. Collective.
bool minimize(const MinimizeSpec& spec, System& system, ForceField& force_field);

}  // namespace patina
