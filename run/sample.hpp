// SPDX-License-Identifier: BSD-3-Clause
// The sample that a run starts from, as its input describes it.
#pragma once

#include <string>
#include <vector>

#include "core/mpi.hpp"
#include "md/structure.hpp"
#include "run/run_config.hpp"

namespace patina {

// Where the file of a structure is: beside the input, if its name is relative.
std::string sample_path(const FileStructureConfig& config, const std::string& input_folder);

// Error(bad_input) if there is less room for an atom than any metal has: lengths are in another unit, probably.
void check_volume(const std::string& path, const Box& box, std::size_t atoms);

// A sample of another run is one that was resolved: its step is a whole name, its replica that of this sample (run/parent_samples.hpp).
// Builds or reads the structure; types follow `species` (those of the potential), masses are `mass_amu`. Relative file
// names are looked for beside the input. Collective; the same structure on all ranks.
Structure make_sample(const Comm& comm, const StructureConfig& config, const std::vector<std::string>& species,
                      const std::vector<double>& mass_amu, const std::string& input_folder, std::uint64_t seed);

}  // namespace patina
