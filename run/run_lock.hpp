// SPDX-License-Identifier: BSD-3-Clause
// One writer per run folder. FOLDER/run.lock is made with O_EXCL, which NFS keeps across hosts, and names the process,
// its host and its start; flock on it tells processes of one host apart without races where the file system has it
// [reliability.md R10]. A lock whose process is gone is taken over; one of another host never is.
#pragma once

#include <optional>
#include <string>

namespace patina {

inline constexpr const char* run_lock_name = "run.lock";

// Who writes into the folder now, in words: a process that lives, or one of another host, of which nobody here can know. Touches nothing.
std::optional<std::string> writer_of(const std::string& folder);

class RunLock {
 public:
  // Throws Error(cannot_create) that names the holder, or the command that removes the lock where nobody can know
  // whether its holder lives. One rank calls this.
  explicit RunLock(const std::string& folder);
  // Removes the file.
  ~RunLock();
  RunLock(const RunLock&) = delete;
  RunLock& operator=(const RunLock&) = delete;

  // Who left the lock that was taken over, if one was.
  const std::optional<std::string>& reclaimed_from() const { return reclaimed_from_; }

 private:
  bool try_to_create();
  bool try_to_take_over();
  void write_holder();
  bool is_at_path() const;
  void close_file();
  [[noreturn]] void refuse(const std::string& why, bool removable) const;

  std::string path_;
  int file_ = -1;
  std::optional<std::string> reclaimed_from_;
};

}  // namespace patina
