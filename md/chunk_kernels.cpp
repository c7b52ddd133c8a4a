// SPDX-License-Identifier: BSD-3-Clause
#include "md/chunk_kernels.hpp"

#include "core/lanes.hpp"

namespace patina::PATINA_LANES {

namespace {

// What the loops below call must be inlined into them: a vector that passes through memory costs more than the sum it is for.
constexpr std::size_t block_chunks = 16;
constexpr std::size_t block_lanes = block_chunks * width;

struct Double {
  using Number = double;
  using Place = double;
  using Reals = PATINA_LANES::Reals;
  using Places = PATINA_LANES::Reals;
  using Ints = PATINA_LANES::Ints;
  static constexpr int chunks = 1;  // at once
  static constexpr double short_limit = 0x1p50;  // of forces that take the short way, in their units; round_short() takes twice as much
};
struct Mixed {
  using Number = float;
  using Place = std::uint32_t;
  using Reals = Floats;
  using Places = WideInts;
  using Ints = WideInts;
  static constexpr int chunks = 2;
  static constexpr double short_limit = 0x1p30;
};

// Of all pairs of a block. 11 kB in double: stays in the first-level cache.
template <class P>
struct alignas(64) Block {
  using Number = typename P::Number;
  Number p[block_lanes];  // place in the table's cell
  Number x[block_lanes], y[block_lanes], z[block_lanes];
  Number inv_r[block_lanes];
  Number slope[block_lanes];  // F' of the partner
  int row[block_lanes];       // where the table's row begins
  int row_back[block_lanes];  // the other way round, where the density tables differ
};

template <class P>
struct Lookup {
  typename P::Reals inv_step, inv_step_rest, cutoff_sq, closest_sq, place_step, far_sq;
  typename P::Ints last, zero, filler;
};

template <class P>
Lookup<P> lookup_of(const ChunkTables<typename P::Number>& t, const ChunkPass<typename P::Place>& pass, double cutoff_sq) {
  using Reals = typename P::Reals;
  using Ints = typename P::Ints;
  const double rest = t.inv_r_step - static_cast<typename P::Number>(t.inv_r_step);
  return {Reals::all(t.inv_r_step),      Reals::all(rest), Reals::all(cutoff_sq),  Reals::all(t.closest_sq),
          Reals::all(pass.place_step), Reals::all(1e6),  Ints::all(t.last_row), Ints::all(t.zero_row),
          Ints::all(pass.filler)};
}

template <class Reals>
struct Distance {
  Reals x, y, z, r_sq;
  Reals slope;  // F' of the partner
};

template <class Reals>
[[gnu::always_inline]] inline Reals square(const Distance<Reals>& d) {
  return fma(d.x, d.x, fma(d.y, d.y, d.z * d.z));
}

// From the partners of a chunk to its atom. The filler stands far from all.
[[gnu::always_inline]] inline Distance<Reals> distance(const Lookup<Double>&, const double* places, const int* atom, const int* partner) {
  const double* own = places + 4 * static_cast<std::ptrdiff_t>(*atom);
  Reals place[4];
  load_rows(places, partner, place);
  Distance<Reals> d{Reals::all(own[0]) - place[0], Reals::all(own[1]) - place[1], Reals::all(own[2]) - place[2], {}, place[3]};
  d.r_sq = square(d);
  return d;
}

// The same of two chunks. In whole numbers modulo 2^32 nothing is far: the filler is told by its row.
[[gnu::always_inline]] inline Distance<Floats> distance(const Lookup<Mixed>& lookup, const std::uint32_t* places, const int* atom, const int* partner) {
  const std::uint32_t* first = places + 4 * static_cast<std::ptrdiff_t>(atom[0]);
  const std::uint32_t* second = places + 4 * static_cast<std::ptrdiff_t>(atom[1]);
  WideInts place[4];
  load_rows(places, partner, place);
  const auto along = [&](int c) {
    return to_reals(WideInts::halves(first[c], second[c]) - place[c]) * lookup.place_step;
  };
  Distance<Floats> d{along(0), along(1), along(2), {}, as_floats(place[3])};
  d.r_sq = where_equal(WideInts::load(partner), lookup.filler, lookup.far_sq, square(d));
  return d;
}

[[gnu::always_inline]] inline Reals own_slopes(const double* places, const int* atom) {
  return Reals::all(places[4 * static_cast<std::ptrdiff_t>(*atom) + 3]);
}
[[gnu::always_inline]] inline Floats own_slopes(const std::uint32_t* places, const int* atom) {
  return as_floats(WideInts::halves(places[4 * static_cast<std::ptrdiff_t>(atom[0]) + 3],
                                    places[4 * static_cast<std::ptrdiff_t>(atom[1]) + 3]));
}

// start[type of the chunk's atom][types]
[[gnu::always_inline]] inline Ints starts_of(const int (&start)[8][8], const int* type_of, const int* atom, Ints types) {
  return look_up(start[type_of[*atom]], types);
}
[[gnu::always_inline]] inline WideInts starts_of(const int (&start)[8][8], const int* type_of, const int* atom, WideInts types) {
  return look_up(start[type_of[atom[0]]], start[type_of[atom[1]]], types);
}

// Where the row of 2^log2_columns numbers begins within a table, and the place in its cell; the row of zeros at the cutoff and beyond. In single precision the step alone,
// rounded, would stretch all distances alike by some 1e-8 and shift the pressure; what its rounding left out is added.
template <int log2_columns, class P, class Reals = typename P::Reals, class Ints = typename P::Ints>
[[gnu::always_inline]] inline Ints find_row(const Lookup<P>& lookup, Reals r_sq, Reals r, typename P::Number* p) {
  Reals at;
  if constexpr (P::chunks == 2)
    at = fma(r, lookup.inv_step, r * lookup.inv_step_rest);
  else
    at = r * lookup.inv_step;
  const Ints row = minimum(truncate(at), lookup.last);
  store(p, minimum(at - to_reals(row), Reals::all(1.0)));
  return shift_left<log2_columns>(where_less(r_sq, lookup.cutoff_sq, row, lookup.zero));
}

// Rows of a whole block on their way into the first-level cache, before the first is needed. (In a loop of its own: within
// the others, g++ 12 makes wrong code of it.)
template <class T>
[[gnu::always_inline]] inline void fetch_rows(const T* rows, const int* offset, std::size_t chunks) {
  for (std::size_t c = 0; c < chunks; ++c, offset += width) {
    __builtin_prefetch(rows + offset[0]);
    __builtin_prefetch(rows + offset[1]);
    __builtin_prefetch(rows + offset[2]);
    __builtin_prefetch(rows + offset[3]);
    __builtin_prefetch(rows + offset[4]);
    __builtin_prefetch(rows + offset[5]);
    __builtin_prefetch(rows + offset[6]);
    __builtin_prefetch(rows + offset[7]);
  }
}

// base[s][t] and base[t][s], times the columns of a row.
struct TableStarts {
  int st[8][8], ts[8][8];
  TableStarts(const int (&base)[8][8], int columns) {
    for (int s = 0; s < 8; ++s)
      for (int t = 0; t < 8; ++t) {
        st[s][t] = columns * base[s][t];
        ts[s][t] = columns * base[t][s];
      }
  }
};

// Densities of pairs have few enough digits for the short way (eam_units.hpp).
template <int half, bool scatter, class Reals>
[[gnu::always_inline]] inline void add_densities(std::int64_t* own, std::int64_t* others, const int* atom, const int* partner, Reals value) {
  own[atom[half]] += spread<scatter>(others, partner + half * width, round_short<half>(value));
}

// (Copies of tables and pass: the compiler need not fear that the sums overwrite them.)
template <class P, bool symmetric, bool scatter>
double densities_of(const ChunkTables<typename P::Number>& given, const ChunkPass<typename P::Place> pass) {
  const auto tables = given;
  using Reals = typename P::Reals;
  const Lookup<P> lookup = lookup_of<P>(tables, pass, tables.density_cutoff_sq);
  const Reals units = Reals::all(tables.density_units);
  const TableStarts start(tables.base, 4);
  Reals closest = Reals::all(1e30);
  Block<P> block;
  for (std::size_t first = 0; first < pass.chunks; first += block_chunks) {
    const std::size_t chunks = pass.chunks - first < block_chunks ? pass.chunks - first : block_chunks;
    for (std::size_t c = 0; c < chunks; c += P::chunks) {
      const int* atom = pass.atom + first + c;
      const int lane = static_cast<int>(c) * width;
      const auto type = P::Ints::load_bytes(pass.partner_type + (first + c) * width);
      const Distance<Reals> d = distance(lookup, pass.place, atom, pass.partner + (first + c) * width);
      closest = minimum(closest, d.r_sq);
      const auto row = find_row<2>(lookup, d.r_sq, root(maximum(d.r_sq, lookup.closest_sq)), block.p + lane);
      store(block.row + lane, row + starts_of(start.ts, pass.type, atom, type));
      if constexpr (!symmetric && scatter) store(block.row_back + lane, row + starts_of(start.st, pass.type, atom, type));
    }
    fetch_rows(tables.density, block.row, chunks);
    for (std::size_t c = 0; c < chunks; c += P::chunks) {
      const int* atom = pass.atom + first + c;
      const int* partner = pass.partner + (first + c) * width;
      const int lane = static_cast<int>(c) * width;
      const Reals p = Reals::load(block.p + lane);
      const auto value = [&](const int* rows) {
        Reals k[4];
        load_rows(tables.density, rows, k);
        return units * fma(fma(fma(k[3], p, k[2]), p, k[1]), p, k[0]);
      };
      const Reals at_own = value(block.row + lane);
      if constexpr (symmetric || !scatter) {
        add_densities<0, scatter>(pass.own, pass.others, atom, partner, at_own);
        if constexpr (P::chunks == 2) add_densities<1, scatter>(pass.own, pass.others, atom, partner, at_own);
      } else {
        const Reals at_other = value(block.row_back + lane);
        pass.own[atom[0]] += sum(round_short<0>(at_own));
        spread<true>(pass.others, partner, round_short<0>(at_other));
        if constexpr (P::chunks == 2) {
          pass.own[atom[1]] += sum(round_short<1>(at_own));
          spread<true>(pass.others, partner + width, round_short<1>(at_other));
        }
      }
    }
  }
  return smallest(closest);
}

template <int half, bool scatter, bool tally, class Reals>
[[gnu::always_inline]] inline void add_forces(std::int64_t* own, std::int64_t* others, const int* atom, const int* target, Reals x, Reals y, Reals z) {
  std::int64_t* own_row = own + 4 * static_cast<std::ptrdiff_t>(atom[half]);
  if constexpr (tally)
    move_momentum<scatter>(others, target + half * width, own_row, round<half>(x), round<half>(y), round<half>(z));
  else
    move_momentum<scatter>(others, target + half * width, own_row, round_short<half>(x), round_short<half>(y), round_short<half>(z));
}

// With `tally` forces of any size; without, false if one was too large.
template <class P, bool symmetric, bool scatter, bool tally>
bool forces_of(const ChunkTables<typename P::Number>& given, const ChunkPass<typename P::Place> pass, __int128* energy) {
  const auto tables = given;
  using Reals = typename P::Reals;
  const Lookup<P> lookup = lookup_of<P>(tables, pass, tables.pair_cutoff_sq);
  const Reals inv_step = Reals::all(tables.inv_r_step);
  const Reals units = Reals::all(-tables.force_units), energy_units = Reals::all(tables.energy_units);
  const TableStarts start(tables.base, 8);
  Reals strongest = Reals::all(0.0);
  Block<P> block;
  for (std::size_t first = 0; first < pass.chunks; first += block_chunks) {
    const std::size_t chunks = pass.chunks - first < block_chunks ? pass.chunks - first : block_chunks;
    for (std::size_t c = 0; c < chunks; c += P::chunks) {
      const int* atom = pass.atom + first + c;
      const int lane = static_cast<int>(c) * width;
      const auto type = P::Ints::load_bytes(pass.partner_type + (first + c) * width);
      const Distance<Reals> d = distance(lookup, pass.place, atom, pass.partner + (first + c) * width);
      store(block.x + lane, d.x);
      store(block.y + lane, d.y);
      store(block.z + lane, d.z);
      store(block.slope + lane, d.slope);
      const Reals r = root(maximum(d.r_sq, lookup.closest_sq));
      store(block.inv_r + lane, Reals::all(1.0) / r);
      const auto row = find_row<3>(lookup, d.r_sq, r, block.p + lane);
      store(block.row + lane, row + starts_of(start.st, pass.type, atom, type));
      if constexpr (!symmetric) store(block.row_back + lane, row + starts_of(start.ts, pass.type, atom, type));
    }
    fetch_rows(tables.pair, block.row, chunks);
    if (scatter && !pass.row_of_partner) fetch_rows(pass.others, pass.partner + first * width, chunks);
    Longs sum_phi = no_longs();
    for (std::size_t c = 0; c < chunks; c += P::chunks) {
      const int* atom = pass.atom + first + c;
      const int lane = static_cast<int>(c) * width;
      const Reals p = Reals::load(block.p + lane);
      const Reals inv_r = Reals::load(block.inv_r + lane);
      const Reals own_slope = own_slopes(pass.place, atom);
      const Reals slope = Reals::load(block.slope + lane);
      Reals d[4], z[4];
      load_rows(tables.pair, block.row + lane, d);
      load_rows(tables.pair + 4, block.row + lane, z);
      const auto density_slope = [&](const Reals(&k)[4]) { return fma(fma(k[2], p, k[1]), p, k[0]); };
      // r phi and its derivative by Horner's rule.
      const Reals z2 = fma(z[3], p, z[2]);
      const Reals z1 = fma(z2, p, z[1]);
      const Reals phi = fma(z1, p, z[0]) * inv_r;
      const Reals r_phi_slope = fma(fma(z[3], p, z2), p, z1);
      const Reals phi_slope = fma(r_phi_slope, inv_step, Reals::all(0.0) - phi) * inv_r;
      Reals total;
      if constexpr (symmetric) {
        total = fma(own_slope + slope, density_slope(d), phi_slope);
      } else {
        Reals back[4];
        load_rows(tables.pair, block.row_back + lane, back);
        // Products first, then their sum: the same bits seen from either atom.
        total = (own_slope * density_slope(back) + slope * density_slope(d)) + phi_slope;
      }
      if constexpr (!tally) strongest = minimum(strongest, minimum(total, Reals::all(0.0) - total));
      const Reals over_r = total * inv_r * units;
      const int* target = pass.partner + (first + c) * width;
      alignas(64) int ghost_rows[P::chunks * width];
      if (scatter && pass.row_of_partner) {
        for (int k = 0; k < P::chunks * width; ++k) ghost_rows[k] = 4 * pass.row_of_partner[target[k] >> 2];
        target = ghost_rows;
      }
      const Reals x = Reals::load(block.x + lane) * over_r;
      const Reals y = Reals::load(block.y + lane) * over_r;
      const Reals f_z = Reals::load(block.z + lane) * over_r;
      add_forces<0, scatter, tally>(pass.own, pass.others, atom, target, x, y, f_z);
      if constexpr (P::chunks == 2) add_forces<1, scatter, tally>(pass.own, pass.others, atom, target, x, y, f_z);
      if constexpr (tally) {
        const Reals scaled = phi * energy_units;
        sum_phi = sum_phi + round<0>(scaled);
        if constexpr (P::chunks == 2) sum_phi = sum_phi + round<1>(scaled);
      }
    }
    if constexpr (tally) *energy += sum(sum_phi);
  }
  return smallest(strongest) * tables.force_units > -P::short_limit;
}

template <class P>
double densities(const ChunkTables<typename P::Number>& tables, const ChunkPass<typename P::Place>& pass) {
  if (tables.symmetric) return pass.others ? densities_of<P, true, true>(tables, pass) : densities_of<P, true, false>(tables, pass);
  return pass.others ? densities_of<P, false, true>(tables, pass) : densities_of<P, false, false>(tables, pass);
}

template <class P, bool symmetric, bool scatter>
bool forces_by_tally(const ChunkTables<typename P::Number>& tables, const ChunkPass<typename P::Place>& pass, __int128* energy) {
  return energy ? forces_of<P, symmetric, scatter, true>(tables, pass, energy)
                : forces_of<P, symmetric, scatter, false>(tables, pass, energy);
}
template <class P>
bool forces(const ChunkTables<typename P::Number>& tables, const ChunkPass<typename P::Place>& pass, __int128* energy) {
  if (tables.symmetric)
    return pass.others ? forces_by_tally<P, true, true>(tables, pass, energy) : forces_by_tally<P, true, false>(tables, pass, energy);
  return pass.others ? forces_by_tally<P, false, true>(tables, pass, energy) : forces_by_tally<P, false, false>(tables, pass, energy);
}

#include "md/lanes_search.hpp"

}  // namespace

extern const ChunkKernels kernels;
const ChunkKernels kernels = {
    PATINA_LANES_NAME, {densities<Double>, forces<Double>}, {densities<Mixed>, forces<Mixed>}, search};

}  // namespace patina::PATINA_LANES
