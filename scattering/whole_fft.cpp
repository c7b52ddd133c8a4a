// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/whole_fft.hpp"

#include "scattering/mesh_fft.hpp"

namespace patina {

template <class Real>
WholeFft<Real>::WholeFft(const std::array<int, 3>& cells, const Array<Real>& mesh)
    : mesh_(mesh),
      on_host_(Kokkos::create_mirror_view(HostSpace{}, mesh)),
      plan_(std::make_shared<MeshTransform<Real>>(cells, on_host_.data())) {}

template <class Real>
void WholeFft<Real>::operator()() const {
  Kokkos::deep_copy(on_host_, mesh_);
  (*static_cast<const MeshTransform<Real>*>(plan_.get()))();
  Kokkos::deep_copy(mesh_, on_host_);
}

template class WholeFft<float>;
template class WholeFft<double>;

}  // namespace patina
