// SPDX-License-Identifier: BSD-3-Clause
#include "beamline/speckle_movie.hpp"

#include <algorithm>
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

}  // namespace

void add_field_intensity(const float* re, const float* im, float weight, float* intensity, int count) {
#pragma omp simd
  for (int p = 0; p < count; ++p) intensity[p] += weight * (re[p] * re[p] + im[p] * im[p]);
}

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

// Sums the parts of one mode of coherence.
class SpeckleMovie::ModeStream : public FieldStream {
 public:
  ModeStream(const SpeckleMovie& movie, int mode, PixelBlock block)
      : parts_(movie.parts_), count_(block.count), re_(static_cast<std::size_t>(count_)), im_(re_.size()) {
    for (std::size_t a = 0; a < parts_.size(); ++a) {
      const std::uint32_t channel = (movie.shell_ * most_parts + static_cast<std::uint32_t>(a)) * most_coherence_modes + static_cast<std::uint32_t>(mode);
      streams_.push_back(parts_[a].generator->stream(movie.seed_, channel, block));
    }
  }
  void next(float* re, float* im) override {
    std::fill_n(re, count_, 0.0f);
    std::fill_n(im, count_, 0.0f);
    for (std::size_t a = 0; a < parts_.size(); ++a) {
      const Part& part = parts_[a];
      streams_[a]->next(re_.data(), im_.data());
      const bool turns = !part.phase_re.empty();
      add_part(re_.data(), im_.data(), part.amplitude * (turns ? part.phase_re[frame_] : 1.0f), part.amplitude * (turns ? part.phase_im[frame_] : 0.0f),
               re, im, count_);
    }
    ++frame_;
  }

 private:
  const std::vector<Part>& parts_;
  int count_;
  std::size_t frame_ = 0;
  std::vector<float> re_, im_;
  std::vector<std::unique_ptr<FieldStream>> streams_;
};

SpeckleMovie::SpeckleMovie(const MovieModel& model, const GeneratorChoice& choice, std::uint64_t seed, std::uint32_t shell,
                           const std::string& place)
    : frames_(model.frames()), seed_(seed), shell_(shell),
      weights_(model.mode_weights.empty() ? coherence_weights(model.contrast) : model.mode_weights) {
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
    made.generator = make_field_generator(part.covariance, still ? GeneratorChoice{} : choice, part.name.empty() ? place : place + ": " + part.name);
  }
}

std::unique_ptr<FieldStream> SpeckleMovie::mode_stream(int mode, PixelBlock block) const {
  return std::make_unique<ModeStream>(*this, mode, block);
}

double SpeckleMovie::bytes() const {
  double bytes = 0.0;
  for (const Part& part : parts_) bytes += part.generator->bytes();
  return bytes;
}

double SpeckleMovie::bytes_of_pixel() const {
  double bytes = 0.0;
  for (const Part& part : parts_) bytes += part.generator->bytes_of_pixel();
  return bytes * static_cast<double>(weights_.size());
}

std::vector<float> SpeckleMovie::intensities(PixelBlock block) const {
  const auto count = static_cast<std::size_t>(block.count);
  std::vector<float> intensity(static_cast<std::size_t>(frames_) * count), re(count), im(count);
  for (std::size_t m = 0; m < weights_.size(); ++m) {
    const std::unique_ptr<FieldStream> stream = mode_stream(static_cast<int>(m), block);
    for (std::size_t k = 0; k < static_cast<std::size_t>(frames_); ++k) {
      stream->next(re.data(), im.data());
      add_field_intensity(re.data(), im.data(), static_cast<float>(weights_[m]), intensity.data() + k * count, block.count);
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
