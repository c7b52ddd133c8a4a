// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/mesh_spread.hpp"

#include <algorithm>

namespace patina {

namespace {

int layer_count(int cells_z) { return (cells_z + layer_planes - 1) / layer_planes; }

}  // namespace

template <class Real>
std::vector<PlacedPoint<Real>> place_points(const PhasePoints& points, double scale, const MeshLayout& layout) {
  const auto fractional = Kokkos::create_mirror_view_and_copy(HostSpace{}, points.fractional);
  const auto weight = Kokkos::create_mirror_view_and_copy(HostSpace{}, points.weight);
  const bool weighted = points.weighted();
  const auto cells = layout.cells;
  const int width = layout.window.width();
  std::vector<PlacedPoint<Real>> placed(static_cast<std::size_t>(points.group_start.back()));
  for (int g = 0; g < points.groups(); ++g)
    Kokkos::parallel_for("place_points", HostRange(points.group_start[g], points.group_start[g + 1]), [&, g](int j) {
      int cell[3];
      PlacedPoint<Real>& p = placed[j];
      for (int d = 0; d < 3; ++d) {
        double t = 0.0;
        cell[d] = first_cell(fractional(j, d), cells[d], width, t);
        p.t[d] = static_cast<Real>(t);
      }
      p.x = cell[0];
      p.y = cell[1];
      p.z = cell[2];
      p.group = g;
      p.weight = weighted ? static_cast<Real>(weight(j) * scale) : Real{1};
    });
  return placed;
}

// By group and layer, within them by tiles, rows of which go there and back, so that each point has its neighbours just before.
template <class Real>
PlacedPoints<Real> sort_points(const std::vector<std::vector<PlacedPoint<Real>>>& parts, int groups, const MeshLayout& layout) {
  using Point = PlacedPoint<Real>;
  const int layers = layer_count(layout.cells[2]);
  const auto layer_of = [&](const Point& p) { return static_cast<std::size_t>(p.group * layers + p.z / layer_planes); };
  PlacedPoints<Real> sorted;
  sorted.layer_start.assign(static_cast<std::size_t>(groups * layers) + 1, 0);
  for (const auto& part : parts)
    for (const Point& p : part) ++sorted.layer_start[layer_of(p) + 1];
  for (std::size_t k = 1; k < sorted.layer_start.size(); ++k) sorted.layer_start[k] += sorted.layer_start[k - 1];
  sorted.point.resize(static_cast<std::size_t>(sorted.layer_start.back()));
  std::vector<int> next = sorted.layer_start;
  for (const auto& part : parts)
    for (const Point& p : part) sorted.point[next[layer_of(p)]++] = p;

  const int across = (layout.cells[0] + tile_cells - 1) / tile_cells, along = (layout.cells[1] + tile_cells - 1) / tile_cells;
  const auto tile_of = [&](const Point& p) {
    const int x = p.x / tile_cells, y = p.y / tile_cells;
    return static_cast<std::size_t>(y) * across + (y % 2 == 0 ? x : across - 1 - x);
  };
  std::vector<Point> layer;
  for (std::size_t l = 0; l + 1 < sorted.layer_start.size(); ++l) {
    const auto first = sorted.point.begin() + sorted.layer_start[l], last = sorted.point.begin() + sorted.layer_start[l + 1];
    if (first == last) continue;
    layer.assign(first, last);
    next.assign(static_cast<std::size_t>(across) * along + 1, 0);
    for (const Point& p : layer) ++next[tile_of(p) + 1];
    for (std::size_t k = 1; k < next.size(); ++k) next[k] += next[k - 1];
    for (const Point& p : layer) first[next[tile_of(p)]++] = p;
  }
  return sorted;
}

PlaneSizes plane_sizes(const MeshLayout& layout) {
  const int width = layout.window.width();
  PlaneSizes sizes;
  sizes.lanes = width <= 8 ? 8 : width <= 12 ? 12 : 16;
  // Odd multiples of 64 bytes: rows below each other share no set of the first cache.
  sizes.pitch = ((layout.cells[0] + sizes.lanes + 15) / 16 | 1) * 16;
  sizes.slots = width + std::min(layer_planes, layout.cells[2]);  // one of them complete, waiting for the next
  sizes.plane = static_cast<std::size_t>(sizes.pitch) * (layout.cells[1] + width);
  return sizes;
}

template <class Real>
PlaneSpreader<Real>::PlaneSpreader(const MeshLayout& layout, const PlaneSizes& sizes)
    : width_(layout.window.width()),
      degree_(layout.window.degree()),
      lanes_(sizes.lanes),
      pitch_(sizes.pitch),
      slots_(sizes.slots),
      cells_x_(layout.cells[0]),
      cells_y_(layout.cells[1]),
      cells_z_(layout.cells[2]),
      plane_size_(sizes.plane),
      horner_("es_window", static_cast<std::size_t>(degree_ + 1) * lanes_),
      planes_("mesh_planes", plane_size_ * slots_) {
  for (int k = 0; k <= degree_; ++k)
    for (int l = 0; l < width_; ++l)
      horner_((degree_ - k) * lanes_ + l) = static_cast<Real>(layout.window.coefficient(k, l));
}

// Points whose windows begin at plane z + shift, onto the planes first..last-1.
template <class Real>
template <int lanes>
void PlaneSpreader<Real>::add(const PlacedPoint<Real>* points, int count, int shift, int first, int last) const {
  const Real* horner = horner_.data();

  for (int j = 0; j < count; ++j) {
    const PlacedPoint<Real>& p = points[j];
    const int z = p.z + shift, from = std::max(0, first - z), to = std::min(width_, last - z);
    if (from >= to) continue;
    alignas(64) Real phi[3][lanes];
    const Real tx = p.t[0], ty = p.t[1], tz = p.t[2];
    Real x[lanes], y[lanes], w[lanes];
#pragma omp simd
    for (int l = 0; l < lanes; ++l) x[l] = y[l] = w[l] = horner[l];
    for (int k = 1; k <= degree_; ++k) {
      const Real* coefficient = horner + k * lanes;
#pragma omp simd
      for (int l = 0; l < lanes; ++l) {
        x[l] = x[l] * tx + coefficient[l];
        y[l] = y[l] * ty + coefficient[l];
        w[l] = w[l] * tz + coefficient[l];
      }
    }
#pragma omp simd
    for (int l = 0; l < lanes; ++l) {
      phi[0][l] = x[l];
      phi[1][l] = y[l];
      phi[2][l] = w[l] * p.weight;
    }
    const std::size_t start = static_cast<std::size_t>(p.y) * pitch_ + p.x;
    int slot = (z + from) % slots_;
    for (int n = from; n < to; ++n) {
      Real* row = &planes_(slot * plane_size_) + start;
      if (++slot == slots_) slot = 0;
      alignas(64) Real yz[lanes];
#pragma omp simd
      for (int l = 0; l < lanes; ++l) yz[l] = phi[1][l] * phi[2][n];
      for (int m = 0; m < width_; ++m, row += pitch_) {
        const Real scale = yz[m];
#pragma omp simd
        for (int l = 0; l < lanes; ++l) row[l] += scale * phi[0][l];
      }
    }
  }
}

// What lies beyond the last cell and row belongs to the first.
template <class Real>
void PlaneSpreader<Real>::fold(Real* rows) const {
  for (int y = cells_y_ + width_ - 1; y >= cells_y_; --y)
    for (int x = 0; x < pitch_; ++x)
      rows[static_cast<std::size_t>(y - cells_y_) * pitch_ + x] += rows[static_cast<std::size_t>(y) * pitch_ + x];
  for (int y = 0; y < cells_y_; ++y) {
    Real* row = rows + static_cast<std::size_t>(y) * pitch_;
    for (int x = cells_x_ + width_ - 1; x >= cells_x_; --x) row[x - cells_x_] += row[x];
  }
}

template <class Real>
void PlaneSpreader<Real>::clear(Real* rows, Real background) const {
  for (int y = 0; y < cells_y_ + width_; ++y, rows += pitch_) {
    const int filled = y < cells_y_ ? cells_x_ : 0;
    std::fill_n(rows, filled, -background);
    std::fill_n(rows + filled, pitch_ - filled, Real{0});
  }
}

template <class Real>
void PlaneSpreader<Real>::spread(const PlacedPoints<Real>& points, int group, Real background, int first, int last,
                                 const std::function<void(int plane, const Real* rows, const Real* next)>& take) {
  for (int slot = 0; slot < slots_; ++slot) clear(plane(slot), background);
  // Counted from a multiple of M_z, so that no plane is negative; windows that begin before `first` reach into it, those
  // wider than the mesh more than once.
  const int shift = (width_ / cells_z_ + 1) * cells_z_;
  first += shift;
  last += shift;
  const int* layer_start = points.layer_start.data() + static_cast<std::size_t>(group) * layer_count(cells_z_);
  int taken = first;
  for (int z = first - width_ + 1; z < last;) {
    const int layer = z % cells_z_ / layer_planes, origin = z - z % cells_z_;
    const int end = std::min(origin + std::min((layer + 1) * layer_planes, cells_z_), last);
    const int start = layer_start[layer], count = layer_start[layer + 1] - start;
    const auto* begin = points.point.data() + start;
    if (lanes_ == 8)
      add<8>(begin, count, origin, first, last);
    else if (lanes_ == 12)
      add<12>(begin, count, origin, first, last);
    else
      add<16>(begin, count, origin, first, last);
    for (; taken + 1 < end || (taken < end && end == last); taken += 2) {
      const int behind = std::min(taken + 2, last);
      for (int z_complete = taken; z_complete < behind; ++z_complete) fold(plane(z_complete));
      take(taken - shift, plane(taken), plane(taken + 1));
      for (int z_complete = taken; z_complete < behind; ++z_complete) clear(plane(z_complete), background);
    }
    z = end;
  }
}

template std::vector<PlacedPoint<float>> place_points(const PhasePoints&, double, const MeshLayout&);
template std::vector<PlacedPoint<double>> place_points(const PhasePoints&, double, const MeshLayout&);
template PlacedPoints<float> sort_points(const std::vector<std::vector<PlacedPoint<float>>>&, int, const MeshLayout&);
template PlacedPoints<double> sort_points(const std::vector<std::vector<PlacedPoint<double>>>&, int, const MeshLayout&);
template class PlaneSpreader<float>;
template class PlaneSpreader<double>;

}  // namespace patina
