// SPDX-License-Identifier: BSD-3-Clause
#include "beamline/recorded_truth.hpp"

#include <algorithm>
#include <cmath>

#include "beamline/truth.hpp"

namespace patina {

RecordedFrames record_of(const FrameOptics& optics) {
  RecordedFrames record{recorded_frames(optics.faults, optics.frames), {}, optics.pupil, optics.faults.subframes};
  for (const std::int64_t frame : record.frame) record.shift.push_back(pattern_shift(optics.faults, frame));
  return record;
}

RecordedTruth::RecordedTruth(const MovieModel& model, const RecordedFrames& record, const SpeckleSample& sample)
    : model_(model), record_(record), sample_(sample) {
  constexpr std::size_t most_starts = 16;
  for (std::size_t n = 0; n < record.frame.size(); ++n) field_.push_back(std::sqrt(mean_over_starts(static_cast<int>(n), most_starts)));
  sample_.contrast = field_[0] * field_[0];
  for (double& field : field_) field /= std::sqrt(sample_.contrast);
}

double RecordedTruth::signal(std::size_t i, std::size_t j) const {
  const int instants = record_.instants, first = static_cast<int>(record_.frame[i]) * instants, second = static_cast<int>(record_.frame[j]) * instants;
  double sum = 0.0;
  for (int a = first; a < first + instants; ++a)
    for (int b = second; b < second + instants; ++b) sum += std::norm(field_correlation(model_, a, b));
  double signal = model_.contrast * sum / (instants * instants);
  if (record_.pupil) {
    const double mu = degree_of_coherence(record_.pupil->shape, (record_.shift[i].rows - record_.shift[j].rows) / record_.pupil->speckle_rows,
                                          (record_.shift[i].columns - record_.shift[j].columns) / record_.pupil->speckle_columns);
    signal *= mu * mu;
  }
  return signal;
}

double RecordedTruth::correlation(std::size_t i, std::size_t j) const {
  const bool same_photons = i != j && record_.frame[i] == record_.frame[j];
  return 1.0 + signal(i, j) + (same_photons ? 1.0 / sample_.photons : 0.0);
}

std::vector<double> RecordedTruth::two_time(int stride) const {
  const auto step = static_cast<std::size_t>(stride), n = (record_.frame.size() + step - 1) / step;
  std::vector<double> c(n * n);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = i; j < n; ++j) c[i * n + j] = c[j * n + i] = correlation(i * step, j * step);
  return c;
}

double RecordedTruth::error(double correlation) const {
  return std::sqrt(two_time_variance(sample_, std::min(1.0, (correlation - 1.0) / sample_.contrast)));
}

double RecordedTruth::mean_over_starts(int delay, std::size_t most_starts) const {
  const std::size_t starts = record_.frame.size() - static_cast<std::size_t>(delay), used = std::min(starts, most_starts);
  double sum = 0.0;
  for (std::size_t k = 0; k < used; ++k) {
    const std::size_t start = k * starts / used;
    sum += signal(start, start + static_cast<std::size_t>(delay));
  }
  return sum / static_cast<double>(used);
}

double RecordedTruth::g2(int delay) const {
  constexpr std::size_t most_starts = 512;
  // Repeated frames are seen at the delays between them.
  const auto lag = static_cast<std::size_t>(delay);
  double repeated = 0.0;
  for (std::size_t k = 0; k + lag < record_.frame.size(); ++k)
    if (delay > 0 && record_.frame[k] == record_.frame[k + lag]) repeated += 1.0 / sample_.photons;
  return 1.0 + mean_over_starts(delay, most_starts) + repeated / static_cast<double>(record_.frame.size() - lag);
}

double RecordedTruth::g2_error(int delay) const { return std::sqrt(g2_covariance(sample_, field_, {delay})(0, 0)); }

std::vector<int> multi_tau_delays(std::int64_t frames) {
  std::vector<int> delays;
  int step = 1;
  for (int delay = 1; delay < frames; delay += step) {
    delays.push_back(delay);
    if (delay == 8 * step) step *= 2;
  }
  return delays;
}

}  // namespace patina
