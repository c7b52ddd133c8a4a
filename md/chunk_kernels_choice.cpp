// SPDX-License-Identifier: BSD-3-Clause
#include "md/chunk_kernels.hpp"

namespace patina {

#if defined(__x86_64__)
namespace lanes_avx512 {
extern const ChunkKernels kernels;
}
namespace lanes_avx2 {
extern const ChunkKernels kernels;
}
#endif
namespace lanes_generic {
extern const ChunkKernels kernels;
}

ChunkKernelVersions chunk_kernel_versions() {
  ChunkKernelVersions versions;
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
    versions.all[versions.count++] = &lanes_avx512::kernels;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    versions.all[versions.count++] = &lanes_avx2::kernels;
#endif
  versions.all[versions.count++] = &lanes_generic::kernels;
  return versions;
}

const ChunkKernels& chunk_kernels() {
  static const ChunkKernels& best = *chunk_kernel_versions().all[0];
  return best;
}

}  // namespace patina
