// SPDX-License-Identifier: BSD-3-Clause
// Spreads points onto the planes of a mesh, one plane after the other:
//
//   b(l) = sum_j w_j phi(l_x - M_x s_jx) phi(l_y - M_y s_jy) phi(l_z - M_z s_jz),   cells l modulo M
// Points are sorted by the layer of a few planes in which their window begins, within it by rows. While they are taken in
// that order only the planes of a layer's windows are under way, rows near each other stay in the cache, and no mesh is
// ever stored. A plane has spare cells at the end of its rows and
// spare rows, where windows reach beyond the cell, and which are added to its beginning when it is complete.
#pragma once

#include <functional>
#include <vector>

#include "core/kokkos_compat.hpp"
#include "core/types.hpp"
#include "scattering/mesh_layout.hpp"
#include "scattering/phase_sum.hpp"

namespace patina {

// Where the window of a point begins, and how it lies in its cells: t as in EsWindow::coefficient.
template <class Real>
struct PlacedPoint {
  int x, y, z;
  int group;
  Real t[3];
  Real weight;
};

// Of each group those whose windows begin in one layer after another.
template <class Real>
struct PlacedPoints {
  std::vector<PlacedPoint<Real>> point;
  std::vector<int> layer_start;  // [group * layers + layer], and the end of all
};

// Planes of a layer; the last one of a mesh may have less.
constexpr int layer_planes = 8;
// Cells of a tile along x and y. The windows of a tile's points, 8 + w planes of it, fit the first cache.
constexpr int tile_cells = 4;

// The first cell of a window, from 0 to M - 1.
KOKKOS_INLINE_FUNCTION int first_cell(double fractional, int cells, int width, double& t) {
  const double place = (fractional - kokkos_compat::floor(fractional)) * cells;
  const double first = kokkos_compat::ceil(place - 0.5 * width);
  t = 2.0 * (first - place + 0.5 * width) - 1.0;
  int cell = static_cast<int>(first);
  while (cell < 0) cell += cells;
  while (cell >= cells) cell -= cells;
  return cell;
}

// In their order, weights times `scale`. All must be finite.
template <class Real>
std::vector<PlacedPoint<Real>> place_points(const PhasePoints& points, double scale, const MeshLayout& layout);

template <class Real>
PlacedPoints<Real> sort_points(const std::vector<std::vector<PlacedPoint<Real>>>& parts, int groups, const MeshLayout& layout);

// Of the planes that a thread has under way: numbers that a window's loops take at a time, 8, 12 or 16; numbers from row to row, and of a
// plane; how many planes there are.
struct PlaneSizes {
  int lanes = 8, pitch = 0, slots = 0;
  std::size_t plane = 0;
};
PlaneSizes plane_sizes(const MeshLayout& layout);

// What one thread needs.
template <class Real>
class PlaneSpreader {
 public:
  explicit PlaneSpreader(const MeshLayout& layout) : PlaneSpreader(layout, plane_sizes(layout)) {}
  int pitch() const { return pitch_; }

  // The planes first..last-1 of a group less `background` in every cell, two at a time as they are complete: take(plane, its rows, the
  // rows of the next one), which behind the last plane mean nothing.
  void spread(const PlacedPoints<Real>& points, int group, Real background, int first, int last,
              const std::function<void(int plane, const Real* rows, const Real* next)>& take);

 private:
  PlaneSpreader(const MeshLayout& layout, const PlaneSizes& sizes);
  Real* plane(int z) const { return &planes_(static_cast<std::size_t>(z % slots_) * plane_size_); }
  template <int lanes>
  void add(const PlacedPoint<Real>* points, int count, int shift, int first, int last) const;
  void fold(Real* rows) const;
  void clear(Real* rows, Real background) const;

  int width_, degree_, lanes_, pitch_, slots_;
  int cells_x_, cells_y_, cells_z_;
  std::size_t plane_size_;
  HostArray<Real> horner_;  // [power][lane], the highest power first
  HostArray<Real> planes_;  // plane z at z % slots
};

}  // namespace patina
