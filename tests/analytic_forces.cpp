// SPDX-License-Identifier: BSD-3-Clause
#include "analytic_forces.hpp"

#include <cmath>

#include "core/rng.hpp"
#include "core/units.hpp"

namespace patina::testing {

ForceTotals IdealGas::compute(System& system, Tally) {
  Kokkos::deep_copy(system.atoms.force, 0.0);
  return {};
}

ElasticWells::ElasticWells(const System& system, double spring, double quartic)
    : anchor_("anchor", static_cast<std::size_t>(system.atom_count)),
      reference_(system.box),
      spring_(spring),
      quartic_(quartic) {
  const auto places = all_positions(system);
  const auto host = Kokkos::create_mirror_view(anchor_);
  for (std::size_t k = 0; k < places.size(); ++k) {
    const Vec3 s = system.box.to_fractional(places[k]);
    for (int d = 0; d < 3; ++d) host(k, d) = s[d];
  }
  Kokkos::deep_copy(anchor_, host);
}

ForceTotals ElasticWells::compute(System& system, Tally) {
  const auto position = system.atoms.position;
  const auto force = system.atoms.force;
  const auto id = system.atoms.id;
  const auto anchor = anchor_;
  const Box box = system.box;
  const double spring = spring_, quartic = quartic_;
  double sum[4] = {};
  Kokkos::parallel_reduce(
      "elastic_wells", Range(0, system.atoms.local),
      KOKKOS_LAMBDA(int i, double& energy, double& wx, double& wy, double& wz) {
        const auto row = id(i) - 1;
        const Vec3 home = box.to_cartesian({{anchor(row, 0), anchor(row, 1), anchor(row, 2)}});
        const Vec3 u = Vec3{{position(i, 0), position(i, 1), position(i, 2)}} - home;
        const double u_sq = dot(u, u);
        const double stiffness = spring + quartic * u_sq;
        for (int d = 0; d < 3; ++d) force(i, d) = -stiffness * u[d];
        energy += 0.5 * spring * u_sq + 0.25 * quartic * u_sq * u_sq;
        wx -= stiffness * u[0] * u[0];
        wy -= stiffness * u[1] * u[1];
        wz -= stiffness * u[2] * u[2];
      },
      sum[0], sum[1], sum[2], sum[3]);
  system.comm->sum(sum, 4);
  ForceTotals totals;
  totals.potential_energy = sum[0];
  const double volume_strain = std::log(box.volume() / reference_.volume());
  if (!per_axis) totals.potential_energy += 0.5 * cell_stiffness * volume_strain * volume_strain;
  for (int d = 0; d < 3; ++d) {
    const double strain = std::log(box.edges()[d][d] / reference_.edges()[d][d]);
    if (per_axis) totals.potential_energy += 0.5 * cell_stiffness * strain * strain;
    totals.virial[d][d] = sum[1 + d] - cell_stiffness * (per_axis ? strain : volume_strain);
  }
  return totals;
}

System make_system(const Comm& comm, const Box& box, const AtomList& list, std::uint64_t seed) {
  const int count = static_cast<int>(list.position.size());
  System system;
  system.comm = &comm;
  system.seed = seed;
  system.box = box;
  system.atom_count = count;
  system.species.mass_amu = list.mass;
  system.species.symbol.assign(list.mass.size(), "Cu");
  system.species.count.assign(list.mass.size(), 0);
  std::vector<int> mine;
  for (int k = 0; k < count; ++k) {
    ++system.species.count[static_cast<std::size_t>(list.type.empty() ? 0 : list.type[k])];
    if (k % comm.size() == comm.rank()) mine.push_back(k);
  }
  Atoms& atoms = system.atoms;
  const std::size_t local = mine.size();
  atoms.local = static_cast<int>(local);
  atoms.position = Rows<double, 3>("position", local);
  atoms.velocity = Rows<double, 3>("velocity", local);
  atoms.force = Rows<double, 3>("force", local);
  atoms.image = Rows<int, 3>("image", local);
  atoms.type = Array<int>("type", local);
  atoms.id = Array<std::int64_t>("id", local);
  system.mass = Array<double>("mass", list.mass.size());

  const auto position = Kokkos::create_mirror_view(atoms.position);
  const auto velocity = Kokkos::create_mirror_view(atoms.velocity);
  const auto type = Kokkos::create_mirror_view(atoms.type);
  const auto id = Kokkos::create_mirror_view(atoms.id);
  const auto mass = Kokkos::create_mirror_view(system.mass);
  for (std::size_t i = 0; i < local; ++i) {
    const auto k = static_cast<std::size_t>(mine[i]);
    for (int d = 0; d < 3; ++d) position(i, d) = list.position[k][d];
    for (int d = 0; d < 3; ++d) velocity(i, d) = list.velocity.empty() ? 0.0 : list.velocity[k][d];
    type(i) = list.type.empty() ? 0 : list.type[k];
    id(i) = mine[i] + 1;
  }
  for (std::size_t t = 0; t < list.mass.size(); ++t) mass(t) = list.mass[t];
  Kokkos::deep_copy(atoms.position, position);
  Kokkos::deep_copy(atoms.velocity, velocity);
  Kokkos::deep_copy(atoms.type, type);
  Kokkos::deep_copy(atoms.id, id);
  Kokkos::deep_copy(system.mass, mass);
  return system;
}

AtomList random_atoms(const Box& box, int count, double temperature_K, std::uint64_t seed,
                      const std::vector<double>& mass) {
  AtomList list;
  list.mass = mass;
  for (int k = 0; k < count; ++k) {
    const auto id = static_cast<std::uint64_t>(k + 1);
    const auto a = random_block(seed, Stream::test, 0, id, 0), b = random_block(seed, Stream::test, 0, id, 1),
               c = random_block(seed, Stream::test, 0, id, 2), e = random_block(seed, Stream::test, 0, id, 3);
    const int type = k % static_cast<int>(mass.size());
    const double width = std::sqrt(units::boltzmann_eV_per_K * temperature_K *
                                   units::accel_per_force_over_mass / mass[static_cast<std::size_t>(type)]);
    list.type.push_back(type);
    list.position.push_back(box.to_cartesian({{a.uniform(0), a.uniform(1), b.uniform(0)}}));
    list.velocity.push_back({{width * c.normal(0), width * c.normal(1), width * e.normal(0)}});
  }
  return list;
}

namespace {

std::vector<Vec3> all_rows(const System& system, const Rows<double, 3>& rows) {
  const auto host = Kokkos::create_mirror_view_and_copy(HostSpace(), rows);
  const auto id = Kokkos::create_mirror_view_and_copy(HostSpace(), system.atoms.id);
  std::vector<double> all(static_cast<std::size_t>(3 * system.atom_count), 0.0);
  for (int i = 0; i < system.atoms.local; ++i)
    for (int d = 0; d < 3; ++d) all[static_cast<std::size_t>(3 * (id(i) - 1) + d)] = host(i, d);
  // Every entry is set on one rank only, so the sum is exact.
  system.comm->sum(all.data(), static_cast<int>(all.size()));
  std::vector<Vec3> result;
  for (std::size_t k = 0; k < all.size(); k += 3) result.push_back({{all[k], all[k + 1], all[k + 2]}});
  return result;
}

}  // namespace

std::vector<Vec3> all_positions(const System& system) { return all_rows(system, system.atoms.position); }
std::vector<Vec3> all_velocities(const System& system) { return all_rows(system, system.atoms.velocity); }

void reverse_velocities(System& system) {
  const auto velocity = system.atoms.velocity;
  Kokkos::parallel_for(
      "reverse_velocities", Range(0, system.atoms.local), KOKKOS_LAMBDA(int i) {
        for (int d = 0; d < 3; ++d) velocity(i, d) = -velocity(i, d);
      });
}

}  // namespace patina::testing
