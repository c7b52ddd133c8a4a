// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/self_scattering.hpp"

#include <cmath>
#include <limits>

namespace patina {

namespace {

PhasePoints displacements(const FractionalBlock& now, const std::vector<Vec3>& reference, int species) {
  PhasePoints points;
  points.fractional = Rows<double, 3>("displacement", now.s.size());
  points.group_start = {0};
  const auto host = Kokkos::create_mirror_view(points.fractional);
  int row = 0;
  for (int a = 0; a < species; ++a) {
    for (std::size_t j = 0; j < now.s.size(); ++j) {
      if (now.type[j] != a || !has_reference(reference[j])) continue;
      for (int d = 0; d < 3; ++d) host(row, d) = now.s[j][d] - reference[j][d];
      ++row;
    }
    points.group_start.push_back(row);
  }
  Kokkos::deep_copy(points.fractional, host);
  Kokkos::resize(points.fractional, row);
  return points;
}

}  // namespace

FractionalBlock fractional_block(const Frame& frame, const Vec3& fractional_mass_centre) {
  IdBlock block = id_ordered(frame);
  FractionalBlock result{{}, std::move(block.type)};
  result.s.reserve(block.position.size());
  for (std::size_t j = 0; j < block.position.size(); ++j) {
    const Vec3 s = frame.box.to_fractional(block.position[j]) - fractional_mass_centre;
    const auto& n = block.image[j];
    result.s.push_back(s + Vec3{{double(n[0]), double(n[1]), double(n[2])}});
  }
  return result;
}

std::vector<Vec3> site_reference(const FractionalBlock& now, const Amplitudes& amplitudes, const Box& box) {
  std::vector<Vec3> s = now.s;
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  for (Vec3& place : s)
    if (!amplitudes.in_site(place, box)) place = {{none, none, none}};
  return s;
}

SelfValue self_scattering(const FractionalBlock& now, const std::vector<Vec3>& reference,
                          const PhasePlan& plan, int species, const Comm& comm) {
  const auto points = displacements(now, reference, species);
  const auto sums = phase_sums(points, plan, comm);
  std::vector<long long> atoms(static_cast<std::size_t>(species));
  for (int a = 0; a < species; ++a) atoms[a] = points.group_start[a + 1] - points.group_start[a];
  comm.sum(atoms.data(), species);
  SelfValue value;
  for (int a = 0; a < species; ++a) {
    double first = 0.0, second = 0.0;
    for (int k = 0; k < plan.vectors; ++k) {
      const double f =
          sums[static_cast<std::size_t>(a) * plan.vectors + k].real() / static_cast<double>(atoms[a]);
      first += f / plan.vectors;
      second += f * f / plan.vectors;
    }
    const double variance = std::max(0.0, second - first * first) / (plan.vectors - 1.0);
    value.mean.push_back(first);
    value.error.push_back(plan.vectors > 1 ? std::sqrt(variance) : std::numeric_limits<double>::quiet_NaN());
  }
  return value;
}

}  // namespace patina
