// SPDX-License-Identifier: BSD-3-Clause
#include "beamline/speckle_movie.hpp"

#include <cmath>

#include "core/elementary.hpp"
#include "core/error.hpp"

namespace patina {

namespace {

// field += amplitude phase E.
void add_part(const float* re, const float* im, float phase_re, float phase_im, float* sum_re, float* sum_im, int count) {
#pragma omp simd
  for (int p = 0; p < count; ++p) {
    sum_re[p] += phase_re * re[p] - phase_im * im[p];
    sum_im[p] += phase_re * im[p] + phase_im * re[p];
  }
}

void add_intensity(const float* re, const float* im, float weight, float* intensity, int count) {
#pragma omp simd
  for (int p = 0; p < count; ++p) intensity[p] += weight * (re[p] * re[p] + im[p] * im[p]);
}

}  // namespace

// M - 1 of w and one of 1 - (M - 1) w: (M - 1) w^2 + (1 - (M - 1) w)^2 = contrast, the root between 1/M and 1/(M - 1).
std::vector<double> coherence_weights(double contrast) {
  const double modes = std::ceil(1.0 / contrast * (1.0 - 1e-12));
  if (modes <= 1.0) return {1.0};
  const double rest = modes - 1.0, root = std::sqrt(std::max(0.0, (modes * contrast - 1.0) / rest));
  const double w = (1.0 + root) / modes;
  std::vector<double> weights(static_cast<std::size_t>(modes), w);
  weights.back() = std::max(0.0, 1.0 - rest * w);
  return weights;
}

SpeckleMovie::SpeckleMovie(const MovieModel& model, const GeneratorChoice& choice, std::uint64_t seed, std::uint32_t shell,
                           const std::string& place)
    : frames_(model.frames()), seed_(seed), shell_(shell), weights_(coherence_weights(model.contrast)) {
  require(model.parts.size() <= most_parts && weights_.size() <= most_coherence_modes, "a movie of too many parts or modes");
  for (const MoviePart& part : model.parts) {
    Part& made = parts_.emplace_back();
    made.amplitude = static_cast<float>(std::sqrt(part.weight));
    for (const double turns : part.turns) {
      const elementary::Phase phase = elementary::phase(turns - std::rint(turns));
      made.phase_re.push_back(static_cast<float>(phase.cosine));
      made.phase_im.push_back(static_cast<float>(phase.sine));
    }
    // What stands still needs no generator of its own.
    const bool still = part.covariance.kernels.empty() && !part.covariance.local;
    made.generator = make_field_generator(part.covariance, still ? GeneratorChoice{} : choice, place);
  }
}

std::vector<float> SpeckleMovie::intensities(PixelBlock block) const {
  const auto count = static_cast<std::size_t>(block.count);
  std::vector<float> intensity(static_cast<std::size_t>(frames_) * count), re(count), im(count), sum_re(count), sum_im(count);
  for (std::size_t m = 0; m < weights_.size(); ++m) {
    std::vector<std::unique_ptr<FieldStream>> streams;
    for (std::size_t a = 0; a < parts_.size(); ++a) {
      const std::uint32_t channel = (shell_ * most_parts + static_cast<std::uint32_t>(a)) * most_coherence_modes + static_cast<std::uint32_t>(m);
      streams.push_back(parts_[a].generator->stream(seed_, channel, block));
    }
    for (std::size_t k = 0; k < static_cast<std::size_t>(frames_); ++k) {
      std::fill(sum_re.begin(), sum_re.end(), 0.0f);
      std::fill(sum_im.begin(), sum_im.end(), 0.0f);
      for (std::size_t a = 0; a < parts_.size(); ++a) {
        const Part& part = parts_[a];
        streams[a]->next(re.data(), im.data());
        const bool turns = !part.phase_re.empty();
        add_part(re.data(), im.data(), part.amplitude * (turns ? part.phase_re[k] : 1.0f), part.amplitude * (turns ? part.phase_im[k] : 0.0f),
                 sum_re.data(), sum_im.data(), block.count);
      }
      add_intensity(sum_re.data(), sum_im.data(), static_cast<float>(weights_[m]), intensity.data() + k * count, block.count);
    }
  }
  return intensity;
}

std::vector<std::string> SpeckleMovie::generators() const {
  std::vector<std::string> names;
  for (const Part& part : parts_) names.push_back(part.generator->name());
  return names;
}

}  // namespace patina
