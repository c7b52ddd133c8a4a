// SPDX-License-Identifier: BSD-3-Clause
#include "beamline/noise_kernels.hpp"

namespace patina {

#if defined(__x86_64__)
namespace lanes_avx512 {
extern const NoiseKernels noise_kernels;
}
namespace lanes_avx2 {
extern const NoiseKernels noise_kernels;
}
#endif
namespace lanes_generic {
extern const NoiseKernels noise_kernels;
}

LanesVersions<NoiseKernels> noise_kernel_versions() {
#if defined(__x86_64__)
  return runnable_lanes(&lanes_avx512::noise_kernels, &lanes_avx2::noise_kernels, &lanes_generic::noise_kernels);
#else
  return runnable_lanes<NoiseKernels>(nullptr, nullptr, &lanes_generic::noise_kernels);
#endif
}

const NoiseKernels& noise_kernels() {
  static const NoiseKernels& best = *noise_kernel_versions().all[0];
  return best;
}

}  // namespace patina
