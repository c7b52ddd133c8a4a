// SPDX-License-Identifier: BSD-3-Clause
#include "structure/bond_order.hpp"

#include <array>
#include <cmath>
#include <complex>

namespace patina {

namespace {

// m = 0..6; those of negative m have the same moduli, because directions are real.
using Moments = std::array<std::complex<double>, 7>;

// sqrt(4 pi / 13) Y_6m of a unit vector: sqrt((6-m)! / (6+m)!) (x + iy)^m d^m P_6 / dz^m, but for the sign (-1)^m.
Moments harmonics(const Vec3& u) {
  const double z = u[2], z2 = z * z, z4 = z2 * z2;
  const double legendre[7] = {(231.0 * z4 * z2 - 315.0 * z4 + 105.0 * z2 - 5.0) / 16.0,
                              z * (693.0 * z4 - 630.0 * z2 + 105.0) / 8.0,
                              (3465.0 * z4 - 1890.0 * z2 + 105.0) / 8.0,
                              z * (3465.0 * z2 - 945.0) / 2.0,
                              (10395.0 * z2 - 945.0) / 2.0,
                              10395.0 * z,
                              10395.0};
  const std::complex<double> across(u[0], u[1]);
  std::complex<double> power = 1.0;
  double factorials = 1.0;  // (6-m)! / (6+m)!
  Moments y;
  for (int m = 0; m <= 6; ++m) {
    y[static_cast<std::size_t>(m)] = std::sqrt(factorials) * legendre[m] * power;
    power *= across;
    factorials /= (6.0 - m) * (7.0 + m);
  }
  return y;
}

double modulus(const Moments& q) {
  double sum = std::norm(q[0]);
  for (std::size_t m = 1; m < q.size(); ++m) sum += 2.0 * std::norm(q[m]);
  return std::sqrt(sum);
}

Moments moments_of(const Structure& sample, const VoronoiCells& cells, std::size_t atom) {
  Moments q{};
  double area_A2 = 0.0;
  for (const VoronoiFace& face : cells.faces(atom)) {
    const Vec3 apart = bond(sample, atom, face);
    const Moments y = harmonics((1.0 / norm(apart)) * apart);
    for (std::size_t m = 0; m < q.size(); ++m) q[m] += face.area_A2 * y[m];
    area_A2 += face.area_A2;
  }
  for (auto& moment : q) moment = area_A2 > 0.0 ? moment / area_A2 : 0.0;
  return q;
}

}  // namespace

std::vector<double> averaged_bond_order(const Structure& sample, const VoronoiCells& cells) {
  std::vector<Moments> own(cells.atoms());
  for (std::size_t i = 0; i < own.size(); ++i) own[i] = moments_of(sample, cells, i);
  std::vector<double> order(cells.atoms(), 0.0);
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (cells.open[i]) continue;
    Moments mean = own[i];
    for (const VoronoiFace& face : cells.faces(i))
      for (std::size_t m = 0; m < mean.size(); ++m) mean[m] += own[static_cast<std::size_t>(face.neighbor)][m];
    order[i] = modulus(mean) / (1.0 + static_cast<double>(cells.faces(i).size()));
  }
  return order;
}

}  // namespace patina
