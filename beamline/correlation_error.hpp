// SPDX-License-Identifier: BSD-3-Clause
// How far measured correlations scatter about the truth, in closed form. P statistically independent pixels see speckles of M = 1 /
// contrast equal modes, k photons a pixel and frame, and the estimators are
//
//   C(a, b) = <n_a n_b>_p / (<n_a>_p <n_b>_p), a != b;   g2(lag) = mean over starts t of C(t, t + lag).
//
// To leading order in 1 / P, C(a, b) - E C(a, b) is the mean over pixels of x_a x_b - C_ab (x_a + x_b - 1), x = n / k, so that errors
// and their correlations follow from moments of four counts. Those of intensities are Gaussian's: their n-th joint cumulant is
// contrast^(n-1) times the sum over cyclic orders of products of the field kernel f (f(t, t) = 1, f(t, s) = f*(s, t)); a pixel's count squared adds
// shot noise, <n^2> = <n (n - 1)> + <n>. For one pair of times this is, with rho = f^2,
//
//   P Var C = contrast^2 (1 + rho^2) + 2 contrast^3 rho (2 - 2 rho + rho^2) + (2 contrast + 4 contrast^2 rho - 2 contrast^2 rho^2) / k
//             + (1 + contrast rho) / k^2,
//
// of which the last term alone is the usual law "contrast times counts times root of pixels times frames" [P. Falus, L. B. Lurio and
// S. G. J. Mochrie, J. Synchrotron Rad. 13 (2006) 253, doi 10.1107/S0909049506006789]; the covariances are our own derivation,
// which Monte Carlo confirms (beamline_correlation_error_test). Times and lags are in frames, errors those of C and g2 themselves.
//
// Pixels need not be independent: between two of them each f from one pair of times to the other has the factor mu, so that all terms of
// intensities go as |mu|^2, but for those in which both times of a pair meet both of the other (contrast^2 (1 + rho^2) and, of the third
// order, 2 contrast^3 rho: |mu|^4). Summed over neighbours P Var C is
//
//   S4 [contrast^2 (1 + rho^2) + 2 contrast^3 rho] + S2 2 contrast^3 rho (1 - rho)^2 + what photons add as above, S_n the sum of |mu|^n.
#pragma once

#include <Eigen/Dense>
#include <complex>
#include <limits>
#include <vector>

namespace patina {

struct SpeckleSample {
  double pixels = 1.0;
  double contrast = 1.0;                                      // of one frame, 1 / M
  double photons = std::numeric_limits<double>::infinity();   // per pixel and frame; infinite: no shot noise
  // Where speckles are larger than pixels, neighbours fluctuate alike: errors of speckles, not those of shot noise, are of so many times
  // fewer pixels. Sums over a pixel's neighbours and itself of |mu|^4 and of |mu|^2, mu their degree of coherence (below). Where the latter
  // is not told (0) it is the former, as of groups of pixels that show the same.
  double pixels_per_speckle = 1.0;
  double pixels_per_coherence_area = 0.0;
  double coherence_area() const { return pixels_per_coherence_area > 0.0 ? pixels_per_coherence_area : pixels_per_speckle; }
};

// Both sums, where they are found.
struct SpeckleExtent {
  double pixels_per_speckle = 1.0, pixels_per_coherence_area = 1.0;
};

// The sum of |mu|^2 that belongs to one of |mu|^4 if mu is a Gaussian of the distance between pixels, to 0.5 %: 1 for speckles smaller than
// pixels, twice as much for large ones.
double gaussian_coherence_area(double pixels_per_speckle);

// Var C(a, b), a != b, at rho = f(a, b)^2.
double two_time_variance(const SpeckleSample& sample, double rho);

// The field kernel between the four times of C(a, b) and C(c, d), and which of them are the same frame.
template <class Number>
struct FourTimesOf {
  Number ab = 1.0, ac = 1.0, ad = 1.0, bc = 1.0, bd = 1.0, cd = 1.0;
  bool a_is_c = false, a_is_d = false, b_is_c = false, b_is_d = false;
};
using FourTimes = FourTimesOf<double>;
using FourPhasedTimes = FourTimesOf<std::complex<double>>;  // ab: <E(b) E*(a)> / <I>, as where a flow is seen beside a static part

// Cov[C(a, b), C(c, d)], a != b, c != d; any times, whether the sample ages or not.
double two_time_covariance(const SpeckleSample& sample, const FourTimes& times);
double phased_two_time_covariance(const SpeckleSample& sample, const FourPhasedTimes& times);

// The same of pixels of several kinds, fixed numbers of each, with kernels of their own: the mean over kinds of the covariance within each of
// x_a x_b - C_ab (x_a + x_b - 1), C_ab that of all pixels.
struct KindOfTimes {
  double fraction = 1.0;
  FourTimes times;
};
double mixed_two_time_covariance(const SpeckleSample& sample, const std::vector<KindOfTimes>& kinds);

// Cov[g2(lag_i), g2(lag_j)] of a stationary record: field[n] = f(n frames), n = 0 .. frames - 1; 1 <= lags < frames. Sums over starts
// are made of nodes that lie denser where two of the four times come close: right to some 0.3 %. With `averaged`, g2 at each lag is
// the mean over so many neighbouring lags, as those of a multi-tau correlator: only the last term of Var C, of pairs of photons, knows
// the difference, to 6 % of the variance for ranges of a third of the lag.
Eigen::MatrixXd g2_covariance(const SpeckleSample& sample, const std::vector<double>& field, const std::vector<int>& lags,
                              const std::vector<int>& averaged = {});

// What the variance over starts of C(t, t + lag) comes to if nothing but noise makes it fluctuate, Var C - Var g2: the floor of
// chi_T, above which dynamics are heterogeneous [A. Duri, H. Bissig, V. Trappe and L. Cipelletti, Phys. Rev. E 72 (2005) 051401,
// doi 10.1103/PhysRevE.72.051401].
double chi_T_floor(const SpeckleSample& sample, const std::vector<double>& field, int lag);

// How many independent pairs of frames make sigma of C - 1 so small against the contrast.
double pairs_needed(const SpeckleSample& sample, double rho, double relative_error);

// The smallest step of a quantity known to sigma from each of n independent blocks on either side that is found with probability
// `power` among `places` where it may stand: step = sigma sqrt(2 / n) (sqrt(2 ln places) + z_power), the bound of scan statistics.
double smallest_step(double sigma, double blocks_per_side, double places, double power);

}  // namespace patina
