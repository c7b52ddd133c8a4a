// SPDX-License-Identifier: BSD-3-Clause
// The search for partners among a row of candidates, for each set of instructions (core/lanes.hpp); included by
// md/chunk_kernels.cpp alone, within its namespace.
#pragma once

#if PATINA_LANES_VERSION == 512

// Appends the values whose bit is set.
[[gnu::always_inline]] inline void append(int*& tail, __m512i values, __mmask16 mask) {
  _mm512_storeu_si512(tail, _mm512_maskz_compress_epi32(mask, values));
  tail += __builtin_popcount(mask);
}

void search(const SearchAtoms& given, int first, int last, const float* r, const PairRadii& radii, int*& inner,
            int*& outer) {
  const SearchAtoms atoms = given;  // in registers,
  int *near_tail = inner, *far_tail = outer;  // these too
  const __m512 x = _mm512_set1_ps(r[0]), y = _mm512_set1_ps(r[1]), z = _mm512_set1_ps(r[2]);
  const __m512 inner_sq = _mm512_load_ps(radii.inner_sq), outer_sq = _mm512_load_ps(radii.outer_sq);
  const bool all_near = _mm512_cmp_ps_mask(inner_sq, outer_sq, _CMP_NEQ_UQ) == 0;
  for (int k = first; k < last; k += 16) {
    const auto here = static_cast<__mmask16>(last - k >= 16 ? 0xffff : (1 << (last - k)) - 1);
    const __m512 dx = _mm512_sub_ps(_mm512_loadu_ps(atoms.x + k), x);
    const __m512 dy = _mm512_sub_ps(_mm512_loadu_ps(atoms.y + k), y);
    const __m512 dz = _mm512_sub_ps(_mm512_loadu_ps(atoms.z + k), z);
    const __m512 r_sq = _mm512_fmadd_ps(dx, dx, _mm512_fmadd_ps(dy, dy, _mm512_mul_ps(dz, dz)));
    const __m512i partner = _mm512_loadu_si512(atoms.partner + k);
    const __m512i type = _mm512_srli_epi32(partner, partner_type_shift);
    const __mmask16 within =
        _mm512_mask_cmp_ps_mask(here, r_sq, _mm512_permutexvar_ps(type, outer_sq), _CMP_LT_OQ);
    if (all_near) {
      append(near_tail, partner, within);
      continue;
    }
    const __mmask16 near =
        _mm512_mask_cmp_ps_mask(within, r_sq, _mm512_permutexvar_ps(type, inner_sq), _CMP_LT_OQ);
    append(near_tail, partner, near);
    append(far_tail, partner, static_cast<__mmask16>(within & ~near));
  }
  inner = near_tail;
  outer = far_tail;
}

#elif PATINA_LANES_VERSION == 2

// Lanes that are set in each mask of eight, in order; what follows them does not matter.
struct PackOrders {
  alignas(64) unsigned char lane[256][8] = {};
  constexpr PackOrders() {
    for (int mask = 0; mask < 256; ++mask)
      for (int bit = 0, next = 0; bit < 8; ++bit)
        if (mask >> bit & 1) lane[mask][next++] = static_cast<unsigned char>(bit);
  }
};
constexpr PackOrders pack_orders;

// Appends the values whose bit is set.
[[gnu::always_inline]] inline void append(int*& tail, __m256i values, int mask) {
  const __m256i order = Ints::load_bytes(pack_orders.lane[mask]).v;
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(tail), _mm256_permutevar8x32_epi32(values, order));
  tail += __builtin_popcount(static_cast<unsigned>(mask));
}

void search(const SearchAtoms& given, int first, int last, const float* r, const PairRadii& radii, int*& inner,
            int*& outer) {
  static_assert(most_chunk_types <= 8, "radii of all types in one vector");
  const SearchAtoms atoms = given;  // in registers,
  int *near_tail = inner, *far_tail = outer;  // these too
  const __m256 x = _mm256_set1_ps(r[0]), y = _mm256_set1_ps(r[1]), z = _mm256_set1_ps(r[2]);
  const __m256 inner_sq = _mm256_load_ps(radii.inner_sq), outer_sq = _mm256_load_ps(radii.outer_sq);
  const bool all_near = _mm256_movemask_ps(_mm256_cmp_ps(inner_sq, outer_sq, _CMP_NEQ_UQ)) == 0;
  for (int k = first; k < last; k += 8) {
    const int here = last - k >= 8 ? 0xff : (1 << (last - k)) - 1;
    const __m256 dx = _mm256_sub_ps(_mm256_loadu_ps(atoms.x + k), x);
    const __m256 dy = _mm256_sub_ps(_mm256_loadu_ps(atoms.y + k), y);
    const __m256 dz = _mm256_sub_ps(_mm256_loadu_ps(atoms.z + k), z);
    const __m256 r_sq = _mm256_fmadd_ps(dx, dx, _mm256_fmadd_ps(dy, dy, _mm256_mul_ps(dz, dz)));
    const __m256i partner = Ints::load(atoms.partner + k).v;
    const __m256i type = _mm256_srli_epi32(partner, partner_type_shift);
    const auto closer = [&](__m256 limits) {
      return _mm256_movemask_ps(_mm256_cmp_ps(r_sq, _mm256_permutevar8x32_ps(limits, type), _CMP_LT_OQ));
    };
    const int within = closer(outer_sq) & here;
    if (all_near) {
      append(near_tail, partner, within);
      continue;
    }
    const int near = closer(inner_sq) & within;
    append(near_tail, partner, near);
    append(far_tail, partner, within & ~near);
  }
  inner = near_tail;
  outer = far_tail;
}

#else

void search(const SearchAtoms& given, int first, int last, const float* r, const PairRadii& radii, int*& inner,
            int*& outer) {
  const SearchAtoms atoms = given;
  int *near_tail = inner, *far_tail = outer;
  for (int k = first; k < last; ++k) {
    const float dx = atoms.x[k] - r[0], dy = atoms.y[k] - r[1], dz = atoms.z[k] - r[2];
    const float r_sq = dx * dx + dy * dy + dz * dz;
    const int partner = atoms.partner[k];
    const int type = partner >> partner_type_shift;
    const bool near = r_sq < radii.inner_sq[type];
    const bool far = !near && r_sq < radii.outer_sq[type];
    *near_tail = partner;
    *far_tail = partner;
    near_tail += near;
    far_tail += far;
  }
  inner = near_tail;
  outer = far_tail;
}

#endif
