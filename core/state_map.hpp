// SPDX-License-Identifier: BSD-3-Clause
// Named arrays of numbers: what thermostats, barostats and observers put into a checkpoint beside the atoms,
// and read back from it. Doubles keep integers exactly up to 2^53.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace patina {

using StateMap = std::map<std::string, std::vector<double>>;

// The entry `key` of `count` numbers. Throws Error(bad_input) if it is absent or of another length.
const std::vector<double>& state_of(const StateMap& state, const std::string& key, std::size_t count);

}  // namespace patina
