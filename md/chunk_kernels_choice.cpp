// SPDX-License-Identifier: BSD-3-Clause
#include "md/chunk_kernels.hpp"
#include "md/lanes.hpp"

namespace patina {

#if defined(PATINA_ALL_LANES)

namespace lanes_avx512 {
extern const ChunkKernels kernels;
}
namespace lanes_avx2 {
extern const ChunkKernels kernels;
}
namespace lanes_generic {
extern const ChunkKernels kernels;
}

const ChunkKernels& chunk_kernels() {
  static const ChunkKernels& best =
      __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
              __builtin_cpu_supports("avx512vl")
          ? lanes_avx512::kernels
      : __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? lanes_avx2::kernels
                                                                        : lanes_generic::kernels;
  return best;
}

#else

namespace PATINA_LANES {
extern const ChunkKernels kernels;
}

const ChunkKernels& chunk_kernels() { return PATINA_LANES::kernels; }

#endif

}  // namespace patina
