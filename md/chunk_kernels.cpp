// SPDX-License-Identifier: BSD-3-Clause
#include "md/chunk_kernels.hpp"

#include "md/lanes.hpp"

namespace patina::PATINA_LANES {

namespace {

constexpr std::size_t block_chunks = 16;
constexpr std::size_t block_lanes = block_chunks * width;

// Of all pairs of a block. 11 kB: stays in the first-level cache.
struct alignas(64) Block {
  double p[block_lanes];  // place in the table's cell
  double x[block_lanes], y[block_lanes], z[block_lanes];
  double inv_r[block_lanes];
  double slope[block_lanes];  // F' of the partner
  int row[block_lanes];       // table row
  int row_back[block_lanes];  // the other way round, where the density tables differ
};

struct Lookup {
  Reals inv_step, cutoff_sq, closest_sq;
  Ints last, zero;
};

Lookup lookup_of(const ChunkTables& t, double cutoff_sq) {
  return {all(t.inv_r_step), all(cutoff_sq), all(t.closest_sq), all(t.last_row), all(t.zero_row)};
}

struct Distance {
  Reals x, y, z, r_sq;
};

Distance distance(const double* own, const Reals (&place)[4]) {
  Distance d;
  d.x = all(own[0]) - place[0];
  d.y = all(own[1]) - place[1];
  d.z = all(own[2]) - place[2];
  d.r_sq = fma(d.x, d.x, fma(d.y, d.y, d.z * d.z));
  return d;
}

// Row within a table and place in its cell; the row of zeros at the cutoff and beyond.
Ints find_row(const Lookup& lookup, Reals r_sq, Reals r, double* p) {
  const Reals at = r * lookup.inv_step;
  const Ints row = minimum(truncate(at), lookup.last);
  store(p, minimum(at - to_reals(row), all(1.0)));
  return where_less(r_sq, lookup.cutoff_sq, row, lookup.zero);
}

// Rows of a whole block on their way into the first-level cache, before the first is needed. (In a loop of its own: within
// the others, g++ 12 makes wrong code of it.)
template <class T>
void fetch_rows(const T* rows, int stride, const int* index, std::size_t count) {
  for (std::size_t k = 0; k < count; ++k) __builtin_prefetch(rows + static_cast<std::ptrdiff_t>(stride) * index[k]);
}

// base[t][s] for t = 0..7.
void transpose_base(const ChunkTables& tables, int s, int (&column)[8]) {
  for (int t = 0; t < 8; ++t) column[t] = tables.base[t][s];
}

template <bool symmetric, bool scatter>
double densities_of(const ChunkTables& tables, const ChunkPass& pass) {
  const Lookup lookup = lookup_of(tables, tables.density_cutoff_sq);
  const Reals units = all(tables.density_units);
  int to_own[8][8];
  for (int s = 0; s < 8; ++s) transpose_base(tables, s, to_own[s]);
  Reals closest = all(1e300);
  Block block;
  for (std::size_t first = 0; first < pass.chunks; first += block_chunks) {
    const std::size_t chunks = pass.chunks - first < block_chunks ? pass.chunks - first : block_chunks;
    for (std::size_t c = 0; c < chunks; ++c) {
      const int i = pass.atom[first + c];
      const int lane = static_cast<int>(c) * width;
      const Ints type = load_bytes(pass.partner_type + (first + c) * width);
      Reals place[4];
      load_rows(pass.place, 4, pass.partner + (first + c) * width, place);
      const Distance d = distance(pass.place + 4 * static_cast<std::ptrdiff_t>(i), place);
      closest = minimum(closest, d.r_sq);
      const Ints row = find_row(lookup, d.r_sq, root(maximum(d.r_sq, lookup.closest_sq)), block.p + lane);
      const int s = pass.type[i];
      store(block.row + lane, row + look_up(to_own[s], type));
      if constexpr (!symmetric && scatter) store(block.row_back + lane, row + look_up(tables.base[s], type));
    }
    fetch_rows(tables.density, 4, block.row, chunks * width);
    for (std::size_t c = 0; c < chunks; ++c) {
      const int i = pass.atom[first + c];
      const int lane = static_cast<int>(c) * width;
      const Reals p = load(block.p + lane);
      const auto value = [&](const int* rows) {
        Reals k[4];
        load_rows(tables.density, 4, rows, k);
        return round(units * fma(fma(fma(k[3], p, k[2]), p, k[1]), p, k[0]));
      };
      const Longs at_own = value(block.row + lane);
      if constexpr (symmetric || !scatter) {
        pass.own[i] += spread<scatter>(pass.others, pass.partner + (first + c) * width, at_own);
      } else {
        pass.own[i] += sum(at_own);
        spread<true>(pass.others, pass.partner + (first + c) * width, value(block.row_back + lane));
      }
    }
  }
  return smallest(closest);
}

template <bool symmetric, bool scatter, bool tally>
void forces_of(const ChunkTables& tables, const ChunkPass& pass, __int128* energy) {
  const Lookup lookup = lookup_of(tables, tables.pair_cutoff_sq);
  const Reals inv_step = all(tables.inv_r_step);
  const Reals units = all(-tables.force_units), energy_units = all(tables.energy_units);
  int to_own[8][8];
  for (int s = 0; s < 8; ++s) transpose_base(tables, s, to_own[s]);
  Block block;
  for (std::size_t first = 0; first < pass.chunks; first += block_chunks) {
    const std::size_t chunks = pass.chunks - first < block_chunks ? pass.chunks - first : block_chunks;
    for (std::size_t c = 0; c < chunks; ++c) {
      const int i = pass.atom[first + c];
      const int lane = static_cast<int>(c) * width;
      const Ints type = load_bytes(pass.partner_type + (first + c) * width);
      Reals place[4];
      load_rows(pass.place, 4, pass.partner + (first + c) * width, place);
      const Distance d = distance(pass.place + 4 * static_cast<std::ptrdiff_t>(i), place);
      store(block.x + lane, d.x);
      store(block.y + lane, d.y);
      store(block.z + lane, d.z);
      store(block.slope + lane, place[3]);
      const Reals r = root(maximum(d.r_sq, lookup.closest_sq));
      store(block.inv_r + lane, all(1.0) / r);
      const Ints row = find_row(lookup, d.r_sq, r, block.p + lane);
      const int s = pass.type[i];
      store(block.row + lane, row + look_up(tables.base[s], type));
      if constexpr (!symmetric) store(block.row_back + lane, row + look_up(to_own[s], type));
    }
    fetch_rows(tables.pair, 8, block.row, chunks * width);
    if (scatter && !pass.row_of_partner) fetch_rows(pass.others, 4, pass.partner + first * width, chunks * width);
    Longs sum_phi = no_longs();
    for (std::size_t c = 0; c < chunks; ++c) {
      const int i = pass.atom[first + c];
      const int lane = static_cast<int>(c) * width;
      const Reals p = load(block.p + lane);
      const Reals inv_r = load(block.inv_r + lane);
      const Reals own_slope = all(pass.place[4 * static_cast<std::ptrdiff_t>(i) + 3]);
      const Reals slope = load(block.slope + lane);
      Reals d[4], z[4];
      load_rows(tables.pair, 8, block.row + lane, d);
      load_rows(tables.pair + 4, 8, block.row + lane, z);
      const auto density_slope = [&](const Reals(&k)[4]) { return fma(fma(k[2], p, k[1]), p, k[0]); };
      // r phi and its derivative by Horner's rule.
      const Reals z2 = fma(z[3], p, z[2]);
      const Reals z1 = fma(z2, p, z[1]);
      const Reals phi = fma(z1, p, z[0]) * inv_r;
      const Reals r_phi_slope = fma(fma(z[3], p, z2), p, z1);
      const Reals phi_slope = fma(r_phi_slope, inv_step, all(0.0) - phi) * inv_r;
      Reals total;
      if constexpr (symmetric) {
        total = fma(own_slope + slope, density_slope(d), phi_slope);
      } else {
        Reals back[4];
        load_rows(tables.pair, 8, block.row_back + lane, back);
        // Products first, then their sum: the same bits seen from either atom.
        total = (own_slope * density_slope(back) + slope * density_slope(d)) + phi_slope;
      }
      const Reals over_r = total * inv_r * units;
      const int* target = pass.partner + (first + c) * width;
      alignas(32) int ghost_rows[width];
      if (scatter && pass.row_of_partner) {
        for (int k = 0; k < width; ++k) ghost_rows[k] = pass.row_of_partner[target[k]];
        target = ghost_rows;
      }
      move_momentum<scatter>(pass.others, target, pass.own + 4 * static_cast<std::ptrdiff_t>(i),
                             round(load(block.x + lane) * over_r), round(load(block.y + lane) * over_r),
                             round(load(block.z + lane) * over_r));
      if constexpr (tally) sum_phi = sum_phi + round(phi * energy_units);
    }
    if constexpr (tally) *energy += sum(sum_phi);
  }
}

template <bool symmetric>
double densities_by_target(const ChunkTables& tables, const ChunkPass& pass) {
  return pass.others ? densities_of<symmetric, true>(tables, pass)
                     : densities_of<symmetric, false>(tables, pass);
}
double densities(const ChunkTables& tables, const ChunkPass& pass) {
  return tables.symmetric ? densities_by_target<true>(tables, pass) : densities_by_target<false>(tables, pass);
}

template <bool symmetric, bool scatter>
void forces_by_tally(const ChunkTables& tables, const ChunkPass& pass, __int128* energy) {
  energy ? forces_of<symmetric, scatter, true>(tables, pass, energy)
         : forces_of<symmetric, scatter, false>(tables, pass, energy);
}
template <bool symmetric>
void forces_by_target(const ChunkTables& tables, const ChunkPass& pass, __int128* energy) {
  pass.others ? forces_by_tally<symmetric, true>(tables, pass, energy)
              : forces_by_tally<symmetric, false>(tables, pass, energy);
}
void forces(const ChunkTables& tables, const ChunkPass& pass, __int128* energy) {
  tables.symmetric ? forces_by_target<true>(tables, pass, energy)
                   : forces_by_target<false>(tables, pass, energy);
}

#if PATINA_LANES_VERSION == 512

void search(const SearchAtoms& atoms, int first, int last, const float* r, const PairRadii& radii, int*& inner,
            int*& outer) {
  int *near_tail = inner, *far_tail = outer;  // in registers
  const __m512 x = _mm512_set1_ps(r[0]), y = _mm512_set1_ps(r[1]), z = _mm512_set1_ps(r[2]);
  const __m512 inner_sq = _mm512_load_ps(radii.inner_sq), outer_sq = _mm512_load_ps(radii.outer_sq);
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
    const __mmask16 near =
        _mm512_mask_cmp_ps_mask(within, r_sq, _mm512_permutexvar_ps(type, inner_sq), _CMP_LT_OQ);
    const auto far = static_cast<__mmask16>(within & ~near);
    _mm512_storeu_si512(near_tail, _mm512_maskz_compress_epi32(near, partner));
    _mm512_storeu_si512(far_tail, _mm512_maskz_compress_epi32(far, partner));
    near_tail += __builtin_popcount(near);
    far_tail += __builtin_popcount(far);
  }
  inner = near_tail;
  outer = far_tail;
}

#else

void search(const SearchAtoms& atoms, int first, int last, const float* r, const PairRadii& radii, int*& inner,
            int*& outer) {
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

}  // namespace

extern const ChunkKernels kernels;
const ChunkKernels kernels = {PATINA_LANES_NAME, densities, forces, search};

}  // namespace patina::PATINA_LANES
