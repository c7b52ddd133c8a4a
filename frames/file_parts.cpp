// SPDX-License-Identifier: BSD-3-Clause
#include "frames/file_parts.hpp"

#include <filesystem>
#include <numeric>

#include "core/durable_file.hpp"
#include "core/version.hpp"

namespace patina {
namespace {

// No clock: equal inputs make equal files.
constexpr const char* start_time = "2000-01-01T00:00:00+00:00";

h5::Dims image(const FrameSetPlan& plan) { return {static_cast<std::uint64_t>(plan.map.rows), static_cast<std::uint64_t>(plan.map.columns)}; }

std::vector<std::int64_t> counted_from_0(std::size_t count) {
  std::vector<std::int64_t> numbers(count);
  std::iota(numbers.begin(), numbers.end(), 0);
  return numbers;
}

}  // namespace

h5::File begin_file(const std::string& path) {
  std::filesystem::remove(path + ".tmp");  // left by a process that was killed here
  h5::File file = h5::File::create(path + ".tmp");
  file.set_attribute("/", "NX_class", "NXroot");
  file.set_attribute("/", "creator", "Patina");
  file.set_attribute("/", "version", build_info().version);
  return file;
}

void end_file(h5::File& file, const std::string& path, IfExists if_exists) {
  file.close();
  commit_file(path + ".tmp", path, if_exists);
}

void write_qmap(h5::File& file, const std::string& group, const FrameSetPlan& plan) {
  const RingMap& map = plan.map;
  const h5::Layout packed{.compress = true};
  file.create_group(group);
  file.set_attribute(group, "hash", map.hash());
  file.write(group + "/mask", map.mask, image(plan), packed);
  file.write(group + "/dynamic_roi_map", std::vector<std::uint32_t>(map.dynamic_map.begin(), map.dynamic_map.end()), image(plan), packed);
  file.write(group + "/static_roi_map", std::vector<std::uint32_t>(map.static_map.begin(), map.static_map.end()), image(plan), packed);
  std::vector<double> q;
  for (const Ring& ring : map.rings) q.push_back(ring.q_inv_A);
  file.write(group + "/dynamic_v_list_dim0", q);
  file.write(group + "/static_v_list_dim0", map.static_q_inv_A);
  for (const char* kind : {"dynamic", "static"}) {
    const std::string name = group + "/" + kind;
    const std::size_t bins = *kind == 'd' ? map.rings.size() : map.static_q_inv_A.size();
    file.write(name + "_v_list_dim1", std::vector<double>{0.0});
    file.write(name + "_num_pts", std::vector<std::int64_t>{static_cast<std::int64_t>(bins), 1});
    file.write(name + "_index_mapping", counted_from_0(bins));
  }
  write_scalar(file, group + "/beam_center_x", plan.geometry.axis_column);
  write_scalar(file, group + "/beam_center_y", plan.geometry.axis_row);
  write_scalar(file, group + "/detector_distance", plan.geometry.distance_m, "m");
  write_scalar(file, group + "/pixel_size", plan.geometry.pixel_size_um * 1e-6, "m");
  file.write_texts(group + "/map_names", {"q", "phi"});
  file.write_texts(group + "/map_units", {"1/A", "deg"});
}

void write_entry(h5::File& file, const FrameSetPlan& plan) {
  file.create_group("/entry");
  file.set_attribute("/entry", "NX_class", "NXentry");
  file.write_text("/entry/title", plan.title);
  file.write_text("/entry/schema_version", "1.0");
  file.write_text("/entry/start_time", start_time);
  const std::string instrument = "/entry/instrument", detector = instrument + "/detector_1";
  file.create_group(instrument);
  file.set_attribute(instrument, "NX_class", "NXinstrument");
  file.create_group(instrument + "/incident_beam");
  file.set_attribute(instrument + "/incident_beam", "NX_class", "NXbeam");
  write_scalar(file, instrument + "/incident_beam/incident_energy", plan.geometry.photon_energy_keV, "keV");
  write_detector(file, detector, plan.geometry, plan.faults);
  write_scalar(file, detector + "/frame_time", plan.interval_s, "s");
  write_scalar(file, detector + "/count_time", plan.exposure_s, "s");
}

}  // namespace patina
