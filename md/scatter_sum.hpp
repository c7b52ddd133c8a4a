// SPDX-License-Identifier: BSD-3-Clause
// Sums over a half list into both atoms of each pair. The one place that knows how threads share the target:
// on the host every thread has a contiguous run of atoms and a private window of rows, and the windows are
// added in the order of the runs, so that equal threads give equal bits; on a device the additions are
// atomic.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "core/vec3.hpp"
#include "md/neighbor_list.hpp"

namespace patina {

// Energy and virial W_ab = sum r_a f_b (xx yy zz xy xz yz) of pairs, eV.
struct PairTally {
  double energy = 0.0;
  double virial[6] = {0.0, 0.0, 0.0, 0.0, 0.0, 0.0};

  KOKKOS_INLINE_FUNCTION PairTally& operator+=(const PairTally& other) {
    energy += other.energy;
    for (int k = 0; k < 6; ++k) virial[k] += other.virial[k];
    return *this;
  }
  KOKKOS_INLINE_FUNCTION void operator+=(const volatile PairTally& other) volatile {
    energy = energy + other.energy;
    for (int k = 0; k < 6; ++k) virial[k] = virial[k] + other.virial[k];
  }
};

constexpr bool sums_are_private = Kokkos::SpaceAccessibility<HostSpace, MemSpace>::accessible;

// Where a kernel adds. What goes to ghosts ends in row `last`, which nobody reads: their owners sum it
// themselves.
template <int width>
struct ScatterTarget {
  double* rows = nullptr;  // row j at rows + width * j
  int last = 0;

  KOKKOS_INLINE_FUNCTION void add(int j, const double (&values)[width]) const {
    double* row = rows + static_cast<std::ptrdiff_t>(width) * (j < last ? j : last);
    for (int w = 0; w < width; ++w) {
      if constexpr (sums_are_private)
        row[w] += values[w];
      else
        Kokkos::atomic_add(&row[w], values[w]);
    }
  }
};

// Private windows of the runs, one behind the other; kept between calls.
struct ScatterScratch {
  HostArray<double> windows;
};

namespace detail {

template <int width>
std::vector<double*> place_windows(const ListRuns& runs, double* result, ScatterScratch& scratch) {
  if (runs.count == 1) return {result};
  std::vector<std::size_t> start;
  std::size_t size = 0;
  for (int b = 0; b < runs.count; ++b) {
    start.push_back(size);
    // One row more for the ghosts, and whole cache lines between the windows.
    size += (static_cast<std::size_t>(runs.window_end(b) - runs.begin(b) + 1) * width + 15) / 8 * 8;
  }
  if (scratch.windows.extent(0) < size)
    scratch.windows = HostArray<double>(
        Kokkos::view_alloc(std::string("scatter_windows"), Kokkos::WithoutInitializing), size);
  std::vector<double*> rows;
  for (int b = 0; b < runs.count; ++b)
    rows.push_back(scratch.windows.data() + start[b] - static_cast<std::ptrdiff_t>(width) * runs.begin(b));
  return rows;
}

template <int width>
void add_windows(const ListRuns& runs, const std::vector<double*>& windows, double* result) {
  if (runs.count == 1) return;
  Kokkos::parallel_for("add_windows", Range(0, runs.count), [&](int home) {
    for (int k = runs.begin(home) * width; k < runs.begin(home + 1) * width; ++k)
      result[k] = windows[home][k];
    for (int b = 0; b < home; ++b)
      for (int k = runs.begin(home) * width; k < std::min(runs.begin(home + 1), runs.window_end(b)) * width;
           ++k)
        result[k] += windows[b][k];
  });
}

}  // namespace detail

// result = sum over local atoms i of what kernel(i, target, tally) adds, rows 0 .. local - 1; row `local` is
// scratch. Returns the tally of all atoms.
template <int width, class Kernel>
PairTally scatter_sum(const char* label, const NeighborList& list, double* result, ScatterScratch& scratch,
                      const Kernel& kernel) {
  PairTally total;
  if constexpr (sums_are_private) {
    const ListRuns& runs = list.runs;
    const auto windows = detail::place_windows<width>(runs, result, scratch);
    Kokkos::parallel_reduce(
        label, Range(0, runs.count),
        [&](int b, PairTally& tally) {
          const ScatterTarget<width> target{windows[b], runs.window_end(b)};
          for (int k = runs.begin(b) * width; k < (runs.window_end(b) + 1) * width; ++k) target.rows[k] = 0.0;
          const Kernel own =
              kernel;  // on this thread's stack: the compiler may keep its members in registers
          for (int i = runs.begin(b); i < runs.begin(b + 1); ++i) own(i, target, tally);
        },
        total);
    detail::add_windows<width>(runs, windows, result);
  } else {
    const int local = list.local;
    const ScatterTarget<width> target{result, local};
    Kokkos::parallel_for(
        "zero_sums", Range(0, local + 1), KOKKOS_LAMBDA(int i) {
          for (int w = 0; w < width; ++w) result[i * width + w] = 0.0;
        });
    Kokkos::parallel_reduce(
        label, Range(0, local), KOKKOS_LAMBDA(int i, PairTally& tally) { kernel(i, target, tally); }, total);
  }
  return total;
}

}  // namespace patina
