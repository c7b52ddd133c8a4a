// SPDX-License-Identifier: BSD-3-Clause
// Truth: two-time correlations of hundreds of movies of each scenario against g2 = 1 + contrast |f|^2 written down here, by the closed-form
// error of P speckles [physics.md 3.6, 3.8], rho = |f|^2, b the contrast, M = 1/b equal modes of coherence:
//   var C = (1/P) (b^2 (1 + rho^2) + 2 b^3 rho (2 - 2 rho + rho^2)),  E C = 1 + b rho + (1/P) ((1 + b rho)(2 b + b rho) - 2 (b + b rho + 2 b^2 rho))
// The mean of chi^2 over movies and pairs of frames lies within 0.9 .. 1.1. It scatters by 0.01 to 0.03, because the pairs of a movie go
// together (in stick-slip, half a dozen are independent). Modes have 2 - 1/M as their fourth moment, and chi^2 less by some 2/M.
#include "beamline/speckle_movie.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "beamline/synthetic_sample.hpp"
#include "beamline/truth.hpp"
#include "statistics.hpp"

namespace patina {
namespace {

constexpr int many_movies = 800, some_movies = 200, frames = 24, speckles = 256;
constexpr double step_s = 10.0, duration_s = step_s * frames;

std::vector<double> times() {
  std::vector<double> t;
  for (int k = 0; k < frames; ++k) t.push_back(step_s * k);
  return t;
}

SyntheticSample sample_of(const ClockSpec& spec, double exponent = 1.0) {
  SyntheticSample sample;
  sample.zones.push_back({1.0, exponent, Clock(spec, {duration_s, 1}), std::nullopt});
  return sample;
}

// Of all pairs of different frames of all movies.
double chi_square(const MovieModel& model, const GeneratorChoice& choice = {}) {
  const double b = model.contrast;
  const int movies = choice.name == "modes" ? some_movies : many_movies;  // modes take long
  double sum = 0.0;
  for (int movie = 0; movie < movies; ++movie) {
    const SpeckleMovie made(model, choice, static_cast<std::uint64_t>(movie) + 1, 2, "test");
    const auto intensity = made.intensities({0, speckles});
    const auto at = [&](int k) { return intensity.data() + static_cast<std::ptrdiff_t>(k) * speckles; };
    double mean[frames] = {};
    for (int k = 0; k < frames; ++k)
      for (int p = 0; p < speckles; ++p) mean[k] += double{at(k)[p]} / speckles;
    for (int i = 0; i < frames; ++i)
      for (int j = 0; j < i; ++j) {
        double c = 0.0;
        for (int p = 0; p < speckles; ++p) c += double{at(i)[p]} * at(j)[p] / speckles;
        c /= mean[i] * mean[j];
        const double rho = std::norm(field_correlation(model, j, i));
        const double bias = ((1 + b * rho) * (2 * b + b * rho) - 2 * (b + b * rho + 2 * b * b * rho)) / speckles;
        const double variance = (b * b * (1 + rho * rho) + 2 * b * b * b * rho * (2 - 2 * rho + rho * rho)) / speckles;
        sum += std::pow(c - 1.0 - b * rho - bias, 2) / variance;
      }
  }
  return sum / (movies * frames * (frames - 1) / 2);
}

void expect_chi_square(const MovieModel& model, const GeneratorChoice& choice = {}) {
  const double chi = chi_square(model, choice);
  ::testing::Test::RecordProperty("chi_square", std::to_string(chi));
  EXPECT_GT(chi, 0.9);
  EXPECT_LT(chi, 1.1);
}

TEST(SpeckleMovie, ClocksAreFollowedWithinTheClosedFormError) {
  const ClockSpec clocks[] = {StationaryClock{40.0},
                              AgeingClock{15.0, 60.0, {}},
                              AgeingClock{15.0, 60.0, 100.0},
                              AntiAgeingClock{300.0, 60.0, {}},
                              PowerAgeingClock{15.0, 20.0, 1.2},
                              RegimesClock{15.0, 200.0, 100.0, 10.0},
                              StickSlipClock{1000.0, 5.0, 50.0, 10.0},
                              EventsClock{400.0, {60.0, 145.0}, {0.7, 0.5}},
                              AvalanchesClock{400.0, 50.0, 0.2, 0.8}};
  for (const ClockSpec& spec : clocks) {
    SCOPED_TRACE(spec.index());
    const SyntheticSample sample = sample_of(spec);
    const MovieModel model = movie_model(sample, 1.0, times(), 1.0);
    for (int i = 0; i < frames; i += 5)  // the truth, once more
      for (int j = i; j < frames; ++j)
        ASSERT_NEAR(intensity_correlation(model, i, j), 1.0 + std::exp(-2.0 * (sample.zones[0].clock.s(step_s * j) - sample.zones[0].clock.s(step_s * i))), 1e-12);
    expect_chi_square(model);
  }
}

TEST(SpeckleMovie, ExponentsAndGenerators) {
  for (const double exponent : {0.6, 1.5, 1.9}) {
    SCOPED_TRACE(exponent);
    expect_chi_square(movie_model(sample_of(AgeingClock{15.0, 60.0, {}}, exponent), 1.0, times(), 1.0), {"cholesky"});
    expect_chi_square(movie_model(sample_of(AgeingClock{15.0, 60.0, {}}, exponent), 1.0, times(), 1.0), {"modes", 80});
    expect_chi_square(movie_model(sample_of(StationaryClock{40.0}, exponent), 1.0, times(), 1.0), {"circulant"});
  }
}

TEST(SpeckleMovie, ContrastOfPartialCoherence) {
  for (const double contrast : {0.5, 0.1}) expect_chi_square(movie_model(sample_of(StationaryClock{40.0}), 1.0, times(), contrast));
  for (const double contrast : {1.0, 0.9, 0.5, 0.37, 0.1, 0.0371, 1.0 / 300}) {
    const auto weights = coherence_weights(contrast);
    double sum = 0.0, squares = 0.0;
    for (const double w : weights) {
      EXPECT_GE(w, 0.0);
      sum += w;
      squares += w * w;
    }
    EXPECT_NEAR(sum, 1.0, 1e-12);
    EXPECT_NEAR(squares, contrast, 1e-12);
    EXPECT_EQ(weights.size(), static_cast<std::size_t>(std::ceil(1.0 / contrast - 1e-9)));
  }
}

// The sum of M equal exponential intensities has a gamma distribution, that of two unequal ones is hypoexponential.
TEST(SpeckleMovie, IntensitiesHaveTheirDistribution) {
  const auto at_frame = [](double contrast, std::ptrdiff_t frame) {
    constexpr int pixels = 32768;
    const SpeckleMovie movie(movie_model(sample_of(StationaryClock{40.0}), 1.0, times(), contrast), {}, 17, 0, "test");
    const auto intensity = movie.intensities({0, pixels});
    return std::vector<double>(intensity.begin() + frame * pixels, intensity.begin() + (frame + 1) * pixels);
  };
  EXPECT_GT(testing::kolmogorov_smirnov_p(at_frame(1.0, 12), [](double x) { return 1.0 - std::exp(-x); }), 1e-3);
  for (const int modes : {2, 5})
    EXPECT_GT(testing::kolmogorov_smirnov_p(at_frame(1.0 / modes, 12), [=](double x) { return testing::gamma_cdf(modes, modes * x); }), 1e-3);
  const auto w = coherence_weights(0.7);
  EXPECT_GT(testing::kolmogorov_smirnov_p(
                at_frame(0.7, 12), [&](double x) { return 1.0 - (w[0] * std::exp(-x / w[0]) - w[1] * std::exp(-x / w[1])) / (w[0] - w[1]); }),
            1e-3);
}

TEST(SpeckleMovie, TwoZones) {
  SyntheticSample sample = sample_of(StationaryClock{15.0});
  sample.zones[0].fraction = 0.3;
  sample.zones.push_back({0.7, 1.6, Clock(StationaryClock{150.0}, {duration_s, 1}), std::nullopt});
  const MovieModel model = movie_model(sample, 1.0, times(), 1.0);
  EXPECT_NEAR(intensity_correlation(model, 3, 7), 1.0 + std::pow(0.3 * std::exp(-40.0 / 15.0) + 0.7 * std::exp(-std::pow(40.0 / 150.0, 1.6)), 2), 1e-12);
  expect_chi_square(model);
}

// |f|^2 = x^2 + (1 - x)^2 K^2 + 2 x (1 - x) K cos(q v t).
TEST(SpeckleMovie, HeterodyneFlow) {
  SyntheticSample sample = sample_of(StationaryClock{100.0});
  sample.static_fraction = 0.4;
  sample.flow = SyntheticFlow{0.02, 0.0, 0.0};
  const double q = 2.5;
  sample.q0_inv_A = q;
  const MovieModel model = movie_model(sample, q, times(), 1.0);
  const double k = std::exp(-50.0 / 100.0), phase = q * 0.02 * 50.0;
  EXPECT_NEAR(intensity_correlation(model, 4, 9), 1.0 + 0.16 + 0.36 * k * k + 2 * 0.4 * 0.6 * k * std::cos(phase), 1e-12);
  EXPECT_NEAR(std::arg(field_correlation(model, 4, 9) - 0.4), std::remainder(phase, 2.0 * std::acos(-1.0)), 1e-12);
  expect_chi_square(model);
}

// The second condition of physics.md 3.11: f gets sinc(q gradient L dt / 2).
TEST(SpeckleMovie, Shear) {
  SyntheticSample sample = sample_of(StationaryClock{500.0});
  sample.flow = SyntheticFlow{0.0, 1e-6, 4e4};
  const MovieModel model = movie_model(sample, 1.0, times(), 1.0);
  const double x = 0.5 * 1e-6 * 4e4 * 60.0;
  EXPECT_NEAR(field_correlation(model, 2, 8).real(), std::exp(-60.0 / 500.0) * std::sin(x) / x, 1e-12);
  expect_chi_square(model);
  expect_chi_square(model, {"modes", 80});
}

// A beam of Gaussian intensity, cut into slices: the mean of exp(i q e x) over it.
TEST(SpeckleMovie, Strain) {
  SyntheticSample sample = sample_of(StationaryClock{1e9});
  sample.strain = SyntheticStrain{2e-8, 1e5};
  sample.static_fraction = 0.2;
  const double q = 2.6, strain = 2e-8 * 150.0;
  sample.q0_inv_A = q;
  const MovieModel model = movie_model(sample, q, times(), 1.0);
  double wave = 0.0, beam = 0.0;
  for (int k = -4000; k <= 4000; ++k) {
    const double x = 100.0 * k, w = std::exp(-4.0 * std::log(2.0) * x * x / 1e10);
    wave += w * std::cos(q * strain * x);
    beam += w;
  }
  EXPECT_NEAR(field_correlation(model, 3, 18).real(), wave / beam, 1e-6);
  EXPECT_LT(wave / beam, 0.95);
  expect_chi_square(model);
}

TEST(SpeckleMovie, TauFallsWithQ) {
  SyntheticSample sample = sample_of(AgeingClock{15.0, 60.0, {}});
  sample.q0_inv_A = 2.0;
  sample.q_exponent = 2.0;
  const double s = sample.zones[0].clock.s(100.0);
  EXPECT_NEAR(field_correlation(movie_model(sample, 3.0, times(), 1.0), 0, 10).real(), std::exp(-s * 9.0 / 4.0), 1e-12);
  EXPECT_NEAR(field_correlation(movie_model(sample, 2.0, times(), 1.0), 0, 10).real(), std::exp(-s), 1e-12);
}

TEST(SpeckleMovie, LocalTau) {
  SyntheticSample sample = sample_of(AgeingClock{15.0, 100.0, {}}, 1.5);
  sample.zones[0].local_tau = LocalTauForm::paciorek_schervish;
  expect_chi_square(movie_model(sample, 1.0, times(), 1.0));
}

TEST(SpeckleMovie, ShellsZonesAndModesHaveTheirOwnNoise) {
  const MovieModel model = movie_model(sample_of(StationaryClock{40.0}), 1.0, times(), 1.0);
  const auto correlation = [&](std::uint64_t seed, std::uint32_t shell) {
    const auto a = SpeckleMovie(model, {}, 1, 0, "test").intensities({0, 16384}), b = SpeckleMovie(model, {}, seed, shell, "test").intensities({0, 16384});
    double sum = 0.0;
    for (std::size_t p = 0; p < 16384; ++p) sum += (double{a[p]} - 1.0) * (double{b[p]} - 1.0) / 16384.0;
    return sum;
  };
  EXPECT_NEAR(correlation(1, 0), 1.0, 0.2);
  EXPECT_NEAR(correlation(1, 1), 0.0, 5.0 / 128);
  EXPECT_NEAR(correlation(2, 0), 0.0, 5.0 / 128);
}

}  // namespace
}  // namespace patina
