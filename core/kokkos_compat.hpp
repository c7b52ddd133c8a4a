// SPDX-License-Identifier: BSD-3-Clause
// The few names that differ between Kokkos 3.4.1 and 5: mathematical functions in kernels, initialisation.
#pragma once

#include <Kokkos_Core.hpp>
#include <cmath>

namespace patina::kokkos_compat {

// Kokkos 3.7 brought the mathematical functions into namespace Kokkos; before, they are Kokkos::Experimental
// or plain std (host only).
#if KOKKOS_VERSION >= 30700
using Kokkos::abs;
using Kokkos::ceil;
using Kokkos::cos;
using Kokkos::exp;
using Kokkos::floor;
using Kokkos::log;
using Kokkos::round;
using Kokkos::sin;
using Kokkos::sqrt;
#else
using std::abs;
using std::ceil;
using std::cos;
using std::exp;
using std::floor;
using std::log;
using std::round;
using std::sin;
using std::sqrt;
#endif

// Fused, whatever the compiler may fuse or not.
KOKKOS_INLINE_FUNCTION double fma(double a, double b, double c) { return ::fma(a, b, c); }
KOKKOS_INLINE_FUNCTION float fma(float a, float b, float c) { return ::fmaf(a, b, c); }

// Starts Kokkos with `threads` host threads (0: the back end's own default, OMP_NUM_THREADS for OpenMP).
inline void initialize(int threads) {
#if KOKKOS_VERSION >= 30700
  Kokkos::InitializationSettings settings;
  if (threads > 0) settings.set_num_threads(threads);
  settings.set_disable_warnings(true);
  Kokkos::initialize(settings);
#else
  Kokkos::InitArguments arguments;
  if (threads > 0) arguments.num_threads = threads;
  arguments.disable_warnings = true;
  Kokkos::initialize(arguments);
#endif
}

}  // namespace patina::kokkos_compat
