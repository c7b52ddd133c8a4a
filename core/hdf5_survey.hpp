// SPDX-License-Identifier: BSD-3-Clause
// Going through everything in an HDF5 file, whatever wrote it, by the rules for files that may be hostile (core/hdf5.hpp).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/hdf5.hpp"

namespace patina::h5 {

struct DatasetInfo {
  enum class Content { floats, integers, texts, other };
  std::string name;
  Content content = Content::other;
  Dims dims;
};

// How many numbers there are, and how many are none.
struct Census {
  std::uint64_t elements = 0, not_a_number = 0, infinite = 0;
};

class Survey {
 public:
  explicit Survey(const std::string& path);

  const File& file() const { return file_; }
  // All datasets that the file's groups lead to, each once, in order of their names; Error(bad_input) at the first link, storage
  // or size against the rules, and if there are more than a million objects.
  std::vector<DatasetInfo> datasets() const;
  // Reads the whole dataset, of numbers, piece by piece, with whatever checksums it has.
  Census census(const DatasetInfo& dataset) const;

 private:
  detail::Handle open(const std::string& object) const;

  File file_;
  std::shared_ptr<detail::FileState> state_;
  detail::Handle handle_;  // the same file once more, for what File does not tell
};

}  // namespace patina::h5
