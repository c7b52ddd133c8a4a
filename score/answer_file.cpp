// SPDX-License-Identifier: BSD-3-Clause
// Which kind of answer a file is, by its content.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>

#include "core/error.hpp"
#include "score/answer_readers.hpp"
#include "score/lag_binning.hpp"

namespace patina {
namespace {

namespace fs = std::filesystem;

bool begins_with(const std::string& path, const std::string& mark) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Error(ExitCode::missing_input, path + ": cannot be read");
  std::string head(mark.size(), '\0');
  file.read(head.data(), static_cast<std::streamsize>(head.size()));
  return file && head == mark;
}

bool is_json(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  char first = ' ';
  while (file.get(first) && std::isspace(static_cast<unsigned char>(first))) {
  }
  return file && first == '{';
}

}  // namespace

std::string answer_file(const std::string& path) {
  if (!fs::is_directory(path)) return path;
  for (const char* name : {"/analysis.json", "/xpcs.h5", "/synth.h5", "/frames/s0001.h5", "/s0001.h5"})
    if (fs::exists(path + name)) return path + name;
  throw Error(ExitCode::missing_input, path + ": a folder without an answer: no analysis.json, xpcs.h5, synth.h5 or s0001.h5");
}

namespace {

Answer read_hdf5(const std::string& path, const AnswerOptions& options) {
  const h5::File file = h5::File::open(path);
  const std::string& wanted = options.format;
  struct Kind {
    const char* format;
    bool (*is)(const h5::File&);
    Answer (*read)(const h5::File&, const AnswerOptions&);
  };
  const Kind kinds[] = {{"movie", is_movie, [](const h5::File& f, const AnswerOptions&) { return read_movie_answer(f); }},
                        {"frames", is_frames, read_frames_answer},
                        {"patina", is_patina_result, read_patina_answer},
                        {"aps", is_aps_result, read_aps_answer},
                        {"eigen", is_eigen_result, read_eigen_answer},
                        {"nxxpcs", is_nxxpcs, read_nxxpcs_answer}};
  const Kind* chosen = nullptr;
  std::string others;
  for (const Kind& kind : kinds) {
    if (wanted == "automatic" ? !kind.is(file) : wanted != kind.format) continue;
    if (!kind.is(file)) throw Error(ExitCode::bad_input, fmt::format("{}: is no answer of the format {}", path, wanted));
    if (!chosen)
      chosen = &kind;
    else
      others += fmt::format("{}{}", others.empty() ? "" : ", ", kind.format);
  }
  if (!chosen)
    throw Error(ExitCode::bad_input, fmt::format("{}: an HDF5 file, but none of an answer that is known: APS result (/xpcs/multitau, /xpcs/twotime), xpcs-eigen (/exchange), NXxpcs "
                                                 "(/entry/data/g2, /entry/twotime), frames (/entry/data/data), xpcs.h5 or synth.h5 of Patina", path));
  Answer answer = chosen->read(file, options);
  answer.path = path;
  if (!others.empty()) answer.notes.push_back(fmt::format("ignored: what else is in the file; --format {} reads it", others));
  return answer;
}

}  // namespace

Answer read_answer(const std::string& path, const AnswerOptions& options) {
  const std::string file = answer_file(path);
  if (begins_with(file, "\x89HDF\r\n\x1a\n")) {
    if (options.format == "csv" || options.format == "analysis") throw Error(ExitCode::bad_input, fmt::format("{}: is HDF5, not {}", file, options.format));
    return read_hdf5(file, options);
  }
  if (options.format != "automatic" && options.format != "csv" && options.format != "analysis")
    throw Error(ExitCode::bad_input, fmt::format("{}: is not HDF5, which the format {} is", file, options.format));
  Answer answer = options.format == "analysis" || (options.format == "automatic" && is_json(file)) ? read_analysis_answer(file) : read_csv_answer(file);
  answer.path = file;
  if (options.binning != Binning::as_told)
    for (G2Answer& one : answer.g2) {
      std::vector<double> lags;
      for (const LagBin& bin : one.bins) lags.push_back(bin.lag);
      if (options.binning == Binning::multi_tau && answer.unit != TimeUnit::frames)
        throw Error(ExitCode::bad_input, fmt::format("{}: --binning multi_tau needs lags in frames (lag_frames), or the column averaged_frames", file));
      one.bins = bins_of_delays(file, lags, options.binning, 1, 1, answer.notes);
    }
  return answer;
}

Eigen::MatrixXf map_of(const std::vector<double>& rows, Eigen::Index n) {
  return Eigen::Map<const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>(rows.data(), n, n).cast<float>();
}

double number(const h5::File& file, const std::string& name) {
  const std::vector<double> values = file.read_numbers(name);
  if (values.size() != 1) throw Error(ExitCode::bad_input, fmt::format("{}: {} has {} elements: must be one number", file.path(), name, values.size()));
  return values[0];
}

bool normalised_as(const h5::File& file, const std::string& group, const std::string& name) {
  return file.has_attribute(group, "normalisation") && file.text_attribute(group, "normalisation").at(0).starts_with(name + ":");
}

std::vector<LagBin> told_bins(const h5::File& file, const std::string& group, const std::vector<double>& delays) {
  const auto of = [&](const char* name) {
    std::vector<double> numbers = file.exists(group + name) ? file.read_numbers(group + name) : std::vector<double>();
    if (!numbers.empty() && numbers.size() != delays.size())
      throw Error(ExitCode::bad_input, fmt::format("{}: {}{} has {} numbers for {} delays", file.path(), group, name, numbers.size(), delays.size()));
    return numbers;
  };
  const auto averaged = of("/averaged_frames"), first = of("/first_delay"), last = of("/last_delay");
  std::vector<LagBin> bins;
  for (std::size_t k = 0; k < delays.size() && !(averaged.empty() && (first.empty() || last.empty())); ++k) {
    LagBin bin{delays[k]};
    if (!averaged.empty()) bin.averaged_frames = static_cast<int>(std::clamp(averaged[k], 1.0, 1e9));
    if (!first.empty() && !last.empty()) {
      bin.first = first[k];
      bin.last = last[k];
    }
    bins.push_back(bin);
  }
  return bins;
}

std::vector<LagBin> bins_of_delays(const std::string& place, const std::vector<double>& delays, Binning binning, int frames_of_a_step, int averaged,
                                   std::vector<std::string>& notes) {
  std::vector<std::int64_t> lags;
  for (std::size_t k = 0; k < delays.size(); ++k) {
    if (!(delays[k] >= 0.0) || !(delays[k] < 1e9) || delays[k] != std::floor(delays[k]) || (k > 0 && !(delays[k] > delays[k - 1])))
      throw Error(ExitCode::bad_input, fmt::format("{}: delay {} is {:g}: must be a whole number of frames, larger than the one before", place, k + 1, delays[k]));
    lags.push_back(static_cast<std::int64_t>(delays[k]));
  }
  const std::vector<int> levels = binning == Binning::single ? std::vector<int>() : multi_tau_levels(lags);
  if (binning == Binning::multi_tau && levels.empty()) throw Error(ExitCode::bad_input, fmt::format("{}: delays are not those of a multi-tau correlator", place));
  notes.push_back(levels.empty() ? "lags are taken as single ones, correlated frame by frame"
                                 : fmt::format("delays are those of a multi-tau correlator: means over up to {} frames are correlated (--binning single: not)", levels.back()));
  std::vector<LagBin> bins;
  for (std::size_t k = 0; k < lags.size(); ++k)
    bins.push_back({delays[k] * frames_of_a_step, averaged * (levels.empty() ? 1 : levels[k])});
  return bins;
}

}  // namespace patina
