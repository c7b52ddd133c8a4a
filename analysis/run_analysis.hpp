// SPDX-License-Identifier: BSD-3-Clause
// Everything `patina analyse` finds in a run folder: Tg of each quench, T_f and c_p of each scan that heats, energies of minima, tau(T), KWW fits of f(q,t) for each waiting
// time, the ageing law, the halves of each hold, cycles, stress against strain, tau(q), diffusion and heterogeneity, the main peak of S(q).
#pragma once

#include <string>
#include <vector>

#include "analysis/deformation_analysis.hpp"
#include "analysis/dynamics_analysis.hpp"
#include "analysis/heating_analysis.hpp"
#include "analysis/hold_analysis.hpp"
#include "analysis/hold_taus.hpp"
#include "analysis/inherent_structure.hpp"
#include "analysis/quench_analysis.hpp"
#include "analysis/record_analysis.hpp"
#include "analysis/relaxation_analysis.hpp"
#include "analysis/run_data.hpp"
#include "analysis/stress_relaxation.hpp"
#include "analysis/structure_peak.hpp"

namespace patina {

struct AnalysisOptions {
  RelaxationOptions relaxation;
  GlassTransitionOptions glass_transition;
  HeatingOptions heating;
  TauOfTemperatureOptions tau_of_temperature;  // times in ps
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
  std::vector<HeatingScan> heating;
  std::vector<ComparedScan> enthalpies;  // of scans of this run
  std::vector<InherentStructure> minima;
  std::vector<HoldTau> hold_taus;
  TauOfHolds tau;  // of the holds
  std::vector<RelaxationAnalysis> relaxation;
  std::vector<HoldAnalysis> holds;
  std::vector<CycleAnalysis> cycles;
  std::vector<StressCurve> stress_curves;
  std::vector<StressRelaxation> stress_relaxation;
  std::vector<DynamicsAnalysis> dynamics;
  std::vector<StructureAnalysis> structure;
  std::vector<RecordAnalysis> speckles;  // of C(t1, t2) that the observer xpcs stored; left to who reads it
  std::vector<std::string> notes;  // what could not be analysed, and why
};

RunAnalysis analyse_run(const RunData& run, const AnalysisOptions& options);

// analysis.json.
std::string to_json(const RunAnalysis& analysis);

}  // namespace patina
