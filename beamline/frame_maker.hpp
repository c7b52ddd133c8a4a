// SPDX-License-Identifier: BSD-3-Clause
// From planes of speckles (speckle_planes.hpp) to what a detector counts in a frame: where each ring's speckles fall, with a pupil or pixel
// by pixel; the mean over the instants of an exposure; the beam's flux and the profile of intensity; dead and hot pixels; photons. A frame
// is a function of the seed, the frame's number and its planes.
//
// Every pixel has the dynamics of one ring, the one whose middle is nearest to its |q|, also between rings and across the width
// of one: so what is true of a ring is true exactly, and not a mixture of its pixels' taus. With a pupil, each ring has a pattern
// of its own that covers the detector, of which its own pixels are seen: speckles do not go on from ring to ring.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "beamline/detector_faults.hpp"
#include "beamline/photons.hpp"
#include "beamline/pupil.hpp"
#include "beamline/speckle_planes.hpp"

namespace patina {

struct PupilChoice {
  PupilShape shape = PupilShape::circle;
  double speckle_rows = 2.0, speckle_columns = 2.0;  // pixels
};

struct FrameOptics {
  DetectorGeometry geometry;
  DetectorFaults faults;
  std::int64_t frames = 0;                // of the movie, whether recorded or not
  std::uint64_t seed = 1;
  std::optional<PupilChoice> pupil;       // none: pixels are independent
  std::vector<std::int32_t> ring;         // of each pixel, from 0
  std::vector<float> photons;             // mean of each pixel in a frame at the mean flux
  std::vector<double> mode_weights;       // of modes of coherence
  double independent_modes = 0.0;         // above 0: no planes, negative-binomial counts of so many modes, all pixels with the mean of the first
  int rings() const;
};

// Of the optics; none where pixels are independent. Made by one thread (FFTW plans).
std::unique_ptr<SpecklePupil> make_pupil(const FrameOptics& optics);

// The movies of all rings, as units of a plane; faults.subframes planes make a frame.
std::vector<PlaneUnit> plane_units(const FrameOptics& optics, const std::vector<const SpeckleMovie*>& movies);

// One per thread; made by one thread (FFTW plans).
class FrameMaker {
 public:
  FrameMaker(const FrameOptics& optics, const std::vector<PlaneUnit>& units);
  // planes: [subframes][length] of frame `frame`. Events of all pixels that count something, in order.
  void make(std::int64_t frame, std::span<const float> planes, std::vector<PhotonEvent>& events);

 private:
  void count_independent(std::int64_t frame, std::vector<PhotonEvent>& events) const;
  void expose_pixels(std::span<const float> planes);
  void expose_pupil(std::int64_t frame, std::span<const float> planes);

  const FrameOptics& optics_;
  const std::vector<PlaneUnit>& units_;
  std::size_t length_;
  int rings_;
  std::vector<std::uint32_t> states_;
  std::vector<std::uint32_t> place_;  // of each pixel in the plane, without a pupil
  std::unique_ptr<SpecklePupil> pupil_;
  std::vector<float> intensity_, pattern_, re_, im_;
};

}  // namespace patina
