// SPDX-License-Identifier: BSD-3-Clause
// NXxpcs, the contributed definition of NeXus: /entry/data/{g2, g2_derr, delay_difference}, /entry/twotime/two_time_corr_func.
// @storage_mode, @baseline_reference and @populated_elements say how numbers are meant; where they are absent: q last, baseline 1, all.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/error.hpp"
#include "frames/file_parts.hpp"
#include "score/answer_readers.hpp"

namespace patina {
namespace {

const std::string g2_name = "/entry/data/g2", map_name = "/entry/twotime/two_time_corr_func";

std::string text_of(const h5::File& file, const std::string& object, const char* attribute) {
  return file.has_attribute(object, attribute) ? file.text_attribute(object, attribute).at(0) : "";
}

// A number, or 0 or 1 as text; `otherwise` if it is absent.
int flag_of(const h5::File& file, const std::string& object, const char* attribute, int otherwise) {
  if (!file.has_attribute(object, attribute)) return otherwise;
  try {
    return static_cast<int>(file.attribute<std::int64_t>(object, attribute).at(0));
  } catch (const Error&) {
    return text_of(file, object, attribute) == "0" ? 0 : 1;
  }
}

std::vector<double> list_of(const h5::File& file, const char* name) {
  for (const char* instrument : {"/entry/instrument", "/entry/instrument/detector_1", "/entry/instrument/detector"})
    if (const std::string place = std::string(instrument) + "/masks/" + name; file.exists(place)) return file.read_numbers(place);
  return {};
}
std::vector<double> q_list(const h5::File& file) { return list_of(file, "dynamic_q_list"); }
std::vector<double> phi_list(const h5::File& file) { return list_of(file, "dynamic_phi_list"); }
double phi_of(const std::vector<double>& list, std::size_t bin) { return bin < list.size() ? list[bin] : not_told; }

double q_of(const h5::File& file, const std::vector<double>& list, std::size_t bin, std::size_t bins) {
  if (list.empty() && bins == 1) return not_told;
  if (bin >= list.size())
    throw Error(ExitCode::bad_input, fmt::format("{}: {} bins, but dynamic_q_list in /entry/instrument/masks has {}", file.path(), bins, list.size()));
  return list[bin];
}

void require_one_array(const h5::File& file, const std::string& name) {
  const std::string mode = text_of(file, name, "storage_mode");
  if (mode == "data_exchange_keys" || mode == "other")
    throw Error(ExitCode::bad_input, fmt::format("{}: {}/@storage_mode is {}: must be one array", file.path(), name, mode));
}

void read_g2(const h5::File& file, Binning binning, Answer& answer) {
  require_one_array(file, g2_name);
  const auto delays = file.read_numbers("/entry/data/delay_difference");
  h5::Dims dims = file.dims(g2_name);
  if (dims.size() == 1) dims.push_back(1);
  if (dims.size() != 2 || dims[0] != delays.size())
    throw Error(ExitCode::bad_input, fmt::format("{}: {} must be ({}, q), as /entry/data/delay_difference has {} delays", file.path(), g2_name, delays.size(), delays.size()));
  const auto g2 = file.read_numbers(g2_name);
  std::vector<double> error(g2.size(), not_told);
  if (file.exists("/entry/data/g2_derr")) error = file.read_numbers("/entry/data/g2_derr");
  if (error.size() != g2.size()) throw Error(ExitCode::bad_input, fmt::format("{}: /entry/data/g2_derr has another shape than g2", file.path()));
  auto bins = binning == Binning::as_told ? told_bins(file, "/entry/data", delays) : std::vector<LagBin>();
  if (bins.empty()) bins = bins_of_delays(file.path() + ": /entry/data/delay_difference", delays, binning, 1, 1, answer.notes);
  const auto list = q_list(file), angles = phi_list(file);
  const auto columns = static_cast<std::size_t>(dims[1]);
  for (std::size_t c = 0; c < columns; ++c) {
    G2Answer one;
    one.q_inv_A = q_of(file, list, c, columns);
    one.phi_deg = phi_of(angles, c);
    one.bins = bins;
    for (std::size_t k = 0; k < delays.size(); ++k) {
      one.value.push_back(g2[k * columns + c]);
      one.sigma.push_back(error[k * columns + c]);
    }
    answer.g2.push_back(std::move(one));
  }
}

void read_two_time(const h5::File& file, Answer& answer) {
  require_one_array(file, map_name);
  const h5::Dims dims = file.dims(map_name);
  const bool q_first = text_of(file, map_name, "storage_mode") == "one_array_q_first", flat = dims.size() == 2;
  if (!flat && dims.size() != 3) throw Error(ExitCode::bad_input, fmt::format("{}: {} must have 2 or 3 dimensions", file.path(), map_name));
  const std::uint64_t frames = flat || !q_first ? dims[0] : dims[1], bins = flat ? 1 : (q_first ? dims[0] : dims[2]);
  if (frames != (flat || !q_first ? dims[1] : dims[2]) || frames < 2 || frames > 16384)
    throw Error(ExitCode::bad_input, fmt::format("{}: {}: maps must be square, of 2 to 16384 frames (storage_mode says where q stands)", file.path(), map_name));
  const bool lower = text_of(file, map_name, "populated_elements") == "lower_half";
  const auto values = file.read_numbers(map_name);
  const auto list = q_list(file), angles = phi_list(file);
  // Of Patina's own files: rows are those of every so many frames, or of means over some.
  const std::string group = map_name.substr(0, map_name.rfind('/'));
  const int averaged = flag_of(file, group, "averaged_frames", 1), step = averaged * flag_of(file, group, "stride_frame", 1);
  const auto n = static_cast<std::size_t>(frames), count = static_cast<std::size_t>(bins);
  for (std::size_t b = 0; b < count; ++b) {
    TwoTimeAnswer one;
    one.q_inv_A = q_of(file, list, b, count);
    one.phi_deg = phi_of(angles, b);
    one.quantity = flag_of(file, map_name, "baseline_reference", 1) == 0 ? Quantity::g2_minus_1 : Quantity::g2;
    one.averaged_frames = averaged;
    one.by_record = normalised_as(file, group, "global");
    if (normalised_as(file, group, "pearson")) one.quantity = Quantity::f_squared;
    one.value.resize(static_cast<Eigen::Index>(n), static_cast<Eigen::Index>(n));
    for (std::size_t i = 0; i < n; ++i) {
      one.time.push_back(static_cast<double>(i) * step);
      for (std::size_t j = 0; j < n; ++j) {
        const std::size_t row = lower ? j : i, column = lower ? i : j;
        one.value(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) =
            static_cast<float>(values[q_first ? (b * n + row) * n + column : (row * n + column) * count + b]);
      }
    }
    answer.two_time.push_back(std::move(one));
  }
}

}  // namespace

bool is_nxxpcs(const h5::File& file) {
  return file.exists("/entry/definition") && (file.exists(g2_name) || file.exists(map_name)) && file.read_text("/entry/definition") == "NXxpcs";
}

Answer read_nxxpcs_answer(const h5::File& file, const AnswerOptions& options) {
  Answer answer;
  answer.path = file.path();
  answer.identifier = read_identifier(file);
  answer.recognised_as = "NXxpcs";
  answer.unit = TimeUnit::frames;
  for (const char* place : {"/entry/instrument/detector_1/frame_time", "/entry/instrument/detector/frame_time"})
    if (file.exists(place)) answer.frame_interval_s = number(file, place);
  if (file.exists(g2_name)) read_g2(file, options.binning, answer);
  if (file.exists(map_name)) read_two_time(file, answer);
  return answer;
}

}  // namespace patina
