// SPDX-License-Identifier: BSD-3-Clause
// Intensities of frames that wait, on the disk, until all of them are there: so many floats a frame, one frame after the other. A run that
// goes on from a checkpoint takes as many of them as the checkpoint knew, whatever else was written before it ended. Rank 0 alone.
#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

namespace patina {

class IntensityFile {
 public:
  IntensityFile(std::string path, std::size_t numbers_of_frame) : path_(std::move(path)), numbers_(numbers_of_frame) {}

  bool exists() const;
  // Empty; what stood there is gone.
  void begin();
  // With its first so many frames. Throws Error(io) if they are not there.
  void reopen(std::int64_t frames);
  void append(const std::vector<float>& frame);
  // What was appended is on the disk.
  void sync();
  std::vector<float> read(std::int64_t frame) const;
  void remove();

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  [[noreturn]] void fail(const char* what) const;
  void open(const char* mode);

  std::string path_;
  std::size_t numbers_;
  std::unique_ptr<std::FILE, Close> file_;
};

}  // namespace patina
