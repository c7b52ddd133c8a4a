// SPDX-License-Identifier: BSD-3-Clause
#include "structure/deformation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.hpp"
#include "structure/clusters.hpp"

namespace patina {

namespace {

constexpr double rounding_A = 1e-9;  // of positions, through matrices and files: no displacement

void add_product(Mat3& sum, const Vec3& a, const Vec3& b) {
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j) sum[i][j] += a[i] * b[j];
}

Mat3 green_strain(const Mat3& f) {
  Mat3 e = 0.5 * (f * transpose(f));
  for (int d = 0; d < 3; ++d) e[d][d] -= 0.5;
  return e;
}

double von_mises(const Mat3& e) {
  const double xy = e[0][0] - e[1][1], xz = e[0][0] - e[2][2], yz = e[1][1] - e[2][2];
  return std::sqrt(e[0][1] * e[0][1] + e[0][2] * e[0][2] + e[1][2] * e[1][2] + (xy * xy + xz * xz + yz * yz) / 6.0);
}

Vec3 unwrapped(const Structure& sample, std::size_t atom) {
  if (sample.image.empty()) return sample.position[atom];
  return sample.position[atom] + sample.box.translation(sample.image[atom].data());
}

// Of the fit's matrix sum d d^T, whose eigenvalues are of the order of the trace unless the neighbours lie in a plane.
bool spans_space(const Mat3& sum) { return determinant(sum) > 1e-6 * std::pow(trace(sum) / 3.0, 3); }

}  // namespace

LocalDeformation local_deformation(const Structure& before, const CutoffNeighbors& neighbors, const Structure& after) {
  require(before.size() == after.size(), "frames with different atoms");
  std::vector<Vec3> now(after.size());
  for (std::size_t i = 0; i < now.size(); ++i) now[i] = unwrapped(after, i);
  const auto image = [&](std::size_t i, std::size_t d) { return before.image.empty() ? 0 : before.image[i][d]; };

  LocalDeformation found;
  std::vector<Vec3> moved;
  for (std::size_t i = 0; i < before.size(); ++i) {
    const auto around = neighbors.of(i);
    Mat3 square, product;
    moved.clear();
    for (const CutoffNeighbor& neighbor : around) {
      const auto j = static_cast<std::size_t>(neighbor.atom);
      int steps[3];  // of the unwrapped neighbour from the unwrapped atom
      for (std::size_t d = 0; d < 3; ++d) steps[d] = neighbor.image[d] + image(i, d) - image(j, d);
      moved.push_back(now[j] + after.box.translation(steps) - now[i]);
      add_product(square, neighbor.apart, neighbor.apart);
      add_product(product, neighbor.apart, moved.back());
    }
    found.neighbors.push_back(static_cast<int>(around.size()));
    if (!spans_space(square)) {
      found.d2_min_A2.push_back(std::numeric_limits<double>::quiet_NaN());
      found.strain.push_back({});
      found.shear.push_back(std::numeric_limits<double>::quiet_NaN());
      continue;
    }
    const Mat3 f = inverse(square) * product;
    double sum = 0.0;
    for (std::size_t k = 0; k < around.size(); ++k) {
      const Vec3 rest = moved[k] - around[k].apart * f;
      sum += dot(rest, rest);
    }
    found.d2_min_A2.push_back(sum / static_cast<double>(around.size()));
    found.strain.push_back(green_strain(f));
    found.shear.push_back(von_mises(found.strain.back()));
  }
  return found;
}

std::vector<Vec3> nonaffine_displacements(const Structure& before, const Structure& after) {
  require(before.size() == after.size(), "frames with different atoms");
  std::vector<Vec3> displacement(before.size());
  Vec3 mean;
  for (std::size_t i = 0; i < before.size(); ++i) {
    displacement[i] = unwrapped(after, i) - after.box.to_cartesian(before.box.to_fractional(unwrapped(before, i)));
    mean += (1.0 / static_cast<double>(before.size())) * displacement[i];
  }
  for (Vec3& u : displacement) u = u - mean;
  return displacement;
}

double participation_ratio(const std::vector<Vec3>& displacement) {
  double squares = 0.0, fourths = 0.0;
  for (const Vec3& u : displacement) {
    const double square = dot(u, u);
    squares += square;
    fourths += square * square;
  }
  const auto atoms = static_cast<double>(displacement.size());
  return squares > rounding_A * rounding_A * atoms ? squares * squares / (atoms * fourths) : 0.0;
}

std::vector<Rearrangement> find_rearrangements(const Structure& before, const CutoffNeighbors& neighbors, const std::vector<double>& d2_min_A2,
                                               double threshold_A2) {
  std::vector<int> active, number(before.size(), -1);
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (!(d2_min_A2[i] > threshold_A2)) continue;
    number[i] = static_cast<int>(active.size());
    active.push_back(static_cast<int>(i));
  }
  std::vector<std::vector<Link>> links(active.size());
  for (std::size_t k = 0; k < active.size(); ++k)
    for (const CutoffNeighbor& neighbor : neighbors.of(static_cast<std::size_t>(active[k])))
      if (const int other = number[static_cast<std::size_t>(neighbor.atom)]; other >= 0) links[k].push_back({other, neighbor.apart});

  std::vector<Rearrangement> found;
  for (const Cluster& cluster : find_clusters(links)) {
    Rearrangement event;
    const double share = 1.0 / static_cast<double>(cluster.members.size());
    event.centre_A = before.position[static_cast<std::size_t>(active[static_cast<std::size_t>(cluster.members[0])])];
    for (std::size_t k = 0; k < cluster.members.size(); ++k) {
      const int atom = active[static_cast<std::size_t>(cluster.members[k])];
      const double d2 = d2_min_A2[static_cast<std::size_t>(atom)];
      event.atoms.push_back(atom);
      event.centre_A += share * cluster.apart[k];
      event.mean_d2_min_A2 += share * d2;
      event.largest_d2_min_A2 = std::max(event.largest_d2_min_A2, d2);
    }
    const Vec3 s = before.box.to_fractional(event.centre_A);
    int to_cell[3];
    for (int d = 0; d < 3; ++d) to_cell[d] = before.box.periodic(d) ? -static_cast<int>(std::floor(s[d])) : 0;
    event.centre_A += before.box.translation(to_cell);
    found.push_back(std::move(event));
  }
  return found;
}

}  // namespace patina
