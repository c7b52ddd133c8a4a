// SPDX-License-Identifier: BSD-3-Clause
#include "structure/closed_cell.hpp"

#include <algorithm>
#include <cmath>

namespace patina {

namespace {

// Room above and below the atoms along a free axis, as fractions of the nominal edge: from `low`, `length` long.
struct Extent {
  double low = 0.0, length = 1.0;
};

Extent extent_along(const Structure& sample, int d, double gap_A) {
  double low = 0.0, high = 0.0;
  for (std::size_t i = 0; i < sample.size(); ++i) {
    const double s = sample.box.to_fractional(sample.position[i])[d];
    low = i == 0 ? s : std::min(low, s);
    high = i == 0 ? s : std::max(high, s);
  }
  const double gap = gap_A / sample.box.height(d);
  return {low - 0.5 * gap, high - low + gap};
}

void set_row(Mat3& edges, int i, const Vec3& row) {
  for (int d = 0; d < 3; ++d) edges[i][d] = row[d];
}

}  // namespace

ClosedCell close_cell(const Structure& sample, double gap_A) {
  Mat3 edges = sample.box.edges();
  Vec3 origin = sample.box.origin();
  for (int d = 0; d < 3; ++d) {
    if (sample.box.periodic(d)) continue;
    const Extent extent = extent_along(sample, d, gap_A);
    const Vec3 edge = sample.box.edges().row(d);
    origin += extent.low * edge;
    set_row(edges, d, extent.length * edge);
  }
  ClosedCell cell{Box(edges, origin, {true, true, true}), sample.position, {}};
  cell.image.resize(sample.size());
  for (std::size_t i = 0; i < sample.size(); ++i) {
    const Vec3 s = cell.box.to_fractional(cell.position[i]);
    int to_cell[3] = {0, 0, 0};
    for (int d = 0; d < 3; ++d) {
      if (!sample.box.periodic(d)) continue;
      to_cell[d] = -static_cast<int>(std::floor(s[d]));
      cell.image[i][static_cast<std::size_t>(d)] = -to_cell[d];
    }
    cell.position[i] += cell.box.translation(to_cell);
  }
  return cell;
}

Mat3 reduced_edges(const Mat3& edges) {
  Mat3 reduced = edges;
  constexpr double worth = 1.0 - 1e-9;  // of squares: rounding alone shortens nothing
  const auto shorten = [&](int i, const Vec3& candidate) {
    const Vec3 edge = reduced.row(i);
    if (dot(candidate, candidate) >= worth * dot(edge, edge)) return false;
    set_row(reduced, i, candidate);
    return true;
  };
  for (bool changed = true; changed;) {
    changed = false;
    for (int i = 0; i < 3; ++i) {
      for (int j = 0; j < 3; ++j) {
        if (i == j) continue;
        const Vec3 a = reduced.row(i), b = reduced.row(j);
        changed |= shorten(i, a - std::round(dot(a, b) / dot(b, b)) * b);
      }
      const Vec3 b = reduced.row((i + 1) % 3), c = reduced.row((i + 2) % 3);
      for (const double sign_b : {-1.0, 1.0})
        for (const double sign_c : {-1.0, 1.0}) changed |= shorten(i, reduced.row(i) + sign_b * b + sign_c * c);
    }
  }
  return reduced;
}

}  // namespace patina
