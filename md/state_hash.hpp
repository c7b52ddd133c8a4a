// SPDX-License-Identifier: BSD-3-Clause
// A fingerprint of a running sample: every bit of the cell and of the atoms' ids, types, positions, images and
// velocities. Two runs that print the same fingerprint hold the same state, whatever their ranks and threads.
#pragma once

#include <string>

#include "md/system.hpp"

namespace patina {

// 32 hexadecimal digits; -0 counts as 0. Each atom is hashed by itself (MurmurHash3's 64-bit finaliser on each
// word) and the hashes are added up, so that the order of the atoms does not matter. Collective.
std::string state_hash(const System& system);

}  // namespace patina
