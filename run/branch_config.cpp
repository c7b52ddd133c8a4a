// SPDX-License-Identifier: BSD-3-Clause
// Tables of the steps that go back to earlier samples of a run, and of those that bring a sample to rest and look at it.
#include <fmt/format.h>

#include "run/expansion.hpp"

namespace patina {

namespace {

const NumberRange kelvin = {.above = 0.0, .at_most = max_temperature_K};
constexpr double longest_ps = 1e9;

}  // namespace

void describe(ConfigTable<MeasureStep>& table) {
  table.about("A hold for its observers' sake: without a thermostat and a barostat, whatever /dynamics has, unless the step has its own. Energy is conserved, and no reservoir "
              "adds noise to the motion or to the spectra.");
  table.number("duration_ps", &MeasureStep::duration_ps, {.above = 0.0, .at_most = longest_ps}, "length of the step").required();
  table.optional_number("temperature_K", &MeasureStep::temperature_K, kelvin, "what a thermostat of the step holds; without one, that of the velocities which a sample at rest begins with")
      .unset_means("as the sample moves");
  describe_common(table);
  describe_label(table);
  table.check([](const MeasureStep& s, const ConfigChecker& at) {
    if (s.thermostat && s.thermostat->type != "none" && !s.temperature_K) at.error("temperature_K", "the step has a thermostat: give the temperature that it holds");
  });
}

void describe(ConfigTable<UnloadStep>& table) {
  table.about("A hold at finite temperature in which every axis by itself comes to pressure_GPa, as d ln L/dt = (P_aa - P)/(2 shear_modulus_GPa relaxation_ps) without ringing (barostat "
              "`cell_rescaling`, or the step's own; coupling always `per_axis`), and one shear, or each, if asked for, to no shear stress. The stress in thermo.csv begins as the "
              "step before left it.");
  table.number("temperature_K", &UnloadStep::temperature_K, kelvin, "temperature").required();
  table.number("duration_ps", &UnloadStep::duration_ps, {.above = 0.0, .at_most = longest_ps}, "length of the step; some ten relaxation_ps").required();
  table.number("relaxation_ps", &UnloadStep::relaxation_ps, {.above = 0.0, .at_most = 1e4}, "in which stresses fall to 1/e, as far as the shear modulus is what is assumed; the pressure falls faster");
  table.choice("shear", &UnloadStep::shear, {no_deformation, "xy", "xz", "yz", "yx", "zx", "zy", every_shear},
               "which shear is given back as well, along the first axis by the height along the second: the one that deformed the sample, or all (xy, xz and yz); d strain/dt = "
               "P_xy/(shear_modulus_GPa relaxation_ps)");
  table.number("shear_modulus_GPa", &UnloadStep::shear_modulus_GPa, {.at_least = 1.0, .at_most = 1000.0}, "estimate, which sets the rate only");
  describe_common(table);
  describe_label(table);
}

void describe(ConfigTable<RestoreStep>& table) {
  table.about("Back to the sample at the end of an earlier step of this run, which is kept for it: positions, cell, images, and velocities unless they are drawn anew. Step counter and "
              "time of the run go on. `branch` is made of these.");
  table.text("from", &RestoreStep::from, "label of the earlier step, its type if it has no label and no other step has that name, or its whole name, step03_anneal").required();
  table.choice("velocities", &RestoreStep::velocities, {"kept", "new"}, "as they were; or drawn at temperature_K, by numbers of seed, time step and place in the protocol");
  table.optional_number("temperature_K", &RestoreStep::temperature_K, kelvin, "of new velocities");
  describe_label(table);
  table.check([](const RestoreStep& s, const ConfigChecker& at) {
    if (s.velocities == "new" && !s.temperature_K) at.error("temperature_K", "velocities are \"new\": give their temperature");
    if (s.velocities == "kept" && s.temperature_K) at.error("temperature_K", "velocities are \"kept\": they have the temperature that they had");
  });
}

void describe(ConfigTable<BranchStep>& table) {
  table.about("Many continuations from one state (isoconfigurational ensembles: velocities \"new\"), or one or more from each of several (waiting times): stands for a `restore` and then "
              "the steps, once for each state and branch, labelled `b01_restore`, `b01_LABEL`, ..., and with several states `STATE_b01_LABEL`. The samples that they go back "
              "to are kept.");
  table.texts("from", &BranchStep::from, {.at_least = 1, .at_most = most_branches}, "earlier steps whose last states are branched from, each named as in `restore`").required();
  table.integer("branches", &BranchStep::branches, {.at_least = 1, .at_most = most_branches}, "continuations of each state");
  table.choice("velocities", &BranchStep::velocities, {"new", "kept"}, "drawn at temperature_K, anew for each branch; or as they were");
  table.optional_number("temperature_K", &BranchStep::temperature_K, kelvin, "of new velocities").unset_means("where the first step begins");
  table.variant_list("steps", &BranchStep::steps, "what follows in each branch: every step but `branch` and `restore`", {.at_least = 1, .at_most = 1000}).required();
  table.check([](const BranchStep& s, const ConfigChecker& at) {
    if (s.velocities == "kept" && s.temperature_K) at.error("temperature_K", "velocities are \"kept\": they have the temperature that they had");
  });
}

}  // namespace patina
