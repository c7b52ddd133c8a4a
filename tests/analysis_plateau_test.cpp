// SPDX-License-Identifier: BSD-3-Clause
// Truths: decays in two steps, decades apart, whose plateau is known by construction and whose inflection in ln t follows from their
// derivatives in closed form; noise drawn from the covariance of Gaussian modes, whose scatter the error must be.
#include "analysis/plateau.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "analysis/lag_covariance.hpp"
#include "core/rng.hpp"

namespace patina {
namespace {

// amplitude exp[-(t/tau)^exponent], one or two of them.
struct Step {
  double amplitude, tau_ps, exponent;
};
struct Decay {
  std::vector<Step> steps;
  double f(double t) const {
    double sum = 0.0;
    for (const auto& s : steps) sum += s.amplitude * std::exp(-std::pow(t / s.tau_ps, s.exponent));
    return sum;
  }
  // -df/d ln t
  double fall(double t) const {
    double sum = 0.0;
    for (const auto& s : steps) {
      const double power = std::pow(t / s.tau_ps, s.exponent);
      sum += s.amplitude * s.exponent * power * std::exp(-power);
    }
    return sum;
  }
  // Where it falls slowest between the two steps.
  double inflection_ps() const {
    double best = steps[0].tau_ps;
    for (double t = steps[0].tau_ps; t < steps[1].tau_ps; t *= 1.001)
      if (fall(t) < fall(best)) best = t;
    return best;
  }
};

const Decay exponentials{{{0.3, 0.1, 1.0}, {0.7, 1000.0, 1.0}}}, stretched{{{0.2, 0.15, 2.0}, {0.8, 300.0, 0.6}}};

std::vector<double> lags(double first_ps, double last_ps, double per_decade = 10.0) {
  std::vector<double> t = {0.0};
  for (int i = 0; first_ps * std::pow(10.0, i / per_decade) < last_ps; ++i) t.push_back(first_ps * std::pow(10.0, i / per_decade));
  return t;
}

KwwData exact(const Decay& decay, const std::vector<double>& t, double sigma) {
  KwwData data{t, {}, std::vector<double>(t.size(), sigma), {}};
  for (const double lag : t) data.value.push_back(decay.f(lag));
  return data;
}

// Many draws of noise: of independent lags, or of lags that share Gaussian modes whose kernel is the decay.
struct Noise {
  Eigen::MatrixXd root;
  Noise(const Decay& decay, const std::vector<double>& t, double sigma, bool shared) {
    const auto n = static_cast<Eigen::Index>(t.size());
    Eigen::MatrixXd covariance = sigma * sigma * Eigen::MatrixXd::Identity(n, n);
    if (shared) covariance = gaussian_mode_covariance(t, std::vector<double>(t.size(), sigma), [&](double lag) { return decay.f(lag); });
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(covariance);
    root = solver.eigenvectors() * solver.eigenvalues().cwiseMax(0.0).cwiseSqrt().asDiagonal();
  }
  void add(KwwData& data, std::uint64_t draw) const {
    Eigen::VectorXd normal(root.rows());
    for (Eigen::Index i = 0; i < normal.size(); ++i)
      normal[i] = random_block(21, Stream::test, draw, static_cast<std::uint64_t>(i)).normal(0);
    const Eigen::VectorXd noise = root * normal;
    for (Eigen::Index i = 0; i < noise.size(); ++i) data.value[static_cast<std::size_t>(i)] += noise[i];
  }
};

TEST(Plateau, IsTheValueAtTheInflection) {
  for (const Decay& decay : {exponentials, stretched}) {
    const Plateau found = find_plateau(exact(decay, lags(0.01, 2e4), 1e-6));
    ASSERT_TRUE(found.found) << found.reason;
    const double inflection = decay.inflection_ps();
    EXPECT_NEAR(found.value, decay.f(inflection), 3e-3);  // what the decays curve over 0.6 decades
    EXPECT_NEAR(std::log(found.lag_ps / inflection), 0.0, 0.3);
    EXPECT_NEAR(found.slope, decay.fall(inflection), 3e-3);
  }
}

// Three decades and more between the steps: within 1 % of the second step's amplitude.
TEST(Plateau, IsTheAmplitudeOfTheSecondStepIfDecadesAreBetween) {
  for (const double amplitude : {0.2, 0.5, 0.9}) {
    const Decay decay{{{1.0 - amplitude, 0.1, 2.0}, {amplitude, 1e4, 1.0}}};
    for (const double per_decade : {7.0, 16.0}) {
      const Plateau found = find_plateau(exact(decay, lags(0.02, 2e4, per_decade), 1e-6));
      ASSERT_TRUE(found.found) << found.reason;
      EXPECT_NEAR(found.value, amplitude, 0.01 * amplitude);
    }
  }
}

TEST(Plateau, ErrorIsTheScatter) {
  const double sigma = 0.01;
  const auto t = lags(0.01, 2e4);
  for (const bool shared : {true, false}) {
    const Noise noise(stretched, t, sigma, shared);
    const double truth = stretched.f(stretched.inflection_ps());
    double squares = 0.0, error = 0.0;
    constexpr int draws = 300;
    int found = 0;
    for (int draw = 0; draw < draws; ++draw) {
      KwwData data = exact(stretched, t, sigma);
      noise.add(data, static_cast<std::uint64_t>(draw));
      const Plateau plateau = find_plateau(data);
      if (!plateau.found) continue;
      ++found;
      squares += std::pow(plateau.value - truth, 2);
      error += plateau.error;
    }
    ASSERT_GT(found, 0.97 * draws);
    const double scatter = std::sqrt(squares / found);
    error /= found;
    // 300 draws know their scatter to 4 %; independent lags are taken for lags that share modes, of which the slope is known better.
    EXPECT_GT(error, (shared ? 0.85 : 0.6) * scatter) << shared;
    EXPECT_LT(error, 1.3 * scatter) << shared;
  }
}

TEST(Plateau, NoneOfASingleDecay) {
  const auto t = lags(0.01, 1e3);
  for (const double exponent : {0.5, 1.0, 2.0}) {
    const Decay one{{{1.0, 5.0, exponent}}};
    const Plateau exactly = find_plateau(exact(one, t, 1e-6));
    EXPECT_FALSE(exactly.found) << exponent;
    EXPECT_FALSE(exactly.reason.empty());
    EXPECT_TRUE(std::isnan(exactly.value));
    const Noise noise(one, t, 0.01, true);
    int found = 0;
    for (std::uint64_t draw = 0; draw < 200; ++draw) {
      KwwData data = exact(one, t, 0.01);
      noise.add(data, draw);
      found += find_plateau(data).found;
    }
    EXPECT_LE(found, 2) << exponent;  // four standard errors on both sides, wherever they are
  }
}

TEST(Plateau, NoneWhereOneStepIsBeyondTheLags) {
  EXPECT_FALSE(find_plateau(exact(exponentials, lags(0.01, 10.0), 0.01)).found);      // flat to the end, within errors
  EXPECT_FALSE(find_plateau(exact(exponentials, lags(2.0, 1e4), 1e-4)).found);        // flat from the start
  EXPECT_FALSE(find_plateau(exact(exponentials, lags(0.01, 2e4, 5.0), 1e-4)).found);  // too coarse
  EXPECT_FALSE(find_plateau({}).found);
}

// NaN beyond what a waiting time could reach, as in stored files.
TEST(Plateau, LeavesOutWhatWasNotMeasured) {
  KwwData data = exact(exponentials, lags(0.01, 2e4), 1e-6);
  const Plateau whole = find_plateau(data);
  for (std::size_t i = data.t_ps.size() - 3; i < data.t_ps.size(); ++i) data.value[i] = data.sigma[i] = std::nan("");
  const Plateau part = find_plateau(data);
  ASSERT_TRUE(part.found) << part.reason;
  EXPECT_NEAR(part.value, whole.value, 1e-12);
}

}  // namespace
}  // namespace patina
