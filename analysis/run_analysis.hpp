// SPDX-License-Identifier: BSD-3-Clause
// Everything `patina analyse` finds in a run folder: Tg of each quench, KWW fits of f(q,t) for each waiting
// time, the ageing law, the main peak of S(q).
#pragma once

#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "analysis/ageing_law.hpp"
#include "analysis/common_shape.hpp"
#include "analysis/glass_transition.hpp"
#include "analysis/kww.hpp"
#include "analysis/run_data.hpp"
#include "analysis/structure_peak.hpp"

namespace patina {

struct AnalysisOptions {
  double fit_after_ps = 0.4;  // the ballistic and cage decay of a metallic melt is over by then
  std::optional<double> exponent_if_unidentifiable;
  GlassTransitionOptions glass_transition;
};

struct QuenchObservable {
  std::string name;    // "enthalpy" or "volume"
  std::string symbol;  // with unit, of the lines' values
  GlassTransition transition;
};

struct QuenchAnalysis {
  int protocol_step = -1;
  double first_K = 0.0, last_K = 0.0, rate_K_per_s = 0.0;
  std::vector<std::vector<double>> temperature_K;  // of each replica's rows in this step: the target plus the smoothed lag
  std::vector<QuenchObservable> observables;
};

// Standard errors of fitted parameters by a delete-one jackknife over the replicas. NaN with fewer than four replicas, or if the
// decay without one of them is too incomplete to be fitted.
struct ReplicaScatter {
  double log_tau = std::numeric_limits<double>::quiet_NaN();
  double exponent = std::numeric_limits<double>::quiet_NaN();
  double amplitude = std::numeric_limits<double>::quiet_NaN();
  double log_mean_tau = std::numeric_limits<double>::quiet_NaN();
  bool known() const { return std::isfinite(log_tau); }
};

struct WaitingTimeFit {
  double waiting_time_ps = 0.0;
  KwwFit fit;
  ReplicaScatter scatter;
};

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
  AgeingVerdict ageing;  // of the fits of common shape, else of the coherent fits
};

struct StructureAnalysis {
  StructureData data;
  int replicas = 1;
  StructurePeak peak;
};

struct RunAnalysis {
  std::string path;
  int replicas = 1;
  long atoms = 0;  // of the input, else from kinetic energy and temperature; 0 if unknown
  std::string precision, tables;  // of the dynamics; empty if the input does not say
  double fit_after_ps = 0.0;
  std::vector<QuenchAnalysis> quenches;
  std::vector<RelaxationAnalysis> relaxation;
  std::vector<StructureAnalysis> structure;
  std::vector<std::string> notes;  // what could not be analysed, and why
};

RunAnalysis analyse_run(const RunData& run, const AnalysisOptions& options);

// analysis.json.
std::string to_json(const RunAnalysis& analysis);

}  // namespace patina
