// SPDX-License-Identifier: BSD-3-Clause
// A run that is killed again and again and goes on from its checkpoints.
#pragma once

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <thread>

#include "program.hpp"

namespace patina::test {

struct InterruptedRun {
  int kills = 0;  // so many times it was still running when it was killed
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

}  // namespace patina::test
