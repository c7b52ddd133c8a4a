// SPDX-License-Identifier: BSD-3-Clause
#include "core/state_map.hpp"

#include <fmt/format.h>

#include "core/error.hpp"

namespace patina {

const std::vector<double>& state_of(const StateMap& state, const std::string& key, std::size_t count) {
  const auto found = state.find(key);
  if (found == state.end())
    throw Error(ExitCode::bad_input,
                fmt::format("the saved state has no '{}': it was written with another ensemble", key));
  if (found->second.size() != count)
    throw Error(ExitCode::bad_input,
                fmt::format("the saved state '{}' has {} numbers; this ensemble needs {}", key,
                            found->second.size(), count));
  return found->second;
}

}  // namespace patina
