// SPDX-License-Identifier: BSD-3-Clause
#include "md/position_checks.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "core/error.hpp"
#include "core/kokkos_compat.hpp"

namespace patina {

namespace {

// Coordinates that are exact on the grid, with an edge of the cell added: those of 4 to 8 cells.
double farthest_exact(double step) { return std::ldexp(step, 52); }

// Throws on all ranks alike if an atom is out so far along a free axis that its place plus a lattice translation would be rounded.
// Axes that no translation goes along are no matter.
void check_extent(const System& system, double step) {
  const auto position = system.atoms.position;
  double largest = 0.0;
  bool counts[3] = {false, false, false};
  for (int k = 0; k < 3; ++k)
    for (int d = 0; d < 3; ++d) counts[k] = counts[k] || (system.box.periodic(d) && system.box.edges()[d][k] != 0.0);
  const Vec3 share{{double(counts[0]), double(counts[1]), double(counts[2])}};
  Kokkos::parallel_reduce(
      "check_extent", Range(0, system.atoms.local),
      KOKKOS_LAMBDA(int i, double& most) {
        for (int k = 0; k < 3; ++k) {
          const double x = share[k] * kokkos_compat::abs(position(i, k));
          if (x > most) most = x;
        }
      },
      Kokkos::Max<double>(largest));
  largest = system.comm->max(largest);
  if (largest > farthest_exact(step))
    throw Error(ExitCode::unstable, fmt::format("step {}: an atom is {:.4g} A out along a free axis that a periodic edge leans along; places are exact up to "
                                                "{:.4g} A in this cell: give it a longer edge there, or take such atoms out",
                                                system.step, largest, farthest_exact(step)));
}

}  // namespace

void check_positions(const System& system, double step) {
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
                    system.step, input_id(system, static_cast<std::int64_t>(first))));
  check_extent(system, step);
}

}  // namespace patina
