// SPDX-License-Identifier: BSD-3-Clause
// The metadata, the partition map, and the configuration of xpcs-eigen [formats.md 2.1.2, 2.1.3, 2.2].
#include <algorithm>
#include <filesystem>

#include "frames/file_parts.hpp"

namespace patina {
namespace {

constexpr std::int32_t delays_per_level = 4;  // 1 .. 8, 10, 12, 14, 16, 20, ..., as boost_corr
constexpr std::int64_t segments = 5;           // of the record, whose g2 from the two-time correlation are told apart

// xpcs-eigen reads each value with the file's own width into a variable of its own: int32 must be int32.
class EigenWriter {
 public:
  EigenWriter(h5::File& file, std::string group) : file_(file), group_(std::move(group)) {}
  void text(const std::string& name, const std::string& value) { file_.write_text(group_ + name, value); }
  void int32(const std::string& name, std::int64_t value) { file_.write(group_ + name, std::vector<std::int32_t>{static_cast<std::int32_t>(value)}, {1, 1}); }
  void int64(const std::string& name, std::int64_t value) { file_.write(group_ + name, std::vector<std::int64_t>{value}, {1, 1}); }
  void float32(const std::string& name, double value) { file_.write(group_ + name, std::vector<float>{static_cast<float>(value)}, {1, 1}); }

 private:
  h5::File& file_;
  std::string group_;
};

}  // namespace

void write_metadata_file(const std::string& path, const FrameSetPlan& plan) {
  h5::File file = begin_file(path);
  write_entry(file, plan);
  end_file(file, path);
}

void write_qmap_file(const std::string& path, const FrameSetPlan& plan) {
  h5::File file = begin_file(path);
  write_qmap(file, "/qmap", plan);
  end_file(file, path);
}

void write_eigen_file(const std::string& path, const FrameSetPlan& plan) {
  h5::File file = begin_file(path);
  file.create_group("/entry");
  write_identifier(file, plan.identifier);
  EigenWriter xpcs(file, "/xpcs/");
  for (const char* name : {"compression", "transposed", "flatfield_enabled"}) xpcs.text(name, "DISABLED");
  xpcs.text("output_data", "/exchange");
  xpcs.text("analysis_type", "Multitau");
  xpcs.text("input_file_local", std::filesystem::absolute(plan.folder + "/" + plan.stem + ".h5").lexically_normal().string());
  xpcs.text("smoothing_method", "symmetric");
  xpcs.text("smoothing_filter", "None");
  for (const char* name : {"data_begin", "data_begin_todo"}) xpcs.int32(name, 1);
  for (const char* name : {"data_end", "data_end_todo"}) xpcs.int32(name, plan.frames);
  for (const char* name : {"dark_begin_todo", "dark_end_todo", "normalize_by_framesum"}) xpcs.int32(name, 0);
  xpcs.int32("delays_per_level", delays_per_level);
  xpcs.int32("static_mean_window_size", plan.frames);
  xpcs.int32("twotime2onetime_window_size", std::max<std::int64_t>(1, plan.frames / (segments + 1)));  // it leaves out the last
  xpcs.int64("stride_frames", 1);
  xpcs.int64("avg_frames", 1);
  xpcs.float32("lld", 0.0);
  xpcs.float32("sigma", 0.0);
  const RingMap& map = plan.map;
  const h5::Dims image = {static_cast<std::uint64_t>(map.rows), static_cast<std::uint64_t>(map.columns)};
  std::vector<std::int64_t> bins;
  for (std::size_t k = 0; k < map.rings.size(); ++k) bins.push_back(static_cast<std::int64_t>(k + 1));
  file.write("/xpcs/qphi_bin_to_process", bins, {bins.size(), 1});
  file.write("/xpcs/dqlist", map.q_inv_A(), {1, map.rings.size()});
  file.write("/xpcs/dphilist", map.phi_deg(), {1, map.rings.size()});
  file.write("/xpcs/sqlist", map.static_q_inv_A, {1, map.static_q_inv_A.size()});
  file.write("/xpcs/sphilist", map.static_phi_deg, {1, map.static_phi_deg.size()});
  file.write("/xpcs/dqmap", map.dynamic_map, image);
  file.write("/xpcs/sqmap", map.static_map, image);
  EigenWriter detector(file, "/measurement/instrument/detector/");
  detector.int32("x_dimension", map.columns);
  detector.int32("y_dimension", map.rows);
  for (const char* name : {"x_pixel_size", "y_pixel_size"}) detector.float32(name, plan.geometry.pixel_size_um * 1e-3);  // mm
  detector.float32("adu_per_photon", 1.0);
  detector.float32("exposure_time", plan.exposure_s);
  detector.float32("efficiency", 1.0);
  detector.float32("distance", plan.geometry.distance_m * 1e3);  // mm
  EigenWriter(file, "/measurement/instrument/source_begin/").float32("beam_intensity_transmitted", 1.0);
  EigenWriter(file, "/measurement/sample/").float32("thickness", 1.0);
  end_file(file, path);
}

}  // namespace patina
