// SPDX-License-Identifier: BSD-3-Clause
// Two-time correlations of the fields rho(q, t) over a set of vectors, by matrix products:
//
//   N(t1, t2) = sum_q Re rho_x(q, t1) rho_x*(q, t2),   f(t1, t2) = N(t1, t2) / sqrt(N(t1, t1) N(t2, t2))
//   fixed-start cut at waiting time t_w:   f(t_w, lag) = f(t1 = t_w, t2 = t_w + lag), or over the starts of a window of ages,
//                 sum_t1 N(t1, t1 + lag) / sum_t1 sqrt(N(t1, t1) N(t1 + lag, t1 + lag)),  t_w <= t1 < t_w + window
//   age average:   sum_t N(t, t + lag) / sum_t sqrt(N(t, t) N(t + lag, t + lag))
//   partials:   F_ab(t_w, lag) = <Re rho_a(t_w) rho_b*(t_w + lag)> / sqrt(N_a N_b), for a != b the mean of
//   both orders
//
// Numerators and denominators are summed apart and divided last. Errors are standard deviations by the
// jackknife over q vectors, which are statistically independent (translational invariance) [physics.md 3.2].
#pragma once

#include <Eigen/Dense>
#include <complex>
#include <cstdint>
#include <string>
#include <vector>

#include "scattering/two_time.hpp"

namespace patina {

// The density modes of all frames, one by one as they came, so that none is moved when the next comes; each [a * vectors + k].
struct ModeSeries {
  int species = 0;
  int vectors = 0;
  std::vector<double> time_ps;  // equally spaced
  std::vector<std::vector<std::complex<double>>> rho;
  int frames() const { return static_cast<int>(time_ps.size()); }
  std::complex<double> operator()(int t, int a, int k) const {
    return rho[static_cast<std::size_t>(t)][static_cast<std::size_t>(a) * vectors + k];
  }
};

// Field of each vector (row) and frame (column): sum_a f_a rho_a; form_factor[k * species + a].
Eigen::MatrixXcd scattered_field(const ModeSeries& series,
                                 const std::vector<std::complex<double>>& form_factor);

// A value per lag 0, 1, ... frames: numerator / denominator with its error.
struct LagCurve {
  Eigen::VectorXd value, error, numerator, denominator;
};

// The real matrix whose product is N: real and imaginary part of each vector in two rows. Shares the memory.
Eigen::Map<const Eigen::MatrixXd> as_real_rows(const Eigen::MatrixXcd& field);

// f from N; the diagonal is 1.
Eigen::MatrixXd normalised(const Eigen::MatrixXd& numerator);

// Cut at t1 = frame `start`, or of so many `starts` from there, for lags 0..max_lag as far as every start has frames.
LagCurve fixed_start_cut(const Eigen::MatrixXcd& field, int start, int starts, int max_lag);
LagCurve age_average(const TwoTimeSums& sums);

// Names of the pairs a <= b in the order of all partials: "Cu-Cu", "Cu-Zr", "Zr-Zr".
std::vector<std::string> pair_names(const std::vector<std::string>& species);
// The same starts and lags: (lag, pair).
Eigen::MatrixXd partial_cut(const ModeSeries& series, const std::vector<double>& atoms, int start, int starts, int max_lag);

}  // namespace patina
