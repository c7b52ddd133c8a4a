// SPDX-License-Identifier: BSD-3-Clause
// The one unit system: Angstrom, picosecond, electronvolt, atomic mass unit, kelvin. Pressure is eV/A^3 inside
// and GPa at every interface; q in 1/A; photon energy in keV. Keys and attributes carry the unit in the name.
// Constants: CODATA 2018 (NIST SP 961; e, h, k_B, N_A exact since the 2019 SI).
#pragma once

namespace patina::units {

// Pi, because C++20 <numbers> is not usable in every device compiler.
inline constexpr double pi = 3.141592653589793238462643383279502884;

// Elementary charge: J per eV, exact.
inline constexpr double joule_per_eV = 1.602176634e-19;
// Boltzmann constant: 1.380649e-23 J/K exact, here in eV/K.
inline constexpr double boltzmann_eV_per_K = 1.380649e-23 / joule_per_eV;
// Atomic mass constant, kg (CODATA 2018: 1.660 539 066 60(50)e-27).
inline constexpr double kg_per_amu = 1.66053906660e-27;
// Acceleration of 1 amu under 1 eV/A, in A/ps^2: 1 eV/(A amu) = 9648.533 A/ps^2.
inline constexpr double accel_per_force_over_mass = joule_per_eV / kg_per_amu * 1e-4;
// Kinetic energy of 1 amu at 1 A/ps, in eV (before the factor 1/2).
inline constexpr double eV_per_amu_velocity_sq = 1.0 / accel_per_force_over_mass;
// 1 eV/A^3 in GPa.
inline constexpr double GPa_per_eV_A3 = joule_per_eV * 1e21;
// Mass density of 1 amu/A^3 in g/cm^3.
inline constexpr double g_per_cm3_per_amu_A3 = kg_per_amu * 1e27;
// hc in keV A (h = 6.62607015e-34 J s and c = 299792458 m/s exact): wavelength_A = hc / energy_keV.
inline constexpr double hc_keV_A = 6.62607015e-34 * 299792458.0 / joule_per_eV * 1e7;
inline constexpr double ps_per_fs = 1e-3;

}  // namespace patina::units
