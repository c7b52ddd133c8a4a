// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/q_set.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <tuple>

#include "core/placed_errors.hpp"
#include "core/types.hpp"
#include "core/units.hpp"
#include "scattering/shell_rows.hpp"
#include "scattering/subset.hpp"

namespace patina {

namespace {

using WideMiller = std::array<std::int64_t, 3>;

WideMiller cross_product(const Miller& a, const Miller& b) {
  const WideMiller u = {a[0], a[1], a[2]}, v = {b[0], b[1], b[2]};
  return {u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]};
}

bool parallel(const Miller& a, const Miller& b) { return cross_product(a, b) == WideMiller{0, 0, 0}; }

bool in_plane(const Miller& n, const Miller& a, const Miller& b) {
  const WideMiller normal = cross_product(a, b);
  return normal[0] * n[0] + normal[1] * n[1] + normal[2] * n[2] == 0;
}

auto line_order(const Miller& n) { return std::tuple(n[2], n[1], n[0]); }

// Calls visit(n, |q|) for every vector of the shell, in line order.
void for_each_vector(const Box& box, double low, double high, const QDirection& direction, const std::function<void(const Miller&, double)>& visit) {
  const ShellRows rows(box, low, high, direction);
  for (int nz = 0; nz < rows.planes(); ++nz) rows.for_each(nz, [&](const Miller& n) { visit(n, norm(box.wave_vector(n))); });
}

// The |q| of the cell nearest to q0.
double nearest_magnitude(const Box& box, double q0, double width) {
  double nearest = 0.0;
  for (double reach = width; nearest == 0.0 && reach < 1e6; reach *= 2.0) {
    for_each_vector(box, std::max(0.0, q0 - reach), q0 + reach, {}, [&](const Miller&, double q) {
      if (nearest == 0.0 || std::abs(q - q0) < std::abs(nearest - q0)) nearest = q;
    });
  }
  return nearest;
}

constexpr const char* no_periodic_axis = "a cell that is periodic along no axis has no wave vectors to scatter at";

// What is said of a shell that has vectors, but none of the wanted directions.
[[noreturn]] void report_no_direction(const Box& box, double low, double high, const QDirection& direction, const std::string& what) {
  std::string where = direction.along.size() == 1 ? "on the line" : "in the plane";
  for (const Miller& n : direction.along) where += fmt::format(" ({}, {}, {})", n[0], n[1], n[2]);
  const QDirection line{.along = direction.along};
  double least = 90.0, most = 0.0;
  for_each_vector(box, low, high, line, [&](const Miller& n, double) {
    const double angle = angle_deg(box.wave_vector(n), direction.axis);
    least = std::min(least, angle);
    most = std::max(most, angle);
  });
  const std::int64_t vectors = find_shell(box, 0.5 * (low + high), high - low, 0, 0, 0).available;
  if (most < least)
    throw PlacedErrors(what, fmt::format("none of the {} wave vectors of the shell lies {}: widen the shell", vectors, where));
  throw PlacedErrors(what,
              fmt::format("none of the {} wave vectors of the shell{} lies {:g} to {:g} degrees from the axis ({:g}, {:g}, {:g}); "
                          "they lie {:.3g} to {:.3g} degrees from it: widen the shell or the angles",
                          vectors, direction.along.empty() ? "" : " " + where, direction.from_deg, direction.to_deg, direction.axis[0], direction.axis[1],
                          direction.axis[2], least, most));
}

double lower_end(double q0_inv_A, double width_inv_A) { return std::max(0.0, q0_inv_A - 0.5 * width_inv_A); }

}  // namespace

double angle_deg(const Vec3& q, const Vec3& axis) {
  const double cosine = std::min(1.0, std::abs(dot(q, axis)) / (norm(q) * norm(axis)));
  return std::acos(cosine) * 180.0 / units::pi;
}

bool on_one_line(const std::vector<Miller>& vectors) {
  return std::all_of(vectors.begin(), vectors.end(), [&](const Miller& n) { return parallel(n, vectors.front()); });
}

bool QDirection::contains(const Miller& n, const Vec3& q) const {
  if (along.size() == 1 && !parallel(n, along[0])) return false;
  if (along.size() == 2 && !in_plane(n, along[0], along[1])) return false;
  if (all_angles()) return true;
  constexpr double slack_deg = 1e-5;  // acos near 1 knows angles to some 1e-6 degrees only
  const double angle = angle_deg(q, axis);
  return angle >= from_deg - slack_deg && angle <= to_deg + slack_deg;
}

QSet find_shell(const Box& box, double q0_inv_A, double width_inv_A, int max_vectors, std::uint64_t seed,
                std::uint64_t draw, const QDirection& direction) {
  QSet set{q0_inv_A, width_inv_A, 0, {}, {}};
  const ShellRows rows(box, lower_end(q0_inv_A, width_inv_A), q0_inv_A + 0.5 * width_inv_A, direction);
  const Kokkos::RangePolicy<HostExec, Kokkos::Schedule<Kokkos::Dynamic>> planes(0, rows.planes());
  std::vector<std::int64_t> begin(static_cast<std::size_t>(rows.planes()) + 1, 0);  // of each plane's vectors
  Kokkos::parallel_for("count_shell", planes, [&](int nz) { begin[static_cast<std::size_t>(nz) + 1] = rows.count(nz); });
  std::partial_sum(begin.begin(), begin.end(), begin.begin());
  set.available = begin.back();
  std::vector<std::int64_t> numbers = random_subset(set.available, max_vectors, seed, draw);
  set.miller.resize(numbers.size());
  Kokkos::parallel_for("pick_shell", planes, [&](int nz) {
    const auto first = std::lower_bound(numbers.begin(), numbers.end(), begin[static_cast<std::size_t>(nz)]);
    const auto last = std::lower_bound(first, numbers.end(), begin[static_cast<std::size_t>(nz) + 1]);
    if (first == last) return;
    std::vector<std::int64_t> own(first, last);
    for (std::int64_t& number : own) number -= begin[static_cast<std::size_t>(nz)];
    rows.pick(nz, own.data(), own.size(), set.miller.data() + (first - numbers.begin()));
  });
  set.q_inv_A = magnitudes(box, set);
  return set;
}

QSet make_shell(const Box& box, double q0_inv_A, double width_inv_A, int max_vectors, std::uint64_t seed,
                std::uint64_t draw, const std::string& what, const QDirection& direction) {
  QSet set = find_shell(box, q0_inv_A, width_inv_A, max_vectors, seed, draw, direction);
  if (set.available > 0) return set;
  if (find_shell(box, q0_inv_A, width_inv_A, 0, seed, draw).available > 0)
    report_no_direction(box, lower_end(q0_inv_A, width_inv_A), q0_inv_A + 0.5 * width_inv_A, direction, what);
  const double nearest = nearest_magnitude(box, q0_inv_A, width_inv_A);
  if (nearest == 0.0)
    throw PlacedErrors(what, no_periodic_axis);
  throw PlacedErrors(what,
              fmt::format("no wave vector of the cell has |q| within {} +- {} 1/A; the nearest has |q| = "
                          "{:.6f} 1/A: choose that, a width over {:.3g} 1/A, or a larger sample",
                          q0_inv_A, 0.5 * width_inv_A, nearest, 2.0 * std::abs(nearest - q0_inv_A)));
}

double shortest_of_shell(const Box& box, double q0_inv_A, double width_inv_A, const QDirection& direction) {
  const ShellRows rows(box, lower_end(q0_inv_A, width_inv_A), q0_inv_A + 0.5 * width_inv_A, direction);
  double least = std::numeric_limits<double>::infinity();
  for (int nz = 0; nz < rows.planes(); ++nz) least = std::min(least, rows.shortest(nz));
  return least;
}

double expected_vectors(const Box& box, double q0_inv_A, double width_inv_A) {
  const double low = lower_end(q0_inv_A, width_inv_A), high = q0_inv_A + 0.5 * width_inv_A;
  return box.volume() * (std::pow(high, 3) - std::pow(low, 3)) / (12.0 * units::pi * units::pi);
}

void check_largest_q(const Box& box, double q_max_inv_A, const std::string& what) {
  const Vec3 longest = {{norm(box.edges().row(0)), norm(box.edges().row(1)), norm(box.edges().row(2))}};
  const double least = nearest_magnitude(box, 0.0, 2.0 * units::pi / std::max({longest[0], longest[1], longest[2]}));
  if (least == 0.0) throw PlacedErrors(what, no_periodic_axis);
  if (least >= q_max_inv_A)
    throw PlacedErrors(what, fmt::format("no wave vector of the cell has |q| below {} 1/A; the shortest has |q| = {:.6f} 1/A: choose more, or a larger sample",
                                         q_max_inv_A, least));
}

std::vector<double> magnitudes(const Box& box, const QSet& set) {
  std::vector<double> q;
  q.reserve(set.miller.size());
  for (const Miller& n : set.miller) q.push_back(norm(box.wave_vector(n)));
  return q;
}

QSet thinned(const QSet& set, int wanted) {
  QSet some{set.q0_inv_A, set.width_inv_A, set.available, {}, {}};
  const std::int64_t count = std::min(wanted, set.size());
  for (std::int64_t i = 0; i < count; ++i) {
    some.miller.push_back(set.miller[i * set.size() / count]);
    some.q_inv_A.push_back(set.q_inv_A[i * set.size() / count]);
  }
  return some;
}

Miller largest_miller(const QSet& set) {
  Miller most{};
  for (const Miller& n : set.miller)
    for (std::size_t d = 0; d < 3; ++d) most[d] = std::max(most[d], std::abs(n[d]));
  return most;
}

void save(const QSet& set, const std::string& prefix, StateMap& state) {
  auto& miller = state[prefix + "miller"];
  for (const auto& n : set.miller) miller.insert(miller.end(), n.begin(), n.end());
  state[prefix + "q_inv_A"] = set.q_inv_A;
  state[prefix + "available"] = {static_cast<double>(set.available)};
}

QSet load_q_set(double q0_inv_A, double width_inv_A, const std::string& prefix, const StateMap& state) {
  QSet set{q0_inv_A, width_inv_A, static_cast<std::int64_t>(state.at(prefix + "available").at(0)), {}, state.at(prefix + "q_inv_A")};
  const auto& miller = state.at(prefix + "miller");
  for (std::size_t i = 0; i + 2 < miller.size(); i += 3) set.miller.push_back({int(miller[i]), int(miller[i + 1]), int(miller[i + 2])});
  return set;
}

QSet merge(const std::vector<QSet>& sets, std::vector<int>& part) {
  struct Vector {
    Miller n;
    double q;
    int part;
  };
  std::vector<Vector> all;
  for (std::size_t s = 0; s < sets.size(); ++s)
    for (int k = 0; k < sets[s].size(); ++k)
      all.push_back({sets[s].miller[k], sets[s].q_inv_A[k], static_cast<int>(s)});
  std::sort(all.begin(), all.end(),
            [](const Vector& a, const Vector& b) { return line_order(a.n) < line_order(b.n); });
  QSet merged;
  part.clear();
  for (const QSet& set : sets) merged.available += set.available;
  for (const Vector& v : all) {
    merged.miller.push_back(v.n);
    merged.q_inv_A.push_back(v.q);
    part.push_back(v.part);
  }
  return merged;
}

}  // namespace patina
