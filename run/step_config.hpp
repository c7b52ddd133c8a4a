// SPDX-License-Identifier: BSD-3-Clause
// The steps of a protocol as the input words them: elementary ones, each of which the run takes as it stands, and composite
// ones (hold_steps, cycle, compress, strain, quasistatic_strain), which stand for a sequence of elementary ones (expansion.hpp). Keys, ranges and
// documentation stand in one table per struct in step_config.cpp and composite_config.cpp.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/config.hpp"
#include "run/deposit_config.hpp"
#include "run/observer_config.hpp"

namespace patina {

struct ThermostatConfig {
  std::string type = "nose_hoover";
  double relaxation_ps = 0.1;
  int chain_length = 3;
};

struct BarostatConfig {
  std::string type = "mtk";
  double relaxation_ps = 1.0;
  std::string coupling = "isotropic";
  double compressibility_per_GPa = 0.008;
  std::array<bool, 3> axes = {true, true, true};
};

// What every step at finite temperature has; `thermostat` and `barostat` override those of /dynamics.
struct StepControl {
  std::optional<ThermostatConfig> thermostat;
  std::optional<BarostatConfig> barostat;
  std::vector<ObserverConfig> observers;
};
// Of one that is held at one pressure.
struct StepCommon : StepControl {
  double pressure_GPa = 0.0;
};

// --- elementary steps ---------------------------------------------------------------------------------------

// Each may have a label, which then stands in the names of its results instead of its type.
struct MeltStep : StepCommon {
  static constexpr const char* type_name = "melt";
  double temperature_K = 0.0;
  double duration_ps = 0.0;
  std::optional<std::string> label;
};
struct QuenchStep : StepCommon {
  static constexpr const char* type_name = "quench";
  double from_K = 0.0;
  double to_K = 0.0;
  double cooling_rate_K_per_s = 0.0;
  std::optional<std::string> label;
};
struct AnnealStep : StepCommon {
  static constexpr const char* type_name = "anneal";
  double temperature_K = 0.0;
  double duration_ps = 0.0;
  std::optional<std::string> label;
};
struct HeatStep : StepCommon {
  static constexpr const char* type_name = "heat";
  double from_K = 0.0;
  double to_K = 0.0;
  double heating_rate_K_per_s = 0.0;
  std::optional<std::string> label;
};
// Temperature and pressure change together, each linearly.
struct RampStep : StepControl {
  static constexpr const char* type_name = "ramp";
  double from_K = 0.0;
  double to_K = 0.0;
  double from_pressure_GPa = 0.0;
  double to_pressure_GPa = 0.0;
  double duration_ps = 0.0;
  std::optional<std::string> label;
};
// The cell and the atoms with it are deformed, and the strain grows linearly.
struct DeformStep : StepCommon {
  static constexpr const char* type_name = "deform";
  std::string deformation = "uniaxial_x";
  double strain = 0.0;
  double temperature_K = 0.0;
  double duration_ps = 0.0;
  std::optional<std::string> label;
};
struct MinimiseStep {
  static constexpr const char* type_name = "minimise";
  double max_force_eV_per_A = 1e-6;
  int max_steps = 10000;
  std::string relax_cell = "none";
  double pressure_GPa = 0.0;
  // Of atoms and cell, before the search: from a cell that has from_strain already to one that has strain.
  std::string deformation = "none";
  double from_strain = 0.0;
  double strain = 0.0;
  std::vector<ObserverConfig> observers;
  std::optional<std::string> label;
};

using StepConfig = std::variant<MeltStep, QuenchStep, AnnealStep, HeatStep, RampStep, DeformStep, MinimiseStep, DepositStep, CutFilmStep>;

// --- composite steps ----------------------------------------------------------------------------------------

// Holds at one temperature after the other, with a ramp between each and the next.
struct HoldStepsStep : StepCommon {
  static constexpr const char* type_name = "hold_steps";
  std::vector<double> temperatures_K;  // or a range:
  std::optional<double> from_K, to_K, step_K;
  double hold_ps = 0.0;
  double rate_K_per_s = 0.0;
};

// Between two temperatures, to and fro. It begins and ends at the one where the sample is compared with itself.
struct CycleStep : StepCommon {
  static constexpr const char* type_name = "cycle";
  int cycles = 1;
  double low_K = 0.0;
  double high_K = 0.0;
  std::string begin = "low";
  double heating_rate_K_per_s = 0.0;
  std::optional<double> cooling_rate_K_per_s;  // not set: the heating rate
  double low_ps = 0.0;
  double high_ps = 0.0;
};

// A ramp of the pressure, a hold, and back.
struct CompressStep : StepControl {
  static constexpr const char* type_name = "compress";
  double temperature_K = 0.0;
  double from_pressure_GPa = 0.0;
  double to_pressure_GPa = 0.0;
  std::optional<double> rate_GPa_per_ps;  // or
  std::optional<double> ramp_ps;
  double hold_ps = 0.0;
  bool release = true;
};

// A deformation, a hold of the strain, and back if asked for.
struct StrainStep : StepCommon {
  static constexpr const char* type_name = "strain";
  std::string deformation = "uniaxial_x";
  double strain = 0.0;
  double temperature_K = 0.0;
  std::optional<double> rate_per_ps;  // or
  std::optional<double> ramp_ps;      // neither: within one time step
  std::string lateral = "fixed";
  double hold_ps = 0.0;
  bool release = false;
};

// Strain in small steps, after each of which forces vanish: the limit of no temperature and no rate.
struct QuasistaticStrainStep {
  static constexpr const char* type_name = "quasistatic_strain";
  std::string deformation = "shear_xy";
  double strain = 0.0;
  int increments = 100;
  std::string lateral = "fixed";
  double pressure_GPa = 0.0;
  double max_force_eV_per_A = 1e-4;
  int max_steps = 20000;
  std::vector<ObserverConfig> observers;
};

// Whatever may stand in an input's protocol.
using ProtocolItem = std::variant<MeltStep, QuenchStep, AnnealStep, HeatStep, RampStep, DeformStep, MinimiseStep, DepositStep, CutFilmStep, HoldStepsStep, CycleStep, CompressStep, StrainStep, QuasistaticStrainStep>;

void describe(ConfigTable<ThermostatConfig>& table);
void describe(ConfigTable<BarostatConfig>& table);
void describe(ConfigTable<MeltStep>& table);
void describe(ConfigTable<QuenchStep>& table);
void describe(ConfigTable<AnnealStep>& table);
void describe(ConfigTable<HeatStep>& table);
void describe(ConfigTable<RampStep>& table);
void describe(ConfigTable<DeformStep>& table);
void describe(ConfigTable<MinimiseStep>& table);
void describe(ConfigTable<HoldStepsStep>& table);
void describe(ConfigTable<CycleStep>& table);
void describe(ConfigTable<CompressStep>& table);
void describe(ConfigTable<StrainStep>& table);
void describe(ConfigTable<QuasistaticStrainStep>& table);

// The keys "deformation" and "strain" of a step.
extern const std::vector<std::string> deformations;
inline constexpr const char* no_deformation = "none";
inline constexpr double least_strain = -0.5, most_strain = 1.0;
inline constexpr const char* doc_of_strain =
    "uniaxial, biaxial: change of the strained edges over their length; shear_xy: what goes along x over the height along y; volume: change over the volume; "
    "all of the cell as the step finds it";

inline constexpr double max_temperature_K = 1e5;
inline constexpr double least_pressure_GPa = -50.0, most_pressure_GPa = 1000.0;

// The key "label", which becomes part of the names of entries in HDF5 files.
void check_label(const std::optional<std::string>& label, const ConfigChecker& at);
template <class Step>
void describe_label(ConfigTable<Step>& table) {
  table.optional_text("label", &Step::label, "instead of the type in the names of results, step04_LABEL; letters, digits, _ - .");
  table.check([](const Step& step, const ConfigChecker& at) { check_label(step.label, at); });
}

// The keys of StepControl and StepCommon, in the table of a step that has them.
template <class Step>
void describe_control(ConfigTable<Step>& table, const char* watched = "what watches this step") {
  // Named pointers of the derived type: members of a base are not deduced as its.
  std::optional<ThermostatConfig> Step::*thermostat = &Step::thermostat;
  std::optional<BarostatConfig> Step::*barostat = &Step::barostat;
  std::vector<ObserverConfig> Step::*observers = &Step::observers;
  table.optional_section("thermostat", thermostat, "instead of /dynamics/thermostat in this step");
  table.optional_section("barostat", barostat, "instead of /dynamics/barostat in this step");
  table.variant_list("observers", observers, watched);
}
template <class Step>
void describe_common(ConfigTable<Step>& table, const char* watched = "what watches this step") {
  double Step::*pressure_GPa = &Step::pressure_GPa;
  table.number("pressure_GPa", pressure_GPa, {.at_least = least_pressure_GPa, .at_most = most_pressure_GPa},
               "target pressure of the barostat; with barostat \"none\" it must be 0, and nothing holds it");
  describe_control(table, watched);
}

}  // namespace patina
