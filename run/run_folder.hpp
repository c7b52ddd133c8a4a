// SPDX-License-Identifier: BSD-3-Clause
// The folder that holds everything a run made. A folder that already holds a run is never written to unless the
// run is resumed with the same input.
#pragma once

#include <string>

#include "core/mpi.hpp"

namespace patina {

// Makes `folder` (and its parents) ready for a run with this resolved input and writes resolved.json into it.
// With `resume`, a folder begun with the same resolved input is gone on with; with another input it is refused
// and the lines that differ are named. Throws Error(cannot_create) or Error(bad_input) on all ranks alike.
void prepare_run_folder(const Comm& comm, const std::string& folder, const std::string& resolved_input, bool resume);

// Creates a folder inside a prepared run folder if it is not there yet. Collective.
void make_subfolder(const Comm& comm, const std::string& folder);

}  // namespace patina
