// SPDX-License-Identifier: BSD-3-Clause
// Files that come with the program: beside an installed one in share/patina, otherwise in the source tree that it was built from.
#pragma once

#include <string>

namespace patina {

// The folder share/patina/`installed`, or `in_source` of the source tree; `marker` is a file (or a folder, "") that must be in it.
// Error(environment) if it is at neither place; `what` names it.
std::string shared_folder(const std::string& installed, const std::string& in_source, const std::string& marker, const std::string& what);

}  // namespace patina
