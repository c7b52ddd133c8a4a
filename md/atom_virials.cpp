// SPDX-License-Identifier: BSD-3-Clause
#include "md/atom_virials.hpp"

#include "core/error.hpp"
#include "core/kokkos_compat.hpp"

namespace patina {

Rows<double, 6> atom_virials(const System& system, const Engine& engine, const EamTables& tables) {
  require(engine.pair_lists().kind == PairListKind::rows, "virials of atoms without rows of pairs");
  const Rows<double, 6> virial("atom_virial", system.atoms.local + 1);
  const NeighborList list = engine.pair_lists().rows;
  const auto place = system.atoms.place;  // and F'
  const auto type = system.atoms.type;
  const RadialTables<double> radial = tables;
  const double cutoff_sq = tables.max_cutoff * tables.max_cutoff, closest_sq = tables.closest * tables.closest;
  Kokkos::parallel_for(
      "atom_virials", Range(0, list.local), KOKKOS_LAMBDA(int i) {
        for (int k = 0; k < list.count(i); ++k) {
          const int j = list(i, k);
          const double d[3] = {place(i, 0) - place(j, 0), place(i, 1) - place(j, 1), place(i, 2) - place(j, 2)};
          const double r_sq = d[0] * d[0] + d[1] * d[1] + d[2] * d[2];
          if (!(r_sq < cutoff_sq)) continue;
          const double r = kokkos_compat::sqrt(r_sq > closest_sq ? r_sq : closest_sq);
          const PairTerms<double> pair = radial.pair_at(type(i), type(j), 1.0 / r, radial.at_distance(r));
          const double slope = place(i, 3) * pair.density_slope_ts + place(j, 3) * pair.density_slope_st + pair.energy_slope;
          const double half = -0.5 * slope / r;
          for (int a = 0; a < 3; ++a) virial(i, a) += half * d[a] * d[a];
          virial(i, 3) += half * d[0] * d[1];
          virial(i, 4) += half * d[0] * d[2];
          virial(i, 5) += half * d[1] * d[2];
        }
      });
  return virial;
}

}  // namespace patina
