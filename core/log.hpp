// SPDX-License-Identifier: BSD-3-Clause
// What a run tells the person in front of it: lines on standard output of rank 0, and the same lines in
// log.txt of the run folder once a file is attached. Warnings are marked and counted.
#pragma once

#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <string>

namespace patina {

class Log {
 public:
  // A silent log (ranks other than 0, tests) has echo = false.
  explicit Log(bool echo) : echo_(echo) {}
  // Lines go to this file too (appended if it exists). Throws Error(cannot_create).
  void attach(const std::string& path);

  template <class... Args>
  void line(fmt::format_string<Args...> format, Args&&... args) {
    write(fmt::format(format, std::forward<Args>(args)...));
  }
  template <class... Args>
  void warning(fmt::format_string<Args...> format, Args&&... args) {
    ++warnings_;
    write("warning: " + fmt::format(format, std::forward<Args>(args)...));
  }
  long warnings() const { return warnings_; }

 private:
  void write(const std::string& text);

  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  bool echo_ = true;
  long warnings_ = 0;
  std::unique_ptr<std::FILE, Close> file_;
};

}  // namespace patina
