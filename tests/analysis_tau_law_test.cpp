// SPDX-License-Identifier: BSD-3-Clause
// tau(T). Truth: the closed forms of the laws with normal noise of known size, drawn hundreds of times; T_g and fragility by hand from the
// parameters put in.
#include <gtest/gtest.h>

#include <cmath>

#include "analysis/tau_of_temperature.hpp"
#include "core/rng.hpp"
#include "core/units.hpp"
#include "pulls.hpp"

namespace patina {
namespace {

using test::Pulls;

constexpr double sigma = 0.08;
constexpr double T0 = 600.0, B = 2400.0, ln_tau_inf = std::log(0.02) - 1.0;  // of a CuZr melt in ps
constexpr double K = 2200.0, C = 1000.0;
constexpr double glass_tau = 1e4;
const std::vector<double> temperatures{820, 850, 880, 920, 960, 1000, 1050, 1100, 1200, 1300, 1500};

double vft(double T) { return ln_tau_inf + B / (T - T0); }
double myega(double T) { return ln_tau_inf + K / T * std::exp(C / T); }
double arrhenius(double T) { return -20.0 + 2.2 / (units::boltzmann_eV_per_K * T); }

double noise(int draw, int k) { return random_block(17, Stream::test, static_cast<std::uint64_t>(draw), static_cast<std::uint64_t>(k)).normal(0); }

std::vector<TauPoint> points(double (*law)(double), int draw, const std::vector<double>& at = temperatures, double error = sigma) {
  std::vector<TauPoint> out;
  for (std::size_t k = 0; k < at.size(); ++k) out.push_back({at[k], std::exp(law(at[k]) + error * noise(draw, static_cast<int>(k))), error});
  return out;
}

void expect_recovery(const char* name, double (*law)(double), const std::vector<double>& truth, double Tg, double m) {
  std::vector<Pulls> pulls(truth.size());
  Pulls of_Tg, of_m;
  for (int draw = 0; draw < 400; ++draw) {
    const TauLaw fit = fit_tau_law(name, points(law, draw), "ps", glass_tau);
    if (!fit.found) continue;  // counted below
    for (std::size_t k = 0; k < truth.size(); ++k) pulls[k].add(fit.parameters[k].value, truth[k], fit.parameters[k].error);
    ASSERT_TRUE(fit.glass_point.found) << fit.glass_point.reason;
    of_Tg.add(fit.glass_point.Tg_K, Tg, fit.glass_point.Tg_error_K);
    of_m.add(fit.glass_point.fragility, m, fit.glass_point.fragility_error);
  }
  for (std::size_t k = 0; k < truth.size(); ++k) pulls[k].expect(name, 390);
  of_Tg.expect("T_g", 390);
  of_m.expect("fragility", 390);
}

TEST(TauLaw, VftIsRecoveredWithItsErrors) {
  const double rise = std::log(glass_tau) - ln_tau_inf, Tg = T0 + B / rise;
  expect_recovery("vft", vft, {ln_tau_inf, B, T0}, Tg, B * Tg / ((Tg - T0) * (Tg - T0)) / std::log(10.0));
}

TEST(TauLaw, MyegaIsRecoveredWithItsErrors) {
  double low = 300.0, high = 2000.0;
  for (int k = 0; k < 100; ++k) (myega(0.5 * (low + high)) > std::log(glass_tau) ? low : high) = 0.5 * (low + high);
  expect_recovery("myega", myega, {ln_tau_inf, K, C}, low, (std::log(glass_tau) - ln_tau_inf) * (1.0 + C / low) / std::log(10.0));
}

TEST(TauLaw, ArrheniusIsRecoveredWithItsErrors) {
  const double Tg = 2.2 / units::boltzmann_eV_per_K / (std::log(glass_tau) + 20.0);
  expect_recovery("arrhenius", arrhenius, {-20.0, 2.2}, Tg, (std::log(glass_tau) + 20.0) / std::log(10.0));
}

TEST(TauLaw, ChiSquaredIsThatOfItsFreedoms) {
  double sum = 0.0;
  for (int draw = 0; draw < 400; ++draw) {
    const TauLaw fit = fit_tau_law("vft", points(vft, draw), "ps", 0.0);
    ASSERT_EQ(fit.degrees_of_freedom, 8);
    sum += fit.chi_squared / 400.0;
  }
  EXPECT_NEAR(sum, 8.0, 4.0 * std::sqrt(16.0 / 400.0));
}

// Without curvature T0, C and tau_inf are what was put in: at the 99 % level one draw in a hundred may claim one.
TEST(TauLaw, CurvatureThatIsNotThereIsRefused) {
  int claimed = 0;
  for (int draw = 0; draw < 400; ++draw)
    for (const char* name : {"vft", "myega"}) {
      const TauLaw fit = fit_tau_law(name, points(arrhenius, draw), "ps", glass_tau);
      claimed += fit.found;
      if (!fit.found) {
        EXPECT_NE(fit.reason.find("straight line"), std::string::npos) << fit.reason;
      }
    }
  EXPECT_LE(claimed, 20);
}

TEST(TauLaw, DegenerateInputIsRefusedWithTheReason) {
  EXPECT_NE(fit_tau_law("vft", points(vft, 0, {900, 1000, 1100}), "ps", 0.0).reason.find("at least 4"), std::string::npos);
  EXPECT_NE(fit_tau_law("arrhenius", points(vft, 0, {900, 901, 902, 903}), "ps", 0.0).reason.find("no law of T"), std::string::npos);
  const TauLaw inverted = fit_tau_law("arrhenius", points([](double T) { return 0.01 * T; }, 0), "ps", 0.0);
  EXPECT_FALSE(inverted.found);
  EXPECT_NE(inverted.reason.find("does not grow"), std::string::npos) << inverted.reason;
  // 100 s in ps: ten decades beyond data that span three.
  const TauLaw far = fit_tau_law("vft", points(vft, 0), "ps", 1e14);
  ASSERT_TRUE(far.found);
  EXPECT_FALSE(far.glass_point.found);
  EXPECT_NE(far.glass_point.reason.find("decades beyond"), std::string::npos) << far.glass_point.reason;
}

TEST(TauLaw, WhatDoesNotFitHasLargerErrorsAndAWarning) {
  auto bad = points(vft, 1);
  for (std::size_t k = 0; k < bad.size(); ++k) bad[k].tau *= k % 2 ? 1.4 : 0.7;
  const TauLaw fit = fit_tau_law("vft", bad, "ps", 0.0), good = fit_tau_law("vft", points(vft, 1), "ps", 0.0);
  ASSERT_TRUE(fit.found) << fit.reason;
  ASSERT_EQ(fit.warnings.size(), 1u);
  EXPECT_GT(fit.parameters[2].error, 2.0 * good.parameters[2].error);
}

double broken(double T) { return T > 840.0 ? vft(T) : vft(840.0) + 0.45 / units::boltzmann_eV_per_K * (1.0 / T - 1.0 / 840.0); }
const std::vector<double> across{600, 650, 700, 750, 800, 860, 880, 920, 960, 1000, 1050, 1100, 1200, 1300, 1500};

std::vector<MeasuredTau> measured(double (*law)(double), int draw, const std::vector<double>& at, double error = sigma) {
  std::vector<MeasuredTau> out;
  for (const auto& point : points(law, draw, at, error)) out.push_back({point, {}, ""});
  return out;
}

// Errors so small that VFT and MYEGA are told apart: else the crossing lies between what both say.
TEST(TauOfTemperature, BranchesAreFoundWithWhereTheyCross) {
  Pulls crossing, energy;
  int divided = 0;
  for (int draw = 0; draw < 400; ++draw) {
    const auto found = analyse_tau_of_temperature(measured(broken, draw, across, 0.02), "ps", {});
    if (found.glass.size() == 5) ++divided;
    ASSERT_TRUE(found.glass_law.found);
    energy.add(found.glass_law.parameters[1].value, 0.45, found.glass_law.parameters[1].error);
    ASSERT_TRUE(found.crossing.found) << found.crossing.reason;
    crossing.add(found.crossing.temperature_K, 840.0, found.crossing.error_K);
  }
  EXPECT_GE(divided, 390);
  crossing.expect("crossing", 390);
  energy.expect("glass", 390);
}

// Where they are not, the error must still be that of what many draws scatter about the truth.
TEST(TauOfTemperature, ErrorsHoldWhatTheLawsDifferBy) {
  double squares = 0.0, error = 0.0;
  for (int draw = 0; draw < 400; ++draw) {
    const auto found = analyse_tau_of_temperature(measured(broken, draw, across), "ps", {});
    ASSERT_TRUE(found.crossing.found) << found.crossing.reason;
    squares += std::pow(found.crossing.temperature_K - 840.0, 2) / 400.0;
    error += found.crossing.error_K / 400.0;
  }
  EXPECT_NEAR(error / std::sqrt(squares), 1.0, 0.15);
}

TEST(TauOfTemperature, EquilibriumIsNotSplit) {
  int split = 0;
  for (int draw = 0; draw < 200; ++draw) split += !analyse_tau_of_temperature(measured(vft, draw, temperatures), "ps", {}).glass.empty();
  EXPECT_LE(split, 2);
}

// Marks and a stated temperature go before what the data suggest.
TEST(TauOfTemperature, MarksAreKept) {
  auto points = measured(broken, 3, across);
  EXPECT_EQ(analyse_tau_of_temperature(points, "ps", {.glass_below_K = 720.0}).glass.size(), 3u);
  for (auto& one : points) one.equilibrium = one.point.temperature_K > 900.0;
  const auto found = analyse_tau_of_temperature(points, "ps", {});
  EXPECT_EQ(found.glass.size(), 7u);
  EXPECT_EQ(found.split_by, "as the points are marked");
}

TEST(TauOfTemperature, VftAndMyegaAreToldApartOnlyWhereTheyDiffer) {
  const auto narrow = analyse_tau_of_temperature(measured(vft, 5, temperatures), "ps", {});
  ASSERT_GE(narrow.best, 0);
  EXPECT_TRUE(narrow.laws[1].found && narrow.laws[2].found);
  std::vector<double> wide;
  for (double T = 640.0; T < 3000.0; T *= 1.06) wide.push_back(T);
  std::vector<MeasuredTau> exact;
  for (const auto& point : points(vft, 5, wide, 0.03)) exact.push_back({point, true, ""});
  const auto told = analyse_tau_of_temperature(exact, "ps", {});
  EXPECT_TRUE(told.law_known) << told.text;
  EXPECT_EQ(told.laws[static_cast<std::size_t>(told.best)].name, "vft");
}

}  // namespace
}  // namespace patina
