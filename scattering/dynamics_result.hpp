// SPDX-License-Identifier: BSD-3-Clause
// What a dynamics observer finds out in one protocol step, and its entry in the result file (docs/file_formats.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scattering/displacement.hpp"
#include "scattering/pair_distribution.hpp"
#include "scattering/results.hpp"

namespace patina {

// Where the numbers of one comparison (a waiting time, a lag) stand in their row.
struct RowLayout {
  int shells = 0, species = 0, van_hove_bins = 0, distinct_bins = 0;
  bool self = true;
  int pairs() const { return species * (species + 1) / 2; }
  int groups() const { return species + 1; }
  // Of a shell: numerator; sums of |rho_x|^2 at t_w and at t_w + lag; error of f; then the partials.
  std::size_t coherent(int shell) const { return static_cast<std::size_t>(shell) * (4 + static_cast<std::size_t>(pairs())); }
  // Of a shell: a mean per species, then its error.
  std::size_t self_part(int shell) const {
    return coherent(shells) + (self ? static_cast<std::size_t>(2 * shell * species) : 0);
  }
  // MSD, alpha_2 and overlap of each group, then chi_4 of sub-boxes, then the self van Hove function [group * bins + bin], then the distinct one
  // [pair * bins + bin].
  std::size_t displacements() const { return self_part(shells); }
  std::size_t sub_box_chi4() const { return displacements() + 3 * static_cast<std::size_t>(groups()); }
  std::size_t van_hove() const { return sub_box_chi4() + 1; }
  std::size_t distinct() const { return van_hove() + static_cast<std::size_t>(groups() * van_hove_bins); }
  std::size_t width() const { return distinct() + static_cast<std::size_t>(pairs() * distinct_bins); }
};

// One waiting time: the lags reached so far are the first of the schedule.
struct DynamicsCurve {
  double waiting_time_ps = 0.0, requested_ps = 0.0;
  std::int64_t start_frame = 0;
  std::vector<double> rows;  // [lag index * width + column]
};

struct DynamicsData {
  RowLayout layout;
  std::vector<std::string> species;
  std::vector<std::int64_t> atoms;  // of each species
  AmplitudeRecord amplitudes;
  DisplacementSpec displacement;
  PairBins distinct;
  double interval_ps = 0.0;
  std::optional<double> max_lag_requested_ps;
  std::vector<std::int64_t> lags;  // of the schedule, frames
  std::vector<DynamicsCurve> curves;
};

// Fills /NAME of the result file.
void write_dynamics(h5::File& file, const std::string& group, const DynamicsData& data);

}  // namespace patina
