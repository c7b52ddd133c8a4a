// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/mesh_spread.hpp"

#include <algorithm>

namespace patina {

template <class Real>
PlacedPoints<Real> place_points(const std::vector<MeshPoint>& points, const MeshLayout& layout) {
  const auto count = static_cast<int>(points.size());
  const auto cells = layout.cells;
  const int width = layout.window.width();
  const int layers = (cells[2] + layer_planes - 1) / layer_planes;
  std::vector<PlacedPoint<Real>> placed(points.size());
  std::vector<int> key(points.size());
  Kokkos::parallel_for("place_points", HostRange(0, count), [&](int j) {
    const MeshPoint& p = points[j];
    int cell[3];
    for (int d = 0; d < 3; ++d) {
      double t = 0.0;
      cell[d] = first_cell(p.fractional[d], cells[d], width, t);
      placed[j].t[d] = static_cast<Real>(t);
    }
    placed[j].x = cell[0];
    placed[j].y = cell[1];
    placed[j].z = cell[2];
    placed[j].weight = static_cast<Real>(p.weight);
    key[j] = cell[2] / layer_planes * cells[1] + cell[1];
  });

  std::vector<int> next(static_cast<std::size_t>(layers) * cells[1] + 1, 0);
  for (const int k : key) ++next[k + 1];
  for (std::size_t k = 1; k < next.size(); ++k) next[k] += next[k - 1];
  PlacedPoints<Real> sorted;
  for (int layer = 0; layer <= layers; ++layer)
    sorted.layer_start.push_back(next[static_cast<std::size_t>(layer) * cells[1]]);
  sorted.point.resize(points.size());
  for (int j = 0; j < count; ++j) sorted.point[next[key[j]]++] = placed[j];
  return sorted;
}

PlaneSizes plane_sizes(const MeshLayout& layout) {
  const int width = layout.window.width();
  PlaneSizes sizes;
  sizes.lanes = width > 8 ? most_lanes : 8;
  sizes.pitch = (layout.cells[0] + sizes.lanes + 15) / 16 * 16;
  sizes.slots = width + std::min(layer_planes, layout.cells[2]) - 1;
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
    for (int n = from; n < to; ++n) {
      Real* row = plane(z + n) + start;
      for (int m = 0; m < width_; ++m, row += pitch_) {
        const Real scale = phi[1][m] * phi[2][n];
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
void PlaneSpreader<Real>::spread(const PlacedPoints<Real>& points, Real background, int first, int last,
                                 const std::function<void(int plane, Real* rows)>& take) {
  for (int slot = 0; slot < slots_; ++slot) clear(plane(slot), background);
  // Counted from a multiple of M_z, so that no plane is negative; windows that begin before `first` reach into it, those
  // wider than the mesh more than once.
  const int shift = (width_ / cells_z_ + 1) * cells_z_;
  first += shift;
  last += shift;
  for (int z = first - width_ + 1; z < last;) {
    const int layer = z % cells_z_ / layer_planes, origin = z - z % cells_z_;
    const int end = std::min(origin + std::min((layer + 1) * layer_planes, cells_z_), last);
    const int start = points.layer_start[layer], count = points.layer_start[layer + 1] - start;
    if (lanes_ == 8)
      add<8>(points.point.data() + start, count, origin, first, last);
    else
      add<most_lanes>(points.point.data() + start, count, origin, first, last);
    for (int complete = std::max(z, first); complete < end; ++complete) {
      fold(plane(complete));
      take(complete - shift, plane(complete));
      clear(plane(complete), background);
    }
    z = end;
  }
}

template PlacedPoints<float> place_points(const std::vector<MeshPoint>&, const MeshLayout&);
template PlacedPoints<double> place_points(const std::vector<MeshPoint>&, const MeshLayout&);
template class PlaneSpreader<float>;
template class PlaneSpreader<double>;

}  // namespace patina
