// SPDX-License-Identifier: BSD-3-Clause
// The drift of the whole sample. A common displacement u turns every mode by exp(i q . u): no speckle
// intensity changes, but the field f(q,t) would decay, and a thermostat that acts on each atom (Langevin)
// lets the centre of mass diffuse. All correlations of fields are therefore taken relative to the centre of
// mass.
#pragma once

#include <array>
#include <complex>
#include <vector>

#include "core/vec3.hpp"
#include "md/frame.hpp"

namespace patina {

// Centre of mass of the unwrapped atoms, in fractional coordinates of the frame's cell. Collective; the
// same bits for any order of the atoms and any ranks.
Vec3 fractional_mass_centre(const Frame& frame);

// Velocity of the centre of mass, A/ps, of a frame with velocities. Collective; the same bits as above.
Vec3 mass_centre_velocity(const Frame& frame);

// Turns modes [a * vectors + k] back by a displacement: rho(n) exp(-i 2 pi n . displacement), by phases of our own, which have the same
// bits on any processor.
void remove_drift(std::vector<std::complex<double>>& modes, const std::vector<std::array<int, 3>>& miller,
                  const Vec3& displacement);

}  // namespace patina
