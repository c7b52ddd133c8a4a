// SPDX-License-Identifier: BSD-3-Clause
// Truths: shells of crystals; a g(r) of known peak and minimum; the error of the mean of a correlated series in closed form; structure factors by brute force.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <complex>

#include "analysis/structure_peak.hpp"
#include "core/rng.hpp"
#include "md/lattice.hpp"
#include "md/random_structure.hpp"
#include "structure/first_peak.hpp"
#include "structure/pair_shells.hpp"

namespace patina {
namespace {

double normal(std::uint64_t k) {
  const double u = random_block(5, Stream::test, 0, k).uniform(0), v = random_block(5, Stream::test, 1, k).uniform(0);
  return std::sqrt(-2.0 * std::log(u)) * std::cos(2.0 * M_PI * v);
}

// x_k = p x_{k-1} + noise: the variance of the mean of n is var(x) / n (1 + p) / (1 - p) for n much longer than the memory.
TEST(FrameMeanTest, HasTheErrorOfACorrelatedSeries) {
  for (const double p : {0.0, 0.8}) {
    std::vector<double> series;
    double x = 0.0;
    for (std::uint64_t k = 0; k < 16384; ++k) series.push_back(3.0 + (x = p * x + std::sqrt(1.0 - p * p) * normal(k)));
    const FrameMean found = frame_mean(series);
    const double expected = std::sqrt((1.0 + p) / (1.0 - p) / 16384.0);
    EXPECT_NEAR(found.mean, 3.0, 4.0 * expected);
    // The largest of some levels with 8 to 64 blocks each lies above by 1/sqrt(2 * 8) or so at most.
    EXPECT_GT(found.error, 0.85 * expected) << p;
    EXPECT_LT(found.error, 1.9 * expected) << p;
  }
  EXPECT_TRUE(std::isnan(frame_mean({4.0}).error));
  EXPECT_EQ(frame_mean({4.0}).mean, 4.0);
  EXPECT_TRUE(std::isnan(frame_mean({}).mean));
  EXPECT_NEAR(frame_mean({1.0, std::nan(""), 3.0}).error, 1.0, 1e-12);
}

TEST(FirstShellTest, OfAKnownCurve) {
  std::vector<double> r, g;
  for (int i = 0; i < 200; ++i) {
    r.push_back(0.05 * (i + 0.5));
    const double x = r.back();
    g.push_back(x < 2.2 ? 0.0 : 1.0 + 2.5 * std::exp(-std::pow((x - 2.6) / 0.25, 2)) - 0.5 * std::exp(-std::pow((x - 3.7) / 0.4, 2)) + 0.4 * std::exp(-std::pow((x - 4.9) / 0.4, 2)));
  }
  const auto shell = first_shell(r, g);
  ASSERT_TRUE(shell);
  EXPECT_NEAR(shell->peak_A, 2.6, 0.03);
  EXPECT_NEAR(shell->peak_height, 3.5, 0.05);
  EXPECT_NEAR(shell->minimum_A, 3.7, 0.05);
  // A deeper minimum behind the second shell is another one: so it is on a sublattice of hot B2.
  for (std::size_t i = 0; i < r.size(); ++i) g[i] -= 0.8 * std::exp(-std::pow((r[i] - 5.6) / 0.3, 2)) * (r[i] > 4.9);
  EXPECT_NEAR(first_shell(r, g)->minimum_A, 3.7, 0.05);
  EXPECT_FALSE(first_shell(r, std::vector<double>(200, 1.0)));
  EXPECT_FALSE(first_shell(r, std::vector<double>(200, 0.0)));
}

TEST(PairShellsTest, OfCrystals) {
  const Comm comm = Comm::split(Comm::world(), 0);
  PairShells fcc(comm), b2(comm);
  fcc.add(make_solid_solution({"fcc", 3.6, 1.0, {4, 4, 4}}, {{"Cu"}, {1.0}}, 1));
  const auto of_fcc = fcc.found();
  ASSERT_EQ(of_fcc.size(), 1u);
  EXPECT_NEAR(of_fcc[0].b_around_a.mean, 12.0, 1e-12);
  EXPECT_NEAR(of_fcc[0].shell.peak_A, 3.6 / std::sqrt(2.0), 0.026);
  EXPECT_GT(of_fcc[0].shell.minimum_A, 2.7);
  EXPECT_LT(of_fcc[0].shell.minimum_A, 3.5);
  EXPECT_NEAR(first_minimum_A(comm, make_solid_solution({"fcc", 3.6, 1.0, {4, 4, 4}}, {{"Cu"}, {1.0}}, 1)), of_fcc[0].shell.minimum_A, 1e-12);

  b2.add(make_compound({"B2", 3.2, 1.0, {4, 4, 4}}, {"Cu", "Zr"}));
  const auto of_b2 = b2.found();
  ASSERT_EQ(of_b2.size(), 3u);
  EXPECT_NEAR(of_b2[0].b_around_a.mean, 6.0, 1e-12);  // Cu around Cu
  EXPECT_NEAR(of_b2[1].b_around_a.mean, 8.0, 1e-12);
  EXPECT_NEAR(of_b2[1].a_around_b.mean, 8.0, 1e-12);
  EXPECT_EQ(of_b2[1].a + of_b2[1].b, "CuZr");

  PairShells c15(comm);
  for (int frame = 0; frame < 3; ++frame) c15.add(make_compound({"C15", 7.1, 1.0, {2, 2, 2}}, {"Zr", "Cu"}));
  const auto of_c15 = c15.found();
  ASSERT_EQ(of_c15.size(), 3u);
  EXPECT_NEAR(of_c15[0].b_around_a.mean, 4.0, 1e-12);   // Zr around Zr
  EXPECT_NEAR(of_c15[1].b_around_a.mean, 12.0, 1e-12);  // Cu around Zr
  EXPECT_NEAR(of_c15[1].a_around_b.mean, 6.0, 1e-12);
  EXPECT_NEAR(of_c15[2].b_around_a.mean, 6.0, 1e-12);
  EXPECT_NEAR(of_c15[2].b_around_a.error, 0.0, 1e-12);
}

// A Lorentzian of height 3 and half width 0.2 on nothing; and a step that does not fall on one side.
TEST(FirstPeakTest, HasTheWidthOfALorentzian) {
  std::vector<double> q, s, step;
  for (int i = 0; i < 100; ++i) {
    q.push_back(0.05 * (i + 0.3));
    s.push_back(3.0 / (1.0 + std::pow((q.back() - 2.7) / 0.2, 2)));
    step.push_back(q.back() < 2.7 ? 3.0 : 0.1);
  }
  EXPECT_NEAR(width_at_half_height(q, s, 2.7, 3.0), 0.4, 0.005);
  EXPECT_TRUE(std::isnan(width_at_half_height(q, step, 2.5, 3.0)));
}

// Of one species S_x is |sum_j exp(i q r_j)|^2 / N. In a cell this small every bin has fewer vectors than are taken, so all count:
// the sum over all of them by brute force, bin by bin, has the same peak.
TEST(FirstPeaksTest, AreThoseOfBruteForceOverAllLatticeVectors) {
  const Comm comm = Comm::split(Comm::world(), 0);
  FirstPeaks peaks(comm);
  const int frames = 12;
  std::vector<double> q(100, 0.0), s(100, 0.0), squares(100, 0.0), count(100, 0.0);
  std::vector<Structure> samples;  // of hard spheres
  for (std::uint64_t frame = 0; frame < frames; ++frame) {
    samples.push_back(make_random_structure(cubic_box(120, 14.0), {{"Cu"}, {1.0}}, 120, uniform_min_distance(1, 2.3), frame));
    peaks.add(samples.back());
  }
  for (int x = -10; x <= 10; ++x)
    for (int y = -10; y <= 10; ++y)
      for (int z = -10; z <= 10; ++z) {
        const Vec3 vector = samples[0].box.wave_vector({x, y, z});
        const auto bin = static_cast<std::size_t>(norm(vector) / 0.05);
        // One of each pair of opposite vectors.
        if (bin >= 100 || std::array{x, y, z} <= std::array{0, 0, 0}) continue;
        double value = 0.0;
        for (const Structure& sample : samples) {
          std::complex<double> rho = 0.0;
          for (const Vec3& r : sample.position) rho += std::polar(1.0, dot(vector, r));
          value += std::norm(rho) / (120.0 * frames);
        }
        q[bin] += norm(vector), s[bin] += value, squares[bin] += value * value, ++count[bin];
      }
  std::vector<double> middle, mean, error;
  for (std::size_t k = 0; k < 100; ++k) {
    if (count[k] == 0.0) continue;
    middle.push_back(q[k] / count[k]);
    mean.push_back(s[k] / count[k]);
    error.push_back(std::sqrt((squares[k] / count[k] - mean.back() * mean.back()) / (count[k] - 1.0)));
  }
  const StructurePeak expected = find_structure_peak(middle, mean, error);
  const auto peak = peaks.of_mean();
  ASSERT_TRUE(peak && expected.found);
  EXPECT_NEAR(peak->q_inv_A, 2.8, 0.4);  // spheres that touch: about 2 pi / 2.3
  EXPECT_NEAR(peak->q_inv_A, expected.q_inv_A, 1e-9);
  EXPECT_NEAR(peak->height, expected.height, 1e-9 * expected.height);
  EXPECT_NEAR(peak->height_error, expected.height_error, 1e-6 * expected.height);
  EXPECT_FALSE(FirstPeaks(comm).add(make_solid_solution({"fcc", 3.6, 1.0, {6, 6, 6}}, {{"Cu"}, {1.0}}, 1)));
}

}  // namespace
}  // namespace patina
