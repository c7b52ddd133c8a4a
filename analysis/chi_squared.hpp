// SPDX-License-Identifier: BSD-3-Clause
// How probable it is that chi^2 of a true model comes out at least so large by chance.
// Closed forms for whole degrees of freedom: M. Abramowitz and I. A. Stegun, Handbook of Mathematical Functions (1964), 26.4.4-5.
#pragma once

namespace patina {

// 1 without degrees of freedom: such a fit passes through its points and can fail at nothing.
double chi_squared_probability(double chi_squared, int degrees_of_freedom);

}  // namespace patina
