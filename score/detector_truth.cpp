// SPDX-License-Identifier: BSD-3-Clause
// The truth of frames of a detector: /truth in s0001_results.hdf. Model and record are made once more from the input and the list of
// recorded frames that stand there, and compared with the correlations that are listed.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "beamline/recorded_truth.hpp"
#include "beamline/truth.hpp"
#include "core/error.hpp"
#include "core/hdf5.hpp"
#include "frames/file_parts.hpp"
#include "score/synthetic_truth.hpp"

namespace patina {
namespace {

// Model and record stay where the truth that refers to them finds them.
struct Recorded {
  MixedModel model;
  std::shared_ptr<const RecordedFrames> record;
  std::unique_ptr<RecordedTruth> truth;
};

double number_of(const h5::File& file, const std::string& name) { return file.dataset(name, {}).read<double>().at(0); }

std::shared_ptr<const RecordedFrames> read_record(const h5::File& file, const SynthConfig& config) {
  auto record = std::make_shared<RecordedFrames>();
  record->frame = file.read<std::int64_t>("/truth/record/frame", {h5::any_size});
  const auto rows = file.read<double>("/truth/record/shift_rows", {record->frame.size()});
  const auto columns = file.read<double>("/truth/record/shift_columns", {record->frame.size()});
  if (record->frame.size() < 2) throw Error(ExitCode::bad_input, fmt::format("{}: /truth/record/frame has {} frames: at least 2", file.path(), record->frame.size()));
  for (std::size_t k = 0; k < rows.size(); ++k) {
    if (record->frame[k] < 0 || record->frame[k] >= config.frames.count)
      throw Error(ExitCode::bad_input, fmt::format("{}: /truth/record/frame: {} is none of the {} frames", file.path(), record->frame[k], config.frames.count));
    record->shift.push_back({rows[k], columns[k]});
  }
  record->pupil = pupil_of(*config.detector);
  record->instants = config.detector->exposure ? config.detector->exposure->instants : 1;
  return record;
}

// Beyond three speckles |mu|^2 of every pupil is below 0.012, of a circle below 0.003.
int apart(double speckle_pixels) { return static_cast<int>(std::ceil(3.0 * speckle_pixels)); }

// As frames follow each other in an even record, without any that come twice.
bool is_even(const RecordedFrames& record) {
  for (std::size_t k = 1; k < record.frame.size(); ++k)
    if (record.frame[k] != record.frame[k - 1] + 1 || record.shift[k].rows != record.shift[0].rows || record.shift[k].columns != record.shift[0].columns) return false;
  return true;
}

void compare_with_listed(const h5::File& file, const std::string& group, const RecordedTruth& truth, std::size_t frames) {
  const auto frame = file.read<std::int64_t>(group + "/frame", {h5::any_size});
  const auto n = frame.size();
  const auto g2 = file.read<double>(group + "/g2", {n, n});
  const std::size_t step = std::max<std::size_t>(1, n / 64);
  for (std::size_t a = 0; a < n; a += step)
    for (std::size_t b = a + step; b < n; b += step) {
      if (frame[a] < 0 || static_cast<std::size_t>(frame[b]) >= frames)
        throw Error(ExitCode::bad_input, fmt::format("{}: {}/frame: {} is none of the {} frames", file.path(), group, frame[b], frames));
      const double made = truth.correlation(static_cast<std::size_t>(frame[a]), static_cast<std::size_t>(frame[b])), listed = g2[a * n + b];
      if (!(std::abs(made - listed) < 1e-7 * made))
        throw Error(ExitCode::bad_input, fmt::format("{}: {}/g2 is {:.9g} between frames {} and {}, where its own input makes {:.9g}: damaged, or of another version",
                                                     file.path(), group, listed, frame[a], frame[b], made));
    }
}

// Of the ring's pixels, in each class of rates.
std::vector<double> fractions_of(const h5::File& file, const SynthConfig& config, const std::string& group) {
  const std::size_t classes = rate_classes(config.rates).size();
  if (classes == 1) return {1.0};
  return file.read<double>(group + "/rates/fraction", {classes});
}

// Mean photons of pixels of a ring at the mean flux, at equally likely places.
std::vector<double> photons_of_ring(const h5::File& file, const SynthConfig& config, std::size_t ring) {
  if (config.detector->intensity_power == 0.0) return {config.detector->photons_per_pixel};
  constexpr std::size_t places = 32;
  const DetectorGeometry geometry = geometry_of(*config.detector);
  const std::vector<float> photons = mean_photons_of(config, geometry);
  const auto map = file.read<std::uint32_t>("/xpcs/qmap/dynamic_roi_map", {static_cast<std::uint64_t>(geometry.rows), static_cast<std::uint64_t>(geometry.columns)});
  std::vector<double> mine, chosen;
  for (std::size_t p = 0; p < map.size(); ++p)
    if (map[p] == ring + 1) mine.push_back(static_cast<double>(photons[p]));
  std::sort(mine.begin(), mine.end());
  for (std::size_t k = 0; k < places && !mine.empty(); ++k) chosen.push_back(mine[(2 * k + 1) * mine.size() / (2 * places)]);
  return chosen;
}

// Nothing is told of rings with pixels that are hot or dead.
std::function<SnapshotLaw(int)> snapshot_of(const h5::File& file, const SynthConfig& config, const std::shared_ptr<const Recorded>& recorded, std::size_t ring) {
  const DetectorFaults& faults = config.detector->faults;
  if (!config.detector->mask_faults && faults.dead_fraction + faults.hot_fraction > 0.0) return {};
  if (recorded->model.size() > 1 && recorded->record->instants > 1) return {};  // another law for each rate
  const auto photons = photons_of_ring(file, config, ring);
  const auto flux = file.read<double>("/truth/record/flux", {recorded->record->frame.size()});
  const std::vector<double> weights = coherence_of(config);
  const bool fields = config.detector->fields;
  return [recorded, photons, flux, weights, fields, contrast = config.contrast](int k) {
    const auto place = static_cast<std::size_t>(k);
    const int instants = recorded->record->instants, first = static_cast<int>(recorded->record->frame[place]) * instants;
    SnapshotLaw law{{{contrast, 1.0 / contrast}}, photons};
    for (double& mean : law.photons) mean *= flux[place];
    if (!fields) return law;
    Eigen::MatrixXcd covariance(instants, instants);
    for (int i = 0; i < instants; ++i)
      for (int j = 0; j < instants; ++j) covariance(i, j) = field_correlation(recorded->model, first + j, first + i);
    law.modes = snapshot_modes(weights, covariance);
    return law;
  };
}

// Its |f| in units in which the contrast of all frames is one.
RealField field_of_group(const ModelGroup& group, const std::shared_ptr<const RecordedFrames>& record, const SpeckleSample& told, double contrast, int frames) {
  const auto recorded = std::make_shared<Recorded>(Recorded{group.members, record, nullptr});
  recorded->truth = std::make_unique<RecordedTruth>(recorded->model, *record, told);
  return tabulated_in_group(
      [recorded, contrast](int i, int j) {
        return i == j ? 1.0 : std::sqrt((recorded->truth->correlation(static_cast<std::size_t>(i), static_cast<std::size_t>(j)) - 1.0) / contrast);
      },
      frames);
}

TruthShell shell_of(const h5::File& file, const SynthConfig& config, const SyntheticSample& sample, const std::shared_ptr<const RecordedFrames>& record, std::size_t k) {
  const std::string group = fmt::format("/truth/shell{:02d}", k);
  TruthShell shell;
  const std::size_t sectors = config.detector->phi ? static_cast<std::size_t>(config.detector->phi->count) : 1;
  shell.q_inv_A = config.q_inv_A[k / sectors];
  shell.name = fmt::format("q = {:g} 1/A", shell.q_inv_A);
  read_sector(file, group, shell);
  const auto recorded = std::make_shared<Recorded>(Recorded{model_of(config, sample, shell.q_inv_A, instants_of(config), fractions_of(file, config, group)), record, nullptr});
  const SpeckleSample told{number_of(file, group + "/pixels"), 1.0, number_of(file, group + "/photons_per_pixel"), number_of(file, group + "/pixels_per_speckle"),
                           coherence_area_of(file, group)};
  recorded->truth = std::make_unique<RecordedTruth>(recorded->model, *record, told);
  shell.sample = recorded->truth->sample();
  compare_with_listed(file, group + "/truth", *recorded->truth, record->frame.size());
  shell.field = [recorded, contrast = shell.sample.contrast](int i, int j) {
    return i == j ? 1.0 : std::sqrt((recorded->truth->correlation(static_cast<std::size_t>(i), static_cast<std::size_t>(j)) - 1.0) / contrast);
  };
  const int frames = static_cast<int>(record->frame.size());
  shell.stationary = goes_evenly(config) && is_even(*record);
  if (!shell.stationary) shell.field = tabulated(shell.field, frames);
  if (recorded->model.size() > 1)
    for (const ModelGroup& zone : groups_of(recorded->model)) shell.mixed.push_back({zone.fraction, field_of_group(zone, record, told, shell.sample.contrast, frames)});
  if (!has_real_field(config))  // the phase of the middle of exposures
    shell.phased = tabulated(PhasedField([recorded, record, field = shell.field](int i, int j) {
                               const auto middle = [&](int n) { return static_cast<int>(record->frame[static_cast<std::size_t>(n)]) * record->instants + record->instants / 2; };
                               return std::polar(field(i, j), std::arg(field_correlation(recorded->model, middle(i), middle(j))));
                             }),
                             frames);
  shell.snapshot = snapshot_of(file, config, recorded, k);
  set_tau(shell, config, sample);
  return shell;
}

}  // namespace

bool is_detector_file(const std::string& path) {
  const h5::File file = h5::File::open(path);
  return file.exists("/truth/record/frame") && file.exists("/truth/shell00/truth/g2");
}

Truth read_detector_truth(const std::string& path) {
  const h5::File file = h5::File::open(path);
  const auto config = read_config<SynthConfig>(file.text_attribute("/truth", "resolved_config").at(0), path + ": /truth/@resolved_config", {});
  if (!config.detector) throw Error(ExitCode::bad_input, fmt::format("{}: /truth/@resolved_config has no detector", path));
  const SyntheticSample sample = sample_of(config);
  const auto record = read_record(file, config);
  Truth truth;
  truth.path = path;
  truth.kind = "frames of a detector (patina synth)";
  truth.identifier = read_identifier(file);
  truth.time_unit = "s";
  truth.interval = config.frames.interval_s;
  for (std::size_t k = 0; k < record->frame.size(); ++k) truth.time.push_back(static_cast<double>(k) * truth.interval);
  const std::size_t bins = config.q_inv_A.size() * (config.detector->phi ? static_cast<std::size_t>(config.detector->phi->count) : 1);
  for (std::size_t k = 0; k < bins; ++k) truth.shells.push_back(shell_of(file, config, sample, record, k));
  if (const auto& pupil = record->pupil) truth.apart = {apart(pupil->speckle_rows), apart(pupil->speckle_columns)};
  truth.events = events_of(sample, truth.time.back());
  note_gaps(record->frame, truth);
  return truth;
}

}  // namespace patina
