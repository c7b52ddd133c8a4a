// SPDX-License-Identifier: BSD-3-Clause
// How many atoms a line of thermo.csv is of: a film may have grown, or have been cut. Tables of older versions do not tell; there it is the
// number of the whole run.
#pragma once

#include "analysis/thermo_table.hpp"

namespace patina {

inline double atoms_at(const ThermoTable& table, std::size_t row, double otherwise) { return table.has("atoms") ? table.column("atoms")[row] : otherwise; }

}  // namespace patina
