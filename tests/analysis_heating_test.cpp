// SPDX-License-Identifier: BSD-3-Clause
// Scans that heat. Truth: H(T) of closed form with known T_f, c_p and relaxation enthalpy, with noise whose correlation in time is known
// (an autoregressive process of unit variance), drawn hundreds of times.
#include <gtest/gtest.h>

#include <cmath>

#include "analysis/heating_analysis.hpp"
#include "analysis/rate_dependence.hpp"
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
  EXPECT_NE(found.reason.find("spans 850 K, less than a window of 5000 K"), std::string::npos) << found.reason;
  // Long enough, with two rows in a window.
  const auto sparse = heat_capacity({scan(Tf, 0, 0.0)}, 2.0);
  EXPECT_TRUE(sparse.value.empty());
  EXPECT_NE(sparse.reason.find("eight rows"), std::string::npos) << sparse.reason;
}

// What a straight line fitted to H over a window says of c_p, as an integral: (12 / W^3) int x H(T + x) dx.
double smeared(double T, double window, double fictive) {
  constexpr int n = 2000;
  double sum = 0.0;
  for (int i = 0; i < n; ++i) {
    const double x = window * ((i + 0.5) / n - 0.5);
    sum += x * glass_of(fictive, T + x) * window / n;
  }
  return 12.0 * sum / (window * window * window);
}
// Where that passes a share of the way from glass to liquid, below where it is highest.
double passes(double share, double window) {
  double low = 600.0, high = 1.06 * Tf;
  while (high - low > 1e-6) {
    const double middle = 0.5 * (low + high);
    (smeared(middle, window, Tf) < c_glass + share * (c_liquid - c_glass) ? low : high) = middle;
  }
  return low;
}

// Truth: the smeared c_p in closed form; the area of c_p above that of the liquid, which is how far H falls below the liquid's line.
TEST(HeatingRise, OnsetAndOvershootHaveErrorsThatCoverThem) {
  const double quarter = passes(0.25, 50.0), half = passes(0.5, 50.0), onset = 1.5 * quarter - 0.5 * passes(0.75, 50.0);
  double overshoot = 0.0;
  for (double T = Tf; T < 800.0; T += 0.1) {
    double smeared_H = 0.0;  // whose derivative the smeared c_p is: weights (3 / 2 W) (1 - (2 x / W)^2)
    for (int i = 0; i < 500; ++i) {
      const double u = 2.0 * (i + 0.5) / 500 - 1.0;
      smeared_H += 1.5 * (1.0 - u * u) * glass_of(Tf, T + 25.0 * u) / 500;
    }
    overshoot = std::max(overshoot, -4.8 + c_liquid * (T - Tf) - smeared_H);
  }
  for (const int replicas : {1, 8}) {
    Pulls at_onset, at_half, area;
    for (int draw = 0; draw < (replicas > 1 ? 150 : 250); ++draw) {
      std::vector<QuenchCurve> curves;
      for (int k = 0; k < replicas; ++k) curves.push_back(scan(Tf, replicas * draw + k, 0.5, replicas > 1 ? sigma : 6e-4));
      const HeatingScan found = heated(curves);
      const HeatingRise rise = heating_rise(curves, found.fictive.fit, found.heat_capacity);
      ASSERT_TRUE(rise.found) << rise.reason;
      ASSERT_TRUE(rise.overshoots) << rise.no_overshoot;
      at_onset.add(rise.onset_K.value, onset, rise.onset_K.error);
      at_half.add(rise.half_K.value, half, rise.half_K.error);
      area.add(rise.overshoot_eV.value, overshoot, rise.overshoot_eV.error);
    }
    at_onset.expect(replicas > 1 ? "onset, replicas" : "onset, one scan");
    at_half.expect(replicas > 1 ? "half, replicas" : "half, one scan");
    area.expect(replicas > 1 ? "overshoot, replicas" : "overshoot, one scan");
  }
}

// A bend of H without an overshoot, and noise that hides the rise.
TEST(HeatingRise, SaysWhatIsNotThere) {
  QuenchCurve bend = scan(Tf, 0, 0.5, 0.0);
  for (std::size_t i = 0; i < bend.value.size(); ++i) {
    const double T = bend.temperature_K[i];
    bend.value[i] = -4.8 + (T < Tf ? c_glass : c_liquid) * (T - Tf) + 2e-4 * random_block(31, Stream::test, 0, i).normal(0);
  }
  const HeatingScan found = heated({bend});
  const HeatingRise rise = heating_rise(found.enthalpy, found.fictive.fit, found.heat_capacity);
  ASSERT_TRUE(rise.found) << rise.reason;
  EXPECT_NEAR(rise.half_K.value, Tf, 4.0 * rise.half_K.error);
  EXPECT_LT(rise.onset_K.value, Tf);
  EXPECT_FALSE(rise.overshoots);
  const HeatingScan noisy = heated({scan(Tf, 0, 0.5, 4e-3)});
  if (noisy.fictive.fit.found) {
    EXPECT_FALSE(heating_rise(noisy.enthalpy, noisy.fictive.fit, noisy.heat_capacity).found);
  }
}

// Truth: T_g that rises by 25 K per decade, with normal errors of known size, and with some that are twice too small.
TEST(RateDependence, SlopeHasErrorsThatCoverIt) {
  for (const double too_small : {1.0, 2.0}) {
    Pulls slope, value;
    for (int draw = 0; draw < 400; ++draw) {
      std::vector<RatePoint> points;
      for (int k = 0; k < 12; ++k) {
        const double rate = std::pow(10.0, 10.0 + 0.25 * k), error = 6.0 + k % 3;
        points.push_back({"", 0, rate, 700.0 + 25.0 * std::log10(rate / 1e11) + error * random_block(37, Stream::test, static_cast<std::uint64_t>(draw), static_cast<std::uint64_t>(k)).normal(0), error / too_small, true});
      }
      const RateDependence found = fit_rate_dependence(points);
      ASSERT_TRUE(found.found) << found.reason;
      slope.add(found.slope_K, 25.0, found.slope_error_K);
      value.add(found.Tg_K, 700.0 + 25.0 * std::log10(found.reference_rate_K_per_s / 1e11), found.Tg_error_K);
    }
    slope.expect(too_small > 1.0 ? "slope, errors too small" : "slope");
    value.expect(too_small > 1.0 ? "T_g, errors too small" : "T_g");
  }
  EXPECT_FALSE(fit_rate_dependence(std::vector<RatePoint>{{"", 0, 1e12, 700.0, 5.0, true}, {"", 0, 1.1e12, 702.0, 5.0, true}}).found);
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
