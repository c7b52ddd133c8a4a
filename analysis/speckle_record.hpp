// SPDX-License-Identifier: BSD-3-Clause
// What was measured of the speckles of one q: the two-time correlation, g2, and what tells their noise. Times are in the record's own
// unit, which `unit` names.
#pragma once

#include <limits>
#include <string>
#include <vector>

#include "analysis/two_time.hpp"
#include "beamline/channel_covariance.hpp"

namespace patina {

struct MeasuredG2 {
  std::vector<double> lag, excess, sigma;  // g2 - 1; sigma NaN where the file has none
  std::vector<LagChannel> channels;        // of which lags each value is a mean, in frames of frame_interval
  double parts = 0.0;                      // as of the map; 0: not known, or normalised by means over the record
};

// g2 of a window of the record: of pairs whose later frame lies in it.
struct WindowG2 {
  double first = 0.0, last = 0.0;  // these frames
  MeasuredG2 g2;
};

struct SpeckleRecord {
  std::string label;                                          // of the shell
  std::string unit = "s";                                     // "s", "ps" or "frames"
  double q_inv_A = std::numeric_limits<double>::quiet_NaN();  // NaN: the file does not say
  double phi_deg = std::numeric_limits<double>::quiet_NaN();  // of a sector; NaN: of a whole ring
  double pixels = std::numeric_limits<double>::quiet_NaN();   // that C averages; NaN: not known
  double photons = std::numeric_limits<double>::infinity();   // per pixel and frame; infinite: no shot noise
  double pixels_per_speckle = 1.0;                            // that fluctuate as one (SpeckleSample)
  double parts = 1.0;               // of the pixels (static bins), in each of which C is divided by the means of its two frames; 0: by means over the record
  double frame_interval = 1.0;
  int frames = 0;
  int averaged = 1;   // frames behind each row of the map
  TwoTimeMatrix map;  // C - 1 = contrast |f(t1, t2)|^2 [Siegert], the upper triangle of it; empty if none was measured
  MeasuredG2 g2;         // likewise
  std::vector<WindowG2> aged;  // if it was measured so, in order
};

}  // namespace patina
