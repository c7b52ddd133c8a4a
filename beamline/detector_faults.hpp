// SPDX-License-Identifier: BSD-3-Clause
// What keeps a measurement from being ideal, each seeded and off by default: dead and hot pixels, an unsteady beam, frames that are lost
// or come twice. Every number is a function of (seed, frame or pixel) alone. An exposure is the average of sub-frames, the pattern's
// shift goes to the pupil (pupil.hpp).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "beamline/detector.hpp"
#include "core/hdf5.hpp"

namespace patina {

struct DetectorFaults {
  std::uint64_t seed = 1;
  double dead_fraction = 0.0;      // of pixels, which count nothing
  double hot_fraction = 0.0;       // of pixels, which count hot_photons more per frame
  double hot_photons = 0.0;
  double flux_rms = 0.0;           // of the incident flux from frame to frame, against its mean (log-normal)
  double flux_drift = 0.0;         // its change from the first frame to the last against its mean (linear), within -2 .. 2
  double jitter_rms_pixels = 0.0;  // of the place of the pattern in each frame, along rows and columns (normal)
  int subframes = 1;               // instants of which an exposure is the average; 1: no blur
  double drop_probability = 0.0;   // that a frame is lost
  double repeat_probability = 0.0; // that the frame before comes again in a frame's place
};

void check(const DetectorFaults& faults, const std::string& place);

// The bits of pixel_mask of NeXus' NXdetector.
enum PixelState : std::uint32_t { pixel_good = 0, pixel_gap = 1u << 0, pixel_dead = 1u << 1, pixel_noisy = 1u << 4, pixel_shadowed = 1u << 8 };

// Of all pixels, row by row.
std::vector<std::uint32_t> pixel_states(const DetectorGeometry& geometry, const DetectorFaults& faults);
// What a mean intensity (photons per pixel) becomes: 0 in gaps, shadows and dead pixels, hot_photons more in hot ones.
void spoil_pixels(std::span<const std::uint32_t> states, const DetectorFaults& faults, std::span<float> intensity);

// The flux of frame 0 .. frames - 1 in units of its mean.
double flux_factor(const DetectorFaults& faults, std::int64_t frame, std::int64_t frames);

struct PatternShift {
  double rows = 0.0, columns = 0.0;  // in pixels
};
PatternShift pattern_shift(const DetectorFaults& faults, std::int64_t frame);

// Which frame stands at place 0, 1, ... of the record.
std::vector<std::int64_t> recorded_frames(const DetectorFaults& faults, std::int64_t frames);

// The mean of subframes [subframes][pixels].
void average_subframes(std::span<const float> subframes, std::span<float> exposure);

// Geometry, mask and faults into `group`: NXdetector's fields (lengths in m), and a group `faults` of one number each.
void write_detector(h5::File& file, const std::string& group, const DetectorGeometry& geometry, const DetectorFaults& faults);

}  // namespace patina
