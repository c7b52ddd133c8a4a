// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/q_set.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <tuple>

#include "core/placed_errors.hpp"
#include "core/rng.hpp"
#include "core/units.hpp"

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

// Which n_x keep |q| within [low, high] on the line (., n_y, n_z): |q|^2 = a n_x^2 + 2 b n_x + c.
struct Line {
  double a, b, c;
  // Half the length of the stretch of n_x with |q| <= limit around -b / a; negative if there is none.
  double half_length(double limit) const {
    const double square = b * b - a * (c - limit * limit);
    return square < 0.0 ? -1.0 : std::sqrt(square) / a;
  }
};

// Calls visit(n, |q|) for every vector of the half space with low < |q| < high, in line order.
void for_each_vector(const Box& box, double low, double high,
                     const std::function<void(const Miller&, double)>& visit) {
  // q . a_d = 2 pi n_d, so |n_d| <= |q| |a_d| / (2 pi).
  Miller most{};
  for (int d = 0; d < 3; ++d)
    if (box.periodic(d))
      most[d] = static_cast<int>(high * norm(box.edges().row(d)) / (2.0 * units::pi) + 1e-9);
  const Vec3 step = box.wave_vector({1, 0, 0});

  for (int nz = 0; nz <= most[2]; ++nz) {
    for (int ny = nz == 0 ? 0 : -most[1]; ny <= most[1]; ++ny) {
      const Vec3 foot = box.wave_vector({0, ny, nz});
      const Line line{dot(step, step), dot(step, foot), dot(foot, foot)};
      const double outer = line.half_length(high), inner = line.half_length(low);
      if (outer < 0.0) continue;
      const double centre = -line.b / line.a;
      const int least = nz == 0 && ny == 0 ? 1 : -most[0];
      const int first = std::max(least, static_cast<int>(std::ceil(centre - outer - 1e-9)));
      const int last = std::min(most[0], static_cast<int>(std::floor(centre + outer + 1e-9)));
      for (int nx = first; nx <= last; ++nx) {
        if (inner > 1.0 && std::abs(nx - centre) < inner - 1.0) {
          nx = static_cast<int>(std::floor(centre + inner - 1.0));  // jumps over the inside of the shell
          continue;
        }
        const Miller n{nx, ny, nz};
        const double q = norm(box.wave_vector(n));
        if (low < q && q < high) visit(n, q);
      }
    }
  }
}

// The |q| of the cell nearest to q0.
double nearest_magnitude(const Box& box, double q0, double width) {
  double nearest = 0.0;
  for (double reach = width; nearest == 0.0 && reach < 1e6; reach *= 2.0) {
    for_each_vector(box, std::max(0.0, q0 - reach), q0 + reach, [&](const Miller&, double q) {
      if (nearest == 0.0 || std::abs(q - q0) < std::abs(nearest - q0)) nearest = q;
    });
  }
  return nearest;
}

constexpr const char* no_periodic_axis = "a cell that is periodic along no axis has no wave vectors to scatter at";

// What is said of a shell that has vectors, but none of the wanted directions.
[[noreturn]] void report_no_direction(const Box& box, const QSet& shell, const QDirection& direction, const std::string& what) {
  std::string where = direction.along.size() == 1 ? "on the line" : "in the plane";
  for (const Miller& n : direction.along) where += fmt::format(" ({}, {}, {})", n[0], n[1], n[2]);
  const QDirection line{.along = direction.along};
  double least = 90.0, most = 0.0;
  for (const Miller& n : shell.miller) {
    if (!line.contains(n, box.wave_vector(n))) continue;
    const double angle = angle_deg(box.wave_vector(n), direction.axis);
    least = std::min(least, angle);
    most = std::max(most, angle);
  }
  if (most < least)
    throw PlacedErrors(what, fmt::format("none of the {} wave vectors of the shell lies {}: widen the shell", shell.size(), where));
  throw PlacedErrors(what,
              fmt::format("none of the {} wave vectors of the shell{} lies {:g} to {:g} degrees from the axis ({:g}, {:g}, {:g}); "
                          "they lie {:.3g} to {:.3g} degrees from it: widen the shell or the angles",
                          shell.size(), direction.along.empty() ? "" : " " + where, direction.from_deg, direction.to_deg, direction.axis[0], direction.axis[1],
                          direction.axis[2], least, most));
}

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
  const double low = std::max(0.0, q0_inv_A - 0.5 * width_inv_A), high = q0_inv_A + 0.5 * width_inv_A;
  const auto wanted_direction = [&](const Miller& n) { return direction.all() || direction.contains(n, box.wave_vector(n)); };
  for_each_vector(box, low, high, [&](const Miller& n, double) { set.available += wanted_direction(n) ? 1 : 0; });

  // Selection sampling [Knuth, TAOCP vol. 2, 3.4.2, algorithm S]: keeps the order and needs no list of all.
  std::int64_t index = 0;
  for_each_vector(box, low, high, [&](const Miller& n, double q) {
    if (!wanted_direction(n)) return;
    const auto wanted = static_cast<double>(std::min<std::int64_t>(max_vectors, set.available) - set.size());
    const auto left = static_cast<double>(set.available - index);
    const double u = random_block(seed, Stream::q_subset, draw, static_cast<std::uint64_t>(index)).uniform(0);
    if (left * u < wanted) {
      set.miller.push_back(n);
      set.q_inv_A.push_back(q);
    }
    ++index;
  });
  return set;
}

QSet make_shell(const Box& box, double q0_inv_A, double width_inv_A, int max_vectors, std::uint64_t seed,
                std::uint64_t draw, const std::string& what, const QDirection& direction) {
  QSet set = find_shell(box, q0_inv_A, width_inv_A, max_vectors, seed, draw, direction);
  if (set.size() > 0) return set;
  if (const QSet anywhere = find_shell(box, q0_inv_A, width_inv_A, 1 << 30, seed, draw); anywhere.size() > 0)
    report_no_direction(box, anywhere, direction, what);
  const double nearest = nearest_magnitude(box, q0_inv_A, width_inv_A);
  if (nearest == 0.0)
    throw PlacedErrors(what, no_periodic_axis);
  throw PlacedErrors(what,
              fmt::format("no wave vector of the cell has |q| within {} +- {} 1/A; the nearest has |q| = "
                          "{:.6f} 1/A: choose that, a width over {:.3g} 1/A, or a larger sample",
                          q0_inv_A, 0.5 * width_inv_A, nearest, 2.0 * std::abs(nearest - q0_inv_A)));
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
