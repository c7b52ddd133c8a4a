// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/subset_kernels.hpp"

namespace patina {

#if defined(__x86_64__)
namespace lanes_avx512 {
extern const SubsetKernels subset_kernels;
}
namespace lanes_avx2 {
extern const SubsetKernels subset_kernels;
}
#endif
namespace lanes_generic {
extern const SubsetKernels subset_kernels;
}

LanesVersions<SubsetKernels> subset_kernel_versions() {
#if defined(__x86_64__)
  return runnable_lanes(&lanes_avx512::subset_kernels, &lanes_avx2::subset_kernels, &lanes_generic::subset_kernels);
#else
  return runnable_lanes<SubsetKernels>(nullptr, nullptr, &lanes_generic::subset_kernels);
#endif
}

}  // namespace patina
