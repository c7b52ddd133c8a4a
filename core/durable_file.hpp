// SPDX-License-Identifier: BSD-3-Clause
// Files that survive a crash whole or not at all: written under a temporary name, flushed to the disk,
// renamed, and the folder flushed [reliability.md 3.3]. Nothing here overwrites a file unless told to.
// Failures throw Error(io) with the path, the reason and the free space; one rank calls these (see
// core/on_root.hpp).
#pragma once

#include <string>
#include <vector>

namespace patina {

enum class IfExists { refuse, replace };

// Makes the folder and its parents; nothing happens if it is there. Error(cannot_create) if a file is in the
// way.
void make_folders(const std::string& path);

// Before work whose result will stand at `path`: Error(cannot_create) if something is there and may not be replaced, or if
// the folder does not exist.
void check_target(const std::string& path, IfExists if_exists);

// Before work that reads `sources` (empty names do not count): Error(cannot_create) if `path` is one of these files, by whatever name. Not
// even IfExists::replace destroys what a result is made of.
void check_unlike(const std::string& path, const std::vector<std::string>& sources);

// Before work that reads `sources` and writes several files (empty names do not count): both of these for each, and Error(cannot_create) if two
// outputs are one file, of which the latter would replace the former.
void check_outputs(const std::vector<std::string>& paths, const std::vector<std::string>& sources, IfExists if_exists);

// Flushes a closed file, or a folder's list of names, to the disk.
void sync_file(const std::string& path);
void sync_folder(const std::string& path);

// Flushes the closed file `temporary`, gives it its final name in the same folder and flushes the folder.
// IfExists::refuse: Error(cannot_create) if something of that name exists.
void commit_file(const std::string& temporary, const std::string& path, IfExists if_exists);

// The whole content through `path`.tmp and commit_file.
void write_file_durably(const std::string& path, const std::string& content, IfExists if_exists);

// Moves a file into `folder` (made if need be) under its own name, with ".1", ".2"... if that is taken.
// Returns the new path.
std::string move_aside(const std::string& path, const std::string& folder);

}  // namespace patina
