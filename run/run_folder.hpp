// SPDX-License-Identifier: BSD-3-Clause
// The folder that holds everything a run made: resolved.json (its input), inputs.sha256 (the files that the input
// names), run.lock while a process writes, and what the replicas make. A folder whose run has moved an atom is never
// written to unless that run is resumed with the same input and the same files.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/mpi.hpp"
#include "run/run_lock.hpp"

namespace patina {

// A file that the input names.
struct NamedFile {
  std::string name;  // as the input has it
  std::string path;
};

struct RunFolder {
  std::unique_ptr<RunLock> lock;   // on rank 0; the folder is this run's as long as it lives
  std::vector<std::string> notes;  // for the log, on rank 0
  std::string digests;             // of the files, as in inputs.sha256; on rank 0
};

// Whether the folder holds a run that has moved an atom: one to resume. Collective.
bool holds_run(const Comm& comm, const std::string& folder);

// Makes `folder` (and its parents) ready for a run with this resolved input and these files. With `resume`, a folder
// begun with them is gone on with; with others it is refused and the difference is named. A run that ended before its
// first time step is begun again, with whatever input. Throws Error(cannot_create) or Error(bad_input) on all ranks
// alike; each message says how to go on. Collective.
RunFolder prepare_run_folder(const Comm& comm, const std::string& folder, const std::string& resolved_input,
                             const std::vector<NamedFile>& files, bool resume);

// The same for results of a stored trajectory, which are made at one go: an unfinished beginning is begun again, results that
// are there are replaced with `overwrite` only, and the folder of a run never is.
RunFolder prepare_scatter_folder(const Comm& comm, const std::string& folder, const std::string& resolved_input,
                                 const std::vector<NamedFile>& files, bool overwrite);

// The same for what `patina synth` makes, which is made at one go and never replaced. The first throws before work if something is in the way,
// and leaves the folder alone.
void check_synth_folder(const Comm& comm, const std::string& folder);
RunFolder prepare_synth_folder(const Comm& comm, const std::string& folder, const std::string& resolved_input);

// Creates a folder inside a prepared run folder if it is not there yet. Collective.
void make_subfolder(const Comm& comm, const std::string& folder);

}  // namespace patina
