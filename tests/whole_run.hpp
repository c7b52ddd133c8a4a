// SPDX-License-Identifier: BSD-3-Clause
// A run, and the same run on ranks and threads, or killed again and again: what they leave must be the same to the last bit.
#pragma once

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "program.hpp"
#include "scratch_folder.hpp"

namespace patina::test {

struct InterruptedRun {
  int kills = 0;       // so many times it was still running when it was killed
  ProgramResult last;  // of the part that nobody killed
};

// Killed (SIGKILL) whenever thermo.csv has another `parts`th of the lines that the whole run's has, `every` of them apart; then to its end.
inline InterruptedRun interrupted_run(const std::string& input, const std::string& out, const std::string& whole_thermo, int parts, int every = 1) {
  const auto lines = [](const std::string& text) { return std::count(text.begin(), text.end(), '\n'); };
  const auto all = lines(read_text_file(whole_thermo));
  InterruptedRun run;
  for (int part = 1; part < parts; part += every) {
    const pid_t child = fork();
    if (child == 0) {
      execl("/bin/sh", "sh", "-c", ("exec " PATINA_PROGRAM " run " + input + " --resume --output " + out + " > /dev/null 2>&1").c_str(), nullptr);
      _exit(127);
    }
    for (int k = 0; k < 6000 && lines(read_text_file(out + "/thermo.csv")) < part * all / parts; ++k) std::this_thread::sleep_for(std::chrono::milliseconds(2));
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    run.kills += WIFSIGNALED(status) ? 1 : 0;
  }
  run.last = run_patina("run " + input + " --resume --output " + out);
  return run;
}

// "state 0123... after step 2300" of a run's log.
inline std::string state_of_run(const std::string& out) {
  const std::string log = read_text_file(out + "/log.txt");
  const std::size_t begin = log.rfind("state ");
  return begin == std::string::npos ? "no state" : log.substr(begin, log.find('\n', begin) - begin);
}

// Of a run with results in xpcs.h5, in a folder that all tests of a suite share.
class WholeRun : public ::testing::Test {
 protected:
  static void make(const std::string& input) {
    shared_ = new ScratchFolder;
    std::ofstream(*shared_ / "in.json") << input;
    const auto whole = run_patina("run " + (*shared_ / "in.json") + " --output " + (*shared_ / "whole"));
    ASSERT_EQ(whole.status, 0) << whole.output;
  }
  static void TearDownTestSuite() {
    delete shared_;
    shared_ = nullptr;
  }

  static void expect_whole(const std::string& out) {
    EXPECT_EQ(read_text_file(out + "/thermo.csv"), read_text_file(*shared_ / "whole/thermo.csv")) << out;
    EXPECT_EQ(state_of_run(out), state_of_run(*shared_ / "whole"));
    const auto compare = run_shell("h5diff -v0 " + out + "/xpcs.h5 " + (*shared_ / "whole/xpcs.h5"));
    EXPECT_EQ(compare.status, 0) << compare.output;
  }
  static void expect_whole_on(const std::vector<int>& all_ranks) {
    const std::string input = *shared_ / "in.json";
    for (const int ranks : all_ranks) {
      const std::string out = *shared_ / ("ranks" + std::to_string(ranks));
      const auto run = run_patina_on(ranks, "run " + input + " --output " + out);
      ASSERT_EQ(run.status, 0) << run.output;
      expect_whole(out);
    }
    const std::string out = *shared_ / "threads";
    ASSERT_EQ(run_shell("OMP_NUM_THREADS=2 " PATINA_PROGRAM " run " + input + " --output " + out).status, 0);
    expect_whole(out);
  }
  static void expect_whole_after_kills(int parts, int every) {
    const std::string out = *shared_ / "cut";
    const InterruptedRun cut = interrupted_run(*shared_ / "in.json", out, *shared_ / "whole/thermo.csv", parts, every);
    EXPECT_GE(cut.kills, 3);
    ASSERT_EQ(cut.last.status, 0) << cut.last.output;
    expect_whole(out);
  }

  static inline ScratchFolder* shared_ = nullptr;
};

}  // namespace patina::test
