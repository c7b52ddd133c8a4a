// SPDX-License-Identifier: BSD-3-Clause
// Wave vectors that fit the cell, and the conventions of all scattering in Patina.
//
//   q_n = 2 pi n E^-T,  n integer         q_n . r_j = 2 pi n . s_j,  s_j fractional coordinates
//   rho_a(q, t) = sum over atoms j of species a of exp(+i q . r_j(t))            not normalised
//   rho_x(q, t) = sum_a f_a(q) rho_a(q, t),   f_a = f0 + f' + i f''
// r is counted from the corner of the cell, so that a cell which grows about another point turns no phase.
//   <A B*> conjugates the second factor; correlation functions are its real part
//   F_ab(q; t1, t2) = <rho_a(t1) rho_b*(t2)> / sqrt(N_a N_b)
//   f(q; t1, t2) = <rho_x(t1) rho_x*(t2)> / sqrt(<|rho_x(t1)|^2> <|rho_x(t2)|^2>)
// < > is the mean over the vectors of a set. The physicist's 2 pi stands in q (q = 4 pi sin(theta) / lambda).
//
// Only these q are exact in a periodic cell (others leave artefacts of order 1/(qL)); they do not care
// whether positions are wrapped. rho(-q) = rho*(q), so one of each pair +-q is taken: each is one
// independent, fully coherent speckle. Along a free axis nothing is periodic: n = 0 there. When the cell
// changes, n stays (co-moving q): an affine deformation alone moves no phase [physics.md 3, 3.12]. q in
// 1/Angstrom.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "core/box.hpp"
#include "core/state_map.hpp"

namespace patina {

using Miller = std::array<int, 3>;

constexpr double largest_q_inv_A = 50.0;  // of all that may be asked for

struct QSet {
  double q0_inv_A = 0.0;       // centre
  double width_inv_A = 0.0;    // full width
  std::int64_t available = 0;  // vectors in the shell before any were left out
  // Sorted by (n_z, n_y, n_x): vectors along one line follow each other, and the phase of (n_y, n_z) is
  // shared. The first non-zero of n_z, n_y, n_x is positive.
  std::vector<Miller> miller;
  std::vector<double> q_inv_A;  // |q| in the cell the set was made for
  int size() const { return static_cast<int>(miller.size()); }
};

// Which directions of q are wanted: by the angle between q and an axis in space, where q and -q count as one, so that angles
// lie in 0..90 degrees (a cone around the axis: from 0; a line: from 0 to little; the plane across it: from a little less than
// 90); and by the lattice: on one line of it, or in one plane.
struct QDirection {
  Vec3 axis{{0.0, 0.0, 1.0}};  // of any length but 0
  double from_deg = 0.0, to_deg = 90.0;
  std::vector<Miller> along;  // none: everywhere; one: on its line; two, not on one line: in the plane they span
  bool all_angles() const { return from_deg <= 0.0 && to_deg >= 90.0; }
  bool all() const { return all_angles() && along.empty(); }
  bool contains(const Miller& n, const Vec3& q) const;
};
double angle_deg(const Vec3& q, const Vec3& axis);

// Whether all of them are multiples of one vector; none may be 0.
bool on_one_line(const std::vector<Miller>& vectors);

// All lattice vectors of the wanted directions with | |q| - q0 | < width / 2, without n = 0; if there are more than max_vectors, a
// random choice of that many, every subset equally likely, which depends on (seed, draw) alone.
// Throws PlacedErrors at `what` if there is none, naming the nearest |q|, or angle, there is.
QSet make_shell(const Box& box, double q0_inv_A, double width_inv_A, int max_vectors, std::uint64_t seed,
                std::uint64_t draw, const std::string& what, const QDirection& direction = {});
// The same, but an empty shell is an empty set. Costs what the shell has of rows along n_x (shell_rows.hpp) and of vectors to draw from
// (subset.hpp), and, within angles, vectors of the whole shell; memory only what it takes.
QSet find_shell(const Box& box, double q0_inv_A, double width_inv_A, int max_vectors, std::uint64_t seed,
                std::uint64_t draw, const QDirection& direction = {});

// The shortest |q| of all vectors of a shell and its directions; infinite if there is none.
double shortest_of_shell(const Box& box, double q0_inv_A, double width_inv_A, const QDirection& direction);
// How many vectors a shell has in any direction, about: V (high^3 - low^3) / (12 pi^2).
double expected_vectors(const Box& box, double q0_inv_A, double width_inv_A);

// Throws PlacedErrors at `what` if no vector of the cell has |q| < q_max.
void check_largest_q(const Box& box, double q_max_inv_A, const std::string& what);

// |q| of each vector in another cell.
std::vector<double> magnitudes(const Box& box, const QSet& set);

// The largest |n_d| of its vectors along each axis.
Miller largest_miller(const QSet& set);

// `wanted` vectors of the set, evenly spaced in its order and so spread over directions; all of them if it has fewer.
QSet thinned(const QSet& set, int wanted);

// Vectors, magnitudes and how many there were, under keys that begin with `prefix`; centre and width stay with the input.
void save(const QSet& set, const std::string& prefix, StateMap& state);
QSet load_q_set(double q0_inv_A, double width_inv_A, const std::string& prefix, const StateMap& state);

// One set after the other, sorted as above. `part` gives for each vector which set it came from.
QSet merge(const std::vector<QSet>& sets, std::vector<int>& part);

}  // namespace patina
