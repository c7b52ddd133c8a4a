// SPDX-License-Identifier: BSD-3-Clause
// The engine's tables (md/eam_tables.hpp) on the host, laid out for local_energy.hpp: at one distance, the functions of all types side by side.
// Values only, of the same cubics. eV, Angstrom.
#pragma once

#include <array>
#include <cmath>
#include <vector>

#include "md/eam_tables.hpp"

namespace patina {

class LocalTables {
 public:
  explicit LocalTables(const EamTables& tables);

  int types() const { return types_; }
  bool dense() const { return dense_; }  // some density is not zero
  double pair_limit_sq() const { return pair_limit_sq_; }
  double density_limit_sq() const { return density_limit_sq_; }

  // Where the tables are looked up: closer pairs count as the closest do.
  struct Place {
    double inverse_r, p;
    std::size_t row;
  };
  Place place(double r_sq) const {
    const double r = std::sqrt(r_sq > closest_sq_ ? r_sq : closest_sq_), x = r * inv_r_step_;
    const auto row = static_cast<std::size_t>(x) < last_row_ ? static_cast<std::size_t>(x) : last_row_;
    const double p = x - static_cast<double>(row);
    return {1.0 / r, p < 1.0 ? p : 1.0, row};
  }
  double pair_energy(int s, int t, const Place& at) const {
    return at_row(pair_[(at.row * types_squared_) + static_cast<std::size_t>(s * types_ + t)], at.p) * at.inverse_r;
  }
  // Of an atom of type `source` at the site of one of type `target`.
  double density(int source, int target, const Place& at) const {
    return at_row(density_[(at.row * types_squared_) + static_cast<std::size_t>(target * types_ + source)], at.p);
  }
  double embedding_energy(int type, double density) const;

 private:
  using Cubic = std::array<double, 4>;
  static double at_row(const Cubic& c, double p) { return ((c[3] * p + c[2]) * p + c[1]) * p + c[0]; }

  int types_, rho_rows_;
  std::size_t types_squared_, last_row_;
  double inv_r_step_, inv_rho_step_, rho_max_, pair_limit_sq_, density_limit_sq_, closest_sq_;
  bool dense_ = false;
  std::vector<Cubic> pair_, density_;  // row * types^2 + pair of types
  std::vector<Cubic> embedding_;       // type * rho_rows + row
};

}  // namespace patina
