// SPDX-License-Identifier: BSD-3-Clause
// Which versions of loops written with core/lanes.hpp this machine runs. A program holds all of them (cmake/PatinaLanes.cmake).
#pragma once

#include <string>

namespace patina {

// The fastest first.
template <class Kernels>
struct LanesVersions {
  const Kernels* all[3] = {};
  int count = 0;
};

// PATINA_LANES=AVX-512, AVX2 or generic in the environment: no version faster than this one; "" without it. All give the same bits.
// Throws Error(usage) if it is something else.
std::string lanes_wanted();

template <class Kernels>
LanesVersions<Kernels> runnable_lanes([[maybe_unused]] const Kernels* avx512, [[maybe_unused]] const Kernels* avx2,
                                      const Kernels* generic) {
  LanesVersions<Kernels> versions;
  [[maybe_unused]] const std::string wanted = lanes_wanted();
#if defined(__x86_64__)
  if (wanted != "AVX2" && wanted != "generic" && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl"))
    versions.all[versions.count++] = avx512;
  if (wanted != "generic" && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) versions.all[versions.count++] = avx2;
#endif
  versions.all[versions.count++] = generic;
  return versions;
}

}  // namespace patina
