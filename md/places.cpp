// SPDX-License-Identifier: BSD-3-Clause
#include "md/places.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/kokkos_compat.hpp"

namespace patina {

namespace {

// The finest power of two on which the cell, and whatever lies some cells around it, is exact in double.
double grid_step(const Box& box) {
  double extent = 1.0;
  for (int d = 0; d < 3; ++d) {
    double along = std::abs(box.origin()[d]);
    for (int k = 0; k < 3; ++k) along += std::abs(box.edges()[k][d]);
    extent = std::max(extent, along);
  }
  int exponent = 0;
  std::frexp(extent, &exponent);
  return std::ldexp(1.0, exponent - 50);
}

KOKKOS_INLINE_FUNCTION double to_grid(double x, double step, double inverse_step) {
  return ::rint(x * inverse_step) * step;
}

// The whole number nearest to x, modulo 2^32, however large (exact: 2^32 is a power of two).
KOKKOS_INLINE_FUNCTION std::uint32_t whole_modulo(double x) {
  const double whole = ::rint(x);
  return static_cast<std::uint32_t>(static_cast<std::int64_t>(whole - 0x1p32 * kokkos_compat::floor(whole * 0x1p-32)));
}

}  // namespace

void put_on_grid(Box& box, PlaceGrid& grid) {
  grid.step = grid_step(box);
  const double inverse = 1.0 / grid.step;
  for (int d = 0; d < 3; ++d)
    for (int k = 0; k < 3; ++k) grid.edges[d][k] = to_grid(box.edges()[d][k], grid.step, inverse);
  if (!(grid.edges == box.edges())) box = box.with_edges(grid.edges);
  const Vec3 middle = box.to_cartesian({{0.5, 0.5, 0.5}});
  for (int k = 0; k < 3; ++k) grid.middle[k] = to_grid(middle[k], grid.step, inverse);
}

double settle_atoms(const Atoms& atoms, const Box& box, double step, const ReferencePlaces& at_rebuild) {
  const auto position = atoms.position;
  const auto image = atoms.image;
  const auto place = atoms.place;
  const auto reference = at_rebuild.fractional;
  const auto reference_image = at_rebuild.image;
  const bool compare = static_cast<int>(reference.extent(0)) >= atoms.local;
  const double inverse_step = 1.0 / step;
  double largest_sq = 0.0;
  Kokkos::parallel_reduce(
      "settle_atoms", Range(0, atoms.local),
      KOKKOS_LAMBDA(int i, double& largest) {
        Vec3 r, moved;
        for (int d = 0; d < 3; ++d) r[d] = to_grid(position(i, d), step, inverse_step);
        const Vec3 s = box.to_fractional(r);
        Vec3 followed = r;
        double moved_sq = 0.0;
        // Most atoms stay within the cell, and in the image that they had.
        bool usual = compare;
        for (int d = 0; d < 3; ++d) usual = usual && s[d] >= 0.0 && s[d] < 1.0;
        for (int d = 0; d < 3; ++d) usual = usual && image(i, d) == reference_image(i, d);
        if (usual) {
          for (int d = 0; d < 3; ++d) moved[d] = s[d] - reference(i, d);
        } else {
          int crossed[3] = {0, 0, 0};
          for (int d = 0; d < 3; ++d) {
            if (!(kokkos_compat::abs(s[d]) < 1e9)) moved_sq = 1e300;
            // With the images since then: the way may be longer than a thin cell.
            moved[d] = compare ? s[d] - reference(i, d) + (image(i, d) - reference_image(i, d)) : 0.0;
            if (box.periodic(d) && moved_sq == 0.0) crossed[d] = static_cast<int>(kokkos_compat::floor(s[d]));
          }
          if (crossed[0] != 0 || crossed[1] != 0 || crossed[2] != 0) {
            r = r - box.translation(crossed);
            for (int d = 0; d < 3; ++d) image(i, d) += crossed[d];
          }
          int since[3] = {0, 0, 0};
          if (compare)
            for (int d = 0; d < 3; ++d) since[d] = image(i, d) - reference_image(i, d);
          followed = since[0] != 0 || since[1] != 0 || since[2] != 0 ? r + box.translation(since) : r;
        }
        for (int d = 0; d < 3; ++d) {
          position(i, d) = r[d];
          place(i, d) = followed[d];
        }
        const Vec3 u = moved * box.edges();
        moved_sq += dot(u, u);
        if (!(moved_sq < 1e300)) moved_sq = 1e300;
        if (moved_sq > largest) largest = moved_sq;
      },
      Kokkos::Max<double>(largest_sq));
  largest_sq = std::max(0.0, largest_sq);  // no atoms here: the reduction starts at the lowest number
  return largest_sq < 1e300 ? std::sqrt(largest_sq) : std::numeric_limits<double>::infinity();
}

void take_reference(const Atoms& atoms, const Box& box, ReferencePlaces& at_rebuild) {
  if (static_cast<int>(at_rebuild.fractional.extent(0)) < atoms.local) {
    at_rebuild.fractional = Rows<double, 3>("reference", atoms.position.extent(0));
    at_rebuild.image = Rows<int, 3>("reference_image", atoms.position.extent(0));
  }
  at_rebuild.box = box;
  const auto reference = at_rebuild.fractional;
  const auto reference_image = at_rebuild.image;
  const auto position = atoms.position;
  const auto image = atoms.image;
  const auto place = atoms.place;
  const auto shift = atoms.shift;
  const auto original = atoms.original;
  Kokkos::parallel_for(
      "take_reference", Range(0, atoms.local), KOKKOS_LAMBDA(int i) {
        const Vec3 r = {{position(i, 0), position(i, 1), position(i, 2)}};
        const Vec3 s = box.to_fractional(r);
        for (int d = 0; d < 3; ++d) {
          reference(i, d) = s[d];
          reference_image(i, d) = image(i, d);
          place(i, d) = r[d];
          shift(i, d) = 0;
        }
        original(i) = i;
      });
}

CellSteps in_steps(const PlaceGrid& grid) {
  CellSteps steps;
  for (int k = 0; k < 3; ++k)
    for (int d = 0; d < 3; ++d)
      steps.edge[k][d] = whole_modulo(grid.edges[k][d] / grid.mixed_step);
  return steps;
}

void place_mixed(const Atoms& atoms, const ReferencePlaces& at_rebuild, double mixed_step, const CellSteps& edges) {
  const auto position = atoms.position;
  const auto image = atoms.image;
  const auto reference_image = at_rebuild.image;
  const auto mixed_place = atoms.mixed_place;
  const double inverse_step = 1.0 / mixed_step;
  Kokkos::parallel_for(
      "place_mixed", Range(0, atoms.local), KOKKOS_LAMBDA(int i) {
        int since[3];
        for (int d = 0; d < 3; ++d) since[d] = image(i, d) - reference_image(i, d);
        for (int d = 0; d < 3; ++d)
          mixed_place(i, d) = whole_modulo(position(i, d) * inverse_step) + edges.translation(since, d);
      });
}

}  // namespace patina
