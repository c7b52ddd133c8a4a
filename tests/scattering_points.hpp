// SPDX-License-Identifier: BSD-3-Clause
// Points, vectors and brute-force sums for the tests of sums of phases.
#pragma once

#include <array>
#include <cmath>
#include <complex>
#include <string>
#include <vector>

#include "core/units.hpp"
#include "core/vec3.hpp"
#include "scattering/phase_sum.hpp"
#include "tests/scattering_frames.hpp"

namespace patina::test {

struct PointSet {
  std::vector<Vec3> s;
  std::vector<double> weight;  // empty: all 1
  std::vector<int> group;      // empty: all 0
  int groups = 1;
  int all_on_rank = -1;        // -1: dealt to all ranks
  std::int64_t size() const { return static_cast<std::int64_t>(s.size()); }
};

inline PointSet random_points(int count, int groups) {
  PointSet points;
  points.groups = groups;
  for (int j = 0; j < count; ++j) {
    points.s.push_back({{uniform(0, j), uniform(1, j), uniform(2, j)}});
    points.group.push_back(j % groups);
  }
  return points;
}

inline PhasePoints phase_points(const PointSet& points, const Comm& comm) {
  std::vector<std::size_t> mine;
  PhasePoints result;
  result.group_start = {0};
  for (int g = 0; g < points.groups; ++g) {
    for (std::size_t j = 0; j < points.s.size(); ++j) {
      const int rank = points.all_on_rank >= 0 ? points.all_on_rank : static_cast<int>(j / 3) % comm.size();
      if ((points.group.empty() ? 0 : points.group[j]) == g && rank == comm.rank()) mine.push_back(j);
    }
    result.group_start.push_back(static_cast<int>(mine.size()));
  }
  const HostRows<double, 3> s("s", mine.size());
  std::vector<double> weight;
  for (std::size_t i = 0; i < mine.size(); ++i) {
    for (int d = 0; d < 3; ++d) s(i, d) = points.s[mine[i]][d];
    if (!points.weight.empty()) weight.push_back(points.weight[mine[i]]);
  }
  result.fractional = Kokkos::create_mirror_view_and_copy(MemSpace{}, s);
  result.weight = to_device(weight);
  return result;
}

inline QSet vectors(const std::vector<std::array<int, 3>>& miller) {
  QSet set;
  set.miller = miller;
  set.q_inv_A.assign(miller.size(), 1.0);
  return set;
}

// One of each pair +-n with sum_d (n_d / largest_d)^2 <= 1, every `every`-th of them and the axes' last, in the order of
// sets of vectors.
inline QSet all_within(const std::array<int, 3>& largest, int every) {
  std::vector<std::array<int, 3>> miller;
  int count = 0;
  for (int z = 0; z <= largest[2]; ++z)
    for (int y = -largest[1]; y <= largest[1]; ++y)
      for (int x = -largest[0]; x <= largest[0]; ++x) {
        if (z == 0 && (y < 0 || (y == 0 && x <= 0))) continue;
        double square = 0.0;
        const int n[3] = {x, y, z};
        for (int d = 0; d < 3; ++d) square += largest[d] == 0 ? 0.0 : std::pow(double(n[d]) / largest[d], 2);
        const bool last = square == 1.0;
        if (square <= 1.0 && (last || count++ % every == 0)) miller.push_back({x, y, z});
      }
  return vectors(miller);
}

// [group * vectors + k]
inline std::vector<std::complex<long double>> brute_force(const PointSet& points, const QSet& set) {
  const auto count = static_cast<std::size_t>(set.size());
  std::vector<std::complex<long double>> sums(points.groups * count);
  constexpr long double turn = 6.283185307179586476925286766559L;
  for (std::size_t j = 0; j < points.s.size(); ++j) {
    const std::size_t group = points.group.empty() ? 0 : points.group[j];
    const long double weight = points.weight.empty() ? 1.0L : points.weight[j];
    for (std::size_t k = 0; k < count; ++k) {
      long double turns = 0.0L;
      for (int d = 0; d < 3; ++d) turns += static_cast<long double>(points.s[j][d]) * set.miller[k][d];
      const long double angle = turn * (turns - std::floor(turns));
      sums[group * count + k] += weight * std::complex<long double>(std::cos(angle), std::sin(angle));
    }
  }
  return sums;
}

// Relative to the root of the sum of squared weights of each group; groups without points must be 0.
struct SumErrors {
  double rms = 0.0, worst = 0.0;
};
inline SumErrors errors_of(const std::vector<std::complex<double>>& sums, const std::vector<std::complex<long double>>& truth,
                           const PointSet& points, int count) {
  SumErrors errors;
  for (int g = 0; g < points.groups; ++g) {
    long double squares = 0.0L;
    for (std::size_t j = 0; j < points.s.size(); ++j)
      if ((points.group.empty() ? 0 : points.group[j]) == g)
        squares += points.weight.empty() ? 1.0L : static_cast<long double>(points.weight[j]) * points.weight[j];
    if (squares == 0.0L) continue;
    double sum = 0.0;
    for (int k = 0; k < count; ++k) {
      const std::size_t i = static_cast<std::size_t>(g) * count + k;
      const auto error = static_cast<double>(std::abs(std::complex<long double>(sums[i]) - truth[i]) / std::sqrt(squares));
      errors.worst = std::max(errors.worst, error);
      sum += error * error / count;
    }
    errors.rms = std::max(errors.rms, std::sqrt(sum));
  }
  return errors;
}

}  // namespace patina::test
