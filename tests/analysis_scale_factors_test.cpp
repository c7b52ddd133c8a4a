// SPDX-License-Identifier: BSD-3-Clause
// Simulated and measured relaxation times laid over each other. Truth: measured = simulated law times known factors, with normal noise of known size on
// both, drawn hundreds of times.
#include <gtest/gtest.h>

#include <cmath>

#include "analysis/scale_factors.hpp"
#include "core/rng.hpp"
#include "pulls.hpp"

namespace patina {
namespace {

using test::Pulls;

constexpr double log_a = 27.0, log_b = 26.0;  // from ns to minutes
constexpr double sigma = 0.06;

double noise(int draw, int k) { return random_block(41, Stream::test, static_cast<std::uint64_t>(draw), static_cast<std::uint64_t>(k)).normal(0); }

// tau(x) = exp(law(x)), the second series scaled by exp(a) and exp(b).
template <class Law>
RelaxationSeries series(const Law& law, const std::vector<double>& x, int draw, double a = 0.0, double b = 0.0) {
  RelaxationSeries out;
  for (std::size_t k = 0; k < x.size(); ++k) {
    out.x.push_back(x[k] * std::exp(b));
    out.tau.push_back(std::exp(a + law(x[k]) + sigma * noise(draw, static_cast<int>(k))));
    out.log_error.push_back(sigma);
  }
  return out;
}

double plateau(double t) { return std::log(300.0) + std::min(t, 2500.0) / 1500.0; }
double exponential(double t) { return std::log(300.0) + t / 1500.0; }
double vft(double T) { return -4.0 + 2000.0 / (T - 600.0); }
const std::vector<double> ages{0, 200, 500, 900, 1300, 1700, 2100, 2600, 3200, 4000, 5000};
const std::vector<double> lab_ages{0, 300, 700, 1100, 1500, 2000, 2400, 3000, 3600, 4500};

TEST(ScaleFactors, TwoAreRecoveredFromAgeingWithAPlateau) {
  Pulls a, b;
  double shape = 0.0;
  for (int draw = 0; draw < 300; ++draw) {
    const auto found = fit_scale_factors(series(plateau, ages, 2 * draw), series(plateau, lab_ages, 2 * draw + 1, log_a, log_b), ScaledAgainst::waiting_time, AllowedFactors::two);
    const ScaleFactors& best = found.front();
    ASSERT_TRUE(best.found) << best.law << ": " << best.reason;
    a.add(best.log_a, log_a, std::sqrt(best.covariance(0, 0)));
    b.add(best.log_b, log_b, std::sqrt(best.covariance(1, 1)));
    if (best.law == "plateau") shape += best.shape_freedoms == 1 ? best.shape_chi_squared : 100.0;
  }
  a.expect("a", 290);
  b.expect("b", 290);
  EXPECT_NEAR(shape / 300.0, 1.0, 0.4);  // chi^2 of one freedom: mean 1, scatter sqrt(2/300) = 0.08, less where another law won
}

TEST(ScaleFactors, OneUnitOfTime) {
  Pulls a;
  for (int draw = 0; draw < 300; ++draw) {
    const auto found = fit_scale_factors(series(exponential, ages, 2 * draw), series(exponential, lab_ages, 2 * draw + 1, log_a, log_a), ScaledAgainst::waiting_time, AllowedFactors::one_time);
    ASSERT_TRUE(found.front().found) << found.front().reason;
    EXPECT_EQ(found.front().log_a, found.front().log_b);
    a.add(found.front().log_a, log_a, std::sqrt(found.front().covariance(0, 0)));
  }
  a.expect("unit of time", 290);
}

// tau and waiting times scaled by different factors are not one unit of time: the shape test must say so.
TEST(ScaleFactors, OneFactorIsRejectedWhereTwoAreNeeded) {
  for (int draw = 0; draw < 20; ++draw) {
    const auto found = fit_scale_factors(series(exponential, ages, 2 * draw), series(exponential, lab_ages, 2 * draw + 1, log_a, log_b), ScaledAgainst::waiting_time, AllowedFactors::one_time);
    for (const auto& one : found)
      if (one.law == "exponential") {
        EXPECT_LT(one.shape_probability, 1e-6);
      }
  }
}

TEST(ScaleFactors, TemperaturesWithTheirTg) {
  const std::vector<double> hot{860, 890, 930, 980, 1040, 1120, 1250}, lab{850, 880, 910, 950, 1000, 1080};
  Pulls a, both_a, both_b;
  for (int draw = 0; draw < 300; ++draw) {
    const auto s = series(vft, hot, 2 * draw), m = series(vft, lab, 2 * draw + 1, log_a, -0.3);
    const auto known = fit_scale_factors(s, m, ScaledAgainst::temperature, AllowedFactors::tau_alone, -0.3);
    ASSERT_TRUE(known.front().found) << known.front().reason;
    EXPECT_EQ(known.front().log_b, -0.3);
    a.add(known.front().log_a, log_a, std::sqrt(known.front().covariance(0, 0)));
    for (const auto& one : fit_scale_factors(s, m, ScaledAgainst::temperature, AllowedFactors::two))
      if (one.law == "vft" && one.found) {
        both_a.add(one.log_a, log_a, std::sqrt(one.covariance(0, 0)));
        both_b.add(one.log_b, -0.3, std::sqrt(one.covariance(1, 1)));
      }
  }
  a.expect("tau alone", 290);
  both_a.expect("a of two", 290);
  both_b.expect("b of two", 290);
}

TEST(ScaleFactors, RefusedWithTheReason) {
  const auto constant = [](double) { return 3.0; };
  // Of a tau that does not change two factors are not known, whatever law is taken.
  for (const auto& one : fit_scale_factors(series(constant, ages, 1), series(constant, lab_ages, 2, log_a, log_b), ScaledAgainst::waiting_time, AllowedFactors::two)) EXPECT_FALSE(one.found) << one.law;
  // Ages that, in the simulation's unit, lie beyond its last.
  const auto late = fit_scale_factors(series(exponential, {0, 100, 200, 300, 400}, 1), series(exponential, {0, 2000, 2600, 3200, 4000, 5000}, 2, log_a, log_a), ScaledAgainst::waiting_time,
                                      AllowedFactors::one_time);
  EXPECT_FALSE(late.front().found);
  EXPECT_NE(late.front().reason.find("do not overlap"), std::string::npos) << late.front().reason;
  // One age or temperature measured again and again has no shape, and windows of one point do not overlap.
  const auto again = fit_scale_factors(series(exponential, ages, 1), series(exponential, {900, 900, 900, 900, 900}, 2, log_a, log_a), ScaledAgainst::waiting_time, AllowedFactors::one_time);
  const auto same = fit_scale_factors(series(vft, {860, 930, 1040, 1120, 1250}, 1), series(vft, {900, 900, 900, 900}, 2, log_a, 0.0), ScaledAgainst::temperature, AllowedFactors::tau_alone);
  for (const auto& found : {again, same}) {
    EXPECT_FALSE(found.front().found) << found.front().law;
    EXPECT_EQ(found.front().shape_freedoms, 0) << found.front().law;
  }
}

}  // namespace
}  // namespace patina
