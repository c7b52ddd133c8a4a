// SPDX-License-Identifier: BSD-3-Clause
// A chain of thermostats on one kinetic energy, for the atoms and for the cell.
// [Martyna, Klein & Tuckerman, J. Chem. Phys. 97, 2635 (1992), doi 10.1063/1.463940]
// With masses Q_1 = N_f kT tau^2 and Q_k = kT tau^2 the links xi obey
//   d xi_1/dt = (2K - N_f kT)/Q_1 - xi_1 xi_2,   d xi_k/dt = (Q_(k-1) xi_(k-1)^2 - kT)/Q_k - xi_k xi_(k+1),
// and the velocities dv/dt = -xi_1 v, integrated as in Martyna, Tuckerman, Tobias & Klein, Mol. Phys. 87,
// 1117 (1996), section 4. Links may turn fast against the time given, as after a fall of the temperature to a fraction:
// then the time is taken in parts, each short enough to conserve the energy. Units: eV, ps, K.
#pragma once

#include <string>
#include <vector>

#include "core/state_map.hpp"

namespace patina {

// The energy held, sum Q_k xi_k^2/2 + kT (N_f eta_1 + eta_2 + ...), is kept instead of the positions eta,
// which move nothing. A change of temperature changes the masses at constant xi; the energy is continuous
// there.
class NoseHooverChain {
 public:
  NoseHooverChain(int length, double degrees_of_freedom, double relaxation_ps);
  // The factor of the thermostatted velocities after `duration_ps`. Throws Error(unstable) if the temperature is so far
  // from the target that the links cannot be followed.
  double act(double twice_kinetic, double temperature_K, double duration_ps);
  double energy() const { return kinetic() + heat_; }
  void save(StateMap& state, const std::string& key) const;
  void load(const StateMap& state, const std::string& key);

 private:
  double mass(std::size_t link) const;
  double kinetic() const;
  void set_temperature(double temperature_K);
  // The factor of the velocities after a time short against the links.
  double turn(double twice_kinetic, double duration_ps);
  // Pushes link k by its drive and the drag of link k + 1 for a time t.
  void push(std::size_t link, double twice_kinetic, double t);

  double degrees_of_freedom_;
  double relaxation_ps_;
  double kT_ = 0.0;
  double heat_ = 0.0;
  std::vector<double> rate_;  // xi, 1/ps
};

}  // namespace patina
