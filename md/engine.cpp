// SPDX-License-Identifier: BSD-3-Clause
#include "md/engine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.hpp"
#include "core/stopwatch.hpp"
#include "md/division.hpp"
#include "md/position_checks.hpp"

namespace patina {

namespace {

constexpr bool on_host = Kokkos::SpaceAccessibility<HostSpace, MemSpace>::accessible;

// Loads of ranks are compared at the first rebuild after so many force computations.
constexpr long long computes_between_looks = 50;

// |A - 1| in the Frobenius norm.
double distance_from_identity(const Mat3& a) {
  double sum = 0.0;
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j) sum += (a[i][j] - (i == j)) * (a[i][j] - (i == j));
  return std::sqrt(sum);
}

// Row atoms.all(): so far away that it interacts with nothing.
void put_filler(const Atoms& atoms) {
  const auto place = atoms.place;
  const int filler = atoms.all();
  Kokkos::parallel_for(
      "put_filler", Range(0, 1), KOKKOS_LAMBDA(int) {
        for (int d = 0; d < 3; ++d) place(filler, d) = 1e12;
        place(filler, 3) = 0.0;
      });
}

// Cells for the local atoms and for ghosts up to `reach` (Angstrom) around them.
CellGrid cells_around(const Atoms& atoms, const Box& box, double reach) {
  double lower[3], upper[3];
  for (int d = 0; d < 3; ++d) {
    const auto [lowest, highest] = extent_along(atoms, box, d);
    const double around = reach / box.height(d);
    lower[d] = atoms.local > 0 ? lowest - around : 0.0;
    upper[d] = atoms.local > 0 ? highest + around : around;
  }
  const int most_cells = 32768 + static_cast<int>(std::min(4LL * atoms.local, 100'000'000LL));
  // Two cells on either side must reach; a hair more, against round-off of fractional coordinates.
  return make_cell_grid(box, lower, upper, 0.5 * reach * (1.0 + 1e-9), most_cells);
}

double largest_cutoff(const PairCutoffs& cutoffs) {
  double largest = 0.0;
  for (const double cutoff : cutoffs.outer) largest = std::max(largest, cutoff);
  return largest;
}

}  // namespace

Engine::Engine(const System& system, std::unique_ptr<Potential> potential, const EngineOptions& options)
    : potential_(std::move(potential)),
      mixed_(potential_->precision() == Precision::mixed),
      cutoffs_(potential_->cutoffs()),
      max_cutoff_(largest_cutoff(cutoffs_)),
      skin_(options.skin_A),
      balance_(options.balance),
      domain_(divide(system, options.rank_grid, max_cutoff_ + skin_, !options.balance)) {
  if (on_host && options.chunks && potential_->takes_chunks()) lists_.kind = PairListKind::chunks;
  if (cutoffs_.types != system.species.types())
    throw Error(ExitCode::bad_input, fmt::format("the potential has {} species, the structure {}",
                                                 cutoffs_.types, system.species.types()));
  if (!(skin_ > 0.0 && skin_ <= largest_skin_A))
    throw Error(ExitCode::bad_input, fmt::format("skin {} A: must be > 0 and <= {}", skin_, largest_skin_A));
  if (options.tune_skin) {
    tuner_.emplace(max_cutoff_, skin_);
    skin_ = tuner_->skin_A();
  }
  // Atoms of a list come no farther apart than cutoff + 2 skins. The largest skin, not this one: bits must not depend on it.
  int exponent = 0;
  std::frexp(max_cutoff_ + 2.0 * largest_skin_A, &exponent);
  grid_.mixed_step = std::ldexp(1.0, exponent - 31);
}

ForceTotals Engine::compute(System& system, Tally tally) {
  EngineCounters::Seconds& seconds = counters_.seconds;
  Stopwatch watch;
  const double needed_skin = settle(system);
  seconds.places += watch.lap();
  if (tuner_ && counters_.rebuilds > 0 && !rebuild_forced_) tuner_->step(needed_skin);
  // A sheared cell that was spanned anew: places count from other edges.
  const bool turned = !(system.box.turn() == reference_.box.turn());
  if (needed_skin > skin_ || turned || rebuild_forced_ || (tuner_ && tuner_->lists_are_wide())) {
    rebuild(system);
    if (tuner_) Kokkos::fence();
    seconds.lists += watch.lap();
  } else if (!mixed_) {
    halo_.begin_places(system.atoms, system.box);
  }
  if (mixed_) settle_mixed(system.atoms);
  seconds.ghosts += watch.lap();
  ++counters_.computes;

  const auto exchange = [&](auto&& what) {
    seconds.pair_forces += watch.lap();
    what();
    seconds.ghosts += watch.lap();
  };
  const GhostExchange ghosts = {
      [&] { exchange([&] { halo_.finish(); }); },
      [&] { exchange([&] { mixed_ ? halo_.begin_mixed_slopes(system.atoms) : halo_.begin_slopes(system.atoms); }); },
      [&] { exchange([&] { halo_.finish(); }); }};
  const ForceSums sums = potential_->compute(system.atoms, lists_, grid_, ghosts, tally);
  seconds.pair_forces += watch.lap();
  if (sums.overlap && !overlap_) {
    overlap_ = potential_->find_overlap(system.atoms, lists_, grid_);
    overlap_->step = system.step;
  }
  ForceTotals totals;
  if (tally == Tally::forces) return totals;
  Int128 all[9] = {sums.potential_energy, sums.virial[0], sums.virial[1], sums.virial[2], sums.virial[3],
                   sums.virial[4],        sums.virial[5], sums.beyond_table, overlap_.has_value()};
  system.comm->sum(all, 9);
  totals.potential_energy = static_cast<double>(all[0]) * sums.energy_unit;
  double w[6];
  for (int k = 0; k < 6; ++k) w[k] = static_cast<double>(all[1 + k]) * sums.virial_unit;
  totals.virial = Mat3{{{w[0], w[3], w[4]}, {w[3], w[1], w[5]}, {w[4], w[5], w[2]}}};
  totals.beyond_table = static_cast<long long>(all[7]);
  if (all[8] != 0) totals.overlap = first_overlap(system, overlap_);
  overlap_.reset();
  return totals;
}

Array<double> Engine::atom_energies(const System& system) {
  require(!rebuild_forced_, "atom energies asked for before forces");
  if (mixed_) {
    halo_.begin_places(system.atoms, system.box);
    halo_.finish();
  }
  return potential_->atom_energies(system.atoms, lists_);
}

double Engine::settle(System& system) {
  put_on_grid(system.box, grid_);
  const double moved = settle_atoms(system.atoms, system.box, grid_.step, reference_);
  const Mat3 deformation = reference_.box.inverse_edges() * system.box.edges();
  const double stretch = 1.0 - distance_from_identity(deformation);
  // (r_c + skin) s_min - 2 max|u| = r_c, for the skin.
  const double needed = (max_cutoff_ + 2.0 * moved) / stretch - max_cutoff_;
  return system.comm->max(stretch > 0.0 ? needed : std::numeric_limits<double>::infinity());
}

void Engine::rebuild(System& system) {
  check_positions(system, grid_.step);
  Atoms& atoms = system.atoms;
  balance(system);
  domain_.migrate(atoms, system.box);
  count_atoms_and_choose_skin(system);
  const double reach = max_cutoff_ + skin_;
  const CellGrid cells = cells_around(atoms, system.box, reach);
  const CellMembers members = sort_into_cells({atoms.position.data(), 3}, atoms.local, cells, atoms.id);
  reorder(atoms, members.member, atoms.local);
  take_reference(atoms, system.box, reference_);
  halo_.build(atoms, system.box, domain_, reach);
  if (mixed_ && static_cast<int>(atoms.mixed_place.extent(0)) <= atoms.all())
    atoms.mixed_place = Rows<std::uint32_t, 4>("mixed_place", atoms.place.extent(0));
  put_filler(atoms);
  if (lists_.kind == PairListKind::chunks) {
    build_pair_chunks(atoms, cells, members.begin, cutoffs_, skin_, lists_.chunks);
    number_shifts(atoms);
  } else {
    lists_.rows = build_neighbor_list(atoms, cells, cutoffs_, skin_);
  }

  ++counters_.rebuilds;
  rebuild_forced_ = false;
}

void Engine::count_atoms_and_choose_skin(const System& system) {
  const EngineCounters::Seconds& now = counters_.seconds;
  const EngineCounters::Seconds& then = at_rebuild_.seconds;
  const long long steps = counters_.computes - at_rebuild_.computes;
  // In whole numbers, whose sums are alike on all ranks.
  const auto nanoseconds = [](double s) { return std::llrint(1e9 * s); };
  long long sums[3] = {system.atoms.local, nanoseconds(now.lists - then.lists),
                       nanoseconds(now.places - then.places + now.ghosts - then.ghosts + now.pair_forces - then.pair_forces)};
  system.comm->sum(sums, 3);
  if (sums[0] != system.atom_count)
    throw Error(ExitCode::unstable, fmt::format("step {}: {} atoms of {} are left: atoms were lost",
                                                system.step, sums[0], system.atom_count));
  if (!rebuild_forced_ && steps == 1) ++counters_.hasty_rebuilds;
  if (tuner_) {
    const double step_work = static_cast<double>(sums[2]) / static_cast<double>(std::max(1LL, steps));
    tuner_->end_lists(step_work > 0.0 ? static_cast<double>(sums[1]) / step_work : 0.0);
    skin_ = tuner_->skin_A();
  }
  at_rebuild_ = counters_;
}

void Engine::balance(const System& system) {
  if (!balance_ || domain_.comm().size() == 1 || counters_.computes - last_look_.computes < computes_between_looks) return;
  const double seconds = counters_.seconds.pair_forces - last_look_.pair_forces_s;
  last_look_ = {counters_.computes, counters_.seconds.pair_forces};
  rebalance(domain_, system, max_cutoff_ + skin_, on_host ? seconds : std::numeric_limits<double>::quiet_NaN());
}

void Engine::set_cuts(int d, const std::vector<double>& cuts) {
  domain_.set_cuts(d, cuts);
  rebuild_forced_ = true;
}

void Engine::settle_mixed(const Atoms& atoms) {
  const CellSteps edges = in_steps(grid_);
  place_mixed(atoms, reference_, grid_.mixed_step, edges);
  halo_.begin_mixed_places(atoms, edges);
}

void Engine::number_shifts(const Atoms& atoms) {
  GhostShifts& shifts = lists_.shifts;
  shifts.shift = {{0, 0, 0}};
  if (static_cast<int>(shifts.code.extent(0)) <= atoms.all())
    shifts.code = HostArray<int>("shift_code", atoms.all() + atoms.all() / 16 + 1);
  for (int g = atoms.local; g < atoms.all(); ++g) {
    const std::array<int, 3> shift = {atoms.shift(g, 0), atoms.shift(g, 1), atoms.shift(g, 2)};
    // Ghosts come in few long stretches of one shift.
    if (g > atoms.local && shift == shifts.shift[static_cast<std::size_t>(shifts.code(g - 1))]) {
      shifts.code(g) = shifts.code(g - 1);
      continue;
    }
    const auto known = std::find(shifts.shift.begin(), shifts.shift.end(), shift);
    shifts.code(g) = static_cast<int>(known - shifts.shift.begin());
    if (known == shifts.shift.end()) shifts.shift.push_back(shift);
  }
  shifts.code(atoms.all()) = 0;
}

}  // namespace patina
