// SPDX-License-Identifier: BSD-3-Clause
// The keys by which every observer of density modes says how they are summed (scattering/mode_sums.hpp).
#pragma once

#include "core/config.hpp"

namespace patina {

template <class Config>
void describe_modes(ConfigTable<Config>& table) {
  table.choice("method", &Config::method, {"automatic", "exact", "mesh"},
               "exact sums over atoms and vectors, with the same bits on any ranks; a particle mesh, to a tolerance; or the mesh "
               "where it costs less than half (many vectors)");
  table.number("tolerance", &Config::tolerance, {.at_least = 1e-10, .at_most = 1e-3},
               "error of density modes by mesh: root mean square over vectors, relative to the root of the number of atoms");
}

}  // namespace patina
