// SPDX-License-Identifier: BSD-3-Clause
// The covariance of a field over the frames of a movie, <E_i E_j*> = K_ij, K_ii = 1, real:
//   a product of kernels, each of its own clock:   K_ij = prod_c K_c(|s_c(j) - s_c(i)|)
//   times, if asked for, a stretched exponential of a local tau, which has no clock [physics.md 3.11; Paciorek & Schervish, Environmetrics 17, 483
//   (2006)], with d = |t_j - t_i|:
//     at_earlier           exp(-(d / tau(the earlier time))^exponent)
//     at_middle            exp(-(d / tau((t_i + t_j) / 2))^exponent)
//     paciorek_schervish   sqrt(2 tau_i tau_j / (tau_i^2 + tau_j^2)) exp(-(d / sqrt((tau_i^2 + tau_j^2) / 2))^exponent)
// Products of kernels and the last form are covariances for any times and tau. The first two are not where tau changes by a factor e
// within a few tau; require_covariance() refuses those.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace patina {

struct ClockedKernel {
  enum class Form { kww, sinc };
  Form form = Form::kww;
  double exponent = 1.0;  // of kww
  std::vector<double> s;  // of each frame, not decreasing

  double of(double difference) const;
  double at(int i, int j) const;
};

enum class LocalTauForm { at_earlier, at_middle, paciorek_schervish };

struct LocalTau {
  LocalTauForm form = LocalTauForm::paciorek_schervish;
  double exponent = 1.0;
  std::vector<double> time_s;           // of each frame, increasing
  std::function<double(double)> tau_s;  // at a time

  double at(int i, int j) const;
};

struct FieldCovariance {
  int frames = 0;
  std::vector<ClockedKernel> kernels;  // none, and no local tau: a static field
  std::optional<LocalTau> local;

  double at(int i, int j) const;
};

// Throws Error(bad_input) that begins with `place` and tells the least eigenvalue if there is no field of this covariance, or that a
// clock runs too far for its steps to be told apart. Of many
// frames 400, evenly spaced: the eigenvalues of a part lie within those of the whole, so what is refused is refused rightly, while a
// fault between these frames is left for the Cholesky decomposition to find.
void require_covariance(const FieldCovariance& covariance, const std::string& place);

}  // namespace patina
