// SPDX-License-Identifier: BSD-3-Clause
#include "correlate/measurement.hpp"

#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <limits>

#include "core/error.hpp"
#include "frames/file_parts.hpp"

namespace patina {
namespace {

namespace fs = std::filesystem;
constexpr double not_told = std::numeric_limits<double>::quiet_NaN();

std::string frames_in(const std::string& path) {
  if (!fs::is_directory(path)) return path;
  for (const char* folder : {"", "/frames"})
    for (const char* name : {"/s0001_events.h5", "/s0001.h5", "/s0001.bin"})
      if (fs::exists(path + folder + name)) return path + folder + name;
  throw Error(ExitCode::missing_input, path + ": a folder without frames: no s0001_events.h5, s0001.h5 or s0001.bin, and none in frames/");
}

fs::path folder_of(const std::string& file) { return fs::absolute(file).parent_path(); }

// From the working folder, or from that of the frames.
std::string named_file(const std::string& name, const std::string& frames, const std::string& place) {
  if (fs::exists(name)) return name;
  const fs::path beside = folder_of(frames) / name;
  if (fs::path(name).is_relative() && fs::exists(beside)) return beside.string();
  throw Error(ExitCode::missing_input, fmt::format("{}: {} is neither in the working folder nor beside the frames", place, name));
}

// STEM_metadata.hdf of frames STEM.h5, STEM_events.h5 or STEM.bin, or the only one of that ending in the folder.
std::string metadata_beside(const std::string& frames) {
  std::string stem = fs::path(frames).stem().string();
  if (stem.ends_with("_events")) stem.resize(stem.size() - 7);
  if (const fs::path own = folder_of(frames) / (stem + "_metadata.hdf"); fs::exists(own)) return own.string();
  std::string found;
  for (const auto& entry : fs::directory_iterator(folder_of(frames))) {
    if (!entry.path().filename().string().ends_with("_metadata.hdf")) continue;
    if (!found.empty()) return "";
    found = entry.path().string();
  }
  return found;
}

FrameMetadata read_metadata(const std::string& path) {
  FrameMetadata data{path, "", "", not_told, not_told, not_told, not_told, not_told};
  if (path.empty()) return data;
  const h5::File file = h5::File::open(path);
  const auto number = [&](const std::string& name) {
    if (!file.exists(name)) return not_told;
    const std::vector<double> values = file.read_numbers(name);
    if (values.size() != 1 || !(values[0] > 0.0)) throw Error(ExitCode::bad_input, fmt::format("{}: {}: must be one number > 0", path, name));
    return values[0];
  };
  const std::string instrument = "/entry/instrument", detector = instrument + "/detector_1";
  data.frame_time_s = number(detector + "/frame_time");
  data.count_time_s = number(detector + "/count_time");
  data.distance_m = number(detector + "/distance");
  data.pixel_size_m = number(detector + "/x_pixel_size");
  data.energy_keV = number(instrument + "/incident_beam/incident_energy");
  if (file.exists("/entry/start_time")) data.start_time = file.read_text("/entry/start_time");
  data.identifier = read_identifier(file);
  return data;
}

void apply_mask_file(Partition& partition, const MaskConfig& mask, const std::string& path) {
  const h5::File file = h5::File::open(path);
  const h5::Dims dims = file.dims(mask.dataset), expected{static_cast<std::uint64_t>(partition.map.rows), static_cast<std::uint64_t>(partition.map.columns)};
  if (dims != expected)
    throw Error(ExitCode::bad_input, fmt::format("{}: {}: must be of {} x {} pixels, as frames are", path, mask.dataset, expected[0], expected[1]));
  std::vector<std::uint8_t> good;
  for (const double value : file.read_numbers(mask.dataset)) good.push_back(!std::isnan(value) && (value != 0.0) != mask.bad_is_one ? 1 : 0);
  apply_mask(partition, good, fmt::format("{}: {}", path, mask.dataset));
}

RecordRange range_of(const RecordConfig& config, std::int64_t frames, const std::string& frames_place, const std::string& place) {
  RecordRange range{config.first, config.count.value_or(frames - config.first), {}};
  if (config.first >= frames || range.count > frames - config.first || range.count < 2)
    throw Error(ExitCode::bad_input, fmt::format("{}: /frames: {} frames from {} on: {} has {}, and 2 or more are needed", place, range.count, config.first, frames_place, frames));
  for (const std::int64_t bad : config.bad_frames) {
    if (bad >= frames) throw Error(ExitCode::bad_input, fmt::format("{}: /frames/bad_frames: {}: {} has {} frames, counted from 0", place, bad, frames_place, frames));
    range.bad.insert(bad);
  }
  std::int64_t good = range.count;
  for (const std::int64_t bad : range.bad) good -= bad >= range.first && bad < range.first + range.count;
  if (good < 2) throw Error(ExitCode::bad_input, fmt::format("{}: /frames/bad_frames: leaves {} good frames: at least 2", place, good));
  return range;
}

}  // namespace

FrameMeasurement open_measurement(const std::string& path, const CorrelateConfig& config, const std::string& place) {
  FrameMeasurement made;
  const std::string frames = frames_in(path);
  if (!fs::exists(frames)) throw Error(ExitCode::missing_input, frames + ": is not there");
  const fs::path beside = folder_of(frames) / "qmap.h5";
  std::string map;
  if (config.partition.file)
    map = named_file(*config.partition.file, frames, place + ": /partition/file");
  else if (!config.partition.whole_frame && fs::exists(beside))
    map = beside.string();
  if (!map.empty()) made.partition = read_partition(map, config.partition.group);
  FrameFileChoice choice{frames, config.frames.layout, config.frames.dataset, config.frames.rows.value_or(made.partition.map.rows), config.frames.columns.value_or(made.partition.map.columns)};
  made.source = open_frames(choice);
  const FrameShape shape = made.source->shape();
  if (map.empty()) made.partition = whole_frame(shape.rows, shape.columns);
  if (shape.rows != made.partition.map.rows || shape.columns != made.partition.map.columns)
    throw Error(ExitCode::bad_input, fmt::format("{}: is of {} x {} pixels, frames of {} are of {} x {}", made.partition.source, made.partition.map.rows, made.partition.map.columns,
                                                 made.source->place(), shape.rows, shape.columns));
  const std::string mask = config.mask ? named_file(config.mask->file, frames, place + ": /mask/file") : "", metadata = metadata_beside(frames);
  if (config.mask) apply_mask_file(made.partition, *config.mask, mask);
  made.files = {frames, map, mask, metadata};
  made.range = range_of(config.frames, shape.frames, made.source->place(), place);
  made.metadata = read_metadata(metadata);
  const bool timed = config.frames.interval_s || std::isfinite(made.metadata.frame_time_s);
  made.interval_s = config.frames.interval_s.value_or(timed ? made.metadata.frame_time_s : 1.0);
  if (!timed) made.notes.push_back("nothing tells the time between frames (interval_s, or frame_time in the metadata): 1 s is written");
  made.exposure_s = config.frames.exposure_s.value_or(std::isfinite(made.metadata.count_time_s) ? made.metadata.count_time_s : made.interval_s);
  if (map.empty()) made.notes.push_back("no partition: all pixels are one bin, whose q is written as 0");
  return made;
}

FrameSetPlan FrameMeasurement::plan(const std::string& title) const {
  FrameSetPlan plan;
  plan.stem = fs::path(source->place().substr(0, source->place().find(": "))).stem().string();
  plan.title = title;
  plan.map = partition.map;
  plan.frames = range.count;
  plan.interval_s = interval_s;
  plan.exposure_s = exposure_s;
  DetectorGeometry& g = plan.geometry;
  g.rows = partition.map.rows;
  g.columns = partition.map.columns;
  g.axis_column = partition.beam_center_x;
  g.axis_row = partition.beam_center_y;
  g.distance_m = std::isfinite(partition.distance_m) ? partition.distance_m : metadata.distance_m;
  g.pixel_size_um = 1e6 * (std::isfinite(partition.pixel_size_m) ? partition.pixel_size_m : metadata.pixel_size_m);
  g.photon_energy_keV = metadata.energy_keV;
  return plan;
}

void write_measured_entry(h5::File& file, const FrameMeasurement& measurement, const FrameSetPlan& plan) {
  const DetectorGeometry& g = plan.geometry;
  const std::string instrument = "/entry/instrument", beam = instrument + "/incident_beam", detector = instrument + "/detector_1";
  for (const auto& [group, type] : {std::pair<std::string, const char*>{"/entry", "NXentry"}, {instrument, "NXinstrument"}, {beam, "NXbeam"}, {detector, "NXdetector"}}) {
    file.create_group(group);
    file.set_attribute(group, "NX_class", type);
  }
  file.write_text("/entry/title", plan.title);
  file.write_text("/entry/schema_version", "1.0");
  file.write_text("/entry/start_time", measurement.metadata.start_time);
  write_identifier(file, measurement.metadata.identifier);
  // Viewers need these; what nothing tells is NaN.
  write_scalar(file, beam + "/incident_energy", g.photon_energy_keV, "keV");
  write_scalar(file, detector + "/frame_time", plan.interval_s, "s");
  write_scalar(file, detector + "/count_time", plan.exposure_s, "s");
  write_scalar(file, detector + "/distance", g.distance_m, "m");
  const double pixel_m = g.pixel_size_um * 1e-6;
  for (const char* name : {"/x_pixel_size", "/y_pixel_size"}) write_scalar(file, detector + name, pixel_m, "m");
  // NeXus counts from the corner of pixel (0, 0), half a pixel before its centre.
  write_scalar(file, detector + "/beam_center_x", (g.axis_column + 0.5) * pixel_m, "m");
  write_scalar(file, detector + "/beam_center_y", (g.axis_row + 0.5) * pixel_m, "m");
}

}  // namespace patina
