// SPDX-License-Identifier: BSD-3-Clause
// What exposures of finite length make of a stretched exponential: intensities averaged over them are correlated as
//
//   y(lag) = integral over -1 < u < 1 of (1 - |u|) exp(-2 (|lag + u exposure| / tau)^kww_exponent) du,
//
// which at lag 0 is the factor by which contrast is lost (for exponent 1: (exp(-2 x) - 1 + 2 x) / (2 x^2), x = exposure / tau
// [R. Bandyopadhyay et al., Rev. Sci. Instrum. 76 (2005) 093110, doi 10.1063/1.2037987]). Lags 0 or >= exposure; times in one unit.
#pragma once

#include <vector>

namespace patina {

double blurred_correlation(double lag, double exposure, double tau, double kww_exponent);

// The field kernel sqrt(y(n interval) / y(0)) of frames n = 0 .. frames - 1, as that of a Gaussian field: its two-time moments are exact,
// higher ones are those of more modes rather than of an average over time.
std::vector<double> blurred_field(int frames, double interval, double exposure, double tau, double kww_exponent);

}  // namespace patina
