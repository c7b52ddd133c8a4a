// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/displacement.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/exact_sum.hpp"
#include "scattering/pair_distribution.hpp"

namespace patina {

namespace {

// Of all ranks. Counts stand in whole numbers of their own.
struct Counts {
  std::vector<long long> atoms, near;      // per group
  std::vector<long long> distance;         // [group * bins + bin]
  std::vector<long long> box, near_in_box;  // per sub-box
};

int sub_box_of(const Vec3& s, int per_axis) {
  int index = 0;
  for (int d = 0; d < 3; ++d) {
    const double within = s[d] - std::floor(s[d]);
    index = index * per_axis + std::min(per_axis - 1, static_cast<int>(within * per_axis));
  }
  return index;
}

double chi4_of(const Counts& counts) {
  double mean = 0.0, square = 0.0, atoms = 0.0;
  long long filled = 0;
  for (std::size_t b = 0; b < counts.box.size(); ++b) {
    if (counts.box[b] == 0) continue;
    const double overlap = static_cast<double>(counts.near_in_box[b]) / static_cast<double>(counts.box[b]);
    mean += overlap;
    square += overlap * overlap;
    atoms += static_cast<double>(counts.box[b]);
    ++filled;
  }
  if (filled < 2) return std::numeric_limits<double>::quiet_NaN();
  const auto n = static_cast<double>(filled);
  return atoms / n * (square - mean * mean / n) / (n - 1.0);
}

}  // namespace

int DisplacementSpec::van_hove_bins() const {
  return whole_bins(van_hove_max_A, van_hove_bin_A);
}

Displacements measure_displacements(const FractionalBlock& now, const std::vector<Vec3>& reference, const Mat3& edges,
                                    int species, const DisplacementSpec& spec, const Comm& comm) {
  const auto groups = static_cast<std::size_t>(species) + 1;
  const auto bins = static_cast<std::size_t>(spec.van_hove_bins());
  const int boxes = spec.sub_boxes * spec.sub_boxes * spec.sub_boxes;
  std::vector<ExactSums<2>> powers(groups);
  Counts counts{std::vector<long long>(groups), std::vector<long long>(groups), std::vector<long long>(groups * bins),
                std::vector<long long>(static_cast<std::size_t>(boxes)),
                std::vector<long long>(static_cast<std::size_t>(boxes))};
  for (std::size_t j = 0; j < now.s.size(); ++j) {
    if (!has_reference(reference[j])) continue;
    const Vec3 ds = now.s[j] - reference[j];
    const Vec3 dr = ds * edges;
    const double square = dot(dr, dr), distance = std::sqrt(square);
    const bool near = distance <= spec.overlap_A;
    const auto bin = static_cast<std::size_t>(std::min(distance / spec.van_hove_bin_A, 1e9));
    for (const std::size_t g : {static_cast<std::size_t>(now.type[j]), groups - 1}) {
      powers[g].add(0, square);
      powers[g].add(1, square * square);
      ++counts.atoms[g];
      counts.near[g] += near;
      if (bin < bins) ++counts.distance[g * bins + bin];
    }
    const auto box = static_cast<std::size_t>(sub_box_of(reference[j], spec.sub_boxes));
    ++counts.box[box];
    counts.near_in_box[box] += near;
  }
  for (auto* list : {&counts.atoms, &counts.near, &counts.distance, &counts.box, &counts.near_in_box})
    comm.sum(list->data(), static_cast<int>(list->size()));

  Displacements result;
  for (std::size_t g = 0; g < groups; ++g) {
    double sums[2];
    comm.total(powers[g], sums);
    const auto n = static_cast<double>(counts.atoms[g]);
    const double square = sums[0] / n, fourth = sums[1] / n;
    result.square_A2.push_back(square);
    result.non_gaussian.push_back(square == 0.0 ? 0.0 : 3.0 * fourth / (5.0 * square * square) - 1.0);
    result.overlap.push_back(static_cast<double>(counts.near[g]) / n);
    for (std::size_t b = 0; b < bins; ++b)
      result.van_hove.push_back(static_cast<double>(counts.distance[g * bins + b]) / (n * spec.van_hove_bin_A));
  }
  result.sub_box_chi4 = chi4_of(counts);
  return result;
}

}  // namespace patina
