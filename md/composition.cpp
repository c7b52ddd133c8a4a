// SPDX-License-Identifier: BSD-3-Clause
#include "md/composition.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "core/elements.hpp"
#include "core/error.hpp"
#include "core/exact_sum.hpp"

namespace patina {

namespace {

// Uniform on 0 .. bound - 1: the high word of 64 random bits times the bound. The bias is below bound / 2^64.
std::uint64_t below(std::uint64_t bound, const RandomBlock& block) {
  const std::uint64_t bits = std::uint64_t(block.word[0]) << 32 | block.word[1];
  const std::uint64_t low = (bits & 0xffffffffu) * bound;
  return ((bits >> 32) * bound + (low >> 32)) >> 32;
}

}  // namespace

void check(const Composition& composition) {
  const auto& species = composition.species;
  if (species.empty())
    throw Error(ExitCode::bad_input, "composition: no species given, at least one is needed");
  if (species.size() != composition.fraction.size())
    throw Error(ExitCode::bad_input, fmt::format("composition: {} species but {} fractions", species.size(),
                                                 composition.fraction.size()));
  double sum = 0.0;
  for (std::size_t k = 0; k < species.size(); ++k) {
    element(species[k]);
    if (std::count(species.begin(), species.end(), species[k]) > 1)
      throw Error(ExitCode::bad_input, fmt::format("composition: {} is named twice", species[k]));
    const double fraction = composition.fraction[k];
    if (!std::isfinite(fraction) || fraction < 0.0)
      throw Error(
          ExitCode::bad_input,
          fmt::format("composition: fraction of {} is {}, must be finite and >= 0", species[k], fraction));
    sum += fraction;
  }
  if (!(sum > 0.0) || !std::isfinite(sum))
    throw Error(ExitCode::bad_input,
                fmt::format("composition: the fractions add up to {}, must be > 0", sum));
}

std::vector<std::int64_t> exact_counts(const Composition& composition, std::int64_t atoms) {
  check(composition);
  if (atoms < 1) throw Error(ExitCode::bad_input, fmt::format("number of atoms is {}, must be >= 1", atoms));
  const auto& fraction = composition.fraction;
  const double sum = std::accumulate(fraction.begin(), fraction.end(), 0.0);
  std::vector<std::int64_t> count;
  std::vector<std::pair<double, std::size_t>> remainder;
  std::int64_t left = atoms;
  for (std::size_t k = 0; k < fraction.size(); ++k) {
    const double share = static_cast<double>(atoms) * fraction[k] / sum;
    // A share that is whole but for rounding (0.29 * 100 = 28.999999999999996) counts as whole.
    const double whole = std::floor(share + 1e-9);
    count.push_back(static_cast<std::int64_t>(whole));
    remainder.emplace_back(share - whole, k);
    left -= count.back();
  }
  std::stable_sort(remainder.begin(), remainder.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first + 1e-9; });
  for (std::size_t k = 0; left > 0; ++k, --left) ++count[remainder[k].second];
  return count;
}

std::vector<int> shuffled_types(const std::vector<std::int64_t>& count, std::uint64_t seed) {
  std::vector<int> type;
  for (std::size_t t = 0; t < count.size(); ++t) type.insert(type.end(), count[t], static_cast<int>(t));
  for (std::uint64_t k = type.size(); k > 1; --k)
    std::swap(type[k - 1], type[below(k, random_block(seed, Stream::species_assignment, 0, k))]);
  return type;
}

std::vector<int> evenly_shuffled_types(const std::vector<std::int64_t>& count, std::size_t block, std::uint64_t seed, Stream stream, std::uint64_t step) {
  const auto atoms = static_cast<std::size_t>(std::accumulate(count.begin(), count.end(), std::int64_t{0}));
  std::vector<std::int64_t> given(count.size(), 0);
  std::vector<int> type;
  for (std::size_t k = 0; k < atoms; ++k) {
    // The type that is farthest behind its share, which is count / atoms of what was given.
    std::size_t next = 0;
    Int128 farthest = -static_cast<Int128>(atoms) * static_cast<Int128>(atoms + 1);
    for (std::size_t t = 0; t < count.size(); ++t)
      if (const Int128 behind = static_cast<Int128>(k + 1) * count[t] - static_cast<Int128>(atoms) * given[t]; given[t] < count[t] && behind > farthest) {
        farthest = behind;
        next = t;
      }
    ++given[next];
    type.push_back(static_cast<int>(next));
  }
  for (std::size_t begin = 0; begin < atoms; begin += block)
    for (std::size_t k = std::min(block, atoms - begin); k > 1; --k)
      std::swap(type[begin + k - 1], type[begin + below(k, random_block(seed, stream, step, begin + k))]);
  return type;
}

std::vector<double> standard_masses(const std::vector<std::string>& species) {
  std::vector<double> mass;
  for (const std::string& symbol : species) mass.push_back(atomic_weight_amu(symbol));
  return mass;
}

}  // namespace patina
