// SPDX-License-Identifier: BSD-3-Clause
// Fourier transforms of many columns at once, with the same bits on any CPU, which FFTW's, chosen for the machine at hand, do not have:
//   X_k = sum_j x_j exp(+i 2 pi j k / n), n a power of two [Cooley & Tukey, Math. Comput. 19, 297 (1965)].
// Columns lie side by side, so that the innermost loop goes over them. Errors: the rounding of Real times log2 n.
#pragma once

#include <vector>

namespace patina {

class Fourier {
 public:
  explicit Fourier(int n);
  int size() const { return n_; }
  // In place on [n][columns]; Real: float or double.
  template <class Real>
  void transform(Real* re, Real* im, int columns) const;

 private:
  int n_;
  std::vector<double> cosine_, sine_;  // of 2 pi j / n, j < n / 2
};

}  // namespace patina
