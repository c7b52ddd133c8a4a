// SPDX-License-Identifier: BSD-3-Clause
// The same bits, read as another type; in kernels too, where std::bit_cast may not be called. (core/lanes.hpp may include
// nothing and has its own.)
#pragma once

#include <Kokkos_Core.hpp>
#include <cstdint>
#include <cstring>

namespace patina {

KOKKOS_INLINE_FUNCTION double double_of_bits(std::uint64_t bits) {
  double x;
  memcpy(&x, &bits, sizeof x);
  return x;
}
KOKKOS_INLINE_FUNCTION std::uint64_t bits_of(double x) {
  std::uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

KOKKOS_INLINE_FUNCTION float float_of_bits(std::uint32_t bits) {
  float x;
  memcpy(&x, &bits, sizeof x);
  return x;
}
KOKKOS_INLINE_FUNCTION std::uint32_t bits_of(float x) {
  std::uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

}  // namespace patina
