// SPDX-License-Identifier: BSD-3-Clause
// Truth: the closed form of a linear ramp; durations by hand.
#include "run/schedule.hpp"

#include <gtest/gtest.h>

namespace patina {
namespace {

TEST(Schedule, QuenchFollowsItsRateAndEndsExactly) {
  QuenchStep quench;
  quench.from_K = 2000.0;
  quench.to_K = 300.0;
  quench.cooling_rate_K_per_s = 1e13;  // 10 K/ps: 170 ps
  const Schedule schedule = make_schedule(quench, 0.002);
  EXPECT_EQ(schedule.steps, 85000);
  EXPECT_EQ(schedule.temperature_K(0), 2000.0);
  EXPECT_EQ(schedule.temperature_K(85000), 300.0);
  for (const std::int64_t k : {1, 777, 42500, 84999})
    EXPECT_NEAR(schedule.temperature_K(k), 2000.0 - 10.0 * 0.002 * static_cast<double>(k), 1e-9);
}

TEST(Schedule, HeatingRises) {
  HeatStep heat;
  heat.from_K = 300.0;
  heat.to_K = 900.0;
  heat.heating_rate_K_per_s = 6e13;
  const Schedule schedule = make_schedule(heat, 0.001);
  EXPECT_EQ(schedule.steps, 10000);
  EXPECT_DOUBLE_EQ(schedule.temperature_K(5000), 600.0);
}

TEST(Schedule, RampsMoveTemperatureAndPressureTogether) {
  RampStep ramp;
  ramp.from_K = 300.0;
  ramp.to_K = 500.0;
  ramp.from_pressure_GPa = 1.0;
  ramp.to_pressure_GPa = -3.0;
  ramp.duration_ps = 2.0;
  const Schedule schedule = make_schedule(ramp, 0.002);
  EXPECT_EQ(schedule.steps, 1000);
  EXPECT_DOUBLE_EQ(schedule.temperature_K(250), 350.0);
  EXPECT_DOUBLE_EQ(schedule.pressure_GPa(250), 0.0);
  EXPECT_EQ(schedule.pressure_GPa(1000), -3.0);
  EXPECT_EQ(pressure_of(ramp), -3.0);
}

TEST(Schedule, HoldsKeepTheirTemperatureAndLastAtLeastOneStep) {
  AnnealStep anneal;
  anneal.temperature_K = 800.0;
  anneal.duration_ps = 1e-6;
  anneal.pressure_GPa = 2.0;
  const Schedule schedule = make_schedule(anneal, 0.002);
  EXPECT_EQ(schedule.steps, 1);
  EXPECT_EQ(schedule.temperature_K(0), 800.0);
  EXPECT_EQ(schedule.temperature_K(1), 800.0);
  EXPECT_EQ(schedule.pressure_GPa(0), 2.0);
  EXPECT_EQ(schedule.pressure_GPa(1), 2.0);
}

TEST(Schedule, LabelsAndTotals) {
  MeltStep melt;
  melt.temperature_K = 2000.0;
  melt.duration_ps = 10.0;
  AnnealStep anneal;
  anneal.label = "aged";
  const std::vector<StepConfig> protocol = {MinimiseStep{}, melt, anneal};
  EXPECT_EQ(step_label(0, protocol[0]), "step00_minimise");
  EXPECT_EQ(step_label(1, protocol[1]), "step01_melt");
  EXPECT_EQ(step_label(2, protocol[2]), "step02_aged");
  EXPECT_EQ(time_steps_before(protocol, 1, 0.002), 0);
  EXPECT_EQ(time_steps_before(protocol, 2, 0.002), 5000);
}

}  // namespace
}  // namespace patina
