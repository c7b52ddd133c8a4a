// SPDX-License-Identifier: BSD-3-Clause
#include "beamline/simulated_g2.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "beamline/photons.hpp"
#include "beamline/speckle_movie.hpp"
#include "core/error.hpp"

namespace patina {
namespace {

constexpr const char* place = "Monte Carlo of g2";

// Fields at all instants of all exposures.
SpeckleMovie make_movie(const Measurement& m, int frames, std::uint64_t seed) {
  const int instants = instants_of_exposure(m);
  ClockedKernel kernel;
  kernel.exponent = m.kww_exponent;
  for (int n = 0; n < frames; ++n)
    for (int k = 0; k < instants; ++k) kernel.s.push_back((n * m.interval_s + (k + 0.5) / instants * m.exposure_s) / m.tau_s);
  MovieModel model;
  model.parts.resize(1);
  model.parts[0].covariance.frames = frames * instants;
  model.parts[0].covariance.kernels = {kernel};
  model.contrast = m.sample.contrast;
  return SpeckleMovie(model, {}, seed, 0, place);
}

// [pixel][frame] of one movie, of what a detector counts (or of intensities without photons), and the mean of each frame.
struct Movie {
  Eigen::MatrixXf value;
  Eigen::RowVectorXd mean;
};
Movie count_movie(const Measurement& m, const SpeckleMovie& speckles, int frames, PixelBlock block, std::uint64_t seed) {
  const int instants = instants_of_exposure(m);
  const std::vector<float> intensity = speckles.intensities(block);
  Movie movie{Eigen::MatrixXf(block.count, frames), Eigen::RowVectorXd(frames)};
  std::vector<std::uint16_t> counts(static_cast<std::size_t>(block.count));
  for (int n = 0; n < frames; ++n) {
    const Eigen::Map<const Eigen::MatrixXf> exposure(intensity.data() + std::ptrdiff_t{n} * instants * block.count, block.count, instants);
    movie.value.col(n) = exposure.rowwise().mean();
    if (!std::isinf(m.sample.photons)) {
      movie.value.col(n) *= static_cast<float>(m.sample.photons);
      count_poisson({seed, Stream::photons, static_cast<std::uint64_t>(n)}, block.first, {movie.value.col(n).data(), counts.size()}, counts);
      for (int p = 0; p < block.count; ++p) movie.value(p, n) = counts[static_cast<std::size_t>(p)];
    }
    movie.mean[n] = movie.value.col(n).cast<double>().mean();
    if (!(movie.mean[n] > 0.0))
      throw Error(ExitCode::bad_input, fmt::format("{}: a frame of {} pixels counts nothing at {:.3g} photons a pixel: take more pixels", place,
                                                   block.count, m.sample.photons));
  }
  return movie;
}

Eigen::RowVectorXd g2_of(const Movie& movie, const std::vector<LagRange>& lags) {
  const Eigen::Index frames = movie.value.cols();
  const auto pixels = static_cast<double>(movie.value.rows());
  Eigen::RowVectorXd g2(static_cast<Eigen::Index>(lags.size()));
  for (Eigen::Index k = 0; k < g2.size(); ++k) {
    const LagRange& range = lags[static_cast<std::size_t>(k)];
    double mean = 0.0;
    for (Eigen::Index lag = range.first; lag <= range.last; ++lag) {
      double sum = 0.0;
      for (Eigen::Index n = 0; n + lag < frames; ++n)
        sum += movie.value.col(n).dot(movie.value.col(n + lag)) / (pixels * movie.mean[n] * movie.mean[n + lag]);
      mean += sum / static_cast<double>(frames - lag);
    }
    g2[k] = mean / range.count();
  }
  return g2;
}

}  // namespace

int instants_of_exposure(const Measurement& m) { return std::clamp(static_cast<int>(std::ceil(8.0 * m.exposure_s / m.tau_s)), 1, 8); }

Eigen::MatrixXd simulated_g2_covariance(const Measurement& m, int frames, const std::vector<LagRange>& lags, const SimulatedMovies& movies) {
  require(movies.movies > 1 && movies.pixels > 0 && movies.pixels % pixel_group == 0, "simulated_g2_covariance: no such movies");
  const SpeckleMovie speckles = make_movie(m, frames, movies.seed);
  Eigen::MatrixXd all(movies.movies, static_cast<Eigen::Index>(lags.size()));
  for (int n = 0; n < movies.movies; ++n) {
    // Pixels of one large detector.
    const PixelBlock block{static_cast<std::uint32_t>(n) * static_cast<std::uint32_t>(movies.pixels), movies.pixels};
    all.row(n) = g2_of(count_movie(m, speckles, frames, block, movies.seed), lags);
  }
  const Eigen::MatrixXd centred = all.rowwise() - all.colwise().mean();
  return centred.transpose() * centred / (movies.movies - 1.0) * (movies.pixels / m.sample.pixels);
}

}  // namespace patina
