// SPDX-License-Identifier: BSD-3-Clause
#include "run/file_description.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "core/digest.hpp"
#include "core/error.hpp"
#include "core/hdf5.hpp"
#include "md/checkpoint_file.hpp"
#include "md/checkpoint_manifest.hpp"
#include "md/eam_file.hpp"
#include "md/h5md.hpp"
#include "md/structure_file.hpp"
#include "run/run_lock.hpp"
#include "run/sample_library.hpp"
#include "run/whole_files.hpp"

namespace patina {

namespace {

namespace fs = std::filesystem;
using Texts = std::vector<std::string>;

JsonValue list_of(const Texts& texts) {
  JsonValue list = JsonValue::make_array();
  for (const std::string& text : texts) list.items.push_back(JsonValue::make(text));
  return list;
}

JsonValue whole(std::int64_t value) { return JsonValue::make(value); }
JsonValue whole(std::size_t value) { return JsonValue::make(std::uint64_t{value}); }

std::string head_of(const std::string& path, std::size_t bytes) {
  std::string text(bytes, '\0');
  std::ifstream file(path, std::ios::binary);
  file.read(text.data(), static_cast<std::streamsize>(bytes));
  text.resize(static_cast<std::size_t>(file.gcount()));
  return text;
}

std::string content_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return std::move(text).str();
}

JsonValue of_kind(const std::string& kind) {
  JsonValue about = JsonValue::make_object();
  about.add("kind", JsonValue::make(kind));
  return about;
}

void add_file(JsonValue& about, const std::string& path) {
  about.add("bytes", whole(static_cast<std::size_t>(fs::file_size(path))));
  about.add("sha256", JsonValue::make(sha256_of_file(path)));
}

void add_cell(JsonValue& about, const Box& box) {
  JsonValue edges = JsonValue::make_array(), periodic = JsonValue::make_array();
  for (int a = 0; a < 3; ++a) {
    JsonValue edge = JsonValue::make_array();
    for (int d = 0; d < 3; ++d) edge.items.push_back(JsonValue::make(box.edges().m[a][d]));
    edges.items.push_back(std::move(edge));
    periodic.items.push_back(JsonValue::make(box.periodic()[static_cast<std::size_t>(a)]));
  }
  about.add("cell_edges_A", std::move(edges));
  about.add("periodic", std::move(periodic));
  about.add("volume_A3", JsonValue::make(box.volume()));
}

void add_atoms(JsonValue& about, const Structure& structure) {
  about.add("atoms", whole(structure.size()));
  JsonValue composition = JsonValue::make_object();
  for (std::size_t s = 0; s < structure.species.size(); ++s)
    composition.add(structure.species[s], whole(static_cast<std::size_t>(std::count(structure.type.begin(), structure.type.end(), static_cast<int>(s)))));
  about.add("composition", std::move(composition));
  add_cell(about, structure.box);
  about.add("velocities", JsonValue::make(!structure.velocity.empty()));
}

// The samples that a run began with, and theirs, oldest first.
JsonValue history_list(const SampleHead& head) {
  JsonValue list = JsonValue::make_array();
  for (const SampleOrigin& origin : head.history) {
    JsonValue one = JsonValue::make_object();
    for (const auto& [name, text] : {std::pair{"run", &origin.run}, {"step", &origin.step}, {"state", &origin.state}, {"potential_sha256", &origin.potential_sha256},
                                     {"program", &origin.program}})
      one.add(name, JsonValue::make(*text));
    one.add("time_ps", JsonValue::make(origin.time_ps));
    one.add("seed", JsonValue::make(origin.seed));
    one.add("input_sha256", JsonValue::make(sha256_hex(origin.resolved_input)));
    list.items.push_back(std::move(one));
  }
  return list;
}

// A kept sample is a checkpoint that says what it is. `file` is closed before its reader opens it, which makes sure that nothing of it stays open.
JsonValue describe_checkpoint(const std::string& path, h5::File file) {
  const bool kept = file.exists("/sample");
  JsonValue about = of_kind(kept ? "kept sample" : "checkpoint");
  about.add("format_version", whole(std::int64_t{file.attribute<std::int32_t>("/", "format_version").at(0)}));
  about.add("build", JsonValue::make(file.text_attribute("/", "build").at(0)));
  about.add("ranks", whole(std::int64_t{file.attribute<std::int32_t>("/", "ranks").at(0)}));
  file.close();
  if (kept) {
    const SampleHead head = read_sample_head(path);
    about.add("sample", JsonValue::make(head.self.step));
    about.add("state", JsonValue::make(head.self.state));
    about.add("potential_sha256", JsonValue::make(head.self.potential_sha256));
    about.add("ends_run", JsonValue::make(head.ends_run));
    about.add("history", history_list(head));
  }
  const CheckpointData data = read_checkpoint_file(path);
  about.add("step", whole(data.step));
  about.add("time_ps", JsonValue::make(data.time_ps));
  about.add("protocol_step", whole(data.position.protocol_step));
  about.add("step_in_protocol_step", whole(data.position.step_in_protocol_step));
  about.add("seed", JsonValue::make(data.seed));
  add_atoms(about, data.atoms);
  Texts states;
  for (const auto& [name, values] : data.state) states.push_back(fmt::format("{} ({})", name, values.size()));
  about.add("state_of_observers_and_reservoirs", list_of(states));
  about.add("input_sha256", JsonValue::make(sha256_hex(data.resolved_input)));
  return about;
}

// Of frames one after the other: the first, and where the last stands.
void add_frames(JsonValue& about, const std::string& path) {
  const auto reader = open_frames(path);
  std::optional<StructureFrame> first = reader->next();
  if (!first) throw Error(ExitCode::bad_input, path + ": holds no frame");
  std::size_t frames = 1;
  std::int64_t last_step = first->step;
  std::optional<double> last_time = first->time_ps;
  while (const auto frame = reader->next()) {
    ++frames;
    last_step = frame->step;
    last_time = frame->time_ps;
  }
  about.add("frames", whole(frames));
  about.add("first_step", whole(first->step));
  about.add("last_step", whole(last_step));
  if (first->time_ps) about.add("first_time_ps", JsonValue::make(*first->time_ps));
  if (last_time) about.add("last_time_ps", JsonValue::make(*last_time));
  add_atoms(about, first->structure);
}

JsonValue describe_h5md(const std::string& path, h5::File file) {
  JsonValue about = of_kind("H5MD trajectory");
  for (const char* name : {"name", "version"})
    if (file.exists("/h5md/creator") && file.has_attribute("/h5md/creator", name))
      about.add(std::string("creator_") + name, JsonValue::make(file.text_attribute("/h5md/creator", name).at(0)));
  file.close();
  add_frames(about, path);
  return about;
}

// xpcs.h5 and synth.h5: root attributes, and each entry with its kind.
JsonValue describe_results(const h5::File& file) {
  const bool synthetic = file.has_attribute("/", "seed");
  JsonValue about = of_kind(synthetic ? "synthetic speckles (synth.h5)" : "scattering results (xpcs.h5)");
  for (const char* name : {"creator", "version", "git_hash", "potential_sha256", "trajectory_sha256", "default"})
    if (file.has_attribute("/", name)) about.add(name, JsonValue::make(file.text_attribute("/", name).at(0)));
  Texts entries;
  for (const std::string& child : file.children("/")) {
    const std::string kind = "/" + child + "/kind", title = "/" + child + "/title";
    if (!file.exists(kind) || child == "events") continue;  // kinds of events are no entry
    entries.push_back(fmt::format("{}: {}{}", child, file.read_text(kind), file.exists(title) ? ", " + file.read_text(title) : ""));
  }
  about.add("entries", list_of(entries));
  return about;
}

JsonValue describe_hdf5(const std::string& path) {
  h5::File file = h5::File::open(path);
  if (file.has_attribute("/", "format") && file.text_attribute("/", "format").at(0) == "Patina checkpoint") return describe_checkpoint(path, std::move(file));
  if (file.exists("/h5md")) return describe_h5md(path, std::move(file));
  if (file.has_attribute("/", "resolved_config")) return describe_results(file);
  JsonValue about = of_kind("HDF5 file");
  about.add("objects", list_of(file.children("/")));
  return about;
}

void add_checkpoints(JsonValue& about, const CheckpointManifest& manifest) {
  JsonValue list = JsonValue::make_array();
  for (const CheckpointRecord& record : manifest.checkpoints) {
    JsonValue one = JsonValue::make_object();
    one.add("file", JsonValue::make(record.file.name));
    one.add("step", whole(record.step));
    one.add("time_ps", JsonValue::make(record.time_ps));
    one.add("protocol_step", whole(record.protocol_step));
    one.add("step_in_protocol_step", whole(record.step_in_protocol_step));
    one.add("build", JsonValue::make(record.build));
    one.add("trajectory_segments", whole(record.segments.size()));
    one.add("sha256", JsonValue::make(record.file.sha256));
    list.items.push_back(std::move(one));
  }
  about.add("checkpoints", std::move(list));
}

void add_title(JsonValue& about, const JsonValue& input) {
  if (const JsonValue* title = input.find("title"); title && !title->text.empty()) about.add("title", JsonValue::make(title->text));
}

// Types of the objects of a list: "melt, quench, anneal".
void add_types(JsonValue& about, const std::string& name, const JsonValue* list) {
  if (!list) return;
  Texts types;
  for (const JsonValue& item : list->items) {
    const JsonValue* type = item.find("type");
    types.push_back(type ? type->text : "?");
  }
  about.add(name, list_of(types));
}

void add_protocol(JsonValue& about, const JsonValue& input) {
  add_title(about, input);
  add_types(about, "protocol", input.find("protocol"));
  std::set<std::string> observers;
  if (const JsonValue* protocol = input.find("protocol"))
    for (const JsonValue& step : protocol->items)
      if (const JsonValue* list = step.find("observers"))
        for (const JsonValue& observer : list->items)
          if (const JsonValue* type = observer.find("type")) observers.insert(type->text);
  if (!observers.empty()) about.add("observers", list_of(Texts(observers.begin(), observers.end())));
  add_types(about, "observers", input.find("observers"));
}

JsonValue describe_json(const std::string& path) {
  const std::string text = content_of(path);
  JsonValue root;
  if (!parse_json(text, -1, nullptr, root) || root.kind != JsonValue::Kind::object)
    throw Error(ExitCode::bad_input, path + ": is no JSON; patina validate tells where");
  if (root.find("manifest_sha256")) {
    JsonValue about = of_kind("manifest of checkpoints");
    add_checkpoints(about, parse_manifest(path, text));
    return about;
  }
  JsonValue about = of_kind(root.find("protocol") || root.find("observers") || root.find("beamline") || root.find("frames") ? "input" : "JSON");
  add_protocol(about, root);
  Texts keys;
  for (const JsonValue& member : root.items) keys.push_back(member.key);
  about.add("keys", list_of(keys));
  return about;
}

JsonValue describe_thermo(const std::string& path) {
  JsonValue about = of_kind("table of a run (thermo.csv)");
  std::ifstream file(path);
  std::string line, first, last;
  std::size_t rows = 0;
  std::getline(file, line);
  about.add("columns", whole(static_cast<std::size_t>(std::count(line.begin(), line.end(), ',')) + 1));
  while (std::getline(file, line)) {
    if (rows++ == 0) first = line;
    last = line;
  }
  about.add("rows", whole(rows));
  if (rows > 0) {
    about.add("first_step", JsonValue::make(first.substr(0, first.find(','))));
    about.add("last_step", JsonValue::make(last.substr(0, last.find(','))));
  }
  return about;
}

JsonValue describe_potential(const std::string& path) {
  constexpr std::uintmax_t most_bytes = 1u << 30;
  if (fs::file_size(path) > most_bytes) throw Error(ExitCode::bad_input, path + ": is larger than any potential");
  const std::string text = content_of(path);
  const EamFunctions functions = parse_eam({path}, {text}, eam_elements(path, text));
  JsonValue about = of_kind("EAM potential");
  about.add("comment", JsonValue::make(text.substr(0, text.find_first_of("\r\n"))));
  about.add("elements", list_of(functions.species));
  about.add("rho_points", whole(std::int64_t{functions.rho_points}));
  about.add("rho_max", JsonValue::make(functions.rho_max));
  about.add("r_points", whole(std::int64_t{functions.r_points}));
  about.add("cutoff_A", JsonValue::make(functions.cutoff));
  return about;
}

JsonValue describe_structure(const std::string& path, FileFormat format) {
  JsonValue about = of_kind(format == FileFormat::lammps_data ? "LAMMPS data" : format == FileFormat::lammps_dump ? "LAMMPS dump" : "extended XYZ");
  add_frames(about, path);
  return about;
}

JsonValue describe_file(const std::string& path) {
  const std::string head = head_of(path, 4096);
  if (head.starts_with("\x89HDF\r\n\x1a\n")) return describe_hdf5(path);
  const std::size_t first = head.find_first_not_of(" \t\r\n");
  if (first != std::string::npos && (head[first] == '{' || head.compare(first, 2, "//") == 0)) return describe_json(path);
  if (head.starts_with("step,time_ps,")) return describe_thermo(path);
  std::string reason;
  try {
    return describe_structure(path, detect_format(path));
  } catch (const Error& error) {
    reason = error.what();
  }
  try {
    return describe_potential(path);
  } catch (const Error& error) {
    throw Error(ExitCode::bad_input, fmt::format("{}: is none of the formats that Patina knows\n  as a structure: {}\n  as a potential: {}",
                                                 path, reason, error.what()));
  }
}

// "step03_anneal: 12.5 ps, state ..." of each that is kept.
void add_samples(JsonValue& about, const std::string& folder) {
  Texts samples;
  try {
    for (const CheckpointRecord& record : kept_samples(folder)) samples.push_back(fmt::format("{}: {} ps, state {}", step_of(record), record.time_ps, record.state));
  } catch (const Error& damage) {
    samples.push_back(damage.what());
  }
  about.add("samples", list_of(samples));
}

void describe_sample(JsonValue& about, const std::string& folder) {
  std::vector<std::string> problems;
  const CheckpointManifest manifest = read_manifest(folder + "/checkpoint", problems);
  add_checkpoints(about, manifest);
  if (!problems.empty()) about.add("problems", list_of(problems));
  add_samples(about, folder);
  about.add("trajectory_segments", whole(fs::is_directory(folder + "/trajectory") ? trajectory_segments(folder + "/trajectory").size() : 0));
  if (fs::exists(folder + "/thermo.csv")) about.add("thermo_rows", *describe_thermo(folder + "/thermo.csv").find("rows"));
  if (fs::exists(folder + "/xpcs.h5")) about.add("results", *describe_results(h5::File::open(folder + "/xpcs.h5")).find("entries"));
}

JsonValue describe_folder(const std::string& folder) {
  if (!fs::exists(folder + "/resolved.json"))
    throw Error(ExitCode::bad_input, folder + ": is no folder of Patina: it has no resolved.json");
  JsonValue about = of_kind("folder of results"), input;
  if (parse_json(content_of(folder + "/resolved.json"), -1, nullptr, input)) add_protocol(about, input);
  about.add("finished", JsonValue::make(fs::exists(folder + "/" + whole_files_name)));
  about.add("being_written", JsonValue::make(fs::exists(folder + "/" + std::string(run_lock_name))));
  Texts replicas;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.is_directory() && entry.path().filename().string().starts_with("replica_")) replicas.push_back(entry.path().filename().string());
  std::sort(replicas.begin(), replicas.end());
  if (replicas.empty()) describe_sample(about, folder);
  for (const std::string& replica : replicas) {
    JsonValue one = JsonValue::make_object();
    describe_sample(one, folder + "/" + replica);
    about.add(replica, std::move(one));
  }
  return about;
}

}  // namespace

JsonValue describe_path(const std::string& path) {
  if (fs::is_directory(path)) return describe_folder(path);
  if (!fs::is_regular_file(path)) throw Error(ExitCode::missing_input, path + ": there is no such file or folder");
  JsonValue about = describe_file(path);
  add_file(about, path);
  return about;
}

}  // namespace patina
