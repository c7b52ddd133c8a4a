// SPDX-License-Identifier: BSD-3-Clause
// Truth: the clocks of beamline, its generators of speckles and its Poisson counts; the table of what cuts feign, computed with another
// program [physics.md 3.7].
#include "analysis/clock_fit.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "analysis/clock_errors.hpp"
#include "analysis/clock_laws.hpp"
#include "analysis/cut_bias.hpp"
#include "analysis/two_time.hpp"
#include "clock_coverage.hpp"
#include "synthetic_record.hpp"

namespace patina {
namespace {

// tau(t_w = 0) = 1 and tau = exp(t / tau_star).
ClockParameters exponential_clock(double exponent, double tau_star) {
  return {1.0, exponent, MaterialTime({-7.0, 40.0}, Eigen::Vector2d(7.0 / tau_star, -40.0 / tau_star))};
}

TEST(MaterialTimeTest, ExponentialAgeingIsOneLineWithoutAnError) {
  const double tau_star = 3.0;
  const MaterialTime time = exponential_clock(1.0, tau_star).time;
  for (const double t : {-7.0, 0.0, 0.5, 11.0}) EXPECT_NEAR(time.s(t) - time.s(0.0), -tau_star * std::expm1(-t / tau_star), 1e-9 * std::exp(7.0 / 3.0)) << t;
  EXPECT_NEAR(time.tau(6.0), std::exp(2.0), 1e-12);
}

TEST(MaterialTimeTest, DerivativesEqualDifferences) {
  const std::vector<double> knots{0.0, 1.0, 4.0, 5.0}, t{-0.5, 0.0, 0.3, 1.0, 2.5, 4.7, 5.0, 6.0};
  Eigen::VectorXd rate(4);
  rate << 0.3, -1.2, -1.2, 0.4;
  const auto jumping = [&](double advance) { return MaterialTime(knots, rate, {{1.0, 0.1}, {2.5, advance}}); };
  const Eigen::MatrixXd derivatives = jumping(0.3).derivatives(t);
  EXPECT_LT(((jumping(0.4).at(t) - jumping(0.2).at(t)) / 0.2 - derivatives.col(5)).cwiseAbs().maxCoeff(), 1e-12);
  for (int k = 0; k < 4; ++k) {
    Eigen::VectorXd up = rate, down = rate;
    up[k] += 1e-5;
    down[k] -= 1e-5;
    const Eigen::VectorXd difference = (MaterialTime(knots, up).at(t) - MaterialTime(knots, down).at(t)) / 2e-5;
    EXPECT_LT((difference - derivatives.col(k)).cwiseAbs().maxCoeff(), 1e-8) << k;
  }
}

TEST(ClockModelTest, NormalEquationsEqualThoseOfTheWholeJacobian) {
  const std::vector<double> time{0.0, 0.4, 1.0, 1.5, 2.5, 3.0};
  Eigen::VectorXd rate(3);
  rate << 0.2, -0.4, -0.5;
  const ClockParameters at{0.3, 0.8, MaterialTime({0.0, 1.2, 3.0}, rate, {{1.5, 0.2}})};
  const Eigen::MatrixXd excess = Eigen::MatrixXd::Constant(6, 6, 0.1);
  Eigen::MatrixXd weight = Eigen::MatrixXd::Random(6, 6).cwiseAbs().triangularView<Eigen::StrictlyUpper>();
  const NormalEquations sums = clock_equations(at, time, excess, weight);
  const auto model = [&](const Eigen::VectorXd& p) { return Eigen::MatrixXd(std::exp(p[0]) * clock_squares(from_vector(p, at), time)); };
  const Eigen::VectorXd p = to_vector(at);
  std::vector<Eigen::MatrixXd> slopes;
  for (int k = 0; k < p.size(); ++k) {
    Eigen::VectorXd up = p, down = p;
    up[k] += 1e-5;
    down[k] -= 1e-5;
    slopes.push_back((model(up) - model(down)) / 2e-5);
  }
  const Eigen::MatrixXd residual = model(p) - excess;
  for (int k = 0; k < p.size(); ++k) {
    EXPECT_NEAR(sums.gradient[k], (weight.array() * residual.array() * slopes[k].array()).sum(), 1e-9);
    for (int l = 0; l < p.size(); ++l) EXPECT_NEAR(sums.information(k, l), (weight.array() * slopes[k].array() * slopes[l].array()).sum(), 1e-9) << k << " " << l;
  }
}

// [physics.md 3.7]: exponent, tau*/tau; tau and exponent of fixed-start cuts, of age-centred ones, of fixed-start cuts averaged over tau*.
TEST(CutBiasTest, TableIsReproducedToThreePercent) {
  const double table[][8] = {{0.6, 1.0, 2.09, 0.33, 0.96, 0.62, 2.13, 0.32}, {0.6, 3.0, 1.20, 0.53, 1.00, 0.60, 1.23, 0.52},
                             {1.0, 0.5, 18.0, 0.24, 0.90, 1.08, 18.0, 0.24}, {1.0, 1.0, 2.61, 0.56, 0.97, 1.03, 2.84, 0.53},
                             {1.0, 3.0, 1.19, 0.91, 1.00, 1.00, 1.25, 0.86}, {1.0, 10.0, 1.05, 0.97, 1.00, 1.00, 1.09, 0.93},
                             {1.5, 1.0, 2.77, 0.80, 0.97, 1.54, 3.28, 0.70}, {1.5, 3.0, 1.20, 1.35, 1.00, 1.51, 1.27, 1.24},
                             {1.5, 10.0, 1.05, 1.46, 1.00, 1.50, 1.11, 1.34}};
  const auto within = [](const CutShape& shape, double tau, double exponent) {
    EXPECT_NEAR(shape.tau / tau, 1.0, 0.03);
    EXPECT_NEAR(shape.kww_exponent / exponent, 1.0, 0.03);
  };
  for (const auto& row : table) {
    SCOPED_TRACE(testing::Message() << "exponent " << row[0] << ", tau*/tau " << row[1]);
    const ClockParameters clock = exponential_clock(row[0], row[1]);
    within(cut_shape(clock, 0.0, Cut::fixed_start), row[2], row[3]);
    within(cut_shape(clock, 0.0, Cut::age_centred), row[4], row[5]);
    within(cut_shape(clock, 0.0, Cut::fixed_start, row[1]), row[6], row[7]);
    EXPECT_GE(cut_shape(clock, 0.0, Cut::fixed_start).end, std::exp(-2.0 * std::pow(row[1], row[0])));
  }
}

// The same samples, without noise: what cuts bias, the clock fit finds.
TEST(ClockFitTest, IsFreeOfTheBiasOfCuts) {
  for (const double exponent : {0.6, 1.0, 1.5})
    for (const double tau_star : {0.5, 1.0, 3.0}) {
      SCOPED_TRACE(testing::Message() << "exponent " << exponent << ", tau*/tau " << tau_star);
      test::SyntheticRecord truth;
      truth.frames = 201;
      truth.kww_exponent = exponent;
      truth.contrast = 0.3;
      // tau(t_w) in the middle of a record of four tau*, and of six relaxation times at least.
      const double growth = 50.0, tau0 = growth / (tau_star * std::exp(2.0));
      truth.clock = AgeingClock{tau0, growth, std::nullopt};
      truth.pixels = 1 << 30;
      const ClockFit fit = fit_clock(test::exact_record(truth));
      ASSERT_TRUE(fit.found) << fit.reason;
      EXPECT_NEAR(fit.parameters.kww_exponent / exponent, 1.0, 1e-3);
      EXPECT_NEAR(fit.tau(100.0).value / (tau0 * std::exp(100.0 / growth)), 1.0, 1e-3);
      EXPECT_NEAR(fit.parameters.contrast / 0.3, 1.0, 1e-3);
    }
}

// Errors of the score against what 300 independent records scatter (4 %, of long tails 6 %), speckles and photons.
TEST(ClockErrorsTest, ScoresScatterAsTheyAreSaidTo) {
  for (const double photons : {0.0, 0.3}) {
    test::SyntheticRecord truth;
    truth.frames = 48;
    truth.pixels = 512;
    truth.contrast = 0.5;
    truth.photons = photons;
    truth.clock = AgeingClock{5.0, 30.0, std::nullopt};
    const SpeckleRecord exact = test::exact_record(truth);
    const ClockParameters at{0.5, 1.0, MaterialTime({0.0, 47.0}, Eigen::Vector2d(-std::log(5.0), -std::log(5.0) - 47.0 / 30.0))};
    const Eigen::MatrixXd weight = Eigen::MatrixXd::Ones(48, 48).triangularView<Eigen::StrictlyUpper>();
    SpeckleSample sample{512.0, 0.5};
    if (photons > 0.0) sample.photons = photons;
    const Eigen::MatrixXd expected = clock_score_covariance(at, exact.map.time, weight, sample, 1);
    constexpr int records = 300;
    Eigen::MatrixXd scores(4, records);
    for (int r = 0; r < records; ++r) scores.col(r) = clock_equations(at, exact.map.time, test::make_record(truth, r + 1).map.correlation, weight).gradient;
    const Eigen::MatrixXd centred = scores.colwise() - scores.rowwise().mean();
    const Eigen::MatrixXd measured = centred * centred.transpose() / (records - 1);
    for (int k = 0; k < 4; ++k) EXPECT_NEAR(std::sqrt(measured(k, k) / expected(k, k)), 1.0, 0.15) << "parameter " << k << ", photons " << photons;
    EXPECT_NEAR(measured(0, 2) / std::sqrt(measured(0, 0) * measured(2, 2)), expected(0, 2) / std::sqrt(expected(0, 0) * expected(2, 2)), 0.15);
  }
}

TEST(ClockFitTest, RefusesWhatCannotBeIdentified) {
  test::SyntheticRecord truth;
  truth.clock = StationaryClock{400.0};  // a third of a relaxation time in the record
  const ClockFit slow = fit_clock(test::make_record(truth, 1));
  EXPECT_FALSE(slow.found);
  EXPECT_NE(slow.reason.find("over the whole record"), std::string::npos) << slow.reason;
  truth.clock = StationaryClock{0.3};
  EXPECT_FALSE(fit_clock(test::make_record(truth, 1)).found);
  truth.frames = 12;
  EXPECT_NE(fit_clock(test::make_record(truth, 1)).reason.find("12 frames"), std::string::npos);
}

// The coverage test has 300 records; 40 must lie within three standard errors (7.4 %) of 68 % and of no bias.
TEST(ClockFitTest, IntervalsCoverAndTheLawIsFound) {
  test::SyntheticRecord truth;
  truth.frames = 96;
  truth.pixels = 4096;
  truth.clock = AgeingClock{6.0, 45.0, std::nullopt};
  constexpr int runs = 40;
  for (const auto& [name, coverage] : test::clock_coverage(truth, runs)) {
    EXPECT_EQ(coverage.judged, runs) << name;
    EXPECT_NEAR(coverage.fraction(), 0.683, 3.0 * 0.074) << name;
    EXPECT_LT(std::abs(coverage.bias()), 3.0 / std::sqrt(runs)) << name;
    if (name == "tau0") {
      EXPECT_LT(coverage.rms(), 0.05);
    }
    if (name == "tau_star") {
      EXPECT_LT(coverage.rms(), 0.10);
    }
  }
}

// Of 40 records of g2 each: four pixels that see one speckle; few photons of which the file tells nothing but what 20 blocks of pixels scatter. Coverage as
// above. chi^2 per degree of freedom is 1 if the covariance is true, +- 6 % of 17 lags or so of 40 records; of blocks it is that of an error known to 1/40
// of itself or so from each of many lags, by which it is a few hundredths larger.
TEST(G2FitTest, IntervalsCoverWherePixelsSeeOneSpeckleAndWhereErrorsAreAllThatIsTold) {
  for (const bool blocks : {false, true}) {
    test::SyntheticRecord truth;
    truth.clock = StationaryClock{8.0};
    truth.frames = 128;
    truth.contrast = 0.5;
    truth.pixels = 8192;
    truth.photons = blocks ? 0.1 : 3.0;
    truth.pixels_per_speckle = blocks ? 1 : 4;
    truth.blocks = blocks ? 20 : 0;
    constexpr int runs = 40;
    double misfit = 0.0;
    for (const auto& [name, coverage] : test::g2_coverage(truth, runs, &misfit)) {
      EXPECT_EQ(coverage.judged, runs) << name << blocks;
      EXPECT_NEAR(coverage.fraction(), 0.683, 3.0 * 0.074) << name << blocks;
      EXPECT_LT(std::abs(coverage.bias()), 3.0 / std::sqrt(runs)) << name << blocks;
    }
    EXPECT_NEAR(misfit, 1.0, 0.18) << blocks;
  }
}

// Half of the counts and more of the truth's noise from the map alone.
TEST(ClockFitTest, FindsItsNoiseFromTheMapWherePixelsAreNotTold) {
  test::SyntheticRecord truth;
  truth.pixels = 2048;
  truth.photons = 0.5;
  truth.clock = StationaryClock{6.0};
  SpeckleRecord record = test::make_record(truth, 3);
  const ClockFit told = fit_clock(record);
  record.pixels = std::nan("");
  const ClockFit found = fit_clock(record);
  ASSERT_TRUE(told.found && found.found);
  EXPECT_TRUE(found.noise_from_residuals);
  EXPECT_NEAR(found.tau(64.0).error / told.tau(64.0).error, 1.0, 0.35);
}

// Siegert's relation of half a field that stays: a decay to 1/4 of the contrast, which a clock takes for a slow one from far above it.
TEST(ClockFitTest, AContrastAboveOneIsRefused) {
  SpeckleRecord record;
  record.pixels = 4096.0;
  record.frames = 128;
  record.map.correlation.resize(128, 128);
  for (int i = 0; i < 128; ++i) {
    record.map.time.push_back(i);
    for (int j = 0; j < 128; ++j) record.map.correlation(i, j) = std::pow(0.5 * std::exp(-std::abs(i - j) / 20.0) + 0.5, 2);
  }
  const ClockFit fit = fit_clock(record);
  EXPECT_FALSE(fit.found);
  EXPECT_NE(fit.reason.find("above 1 is none of speckles"), std::string::npos) << fit.reason;
}

}  // namespace
}  // namespace patina
