// SPDX-License-Identifier: BSD-3-Clause
// Truth: curves drawn from known KWW parameters with known Gaussian noise, independent or correlated (bias
// and coverage of 1000 fits); integrals of the decay in closed form.
#include <gtest/gtest.h>

#include <cmath>

#include "analysis/kww.hpp"
#include "core/rng.hpp"
#include "core/units.hpp"

namespace patina {
namespace {

std::vector<double> logarithmic_times(double first, double last, int count) {
  std::vector<double> t;
  for (int i = 0; i < count; ++i) t.push_back(first * std::pow(last / first, double(i) / (count - 1)));
  return t;
}

struct Truth {
  double amplitude = 0.75, tau_ps = 10.0, kww_exponent = 0.6, baseline = 0.0;
  KwwForm form = KwwForm::field;
};

double exact(const Truth& truth, double t) {
  const double factor = truth.form == KwwForm::intensity ? 2.0 : 1.0;
  return truth.baseline +
         truth.amplitude * std::exp(-factor * std::pow(t / truth.tau_ps, truth.kww_exponent));
}

double normal(int curve, int point) { return random_block(7, Stream::test, curve, point).normal(0); }

KwwData noisy_curve(const Truth& truth, const std::vector<double>& t, double sigma, int curve) {
  KwwData data;
  data.t_ps = t;
  for (std::size_t i = 0; i < t.size(); ++i) {
    data.value.push_back(exact(truth, t[i]) + sigma * normal(curve, int(i)));
    data.sigma.push_back(sigma);
  }
  return data;
}

// Errors that neighbouring lags share: correlation exp(-|i - j| / 6) between points i and j.
Eigen::MatrixXd correlated_covariance(int count, double sigma) {
  Eigen::MatrixXd covariance(count, count);
  for (int i = 0; i < count; ++i)
    for (int j = 0; j < count; ++j) covariance(i, j) = sigma * sigma * std::exp(-std::abs(i - j) / 6.0);
  return covariance;
}

KwwData correlated_curve(const Truth& truth, const std::vector<double>& t, double sigma, int curve) {
  KwwData data = noisy_curve(truth, t, 1.0, curve);
  const int count = int(t.size());
  data.covariance = correlated_covariance(count, sigma);
  Eigen::VectorXd noise(count);
  for (int i = 0; i < count; ++i) noise[i] = normal(curve, i);
  noise = Eigen::LLT<Eigen::MatrixXd>(data.covariance).matrixL() * noise;
  for (int i = 0; i < count; ++i) {
    data.value[i] = exact(truth, t[i]) + noise[i];
    data.sigma[i] = sigma;
  }
  return data;
}

// What 1000 fits say of one parameter: mean of (fit - truth)/error and the fraction of profile intervals that
// hold the truth.
struct Score {
  double pull = 0.0, coverage = 0.0;
};

template <class Curve>
std::pair<Score, Score> score(const Truth& truth, const KwwOptions& options, Curve&& curve,
                              int count = 1000) {
  Score tau, exponent;
  for (int c = 0; c < count; ++c) {
    const auto fit = fit_kww(curve(c), options);
    EXPECT_EQ(fit.status, KwwStatus::fitted) << fit.reason;
    tau.pull += (std::log(fit.tau_ps.value / truth.tau_ps)) / (fit.tau_ps.error / fit.tau_ps.value) / count;
    exponent.pull += (fit.kww_exponent.value - truth.kww_exponent) / fit.kww_exponent.error / count;
    tau.coverage += (fit.tau_ps.lower <= truth.tau_ps && truth.tau_ps <= fit.tau_ps.upper) / double(count);
    exponent.coverage +=
        (fit.kww_exponent.lower <= truth.kww_exponent && truth.kww_exponent <= fit.kww_exponent.upper) /
        double(count);
  }
  return {tau, exponent};
}

// Acceptance of the project: bias below 0.2 sigma, 68 % intervals that cover in 63-73 % of 1000 curves (the
// binomial error of the coverage is 1.5 %).
void expect_honest(const Score& score) {
  EXPECT_LT(std::abs(score.pull), 0.2);
  EXPECT_GT(score.coverage, 0.63);
  EXPECT_LT(score.coverage, 0.73);
}

TEST(KwwTest, FieldIntervalsCoverTheTruth) {
  const Truth truth;
  const auto t = logarithmic_times(0.5, 200.0, 40);
  const auto [tau, exponent] = score(truth, {}, [&](int c) { return noisy_curve(truth, t, 0.02, c); });
  expect_honest(tau);
  expect_honest(exponent);
}

TEST(KwwTest, CompressedIntensityIntervalsCoverTheTruth) {
  Truth truth;
  truth.form = KwwForm::intensity;
  truth.kww_exponent = 1.5;
  truth.baseline = 0.02;
  KwwOptions options;
  options.form = KwwForm::intensity;
  options.fit_baseline = true;
  const auto t = logarithmic_times(0.5, 200.0, 40);
  const auto [tau, exponent] = score(truth, options, [&](int c) { return noisy_curve(truth, t, 0.02, c); });
  expect_honest(tau);
  expect_honest(exponent);
}

TEST(KwwTest, CorrelatedErrorsAreCoveredWithTheCovarianceOnly) {
  const Truth truth;
  const auto t = logarithmic_times(0.5, 200.0, 40);
  const auto curve = [&](int c) { return correlated_curve(truth, t, 0.02, c); };
  KwwOptions options;
  for (const auto weighting : {KwwWeighting::full, KwwWeighting::sandwich}) {
    options.weighting = weighting;
    const auto [tau, exponent] = score(truth, options, curve);
    expect_honest(tau);
    expect_honest(exponent);
  }
  // The negative control: taken as independent, the same points promise far too much.
  options.weighting = KwwWeighting::diagonal;
  EXPECT_LT(score(truth, options, curve).first.coverage, 0.5);
}

TEST(KwwTest, RecoversExactParameters) {
  for (const double beta : {0.3, 0.6, 1.0, 1.6}) {
    Truth truth;
    truth.kww_exponent = beta;
    const auto data = noisy_curve(truth, logarithmic_times(0.02, 2000.0, 60), 1e-9, 0);
    const auto fit = fit_kww(data, {});
    ASSERT_EQ(fit.status, KwwStatus::fitted) << fit.reason;
    EXPECT_NEAR(fit.tau_ps.value, 10.0, 1e-6);
    EXPECT_NEAR(fit.kww_exponent.value, beta, 1e-7);
    EXPECT_NEAR(fit.amplitude.value, 0.75, 1e-7);
  }
}

TEST(KwwTest, MeanTimeIsTheIntegralOfTheDecay) {
  EXPECT_NEAR(kww_mean_time(3.0, 1.0), 3.0, 1e-12);
  EXPECT_NEAR(kww_mean_time(3.0, 0.5), 6.0, 1e-12);                         // Gamma(2)/0.5 = 2
  EXPECT_NEAR(kww_mean_time(3.0, 2.0), 1.5 * std::sqrt(units::pi), 1e-12);  // Gauss integral
}

TEST(KwwTest, FitWindowLeavesOutTheCageDecay) {
  const Truth truth;
  auto data = noisy_curve(truth, logarithmic_times(0.02, 200.0, 60), 1e-6, 0);
  for (std::size_t i = 0; i < data.t_ps.size(); ++i)
    data.value[i] += 0.25 * std::exp(-std::pow(data.t_ps[i] / 0.05, 2));
  KwwOptions options;
  options.t_min_ps = 0.4;
  EXPECT_NEAR(fit_kww(data, options).tau_ps.value, 10.0, 1e-4);
  EXPECT_GT(std::abs(fit_kww(data, {}).tau_ps.value - 10.0), 0.5);
}

TEST(KwwTest, RefusesADecayThatIsNotThere) {
  Truth truth;
  truth.tau_ps = 1000.0;
  const auto data = noisy_curve(truth, logarithmic_times(0.5, 200.0, 40), 0.005, 1);
  const auto refused = fit_kww(data, {});
  EXPECT_EQ(refused.status, KwwStatus::refused);
  EXPECT_FALSE(refused.reason.empty());
  EXPECT_TRUE(std::isnan(refused.tau_ps.value));
}

TEST(KwwTest, FixesTheExponentWhereAsked) {
  Truth truth;
  truth.tau_ps = 150.0;
  truth.kww_exponent = 0.8;
  const auto data = noisy_curve(truth, logarithmic_times(0.5, 200.0, 40), 0.005, 2);
  EXPECT_EQ(fit_kww(data, {}).status, KwwStatus::refused);
  KwwOptions options;
  options.exponent_if_unidentifiable = 0.8;
  const auto fit = fit_kww(data, options);
  EXPECT_EQ(fit.status, KwwStatus::exponent_fixed);
  EXPECT_TRUE(fit.kww_exponent.fixed);
  EXPECT_EQ(fit.kww_exponent.value, 0.8);
  EXPECT_NEAR(fit.tau_ps.value, 150.0, 4.0 * fit.tau_ps.error);
  EXPECT_LT(fit.tau_ps.error, 15.0);
}

// By the rule of kww.cpp: few points with noise of 60 % of the amplitude, in fifty draws.
TEST(KwwTest, RefusesAFitThatSaysNothing) {
  int refused = 0;
  for (int curve = 0; curve < 50; ++curve) {
    const Truth truth{0.5, 10.0, 0.6, 0.0, KwwForm::field};
    const KwwFit fit = fit_kww(noisy_curve(truth, {1.0, 3.0, 10.0, 30.0, 60.0, 100.0}, 0.3, curve), {});
    refused += fit.status == KwwStatus::refused;
    if (fit.status == KwwStatus::refused) {
      EXPECT_FALSE(fit.reason.empty());
      continue;
    }
    EXPECT_LE(fit.tau_ps.upper, 9.0 * fit.tau_ps.lower);
    EXPECT_LE(fit.kww_exponent.upper - fit.kww_exponent.lower, 0.9 * 1.9);
  }
  EXPECT_GT(refused, 5);
}

// Noise about nothing: where the amplitude comes out as 0, tau has no influence and no error of it means anything.
TEST(KwwTest, RefusesAnAmplitudeOfNothing) {
  int without_amplitude = 0;
  for (int curve = 0; curve < 50; ++curve) {
    const KwwFit fit = fit_kww(noisy_curve({0.0, 10.0, 1.0, 0.0, KwwForm::field}, logarithmic_times(0.02, 20.0, 14), 0.02, curve), {});
    without_amplitude += fit.reason.find("the amplitude is 0") != std::string::npos;
    if (fit.status != KwwStatus::refused) {
      EXPECT_GT(fit.amplitude.value, 1.1e-6);
    }
  }
  EXPECT_GT(without_amplitude, 0);
}

TEST(KwwTest, SaysThatThereAreNoErrors) {
  auto data = noisy_curve({}, logarithmic_times(0.5, 200.0, 60), 0.002, 3);
  for (double& sigma : data.sigma) sigma = std::nan("");
  const auto fit = fit_kww(data, {});
  EXPECT_EQ(fit.status, KwwStatus::refused);
  EXPECT_NE(fit.reason.find("its points have no errors"), std::string::npos) << fit.reason;
}

TEST(KwwTest, WarnsAtTheExponentBound) {
  Truth truth;
  truth.kww_exponent = 2.6;
  const auto data = noisy_curve(truth, logarithmic_times(0.5, 200.0, 60), 0.002, 3);
  const auto fit = fit_kww(data, {});
  EXPECT_LE(fit.kww_exponent.value, 2.0);
  EXPECT_FALSE(fit.warnings.empty());
}

TEST(KwwTest, AmplitudeStaysBelowItsBound) {
  Truth truth;
  truth.amplitude = 1.2;
  const auto data = noisy_curve(truth, logarithmic_times(0.5, 200.0, 40), 0.01, 5);
  KwwOptions options;
  options.amplitude_max = 1.0;
  EXPECT_GT(fit_kww(data, {}).amplitude.value, 1.1);
  EXPECT_LE(fit_kww(data, options).amplitude.value, 1.0);
}

TEST(KwwTest, MisfitInflatesTheErrors) {
  Truth truth;
  auto data = noisy_curve(truth, logarithmic_times(0.5, 200.0, 40), 0.02, 4);
  for (double& sigma : data.sigma) sigma /= 3.0;  // errors stated three times too small
  KwwOptions options;
  const double naive = fit_kww(data, options).tau_ps.error;
  options.inflate_by_misfit = true;
  EXPECT_NEAR(fit_kww(data, options).tau_ps.error / naive, 3.0, 0.7);  // chi^2/dof of 37 points: 9 +- 2.1
}

}  // namespace
}  // namespace patina
