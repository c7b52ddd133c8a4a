// SPDX-License-Identifier: BSD-3-Clause
// Truths: Ewald's sphere and Bragg's law; correlations of intensities over many patterns against |mu|^2 in closed form, and contrasts
// of modes; moments and proportions of what is drawn; a shift by whole pixels moves the pattern.
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "beamline/detector.hpp"
#include "beamline/detector_faults.hpp"
#include "beamline/pupil.hpp"
#include "core/error.hpp"
#include "core/rng.hpp"
#include "core/units.hpp"
#include "scratch_folder.hpp"

namespace patina {
namespace {

TEST(Detector, WaveVectorsLieOnEwaldsSphere) {
  DetectorGeometry g;
  g.rows = 40;
  g.columns = 60;
  g.axis_row = 3.5;
  g.axis_column = 70.0;  // beside the face
  g.distance_m = 0.3;
  const double k = 2.0 * units::pi * g.photon_energy_keV / 12.398419843320026;  // hc in keV A, CODATA
  for (const double two_theta : {0.0, 38.7, -90.0, 170.0}) {
    g.two_theta_deg = two_theta;
    const std::vector<double> magnitude = pixel_q_magnitudes(g);
    for (int row = 0; row < g.rows; row += 7)
      for (int column = 0; column < g.columns; column += 11) {
        const Vec3 q = pixel_q(g, row, column);
        const double length = std::sqrt(dot(q, q));
        EXPECT_NEAR(std::sqrt(dot(q + Vec3{{0, 0, k}}, q + Vec3{{0, 0, k}})), k, 1e-12 * k);
        EXPECT_NEAR(magnitude[static_cast<std::size_t>(row * g.columns + column)], length, 1e-14 * k);
      }
    const Vec3 axis = pixel_q(g, g.axis_row, g.axis_column);
    EXPECT_NEAR(std::sqrt(dot(axis, axis)), 2.0 * k * std::abs(std::sin(0.5 * two_theta * units::pi / 180.0)), 1e-12 * k) << two_theta;
  }
  // Small angles: one pixel off the beam, q = k p / L to second order; downwards is -y, to the right +x.
  g.two_theta_deg = 0.0;
  g.distance_m = 10.0;
  const Vec3 right = pixel_q(g, g.axis_row, g.axis_column + 1.0), down = pixel_q(g, g.axis_row + 1.0, g.axis_column);
  EXPECT_NEAR(right[0] / (k * 75e-6 / 10.0), 1.0, 1e-9);
  EXPECT_NEAR(right[2] / (-0.5 * k * std::pow(75e-6 / 10.0, 2)), 1.0, 1e-9);
  EXPECT_NEAR(down[1] / (-k * 75e-6 / 10.0), 1.0, 1e-9);
  // lambda L / (D p) = 1.5498 A * 10 m / (10 um * 75 um).
  EXPECT_NEAR(speckle_size_pixels(g, 10.0), 2.0664, 1e-4);
}

TEST(Detector, RefusesWhatIsNone) {
  DetectorGeometry g;
  check(g, "geometry");
  g.row_gaps = {{500, 13}};
  EXPECT_THROW(check(g, "geometry"), Error);
  g = {};
  g.distance_m = std::nan("");
  EXPECT_THROW(check(g, "geometry"), Error);
  DetectorFaults faults;
  check(faults, "faults");
  faults.flux_drift = 3.0;
  EXPECT_THROW(check(faults, "faults"), Error);
  EXPECT_THROW(SpecklePupil(64, 64, PupilShape::circle, 20.0, 2.0), Error);
}

// Correlation of intensities of pixels d apart minus 1, over patterns of `modes` modes.
struct SpeckleStatistics {
  std::vector<double> along_rows, along_columns;  // at 0, 1, ...
  double mean = 0.0;
};
SpeckleStatistics measure(SpecklePupil& pupil, int rows, int columns, int lags, const std::vector<double>& weights, int patterns) {
  SpeckleStatistics found{std::vector<double>(static_cast<std::size_t>(lags)), std::vector<double>(static_cast<std::size_t>(lags))};
  const double total = std::accumulate(weights.begin(), weights.end(), 0.0), count = 1.0 * rows * columns * patterns;
  for (int n = 0; n < patterns; ++n) {
    std::vector<float> image(static_cast<std::size_t>(rows * columns));
    for (std::size_t m = 0; m < weights.size(); ++m)
      pupil.add_white_intensity(3, static_cast<std::uint64_t>(n), static_cast<std::uint32_t>(m), weights[m] / total, {}, image);
    const auto at = [&](int r, int c) { return static_cast<double>(image[static_cast<std::size_t>(r % rows * columns + c % columns)]); };
    for (int r = 0; r < rows; ++r)
      for (int c = 0; c < columns; ++c) {
        found.mean += at(r, c) / count;
        for (int d = 0; d < lags; ++d) {
          found.along_rows[static_cast<std::size_t>(d)] += at(r, c) * at(r + d, c) / count;
          found.along_columns[static_cast<std::size_t>(d)] += at(r, c) * at(r, c + d) / count;
        }
      }
  }
  for (auto* sums : {&found.along_rows, &found.along_columns})
    for (double& sum : *sums) sum = sum / (found.mean * found.mean) - 1.0;
  return found;
}

TEST(SpecklePupil, SizesAreThoseOfTheClosedForm) {
  constexpr int rows = 128, columns = 96, lags = 12, patterns = 40;
  for (const PupilShape shape : {PupilShape::slit, PupilShape::circle, PupilShape::gaussian})
    for (const auto& [s_row, s_column] : {std::pair{4.0, 2.5}, std::pair{0.7, 1.3}}) {
      SpecklePupil pupil(rows, columns, shape, s_row, s_column);
      const SpeckleStatistics found = measure(pupil, rows, columns, lags, {1.0}, patterns);
      // 4.9e5 pixels; a second moment of speckles has an error of some 4 / sqrt(their number).
      const double error = 4.0 * std::sqrt(pupil.extent(std::vector<bool>(rows * columns, true)).pixels_per_speckle / (1.0 * rows * columns * patterns));
      EXPECT_NEAR(found.mean, 1.0, error);
      for (int d = 0; d < lags; ++d) {
        const double along = degree_of_coherence(shape, d / s_row, 0.0), across = degree_of_coherence(shape, 0.0, d / s_column);
        EXPECT_NEAR(found.along_rows[static_cast<std::size_t>(d)], along * along, 4.0 * error) << static_cast<int>(shape) << " " << s_row << " " << d;
        EXPECT_NEAR(found.along_columns[static_cast<std::size_t>(d)], across * across, 4.0 * error)
            << static_cast<int>(shape) << " " << s_column << " " << d;
      }
    }
}

TEST(SpecklePupil, PixelsOfASpeckle) {
  // The sums of sinc^4(pi d / s) and sinc^2(pi d / s) over whole d are 2 s / 3 and s for s >= 2 (Poisson's formula), along rows and columns.
  const SpeckleExtent large = SpecklePupil(400, 300, PupilShape::slit, 4.0, 3.0).extent(std::vector<bool>(400 * 300, true));
  EXPECT_NEAR(large.pixels_per_speckle / (8.0 / 3.0 * 2.0), 1.0, 0.01);
  EXPECT_NEAR(large.pixels_per_coherence_area / 12.0, 1.0, 0.01);
  // One pixel a speckle: |mu| is 0 at its neighbours.
  EXPECT_NEAR(SpecklePupil(200, 200, PupilShape::slit, 1.0, 1.0).extent(std::vector<bool>(200 * 200, true)).pixels_per_speckle, 1.0, 0.01);
}

TEST(SpecklePupil, PixelsOfASpeckleAmongSome) {
  // A band of pixels with holes, by the sum over all pairs of them of the closed form of mu.
  constexpr int rows = 80, columns = 60;
  std::vector<bool> marked(rows * columns);
  for (int r = 20; r < 26; ++r)
    for (int c = 0; c < columns; ++c) marked[static_cast<std::size_t>(r * columns + c)] = (r * 7 + c) % 5 != 0;
  const SpeckleExtent found = SpecklePupil(rows, columns, PupilShape::gaussian, 3.0, 2.0).extent(marked);
  double fourth = 0.0, square = 0.0, pixels = 0.0;
  for (int a = 0; a < rows * columns; ++a) {
    if (!marked[static_cast<std::size_t>(a)]) continue;
    ++pixels;
    for (int b = 0; b < rows * columns; ++b) {
      if (!marked[static_cast<std::size_t>(b)]) continue;
      const int across = std::abs(a % columns - b % columns);
      const double mu = degree_of_coherence(PupilShape::gaussian, (a / columns - b / columns) / 3.0, std::min(across, columns - across) / 2.0);
      square += mu * mu;
      fourth += mu * mu * mu * mu;
    }
  }
  EXPECT_NEAR(found.pixels_per_speckle, fourth / pixels, 1e-3 * fourth / pixels);
  EXPECT_NEAR(found.pixels_per_coherence_area, square / pixels, 1e-3 * square / pixels);
}

TEST(SpecklePupil, ContrastOfModes) {
  SpecklePupil pupil(64, 64, PupilShape::circle, 1.5, 1.5);
  const std::vector<double> weights{5.0, 3.0, 1.0, 1.0};
  EXPECT_NEAR(contrast_of_modes(weights), 36.0 / 100.0, 1e-12);
  EXPECT_NEAR(contrast_of_modes(std::vector<double>(20, 0.3)), 0.05, 1e-12);
  EXPECT_NEAR(measure(pupil, 64, 64, 1, weights, 60).along_rows[0], 0.36, 0.02);
}

TEST(SpecklePupil, ShiftsMoveThePattern) {
  constexpr int rows = 48, columns = 64;
  SpecklePupil pupil(rows, columns, PupilShape::gaussian, 3.0, 5.0);
  std::vector<float> still(rows * columns), moved(rows * columns);
  pupil.add_white_intensity(1, 2, 0, 1.0, {}, still);
  pupil.add_white_intensity(1, 2, 0, 1.0, {5.0, -7.0}, moved);
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < columns; ++c)
      ASSERT_NEAR(moved[static_cast<std::size_t>((r + 5) % rows * columns + (c + columns - 7) % columns)], still[static_cast<std::size_t>(r * columns + c)], 1e-4);
}

TEST(DetectorFaults, AreOffByDefault) {
  DetectorGeometry g;
  g.rows = 10;
  g.columns = 20;
  const DetectorFaults none;
  EXPECT_EQ(pixel_states(g, none), std::vector<std::uint32_t>(200, pixel_good));
  EXPECT_EQ(flux_factor(none, 3, 10), 1.0);
  EXPECT_EQ(pattern_shift(none, 3).rows, 0.0);
  EXPECT_EQ(recorded_frames(none, 4), (std::vector<std::int64_t>{0, 1, 2, 3}));
}

TEST(DetectorFaults, PixelsAndGaps) {
  DetectorGeometry g;
  g.rows = 400;
  g.columns = 500;
  g.row_gaps = {{100, 10}};
  g.column_gaps = {{250, 20}};
  DetectorFaults faults;
  faults.dead_fraction = 0.02;
  faults.hot_fraction = 0.01;
  faults.hot_photons = 3.0;
  const std::vector<std::uint32_t> states = pixel_states(g, faults);
  const auto count = [&](std::uint32_t state) { return static_cast<double>(std::count(states.begin(), states.end(), state)); };
  EXPECT_EQ(count(pixel_gap), 10 * 500 + 20 * 390);
  const double sensors = 200000.0 - count(pixel_gap);
  EXPECT_NEAR(count(pixel_dead), 0.02 * sensors, 4.0 * std::sqrt(0.02 * sensors));
  EXPECT_NEAR(count(pixel_noisy), 0.01 * sensors, 4.0 * std::sqrt(0.01 * sensors));
  std::vector<float> intensity(states.size(), 0.5f);
  spoil_pixels(states, faults, intensity);
  for (std::size_t p = 0; p < states.size(); ++p)
    ASSERT_EQ(intensity[p], states[p] == pixel_good ? 0.5f : states[p] == pixel_noisy ? 3.5f : 0.0f);
}

TEST(DetectorFaults, UnsteadyBeam) {
  constexpr int frames = 40000;
  DetectorFaults faults;
  faults.flux_rms = 0.3;
  faults.jitter_rms_pixels = 0.5;
  double mean = 0.0, square = 0.0, rows = 0.0, product = 0.0;
  for (int n = 0; n < frames; ++n) {
    const double flux = flux_factor(faults, n, frames);
    const PatternShift shift = pattern_shift(faults, n);
    mean += flux / frames;
    square += flux * flux / frames;
    rows += shift.rows * shift.rows / frames;
    product += shift.rows * shift.columns / frames;
  }
  EXPECT_NEAR(mean, 1.0, 4.0 * 0.3 / std::sqrt(frames));
  EXPECT_NEAR(std::sqrt(square - mean * mean), 0.3, 0.01);
  EXPECT_NEAR(rows, 0.25, 4.0 * 0.25 * std::sqrt(2.0 / frames));
  EXPECT_NEAR(product, 0.0, 4.0 * 0.25 / std::sqrt(frames));
  DetectorFaults drifting;
  drifting.flux_drift = -0.2;
  EXPECT_NEAR(flux_factor(drifting, 0, 101), 1.1, 1e-12);
  EXPECT_NEAR(flux_factor(drifting, 100, 101), 0.9, 1e-12);
}

TEST(DetectorFaults, FramesAreLostOrComeTwice) {
  DetectorFaults faults;
  faults.drop_probability = 0.1;
  faults.repeat_probability = 0.05;
  const std::vector<std::int64_t> recorded = recorded_frames(faults, 20000);
  EXPECT_NEAR(static_cast<double>(recorded.size()), 18000.0, 4.0 * std::sqrt(1800.0));
  int repeats = 0;
  for (std::size_t k = 1; k < recorded.size(); ++k) {
    ASSERT_GE(recorded[k], recorded[k - 1]);
    repeats += recorded[k] == recorded[k - 1];
  }
  EXPECT_NEAR(repeats, 900.0, 4.0 * std::sqrt(900.0));
  const std::vector<float> subframes{1.0f, 2.0f, 3.0f, 6.0f};
  std::vector<float> exposure(2);
  average_subframes(subframes, exposure);
  EXPECT_EQ(exposure, (std::vector<float>{2.0f, 4.0f}));
}

TEST(DetectorFaults, AreWrittenAsMetadata) {
  const test::ScratchFolder folder;
  const std::string path = folder / "detector.h5";
  DetectorGeometry g;
  g.rows = 30;
  g.columns = 20;
  g.column_gaps = {{3, 2}};
  DetectorFaults faults;
  faults.flux_drift = 0.25;
  {
    h5::File file = h5::File::create(path);
    write_detector(file, "/entry/instrument/detector_1", g, faults);
    file.close();
  }
  const h5::File file = h5::File::open(path);
  const std::string group = "/entry/instrument/detector_1";
  EXPECT_EQ(file.read<double>(group + "/distance", {1}), std::vector<double>{5.0});
  EXPECT_EQ(file.text_attribute(group + "/x_pixel_size", "units"), std::vector<std::string>{"m"});
  const auto mask = file.read<std::uint32_t>(group + "/pixel_mask", {30, 20});
  EXPECT_EQ(mask[2], 0u);
  EXPECT_EQ(mask[3], 1u);  // NeXus: bit 0 is a pixel without a sensor
  EXPECT_EQ(file.attribute<double>(group + "/faults", "flux_drift"), std::vector<double>{0.25});
}

}  // namespace
}  // namespace patina
