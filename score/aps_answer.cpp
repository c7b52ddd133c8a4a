// SPDX-License-Identifier: BSD-3-Clause
// The result layout of APS 8-ID (boost_corr writes it, pyXpcsViewer reads it): /xpcs/multitau, /xpcs/twotime, /xpcs/qmap. Delays are in
// frames, times stride and averaged frames; maps are upper triangles with the diagonal.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/error.hpp"
#include "frames/file_parts.hpp"
#include "score/answer_readers.hpp"

namespace patina {
namespace {

constexpr std::uint64_t most_frames = 16384;

struct Frames {
  int step = 1, averaged = 1;  // of the raw frames
};

Frames frames_of(const h5::File& file, const std::string& group) {
  Frames frames;
  const auto whole = [&](const char* name) {
    const std::string path = group + "/config/" + name;
    if (!file.exists(path)) return 1;
    const double value = number(file, path);
    if (!(value >= 1.0 && value < 1e6 && value == std::floor(value)))
      throw Error(ExitCode::bad_input, fmt::format("{}: {} is {:g}: must be a whole number, 1 or more", file.path(), path, value));
    return static_cast<int>(value);
  };
  frames.averaged = whole("avg_frame");
  frames.step = frames.averaged * whole("stride_frame");
  return frames;
}

// q and phi of a bin by its number in the whole grid of both.
class QMap {
 public:
  explicit QMap(const h5::File& file) : path_(file.path()) {
    q_ = file.read_numbers("/xpcs/qmap/dynamic_v_list_dim0");
    if (file.exists("/xpcs/qmap/dynamic_num_pts")) {
      const auto points = file.read_numbers("/xpcs/qmap/dynamic_num_pts");
      if (points.size() == 2 && points[1] >= 1.0) angles_ = static_cast<std::size_t>(points[1]);
    }
    if (file.exists("/xpcs/qmap/dynamic_v_list_dim1")) phi_ = file.read_numbers("/xpcs/qmap/dynamic_v_list_dim1");
    if (file.exists("/xpcs/qmap/dynamic_index_mapping")) mapping_ = file.read_numbers("/xpcs/qmap/dynamic_index_mapping");
    several_angles = angles_ > 1;
  }
  double of_natural(double bin, const std::string& place) const {
    const double row = std::floor(bin / static_cast<double>(angles_));
    if (!(row >= 0.0 && row < static_cast<double>(q_.size())))
      throw Error(ExitCode::bad_input, fmt::format("{}: {}: bin {:g} has no q: /xpcs/qmap/dynamic_v_list_dim0 has {}", path_, place, bin + 1.0, q_.size()));
    return q_[static_cast<std::size_t>(row)];
  }
  // Not told where there is one angle alone.
  double phi_of_natural(double bin) const {
    if (angles_ < 2 || phi_.size() != angles_) return not_told;
    return phi_[static_cast<std::size_t>(std::fmod(bin, static_cast<double>(angles_)))];
  }
  double natural(std::size_t column) const { return column < mapping_.size() ? mapping_[column] : static_cast<double>(column); }
  bool several_angles = false;

 private:
  std::string path_;
  std::vector<double> q_, phi_, mapping_;
  std::size_t angles_ = 1;
};

void read_multi_tau(const h5::File& file, const QMap& map, Binning binning, Answer& answer) {
  const std::string group = "/xpcs/multitau", name = group + "/normalized_g2";
  const auto delays = file.read_numbers(group + "/delay_list");
  const Frames frames = frames_of(file, group);
  const h5::Dims dims = file.dims(name);
  if (dims.size() != 2 || dims[0] != delays.size())
    throw Error(ExitCode::bad_input, fmt::format("{}: {} must be ({}, bins), as /xpcs/multitau/delay_list has {} delays", file.path(), name, delays.size(), delays.size()));
  const auto g2 = file.read_numbers(name);
  std::vector<double> error(g2.size(), not_told);
  if (file.exists(name + "_err")) {
    if (file.dims(name + "_err") != dims) throw Error(ExitCode::bad_input, fmt::format("{}: {}_err has another shape than normalized_g2", file.path(), name));
    error = file.read_numbers(name + "_err");
  } else {
    answer.notes.push_back("g2 has no errors (normalized_g2_err)");
  }
  auto bins = binning == Binning::as_told ? told_bins(file, group, delays) : std::vector<LagBin>();
  if (bins.empty())
    bins = bins_of_delays(fmt::format("{}: {}/delay_list", file.path(), group), delays, binning, frames.step, frames.averaged, answer.notes);
  const auto columns = static_cast<std::size_t>(dims[1]);
  for (std::size_t c = 0; c < columns; ++c) {
    G2Answer one;
    one.q_inv_A = map.of_natural(map.natural(c), name);
    one.phi_deg = map.phi_of_natural(map.natural(c));
    one.bins = bins;
    one.frame_by_frame = normalised_as(file, group, "frame") || normalised_as(file, group, "pixel");
    for (std::size_t k = 0; k < delays.size(); ++k) {
      one.value.push_back(g2[k * columns + c]);
      one.sigma.push_back(error[k * columns + c]);
    }
    answer.g2.push_back(std::move(one));
  }
}

void read_two_time(const h5::File& file, const QMap& map, Answer& answer) {
  const std::string group = "/xpcs/twotime", maps = group + "/correlation_map";
  std::vector<std::string> names;
  for (const std::string& name : file.children(maps))
    if (name.starts_with("c2_")) names.push_back(name);
  std::sort(names.begin(), names.end());
  std::vector<double> bins;
  if (file.exists(group + "/processed_bins")) bins = file.read_numbers(group + "/processed_bins");
  if (bins.size() != names.size())
    throw Error(ExitCode::bad_input, fmt::format("{}: {}/processed_bins has {} bins, {} has {} maps c2_*", file.path(), group, bins.size(), maps, names.size()));
  const Frames frames = frames_of(file, group);
  for (std::size_t k = 0; k < names.size(); ++k) {
    const std::string name = maps + "/" + names[k];
    const h5::Dims dims = file.dims(name);
    if (dims.size() != 2 || dims[0] != dims[1] || dims[0] < 2 || dims[0] > most_frames)
      throw Error(ExitCode::bad_input, fmt::format("{}: {} must be square, of 2 to {} frames", file.path(), name, most_frames));
    const auto n = static_cast<Eigen::Index>(dims[0]);
    TwoTimeAnswer one;
    // Bins are counted among those that are not empty.
    const double bin = bins[k] >= 1.0 ? map.natural(static_cast<std::size_t>(bins[k]) - 1) : bins[k] - 1.0;
    one.q_inv_A = map.of_natural(bin, name);
    one.phi_deg = map.phi_of_natural(bin);
    one.averaged_frames = frames.averaged;
    one.by_record = normalised_as(file, group, "global");
    if (normalised_as(file, group, "pearson")) one.quantity = Quantity::f_squared;
    for (Eigen::Index i = 0; i < n; ++i) one.time.push_back(static_cast<double>(i) * frames.step);
    one.value = map_of(file.read_numbers(name), n);
    answer.two_time.push_back(std::move(one));
  }
}

}  // namespace

bool is_aps_result(const h5::File& file) { return file.exists("/xpcs/qmap") && (file.exists("/xpcs/multitau/normalized_g2") || file.exists("/xpcs/twotime/correlation_map")); }

Answer read_aps_answer(const h5::File& file, const AnswerOptions& options) {
  Answer answer;
  answer.path = file.path();
  answer.identifier = read_identifier(file);
  answer.recognised_as = "APS result (boost_corr, pyXpcsViewer)";
  answer.unit = TimeUnit::frames;
  const std::string frame_time = "/entry/instrument/detector_1/frame_time";
  if (file.exists(frame_time)) answer.frame_interval_s = number(file, frame_time);
  const QMap map(file);
  if (map.several_angles) answer.notes.push_back("bins of one q and several angles are each compared with the truth of their sector, or of the ring where it knows no sectors");
  if (file.exists("/xpcs/multitau/normalized_g2")) read_multi_tau(file, map, options.binning, answer);
  if (file.exists("/xpcs/twotime/correlation_map")) read_two_time(file, map, answer);
  answer.notes.push_back("ignored: scattering, partial and unnormalised g2, g2 of maps, intensities");
  return answer;
}

}  // namespace patina
