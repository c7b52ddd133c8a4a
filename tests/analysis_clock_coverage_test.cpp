// SPDX-License-Identifier: BSD-3-Clause
// Truth: 300 records of beamline's speckles of each sample. 68 % intervals hold the truth in 60 to 76 % of them (two standard errors of a
// count are 5.4 %), fits are off by less than 0.2 of their error on average, tau0 is within 5 % and tau* within 10 %.
#include <gtest/gtest.h>

#include "clock_coverage.hpp"

namespace patina {
namespace {

constexpr int runs = 300;

void expect_coverage(const std::map<std::string, test::Coverage>& found) {
  ASSERT_FALSE(found.empty());
  for (const auto& [name, coverage] : found) {
    std::printf("%s: %d of %d covered (%.3f), off by %.3f of its error, rms %.3f of it, %.4f\n", name.c_str(), coverage.covered, coverage.judged, coverage.fraction(), coverage.bias(), coverage.pull(), coverage.rms());
    EXPECT_EQ(coverage.judged, runs) << name;
    EXPECT_GE(coverage.fraction(), 0.60) << name;
    EXPECT_LE(coverage.fraction(), 0.76) << name;
    EXPECT_LT(std::abs(coverage.bias()), 0.2) << name;
    if (name == "tau0") {
      EXPECT_LT(coverage.rms(), 0.05);
    }
    if (name == "tau_star") {
      EXPECT_LT(coverage.rms(), 0.10);
    }
  }
}

TEST(ClockCoverageTest, StationarySpeckles) {
  test::SyntheticRecord truth;
  truth.clock = StationaryClock{12.0};
  truth.kww_exponent = 0.7;
  expect_coverage(test::clock_coverage(truth, runs));
}

TEST(ClockCoverageTest, AgeingSpeckles) {
  test::SyntheticRecord truth;
  truth.clock = AgeingClock{8.0, 60.0, std::nullopt};
  truth.pixels = 4096;
  truth.kww_exponent = 1.4;
  expect_coverage(test::clock_coverage(truth, runs));
}

TEST(ClockCoverageTest, AgeingPhotonsOfLowContrast) {
  test::SyntheticRecord truth;
  truth.clock = AgeingClock{8.0, 60.0, std::nullopt};
  truth.pixels = 16384;
  truth.contrast = 0.2;
  truth.photons = 0.2;
  expect_coverage(test::clock_coverage(truth, runs));
}

// g2 of stationary records, with speckles alone and with photons.
TEST(G2CoverageTest, StationarySpeckles) {
  test::SyntheticRecord truth;
  truth.clock = StationaryClock{6.0};
  truth.kww_exponent = 0.8;
  truth.frames = 256;
  expect_coverage(test::g2_coverage(truth, runs));
}

TEST(G2CoverageTest, StationaryPhotonsOfLowContrast) {
  test::SyntheticRecord truth;
  truth.clock = StationaryClock{6.0};
  truth.kww_exponent = 1.5;
  truth.frames = 256;
  truth.contrast = 0.25;
  truth.pixels = 4096;
  truth.photons = 0.3;
  expect_coverage(test::g2_coverage(truth, runs));
}

// Photons make nearly all of the noise.
TEST(G2CoverageTest, VeryFewPhotons) {
  test::SyntheticRecord truth;
  truth.clock = StationaryClock{10.0};
  truth.frames = 256;
  truth.contrast = 0.5;
  truth.pixels = 16384;
  truth.photons = 0.05;
  expect_coverage(test::g2_coverage(truth, runs));
}

// Four pixels see one speckle.
TEST(G2CoverageTest, SpecklesLargerThanPixels) {
  test::SyntheticRecord truth;
  truth.clock = StationaryClock{6.0};
  truth.frames = 256;
  truth.contrast = 0.5;
  truth.pixels = 4096;
  truth.pixels_per_speckle = 4;
  truth.photons = 3.0;
  expect_coverage(test::g2_coverage(truth, runs));
}
TEST(ClockCoverageTest, SpecklesLargerThanPixels) {
  test::SyntheticRecord truth;
  truth.clock = StationaryClock{12.0};
  truth.contrast = 0.5;
  truth.pixels = 4096;
  truth.pixels_per_speckle = 4;
  truth.photons = 3.0;
  expect_coverage(test::clock_coverage(truth, runs));
}

// Files that tell what 20 blocks of pixels scatter, and neither pixels nor photons.
test::SyntheticRecord blocks_of_few_photons() {
  test::SyntheticRecord truth;
  truth.clock = StationaryClock{10.0};
  truth.frames = 256;
  truth.contrast = 0.5;
  truth.pixels = 8192;
  truth.photons = 0.05;
  truth.blocks = 20;
  return truth;
}
test::SyntheticRecord blocks_without_photons() {
  test::SyntheticRecord truth;
  truth.clock = StationaryClock{6.0};
  truth.kww_exponent = 0.8;
  truth.frames = 256;
  truth.blocks = 20;
  return truth;
}
TEST(G2CoverageTest, ErrorsOfBlocksOfFewPhotons) { expect_coverage(test::g2_coverage(blocks_of_few_photons(), runs)); }
TEST(G2CoverageTest, ErrorsOfBlocksWithoutPhotons) { expect_coverage(test::g2_coverage(blocks_without_photons(), runs)); }

// Tables of g2 with such errors: how many frames were correlated is not known either.
TEST(G2CoverageTest, TablesOfFewPhotons) {
  test::SyntheticRecord truth = blocks_of_few_photons();
  truth.table = true;
  expect_coverage(test::g2_coverage(truth, runs));
}
TEST(G2CoverageTest, TablesWithoutPhotons) {
  test::SyntheticRecord truth = blocks_without_photons();
  truth.table = true;
  expect_coverage(test::g2_coverage(truth, runs));
}

// Few pixels, in four parts that are normalised by themselves: a contrast of 1 is biased by -2 / 32.
TEST(G2CoverageTest, FewPixelsInParts) {
  test::SyntheticRecord truth;
  truth.clock = StationaryClock{4.0};
  truth.frames = 256;
  truth.pixels = 128;
  truth.parts = 4;
  expect_coverage(test::g2_coverage(truth, runs));
}
TEST(ClockCoverageTest, FewPixelsInParts) {
  test::SyntheticRecord truth;
  truth.clock = StationaryClock{4.0};
  truth.frames = 128;
  truth.pixels = 128;
  truth.parts = 4;
  expect_coverage(test::clock_coverage(truth, runs));
}

}  // namespace
}  // namespace patina
