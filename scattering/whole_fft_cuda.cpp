// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/whole_fft.hpp"

#include <cufft.h>
#include <fmt/format.h>

#include <type_traits>

#include "core/error.hpp"

namespace patina {

namespace {

void check(cufftResult result, const char* what) {
  if (result != CUFFT_SUCCESS) throw Error(ExitCode::internal, fmt::format("cuFFT: {} fails with code {}", what, static_cast<int>(result)));
}

}  // namespace

template <class Real>
WholeFft<Real>::WholeFft(const std::array<int, 3>& cells, const Array<Real>& mesh) : mesh_(mesh) {
  cufftHandle plan{};
  check(cufftCreate(&plan), "cufftCreate");
  plan_ = std::shared_ptr<void>(new cufftHandle(plan), [](void* p) {
    auto* handle = static_cast<cufftHandle*>(p);
    cufftDestroy(*handle);
    delete handle;
  });
  const long long planes = static_cast<long long>(cells[2]) * cells[1], pitch = whole_pitch(cells[0]);
  long long lengths[3] = {cells[2], cells[1], cells[0]};
  long long reals[3] = {cells[2], cells[1], pitch}, modes[3] = {cells[2], cells[1], pitch / 2};
  std::size_t work = 0;
  check(cufftMakePlanMany64(plan, 3, lengths, reals, 1, planes * pitch, modes, 1, planes * (pitch / 2),
                            std::is_same_v<Real, float> ? CUFFT_R2C : CUFFT_D2Z, 1, &work),
        "cufftMakePlanMany64");
  check(cufftSetStream(plan, ExecSpace().cuda_stream()), "cufftSetStream");
}

template <class Real>
void WholeFft<Real>::operator()() const {
  const cufftHandle plan = *static_cast<const cufftHandle*>(plan_.get());
  if constexpr (std::is_same_v<Real, float>)
    check(cufftExecR2C(plan, mesh_.data(), reinterpret_cast<cufftComplex*>(mesh_.data())), "cufftExecR2C");
  else
    check(cufftExecD2Z(plan, mesh_.data(), reinterpret_cast<cufftDoubleComplex*>(mesh_.data())), "cufftExecD2Z");
}

template class WholeFft<float>;
template class WholeFft<double>;

}  // namespace patina
