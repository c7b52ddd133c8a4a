// SPDX-License-Identifier: BSD-3-Clause
// The sample that a run starts from, as its input describes it.
#pragma once

#include <string>
#include <vector>

#include "core/mpi.hpp"
#include "md/structure.hpp"
#include "run/run_config.hpp"

namespace patina {

// Builds or reads the structure; types follow `species` (those of the potential), masses are `mass_amu`. Relative file
// names are looked for beside the input. Collective; the same structure on all ranks.
Structure make_sample(const Comm& comm, const StructureConfig& config, const std::vector<std::string>& species,
                      const std::vector<double>& mass_amu, const std::string& input_folder, std::uint64_t seed);

// What can be said before the run starts: that a file can be read, and that all elements are in the potential.
// Throws what make_sample() would. Collective.
void check_sample(const Comm& comm, const StructureConfig& config, const std::vector<std::string>& species,
                  const std::string& input_folder);

}  // namespace patina
