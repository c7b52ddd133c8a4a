// SPDX-License-Identifier: BSD-3-Clause
// What is in one checkpoint file: the state by name, the atoms in order of id.
#pragma once

#include <string>

#include "md/checkpoint.hpp"

namespace patina {

// A new file, closed, not yet known to lie on the disk. Collective.
void write_checkpoint_file(const std::string& path, const System& system, const ProtocolPosition& position, const StateMap& state,
                           const std::string& resolved_input);

// On one rank. Error(bad_input) if it is another version's, or says what cannot be. `segments` stand in the manifest.
CheckpointData read_checkpoint_file(const std::string& path);

}  // namespace patina
