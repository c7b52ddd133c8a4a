// SPDX-License-Identifier: BSD-3-Clause
#include "run/step_config.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace patina {

const std::vector<std::string> deformations = {"uniaxial_x", "uniaxial_y", "uniaxial_z", "biaxial_xy", "biaxial_xz", "biaxial_yz",
                                               "shear_xy",   "shear_xz",   "shear_yz",   "shear_yx",   "shear_zx",   "shear_zy", "volume"};

namespace {

constexpr const char* without_thermostat =
    "; with thermostat \"none\" that of the velocities which a sample at rest begins with, no more";

template <class Step>
void describe_hold(ConfigTable<Step>& table, const std::string& what) {
  table.number("temperature_K", &Step::temperature_K, {.above = 0.0, .at_most = max_temperature_K}, what).required();
  table.number("duration_ps", &Step::duration_ps, {.above = 0.0, .at_most = 1e9}, "length of the step").required();
  describe_common(table);
  describe_label(table);
}

}  // namespace

void check_label(const std::optional<std::string>& label, const ConfigChecker& at) {
  constexpr std::size_t longest = 60;
  const auto is_plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.'; };
  if (label && (label->empty() || label->size() > longest || !std::all_of(label->begin(), label->end(), is_plain)))
    at.error("label", fmt::format("\"{}\" must be 1 to {} letters, digits, '_', '-' or '.'", *label, longest));
}

void describe(ConfigTable<ThermostatConfig>& table) {
  table.choice("type", &ThermostatConfig::type, {"none", "nose_hoover", "velocity_rescaling", "langevin"},
               "none (NVE), Nose-Hoover chain, stochastic velocity rescaling, Langevin (BAOAB)");
  table.number("relaxation_ps", &ThermostatConfig::relaxation_ps, {.above = 0.0, .at_most = 1e4},
               "relaxation time of the kinetic energy");
  table.integer("chain_length", &ThermostatConfig::chain_length, {.at_least = 1, .at_most = 20},
                "thermostats in a Nose-Hoover chain");
}

void describe(ConfigTable<BarostatConfig>& table) {
  table.choice("type", &BarostatConfig::type, {"none", "mtk", "cell_rescaling"},
               "none (fixed cell), Martyna-Tobias-Klein, stochastic cell rescaling");
  table.number("relaxation_ps", &BarostatConfig::relaxation_ps, {.above = 0.0, .at_most = 1e4},
               "relaxation time of the volume");
  table.choice("coupling", &BarostatConfig::coupling, {"isotropic", "per_axis"},
               "one scale for the cell, or one per axis");
  table.number("compressibility_per_GPa", &BarostatConfig::compressibility_per_GPa,
               {.above = 0.0, .at_most = 10.0}, "estimate that cell_rescaling turns into its rate");
  table.booleans("axes", &BarostatConfig::axes, "which of x, y, z may change, of those that are periodic");
}

void describe(ConfigTable<MeltStep>& table) { describe_hold(table, std::string("temperature of the liquid") + without_thermostat); }
void describe(ConfigTable<AnnealStep>& table) { describe_hold(table, std::string("annealing temperature") + without_thermostat); }

void describe(ConfigTable<QuenchStep>& table) {
  table.number("from_K", &QuenchStep::from_K, {.above = 0.0, .at_most = max_temperature_K}, "start").required();
  table.number("to_K", &QuenchStep::to_K, {.above = 0.0, .at_most = max_temperature_K}, "end").required();
  table.number("cooling_rate_K_per_s", &QuenchStep::cooling_rate_K_per_s, {.above = 0.0, .at_most = 1e17},
               "the target temperature falls linearly at this rate").required();
  describe_common(table);
  describe_label(table);
  table.check_what_was_read([](const QuenchStep& s, const ConfigChecker& at) {
    if (at.was_read({"from_K", "to_K"}) && s.to_K >= s.from_K)
      at.error("to_K", fmt::format("a quench must end below its start: {} K is not below from_K = {} K", s.to_K, s.from_K));
  });
}

void describe(ConfigTable<HeatStep>& table) {
  table.number("from_K", &HeatStep::from_K, {.above = 0.0, .at_most = max_temperature_K}, "start").required();
  table.number("to_K", &HeatStep::to_K, {.above = 0.0, .at_most = max_temperature_K}, "end").required();
  table.number("heating_rate_K_per_s", &HeatStep::heating_rate_K_per_s, {.above = 0.0, .at_most = 1e17},
               "the target temperature rises linearly at this rate").required();
  describe_common(table);
  describe_label(table);
  table.check_what_was_read([](const HeatStep& s, const ConfigChecker& at) {
    if (at.was_read({"from_K", "to_K"}) && s.to_K <= s.from_K)
      at.error("to_K", fmt::format("heating must end above its start: {} K is not above from_K = {} K", s.to_K, s.from_K));
  });
}

void describe(ConfigTable<RampStep>& table) {
  const NumberRange kelvin = {.above = 0.0, .at_most = max_temperature_K}, pressure = {.at_least = least_pressure_GPa, .at_most = most_pressure_GPa};
  table.number("from_K", &RampStep::from_K, kelvin, "start").required();
  table.number("to_K", &RampStep::to_K, kelvin, "end; may be the start").required();
  table.number("from_pressure_GPa", &RampStep::from_pressure_GPa, pressure, "target pressure of the barostat at the start");
  table.number("to_pressure_GPa", &RampStep::to_pressure_GPa, pressure, "and at the end; both change linearly");
  table.number("duration_ps", &RampStep::duration_ps, {.above = 0.0, .at_most = 1e9}, "length of the step").required();
  describe_control(table);
  describe_label(table);
}

void describe(ConfigTable<DeformStep>& table) {
  table.choice("deformation", &DeformStep::deformation, deformations, "which; a barostat moves the other axes only (all three beside a shear, none beside a volume)");
  table.number("strain", &DeformStep::strain, {.at_least = least_strain, .at_most = most_strain}, doc_of_strain).required();
  describe_hold(table, std::string("temperature") + without_thermostat);
}

void describe(ConfigTable<MinimiseStep>& table) {
  table.number("max_force_eV_per_A", &MinimiseStep::max_force_eV_per_A, {.above = 0.0, .at_most = 100.0},
               "done when no force component is larger");
  table.integer("max_steps", &MinimiseStep::max_steps, {.at_least = 1, .at_most = 100000000},
                "iterations at most");
  table.choice("relax_cell", &MinimiseStep::relax_cell, {"none", "isotropic", "per_axis"},
               "whether the cell relaxes to pressure_GPa too");
  table.number("pressure_GPa", &MinimiseStep::pressure_GPa, {.at_least = least_pressure_GPa, .at_most = most_pressure_GPa},
               "target pressure of the cell, if it relaxes");
  std::vector<std::string> choices{no_deformation};
  choices.insert(choices.end(), deformations.begin(), deformations.end());
  table.choice("deformation", &MinimiseStep::deformation, choices, "atoms and cell are strained so before the search; a cell that relaxes then does so along other axes only");
  table.number("from_strain", &MinimiseStep::from_strain, {.at_least = least_strain, .at_most = most_strain}, "strain that the cell has already");
  table.number("strain", &MinimiseStep::strain, {.at_least = least_strain, .at_most = most_strain}, "and that it is to have: both against a cell without any");
  table.variant_list("observers", &MinimiseStep::observers, "what looks at the minimised state");
  describe_label(table);
}

}  // namespace patina
