// SPDX-License-Identifier: BSD-3-Clause
#include "core/lanes_choice.hpp"

#include <fmt/format.h>

#include <cstdlib>

#include "core/error.hpp"

namespace patina {

std::string lanes_wanted() {
  const char* const wanted = std::getenv("PATINA_LANES");
  if (!wanted) return "";
  for (const std::string allowed : {"AVX-512", "AVX2", "generic"})
    if (allowed == wanted) return allowed;
  throw Error(ExitCode::usage, fmt::format("PATINA_LANES is \"{}\": must be AVX-512, AVX2 or generic", wanted));
}

}  // namespace patina
