// SPDX-License-Identifier: BSD-3-Clause
// How answers are graded. Truths: residuals drawn from a known covariance (chi^2 per degree of freedom 1, coverage 68.3 and 95.4 %, the
// scatter of both by repetition); straight lines with known coefficients; matches of events found by eye.
#include "score/grade.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "score/score.hpp"

namespace patina {
namespace {

constexpr int points = 30;

// Neighbours go together, as lags do; sigmas differ.
Eigen::MatrixXd known_covariance() {
  Eigen::MatrixXd covariance(points, points);
  for (int i = 0; i < points; ++i)
    for (int j = 0; j < points; ++j) covariance(i, j) = 1e-4 * (1.0 + 0.1 * i) * (1.0 + 0.1 * j) * std::exp(-std::abs(i - j) / 3.0);
  return covariance;
}

std::vector<double> sigma_of(const Eigen::MatrixXd& covariance) {
  std::vector<double> sigma;
  for (int i = 0; i < points; ++i) sigma.push_back(std::sqrt(covariance(i, i)));
  return sigma;
}

TEST(ScoreGrade, NoiseOfKnownCovariance) {
  const Eigen::MatrixXd covariance = known_covariance();
  const Eigen::MatrixXd root = covariance.llt().matrixL();
  const std::vector<double> sigma = sigma_of(covariance);
  std::mt19937_64 random(7);
  std::normal_distribution<double> normal;
  constexpr int draws = 2000;
  double joint = 0.0, freedom = 0.0, single = 0.0, square = 0.0, one = 0.0, two = 0.0, improbable = 0.0;
  for (int n = 0; n < draws; ++n) {
    Eigen::VectorXd white(points);
    for (int i = 0; i < points; ++i) white[i] = normal(random);
    const Eigen::VectorXd noise = root * white;
    const std::vector<double> residual(noise.data(), noise.data() + points);
    const Grade g = grade(residual, sigma);
    const CovarianceGrade c = grade(residual, covariance);
    ASSERT_EQ(g.points, points);
    joint += c.chi_squared;
    freedom += c.degrees_of_freedom;
    improbable += c.probability < 0.1;
    single += g.chi_squared_per_point / draws;
    square += g.chi_squared_per_point * g.chi_squared_per_point / draws;
    one += g.within_1_sigma / draws;
    two += g.within_2_sigma / draws;
  }
  EXPECT_GT(freedom / draws, 20.0);
  EXPECT_NEAR(joint / freedom, 1.0, 4.0 * std::sqrt(2.0 / freedom));
  EXPECT_NEAR(improbable / draws, 0.1, 4.0 * std::sqrt(0.09 / draws));
  const double scatter = chi_squared_scatter(covariance);
  EXPECT_NEAR(single, 1.0, 4.0 * scatter / std::sqrt(draws));
  EXPECT_NEAR(std::sqrt(square - single * single), scatter, 0.1 * scatter);
  EXPECT_NEAR(one, 0.6827, 0.015);
  EXPECT_NEAR(two, 0.9545, 0.008);
}

TEST(ScoreGrade, ErrorsTooSmallOrAbsentAreSeen) {
  const std::vector<double> residual{0.02, -0.02, 5.0, 7.0}, sigma{0.01, 0.01, 0.0, std::nan("")};
  const Grade g = grade(residual, sigma);
  EXPECT_EQ(g.points, 2);
  EXPECT_DOUBLE_EQ(g.chi_squared_per_point, 4.0);
  EXPECT_EQ(g.within_1_sigma, 0.0);
  EXPECT_EQ(grade(std::vector<double>{1.0}, std::vector<double>{0.0}).points, 0);
}

TEST(ScoreGrade, FactorAndOffset) {
  const Eigen::MatrixXd covariance = known_covariance();
  const std::vector<double> sigma = sigma_of(covariance);
  const Eigen::MatrixXd root = covariance.llt().matrixL();
  std::vector<double> truth, answer;
  for (int i = 0; i < points; ++i) {
    truth.push_back(std::exp(-0.1 * i));
    answer.push_back(0.03 + 1.2 * truth.back());
  }
  const StraightFit exact = straight_fit(truth, answer, sigma);
  EXPECT_NEAR(exact.factor, 1.2, 1e-12);
  EXPECT_NEAR(exact.offset, 0.03, 1e-12);
  EXPECT_TRUE(std::isnan(straight_fit(std::vector<double>(points, 0.0), answer, sigma).factor));
  EXPECT_TRUE(std::isnan(straight_fit(std::vector<double>(points, 0.3), answer, sigma).factor));
  // Its standard errors against the scatter over draws.
  std::mt19937_64 random(3);
  std::normal_distribution<double> normal;
  constexpr int draws = 1000;
  double factor = 0.0, offset = 0.0;
  for (int n = 0; n < draws; ++n) {
    Eigen::VectorXd white(points);
    for (int i = 0; i < points; ++i) white[i] = normal(random);
    const Eigen::VectorXd noise = root * white;
    std::vector<double> noisy = answer;
    for (int i = 0; i < points; ++i) noisy[static_cast<std::size_t>(i)] += noise[i];
    const StraightFit fit = straight_fit(truth, noisy, sigma);
    factor += std::pow(fit.factor - 1.2, 2) / draws;
    offset += std::pow(fit.offset - 0.03, 2) / draws;
  }
  EXPECT_NEAR(std::sqrt(factor), error_of_sum(exact.factor_weight, covariance), 0.1 * std::sqrt(factor));
  EXPECT_NEAR(std::sqrt(offset), error_of_sum(exact.offset_weight, covariance), 0.1 * std::sqrt(offset));
}

TEST(ScoreEvents, EachIsFoundOnceByTheClosest) {
  const std::vector<TruthEvent> truth{{"avalanche", 100.0, 0.1}, {"avalanche", 108.0, 0.3}, {"slip", 300.0, 1.0}, {"change", 500.0, 0.0}};
  const EventScore score = score_events({106.0, 101.0, 299.0, 304.0, 700.0}, truth, 5.0);
  ASSERT_EQ(score.found.size(), 3u);
  EXPECT_EQ(score.found[0].answer, 101.0);
  EXPECT_EQ(score.found[1].answer, 106.0);  // closer to 108 than to 100
  EXPECT_EQ(score.found[2].answer, 299.0);  // 304 comes second and is a false alarm
  ASSERT_EQ(score.missed.size(), 1u);
  EXPECT_EQ(score.missed[0].time, 500.0);
  EXPECT_EQ(score.false_alarms, (std::vector<double>{304.0, 700.0}));
  EXPECT_NEAR(score.mean_offset, (1.0 - 2.0 - 1.0) / 3.0, 1e-12);
  EXPECT_NEAR(score.rms_offset, std::sqrt(6.0 / 3.0), 1e-12);
  EXPECT_EQ(score_events({}, truth, 5.0).missed.size(), 4u);
  EXPECT_EQ(score_events({1.0, 2.0}, {}, 5.0).false_alarms.size(), 2u);
}

TEST(ScoreEvents, MatchesAreThoseOfAllPairs) {
  std::mt19937_64 random(3);
  std::uniform_real_distribution<double> anywhere(0.0, 100.0);
  for (int repeat = 0; repeat < 200; ++repeat) {
    std::vector<TruthEvent> truth;
    std::vector<double> answer;
    for (int k = 0; k < 12; ++k) truth.push_back({"slip", anywhere(random), 1.0});
    for (int k = 0; k < 3 + repeat % 15; ++k) answer.push_back(anywhere(random));
    // The closest pair of those left, again and again.
    std::vector<double> expected(truth.size(), -1.0), left = answer;
    const double tolerance = 1.0 + repeat % 20;
    for (;;) {
      double closest = tolerance;
      std::size_t event = truth.size(), with = 0;
      for (std::size_t e = 0; e < truth.size(); ++e)
        for (std::size_t a = 0; a < left.size(); ++a)
          if (expected[e] < 0.0 && std::abs(left[a] - truth[e].time) <= closest) {
            closest = std::abs(left[a] - truth[e].time);
            event = e;
            with = a;
          }
      if (event == truth.size()) break;
      expected[event] = left[with];
      left.erase(left.begin() + static_cast<std::ptrdiff_t>(with));
    }
    const EventScore score = score_events(answer, truth, tolerance);
    std::size_t found = 0;
    for (std::size_t e = 0; e < truth.size(); ++e)
      if (expected[e] >= 0.0) {
        ASSERT_LT(found, score.found.size());
        EXPECT_EQ(score.found[found++].answer, expected[e]);
      }
    EXPECT_EQ(found, score.found.size());
    EXPECT_EQ(score.false_alarms, left);
  }
}

TEST(ScoreEvents, ManyOfThemWithinAWideTolerance) {
  // All pairs would be 1e10.
  constexpr int count = 100000;
  std::vector<TruthEvent> truth;
  std::vector<double> answer;
  for (int k = 0; k < count; ++k) {
    truth.push_back({"slip", 1.0 * k, 1.0});
    answer.push_back(k + 0.25);
  }
  const EventScore score = score_events(answer, truth, 1e6);
  ASSERT_EQ(score.found.size(), static_cast<std::size_t>(count));
  EXPECT_NEAR(score.mean_offset, 0.25, 1e-9);
  EXPECT_NEAR(score.rms_offset, 0.25, 1e-9);
}

}  // namespace
}  // namespace patina
