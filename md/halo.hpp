// SPDX-License-Identifier: BSD-3-Clause
// Ghosts: copies of the atoms of other ranks, and of periodic images, within the communication cutoff of this
// rank's brick. Axes x, y, z in turn, so that edges and corners come by themselves; along each axis with as
// many ranks (or images) on either side as the cutoff reaches. The lists of what is sent are made at a
// rebuild and used until the next one; shifts follow the box as it is at each call. [Plimpton, J. Comput.
// Phys. 117, 1 (1995)]
#pragma once

#include <array>
#include <vector>

#include "md/atoms.hpp"
#include "md/domain.hpp"

namespace patina {

// Edges of the cell, [edge][axis], in whole steps modulo 2^32.
struct CellSteps {
  std::uint32_t edge[3][3] = {};
  // shift . edges along one axis.
  KOKKOS_INLINE_FUNCTION std::uint32_t translation(const int* shift, int axis) const {
    std::uint32_t sum = 0;
    for (int k = 0; k < 3; ++k) sum += static_cast<std::uint32_t>(shift[k]) * edge[k][axis];
    return sum;
  }
};

class Halo {
 public:
  // Makes the lists and appends the ghosts (place, shift, original, type, id) within `cutoff` (Angstrom) to the local
  // atoms, which must lie on the ranks that own them. Collective.
  void build(Atoms& atoms, const Box& box, const Domain& domain, double cutoff);
  // Ghosts' x y z follow their owners. Collective.
  void refresh_places(const Atoms& atoms, const Box& box);
  // The same of mixed places; edges of the cell in their steps, modulo 2^32. Collective.
  void refresh_mixed_places(const Atoms& atoms, const CellSteps& edges);
  // Ghosts' F' follow their owners. Collective.
  void refresh_slopes(const Atoms& atoms);
  void refresh_mixed_slopes(const Atoms& atoms);

 private:
  // Atoms sent to one rank, and those received in the same round from the rank opposite.
  struct Swap {
    int send_to = -1, receive_from = -1;  // ranks; -1: nobody (the end of a free axis)
    int tag = 0;
    std::array<int, 3> shift{};            // numbers to add to each.of what is sent
    int send_begin = 0, send_count = 0;    // in send_index_
    int ghost_begin = 0, ghost_count = 0;  // rows of the per-atom arrays
    bool sends_to_other(int rank) const { return send_to >= 0 && send_to != rank && send_count > 0; }
    bool receives_from_other(int rank) const {
      return receive_from >= 0 && receive_from != rank && ghost_count > 0;
    }
  };
  struct Axis {
    std::vector<Swap> swaps;
  };

  void build_axis(int d, Atoms& atoms, const Box& box, const Domain& domain, double cutoff);
  void select(Swap& swap, const Atoms& atoms, int candidates, const Box& box, int d, double bound);
  void refresh_places(const Axis& axis, const Atoms& atoms, const Box& box);
  void exchange_counts(Axis& axis) const;
  void find_originals(const Axis& axis, const Atoms& atoms) const;
  // One round of messages for `width` numbers from column `first` on of rows `stride` long; shift(swap) gives the
  // numbers to add to each.
  template <class T, class Shift>
  void exchange(const Axis& axis, T* rows, int stride, int first, int width, const Shift& shift);
  void reserve_buffers(const Axis& axis, std::size_t row_bytes);

  MPI_Comm comm_ = MPI_COMM_NULL;
  int rank_ = 0;
  std::array<Axis, 3> axes_;
  Array<int> send_index_;
  int sends_ = 0;
  Array<char> send_buffer_, receive_buffer_;
  HostArray<char> send_host_, receive_host_;  // the buffers themselves on the host
};

}  // namespace patina
