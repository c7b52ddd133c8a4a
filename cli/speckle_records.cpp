// SPDX-License-Identifier: BSD-3-Clause
#include "cli/speckle_records.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <optional>
#include <set>

#include "core/error.hpp"
#include "core/hdf5.hpp"
#include "score/answer_readers.hpp"

namespace patina {
namespace {

// What one bin of q averages; NaN where the file does not tell.
struct Pixels {
  double count = not_told, photons = not_told, per_speckle = 1.0, parts = 1.0;
  bool of_record = false;  // photons: of all frames together
  int frames = 0;          // of the record; 0: not told
};

// Of the partition map, with the mean frame if it is there.
std::vector<Pixels> pixels_of_bins(const h5::File& file, const std::string& map, const std::string& mean_frame) {
  std::vector<Pixels> bins;
  if (!file.exists(map)) return bins;
  const auto bin = file.read_numbers(map);
  std::vector<double> mean;
  if (file.exists(mean_frame)) mean = file.read_numbers(mean_frame);
  for (std::size_t p = 0; p < bin.size(); ++p) {
    if (!(bin[p] >= 1.0 && bin[p] < 1e6)) continue;
    const auto k = static_cast<std::size_t>(bin[p]) - 1;
    if (k >= bins.size()) bins.resize(k + 1, {0.0, mean.size() == bin.size() ? 0.0 : not_told});
    bins[k].count += 1.0;
    if (mean.size() == bin.size()) bins[k].photons += mean[p];
  }
  for (auto& one : bins) one.photons /= one.count;
  return bins;
}

// What `patina correlate` found in the frames themselves. Where counts are not photons nothing tells their noise.
std::vector<Pixels> pixels_of_correlate(const h5::File& file) {
  const std::string group = "/xpcs/correlate";
  std::vector<Pixels> bins;
  if (!file.exists(group + "/pixels_per_speckle")) return bins;
  const auto count = file.read_numbers(group + "/pixels"), photons = file.read_numbers(group + "/photons_per_pixel"), per_speckle = file.read_numbers(group + "/pixels_per_speckle");
  if (photons.size() != count.size() || per_speckle.size() != count.size())
    throw Error(ExitCode::bad_input, fmt::format("{}: {}: pixels, photons_per_pixel and pixels_per_speckle are of {}, {} and {} bins", file.path(), group, count.size(), photons.size(), per_speckle.size()));
  const int frames = static_cast<int>(file.dims("/xpcs/spatial_mean/intensity_vs_time").at(1));
  std::vector<double> parts(count.size(), 1.0);  // older files do not tell them
  if (file.exists(group + "/static_bins")) parts = file.read_numbers(group + "/static_bins");
  if (parts.size() != count.size()) throw Error(ExitCode::bad_input, fmt::format("{}: {}: pixels and static_bins are of {} and {} bins", file.path(), group, count.size(), parts.size()));
  for (std::size_t k = 0; k < count.size(); ++k) {
    const bool known = count[k] >= 1.0 && photons[k] > 0.0 && std::isfinite(photons[k]) && per_speckle[k] >= 1.0 && std::isfinite(per_speckle[k]);
    bins.push_back(known ? Pixels{count[k], photons[k], per_speckle[k], parts[k], false, frames} : Pixels{not_told, not_told, 1.0, parts[k], false, frames});
  }
  return bins;
}

std::vector<Pixels> pixels_of(const h5::File& file) {
  if (auto bins = pixels_of_correlate(file); !bins.empty()) return bins;
  if (file.exists("/xpcs/twotime/processed_bins")) {
    const auto all = pixels_of_bins(file, "/xpcs/qmap/dynamic_roi_map", "/xpcs/temporal_mean/scattering_2d");
    std::vector<Pixels> bins;
    for (const double bin : file.read_numbers("/xpcs/twotime/processed_bins")) bins.push_back(bin >= 1.0 && bin <= static_cast<double>(all.size()) ? all[static_cast<std::size_t>(bin) - 1] : Pixels{});
    return bins;
  }
  if (is_nxxpcs(file)) {
    auto of_sum = pixels_of_bins(file, "/entry/instrument/masks/dynamic_roi_map", "/entry/data/frame_sum");
    for (auto& one : of_sum) one.of_record = true;
    return of_sum;
  }
  std::vector<Pixels> bins;
  constexpr double no_shot_noise = std::numeric_limits<double>::infinity();
  for (int k = 0; file.exists(fmt::format("/shell{:02d}/speckle/intensity", k)); ++k)
    bins.push_back({static_cast<double>(file.dims(fmt::format("/shell{:02d}/speckle/intensity", k)).at(1)), no_shot_noise});
  if (!bins.empty() || !is_patina_result(file)) return bins;
  for (const std::string& entry : file.children("/"))
    if (file.exists("/" + entry + "/two_time/correlation")) {
      const std::string group = "/" + entry + "/two_time";
      bins.push_back({file.has_attribute(group, "speckles") ? file.attribute<double>(group, "speckles").at(0) : not_told, no_shot_noise});
    }
  return bins;
}

double baseline_of(Quantity quantity) { return quantity == Quantity::g2 ? 1.0 : 0.0; }

TwoTimeMatrix map_of(const TwoTimeAnswer& answer, double unit) {
  TwoTimeMatrix map;
  for (const double t : answer.time) map.time.push_back(t * unit);
  map.correlation = answer.value.cast<double>().array() - baseline_of(answer.quantity);
  return map;
}

// Values that average lie over whole frames. Where the file does not tell a frame's length, the shortest lag is taken for it.
MeasuredG2 curve_of(const G2Answer& answer, double unit, double frame_interval) {
  const auto frames = [&](double time) { return static_cast<std::int64_t>(std::lround(time * unit / frame_interval)); };
  MeasuredG2 curve;
  for (std::size_t k = 0; k < answer.bins.size(); ++k) {
    if (!(answer.bins[k].lag > 0.0)) continue;  // shot noise stands there
    const LagBin& bin = answer.bins[k];
    curve.lag.push_back(bin.lag * unit);
    curve.excess.push_back(answer.value[k] - baseline_of(answer.quantity));
    curve.sigma.push_back(answer.sigma[k]);
    LagChannel channel{frames(bin.lag), bin.averaged_frames};
    if (bin.is_range()) {
      channel.first = std::max<std::int64_t>(1, frames(bin.first));
      channel.last = std::max(channel.first, frames(bin.last));
    }
    curve.channels.push_back(channel);
  }
  return curve;
}

// What `patina correlate` writes of windows of the record.
struct AgedTables {
  std::string place;
  h5::Dims dims;                   // ages, delays, bins
  std::vector<double> g2, error;   // [age][delay][bin]
  std::vector<double> first, last;  // later frames of [age][delay]
};

std::optional<AgedTables> aged_tables(const h5::File& file) {
  const std::string group = "/xpcs/multitau_ages";
  if (!file.exists(group + "/normalized_g2")) return std::nullopt;
  AgedTables tables{file.path() + ": " + group, file.dims(group + "/normalized_g2"), file.read_numbers(group + "/normalized_g2"), file.read_numbers(group + "/normalized_g2_err"),
                    file.read_numbers(group + "/first_later_frame"), file.read_numbers(group + "/last_later_frame")};
  const h5::Dims& dims = tables.dims;
  if (dims.size() != 3 || tables.error.size() != tables.g2.size() || tables.first.size() != dims[0] * dims[1] || tables.last.size() != tables.first.size())
    throw Error(ExitCode::bad_input, tables.place + ": must be of (ages, delays, bins), first_later_frame and last_later_frame of (ages, delays)");
  return tables;
}

std::vector<WindowG2> aged_curves(const AgedTables& tables, std::size_t bin, const G2Answer& whole, double unit, double frame_interval, double parts) {
  const std::uint64_t ages = tables.dims[0], delays = tables.dims[1], bins = tables.dims[2];
  if (delays != whole.bins.size() || bin >= bins)
    throw Error(ExitCode::bad_input, fmt::format("{}: of {} delays and {} bins, where g2 of the whole record has {} delays and a bin {}", tables.place, delays, bins, whole.bins.size(), bin + 1));
  std::vector<WindowG2> curves;
  for (std::size_t age = 0; age < ages; ++age) {
    G2Answer one = whole;
    for (std::size_t k = 0; k < delays; ++k) {
      one.value[k] = tables.g2[(age * delays + k) * bins + bin];
      one.sigma[k] = tables.error[(age * delays + k) * bins + bin];
    }
    WindowG2 curve{tables.first[age * delays] * unit, tables.last[age * delays] * unit, curve_of(one, unit, frame_interval)};
    curve.g2.parts = parts;
    if (curve.last > curve.first) curves.push_back(std::move(curve));
  }
  return curves;
}

double shortest_lag(const G2Answer& answer) {
  double shortest = std::numeric_limits<double>::infinity();
  for (const LagBin& bin : answer.bins)
    if (bin.lag > 0.0) shortest = std::min(shortest, bin.is_range() && bin.first > 0.0 ? bin.first : bin.lag);
  return std::isfinite(shortest) ? shortest : 1.0;
}

bool is_excess(Quantity quantity) { return quantity == Quantity::g2 || quantity == Quantity::g2_minus_1 || quantity == Quantity::f_squared; }

// The first byte of its signature, which no table begins with.
bool is_hdf5(const Answer& answer) { return std::ifstream(answer.path, std::ios::binary).get() == 0x89; }

double frame_interval_of(const Answer& answer) {
  if (!is_hdf5(answer)) return answer.frame_interval_s;
  const h5::File file = h5::File::open(answer.path);
  if (!file.exists("/shell00/speckle/t_s")) return answer.frame_interval_s;
  const auto t = file.read_numbers("/shell00/speckle/t_s");
  return t.at(1) - t.at(0);
}

// Whole rings have one angle, whatever a file says it is.
bool has_sectors(const Answer& answer) {
  std::set<double> phi;
  for (const G2Answer& one : answer.g2)
    if (std::isfinite(one.phi_deg)) phi.insert(one.phi_deg);
  for (const TwoTimeAnswer& one : answer.two_time)
    if (std::isfinite(one.phi_deg)) phi.insert(one.phi_deg);
  return phi.size() > 1;
}

}  // namespace

SpeckleRecords read_speckle_records(const std::string& path, const AnswerOptions& options) {
  const Answer answer = read_answer(path, options);
  SpeckleRecords found{answer.recognised_as, answer.notes, {}};
  if (answer.two_time.empty() && answer.g2.empty()) throw Error(ExitCode::bad_input, answer.path + ": neither a two-time correlation nor g2 to analyse");
  double unit = 1.0;
  std::string name = answer.unit == TimeUnit::picoseconds ? "ps" : "s";
  if (answer.unit == TimeUnit::frames) {
    unit = frame_interval_of(answer);
    if (!(unit > 0.0)) {
      unit = 1.0;
      name = "frames";
    }
  }
  const auto pixels = is_hdf5(answer) ? pixels_of(h5::File::open(answer.path)) : std::vector<Pixels>();
  // `told_frames`: of the record, 0 if not known from its map.
  const auto record_of = [&](std::size_t k, double q, double phi, int told_frames) {
    const int frames = told_frames > 0 || k >= pixels.size() ? told_frames : pixels[k].frames;
    SpeckleRecord record;
    record.label = std::isfinite(q) ? fmt::format("q = {:.6g} 1/A", q) : fmt::format("bin {}", k + 1);
    if (std::isfinite(phi)) record.label += fmt::format(", phi = {:.4g} deg", phi);
    record.unit = name;
    record.q_inv_A = q;
    record.phi_deg = phi;
    record.frame_interval = unit;
    record.frames = frames;
    if (k < pixels.size() && std::isfinite(pixels[k].count) && !std::isnan(pixels[k].photons) && (frames > 0 || !pixels[k].of_record)) {
      record.pixels = pixels[k].count;
      record.photons = pixels[k].photons / (pixels[k].of_record ? frames : 1);
      record.pixels_per_speckle = pixels[k].per_speckle;
    }
    if (k < pixels.size()) record.parts = pixels[k].parts;
    return record;
  };
  const bool sectors = has_sectors(answer);
  const auto phi_of = [&](const auto& one) { return sectors ? one.phi_deg : not_told; };
  const auto ages = is_hdf5(answer) ? aged_tables(h5::File::open(answer.path)) : std::nullopt;
  const auto parts_of = [&](std::size_t k, const G2Answer& g2) { return !g2.frame_by_frame ? 0.0 : k < pixels.size() ? pixels[k].parts : 1.0; };
  for (std::size_t k = 0; k < answer.two_time.size(); ++k) {
    const TwoTimeAnswer& one = answer.two_time[k];
    if (!is_excess(one.quantity)) continue;
    const bool in_frames = answer.unit == TimeUnit::frames;
    SpeckleRecord record = record_of(k, one.q_inv_A, phi_of(one), in_frames ? static_cast<int>(std::lround(one.time.back())) + one.averaged_frames : static_cast<int>(one.time.size()));
    record.map = map_of(one, unit);
    if (!in_frames) record.frame_interval = one.time.at(1) - one.time.at(0);
    record.averaged = one.averaged_frames;
    if (one.by_record) record.parts = 0.0;
    found.records.push_back(std::move(record));
  }
  for (std::size_t k = 0; k < answer.g2.size(); ++k) {
    const G2Answer& one = answer.g2[k];
    if (!is_excess(one.quantity)) continue;
    const auto is_same = [&](const SpeckleRecord& r) {
      const bool same_phi = !sectors || r.phi_deg == one.phi_deg;
      return r.g2.lag.empty() && same_phi && std::abs(r.q_inv_A - one.q_inv_A) <= 1e-6 * std::abs(one.q_inv_A);
    };
    auto record = std::find_if(found.records.begin(), found.records.end(), is_same);
    if (record == found.records.end()) {
      record = found.records.insert(record, record_of(k, one.q_inv_A, phi_of(one), 0));
      if (answer.unit != TimeUnit::frames) record->frame_interval = shortest_lag(one);
    }
    record->g2 = curve_of(one, unit, record->frame_interval);
    record->g2.parts = parts_of(k, one);
    if (ages) record->aged = aged_curves(*ages, k, one, unit, record->frame_interval, record->g2.parts);
  }
  if (found.records.empty()) throw Error(ExitCode::bad_input, answer.path + ": has correlations of fields alone; intensities are analysed");
  return found;
}

std::vector<SpeckleRecord> read_speckle_records_of_run(const std::vector<std::string>& files) {
  std::vector<SpeckleRecord> merged;
  AnswerOptions options;
  options.format = "patina";
  double replicas = 0.0;
  for (const auto& path : files) {
    if (!is_patina_result(h5::File::open(path))) continue;
    auto found = read_speckle_records(path, options).records;
    std::erase_if(found, [](const SpeckleRecord& record) { return record.map.time.empty(); });
    for (auto& record : found) record.g2 = {};  // the analysis of the run has f(q, t) itself
    replicas += 1.0;
    if (merged.empty()) {
      merged = std::move(found);
      continue;
    }
    if (found.size() != merged.size()) throw Error(ExitCode::bad_input, path + ": has other entries with two-time correlations than the replicas before it");
    for (std::size_t k = 0; k < merged.size(); ++k) {
      if (found[k].map.time != merged[k].map.time) throw Error(ExitCode::bad_input, fmt::format("{}: {}: times of two_time are others than those of the replicas before it", path, found[k].label));
      merged[k].map.correlation += (found[k].map.correlation - merged[k].map.correlation) / replicas;
      merged[k].pixels += found[k].pixels;
    }
  }
  return merged;
}

}  // namespace patina
