// SPDX-License-Identifier: BSD-3-Clause
// H5MD 1.1 trajectory files [de Buyl, Colberg & Hoefling, Comput. Phys. Commun. 185 (2014) 1546,
// doi 10.1016/j.cpc.2014.01.018; nongnu.org/h5md], laid out so that MDAnalysis, h5py and VMD read them
// [reliability.md 3.1-3.2]: particles group "trajectory" (also linked as "all"), explicit step and time, a
// 3x3 box in every frame, species = atomic number, row i always the atom of id i + 1. Positions lie inside
// the cell, image counts the crossings: unwrapped r = position + image . edges. Units Angstrom, ps, Angstrom
// ps-1. Beyond the standard: box/origin (Angstrom), box/lattice_turn (T of edges = T E0, core/lattice_turn.hpp), parameters/patina (types, masses, build),
// parameters/config_json.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/hdf5.hpp"
#include "md/gather_atoms.hpp"
#include "md/structure_file.hpp"

namespace patina {

struct H5mdHeader {
  std::vector<std::string> species;  // element symbol of each type
  std::vector<double> mass_amu;      // of each type
  std::array<bool, 3> periodic{true, true, true};
  std::int64_t atom_count = 0;
  bool velocities = false;
  bool times = true;              // false: the frames have steps only, as the standard allows
  bool double_precision = false;  // positions and velocities as float64 instead of float32
  std::string config_json = "{}";
};

// Writes one file, on one rank. It is complete only after close(); the name should be a temporary one until
// then.
class H5mdWriter {
 public:
  H5mdWriter(const std::string& path, const H5mdHeader& header);
  // A frame is begun once (its time is left out if the header says so) and then filled with all its atoms, in one piece or several. Steps must increase.
  void begin_frame(std::int64_t step, double time_ps, const Box& box);
  void write_atoms(const AtomRows& atoms);
  void close();

  std::int64_t frames() const { return frames_; }
  // Of the frames so far, before compression.
  std::uint64_t bytes() const;

 private:
  struct Series;
  void write_header();
  void write_vectors(h5::Dataset& dataset, std::int64_t first_row, const std::vector<Vec3>& values);

  H5mdHeader header_;
  h5::File file_;
  std::shared_ptr<Series> series_;
  std::int64_t frames_ = 0;
  std::int64_t last_step_ = 0;
  Box box_;
};

// Reads one H5MD file, ours or another program's (lengths in Angstrom, nm or pm, times in ps, fs or ns), or
// all segments of a run as one trajectory: `path` is a file, a run folder or its trajectory/ folder. A frame
// that repeats the last step of the segment before it is given once; steps that go back are an error. With
// options.species the types of the file are given these names.
std::unique_ptr<FrameReader> open_h5md(const std::string& path, const ReadOptions& options = {});

// The files that open_h5md() reads for this path, in order. Error(missing_input) if a folder holds none.
std::vector<std::string> h5md_files(const std::string& path);

// Writes the frames into one file that gets its name at finish(). Error(cannot_create) if it exists and may
// not be replaced.
std::unique_ptr<FrameWriter> create_h5md(const std::string& path, bool overwrite = false,
                                         bool double_precision = false);

// The segments in a trajectory folder, in order: seg_000000.h5md, seg_000001.h5md, ...
std::vector<std::string> trajectory_segments(const std::string& folder);
std::string segment_name(int number);

}  // namespace patina
