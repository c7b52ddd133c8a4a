// SPDX-License-Identifier: BSD-3-Clause
// Complex Gaussian fields E_p(k) of pixels p and frames k, independent from pixel to pixel, circular, <|E|^2> = 1, with a given
// covariance <E(i) E*(j)> = K_ij [physics.md 3.11]. Four ways, each exact to second order:
//   ar1        all kernels exp(-s): E_k+1 = a E_k + sqrt(1 - a^2) xi, a = exp(-(s_k+1 - s_k)). O(1) for each field and frame.
//   cholesky   any covariance, to 4096 frames: E = L xi, K = L L^T, right to 1e-7. O(frames) for each field and frame.
//   modes      products of kernels, any frames: E = M^-1/2 sum_m exp(i(w_m s(k) + phi_m)), w_m from Levy's stable law; moments beyond
//              the second are off by 1/M: <|E|^4> = 2 - 1/M. O(M). Exponents from 0.1 on: a fraction (2^104)^-exponent of modes,
//              8e-4 at 0.1, is so fast that its phase is lost and stands still.
//   circulant  products of kernels whose clocks go evenly from frame to frame: by Fourier transform of a period of twice the length
//              or more [Dietrich & Newsam, SIAM J. Sci. Comput. 18, 1088 (1997)]. O(log frames); keeps all frames of its pixels.
// A field is a function of (seed, channel, pixel, frame), whatever block of pixels it is made in, with the same bits on any CPU.
#pragma once

#include <memory>
#include <string>

#include "beamline/field_covariance.hpp"
#include "beamline/speckle_noise.hpp"

namespace patina {

// Whole groups of 16: both are multiples of pixel_group.
struct PixelBlock {
  std::uint32_t first = 0;
  int count = 0;
};

// Fields of one block of pixels, frame by frame.
class FieldStream {
 public:
  virtual ~FieldStream() = default;
  // Writes the next frame: `count` real and imaginary parts.
  virtual void next(float* re, float* im) = 0;
};

// What all blocks share; it outlives their streams.
class FieldGenerator {
 public:
  virtual ~FieldGenerator() = default;
  virtual const char* name() const = 0;
  // What it keeps itself.
  virtual double bytes() const = 0;
  // What a stream keeps of each pixel while it lasts.
  virtual double bytes_of_pixel() const = 0;
  virtual std::unique_ptr<FieldStream> stream(std::uint64_t seed, std::uint32_t channel, PixelBlock block) const = 0;
};

struct GeneratorChoice {
  std::string name = "automatic";  // the first of ar1, cholesky (to 1024 frames), circulant, modes that suits
  int modes = 256;
  std::string key = "generator";  // what the input calls the choice, for errors
};

// Throws Error(bad_input) that begins with `place` if there is no such field, or not by this generator, with the reason.
std::unique_ptr<FieldGenerator> make_field_generator(FieldCovariance covariance, const GeneratorChoice& choice, const std::string& place);

}  // namespace patina
