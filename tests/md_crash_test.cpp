// SPDX-License-Identifier: BSD-3-Clause
// Truth: whatever instant a run is killed at (SIGKILL, at each call that changes the disk and at random
// times), it resumes without help, no acknowledged checkpoint is lost, and at the end every step stands in
// the thermo file and in the trajectory exactly once.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <fstream>
#include <sstream>
#include <thread>

#include "checkpoint_sample.hpp"
#include "md/h5md.hpp"
#include "scratch_folder.hpp"

extern char** environ;

namespace patina {
namespace {

struct Outcome {
  bool killed = false;
  int status = -1;
  std::int64_t last_acknowledged = -1;
  std::string output;
};

// The environment without what tells a child that it belongs to this MPI job.
std::vector<char*> clean_environment() {
  std::vector<char*> kept;
  for (char** entry = environ; *entry; ++entry)
    if (std::strncmp(*entry, "OMPI_", 5) != 0 && std::strncmp(*entry, "PMIX_", 5) != 0)
      kept.push_back(*entry);
  kept.push_back(nullptr);
  return kept;
}

// Runs it to its end, or kills it after_ms after its first acknowledged checkpoint (if not negative).
Outcome run_once(const std::string& folder, std::int64_t last_step, int crash_at, int after_ms) {
  int pipe_ends[2];
  if (pipe2(pipe_ends, O_CLOEXEC) != 0) return {};
  const std::string last = std::to_string(last_step), crash = std::to_string(crash_at);
  const char* arguments[] = {PATINA_CRASHING_RUN, folder.c_str(), last.c_str(), crash.c_str(), nullptr};
  const auto environment = clean_environment();
  const pid_t child = fork();
  if (child == 0) {
    dup2(pipe_ends[1], STDOUT_FILENO);
    execve(PATINA_CRASHING_RUN, const_cast<char**>(arguments), environment.data());
    _exit(127);
  }
  close(pipe_ends[1]);
  Outcome outcome;
  std::FILE* lines = fdopen(pipe_ends[0], "r");
  std::thread killer;
  char line[1000];
  while (std::fgets(line, sizeof line, lines)) {
    outcome.output += line;
    long long step = 0;
    if (std::sscanf(line, "done %lld", &step) == 1) outcome.last_acknowledged = step;
    if (after_ms >= 0 && !killer.joinable())
      killer = std::thread([=] {
        std::this_thread::sleep_for(std::chrono::milliseconds(after_ms));
        kill(child, SIGKILL);
      });
  }
  std::fclose(lines);
  if (killer.joinable()) killer.join();
  int status = 0;
  waitpid(child, &status, 0);
  outcome.killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
  outcome.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return outcome;
}

void expect_every_step_once(const std::string& folder, std::int64_t last_step) {
  std::ifstream thermo(folder + "/thermo.csv");
  std::string line;
  std::getline(thermo, line);
  const auto reader = open_h5md(folder);
  for (std::int64_t step = 0; step <= last_step; ++step) {
    ASSERT_TRUE(std::getline(thermo, line)) << "no thermo line of step " << step;
    EXPECT_EQ(line.substr(0, line.find(',')), std::to_string(step));
    const auto frame = reader->next();
    ASSERT_TRUE(frame) << "no frame of step " << step;
    EXPECT_EQ(frame->step, step);
  }
  EXPECT_FALSE(std::getline(thermo, line));
  EXPECT_FALSE(reader->next());
}

// The newest checkpoint is at least the acknowledged one, and whole.
void expect_loads(const std::string& folder, std::int64_t acknowledged) {
  Log log(false);
  const Comm world = Comm::world();
  const auto data = load_checkpoint(world, folder, log);
  EXPECT_EQ(log.warnings(), 0);
  if (acknowledged < 0 && !data) return;
  ASSERT_TRUE(data);
  EXPECT_GE(data->step, acknowledged);
  test::expect_step(*data, data->step);
}

TEST(Crash, AtEveryCallThatChangesTheDisk) {
  const test::ScratchFolder folder;
  std::int64_t acknowledged = -1;
  int crashes = 0;
  // Each life dies one call later than the one before, so the fatal call wanders through the whole sequence.
  for (int crash_at = 1; crash_at <= 28; ++crash_at) {
    const Outcome outcome = run_once(folder.path(), 1000, crash_at, -1);
    ASSERT_TRUE(outcome.killed) << "status " << outcome.status << ": " << outcome.output;
    acknowledged = std::max(acknowledged, outcome.last_acknowledged);
    expect_loads(folder.path(), acknowledged);
    ++crashes;
  }
  EXPECT_EQ(crashes, 28);
  const Outcome last = run_once(folder.path(), acknowledged + 7, 0, -1);
  EXPECT_EQ(last.status, 0) << last.output;
  expect_every_step_once(folder.path(), acknowledged + 7);
}

TEST(Crash, AtRandomTimes) {
  const test::ScratchFolder folder;
  std::int64_t acknowledged = -1;
  for (std::uint64_t k = 0; k < 12; ++k) {
    const int after_ms = static_cast<int>(random_block(11, Stream::test, 0, k).word[0] % 60);
    const Outcome outcome = run_once(folder.path(), 1'000'000, 0, after_ms);
    ASSERT_TRUE(outcome.killed) << "status " << outcome.status << ": " << outcome.output;
    EXPECT_GT(outcome.last_acknowledged, acknowledged);
    acknowledged = std::max(acknowledged, outcome.last_acknowledged);
    expect_loads(folder.path(), acknowledged);
  }
  const std::int64_t last_step = acknowledged + 20;
  const Outcome last = run_once(folder.path(), last_step, 0, -1);
  EXPECT_EQ(last.status, 0) << last.output;
  expect_every_step_once(folder.path(), last_step);
}

}  // namespace
}  // namespace patina
