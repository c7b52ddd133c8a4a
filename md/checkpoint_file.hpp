// SPDX-License-Identifier: BSD-3-Clause
// What is in one checkpoint file: the state by name, the atoms in order of id.
#pragma once

#include <functional>
#include <string>

#include "md/checkpoint.hpp"

namespace patina::h5 {
class File;
}

namespace patina {

// A new file, closed, not yet known to lie on the disk. `more` adds on rank 0 what else it is to hold (md/sample_file.hpp). Collective.
void write_checkpoint_file(const std::string& path, const System& system, const ProtocolPosition& position, const StateMap& state,
                           const std::string& resolved_input, const std::function<void(h5::File&)>& more = {});

// On one rank. Error(bad_input) if it is another version's, or says what cannot be. `segments` stand in the manifest.
CheckpointData read_checkpoint_file(const std::string& path);

}  // namespace patina
