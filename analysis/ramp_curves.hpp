// SPDX-License-Identifier: BSD-3-Clause
// Enthalpy and volume per atom along a ramp of the temperature (quench, heat), against the temperature of the sample.
// H = E_pot + E_kin + P_target V in eV, V in A^3, both per atom.
#pragma once

#include <cstddef>
#include <vector>

#include "analysis/glass_transition.hpp"
#include "analysis/thermo_table.hpp"

namespace patina {

struct RampCurves {
  QuenchCurve enthalpy, volume;
};

// Of these rows of the table. The temperature is the target plus the running mean of the sample's lag behind it: the instantaneous one
// fluctuates with the energy, and would flatten every slope against it.
RampCurves ramp_curves(const ThermoTable& table, const std::vector<std::size_t>& rows, double atoms);

// The target of a row where there is one, else `measured`.
double imposed_temperature_K(const ThermoTable& table, std::size_t row, double measured);

// Whether the barostat let it.
bool volume_varies(const QuenchCurve& volume);

}  // namespace patina
