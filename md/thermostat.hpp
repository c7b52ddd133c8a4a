// SPDX-License-Identifier: BSD-3-Clause
// Thermostats. Two act by one factor on all velocities at either end of a time step:
//   stochastic velocity rescaling, exact propagation of the kinetic energy
//     [Bussi, Donadio & Parrinello, J. Chem. Phys. 126, 014101 (2007), doi 10.1063/1.2408420, eq. A7];
//   Nose-Hoover chains (nose_hoover_chain.hpp).
// Langevin dynamics acts on each atom in the middle of the step (BAOAB: Leimkuhler & Matthews, J. Chem. Phys.
// 138, 174102 (2013), doi 10.1063/1.4802990).
// Each keeps the energy it has taken from the atoms, so that energy + energy() is conserved. Units: eV, ps,
// K.
#pragma once

#include <cstdint>
#include <memory>

#include "core/rng.hpp"
#include "core/state_map.hpp"
#include "md/motion_groups.hpp"
#include "md/system.hpp"

namespace patina {

enum class ThermostatKind { none, langevin, velocity_rescaling, nose_hoover };

struct ThermostatSpec {
  ThermostatKind kind = ThermostatKind::none;
  // Langevin: 1 / friction. Velocity rescaling: decay time of the kinetic energy. Chains: 1 / angular
  // frequency.
  double relaxation_ps = 0.1;
  int chain_length = 3;  // Nose-Hoover
};

// The two ends of a time step, which draw different random numbers.
enum class Half : std::uint32_t { first = 0, second = 1 };

// A thermostat that multiplies all velocities by one factor, computed alike on every rank.
class ScalingThermostat {
 public:
  virtual ~ScalingThermostat() = default;
  // Acts for `duration_ps` on atoms of twice the kinetic energy `twice_kinetic`; gives the factor of the
  // velocities.
  virtual double act(double twice_kinetic, double temperature_K, double duration_ps, std::int64_t step,
                     Half half) = 0;
  // Energy taken from the atoms so far, eV.
  virtual double energy() const = 0;
  virtual void save(StateMap& state) const = 0;
  virtual void load(const StateMap& state) = 0;
};

// Null for the kinds that are not scaling thermostats. Throws Error(bad_input) if the numbers make no sense.
std::unique_ptr<ScalingThermostat> make_scaling_thermostat(const ThermostatSpec& spec,
                                                           double degrees_of_freedom, double time_step_ps,
                                                           std::uint64_t seed);

// The random part of Langevin dynamics: v -> c v + sqrt((1 - c^2) kT/m) xi, c = exp(-t / relaxation).
class Langevin {
 public:
  // With zero_momentum the total momentum is taken off after each kick: the same process in the frame of the
  // centre of mass (all atoms share one friction, so the projection commutes with it), 3N - 3 degrees of
  // freedom.
  // Where there are groups it acts on the thermostatted atoms only.
  Langevin(const ThermostatSpec& spec, bool zero_momentum, const MotionGroups& groups = {});
  // Collective.
  void act(System& system, double temperature_K, double duration_ps);
  double energy() const { return energy_; }
  void save(StateMap& state) const;
  void load(const StateMap& state);

 private:
  double relaxation_ps_;
  bool zero_momentum_;
  MotionGroups groups_;
  double energy_ = 0.0;
};

// Sum of the squares of `count` independent standard normals (chi-square), by the gamma variates of Marsaglia
// & Tsang, ACM TOMS 26, 363 (2000). Uses blocks `sub`, sub + 1, ... of (seed, stream, step, id).
double sum_of_squared_normals(double count, std::uint64_t seed, Stream stream, std::uint64_t step,
                              std::uint64_t id, std::uint32_t sub = 0);

}  // namespace patina
