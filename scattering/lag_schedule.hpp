// SPDX-License-Identifier: BSD-3-Clause
// When to correlate: lags evenly spaced in their logarithm, so that a record of many decades needs some dozens of
// frames per start and no matrix of all pairs of times.
#pragma once

#include <cstdint>
#include <vector>

namespace patina {

// 0 and the different round(10^(k / per_decade)), k = 0, 1, ..., up to `most`, in units of the sampling interval.
std::vector<std::int64_t> logarithmic_lags(std::int64_t most, int per_decade);

}  // namespace patina
