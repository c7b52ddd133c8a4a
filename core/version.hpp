// SPDX-License-Identifier: BSD-3-Clause
// What this build is: written into every output file and printed by `patina --version`.
#pragma once

#include <string>

namespace patina {

struct BuildInfo {
  std::string version;
  std::string git_hash;
  std::string compiler;
  std::string build_type;
  std::string flags;
  std::string kokkos_version;
  std::string kokkos_devices;
};

const BuildInfo& build_info();

}  // namespace patina
