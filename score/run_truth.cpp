// SPDX-License-Identifier: BSD-3-Clause
// The truth of a run or of a stored trajectory: f(t1, t2) of the field, measured in xpcs.h5 from the density modes themselves. Speckles
// of the same vectors scatter about 1 + |f|^2 of it.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <memory>

#include "core/error.hpp"
#include "core/hdf5.hpp"
#include "frames/file_parts.hpp"
#include "score/known_truth.hpp"

namespace patina {
namespace {

std::vector<std::string> entries_of(const h5::File& file) {
  std::vector<std::string> entries;
  for (const std::string& entry : file.children("/"))
    if (file.exists("/" + entry + "/field_correlation/f")) entries.push_back(entry);
  return entries;
}

}  // namespace

bool is_run_file(const std::string& path) { return !entries_of(h5::File::open(path)).empty(); }

Truth read_run_truth(const std::string& path, const std::string& entry) {
  const h5::File file = h5::File::open(path);
  const std::vector<std::string> entries = entries_of(file);
  std::string chosen = entry.empty() ? entries.front() : entry;
  bool known = false;
  for (const std::string& one : entries) known = known || one == chosen;
  if (!known || (entry.empty() && entries.size() > 1))
    throw Error(ExitCode::bad_input, fmt::format("{}: {}; choose one of {} with --truth-entry", path,
                                                 known ? "has several entries with a truth" : fmt::format("has no entry \"{}\" with a truth", chosen),
                                                 fmt::join(entries, ", ")));
  const std::string group = "/" + chosen + "/field_correlation";
  Truth truth;
  truth.path = path;
  truth.kind = fmt::format("f(t1, t2) of density modes (entry {})", chosen);
  truth.identifier = read_identifier(file);
  truth.time_unit = "ps";
  truth.time = file.read<double>(group + "/t1_ps", {h5::any_size});
  const std::size_t n = truth.time.size();
  if (n < 2) throw Error(ExitCode::bad_input, fmt::format("{}: {}/t1_ps has {} frames: at least 2", path, group, n));
  truth.interval = (truth.time.back() - truth.time.front()) / static_cast<double>(n - 1);
  const double first = truth.time.front();
  for (std::size_t k = 0; k < n; ++k) {
    truth.time[k] -= first;
    if (std::abs(truth.time[k] - static_cast<double>(k) * truth.interval) > 0.01 * truth.interval)
      throw Error(ExitCode::bad_input, fmt::format("{}: {}/t1_ps: frame {} is at {:g} ps: frames must follow each other evenly, each {:g} ps", path,
                                                   group, k, truth.time[k], truth.interval));
  }
  const auto f = std::make_shared<std::vector<double>>(file.read<double>(group + "/f", {n, n}));
  TruthShell shell;
  shell.name = chosen;
  shell.q_inv_A = file.dataset("/" + chosen + "/q_set/q0_inv_A", {}).read<double>().at(0);
  shell.field = [f, n](int i, int j) { return i == j ? 1.0 : (*f)[static_cast<std::size_t>(i) * n + static_cast<std::size_t>(j)]; };
  const std::string speckles = "/" + chosen + "/two_time";
  shell.sample.pixels = file.attribute<double>(speckles, "speckles").at(0);
  shell.no_tau = "a run prescribes none";
  truth.shells.push_back(std::move(shell));
  truth.notes.push_back(fmt::format("the truth is that of {:g} speckles; what it scatters about the sample's own f is no error of the answer", truth.shells[0].sample.pixels));
  return truth;
}

}  // namespace patina
