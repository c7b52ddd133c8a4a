// SPDX-License-Identifier: BSD-3-Clause
// Calorimetry of heating: what a scan that warms a glass into its liquid says of the glass it began with.
//
//   c_p(T)   the slope of H over windows of `window_K`, so that a step or peak narrower than the window is smeared over it
//   T_f      the fictive temperature by equal areas under c_p: where H of the glass and of the liquid meet (glass_transition.hpp, Moynihan
//            1976), with c_p of the glass over 0.45-0.80 T_f and of the liquid over 1.20-1.60 T_f, which the overshoot must not reach
//   dH_rel   the relaxation enthalpy of a scan against a reference scan of the same substance: int (c_p,ref - c_p) dT from the glass to the
//            liquid, that is H - H_ref in the glass less H - H_ref in the liquid; positive if this glass stands higher. Beside it
//            dH_rel / ((c_liquid - c_glass) T_f), which may be compared between substances.
//
// eV, eV/K and A^3, all per atom; K; K/s. T_f depends on rate and definition: compare scans of one rate.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "analysis/glass_transition.hpp"
#include "analysis/heating_rise.hpp"
#include "analysis/run_data.hpp"

namespace patina {

struct HeatCapacity {
  double window_K = 0.0;
  std::vector<double> temperature_K, value, error;  // each window reaches half of it to both sides: neighbours share rows
  bool errors_of_replicas = false;                  // else of the residuals, whose rows go together in numbers of `inefficiency`
  double inefficiency = 1.0;
  std::string reason;  // why there is none
  std::size_t highest() const;  // index of the largest value
  bool has_peak() const;        // whether it stands above the median by 4 errors: else it is the largest of many noises
};

HeatCapacity heat_capacity(const std::vector<QuenchCurve>& enthalpy, double window_K);

struct HeatingScan {
  std::string folder;
  int protocol_step = -1;
  double first_K = 0.0, last_K = 0.0, rate_K_per_s = 0.0;
  std::vector<QuenchCurve> enthalpy;  // of each replica
  GlassTransition fictive;            // Tg_K is T_f
  HeatCapacity heat_capacity;
  HeatingRise rise;
};

struct HeatingOptions {
  GlassTransitionOptions fictive = heating_options();
  double window_K = 50.0;
};

HeatingScan analyse_heating(const RunData& run, int step, double atoms, const HeatingOptions& options);

struct RelaxationEnthalpy {
  bool found = false;
  std::string reason;
  std::vector<std::string> warnings;
  double value = 0.0, error = 0.0;
  double liquid_difference = 0.0, liquid_error = 0.0;  // H - H_ref where both are liquid: 0 of one substance
  double reduced = 0.0, reduced_error = 0.0;           // by (c_liquid - c_glass) T_f of the reference
  double glass_low_K = 0.0, glass_high_K = 0.0, liquid_low_K = 0.0, liquid_high_K = 0.0;
};

// Refused, with the reason, unless both scans reach from the glass to the liquid of the reference's T_f.
RelaxationEnthalpy relaxation_enthalpy(const HeatingScan& scan, const HeatingScan& reference);

// The last of the scans is the reference, as the second scan of a calorimeter is.
struct ComparedScan {
  std::size_t scan = 0, reference = 0;  // indices
  RelaxationEnthalpy enthalpy;
};
std::vector<ComparedScan> compare_scans(const std::vector<HeatingScan>& scans);

}  // namespace patina
