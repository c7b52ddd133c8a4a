// SPDX-License-Identifier: BSD-3-Clause
#include "md/engine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.hpp"
#include "core/kokkos_compat.hpp"

namespace patina {

namespace {

// Largest displacement of the local atoms beyond the deformation of the cell, Angstrom; infinite if one is
// not a number.
double largest_displacement(const Atoms& atoms, const Box& box, const Rows<double, 3>& reference,
                            const Vec3& reference_origin, const Mat3& deformation) {
  const auto position = atoms.position;
  double largest_sq = 0.0;
  Kokkos::parallel_reduce(
      "largest_displacement", Range(0, atoms.local),
      KOKKOS_LAMBDA(int i, double& largest) {
        const Vec3 now = Vec3{{position(i, 0), position(i, 1), position(i, 2)}} - box.origin();
        const Vec3 before = Vec3{{reference(i, 0), reference(i, 1), reference(i, 2)}} - reference_origin;
        const Vec3 moved = now - before * deformation;
        double moved_sq = dot(moved, moved);
        if (!(moved_sq < 1e300)) moved_sq = 1e300;
        if (moved_sq > largest) largest = moved_sq;
      },
      Kokkos::Max<double>(largest_sq));
  largest_sq = std::max(0.0, largest_sq);  // no atoms here: the reduction starts at the lowest number
  return largest_sq < 1e300 ? std::sqrt(largest_sq) : std::numeric_limits<double>::infinity();
}

// |A - 1| in the Frobenius norm.
double distance_from_identity(const Mat3& a) {
  double sum = 0.0;
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j) sum += (a[i][j] - (i == j)) * (a[i][j] - (i == j));
  return std::sqrt(sum);
}

// Throws on all ranks alike if an atom is nowhere, or so far away that images cannot be counted.
void check_positions(const System& system) {
  constexpr double farthest = 1e9;  // boxes
  constexpr auto none = std::numeric_limits<std::int64_t>::max();
  const auto position = system.atoms.position;
  const auto id = system.atoms.id;
  const Box box = system.box;
  std::int64_t lowest = none;
  Kokkos::parallel_reduce(
      "check_positions", Range(0, system.atoms.local),
      KOKKOS_LAMBDA(int i, std::int64_t& first) {
        const Vec3 s = box.to_fractional(Vec3{{position(i, 0), position(i, 1), position(i, 2)}});
        bool sound = true;
        for (int d = 0; d < 3; ++d) sound = sound && kokkos_compat::abs(s[d]) < farthest;
        if (!sound && id(i) < first) first = id(i);
      },
      Kokkos::Min<std::int64_t>(lowest));
  const double first =
      system.comm->min(lowest == none ? std::numeric_limits<double>::infinity() : double(lowest));
  if (std::isfinite(first))
    throw Error(
        ExitCode::unstable,
        fmt::format("step {}: the position of atom {} is not finite or over 1e9 box lengths away: the run is "
                    "unstable (time step too long, or atoms too close at the start)",
                    system.step, static_cast<std::int64_t>(first)));
}

// Smallest and largest fractional coordinate of the local atoms along a free axis, where bricks bound
// nothing.
void find_extent(const Atoms& atoms, const Box& box, int d, double& lower, double& upper) {
  const auto position = atoms.position;
  Kokkos::MinMax<double>::value_type extent;
  Kokkos::parallel_reduce(
      "find_extent", Range(0, atoms.local),
      KOKKOS_LAMBDA(int i, Kokkos::MinMax<double>::value_type& range) {
        const double s = box.to_fractional(Vec3{{position(i, 0), position(i, 1), position(i, 2)}})[d];
        if (s < range.min_val) range.min_val = s;
        if (s > range.max_val) range.max_val = s;
      },
      Kokkos::MinMax<double>(extent));
  if (atoms.local == 0) return;
  lower = extent.min_val;
  upper = extent.max_val;
}

// Cells for the local atoms and for ghosts up to `reach` (Angstrom) around this rank's brick.
CellGrid cells_around(const Atoms& atoms, const Box& box, const Domain& domain, double reach) {
  double lower[3], upper[3];
  for (int d = 0; d < 3; ++d) {
    lower[d] = domain.lower(d);
    upper[d] = domain.upper(d);
    if (!box.periodic(d)) find_extent(atoms, box, d, lower[d], upper[d]);
    lower[d] -= reach / box.height(d);
    upper[d] += reach / box.height(d);
  }
  const int most_cells = 32768 + static_cast<int>(std::min(4LL * atoms.local, 100'000'000LL));
  // Two cells on either side must reach; a hair more, against round-off of fractional coordinates.
  return make_cell_grid(box, lower, upper, 0.5 * reach * (1.0 + 1e-9), most_cells);
}

}  // namespace

Engine::Engine(const System& system, std::unique_ptr<Potential> potential, const EngineOptions& options)
    : domain_(*system.comm, system.box, options.rank_grid),
      potential_(std::move(potential)),
      cutoffs_(potential_->cutoffs()),
      skin_(options.skin_A) {
  if (cutoffs_.types != system.species.types())
    throw Error(ExitCode::bad_input, fmt::format("the potential has {} species, the structure {}",
                                                 cutoffs_.types, system.species.types()));
  if (!(skin_ > 0.0) || !std::isfinite(skin_))
    throw Error(ExitCode::bad_input, fmt::format("skin {} A: must be finite and > 0", skin_));
  for (const double cutoff : cutoffs_.outer) max_cutoff_ = std::max(max_cutoff_, cutoff);
}

ForceTotals Engine::compute(System& system, bool tally) {
  if (rebuild_forced_ || list_outdated(system)) {
    rebuild(system);
  } else {
    halo_.refresh_positions(system.atoms, system.box);
  }
  ++counters_.computes;

  const ForceSums sums = potential_->compute(
      system.atoms, list_, [this](const Array<double>& values) { halo_.refresh(values); }, tally);
  ForceTotals totals;
  if (!tally) return totals;
  double reduced[8] = {
      sums.potential_energy, sums.virial[0][0], sums.virial[1][1], sums.virial[2][2],
      sums.virial[0][1],     sums.virial[0][2], sums.virial[1][2], static_cast<double>(sums.beyond_table)};
  system.comm->sum(reduced, 8);
  totals.potential_energy = reduced[0];
  totals.virial = Mat3{{{reduced[1], reduced[4], reduced[5]},
                        {reduced[4], reduced[2], reduced[6]},
                        {reduced[5], reduced[6], reduced[3]}}};
  totals.beyond_table = static_cast<long long>(reduced[7]);
  return totals;
}

Array<double> Engine::atom_energies(const System& system) {
  require(!rebuild_forced_, "atom energies asked for before forces");
  return potential_->atom_energies(system.atoms, list_);
}

bool Engine::list_outdated(const System& system) const {
  const Mat3 deformation = reference_box_.inverse_edges() * system.box.edges();
  const double moved = largest_displacement(system.atoms, system.box, reference_position_,
                                            reference_box_.origin(), deformation);
  const double stretch = 1.0 - distance_from_identity(deformation);
  const double closest = (max_cutoff_ + skin_) * stretch - 2.0 * moved;
  return system.comm->any(!(closest >= max_cutoff_));
}

void Engine::rebuild(System& system) {
  check_positions(system);
  Atoms& atoms = system.atoms;
  const double reach = max_cutoff_ + skin_;

  domain_.migrate(atoms, system.box);
  const long long total = system.comm->sum(static_cast<long long>(atoms.local));
  if (total != system.atom_count)
    throw Error(ExitCode::unstable, fmt::format("step {}: {} atoms of {} are left: atoms were lost",
                                                system.step, total, system.atom_count));
  const CellGrid cells = cells_around(atoms, system.box, domain_, reach);
  reorder(atoms, sort_into_cells(atoms.position, atoms.local, cells, atoms.id).member, atoms.local);
  halo_.build(atoms, system.box, domain_, reach);
  list_ = build_neighbor_list(atoms, cells, cutoffs_, skin_);

  if (static_cast<int>(reference_position_.extent(0)) < atoms.local)
    reference_position_ = Rows<double, 3>("reference_position", atoms.position.extent(0));
  const auto local_rows = std::make_pair(0, atoms.local);
  Kokkos::deep_copy(Kokkos::subview(reference_position_, local_rows, Kokkos::ALL),
                    Kokkos::subview(atoms.position, local_rows, Kokkos::ALL));
  reference_box_ = system.box;
  ++counters_.rebuilds;
  if (!rebuild_forced_ && counters_.computes - last_rebuild_ == 1) ++counters_.hasty_rebuilds;
  last_rebuild_ = counters_.computes;
  rebuild_forced_ = false;
}

}  // namespace patina
