// SPDX-License-Identifier: BSD-3-Clause
// The two ways to sums of phases (phase_sum.hpp), which give the same bits: loops with vectors on the host, Kokkos kernels on
// devices and, to check the other, anywhere. Each gives the four sums of every entry of the plan (phase_kernels.hpp) over the
// points of this rank, in units of 2^-47 times the unit of weights: [group][entry][4].
#pragma once

#include <vector>

#include "core/exact_sum.hpp"
#include "scattering/phase_kernels.hpp"
#include "scattering/phase_sum.hpp"

namespace patina {

constexpr double phase_grid = 0x1p-47;

std::vector<Int128> entry_sums_in_lanes(const PhasePoints& points, const PhasePlan& plan, double per_weight_unit,
                                        const PhaseKernels& kernels);
std::vector<Int128> entry_sums_in_rows(const PhasePoints& points, const PhasePlan& plan, double per_weight_unit);

}  // namespace patina
