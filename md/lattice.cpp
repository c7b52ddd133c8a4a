// SPDX-License-Identifier: BSD-3-Clause
#include "md/lattice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.hpp"

namespace patina {

namespace {

struct Site {
  double s[3];  // fraction of the cell edges
  int sublattice;
};

struct Cell {
  const char* kind;
  double edge[3];  // in units of a; hcp's third is c/a
  int sublattices;
  std::vector<Site> sites;
};

// Every site with its three face-centring translations.
std::vector<Site> face_centred(const std::vector<Site>& sites) {
  constexpr double shifts[4][3] = {{0, 0, 0}, {0, .5, .5}, {.5, 0, .5}, {.5, .5, 0}};
  std::vector<Site> all;
  for (const auto& shift : shifts)
    for (const Site& site : sites) {
      Site moved = site;
      for (int d = 0; d < 3; ++d) moved.s[d] = std::fmod(site.s[d] + shift[d], 1.0);
      all.push_back(moved);
    }
  return all;
}

std::vector<Cell> all_cells(double c_over_a) {
  return {
      {"fcc", {1, 1, 1}, 1, face_centred({{{0, 0, 0}, 0}})},
      {"bcc", {1, 1, 1}, 1, {{{0, 0, 0}, 0}, {{.5, .5, .5}, 0}}},
      {"hcp",
       {1, std::sqrt(3.0), c_over_a},
       1,
       {{{0, 0, 0}, 0}, {{.5, .5, 0}, 0}, {{.5, 5.0 / 6.0, .5}, 0}, {{0, 1.0 / 3.0, .5}, 0}}},
      {"B2", {1, 1, 1}, 2, {{{0, 0, 0}, 0}, {{.5, .5, .5}, 1}}},
      {"C15",
       {1, 1, 1},
       2,
       face_centred({{{0, 0, 0}, 0},
                     {{.25, .25, .25}, 0},
                     {{.625, .625, .625}, 1},
                     {{.625, .875, .875}, 1},
                     {{.875, .625, .875}, 1},
                     {{.875, .875, .625}, 1}})},
  };
}

Cell cell_of(const Lattice& lattice) {
  for (Cell& cell : all_cells(lattice.c_over_a))
    if (lattice.kind == cell.kind) return std::move(cell);
  throw Error(ExitCode::bad_input, fmt::format("lattice \"{}\" is unknown, allowed: {}", lattice.kind,
                                               fmt::join(lattice_kinds(), ", ")));
}

void check(const Lattice& lattice, const Cell& cell) {
  const double a = lattice.lattice_constant_A;
  if (!(a > 0.0) || !std::isfinite(a))
    throw Error(ExitCode::bad_input, fmt::format("lattice constant is {} A, must be finite and > 0", a));
  if (!(lattice.c_over_a > 0.0) || !std::isfinite(lattice.c_over_a))
    throw Error(ExitCode::bad_input, fmt::format("c/a is {}, must be finite and > 0", lattice.c_over_a));
  double atoms = static_cast<double>(cell.sites.size());
  for (const int n : lattice.repeat) {
    if (n < 1)
      throw Error(ExitCode::bad_input, fmt::format("number of cells along an axis is {}, must be >= 1", n));
    atoms *= n;
  }
  if (atoms > std::numeric_limits<std::int32_t>::max())
    throw Error(
        ExitCode::bad_input,
        fmt::format("lattice of {} x {} x {} cells has {:.3g} atoms, at most {} allowed", lattice.repeat[0],
                    lattice.repeat[1], lattice.repeat[2], atoms, std::numeric_limits<std::int32_t>::max()));
}

// Box, ids, positions; `type` holds the sublattice.
Structure fill(const Lattice& lattice, const Cell& cell) {
  check(lattice, cell);
  Structure structure;
  Vec3 edge, lengths;
  for (int d = 0; d < 3; ++d) {
    edge[d] = cell.edge[d] * lattice.lattice_constant_A;
    lengths[d] = edge[d] * lattice.repeat[d];
  }
  structure.box = Box::orthogonal(lengths);
  for (int z = 0; z < lattice.repeat[2]; ++z)
    for (int y = 0; y < lattice.repeat[1]; ++y)
      for (int x = 0; x < lattice.repeat[0]; ++x)
        for (const Site& site : cell.sites) {
          structure.id.push_back(static_cast<std::int64_t>(structure.id.size()) + 1);
          structure.type.push_back(site.sublattice);
          structure.position.push_back(
              {{(x + site.s[0]) * edge[0], (y + site.s[1]) * edge[1], (z + site.s[2]) * edge[2]}});
        }
  return structure;
}

}  // namespace

std::vector<std::string> lattice_kinds() {
  std::vector<std::string> kinds;
  for (const Cell& cell : all_cells(1.0)) kinds.push_back(cell.kind);
  return kinds;
}

Structure make_solid_solution(const Lattice& lattice, const Composition& composition, std::uint64_t seed) {
  const Cell cell = cell_of(lattice);
  if (cell.sublattices > 1)
    throw Error(ExitCode::bad_input,
                fmt::format("lattice {} has {} sublattices: it takes one species for each, not a composition",
                            lattice.kind, cell.sublattices));
  Structure structure = fill(lattice, cell);
  structure.species = composition.species;
  structure.type =
      shuffled_types(exact_counts(composition, static_cast<std::int64_t>(structure.size())), seed);
  structure.mass = standard_masses(composition.species);
  return structure;
}

Structure make_compound(const Lattice& lattice, const std::vector<std::string>& species,
                        const std::vector<std::string>& type_order) {
  const Cell cell = cell_of(lattice);
  if (static_cast<int>(species.size()) != cell.sublattices)
    throw Error(ExitCode::bad_input, fmt::format("lattice {} takes {} species, {} given: {}", lattice.kind,
                                                 cell.sublattices, species.size(), fmt::join(species, ", ")));
  Structure structure = fill(lattice, cell);
  structure.species = species;
  structure.mass = standard_masses(species);
  if (!type_order.empty()) set_species_order(structure, type_order);
  return structure;
}

}  // namespace patina
