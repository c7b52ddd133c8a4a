// SPDX-License-Identifier: BSD-3-Clause
// An entry of kind "dynamics" from closed forms, of two waiting times: KWW decays with tau = tau0 q^-1.5 and a little noise;
// "Cu" and "all", which diffuse, and "Zr" whose <r^2> grows as t^1/2; alpha_2 highest at 5 ps, where it is 1; a chi_4 that
// still rises.
#pragma once

#include <string>
#include <vector>

namespace patina::test {

inline constexpr double tau0_ps = 40.0, q_power = 1.5, kww_exponent = 0.7, plateau = 0.9, noise = 0.004, diffusion = 0.013;
inline const std::vector<double> shell_q = {1.5, 2.0, 2.8, 4.0};

// Into a new file `path`. `sample` draws the noise of f; the diffusion is multiplied by `faster`.
void write_synthetic_dynamics(const std::string& path, const std::string& entry, int sample, double faster = 1.0);

// Writes another f into the entry, the same for all shells and waiting times and without noise: from 1 to the plateau as
// exp[-(t/0.1 ps)^2], from there as exp[-t/40 ps].
void write_two_steps(const std::string& path, const std::string& entry, double plateau_of_two);

}  // namespace patina::test
