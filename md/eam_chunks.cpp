// SPDX-License-Identifier: BSD-3-Clause
// The two passes over the host's chunks: who sums where. Each thread has a contiguous run of atoms and windows
// of rows of its own; the windows are added up afterwards, in whole numbers, so that no order matters.
#include <algorithm>
#include <cstring>

#include "md/eam.hpp"

namespace patina {

namespace {

// result(i) = sum of the windows' rows i, i local.
void add_windows(const PairChunks& chunks, const std::vector<std::int64_t*>& windows, int width,
                 std::int64_t* result) {
  if (chunks.runs.size() == 1) return;
  Kokkos::parallel_for("add_windows", HostRange(0, static_cast<int>(chunks.runs.size())), [&](int home) {
    const PairRun& own = chunks.runs[static_cast<std::size_t>(home)];
    for (int k = own.begin * width; k < own.end * width; ++k) {
      result[k] = windows[static_cast<std::size_t>(home)][k];
    }
    for (int b = 0; b < home; ++b) {
      const int end = std::min(own.end, chunks.runs[static_cast<std::size_t>(b)].window_end) * width;
      for (int k = own.begin * width; k < end; ++k) result[k] += windows[static_cast<std::size_t>(b)][k];
    }
  });
}

// Adds to each local row what its images got. (A loop over the images: short, and nothing in it depends on what came before.)
template <int width>
void add_images(const PairChunks& chunks, const std::vector<std::int64_t*>& windows, std::int64_t* result) {
  const OwnImages& images = chunks.images;
  const int* original = images.original.data();
  Kokkos::parallel_for("add_images", HostRange(0, static_cast<int>(chunks.runs.size())), [&](int home) {
    const PairRun& own = chunks.runs[static_cast<std::size_t>(home)];
    const auto first = std::lower_bound(original, original + images.count, own.begin) - original;
    const auto last = std::lower_bound(original, original + images.count, own.end) - original;
    for (std::size_t b = 0; b < windows.size(); ++b)
      for (auto k = first; k < last; ++k) {
        const int row = images.row(k);
        if (row < chunks.runs[b].image_begin || row >= chunks.runs[b].image_end) continue;
        for (int w = 0; w < width; ++w)
          result[static_cast<std::ptrdiff_t>(original[k]) * width + w] += windows[b][static_cast<std::ptrdiff_t>(row) * width + w];
      }
  });
}

// What images got, to the accounts of their shifts: twice, because their pairs stand once.
void add_to_shifts(const PairChunks& chunks, const std::vector<std::int64_t*>& windows, const GhostShifts& shifts,
                   const HostRows<std::int64_t, 4>& shift_force) {
  for (std::size_t b = 0; b < windows.size(); ++b)
    for (int k = 0; k < chunks.images.count; ++k) {
      const int row = chunks.images.row(k);
      if (row < chunks.runs[b].image_begin || row >= chunks.runs[b].image_end) continue;
      for (int a = 0; a < 3; ++a) shift_force(shifts.code(row), a) += 2 * windows[b][4 * static_cast<std::ptrdiff_t>(row) + a];
    }
}

void clear_rows(std::int64_t* window, int begin, int end, int width) {
  std::memset(window + static_cast<std::ptrdiff_t>(begin) * width, 0,
              sizeof(std::int64_t) * static_cast<std::size_t>(end - begin) * static_cast<std::size_t>(width));
}

void clear_window(std::int64_t* window, const PairRun& run, int width) {
  clear_rows(window, run.begin, run.window_end, width);
  clear_rows(window, run.image_begin, run.image_end, width);
}

}  // namespace

// Windows reach up to the row that fills up chunks; what lies between is never touched.
void EamPotential::place_windows(const PairChunks& chunks, int rows) {
  density_window_ = {density_sum_.data()};
  force_window_ = {force_sum_.data()};
  if (chunks.runs.size() == 1) return;
  std::size_t size = 0;
  std::vector<std::size_t> start;
  for (const PairRun& run : chunks.runs) {
    start.push_back(size);
    size += (4 * static_cast<std::size_t>(rows - run.begin) + 15) / 8 * 8;
  }
  if (window_memory_.extent(0) < size)
    window_memory_ = HostArray<std::int64_t>(
        Kokkos::view_alloc(std::string("windows"), Kokkos::WithoutInitializing), size);
  density_window_.clear();
  force_window_.clear();
  // One memory for both: the densities are added up before the forces begin.
  for (std::size_t b = 0; b < chunks.runs.size(); ++b) {
    density_window_.push_back(window_memory_.data() + start[b] - chunks.runs[b].begin);
    force_window_.push_back(window_memory_.data() + start[b] -
                            4 * static_cast<std::ptrdiff_t>(chunks.runs[b].begin));
  }
}

double EamPotential::pass_densities(const Atoms& atoms, const ChunkList& list, const PlaceGrid& grid, std::int64_t* own,
                                    std::int64_t* others) const {
  if (precision_ == Precision::full)
    return chunk_kernels().in_double.densities(chunk_tables_, pass_over<double>(atoms.place.data(), atoms, list, own, others));
  auto pass = pass_over<std::uint32_t>(atoms.mixed_place.data(), atoms, list, own, others);
  pass.place_step = grid.mixed_step;
  return chunk_kernels().mixed.densities(single_chunk_tables_, pass);
}

bool EamPotential::pass_forces(const Atoms& atoms, const ChunkList& list, const PlaceGrid& grid,
                               const int* row_of_partner, std::int64_t* own, std::int64_t* others, Int128* energy) const {
  if (precision_ == Precision::full) {
    auto pass = pass_over<double>(atoms.place.data(), atoms, list, own, others);
    pass.row_of_partner = row_of_partner;
    return chunk_kernels().in_double.forces(chunk_tables_, pass, energy);
  }
  auto pass = pass_over<std::uint32_t>(atoms.mixed_place.data(), atoms, list, own, others);
  pass.row_of_partner = row_of_partner;
  pass.place_step = grid.mixed_step;
  return chunk_kernels().mixed.forces(single_chunk_tables_, pass, energy);
}

// Pairs of a run's own atoms, in a window that it clears.
bool EamPotential::own_forces(const Atoms& atoms, const PairRun& run, const PlaceGrid& grid, std::int64_t* window,
                              Int128* energy) const {
  clear_window(window, run, 4);
  return pass_forces(atoms, run.inner, grid, nullptr, window, window, energy) &&
         pass_forces(atoms, run.outer, grid, nullptr, window, window, energy);
}

void EamPotential::chunk_densities(const Atoms& atoms, const PairChunks& chunks, const PlaceGrid& grid,
                                   const std::function<void()>& finish, ForceSums& sums) {
  if (static_cast<int>(force_sum_.extent(0)) < atoms.all() + 1)
    force_sum_ = WholeRows(Kokkos::view_alloc(std::string("force_sum"), Kokkos::WithoutInitializing),
                           atoms.all() + 1 + atoms.all() / 16);
  place_windows(chunks, atoms.all() + 1);
  const HostRange runs(0, static_cast<int>(chunks.runs.size()));
  double closest_own_sq = 1e300, closest_sq = 1e300;
  Kokkos::parallel_reduce(
      "chunk_densities", runs,
      [&](int b, double& closest) {
        const PairRun& run = chunks.runs[static_cast<std::size_t>(b)];
        std::int64_t* window = density_window_[static_cast<std::size_t>(b)];
        clear_window(window, run, 1);
        closest = std::min(closest, pass_densities(atoms, run.inner, grid, window, window));
      },
      Kokkos::Min<double>(closest_own_sq));
  finish();
  Kokkos::parallel_reduce(
      "chunk_densities_of_ghosts", runs,
      [&](int b, double& closest) {
        const PairRun& run = chunks.runs[static_cast<std::size_t>(b)];
        std::int64_t* window = density_window_[static_cast<std::size_t>(b)];
        closest = std::min(closest, pass_densities(atoms, run.inner_ghost, grid, window, nullptr));
      },
      Kokkos::Min<double>(closest_sq));
  add_windows(chunks, density_window_, 1, density_sum_.data());
  add_images<1>(chunks, density_window_, density_sum_.data());
  sums.overlap = std::min(closest_own_sq, closest_sq) < tables_.closest * tables_.closest;
}

void EamPotential::chunk_forces(const Atoms& atoms, const PairLists& lists, const PlaceGrid& grid,
                                const std::function<void()>& finish, Tally tally, ForceSums& sums) {
  const PairChunks& chunks = lists.chunks;
  const auto shifts = lists.shifts.shift.size();
  shift_force_.resize(chunks.runs.size());
  for (auto& rows : shift_force_)
    if (rows.extent(0) < shifts) rows = HostRows<std::int64_t, 4>("shift_force", shifts);
  const HostRange runs(0, static_cast<int>(chunks.runs.size()));
  const bool energies = tally == Tally::energy;
  ExactSums<1> own_energy, half_energy;
  // Pairs of very strong forces, as a bad start has them, take the way of energies too, which has room for any.
  std::vector<char> strong(chunks.runs.size(), 0);
  Kokkos::parallel_reduce(
      "chunk_forces", runs,
      [&](int b, ExactSums<1>& sum) {
        const PairRun& run = chunks.runs[static_cast<std::size_t>(b)];
        std::int64_t* window = force_window_[static_cast<std::size_t>(b)];
        Int128 energy = 0, unused = 0;
        if (!own_forces(atoms, run, grid, window, energies ? &energy : nullptr)) {
          strong[static_cast<std::size_t>(b)] = 1;
          own_forces(atoms, run, grid, window, &unused);
        }
        sum.sum[0] += energy;
      },
      own_energy);
  finish();
  Kokkos::parallel_reduce(
      "chunk_forces_of_ghosts", runs,
      [&](int b, ExactSums<1>& sum) {
        const PairRun& run = chunks.runs[static_cast<std::size_t>(b)];
        std::int64_t* window = force_window_[static_cast<std::size_t>(b)];
        std::int64_t* shift_force = shift_force_[static_cast<std::size_t>(b)].data();
        // The partner's force is its owner's business; here it goes to the account of its shift, for the virial.
        const auto pass = [&](Int128* energy) {
          std::memset(shift_force, 0, 4 * shifts * sizeof(std::int64_t));
          const auto over = [&](const ChunkList& list) {
            return pass_forces(atoms, list, grid, lists.shifts.code.data(), window,
                               tally != Tally::forces ? shift_force : nullptr, energy);
          };
          return over(run.inner_ghost) && over(run.outer_ghost);
        };
        Int128 energy = 0, unused = 0;
        const bool was_strong = strong[static_cast<std::size_t>(b)] != 0;
        if (!pass(energies ? &energy : was_strong ? &unused : nullptr)) {
          own_forces(atoms, run, grid, window, &unused);
          pass(&unused);
        }
        sum.sum[0] += energy;
      },
      half_energy);
  add_windows(chunks, force_window_, 4, force_sum_.data());
  add_images<4>(chunks, force_window_, force_sum_.data());
  if (tally != Tally::forces) add_to_shifts(chunks, force_window_, lists.shifts, shift_force_[0]);
  sums.potential_energy += 2 * own_energy.sum[0] + half_energy.sum[0];
}

}  // namespace patina
