// SPDX-License-Identifier: BSD-3-Clause
// The Kokkos names everything else uses: one execution space, its memory, and the views of per-atom data.
// Nothing else names, or is templated on, a space. Rows are LayoutRight on every back end: one atom's row
// stays together, on a GPU too (performance.md section 4: the default layout scatters table rows).
#pragma once

#include <Kokkos_Core.hpp>
#include <cstdint>
#include <vector>

namespace patina {

using ExecSpace = Kokkos::DefaultExecutionSpace;
using MemSpace = ExecSpace::memory_space;
using HostSpace = Kokkos::HostSpace;

using Range = Kokkos::RangePolicy<ExecSpace, Kokkos::IndexType<int>>;
// For what stays on the host in every build.
using HostExec = Kokkos::DefaultHostExecutionSpace;
using HostRange = Kokkos::RangePolicy<HostExec, Kokkos::IndexType<int>>;

template <class T>
using Array = Kokkos::View<T*, Kokkos::LayoutRight, MemSpace>;
template <class T, int columns>
using Rows = Kokkos::View<T* [columns], Kokkos::LayoutRight, MemSpace>;

template <class T>
using HostArray = Kokkos::View<T*, Kokkos::LayoutRight, HostSpace>;
template <class T, int columns>
using HostRows = Kokkos::View<T* [columns], Kokkos::LayoutRight, HostSpace>;

// A copy of the values for kernels.
template <class T>
Array<T> to_device(const std::vector<T>& values) {
  const Array<T> device(Kokkos::view_alloc(std::string("values"), Kokkos::WithoutInitializing), values.size());
  const auto host = Kokkos::create_mirror_view(HostSpace{}, device);
  for (std::size_t k = 0; k < values.size(); ++k) host(k) = values[k];
  Kokkos::deep_copy(device, host);
  return device;
}

}  // namespace patina
