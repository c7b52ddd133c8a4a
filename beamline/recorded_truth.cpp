// SPDX-License-Identifier: BSD-3-Clause
#include "beamline/recorded_truth.hpp"

#include <algorithm>
#include <cmath>


namespace patina {

RecordedFrames record_of(const FrameOptics& optics) {
  RecordedFrames record{recorded_frames(optics.faults, optics.frames), {}, optics.pupil, optics.faults.subframes};
  for (const std::int64_t frame : record.frame) record.shift.push_back(pattern_shift(optics.faults, frame));
  return record;
}

RecordedTruth::RecordedTruth(const MixedModel& model, const RecordedFrames& record, const SpeckleSample& sample)
    : model_(model), record_(record), sample_(sample) {
  constexpr std::size_t most_starts = 16;
  const auto field_of = [&](const MixedModel& speckles) {
    std::vector<double> field;
    for (std::size_t n = 0; n < record.frame.size(); ++n) field.push_back(std::sqrt(mean_over_blocks(speckles, static_cast<int>(n), 1, most_starts)));
    return field;
  };
  field_ = field_of(model);
  sample_.contrast = field_[0] * field_[0];
  for (double& field : field_) field /= std::sqrt(sample_.contrast);
  if (model.size() == 1) return;
  for (const SpeckleClass& one : model)
    if (one.fraction > 0.0)
      kinds_.push_back({one.fraction, [field = field_of({{1.0, one.model}}), root = std::sqrt(sample_.contrast)](int i, int j) {
                          return i == j ? 1.0 : std::min(1.0, field[static_cast<std::size_t>(std::abs(i - j))] / root);
                        }});
}

double RecordedTruth::signal(const MixedModel& model, std::size_t i, std::size_t j) const {
  const int instants = record_.instants, first = static_cast<int>(record_.frame[i]) * instants, second = static_cast<int>(record_.frame[j]) * instants;
  double sum = 0.0;
  for (int a = first; a < first + instants; ++a)
    for (int b = second; b < second + instants; ++b) sum += mean_square_field(model, a, b);
  double signal = model.front().model.contrast * sum / (instants * instants);
  if (record_.pupil) {
    const double mu = degree_of_coherence(record_.pupil->shape, (record_.shift[i].rows - record_.shift[j].rows) / record_.pupil->speckle_rows,
                                          (record_.shift[i].columns - record_.shift[j].columns) / record_.pupil->speckle_columns);
    signal *= mu * mu;
  }
  return signal;
}

double RecordedTruth::correlation(std::size_t i, std::size_t j) const {
  const bool same_photons = i != j && record_.frame[i] == record_.frame[j];
  return 1.0 + signal(model_, i, j) + (same_photons ? 1.0 / sample_.photons : 0.0);
}

std::vector<double> RecordedTruth::two_time(int stride) const {
  const auto step = static_cast<std::size_t>(stride), n = (record_.frame.size() + step - 1) / step;
  std::vector<double> c(n * n);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = i; j < n; ++j) c[i * n + j] = c[j * n + i] = correlation(i * step, j * step);
  return c;
}

double RecordedTruth::error(std::size_t i, std::size_t j) const {
  if (model_.size() == 1) return std::sqrt(two_time_variance(sample_, std::min(1.0, (correlation(i, j) - 1.0) / sample_.contrast)));
  std::vector<KindOfTimes> kinds;
  for (const SpeckleClass& one : model_) {
    FourTimes same;
    same.ab = same.ad = same.bc = same.cd = std::sqrt(std::min(1.0, signal({{1.0, one.model}}, i, j) / sample_.contrast));
    same.a_is_c = same.b_is_d = true;
    kinds.push_back({one.fraction, same});
  }
  return std::sqrt(mixed_two_time_covariance(sample_, kinds));
}

// The mean signal of blocks of frames, of which some, evenly spaced; within large ones of 16 frames.
double RecordedTruth::mean_over_blocks(const MixedModel& model, int delay, int averaged, std::size_t most) const {
  constexpr std::size_t most_within = 16;
  const auto width = static_cast<std::size_t>(averaged), lag = static_cast<std::size_t>(delay);
  const std::size_t blocks = record_.frame.size() / width - lag / width, within = std::min(width, most_within);
  const std::size_t used = std::min(blocks, std::max<std::size_t>(1, most / within));
  double sum = 0.0;
  for (std::size_t k = 0; k < used; ++k) {
    const std::size_t start = k * blocks / used * width;
    for (std::size_t a = 0; a < within; ++a)
      for (std::size_t b = 0; b < within; ++b)
        sum += signal(model, start + (2 * a + 1) * width / (2 * within), start + lag + (2 * b + 1) * width / (2 * within));
  }
  return sum / static_cast<double>(used * within * within);
}

// Repeated frames are seen at the delays between them.
double RecordedTruth::repeated_photons(int delay, int averaged) const {
  if (std::adjacent_find(record_.frame.begin(), record_.frame.end()) == record_.frame.end()) return 0.0;
  const auto width = static_cast<std::size_t>(averaged), lag = static_cast<std::size_t>(delay), blocks = record_.frame.size() / width - lag / width;
  double pairs = 0.0;
  for (std::size_t i = 0; i < blocks * width; ++i) {
    const std::size_t begin = i / width * width + lag;
    for (std::size_t j = begin; j < begin + width; ++j) pairs += record_.frame[i] == record_.frame[j];
  }
  return pairs / (static_cast<double>(blocks * width * width) * sample_.photons);
}

double RecordedTruth::g2(int delay) const {
  constexpr std::size_t most = 512;
  const int averaged = multi_tau_average(delay);
  return 1.0 + mean_over_blocks(model_, delay, averaged, most) + (delay > 0 ? repeated_photons(delay, averaged) : 0.0);
}

double RecordedTruth::g2_error(int delay) const {
  const int averaged = multi_tau_average(delay), frames = static_cast<int>(record_.frame.size());
  // Whole blocks of averaged frames begin at fewer places than frames do.
  const double fewer = static_cast<double>(frames - delay) / static_cast<double>((frames / averaged - delay / averaged) * averaged);
  const double variance = kinds_.empty() ? g2_covariance(sample_, field_, {delay}, {averaged})(0, 0)
                                         : record_g2_covariance(sample_, frames, kinds_, {delay}, {averaged}, 4)(0, 0);
  return std::sqrt(variance * fewer);
}

int multi_tau_average(int delay) {
  int averaged = 1;
  while (delay > 8 * averaged) averaged *= 2;
  return averaged;
}

std::vector<int> multi_tau_delays(std::int64_t frames) {
  std::vector<int> delays;
  for (int delay = 1; delay < frames; delay += multi_tau_average(delay + 1)) {
    const int averaged = multi_tau_average(delay);
    if (frames / averaged > delay / averaged) delays.push_back(delay);
  }
  return delays;
}

}  // namespace patina
