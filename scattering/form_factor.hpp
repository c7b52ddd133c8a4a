// SPDX-License-Identifier: BSD-3-Clause
// How strongly an atom scatters: f = f0(q) + f'(E) + i f''(E) in electrons, from xraylib [T. Schoonjans et
// al., Spectrochim. Acta B 66 (2011) 776, doi 10.1016/j.sab.2011.09.011]. Without an energy f = f0 (real).
// xraylib counts q as s = sin(theta) / lambda = q / (4 pi), and returns Fii = -f''.
#pragma once

#include <complex>
#include <optional>
#include <string>
#include <vector>

namespace patina {

enum class Weighting {
  xray,    // f0(q) + f' + i f''
  number,  // the atomic number: f0(0)
  unit,    // 1
};

// "xray", "number" or "unit"; Error(bad_input) otherwise.
Weighting weighting_of(const std::string& name);
std::string name_of(Weighting weighting);

// Of one element at |q| (1/Angstrom, >= 0). Throws Error(bad_input) naming the element if there is no such
// element or xraylib has no value at this energy (keV).
std::complex<double> form_factor(const std::string& symbol, double q_inv_A, Weighting weighting,
                                 std::optional<double> energy_keV);

// For every |q| and species: entry [k * species + a].
std::vector<std::complex<double>> form_factors(const std::vector<std::string>& symbols,
                                               const std::vector<double>& q_inv_A, Weighting weighting,
                                               std::optional<double> energy_keV);

}  // namespace patina
