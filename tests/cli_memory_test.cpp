// SPDX-License-Identifier: BSD-3-Clause
// The memory that --dry-run tells of. Truth: the largest resident set of a run as the kernel accounts for it, with an observer
// less that without it. Arrays of hundreds of MB, so that what is not counted (pages, fragments of the heap) is little; 25 %.
#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "program.hpp"
#include "scratch_folder.hpp"

namespace patina {
namespace {

using test::run_patina;
using test::ScratchFolder;

struct Plan {
  std::string structure = R"({"type": "random", "atoms": 500, "composition": {"Cu": 0.6, "Zr": 0.4}, "volume_per_atom_A3": 17.5})";
  double duration_ps = 1.0;  // of 2 fs steps
  std::string observers;
  int checkpoint_interval_steps = 1000000;
};

std::string write_input(const ScratchFolder& folder, const std::string& name, const Plan& plan) {
  const std::string path = folder / (name + ".json");
  std::ofstream(path) << fmt::format(
      R"({{"potential": {{"files": ["CuZr_mm.eam.fs"], "species": ["Cu", "Zr"]}}, "structure": {}, "dynamics": {{"time_step_fs": 2}},
      "protocol": [{{"type": "melt", "temperature_K": 2000, "duration_ps": {}, "observers": [{}]}}],
      "output": {{"checkpoint_interval_steps": {}}}}})",
      plan.structure, plan.duration_ps, plan.observers, plan.checkpoint_interval_steps);
  return path;
}

// Largest resident set of a run that succeeds, MB.
double peak_MB(const std::string& input, const std::string& output) {
  const pid_t child = fork();
  if (child == 0) {
    const int log = open((output + ".log").c_str(), O_WRONLY | O_CREAT, 0600);
    dup2(log, STDOUT_FILENO);
    dup2(log, STDERR_FILENO);
    setenv("OMP_NUM_THREADS", "1", 1);
    execl(PATINA_PROGRAM, "patina", "run", input.c_str(), "--output", output.c_str(), nullptr);
    _exit(127);
  }
  int status = 0;
  rusage usage{};
  wait4(child, &status, 0, &usage);
  EXPECT_EQ(status, 0) << test::read_text_file(output + ".log");
  return 1024e-6 * static_cast<double>(usage.ru_maxrss);
}

// What a dry run tells, MB: the numbers of the row that begins with these words.
std::vector<double> told_MB(const std::string& text, const std::string& begin, std::size_t numbers) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(begin)) continue;
    std::istringstream words(line);
    std::vector<std::string> all;
    for (std::string word; words >> word;) all.push_back(word);
    std::vector<double> values;
    for (std::size_t k = all.size() - numbers; k < all.size(); ++k) values.push_back(std::stod(all[k]));
    return values;
  }
  ADD_FAILURE() << "no row of " << begin << " in\n" << text;
  return std::vector<double>(numbers, std::nan(""));
}

std::string dry_run(const std::string& input) {
  const auto result = run_patina("run " + input + " --dry-run");
  EXPECT_EQ(result.status, 0) << result.output;
  return result.output;
}

struct Needs {
  double kept, frame, checkpoint, results;
};
Needs told_of(const std::string& kind, const std::string& input) {
  const auto v = told_MB(dry_run(input), "  " + kind, 4);
  return {v[0], v[1], v[2], v[3]};
}

// Of two runs, with and without the observers, MB.
double measured_MB(const ScratchFolder& folder, Plan plan, const std::string& input) {
  const double with = peak_MB(input, folder / "with");
  plan.observers = "";
  return with - peak_MB(write_input(folder, "without", plan), folder / "without");
}

constexpr double tolerance = 0.25;

class Memory : public testing::Test {
 protected:
  void SetUp() override {
#ifdef __SANITIZE_ADDRESS__
    GTEST_SKIP() << "the sanitizer keeps what is freed";
#endif
  }
  const ScratchFolder folder;
};

// 12 000 vectors in 1001 frames: the modes of all frames, and fields as they become matrices.
TEST_F(Memory, OfXpcsWithManyVectors) {
  Plan plan;
  plan.duration_ps = 2.0;
  plan.observers = R"({"type": "xpcs", "q_inv_A": 5, "width_inv_A": 4, "max_vectors": 12000, "interval_steps": 1, "method": "exact"})";
  const std::string input = write_input(folder, "with", plan);
  const Needs told = told_of("xpcs", input);
  EXPECT_NEAR(told.kept, 16e-6 * 2 * 12000 * 1001, 0.02 * told.kept);
  const double expected = told.kept + std::max(told.frame, told.results);
  EXPECT_NEAR(measured_MB(folder, plan, input), expected, tolerance * expected);
}

// 4001 frames of 300 vectors: matrices of 128 MB.
TEST_F(Memory, OfXpcsWithManyFrames) {
  Plan plan;
  plan.duration_ps = 8.0;
  plan.observers = R"({"type": "xpcs", "q_inv_A": 3, "width_inv_A": 1, "max_vectors": 300, "interval_steps": 1, "self_vectors": 0})";
  const std::string input = write_input(folder, "with", plan);
  const Needs told = told_of("xpcs", input);
  EXPECT_GT(told.results, 3 * 8e-6 * 4001 * 4001);
  const double expected = told.kept + std::max(told.frame, told.results);
  EXPECT_NEAR(measured_MB(folder, plan, input), expected, tolerance * expected);
}

// The modes of 500 waiting times, all of them compared with to the end.
TEST_F(Memory, OfDynamicsWithManyVectors) {
  Plan plan;
  std::string times = "0";
  for (int k = 1; k < 500; ++k) times += fmt::format(", {}", 0.002 * k);
  plan.observers = R"({"type": "dynamics", "q_inv_A": [5], "width_inv_A": 4, "max_vectors": 12000, "interval_steps": 1, "self_vectors": 0,
    "sub_boxes": 1, "lags_per_decade": 1, "method": "exact", "waiting_times_ps": [)" + times + "]}";
  const std::string input = write_input(folder, "with", plan);
  const Needs told = told_of("dynamics", input);
  EXPECT_NEAR(told.kept, 16e-6 * 2 * 12000 * 500, 0.05 * told.kept);
  const double expected = told.kept + std::max(told.frame, told.results);
  EXPECT_NEAR(measured_MB(folder, plan, input), expected, tolerance * expected);
}

constexpr const char* lattice_of_16384 =
    R"({"type": "lattice", "lattice": "fcc", "lattice_constant_A": 3.8, "repeat": [16, 16, 16], "composition": {"Cu": 0.6, "Zr": 0.4}})";

std::string dynamics_of_many_places(double last_ps, double interval_ps, const std::string& more) {
  std::string times = "0";
  for (int k = 1; k * interval_ps <= last_ps; ++k) times += fmt::format(", {:.3f}", k * interval_ps);
  return fmt::format(R"({{"type": "dynamics", "q_inv_A": [2.8], "max_vectors": 10, "interval_steps": 1, "self_vectors": 0, "sub_boxes": 1,
                          "lags_per_decade": 1, "waiting_times_ps": [{}]{}}})",
                     times, more);
}

// The places of 16384 atoms at 400 waiting times; those that max_lag_ps has let go take no memory.
TEST_F(Memory, OfDynamicsWithManyAtoms) {
  Plan plan;
  plan.structure = lattice_of_16384;
  plan.duration_ps = 0.8;
  plan.observers = dynamics_of_many_places(0.798, 0.002, "");
  const std::string input = write_input(folder, "with", plan);
  const Needs told = told_of("dynamics", input);
  EXPECT_NEAR(told.kept, 24e-6 * 16384 * 400, 0.05 * told.kept);
  const double expected = told.kept + std::max(told.frame, told.results);
  EXPECT_NEAR(measured_MB(folder, plan, input), expected, tolerance * expected);
  plan.observers = dynamics_of_many_places(0.798, 0.002, R"(, "max_lag_ps": 0.02)");
  EXPECT_LT(told_of("dynamics", write_input(folder, "short", plan)).kept, 0.05 * told.kept);
}

// The state of all observers is there twice while a checkpoint is written, and no third time.
TEST_F(Memory, OfACheckpoint) {
  Plan plan;
  plan.structure = lattice_of_16384;
  plan.duration_ps = 0.6;
  plan.checkpoint_interval_steps = 299;
  plan.observers = dynamics_of_many_places(0.596, 0.002, "");
  const std::string input = write_input(folder, "with", plan);
  const Needs told = told_of("dynamics", input);
  EXPECT_NEAR(told.checkpoint, told.kept, 0.1 * told.kept);
  const double expected = told.kept + told.checkpoint;
  EXPECT_NEAR(measured_MB(folder, plan, input), expected, tolerance * expected);
}

TEST_F(Memory, OfMultiTau) {
  Plan plan;
  plan.observers = R"({"type": "multi_tau", "q_inv_A": [5], "width_inv_A": 4, "max_vectors": 15000, "interval_steps": 1, "method": "exact"})";
  const std::string input = write_input(folder, "with", plan);
  const Needs told = told_of("multi_tau", input);
  // 501 frames reach 9 levels of 16 channels: 3 series and 4 products, 2 and 2.
  EXPECT_NEAR(told.kept, 1e-6 * 9 * 16 * 15000 * (16 * 3 + 8 * 4 + 16 * 2 + 8 * 2), 0.05 * told.kept);
  const double expected = told.kept + std::max(told.frame, told.results);
  EXPECT_NEAR(measured_MB(folder, plan, input), expected, tolerance * expected);
}

// All of a run without observers.
TEST_F(Memory, OfTheEngine) {
  Plan plan;
  plan.structure =
      R"({"type": "lattice", "lattice": "fcc", "lattice_constant_A": 3.8, "repeat": [34, 34, 34], "composition": {"Cu": 0.6, "Zr": 0.4}})";
  plan.duration_ps = 0.01;
  const std::string input = write_input(folder, "engine", plan);
  const double told = told_MB(dry_run(input), "needed at one time", 1)[0];
  EXPECT_NEAR(peak_MB(input, folder / "engine"), told, tolerance * told);
}

// Each rank has its atoms' places, rank 0 alone the modes of all frames.
TEST_F(Memory, OfTwoRanks) {
  Plan plan;
  plan.structure = lattice_of_16384;
  plan.duration_ps = 0.4;
  plan.observers = dynamics_of_many_places(0.398, 0.002, "") +
                   R"(, {"type": "xpcs", "q_inv_A": 3, "width_inv_A": 2, "max_vectors": 20000, "interval_steps": 1, "self_vectors": 0})";
  const std::string input = write_input(folder, "ranks", plan);
  std::ofstream(folder / "measure.py") << "import os, resource, subprocess, sys\n"
                                          "subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)\n"
                                          "print('rank', os.environ['OMPI_COMM_WORLD_RANK'],\n"
                                          "      1024e-6 * resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)\n";
  const std::string mpirun = std::string(test::clean_environment) +
                             "mpirun --allow-run-as-root --oversubscribe --bind-to none --mca mpi_yield_when_idle 1 -n 2 ";
  const auto told = test::run_shell(mpirun + PATINA_PROGRAM " run " + input + " --dry-run");
  ASSERT_EQ(told.status, 0) << told.output;
  const auto needed = told_MB(told.output, "needed at one time", 2);
  const auto measured = test::run_shell(mpirun + "/usr/bin/python3 " + folder / "measure.py" + " " PATINA_PROGRAM " run " + input + " --output " +
                                        folder / "ranks");
  ASSERT_EQ(measured.status, 0) << measured.output;
  EXPECT_GT(needed[0], 2.0 * needed[1]);
  for (int rank = 0; rank < 2; ++rank) {
    const double expected = needed[static_cast<std::size_t>(rank)];
    EXPECT_NEAR(told_MB(measured.output, fmt::format("rank {}", rank), 1)[0], expected, tolerance * expected) << told.output;
  }
}

TEST_F(Memory, DryRunTouchesNothingAndFindsWhatIsWrong) {
  Plan plan;
  plan.observers = R"({"type": "structure_factor"})";
  const std::string input = write_input(folder, "input", plan), out = folder / "out";
  const auto result = run_patina("run " + input + " --dry-run --output " + out);
  EXPECT_EQ(result.status, 0) << result.output;
  EXPECT_NE(result.output.find("step00_melt, 500 time steps"), std::string::npos) << result.output;
  EXPECT_EQ(result.output.find("more memory is needed"), std::string::npos) << result.output;
  EXPECT_FALSE(std::filesystem::exists(out));
  const auto wrong = run_patina("run " + input + " --dry-run --set /structure/atoms=0");
  EXPECT_EQ(wrong.status, 65) << wrong.output;
}

// The number of frames is known only when all are read.
TEST_F(Memory, OfAStoredTrajectory) {
  Plan plan;
  plan.duration_ps = 0.2;
  plan.observers = R"({"type": "trajectory", "interval_steps": 2})";
  const std::string input = write_input(folder, "run", plan), run = folder / "run", out = folder / "out";
  ASSERT_EQ(run_patina("run " + input + " --output " + run).status, 0);
  std::ofstream(folder / "scatter.json") << R"({"observers": [
    {"type": "xpcs", "q_inv_A": 5, "width_inv_A": 4, "max_vectors": 10000, "interval_steps": 5, "self_vectors": 0}]})";
  const auto result = run_patina("scatter " + run + " " + folder / "scatter.json" + " --dry-run --output " + out);
  ASSERT_EQ(result.status, 0) << result.output;
  EXPECT_NE(result.output.find("51 frames of 500 atoms"), std::string::npos) << result.output;
  const double modes = 16e-6 * 2 * 10000 * 11;
  EXPECT_NEAR(told_MB(result.output, "  xpcs", 4)[0], modes, 0.2 * modes) << result.output;
  EXPECT_FALSE(std::filesystem::exists(out));
}

TEST_F(Memory, MoreThanThereIsIsDoubted) {
  Plan plan;
  plan.duration_ps = 38.0;
  plan.observers = R"({"type": "xpcs", "q_inv_A": 20, "width_inv_A": 8, "max_vectors": 600000, "interval_steps": 1, "method": "exact"})";
  const std::string text = dry_run(write_input(folder, "input", plan));
  EXPECT_NE(text.find("warning: more memory is needed than there is"), std::string::npos) << text;
  const double told = told_MB(text, "  xpcs", 4)[0];
  EXPECT_NEAR(told, 16e-6 * 2 * 600000 * 19001, 0.01 * told);
}

TEST_F(Memory, MatricesThatCannotBeAreRefused) {
  Plan plan;
  plan.duration_ps = 41.0;
  plan.observers = R"({"type": "xpcs", "interval_steps": 1})";
  const std::string input = write_input(folder, "input", plan);
  for (const char* how : {" --dry-run", " --output /nowhere/at/all"}) {
    const auto result = run_patina("run " + input + how);
    EXPECT_EQ(result.status, 65) << result.output;
    for (const std::string& part : {input, std::string("/protocol/0/observers/0/interval_steps"), std::string("20501 frames"),
                                    std::string("at most 20000"), std::string("an interval of 2 or more")})
      EXPECT_NE(result.output.find(part), std::string::npos) << part << "\n" << result.output;
  }
}

}  // namespace
}  // namespace patina
