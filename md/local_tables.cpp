// SPDX-License-Identifier: BSD-3-Clause
#include "md/local_tables.hpp"

#include <algorithm>

namespace patina {

LocalTables::LocalTables(const EamTables& tables)
    : types_(tables.types),
      rho_rows_(tables.rho_rows),
      types_squared_(static_cast<std::size_t>(tables.types) * static_cast<std::size_t>(tables.types)),
      last_row_(static_cast<std::size_t>(tables.r_rows) - 2),
      inv_r_step_(tables.inv_r_step),
      inv_rho_step_(tables.inv_rho_step),
      rho_max_(tables.rho_max),
      pair_limit_sq_(tables.max_cutoff * tables.max_cutoff),
      density_limit_sq_(tables.max_density_cutoff * tables.max_density_cutoff),
      closest_sq_(tables.closest * tables.closest) {
  const auto pair = Kokkos::create_mirror_view_and_copy(HostSpace{}, tables.pair);
  const auto density = Kokkos::create_mirror_view_and_copy(HostSpace{}, tables.density);
  const auto embedding = Kokkos::create_mirror_view_and_copy(HostSpace{}, tables.embedding);
  const auto rows = static_cast<std::size_t>(tables.r_rows), types = static_cast<std::size_t>(types_);
  pair_.resize(rows * types_squared_);
  density_.resize(rows * types_squared_);
  for (std::size_t s = 0; s < types; ++s)
    for (std::size_t t = 0; t < types; ++t)
      for (std::size_t row = 0; row < rows; ++row)
        for (std::size_t k = 0; k < 4; ++k) {
          const std::size_t from = (s * types + t) * rows + row;
          pair_[row * types_squared_ + s * types + t][k] = pair(from, 4 + k);
          density_[row * types_squared_ + t * types + s][k] = density(from, k);
          dense_ = dense_ || density(from, k) != 0.0;
        }
  embedding_.resize(embedding.extent(0));
  for (std::size_t row = 0; row < embedding_.size(); ++row)
    for (std::size_t k = 0; k < 4; ++k) embedding_[row][k] = embedding(row, k);
}

// As EamTables::embed(), without the slope.
double LocalTables::embedding_energy(int type, double density) const {
  const double x = density * inv_rho_step_;
  const int row = static_cast<int>(std::clamp(x, 0.0, rho_rows_ - 1.0));
  const double p = std::min(x - row, 1.0);
  const Cubic& c = embedding_[static_cast<std::size_t>(type * rho_rows_ + row)];
  const double value = at_row(c, p);
  if (density <= rho_max_) return value;
  return value + ((3.0 * c[3] * p + 2.0 * c[2]) * p + c[1]) * inv_rho_step_ * (density - rho_max_);
}

}  // namespace patina
