// SPDX-License-Identifier: BSD-3-Clause
// A part of the sample that is looked at alone: amplitudes under a window in space [physics.md 3.3],
//   A_a(q, t) = sum over atoms j of species a of w(r_j - x0) exp(+i q . r_j),   w = exp(-4 ln 2 d^2 / fwhm^2)
// with d the distance from x0 (a ball), or across a layer that is parallel to two edges of the cell. fwhm is the full width at
// half maximum of the amplitude's weight w; that of w^2, of intensities, is fwhm / sqrt(2). x0 goes with the cell and the
// centre of mass: it keeps its fractional coordinates. Neighbouring q are correlated over 8 ln 2 / fwhm or so: there are no
// more independent speckles than the window has room for. The mean density scatters as exp(-(q fwhm)^2 / (16 ln 2)), nothing
// where q fwhm >= 30, which is asked for.
//
// With `lab` the q stay as they were in the first frame, like a detector's pixels, while the cell strains, and phases are
// counted from x0: a uniform strain e along q then decorrelates as exp(-(q e fwhm)^2 / (32 ln 2)) [physics.md 3.12, whose
// D_b is the width of w^2]. That is for a ball: a layer has no end along q that do not fit the strained cell. Without it q goes with the cell (q_set.hpp) and an affine strain moves no phase.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/box.hpp"
#include "core/elementary.hpp"
#include "core/kokkos_compat.hpp"
#include "scattering/phase_sum.hpp"
#include "scattering/q_set.hpp"

namespace patina {

struct SiteWindow {
  Vec3 centre{{0.5, 0.5, 0.5}};  // fractional, in the first frame
  double fwhm_A = 20.0;
  int across = -1;  // -1: a ball; 0, 1, 2: a layer, this edge of the cell crosses it
  bool lab = false;
};

constexpr double ln2 = 0.69314718055994530942;

// The least q fwhm, and the largest fwhm over the height of the cell between two faces: w is 1/512 where the next image's
// begins.
constexpr double least_q_fwhm = 30.0, largest_fwhm_of_height = 1.0 / 3.0;

// Throws PlacedErrors at `what`/fwhm_A if the window is more than `slack` times too wide for the cell or too narrow
// for q: 1 of an input; more of a cell that has changed since.
void check_window(const SiteWindow& window, const Box& box, double smallest_q_inv_A, double slack, const std::string& what);
constexpr double slack_of_changed_cell = 1.25;

// A difference of fractional coordinates, to the nearest image: in a cell of right angles the one within half an edge; in another
// one of its neighbours may be nearer.
KOKKOS_INLINE_FUNCTION Vec3 to_nearest_image(const Box& box, bool right_angles, Vec3 ds) {
  for (int d = 0; d < 3; ++d)
    if (box.periodic(d)) ds[d] -= kokkos_compat::round(ds[d]);
  if (right_angles) return ds;
  Vec3 nearest = ds;
  double least = dot(ds * box.edges(), ds * box.edges());
  for (int image = 0; image < 27; ++image) {
    const int n[3] = {image / 9 - 1, image / 3 % 3 - 1, image % 3 - 1};
    Vec3 other = ds;
    for (int d = 0; d < 3; ++d)
      if (box.periodic(d)) other[d] += n[d];
    const Vec3 dr = other * box.edges();
    if (dot(dr, dr) < least) {
      least = dot(dr, dr);
      nearest = other;
    }
  }
  return nearest;
}

// w at ds from the centre, fractional and to the nearest image.
KOKKOS_INLINE_FUNCTION double window_weight(const SiteWindow& window, const Box& box, const Vec3& ds) {
  const Vec3 dr = ds * box.edges();
  double square = dot(dr, dr);
  if (window.across >= 0) {
    // Along the normal of the layer, which is column `across` of E^-1; any image along the other edges will do.
    const int d = window.across;
    const Mat3& inverse = box.inverse_edges();
    const double across = box.periodic(d) ? ds[d] - kokkos_compat::round(ds[d]) : ds[d];
    square = across * across / (inverse.m[0][d] * inverse.m[0][d] + inverse.m[1][d] * inverse.m[1][d] + inverse.m[2][d] * inverse.m[2][d]);
  }
  return elementary::exp(-4.0 * ln2 * square / (window.fwhm_A * window.fwhm_A));
}

// How many of these vectors are one speckle, in the mean: the mean over k of sum_k' |<A_k A_k'*>|^2 / <|A|^2>^2 =
// exp(-|q_k - q_k'|^2 / (2 a)), w^2 = exp(-a d^2), -q_k' too, the same speckle as q_k'; across a layer of those that differ along its normal alone. Errors that take
// vectors for independent are too small by its root. That is of products of fields; of products of intensities, C(t1, t2), fluctuations
// of two vectors are alike as the square of that: `intensities`.
double vectors_of_a_speckle(const SiteWindow& window, const Box& box, const QSet& set, bool intensities = false);
// The same of k' in the block of k; block_start: where blocks of vectors begin, and where the last one ends.
double vectors_of_a_speckle_in_blocks(const SiteWindow& window, const Box& box, const QSet& set, const std::vector<std::ptrdiff_t>& block_start,
                                      bool intensities);

// Multiplies the points' weights (1 if they have none) by w. With `lab` it also replaces their coordinates by those of
// r - x0 in the cell of the first frame. `drift`: fractional, of the centre of mass since then.
void look_through(const SiteWindow& window, const Box& box, const Box& first_box, const Vec3& drift, PhasePoints& points);

}  // namespace patina
