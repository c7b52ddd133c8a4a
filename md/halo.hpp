// SPDX-License-Identifier: BSD-3-Clause
// Keeps ghosts like the atoms they are copies of. What is found axis by axis (md/ghosts.hpp) is then refreshed in one round of
// messages, straight from the owners; periodic images of what is here already are made here. The lists are made at a
// rebuild and used until the next one; shifts follow the box as it is at each call.
#pragma once

#include <array>
#include <functional>
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

  // Ghosts follow their owners: images of this rank's own atoms at once, other ghosts in finish(), which every begin_ needs
  // before the next. All ranks begin the same.
  void begin_places(const Atoms& atoms, const Box& box);  // x y z
  void begin_mixed_places(const Atoms& atoms, const CellSteps& edges);  // the same of mixed places
  void begin_slopes(const Atoms& atoms);  // F'
  void begin_mixed_slopes(const Atoms& atoms);
  // Nothing if nothing was begun.
  void finish();

 private:
  // Rows in one message from here, and in the one that comes back.
  struct Peer {
    int rank = 0;
    int send_begin = 0, send_count = 0;    // in send_row_
    int ghost_begin = 0, ghost_count = 0;  // in received_
  };
  // Ghosts, where they are copied from here (if they are), and the numbers of their shifts from there.
  struct RowList {
    Array<int> row, source, shift;
    int count = 0;
  };

  // Columns first .. first + width - 1 of rows `stride` long; to what is shifted, translations[width shift + column] is added,
  // unless there are none.
  template <class T>
  void begin(T* rows, int stride, int first, int width, const std::vector<T>& translations);
  template <class T>
  void reserve_buffers(int width);
  template <class T>
  void receive(int width);
  template <class T>
  void send(int width);

  MPI_Comm comm_ = MPI_COMM_NULL;
  std::vector<Peer> peers_;
  Array<int> send_row_;
  int sends_ = 0;
  RowList received_, own_images_, foreign_images_;
  std::vector<std::array<int, 3>> shifts_;  // lattice translations, by number
  std::vector<MPI_Request> requests_;
  std::function<void()> unpack_;  // of what was begun
  Array<char> send_buffer_, receive_buffer_;
  HostArray<char> send_host_, receive_host_;  // the buffers themselves on the host
};

}  // namespace patina
