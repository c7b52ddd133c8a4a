// SPDX-License-Identifier: BSD-3-Clause
#include "run/folder_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <set>
#include <sstream>

#include "core/digest.hpp"
#include "core/error.hpp"
#include "core/hdf5_survey.hpp"
#include "core/known_file.hpp"
#include "md/checkpoint_file.hpp"
#include "md/checkpoint_manifest.hpp"
#include "md/h5md.hpp"
#include "run/file_description.hpp"
#include "run/run_lock.hpp"
#include "run/sample_library.hpp"
#include "run/whole_files.hpp"

namespace patina {

namespace {

namespace fs = std::filesystem;

std::string content_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return std::move(text).str();
}

bool is_hdf5(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  char head[8] = {};
  return file.read(head, 8) && std::string(head, 8) == "\x89HDF\r\n\x1a\n";
}

// What `check` throws is what is wrong; `how` is what it found good.
void attempt(PathCheck& result, const std::string& how, const std::function<void()>& check) {
  try {
    check();
    if (!how.empty()) result.good.push_back(how);
  } catch (const Error& error) {
    result.problems.push_back(error.what());
  }
}

// Results have elements that were not measured, which are no numbers; nothing of ours is infinite.
void check_hdf5(PathCheck& result, const std::string& path) {
  attempt(result, "", [&] {
    const h5::Survey survey(path);
    const h5::File& file = survey.file();
    const bool is_trajectory = file.exists("/h5md");
    std::uint64_t numbers = 0;
    for (const h5::DatasetInfo& dataset : survey.datasets()) {
      using Content = h5::DatasetInfo::Content;
      if (dataset.content == Content::texts) file.read_texts(dataset.name);
      if (dataset.content == Content::other) result.notes.push_back(fmt::format("{}: {}: neither numbers nor text, not read", path, dataset.name));
      if (dataset.content != Content::floats && dataset.content != Content::integers) continue;
      const h5::Census census = survey.census(dataset);
      numbers += census.elements;
      if (census.infinite > 0 || (is_trajectory && census.not_a_number > 0))
        throw Error(ExitCode::bad_input, fmt::format("{}: {}: of {} numbers {} are infinite and {} are none", path, dataset.name,
                                                     census.elements, census.infinite, census.not_a_number));
    }
    result.good.push_back(fmt::format("{}: {} numbers read", path, numbers));
  });
}

bool is_number(std::string_view text) {
  double value = 0.0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  return failed == std::errc() && end == text.data() + text.size() && std::isfinite(value);
}

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells(1);
  for (const char c : line)
    if (c == ',')
      cells.emplace_back();
    else
      cells.back() += c;
  return cells;
}

// As many cells as the header has, each a finite number but for targets, which may be empty; steps never go back.
void check_thermo(PathCheck& result, const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string header, line;
  std::getline(file, header);
  const std::vector<std::string> columns = cells_of(header);
  std::size_t number = 1;
  double before = -1.0;
  attempt(result, "", [&] {
    while (std::getline(file, line)) {
      ++number;
      const auto refuse = [&](const std::string& what) { throw Error(ExitCode::bad_input, fmt::format("{}:{}: {}", path, number, what)); };
      if (file.eof()) refuse("is cut short");
      const std::vector<std::string> cells = cells_of(line);
      if (cells.size() != columns.size()) refuse(fmt::format("has not {} columns", columns.size()));
      for (std::size_t k = 0; k < cells.size(); ++k)
        if (!is_number(cells[k]) && !(cells[k].empty() && (columns[k].starts_with("target_") || columns[k] == "swap_acceptance")))
          refuse(fmt::format("column {} is no finite number: '{}'", k + 1, cells[k]));
      const double step = std::strtod(line.c_str(), nullptr);
      if (step < before) refuse("its step lies before that of the line before");
      before = step;
    }
    result.good.push_back(fmt::format("{}: {} lines of finite numbers", path, number - 1));
  });
}

void check_file(PathCheck& result, const std::string& path) {
  if (is_hdf5(path)) check_hdf5(result, path);
  // Reads it through by its own format: what is damaged is told with its place.
  attempt(result, "", [&] {
    const std::string kind = describe_path(path).find("kind")->text;
    if (kind.starts_with("table")) return check_thermo(result, path);
    if (!is_hdf5(path)) result.good.push_back(fmt::format("{}: read as {}", path, kind));
  });
}

// The two manifests and what they list. Returns trajectory segments that are not what was written: HDF5 does not open them.
std::set<std::string> check_checkpoints(PathCheck& result, const std::string& sample, const std::string& resolved_sha256) {
  std::set<std::string> damaged;
  const std::string folder = sample + "/checkpoint";
  for (const char* name : {"/manifest.json", "/manifest_previous.json"}) {
    const std::string path = folder + name;
    if (!fs::exists(path)) continue;
    std::optional<CheckpointManifest> manifest;
    attempt(result, path + ": its own digest", [&] { manifest = parse_manifest(path, content_of(path)); });
    // The one before lists files that were removed since.
    if (!manifest || std::string(name) != "/manifest.json") continue;
    std::string reason;
    for (const CheckpointRecord& record : manifest->checkpoints) {
      if (!verify(folder, record.file, reason)) {
        result.problems.push_back(reason);
        continue;
      }
      attempt(result, fmt::format("{}/{}: digest in the manifest, step {}", folder, record.file.name, record.step),
              [&] { read_checkpoint_file(folder + "/" + record.file.name); });
      if (record.input_sha256 != resolved_sha256)
        result.problems.push_back(fmt::format("{}/{}: was written for another resolved.json", folder, record.file.name));
    }
    if (manifest->checkpoints.empty()) continue;
    for (const FileRecord& segment : manifest->checkpoints[0].segments) {
      if (verify(sample + "/trajectory", segment, reason)) {
        result.good.push_back(fmt::format("{}/trajectory/{}: digest in the manifest", sample, segment.name));
      } else {
        result.problems.push_back(reason);
        damaged.insert(segment.name);
      }
    }
  }
  return damaged;
}

// Kept samples: their manifest, their bytes, what they say of themselves.
void check_samples(PathCheck& result, const std::string& sample, const std::string& resolved_sha256) {
  attempt(result, "", [&] {
    for (const CheckpointRecord& record : kept_samples(sample)) {
      const std::string path = sample_file_path(sample, step_of(record));
      attempt(result, fmt::format("{}: digest in the manifest, state {}", path, record.state), [&] {
        if (load_sample_head(sample, step_of(record)).self.state != record.state) throw Error(ExitCode::bad_input, path + ": its state is not the one in the manifest");
        read_checkpoint_file(path);
      });
      if (record.input_sha256 != resolved_sha256) result.problems.push_back(path + ": was written for another resolved.json");
    }
  });
}

void check_sample(PathCheck& result, const std::string& sample, const std::string& resolved_sha256) {
  check_samples(result, sample, resolved_sha256);
  const std::set<std::string> damaged = check_checkpoints(result, sample, resolved_sha256);
  if (fs::is_directory(sample + "/trajectory"))
    for (const std::string& segment : trajectory_segments(sample + "/trajectory"))
      if (!damaged.count(fs::path(segment).filename().string())) check_hdf5(result, segment);
  if (fs::exists(sample + "/thermo.csv")) check_thermo(result, sample + "/thermo.csv");
  for (const char* name : {"/xpcs.h5", "/synth.h5"}) {
    if (!fs::exists(sample + name)) continue;
    if (const std::string doubt = doubt_of_known_file(sample + name); !doubt.empty())
      result.problems.push_back(doubt);
    else
      check_hdf5(result, sample + name);
  }
}

// What `patina analyse` and `patina report` leave in the folder of a run that has ended.
bool is_of_the_analysis(const std::string& name) { return name == "analysis.json" || name == "report.html" || name.starts_with("figures/"); }

void check_folder(PathCheck& result, const std::string& folder) {
  if (!fs::exists(folder + "/resolved.json")) {
    result.problems.push_back(folder + ": is no folder of Patina: it has no resolved.json");
    return;
  }
  if (fs::exists(folder + "/" + std::string(run_lock_name))) result.notes.push_back(folder + ": a run writes into it, or ended without removing its lock");
  if (fs::exists(folder + "/" + whole_files_name)) {
    const WholeFilesCheck whole = check_whole_files(folder);
    for (const std::string& problem : whole.problems) result.problems.push_back(folder + "/" + problem);
    if (whole.problems.empty()) result.good.push_back(fmt::format("{}: {} files, each with the digest in {}", folder, whole.files, whole_files_name));
    for (const std::string& other : whole.others)
      if (!is_of_the_analysis(other)) result.notes.push_back(fmt::format("{}/{}: made after the run, not checked", folder, other));
    if (const auto drawn = std::count_if(whole.others.begin(), whole.others.end(), is_of_the_analysis); drawn > 0)
      result.notes.push_back(fmt::format("{}: {} file(s) of patina analyse and patina report, made after the run, not checked", folder, drawn));
    if (!whole.problems.empty()) return;  // the library that reads HDF5 is not safe from damaged files
  } else {
    result.notes.push_back(fmt::format("{}: has no {}: an unfinished run, or none; not all of its bytes can be checked", folder, whole_files_name));
  }
  const std::string resolved_sha256 = sha256_of_file(folder + "/resolved.json");
  std::vector<std::string> samples;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.is_directory() && entry.path().filename().string().starts_with("replica_")) samples.push_back(entry.path().string());
  std::sort(samples.begin(), samples.end());
  if (samples.empty()) samples.push_back(folder);
  for (const std::string& sample : samples) check_sample(result, sample, resolved_sha256);
}

}  // namespace

PathCheck check_path(const std::string& path) {
  PathCheck result;
  if (fs::is_directory(path))
    check_folder(result, path);
  else if (fs::is_regular_file(path))
    check_file(result, path);
  else
    throw Error(ExitCode::missing_input, path + ": there is no such file or folder");
  return result;
}

}  // namespace patina
