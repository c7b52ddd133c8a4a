// SPDX-License-Identifier: BSD-3-Clause
#include "core/durable_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "core/error.hpp"

namespace patina {

namespace {

std::string folder_of(const std::string& path) {
  const auto folder = std::filesystem::path(path).parent_path();
  return folder.empty() ? "." : folder.string();
}

[[noreturn]] void fail(const std::string& path, const char* doing, int error) {
  std::string free;
  struct statvfs disk {};
  if (statvfs(folder_of(path).c_str(), &disk) == 0)
    free = fmt::format("; {} bytes are free on its disk",
                       static_cast<unsigned long long>(disk.f_bavail) * disk.f_frsize);
  throw Error(ExitCode::io, fmt::format("{}: {} failed: {}{}", path, doing, std::strerror(error), free));
}

[[noreturn]] void fail_exists(const std::string& path) {
  throw Error(ExitCode::cannot_create, fmt::format("{}: exists already and is not overwritten", path));
}

// A file descriptor that closes itself.
class Descriptor {
 public:
  Descriptor(const std::string& path, int flags)
      : path_(path), value_(open(path.c_str(), flags | O_CLOEXEC, 0666)) {
    if (value_ >= 0) return;
    if (errno == EEXIST) fail_exists(path_);
    fail(path_, "opening", errno);
  }
  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  void write_all(const std::string& content) {
    for (std::size_t done = 0; done < content.size();) {
      const ssize_t n = ::write(value_, content.data() + done, content.size() - done);
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) fail(path_, "writing", errno);
      done += static_cast<std::size_t>(n);
    }
  }
  void sync() {
    // Some network file systems have no fsync for folders; that is all that can be done there.
    if (fsync(value_) != 0 && errno != EINVAL && errno != ENOTSUP) fail(path_, "flushing to disk", errno);
  }
  void close() {
    const int result = ::close(value_);
    value_ = -1;
    if (result != 0) fail(path_, "closing", errno);
  }

 private:
  std::string path_;
  int value_;
};

void sync_path(const std::string& path, int flags) {
  Descriptor descriptor(path, flags);
  descriptor.sync();
  descriptor.close();
}

// Renames in one step, failing if the target exists.
void rename_to_new(const std::string& from, const std::string& to) {
  if (renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return;
  if (errno == EEXIST) fail_exists(to);
  if (errno != EINVAL && errno != ENOSYS) fail(to, "renaming", errno);
  // The file system cannot do that in one step (some network ones): look first, then rename.
  if (access(to.c_str(), F_OK) == 0) fail_exists(to);
  if (std::rename(from.c_str(), to.c_str()) != 0) fail(to, "renaming", errno);
}

}  // namespace

void make_folders(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error || !std::filesystem::is_directory(path))
    throw Error(ExitCode::cannot_create, fmt::format("{}: cannot be made: {}", path,
                                                     error ? error.message() : "a file is in the way"));
}

void check_target(const std::string& path, IfExists if_exists) {
  namespace fs = std::filesystem;
  std::error_code error;
  const std::string folder = folder_of(path);
  if (!fs::is_directory(folder, error))
    throw Error(ExitCode::cannot_create, fmt::format("{}: the folder {} does not exist", path, folder));
  if (fs::is_directory(path, error)) throw Error(ExitCode::cannot_create, path + ": is a folder");
  if (if_exists == IfExists::refuse && fs::exists(fs::symlink_status(path, error)))
    throw Error(ExitCode::cannot_create, path + ": exists already; --overwrite replaces it");
}

void check_unlike(const std::string& path, const std::vector<std::string>& sources) {
  for (const std::string& source : sources) {
    std::error_code error;
    if (!source.empty() && std::filesystem::equivalent(path, source, error) && !error)
      throw Error(ExitCode::cannot_create, fmt::format("{}: is what the work reads ({}); an output needs a name of its own", path, source));
  }
}

void check_outputs(const std::vector<std::string>& paths, const std::vector<std::string>& sources, IfExists if_exists) {
  for (const std::string& path : paths) {
    if (path.empty()) continue;
    check_unlike(path, sources);
    check_target(path, if_exists);
    for (const std::string& other : paths) {
      if (&other == &path) break;
      std::error_code error;
      if (!other.empty() && (std::filesystem::weakly_canonical(path) == std::filesystem::weakly_canonical(other) || std::filesystem::equivalent(path, other, error)))
        throw Error(ExitCode::cannot_create, fmt::format("{}: two outputs have this name; each needs one of its own", path));
    }
  }
}

void sync_file(const std::string& path) { sync_path(path, O_RDONLY); }
void sync_folder(const std::string& path) { sync_path(path, O_RDONLY | O_DIRECTORY); }

void commit_file(const std::string& temporary, const std::string& path, IfExists if_exists) {
  sync_file(temporary);
  if (if_exists == IfExists::refuse)
    rename_to_new(temporary, path);
  else if (std::rename(temporary.c_str(), path.c_str()) != 0)
    fail(path, "renaming", errno);
  sync_folder(folder_of(path));
}

void write_file_durably(const std::string& path, const std::string& content, IfExists if_exists) {
  const std::string temporary = path + ".tmp";
  // A temporary file left by a crash is of no use; the name is removed, not followed, if it is a link.
  if (unlink(temporary.c_str()) != 0 && errno != ENOENT) fail(temporary, "removing", errno);
  {
    Descriptor file(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW);
    file.write_all(content);
    file.close();
  }
  commit_file(temporary, path, if_exists);
}

std::string move_aside(const std::string& path, const std::string& folder) {
  make_folders(folder);
  const std::string name = std::filesystem::path(path).filename().string();
  std::string target = folder + "/" + name;
  for (int k = 1; std::filesystem::exists(std::filesystem::symlink_status(target)); ++k)
    target = fmt::format("{}/{}.{}", folder, name, k);
  rename_to_new(path, target);
  sync_folder(folder);
  sync_folder(folder_of(path));
  return target;
}

}  // namespace patina
