// SPDX-License-Identifier: BSD-3-Clause
// Everything that is found in the speckles of one q (speckle_record.hpp): the clock and its law, whether there is one clock, cuts in both conventions beside what
// the clock says they must feign, changes of regime, intermittency, g2.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "analysis/aged_g2_fit.hpp"
#include "analysis/change_points.hpp"
#include "analysis/clock_fit.hpp"
#include "analysis/clock_laws.hpp"
#include "analysis/clock_tests.hpp"
#include "analysis/cut_bias.hpp"
#include "analysis/g2_fit.hpp"
#include "analysis/intermittency.hpp"
#include "analysis/kww.hpp"

namespace patina {

struct CutFit {
  Cut cut = Cut::fixed_start;
  double waiting_time = 0.0, window = 0.0;
  KwwFit fit;         // of C - 1, intensity form, amplitude free; its times in the unit of the record
  CutShape expected;  // of the fitted clock along the same cut, without noise
};

struct RecordAnalysis {
  SpeckleRecord record;
  ClockFit clock;
  ClockLaws laws;
  ClockTests clock_tests;
  std::vector<CutFit> cuts;  // none without a clock fit, whose noise their errors need
  RateSeries rates;
  RegimeVerdict regimes;
  Intermittency intermittency;
  std::optional<G2Fit> g2;  // where g2 was measured
  AgedG2Fits aged;          // where it was in windows
};

// `begins` is told what begins: a record of a thousand frames takes many seconds.
RecordAnalysis analyse_record(const SpeckleRecord& record, const std::function<void(const char* what)>& begins = [](const char*) {});

}  // namespace patina
