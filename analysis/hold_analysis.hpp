// SPDX-License-Identifier: BSD-3-Clause
// Whether a sample that is held at one temperature (melt, anneal; the holds of hold_steps and cycle) still changes: means of
// the first and the second half of each hold, and what cycles leave behind. Told, not judged: what counts as equilibrium is the
// reader's.
//   errors: each half in 8 blocks of equal length, standard error of their mean; an underestimate where numbers stay correlated
//   for longer than a block. Replicas: in quadrature.
// Units: eV, A, ps, K, GPa; per atom where named so.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "analysis/relaxation_analysis.hpp"
#include "analysis/run_data.hpp"

namespace patina {

struct MeanWithError {
  double value = std::numeric_limits<double>::quiet_NaN();
  double error = std::numeric_limits<double>::quiet_NaN();  // NaN if a half has fewer than 16 lines
};

// The mean with the error that blocks of it give, of lines enough.
inline constexpr std::size_t blocks_of_a_mean = 8, least_lines_of_an_error = 2 * blocks_of_a_mean;
MeanWithError block_mean(const std::vector<double>& values);

// Of E_pot + E_kin + P V, P being the target pressure, and of the volume.
struct HoldMeans {
  MeanWithError enthalpy_eV_per_atom, potential_eV_per_atom, volume_A3_per_atom, temperature_K;
};

// Of a shell that was watched with C(t1,t2): age-centred KWW fits of the two halves.
struct HoldRelaxation {
  std::string entry;
  std::array<WaitingTimeFit, 2> halves;
};

struct HoldAnalysis {
  int protocol_step = -1;
  std::string label;  // "cycle01_low", or the type
  double target_K = 0.0;  // not a number where nothing holds it
  double duration_ps = 0.0;
  HoldMeans whole;
  std::array<HoldMeans, 2> halves;
  std::vector<HoldRelaxation> relaxation;
};

// The sample's numbers where a `cycle` begins, or a `shear` to and fro, before the first cycle (0) and after each.
struct CycleAnalysis {
  int protocol_step = -1;  // of the first hold
  double temperature_K = 0.0;
  std::vector<HoldMeans> after;
};

std::vector<HoldAnalysis> analyse_holds(const RunData& run, double atoms, const std::vector<RelaxationAnalysis>& relaxation);
std::vector<CycleAnalysis> analyse_cycles(const RunData& run, const std::vector<HoldAnalysis>& holds);

// b - a, with its error.
MeanWithError difference(const MeanWithError& a, const MeanWithError& b);

}  // namespace patina
