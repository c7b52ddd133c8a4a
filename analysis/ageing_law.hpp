// SPDX-License-Identifier: BSD-3-Clause
// Does tau grow with the waiting time, and how? All laws of ageing_form.hpp, fitted to ln tau(t_w), times in ps.
//
// tau counts as changing only if a law lowers chi^2 below that of the constant by more than chance does (all laws together in 3 % of samples; a step counts
// once for each place where it may stand); among those the least AICc is the best. AICc = chi^2 + 2k + 2k(k+1)/(n-k-1). It is called the
// law of the data only if it fits and no other one does (chi^2 probability 0.05 or more); else all laws are given with
// their chi^2. Plateau, power and stretched contain the exponential: beside it they count as other laws where they differ from it among the waiting
// times (t_p before the last but one, t_0 before the last, nu of 0.8 or less or 1.25 or more). No law is followed beyond the last waiting time.
//
// Waiting times whose decay is not seen to its end have no tau but a lower bound of it. Leaving them out favours the short
// tau: where a bound is above what the best law says, neither constancy nor a law is claimed.
//
// The errors of the points come from the q vectors of a sample. That the sample as a whole wanders, they cannot
// know: only replicas show it. Ageing counts as resolved if the change, taken along the named law,
//   c = sum_w g_w ln tau(t_w),   g = that law's ln tau, less its mean over the waiting times,
// is positive beyond the 99 % interval of Student's t with the error that a delete-one jackknife over the
// replicas gives it. Without replicas nothing is resolved. [B. Efron, The Jackknife, SIAM (1982)]
#pragma once

#include <string>
#include <vector>

#include "analysis/ageing_form.hpp"

namespace patina {

struct AgeingPoint {
  double waiting_time_ps = 0.0;
  double tau_ps = 0.0;
  double log_error = 0.0;  // standard error of ln tau: the larger of that of the vectors and of the replicas' jackknife
  // ln tau with one replica left out at a time; empty if there are too few replicas to tell their scatter.
  std::vector<double> log_tau_without{};
};

// A waiting time that cannot be judged.
struct LeftOutWaitingTime {
  double waiting_time_ps = 0.0;
  double tau_above_ps = 0.0;  // lower bound of tau where the decay is not seen to its end; else 0
  std::string why;
};

struct AgeingVerdict {
  std::vector<AgeingLaw> laws;  // every law that the number of points allows; the constant first
  bool changes = false;         // tau changes with the waiting time by more than the points' errors
  bool grows = false;           // along the best law
  bool scatter_known = false;   // between replicas
  bool resolved = false;        // it grows by more than replicas scatter
  int best = 0;                 // index into laws
  bool law_known = false;       // the best law is the only one that the data allow
  bool constant = false;        // a constant tau fits, and no waiting time left out contradicts it
  bool contradicted = false;    // one left out needs a longer tau than the best law gives it
  std::vector<AgeingPoint> points;  // what was judged, in order of waiting time
  std::vector<LeftOutWaitingTime> left_out;
  std::string text;
};

// Standard error of the mean of all from the values without one each: (n - 1)/n sum of squared deviations, the root.
double jackknife_error(const std::vector<double>& without);

AgeingVerdict judge_ageing(const std::vector<AgeingPoint>& points,
                           const std::vector<LeftOutWaitingTime>& left_out = {});

}  // namespace patina
