// SPDX-License-Identifier: BSD-3-Clause
// Truth: Random123's published known-answer vectors; moments of the uniform and normal distributions.
#include "core/rng.hpp"

#include <gtest/gtest.h>

namespace patina {
namespace {

TEST(Philox, KnownAnswerVectors) {
  // Random123 kat_vectors: philox 4x32 10 rounds.
  const philox4x32_ctr_t zero_counter = {{0, 0, 0, 0}};
  const philox4x32_key_t zero_key = {{0, 0}};
  const philox4x32_ctr_t zero = philox4x32(zero_counter, zero_key);
  EXPECT_EQ(zero.v[0], 0x6627e8d5u);
  EXPECT_EQ(zero.v[1], 0xe169c58du);
  EXPECT_EQ(zero.v[2], 0xbc57ac4cu);
  EXPECT_EQ(zero.v[3], 0x9b00dbd8u);
  const philox4x32_ctr_t pi_counter = {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}};
  const philox4x32_key_t pi_key = {{0xa4093822, 0x299f31d0}};
  const philox4x32_ctr_t pi = philox4x32(pi_counter, pi_key);
  EXPECT_EQ(pi.v[0], 0xd16cfe09u);
  EXPECT_EQ(pi.v[1], 0x94fdccebu);
  EXPECT_EQ(pi.v[2], 0x5001e420u);
  EXPECT_EQ(pi.v[3], 0x24126ea1u);
}

TEST(RandomBlock, MomentsOfUniformAndNormal) {
  const int n = 200000;
  double u1 = 0, u2 = 0, g1 = 0, g2 = 0, g4 = 0, gg = 0;
  for (int k = 0; k < n; ++k) {
    const RandomBlock block = random_block(42, Stream::test, 7, k);
    u1 += block.uniform(0);
    u2 += block.uniform(0) * block.uniform(1);
    const double a = block.normal(0), b = block.normal(1);
    g1 += a;
    g2 += a * a;
    g4 += a * a * a * a;
    gg += a * b;
  }
  // Five standard errors: sqrt(1/12n), sqrt(7/144n), sqrt(1/n), sqrt(2/n), sqrt(96/n), sqrt(1/n).
  EXPECT_NEAR(u1 / n, 0.5, 5 * std::sqrt(1.0 / 12 / n));
  EXPECT_NEAR(u2 / n, 0.25, 5 * std::sqrt(7.0 / 144 / n));
  EXPECT_NEAR(g1 / n, 0.0, 5 / std::sqrt(n));
  EXPECT_NEAR(g2 / n, 1.0, 5 * std::sqrt(2.0 / n));
  EXPECT_NEAR(g4 / n, 3.0, 5 * std::sqrt(96.0 / n));
  EXPECT_NEAR(gg / n, 0.0, 5 / std::sqrt(n));
}

TEST(RandomBlock, EveryPartOfTheKeyMatters) {
  const auto base = random_block(1, Stream::langevin, 2, 3, 0);
  EXPECT_NE(base.word[0], random_block(2, Stream::langevin, 2, 3, 0).word[0]);
  EXPECT_NE(base.word[0], random_block(1, Stream::cell_rescaling, 2, 3, 0).word[0]);
  EXPECT_NE(base.word[0], random_block(1, Stream::langevin, 3, 3, 0).word[0]);
  EXPECT_NE(base.word[0], random_block(1, Stream::langevin, 2 + (1ull << 32), 3, 0).word[0]);
  EXPECT_NE(base.word[0], random_block(1, Stream::langevin, 2, 4, 0).word[0]);
  EXPECT_NE(base.word[0], random_block(1, Stream::langevin, 2, 3, 1).word[0]);
}

}  // namespace
}  // namespace patina
