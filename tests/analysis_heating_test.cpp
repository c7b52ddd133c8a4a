// SPDX-License-Identifier: BSD-3-Clause
// Scans that heat. Truth: H(T) of closed form with known T_f, c_p and relaxation enthalpy, with noise whose correlation in time is known
// (an autoregressive process of unit variance), drawn hundreds of times.
#include <gtest/gtest.h>

#include <cmath>

#include "analysis/heating_analysis.hpp"
#include "core/rng.hpp"
#include "pulls.hpp"

namespace patina {
namespace {

using test::Pulls;

constexpr double Tf = 700.0, c_glass = 2.6e-4, c_liquid = 4.0e-4;  // eV/K per atom
constexpr double sigma = 1.5e-3;
constexpr int rows = 700;

// A glass that follows its line beyond T_f until 1.06 T_f and then falls back to the liquid's line within 15 K: an overshoot of c_p, whose area is
// that which equal areas ask for.
double overheated(double T, double fictive) {
  const double glass = c_glass * (T - fictive), liquid = c_liquid * (T - fictive);
  return liquid + (glass - liquid) / (1.0 + std::exp((T - 1.06 * Tf) / 5.0));
}
double glass_of(double fictive, double T) { return -4.8 + c_liquid * (fictive - Tf) + overheated(T, fictive); }

// Noise of neighbours with correlation r.
QuenchCurve scan(double fictive, int draw, double r, double amplitude = sigma, double last_K = 1150.0) {
  QuenchCurve out;
  double n = 0.0;
  for (int i = 0; i < rows; ++i) {
    const double fresh = random_block(23, Stream::test, static_cast<std::uint64_t>(draw), static_cast<std::uint64_t>(i)).normal(0);
    n = i == 0 ? fresh : r * n + std::sqrt(1.0 - r * r) * fresh;
    const double T = 300.0 + (last_K - 300.0) * i / (rows - 1);
    out.temperature_K.push_back(T);
    out.value.push_back(glass_of(fictive, T) + amplitude * n);
  }
  return out;
}

HeatingScan heated(const std::vector<QuenchCurve>& enthalpy, double rate = 1e12) {
  HeatingScan out;
  out.enthalpy = enthalpy;
  out.rate_K_per_s = rate;
  auto options = heating_options();
  options.bootstrap_samples = 2;  // errors of T_f are not asked here
  out.fictive = estimate_glass_transition(enthalpy, options);
  out.heat_capacity = heat_capacity(enthalpy, 50.0);
  return out;
}

TEST(FictiveTemperature, EqualAreasFindIt) {
  for (const double fictive : {660.0, 700.0, 720.0}) {
    const auto found = estimate_glass_transition({scan(fictive, 0, 0.0, 0.0)}, heating_options());
    ASSERT_TRUE(found.fit.found) << found.fit.reason;
    EXPECT_NEAR(found.fit.Tg_K, fictive, 0.5);
    // The areas themselves, by sums over c_p of the same curve from T1 in the glass to T* in the liquid.
    const QuenchCurve curve = scan(fictive, 0, 0.0, 0.0);
    double area = 0.0;
    for (std::size_t i = 1; i < curve.value.size(); ++i) area += curve.value[i] - curve.value[i - 1] - c_glass * (curve.temperature_K[i] - curve.temperature_K[i - 1]);
    EXPECT_NEAR((c_liquid - c_glass) * (curve.temperature_K.back() - found.fit.Tg_K), area, 1e-3 * area);
  }
}

// A single scan: blocks of the curve.
TEST(FictiveTemperature, OneScanHasErrorsThatCoverIt) {
  Pulls pulls;
  for (int draw = 0; draw < 250; ++draw) {
    auto options = heating_options();
    options.family = {{0.45, 0.45, 0.45}, {0.80, 0.80, 0.80}, {1.20, 1.20, 1.20}, {1.60, 1.60, 1.60}};  // the family is not what is asked here
    options.bootstrap_samples = 100;
    const auto found = estimate_glass_transition({scan(Tf, draw, 0.5)}, options);
    ASSERT_TRUE(found.fit.found) << found.fit.reason;
    EXPECT_FALSE(found.bootstrap_of_replicas);
    pulls.add(found.fit.Tg_K, Tf, found.bootstrap_low_K, found.bootstrap_high_K, found.bootstrap_error_K);
  }
  pulls.expect("one scan");
}

// Eight replicas whose glasses differ by more than the noise of a scan: only a bootstrap over them can know.
TEST(FictiveTemperature, ReplicasThatDifferHaveErrorsThatCoverTheirMean) {
  Pulls pulls;
  for (int draw = 0; draw < 250; ++draw) {
    std::vector<QuenchCurve> replicas;
    for (int k = 0; k < 8; ++k) {
      const int number = 1000 + 8 * draw + k;
      replicas.push_back(scan(Tf + 12.0 * random_block(29, Stream::test, static_cast<std::uint64_t>(number), 0).normal(0), number, 0.5));
    }
    auto options = heating_options();
    options.family = {{0.45, 0.45, 0.45}, {0.80, 0.80, 0.80}, {1.20, 1.20, 1.20}, {1.60, 1.60, 1.60}};
    options.bootstrap_samples = 100;
    const auto found = estimate_glass_transition(replicas, options);
    ASSERT_TRUE(found.fit.found) << found.fit.reason;
    EXPECT_TRUE(found.bootstrap_of_replicas);
    pulls.add(found.fit.Tg_K, Tf, found.bootstrap_low_K, found.bootstrap_high_K, found.bootstrap_error_K);
  }
  pulls.expect("eight replicas");
}

TEST(FictiveTemperature, ScansThatCannotTellItAreRefused) {
  const auto short_scan = estimate_glass_transition({scan(Tf, 0, 0.0, 0.0, 820.0)}, heating_options());
  EXPECT_FALSE(short_scan.fit.found);
  EXPECT_NE(short_scan.fit.reason.find("no bend"), std::string::npos) << short_scan.fit.reason;
}

TEST(HeatCapacity, IsTheSlopeWithErrorsThatCoverIt) {
  for (const double r : {0.0, 0.8}) {
    Pulls glass, liquid;
    for (int draw = 0; draw < 250; ++draw) {
      const auto found = heat_capacity({scan(Tf, draw, r)}, 50.0);
      ASSERT_TRUE(found.reason.empty()) << found.reason;
      for (std::size_t k = 0; k < found.value.size(); k += 4) {  // windows that share no rows
        if (found.temperature_K[k] < 600.0) glass.add(found.value[k], c_glass, found.error[k]);
        if (found.temperature_K[k] > 850.0) liquid.add(found.value[k], c_liquid, found.error[k]);
      }
    }
    glass.expect(r > 0.0 ? "glass, correlated noise" : "glass, independent noise");
    liquid.expect(r > 0.0 ? "liquid, correlated noise" : "liquid, independent noise");
  }
}

// Truth: the mean of the derivative over the window is (H(b) - H(a)) / (b - a); a line's slope differs from it by the curvature within.
TEST(HeatCapacity, OvershootStandsWhereItIs) {
  const auto found = heat_capacity({scan(Tf, 0, 0.0, 0.0)}, 20.0);
  const std::size_t top = found.highest();
  EXPECT_NEAR(found.temperature_K[top], 1.06 * Tf, 6.0);
  EXPECT_GT(found.value[top], 1.2 * c_liquid);
  EXPECT_EQ(found.window_K, 20.0);
}

// The largest of fifty noises is no peak.
TEST(HeatCapacity, NoiseIsNoPeak) {
  int peaks = 0;
  for (int draw = 0; draw < 200; ++draw) {
    QuenchCurve straight = scan(Tf, draw, 0.5);
    for (std::size_t i = 0; i < straight.value.size(); ++i) straight.value[i] += c_glass * straight.temperature_K[i] - glass_of(Tf, straight.temperature_K[i]);
    peaks += heat_capacity({straight}, 50.0).has_peak();
  }
  EXPECT_LE(peaks, 10);
  EXPECT_TRUE(heat_capacity({scan(Tf, 0, 0.5, 2e-4)}, 50.0).has_peak());
}

TEST(HeatCapacity, RefusesAScanShorterThanItsWindow) {
  const auto found = heat_capacity({scan(Tf, 0, 0.0)}, 5000.0);
  EXPECT_TRUE(found.value.empty());
  EXPECT_NE(found.reason.find("850 K"), std::string::npos) << found.reason;
}

TEST(RelaxationEnthalpy, IsTheEnthalpyBetweenGlasses) {
  const double fictive = 715.0, truth = (c_liquid - c_glass) * (fictive - Tf);
  Pulls pulls, reduced;
  for (int draw = 0; draw < 250; ++draw) {
    const auto found = relaxation_enthalpy(heated({scan(fictive, 2 * draw, 0.5)}), heated({scan(Tf, 2 * draw + 1, 0.5)}));
    ASSERT_TRUE(found.found) << found.reason;
    pulls.add(found.value, truth, found.error);
    reduced.add(found.reduced, (fictive - Tf) / Tf, found.reduced_error);
    if (draw == 0) {
      EXPECT_TRUE(found.warnings.empty()) << found.warnings[0];
    }
  }
  pulls.expect("relaxation enthalpy");
  reduced.expect("reduced");
}

TEST(RelaxationEnthalpy, RefusesAndWarns) {
  const auto reference = heated({scan(Tf, 1, 0.0)});
  const auto cold = relaxation_enthalpy(heated({scan(Tf, 2, 0.0, sigma, 820.0)}), reference);
  EXPECT_FALSE(cold.found);
  EXPECT_NE(cold.reason.find("end together at 820 K"), std::string::npos) << cold.reason;
  EXPECT_NE(relaxation_enthalpy(reference, heated({scan(Tf, 2, 0.0, sigma, 820.0)})).reason.find("no T_f"), std::string::npos);
  auto other = scan(Tf, 2, 0.0);
  for (auto& value : other.value) value += 0.05;
  const auto shifted = relaxation_enthalpy(heated({other}, 5e12), reference);
  ASSERT_EQ(shifted.warnings.size(), 2u);
  EXPECT_NE(shifted.warnings[0].find("the liquids differ"), std::string::npos);
  EXPECT_NE(shifted.warnings[1].find("K/s"), std::string::npos);
}

}  // namespace
}  // namespace patina
