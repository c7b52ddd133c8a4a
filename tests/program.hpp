// SPDX-License-Identifier: BSD-3-Clause
// Runs the built program as a user would.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>

namespace patina::test {

struct ProgramResult {
  int status = -1;     // exit code, or 128 + signal
  std::string output;  // standard output and error
};

inline ProgramResult run_shell(const std::string& command) {
  ProgramResult result;
  std::FILE* pipe = popen((command + " 2>&1").c_str(), "r");
  if (!pipe) return result;
  char buffer[4096];
  while (const std::size_t n = std::fread(buffer, 1, sizeof buffer, pipe)) result.output.append(buffer, n);
  const int status = pclose(pipe);
  result.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return result;
}

inline ProgramResult run_patina(const std::string& arguments) {
  return run_shell(std::string(PATINA_PROGRAM) + " " + arguments);
}

// Before a command: a clean environment, because this process may be an MPI program itself; with what sanitizers are told.
inline constexpr const char* clean_environment =
    "env -i PATH=\"$PATH\" HOME=\"$HOME\" OMP_NUM_THREADS=1 ASAN_OPTIONS=\"$ASAN_OPTIONS\" ";

// Waiting ranks give way, because there are more of them than cores.
inline ProgramResult run_patina_on(int ranks, const std::string& arguments) {
  return run_shell(std::string(clean_environment) +
                   "mpirun --allow-run-as-root --oversubscribe --bind-to none --mca mpi_yield_when_idle 1 -n " +
                   std::to_string(ranks) + " " PATINA_PROGRAM " " + arguments);
}

inline std::string read_text_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace patina::test
