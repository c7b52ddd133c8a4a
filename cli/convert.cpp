// SPDX-License-Identifier: BSD-3-Clause
// patina convert IN OUT: structures and trajectories between LAMMPS data, LAMMPS dump, extended XYZ and H5MD,
// one frame in memory at a time. Rank 0 does the work.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/frame_choice.hpp"
#include "cli/verbs.hpp"
#include "core/durable_file.hpp"
#include "core/error.hpp"
#include "core/on_root.hpp"
#include "md/structure_file.hpp"

namespace patina {
namespace {

struct ConvertArguments {
  std::string input, output, frames, boundary;
  std::vector<std::string> species;
  bool overwrite = false;
};

void convert(const ConvertArguments& arguments) {
  const FrameChoice choice = parse_frames(arguments.frames);
  const auto reader = open_frames(arguments.input, {arguments.species, parse_boundary(arguments.boundary), {}});
  check_unlike(arguments.output, {arguments.input});
  const auto writer = create_frames(arguments.output, arguments.overwrite);
  std::int64_t read = 0, written = 0;
  std::optional<StructureFrame> newest;
  const bool to_h5md = format_of_name(arguments.output) == FileFormat::h5md;
  bool untimed = false;
  for (; read <= choice.last; ++read) {
    auto frame = reader->next();
    if (!frame) break;
    if (choice.only_last) {
      newest = std::move(frame);
      untimed = to_h5md && !newest->time_ps;
    } else if (choice.takes(read)) {
      writer->write(*frame);
      untimed = to_h5md && !frame->time_ps;
      ++written;
    }
  }
  if (newest) {
    writer->write(*newest);
    ++written;
  }
  if (written == 0)
    throw Error(ExitCode::usage, fmt::format("--frames {} takes none of the {} frames of {}",
                                             arguments.frames, read, arguments.input));
  writer->finish();
  fmt::print("wrote {} frame{} to {}{}\n", written, written == 1 ? "" : "s", arguments.output,
             untimed ? "; their times are not known, only their steps" : "");
}

}  // namespace

void add_convert(CLI::App& app, const Comm& world) {
  auto* verb = app.add_subcommand("convert", "Structures and trajectories from one file format to another");
  auto arguments = std::make_shared<ConvertArguments>();
  verb->add_option("input", arguments->input,
                   "LAMMPS data or dump, extended XYZ (these also gzipped), H5MD, or a run folder")
      ->required();
  verb->add_option("output", arguments->output,
                   "by its suffix: .data .lmp, .dump .lammpstrj, .xyz .extxyz, .h5md .h5 .hdf5")
      ->required();
  verb->add_option("--species", arguments->species, "element of type 1, 2, ...: Cu,Zr")->delimiter(',');
  verb->add_option("--frames", arguments->frames,
                   "N, FIRST:LAST, FIRST:LAST:EVERY (from 0, LAST included) or last");
  verb->add_option("--boundary", arguments->boundary,
                   "periodic p or free f along x, y, z, which the file must not contradict; else as the file says, or ppp");
  verb->add_flag("--overwrite", arguments->overwrite, "replace the output if it exists");
  verb->callback([arguments, &world] { on_root(world, [&] { convert(*arguments); }); });
}

}  // namespace patina
