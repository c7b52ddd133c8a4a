// SPDX-License-Identifier: BSD-3-Clause
// Divides a sample among ranks so that their work is even: measures how the cost of the atoms is spread along the axes of
// the cell, and cuts the axes accordingly (md/load_balance.hpp).
#pragma once

#include <array>
#include <utility>

#include "md/domain.hpp"
#include "md/system.hpp"

namespace patina {

// Lowest and highest fractional coordinate of the local atoms along an axis; without atoms the lowest is above the highest.
std::pair<double, double> extent_along(const Atoms& atoms, const Box& box, int d);

// Of all ranks' local atoms, each of which costs `cost_of_atom` (any unit) on this one; they may lie outside the cell.
// Collective.
std::array<CostProfile, 3> cost_profiles(const Comm& comm, const Atoms& atoms, const Box& box, long long cost_of_atom);

// As many atoms for each rank of the grid `ranks`, or of the grid of least surface if it is zeros; with `even_bricks` bricks of
// one size instead. `reach`: of ghosts, Angstrom. Collective.
Domain divide(const System& system, const std::array<int, 3>& ranks, double reach, bool even_bricks);

// Moves the cuts towards even cost if the largest load of a rank is more than some per cent above the mean. `seconds`: what
// this rank's local atoms cost since it was asked last; not a number: count atoms. Collective.
void rebalance(Domain& domain, const System& system, double reach, double seconds);

// The largest rank's load over the mean. Collective.
double imbalance(const Comm& comm, double load);

}  // namespace patina
