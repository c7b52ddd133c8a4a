// SPDX-License-Identifier: BSD-3-Clause
#include "run/run_lock.hpp"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "core/error.hpp"

namespace patina {

namespace {

struct Holder {
  long pid = 0;
  std::string host;
  std::string since;
  std::string process_start;  // clock ticks after the boot: tells a process from a later one of the same pid

  std::string text() const { return fmt::format("process {} on {} since {}", pid, host, since); }
};

std::string host_name() {
  char name[256] = {};
  return gethostname(name, sizeof name - 1) == 0 && name[0] != '\0' ? name : "unknown";
}

// Field 22 of /proc/PID/stat; empty if there is no such process, or only the remains that its parent has not fetched.
std::string process_start(long pid) {
  std::ostringstream content;
  content << std::ifstream(fmt::format("/proc/{}/stat", pid)).rdbuf();
  const std::string text = content.str();
  const std::size_t name_end = text.rfind(')');  // the name in parentheses may hold anything
  if (name_end == std::string::npos) return {};
  std::istringstream fields(text.substr(name_end + 1));
  std::string state, field;
  fields >> state;
  if (state == "Z" || state == "X") return {};
  for (int k = 4; k <= 22; ++k) fields >> field;
  return field;
}

Holder this_process() {
  const std::string now = fmt::format("{:%Y-%m-%d %H:%M:%S} UTC", fmt::gmtime(std::time(nullptr)));
  return {static_cast<long>(getpid()), host_name(), now, process_start(getpid())};
}

// All texts are of one length, so that one takes the place of another by a single write, which no signal divides.
constexpr std::size_t text_length = 512;  // a host's name has 255 characters at most

std::string text_of(const Holder& h) {
  std::string text = fmt::format("A run of Patina writes into this folder.\npid {}\nhost {}\nsince {}\nprocess_start {}\n", h.pid,
                                 h.host, h.since, h.process_start);
  text.resize(std::max(text.size(), text_length), '\n');
  return text;
}

// A file in the folder that has no name yet; -1 where the file system has none such.
int open_unnamed([[maybe_unused]] const std::string& folder) {
#ifdef O_TMPFILE
  return open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0666);
#else
  return -1;
#endif
}

// Names it, unless there is a file of this name.
bool name_file(int file, const std::string& path) {
  return linkat(AT_FDCWD, fmt::format("/proc/self/fd/{}", file).c_str(), AT_FDCWD, path.c_str(), AT_SYMLINK_FOLLOW) == 0;
}

// Nothing unless all of it is there.
std::optional<Holder> parse(const std::string& text) {
  Holder holder;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t space = line.find(' ');
    if (space == std::string::npos) continue;
    const std::string key = line.substr(0, space), value = line.substr(space + 1);
    if (key == "pid") holder.pid = std::atol(value.c_str());
    if (key == "host") holder.host = value;
    if (key == "since") holder.since = value;
    if (key == "process_start") holder.process_start = value;
  }
  if (holder.pid <= 0 || holder.host.empty() || holder.process_start.empty()) return std::nullopt;
  return holder;
}

std::string content_of(int file) {
  char buffer[1024];
  const ssize_t n = pread(file, buffer, sizeof buffer, 0);
  return n > 0 ? std::string(buffer, static_cast<std::size_t>(n)) : "";
}

bool lives(const Holder& holder) { return process_start(holder.pid) == holder.process_start; }

}  // namespace

std::optional<std::string> writer_of(const std::string& folder) {
  const int file = open((folder + "/" + run_lock_name).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (file < 0) return std::nullopt;
  const bool held = flock(file, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  const std::optional<Holder> holder = parse(content_of(file));
  close(file);
  if (!holder) return held ? std::optional<std::string>("a process writes into this folder") : std::nullopt;
  if (held || holder->host != host_name() || lives(*holder)) return holder->text() + " writes into this folder";
  return std::nullopt;
}

RunLock::RunLock(const std::string& folder) : path_(folder + "/" + run_lock_name) {
  // Where files cannot be made before they are named, another process reads nothing for a moment.
  for (int attempt = 0; attempt < 100; ++attempt) {
    if (try_to_create() || try_to_take_over()) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  refuse("it does not say which process made it", true);
}

RunLock::~RunLock() {
  if (file_ >= 0 && is_at_path()) unlink(path_.c_str());
  close_file();
}

bool RunLock::try_to_create() {
  if (const int unnamed = open_unnamed(std::filesystem::path(path_).parent_path()); unnamed >= 0) {
    file_ = unnamed;
    flock(file_, LOCK_EX);
    write_holder();
    if (name_file(file_, path_)) return true;
    const int error = errno;
    close_file();
    if (error == EEXIST) return false;  // any other: this file system does not name such files
  }
  file_ = open(path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
  if (file_ < 0 && errno == EEXIST) return false;
  if (file_ < 0)
    throw Error(ExitCode::cannot_create,
                fmt::format("{}: the lock of the run cannot be made: {}", path_, std::strerror(errno)));
  flock(file_, LOCK_EX);  // some file systems have none: then the name of the holder must do
  write_holder();
  return true;
}

// False if the lock has just gone, or does not name its holder yet.
bool RunLock::try_to_take_over() {
  file_ = open(path_.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
  if (file_ < 0 && errno == ENOENT) return false;
  if (file_ < 0)
    throw Error(ExitCode::cannot_create,
                fmt::format("{}: the lock of a run cannot be read: {}", path_, std::strerror(errno)));
  const bool held = flock(file_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  const std::optional<Holder> holder = parse(content_of(file_));
  if (!holder || !is_at_path()) {
    close_file();
    return false;
  }
  if (holder->host != host_name())
    refuse(holder->text() + " writes into this folder, as far as can be seen from here", true);
  if (held || lives(*holder)) refuse(holder->text() + " writes into this folder", false);
  reclaimed_from_ = holder->text();
  write_holder();
  return true;
}

void RunLock::write_holder() {
  const std::string text = text_of(this_process());
  const bool written = pwrite(file_, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size());
  if (written && fsync(file_) == 0) return;
  const int error = errno;
  if (is_at_path()) unlink(path_.c_str());
  close_file();
  throw Error(ExitCode::io, fmt::format("{}: the lock of the run cannot be written: {}", path_, std::strerror(error)));
}

// Whether the name still leads to the open file: its holder may have removed it in the meantime.
bool RunLock::is_at_path() const {
  struct stat opened {}, named {};
  return fstat(file_, &opened) == 0 && stat(path_.c_str(), &named) == 0 && opened.st_ino == named.st_ino &&
         opened.st_dev == named.st_dev;
}

void RunLock::close_file() {
  if (file_ >= 0) close(file_);
  file_ = -1;
}

void RunLock::refuse(const std::string& why, bool removable) const {
  if (file_ >= 0) close(file_);  // the destructor of an object that is not made does not run
  throw Error(ExitCode::cannot_create,
              fmt::format("{}: {}; {}", path_, why,
                          removable ? fmt::format("if no run is going on there, remove the lock: rm '{}'", path_)
                                    : "wait for its end, or take another --output"));
}

}  // namespace patina
