// SPDX-License-Identifier: BSD-3-Clause
#include "score/known_truth.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <limits>
#include <memory>

#include "core/error.hpp"

namespace patina {

namespace {

template <class Number>
std::function<Number(int, int)> table_of(const std::function<Number(int, int)>& field, int frames) {
  constexpr int most = 4096;
  if (frames > most) return field;
  const auto n = static_cast<std::size_t>(frames);
  const auto table = std::make_shared<std::vector<Number>>(n * n, Number(1.0));
  for (int i = 0; i < frames; ++i)
    for (int j = 0; j < frames; ++j)
      if (i != j) (*table)[static_cast<std::size_t>(i) * n + static_cast<std::size_t>(j)] = field(i, j);
  return [table, n](int i, int j) { return (*table)[static_cast<std::size_t>(i) * n + static_cast<std::size_t>(j)]; };
}

}  // namespace

SpeckleSample without_photons(const SpeckleSample& sample) {
  SpeckleSample other = sample;
  other.photons = std::numeric_limits<double>::infinity();
  return other;
}

RealField tabulated(const RealField& field, int frames) { return table_of(field, frames); }
PhasedField tabulated(const PhasedField& field, int frames) { return table_of(field, frames); }

namespace {

double number_of(const h5::File& file, const std::string& name) { return file.dataset(name, {}).read<double>().at(0); }

}  // namespace

void read_sector(const h5::File& file, const std::string& group, TruthShell& shell) {
  if (!file.exists(group + "/phi_deg")) return;
  shell.phi_deg = number_of(file, group + "/phi_deg");
  shell.name += fmt::format(", phi = {:g} deg", shell.phi_deg);
}

double coherence_area_of(const h5::File& file, const std::string& group) {
  const std::string name = group + "/pixels_per_coherence_area";
  return file.exists(name) ? number_of(file, name) : 0.0;
}

void note_gaps(const std::vector<std::int64_t>& frame, Truth& truth) {
  int twice = 0, lost = 0;
  for (std::size_t k = 1; k < frame.size(); ++k) {
    twice += frame[k] == frame[k - 1];
    lost += frame[k] > frame[k - 1] + 1;
  }
  if (twice > 0) truth.notes.push_back(fmt::format("{} frames of the record come twice: there shot noise stands in C, beyond what theoretical errors know", twice));
  if (lost > 0) truth.notes.push_back(fmt::format("frames are lost at {} places of the record: times are counted in recorded frames", lost));
}

std::string truth_file(const std::string& path) {
  namespace fs = std::filesystem;
  if (!fs::is_directory(path)) return path;
  for (const char* name : {"/synth.h5", "/frames/s0001_results.hdf", "/s0001_results.hdf", "/xpcs.h5"})
    if (fs::exists(path + name)) return path + name;
  throw Error(ExitCode::missing_input, fmt::format("{}: holds no truth: neither synth.h5 nor frames/s0001_results.hdf (patina synth) nor xpcs.h5 (patina run, patina scatter) nor s0001_results.hdf (frames/LABEL of a run)", path));
}

Truth read_truth(const std::string& path, const std::string& entry) {
  const std::string file = truth_file(path);
  if (is_synth_file(file)) return read_synth_truth(file);
  if (is_watched_file(file)) return read_watched_truth(file);
  if (is_detector_file(file)) return read_detector_truth(file);
  if (is_run_file(file)) return read_run_truth(file, entry);
  throw Error(ExitCode::bad_input, fmt::format("{}: holds no truth that patina score knows: synth.h5 or s0001_results.hdf of `patina synth` or of a detector in a run (frames/LABEL), or xpcs.h5 with an entry of the observer \"xpcs\"", file));
}

}  // namespace patina
