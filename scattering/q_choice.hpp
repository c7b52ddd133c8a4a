// SPDX-License-Identifier: BSD-3-Clause
// Which wave vectors an observer looks at, in groups: what it finds is a mean over the vectors of a group.
//   shells      | |q| - q0 | < width / 2 about each of some q0, a group each; all vectors up to q: one of q0 = q / 2, width = q
//   directions  of these, the vectors within a cone or near a plane in space, on a line or in a plane of the lattice
//   a list      of vectors instead of shells, one group
// or each of these vectors as a group of its own, in order of |q| (of a list: as it stands). The vectors of one group stand in line
// order, n_x fastest.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "scattering/q_set.hpp"

namespace patina {

struct QChoice {
  std::vector<double> q_inv_A = {2.8};  // centres of the shells, 1/Angstrom
  double width_inv_A = 0.1;             // of each, full
  int max_vectors = 300;                // of each: a random choice of them
  QDirection direction;
  std::vector<Miller> list;  // not empty: these vectors, and nothing of the above
  bool each_vector = false;
};

constexpr int most_groups = 10000;

// What no list may hold, in any cell: 0, and a vector that stands in it already (q and -q are one). By their places in it.
std::vector<std::pair<std::size_t, std::string>> faults_of_list(const std::vector<Miller>& list);

// The groups in this cell; a shell that is too full is thinned by (seed, its number). Throws PlacedErrors, each at `what` and a key, if
// shells have no such vector (make_shell), a list has faults or vectors that are not 0 along a free axis, or there would be more than
// most_groups groups.
std::vector<QSet> choose_vectors(const Box& box, const QChoice& choice, std::uint64_t seed, const std::string& what);

// How many vectors all shells have, about; 0 of a list. Choosing among more than told_choice takes a second or so.
double vectors_to_choose_from(const Box& box, const QChoice& choice);
constexpr double told_choice = 3e8;

// Groups in a checkpoint. One without their number is of a time that had shells only; of one shell its keys have no prefix.
void save(const std::vector<QSet>& groups, StateMap& state);
std::vector<QSet> load_groups(const QChoice& choice, const StateMap& state);

}  // namespace patina
