// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/mesh_fft.hpp"

#include <fftw3-mpi.h>

#include <Kokkos_Core.hpp>
#include <algorithm>
#include <cstring>
#include <new>

namespace patina {

namespace {

using HostRange = Kokkos::RangePolicy<Kokkos::DefaultHostExecutionSpace, Kokkos::IndexType<int>>;

// FFTW's names for each precision.
template <class Real>
struct Fftw;

template <>
struct Fftw<double> {
  using Complex = fftw_complex;
  using Plan = fftw_plan;
  static constexpr auto init_mpi = fftw_mpi_init;
  static constexpr auto local_size = fftw_mpi_local_size_3d;
  static constexpr auto plan_planes = fftw_plan_many_dft_r2c;
  static constexpr auto plan_columns = fftw_plan_many_dft;
  static constexpr auto plan_mpi = fftw_mpi_plan_dft_r2c_3d;
  static constexpr auto execute = fftw_execute;
  static constexpr auto execute_plane = fftw_execute_dft_r2c;
  static constexpr auto execute_columns = fftw_execute_dft;
  static constexpr auto destroy = fftw_destroy_plan;
  static constexpr auto allocate = fftw_alloc_real;
  static constexpr auto release = fftw_free;
};

template <>
struct Fftw<float> {
  using Complex = fftwf_complex;
  using Plan = fftwf_plan;
  static constexpr auto init_mpi = fftwf_mpi_init;
  static constexpr auto local_size = fftwf_mpi_local_size_3d;
  static constexpr auto plan_planes = fftwf_plan_many_dft_r2c;
  static constexpr auto plan_columns = fftwf_plan_many_dft;
  static constexpr auto plan_mpi = fftwf_mpi_plan_dft_r2c_3d;
  static constexpr auto execute = fftwf_execute;
  static constexpr auto execute_plane = fftwf_execute_dft_r2c;
  static constexpr auto execute_columns = fftwf_execute_dft;
  static constexpr auto destroy = fftwf_destroy_plan;
  static constexpr auto allocate = fftwf_alloc_real;
  static constexpr auto release = fftwf_free;
};

}  // namespace

int fast_length(int n) {
  for (int length = std::max(2, n + n % 2);; length += 2) {
    int rest = length;
    for (const int factor : {2, 3, 5, 7})
      while (rest % factor == 0) rest /= factor;
    if (rest == 1) return length;
  }
}

// `whole` on several ranks, the others on one.
template <class Real>
struct MeshFft<Real>::Plan {
  typename Fftw<Real>::Plan whole = nullptr, plane = nullptr, columns = nullptr;
  ~Plan() {
    for (const auto plan : {whole, plane, columns})
      if (plan) Fftw<Real>::destroy(plan);
  }
};

template <class Real>
MeshFft<Real>::MeshFft(const std::array<int, 3>& points, const std::array<int, 3>& most, const Comm& comm)
    : points_(points), most_(most), planes_(points[2]), plan_(std::make_unique<Plan>()) {
  using F = Fftw<Real>;
  const auto x = points[0], y = points[1], z = points[2];
  const auto allocate = [&](std::size_t reals) {
    data_ = F::allocate(std::max<std::size_t>(reals, 1));
    if (!data_) throw std::bad_alloc();
    return reinterpret_cast<typename F::Complex*>(data_);
  };
  if (comm.size() > 1) {
    F::init_mpi();
    row_ = 2 * (x / 2 + 1);
    plane_ = static_cast<std::ptrdiff_t>(row_) * y;
    std::ptrdiff_t planes = 0, first = 0;
    const auto complexes = F::local_size(z, y, x / 2 + 1, comm.handle(), &planes, &first);
    planes_ = static_cast<int>(planes);
    first_plane_ = static_cast<int>(first);
    auto* modes = allocate(2 * static_cast<std::size_t>(complexes));
    plan_->whole = F::plan_mpi(z, y, x, data_, modes, comm.handle(), FFTW_ESTIMATE);
    return;
  }
  // Rows of full vectors, so that every plane and row is aligned as the ones that FFTW plans for.
  row_ = (2 * (x / 2 + 1) + 15) / 16 * 16;
  plane_ = static_cast<std::ptrdiff_t>(row_) * y;
  auto* modes = allocate(static_cast<std::size_t>(plane_) * static_cast<std::size_t>(z));
  const int plane_points[2] = {y, x}, plane_reals[2] = {y, row_}, plane_modes[2] = {y, row_ / 2};
  plan_->plane = F::plan_planes(2, plane_points, 1, data_, plane_reals, 1, 0, modes, plane_modes, 1, 0, FFTW_MEASURE);
  const auto stride = static_cast<int>(plane_ / 2);
  plan_->columns = F::plan_columns(1, &z, most[0] + 1, modes, nullptr, stride, 1, modes, nullptr, stride, 1, FFTW_FORWARD,
                                   FFTW_MEASURE);
}

template <class Real>
MeshFft<Real>::~MeshFft() {
  plan_.reset();
  Fftw<Real>::release(data_);
}

template <class Real>
void MeshFft<Real>::clear() {
  Real* const data = data_;
  const std::ptrdiff_t plane = plane_;
  Kokkos::parallel_for("mesh_clear", HostRange(0, planes_), [=](int z) {
    std::memset(data + z * plane, 0, sizeof(Real) * static_cast<std::size_t>(plane));
  });
}

template <class Real>
void MeshFft<Real>::transform() {
  using F = Fftw<Real>;
  if (plan_->whole) {
    F::execute(plan_->whole);
    return;
  }
  const auto modes = [](Real* at) { return reinterpret_cast<typename F::Complex*>(at); };
  Kokkos::parallel_for("mesh_planes", HostRange(0, planes_), [&](int z) {
    Real* at = data_ + z * plane_;
    F::execute_plane(plan_->plane, at, modes(at));
  });
  const int rows = std::min(points_[1], 2 * most_[1] + 1);
  Kokkos::parallel_for("mesh_columns", HostRange(0, rows), [&](int k) {
    const int ky = k <= most_[1] ? k : points_[1] - rows + k;
    auto* at = modes(data_ + static_cast<std::ptrdiff_t>(ky) * row_);
    F::execute_columns(plan_->columns, at, at);
  });
}

template class MeshFft<float>;
template class MeshFft<double>;

}  // namespace patina
