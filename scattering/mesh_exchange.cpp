// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/mesh_exchange.hpp"

#include <type_traits>

namespace patina {

namespace {

// `count` rows of `length` numbers, `stride` apart, from number `first` on.
MPI_Datatype rows_of(MPI_Datatype number, std::size_t bytes, std::size_t first, int count, std::size_t length, std::size_t stride) {
  MPI_Datatype row, rows, placed;
  const auto in_bytes = [bytes](std::size_t numbers) { return static_cast<MPI_Aint>(numbers * bytes); };
  PATINA_MPI_CHECK(MPI_Type_contiguous(static_cast<int>(length), number, &row));
  PATINA_MPI_CHECK(MPI_Type_create_hvector(count, 1, in_bytes(stride), row, &rows));
  const int one = 1;
  const MPI_Aint place = in_bytes(first);
  PATINA_MPI_CHECK(MPI_Type_create_hindexed(1, &one, &place, rows, &placed));
  PATINA_MPI_CHECK(MPI_Type_commit(&placed));
  PATINA_MPI_CHECK(MPI_Type_free(&rows));
  PATINA_MPI_CHECK(MPI_Type_free(&row));
  return placed;
}

}  // namespace

template <class Real>
ColumnExchange<Real>::ColumnExchange(const Comm& comm, const ColumnShares& shares) : comm_(comm) {
  const MPI_Datatype number = std::is_same_v<Real, float> ? MPI_C_FLOAT_COMPLEX : MPI_C_DOUBLE_COMPLEX;
  const auto planes = [&](int rank) { return shares.first_plane[rank + 1] - shares.first_plane[rank]; };
  const auto columns = [&](int rank) { return shares.first_column[rank + 1] - shares.first_column[rank]; };
  const std::size_t bytes = sizeof(std::complex<Real>);
  for (int rank = 0; rank < comm.size(); ++rank) {
    send_.push_back(rows_of(number, bytes, shares.first_column[rank], planes(comm.rank()), columns(rank), shares.plane_stride));
    receive_.push_back(rows_of(number, bytes, static_cast<std::size_t>(shares.first_plane[rank]) * shares.column_stride, planes(rank), columns(comm.rank()),
                               shares.column_stride));
  }
}

template <class Real>
ColumnExchange<Real>::~ColumnExchange() {
  for (auto* types : {&send_, &receive_})
    for (MPI_Datatype& type : *types) MPI_Type_free(&type);
}

template <class Real>
void ColumnExchange<Real>::operator()(const std::complex<Real>* planes, std::complex<Real>* columns) const {
  const std::vector<int> one(send_.size(), 1), nowhere(send_.size(), 0);
  PATINA_MPI_CHECK(MPI_Alltoallw(planes, one.data(), nowhere.data(), send_.data(), columns, one.data(), nowhere.data(), receive_.data(), comm_.handle()));
}

template class ColumnExchange<float>;
template class ColumnExchange<double>;

}  // namespace patina
