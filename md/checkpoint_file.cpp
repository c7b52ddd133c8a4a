// SPDX-License-Identifier: BSD-3-Clause
#include "md/checkpoint_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "core/error.hpp"
#include "core/hdf5.hpp"
#include "core/on_root.hpp"
#include "core/version.hpp"
#include "md/gather_atoms.hpp"

namespace patina {

namespace {

constexpr int format_version = 1;
// Packed: images are mostly zero. The rest hardly compresses.
const h5::Layout guarded{.checksum = true};
const h5::Layout packed{.compress = true, .checksum = true};

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
  constexpr std::uint64_t piece = std::uint64_t{1} << 27;  // 1 GiB
  StateMap state;
  std::uint64_t at = 0;
  for (std::size_t k = 0; k < names.size(); ++k) {
    const auto length = static_cast<std::uint64_t>(lengths[k]);
    if (lengths[k] < 0 || length > total - at)
      throw Error(ExitCode::bad_input, fmt::format("{}: /state/lengths do not fit the values", file.path()));
    // In pieces: an array may be longer than what is read at once.
    std::vector<double>& array = state[names[k]];
    array.reserve(length);
    for (const std::uint64_t end = at + length; at < end;) {
      const std::uint64_t count = std::min(piece, end - at);
      const auto some = values.read_rows<double>(at, count);
      array.insert(array.end(), some.begin(), some.end());
      at += count;
    }
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
  const LatticeTurn& turn = system.box.turn();
  if (!is_none(turn)) file.write("/box/lattice_turn", std::vector<std::int32_t>(turn[0], turn[0] + 9), {3, 3});
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
  LatticeTurn turn;
  if (file.exists("/box/lattice_turn")) {
    const auto numbers = file.read<std::int32_t>("/box/lattice_turn", {3, 3});
    std::copy(numbers.begin(), numbers.end(), &turn.m[0][0]);
  }
  atoms.box = Box(matrix, {{origin[0], origin[1], origin[2]}}, {periodic[0] != 0, periodic[1] != 0, periodic[2] != 0}, turn);
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

}  // namespace

void write_checkpoint_file(const std::string& path, const System& system, const ProtocolPosition& position, const StateMap& state,
                           const std::string& resolved_input, const std::function<void(h5::File&)>& more) {
  std::optional<h5::File> file;
  std::optional<AtomArrays> arrays;
  on_root(*system.comm, [&] {
    std::filesystem::remove(path);
    file.emplace(h5::File::create(path, h5::Format::checksummed));
    write_head(*file, system, position, state, resolved_input);
    if (more) more(*file);
    arrays.emplace(*file, system.atom_count);
  });
  const IdBlock block = id_ordered(frame_of(system));
  gather_atoms(*system.comm, block, system.atom_count, [&](const AtomRows& atoms) { arrays->write(atoms); });
  on_root(*system.comm, [&] {
    arrays.reset();
    file->close();
  });
}

CheckpointData read_checkpoint_file(const std::string& path) {
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

}  // namespace patina
