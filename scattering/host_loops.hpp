// SPDX-License-Identifier: BSD-3-Clause
// Which of two ways the scattering takes: loops written for the host's vector units and caches, where kernels run on the host,
//   phase_sum_host.cpp, mesh_sum.cpp, two_time_panels.cpp
// or Kokkos kernels, where they run on a device:
//   phase_sum_rows.cpp, whole_mesh.cpp, two_time_tiles.cpp
// The kernels compile for any execution space, and tests run them on the host against the same truths.
#pragma once

#include <type_traits>

#include "core/types.hpp"

namespace patina {

constexpr bool takes_host_loops() { return std::is_same_v<ExecSpace, HostExec>; }

}  // namespace patina
