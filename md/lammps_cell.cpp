// SPDX-License-Identifier: BSD-3-Clause
#include "md/lammps_cell.hpp"

#include <cmath>

namespace patina {

namespace {

// The double nearest to low + length from which `low` can be taken to leave `length`.
double upper_end(double low, double length) {
  const double high = low + length;
  for (const double candidate : {high, std::nextafter(high, INFINITY), std::nextafter(high, -INFINITY)})
    if (candidate - low == length) return candidate;
  return high;
}

}  // namespace

Mat3 LammpsCell::edges() const {
  return {
      {{high[0] - low[0], 0.0, 0.0}, {tilt[0], high[1] - low[1], 0.0}, {tilt[1], tilt[2], high[2] - low[2]}}};
}

Mat3 lammps_edges(const Mat3& edges) {
  const Vec3 a = edges.row(0), b = edges.row(1), c = edges.row(2);
  const double lx = norm(a), xy = dot(a, b) / lx, ly = std::sqrt(dot(b, b) - xy * xy);
  const double xz = dot(a, c) / lx, yz = (dot(b, c) - xy * xz) / ly;
  const double lz = determinant(edges) / (lx * ly);
  return {{{lx, 0.0, 0.0}, {xy, ly, 0.0}, {xz, yz, lz}}};
}

bool is_lammps_cell(const Box& box) {
  const Mat3& e = box.edges();
  return e[0][1] == 0.0 && e[0][2] == 0.0 && e[1][2] == 0.0 && e[0][0] > 0.0 && e[1][1] > 0.0 &&
         e[2][2] > 0.0;
}

LammpsCell lammps_cell(const Box& box) {
  const Mat3& e = box.edges();
  LammpsCell cell;
  cell.low = box.origin();
  for (int d = 0; d < 3; ++d) cell.high[d] = upper_end(cell.low[d], e[d][d]);
  cell.tilt[0] = e[1][0];
  cell.tilt[1] = e[2][0];
  cell.tilt[2] = e[2][1];
  return cell;
}

Structure in_lammps_orientation(const Structure& structure) {
  if (is_lammps_cell(structure.box)) return structure;
  Structure turned = structure;
  turned.box = structure.box.with_edges(lammps_edges(structure.box.edges()));
  for (Vec3& r : turned.position) r = turned.box.to_cartesian(structure.box.to_fractional(r));
  // v = (v E^-1) E for both sets of edges.
  const Mat3 rotation = structure.box.inverse_edges() * turned.box.edges();
  for (Vec3& v : turned.velocity) v = v * rotation;
  return turned;
}

}  // namespace patina
