// SPDX-License-Identifier: BSD-3-Clause
#include "md/system.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/error.hpp"

namespace patina {

namespace {

void check(const Structure& structure) {
  const std::size_t atoms = structure.size();
  const auto fits = [&](std::size_t size, bool may_be_empty) {
    return size == atoms || (may_be_empty && size == 0);
  };
  require(fits(structure.id.size(), false) && fits(structure.type.size(), false) &&
              fits(structure.image.size(), true) && fits(structure.velocity.size(), true) &&
              structure.mass.size() == structure.species.size(),
          "the per-atom arrays of a structure differ in length");
  for (std::size_t k = 0; k < atoms; ++k) {
    if (structure.type[k] < 0 || structure.type[k] >= static_cast<int>(structure.species.size()))
      throw Error(ExitCode::bad_input,
                  fmt::format("atom {}: type {} is not among the {} species of the structure",
                              structure.id[k], structure.type[k] + 1, structure.species.size()));
    const Vec3& r = structure.position[k];
    if (!std::isfinite(r[0]) || !std::isfinite(r[1]) || !std::isfinite(r[2]))
      throw Error(ExitCode::bad_input, fmt::format("atom {}: position ({}, {}, {}) A is not finite",
                                                   structure.id[k], r[0], r[1], r[2]));
  }
}

std::vector<std::size_t> order_of_ids(const Structure& structure) {
  std::vector<std::size_t> order(structure.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return structure.id[a] < structure.id[b]; });
  for (std::size_t k = 1; k < order.size(); ++k)
    if (structure.id[order[k]] == structure.id[order[k - 1]])
      throw Error(ExitCode::bad_input, fmt::format("atom id {} occurs twice", structure.id[order[k]]));
  return order;
}

// Copies the structure's atoms order[first] .. order[first + local - 1] to this rank.
void fill(Atoms& atoms, const Structure& structure, const std::vector<std::size_t>& order,
          std::size_t first) {
  const auto position = Kokkos::create_mirror_view(HostSpace{}, atoms.position);
  const auto velocity = Kokkos::create_mirror_view(HostSpace{}, atoms.velocity);
  const auto image = Kokkos::create_mirror_view(HostSpace{}, atoms.image);
  const auto type = Kokkos::create_mirror_view(HostSpace{}, atoms.type);
  const auto id = Kokkos::create_mirror_view(HostSpace{}, atoms.id);
  for (int i = 0; i < atoms.local; ++i) {
    const std::size_t k = order[first + static_cast<std::size_t>(i)];
    type(i) = structure.type[k];
    id(i) = static_cast<std::int64_t>(first) + i + 1;
    for (int d = 0; d < 3; ++d) {
      position(i, d) = structure.position[k][d];
      velocity(i, d) = structure.velocity.empty() ? 0.0 : structure.velocity[k][d];
      image(i, d) = structure.image.empty() ? 0 : structure.image[k][static_cast<std::size_t>(d)];
    }
  }
  Kokkos::deep_copy(atoms.position, position);
  Kokkos::deep_copy(atoms.velocity, velocity);
  Kokkos::deep_copy(atoms.image, image);
  Kokkos::deep_copy(atoms.type, type);
  Kokkos::deep_copy(atoms.id, id);
}

}  // namespace

System make_system(const Comm& comm, const Structure& structure, std::uint64_t seed) {
  check(structure);
  const auto order = order_of_ids(structure);
  const auto atoms = static_cast<std::int64_t>(structure.size());

  System system;
  system.comm = &comm;
  system.seed = seed;
  system.box = structure.box;
  system.species.symbol = structure.species;
  system.species.mass_amu = structure.mass;
  system.species.count.assign(structure.species.size(), 0);
  for (const int type : structure.type) ++system.species.count[static_cast<std::size_t>(type)];
  system.mass = Array<double>("mass", structure.mass.size());
  const auto mass = Kokkos::create_mirror_view(HostSpace{}, system.mass);
  for (std::size_t t = 0; t < structure.mass.size(); ++t) mass(t) = structure.mass[t];
  Kokkos::deep_copy(system.mass, mass);
  system.atom_count = atoms;
  const bool counted = atoms == 0 || (structure.id[order.front()] == 1 && structure.id[order.back()] == atoms);
  if (comm.is_root() && !counted)
    for (const std::size_t k : order) system.input_id.push_back(structure.id[k]);

  const std::int64_t first = atoms * comm.rank() / comm.size();
  const std::int64_t last = atoms * (comm.rank() + 1) / comm.size();
  if (last - first > std::numeric_limits<int>::max() / 8)
    fail_one(ExitCode::usage, fmt::format("{} atoms on one rank are too many: use more ranks", last - first));
  const int local = static_cast<int>(last - first);
  reserve(system.atoms, local, local);
  system.atoms.local = local;
  fill(system.atoms, structure, order, static_cast<std::size_t>(first));
  return system;
}

std::int64_t input_id_on_root(const System& system, std::int64_t id) {
  return system.input_id.empty() ? id : system.input_id[static_cast<std::size_t>(id - 1)];
}

std::int64_t input_id(const System& system, std::int64_t id) {
  std::vector<std::int64_t> result;
  if (system.comm->is_root()) result.push_back(input_id_on_root(system, id));
  system.comm->broadcast(result);
  return result[0];
}

Frame frame_of(const System& system) {
  Frame frame;
  frame.step = system.step;
  frame.time_ps = system.time_ps;
  frame.box = system.box;
  frame.comm = system.comm;
  frame.species = &system.species;
  frame.atom_count = system.atom_count;
  frame.local = system.atoms.local;
  frame.position = system.atoms.position;
  frame.image = system.atoms.image;
  frame.velocity = system.atoms.velocity;
  frame.type = system.atoms.type;
  frame.id = system.atoms.id;
  return frame;
}

Structure snapshot(const System& system) {
  require(system.comm->size() == 1, "a snapshot of a sample on several ranks");
  const IdBlock block = id_ordered(frame_of(system));
  Structure structure;
  structure.box = system.box;
  structure.species = system.species.symbol;
  structure.mass = system.species.mass_amu;
  structure.position = block.position;
  structure.velocity = block.velocity;
  structure.image = block.image;
  structure.type = block.type;
  for (std::size_t k = 0; k < block.type.size(); ++k)
    structure.id.push_back(static_cast<std::int64_t>(k) + 1);
  return structure;
}

}  // namespace patina
