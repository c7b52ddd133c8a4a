// SPDX-License-Identifier: BSD-3-Clause
#include "md/engine_memory.hpp"

#include <fmt/format.h>

#include <array>

#include "core/units.hpp"
#include "md/domain.hpp"
#include "md/frame.hpp"
#include "md/gather_atoms.hpp"

namespace patina {

namespace {

// Position, velocity, force, image with their slack; reference and its image; the begin of an atom's images.
constexpr double bytes_per_own_atom = 84.0 * 17.0 / 16.0 + 36.0 + 4.0;
// Place, type, id, shift, original with their slack; sums of densities and forces; code of the shift.
constexpr double bytes_per_atom_or_ghost = 60.0 * 17.0 / 16.0 + 40.0 + 4.0;
constexpr double bytes_of_mixed_place = 16.0, bytes_of_windows = 32.0;
constexpr double bytes_per_pair = 5.5;  // partner, its type, an eighth of the first atom
constexpr double growth = 1.25;         // old lists beside new ones, see above
constexpr double bytes_per_row_of_halo = 12.0;
constexpr double chunk_half = 4.0;  // what fills up an atom's last chunk, on average

struct Brick {
  double ghosts = 0.0;         // of a rank
  double foreign_share = 0.0;  // of an atom's pairs that are with other ranks' ghosts
};

Brick brick_of(const SampleNumbers& sample, double reach) {
  std::array<AxisExtent, 3> extent;
  for (int d = 0; d < 3; ++d) extent[static_cast<std::size_t>(d)] = {sample.box.height(d), sample.box.periodic(d)};
  const std::array<int, 3> grid = choose_rank_grid(sample.ranks, extent);
  Brick brick;
  double larger = 1.0;
  for (std::size_t d = 0; d < 3; ++d) {
    const double edge = extent[d].length / grid[d];
    if (extent[d].around || grid[d] > 1) larger *= 1.0 + 2.0 * reach / edge;
    if (grid[d] > 1) brick.foreign_share += std::min(1.0, 0.375 * reach / edge);
  }
  brick.ghosts = sample.atoms_of_rank() * (larger - 1.0);
  brick.foreign_share = std::min(1.0, brick.foreign_share);
  return brick;
}

// Partners of an atom within the lists' reach.
double partners(const SampleNumbers& sample, const PairCutoffs& cutoffs, double skin_A) {
  const double atoms = sample.atoms(), density = atoms / sample.box.volume();
  double mean = 0.0;
  for (int s = 0; s < sample.species(); ++s)
    for (int t = 0; t < sample.species(); ++t) {
      const double reach = cutoffs.outer[static_cast<std::size_t>(s * cutoffs.types + t)] + skin_A;
      mean += static_cast<double>(sample.count[static_cast<std::size_t>(s)]) / atoms *
              static_cast<double>(sample.count[static_cast<std::size_t>(t)]) / atoms * reach * reach * reach;
    }
  return 4.0 / 3.0 * units::pi * density * mean;
}

}  // namespace

RankNeeds engine_need(const SampleNumbers& sample, const PairCutoffs& cutoffs, Precision precision, double skin_A) {
  const double reach = *std::max_element(cutoffs.outer.begin(), cutoffs.outer.end()) + skin_A;
  const Brick brick = brick_of(sample, reach);
  const double local = sample.atoms_of_rank(), all = local + brick.ghosts;
  const double pairs = 0.5 * partners(sample, cutoffs, skin_A) * (1.0 + brick.foreign_share) + chunk_half;
  MemoryNeed other;
  other.kept = local * bytes_per_own_atom + all * bytes_per_atom_or_ghost + brick.ghosts * bytes_per_row_of_halo +
               growth * local * pairs * bytes_per_pair;
  if (precision == Precision::mixed) other.kept += all * bytes_of_mixed_place;
  if (sample.threads > 1) other.kept += all * bytes_of_windows;
  other.checkpoint = id_ordered_bytes * local;
  MemoryNeed root = other;
  root.checkpoint = std::max(other.checkpoint, id_block_bytes * local + gathered_bytes(sample.atoms()));
  return {root, other, fmt::format("{:.0f} atoms, {} precision", sample.atoms(), precision == Precision::mixed ? "mixed" : "double")};
}

double sample_need(const SampleNumbers& sample, bool pushed_apart) {
  constexpr double structure = 72.0, order = 8.0, pushes = 220.0;  // the last measured
  return sample.atoms() * (structure + (pushed_apart ? pushes : order));
}

}  // namespace patina
