// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/pair_distribution_observer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "core/on_root.hpp"
#include "scattering/correlation.hpp"
#include "scattering/pair_cells.hpp"
#include "scattering/results.hpp"

namespace patina {

namespace {

// [column][bin] as [bin][column].
template <class Number>
std::vector<Number> by_bin(const std::vector<std::vector<Number>>& columns) {
  std::vector<Number> values;
  for (std::size_t i = 0; i < columns.front().size(); ++i)
    for (const auto& column : columns) values.push_back(column[i]);
  return values;
}

void write_pairs(h5::File& file, const std::string& group, const PairCounts& counts, const PairBins& bins, const Species& species,
                 double half_height_A) {
  const PairDistribution found = pair_distribution(counts, bins, species.count);
  const auto pairs = pair_names(species.symbol);
  const std::uint64_t rows = found.r_A.size(), types = species.symbol.size();
  const std::string g = group + "/pair_distribution", n = group + "/coordination";
  h5::write_nxdata(file, g,
                   {.title = "Pair distribution functions g_ab(r)",
                    .signal = {.name = "g", .units = "", .long_name = "g_ab(r)", .values = by_bin(found.g), .dims = {rows, pairs.size()}},
                    .axes = {{.name = "r_A", .units = "angstrom", .long_name = "r (A)", .values = found.r_A}, {}}});
  file.write_texts(g + "/pairs", pairs);
  std::vector<std::int64_t> count;
  for (std::uint64_t i = 0; i < rows; ++i)
    for (std::size_t pair = 0; pair < pairs.size(); ++pair) count.push_back(counts.pairs[pair * rows + i]);
  file.write(g + "/count", count, {rows, pairs.size()});
  file.set_attribute(g, "frames", counts.frames);
  file.set_attribute(g, "volume_A3", counts.volume_sum_A3 / static_cast<double>(counts.frames));
  file.set_attribute(g, "density_inv_A3", found.density_inv_A3);
  file.set_attribute(g, "bin_A", bins.bin_A);
  file.set_attribute(g, "half_smallest_height_A", half_height_A);
  file.set_attribute(g, "atoms", species.count);
  file.set_attribute(g, "normalisation",
                     "g_ab = V count / (frames N_a N_b v), twice that for a = b; v: volume of the bin's shell, V: mean volume. Of an ideal gas "
                     "g_aa = 1 - 1/N_a. count: pairs of atoms over all frames, each once");
  file.set_attribute(g, "images",
                     "all periodic images are counted, an atom's own too; beyond half_smallest_height_A images of one and the same atom are seen");
  h5::write_nxdata(file, n,
                   {.title = "Running coordination numbers n_ab(r)",
                    .signal = {.name = "n", .units = "", .long_name = "n_ab(r)", .values = by_bin(found.coordination), .dims = {rows, types, types}},
                    .axes = {{.name = "r_A", .units = "angstrom", .long_name = "r (A)", .values = found.edge_A}, {}, {}}});
  file.write_texts(n + "/species", species.symbol);
  file.set_attribute(n, "normalisation", "n[., a, b]: mean number of atoms b closer than r to an atom a, 4 pi rho_b int g_ab r^2 dr; r_A are the ends of the bins");
}

}  // namespace

RankNeeds memory_need(const PairDistributionSpec& spec, const WatchedSample& watched) {
  const SampleNumbers& sample = watched.sample;
  const double bins = whole_bins(spec.r_max_A, spec.bin_A), species = sample.species(), local = sample.atoms_of_rank();
  MemoryNeed other;
  other.kept = 8.0 * bins * 0.5 * species * (species + 1.0);
  other.frame = std::max(id_ordered_bytes * local, (id_block_bytes + pair_place_bytes) * local + pair_cells_bytes * sample.atoms()) + (sample.threads + 1.0) * other.kept;
  other.checkpoint = other.kept;
  MemoryNeed root = other;
  root.finish = 32.0 * bins * species * species;
  return {root, other, fmt::format("{:.0f} bins, {} frames", bins, watched.frames), root.finish};
}

PairDistributionObserver::PairDistributionObserver(const Comm& comm, const Species& species, PairDistributionSpec spec, ResultTarget target)
    : comm_(comm), species_(species), spec_(std::move(spec)), target_(std::move(target)) {
  bins_ = {spec_.bin_A, whole_bins(spec_.r_max_A, spec_.bin_A)};
}

void PairDistributionObserver::observe(const Frame& frame) {
  if (counts_.frames == 0) {
    for (int d = 0; d < 3; ++d)
      if (!frame.box.periodic(d))
        throw Error(ExitCode::bad_input, fmt::format("{}: g(r) needs a cell that is periodic along all its axes", spec_.label));
    time_origin_ps_ = frame.time_ps;
    half_height_A_ = 0.5 * std::min({frame.box.height(0), frame.box.height(1), frame.box.height(2)});
  }
  count_pairs(frame, bins_, counts_);
}

void PairDistributionObserver::finish() {
  if (counts_.frames == 0) return;
  on_root(comm_, [&] {
    const EntryHeader header{.name = spec_.label,
                             .kind = "pair_distribution",
                             .title = "Pair distribution functions",
                             .plot = "pair_distribution",
                             .time_origin_ps = time_origin_ps_,
                             .thermodynamic_state = target_.thermodynamic_state,
                             .preferred = false};
    append_entry(target_.path, header, target_.provenance, [&](h5::File& file, const std::string& group) {
      write_pairs(file, group, counts_, bins_, species_, half_height_A_);
    });
  });
}

void PairDistributionObserver::save(StateMap& state) {
  if (counts_.frames == 0) return;
  state["frames"] = {static_cast<double>(counts_.frames)};
  state["times_and_sizes"] = {time_origin_ps_, half_height_A_, counts_.volume_sum_A3};
  state["pairs"].assign(counts_.pairs.begin(), counts_.pairs.end());  // exact up to 2^53
}

void PairDistributionObserver::load(const StateMap& state) {
  if (state.count("frames") == 0) return;  // saved before the first frame
  const auto& numbers = state_of(state, "times_and_sizes", 3);
  time_origin_ps_ = numbers[0];
  half_height_A_ = numbers[1];
  const int species = species_.types();
  const auto& pairs = state_of(state, "pairs", static_cast<std::size_t>(species * (species + 1) / 2 * bins_.bins));
  counts_ = {species, static_cast<std::int64_t>(state_of(state, "frames", 1)[0]), {pairs.begin(), pairs.end()}, numbers[2]};
}

}  // namespace patina
