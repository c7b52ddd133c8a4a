// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/lag_schedule.hpp"

#include <cmath>

namespace patina {

std::vector<std::int64_t> logarithmic_lags(std::int64_t most, int per_decade) {
  std::vector<std::int64_t> lags = {0};
  for (int k = 0;; ++k) {
    const auto lag = static_cast<std::int64_t>(std::llround(std::pow(10.0, static_cast<double>(k) / per_decade)));
    if (lag > most) return lags;
    if (lag > lags.back()) lags.push_back(lag);
  }
}

}  // namespace patina
