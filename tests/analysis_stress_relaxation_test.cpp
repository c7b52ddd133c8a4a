// SPDX-License-Identifier: BSD-3-Clause
// Truth: G(t) of one and of two stretched exponentials of known parameters, under thermal noise of a known correlation (two
// Ornstein-Uhlenbeck processes), as lines of thermo.csv of several replicas, or as points of a known covariance.
#include <gtest/gtest.h>

#include <cmath>

#include "analysis/stress_kww.hpp"
#include "analysis/stress_noise.hpp"
#include "analysis/stress_relaxation.hpp"
#include "core/rng.hpp"

namespace patina {
namespace {

double normal(int curve, int point) { return random_block(11, Stream::test, static_cast<std::uint64_t>(curve), static_cast<std::uint64_t>(point)).normal(0); }

struct Decay {
  double amplitude_GPa, tau_ps, kww_exponent;
};
using Truth = std::vector<Decay>;
const Truth one{{20.0, 5.0, 0.6}}, two{{10.0, 0.5, 1.0}, {8.0, 20.0, 0.8}};

double exact(const Truth& truth, double t) {
  double sum = 0.0;
  for (const Decay& d : truth) sum += d.amplitude_GPa * std::exp(-std::pow(t / d.tau_ps, d.kww_exponent));
  return sum;
}

// Points at logarithmic times with errors that neighbours share.
KwwData points_of(const Truth& truth, double sigma_GPa, int curve) {
  constexpr int n = 36;
  KwwData data;
  data.covariance.resize(n, n);
  Eigen::VectorXd noise(n);
  for (int i = 0; i < n; ++i) {
    data.t_ps.push_back(0.05 * std::pow(10.0, i / 10.0));
    data.sigma.push_back(sigma_GPa);
    noise[i] = normal(curve, i);
    for (int j = 0; j < n; ++j) data.covariance(i, j) = sigma_GPa * sigma_GPa * std::exp(-std::abs(i - j) / 2.0);
  }
  noise = Eigen::LLT<Eigen::MatrixXd>(data.covariance).matrixL() * noise;
  for (int i = 0; i < n; ++i) data.value.push_back(exact(truth, data.t_ps[static_cast<std::size_t>(i)]) + noise[i]);
  return data;
}

// Lines of replicas: 4 parts of the variance correlated for 0.03 ps, one for 2 ps; and so many lines before the strain.
std::vector<StressSeries> series_of(const Truth& truth, int replicas, double sigma_GPa, int curve, int before, int lines) {
  constexpr double interval_ps = 0.02;
  std::vector<StressSeries> all;
  for (int r = 0; r < replicas; ++r) {
    StressSeries series;
    const double fast = std::exp(-interval_ps / 0.03), slow = std::exp(-interval_ps / 2.0);
    double a = 0.0, b = 0.0, mean_before = 0.0;
    for (int k = 0; k < before + lines; ++k) {
      const auto draws = random_block(12, Stream::test, static_cast<std::uint64_t>(1000 * curve + r), static_cast<std::uint64_t>(k));
      const double da = draws.normal(0), db = draws.normal(1);
      a = k == 0 ? da : fast * a + std::sqrt(1.0 - fast * fast) * da;
      b = k == 0 ? db : slow * b + std::sqrt(1.0 - slow * slow) * db;
      const double noise = sigma_GPa * (std::sqrt(0.8) * a + std::sqrt(0.2) * b);
      if (k < before) {
        series.before_GPa.push_back(noise);
        mean_before += noise / before;
      } else {
        series.time_ps.push_back((k - before + 1) * interval_ps);
        series.held_GPa.push_back(exact(truth, series.time_ps.back()) + noise - mean_before);
      }
    }
    all.push_back(std::move(series));
  }
  return all;
}

double away(const LogValue& v, double truth) { return std::log(v.value / truth); }
bool holds(const LogValue& v, double truth) { return std::abs(away(v, truth)) < v.log_error; }
std::vector<LogValue> parameters_of(const TwoDecays& d) {
  return {d.fast.amplitude_GPa, d.fast.tau_ps, d.fast.kww_exponent, d.slow.amplitude_GPa, d.slow.tau_ps, d.slow.kww_exponent, d.share_of_slow, d.slow.mean_tau_ps};
}
// The mean time of 20 ps and 0.8 is 20/0.8 Gamma(1.25).
const std::vector<double> parameters_of_two{10.0, 0.5, 1.0, 8.0, 20.0, 0.8, 8.0 / 18.0, 25.0 * std::tgamma(1.25)};

// Noise of 0.05 GPa, 0.3 % of G(0): every parameter to 10 %, in 97 of 100 draws or more.
TEST(StressKww, TwoDecaysAreFoundToTenPercent) {
  std::vector<int> within(parameters_of_two.size(), 0);
  for (int c = 0; c < 100; ++c) {
    const StressFit fit = fit_stress_relaxation(points_of(two, 0.05, c), 0.0);
    ASSERT_TRUE(fit.found) << fit.reason;
    ASSERT_TRUE(fit.two_preferred) << fit.verdict;
    EXPECT_EQ(fit.tau_sigma_ps.value, fit.two->slow.tau_ps.value);
    EXPECT_GE(fit.aic_of_one - fit.two->aic, least_aic_gain);
    const auto found = parameters_of(*fit.two);
    for (std::size_t k = 0; k < found.size(); ++k) within[k] += std::abs(away(found[k], parameters_of_two[k])) < 0.1;
  }
  for (std::size_t k = 0; k < within.size(); ++k) EXPECT_GE(within[k], 97) << "parameter " << k;
}

// 400 draws: the binomial error of 68 % is 2.3 %.
TEST(StressKww, IntervalsOfTwoDecaysCoverTheTruth) {
  std::vector<int> covered(parameters_of_two.size(), 0);
  constexpr int draws = 400;
  for (int c = 0; c < draws; ++c) {
    const StressFit fit = fit_stress_relaxation(points_of(two, 0.1, c), 0.0);
    ASSERT_TRUE(fit.found && fit.two_preferred) << fit.reason << fit.verdict;
    const auto found = parameters_of(*fit.two);
    for (std::size_t k = 0; k < found.size(); ++k) covered[k] += holds(found[k], parameters_of_two[k]);
  }
  for (std::size_t k = 0; k < covered.size(); ++k) {
    EXPECT_GT(covered[k], 0.60 * draws) << "parameter " << k;
    EXPECT_LT(covered[k], 0.76 * draws) << "parameter " << k;
  }
}

// One decay is not called two in more than 5 % of draws, at any noise; its tau is covered, and known to 10 % at the least noise.
TEST(StressKww, OneDecayIsNotCalledTwo) {
  for (const double sigma : {0.1, 0.3, 1.0}) {
    int alarms = 0, covered = 0;
    constexpr int draws = 300;
    for (int c = 0; c < draws; ++c) {
      const StressFit fit = fit_stress_relaxation(points_of(one, sigma, c), 0.0);
      ASSERT_TRUE(fit.found) << fit.reason;
      alarms += fit.two_preferred;
      const LogValue tau{fit.one.tau_ps.value, 0.5 * std::log(fit.one.tau_ps.upper / fit.one.tau_ps.lower)};
      covered += holds(tau, 5.0);
      if (sigma == 0.1) {
        EXPECT_LT(std::abs(away(tau, 5.0)), 0.1);
      }
    }
    EXPECT_LE(alarms, 0.05 * draws) << sigma;
    EXPECT_GT(covered, 0.58 * draws) << sigma;
    EXPECT_LT(covered, 0.78 * draws) << sigma;
  }
}

TEST(StressKww, SaysWhyThereIsNoTau) {
  const StressFit glass = fit_stress_relaxation(points_of({{20.0, 5000.0, 0.5}}, 0.1, 0), 0.0);
  EXPECT_FALSE(glass.found);
  EXPECT_NE(glass.reason.find("the largest fitted lag"), std::string::npos) << glass.reason;
  EXPECT_GT(glass.one.tau_above_ps, 0.0);
  int refused = 0;
  for (int c = 0; c < 50; ++c) {
    const StressFit noise = fit_stress_relaxation(points_of({{0.0, 1.0, 1.0}}, 1.0, c), 0.0);
    refused += !noise.found;
    EXPECT_NE(noise.found, !noise.reason.empty());
  }
  EXPECT_GE(refused, 48);
  EXPECT_FALSE(fit_stress_relaxation(points_of(one, 0.1, 0), 80.0).found);  // four points are left
  // Under noise two decays may be better than one without being known: then there is no tau at all.
  int not_told = 0;
  for (int c = 0; c < 40; ++c) {
    const StressFit unknown = fit_stress_relaxation(points_of(two, 0.6, c), 0.0);
    if (!unknown.found || unknown.two_preferred || unknown.aic_of_one - unknown.two->aic < least_aic_gain) continue;
    ++not_told;
    EXPECT_FALSE(unknown.told) << unknown.verdict;
    EXPECT_TRUE(std::isnan(unknown.tau_sigma_ps.value));
    EXPECT_FALSE(unknown.two->unknown.empty());
  }
  EXPECT_GT(not_told, 0);
}

// Against sums over all pairs of lines of the known autocovariance, with the mean before the strain taken off.
TEST(StressNoise, CovarianceOfBinsIsThatOfTheProcess) {
  constexpr int replicas = 100, before = 400, lines = 1200;
  const StressPoints points = stress_points(series_of(one, replicas, 1.0, 0, before, lines));
  ASSERT_TRUE(points.reason.empty()) << points.reason;
  EXPECT_EQ(points.errors_from, "replicas");
  const auto autocovariance = [](int lag) { return 0.8 * std::exp(-0.02 * lag / 0.03) + 0.2 * std::exp(-0.02 * lag / 2.0); };
  std::vector<int> bin(lines);
  for (int t = 0; t < lines; ++t) bin[static_cast<std::size_t>(t)] = static_cast<int>(std::floor(10.0 * std::log10(0.02 * (t + 1))));
  Eigen::Index k = 0;
  for (int first = 0; first < lines;) {
    int last = first;
    while (last < lines && bin[static_cast<std::size_t>(last)] == bin[static_cast<std::size_t>(first)]) ++last;
    double variance = 0.0;
    const auto weight = [&](int t) { return t < before ? -1.0 / before : t - before >= first && t - before < last ? 1.0 / (last - first) : 0.0; };
    for (int s = 0; s < before + last; ++s)
      for (int t = 0; t < before + last && weight(s) != 0.0; ++t) variance += weight(s) * weight(t) * autocovariance(std::abs(s - t));
    // Taken as stationary, noise of the stress before the strain is as correlated with that of the last lines as with that of the first, so that variances come out some 10 % large; 100 replicas tell that
    // of the common mean to 14 %.
    EXPECT_NEAR(points.data.covariance(k, k) * replicas / variance, 1.0, 0.3) << "bin " << k;
    first = last;
    ++k;
  }
  EXPECT_EQ(k, points.data.covariance.rows());
}

struct Verdicts {
  int found = 0, two = 0, covered = 0;
  double chi_squared = 0.0, degrees_of_freedom = 0.0;
};
Verdicts of_series(const Truth& truth, double tau_ps, int replicas, double sigma_GPa, int before, int draws) {
  Verdicts all;
  for (int c = 0; c < draws; ++c) {
    const StressPoints points = stress_points(series_of(truth, replicas, sigma_GPa, c, before, 3000));
    EXPECT_TRUE(points.reason.empty()) << points.reason;
    const StressFit fit = fit_stress_relaxation(points.data, 0.0);
    if (!fit.found) continue;
    ++all.found;
    all.two += fit.two_preferred;
    all.covered += holds(fit.tau_sigma_ps, tau_ps);
    all.chi_squared += fit.two_preferred ? fit.two->chi_squared : fit.one.chi_squared;
    all.degrees_of_freedom += fit.two_preferred ? fit.two->degrees_of_freedom : fit.one.degrees_of_freedom;
  }
  return all;
}

// Lines of thermo.csv, whose noise has to be found first. 40 draws: the binomial error of 68 % is 7.4 %.
TEST(StressNoise, ReplicasTellOneDecayFromTwo) {
  for (const int replicas : {4, 12}) {
    const Verdicts found = of_series(one, 5.0, replicas, 1.5 * std::sqrt(replicas), 1000, 40);
    EXPECT_GE(found.found, 38) << replicas;
    EXPECT_LE(found.two, 2) << replicas;
    EXPECT_GE(found.covered, 0.5 * found.found) << replicas;
    EXPECT_NEAR(found.chi_squared / found.degrees_of_freedom, 1.0, 0.3) << replicas;
  }
  const Verdicts both = of_series({{10.0, 0.5, 1.0}, {8.0, 10.0, 0.9}}, 10.0, 6, 0.5, 1000, 20);
  EXPECT_GE(both.two, 19);
  EXPECT_GE(both.covered, 8);
}

TEST(StressNoise, OneSampleHasItsNoiseFromBeforeTheStrain) {
  const Verdicts found = of_series(one, 5.0, 1, 1.5, 6000, 30);
  EXPECT_GE(found.found, 28);
  EXPECT_LE(found.two, 2);
  EXPECT_GE(found.covered, 0.45 * found.found);
  const StressPoints refused = stress_points(series_of(one, 3, 1.5, 0, 300, 1000));
  EXPECT_NE(refused.reason.find("3 replicas tell no errors (four do), and 6 ps of stress before the strain are too short"), std::string::npos) << refused.reason;
  EXPECT_TRUE(refused.data.t_ps.empty());
}

TEST(StressNoise, RefusesLinesThatAreNoRecord) {
  auto series = series_of(one, 4, 1.0, 0, 100, 100);
  series[1].time_ps[50] += 0.005;
  EXPECT_NE(stress_points(series).reason.find("not evenly spaced (1.025 ps"), std::string::npos) << stress_points(series).reason;
  EXPECT_NE(stress_points(series_of(one, 4, 1.0, 0, 100, 10)).reason.find("10 lines"), std::string::npos);
  EXPECT_FALSE(stress_points({}).reason.empty());
}

// tau of the stress over those of f(q,t) of the same step, at each q.
TEST(StressRelaxationOfARun, HasTheRatioOfBothTau) {
  StressHold hold;
  hold.protocol_step = 4;
  hold.replicas = series_of(one, 8, 0.1, 0, 200, 3000);
  HoldTau tau;
  tau.protocol_step = 4;
  tau.q_inv_A = 2.7;
  tau.measured.point = {1200.0, 2.0, 0.05};
  HoldTau other = tau;
  other.protocol_step = 3;
  const auto analysed = analyse_stress_relaxation({hold}, {other, tau}, 0.0);
  ASSERT_EQ(analysed.size(), 1u);
  ASSERT_TRUE(analysed[0].fit.found) << analysed[0].fit.reason;
  ASSERT_EQ(analysed[0].ratios.size(), 1u);
  const TauRatio& ratio = analysed[0].ratios[0];
  EXPECT_EQ(ratio.q_inv_A, 2.7);
  EXPECT_NEAR(ratio.tau_sigma_over_tau_q.value, 5.0 / 2.0, 0.2);
  EXPECT_NEAR(ratio.tau_sigma_over_tau_q.log_error, std::hypot(0.05, analysed[0].fit.tau_sigma_ps.log_error), 1e-12);
  const auto without = analyse_stress_relaxation({hold}, {other}, 0.0);
  EXPECT_EQ(without[0].no_ratio, "no f(q,t) of this hold has a tau");
}

}  // namespace
}  // namespace patina
