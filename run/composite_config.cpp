// SPDX-License-Identifier: BSD-3-Clause
// Tables of the composite steps.
#include <fmt/format.h>

#include <cmath>

#include "run/expansion.hpp"

namespace patina {

namespace {

const NumberRange kelvin = {.above = 0.0, .at_most = max_temperature_K}, kelvin_per_s = {.above = 0.0, .at_most = 1e17},
                  pressure = {.at_least = least_pressure_GPa, .at_most = most_pressure_GPa}, any_strain = {.at_least = -most_shear, .at_most = most_shear};

// What ends nearest to `to_K`: the last step within the range, and the first beyond it.
std::string ends_of(const HoldStepsStep& s) {
  const double sign = *s.to_K < *s.from_K ? -1.0 : 1.0, steps = std::floor(std::abs(*s.to_K - *s.from_K) / *s.step_K);
  return fmt::format("{:g} or {:g}", *s.from_K + sign * steps * *s.step_K, *s.from_K + sign * (steps + 1.0) * *s.step_K);
}

void check_hold_temperatures(const HoldStepsStep& s, const ConfigChecker& at) {
  const bool range = s.from_K || s.to_K || s.step_K;
  if (s.temperatures_K.empty() && !range) return at.error("temperatures_K", "give temperatures_K, or from_K, to_K and step_K");
  if (!s.temperatures_K.empty() && range)
    return at.error("temperatures_K", "gives the temperatures already: leave out from_K, to_K and step_K, or this");
  if (!range) return;
  for (const auto& [key, value] : {std::pair{"from_K", s.from_K}, {"to_K", s.to_K}, {"step_K", s.step_K}})
    if (!value) return at.error(key, "a range needs from_K, to_K and step_K");
  if (std::abs(*s.to_K - *s.from_K) / *s.step_K > most_holds - 1)
    return at.error("step_K", fmt::format("{} K makes more than {} temperatures from {} to {} K", *s.step_K, most_holds, *s.from_K, *s.to_K));
  if (hold_temperatures(s).empty())
    at.error("step_K", fmt::format("from {} K in steps of {} K no hold is at to_K = {} K; the nearest are {} K", *s.from_K, *s.step_K, *s.to_K, ends_of(s)));
}

}  // namespace

void describe(ConfigTable<HoldStepsStep>& table) {
  table.about("Stands for an `anneal` at each temperature with a `ramp` between each and the next, labelled `hold_520K`, `to_525K`, ..., which "
              "resolved.json, thermo.csv, xpcs.h5 and `patina analyse` then show; the analysis compares the halves of each hold.");
  table.numbers("temperatures_K", &HoldStepsStep::temperatures_K, kelvin, {.at_least = 0, .at_most = most_holds}, "temperatures of the holds, in order; or a range:");
  table.optional_number("from_K", &HoldStepsStep::from_K, kelvin, "temperature of the first hold");
  table.optional_number("to_K", &HoldStepsStep::to_K, kelvin, "of the last, above or below the first");
  table.optional_number("step_K", &HoldStepsStep::step_K, kelvin, "from each to the next, a whole part of the range");
  table.number("hold_ps", &HoldStepsStep::hold_ps, {.above = 0.0, .at_most = 1e9}, "length of each hold").required();
  table.number("rate_K_per_s", &HoldStepsStep::rate_K_per_s, kelvin_per_s, "the target temperature changes at this rate between holds").required();
  describe_common(table, "what watches each hold; times begin with the hold");
  table.check_what_was_read([](const HoldStepsStep& s, const ConfigChecker& at) {
    if (at.was_read({"temperatures_K", "from_K", "to_K", "step_K"})) check_hold_temperatures(s, at);
  });
}

void describe(ConfigTable<CycleStep>& table) {
  table.about("Stands for `anneal` and `ramp` steps labelled `cycle00_low`, `cycle01_heat`, `cycle01_high`, `cycle01_cool`, `cycle01_low`, ...; `patina analyse` "
              "compares the sample's energy at the temperature where it begins, before the first cycle and after each.");
  table.integer("cycles", &CycleStep::cycles, {.at_least = 1, .at_most = most_cycles}, "number of cycles").required();
  table.number("low_K", &CycleStep::low_K, kelvin, "lower temperature").required();
  table.number("high_K", &CycleStep::high_K, kelvin, "higher temperature").required();
  table.choice("begin", &CycleStep::begin, {"low", "high"}, "where the sample is before the first cycle and after each");
  table.number("heating_rate_K_per_s", &CycleStep::heating_rate_K_per_s, kelvin_per_s, "from low_K to high_K").required();
  table.optional_number("cooling_rate_K_per_s", &CycleStep::cooling_rate_K_per_s, kelvin_per_s, "from high_K to low_K").unset_means("the heating rate");
  table.number("low_ps", &CycleStep::low_ps, {.at_least = 0.0, .at_most = 1e9}, "length of each hold at low_K; 0: none, unless cycles begin there").required();
  table.number("high_ps", &CycleStep::high_ps, {.at_least = 0.0, .at_most = 1e9}, "length of each hold at high_K; 0: none, unless cycles begin there").required();
  describe_common(table, "what watches each hold at the temperature where cycles begin");
  table.check_what_was_read([](const CycleStep& s, const ConfigChecker& at) {
    if (at.was_read({"low_K", "high_K"}) && s.high_K <= s.low_K)
      at.error("high_K", fmt::format("{} K is not above low_K = {} K", s.high_K, s.low_K));
    const char* key = s.begin == "low" ? "low_ps" : "high_ps";
    if (at.was_read({"begin", key}) && (s.begin == "low" ? s.low_ps : s.high_ps) == 0.0)
      at.error(key, fmt::format("cycles begin at {}_K, where the sample is compared with itself: a hold there must last", s.begin));
  });
}

void describe(ConfigTable<CompressStep>& table) {
  table.about("Stands for a `ramp` of the pressure, an `anneal` and a `ramp` back, labelled `compress_to_5GPa`, `hold_5GPa`, `release_to_0GPa`.");
  table.number("temperature_K", &CompressStep::temperature_K, kelvin, "of all of it").required();
  table.number("from_pressure_GPa", &CompressStep::from_pressure_GPa, pressure, "pressure at the start");
  table.number("to_pressure_GPa", &CompressStep::to_pressure_GPa, pressure, "pressure of the hold").required();
  table.optional_number("rate_GPa_per_ps", &CompressStep::rate_GPa_per_ps, {.above = 0.0, .at_most = 1e6}, "the target pressure changes at this rate; or:");
  table.optional_number("ramp_ps", &CompressStep::ramp_ps, {.above = 0.0, .at_most = 1e9}, "length of each ramp");
  table.number("hold_ps", &CompressStep::hold_ps, {.at_least = 0.0, .at_most = 1e9}, "length of the hold; 0: none");
  table.boolean("release", &CompressStep::release, "whether the pressure goes back to from_pressure_GPa in the end");
  describe_control(table, "what watches the hold");
  table.check_what_was_read([](const CompressStep& s, const ConfigChecker& at) {
    if (at.was_read({"from_pressure_GPa", "to_pressure_GPa"}) && s.from_pressure_GPa == s.to_pressure_GPa)
      at.error("to_pressure_GPa", fmt::format("{} GPa is from_pressure_GPa: nothing would be compressed", s.to_pressure_GPa));
    if (at.was_read({"rate_GPa_per_ps", "ramp_ps"}) && s.rate_GPa_per_ps.has_value() == s.ramp_ps.has_value())
      at.error("rate_GPa_per_ps", s.ramp_ps ? "ramp_ps gives the length of the ramps already: leave out one of them" : "give rate_GPa_per_ps or ramp_ps");
    if (at.was_read({"hold_ps", "observers"}) && s.hold_ps == 0.0 && !s.observers.empty())
      at.error("observers", "hold_ps is 0: there is no hold that they could watch");
  });
}

void describe(ConfigTable<StrainStep>& table) {
  table.about("Stands for a `deform`, an `anneal` that holds the strain and, if asked for, a `deform` back, labelled `shear_xy_0.02`, `hold_shear_xy_0.02`, `back_shear_xy_0.02`. "
              "The stress is in thermo.csv, with the sign of a pressure.");
  table.choice("deformation", &StrainStep::deformation, deformations, "which");
  table.number("strain", &StrainStep::strain, any_strain, doc_of_strain).required();
  table.number("temperature_K", &StrainStep::temperature_K, kelvin, "of all of it").required();
  table.optional_number("rate_per_ps", &StrainStep::rate_per_ps, {.above = 0.0, .at_most = 1e3}, "the strain changes at this rate; or:");
  table.optional_number("ramp_ps", &StrainStep::ramp_ps, {.above = 0.0, .at_most = 1e9}, "it takes so long; neither: a step strain, within one time step");
  table.choice("lateral", &StrainStep::lateral, {"fixed", "free"},
               "whether the barostat holds pressure_GPa on the axes that are not strained (of a shear on all three), each by itself");
  table.number("hold_ps", &StrainStep::hold_ps, {.at_least = 0.0, .at_most = 1e9}, "how long the strain is held; 0: not at all");
  table.boolean("release", &StrainStep::release, "whether the strain goes back in the end, in the same time");
  describe_common(table, "what watches the hold");
  table.check_what_was_read([](const StrainStep& s, const ConfigChecker& at) {
    if (at.was_read({"strain"}) && s.strain == 0.0) at.error("strain", "is 0: nothing would be strained");
    if (at.was_read({"deformation", "strain"})) check_strain(s.deformation, s.strain, "strain", at);
    if (at.was_read({"rate_per_ps", "ramp_ps"}) && s.rate_per_ps && s.ramp_ps)
      at.error("rate_per_ps", "ramp_ps gives the length of the ramp already: leave out one of them");
    if (at.was_read({"deformation", "lateral"}) && s.deformation == "volume" && s.lateral == "free")
      at.error("lateral", "a volume strain leaves no axis free");
    if (at.was_read({"hold_ps", "observers"}) && s.hold_ps == 0.0 && !s.observers.empty())
      at.error("observers", "hold_ps is 0: there is no hold that they could watch");
  });
}

void describe(ConfigTable<ShearStep>& table) {
  table.about("Simple shear at a constant rate. With `strain`, on and on: stands for one `deform`. With `amplitude`, to and fro: stands for `deform` steps "
              "`cycle01_there`, `cycle01_across`, `cycle01_back` (to plus and minus the amplitude) and `anneal` steps `cycle00_held`, `cycle01_held` at no strain, "
              "which `patina analyse` compares. The stress is in thermo.csv, with the sign of a pressure.");
  table.choice("deformation", &ShearStep::deformation, shears, "along the first axis by the height along the second");
  table.number("rate_per_ps", &ShearStep::rate_per_ps, {.above = 0.0, .at_most = 1e3}, "of the strain; its sign is that of the strain").required();
  table.optional_number("strain", &ShearStep::strain, any_strain, "to this, from the cell as the step finds it; or:");
  table.optional_number("amplitude", &ShearStep::amplitude, {.above = 0.0, .at_most = 10.0}, "to this strain, to its negative, and back to none");
  table.integer("cycles", &ShearStep::cycles, {.at_least = 1, .at_most = most_cycles}, "how often, with an amplitude");
  table.number("temperature_K", &ShearStep::temperature_K, kelvin, "of the motion beside the flow").required();
  table.choice("lateral", &ShearStep::lateral, {"fixed", "free"}, "whether the barostat holds pressure_GPa on all three axes, each by itself");
  table.number("hold_ps", &ShearStep::hold_ps, {.at_least = 0.0, .at_most = 1e9}, "with an amplitude: length of the hold before the first cycle and after each; 0: none");
  describe_common(table, "what watches the shear or, with an amplitude, each hold");
  table.check_what_was_read([](const ShearStep& s, const ConfigChecker& at) {
    if (!at.was_read({"strain", "amplitude"})) return;
    if (s.strain.has_value() == s.amplitude.has_value())
      return at.error("strain", s.strain ? "amplitude gives the strain already: leave out one of them" : "give strain or amplitude");
    if (s.strain && *s.strain == 0.0) at.error("strain", "is 0: nothing would be strained");
    if (s.strain && at.was_read({"cycles"}) && s.cycles != 1) at.error("cycles", "counts cycles of an amplitude; this shear goes on and on");
    if (s.strain && at.was_read({"hold_ps"}) && s.hold_ps != 0.0) at.error("hold_ps", "is of cycles; put an \"anneal\" behind the step");
    if (s.amplitude && at.was_read({"hold_ps", "observers"}) && s.hold_ps == 0.0 && !s.observers.empty())
      at.error("observers", "hold_ps is 0: there is no hold that they could watch");
  });
}

void describe(ConfigTable<QuasistaticStrainStep>& table) {
  table.about("Athermal quasi-static deformation: stands for `minimise` steps, each of which strains the cell by one increment first, labelled `shear_xy_0.001`, ...; "
              "their lines of thermo.csv (`target_strain`, pressures) are the curve of stress against strain.");
  table.choice("deformation", &QuasistaticStrainStep::deformation, deformations, "which");
  table.number("strain", &QuasistaticStrainStep::strain, any_strain, doc_of_strain).required();
  table.integer("increments", &QuasistaticStrainStep::increments, {.at_least = 1, .at_most = most_increments}, "equal steps of the strain");
  table.choice("lateral", &QuasistaticStrainStep::lateral, {"fixed", "free"}, "whether axes that are not strained (of a shear all three edges) relax to pressure_GPa, each by itself");
  table.number("pressure_GPa", &QuasistaticStrainStep::pressure_GPa, pressure, "on free axes");
  table.number("max_force_eV_per_A", &QuasistaticStrainStep::max_force_eV_per_A, {.above = 0.0, .at_most = 100.0}, "an increment is done when no force component is larger");
  table.integer("max_steps", &QuasistaticStrainStep::max_steps, {.at_least = 1, .at_most = 100000000}, "iterations at most, of each increment");
  table.variant_list("observers", &QuasistaticStrainStep::observers, "what looks at the state after each increment");
  table.boolean("keep", &QuasistaticStrainStep::keep, doc_of_keep);
  table.check_what_was_read([](const QuasistaticStrainStep& s, const ConfigChecker& at) {
    constexpr double most = 0.1;
    if (at.was_read({"strain"}) && s.strain == 0.0) at.error("strain", "is 0: nothing would be strained");
    if (at.was_read({"deformation", "strain"})) check_strain(s.deformation, s.strain, "strain", at);
    if (at.was_read({"strain", "increments"}) && std::abs(s.strain) / s.increments > most)
      at.error("increments", fmt::format("{} make steps of {:.3g}: at most {} is taken at once", s.increments, std::abs(s.strain) / s.increments, most));
    if (at.was_read({"deformation", "lateral"}) && s.deformation == "volume" && s.lateral == "free") at.error("lateral", "a volume strain leaves no axis free");
    if (at.was_read({"lateral", "pressure_GPa"}) && s.lateral == "fixed" && s.pressure_GPa != 0.0) at.error("pressure_GPa", "lateral is \"fixed\": no axis would come to this pressure");
  });
}

}  // namespace patina
