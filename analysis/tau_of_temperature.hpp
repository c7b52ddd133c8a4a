// SPDX-License-Identifier: BSD-3-Clause
// tau(T) across the glass transition: laws of the liquid in equilibrium (Arrhenius, VFT, MYEGA), an Arrhenius law of the glass, and where they cross.
//
// Which points are which: as they are marked (`equilibrium`); else by a stated temperature; else by the data: the coldest points are a glass if a
// split into a straight line below (three points or more) and the best law above (four or more) lowers BIC by 10 against the best law of all
// points, and the glass is the less steep of the two where they are split. Errors then take the split as known.
// The best law is that of least AICc; it is known if it fits (probability of chi^2 0.01 or more) and no other comes within 2. Where the laws
// lead to different places (T_g, fragility, where branches cross) the number to quote is their mean with Akaike weights exp(-AICc / 2), and its error
// holds what they differ by [K. P. Burnham and D. R. Anderson, Model Selection (2002), 4.3.2].
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/tau_law.hpp"

namespace patina {

struct MeasuredTau {
  TauPoint point;
  std::optional<bool> equilibrium;  // not set: not known
  std::string source;               // a run's entry, a line of a table
};

struct TauOfTemperatureOptions {
  std::optional<double> glass_below_K;  // points below are glass, unless they are marked
  double glass_tau = 0.0;               // at which T_g is told, in the unit of tau; 0: none
};

struct BranchCrossing {
  bool found = false;
  std::string reason;
  double temperature_K = 0.0, error_K = 0.0;
};

struct TauOfTemperature {
  std::string unit = "ps";
  double glass_tau = 0.0;
  std::vector<MeasuredTau> equilibrium, glass;  // in order of temperature
  std::string split_by;                         // how they were told apart
  std::vector<TauLaw> laws;                     // of equilibrium: arrhenius, vft, myega
  int best = -1;                                // index into laws; -1: none was found
  bool law_known = false;
  GlassPoint glass_point;                       // mean of the laws
  TauLaw glass_law;
  BranchCrossing crossing;
  std::vector<std::string> notes;
  std::string text;
};

TauOfTemperature analyse_tau_of_temperature(std::vector<MeasuredTau> points, const std::string& unit, const TauOfTemperatureOptions& options);

}  // namespace patina
