// SPDX-License-Identifier: BSD-3-Clause
// The steps of a protocol as the input words them: elementary ones, each of which the run takes as it stands, and composite
// ones (hold_steps, cycle, compress, strain, shear, quasistatic_strain, branch), which stand for a sequence of elementary ones (expansion.hpp). Keys, ranges
// and documentation stand in one table per struct in step_config.cpp, composite_config.cpp and branch_config.cpp.
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

// Of a key "deformation", and "shear".
inline constexpr const char* no_deformation = "none";
// Of the key "shear" of an `unload`: xy, xz and yz.
inline constexpr const char* every_shear = "all";

// What every step at finite temperature has; `thermostat` and `barostat` override those of /dynamics.
struct StepControl {
  std::optional<ThermostatConfig> thermostat;
  std::optional<BarostatConfig> barostat;
  std::vector<ObserverConfig> observers;
  bool keep = false;  // the sample that it ends with (run/sample_library.hpp)
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
  bool keep = false;
};
// A hold for its observers' sake: nothing acts on the atoms, unless the step has a thermostat or a barostat of its own.
struct MeasureStep : StepCommon {
  static constexpr const char* type_name = "measure";
  std::optional<double> temperature_K;
  double duration_ps = 0.0;
  std::optional<std::string> label;
};
// A hold in which each axis by itself comes to the pressure, and one shear, or each, to no shear stress.
struct UnloadStep : StepCommon {
  static constexpr const char* type_name = "unload";
  double temperature_K = 0.0;
  double duration_ps = 0.0;
  double relaxation_ps = 2.0;
  std::string shear = no_deformation;
  double shear_modulus_GPa = 30.0;
  std::optional<std::string> label;
};
// Back to the sample at the end of an earlier step of the run.
struct RestoreStep {
  static constexpr const char* type_name = "restore";
  std::string from;
  std::string velocities = "kept";
  std::optional<double> temperature_K;  // of new ones
  std::optional<std::string> label;
};

// At one temperature, with sweeps of swap Monte Carlo between time steps (md/species_swap.hpp).
struct SwapStep : StepCommon {
  static constexpr const char* type_name = "swap";
  double temperature_K = 0.0;
  double duration_ps = 0.0;
  int interval_steps = 20;
  double attempts_per_atom = 1.0;
  std::optional<std::vector<std::string>> pairs;  // "Cu-Zr"; not set: all pairs of species
  std::optional<std::string> label;
};

using StepConfig = std::variant<MeltStep, QuenchStep, AnnealStep, HeatStep, RampStep, DeformStep, MinimiseStep, SwapStep, MeasureStep, UnloadStep, RestoreStep, DepositStep, CutFilmStep>;

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

// Simple shear at a constant rate: on and on, or to and fro.
struct ShearStep : StepCommon {
  static constexpr const char* type_name = "shear";
  std::string deformation = "shear_xy";
  double rate_per_ps = 0.0;
  std::optional<double> strain;  // on and on; or
  std::optional<double> amplitude;
  int cycles = 1;
  double temperature_K = 0.0;
  std::string lateral = "fixed";
  double hold_ps = 0.0;
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
  bool keep = false;
};

// Whatever may stand in a branch: what goes on from the sample as it is.
using BranchItem = std::variant<MeltStep, QuenchStep, AnnealStep, HeatStep, RampStep, DeformStep, MinimiseStep, SwapStep, HoldStepsStep, CycleStep, CompressStep, StrainStep, ShearStep,
                                QuasistaticStrainStep, MeasureStep, UnloadStep, DepositStep, CutFilmStep>;

// Several continuations from each of some earlier states of the run.
struct BranchStep {
  static constexpr const char* type_name = "branch";
  std::vector<std::string> from;
  int branches = 1;
  std::string velocities = "new";
  std::optional<double> temperature_K;
  std::vector<BranchItem> steps;
};

template <class Variant, class... More>
struct Extended;
template <class... Items, class... More>
struct Extended<std::variant<Items...>, More...> {
  using type = std::variant<Items..., More...>;
};

// Whatever may stand in an input's protocol.
using ProtocolItem = Extended<BranchItem, RestoreStep, BranchStep>::type;

void describe(ConfigTable<ThermostatConfig>& table);
void describe(ConfigTable<BarostatConfig>& table);
void describe(ConfigTable<MeltStep>& table);
void describe(ConfigTable<QuenchStep>& table);
void describe(ConfigTable<AnnealStep>& table);
void describe(ConfigTable<HeatStep>& table);
void describe(ConfigTable<RampStep>& table);
void describe(ConfigTable<DeformStep>& table);
void describe(ConfigTable<MinimiseStep>& table);
void describe(ConfigTable<SwapStep>& table);
void describe(ConfigTable<HoldStepsStep>& table);
void describe(ConfigTable<CycleStep>& table);
void describe(ConfigTable<CompressStep>& table);
void describe(ConfigTable<StrainStep>& table);
void describe(ConfigTable<ShearStep>& table);
void describe(ConfigTable<QuasistaticStrainStep>& table);
void describe(ConfigTable<MeasureStep>& table);
void describe(ConfigTable<UnloadStep>& table);
void describe(ConfigTable<RestoreStep>& table);
void describe(ConfigTable<BranchStep>& table);

// The keys "deformation" and "strain" of a step.
extern const std::vector<std::string> deformations, shears;
inline constexpr double least_strain = -0.5, most_strain = 1.0;  // but of a shear:
inline constexpr double most_shear = 100.0;                      // in both directions
inline constexpr const char* doc_of_strain =
    "uniaxial, biaxial: change of the strained edges over their length; volume: change over the volume (these -0.5 to 1); shear_xy: what goes along x over the "
    "height along y (-100 to 100); all of the cell as the step finds it";
// An error at KEY for a strain that this deformation has not.
void check_strain(const std::string& deformation, double strain, const std::string& key, const ConfigChecker& at);

// The key "keep" of a step.
inline constexpr const char* doc_of_keep =
    "whether the sample is kept in samples/ as the step leaves it (of hold_steps, cycle and cyclic shear after each hold that is watched); the run's last is always";

inline constexpr double max_temperature_K = 1e5;
inline constexpr double least_pressure_GPa = -50.0, most_pressure_GPa = 1000.0;

// A label becomes part of the names of entries in HDF5 files, and of files.
inline constexpr std::size_t longest_label = 60;
bool is_label(const std::string& text);
template <class Step>
void describe_label(ConfigTable<Step>& table) {
  table.optional_text("label", &Step::label, "instead of the type in the names of results, step04_LABEL; letters, digits, _ - .");
  table.check([](const Step& step, const ConfigChecker& at) {
    if (step.label && !is_label(*step.label))
      at.error("label", "\"" + *step.label + "\" must be 1 to " + std::to_string(longest_label) + " letters, digits, '_', '-' or '.'");
  });
}

// The keys of StepControl and StepCommon, in the table of a step that has them.
template <class Step>
void describe_control(ConfigTable<Step>& table, const char* watched = "what watches this step") {
  // Named pointers of the derived type: members of a base are not deduced as its.
  std::optional<ThermostatConfig> Step::*thermostat = &Step::thermostat;
  std::optional<BarostatConfig> Step::*barostat = &Step::barostat;
  std::vector<ObserverConfig> Step::*observers = &Step::observers;
  bool Step::*keep = &Step::keep;
  table.optional_section("thermostat", thermostat, "instead of /dynamics/thermostat in this step");
  table.optional_section("barostat", barostat, "instead of /dynamics/barostat in this step");
  table.variant_list("observers", observers, watched);
  table.boolean("keep", keep, doc_of_keep);
}
template <class Step>
void describe_common(ConfigTable<Step>& table, const char* watched = "what watches this step") {
  double Step::*pressure_GPa = &Step::pressure_GPa;
  table.number("pressure_GPa", pressure_GPa, {.at_least = least_pressure_GPa, .at_most = most_pressure_GPa},
               "target pressure of the barostat; with barostat \"none\" it must be 0, and nothing holds it");
  describe_control(table, watched);
}

}  // namespace patina
