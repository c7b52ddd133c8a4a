// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/pair_distribution.hpp"

#include <algorithm>
#include <cmath>

#include "core/error.hpp"
#include "core/units.hpp"
#include "scattering/pair_cells.hpp"

namespace patina {

namespace {

PairCells cells_of(const Frame& frame, double r_max_A) {
  const IdBlock block = id_ordered(frame);
  std::vector<PairPlace> places;
  for (std::size_t i = 0; i < block.type.size(); ++i) {
    const Vec3 s = frame.box.to_fractional(block.position[i]);
    const int image[3] = {static_cast<int>(-std::floor(s[0])), static_cast<int>(-std::floor(s[1])), static_cast<int>(-std::floor(s[2]))};
    places.push_back({block.position[i] + frame.box.translation(image), block.type[i]});
  }
  return PairCells(*frame.comm, places, frame.box, r_max_A);
}

class Counter {
 public:
  Counter(const PairCells& cells, const PairBins& bins, int species, std::vector<long long>& pairs)
      : cells_(cells), bins_(bins), species_(species), pairs_(pairs) {}

  // Pairs of the cell's atoms among each other and with those of half the cells around, images included: of an offset and its
  // opposite one is taken, so that each pair counts once.
  void count(const PairCells::Cell& home) {
    const PairCells::Cell& reach = cells_.reach();
    for (int x = 0; x <= reach[0]; ++x)
      for (int y = x == 0 ? 0 : -reach[1]; y <= reach[1]; ++y)
        for (int z = x == 0 && y == 0 ? 0 : -reach[2]; z <= reach[2]; ++z) count(home, {{x, y, z}});
  }

 private:
  void count(const PairCells::Cell& home, const PairCells::Cell& offset) {
    const bool itself = offset == PairCells::Cell{{0, 0, 0}};
    const PairCells::Image image = cells_.image(home, offset);
    const int here = cells_.index(home);
    // Positions and edges lie on a grid on which these sums and differences are exact.
    const double square_max = bins_.r_max_A() * bins_.r_max_A();
    for (int i = cells_.first(here); i < cells_.last(here); ++i) {
      const Vec3 from = cells_.position(i) - image.translation;
      const int a = cells_.type(i);
      for (int j = itself ? i + 1 : cells_.first(image.index); j < cells_.last(image.index); ++j) {
        const Vec3 apart = cells_.position(j) - from;
        const double square = dot(apart, apart);
        if (square >= square_max) continue;
        const int bin = static_cast<int>(std::sqrt(square) / bins_.bin_A);
        if (bin < bins_.bins) ++pairs_[static_cast<std::size_t>(pair_index(a, cells_.type(j), species_) * bins_.bins + bin)];
      }
    }
  }

  const PairCells& cells_;
  const PairBins bins_;
  const int species_;
  std::vector<long long>& pairs_;
};

// Cell by cell in turn to ranks, and of a rank to threads, each with counts of its own.
std::vector<long long> count_own_cells(const PairCells& cells, const Comm& comm, const PairBins& bins, int species, std::size_t size) {
  const int ranks = comm.size(), threads = HostExec().concurrency();
  std::vector<std::vector<long long>> found(static_cast<std::size_t>(threads));
  Kokkos::parallel_for("count_pairs", HostRange(0, threads), [&](int thread) {
    std::vector<long long> own(size, 0);
    Counter counter(cells, bins, species, own);
    for (int c = comm.rank() + thread * ranks; c < cells.cells(); c += threads * ranks) counter.count(cells.cell(c));
    found[static_cast<std::size_t>(thread)] = std::move(own);
  });
  return total_of(found);
}

}  // namespace

int whole_bins(double r_max_A, double bin_A) { return static_cast<int>(std::ceil(r_max_A / bin_A - 1e-9)); }

std::vector<long long> total_of(const std::vector<std::vector<long long>>& of_threads) {
  std::vector<long long> sum(of_threads.front());
  for (std::size_t thread = 1; thread < of_threads.size(); ++thread)
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += of_threads[thread][i];
  return sum;
}

double PairBins::shell_volume_A3(int bin) const {
  const double low = bin_A * bin, high = bin_A * (bin + 1);
  return 4.0 / 3.0 * units::pi * (high * high * high - low * low * low);
}

void count_pairs(const Frame& frame, const PairBins& bins, PairCounts& counts) {
  const int species = frame.species->types();
  const std::size_t size = static_cast<std::size_t>(species * (species + 1) / 2 * bins.bins);
  if (counts.frames == 0) counts = {species, 0, std::vector<long long>(size, 0), 0.0};
  require(counts.pairs.size() == size, "pair counts of another shape");
  std::vector<long long> found = count_own_cells(cells_of(frame, bins.r_max_A()), *frame.comm, bins, species, size);
  frame.comm->sum(found.data(), static_cast<int>(size));
  for (std::size_t i = 0; i < size; ++i) counts.pairs[i] += found[i];
  counts.volume_sum_A3 += frame.box.volume();
  ++counts.frames;
}

PairDistribution pair_distribution(const PairCounts& counts, const PairBins& bins, const std::vector<std::int64_t>& atoms) {
  const int species = counts.species;
  const auto frames = static_cast<double>(counts.frames);
  const double volume = counts.volume_sum_A3 / frames;
  PairDistribution found;
  double total = 0.0;
  for (const auto n : atoms) total += static_cast<double>(n);
  found.density_inv_A3 = total / volume;
  for (int i = 0; i < bins.bins; ++i) {
    found.r_A.push_back(bins.bin_A * (i + 0.5));
    found.edge_A.push_back(bins.bin_A * (i + 1));
  }
  found.coordination.assign(static_cast<std::size_t>(species * species), {});
  std::size_t at = 0;
  for (int a = 0; a < species; ++a)
    for (int b = a; b < species; ++b) {
      const auto n_a = static_cast<double>(atoms[static_cast<std::size_t>(a)]), n_b = static_cast<double>(atoms[static_cast<std::size_t>(b)]);
      std::vector<double> g, around_a, around_b;
      long long within = 0;
      for (int i = 0; i < bins.bins; ++i, ++at) {
        const double each = a == b ? 2.0 : 1.0;
        within += counts.pairs[at];
        g.push_back(each * static_cast<double>(counts.pairs[at]) / frames * volume / (n_a * n_b * bins.shell_volume_A3(i)));
        around_a.push_back(each * static_cast<double>(within) / frames / n_a);
        around_b.push_back(each * static_cast<double>(within) / frames / n_b);
      }
      found.g.push_back(std::move(g));
      found.coordination[static_cast<std::size_t>(b * species + a)] = std::move(around_b);
      found.coordination[static_cast<std::size_t>(a * species + b)] = std::move(around_a);
    }
  return found;
}

std::vector<double> structure_factor_of(const std::vector<double>& g, const PairBins& bins, double density_inv_A3,
                                        const std::vector<double>& q_inv_A, bool lorch) {
  std::vector<double> s;
  for (const double q : q_inv_A) {
    const auto integral = [q](double r) { return (std::sin(q * r) - q * r * std::cos(q * r)) / (q * q); };  // of r sin(q r)
    double sum = 0.0;
    for (int i = 0; i < bins.bins; ++i) {
      const double x = units::pi * (i + 0.5) / bins.bins, window = lorch ? std::sin(x) / x : 1.0;
      sum += window * (g[static_cast<std::size_t>(i)] - 1.0) * (integral(bins.bin_A * (i + 1)) - integral(bins.bin_A * i));
    }
    s.push_back(1.0 + 4.0 * units::pi * density_inv_A3 * sum / q);
  }
  return s;
}

}  // namespace patina
