// SPDX-License-Identifier: BSD-3-Clause
// How c_p rises in a scan that heats, from that of the glass to that of the liquid and, where the glass was heated beyond T_f before it moved,
// above it:
//
//   half     where c_p has risen half of the way from glass to liquid (midpoint temperature of a calorimeter)
//   onset    where a line through a quarter and three quarters of the way meets c_p of the glass (extrapolated onset)
//   overshoot   the area of c_p above that of the liquid: how far H lies below the liquid's line where c_p passes that of the liquid
//
// c_p is that of heating_analysis.hpp, smeared over its window: a step narrower than it begins half a window early (half is where it
// was), and an overshoot loses area. c_p of glass and liquid are those of the windows of T_f. Errors: four replicas or more, one left out at a time; else those of the lines.
// [ASTM E1356; G. W. H. Hoehne et al., Differential Scanning Calorimetry (2003)] K, eV per atom.
#pragma once

#include <limits>
#include <string>
#include <vector>

#include "analysis/glass_transition.hpp"
#include "analysis/local_lines.hpp"

namespace patina {

struct HeatCapacity;

struct RiseValue {
  double value = std::numeric_limits<double>::quiet_NaN(), error = std::numeric_limits<double>::quiet_NaN();
};

struct HeatingRise {
  bool found = false;
  std::string reason;  // why not
  RiseValue onset_K, half_K;
  bool overshoots = false;
  std::string no_overshoot;  // why not
  RiseValue overshoot_eV;
};

// `fictive`: found, of the same curves; `heat_capacity`: of the same curves, with values.
HeatingRise heating_rise(const std::vector<QuenchCurve>& enthalpy, const TwoLineFit& fictive, const HeatCapacity& heat_capacity);

}  // namespace patina
