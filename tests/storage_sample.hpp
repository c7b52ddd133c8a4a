// SPDX-License-Identifier: BSD-3-Clause
// A made-up sample whose atoms are a known function of (id, step): spread over the ranks in an order that has
// nothing to do with the ids, partly outside a triclinic cell that breathes. What is stored must come back as
// this.
#pragma once

#include "core/rng.hpp"
#include "md/structure.hpp"
#include "md/system.hpp"

namespace patina::test {

inline Structure structure_at(std::int64_t atoms, std::int64_t step) {
  Structure s;
  const double scale = 1.0 + 1e-3 * static_cast<double>(step);
  s.box = Box(Mat3{{{20.0 * scale, 0, 0}, {3.0, 18.0 * scale, 0}, {-2.0, 1.5, 25.0}}}, {{-1.0, 2.0, 0.25}},
              {true, true, false});
  s.species = {"Cu", "Zr", "Al"};
  s.mass = {63.546, 91.224, 26.982};
  for (std::int64_t k = 0; k < atoms; ++k) {
    const auto a =
        random_block(7, Stream::test, static_cast<std::uint64_t>(step), static_cast<std::uint64_t>(k));
    const auto b =
        random_block(8, Stream::test, static_cast<std::uint64_t>(step), static_cast<std::uint64_t>(k));
    s.id.push_back(k + 1);
    s.type.push_back(static_cast<int>(k % 3));
    s.position.push_back(
        s.box.to_cartesian({{1.2 * a.uniform(0) - 0.1, 1.2 * a.uniform(1) - 0.1, b.uniform(0)}}));
    s.image.push_back({static_cast<int>(a.word[0] % 5) - 2, static_cast<int>(a.word[1] % 3) - 1, 0});
    s.velocity.push_back({{b.normal(0), b.normal(1), k % 7 == 0 ? -0.0 : 5e-324}});
  }
  return s;
}

// Rank r owns the ids with (id - 1) % ranks == r, highest first, and a few ghosts that must not be taken for
// atoms.
inline System system_of(const Comm& comm, const Structure& s, std::int64_t step) {
  System system;
  system.comm = &comm;
  system.seed = 0xfedcba9876543210u;
  system.box = s.box;
  system.species.symbol = s.species;
  system.species.mass_amu = s.mass;
  system.species.count = {0, 0, 0};
  for (const int t : s.type) ++system.species.count[static_cast<std::size_t>(t)];
  system.atom_count = static_cast<std::int64_t>(s.size());
  system.step = step;
  system.time_ps = 0.002 * static_cast<double>(step);
  std::vector<std::size_t> mine;
  for (std::size_t k = s.size(); k-- > 0;)
    if (static_cast<int>(k % static_cast<std::size_t>(comm.size())) == comm.rank()) mine.push_back(k);
  const std::size_t ghosts = 3, rows = mine.size() + ghosts;
  Atoms& atoms = system.atoms;
  atoms.local = static_cast<int>(mine.size());
  atoms.ghost = static_cast<int>(ghosts);
  atoms.position = Rows<double, 3>("position", rows);
  atoms.velocity = Rows<double, 3>("velocity", rows);
  atoms.image = Rows<int, 3>("image", rows);
  atoms.type = Array<int>("type", rows);
  atoms.id = Array<std::int64_t>("id", rows);
  const auto position = Kokkos::create_mirror_view(atoms.position);
  const auto velocity = Kokkos::create_mirror_view(atoms.velocity);
  const auto image = Kokkos::create_mirror_view(atoms.image);
  const auto type = Kokkos::create_mirror_view(atoms.type);
  const auto id = Kokkos::create_mirror_view(atoms.id);
  for (std::size_t i = 0; i < rows; ++i) {
    const std::size_t k = i < mine.size() ? mine[i] : 0;
    for (std::size_t d = 0; d < 3; ++d) {
      position(i, d) = s.position[k].v[d] + (i < mine.size() ? 0.0 : 100.0);
      velocity(i, d) = s.velocity[k].v[d];
      image(i, d) = s.image[k][d];
    }
    type(i) = s.type[k];
    id(i) = s.id[k];
  }
  Kokkos::deep_copy(atoms.position, position);
  Kokkos::deep_copy(atoms.velocity, velocity);
  Kokkos::deep_copy(atoms.image, image);
  Kokkos::deep_copy(atoms.type, type);
  Kokkos::deep_copy(atoms.id, id);
  return system;
}

}  // namespace patina::test
