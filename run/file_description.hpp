// SPDX-License-Identifier: BSD-3-Clause
// What a file or a run folder is: format, version, step, atoms, cell, observers, digests. By content, not by name.
#pragma once

#include <string>

#include "core/json_text.hpp"

namespace patina {

// An object whose first member is "kind". Error(missing_input) if it is not there, Error(bad_input) if it is damaged or none of the
// formats that Patina knows. On one rank.
JsonValue describe_path(const std::string& path);

}  // namespace patina
