// SPDX-License-Identifier: BSD-3-Clause
// scripts/check-readers without readers: what it says of bad arguments and of what is not installed, and that a reader whose numbers are
// wrong is found. Truths: h5py on the files, by closed forms of the input's f and by equal counts in all files of frames (that is what
// the script does with h5py alone); a reader made here that knows nothing. And what readers need of the results, by h5py.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "program.hpp"
#include "python.hpp"
#include "scratch_folder.hpp"

namespace patina::test {
namespace {

bool has(const ProgramResult& result, const std::string& text) { return result.output.find(text) != std::string::npos; }

ProgramResult check_readers(const ScratchFolder& folder, const std::string& arguments) {
  return run_shell("cd " + folder.path() + " && /usr/bin/python3 " PATINA_SOURCE_DIR "/scripts/check-readers --patina " PATINA_PROGRAM " " + arguments);
}

void write_program(const std::string& path, const std::string& text) {
  std::ofstream(path) << text;
  std::filesystem::permissions(path, std::filesystem::perms::owner_all);
}

TEST(CheckReaders, RefusesBadArguments) {
  const ScratchFolder folder;
  const std::vector<std::pair<std::string, std::string>> bad = {
      {"--patina ./nowhere", "--patina: there is no program './nowhere'"},
      {"--frames 10", "--frames: '10' is no whole number from 64 to 1024"},
      {"--photons 2", "--photons: '2' is no number above 0 and up to 1"},
      {"--readers h5py,pyxpcs", "--readers: 'pyxpcs' is unknown"},
      {"--json table.txt", "--json: 'table.txt' must end in .json"},
      {"--keep .", "--keep: '.' is there already"}};
  for (const auto& [given, message] : bad) {
    const ProgramResult result = check_readers(folder, given);
    EXPECT_EQ(result.status, 2) << given;
    EXPECT_EQ(result.output.rfind("check-readers: " + message, 0), 0u) << result.output;
    EXPECT_EQ(std::count(result.output.begin(), result.output.end(), '\n'), 1) << result.output;
  }
}

// A Python that has no package, so that h5py alone is left, which is the script's own.
TEST(CheckReaders, FilesHoldTheTruthAndTheSameCounts) {
  const ScratchFolder folder;
  write_program(folder / "bare", "#!/bin/sh\nexit 1\n");
  const ProgramResult result = check_readers(folder, "--python ./bare --frames 64");
  EXPECT_EQ(result.status, 0) << result.output;
  for (const char* reader : {"boost_corr", "xpcs_eigen", "scikit_beam", "xpcs_correlator", "dynamix", "viewer", "silx", "mdanalysis"})
    EXPECT_TRUE(has(result, std::string(reader) + ": not installed")) << result.output;
  std::size_t holds = 0;
  for (std::size_t at = 0; (at = result.output.find("  holds\n", at)) != std::string::npos; ++at) ++holds;
  EXPECT_EQ(holds, 12u) << result.output;  // four things of three movies
}

// Of a program in place of xpcs-eigen's corr, whose g2 is 1.2 everywhere, and of one that fails.
TEST(CheckReaders, FindsAReaderThatIsWrong) {
  const ScratchFolder folder;
  write_program(folder / "corr", R"(#!/usr/bin/python3
import sys, h5py, numpy as np
with h5py.File(sys.argv[-1], "r+") as file:
    frames, pixels = int(file["/xpcs/data_end"][0, 0]), file["/xpcs/dqmap"].size
    rings, length = int(file["/xpcs/dqmap"][()].max()), int(file["/xpcs/twotime2onetime_window_size"][0, 0])
    lags, out = np.array([[1.0, 2.0, 3.0]]), file.create_group("/exchange")
    out["tau"], out["norm-0-g2"], out["G2"] = lags, np.full((3, rings), 1.2), np.ones((3, pixels))
    out["g2full"], out["g2partials"] = np.full((frames, rings), 1.2), np.full((length, 5, rings), 1.2)
    for ring in range(rings):
        out[f"C2T_all/g2_{ring + 1:05d}"] = np.full((frames, frames), 1.2)
)");
  const ProgramResult wrong = check_readers(folder, "--readers xpcs_eigen --frames 64 --xpcs-eigen ./corr");
  EXPECT_EQ(wrong.status, 1) << wrong.output;
  std::size_t differ = 0;
  for (std::size_t at = 0; (at = wrong.output.find("  DIFFERS\n", at)) != std::string::npos; ++at) ++differ;
  EXPECT_EQ(differ, 9u) << wrong.output;  // g2, C, g2 of C and of windows, of two movies; C of inputs/detector.json

  write_program(folder / "corr", "#!/bin/sh\necho out of order >&2\nexit 3\n");
  const ProgramResult failed = check_readers(folder, "--readers xpcs_eigen --frames 64 --xpcs-eigen ./corr");
  EXPECT_EQ(failed.status, 1);
  EXPECT_TRUE(has(failed, "runs: ended with 3: out of order  FAILS")) << failed.output;
}

// silx and h5web follow @default from the root to a group with @signal, whose @axes fit it; xpcs-eigen leaves out the last window of starts.
TEST(FrameFiles, PlotThemselvesAndHaveFiveWindows) {
  const ScratchFolder folder;
  std::ofstream(folder / "in.json") << R"({"frames": {"count": 60}, "q_inv_A": [0.01, 0.02], "q0_inv_A": 0.01,
    "detector": {"geometry": {"rows": 64, "columns": 60, "distance_m": 0.5}, "ring_width_inv_A": 0.005}})";
  const ProgramResult made = run_patina("synth " + folder / "in.json" + " -o " + folder / "out");
  ASSERT_EQ(made.status, 0) << made.output;
  const PythonResult read = run_python(folder / "read.py", R"(
import sys, h5py
folder = sys.argv[1]
with h5py.File(folder + "/s0001_results.hdf") as file:
    place = file["/"]
    while "default" in place.attrs:
        place = place[place.attrs["default"]]
    assert place.name == "/entry/twotime", place.name
    for group in (place, file["/entry/data"]):
        signal, axes = group[group.attrs["signal"]], group.attrs["axes"]
        assert signal.shape == tuple(len(group[axis]) for axis in axes), (group.name, axes)
    assert list(place["t1_s"][:3]) == [0.0, 1.0, 2.0] and list(place["q_inv_A"]) == [0.01, 0.02]
with h5py.File(folder + "/s0001_eigen.hdf") as file:
    window = int(file["/xpcs/twotime2onetime_window_size"][0, 0])
    assert (60 - window) // window == 5
)", folder / "out/frames");
  EXPECT_EQ(read.status, 0) << read.output;
}

}  // namespace
}  // namespace patina::test
