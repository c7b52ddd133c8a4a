// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/mesh_fft.hpp"

#include <fftw3.h>

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
  static constexpr auto real_to_complex = fftw_plan_many_dft_r2c;
  static constexpr auto real_mesh = fftw_plan_dft_r2c_3d;
  static constexpr auto complex_to_complex = fftw_plan_many_dft;
  static constexpr auto run_real = fftw_execute_dft_r2c;
  static constexpr auto run = fftw_execute_dft;
  static constexpr auto run_in_place = fftw_execute;
  static constexpr auto destroy = fftw_destroy_plan;
};
template <>
struct Fftw<float> {
  using Plan = fftwf_plan;
  using Complex = fftwf_complex;
  static constexpr auto real_to_complex = fftwf_plan_many_dft_r2c;
  static constexpr auto real_mesh = fftwf_plan_dft_r2c_3d;
  static constexpr auto complex_to_complex = fftwf_plan_many_dft;
  static constexpr auto run_real = fftwf_execute_dft_r2c;
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

template <class Real>
PlaneTransform<Real>::PlaneTransform(const PlaneShape& shape) {
  using Lib = Fftw<Real>;
  const HostArray<Real> rows("plan_rows", static_cast<std::size_t>(shape.rows) * shape.pitch);
  const HostArray<Real> numbers("plan_modes", 2 * static_cast<std::size_t>(shape.rows) * shape.mode_pitch);
  auto* modes = complex_of(reinterpret_cast<std::complex<Real>*>(numbers.data()));
  const int cells = shape.cells, length = shape.rows;
  along_x_ = owned<Real>(Lib::real_to_complex(1, &cells, shape.rows, rows.data(), nullptr, 1, shape.pitch, modes, nullptr, 1,
                                              shape.mode_pitch, effort(cells, length) | FFTW_DESTROY_INPUT));
  along_y_ = owned<Real>(Lib::complex_to_complex(1, &length, shape.columns, modes, nullptr, shape.mode_pitch, 1, modes,
                                                 nullptr, shape.mode_pitch, 1, FFTW_FORWARD, effort(cells, length)));
}

template <class Real>
void PlaneTransform<Real>::operator()(Real* rows, std::complex<Real>* modes) const {
  using Lib = Fftw<Real>;
  Lib::run_real(static_cast<typename Lib::Plan>(along_x_.get()), rows, complex_of(modes));
  Lib::run(static_cast<typename Lib::Plan>(along_y_.get()), complex_of(modes), complex_of(modes));
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
template class PlaneTransform<float>;
template class PlaneTransform<double>;
template class ColumnTransform<float>;
template class ColumnTransform<double>;

}  // namespace patina
