// SPDX-License-Identifier: BSD-3-Clause
// Vapour that comes down on a substrate along -z, atom by atom. All of it is known beforehand: atom k of N arrives before time step
// 1 + floor(k G / N) of the G during which the film grows; how many of each species there are is exact, also of each twenty in a row, whose order is random; place and
// velocity are random numbers of (seed, Stream::deposition, step, atom id). So the same atoms arrive for any ranks and threads.
//   a beam: every atom has the energy E and comes at the angle theta to -z, from any side;
//   an effusive source at T: v_x, v_y Gaussian, -v_z with the density ~ v_z exp(-m v_z^2 / 2 k_B T), mean energy 2 k_B T
//     [Maxwell's flux; e.g. Ramsey, Molecular Beams (1956), ch. II].
// An atom appears above the surface, farther than the potential reaches, and as far from all that are on their way: it brings its own energy and
// changes no other. Atoms beyond the reach of all that the substrate holds have left the surface, one by one or as dimers and more: those that go
// up are turned back, as by a lid, whenever others arrive, so that none is lost and the composition stays exact. Units: A, ps, eV, amu, K.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/state_map.hpp"
#include "md/system.hpp"

namespace patina {

struct VapourSpec {
  std::vector<std::int64_t> count;  // arriving atoms of each type
  double energy_eV = 0.1;           // of each atom of a beam; or
  std::optional<double> source_K;   // of an effusive source
  double angle_deg = 0.0;           // of a beam
  double clearance_A = 0.0;         // beyond the reach of the potential
  std::int64_t growth_steps = 1;    // time steps during which atoms arrive
};

// Velocity with which an atom arrives.
Vec3 arrival_velocity(const VapourSpec& spec, double mass_amu, std::uint64_t seed, std::int64_t step, std::int64_t id);

class Deposition {
 public:
  // Of a substrate as it stands: the ids of what arrives follow its own.
  Deposition(const VapourSpec& spec, const System& substrate);

  std::int64_t substrate_atoms() const { return substrate_atoms_; }
  std::int64_t atoms() const { return static_cast<std::int64_t>(type_.size()); }
  std::int64_t arrived() const { return arrived_; }
  std::int64_t turned_back() const { return turned_back_; }
  std::int64_t most_on_their_way() const { return most_on_their_way_; }
  double energy_eV() const { return energy_eV_; }  // that arrived

  // Whether atoms arrive after `done` time steps, before the next.
  bool due(std::int64_t done) const;
  // Of atoms above the surface: their places, on all ranks, in order of id. Forces must be those of the atoms as they stand. Collective.
  std::vector<Vec3> in_flight(const System& system) const;
  // Lets them in; forces must be those of the atoms as they stand. Afterwards those of all must be computed anew, with new lists. Gives
  // the kinetic energy that they bring, eV. Collective.
  double admit(System& system, std::int64_t done);

  void save(StateMap& state) const;
  // Into one that was made of the system that goes on, with what arrived already.
  void load(const StateMap& state, const System& system);

 private:
  std::int64_t due_after(std::int64_t arrival) const;
  Vec3 free_place(const System& system, std::int64_t id, double surface_A, const std::vector<Vec3>& others) const;
  void draw_types(std::uint64_t seed);

  VapourSpec spec_;
  std::int64_t substrate_atoms_, start_step_;
  std::vector<int> type_;  // in the order of arrival
  std::int64_t arrived_ = 0, turned_back_ = 0, most_on_their_way_ = 0;
  double energy_eV_ = 0.0;
};

}  // namespace patina
