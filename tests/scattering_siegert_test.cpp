// SPDX-License-Identifier: BSD-3-Clause
// Truth: Siegert's relation on an equilibrium liquid of 2000 atoms, with the closed-form errors of P fully
// coherent, independent speckles (no photons). With rho = |f|^2:
//   E[C(t1,t2)] = 1 + rho + (rho^2 - 3 rho)/P,     Var C = (1 + 4 rho - 3 rho^2 + 2 rho^3)/P,
//   noise of C(t, t + lag) decays along t as rho_s^2, so its mean over T starts has variance Var C sum_s
//   rho_s^2 / T (exact at lag 0 and at lags beyond the relaxation time)
// [physics.md 3.5, 3.6, 3.8]. C comes from the intensities of the speckles, f from the fields.
// The liquid is chaotic: another compiler gives another sample, so bounds are four standard errors.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>

#include "core/hdf5.hpp"
#include "liquid_run.hpp"
#include "scratch_folder.hpp"
#include "statistics.hpp"

namespace patina {
namespace {

constexpr double standard_errors = 4.0;

struct Speckles {
  std::size_t frames = 0, speckles = 0;
  double interval_ps = 0.0;
  std::vector<float> intensity;  // (frame, speckle)
  std::vector<double> mean;      // of each frame
  std::vector<double> f;         // per lag, averaged over all starts
  // C of two frames.
  double correlation(std::size_t t1, std::size_t t2) const {
    double sum = 0.0;
    for (std::size_t k = 0; k < speckles; ++k)
      sum += static_cast<double>(intensity[t1 * speckles + k]) * intensity[t2 * speckles + k];
    return sum / (static_cast<double>(speckles) * mean[t1] * mean[t2]);
  }
  double rho(std::size_t lag) const { return f[lag] * f[lag]; }
  double variance(double rho) const {
    return (1.0 + rho * (4.0 + rho * (-3.0 + 2.0 * rho))) / static_cast<double>(speckles);
  }
  double expected(double rho) const { return 1.0 + rho + rho * (rho - 3.0) / static_cast<double>(speckles); }
  // Frames that one independent sample is worth.
  double correlated_frames() const {
    double sum = 1.0;
    for (std::size_t s = 1; s < f.size(); ++s) sum += 2.0 * rho(s) * rho(s);
    return sum;
  }
};

Speckles read_speckles(const std::string& run_folder) {
  const auto file = h5::File::open(run_folder + "/xpcs.h5");
  const std::string entry = "/" + file.text_attribute("/", "default").at(0);
  Speckles result;
  const auto dims = file.dims(entry + "/speckle/intensity");
  result.frames = dims.at(0);
  result.speckles = dims.at(1);
  result.intensity = file.read<float>(entry + "/speckle/intensity", dims);
  result.f = file.read<double>(entry + "/intermediate_scattering/f_age_averaged", {h5::any_size});
  result.interval_ps = file.read<double>(entry + "/intermediate_scattering/lag_ps", {h5::any_size}).at(1);
  for (std::size_t t = 0; t < result.frames; ++t) {
    double sum = 0.0;
    for (std::size_t k = 0; k < result.speckles; ++k) sum += result.intensity[t * result.speckles + k];
    result.mean.push_back(sum / static_cast<double>(result.speckles));
  }
  return result;
}

class Siegert : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    const test::ScratchFolder folder;
    test::LiquidPlan plan;
    plan.atoms = 2000;
    plan.temperature_K = 1500.0;
    plan.watched_ps = 60.0;
    plan.observers = R"([{"type": "xpcs", "q_inv_A": 2.75, "width_inv_A": 0.1, "max_vectors": 100000,
                          "interval_steps": 25, "max_lag_ps": 8.0, "self_vectors": 0}])";
    speckles_ = read_speckles(test::run_liquid(folder.path(), plan));
  }
  static std::vector<std::size_t> lags() { return {1, 2, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 160}; }
  static std::vector<double> deviations(std::size_t lag) {
    std::vector<double> result;
    for (std::size_t t = 0; t + lag < speckles_.frames; ++t)
      result.push_back(speckles_.correlation(t, t + lag) - speckles_.expected(speckles_.rho(lag)));
    return result;
  }
  static inline Speckles speckles_;
};

TEST_F(Siegert, SpecklesDecorrelateAsTheSquareOfTheField) {
  const Speckles& s = speckles_;
  const double independent = static_cast<double>(s.frames) / s.correlated_frames();
  ASSERT_GE(s.speckles, 500u);
  ASSERT_GE(independent, 100.0);
  EXPECT_GT(s.rho(1), 0.8);  // the range of lags sees the whole decay
  EXPECT_LT(s.rho(160), 0.01);
  for (const std::size_t lag : lags()) {
    const double sigma = std::sqrt(s.variance(s.rho(lag)) / independent);
    const auto deviation = deviations(lag);
    double mean = 0.0;
    for (const double d : deviation) mean += d / static_cast<double>(deviation.size());
    EXPECT_NEAR(mean, 0.0, standard_errors * sigma)
        << "at " << static_cast<double>(lag) * s.interval_ps << " ps";
    EXPECT_LE(standard_errors * sigma, 0.04);
    std::printf("%5.2f ps: |f|^2 %.4f, C - 1 - |f|^2 %+.4f +- %.4f\n",
                static_cast<double>(lag) * s.interval_ps, s.rho(lag), mean, sigma);
  }
}

TEST_F(Siegert, ScatterOfSinglePairsIsTheClosedForm) {
  const Speckles& s = speckles_;
  for (const std::size_t lag : lags()) {
    std::vector<double> square;
    for (const double d : deviations(lag)) square.push_back(d * d / s.variance(s.rho(lag)));
    const auto mean = testing::block_mean(square, 30);
    EXPECT_NEAR(mean.mean, 1.0, standard_errors * mean.error)
        << "at " << static_cast<double>(lag) * s.interval_ps << " ps";
    EXPECT_LE(mean.error, 0.15);
    std::printf("%5.2f ps: variance / closed form %.3f +- %.3f\n", static_cast<double>(lag) * s.interval_ps,
                mean.mean, mean.error);
  }
}

// The controls: speckles paired with their neighbours in the list share no field, so C = 1 at any lag; a
// static background as bright as the speckles leaves a quarter of the contrast. The bounds above see both.
TEST_F(Siegert, StrangersAndABackgroundBreakIt) {
  const Speckles& s = speckles_;
  const std::size_t lag = 4, pairs = s.frames - lag;
  double strangers = 0.0, diluted = 0.0;
  for (std::size_t t = 0; t < pairs; ++t) {
    double stranger_sum = 0.0, diluted_sum = 0.0;
    for (std::size_t k = 0; k < s.speckles; ++k) {
      const double here = s.intensity[t * s.speckles + k], later = s.intensity[(t + lag) * s.speckles + k];
      stranger_sum += here * s.intensity[(t + lag) * s.speckles + (k + 1) % s.speckles];
      diluted_sum += (here + s.mean[t]) * (later + s.mean[t + lag]) / 4.0;
    }
    const double scale = static_cast<double>(s.speckles * pairs) * s.mean[t] * s.mean[t + lag];
    strangers += stranger_sum / scale;
    diluted += diluted_sum / scale;
  }
  const double independent = static_cast<double>(s.frames) / s.correlated_frames();
  const double rho = s.rho(lag), bound = standard_errors * std::sqrt(s.variance(rho) / independent);
  EXPECT_GT(std::abs(strangers - s.expected(rho)), 3.0 * bound);
  EXPECT_GT(std::abs(diluted - s.expected(rho)), 3.0 * bound);
  EXPECT_NEAR(strangers, 1.0, standard_errors * std::sqrt(s.variance(0.0) / independent));
}

}  // namespace
}  // namespace patina
