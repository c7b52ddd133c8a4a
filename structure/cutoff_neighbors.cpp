// SPDX-License-Identifier: BSD-3-Clause
#include "structure/cutoff_neighbors.hpp"

#include <algorithm>
#include <cmath>

#include "structure/closed_cell.hpp"

namespace patina {

namespace {

// Atoms sorted into a grid of the closed cell, none of whose slots is thinner than the cutoff unless the cell is.
class Grid {
 public:
  Grid(const ClosedCell& cell, double cutoff_A) : cell_(cell), square_(cutoff_A * cutoff_A) {
    const auto atoms = static_cast<double>(cell.position.size());
    const double thickness = std::max(cutoff_A, std::cbrt(cell.box.volume() / atoms));
    for (int d = 0; d < 3; ++d) {
      const double height = cell.box.height(d);
      count_[d] = std::max(1, static_cast<int>(height / thickness));
      reach_[d] = static_cast<int>(std::ceil(cutoff_A * count_[d] / height));
    }
    members_.resize(static_cast<std::size_t>(count_[0]) * static_cast<std::size_t>(count_[1]) * static_cast<std::size_t>(count_[2]));
    for (std::size_t i = 0; i < cell.position.size(); ++i) members_[index(slot(i))].push_back(static_cast<int>(i));
  }

  void append_neighbors(std::size_t atom, std::vector<CutoffNeighbor>& list) const {
    const std::array<int, 3> home = slot(atom);
    std::array<int, 3> offset;
    for (offset[0] = -reach_[0]; offset[0] <= reach_[0]; ++offset[0])
      for (offset[1] = -reach_[1]; offset[1] <= reach_[1]; ++offset[1])
        for (offset[2] = -reach_[2]; offset[2] <= reach_[2]; ++offset[2]) append_from(atom, home, offset, list);
  }

 private:
  std::array<int, 3> slot(std::size_t atom) const {
    const Vec3 s = cell_.box.to_fractional(cell_.position[atom]);
    std::array<int, 3> at;
    for (int d = 0; d < 3; ++d) at[static_cast<std::size_t>(d)] = std::clamp(static_cast<int>(s[d] * count_[d]), 0, count_[d] - 1);
    return at;
  }
  std::size_t index(const std::array<int, 3>& at) const {
    return (static_cast<std::size_t>(at[0]) * static_cast<std::size_t>(count_[1]) + static_cast<std::size_t>(at[1])) *
               static_cast<std::size_t>(count_[2]) + static_cast<std::size_t>(at[2]);
  }

  void append_from(std::size_t atom, const std::array<int, 3>& home, const std::array<int, 3>& offset,
                   std::vector<CutoffNeighbor>& list) const {
    std::array<int, 3> there, turns;
    for (std::size_t d = 0; d < 3; ++d) {
      const int place = home[d] + offset[d];
      turns[d] = place >= 0 ? place / count_[d] : -((count_[d] - 1 - place) / count_[d]);
      there[d] = place - turns[d] * count_[d];
    }
    const Vec3 from = cell_.position[atom] - cell_.box.translation(turns.data());
    const bool in_cell = turns == std::array<int, 3>{};
    for (const int j : members_[index(there)]) {
      const auto other = static_cast<std::size_t>(j);
      const Vec3 apart = cell_.position[other] - from;
      if (dot(apart, apart) > square_ || (other == atom && in_cell)) continue;
      CutoffNeighbor neighbor{j, {}, apart};
      for (std::size_t d = 0; d < 3; ++d) neighbor.image[d] = turns[d] + cell_.image[atom][d] - cell_.image[other][d];
      list.push_back(neighbor);
    }
  }

  const ClosedCell& cell_;
  const double square_;
  int count_[3] = {1, 1, 1}, reach_[3] = {1, 1, 1};
  std::vector<std::vector<int>> members_;
};

}  // namespace

CutoffNeighbors neighbors_within(const Structure& sample, double cutoff_A) {
  const ClosedCell cell = close_cell(sample, 2.0 * cutoff_A);
  const Grid grid(cell, cutoff_A);
  CutoffNeighbors found;
  found.begin.push_back(0);
  for (std::size_t i = 0; i < sample.size(); ++i) {
    grid.append_neighbors(i, found.list);
    found.begin.push_back(found.list.size());
  }
  return found;
}

}  // namespace patina
