// SPDX-License-Identifier: BSD-3-Clause
// The truth of synth.h5: the movie model is made once more from the input that stands in the file, and compared with the correlations
// that the file lists (some frames only), so that a file of another version cannot be taken wrongly.
#include <fmt/format.h>

#include <cmath>
#include <memory>

#include "beamline/truth.hpp"
#include "core/error.hpp"
#include "core/hdf5.hpp"
#include "frames/file_parts.hpp"
#include "score/synthetic_truth.hpp"

namespace patina {
namespace {


void compare_with_listed(const h5::File& file, const std::string& group, const TruthShell& shell, int frames) {
  const auto frame = file.read<int>(group + "/frame", {h5::any_size});
  const auto n = frame.size();
  const auto g2 = file.read<double>(group + "/g2", {n, n});
  for (std::size_t a = 0; a < n; ++a)
    for (std::size_t b = a + 1; b < n; ++b) {
      if (frame[a] < 0 || frame[b] >= frames)
        throw Error(ExitCode::bad_input, fmt::format("{}: {}/frame: {} is none of the {} frames", file.path(), group, frame[b], frames));
      const double f = shell.field(frame[a], frame[b]), listed = g2[a * n + b];
      if (!(std::abs(1.0 + shell.sample.contrast * f * f - listed) < 1e-7))
        throw Error(ExitCode::bad_input,
                    fmt::format("{}: {}/g2 is {:.9g} between frames {} and {}, where its own input makes {:.9g}: damaged, or of another version",
                                file.path(), group, listed, frame[a], frame[b], 1.0 + shell.sample.contrast * f * f));
    }
}

TruthShell shell_of(const SynthConfig& config, const SyntheticSample& sample, const std::vector<double>& times_s, std::size_t k) {
  TruthShell shell;
  shell.q_inv_A = config.q_inv_A[k];
  shell.name = fmt::format("q = {:g} 1/A", shell.q_inv_A);
  const auto model = std::make_shared<MixedModel>(model_of(config, sample, shell.q_inv_A, times_s, fractions_of_movie(config)));
  shell.stationary = goes_evenly(config);
  if (model->size() > 1) {
    shell.field = [model](int i, int j) { return std::sqrt(mean_square_field(*model, i, j)); };
    for (const ModelGroup& group : groups_of(*model))
      shell.mixed.push_back({group.fraction, tabulated_in_group([members = group.members](int i, int j) { return std::sqrt(mean_square_field(members, i, j)); }, config.frames.count)});
  } else if (has_real_field(config)) {
    shell.field = [model](int i, int j) { return real_field(model->front().model, i, j); };
  } else {
    shell.field = [model](int i, int j) { return std::abs(field_correlation(*model, i, j)); };
    shell.phased = tabulated(PhasedField([model](int i, int j) { return field_correlation(*model, i, j); }), config.frames.count);
  }
  if (!shell.stationary) shell.field = tabulated(shell.field, config.frames.count);
  shell.sample.pixels = config.speckles;
  shell.sample.contrast = model->front().model.contrast;
  shell.snapshot = [law = SnapshotLaw{snapshot_modes(coherence_of(config), Eigen::MatrixXcd::Identity(1, 1)), {}}](int) { return law; };
  set_tau(shell, config, sample);
  return shell;
}

}  // namespace

bool is_synth_file(const std::string& path) {
  const h5::File file = h5::File::open(path);
  return file.has_attribute("/", "resolved_config") && file.exists("/shell00/truth/g2");
}

Truth read_synth_truth(const std::string& path) {
  const h5::File file = h5::File::open(path);
  const auto config = read_config<SynthConfig>(file.text_attribute("/", "resolved_config").at(0), path + ": /@resolved_config", {});
  const SyntheticSample sample = sample_of(config);
  Truth truth;
  truth.path = path;
  truth.kind = "synthetic speckles (patina synth)";
  truth.identifier = read_identifier(file);
  truth.time_unit = "s";
  truth.time = times_of(config);
  truth.interval = config.frames.interval_s;
  for (std::size_t k = 0; k < config.q_inv_A.size(); ++k) {
    truth.shells.push_back(shell_of(config, sample, truth.time, k));
    compare_with_listed(file, fmt::format("/shell{:02d}/truth", k), truth.shells.back(), config.frames.count);
  }
  truth.events = events_of(sample, truth.time.back());
  return truth;
}

}  // namespace patina
