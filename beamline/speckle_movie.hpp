// SPDX-License-Identifier: BSD-3-Clause
// Intensities of speckles of one shell: I_p(k) = sum_m w_m |E_pm(k)|^2 with modes m of coherence, independent, sum w_m = 1, so that
// <I> = 1 and the contrast is sum w_m^2 [physics.md 3.3]; each field is a sum of independent parts (zones, a static reference), of
// which the moving ones may have a phase: E = sum_a sqrt(weight_a) exp(i 2 pi turns_a(k)) E_a(k). What is true of it: truth.hpp.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "beamline/field_covariance.hpp"
#include "beamline/speckle_fields.hpp"

namespace patina {

struct MoviePart {
  double weight = 1.0;  // of the mean intensity
  FieldCovariance covariance;
  std::vector<double> turns;  // of each frame; empty: none
  std::string name = {};      // what the input calls it, for errors
};

struct MovieModel {
  std::vector<MoviePart> parts;  // weights add up to 1
  double contrast = 1.0;
  std::vector<double> mode_weights = {};  // of modes of coherence, their sum 1 and that of their squares the contrast; none: coherence_weights()
  int frames() const { return parts.front().covariance.frames; }
};

constexpr int most_parts = 8, most_coherence_modes = 4096;

// The fewest weights that have the contrast: equal ones and a smaller one.
std::vector<double> coherence_weights(double contrast);

// intensity += weight |E|^2 of so many pixels.
void add_field_intensity(const float* re, const float* im, float weight, float* intensity, int count);

class SpeckleMovie {
 public:
  // `shell` keeps its noise apart from that of other movies of the seed. Throws as make_field_generator() does.
  SpeckleMovie(const MovieModel& model, const GeneratorChoice& choice, std::uint64_t seed, std::uint32_t shell, const std::string& place);

  // [frame][pixel] of a block.
  std::vector<float> intensities(PixelBlock block) const;
  // The field of one mode of coherence, whose weight is not in it, <|E|^2> = 1. The movie outlives it.
  std::unique_ptr<FieldStream> mode_stream(int mode, PixelBlock block) const;
  const std::vector<double>& mode_weights() const { return weights_; }
  // What generators keep themselves.
  double bytes() const;
  // What streams of all modes keep of each pixel.
  double bytes_of_pixel() const;
  // Of each part.
  std::vector<std::string> generators() const;

 private:
  class ModeStream;
  struct Part {
    float amplitude;
    std::vector<float> phase_re, phase_im;  // of each frame, or none
    std::unique_ptr<FieldGenerator> generator;
  };
  int frames_;
  std::uint64_t seed_;
  std::uint32_t shell_;
  std::vector<double> weights_;  // of modes of coherence
  std::vector<Part> parts_;
};

}  // namespace patina
