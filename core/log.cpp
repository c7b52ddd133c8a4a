// SPDX-License-Identifier: BSD-3-Clause
#include "core/log.hpp"

#include <cerrno>
#include <cstring>

#include "core/error.hpp"

namespace patina {

void Log::attach(const std::string& path) {
  file_.reset(std::fopen(path.c_str(), "a"));
  if (!file_)
    throw Error(ExitCode::cannot_create, fmt::format("{}: cannot be opened: {}", path, std::strerror(errno)));
}

void Log::write(const std::string& text) {
  if (echo_) {
    fmt::print("{}\n", text);
    std::fflush(stdout);
  }
  if (file_) {
    fmt::print(file_.get(), "{}\n", text);
    std::fflush(file_.get());
  }
}

}  // namespace patina
