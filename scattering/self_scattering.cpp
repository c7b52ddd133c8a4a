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

SelfPlan make_self_plan(const std::vector<QSet>& groups) {
  std::vector<int> group_of;
  SelfPlan plan{make_phase_plan(merge(groups, group_of)), std::vector<std::vector<int>>(groups.size())};
  for (std::size_t k = 0; k < group_of.size(); ++k) plan.members[static_cast<std::size_t>(group_of[k])].push_back(static_cast<int>(k));
  return plan;
}

std::vector<SelfValue> self_scattering(const FractionalBlock& now, const std::vector<Vec3>& reference, const SelfPlan& plan, int species,
                                       const Comm& comm) {
  const auto points = displacements(now, reference, species);
  const auto sums = phase_sums(points, plan.phases, comm);
  std::vector<long long> atoms(static_cast<std::size_t>(species));
  for (int a = 0; a < species; ++a) atoms[a] = points.group_start[a + 1] - points.group_start[a];
  comm.sum(atoms.data(), species);
  std::vector<SelfValue> values;
  for (const std::vector<int>& members : plan.members) {
    SelfValue& value = values.emplace_back();
    const auto vectors = static_cast<double>(members.size());
    for (int a = 0; a < species; ++a) {
      double first = 0.0, second = 0.0;
      for (const int k : members) {
        const double f = sums[static_cast<std::size_t>(a) * plan.phases.vectors + k].real() / static_cast<double>(atoms[a]);
        first += f / vectors;
        second += f * f / vectors;
      }
      const double variance = std::max(0.0, second - first * first) / (vectors - 1.0);
      value.mean.push_back(first);
      value.error.push_back(members.size() > 1 ? std::sqrt(variance) : std::numeric_limits<double>::quiet_NaN());
    }
  }
  return values;
}

}  // namespace patina
