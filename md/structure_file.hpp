// SPDX-License-Identifier: BSD-3-Clause
// Structures and trajectories in files, whatever the format: LAMMPS data, LAMMPS text dump, extended XYZ
// (each also gzipped when read) and H5MD; checkpoints and kept samples are read. Readers give one frame at a time, so a long trajectory needs the
// memory of one frame. Readers look at the content, writers at the suffix of the name. A malformed file is
// Error(bad_input) "file:line: what, value, what is allowed".
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/mpi.hpp"
#include "md/structure.hpp"

namespace patina {

struct StructureFrame {
  Structure structure;  // sorted by id
  std::int64_t step = 0;
  std::optional<double> time_ps;  // if the file tells
  bool unwrapped = false;         // the file calls its positions unwrapped (LAMMPS's xu yu zu)
};

// When a frame was.
struct FrameMoment {
  std::int64_t step = 0;
  std::optional<double> time_ps;  // if the file tells
};

class FrameReader {
 public:
  virtual ~FrameReader() = default;
  // The next frame, or nothing after the last. Types mean the same species in all frames.
  virtual std::optional<StructureFrame> next() = 0;
  // Goes over the next frame without looking at its atoms.
  virtual std::optional<FrameMoment> pass_over() = 0;
};

class FrameWriter {
 public:
  virtual ~FrameWriter() = default;
  virtual void write(const StructureFrame& frame) = 0;
  // After the last frame: only now the file has its final name.
  virtual void finish() = 0;
};

struct ReadOptions {
  // Element of type 1, 2, ...; empty: what the file says (element columns, labels, masses).
  std::vector<std::string> species;
  // Which axes are periodic. Not given: as the file says, or all of them. Given: the file must not say otherwise.
  std::optional<std::array<bool, 3>> periodic = std::nullopt;
  // For read_structure: which frame, from 0, or last_frame. Not given: the file must hold a single one.
  std::optional<std::int64_t> frame = std::nullopt;
};
inline constexpr std::int64_t last_frame = -1;

// Which axes of a file are periodic, from what it states and what the caller gives. Error(bad_input) "where: ..." if these
// differ.
std::array<bool, 3> settle_boundary(const std::string& where, const std::optional<std::array<bool, 3>>& stated,
                                    const std::optional<std::array<bool, 3>>& given);

enum class FileFormat { lammps_data, lammps_dump, extended_xyz, h5md };

// By the first bytes of the file; Error(missing_input) if it cannot be read, Error(bad_input) if it is none
// of ours.
FileFormat detect_format(const std::string& path);
// By the suffix: .data .lmp | .dump .lammpstrj | .xyz .extxyz | .h5 .h5md .hdf5; Error(usage) if none of
// them.
FileFormat format_of_name(const std::string& path);

std::unique_ptr<FrameReader> open_frames(const std::string& path, const ReadOptions& options = {});
// Error(cannot_create) if the file exists and may not be replaced. A LAMMPS data file holds one frame.
std::unique_ptr<FrameWriter> create_frames(const std::string& path, bool overwrite = false);

// The one frame of a file, or that of options.frame. The collective form reads on rank 0 alone and gives the structure, or the error, to all.
StructureFrame read_structure(const std::string& path, const ReadOptions& options = {});
StructureFrame read_structure(const Comm& comm, const std::string& path, const ReadOptions& options = {});
void write_structure(const std::string& path, const StructureFrame& frame, bool overwrite = false);

}  // namespace patina
