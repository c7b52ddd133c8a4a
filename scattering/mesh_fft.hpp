// SPDX-License-Identifier: BSD-3-Clause
// The Fourier transform of a real mesh, two planes at a time, and of what is wanted only: along x and y plane by plane
// for |n_x| <= n_max, then along z for chosen columns (n_x, n_y). FFTW, with its sign: exp(-i 2 pi n l / M).
//   [M. Frigo & S. G. Johnson, Proc. IEEE 93, 216 (2005), doi 10.1109/JPROC.2004.840301]
// Plans are measured on first use; which one wins, and so the last bits, may change from run to run. Transforms may run
// on several threads at a time, each with arrays of its own, that begin at multiples of 64 bytes.
#pragma once

#include <array>
#include <complex>
#include <cstddef>
#include <memory>

namespace patina {

// How two planes, p as real and q as imaginary parts, and their modes lie in memory.
struct PlaneShape {
  int rows = 1, cells = 1;  // along y and x
  int largest = 0;          // n_max along x; cells > 2 n_max
  // Complex numbers from row to row: one more than there are, or some more.
  int pitch() const { return (cells / 8 + 1) * 8; }
  int mode_pitch() const { return (rows / 8 + 1) * 8; }
  // Complex numbers of an array of either.
  std::size_t numbers() const;
  // Where the modes F = P + i Q of this n_x >= 0 begin, and those of -n_x in the order of -n_y.
  std::size_t modes_of(int n_x) const { return static_cast<std::size_t>(n_x) * mode_pitch(); }
  std::size_t opposite_of(int n_x) const { return static_cast<std::size_t>(2 * largest + 1 - n_x) * mode_pitch(); }
};

// Rows of complex numbers take FFTW a third of the time of twice as many real ones (docs/performance.md). With P(-n) = P(n)*,
// 2 P(n) = F(n) + F(-n)* and 2 Q(n) = -i (F(n) - F(-n)*).
template <class Real>
class PlaneTransform {
 public:
  explicit PlaneTransform(const PlaneShape& shape);
  // planes[y * pitch + x] -> the same memory, [modes_of(n_x) + n_y] and [opposite_of(n_x) - n_y modulo rows]. `between`, of as
  // many numbers, is spoiled.
  void operator()(std::complex<Real>* planes, std::complex<Real>* between) const;

 private:
  PlaneShape shape_;
  std::shared_ptr<void> along_x_, along_y_, along_minus_y_;
};

// P and Q of `count` modes with the same n_x, twice each: from F(n_x, n_y ...) and F(-n_x, -n_y ...).
template <class Real>
void first_of_two(const std::complex<Real>* modes, const std::complex<Real>* opposite, int count, std::complex<Real>* first);
template <class Real>
void second_of_two(const std::complex<Real>* modes, const std::complex<Real>* opposite, int count, std::complex<Real>* second);

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
