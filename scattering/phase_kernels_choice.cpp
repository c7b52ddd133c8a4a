// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/phase_kernels.hpp"

namespace patina {

#if defined(__x86_64__)
namespace lanes_avx512 {
extern const PhaseKernels phase_kernels;
}
namespace lanes_avx2 {
extern const PhaseKernels phase_kernels;
}
#endif
namespace lanes_generic {
extern const PhaseKernels phase_kernels;
}

LanesVersions<PhaseKernels> phase_kernel_versions() {
#if defined(__x86_64__)
  return runnable_lanes(&lanes_avx512::phase_kernels, &lanes_avx2::phase_kernels, &lanes_generic::phase_kernels);
#else
  return runnable_lanes<PhaseKernels>(nullptr, nullptr, &lanes_generic::phase_kernels);
#endif
}

}  // namespace patina
