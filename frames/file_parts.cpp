// SPDX-License-Identifier: BSD-3-Clause
#include "frames/file_parts.hpp"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <map>
#include <numeric>

#include "core/digest.hpp"
#include "core/durable_file.hpp"
#include "core/version.hpp"

namespace patina {
namespace {

// No clock: equal inputs make equal files.
constexpr const char* start_time = "2000-01-01T00:00:00+00:00";

const std::string identifier_place = "/entry/entry_identifier_uuid";

h5::Dims image(const FrameSetPlan& plan) { return {static_cast<std::uint64_t>(plan.map.rows), static_cast<std::uint64_t>(plan.map.columns)}; }

// Each different value, in order, and which of them each one is.
std::vector<double> different(const std::vector<double>& values, std::vector<std::int64_t>& which) {
  std::vector<double> found;
  std::map<double, std::int64_t> seen;
  for (const double value : values) {
    const auto [at, is_new] = seen.emplace(value, static_cast<std::int64_t>(found.size()));
    if (is_new) found.push_back(value);
    which.push_back(at->second);
  }
  return found;
}

// Bins as places in a grid of q and phi, phi fastest, of which some may be empty; a list of q, if they are none.
void write_bins(h5::File& file, const std::string& name, std::vector<double> q, std::vector<double> phi) {
  std::vector<std::int64_t> place, angle;
  std::vector<double> rows = different(q, place), columns = different(phi, angle);
  for (std::size_t k = 0; k < place.size(); ++k) place[k] = place[k] * static_cast<std::int64_t>(columns.size()) + angle[k];
  if (std::adjacent_find(place.begin(), place.end(), std::greater_equal<>()) != place.end()) {
    rows = std::move(q);
    columns = {0.0};
    std::iota(place.begin(), place.end(), 0);
  }
  file.write(name + "_v_list_dim0", rows);
  file.write(name + "_v_list_dim1", columns);
  file.write(name + "_num_pts", std::vector<std::int64_t>{static_cast<std::int64_t>(rows.size()), static_cast<std::int64_t>(columns.size())});
  file.write(name + "_index_mapping", place);
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
  write_bins(file, group + "/dynamic", map.q_inv_A(), map.phi_deg());
  write_bins(file, group + "/static", map.static_q_inv_A, map.static_phi_deg);
  write_scalar(file, group + "/beam_center_x", plan.geometry.axis_column);
  write_scalar(file, group + "/beam_center_y", plan.geometry.axis_row);
  write_scalar(file, group + "/detector_distance", plan.geometry.distance_m, "m");
  write_scalar(file, group + "/pixel_size", plan.geometry.pixel_size_um * 1e-6, "m");
  file.write_texts(group + "/map_names", {"q", "phi"});
  file.write_texts(group + "/map_units", {"1/A", "deg"});
}

void write_identifier(h5::File& file, const std::string& identifier) {
  if (!identifier.empty()) file.write_text(identifier_place, identifier);
}

std::string read_identifier(const h5::File& file) {
  if (file.exists(identifier_place)) return file.read_text(identifier_place);
  return file.has_attribute("/", "resolved_config") ? uuid_of(file.text_attribute("/", "resolved_config").at(0)) : "";
}

void write_entry(h5::File& file, const FrameSetPlan& plan) {
  file.create_group("/entry");
  file.set_attribute("/entry", "NX_class", "NXentry");
  file.write_text("/entry/title", plan.title);
  file.write_text("/entry/schema_version", "1.0");
  file.write_text("/entry/start_time", start_time);
  write_identifier(file, plan.identifier);
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
