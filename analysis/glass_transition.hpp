// SPDX-License-Identifier: BSD-3-Clause
// Tg of a quench: the temperature where a straight line through the glass branch of H(T) or V(T) meets one
// through the liquid branch. The number depends on where the lines are fitted (at 1e13 K/s the liquid
// branch is curved and Tg moves by 100-500 K with the windows), so it is pinned and never given bare:
//
//  - windows are fractions of Tg itself, iterated to a fixed point; by default the glass line is fitted over
//    0.50-0.85 Tg and the liquid line over 1.20-1.80 Tg; the start is the best two-segment line of the whole
//    curve or, where that leads nowhere, 0.40, 0.45, 0.35, 0.50, 0.30, 0.55 of the highest temperature. Noise can leave no fixed
//    point: then the iteration flips between windows for ever, which is told with the range of what it finds;
//  - statistical error: bootstrap over replicas, four or more (eight are better), widened by what so few draws of so few miss
//    (sqrt(n/(n-1)) and Student's t); with fewer, over contiguous blocks of the curve, which knows the noise of this sample and nothing of
//    how others differ; `bootstrap_of_replicas` tells which;
//  - systematic scatter: the same estimator over a family of windows, as range and standard deviation;
//  - the range to quote holds all of it: bootstrap interval, family of windows, and what the iteration flips between.
//
// On heating the same construction gives the fictive temperature of the glass: where lines of H meet, areas under c_p are equal,
//   int_Tf^T* (c_liquid - c_glass) dT = int_T1^T* (c_p - c_glass) dT
// with c_p of glass and liquid constant within their windows; heating_options() are its windows, the liquid's above the overshoot.
//
// References: C. T. Moynihan et al., J. Phys. Chem. 78 (1974) 2673, doi 10.1021/j100619a008; J. Am. Ceram. Soc. 59 (1976) 12, doi
// 10.1111/j.1151-2916.1976.tb09376.x; Student's t: M. Abramowitz and I. A. Stegun (1964), 26.7.5. K throughout.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace patina {

// One replica's curve; rows in any order.
struct QuenchCurve {
  std::vector<double> temperature_K;
  std::vector<double> value;
};

// Fractions of Tg.
struct GlassTransitionWindows {
  double glass_low = 0.50;
  double glass_high = 0.85;
  double liquid_low = 1.20;
  double liquid_high = 1.80;
  double least_glass = 0.15, least_liquid = 0.15;  // a narrower piece of the curve carries no line
};

// Windows around the pinned ones, of all combinations.
struct WindowFamily {
  std::array<double, 3> glass_low{0.40, 0.50, 0.60}, glass_high{0.80, 0.85, 0.90}, liquid_low{1.10, 1.20, 1.30}, liquid_high{1.50, 1.80, 2.40};
};

struct StraightLine {
  double intercept = 0.0;
  double slope = 0.0;  // per K
};

struct TwoLineFit {
  double Tg_K = 0.0;
  StraightLine glass, liquid;
  double glass_low_K = 0.0, glass_high_K = 0.0, liquid_low_K = 0.0, liquid_high_K = 0.0;
  bool found = false;
  bool converged = false;  // the iteration came to rest within 0.5 K
  double flips_low_K = 0.0, flips_high_K = 0.0;  // the intersections of its last rounds; both Tg_K if it converged
  std::string reason;      // why nothing was found
};

struct GlassTransitionOptions {
  GlassTransitionWindows windows;
  WindowFamily family;
  std::array<double, 6> starts{0.40, 0.45, 0.35, 0.50, 0.30, 0.55};  // of the highest temperature
  int blocks = 40;
  int bootstrap_samples = 200;
  std::uint64_t seed = 1;
};

struct GlassTransition {
  TwoLineFit fit;
  GlassTransitionWindows windows;
  // 16th and 84th percentile and standard deviation of the bootstrap.
  double bootstrap_low_K = 0.0, bootstrap_high_K = 0.0, bootstrap_error_K = 0.0;
  int bootstrap_samples = 0;  // those in which the lines met
  bool bootstrap_of_replicas = false;  // else of blocks of the curves
  // Over the family of windows.
  double scatter_low_K = 0.0, scatter_high_K = 0.0, scatter_deviation_K = 0.0;
  std::vector<double> family_K;
  int family_tried = 0;  // windows of the family; those without an intersection are missing in family_K
  int replicas = 0;
  // The hull of bootstrap interval, scatter over windows and flips: the uncertainty to quote.
  double low_K = 0.0, high_K = 0.0;
};

// Of scans that heat: 0.45-0.80 Tf, and 1.20-1.60 Tf, above the overshoot, of which 0.08 Tf will do.
GlassTransitionOptions heating_options();

// The pinned estimator alone.
TwoLineFit fit_two_lines(const std::vector<QuenchCurve>& replicas, const GlassTransitionOptions& options = {});

GlassTransition estimate_glass_transition(const std::vector<QuenchCurve>& replicas,
                                          const GlassTransitionOptions& options);

}  // namespace patina
