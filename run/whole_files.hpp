// SPDX-License-Identifier: BSD-3-Clause
// files.sha256: every file of a finished run with its SHA-256, a line each as sha256sum writes (and checks) them. It is written
// last, so a folder that has it is complete, and whatever changes in it afterwards is found.
#pragma once

#include <string>
#include <vector>

namespace patina {

inline constexpr const char* whole_files_name = "files.sha256";

// Writes the list over everything in the folder and below (but run.lock and what a crash left unfinished). Digests that
// checkpoints' manifests know already are taken from there.
void write_whole_files(const std::string& folder);

// What differs from the list: "name: ..."; and the files that it does not name (made later).
struct WholeFilesCheck {
  std::size_t files = 0;
  std::vector<std::string> problems, others;
};
WholeFilesCheck check_whole_files(const std::string& folder);

}  // namespace patina
