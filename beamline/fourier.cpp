// SPDX-License-Identifier: BSD-3-Clause
#include "beamline/fourier.hpp"

#include <algorithm>

#include "core/elementary.hpp"
#include "core/error.hpp"

namespace patina {

namespace {

// Rows in the order of their numbers' bits read backwards.
template <class Real>
void reorder(Real* rows, int n, int columns) {
  for (int i = 0, j = 0; i < n; ++i) {
    if (i < j) std::swap_ranges(rows + static_cast<std::ptrdiff_t>(i) * columns, rows + static_cast<std::ptrdiff_t>(i + 1) * columns,
                                rows + static_cast<std::ptrdiff_t>(j) * columns);
    int bit = n >> 1;
    for (; bit > 0 && (j & bit); bit >>= 1) j ^= bit;
    j |= bit;
  }
}

// (a, b) -> (a + w b, a - w b).
template <class Real>
void butterfly(Real* a_re, Real* a_im, Real* b_re, Real* b_im, Real w_re, Real w_im, int columns) {
#pragma omp simd
  for (int l = 0; l < columns; ++l) {
    const Real re = w_re * b_re[l] - w_im * b_im[l], im = w_re * b_im[l] + w_im * b_re[l];
    b_re[l] = a_re[l] - re;
    b_im[l] = a_im[l] - im;
    a_re[l] += re;
    a_im[l] += im;
  }
}

}  // namespace

Fourier::Fourier(int n) : n_(n) {
  require(n >= 1 && (n & (n - 1)) == 0, "the length of a Fourier transform is no power of two");
  for (int j = 0; j < n / 2; ++j) {
    const elementary::Phase phase = elementary::phase(static_cast<double>(j) / n);
    cosine_.push_back(phase.cosine);
    sine_.push_back(phase.sine);
  }
}

template <class Real>
void Fourier::transform(Real* re, Real* im, int columns) const {
  reorder(re, n_, columns);
  reorder(im, n_, columns);
  for (int half = 1; half < n_; half *= 2)
    for (int start = 0; start < n_; start += 2 * half)
      for (int j = 0; j < half; ++j) {
        const auto turn = static_cast<std::size_t>(j) * static_cast<std::size_t>(n_ / (2 * half));
        const std::ptrdiff_t a = static_cast<std::ptrdiff_t>(start + j) * columns, b = a + static_cast<std::ptrdiff_t>(half) * columns;
        butterfly(re + a, im + a, re + b, im + b, static_cast<Real>(cosine_[turn]), static_cast<Real>(sine_[turn]), columns);
      }
}

template void Fourier::transform(float*, float*, int) const;
template void Fourier::transform(double*, double*, int) const;

}  // namespace patina
