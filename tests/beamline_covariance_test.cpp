// SPDX-License-Identifier: BSD-3-Clause
// Truth: Schoenberg's theorem and the least eigenvalues that physics.md 3.11 lists; a matrix with known eigenvalues; the C library.
#include "beamline/field_covariance.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "beamline/clock.hpp"
#include "beamline/kernel.hpp"
#include "beamline/speckle_fields.hpp"
#include "core/error.hpp"

namespace patina {
namespace {

TEST(Kernel, AreTheirFormulas) {
  for (const double exponent : {0.1, 0.6, 1.0, 1.5, 2.0})
    for (const double x : {0.0, 1e-6, 0.3, 1.0, 4.0}) EXPECT_NEAR(kww(x, exponent), std::exp(-std::pow(x, exponent)), 1e-15);
  for (const double x : {1e-9, 1e-4, 0.3, 3.0, 50.0}) EXPECT_NEAR(sinc(x), std::sin(x) / x, 1e-14);
}

TEST(Kernel, LeastEigenvalue) {
  // 2 on the diagonal, -1 beside it: 2 - 2 cos(pi / (n + 1)).
  constexpr int n = 20;
  std::vector<double> matrix(n * n);
  for (std::size_t i = 0; i < n; ++i) matrix[i * n + i] = 2.0;
  for (std::size_t i = 1; i < n; ++i) matrix[i * n + i - 1] = -1.0;
  EXPECT_NEAR(least_eigenvalue(matrix, n), 2.0 - 2.0 * std::cos(std::acos(-1.0) / (n + 1)), 1e-13);
}

TEST(Kernel, ImpossibleExponentsAreNamedWithTheirEigenvalue) {
  EXPECT_EQ(fault_of_exponent(2.0), "");
  EXPECT_EQ(fault_of_exponent(0.05), "");
  const std::string fault = fault_of_exponent(2.2);
  EXPECT_NE(fault.find("exp(-s^2.2) is the correlation of no field: its least eigenvalue on 400 times is -"), std::string::npos) << fault;
  EXPECT_NE(fault_of_exponent(0.0).find("must be > 0"), std::string::npos);
  EXPECT_NE(fault_of_exponent(std::nan("")).find("must be > 0"), std::string::npos);
}

// The grid of physics.md: 400 times over a span of 4 (in units of which tau is given).
FieldCovariance local_tau(LocalTauForm form, double exponent, double tau0, double growth) {
  FieldCovariance covariance;
  covariance.frames = 400;
  covariance.local = LocalTau{form, exponent, {}, [=](double t) { return tau0 * std::exp(t / growth); }};
  for (int k = 0; k < 400; ++k) covariance.local->time_s.push_back(4.0 / 399.0 * k);
  return covariance;
}

std::string refusal(const FieldCovariance& covariance) {
  try {
    require_covariance(covariance, "/here");
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::bad_input);
    return error.what();
  }
  return "";
}

TEST(LocalTauTest, IsRefusedWhereTauChangesFast) {
  using enum LocalTauForm;
  const std::string fault = refusal(local_tau(at_earlier, 1.5, 0.2, 0.3));
  EXPECT_EQ(fault.find("/here: exp(-(|t2 - t1| / tau)^1.5) with tau at the earlier time is the correlation of no field: its least eigenvalue "
                       "on 400 of the 400 frames is -"),
            0u)
      << fault;
  for (const double exponent : {0.5, 1.0, 1.5}) EXPECT_NE(refusal(local_tau(at_middle, exponent, 0.2, 0.3)), "") << exponent;
  EXPECT_NE(refusal(local_tau(at_earlier, 1.0, 0.2, 0.3)), "");
  EXPECT_NE(refusal(local_tau(at_earlier, 1.5, 0.2, 1.0)).find("is -0.44"), std::string::npos) << refusal(local_tau(at_earlier, 1.5, 0.2, 1.0));
  EXPECT_NE(refusal(local_tau(paciorek_schervish, 2.2, 0.2, 3.0)), "");
}

TEST(LocalTauTest, IsTakenWhereTauChangesSlowlyOrTheFormIsACovariance) {
  using enum LocalTauForm;
  EXPECT_EQ(refusal(local_tau(at_earlier, 1.0, 0.2, 3.0)), "");
  EXPECT_EQ(refusal(local_tau(at_middle, 1.0, 0.2, 3.0)), "");
  for (const double exponent : {0.5, 1.0, 1.5, 2.0}) EXPECT_EQ(refusal(local_tau(paciorek_schervish, exponent, 0.2, 0.3)), "") << exponent;
  const FieldCovariance covariance = local_tau(paciorek_schervish, 1.0, 0.2, 0.3);
  EXPECT_NEAR(covariance.at(7, 7), 1.0, 1e-15);
  const double t1 = 40.0 / 399.0, t2 = 200.0 / 399.0;
  const double a = 0.2 * std::exp(t1 / 0.3), b = 0.2 * std::exp(t2 / 0.3), mean = 0.5 * (a * a + b * b);
  EXPECT_NEAR(covariance.at(10, 50), std::sqrt(a * b / mean) * std::exp(-(t2 - t1) / std::sqrt(mean)), 1e-14);
  EXPECT_EQ(covariance.at(10, 50), covariance.at(50, 10));
}

FieldCovariance stationary(int frames, double exponent, double step) {
  FieldCovariance covariance{frames, {{ClockedKernel::Form::kww, exponent, {}}}, {}};
  for (int k = 0; k < frames; ++k) covariance.kernels[0].s.push_back(step * k);
  return covariance;
}

std::string refusal_of(const FieldCovariance& covariance, const std::string& generator) {
  try {
    make_field_generator(covariance, {generator, 256}, "/here");
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::bad_input);
    return error.what();
  }
  return "";
}

TEST(Generators, SayWhyTheyDoNotSuit) {
  for (const char* name : {"automatic", "ar1", "cholesky", "modes", "circulant"})
    EXPECT_NE(refusal_of(stationary(50, 2.2, 0.1), name).find("exp(-s^2.2) is the correlation of no field"), std::string::npos) << name;
  EXPECT_EQ(refusal_of(stationary(50, 0.7, 0.1), "ar1"),
            "/here: generator = \"ar1\" cannot make this movie: only exp(-s) forgets all but the last frame, not exp(-s^0.7)");
  EXPECT_NE(refusal_of(stationary(5000, 0.7, 0.1), "cholesky").find("cannot make this movie: 5000 frames are more than 4096"), std::string::npos);
  FieldCovariance aged = local_tau(LocalTauForm::paciorek_schervish, 1.0, 3.0, 0.3);
  aged.frames = 5000;
  aged.local->time_s.clear();
  for (int k = 0; k < 5000; ++k) aged.local->time_s.push_back(1e-3 * k);
  EXPECT_NE(refusal_of(aged, "automatic").find("generator = \"automatic\" (cholesky) cannot make"), std::string::npos) << refusal_of(aged, "automatic");
  EXPECT_NE(refusal_of(stationary(50, 0.05, 0.1), "modes").find("exponents from 0.1 on"), std::string::npos);
  FieldCovariance uneven = stationary(50, 0.7, 0.1);
  uneven.kernels[0].s.back() += 0.01;
  EXPECT_NE(refusal_of(uneven, "circulant").find("does not go evenly"), std::string::npos);
  EXPECT_NE(refusal_of(stationary(50, 2.0, 1e-4), "circulant").find("must decay"), std::string::npos);
  EXPECT_NE(refusal_of(local_tau(LocalTauForm::paciorek_schervish, 1.0, 0.2, 0.3), "modes").find("a local tau has no clock"), std::string::npos);
}

// A fault that the 400 frames looked at hide is found by the decomposition: all of them are independent of one another but for two
// frames in between.
TEST(Generators, CholeskyFindsWhatEigenvaluesOfAPartDoNot) {
  FieldCovariance covariance;
  covariance.frames = 1200;
  covariance.local = LocalTau{LocalTauForm::at_middle, 1.0, {}, [](double t) { return std::abs(t - 601.0) < 0.1 ? 1e6 : 0.01; }};
  for (int k = 0; k < 1200; ++k) covariance.local->time_s.push_back(k);
  EXPECT_EQ(refusal(covariance), "");
  // Frames 600, 602 and 599, 603 have tau 1e6 at their middle: correlation 1 with each other and, through 601, with nothing.
  covariance.local->tau_s = [](double t) { return std::abs(t - 601.0) < 0.6 ? 1e6 : 0.01; };
  EXPECT_NE(refusal_of(covariance, "cholesky").find("there is no field of this correlation: given the frames before"), std::string::npos);
}

}  // namespace
}  // namespace patina
