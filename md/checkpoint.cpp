// SPDX-License-Identifier: BSD-3-Clause
#include "md/checkpoint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "core/digest.hpp"
#include "core/durable_file.hpp"
#include "core/error.hpp"
#include "core/hdf5.hpp"
#include "core/on_root.hpp"
#include "core/version.hpp"
#include "md/gather_atoms.hpp"
#include "md/h5md.hpp"

namespace patina {

namespace {

namespace fs = std::filesystem;
using h5::Dims;

constexpr int format_version = 1;
constexpr std::size_t kept_checkpoints = 2;
// Packed: images are mostly zero. The rest hardly compresses.
const h5::Layout guarded{.checksum = true};
const h5::Layout packed{.compress = true, .checksum = true};

std::string folder_of(const std::string& run_folder) { return run_folder + "/checkpoint"; }

// A map of arrays as three: names, lengths, values one after the other.
void write_state(h5::File& file, const StateMap& state) {
  std::vector<std::string> names;
  std::vector<std::int64_t> lengths;
  std::uint64_t total = 0;
  for (const auto& [name, array] : state) {
    names.push_back(name);
    lengths.push_back(static_cast<std::int64_t>(array.size()));
    total += array.size();
  }
  file.write_texts("/state/names", names);
  file.write("/state/lengths", lengths);
  // Each by itself: observers may keep as much as fits the memory, and all of it together would be there once more.
  h5::Dataset values = file.create_dataset("/state/values", h5::Type::float64, {total}, guarded);
  std::uint64_t at = 0;
  for (const auto& [name, array] : state) {
    if (!array.empty()) values.write_block({at}, {array.size()}, array);
    at += array.size();
  }
}

StateMap read_state(const h5::File& file) {
  const auto names = file.read_texts("/state/names");
  const auto lengths = file.read<std::int64_t>("/state/lengths", {names.size()});
  const h5::Dataset values = file.dataset("/state/values", {h5::any_size});
  const std::uint64_t total = values.dims().at(0);
  StateMap state;
  std::uint64_t at = 0;
  for (std::size_t k = 0; k < names.size(); ++k) {
    const auto length = static_cast<std::uint64_t>(lengths[k]);
    if (lengths[k] < 0 || length > total - at)
      throw Error(ExitCode::bad_input, fmt::format("{}: /state/lengths do not fit the values", file.path()));
    state[names[k]] = values.read_rows<double>(at, length);
    at += length;
  }
  return state;
}

void write_head(h5::File& file, const System& system, const ProtocolPosition& position, const StateMap& state,
                const std::string& resolved_input) {
  const BuildInfo& build = build_info();
  const Mat3& edges = system.box.edges();
  const auto periodic = system.box.periodic();
  file.set_attribute("/", "format", "Patina checkpoint");
  file.set_attribute("/", "format_version", format_version);
  file.set_attribute("/", "build",
                     fmt::format("{} {} {}", build.version, build.git_hash, build.kokkos_devices));
  file.set_attribute("/", "ranks", system.comm->size());
  file.set_attribute("/", "seed", system.seed);
  file.set_attribute("/", "step", system.step);
  file.set_attribute("/", "time_ps", system.time_ps);
  file.set_attribute("/", "protocol_step", position.protocol_step);
  file.set_attribute("/", "step_in_protocol_step", position.step_in_protocol_step);
  file.write("/box/edges_A", std::vector<double>(&edges.m[0][0], &edges.m[0][0] + 9), {3, 3});
  file.write("/box/origin_A", std::vector<double>(system.box.origin().v, system.box.origin().v + 3));
  file.write("/box/periodic", std::vector<std::uint8_t>(periodic.begin(), periodic.end()));
  file.write_texts("/species/symbol", system.species.symbol);
  file.write("/species/mass_amu", system.species.mass_amu);
  if (!system.input_id.empty()) file.write("/atoms/input_id", system.input_id);
  file.write_text("/resolved_input", resolved_input);
  write_state(file, state);
}

// The arrays of all atoms, filled batch by batch.
class AtomArrays {
 public:
  AtomArrays(h5::File& file, std::int64_t atom_count)
      : type_(file.create_dataset("/atoms/type", h5::Type::int32, {rows(atom_count)}, packed)),
        position_(
            file.create_dataset("/atoms/position_A", h5::Type::float64, {rows(atom_count), 3}, guarded)),
        image_(file.create_dataset("/atoms/image", h5::Type::int32, {rows(atom_count), 3}, packed)),
        velocity_(file.create_dataset("/atoms/velocity_A_per_ps", h5::Type::float64, {rows(atom_count), 3},
                                      guarded)) {}

  void write(const AtomRows& atoms) {
    const auto first = rows(atoms.first_row);
    const auto count = static_cast<std::uint64_t>(atoms.position.size());
    std::vector<std::int32_t> image;
    for (const auto& n : atoms.image) image.insert(image.end(), n.begin(), n.end());
    type_.write_block({first}, {count}, std::vector<std::int32_t>(atoms.type.begin(), atoms.type.end()));
    position_.write_block({first, 0}, {count, 3}, flat(atoms.position));
    image_.write_block({first, 0}, {count, 3}, image);
    velocity_.write_block({first, 0}, {count, 3}, flat(atoms.velocity));
  }

 private:
  static std::uint64_t rows(std::int64_t count) { return static_cast<std::uint64_t>(count); }
  static std::vector<double> flat(const std::vector<Vec3>& vectors) {
    const double* all = vectors.empty() ? nullptr : vectors[0].v;
    return std::vector<double>(all, all + 3 * vectors.size());
  }
  h5::Dataset type_, position_, image_, velocity_;
};

void read_atoms(const h5::File& file, Structure& atoms) {
  const auto edges = file.read<double>("/box/edges_A", {3, 3});
  const auto origin = file.read<double>("/box/origin_A", {3});
  const auto periodic = file.read<std::uint8_t>("/box/periodic", {3});
  Mat3 matrix;
  std::copy(edges.begin(), edges.end(), &matrix.m[0][0]);
  atoms.box = Box(matrix, {{origin[0], origin[1], origin[2]}},
                  {periodic[0] != 0, periodic[1] != 0, periodic[2] != 0});
  atoms.species = file.read_texts("/species/symbol");
  atoms.mass = file.read<double>("/species/mass_amu", {atoms.species.size()});
  atoms.type = file.read<std::int32_t>("/atoms/type", {h5::any_size});
  const std::size_t count = atoms.type.size();
  const auto position = file.read<double>("/atoms/position_A", {count, 3});
  const auto velocity = file.read<double>("/atoms/velocity_A_per_ps", {count, 3});
  const auto image = file.read<std::int32_t>("/atoms/image", {count, 3});
  if (file.exists("/atoms/input_id")) atoms.id = file.read<std::int64_t>("/atoms/input_id", {count});
  const bool counted = atoms.id.empty();
  atoms.id.resize(count);
  atoms.position.resize(count);
  atoms.velocity.resize(count);
  atoms.image.resize(count);
  for (std::size_t k = 0; k < count; ++k) {
    if (atoms.type[k] < 0 || static_cast<std::size_t>(atoms.type[k]) >= atoms.species.size())
      throw Error(ExitCode::bad_input, fmt::format("{}: atom {} has type {}, there are {}", file.path(),
                                                   k + 1, atoms.type[k], atoms.species.size()));
    if (counted) atoms.id[k] = static_cast<std::int64_t>(k) + 1;
    for (std::size_t d = 0; d < 3; ++d) {
      atoms.position[k].v[d] = position[3 * k + d];
      atoms.velocity[k].v[d] = velocity[3 * k + d];
      atoms.image[k][d] = image[3 * k + d];
    }
  }
}

CheckpointData read_checkpoint(const std::string& path) {
  auto file = h5::File::open(path);
  const int version = file.attribute<std::int32_t>("/", "format_version").at(0);
  if (version != format_version)
    throw Error(ExitCode::bad_input, fmt::format("{}: has checkpoint format {}, this program reads {}", path,
                                                 version, format_version));
  CheckpointData data;
  data.seed = file.attribute<std::uint64_t>("/", "seed").at(0);
  data.step = file.attribute<std::int64_t>("/", "step").at(0);
  data.time_ps = file.attribute<double>("/", "time_ps").at(0);
  data.position.protocol_step = file.attribute<std::int64_t>("/", "protocol_step").at(0);
  data.position.step_in_protocol_step = file.attribute<std::int64_t>("/", "step_in_protocol_step").at(0);
  data.resolved_input = file.read_text("/resolved_input");
  data.state = read_state(file);
  read_atoms(file, data.atoms);
  file.close();
  return data;
}

// The closed trajectory segments; those that the last checkpoint knew are not hashed again.
std::vector<FileRecord> segment_records(const std::string& run_folder, const CheckpointManifest& before) {
  std::vector<FileRecord> records;
  for (const auto& path : trajectory_segments(run_folder + "/trajectory")) {
    const std::string name = fs::path(path).filename().string();
    const auto bytes = fs::file_size(path);
    const FileRecord* known = nullptr;
    if (!before.checkpoints.empty())
      for (const auto& record : before.checkpoints[0].segments)
        if (record.name == name && record.bytes == bytes) known = &record;
    records.push_back(known ? *known : record_of(path));
  }
  return records;
}

// checkpoint_<step>.h5, or with a further number if the manifest knows one of that name.
std::string free_name(std::int64_t step, const CheckpointManifest& manifest) {
  std::set<std::string> taken;
  for (const auto& record : manifest.checkpoints) taken.insert(record.file.name);
  std::string name = fmt::format("checkpoint_{}.h5", step);
  for (int k = 1; taken.count(name); ++k) name = fmt::format("checkpoint_{}_{}.h5", step, k);
  return name;
}

// The finished temporary file gets its name and its place in the manifest; what is beyond the kept ones goes.
void enter(const std::string& run_folder, const std::string& name, CheckpointRecord record,
           const CheckpointManifest& before) {
  const std::string folder = folder_of(run_folder), path = folder + "/" + name;
  if (fs::exists(run_folder + "/thermo.csv")) sync_file(run_folder + "/thermo.csv");
  record.segments = segment_records(run_folder, before);
  sync_file(path + ".tmp");
  record.file = record_of(path + ".tmp");
  record.file.name = name;
  // A file of this name that no manifest knows is left from a crash between these two lines.
  commit_file(path + ".tmp", path, IfExists::replace);
  CheckpointManifest after;
  after.checkpoints.push_back(std::move(record));
  std::string ignored;
  for (const auto& old : before.checkpoints)
    if (after.checkpoints.size() < kept_checkpoints && verify(folder, old.file, ignored))
      after.checkpoints.push_back(old);
  write_manifest(folder, after);
  for (const auto& old : before.checkpoints) {
    const bool kept = std::any_of(after.checkpoints.begin(), after.checkpoints.end(),
                                  [&](const auto& keeper) { return keeper.file.name == old.file.name; });
    std::error_code error;
    if (!kept) fs::remove(folder + "/" + old.file.name, error);
  }
}

// Gives the space back at once: the library may still hold the file open.
void discard(const std::string& unfinished) {
  std::error_code ignored;
  fs::resize_file(unfinished, 0, ignored);
  fs::remove(unfinished, ignored);
}

// Collective: the closed file, under its temporary name.
void write_content(const std::string& path, const System& system, const ProtocolPosition& position,
                   const StateMap& state, const std::string& resolved_input) {
  std::optional<h5::File> file;
  std::optional<AtomArrays> arrays;
  on_root(*system.comm, [&] {
    fs::remove(path);
    file.emplace(h5::File::create(path, h5::Format::checksummed));
    write_head(*file, system, position, state, resolved_input);
    arrays.emplace(*file, system.atom_count);
  });
  const IdBlock block = id_ordered(frame_of(system));
  gather_atoms(*system.comm, block, system.atom_count, [&](const AtomRows& atoms) { arrays->write(atoms); });
  on_root(*system.comm, [&] {
    arrays.reset();
    file->close();
  });
}

CheckpointRecord record_of(const System& system, const ProtocolPosition& position,
                           const std::string& resolved_input) {
  const BuildInfo& build = build_info();
  CheckpointRecord record;
  record.step = system.step;
  record.time_ps = system.time_ps;
  record.protocol_step = position.protocol_step;
  record.step_in_protocol_step = position.step_in_protocol_step;
  record.build = fmt::format("{} {} {} on {} ranks", build.version, build.git_hash, build.kokkos_devices,
                             system.comm->size());
  record.input_sha256 = sha256_hex(resolved_input);
  return record;
}

bool has_checkpoint_files(const std::string& folder) {
  if (!fs::is_directory(folder)) return false;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    // What a crash cut short (.tmp) is no checkpoint, nor a manifest.
    if (name.ends_with(".tmp")) continue;
    if (name.starts_with("manifest") || (name.starts_with("checkpoint_") && name.ends_with(".h5")))
      return true;
  }
  return false;
}

std::optional<CheckpointData> load_newest(const std::string& folder, Log& log) {
  std::vector<std::string> problems;
  const CheckpointManifest manifest = read_manifest(folder, problems);
  for (const auto& record : manifest.checkpoints) {
    std::string reason;
    if (verify(folder, record.file, reason)) {
      try {
        CheckpointData data = read_checkpoint(folder + "/" + record.file.name);
        data.segments = record.segments;
        for (const auto& problem : problems) log.warning("{}", problem);
        if (!problems.empty())
          log.warning("going back to {}/{}, step {}", folder, record.file.name, data.step);
        return data;
      } catch (const Error& error) {
        reason = error.what();
      }
    }
    problems.push_back(reason);
  }
  // A manifest that lists nothing, perhaps just on its way to being the previous one: the run ended before its first
  // checkpoint was whole.
  const bool has_manifest =
      fs::exists(folder + "/manifest.json") || fs::exists(folder + "/manifest_previous.json");
  if (problems.empty() && (has_manifest || !has_checkpoint_files(folder))) return std::nullopt;
  if (problems.empty())
    problems.push_back(folder + ": has checkpoint files but no manifest.json that lists them");
  std::string message = fmt::format("{}: no checkpoint can be used", folder);
  for (const auto& problem : problems) message += "\n  " + problem;
  throw Error(ExitCode::bad_input, message);
}

void broadcast(const Comm& comm, StateMap& state) {
  std::vector<std::size_t> count{state.size()};
  comm.broadcast(count);
  auto item = state.begin();
  StateMap received;
  for (std::size_t k = 0; k < count[0]; ++k) {
    std::string name = comm.is_root() ? item->first : "";
    std::vector<double> values;
    if (comm.is_root()) values = (item++)->second;
    comm.broadcast(name);
    comm.broadcast(values);
    received[name] = std::move(values);
  }
  state = std::move(received);
}

void broadcast(const Comm& comm, std::vector<FileRecord>& records) {
  std::vector<std::uint64_t> bytes;
  for (const auto& record : records) bytes.push_back(record.bytes);
  comm.broadcast(bytes);
  records.resize(bytes.size());
  for (std::size_t k = 0; k < records.size(); ++k) {
    comm.broadcast(records[k].name);
    comm.broadcast(records[k].sha256);
    records[k].bytes = bytes[k];
  }
}

void broadcast(const Comm& comm, CheckpointData& data) {
  patina::broadcast(comm, data.atoms);
  std::vector<std::int64_t> integers{data.step, data.position.protocol_step,
                                     data.position.step_in_protocol_step};
  comm.broadcast(integers);
  std::vector<std::uint64_t> seed{data.seed};
  comm.broadcast(seed);
  comm.broadcast(&data.time_ps, 1);
  data.seed = seed[0];
  data.step = integers[0];
  data.position = {integers[1], integers[2]};
  comm.broadcast(data.resolved_input);
  broadcast(comm, data.state);
  broadcast(comm, data.segments);
}

}  // namespace

void write_checkpoint(const std::string& run_folder, const System& system, const ProtocolPosition& position,
                      const StateMap& state, const std::string& resolved_input) {
  const Comm& comm = *system.comm;
  const std::string folder = folder_of(run_folder);
  CheckpointManifest before;
  std::string name;
  on_root(comm, [&] {
    make_folders(folder);
    std::vector<std::string> problems;
    before = read_manifest(folder, problems);
    if (before.checkpoints.empty() && problems.empty()) write_manifest(folder, {});
    name = free_name(system.step, before);
  });
  try {
    write_content(folder + "/" + name + ".tmp", system, position, state, resolved_input);
    on_root(comm, [&] { enter(run_folder, name, record_of(system, position, resolved_input), before); });
  } catch (const Error&) {
    if (comm.is_root()) discard(folder + "/" + name + ".tmp");
    throw;
  }
}

std::optional<CheckpointData> load_checkpoint(const Comm& comm, const std::string& run_folder, Log& log) {
  std::optional<CheckpointData> data;
  on_root(comm, [&] { data = load_newest(folder_of(run_folder), log); });
  if (!comm.any(data.has_value())) return std::nullopt;
  if (!data) data.emplace();
  broadcast(comm, *data);
  return data;
}

}  // namespace patina
