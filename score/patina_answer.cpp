// SPDX-License-Identifier: BSD-3-Clause
// xpcs.h5 of `patina run` and `patina scatter`: g2 and C of the speckles of entries "xpcs", g2 of entries "multi_tau". Each vector is a
// speckle of contrast 1.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>

#include "core/error.hpp"
#include "frames/file_parts.hpp"
#include "score/answer_readers.hpp"

namespace patina {
namespace {

void read_g2(const h5::File& file, const std::string& entry, double q, Answer& answer) {
  G2Answer one;
  one.q_inv_A = q;
  const auto lags = file.read<double>(entry + "/g2/lag_ps", {h5::any_size});
  for (const double lag : lags) one.bins.push_back({lag});
  one.value = file.read<double>(entry + "/g2/g2", {lags.size()});
  one.sigma = file.exists(entry + "/g2/g2_errors") ? file.read<double>(entry + "/g2/g2_errors", {lags.size()}) : std::vector<double>(lags.size(), not_told);
  answer.g2.push_back(std::move(one));
}

void read_two_time(const h5::File& file, const std::string& entry, double q, Answer& answer) {
  TwoTimeAnswer one;
  one.q_inv_A = q;
  one.time = file.read<double>(entry + "/two_time/t1_ps", {h5::any_size});
  const std::size_t n = one.time.size();
  const auto values = file.read<double>(entry + "/two_time/correlation", {n, n});
  for (std::size_t k = n; k > 0; --k) one.time[k - 1] -= one.time[0];
  one.value = map_of(values, static_cast<Eigen::Index>(n));
  answer.two_time.push_back(std::move(one));
}

void read_multi_tau(const h5::File& file, const std::string& entry, Answer& answer) {
  const auto q = file.read<double>(entry + "/coherent_scattering/q_inv_A", {h5::any_size});
  const auto lags = file.read<double>(entry + "/channels/lag_ps", {h5::any_size});
  const auto level = file.read<int>(entry + "/channels/level", {lags.size()});
  const auto g2 = file.read<double>(entry + "/speckle/g2", {q.size(), lags.size()});
  for (std::size_t s = 0; s < q.size(); ++s) {
    G2Answer one;
    one.q_inv_A = q[s];
    for (std::size_t k = 0; k < lags.size(); ++k) {
      if (level[k] < 0 || level[k] > 30) throw Error(ExitCode::bad_input, fmt::format("{}: {}/channels/level is {}: must be 0 to 30", file.path(), entry, level[k]));
      one.bins.push_back({lags[k], 1 << level[k]});
      one.value.push_back(g2[s * lags.size() + k]);
    }
    one.sigma.assign(lags.size(), not_told);
    answer.g2.push_back(std::move(one));
  }
  answer.notes.push_back(fmt::format("{}: g2 is normalised by each speckle's own mean over time, which makes it too small in records that are short against tau", entry));
}

bool has_speckles(const h5::File& file, const std::string& entry) { return file.exists(entry + "/two_time/correlation") || file.exists(entry + "/speckle/g2"); }

}  // namespace

bool is_patina_result(const h5::File& file) {
  if (!file.has_attribute("/", "creator")) return false;
  for (const std::string& entry : file.children("/"))
    if (has_speckles(file, "/" + entry)) return true;
  return false;
}

Answer read_patina_answer(const h5::File& file, const AnswerOptions& options) {
  Answer answer;
  answer.path = file.path();
  answer.identifier = read_identifier(file);
  answer.unit = TimeUnit::picoseconds;
  std::vector<std::string> taken;
  for (const std::string& name : file.children("/")) {
    const std::string entry = "/" + name;
    if (!has_speckles(file, entry) || (!options.entry.empty() && options.entry != name)) continue;
    taken.push_back(name);
    if (file.exists(entry + "/speckle/g2")) {
      read_multi_tau(file, entry, answer);
      continue;
    }
    const double q = number(file, entry + "/q_set/q0_inv_A");
    if (file.exists(entry + "/g2/g2")) read_g2(file, entry, q, answer);
    read_two_time(file, entry, q, answer);
  }
  if (taken.empty()) throw Error(ExitCode::bad_input, fmt::format("{}: has no entry \"{}\" with speckles", file.path(), options.entry));
  answer.recognised_as = fmt::format("xpcs.h5 (Patina), entries {}", fmt::join(taken, ", "));
  return answer;
}

}  // namespace patina
