// SPDX-License-Identifier: BSD-3-Clause
// Where to cut an axis of the cell so that work is even: from a histogram of what the atoms along it cost to the
// bounds of bricks. Pure functions of whole numbers: every rank comes to the same bounds by itself.
#pragma once

#include <vector>

namespace patina {

// What the atoms along one axis cost, in any unit, in bins of equal width over [lower, upper] (fractional).
struct CostProfile {
  bool periodic = true;  // else atoms may lie beyond [lower, upper]; they count in the outermost bins
  double lower = 0.0, upper = 1.0;
  std::vector<long long> cost;
};

// The bounds of `parts` stretches of equal width, parts + 1 of them. The first and last are 0 and 1, or infinite along
// a free axis: the outermost stretches have what lies beyond the cell too.
std::vector<double> even_cuts(int parts, bool periodic);

// The same for stretches of equal cost, none narrower than `least_width` (at most 1 / parts). A cut that may lie
// anywhere within a gap lies in its middle. Without any cost: even_cuts.
std::vector<double> equal_cost_cuts(const CostProfile& profile, int parts, double least_width);

// Half the way from `cuts` to those of equal cost: where they go depends on what they are, because a brick's
// ghosts cost too.
std::vector<double> improved_cuts(const std::vector<double>& cuts, const CostProfile& profile, double least_width);

// How the atoms lie along one axis, for the choice of a grid of ranks.
struct AxisExtent {
  double length = 0.0;     // that they fill, Angstrom
  bool around = true;      // those at one end see those at the other
};

// `height` (Angstrom): of the cell along the axis. A gap that is wider than `reach` (Angstrom) bounds the sample.
AxisExtent axis_extent(const CostProfile& profile, double height, double reach);

}  // namespace patina
