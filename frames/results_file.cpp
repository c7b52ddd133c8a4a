// SPDX-License-Identifier: BSD-3-Clause
// STEM_results.hdf: the result layout of the APS [formats.md 2.3], the tree of NXxpcs [2.7], which share /entry, and /truth.
#include <fmt/format.h>

#include "core/error.hpp"
#include "core/nexus.hpp"
#include "frames/file_parts.hpp"

namespace patina {
namespace {

using Dims = h5::Dims;

// The mean along diagonals of [n][n], lags 0 .. n - 1, of what is a number.
std::vector<double> along_diagonals(const std::vector<double>& matrix, std::size_t first, std::size_t last, std::size_t n) {
  std::vector<double> mean;
  for (std::size_t lag = 0; lag < last - first; ++lag) {
    double sum = 0.0, count = 0.0;
    for (std::size_t k = first; k + lag < last; ++k)
      if (const double c = matrix[k * n + k + lag]; c == c) {
        sum += c;
        ++count;
      }
    mean.push_back(sum / count);
  }
  return mean;
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

// What the delays of g2 stand for, beside their list.
void write_averaging(h5::File& file, const std::string& group, const FrameCorrelations& found) {
  if (!found.averaged_frames.empty()) file.write(group + "/averaged_frames", found.averaged_frames);
  if (found.first_delays.empty()) return;
  file.write(group + "/first_delay", found.first_delays);
  file.write(group + "/last_delay", found.last_delays);
}

void write_aps_g2(h5::File& file, const FrameSetPlan& plan, const FrameCorrelations& found) {
  const std::uint64_t rings = plan.map.rings.size(), delays = found.delays.size();
  const std::string multitau = "/xpcs/multitau";
  file.create_group(multitau);
  file.set_attribute(multitau, "source", found.source);
  file.write(multitau + "/delay_list", found.delays);
  file.write(multitau + "/normalized_g2", found.g2, {delays, rings});
  file.write(multitau + "/normalized_g2_err", found.g2_errors, {delays, rings});
  write_averaging(file, multitau, found);
  write_scalar(file, multitau + "/config/stride_frame", std::int64_t{1});
  write_scalar(file, multitau + "/config/avg_frame", std::int64_t{1});
}

void write_axis(h5::File& file, const std::string& name, const std::vector<double>& values, const char* units) {
  file.write(name, values);
  file.set_attribute(name, "units", units);
}

void write_nxxpcs_g2(h5::File& file, const FrameSetPlan& plan, const FrameSums& sums, const FrameCorrelations& found) {
  const std::uint64_t rings = plan.map.rings.size(), delays = found.delays.size();
  const std::string data = "/entry/data";
  file.create_group(data);
  file.set_attribute(data, "NX_class", "NXdata");
  file.set_attribute(data, "signal", "g2");
  file.set_attribute(data, "axes", std::vector<std::string>{"delay_difference", "q_inv_A"});
  file.set_attribute(data, "source", found.source);
  file.write(data + "/frame_average", sums.frame_means());
  file.write(data + "/g2", found.g2, {delays, rings});
  file.set_attribute(data + "/g2", "storage_mode", "one_array");
  file.write(data + "/g2_derr", found.g2_errors, {delays, rings});
  file.set_attribute(data + "/g2_derr", "storage_mode", "one_array");
  file.write(data + "/delay_difference", found.delays);
  file.set_attribute(data + "/delay_difference", "storage_mode", "one_array");
  file.set_attribute(data + "/delay_difference", "long_name", "delay (frames)");
  write_averaging(file, data, found);
  write_axis(file, data + "/q_inv_A", plan.map.q_inv_A(), "1/angstrom");
  write_axis(file, data + "/phi_deg", plan.map.phi_deg(), "deg");
}

// Both layouts at once: a map is made once, and only one is in memory.
void write_maps(h5::File& file, const FrameSetPlan& plan, const FrameCorrelations& found) {
  const std::size_t n = found.two_time_frames, rings = plan.map.rings.size(), segments = 5, length = n / segments;
  const std::string aps = "/xpcs/twotime", nexus = "/entry/twotime", name = nexus + "/two_time_corr_func";
  file.create_group(aps);
  file.set_attribute(aps, "source", found.source);
  file.create_group(nexus);
  file.set_attribute(nexus, "NX_class", "NXdata");
  file.set_attribute(nexus, "signal", "two_time_corr_func");
  file.set_attribute(nexus, "axes", std::vector<std::string>{"q_inv_A", "t1_s", "t2_s"});
  file.set_attribute(nexus, "source", found.source);
  file.set_attribute(nexus, "stride_frame", std::int64_t{found.stride});
  file.set_attribute(nexus, "averaged_frames", std::int64_t{found.averaged});
  h5::Dataset all = file.create_dataset(name, h5::Type::float64, {rings, n, n}, {.compress = true});
  std::vector<std::int64_t> bins;
  std::vector<double> whole(n * rings), by_segment(length * segments * rings);
  for (std::size_t k = 0; k < rings; ++k) {
    const std::vector<double> c = found.two_time(k);
    require(c.size() == n * n, "a two-time correlation of another size");
    all.write_block({k, 0, 0}, {1, n, n}, c);
    std::vector<float> upper(n * n);
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = i; j < n; ++j) upper[i * n + j] = static_cast<float>(c[i * n + j]);
    file.write(fmt::format("{}/correlation_map/c2_{:05d}", aps, k + 1), upper, {n, n}, {.compress = true});
    bins.push_back(static_cast<std::int64_t>(k + 1));
    const std::vector<double> mean = along_diagonals(c, 0, n, n);
    for (std::size_t lag = 0; lag < n; ++lag) whole[lag * rings + k] = mean[lag];
    for (std::size_t s = 0; s < segments && length > 0; ++s) {
      const std::vector<double> part = along_diagonals(c, s * length, (s + 1) * length, n);
      for (std::size_t lag = 0; lag < length; ++lag) by_segment[(lag * segments + s) * rings + k] = part[lag];
    }
  }
  file.write(aps + "/processed_bins", bins);
  file.write(aps + "/normalized_g2", whole, {n, rings});
  file.write(aps + "/normalized_g2_segments", by_segment, {length, segments, rings});
  write_scalar(file, aps + "/config/stride_frame", std::int64_t{found.stride});
  write_scalar(file, aps + "/config/avg_frame", std::int64_t{found.averaged});
  file.set_attribute(name, "storage_mode", "one_array_q_first");
  file.set_attribute(name, "baseline_reference", std::int64_t{found.two_time_baseline});
  file.set_attribute(name, "time_origin_location", "upper_left");
  file.set_attribute(name, "populated_elements", "all");
  std::vector<double> time_s;
  for (std::size_t k = 0; k < n; ++k) time_s.push_back(static_cast<double>(k) * found.stride * found.averaged * plan.interval_s);
  write_axis(file, nexus + "/q_inv_A", plan.map.q_inv_A(), "1/angstrom");
  write_axis(file, nexus + "/phi_deg", plan.map.phi_deg(), "deg");
  for (const char* axis : {"/t1_s", "/t2_s"}) write_axis(file, nexus + axis, time_s, "s");
}

void write_masks(h5::File& file, const FrameSetPlan& plan) {
  const Dims image = {static_cast<std::uint64_t>(plan.map.rows), static_cast<std::uint64_t>(plan.map.columns)};
  const std::string masks = "/entry/instrument/masks";
  file.create_group(masks);
  file.set_attribute(masks, "NX_class", "NXnote");
  file.write(masks + "/dynamic_roi_map", std::vector<std::uint32_t>(plan.map.dynamic_map.begin(), plan.map.dynamic_map.end()), image, {.compress = true});
  file.set_attribute(masks + "/dynamic_roi_map", "units", "au");
  file.write(masks + "/static_roi_map", std::vector<std::uint32_t>(plan.map.static_map.begin(), plan.map.static_map.end()), image, {.compress = true});
  write_axis(file, masks + "/dynamic_q_list", plan.map.q_inv_A(), "1/angstrom");
  write_axis(file, masks + "/dynamic_phi_list", plan.map.phi_deg(), "deg");
  write_axis(file, masks + "/static_q_list", plan.map.static_q_inv_A, "1/angstrom");
}

}  // namespace

void write_results(h5::File& file, const FrameSetPlan& plan, const FrameSums& sums, const FrameCorrelations& found) {
  const std::size_t rings = plan.map.rings.size(), delays = found.delays.size();
  require(found.g2.size() == delays * rings && found.g2_errors.size() == delays * rings, "correlations of another shape than their delays");
  write_qmap(file, "/xpcs/qmap", plan);
  write_averages(file, plan, sums);
  write_aps_g2(file, plan, found);
  file.write_text("/entry/definition", "NXxpcs");
  file.write_text("/entry/entry_identifier", plan.stem);
  write_scalar(file, "/entry/scan_number", std::int64_t{1});
  write_nxxpcs_g2(file, plan, sums, found);
  if (found.two_time_frames > 0) write_maps(file, plan, found);
  write_masks(file, plan);
  h5::set_default_plot(file, found.two_time_frames > 0 ? "/entry/twotime" : "/entry/data");
}

void write_results_file(const std::string& path, const FrameSetPlan& plan, const FrameSums& sums, const FrameCorrelations& expected,
                        const std::function<void(h5::File&, const std::string& group)>& write_truth) {
  h5::File file = begin_file(path);
  write_entry(file, plan);
  write_results(file, plan, sums, expected);
  write_truth(file, "/truth");
  end_file(file, path);
}

}  // namespace patina
