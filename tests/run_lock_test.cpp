// SPDX-License-Identifier: BSD-3-Clause
// Truth: of any number of processes that want a folder at the same moment exactly one gets it; who is alive is what the
// system says of forked children.
#include "run/run_lock.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "program.hpp"
#include "scratch_folder.hpp"

namespace patina {
namespace {

namespace fs = std::filesystem;

std::string host() {
  char name[256] = {};
  gethostname(name, sizeof name - 1);
  return name;
}

pid_t dead_child() {
  const pid_t child = fork();
  if (child == 0) _exit(0);
  waitpid(child, nullptr, 0);
  return child;
}

class Lock : public ::testing::Test {
 protected:
  void write(long pid, const std::string& on, const std::string& start) const {
    std::ofstream(path_) << "A run of Patina writes into this folder.\npid " << pid << "\nhost " << on
                         << "\nsince 2026-01-02 03:04:05 UTC\nprocess_start " << start << "\n";
  }
  std::string refusal() const {
    try {
      const RunLock lock(folder_.path());
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::cannot_create);
      return error.what();
    }
    return "not refused";
  }
  void expect_parts(const std::string& text, const std::vector<std::string>& parts) const {
    for (const auto& part : parts) EXPECT_NE(text.find(part), std::string::npos) << part << " is not in: " << text;
  }
  test::ScratchFolder folder_;
  std::string path_ = folder_ / run_lock_name;
};

TEST_F(Lock, IsHeldByOneAndGoesWithIt) {
  {
    const RunLock lock(folder_.path());
    EXPECT_FALSE(lock.reclaimed_from());
    expect_parts(refusal(), {"process " + std::to_string(getpid()) + " on " + host() + " since 20", "another --output"});
    EXPECT_TRUE(fs::exists(path_));
  }
  EXPECT_FALSE(fs::exists(path_));
}

TEST_F(Lock, OfADeadProcessIsTakenOver) {
  const pid_t gone = dead_child();
  write(gone, host(), "123");
  const RunLock lock(folder_.path());
  ASSERT_TRUE(lock.reclaimed_from());
  expect_parts(*lock.reclaimed_from(), {"process " + std::to_string(gone), "2026-01-02 03:04:05 UTC"});
  expect_parts(test::read_text_file(path_), {"pid " + std::to_string(getpid()) + "\n"});
}

// The number of a dead process is given to a new one: this one, which started at another time.
TEST_F(Lock, OfAnEarlierProcessOfThisNumberIsTakenOver) {
  write(getpid(), host(), "1");
  EXPECT_TRUE(RunLock(folder_.path()).reclaimed_from());
}

TEST_F(Lock, OfAnotherHostStays) {
  write(dead_child(), "elsewhere.example.org", "123");
  const std::string before = test::read_text_file(path_);
  expect_parts(refusal(), {"on elsewhere.example.org since", "rm '" + path_ + "'"});
  EXPECT_EQ(test::read_text_file(path_), before);
}

TEST_F(Lock, ThatNamesNobodyStays) {
  std::ofstream(path_) << "";
  expect_parts(refusal(), {"does not say which process", "rm '" + path_ + "'"});
  EXPECT_TRUE(fs::exists(path_));
}

// Children start together, on a fresh folder and on a stale lock by turns, and hold what they get until all have tried.
TEST_F(Lock, OneOfManyGetsIt) {
  constexpr int children = 6;
  for (int round = 0; round < 10; ++round) {
    if (round % 2) write(dead_child(), host(), "123");
    int go[2];
    ASSERT_EQ(pipe(go), 0);
    std::vector<pid_t> pids;
    for (int k = 0; k < children; ++k) {
      pids.push_back(fork());
      if (pids.back() != 0) continue;
      ::close(go[1]);
      char byte;
      (void)!::read(go[0], &byte, 1);  // ends when the parent closes its end
      try {
        const RunLock lock(folder_.path());
        usleep(100000);
        ::unlink(path_.c_str());
        _exit(0);
      } catch (const Error&) {
        _exit(1);
      }
    }
    ::close(go[0]);
    ::close(go[1]);
    int winners = 0;
    for (const pid_t pid : pids) {
      int status = 0;
      waitpid(pid, &status, 0);
      ASSERT_TRUE(WIFEXITED(status));
      winners += WEXITSTATUS(status) == 0;
    }
    EXPECT_EQ(winners, 1) << "round " << round;
  }
}

// Killed at any moment of making or taking over the lock, a process leaves none or one that names it.
TEST_F(Lock, IsWholeWheneverItsMakerIsKilled) {
  for (int k = 0; k < 300; ++k) {
    int ready[2];
    ASSERT_EQ(pipe(ready), 0);
    const pid_t child = fork();
    if (child == 0) {
      (void)!::write(ready[1], "x", 1);
      const RunLock lock(folder_.path());
      pause();
    }
    char byte = 0;
    ASSERT_EQ(read(ready[0], &byte, 1), 1);
    usleep(static_cast<useconds_t>(7 * (k % 50)));
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    close(ready[0]);
    close(ready[1]);
    const std::string text = fs::exists(path_) ? test::read_text_file(path_) : "";
    EXPECT_TRUE(!fs::exists(path_) || text.find("process_start ") != std::string::npos) << k << text;
    if (k % 3 == 0) fs::remove(path_);  // else the next child takes it over
  }
  EXPECT_EQ(refusal(), "not refused");
}

}  // namespace
}  // namespace patina
