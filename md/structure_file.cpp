// SPDX-License-Identifier: BSD-3-Clause
#include "md/structure_file.hpp"

#include <fmt/format.h>

#include <cstring>
#include <filesystem>
#include <type_traits>

#include "core/error.hpp"
#include "core/on_root.hpp"
#include "md/checkpoint_frames.hpp"
#include "md/extended_xyz.hpp"
#include "md/h5md.hpp"
#include "md/lammps_data.hpp"
#include "md/lammps_dump.hpp"
#include "md/text_file.hpp"

namespace patina {

namespace {

constexpr const char* suffixes =
    ".data .lmp (LAMMPS data), .dump .lammpstrj (LAMMPS dump), .xyz .extxyz, .h5 .h5md .hdf5";

bool is_hdf5(const std::string& path) {
  constexpr unsigned char signature[8] = {0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
  unsigned char bytes[8] = {};
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), &std::fclose);
  return file && std::fread(bytes, 1, 8, file.get()) == 8 && std::memcmp(bytes, signature, 8) == 0;
}

// A structure as bytes, to be sent to other ranks and taken apart in the same order.
class Packer {
 public:
  template <class T>
  void put(const std::vector<T>& values) {
    static_assert(std::is_trivially_copyable_v<T>);
    const std::size_t count = values.size();
    bytes.append(reinterpret_cast<const char*>(&count), sizeof count);
    bytes.append(reinterpret_cast<const char*>(values.data()), count * sizeof(T));
  }
  template <class T>
  void get(std::vector<T>& values) {
    std::size_t count = 0;
    std::memcpy(&count, bytes.data() + place_, sizeof count);
    values.resize(count);
    if (count > 0) std::memcpy(values.data(), bytes.data() + place_ + sizeof count, count * sizeof(T));
    place_ += sizeof count + count * sizeof(T);
  }
  std::string bytes;

 private:
  std::size_t place_ = 0;
};

void broadcast(const Comm& comm, StructureFrame& frame) {
  struct Head {
    Box box;
    std::int64_t step;
    double time_ps;
    bool has_time;
  };
  Structure& s = frame.structure;
  Packer packer;
  std::vector<Head> head{{s.box, frame.step, frame.time_ps.value_or(0.0), frame.time_ps.has_value()}};
  std::vector<char> names;
  for (const std::string& symbol : s.species)
    names.insert(names.end(), symbol.c_str(), symbol.c_str() + symbol.size() + 1);
  const auto each = [&](auto&& visit) {
    visit(head), visit(names), visit(s.mass), visit(s.id), visit(s.type), visit(s.position), visit(s.image),
        visit(s.velocity);
  };
  if (comm.is_root()) each([&](auto& values) { packer.put(values); });
  comm.broadcast(packer.bytes);
  if (comm.is_root()) return;
  each([&](auto& values) { packer.get(values); });
  s.box = head[0].box;
  frame.step = head[0].step;
  if (head[0].has_time) frame.time_ps = head[0].time_ps;
  s.species.clear();
  for (const char* name = names.data(); name < names.data() + names.size();
       name += s.species.back().size() + 1)
    s.species.emplace_back(name);
}

}  // namespace

FileFormat detect_format(const std::string& path) {
  // A folder is that of a run, or its trajectory.
  if (std::filesystem::is_directory(path) || is_hdf5(path)) return FileFormat::h5md;
  TextReader text(path);
  bool first_is_number = false;
  for (int line = 0; line < 20 && text.next_line(); ++line) {
    const auto& words = text.words(true);
    if (!words.empty() && words[0] == "ITEM:") return FileFormat::lammps_dump;
    if (line == 0)
      first_is_number = words.size() == 1 && words[0].find_first_not_of("0123456789+-") == std::string::npos;
    if (line == 1 && first_is_number && text.line().find('=') != std::string::npos)
      return FileFormat::extended_xyz;
    if (line > 0 && words.size() == 2 && words[1] == "atoms") return FileFormat::lammps_data;
  }
  // Too damaged to be known by its content: its name says which reader tells what is wrong.
  try {
    return format_of_name(path);
  } catch (const Error&) {
    throw Error(ExitCode::bad_input,
                path + ": is none of LAMMPS data, LAMMPS text dump, extended XYZ (with Lattice), H5MD");
  }
}

FileFormat format_of_name(const std::string& path) {
  const std::string suffix = std::filesystem::path(path).extension().string();
  if (suffix == ".gz") return format_of_name(path.substr(0, path.size() - 3));
  if (suffix == ".data" || suffix == ".lmp") return FileFormat::lammps_data;
  if (suffix == ".dump" || suffix == ".lammpstrj") return FileFormat::lammps_dump;
  if (suffix == ".xyz" || suffix == ".extxyz") return FileFormat::extended_xyz;
  if (suffix == ".h5" || suffix == ".h5md" || suffix == ".hdf5") return FileFormat::h5md;
  throw Error(ExitCode::usage,
              fmt::format("{}: no format has the suffix \"{}\", allowed: {}", path, suffix, suffixes));
}

std::unique_ptr<FrameReader> open_frames(const std::string& path, const ReadOptions& options) {
  switch (detect_format(path)) {
    case FileFormat::lammps_data:
      return open_lammps_data(path, options);
    case FileFormat::lammps_dump:
      return open_lammps_dump(path, options);
    case FileFormat::extended_xyz:
      return open_extended_xyz(path, options);
    case FileFormat::h5md:
      break;
  }
  if (!std::filesystem::is_directory(path) && is_checkpoint_file(path)) return open_checkpoint(path, options);
  return open_h5md(path, options);
}

std::unique_ptr<FrameWriter> create_frames(const std::string& path, bool overwrite) {
  const FileFormat format = format_of_name(path);
  if (path.ends_with(".gz"))
    throw Error(ExitCode::usage, path + ": compressed files are read, but not written");
  switch (format) {
    case FileFormat::lammps_data:
      return create_lammps_data(path, overwrite);
    case FileFormat::lammps_dump:
      return create_lammps_dump(path, overwrite);
    case FileFormat::extended_xyz:
      return create_extended_xyz(path, overwrite);
    case FileFormat::h5md:
      break;
  }
  // What comes in with all its digits leaves with them.
  return create_h5md(path, overwrite, true);
}

std::array<bool, 3> settle_boundary(const std::string& where, const std::optional<std::array<bool, 3>>& stated,
                                    const std::optional<std::array<bool, 3>>& given) {
  const auto letters = [](const std::array<bool, 3>& periodic) {
    std::string text;
    for (const bool p : periodic) text += p ? 'p' : 'f';
    return text;
  };
  if (stated && given && *stated != *given)
    throw Error(ExitCode::bad_input,
                fmt::format("{}: the file's boundary is {}, but {} is given (p periodic, f free): leave it out to take the "
                            "file's, or change the file",
                            where, letters(*stated), letters(*given)));
  if (stated) return *stated;
  return given.value_or(std::array<bool, 3>{true, true, true});
}

StructureFrame read_structure(const std::string& path, const ReadOptions& options) {
  const auto reader = open_frames(path, options);
  auto frame = reader->next();
  if (!frame) throw Error(ExitCode::bad_input, path + ": holds no frame");
  const std::int64_t wanted = options.frame.value_or(0);
  std::int64_t frames = 1;
  while (frames != wanted + 1) {
    auto following = reader->next();
    if (!following) break;
    ++frames;
    if (wanted == last_frame || frames == wanted + 1) frame = std::move(following);
  }
  if (frames < wanted + 1)
    throw Error(ExitCode::bad_input,
                fmt::format("{}: has no frame {}: it holds {} (the first is frame 0)", path, wanted, frames));
  if (!options.frame && reader->next()) {
    for (frames = 2; reader->next();) ++frames;
    throw Error(ExitCode::bad_input,
                fmt::format("{}: holds {} frames; choose one: --frame first, last or N, in the input of a run \"frame\": N "
                            "(from 0; -1 is the last)",
                            path, frames));
  }
  return std::move(*frame);
}

StructureFrame read_structure(const Comm& comm, const std::string& path, const ReadOptions& options) {
  StructureFrame frame;
  on_root(comm, [&] { frame = read_structure(path, options); });
  broadcast(comm, frame);
  return frame;
}

void write_structure(const std::string& path, const StructureFrame& frame, bool overwrite) {
  const auto writer = create_frames(path, overwrite);
  writer->write(frame);
  writer->finish();
}

}  // namespace patina
