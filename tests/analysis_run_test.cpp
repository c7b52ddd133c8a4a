// SPDX-License-Identifier: BSD-3-Clause
// Truth: run folders written from a known kink temperature, a known clock tau(t) = tau0 exp(t/tau*) and a
// known KWW kernel; chi^2 and Student's t for false alarms of the ageing verdict.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>

#include "analysis/chi_squared.hpp"
#include "analysis/run_analysis.hpp"
#include "core/error.hpp"
#include "core/rng.hpp"
#include "scratch_folder.hpp"
#include "synthetic_run.hpp"

namespace patina {
namespace {

using test::ScratchFolder;
using test::SyntheticRun;

RunAnalysis analyse(const SyntheticRun& run) {
  ScratchFolder folder;
  write_synthetic_run(folder.path(), run);
  return analyse_run(read_run_data(folder.path()), {});
}

TEST(RunAnalysisTest, RecoversWhatTheFolderWasMadeFrom) {
  const SyntheticRun run;
  const auto analysis = analyse(run);
  EXPECT_EQ(analysis.atoms, 1500);

  ASSERT_EQ(analysis.quenches.size(), 1u);
  EXPECT_NEAR(analysis.quenches[0].rate_K_per_s, 2e13, 1e10);
  EXPECT_EQ(analysis.quenches[0].first_K, 2000.0);  // as the input says; the first row stands at 1998 K
  EXPECT_EQ(analysis.quenches[0].last_K, 300.0);
  ASSERT_EQ(analysis.quenches[0].observables.size(), 2u);
  for (const auto& observable : analysis.quenches[0].observables) {
    ASSERT_TRUE(observable.transition.fit.found) << observable.transition.fit.reason;
    EXPECT_NEAR(observable.transition.fit.Tg_K, run.kink_K, 4.0 * observable.transition.bootstrap_error_K);
  }

  ASSERT_EQ(analysis.relaxation.size(), 1u);
  const auto& relaxation = analysis.relaxation[0];
  EXPECT_NEAR(relaxation.temperature_K, 850.0, 3.0);
  int fitted = 0;
  for (const auto& one : relaxation.coherent.fits) {
    if (one.fit.status != KwwStatus::fitted) continue;
    ++fitted;
    // A fixed-start cut feels the slowing clock: up to a fifth too long while tau < tau*/3 (cut-bias table).
    const double truth = run.tau0_ps * std::exp(one.waiting_time_ps / run.tau_star_ps);
    const double error = one.fit.tau_ps.error / one.fit.tau_ps.value;
    EXPECT_GT(std::log(one.fit.tau_ps.value / truth), -4.0 * error) << one.waiting_time_ps;
    EXPECT_LT(std::log(one.fit.tau_ps.value / truth), 4.0 * error + std::log(1.2)) << one.waiting_time_ps;
    EXPECT_NEAR(one.fit.kww_exponent.value, run.kww_exponent, 4.0 * one.fit.kww_exponent.error + 0.1);
  }
  EXPECT_GE(fitted, 5);
  EXPECT_TRUE(relaxation.ageing.changes) << relaxation.ageing.text;
  // One sample does not tell how samples scatter.
  EXPECT_FALSE(relaxation.ageing.resolved) << relaxation.ageing.text;
  EXPECT_NE(relaxation.ageing.text.find("is not included"), std::string::npos) << relaxation.ageing.text;
  ASSERT_EQ(relaxation.self.size(), 2u);
  EXPECT_EQ(relaxation.self[0].curves.label, "Cu");
  EXPECT_LT(relaxation.self[0].fits[0].fit.tau_ps.value, relaxation.self[1].fits[0].fit.tau_ps.value);

  ASSERT_EQ(analysis.structure.size(), 1u);
  EXPECT_NEAR(analysis.structure[0].peak.q_inv_A, 2.8, 0.03);
}

// An exponential clock slows down by exp(T/2 tau*) from the middle of one half of the record T to that of the other.
TEST(RunAnalysisTest, TellsTheHalvesOfAnAgeingHoldApart) {
  SyntheticRun run;
  run.quench = run.structure = false;
  run.replicas = 4;
  const auto analysis = analyse(run);
  const auto hold = std::find_if(analysis.holds.begin(), analysis.holds.end(), [](const HoldAnalysis& one) { return !one.relaxation.empty(); });
  ASSERT_NE(hold, analysis.holds.end());
  const auto& halves = hold->relaxation[0].halves;
  const double apart_ps = halves[1].waiting_time_ps - halves[0].waiting_time_ps;
  const double found = std::log(halves[1].fit.tau_ps.value / halves[0].fit.tau_ps.value), truth = apart_ps / run.tau_star_ps;
  const double error = std::hypot(halves[0].fit.tau_ps.error / halves[0].fit.tau_ps.value, halves[1].fit.tau_ps.error / halves[1].fit.tau_ps.value);
  EXPECT_GT(truth, 4.0 * error);
  EXPECT_NEAR(found, truth, 4.0 * error);
}

TEST(RunAnalysisTest, FindsNoAgeingWhereThereIsNone) {
  SyntheticRun run;
  run.tau_star_ps = std::numeric_limits<double>::infinity();
  run.quench = run.structure = false;
  const auto analysis = analyse(run);
  ASSERT_EQ(analysis.relaxation.size(), 1u);
  EXPECT_FALSE(analysis.relaxation[0].ageing.changes) << analysis.relaxation[0].ageing.text;
  for (const auto& one : analysis.relaxation[0].age_centred)
    EXPECT_NEAR(one.fit.tau_ps.value, run.tau0_ps, 4.0 * one.fit.tau_ps.error);
  // The halves of the hold, too.
  const auto hold = std::find_if(analysis.holds.begin(), analysis.holds.end(), [](const HoldAnalysis& one) { return !one.relaxation.empty(); });
  ASSERT_NE(hold, analysis.holds.end());
  EXPECT_EQ(hold->protocol_step, analysis.relaxation[0].data.protocol_step);
  for (const auto& half : hold->relaxation[0].halves) EXPECT_NEAR(half.fit.tau_ps.value, run.tau0_ps, 4.0 * half.fit.tau_ps.error);
  const MeanWithError change = difference(hold->halves[0].enthalpy_eV_per_atom, hold->halves[1].enthalpy_eV_per_atom);
  EXPECT_LT(std::abs(change.value), 4.0 * change.error);
  EXPECT_EQ(analysis.notes.size(), 2u);  // no quench, no S(q)
}

TEST(RunAnalysisTest, ReplicasAreMergedAndNarrowTheErrors) {
  SyntheticRun run;
  run.tau_star_ps = std::numeric_limits<double>::infinity();
  run.quench = run.structure = false;
  run.waiting_times = 1;
  const auto one = analyse(run);
  run.replicas = 4;
  const auto four = analyse(run);
  EXPECT_EQ(four.replicas, 4);
  // One curve has no shape in common with others, but its tau is known.
  EXPECT_EQ(one.relaxation[0].ageing.text, "tau can be compared at 1 waiting time(s); at least 3 are needed to tell ageing");
  EXPECT_EQ(four.relaxation[0].data.modes, 4 * one.relaxation[0].data.modes);
  const auto& narrow = four.relaxation[0].coherent.fits[0];
  const auto& wide = one.relaxation[0].coherent.fits[0];
  // 1/sqrt(4) for every lag; the error of an error from 400 modes is 1/sqrt(800), 3.5 %, and lags share
  // modes.
  const auto& f_errors = one.relaxation[0].coherent.curves.f_errors;
  for (Eigen::Index lag = 1; lag < f_errors.cols(); ++lag)
    EXPECT_NEAR(f_errors(0, lag) / four.relaxation[0].coherent.curves.f_errors(0, lag), 2.0, 0.3);
  EXPECT_LT(narrow.fit.tau_ps.error, 0.7 * wide.fit.tau_ps.error);
  EXPECT_NEAR(narrow.fit.tau_ps.value, run.tau0_ps, 4.0 * narrow.fit.tau_ps.error);
  // Four replicas give the error itself to some 40 %: the jackknife must agree with the model within a
  // factor 3.
  EXPECT_GT(narrow.scatter.log_tau, narrow.fit.tau_ps.error / narrow.fit.tau_ps.value / 3.0);
  EXPECT_LT(narrow.scatter.log_tau, narrow.fit.tau_ps.error / narrow.fit.tau_ps.value * 3.0);
}

// Truth: for a mean of n numbers the jackknife is their standard error, exactly. The replicas' ln tau of a stationary run are
// close to such numbers, tau of all being close to their mean, so that both errors agree within their own uncertainty.
TEST(RunAnalysisTest, ScatterIsThatOfTheReplicas) {
  SyntheticRun run;
  run.tau_star_ps = std::numeric_limits<double>::infinity();
  run.quench = run.structure = false;
  run.waiting_times = 2;
  run.replicas = 5;
  ScratchFolder folder;
  write_synthetic_run(folder.path(), run);
  const auto all = analyse_run(read_run_data(folder.path()), {}).relaxation[0];
  std::vector<RelaxationAnalysis> each;
  for (int r = 0; r < run.replicas; ++r)
    each.push_back(analyse_run(read_run_data(fmt::format("{}/replica_{:03d}", folder.path(), r)), {}).relaxation[0]);
  const auto standard_error = [&](auto&& number) {
    double sum = 0.0, squares = 0.0;
    for (const auto& one : each) sum += number(one) / 5.0;
    for (const auto& one : each) squares += std::pow(number(one) - sum, 2);
    return std::sqrt(squares / (5.0 * 4.0));
  };
  const double nonlinear = 1.5;  // tau is no linear function of the curves, and the amplitude rests at its bound at times
  const auto agree = [&](double a, double b) { return a < nonlinear * b && b < nonlinear * a; };
  for (std::size_t w = 0; w < 2; ++w) {
    const auto& scatter = all.coherent.fits[w].scatter;
    const auto fit = [&](const RelaxationAnalysis& one) { return one.coherent.fits[w].fit; };
    const double tau = standard_error([&](const auto& one) { return std::log(fit(one).tau_ps.value); });
    const double beta = standard_error([&](const auto& one) { return fit(one).kww_exponent.value; });
    const double mean = standard_error([&](const auto& one) { return std::log(fit(one).mean_tau_ps); });
    EXPECT_TRUE(agree(scatter.log_tau, tau)) << scatter.log_tau << " " << tau;
    EXPECT_TRUE(agree(scatter.exponent, beta)) << scatter.exponent << " " << beta;
    EXPECT_TRUE(agree(scatter.log_mean_tau, mean)) << scatter.log_mean_tau << " " << mean;
  }
  ASSERT_EQ(all.age_centred.size(), 4u);
  for (std::size_t k = 0; k < 4; ++k) {
    const double tau = standard_error([&](const auto& one) { return std::log(one.age_centred[k].fit.tau_ps.value); });
    EXPECT_TRUE(agree(all.age_centred[k].scatter.log_tau, tau)) << all.age_centred[k].scatter.log_tau << " " << tau;
  }
}

// Truth: the wider of two intervals, by hand.
TEST(RunAnalysisTest, IntervalsAreTheWiderOnes) {
  WaitingTimeFit one;
  one.fit.tau_ps = {10.0, 1.0, 9.0, 11.0, false};
  one.fit.kww_exponent = {0.6, 0.05, 0.55, 0.65, false};
  one.fit.amplitude = {0.8, 0.1, 0.7, 0.9, false};
  one.fit.mean_tau_ps = 15.0;
  one.fit.mean_tau_error_ps = 3.0;
  const auto fit_alone = intervals_68(one);
  EXPECT_EQ(fit_alone.tau_ps.lower, 9.0);
  EXPECT_EQ(fit_alone.kww_exponent.upper, 0.65);
  EXPECT_EQ(fit_alone.mean_tau_ps.upper, 18.0);
  one.scatter = {std::log(2.0), 0.1, 0.05, std::log(3.0)};
  const auto wider = intervals_68(one);
  EXPECT_NEAR(wider.tau_ps.lower, 5.0, 1e-12);
  EXPECT_NEAR(wider.tau_ps.upper, 20.0, 1e-12);
  EXPECT_NEAR(wider.kww_exponent.lower, 0.5, 1e-12);
  EXPECT_EQ(wider.amplitude.lower, 0.7);
  EXPECT_EQ(wider.amplitude.upper, 0.9);
  EXPECT_NEAR(wider.mean_tau_ps.upper, 45.0, 1e-12);
}

TEST(RunAnalysisTest, OneReplicaByItselfKnowsTheInput) {
  SyntheticRun run;
  run.replicas = 2;
  ScratchFolder folder;
  write_synthetic_run(folder.path(), run);
  const auto analysis = analyse_run(read_run_data(folder / "replica_000"), {});
  EXPECT_EQ(analysis.replicas, 1);
  EXPECT_EQ(analysis.quenches.size(), 1u);
}

TEST(RunAnalysisTest, ReplicasResolveAgeing) {
  SyntheticRun run;
  run.quench = run.structure = false;
  run.replicas = 4;
  const auto ageing = analyse(run).relaxation[0].ageing;
  EXPECT_TRUE(ageing.scatter_known);
  EXPECT_TRUE(ageing.resolved) << ageing.text;
}

// Truth: the weighted mean by hand. The cells of replicas differ, so bins hold other vectors, or none.
TEST(RunAnalysisTest, StructureFactorsMeetInTheirBins) {
  StructureData a{"s", 0, {1.01, 1.11, 1.31}, {1.0, 2.0, 3.0}, {0.1, 0.1, 0.1}, {10, 11, 13}, {1, 3, 2}};
  StructureData b{"s", 0, {1.14, 1.24, 1.34}, {4.0, 5.0, 6.0}, {0.1, 0.2, 0.4}, {11, 12, 13}, {1, 2, 2}};
  const StructureData both = merge_replicas(std::vector<StructureData>{a, b});
  EXPECT_EQ(both.bin, (std::vector<int>{10, 11, 12, 13}));
  EXPECT_EQ(both.vectors, (std::vector<int>{1, 4, 2, 4}));
  const double q[] = {1.01, (3 * 1.11 + 1.14) / 4, 1.24, (1.31 + 1.34) / 2}, s[] = {1.0, 2.5, 5.0, 4.5};
  const double error[] = {0.1, std::sqrt(9 * 0.01 + 0.01) / 4, 0.2, std::sqrt(0.01 + 0.16) / 2};
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_NEAR(both.q_inv_A[i], q[i], 1e-14);
    EXPECT_NEAR(both.s_x[i], s[i], 1e-14);
    EXPECT_NEAR(both.s_x_errors[i], error[i], 1e-14);
  }
}

TEST(RunAnalysisTest, NamesWhatIsWrongWithAFolder) {
  ScratchFolder folder;
  EXPECT_THROW(read_run_data(folder.path()), Error);
  std::ofstream(folder / "thermo.csv") << "step,time_ps\n0,0.0\n1,none\n";
  try {
    read_run_data(folder.path());
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::bad_input);
    EXPECT_NE(std::string(error.what()).find("thermo.csv:3"), std::string::npos) << error.what();
  }
}

// A run whose table is empty, or has names alone, cannot be analysed; a replica like that is left out, and told.
TEST(RunAnalysisTest, WhatHasNotBegunIsNamed) {
  const ScratchFolder folder;
  for (const char* text : {"", "step,time_ps,temperature_K,kinetic_energy_eV\n"}) {
    std::ofstream(folder / "thermo.csv") << text;
    try {
      read_run_data(folder.path());
      FAIL();
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::bad_input);
      EXPECT_NE(std::string(error.what()).find("thermo.csv: has no line of numbers"), std::string::npos) << error.what();
    }
  }
  for (const char* name : {"run/replica_0000", "run/replica_0001"}) std::filesystem::create_directories(folder / name);
  std::ofstream(folder / "run/replica_0000/thermo.csv") << "step,time_ps,temperature_K,kinetic_energy_eV\n0,0,300,3.9\n";
  std::ofstream(folder / "run/replica_0001/thermo.csv") << "step,time_ps,temperature_K,kinetic_energy_eV\n";
  const RunData run = read_run_data(folder / "run");
  EXPECT_EQ(run.replicas, std::vector<std::string>{folder / "run/replica_0000"});
  EXPECT_EQ(run.not_begun, std::vector<std::string>{folder / "run/replica_0001"});
  const auto notes = analyse_run(run, {}).notes;
  EXPECT_TRUE(std::any_of(notes.begin(), notes.end(), [](const std::string& note) { return note.find("replica_0001/thermo.csv has no line") != std::string::npos; }));
}

std::vector<AgeingPoint> ageing_points(double tau_star, double log_error, int trial) {
  std::vector<AgeingPoint> points;
  int i = 0;
  for (const double t : {0.0, 5.0, 10.0, 20.0, 40.0, 80.0, 120.0})
    points.push_back(
        {t, 3.0 * std::exp(t / tau_star + log_error * random_block(5, Stream::test, trial, i++).normal(0)),
         log_error});
  return points;
}

TEST(AgeingLawTest, FalseAlarmsAreRare) {
  int alarms = 0;
  for (int trial = 0; trial < 400; ++trial)
    alarms += judge_ageing(ageing_points(std::numeric_limits<double>::infinity(), 0.1, trial)).changes;
  EXPECT_LE(alarms, 20);  // 5 %; three laws at 1 % each are tried
}

TEST(AgeingLawTest, RecoversAnExponentialClock) {
  const auto verdict = judge_ageing(ageing_points(60.0, 0.02, 0));
  ASSERT_TRUE(verdict.changes);
  EXPECT_EQ(verdict.laws[verdict.best].name, "exponential");
  EXPECT_NEAR(verdict.laws[verdict.best].parameters[0].value, 3.0, 0.15);
  EXPECT_NEAR(verdict.laws[verdict.best].parameters[1].value, 60.0, 6.0);
  EXPECT_NEAR(ageing_tau(verdict.laws[verdict.best], 60.0), 3.0 * std::exp(1.0), 0.5);
}

// Truth: quantiles of the printed tables (Abramowitz and Stegun, table 26.8).
TEST(ChiSquaredTest, AgreesWithTheTables) {
  EXPECT_NEAR(chi_squared_probability(3.84146, 1), 0.05, 1e-6);
  EXPECT_NEAR(chi_squared_probability(9.21034, 2), 0.01, 1e-7);
  EXPECT_NEAR(chi_squared_probability(7.81473, 3), 0.05, 1e-6);
  EXPECT_NEAR(chi_squared_probability(18.3070, 10), 0.05, 1e-6);
  EXPECT_NEAR(chi_squared_probability(61.0983, 31), 0.001, 1e-6);
  EXPECT_EQ(chi_squared_probability(0.0, 4), 1.0);
  EXPECT_EQ(chi_squared_probability(7.0, 0), 1.0);
}

// A tau of 3 ps at every waiting time, with errors of 10 %, and bounds where no fit was possible.
std::vector<AgeingPoint> steady_points() { return ageing_points(std::numeric_limits<double>::infinity(), 0.1, 0); }

TEST(AgeingLawTest, ClaimsNoConstancyAgainstALowerBound) {
  const auto alone = judge_ageing(steady_points());
  EXPECT_TRUE(alone.constant);
  EXPECT_EQ(alone.text, "tau is constant within its errors");
  const auto against = judge_ageing(steady_points(), {{160.0, 9.0, "tau is too long for the lags"}});
  EXPECT_FALSE(against.constant);
  EXPECT_TRUE(against.contradicted);
  EXPECT_EQ(against.text.find("is constant within"), std::string::npos) << against.text;
  EXPECT_NE(against.text.find("1 of 8 waiting times left out: at 160 ps tau is too long for the lags (above 9 ps)"),
            std::string::npos)
      << against.text;
  // A bound below tau contradicts nothing, but it is told.
  const auto beside = judge_ageing(steady_points(), {{160.0, 1.0, "tau is too long for the lags"}});
  EXPECT_TRUE(beside.constant);
  EXPECT_NE(beside.text.find("1 of 8 waiting times left out"), std::string::npos) << beside.text;
}

// Three points of the run in which this was found: chi^2 = 7.2 for 2 degrees of freedom, less than chance allows.
TEST(AgeingLawTest, ClaimsNoConstancyThatDoesNotFit) {
  const double error = 0.2;
  const std::vector<AgeingPoint> points = {{0, 6.3, error}, {1, 5.2, error}, {2.5, 10.2, error}};
  double mean = 0.0, chi_squared = 0.0;
  for (const auto& point : points) mean += std::log(point.tau_ps) / 3.0;
  for (const auto& point : points) chi_squared += std::pow((std::log(point.tau_ps) - mean) / error, 2);
  ASSERT_GT(chi_squared, 5.99146);  // 95 % quantile, two degrees of freedom
  const auto verdict = judge_ageing(points);
  ASSERT_FALSE(verdict.changes);
  EXPECT_FALSE(verdict.constant);
  EXPECT_NE(verdict.text.find("a constant does not fit"), std::string::npos) << verdict.text;
}

TEST(AgeingLawTest, BoundsStandAgainstGrowthAndFall) {
  std::vector<AgeingPoint> growing, falling;
  for (const auto& point : ageing_points(60.0, 0.02, 0)) growing.push_back(point);
  for (const auto& point : ageing_points(-60.0, 0.02, 0)) falling.push_back(point);
  for (auto* points : {&growing, &falling})
    for (auto& point : *points) point.log_tau_without.assign(5, std::log(point.tau_ps));
  EXPECT_TRUE(judge_ageing(growing).resolved);
  // Longer than the last tau of 22 ps, and later: growth goes on. The same bound before it: no growth.
  EXPECT_TRUE(judge_ageing(growing, {{160.0, 50.0, ""}}).resolved);
  EXPECT_FALSE(judge_ageing(growing, {{2.0, 50.0, ""}}).resolved);
  EXPECT_NE(judge_ageing(falling).text.find("no ageing: tau falls"), std::string::npos);
  EXPECT_EQ(judge_ageing(falling, {{160.0, 50.0, ""}}).text.find("no ageing: tau falls"), std::string::npos);
}

// Truth: tau doubles by a power law. Five waiting times with errors of 5 % fit an exponential as well; to name it is
// an error that may happen to one in twenty only (the law that is true is rejected at 5 %).
TEST(AgeingLawTest, DoesNotNameALawThatIsNotTheOnlyOne) {
  int wrong = 0, changes = 0;
  for (int trial = 0; trial < 200; ++trial) {
    std::vector<AgeingPoint> points;
    int i = 0;
    for (const double t : {0.0, 1.0, 2.5, 6.0, 12.0})
      points.push_back({t, 7.5 * (1.0 + t / 12.0) * std::exp(0.05 * random_block(7, Stream::test, trial, i++).normal(0)), 0.05});
    const auto verdict = judge_ageing(points);
    changes += verdict.changes;
    wrong += verdict.law_known && verdict.laws[verdict.best].name != "power";
  }
  EXPECT_GT(changes, 190);
  EXPECT_LE(wrong, 20);  // 10 expected
}

// With errors of 2 % over e^2 only the exponential is left; with 15 % over a factor 1.6 every growing law fits.
TEST(AgeingLawTest, NamesALawOnlyWhereTheDataTellIt) {
  EXPECT_TRUE(judge_ageing(ageing_points(60.0, 0.02, 0)).law_known);
  const std::vector<AgeingPoint> few = {{0, 8.5, 0.4}, {1, 9.1, 0.4}, {2.5, 9.6, 0.4}, {6, 13, 0.4}, {12, 15, 0.4}};
  std::vector<AgeingPoint> points = few;
  for (auto& point : points) point.log_error = 0.06;
  points[0].log_error = 0.03;
  const auto verdict = judge_ageing(points);
  EXPECT_TRUE(verdict.changes);
  EXPECT_NE(verdict.text.find("from 8.5"), std::string::npos) << verdict.text;
  EXPECT_FALSE(judge_ageing(few).changes);
}

// Points of `replicas` samples whose ln tau grows by t_w/tau_star plus, in each sample, a random slope of standard
// deviation `wander` per 120 ps: the noise that q vectors cannot know.
std::vector<AgeingPoint> wandering_points(double tau_star, double wander, int replicas, int trial) {
  std::vector<AgeingPoint> points = ageing_points(tau_star, 0.02, trial);
  std::vector<double> slope;
  double sum = 0.0;
  for (int r = 0; r < replicas; ++r) {
    slope.push_back(wander / 120.0 * random_block(6, Stream::test, trial, r).normal(0));
    sum += slope.back();
  }
  for (auto& point : points) {
    const double log_tau = std::log(point.tau_ps), t = point.waiting_time_ps;
    point.tau_ps = std::exp(log_tau + t * sum / replicas);
    for (const double one : slope) point.log_tau_without.push_back(log_tau + t * (sum - one) / (replicas - 1));
  }
  return points;
}

// chi^2 alone takes the wandering of the samples for ageing; Student's t with 99 % does so once in 200 (growth only).
TEST(AgeingLawTest, ScatterBetweenReplicasIsNoAgeing) {
  int changes = 0, resolved = 0;
  for (int trial = 0; trial < 400; ++trial) {
    const auto verdict = judge_ageing(wandering_points(std::numeric_limits<double>::infinity(), 0.3, 5, trial));
    changes += verdict.changes;
    resolved += verdict.resolved;
  }
  EXPECT_GT(changes, 200);
  EXPECT_LE(resolved, 10);  // 2 expected
}

TEST(AgeingLawTest, GrowthBeyondTheScatterIsResolved) {
  EXPECT_TRUE(judge_ageing(wandering_points(60.0, 0.1, 5, 0)).resolved);
  const auto one_sample = judge_ageing(ageing_points(60.0, 0.02, 0));
  EXPECT_FALSE(one_sample.resolved);
  EXPECT_NE(one_sample.text.find("is not included"), std::string::npos) << one_sample.text;
  EXPECT_EQ(one_sample.text.find("resolved"), std::string::npos) << one_sample.text;
}

TEST(AgeingLawTest, DoesNotCallAFallingTauAgeing) {
  const auto verdict = judge_ageing(wandering_points(-60.0, 0.1, 5, 0));
  EXPECT_TRUE(verdict.changes);
  EXPECT_FALSE(verdict.resolved);
  EXPECT_NE(verdict.text.find("no ageing: tau falls"), std::string::npos) << verdict.text;
}

TEST(AgeingLawTest, SaysThatTwoPointsAreNotEnough) {
  EXPECT_FALSE(judge_ageing({{0.0, 1.0, 0.1}, {1.0, 9.0, 0.1}}).resolved);
}

}  // namespace
}  // namespace patina
