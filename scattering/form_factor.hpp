// SPDX-License-Identifier: BSD-3-Clause
// How strongly an atom scatters. X-rays: f = f0(q) + f'(E) + i f''(E) in electrons, from xraylib [T. Schoonjans et
// al., Spectrochim. Acta B 66 (2011) 776, doi 10.1016/j.sab.2011.09.011]. Without an energy f = f0 (real).
// xraylib counts q as s = sin(theta) / lambda = q / (4 pi), and returns Fii = -f''.
// Neutrons: bound coherent scattering lengths in fm (scattering/neutron_lengths.hpp), of no q and no energy.
// One convention for both: the field is sum f exp(+i q r), q = k_out - k_in, so waves are exp(i w t - i k r), and a positive
// imaginary part absorbs. Absorption enters Sears's table as b = b' - i b'', for the waves of quantum mechanics, exp(i k r - i w t):
// in the field stands the conjugate, b' + i b''. With b' - i b'' it would be the field of -q, the Friedel mate.
#pragma once

#include <complex>
#include <optional>
#include <string>
#include <vector>

namespace patina {

enum class Weighting {
  xray,     // f0(q) + f' + i f''
  neutron,  // b' + i b''
  number,   // the atomic number: f0(0)
  unit,     // 1
};

// "xray", "neutron", "number" or "unit"; Error(bad_input) otherwise.
Weighting weighting_of(const std::string& name);
std::string name_of(Weighting weighting);

// Of one element at |q| (1/Angstrom, >= 0). Throws Error(bad_input) naming the element if there is no such
// element, xraylib has no value at this energy (keV, of photons; ignored by all but X-rays), or Sears no scattering length.
std::complex<double> form_factor(const std::string& symbol, double q_inv_A, Weighting weighting,
                                 std::optional<double> energy_keV);

// For every |q| and species: entry [k * species + a].
std::vector<std::complex<double>> form_factors(const std::vector<std::string>& symbols,
                                               const std::vector<double>& q_inv_A, Weighting weighting,
                                               std::optional<double> energy_keV);

}  // namespace patina
