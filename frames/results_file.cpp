// SPDX-License-Identifier: BSD-3-Clause
// STEM_results.hdf: the result layout of the APS [formats.md 2.3], the tree of NXxpcs [2.7], which share /entry, and /truth.
#include <fmt/format.h>

#include "core/error.hpp"
#include "frames/file_parts.hpp"

namespace patina {
namespace {

using Dims = h5::Dims;

// The mean along diagonals of [n][n], lags 0 .. n - 1.
std::vector<double> along_diagonals(const std::vector<double>& matrix, std::size_t first, std::size_t last, std::size_t n) {
  std::vector<double> mean;
  for (std::size_t lag = 0; lag < last - first; ++lag) {
    double sum = 0.0;
    for (std::size_t k = first; k + lag < last; ++k) sum += matrix[k * n + k + lag];
    mean.push_back(sum / static_cast<double>(last - first - lag));
  }
  return mean;
}

std::size_t frames_of(const ExpectedCorrelations& expected) {
  const std::size_t elements = expected.two_time.front().size();
  std::size_t n = 1;
  while (n * n < elements) ++n;
  require(n * n == elements, "a two-time correlation that is no square");
  return n;
}

void write_averages(h5::File& file, const FrameSetPlan& plan, const FrameSums& sums) {
  const auto rows = static_cast<std::uint64_t>(plan.map.rows), columns = static_cast<std::uint64_t>(plan.map.columns);
  const std::uint64_t parts = plan.map.static_q_inv_A.size(), frames = sums.frame_means().size();
  file.write("/xpcs/temporal_mean/scattering_2d", sums.mean_frame(), {1, rows, columns}, {.compress = true});
  file.write("/xpcs/temporal_mean/scattering_1d", sums.parts(), {1, parts});
  file.write("/xpcs/temporal_mean/scattering_1d_segments", sums.parts_by_segment(), {static_cast<std::uint64_t>(sums.segments()), parts});
  std::vector<double> intensity;
  for (std::size_t k = 0; k < frames; ++k) intensity.push_back(static_cast<double>(k));
  intensity.insert(intensity.end(), sums.frame_means().begin(), sums.frame_means().end());
  file.write("/xpcs/spatial_mean/intensity_vs_time", intensity, {2, frames});
}

void write_aps_correlations(h5::File& file, const FrameSetPlan& plan, const ExpectedCorrelations& expected) {
  const std::uint64_t rings = plan.map.rings.size(), delays = expected.delays.size();
  const std::string multitau = "/xpcs/multitau", twotime = "/xpcs/twotime";
  file.create_group(multitau);
  file.set_attribute(multitau, "source", expected.source);
  file.write(multitau + "/delay_list", expected.delays);
  file.write(multitau + "/normalized_g2", expected.g2, {delays, rings});
  file.write(multitau + "/normalized_g2_err", expected.g2_errors, {delays, rings});
  write_scalar(file, multitau + "/config/stride_frame", std::int64_t{1});
  write_scalar(file, multitau + "/config/avg_frame", std::int64_t{1});

  const std::size_t n = frames_of(expected), segments = 5, length = n / segments;
  file.create_group(twotime);
  file.set_attribute(twotime, "source", expected.source);
  std::vector<std::int64_t> bins;
  std::vector<double> whole(n * rings), by_segment(length * segments * rings);
  for (std::size_t k = 0; k < rings; ++k) {
    const std::vector<double>& c = expected.two_time[k];
    std::vector<float> upper(n * n);
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = i; j < n; ++j) upper[i * n + j] = static_cast<float>(c[i * n + j]);
    file.write(fmt::format("{}/correlation_map/c2_{:05d}", twotime, k + 1), upper, {n, n}, {.compress = true});
    bins.push_back(static_cast<std::int64_t>(k + 1));
    const std::vector<double> mean = along_diagonals(c, 0, n, n);
    for (std::size_t lag = 0; lag < n; ++lag) whole[lag * rings + k] = mean[lag];
    for (std::size_t s = 0; s < segments && length > 0; ++s) {
      const std::vector<double> part = along_diagonals(c, s * length, (s + 1) * length, n);
      for (std::size_t lag = 0; lag < length; ++lag) by_segment[(lag * segments + s) * rings + k] = part[lag];
    }
  }
  file.write(twotime + "/processed_bins", bins);
  file.write(twotime + "/normalized_g2", whole, {n, rings});
  file.write(twotime + "/normalized_g2_segments", by_segment, {length, segments, rings});
  write_scalar(file, twotime + "/config/stride_frame", std::int64_t{expected.stride});
  write_scalar(file, twotime + "/config/avg_frame", std::int64_t{1});
}

void write_nxxpcs(h5::File& file, const FrameSetPlan& plan, const FrameSums& sums, const ExpectedCorrelations& expected) {
  const std::uint64_t rings = plan.map.rings.size(), delays = expected.delays.size(), n = frames_of(expected);
  const Dims image = {static_cast<std::uint64_t>(plan.map.rows), static_cast<std::uint64_t>(plan.map.columns)};
  file.write_text("/entry/definition", "NXxpcs");
  file.write_text("/entry/entry_identifier", plan.stem);
  write_scalar(file, "/entry/scan_number", std::int64_t{1});
  const std::string data = "/entry/data", twotime = "/entry/twotime", masks = "/entry/instrument/masks";
  file.create_group(data);
  file.set_attribute(data, "NX_class", "NXdata");
  file.set_attribute(data, "signal", "g2");
  file.set_attribute(data, "source", expected.source);
  file.write(data + "/frame_average", sums.frame_means());
  file.write(data + "/g2", expected.g2, {delays, rings});
  file.set_attribute(data + "/g2", "storage_mode", "one_array");
  file.write(data + "/g2_derr", expected.g2_errors, {delays, rings});
  file.set_attribute(data + "/g2_derr", "storage_mode", "one_array");
  file.write(data + "/delay_difference", expected.delays);
  file.set_attribute(data + "/delay_difference", "storage_mode", "one_array");

  file.create_group(twotime);
  file.set_attribute(twotime, "NX_class", "NXdata");
  file.set_attribute(twotime, "signal", "two_time_corr_func");
  file.set_attribute(twotime, "source", expected.source);
  file.set_attribute(twotime, "stride_frame", std::int64_t{expected.stride});
  const std::string name = twotime + "/two_time_corr_func";
  h5::Dataset c = file.create_dataset(name, h5::Type::float64, {rings, n, n}, {.compress = true});
  for (std::size_t k = 0; k < rings; ++k) c.write_block({k, 0, 0}, {1, n, n}, expected.two_time[k]);
  file.set_attribute(name, "storage_mode", "one_array_q_first");
  file.set_attribute(name, "baseline_reference", std::int64_t{1});
  file.set_attribute(name, "time_origin_location", "upper_left");
  file.set_attribute(name, "populated_elements", "all");

  file.create_group(masks);
  file.set_attribute(masks, "NX_class", "NXnote");
  file.write(masks + "/dynamic_roi_map", std::vector<std::uint32_t>(plan.map.dynamic_map.begin(), plan.map.dynamic_map.end()), image, {.compress = true});
  file.set_attribute(masks + "/dynamic_roi_map", "units", "au");
  file.write(masks + "/static_roi_map", std::vector<std::uint32_t>(plan.map.static_map.begin(), plan.map.static_map.end()), image, {.compress = true});
  std::vector<double> q;
  for (const Ring& ring : plan.map.rings) q.push_back(ring.q_inv_A);
  file.write(masks + "/dynamic_q_list", q);
  file.write(masks + "/static_q_list", plan.map.static_q_inv_A);
  for (const char* list : {"/dynamic_q_list", "/static_q_list"}) file.set_attribute(masks + list, "units", "1/angstrom");
}

}  // namespace

void write_results_file(const std::string& path, const FrameSetPlan& plan, const FrameSums& sums, const ExpectedCorrelations& expected,
                        const std::function<void(h5::File&, const std::string& group)>& write_truth) {
  const std::size_t rings = plan.map.rings.size(), values = expected.delays.size() * rings;
  require(expected.g2.size() == values && expected.g2_errors.size() == values && expected.two_time.size() == rings, "expected correlations of another shape");
  h5::File file = begin_file(path);
  write_entry(file, plan);
  write_qmap(file, "/xpcs/qmap", plan);
  write_averages(file, plan, sums);
  write_aps_correlations(file, plan, expected);
  write_nxxpcs(file, plan, sums, expected);
  write_truth(file, "/truth");
  end_file(file, path);
}

}  // namespace patina
