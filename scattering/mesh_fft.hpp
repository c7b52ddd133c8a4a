// SPDX-License-Identifier: BSD-3-Clause
// The Fourier transform of a real mesh, a plane at a time, and of what is wanted only: along x and y plane by plane
// for 0 <= n_x <= n_max, then along z for chosen columns (n_x, n_y). FFTW, with its sign: exp(-i 2 pi n l / M).
//   [M. Frigo & S. G. Johnson, Proc. IEEE 93, 216 (2005), doi 10.1109/JPROC.2004.840301]
// Plans are measured on first use; which one wins, and so the last bits, may change from run to run. Transforms may run
// on several threads at a time, each with arrays of its own, that begin at multiples of 64 bytes.
#pragma once

#include <array>
#include <complex>
#include <memory>

namespace patina {

// How the real rows of a plane and their modes lie in memory.
struct PlaneShape {
  int rows = 1, cells = 1;  // along y and x
  int pitch = 1;            // real numbers from row to row
  int columns = 1;          // n_max + 1
  int mode_pitch = 1;       // complex numbers from row to row of modes: at least cells / 2 + 1
};

template <class Real>
class PlaneTransform {
 public:
  explicit PlaneTransform(const PlaneShape& shape);
  // rows[y * pitch + x] -> modes[n_y * mode_pitch + n_x], n_x < columns. `rows` is spoiled.
  void operator()(Real* rows, std::complex<Real>* modes) const;

 private:
  std::shared_ptr<void> along_x_, along_y_;
};

// Many columns that lie side by side: element l of column c is at [l * stride + c].
template <class Real>
class ColumnTransform {
 public:
  static constexpr int block = 32;  // columns of one transform
  ColumnTransform() = default;
  // `stride` is a multiple of block; memory of length * stride numbers is spoiled.
  ColumnTransform(int length, int stride, std::complex<Real>* memory);
  // In place, of the block of columns that begins here.
  void operator()(std::complex<Real>* columns) const;

 private:
  std::shared_ptr<void> plan_;
};

// A whole mesh at once, in place: [z][y][pitch real numbers] -> [n_z][n_y][pitch / 2 modes], pitch = 2 (cells_x / 2 + 1). The plan
// is estimated, not measured: it does not touch the memory and is the same in every run.
template <class Real>
class MeshTransform {
 public:
  MeshTransform(const std::array<int, 3>& cells, Real* mesh);
  void operator()() const;

 private:
  std::shared_ptr<void> plan_;
};

}  // namespace patina
