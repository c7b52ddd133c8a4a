// SPDX-License-Identifier: BSD-3-Clause
// Who owns which part of space: the cell divided into a grid of equal bricks in fractional coordinates, one
// for each rank. Along a free axis the outermost ranks own everything beyond the cell too.
#pragma once

#include <array>

#include "core/box.hpp"
#include "core/mpi.hpp"
#include "md/atoms.hpp"

namespace patina {

// The division of `ranks` into three factors that exchanges the least surface. An axis that is free and not
// divided exchanges nothing.
std::array<int, 3> choose_rank_grid(int ranks, const Box& box);

class Domain {
 public:
  // `ranks`: the grid, or zeros to choose it. Throws Error(usage) if it does not multiply to the size of
  // `comm`.
  Domain(const Comm& comm, const Box& box, const std::array<int, 3>& ranks);

  const Comm& comm() const { return *comm_; }
  const std::array<int, 3>& ranks() const { return ranks_; }
  const std::array<int, 3>& coordinate() const { return coordinate_; }
  // Fractional bounds of this rank's brick.
  double lower(int d) const { return double(coordinate_[d]) / ranks_[d]; }
  double upper(int d) const { return double(coordinate_[d] + 1) / ranks_[d]; }
  int rank_at(const std::array<int, 3>& coordinate) const;

  // Moves every atom to the rank that owns its place, however far; atoms lie in the cell along periodic axes.
  // Drops ghosts. Collective.
  void migrate(Atoms& atoms, const Box& box) const;

 private:
  const Comm* comm_;
  std::array<int, 3> ranks_{};
  std::array<int, 3> coordinate_{};
};

}  // namespace patina
