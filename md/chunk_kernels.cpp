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
  using Ints = PATINA_LANES::Ints;
  using EightReals = Reals;
  using Sums = Longs;  // short ones, of eight
  using Sum = std::int64_t;
  static constexpr int chunks = 1;  // at once
  static double place_step(const ChunkPass<Place>&) { return 1.0; }
  static constexpr double short_limit = 0x1p50;  // of forces that take the short way, in their units; round_short() takes twice as much
};
struct Mixed {
  using Number = float;
  using Place = std::uint32_t;
  using Reals = Floats;
  using Ints = WideInts;
  using EightReals = EightFloats;
  using Sums = PATINA_LANES::Ints;
  using Sum = int;
  static constexpr int chunks = 2;
  static double place_step(const ChunkPass<Place>& pass) { return pass.place_step; }
  static constexpr double short_limit = 0x1p30;
};

// Of all pairs of a block. 7 kB in double are in use: they stay in the first-level cache.
template <class P>
struct alignas(64) ForceBlock {
  using Number = typename P::Number;
  Number p[block_lanes];                                  // place in the table's cell
  Number x[block_lanes], y[block_lanes], z[block_lanes];  // in steps of places
  Number inv_r[block_lanes];                              // at last what makes a force of x, in its units
  Number slope[block_lanes];                              // F' of both atoms; of the partner where the density tables differ
  Number energy[block_lanes];                             // in its units
  int row[block_lanes];                                   // where the table's row begins
  int row_back[block_lanes];                              // the other way round, where the density tables differ
};

template <class P>
struct alignas(64) DensityBlock {
  typename P::Number p[block_lanes];
  int row[block_lanes], row_back[block_lanes];
  typename P::Sum at_own[block_lanes], at_other[block_lanes];  // densities, in their units
};

template <class P>
struct Lookup {
  typename P::Reals inv_step, inv_step_rest, cutoff_sq, closest_sq, place_step_sq, far_sq;
  typename P::Ints last, zero, filler;
};

template <class P>
Lookup<P> lookup_of(const ChunkTables<typename P::Number>& t, const ChunkPass<typename P::Place>& pass, double cutoff_sq) {
  using Reals = typename P::Reals;
  using Ints = typename P::Ints;
  const double rest = t.inv_r_step - static_cast<typename P::Number>(t.inv_r_step);
  const double step = P::place_step(pass);
  return {Reals::all(t.inv_r_step), Reals::all(rest), Reals::all(cutoff_sq), Reals::all(t.closest_sq), Reals::all(step * step),
          Reals::all(1e6), Ints::all(t.last_row), Ints::all(t.zero_row), Ints::all(pass.filler)};
}

// x, y, z in steps of places.
template <class Reals>
struct Distance {
  Reals x, y, z, r_sq;
  Reals slope;  // F' of the partner
};

template <class Reals>
[[gnu::always_inline]] inline Reals square(const Distance<Reals>& d) {
  return fma(d.x, d.x, fma(d.y, d.y, d.z * d.z));
}

// From the atom of a chunk to its partners. The filler stands far from all.
[[gnu::always_inline]] inline Distance<Reals> distance(const Lookup<Double>&, const double* places, const int* atom, const int* partner) {
  Reals d[4];
  load_rows_from(places + 4 * static_cast<std::ptrdiff_t>(*atom), places, partner, d);
  Distance<Reals> distance{d[0], d[1], d[2], {}, d[3]};
  distance.r_sq = square(distance);
  return distance;
}

// The same of two chunks. In whole numbers modulo 2^32 nothing is far: the filler is told by its row. Steps are powers of two.
[[gnu::always_inline]] inline Distance<Floats> distance(const Lookup<Mixed>& lookup, const std::uint32_t* places, const int* atom, const int* partner) {
  WideInts d[4];
  load_rows_from(places + 4 * static_cast<std::ptrdiff_t>(atom[0]), places + 4 * static_cast<std::ptrdiff_t>(atom[1]), places,
                 partner, d);
  Distance<Floats> distance{to_reals(d[0]), to_reals(d[1]), to_reals(d[2]), {}, as_floats(d[3])};
  distance.r_sq = where_equal(WideInts::load(partner), lookup.filler, lookup.far_sq, square(distance) * lookup.place_step_sq);
  return distance;
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
// (Copies of tables and pass: the compiler need not fear that the sums overwrite them.)
template <class P, bool symmetric, bool scatter>
double densities_of(const ChunkTables<typename P::Number>& given, const ChunkPass<typename P::Place> pass) {
  const auto tables = given;
  using Reals = typename P::Reals;
  const Lookup<P> lookup = lookup_of<P>(tables, pass, tables.density_cutoff_sq);
  const Reals units = Reals::all(tables.density_units);
  const TableStarts start(tables.base, 4);
  Reals closest = Reals::all(1e30);
  DensityBlock<P> block;
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
    for (std::size_t c = 0; c < chunks; c += P::chunks) {
      const int lane = static_cast<int>(c) * width;
      const Reals p = Reals::load(block.p + lane);
      const auto value = [&](const int* rows) {
        Reals k[4];
        load_rows(tables.density, rows, k);
        return round_short(units * fma(fma(fma(k[3], p, k[2]), p, k[1]), p, k[0]));
      };
      store(block.at_own + lane, value(block.row + lane));
      if constexpr (!symmetric && scatter) store(block.at_other + lane, value(block.row_back + lane));
    }
    for (std::size_t c = 0; c < chunks; ++c) {
      const auto lane = c * width;
      pass.own[pass.atom[first + c]] += sum(P::Sums::load(block.at_own + lane));
      const auto* at_other = symmetric ? block.at_own : block.at_other;
      if constexpr (scatter) spread(pass.others, pass.partner + (first + c) * width, at_other + lane);
    }
  }
  return smallest(closest);
}

// With `tally` forces of any size; without, false if one was too large.
template <class P, bool symmetric, bool scatter, bool tally>
bool forces_of(const ChunkTables<typename P::Number>& given, const ChunkPass<typename P::Place> pass, __int128* energy) {
  const auto tables = given;
  using Reals = typename P::Reals;
  using EightReals = typename P::EightReals;
  const Lookup<P> lookup = lookup_of<P>(tables, pass, tables.pair_cutoff_sq);
  const Reals inv_step = Reals::all(tables.inv_r_step);
  const Reals units = Reals::all(-tables.force_units * P::place_step(pass)), energy_units = Reals::all(tables.energy_units);
  const TableStarts start(tables.base, 8);
  Reals strongest = Reals::all(0.0);
  ForceBlock<P> block;
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
      store(block.slope + lane, symmetric ? own_slopes(pass.place, atom) + d.slope : d.slope);
      const Reals r = root(maximum(d.r_sq, lookup.closest_sq));
      store(block.inv_r + lane, Reals::all(1.0) / r);
      const auto row = find_row<3>(lookup, d.r_sq, r, block.p + lane);
      store(block.row + lane, row + starts_of(start.st, pass.type, atom, type));
      if constexpr (!symmetric) store(block.row_back + lane, row + starts_of(start.ts, pass.type, atom, type));
    }
    for (std::size_t c = 0; c < chunks; c += P::chunks) {
      const int lane = static_cast<int>(c) * width;
      const Reals p = Reals::load(block.p + lane);
      const Reals inv_r = Reals::load(block.inv_r + lane);
      const Reals slope = Reals::load(block.slope + lane);
      Reals k[8];
      load_rows(tables.pair, block.row + lane, k);
      const Reals density_slope = fma(fma(k[2], p, k[1]), p, k[0]);
      // r phi and its derivative by Horner's rule.
      const Reals z2 = fma(k[7], p, k[6]);
      const Reals z1 = fma(z2, p, k[5]);
      const Reals phi = fma(z1, p, k[4]) * inv_r;
      const Reals r_phi_slope = fma(fma(k[7], p, z2), p, z1);
      const Reals phi_slope = fma(r_phi_slope, inv_step, Reals::all(0.0) - phi) * inv_r;
      Reals total;
      if constexpr (symmetric) {
        total = fma(slope, density_slope, phi_slope);
      } else {
        Reals b[4];
        load_rows(tables.pair, block.row_back + lane, b);
        const Reals slope_back = fma(fma(b[2], p, b[1]), p, b[0]);
        // Products first, then their sum: the same bits seen from either atom.
        total = (own_slopes(pass.place, pass.atom + first + c) * slope_back + slope * density_slope) + phi_slope;
      }
      if constexpr (!tally) strongest = minimum(strongest, minimum(total, Reals::all(0.0) - total));
      store(block.inv_r + lane, total * inv_r * units);
      if constexpr (tally) store(block.energy + lane, phi * energy_units);
    }
    Longs sum_phi = no_longs();
    for (std::size_t c = 0; c < chunks; ++c) {
      const auto lane = c * width;
      const int* target = pass.partner + (first + c) * width;
      alignas(64) int ghost_rows[width];
      if (scatter && pass.row_of_partner) {
        for (int k = 0; k < width; ++k) ghost_rows[k] = 4 * pass.row_of_partner[target[k] >> 2];
        target = ghost_rows;
      }
      const EightReals over_r = EightReals::load(block.inv_r + lane);
      const EightReals x = EightReals::load(block.x + lane) * over_r;
      const EightReals y = EightReals::load(block.y + lane) * over_r;
      const EightReals z = EightReals::load(block.z + lane) * over_r;
      std::int64_t* own = pass.own + 4 * static_cast<std::ptrdiff_t>(pass.atom[first + c]);
      if constexpr (tally) {
        move_momentum<scatter>(pass.others, target, own, round(x), round(y), round(z));
        sum_phi = sum_phi + round(EightReals::load(block.energy + lane));
      } else {
        move_momentum<scatter>(pass.others, target, own, round_short(x), round_short(y), round_short(z));
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
