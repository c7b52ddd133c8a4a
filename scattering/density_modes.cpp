// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/density_modes.hpp"

namespace patina {

namespace {

// Atoms of species 0, then of 1, ...: in the order of the frame within each.
HostArray<int> order_by_species(const Frame& frame, std::vector<int>& group_start) {
  const auto type = Kokkos::create_mirror_view_and_copy(HostSpace{}, frame.type);
  group_start.assign(frame.species->types() + 1, 0);
  for (int i = 0; i < frame.local; ++i) ++group_start[type(i) + 1];
  for (std::size_t a = 1; a < group_start.size(); ++a) group_start[a] += group_start[a - 1];
  std::vector<int> next(group_start.begin(), group_start.end() - 1);
  HostArray<int> order("species_order", frame.local);
  for (int i = 0; i < frame.local; ++i) order(next[type(i)]++) = i;
  return order;
}

// `order`: the frame's atom of each point.
PhasePoints ordered_points(const Frame& frame, Array<int>& order_of_points) {
  PhasePoints points;
  const Array<int> order = Kokkos::create_mirror_view_and_copy(MemSpace{}, order_by_species(frame, points.group_start));
  order_of_points = order;
  points.fractional = Rows<double, 3>("fractional", frame.local);
  const auto fractional = points.fractional;
  const auto position = frame.position;
  const Box box = frame.box;
  Kokkos::parallel_for(
      "fractional_by_species", Range(0, frame.local), KOKKOS_LAMBDA(int i) {
        const int j = order(i);
        // Phases are counted from the corner of the cell, so that a free origin does not move them.
        const Vec3 s = box.to_fractional({{position(j, 0), position(j, 1), position(j, 2)}});
        for (int d = 0; d < 3; ++d) fractional(i, d) = s[d];
      });
  return points;
}

}  // namespace

PhasePoints species_points(const Frame& frame) {
  Array<int> order;
  return ordered_points(frame, order);
}

PhasePoints velocity_points(const Frame& frame, int d, const Vec3& mean_velocity) {
  Array<int> order;
  PhasePoints points = ordered_points(frame, order);
  points.weight = Array<double>("velocity_weight", frame.local);
  const auto weight = points.weight;
  const auto velocity = frame.velocity;
  const double mean = mean_velocity[d];
  Kokkos::parallel_for(
      "velocity_weights", Range(0, frame.local), KOKKOS_LAMBDA(int i) { weight(i) = velocity(order(i), d) - mean; });
  return points;
}

DensityModes density_modes(const Frame& frame, const ModeSum& sum) {
  return {frame.species->types(), sum.vectors(), sum(species_points(frame))};
}

DensityModes density_modes(const Frame& frame, const QSet& set) {
  return {frame.species->types(), set.size(), phase_sums(species_points(frame), make_phase_plan(set), *frame.comm)};
}

}  // namespace patina
