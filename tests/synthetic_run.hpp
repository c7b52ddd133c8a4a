// SPDX-License-Identifier: BSD-3-Clause
// A run folder with everything known: a quench with a kink at kink_K, and complex Gaussian modes with an
// exact exponential clock, f(t1,t2) = K(|s(t1) - s(t2)|), ds/dt = exp(-t/tau*)/tau0, K a KWW with a cage
// decay.
#pragma once

#include <cstdint>
#include <limits>
#include <string>

namespace patina::test {

struct SyntheticRun {
  bool quench = true;
  bool xpcs = true;
  bool structure = true;
  int waiting_times = 6;
  int replicas = 1;
  std::uint64_t seed = 1;
  double kink_K = 750.0;
  double tau0_ps = 2.0;
  double tau_star_ps = 40.0;  // infinity: stationary
  double kww_exponent = 0.7;
  double plateau = 0.85;
};

// Writes thermo.csv, resolved.json, log.txt and xpcs.h5 (in replica_NNN/ if there are several).
void write_synthetic_run(const std::string& folder, const SyntheticRun& run);

}  // namespace patina::test
