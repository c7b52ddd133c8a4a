// SPDX-License-Identifier: BSD-3-Clause
// How a run ends before its end, and goes on: --max-walltime, SIGUSR1, --resume=must|never, outputs that somebody changed.
// Truths: the bytes of a run that nobody stopped, exit codes of reliability.md 5.1, the clock.
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <thread>

#include "program.hpp"
#include "run/time_limit.hpp"
#include "scratch_folder.hpp"
#include "text_expectations.hpp"

namespace patina::test {
namespace {

namespace fs = std::filesystem;

const char* const input_text = R"({
  "seed": 7,
  "potential": {"files": ["CuZr_mm.eam.fs"], "species": ["Cu", "Zr"]},
  "structure": {"type": "random", "atoms": 200, "composition": {"Cu": 0.645, "Zr": 0.355}, "volume_per_atom_A3": 17.5},
  "protocol": [
    {"type": "minimise", "max_steps": 50, "max_force_eV_per_A": 0.5},
    {"type": "anneal", "temperature_K": 1500, "duration_ps": 24, "observers": [{"type": "trajectory", "interval_steps": 50}]}
  ],
  "output": {"thermo_interval_steps": 10, "checkpoint_interval_steps": 100000}
})";

class Stopping : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    shared_ = new ScratchFolder;
    std::ofstream(*shared_ / "in.json") << input_text;
    const auto whole = run_patina("run " + (*shared_ / "in.json") + " --output " + (*shared_ / "whole"));
    ASSERT_EQ(whole.status, 0) << whole.output;
  }
  static void TearDownTestSuite() { delete shared_; }

  std::string arguments(const std::string& more = "") const { return "run " + (*shared_ / "in.json") + " --output " + out_ + " " + more; }
  std::string text(const std::string& name) const { return read_text_file(out_ + "/" + name); }
  static std::string whole_thermo() { return read_text_file(*shared_ / "whole/thermo.csv"); }
  // "state HASH after step N" of a log's end.
  static std::string state_in(const std::string& log) {
    const std::size_t at = log.rfind("state ");
    return at == std::string::npos ? "none" : log.substr(at, log.find('\n', at) - at);
  }
  void expect_whole() const {
    EXPECT_EQ(text("thermo.csv"), whole_thermo());
    EXPECT_EQ(state_in(text("log.txt")), state_in(read_text_file(*shared_ / "whole/log.txt")));
    const auto checked = run_patina("check " + out_);
    EXPECT_EQ(checked.status, 0) << checked.output;
  }

  pid_t start(const std::string& prefix) const {
    const pid_t child = fork();
    if (child != 0) return child;
    const std::string command = "exec " + prefix + " " PATINA_PROGRAM " " + arguments() + " > " + (folder_ / "said.txt") + " 2>&1";
    execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
    _exit(127);
  }
  static int status_of(pid_t child) {
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  void wait_for_lines(std::size_t lines) const {
    for (int k = 0; k < 4000 && count_lines(text("thermo.csv")) < lines; ++k) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    ASSERT_GE(count_lines(text("thermo.csv")), lines) << read_text_file(folder_ / "said.txt");
  }
  std::size_t checkpoints() const {
    std::size_t count = 0;
    if (fs::is_directory(out_ + "/checkpoint"))
      for (const auto& entry : fs::directory_iterator(out_ + "/checkpoint")) count += entry.path().extension() == ".h5" ? 1 : 0;
    return count;
  }

  static ScratchFolder* shared_;
  ScratchFolder folder_;
  std::string out_ = folder_ / "out";
};
ScratchFolder* Stopping::shared_ = nullptr;

TEST(Walltime, IsReadAsSlurmWritesIt) {
  const std::vector<std::pair<const char*, double>> good = {
      {"90", 90}, {"30:00", 1800}, {"23:50:00", 85800}, {"0:00:05", 5}, {"2-12:00:00", 216000}, {"1-0", 86400}, {"100:00:00", 360000}};
  for (const auto& [text, seconds] : good) EXPECT_EQ(parse_walltime(text), seconds) << text;
  for (const char* text : {"", "0", "-5", "1:60", "1:2:3:4", "1.5", "1h", ":30", "1-", "-", "99999999999", "1-2-3"}) EXPECT_FALSE(parse_walltime(text)) << text;
}

// However often it runs out of time: a checkpoint each time, and in the end the bits of the run that had all the time it wanted.
TEST_F(Stopping, AtTheTimeLimitIsNoLoss) {
  const auto usage = run_patina(arguments("--max-walltime soon"));
  EXPECT_EQ(usage.status, 64);
  expect_parts(usage.output, {"--max-walltime is \"soon\""});
  int stops = 0;
  for (const char* again : {"--resume --max-walltime 1", "--resume=auto --max-walltime 0:01", "--resume=must --max-walltime 00:00:01"}) {
    const auto result = run_patina(arguments(again));
    if (result.status == 0 && stops > 0) break;  // a fast machine needs less than three limits
    ASSERT_EQ(result.status, 75) << result.output;
    ++stops;
    expect_parts(result.output, {"stopped by --max-walltime ", " in step0", " at step ", "a checkpoint is written"});
    EXPECT_GE(checkpoints(), 1u);
    EXPECT_FALSE(fs::exists(out_ + "/files.sha256"));
  }
  const auto rest = run_patina(arguments("--resume --max-walltime 1-00:00:00"));
  EXPECT_EQ(rest.status, 0) << rest.output;
  expect_whole();
}

// Any number of SIGUSR1, to one process and through mpirun: checkpoints, and the run as if there had been none.
TEST_F(Stopping, ACheckpointOnDemandIsNoStop) {
  const std::string ranks = std::string(clean_environment) + "mpirun --allow-run-as-root --oversubscribe --bind-to none --mca mpi_yield_when_idle 1 -n 2";
  for (const std::string& prefix : {std::string(), ranks}) {
    fs::remove_all(out_);
    const pid_t child = start(prefix);
    wait_for_lines(5);
    EXPECT_EQ(checkpoints(), 1u) << "but for the end of the minimisation there is none yet";
    kill(child, SIGUSR1);
    for (int k = 0; k < 2000 && checkpoints() < 2; ++k) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    EXPECT_EQ(checkpoints(), 2u);
    kill(child, SIGUSR1);
    EXPECT_EQ(status_of(child), 0) << read_text_file(folder_ / "said.txt");
    expect_whole();
  }
}

TEST_F(Stopping, ResumeSaysWhatMayBeThere) {
  auto result = run_patina(arguments("--resume=must"));
  EXPECT_EQ(result.status, 66) << result.output;
  expect_parts(result.output, {"holds no run to go on with"});
  EXPECT_FALSE(fs::exists(out_));
  EXPECT_EQ(run_patina(arguments("--resume=perhaps")).status, 64);
  EXPECT_EQ(run_patina(arguments("--resume=auto --max-walltime 1")).status, 75);
  result = run_patina(arguments("--resume=never"));
  EXPECT_EQ(result.status, 73) << result.output;
  EXPECT_EQ(run_patina(arguments("--resume=must")).status, 0);
  expect_whole();
  result = run_patina(arguments("--resume=must"));
  EXPECT_EQ(result.status, 0);
  expect_parts(result.output, {"already finished"});
}

// What the checkpoint stands on was edited or cut: refused, with a list and a way out; given back, it is as if nothing had been.
TEST_F(Stopping, ChangedOutputsAreRefused) {
  const pid_t child = start("");
  wait_for_lines(20);
  kill(child, SIGTERM);
  EXPECT_EQ(status_of(child), 75);
  const std::string segment = "trajectory/seg_000000.h5md";
  for (const std::string& name : {std::string("thermo.csv"), segment}) {
    const std::string path = out_ + "/" + name, whole = text(name);
    std::string edited = whole;
    edited[edited.size() / 2] ^= 1;
    for (const std::string& content : {edited, whole.substr(0, whole.size() / 2)}) {
      std::ofstream(path, std::ios::binary) << content;
      const auto result = run_patina(arguments("--resume"));
      EXPECT_EQ(result.status, 65) << result.output;
      expect_parts(result.output, {"outputs have changed since the checkpoint", path + ": ", "move these files away"});
      EXPECT_EQ(text(name), content);
    }
    std::ofstream(path, std::ios::binary) << whole;
  }
  EXPECT_EQ(run_patina(arguments("--resume")).status, 0);
  expect_whole();
}

// Results of a run that goes on have a digest beside them. Truth: coreutils' sha256sum; damage that the test does.
TEST_F(Stopping, ChangedResultsAreRefused) {
  const std::string input = folder_ / "two.json", xpcs = out_ + "/xpcs.h5", list = xpcs + ".sha256";
  std::ofstream(input) << R"({
  "seed": 7,
  "potential": {"files": ["CuZr_mm.eam.fs"], "species": ["Cu", "Zr"]},
  "structure": {"type": "random", "atoms": 200, "composition": {"Cu": 0.645, "Zr": 0.355}, "volume_per_atom_A3": 17.5},
  "protocol": [
    {"type": "minimise", "max_steps": 50, "max_force_eV_per_A": 0.5},
    {"type": "anneal", "temperature_K": 1500, "duration_ps": 0.1, "observers": [{"type": "structure_factor", "interval_steps": 10}]},
    {"type": "anneal", "temperature_K": 1500, "duration_ps": 12, "observers": [{"type": "structure_factor", "interval_steps": 1000}]}
  ]})";
  const std::string go_on = "run " + input + " --output " + out_ + " --resume";
  ASSERT_EQ(run_patina(go_on + " --max-walltime 1").status, 75);
  const std::string whole = read_text_file(xpcs), digest = read_text_file(list);
  ASSERT_FALSE(whole.empty());
  const auto coreutils = run_shell("cd " + out_ + " && sha256sum --check --strict xpcs.h5.sha256");
  EXPECT_EQ(coreutils.status, 0) << coreutils.output;
  EXPECT_EQ(run_patina("check " + out_).status, 0);

  std::string flipped = whole;
  flipped[whole.size() / 3] ^= 4;
  for (const std::string& content : {flipped, whole.substr(0, whole.size() / 2)}) {
    std::ofstream(xpcs, std::ios::binary) << content;
    const auto checked = run_patina("check " + out_), resumed = run_patina(go_on);
    EXPECT_EQ(checked.status, 65) << checked.output;
    expect_parts(checked.output, {"BAD   " + xpcs + ": is not what was written"});
    EXPECT_EQ(resumed.status, 65) << resumed.output;
    expect_parts(resumed.output, {"outputs have changed since the checkpoint", xpcs + ": is not what was written"});
    EXPECT_EQ(read_text_file(xpcs), content);
  }
  // Killed after the digest of the next results was written, before they were there: the list has both.
  std::ofstream(xpcs, std::ios::binary) << whole;
  std::ofstream(list, std::ios::binary) << std::string(64, '0') + "  xpcs.h5\n" + digest;
  EXPECT_EQ(run_patina("check " + out_).status, 0);
  const auto rest = run_patina(go_on);
  EXPECT_EQ(rest.status, 0) << rest.output;
  EXPECT_FALSE(fs::exists(list)) << "files.sha256 has it now";
  EXPECT_EQ(run_patina("check " + out_).status, 0);
}

// Atoms that fly apart end a run with code 76, and are there to be looked at.
TEST_F(Stopping, AnUnstableSampleIsKept) {
  const auto result = run_patina(arguments("--set /protocol/0/max_steps=1 --set /dynamics/time_step_fs=20 --set /dynamics/thermostat/type=none "
                                           "--set /dynamics/barostat/type=none"));
  ASSERT_EQ(result.status, 76) << result.output;
  std::string panic;
  for (const auto& entry : fs::directory_iterator(out_))
    if (entry.path().filename().string().starts_with("panic_")) panic = entry.path().string();
  ASSERT_FALSE(panic.empty()) << result.output;
  expect_parts(text("log.txt"), {"the sample as it was is in " + panic});
  const auto told = run_patina("info " + panic);
  EXPECT_EQ(told.status, 0) << told.output;
  expect_parts(told.output, {"H5MD trajectory", "frames: 1", "atoms: 200", "velocities: true"});
}

}  // namespace
}  // namespace patina::test
