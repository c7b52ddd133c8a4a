// SPDX-License-Identifier: BSD-3-Clause
#include "md/random_structure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/elements.hpp"
#include "core/error.hpp"
#include "core/rng.hpp"
#include "core/units.hpp"

namespace patina {

namespace {

constexpr double target_over_min = 1.02;  // pushing a little too far makes the last overlaps vanish
constexpr double random_close_packing = 0.64;
constexpr int max_sweeps = 2000;

// Atoms sorted by cell of a grid no finer than the largest distance, so that partners are in adjacent cells.
struct CellGrid {
  int cells[3];
  std::vector<int> start;  // first atom of each cell, one more at the end
  std::vector<int> atom;   // indices in order of cell

  int index(int x, int y, int z) const { return (z * cells[1] + y) * cells[0] + x; }
};

CellGrid make_grid(const Box& box, double distance, std::size_t atoms) {
  CellGrid grid;
  for (int d = 0; d < 3; ++d)
    grid.cells[d] = static_cast<int>(std::clamp(std::floor(box.height(d) / distance), 1.0, 1e6));
  // A dilute sample needs no more cells than atoms.
  const double limit = 4.0 * static_cast<double>(atoms) + 64.0;
  while (double(grid.cells[0]) * grid.cells[1] * grid.cells[2] > limit) {
    int& largest = *std::max_element(grid.cells, grid.cells + 3);
    largest = (largest + 1) / 2;
  }
  return grid;
}

void cell_of(const CellGrid& grid, const Vec3& s, int cell[3]) {
  for (int d = 0; d < 3; ++d)
    cell[d] = std::clamp(static_cast<int>(s[d] * grid.cells[d]), 0, grid.cells[d] - 1);
}

// Counting sort of the atoms (fractional coordinates in [0, 1]).
void sort_into_cells(CellGrid& grid, const std::vector<Vec3>& s) {
  grid.start.assign(static_cast<std::size_t>(grid.cells[0]) * grid.cells[1] * grid.cells[2] + 1, 0);
  std::vector<int> home(s.size());
  for (std::size_t i = 0; i < s.size(); ++i) {
    int cell[3];
    cell_of(grid, s[i], cell);
    home[i] = grid.index(cell[0], cell[1], cell[2]);
    ++grid.start[home[i] + 1];
  }
  for (std::size_t c = 1; c < grid.start.size(); ++c) grid.start[c] += grid.start[c - 1];
  grid.atom.resize(s.size());
  std::vector<int> next(grid.start.begin(), grid.start.end() - 1);
  for (std::size_t i = 0; i < s.size(); ++i) grid.atom[next[home[i]]++] = static_cast<int>(i);
}

// Distance of the nearest periodic faces: no atom is nearer than this to its own images.
double smallest_periodic_height(const Box& box) {
  double smallest = std::numeric_limits<double>::infinity();
  for (int d = 0; d < 3; ++d)
    if (box.periodic(d)) smallest = std::min(smallest, box.height(d));
  return smallest;
}

// Two atoms, or an atom and a periodic image of another, close enough to meet before the list is made again.
struct NearPair {
  int i, j;
  Vec3 shift;  // of j
};

// Calls visit(cell, shift) for the 27 cells around the given one; `shift` moves the cell's atoms to their
// image.
template <class Visit>
void for_each_adjacent(const CellGrid& grid, const Box& box, const int home[3], Visit&& visit) {
  for (int k = 0; k < 27; ++k) {
    int cell[3] = {home[0] + k % 3 - 1, home[1] + k / 3 % 3 - 1, home[2] + k / 9 - 1}, image[3] = {0, 0, 0};
    bool outside = false;
    for (int d = 0; d < 3; ++d) {
      image[d] = cell[d] < 0 ? -1 : cell[d] >= grid.cells[d] ? 1 : 0;
      cell[d] -= image[d] * grid.cells[d];
      outside = outside || (image[d] != 0 && !box.periodic(d));
    }
    if (!outside) visit(grid.index(cell[0], cell[1], cell[2]), box.translation(image));
  }
}

// Fractional coordinates brought into the cell: wrapped along periodic axes, held at the faces of free ones.
Vec3 inside(const Box& box, Vec3 s) {
  for (int d = 0; d < 3; ++d) s[d] = box.periodic(d) ? s[d] - std::floor(s[d]) : std::clamp(s[d], 0.0, 1.0);
  return s;
}

// What one sweep found: pairs nearer than allowed and the worst ratio r / d_min.
struct Overlaps {
  long count = 0;
  double worst_ratio = 1.0;
};

class PushOff {
 public:
  PushOff(const Box& box, const std::vector<int>& type, const PairDistances& distance)
      : box_(box), type_(type), distance_(distance) {
    double largest = 0.0;
    for (const auto& row : distance) largest = std::max(largest, *std::max_element(row.begin(), row.end()));
    reach_ = target_over_min * largest;
    skin_ = std::min(0.3 * reach_, smallest_periodic_height(box) - reach_);
    grid_ = make_grid(box, reach_ + skin_, type.size());
  }

  // Moves every atom away from those too near.
  Overlaps sweep(std::vector<Vec3>& r) {
    if (listed_at_.empty() || farthest_move(r) > 0.5 * skin_) make_list(r);
    Overlaps overlaps;
    push_.assign(r.size(), Vec3{});
    for (const NearPair& pair : near_) {
      const Vec3 apart = r[pair.i] - r[pair.j] - pair.shift;
      const double min = distance_[type_[pair.i]][type_[pair.j]], target = target_over_min * min;
      const double r_sq = dot(apart, apart);
      if (r_sq >= target * target) continue;
      const double distance = std::sqrt(r_sq);
      if (distance < min) {
        ++overlaps.count;
        overlaps.worst_ratio = std::min(overlaps.worst_ratio, distance / min);
      }
      // Two atoms at one point part along x.
      const Vec3 direction = distance > 0.0 ? (1.0 / distance) * apart : Vec3{{1.0, 0.0, 0.0}};
      push_[pair.i] += 0.5 * (target - distance) * direction;
      push_[pair.j] += -0.5 * (target - distance) * direction;
    }
    if (overlaps.count > 0) move(r);
    return overlaps;
  }

 private:
  double farthest_move(const std::vector<Vec3>& r) const {
    double farthest_sq = 0.0;
    for (std::size_t i = 0; i < r.size(); ++i) {
      const Vec3 moved = r[i] - listed_at_[i];
      farthest_sq = std::max(farthest_sq, dot(moved, moved));
    }
    return std::sqrt(farthest_sq);
  }

  void make_list(std::vector<Vec3>& r) {
    std::vector<Vec3> s;
    for (Vec3& r_i : r) {
      s.push_back(inside(box_, box_.to_fractional(r_i)));
      r_i = box_.to_cartesian(s.back());
    }
    sort_into_cells(grid_, s);
    near_.clear();
    const double range_sq = (reach_ + skin_) * (reach_ + skin_);
    int home[3];
    for (home[2] = 0; home[2] < grid_.cells[2]; ++home[2])
      for (home[1] = 0; home[1] < grid_.cells[1]; ++home[1])
        for (home[0] = 0; home[0] < grid_.cells[0]; ++home[0])
          for_each_adjacent(grid_, box_, home, [&](int cell, const Vec3& shift) {
            list_cell_pair(r, grid_.index(home[0], home[1], home[2]), cell, shift, range_sq);
          });
    listed_at_ = r;
  }

  // Every pair is met from both sides; i < j keeps it once (an atom and its own image are farther apart than
  // reach).
  void list_cell_pair(const std::vector<Vec3>& r, int home, int cell, const Vec3& shift, double range_sq) {
    for (int a = grid_.start[home]; a < grid_.start[home + 1]; ++a)
      for (int b = grid_.start[cell]; b < grid_.start[cell + 1]; ++b) {
        const int i = grid_.atom[a], j = grid_.atom[b];
        if (i >= j) continue;
        const Vec3 apart = r[i] - r[j] - shift;
        if (dot(apart, apart) < range_sq) near_.push_back({i, j, shift});
      }
  }

  void move(std::vector<Vec3>& r) {
    const bool all_periodic = box_.periodic(0) && box_.periodic(1) && box_.periodic(2);
    for (std::size_t i = 0; i < r.size(); ++i) {
      const double length = norm(push_[i]);
      if (length == 0.0) continue;
      r[i] += std::min(1.0, 0.5 * reach_ / length) * push_[i];
      if (!all_periodic) keep_inside(r[i]);
    }
  }

  // Along free axes only: periodic ones are wrapped when the list is made.
  void keep_inside(Vec3& r) const {
    Vec3 s = box_.to_fractional(r);
    for (int d = 0; d < 3; ++d)
      if (!box_.periodic(d)) s[d] = std::clamp(s[d], 0.0, 1.0);
    r = box_.to_cartesian(s);
  }

  const Box& box_;
  const std::vector<int>& type_;
  const PairDistances& distance_;
  double reach_ = 0.0;  // largest distance at which atoms push
  double skin_ = 0.0;   // by how much the list of pairs looks farther
  CellGrid grid_;
  std::vector<NearPair> near_;
  std::vector<Vec3> listed_at_, push_;
};

// Finds what is wrong with the request before any work; returns the packing fraction.
double check_feasible(const Box& box, const std::vector<std::int64_t>& count, const PairDistances& distance) {
  require(distance.size() == count.size(), "one row of minimum distances per species");
  double filled = 0.0, largest = 0.0;
  for (std::size_t a = 0; a < count.size(); ++a) {
    require(distance[a].size() == count.size(), "one column of minimum distances per species");
    for (const double d : distance[a]) {
      if (!(d > 0.0) || !std::isfinite(d))
        throw Error(ExitCode::bad_input, fmt::format("minimum distance is {} A, must be finite and > 0", d));
      largest = std::max(largest, d);
    }
    filled += static_cast<double>(count[a]) * units::pi / 6.0 * std::pow(distance[a][a], 3);
  }
  const double packing = filled / box.volume();
  if (packing > random_close_packing)
    throw Error(
        ExitCode::bad_input,
        fmt::format(
            "random structure: spheres of the minimum distances would fill {:.3f} of the volume, random "
            "ones fill at most {}: lower the density or the minimum distance",
            packing, random_close_packing));
  const double height = smallest_periodic_height(box);
  if (height < target_over_min * largest)
    throw Error(ExitCode::bad_input,
                fmt::format("random structure: periodic faces of the box are {:.4g} A apart, "
                            "nearer than the minimum distance {:.4g} A: take more atoms",
                            height, largest));
  return packing;
}

Vec3 random_point(std::uint64_t seed, std::int64_t id) {
  const RandomBlock xy = random_block(seed, Stream::random_structure, 0, id, 0);
  const RandomBlock z = random_block(seed, Stream::random_structure, 0, id, 1);
  return {{xy.uniform(0), xy.uniform(1), z.uniform(0)}};
}

}  // namespace

PairDistances default_min_distances(const std::vector<std::string>& species) {
  constexpr double share = 0.78;
  PairDistances distance(species.size(), std::vector<double>(species.size()));
  for (std::size_t a = 0; a < species.size(); ++a) {
    if (element(species[a]).radius_A == 0.0)
      throw Error(ExitCode::bad_input,
                  fmt::format("no metallic radius is known for {}: give the minimum distance", species[a]));
    for (std::size_t b = 0; b < species.size(); ++b)
      distance[a][b] = share * (element(species[a]).radius_A + element(species[b]).radius_A);
  }
  return distance;
}

PairDistances uniform_min_distance(std::size_t species, double distance_A) {
  return PairDistances(species, std::vector<double>(species, distance_A));
}

double volume_per_atom_A3(const Composition& composition, double density_g_per_cm3) {
  check(composition);
  if (!(density_g_per_cm3 > 0.0) || !std::isfinite(density_g_per_cm3))
    throw Error(ExitCode::bad_input,
                fmt::format("density is {} g/cm3, must be finite and > 0", density_g_per_cm3));
  const auto mass = standard_masses(composition.species);
  double weight = 0.0, mean_mass = 0.0;
  for (std::size_t k = 0; k < mass.size(); ++k) {
    weight += composition.fraction[k];
    mean_mass += composition.fraction[k] * mass[k];
  }
  return mean_mass / weight * units::g_per_cm3_per_amu_A3 / density_g_per_cm3;
}

Box cubic_box(std::int64_t atoms, double volume_per_atom_A3) {
  if (atoms < 1) throw Error(ExitCode::bad_input, fmt::format("number of atoms is {}, must be >= 1", atoms));
  if (!(volume_per_atom_A3 > 0.0) || !std::isfinite(volume_per_atom_A3))
    throw Error(ExitCode::bad_input,
                fmt::format("volume per atom is {} A^3, must be finite and > 0", volume_per_atom_A3));
  const double edge = std::cbrt(static_cast<double>(atoms) * volume_per_atom_A3);
  return Box::orthogonal({{edge, edge, edge}});
}

Structure make_random_structure(const Box& box, const Composition& composition, std::int64_t atoms,
                                const PairDistances& min_distance, std::uint64_t seed) {
  if (atoms > std::numeric_limits<std::int32_t>::max())
    throw Error(ExitCode::bad_input, fmt::format("number of atoms is {}, at most {} allowed", atoms,
                                                 std::numeric_limits<std::int32_t>::max()));
  const auto count = exact_counts(composition, atoms);
  const double packing = check_feasible(box, count, min_distance);
  Structure structure{box, composition.species, standard_masses(composition.species), {}, {}, {}, {}, {}};
  for (std::size_t t = 0; t < count.size(); ++t)
    structure.type.insert(structure.type.end(), count[t], static_cast<int>(t));
  for (std::int64_t id = 1; id <= atoms; ++id) {
    structure.id.push_back(id);
    structure.position.push_back(box.to_cartesian(random_point(seed, id)));
  }
  PushOff push_off(box, structure.type, min_distance);
  Overlaps overlaps;
  for (int sweep = 0; sweep < max_sweeps; ++sweep) {
    overlaps = push_off.sweep(structure.position);
    if (overlaps.count > 0) continue;
    for (Vec3& r : structure.position) r = box.to_cartesian(inside(box, box.to_fractional(r)));
    return structure;
  }
  throw Error(
      ExitCode::bad_input,
      fmt::format(
          "random structure: {} pairs are still too close after {} sweeps, the worst at {:.4f} of its "
          "minimum distance (packing fraction {:.3f}): lower the density or the minimum distance",
          overlaps.count, max_sweeps, overlaps.worst_ratio, packing));
}

}  // namespace patina
