// SPDX-License-Identifier: BSD-3-Clause
// From fields to photons of a detector. Truths: movies made pixel by pixel (speckle_movie.hpp), to the last bit; the negative-binomial law of
// photons of M equal modes [physics.md 3.11]; the contrast that an exposure leaves of an exponential [Bandyopadhyay 2005]; what a shift of the
// pattern costs, |mu|^2; frames that come twice.
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "beamline/exposure_blur.hpp"
#include "beamline/recorded_truth.hpp"
#include "beamline/synthetic_sample.hpp"
#include "scratch_folder.hpp"
#include "statistics.hpp"

namespace patina {
namespace {

MovieModel exponential(double tau, const std::vector<double>& times, double exponent, double contrast) {
  SyntheticSample sample;
  sample.zones.push_back({1.0, exponent, Clock(StationaryClock{tau}, {times.back() + 1.0, 1}), std::nullopt});
  return movie_model(sample, 1.0, times, contrast);
}

std::vector<double> even_times(int count, double step) {
  std::vector<double> times(static_cast<std::size_t>(count));
  for (int k = 0; k < count; ++k) times[static_cast<std::size_t>(k)] = k * step;
  return times;
}

TEST(SpecklePlanes, AreTheMoviesWhetherTheyWaitInAFileOrNot) {
  const test::ScratchFolder folder;
  const Comm comm = Comm::world();
  constexpr int frames = 9;
  for (const double exponent : {1.0, 1.5}) {
    const SpeckleMovie movie(exponential(4.0, even_times(frames, 1.0), exponent, 0.4), {}, 5, 3, "here");
    std::vector<PlaneUnit> units = units_of(movie, 5000, -1, 0, frames);
    for (const PlaneUnit& unit : units_of(movie, 100, 1, plane_length(units), frames)) units.push_back(unit);
    ASSERT_GE(units.size(), 3u);
    const auto all = movie.intensities({0, 5008});
    const auto field = movie.mode_stream(1, {0, 112});
    std::vector<std::vector<float>> made;
    for (const double most_live : {1e12, 0.0}) {
      EXPECT_EQ(waits_in_file(units, most_live), most_live == 0.0);
      const auto source = PlaneSource::create(comm, units, frames, folder / "fields.tmp", most_live);
      std::vector<float> planes, together;
      for (const int count : {4, 5}) {
        source->next(count, planes);
        together.insert(together.end(), planes.begin(), planes.end());
      }
      made.push_back(together);
      EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
    }
    EXPECT_EQ(made[0], made[1]);
    const std::size_t length = plane_length(units);
    ASSERT_EQ(made[0].size(), frames * length);
    std::vector<float> re(112), im(112);
    for (std::size_t k = 0; k < frames; ++k) {
      field->next(re.data(), im.data());
      for (std::size_t p = 0; p < 5000; ++p) ASSERT_EQ(made[0][k * length + p], all[k * 5008 + p]);
      for (std::size_t p = 0; p < 100; ++p) {
        ASSERT_EQ(made[0][k * length + 5008 + p], re[p]);
        ASSERT_EQ(made[0][k * length + 5008 + 112 + p], im[p]);
      }
    }
  }
}

// One ring on a detector of 200 x 250 pixels.
FrameOptics optics_of(int frames, double photons, const std::vector<double>& weights) {
  FrameOptics optics;
  optics.geometry.rows = 200;
  optics.geometry.columns = 250;
  optics.frames = frames;
  optics.ring.assign(50000, 0);
  optics.photons.assign(50000, static_cast<float>(photons));
  optics.mode_weights = weights;
  return optics;
}

// Events of all frames.
std::vector<std::vector<PhotonEvent>> frames_of(const FrameOptics& optics, const MovieModel& model) {
  const SpeckleMovie movie(model, {}, optics.seed, 0, "here");
  const std::vector<PlaneUnit> units = plane_units(optics, {&movie});
  const Comm comm = Comm::world();
  const auto source = PlaneSource::create(comm, units, model.frames(), "unused");
  FrameMaker maker(optics, units);
  std::vector<float> planes;
  std::vector<std::vector<PhotonEvent>> frames(static_cast<std::size_t>(optics.frames));
  for (std::size_t k = 0; k < frames.size(); ++k) {
    source->next(optics.faults.subframes, planes);
    maker.make(static_cast<std::int64_t>(k), planes, frames[k]);
  }
  return frames;
}

double negative_binomial(int k, double mean, double modes) {
  return std::exp(std::lgamma(k + modes) - std::lgamma(modes) - std::lgamma(k + 1.0) - k * std::log1p(modes / mean) - modes * std::log1p(mean / modes));
}

TEST(FrameMaker, CountsAreNegativeBinomial) {
  for (const std::string kind : {"pixels", "pupil", "no fields"})
    for (const int modes : {1, 4})
      for (const double mean : {0.05, 2.0}) {
        FrameOptics optics = optics_of(6, mean, coherence_weights(1.0 / modes));
        if (kind == "pupil") optics.pupil = PupilChoice{PupilShape::slit, 1.0, 1.0};  // pixels independent: mu is 0 at neighbours
        if (kind == "no fields") optics.independent_modes = modes;
        // Frames far apart.
        const auto frames = frames_of(optics, exponential(1e-3, even_times(6, 1.0), 1.0, 1.0 / modes));
        std::vector<double> seen(60);
        for (const auto& events : frames)
          for (const PhotonEvent& event : events) ++seen[std::min<std::size_t>(event.count, 59)];
        const double pixels = 6.0 * 50000.0;
        seen[0] = pixels - std::accumulate(seen.begin() + 1, seen.end(), 0.0);
        double chi_square = 0.0, rest_seen = 0.0, rest = 1.0;
        int bins = 0;
        for (int k = 0; k < 59; ++k) {
          const double expected = pixels * negative_binomial(k, mean, modes);
          if (expected < 20.0) continue;
          chi_square += std::pow(seen[static_cast<std::size_t>(k)] - expected, 2) / expected;
          rest -= expected / pixels;
          rest_seen += seen[static_cast<std::size_t>(k)];
          ++bins;
        }
        if (rest * pixels > 5.0) chi_square += std::pow(pixels - rest_seen - rest * pixels, 2) / (rest * pixels);
        // P(chi^2 larger) > 1e-4 at `bins` degrees of freedom.
        EXPECT_GT(1.0 - testing::gamma_cdf(0.5 * bins, 0.5 * chi_square), 1e-4) << kind << " " << modes << " " << mean << ": " << chi_square << " of " << bins;
      }
}

TEST(RecordedTruth, ExposuresLoseTheContrastOfTheClosedForm) {
  // Instants in the middle of 64 equal parts: right to some 1e-4.
  constexpr int frames = 6, instants = 64;
  FrameOptics optics = optics_of(frames, 0.5, {1.0});
  optics.faults.subframes = instants;
  for (const double tau : {0.5, 3.0, 20.0}) {
    std::vector<double> times;
    for (int n = 0; n < frames; ++n)
      for (int k = 0; k < instants; ++k) times.push_back(n * 2.0 + (k + 0.5) / instants * 1.5);
    const MixedModel model{{1.0, exponential(tau, times, 1.0, 0.8)}};
    const RecordedFrames record = record_of(optics);
    const RecordedTruth truth(model, record, {1000.0, 1.0, 0.5, 1.0});
    const double x = 1.5 / tau;
    EXPECT_NEAR(truth.correlation(2, 2), 1.0 + 0.8 * (std::exp(-2.0 * x) - 1.0 + 2.0 * x) / (2.0 * x * x), 3e-4) << tau;
    EXPECT_NEAR(truth.contrast(), 0.8 * (std::exp(-2.0 * x) - 1.0 + 2.0 * x) / (2.0 * x * x), 3e-4) << tau;
    for (const int delay : {1, 3}) {
      EXPECT_NEAR(truth.correlation(1, static_cast<std::size_t>(1 + delay)), 1.0 + 0.8 * blurred_correlation(2.0 * delay, 1.5, tau, 1.0), 3e-4);
      EXPECT_NEAR(truth.g2(delay), 1.0 + 0.8 * blurred_correlation(2.0 * delay, 1.5, tau, 1.0), 3e-4);
    }
  }
}

TEST(RecordedTruth, IsFoundInFramesThatShiftBlurAndComeTwice) {
  constexpr int frames = 40, instants = 3;
  const std::vector<double> weights = {0.5, 0.3, 0.2};
  FrameOptics optics = optics_of(frames, 0.8, weights);
  optics.faults.subframes = instants;
  optics.faults.jitter_rms_pixels = 0.6;
  optics.faults.flux_rms = 0.3;
  optics.faults.flux_drift = -0.5;
  optics.faults.repeat_probability = 0.2;
  optics.faults.drop_probability = 0.2;
  optics.pupil = PupilChoice{PupilShape::gaussian, 2.0, 3.0};
  std::vector<double> times;
  for (int n = 0; n < frames; ++n)
    for (int k = 0; k < instants; ++k) times.push_back(n + (k + 0.5) / instants);
  MovieModel model = exponential(12.0, times, 1.0, contrast_of_modes(weights));
  model.mode_weights = weights;
  const auto made = frames_of(optics, model);
  const RecordedFrames record = record_of(optics);
  ASSERT_LT(record.frame.size(), 38u);
  ASSERT_NE(std::adjacent_find(record.frame.begin(), record.frame.end()), record.frame.end());
  const SpeckleExtent extent = SpecklePupil(200, 250, PupilShape::gaussian, 2.0, 3.0).extent(std::vector<bool>(200 * 250, true));
  const MixedModel mixed{{1.0, model}};
  const RecordedTruth truth(mixed, record, {50000.0, 1.0, 0.8, extent.pixels_per_speckle, extent.pixels_per_coherence_area});
  std::vector<std::vector<float>> dense;
  std::vector<double> mean;
  for (const std::int64_t frame : record.frame) {
    std::vector<float>& counts = dense.emplace_back(50000);
    for (const PhotonEvent& event : made[static_cast<std::size_t>(frame)]) counts[event.pixel] = static_cast<float>(event.count);
    mean.push_back(std::accumulate(counts.begin(), counts.end(), 0.0) / 50000.0);
  }
  // |mu|^2 of the shift written down anew: exp(-(pi d / s)^2 / (2 ln 2)).
  const auto rho = [&](std::size_t i, std::size_t j) {
    double sum = 0.0;
    for (int a = 0; a < instants; ++a)
      for (int b = 0; b < instants; ++b) sum += std::exp(-2.0 * std::abs(static_cast<double>(record.frame[i] - record.frame[j]) + (a - b) / 3.0) / 12.0) / 9.0;
    const double r = (record.shift[i].rows - record.shift[j].rows) / 2.0, c = (record.shift[i].columns - record.shift[j].columns) / 3.0;
    return sum * std::exp(-std::pow(3.14159265358979, 2) * (r * r + c * c) / (2.0 * std::log(2.0)));
  };
  double chi_square = 0.0, pairs = 0.0;
  for (std::size_t i = 0; i < dense.size(); ++i)
    for (std::size_t j = i + 1; j < dense.size(); ++j) {
      double product = 0.0;
      for (std::size_t p = 0; p < 50000; ++p) product += static_cast<double>(dense[i][p] * dense[j][p]);
      const double c = product / (50000.0 * mean[i] * mean[j]);
      if (record.frame[i] == record.frame[j]) {
        EXPECT_EQ(dense[i], dense[j]);
        EXPECT_NEAR(truth.correlation(i, j), 1.0 + 0.38 * rho(i, j) + 1.0 / 0.8, 1e-9);
        continue;  // its shot noise goes with the flux
      }
      EXPECT_NEAR(truth.correlation(i, j), 1.0 + 0.38 * rho(i, j), 1e-9);
      // The flux of these frames is not 1: shot noise of each goes with it.
      const SpeckleSample sample{50000.0, truth.contrast(), std::sqrt(mean[i] * mean[j]), extent.pixels_per_speckle, extent.pixels_per_coherence_area};
      const double variance = two_time_variance(sample, 0.38 * rho(i, j) / truth.contrast());
      EXPECT_LT(std::abs(c - truth.correlation(i, j)), 5.5 * std::sqrt(variance)) << i << " " << j;
      chi_square += std::pow(c - truth.correlation(i, j), 2) / variance;
      ++pairs;
    }
  // The pairs of one movie go together; modes of unequal weight scatter a little more than equal ones.
  EXPECT_GT(chi_square / pairs, 0.7);
  EXPECT_LT(chi_square / pairs, 1.5);
}

TEST(RecordedTruth, DelaysOfAMultiTauCorrelator) {
  EXPECT_EQ(multi_tau_delays(70), (std::vector<int>{1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 28, 32, 40, 48, 56}));  // 64 + 8 > 70
  EXPECT_EQ(multi_tau_delays(2), std::vector<int>{1});
}

}  // namespace
}  // namespace patina
