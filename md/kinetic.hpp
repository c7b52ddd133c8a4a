// SPDX-License-Identifier: BSD-3-Clause
// What the velocities of a sample add up to: kinetic energy, temperature, momentum, pressure.
//   T = 2 K / (N_f k_B),   P_ab = (sum_i m_i v_ia v_ib + W_ab) / V
// The sums are exact (core/exact_sum.hpp): the same bits for any ranks and threads, on every rank. Units: A, ps, eV, amu, K; pressure eV/A^3, GPa where the name says so.
#pragma once

#include "core/vec3.hpp"
#include "md/system.hpp"

namespace patina {

// sum_i m_i v_ia v_ib, eV; its trace is twice the kinetic energy. Collective.
Mat3 kinetic_tensor(const System& system);
// Kinetic energy, eV. Collective.
double kinetic_energy(const System& system);
// sum_i m_i v_i, amu A/ps. Collective.
Vec3 total_momentum(const System& system);
// amu; from the counts of the species.
double total_mass(const System& system);

// 3N - 3 for a sample whose total momentum is zero and stays so, else 3N.
double degrees_of_freedom(std::int64_t atoms, bool zero_momentum);
double temperature_K(double kinetic_energy_eV, double degrees_of_freedom);
// k_B T in eV. Throws Error(bad_input) unless the temperature is above 0.
double thermal_energy(double temperature_K);

// eV/A^3.
Mat3 pressure_tensor(const Mat3& kinetic_tensor, const Mat3& virial, double volume);

// v_i -> factor v_i.
void scale_velocities(System& system, double factor);
// v_i -> v_i - shift.
void shift_velocities(System& system, const Vec3& shift);
// Takes the velocity of the centre of mass off every atom. Collective.
void remove_momentum(System& system);

}  // namespace patina
