// SPDX-License-Identifier: BSD-3-Clause
// Which versions of loops written with core/lanes.hpp this machine runs. A program holds all of them (cmake/PatinaLanes.cmake).
#pragma once

namespace patina {

// The fastest first.
template <class Kernels>
struct LanesVersions {
  const Kernels* all[3] = {};
  int count = 0;
};

template <class Kernels>
LanesVersions<Kernels> runnable_lanes([[maybe_unused]] const Kernels* avx512, [[maybe_unused]] const Kernels* avx2,
                                      const Kernels* generic) {
  LanesVersions<Kernels> versions;
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
    versions.all[versions.count++] = avx512;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) versions.all[versions.count++] = avx2;
#endif
  versions.all[versions.count++] = generic;
  return versions;
}

}  // namespace patina
