// SPDX-License-Identifier: BSD-3-Clause
// All atoms of a sample, sorted into the cells of a grid: which are near a place, with every periodic image of theirs.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "core/box.hpp"
#include "core/mpi.hpp"

namespace patina {

struct PairPlace {
  Vec3 position;  // inside the cell, Angstrom
  std::int32_t type;
};

class PairCells {
 public:
  using Cell = std::array<int, 3>;

  // Of the places of all ranks, in order of rank. Collective; the same on every rank, which gets them all: 64 bytes each. The box must be periodic along all axes.
  PairCells(const Comm& comm, const std::vector<PairPlace>& own, const Box& box, double r_max_A);

  int cells() const { return count_[0] * count_[1] * count_[2]; }
  Cell cell(int index) const { return {{index / count_[2] / count_[1], index / count_[2] % count_[1], index % count_[2]}}; }
  Cell cell_of(const Vec3& position) const;
  // Cells that r_max reaches over, along each axis.
  const Cell& reach() const { return reach_; }

  // The cell that lies so far from `home`, and the lattice translation of the image of it that does.
  struct Image {
    int index = 0;
    int shift[3] = {0, 0, 0};
    Vec3 translation;
  };
  Image image(const Cell& home, const Cell& offset) const;
  int index(const Cell& c) const { return (c[0] * count_[1] + c[1]) * count_[2] + c[2]; }

  // Atoms of a cell: entries of the lists below, in order of rank and place.
  int first(int index) const { return start_[static_cast<std::size_t>(index)]; }
  int last(int index) const { return start_[static_cast<std::size_t>(index) + 1]; }
  const Vec3& position(int entry) const { return position_[static_cast<std::size_t>(entry)]; }
  int type(int entry) const { return type_[static_cast<std::size_t>(entry)]; }
  // Where it stood among the places of all ranks.
  std::int64_t atom(int entry) const { return atom_[static_cast<std::size_t>(entry)]; }

 private:
  Box box_;
  Cell count_{{1, 1, 1}}, reach_{};
  std::vector<int> start_;
  std::vector<Vec3> position_;
  std::vector<int> type_;
  std::vector<std::int32_t> atom_;
};

// Bytes while they are made, of an atom of the sample and of one of the rank.
constexpr double pair_cells_bytes = 2 * sizeof(PairPlace), pair_place_bytes = sizeof(PairPlace);

}  // namespace patina
