// SPDX-License-Identifier: BSD-3-Clause
// Errors are exceptions that carry the exit code of the program (sysexits.h numbers, reliability.md 5.1).
// Rule across ranks: what all ranks find alike (text that rank 0 read and broadcast) is thrown by all; what
// one rank, or one replica, alone finds goes through fail_one(), which prints and ends the job. main() ends
// the program; whoever catches before adds a place to the message, tries what is left, or calls fail_one().
#pragma once

#include <stdexcept>
#include <string>

namespace patina {

enum class ExitCode : int {
  done = 0,
  usage = 64,          // command line
  bad_input = 65,      // content of an input, potential or structure file
  missing_input = 66,  // a file that is not there or cannot be read
  internal = 70,       // a bug in Patina
  out_of_memory = 71,
  cannot_create = 73,  // output exists, or cannot be created
  io = 74,             // disk full, write failed
  stopped_early = 75,  // stopped with a valid checkpoint: resubmit
  unstable = 76,       // NaN, lost atom, exploding energy; a panic checkpoint was written
  environment = 78,    // MPI or Kokkos does not fit the launch
};

class Error : public std::runtime_error {
 public:
  Error(ExitCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
  ExitCode code() const { return code_; }

 private:
  ExitCode code_;
};

// Prints "error (rank r): message" and aborts the whole MPI job with the code. For failures seen by one rank.
[[noreturn]] void fail_one(ExitCode code, const std::string& message);

// Finds a condition that cannot be false unless Patina has a bug.
inline void require(bool condition, const std::string& message) {
  if (!condition) throw Error(ExitCode::internal, "internal error: " + message);
}

}  // namespace patina
