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

LanesVersions<ChunkKernels> chunk_kernel_versions() {
#if defined(__x86_64__)
  return runnable_lanes(&lanes_avx512::kernels, &lanes_avx2::kernels, &lanes_generic::kernels);
#else
  return runnable_lanes<ChunkKernels>(nullptr, nullptr, &lanes_generic::kernels);
#endif
}

const ChunkKernels& chunk_kernels() {
  static const ChunkKernels& best = *chunk_kernel_versions().all[0];
  return best;
}

}  // namespace patina
