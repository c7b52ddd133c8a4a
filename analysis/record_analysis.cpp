// SPDX-License-Identifier: BSD-3-Clause
#include "analysis/record_analysis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/clock_errors.hpp"
#include "analysis/fast_step.hpp"
#include "analysis/rate_series.hpp"

namespace patina {
namespace {

constexpr double cut_places[] = {0.15, 0.325, 0.5, 0.675, 0.85};  // of the record
constexpr double cut_window = 0.05;                               // likewise
constexpr int lags_per_decade = 10;

// Errors of a cut: each lag as one pair of frames at its place, which is an upper limit, because its window holds several; correlated as
// the pairs at the middle of the window are.
KwwData with_errors(const TwoTimeCut& cut, const ClockFit& fit, Cut convention, double waiting_time) {
  const auto n = static_cast<Eigen::Index>(cut.lag.size());
  KwwData data{cut.lag, cut.value, {}, Eigen::MatrixXd(n, n)};
  const SpeckleSample sample = fit.sample();
  const auto& clock = fit.parameters;
  const auto kernel = [&](double t1, double t2) {
    if (t1 == t2) return 1.0;
    return std::sqrt(clock.plateau) * std::exp(-std::pow(std::abs(clock.time.s(t2) - clock.time.s(t1)), clock.kww_exponent));
  };
  const auto pair = [&](Eigen::Index k) {
    const double lag = cut.lag[static_cast<std::size_t>(k)], start = convention == Cut::fixed_start ? waiting_time : waiting_time - 0.5 * lag;
    return std::pair(start, start + lag);
  };
  for (Eigen::Index k = 0; k < n; ++k)
    for (Eigen::Index l = 0; l <= k; ++l) {
      const auto [a, b] = pair(k);
      const auto [c, d] = pair(l);
      FourTimes times{kernel(a, b), kernel(a, c), kernel(a, d), kernel(b, c), kernel(b, d), kernel(c, d)};
      times.a_is_c = k == l || convention == Cut::fixed_start;
      times.b_is_d = k == l;
      data.covariance(k, l) = data.covariance(l, k) = two_time_covariance(sample, times);
    }
  for (Eigen::Index k = 0; k < n; ++k) data.sigma.push_back(std::sqrt(data.covariance(k, k)));
  return data;
}

std::vector<CutFit> fit_cuts(const SpeckleRecord& record, const ClockFit& clock) {
  int averaged = 1;
  const TwoTimeMatrix map = coarse_map(record.map, clock.frames, averaged);
  const double first = map.time.front(), last = map.time.back(), span = last - first, window = cut_window * span;
  KwwOptions options;
  options.form = KwwForm::intensity;
  options.weighting = KwwWeighting::sandwich;
  options.t_min_ps = (1.0 - 1e-6) * clock.parameters.shortest_lag;
  std::vector<CutFit> fits;
  for (const Cut convention : {Cut::fixed_start, Cut::age_centred})
    for (const double place : cut_places) {
      const double at = first + place * span, low = at - 0.5 * window, high = at + 0.5 * window;
      const TwoTimeCut cut = logarithmic_lags(convention == Cut::fixed_start ? cut_fixed_start(map, low, high) : cut_age_centred(map, low, high), lags_per_decade);
      fits.push_back({convention, at, window, fit_kww(with_errors(cut, clock, convention, at), options), cut_shape(clock.parameters, at, convention, window, first, last)});
    }
  return fits;
}

constexpr double least_probability = 0.01;

// g2 of a sample that ages is an average over ages: its decay is that of no time.
void refuse_g2_if_it_ages(RecordAnalysis& analysis, const ClockLaws& laws) {
  if (!analysis.g2 || analysis.g2->simple.status == KwwStatus::refused) return;
  for (const auto& law : laws.laws) {
    if (law.name != "constant" || law.probability >= least_probability) continue;
    analysis.g2->simple.status = KwwStatus::refused;
    analysis.g2->simple.reason = fmt::format("tau changes within the record (chi^2 of a constant {:.3g} for {} degrees of freedom): g2 is an average over ages", law.chi_squared, law.degrees_of_freedom);
    analysis.g2->two_steps.reset();
    analysis.g2->two_steps_reason = "tau changes within the record";
  }
}

}  // namespace

RecordAnalysis analyse_record(const SpeckleRecord& record, const std::function<void(const char* what)>& begins) {
  RecordAnalysis analysis;
  analysis.record = record;
  if (record.map.time.empty())
    analysis.clock.reason = "there is no two-time correlation";
  else {
    begins("clock fit");
    analysis.clock = fit_clock_beyond_fast_step(record);
  }
  analysis.regimes.reason = analysis.intermittency.reason = analysis.clock_tests.reason = analysis.clock.reason;
  begins("g2");
  if (!record.g2.lag.empty()) analysis.g2 = fit_g2(record, analysis.clock.found ? std::optional(analysis.clock.parameters.contrast) : std::nullopt);
  if (!record.aged.empty()) begins("g2 of each age");
  analysis.aged = fit_aged_g2(record);
  refuse_g2_if_it_ages(analysis, analysis.aged.laws);
  if (!analysis.clock.found) return analysis;
  begins("regimes");
  analysis.rates = rate_series(record, analysis.clock);
  analysis.regimes = find_regimes(analysis.rates);
  if (!analysis.regimes.changes.empty()) {  // a smooth clock cannot follow them
    ClockFitOptions options;
    options.shortest_lag = analysis.clock.parameters.shortest_lag;
    for (const auto& change : analysis.regimes.changes) options.changes.push_back(change.time);
    if (ClockFit with_changes = fit_clock(record, options); with_changes.found) {
      analysis.clock = std::move(with_changes);
      // Blocks were fitted with the exponent of a clock that knew no changes.
      RateSeries rates = rate_series(record, analysis.clock);
      if (RegimeVerdict again = find_regimes(rates); again.changes.size() == analysis.regimes.changes.size()) {
        analysis.rates = std::move(rates);
        analysis.regimes = std::move(again);
      }
    }
  }
  analysis.laws = fit_clock_laws(analysis.clock, record.unit);
  refuse_g2_if_it_ages(analysis, analysis.laws);
  begins("tests of the clock");
  analysis.clock_tests = test_clock(record, analysis.clock);
  begins("cuts");
  analysis.cuts = fit_cuts(record, analysis.clock);
  begins("intermittency and events");
  analysis.intermittency = judge_intermittency(record, analysis.clock);
  return analysis;
}

}  // namespace patina
