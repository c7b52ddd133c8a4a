// SPDX-License-Identifier: BSD-3-Clause
// tau against age from g2 of windows of a record (speckle_record.hpp): a fit of each window by itself (g2_fit.hpp), then every law of ageing_form.hpp.
// Windows share few speckles where they last several tau, and their errors count as independent. g2 of a window has as many pairs at long lags as at
// short ones, for which the closed form takes those within the window: errors of lags near its length are up to 1.4 times too large.
#pragma once

#include <vector>

#include "analysis/clock_laws.hpp"
#include "analysis/g2_fit.hpp"

namespace patina {

struct AgedG2Fit {
  double first = 0.0, last = 0.0;  // of the later frames of its pairs
  double age = 0.0;                // the mean of both frames of pairs that are a tau apart; of windows without a fit the middle
  G2Fit fit;
};

struct AgedG2Fits {
  std::vector<AgedG2Fit> windows;
  ClockLaws laws;  // of those with a fit, if three or more have one; ages from the first of these
};

AgedG2Fits fit_aged_g2(const SpeckleRecord& record);

}  // namespace patina
