// SPDX-License-Identifier: BSD-3-Clause
// From all columns of some planes, on each rank, to some columns of all planes. MPI takes the numbers from where they are and puts
// them where they belong [datatypes with strides, MPI standard 3.1, chapter 4], so that nothing is packed here.
#pragma once

#include <complex>
#include <cstddef>
#include <vector>

#include "core/mpi.hpp"

namespace patina {

// What each rank has.
struct ColumnShares {
  std::vector<int> first_plane;           // of each rank, and the end of all
  std::vector<std::size_t> first_column;  // likewise
  std::size_t plane_stride = 0;   // complex numbers from plane to plane where all columns are,
  std::size_t column_stride = 0;  // and on this rank where some are
};

template <class Real>
class ColumnExchange {
 public:
  ColumnExchange(const Comm& comm, const ColumnShares& shares);
  ~ColumnExchange();
  ColumnExchange(const ColumnExchange&) = delete;
  ColumnExchange& operator=(const ColumnExchange&) = delete;

  // [plane of this rank][column] -> [plane][column of this rank]. Collective.
  void operator()(const std::complex<Real>* planes, std::complex<Real>* columns) const;

 private:
  const Comm& comm_;
  std::vector<MPI_Datatype> send_, receive_;  // of each rank
};

}  // namespace patina
