// SPDX-License-Identifier: BSD-3-Clause
// What one XPCS observer finds out in one protocol step: everything computed from the stored modes, and its
// entry in the result file.
#pragma once

#include <Eigen/Dense>
#include <complex>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scattering/correlation.hpp"
#include "scattering/results.hpp"
#include "scattering/speckle.hpp"

namespace patina {

// F_s,a(t_w, lag) as far as it was followed.
struct SelfCurve {
  double waiting_time_ps = 0.0, requested_ps = 0.0;
  int start_frame = 0;
  std::vector<double> mean, error;  // [lag * species + a]
};

struct XpcsData {
  QSet set;
  std::vector<std::string> species;
  std::vector<std::complex<double>> form_factor;  // [k * species + a]
  AmplitudeRecord amplitudes;
  const ModeSeries* series = nullptr;  // the observer's: most of its memory
  std::vector<SelfCurve> self;  // one per waiting time
  int self_vectors = 0;
  int max_lag = 0;  // frames
  std::optional<double> max_lag_requested_ps;
  double window_requested_ps = 0.0;
  int window = 1;   // frames from each waiting time on that coherent cuts are averaged over
};

// Fills /NAME of the result file.
void write_xpcs(h5::File& file, const std::string& group, const XpcsData& data);

}  // namespace patina
