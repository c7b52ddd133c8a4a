// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/panel_kernels.hpp"

namespace patina {

#if defined(__x86_64__)
namespace lanes_avx512 {
extern const PanelKernels panel_kernels;
}
namespace lanes_avx2 {
extern const PanelKernels panel_kernels;
}
#endif
namespace lanes_generic {
extern const PanelKernels panel_kernels;
}

LanesVersions<PanelKernels> panel_kernel_versions() {
#if defined(__x86_64__)
  return runnable_lanes(&lanes_avx512::panel_kernels, &lanes_avx2::panel_kernels, &lanes_generic::panel_kernels);
#else
  return runnable_lanes<PanelKernels>(nullptr, nullptr, &lanes_generic::panel_kernels);
#endif
}

}  // namespace patina
