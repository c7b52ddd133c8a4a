// SPDX-License-Identifier: BSD-3-Clause
// Who owns which part of space: the cell divided into a grid of bricks in fractional coordinates, one for each
// rank. Each axis has its cuts, which go right through the cell and may move (md/load_balance.hpp). Along a free axis the
// outermost ranks own everything beyond the cell too.
#pragma once

#include <array>
#include <vector>

#include "core/box.hpp"
#include "core/mpi.hpp"
#include "md/atoms.hpp"
#include "md/load_balance.hpp"

namespace patina {

// The division of `ranks` into three factors that exchanges the least surface of a sample of this extent. An axis that does
// not go around and is not divided exchanges nothing.
std::array<int, 3> choose_rank_grid(int ranks, const std::array<AxisExtent, 3>& extent);

class Domain {
 public:
  // Even cuts. Throws Error(usage) if the grid `ranks` does not multiply to the size of `comm`.
  Domain(const Comm& comm, const Box& box, const std::array<int, 3>& ranks);

  const Comm& comm() const { return *comm_; }
  const std::array<int, 3>& ranks() const { return ranks_; }
  const std::array<int, 3>& coordinate() const { return coordinate_; }
  // Fractional bounds of the bricks along an axis, ranks()[d] + 1 of them, increasing; as those of even_cuts.
  const std::vector<double>& cuts(int d) const { return cuts_[static_cast<std::size_t>(d)]; }
  // The same on all ranks. Atoms change hands at the next migration.
  void set_cuts(int d, const std::vector<double>& cuts);
  // Where brick k along a periodic axis begins, and brick k - 1 ends, also of bricks beyond the cell; along a free one k
  // is 0 .. ranks()[d].
  double cut(int d, int k) const;
  // Over how many bricks at most anything within `reach` (fractional) of some brick extends on either side of it. The same on
  // all ranks.
  int most_hops(int d, double reach) const;
  int rank_at(const std::array<int, 3>& coordinate) const;

  // Moves every atom to the rank that owns its place, however far; atoms lie in the cell along periodic axes.
  // Drops ghosts. Collective.
  void migrate(Atoms& atoms, const Box& box) const;

 private:
  const Comm* comm_;
  std::array<int, 3> ranks_{};
  std::array<int, 3> coordinate_{};
  std::array<bool, 3> periodic_{};
  std::array<std::vector<double>, 3> cuts_;
};

}  // namespace patina
