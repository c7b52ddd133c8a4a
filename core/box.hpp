// SPDX-License-Identifier: BSD-3-Clause
// The simulation cell: three edge vectors a, b, c (rows of `edges`, Angstrom), an origin, and for each axis
// whether it is periodic. Orthogonal and triclinic cells are the same thing here.
//   r = origin + s E,   s in [0,1)^3 inside the cell,   E = (a; b; c)
//   lattice wave vectors  q_n = 2 pi n E^-T  (physics.md section 3)
// A free axis keeps its nominal edge (for the volume and the decomposition); atoms may lie outside it.
// A sheared cell may have been spanned anew by less tilted edges of the same lattice: E = T E0, where E0 are the edges that went along with the
// strain, and T is `turn` (core/lattice_turn.hpp).
#pragma once

#include <array>

#include "core/lattice_turn.hpp"
#include "core/vec3.hpp"

namespace patina {

class Box {
 public:
  Box() : Box(diagonal({{1.0, 1.0, 1.0}}), {}, {true, true, true}) {}
  // Throws Error(bad_input) if the edges are not finite or span no right-handed volume.
  Box(const Mat3& edges, const Vec3& origin, const std::array<bool, 3>& periodic, const LatticeTurn& turn = {});
  static Box orthogonal(const Vec3& lengths, const std::array<bool, 3>& periodic = {true, true, true});

  KOKKOS_INLINE_FUNCTION const Mat3& edges() const { return edges_; }
  KOKKOS_INLINE_FUNCTION const Mat3& inverse_edges() const { return inverse_; }
  KOKKOS_INLINE_FUNCTION const Vec3& origin() const { return origin_; }
  KOKKOS_INLINE_FUNCTION bool periodic(int d) const { return periodic_[d]; }
  std::array<bool, 3> periodic() const { return {periodic_[0], periodic_[1], periodic_[2]}; }
  double volume() const { return determinant(edges_); }
  // Distance between the two faces that edge d connects: V / |b x c| and cyclic.
  double height(int d) const;
  bool is_orthogonal() const;
  const LatticeTurn& turn() const { return turn_; }

  KOKKOS_INLINE_FUNCTION Vec3 to_fractional(const Vec3& r) const { return (r - origin_) * inverse_; }
  KOKKOS_INLINE_FUNCTION Vec3 to_cartesian(const Vec3& s) const { return origin_ + s * edges_; }
  // Lattice translation n E.
  KOKKOS_INLINE_FUNCTION Vec3 translation(const int n[3]) const {
    return Vec3{{double(n[0]), double(n[1]), double(n[2])}} * edges_;
  }
  // Wave vector of lattice index n: 2 pi n E^-T, 1/Angstrom.
  Vec3 wave_vector(const std::array<int, 3>& n) const;

  // The same cell with other edges (deformation about the origin).
  Box with_edges(const Mat3& edges) const { return Box(edges, origin_, periodic(), turn_); }
  // The same lattice spanned by edges that are turned further.
  Box turned(const LatticeTurn& further) const { return Box(further * edges_, origin_, periodic(), further * turn_); }
  friend bool operator==(const Box&, const Box&) = default;

 private:
  Mat3 edges_, inverse_;
  Vec3 origin_;
  bool periodic_[3] = {true, true, true};
  LatticeTurn turn_;
};

}  // namespace patina
