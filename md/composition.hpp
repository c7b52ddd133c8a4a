// SPDX-License-Identifier: BSD-3-Clause
// What a sample is made of: species and their fractions, turned into whole numbers of atoms.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/rng.hpp"

namespace patina {

// Fractions of atoms in any common unit: {"Cu", "Zr"}, {64.5, 35.5} or {0.645, 0.355}.
struct Composition {
  std::vector<std::string> species;
  std::vector<double> fraction;
};

// Throws Error(bad_input) unless there is at least one species, each an element named once, each fraction
// finite and >= 0, and their sum > 0.
void check(const Composition& composition);

// Counts that add up to `atoms`, each within one atom of its exact share: the shares are rounded down and the
// atoms that remain go to the largest remainders (Hamilton's method; ties to the species named first).
std::vector<std::int64_t> exact_counts(const Composition& composition, std::int64_t atoms);

// The types 0, 1, ... in random order, count[t] of each: a Fisher-Yates shuffle by Philox numbers of
// (seed, stream, step).
std::vector<int> shuffled_types(const std::vector<std::int64_t>& count, std::uint64_t seed);

// The same, but every part of the sequence has the composition of the whole: each type follows its share within an atom, and only
// `block` consecutive ones at a time are shuffled, by (seed, stream, step).
std::vector<int> evenly_shuffled_types(const std::vector<std::int64_t>& count, std::size_t block, std::uint64_t seed, Stream stream, std::uint64_t step);

// Standard weights of the species, amu.
std::vector<double> standard_masses(const std::vector<std::string>& species);

}  // namespace patina
