// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/whole_mesh_spread.hpp"

#include <algorithm>
#include <cmath>

#include "scattering/host_loops.hpp"
#include "scattering/mesh_spread.hpp"

namespace patina {

namespace {

using Team = Kokkos::TeamPolicy<ExecSpace>;
using Member = Team::member_type;
template <class T>
using Scratch = Kokkos::View<T*, Kokkos::LayoutRight, ExecSpace::scratch_memory_space, Kokkos::MemoryTraits<Kokkos::Unmanaged>>;

// One point a team: most windows have 64 cells or more.
constexpr int team_size = takes_host_loops() ? 1 : 64;
constexpr double most_units = 0x1p60;

KOKKOS_INLINE_FUNCTION std::size_t cell_number(const SpreadWindow& window, int x, int y, int z) {
  return (static_cast<std::size_t>(z) * window.cells[1] + y) * window.cells[0] + x;
}

// The most points whose windows begin in one cell. `mesh` comes and goes as zeros.
double most_in_a_cell(const PhasePoints& points, int first, int last, const SpreadWindow& window, const Array<std::int64_t>& mesh) {
  const auto fractional = points.fractional;
  const auto in = window;
  const auto count = mesh;
  Kokkos::parallel_for(
      "mesh_count", Range(first, last), KOKKOS_LAMBDA(int j) {
        double t = 0.0;
        int cell[3];
        for (int d = 0; d < 3; ++d) cell[d] = first_cell(fractional(j, d), in.cells[d], in.width, t);
        Kokkos::atomic_add(&count(cell_number(in, cell[0], cell[1], cell[2])), std::int64_t{1});
      });
  std::int64_t most = 0;
  Kokkos::parallel_reduce(
      "mesh_most", CellRange(0, static_cast<std::int64_t>(mesh.extent(0))),
      KOKKOS_LAMBDA(std::int64_t i, std::int64_t& largest) {
        largest = count(i) > largest ? count(i) : largest;
        count(i) = 0;
      },
      Kokkos::Max<std::int64_t>(most));
  return static_cast<double>(most);
}

void add_points(const PhasePoints& points, int first, int last, double per_weight_unit, double units, const SpreadWindow& window,
                const Array<std::int64_t>& mesh) {
  const auto fractional = points.fractional;
  const auto weight = points.weight;
  const bool weighted = points.weighted();
  const auto in = window;
  const auto sums = mesh;
  const int width = window.width, plane = width * width, values = 3 * width;

  Team policy(last - first, team_size);
  policy.set_scratch_size(0, Kokkos::PerTeam(static_cast<int>(Scratch<double>::shmem_size(static_cast<std::size_t>(values)) +
                                                              Scratch<int>::shmem_size(static_cast<std::size_t>(values)))));
  Kokkos::parallel_for(
      "mesh_spread", policy, KOKKOS_LAMBDA(const Member& team) {
        const Scratch<double> phi(team.team_scratch(0), values);
        const Scratch<int> cell(team.team_scratch(0), values);
        const int j = first + team.league_rank();
        Kokkos::parallel_for(Kokkos::TeamThreadRange(team, values), [&](int item) {
          const int d = item / width, l = item % width;
          double t = 0.0;
          cell(item) = (first_cell(fractional(j, d), in.cells[d], width, t) + l) % in.cells[d];
          double value = in.horner(l);
          for (int k = 1; k <= in.degree; ++k) value = value * t + in.horner(k * width + l);
          phi(item) = d > 0 ? value : value * units * (weighted ? weight(j) * per_weight_unit : 1.0);
        });
        team.team_barrier();
        Kokkos::parallel_for(Kokkos::TeamThreadRange(team, width * plane), [&](int item) {
          const int x = item % width, y = width + item / width % width, z = 2 * width + item / plane;
          const std::int64_t term = ::llrint(phi(x) * (phi(y) * phi(z)));
          Kokkos::atomic_add(&sums(cell_number(in, cell(x), cell(y), cell(z))), term);
        });
      });
}

}  // namespace

SpreadWindow spread_window(const MeshLayout& layout) {
  SpreadWindow window;
  window.width = layout.window.width();
  window.degree = layout.window.degree();
  std::vector<double> horner;
  for (int k = window.degree; k >= 0; --k)
    for (int l = 0; l < window.width; ++l) horner.push_back(layout.window.coefficient(k, l));
  window.horner = to_device(horner);
  std::copy_n(layout.cells.begin(), 3, window.cells);
  return window;
}

double spread_whole(const PhasePoints& points, int first, int last, double per_weight_unit, const SpreadWindow& window,
                    const Array<std::int64_t>& mesh) {
  Kokkos::deep_copy(mesh, std::int64_t{0});
  if (first == last) return 1.0;
  double all = last - first, before = most_in_a_cell(points, first, last, window, mesh);
  for (const int cells : window.cells) {
    all *= std::ceil(static_cast<double>(window.width) / cells);
    before *= window.width;
  }
  const double most = std::min(all, before);
  // A power of two, so that whole numbers are the values to the last bit of the unit.
  const double units = std::exp2(std::floor(std::log2(most_units / most)));
  add_points(points, first, last, per_weight_unit, units, window, mesh);
  return 1.0 / units;
}

}  // namespace patina
