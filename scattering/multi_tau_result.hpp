// SPDX-License-Identifier: BSD-3-Clause
// What a multi-tau observer finds out in one protocol step, and its entry in the result file (docs/file_formats.md).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scattering/multi_tau.hpp"
#include "scattering/results.hpp"

namespace patina {

// Fields of a vector: rho_a of each species, then rho_x. Products: all pairs a <= b, then (x, x).
MultiTau::Products density_products(int species);
// Fields: intensity, and 1. Products: I I, and I 1: the mean of both intensities behind a channel.
inline const MultiTau::Products intensity_products = {{0, 0}, {0, 1}};
// Fields: longitudinal and two transverse currents.
inline const MultiTau::Products current_products = {{0, 0}, {1, 1}, {2, 2}};

struct MultiTauData {
  std::vector<std::string> species;
  AmplitudeRecord amplitudes;
  std::vector<int> group;  // of each vector
  double interval_ps = 0.0, first_ps = 0.0, start_requested_ps = 0.0, last_ps = 0.0;
  const MultiTau& density;
  const MultiTau& intensity;
  const MultiTau* currents = nullptr;  // null: not asked for
};

// Fills /NAME of the result file.
void write_multi_tau(h5::File& file, const std::string& group, const MultiTauData& data);

}  // namespace patina
