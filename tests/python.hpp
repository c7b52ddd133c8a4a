// SPDX-License-Identifier: BSD-3-Clause
// Runs a piece of Python under /usr/bin/python3: readers that Patina did not write (h5py, MDAnalysis) as
// truth.
#pragma once

#include <sys/wait.h>

#include <cstdio>
#include <fstream>
#include <string>

namespace patina::test {

struct PythonResult {
  int status = -1;
  std::string output;  // standard output and error
};

// Arguments reach the script as sys.argv[1:].
inline PythonResult run_python(const std::string& script_path, const std::string& script,
                               const std::string& arguments) {
  std::ofstream(script_path) << script;
  const std::string command =
      "PYTHONWARNINGS=ignore OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 /usr/bin/python3 " + script_path + " " +
      arguments + " 2>&1";
  PythonResult result;
  std::FILE* pipe = popen(command.c_str(), "r");
  if (!pipe) return result;
  char buffer[4096];
  while (const std::size_t n = std::fread(buffer, 1, sizeof buffer, pipe)) result.output.append(buffer, n);
  const int status = pclose(pipe);
  result.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
  return result;
}

}  // namespace patina::test
