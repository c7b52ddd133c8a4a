// SPDX-License-Identifier: BSD-3-Clause
// Vapour, substrates and films without forces. Truths: kinetic energies and angles by hand; the distribution of a Maxwell flux in closed
// form (Kolmogorov-Smirnov, and <E> = 2 k_B T); times k G / N; distances between all pairs by brute force; the layers a crystal was
// built of; a column of atoms at even heights.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/units.hpp"
#include "md/composition.hpp"
#include "md/deposition.hpp"
#include "md/film.hpp"
#include "md/lattice.hpp"
#include "md/substrate.hpp"
#include "statistics.hpp"

namespace patina::test {
namespace {

using testing::kolmogorov_smirnov_p;

constexpr double copper_amu = 63.546;

double energy_of(const Vec3& v) { return 0.5 * copper_amu * dot(v, v) * units::eV_per_amu_velocity_sq; }

TEST(Vapour, ABeamHasOneEnergyAndOneAngle) {
  VapourSpec spec;
  spec.energy_eV = 0.7;
  spec.angle_deg = 30.0;
  Vec3 mean;
  constexpr int atoms = 4000;
  for (int id = 1; id <= atoms; ++id) {
    const Vec3 v = arrival_velocity(spec, copper_amu, 5, 10, id);
    EXPECT_NEAR(energy_of(v), 0.7, 1e-12);
    EXPECT_NEAR(-v[2] / norm(v), std::sqrt(0.75), 1e-12);
    for (int d = 0; d < 2; ++d) mean[d] += v[d] / norm(v) / atoms;
  }
  // Each component of the direction is sin 30 deg times a cosine: of variance 1/8.
  for (int d = 0; d < 2; ++d) EXPECT_LT(std::abs(mean[d]), 4.0 * std::sqrt(0.125 / atoms));
}

TEST(Vapour, ASourceHasTheDistributionOfAFlux) {
  VapourSpec spec;
  spec.source_K = 2000.0;
  const double kT = units::boltzmann_eV_per_K * 2000.0, width = std::sqrt(kT / copper_amu * units::accel_per_force_over_mass);
  std::vector<double> down, side;
  double mean_eV = 0.0;
  constexpr int atoms = 4000;
  for (int id = 1; id <= atoms; ++id) {
    const Vec3 v = arrival_velocity(spec, copper_amu, 5, 10, id);
    down.push_back(-v[2] / width);
    side.push_back(v[0] / width);
    side.push_back(v[1] / width);
    mean_eV += energy_of(v) / atoms;
  }
  EXPECT_GT(*std::min_element(down.begin(), down.end()), 0.0);
  EXPECT_GT(kolmogorov_smirnov_p(down, [](double v) { return 1.0 - std::exp(-0.5 * v * v); }), 1e-3);
  EXPECT_GT(kolmogorov_smirnov_p(side, [](double v) { return 0.5 * std::erfc(-v / std::sqrt(2.0)); }), 1e-3);
  // E / kT is a gamma variate of shape 2, and of variance 2.
  EXPECT_NEAR(mean_eV, 2.0 * kT, 4.0 * kT * std::sqrt(2.0 / atoms));
}

System crystal(const Comm& comm, const std::array<int, 3>& repeat, bool open) {
  Structure structure = make_solid_solution({"fcc", 3.6, 1.0, repeat}, {{"Cu"}, {1.0}}, 1);
  if (open) structure.box = Box(structure.box.edges(), {}, {true, true, false});
  structure.species.push_back("Zr");
  structure.mass.push_back(91.224);
  return make_system(comm, structure, 7);
}

std::vector<Vec3> places_by_id(const System& system) { return whole_sample(system).position; }

// Atoms of ids up to `last` feel a force.
void bind(System& system, std::int64_t last) {
  const auto force = Kokkos::create_mirror_view(HostSpace{}, system.atoms.force);
  const auto id = Kokkos::create_mirror_view_and_copy(HostSpace{}, system.atoms.id);
  for (int i = 0; i < system.atoms.local; ++i)
    for (int d = 0; d < 3; ++d) force(i, d) = d == 2 && id(i) <= last ? 0.1 : 0.0;
  Kokkos::deep_copy(system.atoms.force, force);
}

// One a time step.
VapourSpec three_atoms() {
  VapourSpec spec;
  spec.count = {3, 0};
  spec.clearance_A = 5.0;
  spec.growth_steps = 3;
  return spec;
}

TEST(Deposition, AtomsArriveWhenTheyAreDueAndFarFromAllOthers) {
  const Comm world = Comm::world();
  System system = crystal(world, {4, 4, 3}, true);
  const std::int64_t substrate = system.atom_count;
  VapourSpec spec;
  spec.count = {41, 19};
  spec.clearance_A = 5.0;
  spec.growth_steps = 77;
  Deposition deposition(spec, system);
  double energy = 0.0;
  for (std::int64_t done = 0; done < 90; ++done) {
    std::int64_t truth = 0;
    for (std::int64_t k = 0; k < 60; ++k) truth += std::floor(static_cast<double>(k) * 77.0 / 60.0) <= static_cast<double>(done);
    if (deposition.due(done)) {
      bind(system, substrate);
      energy += deposition.admit(system, done);
    }
    EXPECT_EQ(system.atom_count, substrate + truth) << done;
    ++system.step;
  }
  EXPECT_NEAR(energy, 60 * 0.1, 1e-9);
  EXPECT_EQ(system.species.count[1], 19);
  const Structure all = whole_sample(system);
  const std::vector<int> arrived(all.type.begin() + substrate, all.type.end());
  EXPECT_EQ(std::count(arrived.begin(), arrived.end(), 1), 19);
  // Of each twenty in a row 20 * 19 / 60, within an atom; in no order that repeats itself.
  for (int b = 0; b < 3; ++b) EXPECT_NEAR(static_cast<double>(std::count(arrived.begin() + 20 * b, arrived.begin() + 20 * (b + 1), 1)), 19.0 / 3.0, 1.0);
  EXPECT_FALSE(std::equal(arrived.begin(), arrived.begin() + 20, arrived.begin() + 20));
  double highest = 0.0, least = 1e9;
  for (std::int64_t k = 0; k < substrate; ++k) highest = std::max(highest, all.position[static_cast<std::size_t>(k)][2]);
  for (std::size_t a = static_cast<std::size_t>(substrate); a < all.size(); ++a) {
    EXPECT_GE(all.position[a][2], highest + 5.0 - 1e-9);
    for (std::size_t b = 0; b < a; ++b)
      for (int i = -1; i <= 1; ++i)
        for (int j = -1; j <= 1; ++j) {
          const int n[3] = {i, j, 0};
          least = std::min(least, norm(all.position[a] - all.position[b] + all.box.translation(n)));
        }
  }
  EXPECT_GT(least, 5.0);
  EXPECT_EQ(deposition.most_on_their_way(), 60);
}

TEST(Deposition, WhatLeavesTheSurfaceIsTurnedBack) {
  const Comm world = Comm::world();
  System system = crystal(world, {3, 3, 3}, true);
  const std::int64_t substrate = system.atom_count;
  Deposition deposition(three_atoms(), system);
  const auto admit = [&](std::int64_t done) {
    bind(system, substrate);
    deposition.admit(system, done);
  };
  admit(0);
  // All atoms fly up; only the one that feels no force has left.
  const auto velocity = Kokkos::create_mirror_view(HostSpace{}, system.atoms.velocity);
  Kokkos::deep_copy(velocity, 3.0);
  Kokkos::deep_copy(system.atoms.velocity, velocity);
  admit(1);
  EXPECT_EQ(deposition.turned_back(), 1);
  const Structure all = whole_sample(system);
  EXPECT_EQ(all.velocity[0][2], 3.0);
  EXPECT_EQ(all.velocity[static_cast<std::size_t>(substrate)][2], -3.0);
  EXPECT_EQ(all.velocity[static_cast<std::size_t>(substrate)][0], 3.0);
  bind(system, substrate);
  EXPECT_EQ(deposition.in_flight(system).size(), 2u);
}

// Two atoms that pull at each other, 3 A apart and out of reach of all others, are vapour: they are sent down as one, and what comes next arrives above the
// substrate, not above them. By hand: the velocity of their centre is turned round, that of each about it stays.
TEST(Deposition, ADimerThatLeavesTheSurfaceIsVapour) {
  const Comm world = Comm::world();
  System system = crystal(world, {4, 4, 3}, true);
  const std::int64_t substrate = system.atom_count;
  Deposition deposition(three_atoms(), system);
  double top = 0.0;
  for (const Vec3& place : places_by_id(system)) top = std::max(top, place[2]);
  for (const std::int64_t done : {0, 1}) {
    bind(system, substrate);
    deposition.admit(system, done);
  }
  const auto fly = [&](double height) {
    const auto position = Kokkos::create_mirror_view_and_copy(HostSpace{}, system.atoms.position);
    const auto velocity = Kokkos::create_mirror_view_and_copy(HostSpace{}, system.atoms.velocity);
    const auto id = Kokkos::create_mirror_view_and_copy(HostSpace{}, system.atoms.id);
    for (int i = 0; i < system.atoms.local; ++i)
      if (const std::int64_t k = id(i) - substrate; k > 0) {
        position(i, 0) = k == 1 ? 0.5 : 4 * 3.6 - 1.5;  // nearest through the face of the cell
        position(i, 1) = 1.0;
        position(i, 2) = top + height + (k == 1 ? 0.0 : std::sqrt(5.0));
        velocity(i, 2) = k == 1 ? 3.0 : -1.0;
      }
    Kokkos::deep_copy(system.atoms.position, position);
    Kokkos::deep_copy(system.atoms.velocity, velocity);
    bind(system, substrate + 2);
  };
  fly(4.9);  // within reach: of the surface still
  EXPECT_TRUE(deposition.in_flight(system).empty());
  fly(60.0);
  EXPECT_EQ(deposition.in_flight(system).size(), 2u);
  deposition.admit(system, 2);
  EXPECT_EQ(deposition.turned_back(), 2);
  const Structure all = whole_sample(system);
  const auto first = static_cast<std::size_t>(substrate);
  EXPECT_NEAR(all.velocity[first][2], 1.0, 1e-12);
  EXPECT_NEAR(all.velocity[first + 1][2], -3.0, 1e-12);
  EXPECT_GE(all.position[first + 2][2], top + 5.0 - 1e-9);
  EXPECT_LT(all.position[first + 2][2], top + 20.0);
}

TEST(Substrate, AHotCrystalIsCutBetweenItsLayers) {
  const Comm world = Comm::world();
  System system = crystal(world, {3, 3, 4}, false);
  const std::vector<Vec3> sites = places_by_id(system);
  // Every atom off its site by up to 0.4 A along z, so that those of the lowest layer are on both sides of the cell's face.
  const double height = system.box.edges()[2][2];
  const auto position = Kokkos::create_mirror_view_and_copy(HostSpace{}, system.atoms.position);
  const auto id = Kokkos::create_mirror_view_and_copy(HostSpace{}, system.atoms.id);
  for (int i = 0; i < system.atoms.local; ++i) {
    const double z = position(i, 2) + 0.4 * std::sin(7.0 * static_cast<double>(id(i)));
    position(i, 2) = z < 0.0 ? z + height : z;
  }
  Kokkos::deep_copy(system.atoms.position, position);
  EXPECT_TRUE(open_along_z(system, 30.0));
  EXPECT_FALSE(system.box.periodic(2));
  EXPECT_FALSE(open_along_z(system, 20.0));
  const std::vector<Vec3> places = places_by_id(system);
  double lowest = 1e9, highest = -1e9;
  for (std::size_t k = 0; k < places.size(); ++k) {
    // Whole again, wherever the cut went.
    const double off = places[k][2] - sites[k][2], layers = std::round(off / height);
    EXPECT_LE(std::abs(off - layers * height), 0.4 + 1e-9) << k;
    lowest = std::min(lowest, places[k][2]);
    highest = std::max(highest, places[k][2]);
  }
  EXPECT_NEAR(highest - lowest, height - 1.8, 0.8);
  EXPECT_NEAR(system.box.origin()[2] + system.box.edges()[2][2], highest + 30.0, 1e-9);
  const std::vector<unsigned char> motion = motion_in_layers(system, {3.0, 4.0});
  for (std::size_t k = 0; k < places.size(); ++k) {
    const double above = places[k][2] - lowest;
    EXPECT_EQ(motion[k], static_cast<unsigned char>(above <= 3.0 ? Motion::still : above <= 7.0 ? Motion::thermostatted : Motion::free)) << k;
  }
}

TEST(Substrate, FaultsAreNamed) {
  const Comm world = Comm::world();
  const System system = crystal(world, {5, 5, 4}, true);
  const Structure slab = whole_sample(system);
  EXPECT_EQ(fault_of_substrate(slab, {4.0, 4.0}), "");
  EXPECT_EQ(fault_of_substrate(system, {4.0, 4.0}), "");
  EXPECT_EQ(fault_of_substrate(slab, {6.6, 6.1}), "the sample is 12.6 A thick along z: rigid_A + thermostat_A = 12.7 A leave nothing of it free");
  EXPECT_EQ(fault_of_substrate(system, {6.6, 6.1}), "the sample is 12.6 A thick along z: rigid_A + thermostat_A = 12.7 A leave nothing of it free");
  Structure hole = slab;
  std::vector<std::size_t> kept;
  hole.position.clear();
  for (const Vec3& r : slab.position)
    if (r[0] > 7.0 || r[1] > 7.0 || r[2] < 5.0) hole.position.push_back(r);
  EXPECT_EQ(fault_of_substrate(hole, {4.0, 4.0}).find("the sample is no closed layer: at 0.17 a + 0.17 b nothing stands higher than"), 0u);
  Structure wire = slab;
  wire.box = Box(slab.box.edges(), {}, {true, false, false});
  EXPECT_EQ(fault_of_substrate(wire, {1.0, 1.0}), "axis y of the sample is free: vapour along z needs a substrate that is periodic along x and y");
  Structure leaning = slab;
  Mat3 edges = slab.box.edges();
  edges[0][2] = 0.5;
  leaning.box = Box(edges, {}, {true, true, false});
  EXPECT_EQ(fault_of_substrate(leaning, {1.0, 1.0}), "edges a and b of the cell lean out of the plane of x and y: vapour comes along z");
}

// Ten atoms of a substrate, and sixty of a film one above the other, each 0.5 A higher than the one before.
System column(const Comm& comm) {
  Structure structure;
  structure.box = Box(diagonal({{4.0, 5.0, 40.0}}), {}, {true, true, false});
  structure.species = {"Cu", "Zr"};
  structure.mass = {copper_amu, 91.224};
  for (int k = 0; k < 70; ++k) {
    structure.id.push_back(k + 1);
    structure.type.push_back(k % 2);
    // The film's ids in no order of height.
    const int level = k < 10 ? k : 10 + (k - 10) * 7 % 60;
    structure.position.push_back({{1.0, 2.0, 1.0 + 0.5 * level}});
    structure.velocity.push_back({{0.0, 0.0, 0.01 * k}});
    structure.image.push_back({0, 0, 0});
  }
  return make_system(comm, structure, 1);
}

TEST(Film, DensityOfTheMiddle) {
  const Comm world = Comm::world();
  const System system = column(world);
  const FilmReport report = report_film(system, 10);
  EXPECT_EQ(report.atoms, 60);
  EXPECT_EQ(report.substrate_atoms, 0);
  EXPECT_NEAR(report.density_inv_A3, 1.0 / (20.0 * 0.5), 1e-12);
  EXPECT_NEAR(report.thickness_A, 30.0, 1e-9);
  // 1 amu/A^3 = 1.66054 g/cm^3; as many of either kind.
  EXPECT_NEAR(report.density_g_per_cm3, 0.1 * 0.5 * (copper_amu + 91.224) * 1.66053906660, 1e-9);
}

TEST(Film, IsCutAtHeights) {
  const Comm world = Comm::world();
  const System system = column(world);
  const Structure all = whole_sample(system);
  const Structure film = cut_film(all, {10, 0.0, 1.0, false, 1.5});
  EXPECT_EQ(film.size(), 60u);
  EXPECT_EQ(film.type, std::vector<int>(all.type.begin() + 10, all.type.end()));
  EXPECT_EQ(film.position, std::vector<Vec3>(all.position.begin() + 10, all.position.end()));
  EXPECT_EQ(film.velocity, std::vector<Vec3>(all.velocity.begin() + 10, all.velocity.end()));
  EXPECT_EQ(film.box.edges()[2][2], 29.5);  // from the lowest to the highest
  EXPECT_EQ(film.box.origin()[2], 6.0);
  EXPECT_FALSE(film.box.periodic(2));
  EXPECT_EQ(kept_atoms({10, 0.25, 0.5, true, 2.0}, 60), 15);
  const Structure middle = cut_film(all, {10, 0.25, 0.5, true, 2.0});
  EXPECT_EQ(middle.size(), 15u);
  EXPECT_TRUE(middle.box.periodic(2));
  EXPECT_NEAR(middle.box.edges()[2][2], 15 * 0.5 + 2.0, 1e-12);  // as dense as the film, but for the gap
  EXPECT_NEAR(middle.box.origin()[2], 1.0 + 0.5 * 24.5, 1e-12);
  for (std::size_t k = 0; k < middle.size(); ++k) {
    EXPECT_EQ(middle.id[k], static_cast<std::int64_t>(k) + 1);
    EXPECT_GT(middle.position[k][2], middle.box.origin()[2]);
    EXPECT_LT(middle.position[k][2], middle.box.origin()[2] + 7.5);
  }
}

}  // namespace
}  // namespace patina::test
