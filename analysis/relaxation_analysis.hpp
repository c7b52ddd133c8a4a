// SPDX-License-Identifier: BSD-3-Clause
// Relaxation times of f(q, t_w, t) of one shell: KWW fits for each waiting time alone and of common shape, the plateau without a
// fit, the scatter of replicas, and whether they age.
#pragma once

#include <cmath>
#include <limits>
#include <optional>
#include <vector>

#include "analysis/ageing_law.hpp"
#include "analysis/common_shape.hpp"
#include "analysis/kww.hpp"
#include "analysis/plateau.hpp"
#include "analysis/run_data.hpp"

namespace patina {

struct RelaxationOptions {
  double fit_after_ps = 0.4;  // the ballistic and cage decay of a metallic melt is over by then
  std::optional<double> exponent_if_unidentifiable;
};

// Standard errors of fitted parameters by a delete-one jackknife over the replicas. NaN with fewer than four replicas, or if the
// decay without one of them is too incomplete to be fitted.
struct ReplicaScatter {
  double log_tau = std::numeric_limits<double>::quiet_NaN();
  double exponent = std::numeric_limits<double>::quiet_NaN();
  double amplitude = std::numeric_limits<double>::quiet_NaN();
  double log_mean_tau = std::numeric_limits<double>::quiet_NaN();
  double plateau = std::numeric_limits<double>::quiet_NaN();  // NaN too if there is none without one of them
  bool known() const { return std::isfinite(log_tau); }
};

struct WaitingTimeFit {
  double waiting_time_ps = 0.0;
  KwwFit fit;
  Plateau plateau;
  ReplicaScatter scatter;
};

// That of the vectors, or of what replicas scatter where it is larger.
double plateau_error(const WaitingTimeFit& one);

struct Interval {
  double lower = 0.0, upper = 0.0;
};

// The 68 % intervals that are told wherever a number is: that of the fit, or of what replicas scatter where it is wider.
struct KwwIntervals {
  Interval tau_ps, kww_exponent, amplitude, mean_tau_ps;
};
KwwIntervals intervals_68(const WaitingTimeFit& one);

struct CurveFits {
  CorrelationCurves curves;
  std::vector<WaitingTimeFit> fits;
};

struct RelaxationAnalysis {
  RelaxationData data;  // replicas merged
  int replicas = 1;
  double temperature_K = std::numeric_limits<double>::quiet_NaN();
  CurveFits coherent;
  std::vector<CurveFits> self;
  // Of the waiting times whose own fit was possible; errors are those of the replicas' scatter where these are larger.
  CommonShapeFit common_shape;
  std::vector<WaitingTimeFit> age_centred;  // of f(t1,t2), in equal windows of age
  double age_window_ps = 0.0;
  std::vector<WaitingTimeFit> halves;  // the same in two windows: is the sample in equilibrium? Empty without f(t1,t2)
  AgeingVerdict ageing;  // of the fits of common shape, else of the coherent fits
};

// Of the replicas' data; temperature_K is left to who knows it.
RelaxationAnalysis analyse_relaxation(const std::vector<RelaxationData>& replicas, const RelaxationOptions& options);

}  // namespace patina
