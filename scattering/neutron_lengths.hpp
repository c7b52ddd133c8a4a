// SPDX-License-Identifier: BSD-3-Clause
// Bound coherent neutron scattering lengths b = b' - i b'' (fm) of the elements in their natural isotopic composition, at thermal
// energies (1.798 A, where a resonance makes them depend on it): all of them, and no others, from V. F. Sears, Neutron News 3 (1992)
// no. 3, 26, doi 10.1080/10448639208218770, as NIST lists them (https://www.ncnr.nist.gov/resources/n-lengths/); for Tc, Pm, Ra, Pa,
// Np and Am of one long-lived isotope. Each number is the same in the transcriptions of cctbx and gemmi. Measurements since then
// differ (of Ti, V, Au and the rare earths by more than a per cent); they are not mixed in.
// b'' > 0 is absorption: Sears's waves are exp(i k r - i w t), so his imaginary part is negative.
#pragma once

#include <complex>
#include <optional>
#include <string_view>

namespace patina {

// Nothing if the table has no value for this element (Po, At, Rn, Fr, Ac, Pu, beyond Am).
std::optional<std::complex<double>> neutron_length_fm(std::string_view symbol);

}  // namespace patina
