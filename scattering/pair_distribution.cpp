// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/pair_distribution.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/error.hpp"
#include "core/units.hpp"

namespace patina {

namespace {

using Cell = std::array<int, 3>;

// All atoms of a frame, sorted into cells of a grid, in order of id within each.
struct Cells {
  Cell count{{1, 1, 1}};
  Cell reach{};                // cells that r_max reaches over, along each axis
  std::vector<int> start;      // of each cell's atoms; one more at the end
  std::vector<Vec3> position;  // within the cell
  std::vector<int> type;
};

struct Place {
  Vec3 position;
  std::int32_t type;
};

Cells sort_into_cells(const Frame& frame, double r_max_A) {
  const IdBlock block = id_ordered(frame);
  std::vector<Place> places;
  for (std::size_t i = 0; i < block.type.size(); ++i) {
    const Vec3 s = frame.box.to_fractional(block.position[i]);
    const int image[3] = {static_cast<int>(-std::floor(s[0])), static_cast<int>(-std::floor(s[1])), static_cast<int>(-std::floor(s[2]))};
    places.push_back({block.position[i] + frame.box.translation(image), block.type[i]});
  }
  places = frame.comm->gather(places);
  frame.comm->broadcast(places);

  Cells cells;
  // Two cells within r_max, unless they held less than some atoms each.
  constexpr double atoms_per_cell = 6.0;
  const double edge = std::max(0.5 * r_max_A, std::cbrt(frame.box.volume() * atoms_per_cell / static_cast<double>(frame.atom_count)));
  for (int d = 0; d < 3; ++d) {
    cells.count[d] = std::max(1, static_cast<int>(frame.box.height(d) / edge));
    cells.reach[d] = static_cast<int>(std::ceil(r_max_A * cells.count[d] / frame.box.height(d) + 1e-9));
  }
  const auto cell_of = [&](const Place& place) {
    const Vec3 s = frame.box.to_fractional(place.position);
    Cell c;
    for (int d = 0; d < 3; ++d) c[d] = std::clamp(static_cast<int>(s[d] * cells.count[d]), 0, cells.count[d] - 1);
    return (c[0] * cells.count[1] + c[1]) * cells.count[2] + c[2];
  };
  cells.start.assign(static_cast<std::size_t>(cells.count[0] * cells.count[1] * cells.count[2] + 1), 0);
  for (const Place& place : places) ++cells.start[static_cast<std::size_t>(cell_of(place) + 1)];
  for (std::size_t c = 1; c < cells.start.size(); ++c) cells.start[c] += cells.start[c - 1];
  std::vector<int> next(cells.start);
  cells.position.resize(places.size());
  cells.type.resize(places.size());
  for (const Place& place : places) {
    const auto at = static_cast<std::size_t>(next[static_cast<std::size_t>(cell_of(place))]++);
    cells.position[at] = place.position;
    cells.type[at] = place.type;
  }
  return cells;
}

class Counter {
 public:
  Counter(const Cells& cells, const Box& box, const PairBins& bins, int species, std::vector<long long>& pairs)
      : cells_(cells), box_(box), bins_(bins), species_(species), pairs_(pairs) {}

  // Pairs of the cell's atoms among each other and with those of half the cells around, images included: of an offset and its
  // opposite one is taken, so that each pair counts once.
  void count(const Cell& home) {
    const int* reach = cells_.reach.data();
    for (int x = 0; x <= reach[0]; ++x)
      for (int y = x == 0 ? 0 : -reach[1]; y <= reach[1]; ++y)
        for (int z = x == 0 && y == 0 ? 0 : -reach[2]; z <= reach[2]; ++z) count(home, {{x, y, z}});
  }

 private:
  std::size_t index(const Cell& c) const { return static_cast<std::size_t>((c[0] * cells_.count[1] + c[1]) * cells_.count[2] + c[2]); }

  void count(const Cell& home, const Cell& offset) {
    Cell other;
    int shift[3];
    for (int d = 0; d < 3; ++d) {
      const int place = home[d] + offset[d], n = cells_.count[d];
      const int image = place >= 0 ? place / n : -((n - 1 - place) / n);
      other[d] = place - image * n;
      shift[d] = image;
    }
    const bool itself = offset == Cell{{0, 0, 0}};
    const std::size_t here = index(home), there = index(other);
    // Positions and edges lie on a grid on which these sums and differences are exact.
    const Vec3 to_image = box_.translation(shift);
    const double square_max = bins_.r_max_A() * bins_.r_max_A();
    for (int i = cells_.start[here]; i < cells_.start[here + 1]; ++i) {
      const Vec3 from = cells_.position[static_cast<std::size_t>(i)] - to_image;
      const int a = cells_.type[static_cast<std::size_t>(i)];
      for (int j = itself ? i + 1 : cells_.start[there]; j < cells_.start[there + 1]; ++j) {
        const Vec3 apart = cells_.position[static_cast<std::size_t>(j)] - from;
        const double square = dot(apart, apart);
        if (square >= square_max) continue;
        const int bin = static_cast<int>(std::sqrt(square) / bins_.bin_A), b = cells_.type[static_cast<std::size_t>(j)];
        if (bin < bins_.bins) ++pairs_[static_cast<std::size_t>(pair_of(std::min(a, b), std::max(a, b)) * bins_.bins + bin)];
      }
    }
  }

  int pair_of(int a, int b) const { return a * species_ - a * (a - 1) / 2 + b - a; }

  const Cells& cells_;
  const Box box_;
  const PairBins bins_;
  const int species_;
  std::vector<long long>& pairs_;
};

// Cell by cell in turn to ranks, and of a rank to threads, each with counts of its own.
std::vector<long long> count_own_cells(const Cells& cells, const Frame& frame, const PairBins& bins, int species, std::size_t size) {
  const int all = cells.count[0] * cells.count[1] * cells.count[2], ranks = frame.comm->size(), threads = HostExec().concurrency();
  std::vector<std::vector<long long>> found(static_cast<std::size_t>(threads));
  Kokkos::parallel_for("count_pairs", HostRange(0, threads), [&](int thread) {
    std::vector<long long> own(size, 0);
    Counter counter(cells, frame.box, bins, species, own);
    for (int c = frame.comm->rank() + thread * ranks; c < all; c += threads * ranks)
      counter.count({{c / cells.count[2] / cells.count[1], c / cells.count[2] % cells.count[1], c % cells.count[2]}});
    found[static_cast<std::size_t>(thread)] = std::move(own);
  });
  std::vector<long long> sum(size, 0);
  for (const auto& own : found)
    for (std::size_t i = 0; i < size; ++i) sum[i] += own[i];
  return sum;
}

double shell_volume(const PairBins& bins, int bin) {
  const double low = bins.bin_A * bin, high = bins.bin_A * (bin + 1);
  return 4.0 / 3.0 * units::pi * (high * high * high - low * low * low);
}

}  // namespace

void count_pairs(const Frame& frame, const PairBins& bins, PairCounts& counts) {
  const int species = frame.species->types();
  const std::size_t size = static_cast<std::size_t>(species * (species + 1) / 2 * bins.bins);
  if (counts.frames == 0) counts = {species, 0, std::vector<long long>(size, 0), 0.0};
  require(counts.pairs.size() == size, "pair counts of another shape");
  const Cells cells = sort_into_cells(frame, bins.r_max_A());
  std::vector<long long> found = count_own_cells(cells, frame, bins, species, size);
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
        g.push_back(each * static_cast<double>(counts.pairs[at]) / frames * volume / (n_a * n_b * shell_volume(bins, i)));
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
