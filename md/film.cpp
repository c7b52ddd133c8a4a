// SPDX-License-Identifier: BSD-3-Clause
#include "md/film.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error.hpp"
#include "core/units.hpp"
#include "md/gather_atoms.hpp"
#include "md/substrate.hpp"

namespace patina {

namespace {

// Of a part of so many.
std::size_t count_below(double part, std::int64_t atoms) { return static_cast<std::size_t>(std::llround(part * static_cast<double>(atoms))); }

struct Slab {
  double lower = 0.0, upper = 0.0;
};

// Heights of the film's atoms, sorted on rank 0; the planes on all ranks.
Slab middle_third(const System& system, std::int64_t substrate_atoms) {
  const auto position = Kokkos::create_mirror_view_and_copy(HostSpace{}, system.atoms.position);
  const auto id = Kokkos::create_mirror_view_and_copy(HostSpace{}, system.atoms.id);
  std::vector<double> mine;
  for (int i = 0; i < system.atoms.local; ++i)
    if (id(i) > substrate_atoms) mine.push_back(position(i, 2));
  std::vector<double> heights = system.comm->gather(mine);
  std::sort(heights.begin(), heights.end());
  double planes[2] = {0.0, 0.0};
  if (system.comm->is_root()) {
    const auto atoms = static_cast<std::int64_t>(heights.size());
    planes[0] = heights[count_below(1.0 / 3.0, atoms)];
    planes[1] = heights[count_below(2.0 / 3.0, atoms)];
  }
  system.comm->broadcast(planes, 2);
  return {planes[0], planes[1]};
}

}  // namespace

FilmReport report_film(const System& system, std::int64_t substrate_atoms) {
  const Slab slab = middle_third(system, substrate_atoms);
  const auto position = Kokkos::create_mirror_view_and_copy(HostSpace{}, system.atoms.position);
  const auto type = Kokkos::create_mirror_view_and_copy(HostSpace{}, system.atoms.type);
  const auto id = Kokkos::create_mirror_view_and_copy(HostSpace{}, system.atoms.id);
  std::vector<long long> count(system.species.symbol.size() + 1, 0);  // of each type, and of the substrate's
  for (int i = 0; i < system.atoms.local; ++i)
    if (position(i, 2) >= slab.lower && position(i, 2) < slab.upper) {
      ++count[static_cast<std::size_t>(type(i))];
      if (id(i) <= substrate_atoms) ++count.back();
    }
  system.comm->sum(count.data(), static_cast<int>(count.size()));
  FilmReport report;
  report.atoms = system.atom_count - substrate_atoms;
  report.substrate_atoms = count.back();
  const double volume = area_along_z(system.box) * (slab.upper - slab.lower);
  double atoms = 0.0, mass = 0.0;
  for (std::size_t t = 0; t + 1 < count.size(); ++t) {
    atoms += static_cast<double>(count[t]);
    mass += static_cast<double>(count[t]) * system.species.mass_amu[t];
  }
  report.density_inv_A3 = atoms / volume;
  report.density_g_per_cm3 = mass / volume * units::g_per_cm3_per_amu_A3;
  report.thickness_A = static_cast<double>(report.atoms) / (report.density_inv_A3 * area_along_z(system.box));
  return report;
}

std::int64_t kept_atoms(const FilmCut& cut, std::int64_t film_atoms) {
  return static_cast<std::int64_t>(count_below(cut.to, film_atoms)) - static_cast<std::int64_t>(count_below(cut.from, film_atoms));
}

Structure cut_film(const Structure& sample, const FilmCut& cut) {
  const auto film = static_cast<std::int64_t>(sample.size()) - cut.substrate_atoms;
  require(film > 0 && kept_atoms(cut, film) > 0, "a cut that keeps nothing");
  std::vector<std::size_t> order(static_cast<std::size_t>(film));
  std::iota(order.begin(), order.end(), static_cast<std::size_t>(cut.substrate_atoms));
  const auto height = [&](std::size_t k) { return sample.position[k][2]; };
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return height(a) < height(b); });
  const std::size_t first = count_below(cut.from, film), last = count_below(cut.to, film);
  Slab slab{height(order[first]), height(order[last - 1])};
  if (first > 0) slab.lower = 0.5 * (slab.lower + height(order[first - 1]));
  if (last < order.size()) slab.upper = 0.5 * (slab.upper + height(order[last]));
  std::vector<std::size_t> kept(order.begin() + static_cast<std::ptrdiff_t>(first), order.begin() + static_cast<std::ptrdiff_t>(last));
  std::sort(kept.begin(), kept.end());

  Structure result;
  result.species = sample.species;
  result.mass = sample.mass;
  for (const std::size_t k : kept) {
    result.id.push_back(static_cast<std::int64_t>(result.id.size()) + 1);
    result.type.push_back(sample.type[k]);
    result.position.push_back(sample.position[k]);
    result.image.push_back(sample.image[k]);
    result.velocity.push_back(sample.velocity[k]);
  }
  constexpr double least_A = 1.0;  // a cell has a volume, were it one layer of atoms
  Mat3 edges = sample.box.edges();
  const double edge = std::max(least_A, slab.upper - slab.lower + (cut.periodic ? cut.gap_A : 0.0)), scale = edge / edges[2][2];
  Vec3 origin = sample.box.origin();
  origin = origin + ((slab.lower - origin[2]) / edges[2][2]) * edges.row(2);
  for (int d = 0; d < 3; ++d) edges[2][d] *= scale;
  result.box = Box(edges, origin, {sample.box.periodic(0), sample.box.periodic(1), cut.periodic});
  return result;
}

Structure whole_sample(const System& system) {
  Structure structure;
  structure.box = system.box;
  structure.species = system.species.symbol;
  structure.mass = system.species.mass_amu;
  const IdBlock block = id_ordered(frame_of(system));
  gather_atoms(*system.comm, block, system.atom_count, [&](const AtomRows& atoms) {
    structure.type.insert(structure.type.end(), atoms.type.begin(), atoms.type.end());
    structure.position.insert(structure.position.end(), atoms.position.begin(), atoms.position.end());
    structure.image.insert(structure.image.end(), atoms.image.begin(), atoms.image.end());
    structure.velocity.insert(structure.velocity.end(), atoms.velocity.begin(), atoms.velocity.end());
    for (std::size_t k = 0; k < atoms.type.size(); ++k) structure.id.push_back(atoms.first_row + static_cast<std::int64_t>(k) + 1);
  });
  broadcast(*system.comm, structure);
  return structure;
}

}  // namespace patina
