// SPDX-License-Identifier: BSD-3-Clause
#include "md/state_hash.hpp"

#include <fmt/format.h>

#include <cstring>

namespace patina {

namespace {

struct TwoWords {
  unsigned long long word[2] = {0, 0};

  KOKKOS_INLINE_FUNCTION TwoWords& operator+=(const TwoWords& other) {
    for (int k = 0; k < 2; ++k) word[k] += other.word[k];
    return *this;
  }
  KOKKOS_INLINE_FUNCTION void operator+=(const volatile TwoWords& other) volatile {
    for (int k = 0; k < 2; ++k) word[k] = word[k] + other.word[k];
  }
  KOKKOS_INLINE_FUNCTION void mix(unsigned long long bits) {
    for (int k = 0; k < 2; ++k) {
      unsigned long long h = word[k] ^ bits;
      h ^= h >> 33;
      h *= 0xff51afd7ed558ccdULL;
      h ^= h >> 33;
      h *= 0xc4ceb9fe1a85ec53ULL;
      word[k] = h ^ (h >> 33);
    }
  }
  KOKKOS_INLINE_FUNCTION void mix(double x) {
    const double plain = x + 0.0;  // -0 + 0 = 0
    unsigned long long bits = 0;
    memcpy(&bits, &plain, sizeof bits);
    mix(bits);
  }
};

KOKKOS_INLINE_FUNCTION TwoWords seeds() {
  TwoWords words;
  words.word[0] = 0x9e3779b97f4a7c15ULL;
  words.word[1] = 0xd1b54a32d192ed03ULL;
  return words;
}

}  // namespace

std::string state_hash(const System& system) {
  const auto id = system.atoms.id;
  const auto type = system.atoms.type;
  const auto position = system.atoms.position;
  const auto velocity = system.atoms.velocity;
  const auto image = system.atoms.image;
  TwoWords sum;
  Kokkos::parallel_reduce(
      "state_hash", Range(0, system.atoms.local),
      KOKKOS_LAMBDA(int i, TwoWords& all) {
        TwoWords atom = seeds();
        atom.mix(static_cast<unsigned long long>(id(i)));
        atom.mix(static_cast<unsigned long long>(type(i)));
        for (int d = 0; d < 3; ++d) {
          atom.mix(position(i, d));
          atom.mix(velocity(i, d));
          atom.mix(static_cast<unsigned long long>(static_cast<long long>(image(i, d))));
        }
        all += atom;
      },
      sum);
  // As limbs of 32 bits, which no sum over ranks can overflow.
  long long limbs[4];
  for (int k = 0; k < 4; ++k) limbs[k] = static_cast<long long>(sum.word[k / 2] >> 32 * (k % 2) & 0xffffffffULL);
  system.comm->sum(limbs, 4);
  TwoWords state = seeds();
  for (int d = 0; d < 3; ++d)
    for (int k = 0; k < 3; ++k) state.mix(system.box.edges()[d][k]);
  for (int k = 0; k < 2; ++k)
    state.mix(static_cast<unsigned long long>(limbs[2 * k]) +
              (static_cast<unsigned long long>(limbs[2 * k + 1]) << 32));
  return fmt::format("{:016x}{:016x}", state.word[0], state.word[1]);
}

}  // namespace patina
