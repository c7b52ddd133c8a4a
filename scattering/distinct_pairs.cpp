// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/distinct_pairs.hpp"

#include <cmath>
#include <numeric>

#include "scattering/pair_cells.hpp"

namespace patina {

namespace {

struct Wrapped {
  Vec3 s;
  int cell[3];  // s + cell is unwrapped
};

Wrapped wrapped(const Vec3& unwrapped) {
  Wrapped w;
  for (int d = 0; d < 3; ++d) {
    const double whole = std::floor(unwrapped[d]);
    w.cell[d] = static_cast<int>(whole);
    w.s[d] = unwrapped[d] - whole;
  }
  return w;
}

// Of this rank's references with all atoms.
class DistinctCounter {
 public:
  DistinctCounter(const PairCells& cells, const Mat3& edges, const PairBins& bins, int species, std::vector<long long>& pairs)
      : cells_(cells), edges_(edges), bins_(bins), species_(species), pairs_(pairs) {}

  // The atom that stands at `atom` among those of all ranks, at its reference and now.
  void count(std::int64_t atom, int type, const Vec3& reference, const Vec3& now) {
    const Wrapped then = wrapped(reference), after = wrapped(now);
    const Vec3 position = then.s * edges_;
    const PairCells::Cell home = cells_.cell_of(position), &reach = cells_.reach();
    for (int x = -reach[0]; x <= reach[0]; ++x)
      for (int y = -reach[1]; y <= reach[1]; ++y)
        for (int z = -reach[2]; z <= reach[2]; ++z) {
          const PairCells::Image image = cells_.image(home, {{x, y, z}});
          bool own_image = true;
          for (int d = 0; d < 3; ++d) own_image = own_image && image.shift[d] == after.cell[d] - then.cell[d];
          count(image, position - image.translation, type, own_image ? atom : -1);
        }
  }

 private:
  void count(const PairCells::Image& image, const Vec3& from, int type, std::int64_t without) {
    const double square_max = bins_.r_max_A() * bins_.r_max_A();
    for (int j = cells_.first(image.index); j < cells_.last(image.index); ++j) {
      const Vec3 apart = cells_.position(j) - from;
      const double square = dot(apart, apart);
      if (square >= square_max || cells_.atom(j) == without) continue;
      const int bin = static_cast<int>(std::sqrt(square) / bins_.bin_A);
      if (bin < bins_.bins) ++pairs_[static_cast<std::size_t>(pair_index(type, cells_.type(j), species_) * bins_.bins + bin)];
    }
  }

  const PairCells& cells_;
  const Mat3 edges_;
  const PairBins bins_;
  const int species_;
  std::vector<long long>& pairs_;
};

}  // namespace

std::vector<double> distinct_van_hove(const FractionalBlock& now, const std::vector<Vec3>& reference, const Mat3& edges, int species,
                                      const PairBins& bins, const Comm& comm) {
  const std::size_t size = static_cast<std::size_t>(species * (species + 1) / 2 * bins.bins);
  std::vector<PairPlace> places;
  std::vector<long long> atoms(static_cast<std::size_t>(2 * species));  // now, then with a reference
  for (std::size_t i = 0; i < now.s.size(); ++i) {
    places.push_back({wrapped(now.s[i]).s * edges, now.type[i]});
    ++atoms[static_cast<std::size_t>(now.type[i])];
    if (has_reference(reference[i])) ++atoms[static_cast<std::size_t>(species + now.type[i])];
  }
  comm.sum(atoms.data(), static_cast<int>(atoms.size()));
  // Blocks in order of rank are in order of id.
  const std::int64_t all = std::accumulate(atoms.begin(), atoms.begin() + species, std::int64_t{0});
  const std::int64_t first = id_block_start(all, comm.rank(), comm.size());
  const Box cell(edges, {}, {true, true, true});
  const PairCells cells(comm, places, cell, bins.r_max_A());

  const int threads = HostExec().concurrency(), own_atoms = static_cast<int>(now.s.size());
  std::vector<std::vector<long long>> found(static_cast<std::size_t>(threads));
  Kokkos::parallel_for("distinct_van_hove", HostRange(0, threads), [&](int thread) {
    std::vector<long long> own(size, 0);
    DistinctCounter counter(cells, edges, bins, species, own);
    for (int i = thread; i < own_atoms; i += threads) {
      const auto k = static_cast<std::size_t>(i);
      if (has_reference(reference[k])) counter.count(first + i, now.type[k], reference[k], now.s[k]);
    }
    found[static_cast<std::size_t>(thread)] = std::move(own);
  });
  std::vector<long long> counts = total_of(found);
  comm.sum(counts.data(), static_cast<int>(counts.size()));

  std::vector<double> result;
  for (int a = 0; a < species; ++a)
    for (int b = a; b < species; ++b) {
      const auto count = [&](int k) { return static_cast<double>(atoms[static_cast<std::size_t>(k)]); };
      const double pairs = count(species + a) * count(b) + (a == b ? 0.0 : count(species + b) * count(a));
      for (int bin = 0; bin < bins.bins; ++bin)
        result.push_back(static_cast<double>(counts[result.size()]) * cell.volume() / (pairs * bins.shell_volume_A3(bin)));
    }
  return result;
}

}  // namespace patina
