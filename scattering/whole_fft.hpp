// SPDX-License-Identifier: BSD-3-Clause
// The Fourier transform of a real mesh that stands in memory as a whole, in place, where the kernels run: cuFFT in a build for
// CUDA (whole_fft_cuda.cpp), FFTW in any other (whole_fft.cpp; for a device of another kind the mesh goes to the host and back).
// Sign: exp(-i 2 pi n l / M). The bits are the same from run to run on one kind of machine.
#pragma once

#include <array>
#include <memory>

#include "core/types.hpp"

namespace patina {

// Real numbers from row to row: room for the modes of a row, cells_x / 2 + 1 complex numbers.
inline int whole_pitch(int cells_x) { return 2 * (cells_x / 2 + 1); }

template <class Real>
class WholeFft {
 public:
  // Of this memory, [z][y][whole_pitch]; cells along x, y, z.
  WholeFft(const std::array<int, 3>& cells, const Array<Real>& mesh);
  // mesh[z][y][x] -> modes[n_z][n_y][n_x], n_x <= cells_x / 2.
  void operator()() const;

 private:
  Array<Real> mesh_;
  HostArray<Real> on_host_;  // for the host's library; the same memory where the host can reach it
  std::shared_ptr<void> plan_;
};

}  // namespace patina
