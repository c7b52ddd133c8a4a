// SPDX-License-Identifier: BSD-3-Clause
// What xpcs-eigen adds to its configuration file, which other programs of the APS wrote alike before pyXpcsViewer [formats.md 2.2]: under
// /xpcs/output_data ("/exchange") g2 as norm-0-g2 and norm-0-stderr (delay, bin) at tau (frames), C as upper triangles C2T_all/g2_NNNNN, NNNNN the number
// of the bin from 1. q and phi of bins are /xpcs/dqlist and dphilist.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/error.hpp"
#include "frames/file_parts.hpp"
#include "score/answer_readers.hpp"

namespace patina {
namespace {

constexpr std::uint64_t most_frames = 16384;

std::string results_of(const h5::File& file) { return file.exists("/xpcs/output_data") ? file.read_text("/xpcs/output_data") : "/exchange"; }

int whole_of(const h5::File& file, const std::string& name) {
  if (!file.exists(name)) return 1;
  const double value = number(file, name);
  if (!(value >= 1.0 && value < 1e6 && value == std::floor(value)))
    throw Error(ExitCode::bad_input, fmt::format("{}: {} is {:g}: must be a whole number, 1 or more", file.path(), name, value));
  return static_cast<int>(value);
}

// Empty: not told.
class QList {
 public:
  explicit QList(const h5::File& file) : path_(file.path()) {
    if (file.exists("/xpcs/dqlist")) q_ = file.read_numbers("/xpcs/dqlist");
    if (file.exists("/xpcs/dphilist")) phi_ = file.read_numbers("/xpcs/dphilist");
  }
  double phi_of(std::size_t bin) const { return bin < phi_.size() ? phi_[bin] : not_told; }
  double of(std::size_t bin, const std::string& place) const {
    if (q_.empty()) return not_told;
    if (bin < q_.size()) return q_[bin];
    throw Error(ExitCode::bad_input, fmt::format("{}: {}: bin {} has no q: /xpcs/dqlist has {}", path_, place, bin + 1, q_.size()));
  }

 private:
  std::string path_;
  std::vector<double> q_, phi_;
};

void read_g2(const h5::File& file, const std::string& group, const QList& list, const AnswerOptions& options, int averaged, int step, Answer& answer) {
  const std::string name = group + "/norm-0-g2";
  const auto delays = file.read_numbers(group + "/tau");
  const h5::Dims dims = file.dims(name);
  if (dims.size() != 2 || dims[0] != delays.size())
    throw Error(ExitCode::bad_input, fmt::format("{}: {} must be ({}, bins), as {}/tau has {} delays", file.path(), name, delays.size(), group, delays.size()));
  const auto g2 = file.read_numbers(name);
  std::vector<double> errors(g2.size(), not_told);
  if (file.exists(group + "/norm-0-stderr")) {
    if (file.dims(group + "/norm-0-stderr") != dims) throw Error(ExitCode::bad_input, fmt::format("{}: {}/norm-0-stderr has another shape than norm-0-g2", file.path(), group));
    errors = file.read_numbers(group + "/norm-0-stderr");
  }
  const auto bins = bins_of_delays(fmt::format("{}: {}/tau", file.path(), group), delays, options.binning, step, averaged, answer.notes);
  const auto columns = static_cast<std::size_t>(dims[1]);
  for (std::size_t c = 0; c < columns; ++c) {
    G2Answer one;
    one.q_inv_A = list.of(c, name);
    one.phi_deg = list.phi_of(c);
    one.bins = bins;
    for (std::size_t k = 0; k < delays.size(); ++k) {
      one.value.push_back(g2[k * columns + c]);
      one.sigma.push_back(errors[k * columns + c]);
    }
    answer.g2.push_back(std::move(one));
  }
}

void read_maps(const h5::File& file, const std::string& maps, const QList& list, int averaged, int step, Answer& answer) {
  std::vector<std::string> names = file.children(maps);
  std::sort(names.begin(), names.end());
  for (const std::string& child : names) {
    const std::string name = maps + "/" + child, digits = child.size() > 3 ? child.substr(3) : "";
    if (!(child.starts_with("g2_") || child.starts_with("c2_")) || digits.empty() || digits.size() > 9 || !std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; }) ||
        std::stoi(digits) < 1)
      throw Error(ExitCode::bad_input, fmt::format("{}: {} must be g2_ and the number of a bin, from 1", file.path(), name));
    const h5::Dims dims = file.dims(name);
    if (dims.size() != 2 || dims[0] != dims[1] || dims[0] < 2 || dims[0] > most_frames)
      throw Error(ExitCode::bad_input, fmt::format("{}: {} must be square, of 2 to {} frames", file.path(), name, most_frames));
    const auto n = static_cast<Eigen::Index>(dims[0]);
    TwoTimeAnswer one;
    const auto bin = static_cast<std::size_t>(std::stoi(digits)) - 1;
    one.q_inv_A = list.of(bin, name);
    one.phi_deg = list.phi_of(bin);
    one.averaged_frames = averaged;
    for (Eigen::Index i = 0; i < n; ++i) one.time.push_back(static_cast<double>(i) * step);
    one.value = map_of(file.read_numbers(name), n);
    answer.two_time.push_back(std::move(one));
  }
}

}  // namespace

bool is_eigen_result(const h5::File& file) {
  return file.exists("/xpcs/dqmap") && (file.exists(results_of(file) + "/norm-0-g2") || file.exists(results_of(file) + "/C2T_all"));
}

Answer read_eigen_answer(const h5::File& file, const AnswerOptions& options) {
  Answer answer;
  answer.path = file.path();
  answer.identifier = read_identifier(file);
  answer.recognised_as = "result of xpcs-eigen";
  answer.unit = TimeUnit::frames;
  const std::string group = results_of(file);
  const int averaged = whole_of(file, "/xpcs/avg_frames"), step = averaged * whole_of(file, "/xpcs/stride_frames");
  const QList list(file);
  if (file.exists(group + "/norm-0-g2")) read_g2(file, group, list, options, averaged, step, answer);
  if (file.exists(group + "/C2T_all")) read_maps(file, group + "/C2T_all", list, averaged, step, answer);
  answer.notes.push_back("ignored: sums, partition means, g2 of maps (g2full, g2partials)");
  return answer;
}

}  // namespace patina
