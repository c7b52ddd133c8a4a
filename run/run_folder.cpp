// SPDX-License-Identifier: BSD-3-Clause
#include "run/run_folder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "core/digest.hpp"
#include "core/durable_file.hpp"
#include "core/error.hpp"
#include "core/on_root.hpp"
#include "frames/frame_set.hpp"

namespace patina {

namespace {

namespace fs = std::filesystem;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

// The first few lines in which two resolved inputs differ. Their layout is fixed, so lines can be compared.
std::string differences(const std::string& old_text, const std::string& new_text) {
  const auto before = lines_of(old_text), after = lines_of(new_text);
  std::string report;
  int shown = 0;
  for (std::size_t k = 0; k < std::max(before.size(), after.size()) && shown < 10; ++k) {
    const std::string was = k < before.size() ? before[k] : "(nothing)";
    const std::string now = k < after.size() ? after[k] : "(nothing)";
    if (was == now) continue;
    report += fmt::format("\n  line {}: was {}\n  {:>{}} is {}", k + 1, was, "", fmt::formatted_size("line {}:", k + 1), now);
    ++shown;
  }
  return report;
}

std::string read_text(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// All that stands in a folder before resolved.json does: of a process that was killed on the way, or of one that is on it.
bool belongs_to_a_beginning(const std::string& name) {
  return name == run_lock_name || name == "resolved.json.tmp" || name == "inputs.sha256" || name == "inputs.sha256.tmp";
}

// All that is written stays in the folder: through a link within it files elsewhere would be written to, or cut [reliability.md F6]. The
// folder itself may be a link, which whoever gives it means.
void refuse_links(const fs::path& folder) {
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.is_symlink())
      throw Error(ExitCode::cannot_create,
                  fmt::format("{}: is a symbolic link, and nothing is written through one within the folder of a run: put back what it stands for, remove it, or "
                              "take another --output (which may be a link itself)",
                              entry.path().string()));
}

void refuse_foreign(const fs::path& folder) {
  if (!fs::exists(folder)) return;
  if (!fs::is_directory(folder))
    throw Error(ExitCode::cannot_create,
                fmt::format("{}: exists and is not a folder; take another --output", folder.string()));
  if (fs::exists(folder / "resolved.json")) return;
  for (const auto& entry : fs::directory_iterator(folder))
    if (!belongs_to_a_beginning(entry.path().filename().string()))
      throw Error(ExitCode::cannot_create, fmt::format("{}: is not empty and holds no run of Patina; take another --output",
                                                       folder.string()));
}

bool has_file(const fs::path& folder, const std::string& start, const std::string& end) {
  if (!fs::is_directory(folder)) return false;
  return std::any_of(fs::directory_iterator(folder), fs::directory_iterator(), [&](const auto& entry) {
    const std::string name = entry.path().filename().string();
    return name.starts_with(start) && name.ends_with(end);
  });
}

// The folders of the replicas; the run's own if there is a single one.
std::vector<fs::path> sample_folders(const fs::path& folder) {
  std::vector<fs::path> found = {folder};
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.is_directory() && entry.path().filename().string().starts_with("replica_")) found.push_back(entry.path());
  return found;
}

// Whether nothing is lost if the sample is begun anew: no checkpoint, no result, no line of thermo.csv.
bool never_moved(const fs::path& sample) {
  return !has_file(sample / "checkpoint", "checkpoint_", ".h5") && !has_file(sample / "trajectory", "seg_", ".h5md") &&
         !fs::exists(sample / "samples") && !fs::exists(sample / "xpcs.h5") && lines_of(read_text(sample / "thermo.csv")).size() <= 1;
}

bool has_moved(const fs::path& folder) {
  if (!fs::exists(folder / "resolved.json")) return false;
  const auto samples = sample_folders(folder);
  return !std::all_of(samples.begin(), samples.end(), never_moved);
}

void clear_beginning(const fs::path& folder) {
  for (const fs::path& sample : sample_folders(folder)) fs::remove(sample / "thermo.csv");
  fs::remove(folder / "resolved.json");
}

// Lines as sha256sum writes them.
std::string digests_of(const std::vector<NamedFile>& files) {
  std::string text;
  for (const NamedFile& file : files) text += fmt::format("{}  {}\n", sha256_of_file(file.path), file.name);
  return text;
}

// The resolved input is the same, and so are the names.
void require_same_files(const fs::path& folder, const std::vector<NamedFile>& files, const std::string& digests) {
  const auto before = lines_of(read_text(folder / "inputs.sha256")), now = lines_of(digests);
  for (std::size_t k = 0; k < files.size(); ++k)
    if (k >= before.size() || before[k] != now[k])
      throw Error(ExitCode::bad_input,
                  fmt::format("{}: the run in this folder was begun with another file {}; give back the old one, or take "
                              "another --output:\n  it was  {}\n  {} is  {}",
                              folder.string(), files[k].name, k < before.size() ? before[k] : "(not recorded)",
                              files[k].path, now[k]));
}

void require_same_input(const fs::path& folder, const std::string& resolved_input) {
  const std::string before = read_text(folder / "resolved.json");
  if (before != resolved_input)
    throw Error(ExitCode::bad_input,
                fmt::format("{}: the run in this folder was begun with another input; take another --output, or "
                            "give back the old values:{}",
                            folder.string(), differences(before, resolved_input)));
}

RunFolder take_folder(const fs::path& folder) {
  make_folders(folder.string());
  RunFolder taken;
  taken.lock = std::make_unique<RunLock>(folder.string());
  refuse_links(folder);  // now that nobody else makes and removes files there
  if (const auto& gone = taken.lock->reclaimed_from())
    taken.notes.push_back(fmt::format("taking over the lock of {}, which ended without removing it", *gone));
  return taken;
}

RunFolder prepare_on_root(const fs::path& folder, const std::string& resolved_input, const std::vector<NamedFile>& files,
                          bool resume) {
  refuse_foreign(folder);
  const std::string digests = digests_of(files);
  RunFolder prepared = take_folder(folder);
  prepared.digests = digests;
  if (has_moved(folder)) {
    if (!resume)
      throw Error(ExitCode::cannot_create,
                  fmt::format("{}: already holds a run; give --resume to go on with it, or another --output",
                              folder.string()));
    require_same_input(folder, resolved_input);
    require_same_files(folder, files, digests);
    return prepared;
  }
  if (fs::exists(folder / "resolved.json")) {
    prepared.notes.push_back("the run begun in this folder ended before its first time step: beginning anew");
    clear_beginning(folder);
  }
  write_file_durably((folder / "inputs.sha256").string(), digests, IfExists::replace);
  write_file_durably((folder / "resolved.json").string(), resolved_input, IfExists::refuse);
  return prepared;
}

// Whether a run, rather than a pass over a stored trajectory, left something here.
bool is_of_a_run(const fs::path& folder) {
  return fs::exists(folder / "thermo.csv") || fs::exists(folder / "checkpoint") || fs::exists(folder / "trajectory") ||
         has_file(folder, "replica_", "");
}

// Frames of detectors that looked at atoms, each set in a folder of its own; of `patina synth` there is one, in frames/ itself.
bool holds_frames(const fs::path& folder) {
  if (holds_frame_set((folder / "frames").string())) return true;
  if (!fs::is_directory(folder / "frames")) return false;
  return std::any_of(fs::directory_iterator(folder / "frames"), fs::directory_iterator(),
                     [](const auto& entry) { return holds_frame_set(entry.path().string()); });
}

RunFolder prepare_scatter_on_root(const fs::path& folder, const std::string& resolved_input, const std::vector<NamedFile>& files,
                                  bool overwrite) {
  refuse_foreign(folder);
  const auto refuse = [&](const char* why) { throw Error(ExitCode::cannot_create, fmt::format("{}: {}", folder.string(), why)); };
  const auto check = [&] {
    if (is_of_a_run(folder)) refuse("is the folder of a run; take another --output");
    if (holds_frame_set((folder / "frames").string())) refuse("holds synthetic frames; take another --output");
    if ((fs::exists(folder / "xpcs.h5") || holds_frames(folder)) && !overwrite)
      refuse("already holds results; give --overwrite to replace them, or another --output");
  };
  check();
  const std::string digests = digests_of(files);
  RunFolder prepared = take_folder(folder);
  prepared.digests = digests;
  check();  // again, now that nobody else can write
  for (const char* name : {"xpcs.h5", "xpcs.h5.tmp", "xpcs.h5.sha256", "log.txt", "resolved.json", "analysis.json", "report.html"}) fs::remove(folder / name);
  for (const char* name : {"figures", "frames"}) fs::remove_all(folder / name);
  write_file_durably((folder / "inputs.sha256").string(), digests, IfExists::replace);
  write_file_durably((folder / "resolved.json").string(), resolved_input, IfExists::refuse);
  return prepared;
}

void refuse_synth_results(const fs::path& folder) {
  refuse_foreign(folder);
  if (is_of_a_run(folder) || fs::exists(folder / "xpcs.h5") || fs::exists(folder / "synth.h5") || holds_frames(folder))
    throw Error(ExitCode::cannot_create, fmt::format("{}: already holds results; take another --output", folder.string()));
}

RunFolder prepare_synth_on_root(const fs::path& folder, const std::string& resolved_input) {
  refuse_synth_results(folder);
  RunFolder prepared = take_folder(folder);
  refuse_synth_results(folder);  // again, now that nobody else can write
  for (const char* name : {"synth.h5.tmp", "log.txt", "resolved.json"}) fs::remove(folder / name);
  remove_unfinished_frame_set((folder / "frames").string());
  write_file_durably((folder / "resolved.json").string(), resolved_input, IfExists::refuse);
  return prepared;
}

}  // namespace

bool holds_run(const Comm& comm, const std::string& folder) {
  bool found = false;
  on_root(comm, [&] { found = has_moved(folder); });
  return comm.any(found);
}

RunFolder prepare_run_folder(const Comm& comm, const std::string& folder, const std::string& resolved_input,
                             const std::vector<NamedFile>& files, bool resume) {
  RunFolder prepared;
  on_root(comm, [&] { prepared = prepare_on_root(folder, resolved_input, files, resume); });
  return prepared;
}

RunFolder prepare_scatter_folder(const Comm& comm, const std::string& folder, const std::string& resolved_input,
                                 const std::vector<NamedFile>& files, bool overwrite) {
  RunFolder prepared;
  on_root(comm, [&] { prepared = prepare_scatter_on_root(folder, resolved_input, files, overwrite); });
  return prepared;
}

void check_synth_folder(const Comm& comm, const std::string& folder) {
  on_root(comm, [&] { refuse_synth_results(folder); });
}

RunFolder prepare_synth_folder(const Comm& comm, const std::string& folder, const std::string& resolved_input) {
  RunFolder prepared;
  on_root(comm, [&] { prepared = prepare_synth_on_root(folder, resolved_input); });
  return prepared;
}

void make_subfolder(const Comm& comm, const std::string& folder) {
  on_root(comm, [&] { make_folders(folder); });
}

}  // namespace patina
