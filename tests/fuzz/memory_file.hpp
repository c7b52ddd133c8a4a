// SPDX-License-Identifier: BSD-3-Clause
// Bytes as a file that readers can open by name, without a disk; and what a reader may end in.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "core/error.hpp"

namespace patina::test {

class MemoryFile {
 public:
  MemoryFile(const std::uint8_t* data, std::size_t size) : file_(memfd_create("input", MFD_CLOEXEC)) {
    if (file_ < 0 || write(file_, data, size) != static_cast<ssize_t>(size)) std::abort();
  }
  ~MemoryFile() { close(file_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  std::string path() const { return "/proc/self/fd/" + std::to_string(file_); }

 private:
  int file_;
};

// A bad input is an Error of these two codes; anything else is a finding.
template <class Read>
void expect_read_or_refused(const Read& read) {
  try {
    read();
  } catch (const Error& error) {
    if (error.code() != ExitCode::bad_input && error.code() != ExitCode::missing_input) throw;
  }
}

}  // namespace patina::test
