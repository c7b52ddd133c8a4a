// SPDX-License-Identifier: BSD-3-Clause
#include "run/intensity_file.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "core/durable_file.hpp"
#include "core/error.hpp"

namespace patina {

void IntensityFile::fail(const char* what) const {
  throw Error(ExitCode::io, fmt::format("{}: {}: {}", path_, what, std::strerror(errno)));
}

void IntensityFile::open(const char* mode) {
  file_.reset();
  file_.reset(std::fopen(path_.c_str(), mode));
  if (!file_) fail("cannot be opened");
}

bool IntensityFile::exists() const { return std::filesystem::exists(path_); }

void IntensityFile::begin() {
  make_folders(std::filesystem::path(path_).parent_path().string());
  open("w+b");
}

void IntensityFile::reopen(std::int64_t frames) {
  const std::uintmax_t wanted = static_cast<std::uintmax_t>(frames) * numbers_ * sizeof(float);
  std::error_code error;
  const std::uintmax_t bytes = std::filesystem::file_size(path_, error);
  if (error || bytes < wanted)
    throw Error(ExitCode::io, fmt::format("{}: the checkpoint was made after {} frames, but {}: this run cannot go on", path_, frames,
                                          error ? "the file is gone" : fmt::format("there are {} of {} bytes", bytes, wanted)));
  std::filesystem::resize_file(path_, wanted);
  open("r+b");
  if (std::fseek(file_.get(), 0, SEEK_END) != 0) fail("cannot be written");
}

void IntensityFile::append(const std::vector<float>& frame) {
  require(frame.size() == numbers_, "IntensityFile: a frame of another size");
  if (std::fwrite(frame.data(), sizeof(float), frame.size(), file_.get()) != frame.size()) fail("writing failed");
}

void IntensityFile::sync() {
  if (std::fflush(file_.get()) != 0) fail("writing failed");
  sync_file(path_);
}

std::vector<float> IntensityFile::read(std::int64_t frame) const {
  std::vector<float> numbers(numbers_);
  if (std::fseek(file_.get(), static_cast<long>(static_cast<std::size_t>(frame) * numbers_ * sizeof(float)), SEEK_SET) != 0 ||
      std::fread(numbers.data(), sizeof(float), numbers_, file_.get()) != numbers_)
    fail("reading failed");
  return numbers;
}

void IntensityFile::remove() {
  file_.reset();
  std::filesystem::remove(path_);
}

}  // namespace patina
