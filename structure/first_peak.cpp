// SPDX-License-Identifier: BSD-3-Clause
#include "structure/first_peak.hpp"

#include <cmath>
#include <limits>

#include "analysis/structure_peak.hpp"
#include "structure/whole_frame.hpp"

namespace patina {

namespace {

constexpr double q_max_inv_A = 5.0, bin_inv_A = 0.05;
constexpr int vectors_per_bin = 400;
constexpr std::uint64_t seed = 1;  // of the choice of vectors

std::vector<double> values_of(const Eigen::VectorXd& v) { return {v.data(), v.data() + v.size()}; }

// From the peak to one side.
double crossing(const std::vector<double>& q, const std::vector<double>& s, std::size_t top, int step, double level) {
  for (auto i = static_cast<std::ptrdiff_t>(top); i + step >= 0 && i + step < static_cast<std::ptrdiff_t>(q.size()); i += step) {
    const auto here = static_cast<std::size_t>(i), next = static_cast<std::size_t>(i + step);
    if (s[next] < level) return q[here] + (q[next] - q[here]) * (s[here] - level) / (s[here] - s[next]);
  }
  return std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

double width_at_half_height(const std::vector<double>& q, const std::vector<double>& s, double q_peak, double height) {
  std::size_t top = 0;
  for (std::size_t i = 1; i < q.size(); ++i)
    if (std::abs(q[i] - q_peak) < std::abs(q[top] - q_peak)) top = i;
  if (q.empty() || s[top] < 0.5 * height) return std::numeric_limits<double>::quiet_NaN();
  return crossing(q, s, top, 1, 0.5 * height) - crossing(q, s, top, -1, 0.5 * height);
}

std::optional<FirstPeak> FirstPeaks::add(const Structure& sample) {
  if (grid_.set.size() == 0) {
    species_ = species_of(sample);
    grid_ = make_q_grid(sample.box, q_max_inv_A, bin_inv_A, vectors_per_bin, seed);
    if (grid_.set.size() == 0) return {};
    modes_.emplace(grid_.set, alone_, species_.atoms(), species_.types(), SumOptions{});
  }
  const DensityModes modes = density_modes(whole_frame(sample, alone_, species_, 0.0), *modes_);
  const std::vector<double> q = magnitudes(sample.box, grid_.set);
  StructureSums own;
  add_frame(own, modes, q);
  add_frame(sums_, modes, q);
  return peak_of(own);
}

std::optional<FirstPeak> FirstPeaks::of_mean() const {
  if (sums_.frames == 0) return {};
  return peak_of(sums_);
}

std::optional<FirstPeak> FirstPeaks::peak_of(const StructureSums& sums) const {
  const std::vector<double> q = values_of(structure_factor(grid_, sums, species_.count).q_inv_A);
  const TotalStructureFactor total = total_structure_factor(grid_, sums, species_.symbol, species_.count, Weighting::xray, {});
  const std::vector<double> s = values_of(total.faber_ziman);
  const StructurePeak peak = find_structure_peak(q, s, values_of(total.faber_ziman_error));
  if (!peak.found) return {};
  // Bragg peaks stand out of a bin: no parabola passes through them.
  for (std::size_t i = 0; i < q.size(); ++i)
    if (q[i] >= peak.fit_low_inv_A && q[i] <= peak.fit_high_inv_A && s[i] > 2.0 * peak.height) return {};
  return FirstPeak{peak.q_inv_A, peak.q_error_inv_A, peak.height, peak.height_error, width_at_half_height(q, s, peak.q_inv_A, peak.height)};
}

}  // namespace patina
