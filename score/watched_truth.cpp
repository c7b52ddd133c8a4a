// SPDX-License-Identifier: BSD-3-Clause
// The truth of frames of a detector that watched atoms (`patina run`, `patina scatter`): /truth in s0001_results.hdf. What atoms do is not
// known beforehand; known is what these very frames have before photons are counted.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "core/error.hpp"
#include "core/hdf5.hpp"
#include "frames/file_parts.hpp"
#include "score/known_truth.hpp"

namespace patina {
namespace {

double number_of(const h5::File& file, const std::string& name) { return file.dataset(name, {}).read<double>().at(0); }

TruthShell shell_of(const h5::File& file, const std::string& group, std::size_t frames) {
  if (!file.exists(group + "/frame_mean"))
    throw Error(ExitCode::bad_input, fmt::format("{}: has no {}/frame_mean, without which g2 cannot be normalised: made by an older version of Patina; run it again", file.path(), group));
  TruthShell shell;
  shell.q_inv_A = number_of(file, group + "/q_inv_A");
  shell.name = fmt::format("q = {:g} 1/A", shell.q_inv_A);
  read_sector(file, group, shell);
  shell.sample = {number_of(file, group + "/pixels"), number_of(file, group + "/contrast"), number_of(file, group + "/photons_per_pixel"),
                  number_of(file, group + "/pixels_per_speckle"),
                  coherence_area_of(file, group)};
  const std::size_t listed = file.read<std::int64_t>(group + "/truth/frame", {h5::any_size}).size();
  if (listed != frames)
    throw Error(ExitCode::bad_input, fmt::format("{}: {}/truth lists C of {} of the {} frames, too few for a score: /protocol/*/observers/*/truth_frames must be {} or more in the run's input",
                                                 file.path(), group, listed, frames, frames));
  const auto g2 = std::make_shared<const std::vector<double>>(file.read<double>(group + "/truth/g2", {frames, frames}));
  shell.frame_mean = file.read<double>(group + "/frame_mean", {frames});
  shell.recorded = [g2, frames, contrast = shell.sample.contrast](int i, int j) {
    return ((*g2)[static_cast<std::size_t>(i) * frames + static_cast<std::size_t>(j)] - 1.0) / contrast;
  };
  shell.field = [squared = shell.recorded](int i, int j) { return i == j ? 1.0 : std::sqrt(std::clamp(squared(i, j), 0.0, 1.0)); };
  shell.no_tau = "a run prescribes none";
  return shell;
}

}  // namespace

bool is_watched_file(const std::string& path) {
  const h5::File file = h5::File::open(path);
  return file.exists("/truth/record/frame") && file.exists("/truth/beam/atoms_under_beam") && file.exists("/truth/shell00/truth/g2");
}

Truth read_watched_truth(const std::string& path) {
  const h5::File file = h5::File::open(path);
  const auto record = file.read<std::int64_t>("/truth/record/frame", {h5::any_size});
  if (record.size() < 2) throw Error(ExitCode::bad_input, fmt::format("{}: /truth/record/frame has {} frames: at least 2", path, record.size()));
  Truth truth;
  truth.path = path;
  truth.kind = "frames of atoms, before photons were counted (patina run, patina scatter)";
  truth.identifier = read_identifier(file);
  truth.time_unit = "s";
  truth.interval = number_of(file, "/entry/instrument/detector_1/frame_time");
  for (std::size_t k = 0; k < record.size(); ++k) truth.time.push_back(static_cast<double>(k) * truth.interval);
  for (int k = 0; file.exists(fmt::format("/truth/shell{:02d}", k)); ++k) truth.shells.push_back(shell_of(file, fmt::format("/truth/shell{:02d}", k), record.size()));
  truth.notes.push_back("the truth is that of these frames, with the scatter of their speckles: errors are those of counting photons; how far such frames lie from the sample's f(q,t) is not graded");
  truth.notes.push_back("g2 is taken as normalised by means over the record (multi-tau correlators), C by those of its two frames");
  note_gaps(record, truth);
  return truth;
}

}  // namespace patina
