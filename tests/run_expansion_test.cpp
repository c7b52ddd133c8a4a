// SPDX-License-Identifier: BSD-3-Clause
// Truth: temperatures, pressures and durations of composite steps by hand.
#include "run/expansion.hpp"

#include <gtest/gtest.h>

#include "core/units.hpp"
#include "run/schedule.hpp"

namespace patina {
namespace {

// Every elementary step begins at the temperature and the pressure where the one before it ends.
void expect_continuous(const std::vector<StepConfig>& steps) {
  for (std::size_t k = 1; k < steps.size(); ++k) {
    const Schedule before = make_schedule(steps[k - 1], 0.002), here = make_schedule(steps[k], 0.002);
    EXPECT_EQ(here.from_K, before.to_K) << k;
    EXPECT_EQ(here.from_pressure_GPa, before.to_pressure_GPa) << k;
  }
}

std::vector<std::string> labels_of(const std::vector<StepConfig>& steps) {
  std::vector<std::string> labels;
  for (const StepConfig& step : steps) labels.push_back(std::visit([](const auto& s) { return s.label.value_or("none"); }, step));
  return labels;
}

TEST(Expansion, StepsOfTheReviewedFigureAreItsHolds) {
  HoldStepsStep steps;  // figure 1 of the review: 520 to 675 K each 5 K
  steps.from_K = 520.0;
  steps.to_K = 675.0;
  steps.step_K = 5.0;
  steps.hold_ps = 10.0;
  steps.rate_K_per_s = 1e13;  // 10 K/ps
  steps.pressure_GPa = 0.5;
  steps.observers.resize(1);
  const auto elementary = elementary_steps(ProtocolItem(steps), {});
  ASSERT_EQ(elementary.size(), 32u + 31u);
  expect_continuous(elementary);
  for (std::size_t k = 0; k < elementary.size(); ++k) {
    const Schedule schedule = make_schedule(elementary[k], 0.002);
    const bool hold = k % 2 == 0;
    EXPECT_EQ(schedule.steps, hold ? 5000 : 250) << k;
    EXPECT_DOUBLE_EQ(schedule.to_K, 520.0 + 5.0 * static_cast<double>((k + 1) / 2)) << k;
    EXPECT_EQ(schedule.from_pressure_GPa, 0.5);
    EXPECT_EQ(observers_of(elementary[k]).size(), hold ? 1u : 0u) << k;
  }
  EXPECT_EQ(labels_of(elementary)[0], "hold_520K");
  EXPECT_EQ(labels_of(elementary)[1], "to_525K");
}

TEST(Expansion, RangesEndWhereTheySay) {
  HoldStepsStep steps;
  steps.from_K = 900.0;
  steps.to_K = 600.3;
  steps.step_K = 99.9;
  EXPECT_EQ(hold_temperatures(steps).size(), 4u);
  EXPECT_EQ(hold_temperatures(steps).back(), 600.3);
  EXPECT_DOUBLE_EQ(hold_temperatures(steps)[1], 800.1);
  steps.step_K = 100.0;
  EXPECT_TRUE(hold_temperatures(steps).empty());
  steps.to_K = 900.0;
  EXPECT_EQ(hold_temperatures(steps), std::vector<double>{900.0});
}

TEST(Expansion, ListsMayTurnAndStay) {
  HoldStepsStep steps;
  steps.temperatures_K = {300.0, 400.0, 400.0, 350.0};
  steps.hold_ps = 1.0;
  steps.rate_K_per_s = 1e14;
  const auto elementary = elementary_steps(ProtocolItem(steps), {});
  expect_continuous(elementary);
  EXPECT_EQ(labels_of(elementary), (std::vector<std::string>{"hold_300K", "to_400K", "hold_400K", "hold_400K", "to_350K", "hold_350K"}));
  EXPECT_EQ(make_schedule(elementary[4], 0.002).steps, 250);  // 50 K at 100 K/ps
}

TEST(Expansion, CyclesEndWhereTheyBegin) {
  CycleStep cycle;
  cycle.cycles = 2;
  cycle.low_K = 77.0;
  cycle.high_K = 300.0;
  cycle.begin = "high";
  cycle.heating_rate_K_per_s = 1e14;
  cycle.cooling_rate_K_per_s = 5e13;
  cycle.low_ps = 0.0;
  cycle.high_ps = 1.0;
  cycle.observers.resize(1);
  const auto elementary = elementary_steps(ProtocolItem(cycle), {});
  expect_continuous(elementary);
  EXPECT_EQ(labels_of(elementary), (std::vector<std::string>{"cycle00_high", "cycle01_cool", "cycle01_heat", "cycle01_high", "cycle02_cool", "cycle02_heat",
                                                             "cycle02_high"}));
  EXPECT_EQ(make_schedule(elementary[1], 0.002).steps, 2230);  // 223 K at 50 K/ps
  EXPECT_EQ(make_schedule(elementary[2], 0.002).steps, 1115);
  EXPECT_EQ(observers_of(elementary[3]).size(), 1u);
  cycle.low_ps = 0.5;
  const auto with_dwell = elementary_steps(ProtocolItem(cycle), {});
  ASSERT_EQ(with_dwell.size(), 9u);
  EXPECT_EQ(labels_of(with_dwell)[2], "cycle01_low");
  EXPECT_TRUE(observers_of(with_dwell[2]).empty());  // not where the sample is compared
}

TEST(Expansion, CompressionGoesBack) {
  CompressStep compress;
  compress.temperature_K = 300.0;
  compress.from_pressure_GPa = 1.0;
  compress.to_pressure_GPa = 6.0;
  compress.rate_GPa_per_ps = 0.5;
  compress.hold_ps = 4.0;
  const auto elementary = elementary_steps(ProtocolItem(compress), {});
  expect_continuous(elementary);
  EXPECT_EQ(labels_of(elementary), (std::vector<std::string>{"compress_to_6GPa", "hold_6GPa", "release_to_1GPa"}));
  EXPECT_EQ(make_schedule(elementary[0], 0.002).steps, 5000);
  EXPECT_EQ(make_schedule(elementary[2], 0.002).to_pressure_GPa, 1.0);
  compress.release = false;
  compress.hold_ps = 0.0;
  EXPECT_EQ(elementary_steps(ProtocolItem(compress), {}).size(), 1u);
}

// What resolved.json holds is an input of the same run.
TEST(Expansion, ResolvedInputsReadBack) {
  const char* const input = R"({"potential": {"files": ["a"], "species": ["Cu"]},
    "structure": {"type": "lattice", "lattice_constant_A": 3.6, "composition": {"Cu": 1}},
    "protocol": [{"type": "compress", "temperature_K": 300, "to_pressure_GPa": -0.00001, "ramp_ps": 1},
                 {"type": "hold_steps", "temperatures_K": [0.0001, 99999.5], "hold_ps": 1, "rate_K_per_s": 1e17}]})";
  const RunConfig run = expanded(read_config<RunConfig>(input, "input.json"));
  const std::string text = resolved_json(run);
  const RunConfig again = read_config<RunConfig>(text, "resolved.json");
  EXPECT_EQ(again.protocol.size(), 5u);
  EXPECT_EQ(resolved_json(expanded(again)), text);
}

AnnealStep hold(double temperature_K, const std::string& label) {
  AnnealStep step;
  step.temperature_K = temperature_K;
  step.duration_ps = 1.0;
  step.label = label;
  return step;
}

TEST(Expansion, BranchesAreRestoresAndTheirSteps) {
  BranchStep branch;
  branch.from = {"young", "old"};
  branch.branches = 2;
  HoldStepsStep steps;
  steps.temperatures_K = {700.0, 800.0};
  steps.hold_ps = 1.0;
  steps.rate_K_per_s = 1e14;
  branch.steps = {MinimiseStep{}, steps};
  const auto elementary = elementary_steps(ProtocolItem(branch), {});
  ASSERT_EQ(elementary.size(), 4u * (1 + 1 + 3));
  EXPECT_EQ(labels_of(elementary)[0], "young_b01_restore");
  EXPECT_EQ(labels_of(elementary)[1], "young_b01_minimise");
  EXPECT_EQ(labels_of(elementary)[9], "young_b02_hold_800K");
  EXPECT_EQ(labels_of(elementary)[10], "old_b01_restore");
  const auto& restore = std::get<RestoreStep>(elementary[15]);
  EXPECT_EQ(restore.from, "old");
  EXPECT_EQ(restore.velocities, "new");
  EXPECT_EQ(restore.temperature_K, 700.0);  // where the first step that moves atoms begins
  const auto places = places_of_elementary_steps(ProtocolItem(branch), {}, "/protocol/2");
  ASSERT_EQ(places.size(), elementary.size());
  EXPECT_EQ(places[10], "/protocol/2");
  EXPECT_EQ(places[11], "/protocol/2/steps/0");
  EXPECT_EQ(places[14], "/protocol/2/steps/1");
  branch.steps = {MinimiseStep{}};
  EXPECT_EQ(std::get<RestoreStep>(elementary_steps(ProtocolItem(branch), {})[0]).velocities, "kept");  // nothing to draw for
}

TEST(Expansion, SamplesAreKeptWhereRunsGoBackAndEnd) {
  RunConfig run;
  BranchStep branch;
  branch.from = {"young"};
  branch.steps = {hold(900.0, "follows")};
  StrainStep strain;
  strain.strain = 0.01;
  strain.temperature_K = 300.0;
  strain.hold_ps = 1.0;
  strain.keep = true;
  HoldStepsStep steps;
  steps.temperatures_K = {700.0, 800.0};
  steps.hold_ps = 1.0;
  steps.rate_K_per_s = 1e14;
  steps.keep = true;
  run.protocol = {hold(900.0, "young"), hold(900.0, "older"), branch, strain, steps, hold(500.0, "end")};
  std::vector<std::string> kept;
  const auto elementary = elementary_steps(run);
  for (std::size_t k = 0; k < elementary.size(); ++k)
    if (keeps_sample(elementary[k])) kept.push_back(step_label(k, elementary[k]));
  EXPECT_EQ(kept, (std::vector<std::string>{"step00_young", "step05_hold_uniaxial_x_0.01", "step06_hold_700K", "step08_hold_800K", "step09_end"}));
  EXPECT_EQ(restored_step(elementary, 2), 0u);
  EXPECT_EQ(steps_meant(elementary, 2, "step01_older"), std::vector<std::size_t>{1});
  EXPECT_TRUE(steps_meant(elementary, 2, "end").empty());  // it comes later
}

TEST(Expansion, MeasuringIsLeftAloneUnlessTold) {
  MeasureStep measure;
  measure.duration_ps = 1.0;
  DynamicsConfig dynamics;  // Nose-Hoover and mtk
  const auto alone = elementary_steps(ProtocolItem(measure), dynamics).at(0);
  EXPECT_EQ(thermostat_of(dynamics, alone).type, "none");
  EXPECT_EQ(barostat_of(dynamics, alone).type, "none");
  measure.thermostat = ThermostatConfig{.type = "langevin"};
  EXPECT_EQ(thermostat_of(dynamics, elementary_steps(ProtocolItem(measure), dynamics).at(0)).type, "langevin");
}

TEST(Expansion, UnloadingMovesEachAxisByItself) {
  UnloadStep unload;
  unload.temperature_K = 300.0;
  unload.duration_ps = 10.0;
  unload.relaxation_ps = 3.0;
  unload.shear = "xz";
  unload.shear_modulus_GPa = 25.0;
  DynamicsConfig dynamics;
  dynamics.barostat.axes = {true, false, true};
  const auto step = elementary_steps(ProtocolItem(unload), dynamics).at(0);
  const BarostatConfig barostat = barostat_of(dynamics, step);
  EXPECT_EQ(barostat.type, "cell_rescaling");
  EXPECT_EQ(barostat.coupling, "per_axis");
  EXPECT_EQ(barostat.relaxation_ps, 3.0);
  EXPECT_NEAR(barostat.compressibility_per_GPa / 3.0, 1.0 / (2.0 * 25.0), 1e-15);  // d ln L/dt = dP/(2 G tau)
  EXPECT_EQ(barostat.axes, (std::array{true, false, true}));
  // P_xz = -2 GPa over 25 GPa and 3 ps.
  Mat3 pressure;
  pressure[0][2] = -2.0 / units::GPa_per_eV_A3;
  const Targets targets = make_schedule(step, 0.002).targets(1, 0.002, pressure);
  EXPECT_EQ(targets.shears[0].along, 0);
  EXPECT_EQ(targets.shears[0].across, 2);
  EXPECT_NEAR(targets.shears[0].rate_per_ps, -2.0 / 75.0, 1e-15);
  EXPECT_EQ(targets.shears[1].rate_per_ps, 0.0);
  // Each of three by its own stress.
  unload.shear = "all";
  pressure[0][1] = 1.0 / units::GPa_per_eV_A3;
  pressure[1][2] = -0.5 / units::GPa_per_eV_A3;
  const Targets all = make_schedule(elementary_steps(ProtocolItem(unload), dynamics).at(0), 0.002).targets(1, 0.002, pressure);
  const struct {
    int along, across;
    double pressure_GPa;
  } expected[] = {{0, 1, 1.0}, {0, 2, -2.0}, {1, 2, -0.5}};
  for (std::size_t k = 0; k < 3; ++k) {
    EXPECT_EQ(all.shears[k].along, expected[k].along);
    EXPECT_EQ(all.shears[k].across, expected[k].across);
    EXPECT_NEAR(all.shears[k].rate_per_ps, expected[k].pressure_GPa / 75.0, 1e-15);
  }
}

}  // namespace
}  // namespace patina
