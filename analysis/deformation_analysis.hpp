// SPDX-License-Identifier: BSD-3-Clause
// Stress against strain of steps that deform the sample, and what a hold behind them keeps of it.
//   stress: minus the component of the pressure that does work on the strain (xx of uniaxial_x; mean of xx and yy of biaxial_xy; xy of
//   shear_xy; minus the mean pressure of a volume strain), GPa
//   modulus: slope over the first 2 % of strain (all, if there is less); of a shear the shear modulus G, of a strain with fixed sides the
//   constrained one (C11 of a cubic crystal), with free sides Young's
//   flow stress: mean over the second half of a strain of 0.2 or more; a viscosity is that of a shear over its rate
//   G(t) = (stress in the hold - stress before the strain) / strain, the response to a step if the ramp was short
// Errors of moduli, flow stresses and viscosities: what four or more replicas scatter; with fewer what 8 blocks of lines of thermo.csv say,
// NaN below 16 lines, and too small where stresses stay correlated for longer than a block. Of curves: what replicas scatter; of one, NaN.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/hold_analysis.hpp"
#include "analysis/run_data.hpp"
#include "analysis/stress_noise.hpp"

namespace patina {

struct StressCurve {
  int first_step = -1, last_step = -1;  // one step, or the row of minimisations of a quasistatic strain
  std::string label;                    // of the first
  std::string deformation;
  double strain = 0.0;       // at the end, against the cell at the beginning
  double rate_per_ps = 0.0;  // 0: quasistatic
  std::vector<double> at_strain, stress_GPa, errors_GPa;
  double modulus_to_strain = 0.0;
  MeanWithError modulus_GPa;
  double peak_strain = 0.0, peak_GPa = 0.0;  // where |stress| in these bins is largest
  std::optional<MeanWithError> flow_GPa;
  std::optional<MeanWithError> viscosity_mPa_s;
};

struct StressHold {
  int protocol_step = -1;
  std::string label, deformation;
  double strain = 0.0;
  std::vector<double> time_ps, modulus_GPa, errors_GPa;  // times since the strain, in bins of a tenth of a decade
  std::vector<StressSeries> replicas;  // the lines behind them
};

std::vector<StressCurve> stress_curves(const RunData& run);
std::vector<StressHold> stress_holds(const RunData& run);

}  // namespace patina
