// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/pixel_kernels.hpp"

namespace patina {

#if defined(__x86_64__)
namespace lanes_avx512 {
extern const PixelKernels pixel_kernels;
}
namespace lanes_avx2 {
extern const PixelKernels pixel_kernels;
}
#endif
namespace lanes_generic {
extern const PixelKernels pixel_kernels;
}

LanesVersions<PixelKernels> pixel_kernel_versions() {
#if defined(__x86_64__)
  return runnable_lanes(&lanes_avx512::pixel_kernels, &lanes_avx2::pixel_kernels, &lanes_generic::pixel_kernels);
#else
  return runnable_lanes<PixelKernels>(nullptr, nullptr, &lanes_generic::pixel_kernels);
#endif
}

}  // namespace patina
