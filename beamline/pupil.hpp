// SPDX-License-Identifier: BSD-3-Clause
// Speckles of a given size: a detector's fields are the Fourier transform of what leaves the illuminated sample, a white complex
// Gaussian field times the beam's amplitude (the pupil) [J. W. Goodman, Speckle Phenomena in Optics (2007), 4.5]. Fields of two pixels
// that are d apart then have the degree of coherence mu(d), the transform of the beam's intensity profile, and their intensities are
// correlated as |mu|^2. With s = lambda distance / (beam size) in pixels (detector.hpp):
//
//   slit      a rectangle, s along rows and columns   mu = sinc(pi dr / s_r) sinc(pi dc / s_c),  sinc x = sin x / x
//   circle    of that diameter (an ellipse)            mu = 2 J1(pi d / s) / (pi d / s),  d / s = hypot(dr / s_r, dc / s_c)
//   gaussian  of that FWHM of its intensity            mu = exp(-(pi d / s)^2 / (4 ln 2))
//
// The pattern repeats beyond its edges, and pixels sample it at their centres. Images are right to the rounding of float; FFTW's last
// bits are not the same on all processors. Partial coherence: intensities of M independent fields of
// weights w add up; contrast = sum w^2 / (sum w)^2. If the field of each point of the pupil changes with time as a kernel f, so does
// that of each pixel.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "beamline/correlation_error.hpp"
#include "beamline/detector_faults.hpp"

namespace patina {

enum class PupilShape { slit, circle, gaussian };

// mu at dr, dc in units of s_r, s_c.
double degree_of_coherence(PupilShape shape, double rows, double columns);

// The contrast that modes of these weights leave.
double contrast_of_modes(std::span<const double> weights);

class SpecklePupil {
 public:
  // A detector of rows x columns, speckles of so many pixels along rows and columns: 0.2 or more, a fourth of the detector or less, else
  // Error(bad_input). Smaller ones than pixels make no difference but for what neighbours share.
  SpecklePupil(int rows, int columns, PupilShape shape, double speckle_rows, double speckle_columns);
  ~SpecklePupil();

  // Points inside the pupil: so many independent fields make one image.
  int points() const { return static_cast<int>(place_.size()); }
  // Sums of |mu|^4 and of |mu|^2 over a pixel's neighbours and itself among those marked, the mean over these pixels: of SpeckleSample.
  SpeckleExtent extent(const std::vector<bool>& marked) const;

  // Adds weight |E|^2 to intensity[rows * columns]; re and im: fields of the points, <|.|^2> = 1, so that <|E|^2> = 1. The pattern is
  // shifted by phases on the pupil, without loss. One thread at a time.
  void add_intensity(std::span<const float> re, std::span<const float> im, double weight, const PatternShift& shift, std::span<float> intensity);

  // The same from white noise of a key: the field of each point is a function of (seed, frame, mode, point).
  void add_white_intensity(std::uint64_t seed, std::uint64_t frame, std::uint32_t mode, double weight, const PatternShift& shift,
                           std::span<float> intensity);

 private:
  struct Transform;
  int rows_, columns_;
  std::vector<std::size_t> place_;  // of each point in the transform; a pupil wider than that comes around
  std::vector<float> amplitude_;
  std::vector<int> row_, column_;   // from the middle of the pupil
  std::unique_ptr<Transform> transform_;
};

}  // namespace patina
