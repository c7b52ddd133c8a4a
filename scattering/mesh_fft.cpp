// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/mesh_fft.hpp"

#include <fftw3.h>

#include <algorithm>

#include "core/error.hpp"
#include "core/types.hpp"

namespace patina {

namespace {

// FFTW's two sets of names.
template <class Real>
struct Fftw;
template <>
struct Fftw<double> {
  using Plan = fftw_plan;
  using Complex = fftw_complex;
  static constexpr auto real_mesh = fftw_plan_dft_r2c_3d;
  static constexpr auto complex_to_complex = fftw_plan_many_dft;
  static constexpr auto run = fftw_execute_dft;
  static constexpr auto run_in_place = fftw_execute;
  static constexpr auto destroy = fftw_destroy_plan;
};
template <>
struct Fftw<float> {
  using Plan = fftwf_plan;
  using Complex = fftwf_complex;
  static constexpr auto real_mesh = fftwf_plan_dft_r2c_3d;
  static constexpr auto complex_to_complex = fftwf_plan_many_dft;
  static constexpr auto run = fftwf_execute_dft;
  static constexpr auto run_in_place = fftwf_execute;
  static constexpr auto destroy = fftwf_destroy_plan;
};

// Measuring takes longer than it can save on a small mesh.
unsigned effort(int cells, int rows) { return cells * rows < 48 * 48 ? FFTW_ESTIMATE : FFTW_MEASURE; }

template <class Real>
std::shared_ptr<void> owned(typename Fftw<Real>::Plan plan) {
  require(plan != nullptr, "FFTW makes no plan");
  return {plan, [](void* p) { Fftw<Real>::destroy(static_cast<typename Fftw<Real>::Plan>(p)); }};
}

template <class Real>
typename Fftw<Real>::Complex* complex_of(std::complex<Real>* numbers) {
  return reinterpret_cast<typename Fftw<Real>::Complex*>(numbers);
}

}  // namespace

std::size_t PlaneShape::numbers() const {
  const std::size_t of_planes = static_cast<std::size_t>(rows) * pitch(), of_modes = opposite_of(0) + mode_pitch();
  return std::max(of_planes, of_modes);
}

template <class Real>
PlaneTransform<Real>::PlaneTransform(const PlaneShape& shape) : shape_(shape) {
  using Lib = Fftw<Real>;
  const HostArray<Real> first("plan_planes", 2 * shape.numbers()), second("plan_between", 2 * shape.numbers());
  auto* planes = complex_of(reinterpret_cast<std::complex<Real>*>(first.data()));
  auto* between = complex_of(reinterpret_cast<std::complex<Real>*>(second.data()));
  const int cells = shape.cells, rows = shape.rows, pitch = shape.pitch(), columns = shape.largest + 1;
  const unsigned flags = effort(cells, rows) | FFTW_DESTROY_INPUT;
  along_x_ = owned<Real>(Lib::complex_to_complex(1, &cells, rows, planes, nullptr, 1, pitch, between, nullptr, 1, pitch, FFTW_FORWARD, flags));
  along_y_ = owned<Real>(Lib::complex_to_complex(1, &rows, columns, between, nullptr, pitch, 1, planes + shape.modes_of(0), nullptr, 1,
                                                 shape.mode_pitch(), FFTW_FORWARD, flags));
  along_minus_y_ = owned<Real>(Lib::complex_to_complex(1, &rows, columns, between + cells - shape.largest, nullptr, pitch, 1,
                                                       planes + shape.opposite_of(shape.largest), nullptr, 1, shape.mode_pitch(), FFTW_BACKWARD, flags));
}

template <class Real>
void PlaneTransform<Real>::operator()(std::complex<Real>* planes, std::complex<Real>* between) const {
  using Lib = Fftw<Real>;
  const auto run = [](const std::shared_ptr<void>& plan, std::complex<Real>* from, std::complex<Real>* to) {
    Lib::run(static_cast<typename Lib::Plan>(plan.get()), complex_of(from), complex_of(to));
  };
  run(along_x_, planes, between);
  // n_x = 0 is its own opposite; behind the last column it stands beside the others.
  for (int y = 0; y < shape_.rows; ++y) {
    std::complex<Real>* row = between + static_cast<std::size_t>(y) * shape_.pitch();
    row[shape_.cells] = row[0];
  }
  run(along_y_, between, planes + shape_.modes_of(0));
  run(along_minus_y_, between + shape_.cells - shape_.largest, planes + shape_.opposite_of(shape_.largest));
}

template <class Real>
void first_of_two(const std::complex<Real>* modes, const std::complex<Real>* opposite, int count, std::complex<Real>* first) {
  const auto *f = reinterpret_cast<const Real*>(modes), *g = reinterpret_cast<const Real*>(opposite);
  auto* p = reinterpret_cast<Real*>(first);
#pragma omp simd
  for (int i = 0; i < count; ++i) {
    p[2 * i] = f[2 * i] + g[2 * i];
    p[2 * i + 1] = f[2 * i + 1] - g[2 * i + 1];
  }
}

template <class Real>
void second_of_two(const std::complex<Real>* modes, const std::complex<Real>* opposite, int count, std::complex<Real>* second) {
  const auto *f = reinterpret_cast<const Real*>(modes), *g = reinterpret_cast<const Real*>(opposite);
  auto* q = reinterpret_cast<Real*>(second);
#pragma omp simd
  for (int i = 0; i < count; ++i) {
    q[2 * i] = f[2 * i + 1] + g[2 * i + 1];
    q[2 * i + 1] = g[2 * i] - f[2 * i];
  }
}

template <class Real>
ColumnTransform<Real>::ColumnTransform(int length, int stride, std::complex<Real>* memory) {
  using Lib = Fftw<Real>;
  if (stride == 0) return;
  auto* numbers = complex_of(memory);
  plan_ = owned<Real>(Lib::complex_to_complex(1, &length, block, numbers, nullptr, stride, 1, numbers, nullptr, stride, 1,
                                              FFTW_FORWARD, effort(length, length)));
}

template <class Real>
void ColumnTransform<Real>::operator()(std::complex<Real>* columns) const {
  using Lib = Fftw<Real>;
  Lib::run(static_cast<typename Lib::Plan>(plan_.get()), complex_of(columns), complex_of(columns));
}

template <class Real>
MeshTransform<Real>::MeshTransform(const std::array<int, 3>& cells, Real* mesh)
    : plan_(owned<Real>(Fftw<Real>::real_mesh(cells[2], cells[1], cells[0], mesh, complex_of(reinterpret_cast<std::complex<Real>*>(mesh)),
                                              FFTW_ESTIMATE))) {}

template <class Real>
void MeshTransform<Real>::operator()() const {
  Fftw<Real>::run_in_place(static_cast<typename Fftw<Real>::Plan>(plan_.get()));
}

template class MeshTransform<float>;
template class MeshTransform<double>;
template void first_of_two(const std::complex<float>*, const std::complex<float>*, int, std::complex<float>*);
template void first_of_two(const std::complex<double>*, const std::complex<double>*, int, std::complex<double>*);
template void second_of_two(const std::complex<float>*, const std::complex<float>*, int, std::complex<float>*);
template void second_of_two(const std::complex<double>*, const std::complex<double>*, int, std::complex<double>*);
template class PlaneTransform<float>;
template class PlaneTransform<double>;
template class ColumnTransform<float>;
template class ColumnTransform<double>;

}  // namespace patina
