// SPDX-License-Identifier: BSD-3-Clause
// What --dry-run tells of files and time. Truth: the sizes of the files that the run then makes, its own clock.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "program.hpp"
#include "scratch_folder.hpp"

namespace patina {
namespace {

namespace fs = std::filesystem;
using test::run_patina;
using test::ScratchFolder;

std::string write_input(const ScratchFolder& folder, double duration_ps, const std::string& observers) {
  const std::string path = folder / "input.json";
  std::ofstream(path) << fmt::format(
      R"({{"potential": {{"files": ["CuZr_mm.eam.fs"], "species": ["Cu", "Zr"]}},
      "structure": {{"type": "lattice", "lattice": "fcc", "lattice_constant_A": 3.8, "repeat": [8, 8, 8], "composition": {{"Cu": 0.6, "Zr": 0.4}}}},
      "dynamics": {{"time_step_fs": 2}}, "protocol": [{{"type": "melt", "temperature_K": 2000, "duration_ps": {}, "observers": [{}]}}],
      "output": {{"thermo_interval_steps": 1}}}})",
      duration_ps, observers);
  return path;
}

// MB, after these words.
double told_MB(const std::string& text, const std::string& words) {
  const auto at = text.find(words);
  EXPECT_NE(at, std::string::npos) << words << " not in\n" << text;
  std::size_t end = 0;
  const std::string rest = text.substr(at + words.size());
  const double value = std::stod(rest, &end);
  const std::string unit = rest.substr(end, 3);
  return value * (unit == " GB" ? 1e3 : unit == " MB" ? 1.0 : unit == " kB" ? 1e-3 : 1e-6);
}

double size_MB(const fs::path& path) {
  if (fs::is_regular_file(path)) return 1e-6 * static_cast<double>(fs::file_size(path));
  double sum = 0.0;
  for (const auto& entry : fs::recursive_directory_iterator(path))
    if (entry.is_regular_file()) sum += 1e-6 * static_cast<double>(entry.file_size());
  return sum;
}

// 501 frames of 2048 atoms, and 1001 of 300 vectors.
TEST(DiskTest, FilesAreAsLargeAsTold) {
  const ScratchFolder folder;
  const std::string input = write_input(folder, 2.0, R"({"type": "trajectory", "interval_steps": 2},
      {"type": "xpcs", "q_inv_A": 3, "width_inv_A": 1, "max_vectors": 300, "interval_steps": 1, "self_vectors": 0})");
  const auto dry = run_patina("run " + input + " --dry-run --output " + folder / "run");
  ASSERT_EQ(dry.status, 0) << dry.output;
  const auto done = run_patina("run " + input + " --output " + folder / "run");
  ASSERT_EQ(done.status, 0) << done.output;
  const fs::path run = folder / "run";
  EXPECT_NEAR(size_MB(run / "trajectory") / told_MB(dry.output, "trajectories "), 0.9, 0.15);
  EXPECT_NEAR(size_MB(run / "xpcs.h5") / told_MB(dry.output, "results "), 0.95, 0.15);
  EXPECT_NEAR(size_MB(run / "thermo.csv") / told_MB(dry.output, "thermo.csv "), 1.0, 0.15);
}

double seconds_of_children() {
  struct rusage usage {};
  getrusage(RUSAGE_CHILDREN, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec) + 1e-6 * static_cast<double>(usage.ru_utime.tv_usec);
}

// The pace of 20 force computations is that of the run. Truth: the processor time that the kernel says the run needed, which on a machine with other work
// is less than the time that goes by: there the dry run may tell a slower pace, never a faster one. (This run writes a line each step, which costs something too.)
TEST(DiskTest, TheRunTakesAsLongAsTold) {
  const ScratchFolder folder;
  const std::string input = write_input(folder, 4.0, R"({"type": "trajectory", "interval_steps": 1000})");
  const auto dry = run_patina("run " + input + " --dry-run");
  ASSERT_EQ(dry.status, 0) << dry.output;
  const std::string told = "for 4.1e+06 atom-steps at ";  // 2000 steps of 2048 atoms
  const std::size_t at = dry.output.find(told);
  ASSERT_NE(at, std::string::npos) << dry.output;
  const double pace = std::stod(dry.output.substr(at + told.size())), before = seconds_of_children();
  const auto done = run_patina("run " + input + " --output " + folder / "run");
  ASSERT_EQ(done.status, 0) << done.output;
  const double seconds = seconds_of_children() - before;
  EXPECT_GT(pace * seconds / 4.096e6, 0.1) << pace << " told, " << seconds << " s";
  EXPECT_LT(pace * seconds / 4.096e6, 2.0) << pace << " told, " << seconds << " s";
}

// 5e9 frames are some 100 TB.
TEST(DiskTest, WhatCannotFitIsRefusedBeforeAnythingIsMade) {
  const ScratchFolder folder;
  const std::string input = write_input(folder, 1e7, R"({"type": "trajectory", "interval_steps": 1})");
  const auto dry = run_patina("run " + input + " --dry-run --output " + folder / "run");
  EXPECT_EQ(dry.status, 0);
  EXPECT_NE(dry.output.find("would be refused"), std::string::npos) << dry.output;
  const auto refused = run_patina("run " + input + " --output " + folder / "run");
  EXPECT_EQ(refused.status, 74) << refused.output;
  EXPECT_NE(refused.output.find("needs at least"), std::string::npos) << refused.output;
  EXPECT_FALSE(fs::exists(folder / "run"));
}

}  // namespace
}  // namespace patina
