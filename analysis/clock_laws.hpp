// SPDX-License-Identifier: BSD-3-Clause
// Which law tau(t) follows, by the knots of a clock fit with their covariance: generalised least squares of every law of
// ageing_form.hpp, ages counted from the first frame. The least BIC is the best; it is the law of the data only if it fits (chi^2
// probability 0.01 or more) and no other comes within 2 of it.
#pragma once

#include <string>
#include <vector>

#include "analysis/ageing_form.hpp"
#include "analysis/clock_fit.hpp"

namespace patina {

struct ClockLaws {
  std::vector<AgeingLaw> laws;  // that the number of knots allows, the least BIC first; empty without a fit
  bool law_known = false;
  std::string text;
};

// Of ages from 0 on.
ClockLaws fit_laws(const AgeingData& data);

ClockLaws fit_clock_laws(const ClockFit& fit, const std::string& unit);

}  // namespace patina
