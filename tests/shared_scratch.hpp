// SPDX-License-Identifier: BSD-3-Clause
// One scratch folder for all ranks of a test: made and removed by rank 0.
#pragma once

#include <optional>
#include <string>

#include "core/mpi.hpp"
#include "scratch_folder.hpp"

namespace patina::test {

class SharedScratch {
 public:
  explicit SharedScratch(const Comm& comm) : comm_(&comm) {
    if (comm.is_root()) {
      folder_.emplace();
      path_ = folder_->path();
    }
    comm.broadcast(path_);
  }
  ~SharedScratch() { comm_->barrier(); }
  const std::string& path() const { return path_; }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  const Comm* comm_;
  std::optional<ScratchFolder> folder_;
  std::string path_;
};

}  // namespace patina::test
