// SPDX-License-Identifier: BSD-3-Clause
// `patina scatter` on files of other programs. Truths: atoms that fly straight through the faces of the cell,
// whose mean square displacement is (v t)^2 relative to the centre of mass; messages read against their
// inputs by hand; memory as the kernel accounts for it.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "core/hdf5.hpp"
#include "program.hpp"
#include "python.hpp"
#include "scratch_folder.hpp"

namespace patina {
namespace {

namespace fs = std::filesystem;
using test::run_patina;
using test::run_python;
using test::ScratchFolder;

void write(const std::string& path, const std::string& text) { std::ofstream(path) << text; }

// --- atoms that fly straight
// ---------------------------------------------------------------------------------------

struct Flight {
  std::array<double, 3> edge{8.0, 10.0, 12.0};  // A
  double speed = 60.0;  // A/ps, half the atoms to the right and half to the left along (1, 1, 1)
  double interval_ps = 0.02;
  int frames = 40;
};

// A LAMMPS dump of 20 atoms of one element, inside the cell, with times.
std::string flight_dump(const Flight& flight, const std::string& columns) {
  std::string text;
  for (int k = 0; k < flight.frames; ++k) {
    const double time = k * flight.interval_ps;
    text += fmt::format(
        "ITEM: TIME\n{}\nITEM: TIMESTEP\n{}\nITEM: NUMBER OF ATOMS\n20\nITEM: BOX BOUNDS pp pp pp\n", time,
        10 * k);
    for (const double edge : flight.edge) text += fmt::format("0 {}\n", edge);
    text += "ITEM: ATOMS id element " + columns + "\n";
    for (int i = 0; i < 20; ++i) {
      text += fmt::format("{} Cu", i + 1);
      for (std::size_t d = 0; d < 3; ++d) {
        const double along = (i % 2 == 0 ? 1.0 : -1.0) * flight.speed / std::sqrt(3.0) * time;
        const double x = flight.edge[d] * std::fmod(0.37 * (i + 1) * static_cast<double>(d + 1), 1.0) + along;
        text +=
            fmt::format(" {}", columns[1] == 'u' ? x : x - flight.edge[d] * std::floor(x / flight.edge[d]));
      }
      text += '\n';
    }
  }
  return text;
}

constexpr const char* flight_input =
    R"({"observers": [{"type": "dynamics", "q_inv_A": [1.5], "width_inv_A": 1, "sub_boxes": 1, "weights": "unit", "lags_per_decade": 20}]})";

// Half to one side and half to the other: the centre of mass rests, each atom goes (v t)^2, alpha_2 = 3/5
// - 1.
void expect_flight(const std::string& results, const Flight& flight) {
  const auto file = h5::File::open(results + "/xpcs.h5");
  const std::string at = "/trajectory_dynamics/";
  const auto lag = file.dataset(at + "mean_square_displacement/lag_ps", {h5::any_size}).read<double>();
  const auto msd = file.dataset(at + "mean_square_displacement/msd", {1, lag.size(), 2}).read<double>();
  const auto alpha = file.dataset(at + "non_gaussian/alpha_2", {1, lag.size(), 2}).read<double>();
  ASSERT_GT(lag.size(), 15u);
  EXPECT_GT(flight.speed * lag.back() / std::sqrt(3.0), 2.0 * flight.edge[2])
      << "atoms must go round the cell";
  for (std::size_t k = 1; k < lag.size(); ++k) {
    const double expected = std::pow(flight.speed * lag[k], 2);
    EXPECT_NEAR(msd[2 * k], expected, 1e-9 * expected) << lag[k];
    EXPECT_NEAR(alpha[2 * k], 3.0 / 5.0 - 1.0, 1e-9) << lag[k];
  }
}

TEST(ScatterFiles, FollowsAtomsRoundTheCell) {
  const ScratchFolder folder;
  const Flight flight;
  write(folder / "in.json", flight_input);
  for (const std::string columns : {"x y z", "xu yu zu"}) {
    write(folder / "f.dump", flight_dump(flight, columns));
    const auto result = run_patina("scatter " + folder / "f.dump" + " " + folder / "in.json" +
                                   " --overwrite -o " + folder / "out");
    ASSERT_EQ(result.status, 0) << result.output;
    expect_flight(folder / "out", flight);
  }
}

// 0.3 of the shortest edge in a step is told, 0.45 refused; unwrapped positions are right at any speed, if it
// is said.
TEST(ScatterFiles, LongStepsAreToldOrRefused) {
  const ScratchFolder folder;
  write(folder / "in.json", flight_input);
  const auto run = [&](double step, const std::string& columns, const std::string& more) {
    Flight flight;
    flight.speed = step * flight.edge[0] * std::sqrt(3.0) / flight.interval_ps;
    write(folder / "f.dump", flight_dump(flight, columns));
    const auto result = run_patina("scatter " + folder / "f.dump" + " " + folder / "in.json" +
                                   " --overwrite -o " + folder / "out " + more);
    if (result.status == 0) expect_flight(folder / "out", flight);
    return result;
  };
  const auto told = run(0.3, "x y z", "");
  EXPECT_EQ(told.status, 0);
  EXPECT_NE(told.output.find("f.dump: frame 1 (step 10): atom "), std::string::npos) << told.output;
  EXPECT_NE(
      told.output.find(
          " moved 0.300 of the cell along edge a since the frame before, by the minimum image: near the 0.4"),
      std::string::npos);
  const auto refused = run(0.45, "x y z", "");
  EXPECT_EQ(refused.status, 65);
  EXPECT_NE(refused.output.find(" moved 0.450 of the cell along edge a since the frame before, by the "
                                "minimum image: more than 0.4"),
            std::string::npos)
      << refused.output;
  EXPECT_EQ(run(0.45, "xu yu zu", "").status, 0);
  const auto doubted = run(0.7, "xu yu zu", "");
  EXPECT_EQ(doubted.status, 65);
  EXPECT_NE(doubted.output.find("say \"unwrap\": \"as_is\""), std::string::npos) << doubted.output;
  EXPECT_EQ(run(0.7, "xu yu zu", "--set /unwrap=as_is").status, 0);
}

// --- bad inputs
// -----------------------------------------------------------------------------------------------------

struct BadInput {
  std::string change;  // an option
  std::string expected;
  int status;
};

TEST(ScatterFiles, BadInputsEndInOneMessageBeforeAnythingIsWritten) {
  const ScratchFolder folder;
  write(folder / "in.json", flight_input);
  write(folder / "f.dump", flight_dump({}, "x y z"));
  const std::vector<BadInput> table = {
      {"--set /observerz=[]", "did you mean \"observers\"?", 65},
      {"--set /observers=[]", "/observers: must have 1 to 1000 elements", 65},
      {"--set '/observers=[{\"type\":\"trajectory\"}]'",
       "must be one of \"xpcs\", \"dynamics\", \"multi_tau\", \"structure_factor\", \"pair_distribution\"", 65},
      {"--set /observers/0/interval_steps=0", "/observers/0/interval_steps: must be an integer >= 1", 65},
      {"--set /observers/0/q_inv_A=[0.01]", "--set /observers/0/q_inv_A=[0.01]: /observers/0/q_inv_A: no wave vector", 65},
      {"--set /observers/0/sub_boxes=9", "--set /observers/0/sub_boxes=9: /observers/0/sub_boxes: 9 along each axis", 65},
      {"--set '/species=[\"Cu\",\"Cu\"]'", "/species/1: \"Cu\" is species 0 already", 65},
      {"--set '/species=[\"Qq\"]'", "/species/0: \"Qq\" is no element symbol", 65},
      {"--set '/species=[\"Zr\"]'", "f.dump:12: element is 'Cu', allowed are the species given: Zr", 65},
      {"--set '/boundary=[\"p\",\"p\",\"p\"]'",
       "/boundary/0: must be one of \"periodic\", \"free\", found \"p\"", 65},
      {"--set '/boundary=[\"free\",\"free\",\"free\"]'",
       "f.dump:7: the file's boundary is ppp, but fff is given", 65},
      {"--set /unwrap=minimum", "/unwrap: must be one of \"auto\", \"as_is\", \"minimum_image\"", 65},
      {"--set '/frames={\"first\":5,\"last\":2}'", "/frames/last: 2 comes before first = 5", 65},
      {"--set /frames/first=40", "--set /frames/first=40: /frames/first: " + (folder / "f.dump") + " has no frame 40", 65},
      {"--set /observers/0/waiting_times_ps=[0,5]", "/observers/0/waiting_times_ps: 5 ps is not within the trajectory, which lasts 0.78 ps", 65},
      {"--set /observers/0/waiting_times_ps=[0,0.005,0.01]",
       "/observers/0/waiting_times_ps: 0.005 and 0.01 ps both begin at the frame at 0.02 ps: frames are 0.02 ps apart", 65},
      {"--set /observers/0/max_lag_ps=3", "/observers/0/max_lag_ps: 3 ps is longer than the trajectory, which lasts 0.78 ps", 65},
      {"--set /observers/0/max_lag_ps=0.01", "/observers/0/max_lag_ps: 0.01 ps is less than the 0.02 ps between two frames", 65},
      {"--set /observers/0/interval_steps=40", "/observers/0/interval_steps: the trajectory has 40 frames: two frames, which a correlation needs", 65},
      {"--set '/observers/0={\"type\":\"xpcs\",\"q_inv_A\":1.5,\"width_inv_A\":1,\"waiting_times_ps\":[0.5],\"waiting_window_ps\":0.4}'",
       "/observers/0/waiting_window_ps: 0.4 ps from the waiting time 0.5 ps on go beyond the trajectory", 65},
      {"--set '/observers/0={\"type\":\"multi_tau\",\"q_inv_A\":[1.5],\"width_inv_A\":1,\"start_ps\":1}'",
       "/observers/0/start_ps: 1 ps is not within the trajectory, which lasts 0.78 ps", 65},
      {"--set /time_step_fs=0", "/time_step_fs: must be > 0", 65},
      {"--set /time_step_fs=1 --set /time_between_frames_ps=1",
       "/time_step_fs: times follow from time_between_frames_ps already", 65},
      {"--set '/observers/0={\"type\":\"multi_tau\",\"q_inv_A\":[1.5],\"width_inv_A\":1,\"currents\":true}'",
       "/observers/0/currents: " + (folder / "f.dump") + " has no velocities", 65},
      {"--sett /seed=1", "did you mean --set?", 64},
  };
  for (const BadInput& row : table) {
    const auto result = run_patina("scatter " + folder / "f.dump" + " " + folder / "in.json" + " -o " +
                                   folder / "out " + row.change);
    EXPECT_EQ(result.status, row.status) << row.change << "\n" << result.output;
    EXPECT_NE(result.output.find(row.expected), std::string::npos) << row.change << "\n" << result.output;
    EXPECT_FALSE(fs::exists(folder / "out")) << row.change;
    const auto dry = run_patina("scatter " + folder / "f.dump" + " " + folder / "in.json" + " --dry-run " + row.change);
    EXPECT_EQ(dry.status, row.status) << row.change << "\n" << dry.output;
    EXPECT_NE(dry.output.find(row.expected), std::string::npos) << row.change << "\n" << dry.output;
  }
  EXPECT_EQ(run_patina("scatter " + folder / "f.dump" + " " + folder / "in.json").status, 64);
  EXPECT_EQ(run_patina("scatter " + folder / "f.dump" + " /nowhere/in.json -o " + folder / "out").status, 66);
  EXPECT_EQ(run_patina("scatter /nowhere/f.dump " + folder / "in.json" + " -o " + folder / "out").status, 66);
  EXPECT_FALSE(fs::exists(folder / "out"));
}

// What is wrong with the text, with it for this cell, and with it for these times.
TEST(ScatterFiles, AllErrorsComeAtOnceWithTheirPlaces) {
  const ScratchFolder folder;
  write(folder / "f.dump", flight_dump({}, "x y z"));
  write(folder / "in.json", R"({"titel": "a text error", "observers": [
    {"type": "dynamics", "q_inv_A": [1.5, 0.01], "width_inv_A": 1, "sub_boxes": 9},
    {"type": "xpcs", "q_inv_A": -2},
    {"type": "xpcs", "q_inv_A": 1.5, "width_inv_A": 1, "waiting_times_ps": [0, 2], "max_lag_ps": 3},
    {"type": "multi_tau", "q_inv_A": [0.1]}]})");
  for (const std::string& end : {std::string(" --dry-run"), " -o " + (folder / "out")}) {
    const auto result = run_patina("scatter " + folder / "f.dump" + " " + folder / "in.json" + end);
    EXPECT_EQ(result.status, 65);
    for (const char* expected :
         {"in.json:1:2: /: unknown key \"titel\"", "in.json:2:68: /observers/0/sub_boxes: 9 along each axis", "in.json:3:33: /observers/1/q_inv_A: must be > 0",
          "in.json:4:56: /observers/2/waiting_times_ps: 2 ps is not within the trajectory", "in.json:4:84: /observers/2/max_lag_ps: 3 ps is longer",
          "in.json:5:27: /observers/3/q_inv_A: no wave vector of the cell", "/observers/0/q_inv_A/1: no wave vector of the cell", "(7 errors in the input; nothing was run)"})
      EXPECT_NE(result.output.find(expected), std::string::npos) << expected << "\n" << result.output;
    EXPECT_FALSE(fs::exists(folder / "out"));
  }
}

// Truth: frames stand at multiples of 0.02 ps.
TEST(ScatterFiles, TimesBetweenFramesAreToldAndStored) {
  const ScratchFolder folder;
  write(folder / "f.dump", flight_dump({}, "x y z"));
  write(folder / "in.json", R"({"observers": [
    {"type": "dynamics", "q_inv_A": [1.5], "width_inv_A": 1, "sub_boxes": 1, "waiting_times_ps": [0.3, 0, 0.05], "max_lag_ps": 0.13},
    {"type": "xpcs", "q_inv_A": 1.5, "width_inv_A": 1, "waiting_times_ps": [0.1, 0.21], "waiting_window_ps": 0.07},
    {"type": "multi_tau", "q_inv_A": [1.5], "width_inv_A": 1, "start_ps": 0.07}]})");
  const auto result = run_patina("scatter " + folder / "f.dump" + " " + folder / "in.json" + " -o " + folder / "out");
  ASSERT_EQ(result.status, 0) << result.output;
  for (const char* expected : {"trajectory_dynamics: waiting time 0.05 ps begins with the next frame, at 0.06 ps", "max_lag_ps 0.13 ps: 0.12 ps are taken",
                               "trajectory_xpcs: waiting time 0.21 ps begins with the next frame, at 0.22 ps",
                               "trajectory_xpcs: waiting_window_ps 0.07 ps: 0.06 ps are taken, frames are 0.02 ps apart",
                               "trajectory_multi_tau: start_ps 0.07 ps: begins with the next frame, at 0.08 ps"})
    EXPECT_NE(result.output.find(expected), std::string::npos) << expected << "\n" << result.output;
  EXPECT_EQ(result.output.find("waiting time 0.3 ps"), std::string::npos);
  const auto file = h5::File::open(folder / "out/xpcs.h5");
  const auto read = [&](const std::string& name) { return file.dataset(name, {h5::any_size}).read<double>(); };
  const std::string dynamics = "/trajectory_dynamics/coherent_scattering", xpcs = "/trajectory_xpcs/intermediate_scattering";
  EXPECT_EQ(read(dynamics + "/waiting_time_requested_ps"), (std::vector<double>{0.0, 0.05, 0.3}));
  const auto taken = read(dynamics + "/waiting_time_ps");
  ASSERT_EQ(taken.size(), 3u);
  for (std::size_t k = 0; k < 3; ++k) EXPECT_NEAR(taken[k], (std::array{0.0, 0.06, 0.3})[k], 1e-12);
  EXPECT_EQ(file.attribute<double>(dynamics, "max_lag_requested_ps").at(0), 0.13);
  EXPECT_EQ(read(xpcs + "/waiting_time_requested_ps"), (std::vector<double>{0.1, 0.21}));
  EXPECT_EQ(file.attribute<double>(xpcs, "waiting_window_requested_ps").at(0), 0.07);
  EXPECT_EQ(file.attribute<double>("/trajectory_multi_tau/channels", "start_requested_ps").at(0), 0.07);
}

// What only later frames show ends the pass with the frame's number; so does a file without times.
TEST(ScatterFiles, BadTrajectoriesAreToldWithTheirFrame) {
  const ScratchFolder folder;
  write(folder / "in.json", flight_input);
  const std::string good = flight_dump({}, "x y z");
  const auto frame = [&](int k) { return good.find(fmt::format("ITEM: TIMESTEP\n{}\n", 10 * k)); };
  const auto changed = [](std::string text, std::size_t from, const std::string& old,
                          const std::string& now) {
    const std::size_t place = text.find(old, from);
    return place == std::string::npos ? std::string() : text.replace(place, old.size(), now);
  };
  const auto without_times = [&] {
    std::string text = good;
    for (std::size_t place; (place = text.find("ITEM: TIME\n")) != std::string::npos;)
      text.erase(place, text.find('\n', place + 11) + 1 - place);
    return text;
  }();
  const std::vector<std::array<std::string, 3>> table = {
      {without_times, "", "f.dump: frame 0 (step 0): the file tells no times: give \"time_step_fs\""},
      {changed(good, 0, "ITEM: TIME\n0.1\n", "ITEM: TIME\n0.11\n"), "",
       "/observers/0: " + (folder / "f.dump") + ": frame 5 (step 50): frames must be equally spaced in time, but one at 0.11 ps came where 0.1 ps"},
      {changed(without_times, 0, "TIMESTEP\n50\n", "TIMESTEP\n55\n"), "--set /time_step_fs=2",
       "f.dump: frame 5 (step 55): frames must"},
      {changed(good, frame(3), "\n7 Cu", "\n77 Cu"), "",
       "f.dump: frame 3 (step 30): its atom number 7 in order is atom 8, but in the first frame atom 7"},
      {changed(good, frame(3), "\n7 Cu", "\n7 Zr"), "",
       "f.dump: frame 3 (step 30): atom 7 is Zr, but in the first frame Cu"},
      {changed(good, frame(4), "0 8\n", "0 16\n"), "",
       "f.dump: frame 4 (step 40): edge a of the cell changed by 1.00 of edge a"},
      {changed(good, frame(4), "pp pp pp", "pp pp ff"), "",
       "f.dump: frame 4 (step 40): its boundaries are not those of the frame before"},
      {good.substr(0, frame(20) + 200), "",
       "The 20 frames before are whole: \"frames\": {\"last\": 19} takes them alone"},
      {good.substr(0, good.find("ITEM: TIME\n", 10)), "", "/observers/0/interval_steps: the trajectory has 1 frame: two frames"},
      {changed(good, 0, "Cu", "Qq"), "", "f.dump:12: "},
      {"", "", "f.dump"},
  };
  for (const auto& [text, option, expected] : table) {
    write(folder / "f.dump", text);
    const auto result = run_patina("scatter " + folder / "f.dump" + " " + folder / "in.json" +
                                   " --overwrite -o " + folder / "out " + option);
    EXPECT_EQ(result.status, 65) << expected << "\n" << result.output;
    EXPECT_NE(result.output.find(expected), std::string::npos) << expected << "\n" << result.output;
    EXPECT_FALSE(fs::exists(folder / "out/xpcs.h5"));
    EXPECT_FALSE(fs::exists(folder / "out/run.lock"));
  }
  // Of one frame, structure factors can be had, and of frames without times.
  write(folder / "f.dump", without_times);
  const auto result =
      run_patina("scatter " + folder / "f.dump" + " " + folder / "in.json" + " -o " + folder / "out " +
                 R"(--overwrite --set '/observers=[{"type":"structure_factor","q_max_inv_A":4}]')");
  EXPECT_EQ(result.status, 0) << result.output;
}

// A dump that two runs wrote in turn holds the frame in the middle twice.
TEST(ScatterFiles, ARepeatedFrameCountsOnce) {
  const ScratchFolder folder;
  write(folder / "in.json", flight_input);
  std::string text = flight_dump({}, "x y z");
  const std::size_t begin = text.find("ITEM: TIME\n0.1\n"), end = text.find("ITEM: TIME\n0.12\n");
  ASSERT_LT(end, text.size());
  text.insert(end, text.substr(begin, end - begin));
  write(folder / "f.dump", text);
  const auto result =
      run_patina("scatter " + folder / "f.dump" + " " + folder / "in.json" + " -o " + folder / "out");
  ASSERT_EQ(result.status, 0) << result.output;
  EXPECT_NE(result.output.find("1 frames that repeat the step before them were left out"), std::string::npos)
      << result.output;
  expect_flight(folder / "out", {});
}

// Frames kept would be 400 atoms x 1400 frames x 24 bytes of positions alone: 13 MB. Truth: the kernel's
// account of the process.
TEST(ScatterFiles, MemoryDoesNotGrowWithTheNumberOfFrames) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "the sanitizer keeps what is freed";
#endif
  const ScratchFolder folder;
  write(folder / "in.json", R"({"species": ["Cu"], "time_step_fs": 2, "observers": [
    {"type": "dynamics", "q_inv_A": [2.8], "width_inv_A": 0.3, "max_vectors": 20, "self_vectors": 5, "sub_boxes": 1},
    {"type": "multi_tau", "q_inv_A": [2.8], "width_inv_A": 0.3, "max_vectors": 20},
    {"type": "structure_factor", "q_max_inv_A": 2, "interval_steps": 50}]})");
  const auto measured = run_python(folder / "measure.py", R"(
import os, random, subprocess, sys
program, folder = sys.argv[1:]
random.seed(1)
places = ["%.4f %.4f %.4f" % tuple(19 * random.random() for d in range(3)) for i in range(400)]
largest = []
for frames in (100, 1500):
    with open(folder + "/f.dump", "w") as file:
        for k in range(frames):
            file.write("ITEM: TIMESTEP\n%d\nITEM: NUMBER OF ATOMS\n400\nITEM: BOX BOUNDS pp pp pp\n0 19\n0 19\n0 19\nITEM: ATOMS id type x y z\n" % k)
            file.write("".join("%d 1 %s\n" % (i + 1, places[i]) for i in range(400)))
    child = subprocess.Popen([program, "scatter", folder + "/f.dump", folder + "/in.json", "-o", folder + "/out%d" % frames],
                             stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    assert status == 0
    largest.append(usage.ru_maxrss / 1024)
print("largest resident sets: %.1f and %.1f MiB" % tuple(largest))
assert largest[1] < largest[0] + 4
)",
                                   PATINA_PROGRAM " " + folder.path());
  EXPECT_EQ(measured.status, 0) << measured.output;
}

TEST(ScatterFiles, TheInputPageIsUpToDate) {
  const auto result = run_patina("scatter --describe-input");
  ASSERT_EQ(result.status, 0);
  const std::string page = test::read_text_file(PATINA_SOURCE_DIR "/docs/scatter.md"), fence = "```json\n";
  EXPECT_EQ(result.output, page) << "make it again: build/patina scatter --describe-input > docs/scatter.md";
  const ScratchFolder folder;
  const std::size_t begin = page.find(fence) + fence.size(), end = page.find("```", begin);
  ASSERT_LT(end, page.size());
  write(folder / "in.json", page.substr(begin, end - begin));
  write(folder / "f.dump", flight_dump({}, "x y z"));
  const auto ran = run_patina("scatter " + folder / "f.dump" + " " + folder / "in.json" + " -o " +
                              folder / "out --set /observers/0/sub_boxes=1 --set /observers/0/width_inv_A=1");
  EXPECT_EQ(ran.status, 0) << ran.output;
}

}  // namespace
}  // namespace patina
