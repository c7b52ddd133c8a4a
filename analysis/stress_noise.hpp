// SPDX-License-Identifier: BSD-3-Clause
// G(t) of step strains in bins of a tenth of a decade, with the covariance of the bins: thermal stress stays correlated, and a second
// decay that is none would be found in what neighbouring bins share.
//   four or more replicas   autocovariance of what each differs by from their mean, over all lines of the hold; the error of the stress
//                           before the strain is in it
//   fewer                   that of the stress before the strain, about its mean, up to a quarter of that record (Bartlett's window), which
//                           linear response says is the noise of the hold too, and the variance of that mean. Refused unless the record
//                           lasts 100 of its correlation times
// Noise is taken as stationary: a hold in which samples go ever further apart (plastic events of a glass) has more at its end than is said.
// Units: ps, GPa (stress over strain).
#pragma once

#include <string>
#include <vector>

#include "analysis/kww.hpp"

namespace patina {

// Of one replica, each line of thermo.csv: stress over strain.
struct StressSeries {
  std::vector<double> time_ps, held_GPa;  // since the strain, less the mean before it
  std::vector<double> before_GPa;         // that of which the mean was taken, at the same interval
};

struct StressPoints {
  KwwData data;             // mean over replicas, with its covariance; empty if refused
  std::string reason;       // why it was refused
  std::string errors_from;  // "replicas" or "stress before the strain"
};

StressPoints stress_points(const std::vector<StressSeries>& replicas);

}  // namespace patina
