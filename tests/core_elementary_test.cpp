// SPDX-License-Identifier: BSD-3-Clause
// Truths: the C library's long double functions, to three units in the last place; limits.
#include <gtest/gtest.h>

#include <cmath>

#include "core/elementary.hpp"
#include "core/rng.hpp"

namespace patina {
namespace {

// Uniform on (0, 1).
double random(std::uint64_t i) { return random_block(1, Stream::test, 77, i).uniform(0); }

void expect_close(double found, long double truth, double x, double least = 1e-300) {
  const double unit = std::ldexp(std::max(std::abs(static_cast<double>(truth)), least), -52);
  EXPECT_LE(std::abs(static_cast<double>(found - truth)), 3.0 * unit) << x;
}

TEST(Elementary, LogarithmIsThatOfTheLibrary) {
  for (int i = 0; i < 20000; ++i) {
    const double u = random(static_cast<std::uint64_t>(i));
    for (const double x : {u, 1.0 - 1e-9 * u, 1.0 + u, std::ldexp(u, -50), 1e5 * u, std::ldexp(0.5 + 0.5 * u, 1000)})
      expect_close(elementary::log(x), std::log(static_cast<long double>(x)), x);
  }
  EXPECT_EQ(elementary::log(1.0), 0.0);
}

TEST(Elementary, ExponentialIsThatOfTheLibrary) {
  for (int i = 0; i < 20000; ++i) {
    const double u = random(static_cast<std::uint64_t>(i));
    for (const double x : {u - 0.5, 1e-6 * u, -1e-12 * u, 40.0 * (u - 0.5), 1400.0 * (u - 0.5)}) {
      expect_close(elementary::exp(x), std::exp(static_cast<long double>(x)), x);
      expect_close(elementary::expm1(x), std::expm1(static_cast<long double>(x)), x);
    }
  }
  EXPECT_EQ(elementary::exp(0.0), 1.0);
  EXPECT_EQ(elementary::expm1(0.0), 0.0);
  EXPECT_EQ(elementary::exp(-1e4), 0.0);
  EXPECT_TRUE(std::isinf(elementary::exp(1e4)));
}

TEST(Elementary, PhaseIsThatOfTheLibrary) {
  constexpr long double two_pi = 6.283185307179586476925286766559L;
  for (int i = 0; i < 20000; ++i) {
    const double s = random(static_cast<std::uint64_t>(i)) - 0.5;
    const elementary::Phase phase = elementary::phase(s);
    expect_close(phase.cosine, std::cos(two_pi * s), s, 1.0);
    expect_close(phase.sine, std::sin(two_pi * s), s, 1.0);
  }
  EXPECT_EQ(elementary::phase(0.0).cosine, 1.0);
  EXPECT_EQ(elementary::phase(0.5).cosine, -1.0);
  EXPECT_EQ(elementary::phase(0.0).sine, 0.0);
}

}  // namespace
}  // namespace patina
