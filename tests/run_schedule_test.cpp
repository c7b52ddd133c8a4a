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

TEST(Schedule, HoldsKeepTheirTemperatureAndLastAtLeastOneStep) {
  AnnealStep anneal;
  anneal.temperature_K = 800.0;
  anneal.duration_ps = 1e-6;
  anneal.pressure_GPa = 2.0;
  const Schedule schedule = make_schedule(anneal, 0.002);
  EXPECT_EQ(schedule.steps, 1);
  EXPECT_EQ(schedule.temperature_K(0), 800.0);
  EXPECT_EQ(schedule.temperature_K(1), 800.0);
  EXPECT_EQ(schedule.pressure_GPa, 2.0);
}

TEST(Schedule, LabelsAndTotals) {
  RunConfig config;
  config.dynamics.time_step_fs = 2.0;
  MeltStep melt;
  melt.temperature_K = 2000.0;
  melt.duration_ps = 10.0;
  config.protocol = {MinimiseStep{}, melt};
  EXPECT_EQ(step_label(0, config.protocol[0]), "step00_minimise");
  EXPECT_EQ(step_label(1, config.protocol[1]), "step01_melt");
  EXPECT_EQ(time_steps_before(config, 1), 0);
  EXPECT_EQ(time_steps_before(config, 2), 5000);
}

}  // namespace
}  // namespace patina
