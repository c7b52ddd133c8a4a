// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/drift.hpp"

#include "core/exact_sum.hpp"
#include "core/units.hpp"

namespace patina {

Vec3 fractional_mass_centre(const Frame& frame) {
  const auto position = Kokkos::create_mirror_view_and_copy(HostSpace{}, frame.position);
  const auto image = Kokkos::create_mirror_view_and_copy(HostSpace{}, frame.image);
  const auto type = Kokkos::create_mirror_view_and_copy(HostSpace{}, frame.type);
  ExactSums<4> sums;
  for (int i = 0; i < frame.local; ++i) {
    const double mass = frame.species->mass_amu[type(i)];
    const Vec3 s = frame.box.to_fractional({{position(i, 0), position(i, 1), position(i, 2)}});
    for (int d = 0; d < 3; ++d) sums.add(d, mass * (s[d] + image(i, d)));
    sums.add(3, mass);
  }
  double total[4];
  frame.comm->total(sums, total);
  return (1.0 / total[3]) * Vec3{{total[0], total[1], total[2]}};
}

Vec3 mass_centre_velocity(const Frame& frame) {
  const auto velocity = Kokkos::create_mirror_view_and_copy(HostSpace{}, frame.velocity);
  const auto type = Kokkos::create_mirror_view_and_copy(HostSpace{}, frame.type);
  ExactSums<4> sums;
  for (int i = 0; i < frame.local; ++i) {
    const double mass = frame.species->mass_amu[type(i)];
    for (int d = 0; d < 3; ++d) sums.add(d, mass * velocity(i, d));
    sums.add(3, mass);
  }
  double total[4];
  frame.comm->total(sums, total);
  return (1.0 / total[3]) * Vec3{{total[0], total[1], total[2]}};
}

void remove_drift(std::vector<std::complex<double>>& modes, const std::vector<std::array<int, 3>>& miller,
                  const Vec3& displacement) {
  const std::size_t vectors = miller.size();
  for (std::size_t k = 0; k < vectors; ++k) {
    double turns = 0.0;
    for (int d = 0; d < 3; ++d) turns += miller[k][d] * displacement[d];
    const auto turn = std::polar(1.0, -2.0 * units::pi * turns);
    for (std::size_t i = k; i < modes.size(); i += vectors) modes[i] *= turn;
  }
}

}  // namespace patina
