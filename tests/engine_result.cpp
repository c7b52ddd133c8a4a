// SPDX-License-Identifier: BSD-3-Clause
#include "engine_result.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include "md/eam.hpp"

namespace patina::test {

Engine make_engine(const System& system, const EamFunctions& functions, const EngineOptions& options,
                   Precision precision) {
  return make_engine(system, make_eam_tables(functions), options, precision);
}

Engine make_engine(const System& system, const EamTables& tables, const EngineOptions& options, Precision precision) {
  return Engine(system, std::make_unique<EamPotential>(tables, precision), options);
}

namespace {

// Rows of all atoms by id; zeros but for the local atoms: the sum over ranks is a gather.
std::vector<Vec3> gather(const System& system, const std::function<Vec3(int)>& row_of) {
  const auto id = Kokkos::create_mirror_view_and_copy(HostSpace{}, system.atoms.id);
  std::vector<double> rows(3 * static_cast<std::size_t>(system.atom_count), 0.0);
  for (int i = 0; i < system.atoms.local; ++i) {
    const Vec3 row = row_of(i);
    for (int d = 0; d < 3; ++d) rows[3 * static_cast<std::size_t>(id(i) - 1) + static_cast<std::size_t>(d)] = row[d];
  }
  system.comm->sum(rows.data(), static_cast<int>(rows.size()));
  std::vector<Vec3> all;
  for (std::size_t k = 0; k < rows.size(); k += 3) all.push_back({{rows[k], rows[k + 1], rows[k + 2]}});
  return all;
}

}  // namespace

std::vector<Vec3> forces_by_id(const System& system) {
  const auto force = Kokkos::create_mirror_view_and_copy(HostSpace{}, system.atoms.force);
  return gather(system, [&](int i) { return Vec3{{force(i, 0), force(i, 1), force(i, 2)}}; });
}

EngineResult compute(Engine& engine, System& system) {
  const ForceTotals totals = engine.compute(system, Tally::energy);
  EngineResult result;
  result.energy = totals.potential_energy;
  result.virial = totals.virial;

  result.force = forces_by_id(system);
  const auto energy = Kokkos::create_mirror_view_and_copy(HostSpace{}, engine.atom_energies(system));
  for (const Vec3& row : gather(system, [&](int i) { return Vec3{{energy(i), 0.0, 0.0}}; })) result.atom_energy.push_back(row[0]);
  return result;
}

EngineResult compute(const Comm& comm, const Structure& structure, const EamFunctions& functions,
                     const EngineOptions& options, Precision precision) {
  System system = make_system(comm, structure, 1);
  Engine engine = make_engine(system, functions, options, precision);
  return compute(engine, system);
}

void displace(System& system, const std::vector<Vec3>& displacement_by_id) {
  const auto id = Kokkos::create_mirror_view_and_copy(HostSpace{}, system.atoms.id);
  const auto position = Kokkos::create_mirror_view_and_copy(HostSpace{}, system.atoms.position);
  for (int i = 0; i < system.atoms.local; ++i)
    for (int d = 0; d < 3; ++d) position(i, d) += displacement_by_id[static_cast<std::size_t>(id(i) - 1)][d];
  Kokkos::deep_copy(system.atoms.position, position);
}

void deform(System& system, const Mat3& deformation) {
  const auto position = Kokkos::create_mirror_view_and_copy(HostSpace{}, system.atoms.position);
  const Vec3 origin = system.box.origin();
  for (int i = 0; i < system.atoms.local; ++i) {
    const Vec3 r = origin + (Vec3{{position(i, 0), position(i, 1), position(i, 2)}} - origin) * deformation;
    for (int d = 0; d < 3; ++d) position(i, d) = r[d];
  }
  Kokkos::deep_copy(system.atoms.position, position);
  system.box = system.box.with_edges(system.box.edges() * deformation);
}

double largest_difference(const std::vector<Vec3>& a, const std::vector<Vec3>& b) {
  double largest = a.size() == b.size() ? 0.0 : INFINITY;
  for (std::size_t k = 0; k < std::min(a.size(), b.size()); ++k) {
    const double difference = norm(a[k] - b[k]);
    if (!(difference <= largest)) largest = difference;
  }
  return largest;
}

double largest_norm(const std::vector<Vec3>& a) { return largest_difference(a, std::vector<Vec3>(a.size())); }

double largest_difference(const Mat3& a, const Mat3& b) {
  double largest = 0.0;
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j) largest = std::max(largest, std::fabs(a[i][j] - b[i][j]));
  return largest;
}

double largest_component(const Mat3& a) { return largest_difference(a, Mat3{}); }

}  // namespace patina::test
