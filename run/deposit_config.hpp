// SPDX-License-Identifier: BSD-3-Clause
// The steps `deposit` and `cut_film` as the input words them: vapour on a substrate, and the film as a sample of its own.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/box.hpp"
#include "core/config.hpp"
#include "run/observer_config.hpp"

namespace patina {

// Atoms come down along -z at even times, and the film grows by one of two measures: so many atoms, one each interval_ps, or to a
// thickness at a rate.
struct DepositStep {
  static constexpr const char* type_name = "deposit";
  double temperature_K = 0.0;
  std::map<std::string, double> composition;
  std::optional<std::int64_t> atoms;
  std::optional<double> interval_ps;
  std::optional<double> thickness_A, growth_rate_A_per_ps, volume_per_atom_A3;
  std::optional<double> energy_eV, source_K;  // neither: a beam of usual_beam_eV
  double angle_deg = 0.0;
  double rigid_A = 6.0;
  double thermostat_A = 6.0;
  double relaxation_ps = 0.1;
  double settle_ps = 5.0;
  std::vector<ObserverConfig> observers;
  bool keep = false;
  std::optional<std::string> label;
};

// The film alone, or a part of it between two heights.
struct CutFilmStep {
  static constexpr const char* type_name = "cut_film";
  double from = 0.0;
  double to = 1.0;
  std::string boundary = "free";
  double gap_A = 1.5;
  std::vector<ObserverConfig> observers;
  bool keep = false;
  std::optional<std::string> label;
};

inline constexpr double usual_beam_eV = 0.1;
// Atoms appear farther than the potential reaches by this, so that they change no other.
inline constexpr double beyond_cutoff_A = 0.5;

void describe(ConfigTable<DepositStep>& table);
void describe(ConfigTable<CutFilmStep>& table);

// Whether the film grows by one of the two measures.
bool tells_growth(const DepositStep& step);
// How long it grows, ps; of a step that tells it.
double growth_ps(const DepositStep& step);
// How many atoms come down on a substrate with this cell.
std::int64_t deposited_atoms(const DepositStep& step, const Box& box);
// How long the heaviest species takes on its way down, ps for each Angstrom.
double flight_ps_per_A(const DepositStep& step);

}  // namespace patina
