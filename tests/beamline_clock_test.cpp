// SPDX-License-Identifier: BSD-3-Clause
// Truth: s(t) is the integral of 1 / tau(t), taken numerically; tau of each law as written down; the Poisson distribution; the field
// that replacing a fraction of scatterers makes.
#include "beamline/clock.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace patina {
namespace {

constexpr double duration_s = 3000.0;

struct Law {
  ClockSpec spec;
  double (*tau_s)(double);
};

const Law laws[] = {
    {StationaryClock{50.0}, [](double) { return 50.0; }},
    {AgeingClock{20.0, 700.0, {}}, [](double t) { return 20.0 * std::exp(t / 700.0); }},
    {AgeingClock{20.0, 700.0, 1000.0}, [](double t) { return 20.0 * std::exp(std::min(t, 1000.0) / 700.0); }},
    {AntiAgeingClock{900.0, 800.0, {}}, [](double t) { return 900.0 * std::exp(-t / 800.0); }},
    {AntiAgeingClock{900.0, 800.0, 1500.0}, [](double t) { return 900.0 * std::exp(-std::min(t, 1500.0) / 800.0); }},
    {PowerAgeingClock{30.0, 150.0, 0.7}, [](double t) { return 30.0 * std::pow(1.0 + t / 150.0, 0.7); }},
    {PowerAgeingClock{30.0, 150.0, 1.0}, [](double t) { return 30.0 * (1.0 + t / 150.0); }},
    {RegimesClock{40.0, 500.0, 1200.0, 80.0},
     [](double t) { return 1.0 / (1.0 / 40.0 + (1.0 / 500.0 - 1.0 / 40.0) / (1.0 + std::exp(-(t - 1200.0) / 80.0))); }},
    {RegimesClock{40.0, 500.0, 1200.0, 0.0}, [](double t) { return t < 1200.0 ? 40.0 : 500.0; }},
    {StickSlipClock{5000.0, 7.0, 190.0, 10.0}, [](double t) { return std::fmod(t, 200.0) < 190.0 ? 5000.0 : 7.0; }},
    {EventsClock{300.0, {}, {}}, [](double) { return 300.0; }},
};

TEST(Clock, IsTheIntegralOfItsRate) {
  for (const Law& law : laws) {
    const Clock clock(law.spec, {duration_s, 1});
    constexpr int steps = 30000;  // midpoints; the laws' kinks lie on the edges of steps of 0.1 s
    double integral = 0.0;
    for (int k = 0; k < steps; ++k) {
      const double middle = (k + 0.5) * duration_s / steps;
      EXPECT_NEAR(clock.tau_s(middle) / law.tau_s(middle), 1.0, 1e-12) << law.spec.index();
      integral += duration_s / steps / law.tau_s(middle);
      if (k % 1000 == 999) {
        ASSERT_NEAR(clock.s((k + 1) * duration_s / steps), integral, 1e-6 * integral) << law.spec.index() << " " << k;
      }
    }
    EXPECT_EQ(clock.s(0.0), 0.0);
    EXPECT_NEAR(clock.s(1000.0, 2.5), 2.5 * clock.s(1000.0), 1e-9);
  }
}

TEST(Clock, KnowsItsEvents) {
  const Clock plateau(AgeingClock{20.0, 700.0, 1000.0}, {duration_s, 1});
  ASSERT_EQ(plateau.events().size(), 1u);
  EXPECT_EQ(plateau.events()[0].kind, "change");
  EXPECT_EQ(plateau.events()[0].time_s, 1000.0);
  const Clock slips(StickSlipClock{5000.0, 7.0, 190.0, 10.0}, {duration_s, 1});
  EXPECT_EQ(slips.events().size(), 15u);
  EXPECT_DOUBLE_EQ(slips.events()[2].time_s, 590.0);
  EXPECT_NEAR(slips.events()[2].advance, slips.s(600.0) - slips.s(590.0), 1e-9);
}

// E -> sqrt(1 - p) E + sqrt(p) E' leaves the correlation sqrt(1 - p), at any q.
TEST(Clock, AvalanchesReplaceAFraction) {
  const Clock clock(EventsClock{300.0, {100.0, 50.0}, {0.36, 0.19}}, {duration_s, 1});
  ASSERT_EQ(clock.events().size(), 2u);
  EXPECT_EQ(clock.events()[0].time_s, 50.0);
  EXPECT_NEAR(std::exp(-(clock.s(100.0) - clock.s(99.999999))), 0.8, 1e-6);
  EXPECT_NEAR(std::exp(-(clock.s(50.0, 4.0) - clock.s(49.999999, 4.0))), 0.9, 1e-6);
}

TEST(Clock, AvalanchesComeAtRandom) {
  const AvalanchesClock spec{1000.0, 20.0, 0.1, 0.4};
  const double length_s = 200000.0;
  const Clock clock(spec, {length_s, 5});
  const double n = static_cast<double>(clock.events().size());
  EXPECT_NEAR(n, 10000.0, 5.0 * std::sqrt(10000.0));  // Poisson
  double square = 0.0, last = 0.0, fraction = 0.0;
  for (const ClockEvent& event : clock.events()) {
    square += std::pow((event.time_s - last) / 20.0, 2);
    last = event.time_s;
    const double p = 1.0 - std::exp(-2.0 * event.advance);
    EXPECT_GE(p, 0.1 - 1e-12);
    EXPECT_LE(p, 0.4 + 1e-12);
    fraction += p;
  }
  EXPECT_NEAR(square / n, 2.0, 5.0 * std::sqrt(20.0 / n));  // gaps are exponential
  EXPECT_NEAR(fraction / n, 0.25, 5.0 * 0.3 / std::sqrt(12.0 * n));
  EXPECT_EQ(Clock(spec, {100.0, 5}).events().size(), Clock(spec, {100.0, 5}).events().size());
  EXPECT_NE(Clock(spec, {length_s, 6}).events()[0].time_s, clock.events()[0].time_s);
}

}  // namespace
}  // namespace patina
