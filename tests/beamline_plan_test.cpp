// SPDX-License-Identifier: BSD-3-Clause
// Truths: contrast lost to exposures in closed form; errors of fits to simulated movies (slow: beamline_plan_monte_carlo_test); limits in
// which errors scale as roots of pixels, frames and counts; a straight line through independent points.
#include "beamline/measurement_plan.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "beamline/exposure_blur.hpp"
#include "core/error.hpp"

namespace patina {
namespace {

TEST(ExposureBlur, ContrastInClosedForm) {
  for (const double x : {0.01, 0.3, 1.0, 5.0}) {
    EXPECT_NEAR(blurred_correlation(0.0, x, 1.0, 1.0), (std::exp(-2.0 * x) - 1.0 + 2.0 * x) / (2.0 * x * x), 1e-5) << x;
    // Of exponential decays at lags beyond the exposure: (sinh x / x)^2 exp(-2 lag).
    for (const double lag : {x, 1.5 * x, 3.0 * x, 40.0 * x})
      EXPECT_NEAR(blurred_correlation(lag, x, 1.0, 1.0) / (std::exp(-2.0 * lag) * std::pow(std::sinh(x) / x, 2)), 1.0, 1e-4) << x << " " << lag;
    // Exponent 2: twice the integral of (1 - u) exp(-2 x^2 u^2).
    const double gauss = std::sqrt(0.5 * std::acos(-1.0)) / x * std::erf(std::sqrt(2.0) * x) + (std::exp(-2.0 * x * x) - 1.0) / (2.0 * x * x);
    EXPECT_NEAR(blurred_correlation(0.0, x, 1.0, 2.0), gauss, 1e-5) << x;
  }
  // A cusp: exponent 1/2 at lag = exposure, against many strips.
  double sum = 0.0;
  constexpr int strips = 2000000;
  for (int k = 0; k < strips; ++k) {
    const double u = (2.0 * k + 1.0) / strips - 1.0;
    sum += (1.0 - std::abs(u)) * std::exp(-2.0 * std::sqrt(std::abs(1.0 + u))) * 2.0 / strips;
  }
  EXPECT_NEAR(blurred_correlation(1.0, 1.0, 1.0, 0.5), sum, 1e-5);
}

TEST(ExposureBlur, FarFromTheExposure) {
  // The field of a long record has a short form beyond 200 exposures; against the integral.
  for (const double exponent : {0.5, 1.0, 2.0})
    for (const double exposure : {1.0, 0.3, 0.0}) {
      const std::vector<double> field = blurred_field(3000, 1.0, exposure, 300.0, exponent);
      const double contrast = blurred_correlation(0.0, exposure, 300.0, exponent);
      for (const int n : {201, 400, 1000, 2999}) {
        const double y = blurred_correlation(n, exposure, 300.0, exponent) / contrast;
        EXPECT_NEAR(std::pow(field[static_cast<std::size_t>(n)], 2), y, 1e-6 * y + 1e-13) << exponent << " " << exposure << " " << n;
      }
    }
}

TEST(MeasurementPlan, NotesOnWhereTheDecayLies) {
  Measurement m;
  m.sample = {1e5, 0.05, 0.01, 1.0};
  m.frames = 1000;
  m.exposure_s = 0.0;
  const auto notes = [&](double tau, double largest_lag) {
    m.tau_s = tau;
    PlanFit fit;
    fit.largest_lag = largest_lag;
    std::string all;
    for (const std::string& note : plan_measurement(m, fit, 0.9).notes) all += note + ";";
    return all;
  };
  // exp(-2 0.8) = 0.2 of the contrast is left at 0.8 tau: most of the decay lies before, and was measured.
  EXPECT_EQ(notes(500.0, 0.4), "");
  EXPECT_NE(notes(2000.0, 0.4).find("lies beyond"), std::string::npos);  // exp(-0.4) = 0.67 or more
  EXPECT_EQ(notes(3.0, 0.4), "");                                        // exp(-2/3) = 0.51 at the first lag
  EXPECT_NE(notes(0.8, 0.4).find("lies before"), std::string::npos);
}

TEST(MeasurementPlan, ErrorsOfAStraightLine) {
  // y = a x + b at x = 0 .. 4 with independent errors 0.1: sigma_a = 0.1 / sqrt(10), sigma_b = 0.1 sqrt(3 / 5).
  Eigen::MatrixXd derivatives = Eigen::MatrixXd::Zero(5, plan_parameters);
  for (int k = 0; k < 5; ++k) {
    derivatives(k, plan_ln_tau) = k;
    derivatives(k, plan_baseline) = 1.0;
  }
  const PlanErrors errors = plan_errors(derivatives, 0.01 * Eigen::MatrixXd::Identity(5, 5), {true, false, false, true});
  EXPECT_NEAR(errors.claimed[plan_ln_tau], 0.1 / std::sqrt(10.0), 1e-9);
  EXPECT_NEAR(errors.claimed[plan_baseline], 0.1 * std::sqrt(0.6), 1e-9);
  // Within the half per cent that is always added.
  EXPECT_NEAR(errors.simple[plan_ln_tau], 0.1 / std::sqrt(10.0), 0.0002);
  EXPECT_NEAR(errors.best[plan_baseline], 0.1 * std::sqrt(0.6), 0.0005);
  EXPECT_EQ(errors.best[plan_ln_contrast], 0.0);
  // Two parameters that do the same cannot be told apart.
  derivatives.col(plan_ln_contrast) = derivatives.col(plan_ln_tau);
  EXPECT_TRUE(std::isinf(plan_errors(derivatives, Eigen::MatrixXd::Identity(5, 5), {true, false, true, false}).best[plan_ln_tau]));
}

TEST(MeasurementPlan, ErrorsScaleAsTheyMust) {
  Measurement m;
  m.sample = {1e5, 0.05, 0.01, 1.0};
  m.frames = 2000;
  m.tau_s = 50.0;
  m.exposure_s = 0.0;
  const PlanFit fit;
  const PlanErrors base = plan_measurement(m, fit, 0.9).errors;
  Measurement more = m;
  more.sample.pixels *= 4.0;
  EXPECT_NEAR(plan_measurement(more, fit, 0.9).errors.best[plan_ln_tau] / base.best[plan_ln_tau], 0.5, 1e-9);
  // Photon limited: errors fall as contrast times counts, and lags are as good as independent.
  Measurement dim = m;
  dim.sample.photons = 1e-4;
  Measurement dimmer = dim;
  dimmer.sample.photons = 0.5e-4;
  const PlanErrors at = plan_measurement(dim, fit, 0.9).errors, below = plan_measurement(dimmer, fit, 0.9).errors;
  EXPECT_NEAR(below.best[plan_ln_tau] / at.best[plan_ln_tau], 2.0, 0.01);
  EXPECT_NEAR(at.claimed[plan_ln_tau] / at.best[plan_ln_tau], 1.0, 0.02);
  // Speckle limited: more photons no longer help; fits that take lags as independent claim too much.
  Measurement bright = m;
  bright.sample.photons = 1e4;
  Measurement brighter = bright;
  brighter.sample.photons = 1e8;
  const PlanErrors much = plan_measurement(bright, fit, 0.9).errors, more_yet = plan_measurement(brighter, fit, 0.9).errors;
  EXPECT_NEAR(more_yet.simple[plan_ln_tau] / much.simple[plan_ln_tau], 1.0, 0.01);
  EXPECT_LT(much.claimed[plan_ln_tau], 0.7 * much.simple[plan_ln_tau]);
  EXPECT_LE(much.best[plan_ln_tau], 1.001 * much.simple[plan_ln_tau]);
  // What is known beforehand helps.
  PlanFit known;
  known.contrast = known.kww_exponent = false;
  EXPECT_LT(plan_measurement(m, known, 0.9).errors.best[plan_ln_tau], base.best[plan_ln_tau]);
}

TEST(MeasurementPlan, SimulatedMoviesAgreeWithTheClosedForm) {
  // Movies by the synthetic generators, photons of their own: nothing in common with the closed form.
  Measurement m;
  m.sample = {1e4, 0.5, 1.0, 1.0};
  m.frames = 100;
  m.tau_s = 6.0;
  PlanFit fit;
  fit.largest_lag = 0.3;
  for (const auto& [exposure, exponent] : {std::pair{0.1, 1.0}, std::pair{1.0, 0.7}}) {
    m.exposure_s = exposure;
    m.kww_exponent = exponent;
    const PlanErrors closed = plan_measurement(m, fit, 0.9).errors, simulated = plan_measurement(m, fit, 0.9, SimulatedMovies{400, 256, 3}).errors;
    // Standard errors of 400 movies are known to 3.5 %.
    for (const int k : {plan_ln_tau, plan_ln_exponent, plan_ln_contrast}) {
      EXPECT_NEAR(simulated.simple[k] / closed.simple[k], 1.0, 0.15) << exposure << " " << k;
      EXPECT_NEAR(simulated.best[k] / closed.best[k], 1.0, 0.15) << exposure << " " << k;
      EXPECT_NEAR(simulated.claimed[k] / closed.claimed[k], 1.0, 0.15) << exposure << " " << k;
    }
  }
  EXPECT_THROW(plan_measurement(m, fit, 0.9, SimulatedMovies{25, 256, 3}), Error);
  m.sample.photons = 1e-4;
  EXPECT_THROW(plan_measurement(m, fit, 0.9, SimulatedMovies{100, 256, 3}), Error);
}

TEST(MeasurementPlan, SaysWhatCannotBeMeasured) {
  Measurement m;
  m.sample = {1e5, 0.05, 1e-4, 1.0};
  m.tau_s = 1e5;
  const PlanResult slow = plan_measurement(m, {}, 0.9);
  EXPECT_GT(slow.errors.simple[plan_ln_tau], 1.0);
  EXPECT_EQ(slow.notes.size(), 2u);  // few photons in a frame, lags end before tau
  m.tau_s = 1e-4;
  EXPECT_FALSE(plan_measurement(m, {}, 0.9).errors.simple[plan_ln_tau] < 10.0);
}

}  // namespace
}  // namespace patina
