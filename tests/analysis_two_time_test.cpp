// SPDX-License-Identifier: BSD-3-Clause
// Truth: the exact clock model |f|^2(t1,t2) = exp[-2 |s(t1)-s(t2)|^beta], ds/dt = exp(-t/tau*). For beta = 1
// and tau* = tau the age-centred cut is known to give tau 0.97 and beta 1.03 of the truth (cut-bias table
// computed with another program), and a fixed-start cut ends at exp[-2 (tau*/tau)^beta] = 0.135 instead of 0.
#include <gtest/gtest.h>

#include <cmath>

#include "analysis/kww.hpp"
#include "analysis/two_time.hpp"

namespace patina {
namespace {

// |f|^2 with tau(t) = exp(t / tau_star), so tau(t_w = 0) = 1; t_w = 0 lies in the middle of the record.
TwoTimeMatrix clock_model(double beta, double tau_star, double span, int count) {
  TwoTimeMatrix matrix;
  for (int i = 0; i < count; ++i) matrix.time.push_back(-span + 2.0 * span * i / (count - 1));
  const auto clock = [&](double t) { return -tau_star * std::expm1(-t / tau_star); };
  matrix.correlation.resize(count, count);
  for (int i = 0; i < count; ++i)
    for (int j = 0; j < count; ++j)
      matrix.correlation(i, j) =
          std::exp(-2.0 * std::pow(std::abs(clock(matrix.time[i]) - clock(matrix.time[j])), beta));
  return matrix;
}

KwwFit fit_cut(const TwoTimeCut& cut) {
  KwwData data;
  data.t_ps = cut.lag;
  data.value = cut.value;
  data.sigma.assign(cut.value.size(), 0.01);
  KwwOptions options;
  options.form = KwwForm::intensity;
  return fit_kww(data, options);
}

TEST(TwoTimeTest, CutsOfAnAgeingSampleAreBiasedAsKnown) {
  const auto matrix = clock_model(1.0, 1.0, 8.0, 801);
  const double frame = matrix.time[1] - matrix.time[0];
  const auto centred = fit_cut(cut_age_centred(matrix, -0.25 * frame, 0.25 * frame));
  ASSERT_EQ(centred.status, KwwStatus::fitted) << centred.reason;
  EXPECT_NEAR(centred.tau_ps.value, 0.97, 0.02);
  EXPECT_NEAR(centred.kww_exponent.value, 1.03, 0.05);
  const auto start = cut_fixed_start(matrix, -0.5 * frame, 0.5 * frame);
  EXPECT_NEAR(start.value.back(), 0.135, 0.001);  // exp(-2 tau*/tau)
}

TEST(TwoTimeTest, StationaryCutsAgreeInBothConventions) {
  TwoTimeMatrix matrix;
  for (int i = 0; i < 200; ++i) matrix.time.push_back(0.5 * i);
  matrix.correlation.resize(200, 200);
  for (int i = 0; i < 200; ++i)
    for (int j = 0; j < 200; ++j)
      matrix.correlation(i, j) = std::exp(-2.0 * std::pow(0.5 * std::abs(i - j) / 5.0, 0.7));
  const auto start = cut_fixed_start(matrix, 10.0, 40.0), centred = cut_age_centred(matrix, 40.0, 60.0);
  for (const auto* cut : {&start, &centred})
    for (std::size_t i = 0; i < cut->lag.size(); ++i)
      EXPECT_NEAR(cut->value[i], std::exp(-2.0 * std::pow(cut->lag[i] / 5.0, 0.7)), 1e-12);
  EXPECT_EQ(start.lag.front(), 0.5);  // the diagonal is left out
}

TEST(TwoTimeTest, CountsEveryPairOnceAndSkipsMissingOnes) {
  TwoTimeMatrix matrix;
  for (int i = 0; i < 6; ++i) matrix.time.push_back(i);
  matrix.correlation = Eigen::MatrixXd::Ones(6, 6);
  matrix.correlation(0, 1) = matrix.correlation(1, 0) = std::nan("");
  const auto cut = cut_fixed_start(matrix, 0.0, 10.0);
  ASSERT_EQ(cut.pairs.size(), 5u);
  EXPECT_EQ(cut.pairs, (std::vector<int>{4, 4, 3, 2, 1}));
  const auto grouped = logarithmic_lags(cut, 2);
  int total = 0;
  for (const int pairs : grouped.pairs) total += pairs;
  EXPECT_EQ(total, 14);
}

}  // namespace
}  // namespace patina
