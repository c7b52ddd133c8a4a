// SPDX-License-Identifier: BSD-3-Clause
// Whether what stands in a run folder, or in one file, is still what was written and can be used.
#pragma once

#include <string>
#include <vector>

namespace patina {

struct PathCheck {
  std::vector<std::string> good;      // "name: how it was checked"
  std::vector<std::string> problems;  // "name: what is wrong"
  std::vector<std::string> notes;     // what could not be checked, and why
};

// A file: its format is read through, every number of a file that must be finite is; HDF5 by the rules for files of others
// (core/hdf5.hpp). A folder of a finished run: every file against files.sha256. Of an unfinished one: manifests by their own
// digests, checkpoints and trajectory segments by those in the manifest, resolved.json by that in the checkpoint, the lines of
// thermo.csv one by one, xpcs.h5 as a file. Error(missing_input) if there is nothing. On one rank.
PathCheck check_path(const std::string& path);

}  // namespace patina
