// SPDX-License-Identifier: BSD-3-Clause
#include "run/span_checks.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include "scattering/waiting_times.hpp"

namespace patina {

namespace {

struct SpanCheck {
  const WatchedSpan& span;
  const std::string& pointer;
  const ConfigChecker& at;

  void error(const char* key, const std::string& message) const { at.error(pointer + "/" + key, message); }
  template <class Config>
  double interval_ps(const Config& c) const {
    return c.interval_steps * span.step_ps;
  }

  // Two frames, which a correlation needs.
  void check_two_frames(std::int64_t interval_steps) const {
    if (interval_steps > span.steps)
      error("interval_steps", fmt::format("{} has {}: two frames, which a correlation needs, must lie within it", span.what, span.length));
  }

  template <class Config>
  void check_waiting_times(const Config& c) const {
    std::vector<double> within, beyond;
    for (const double time_ps : c.waiting_times_ps) (time_ps < span.duration_ps() * (1.0 - 1e-9) ? within : beyond).push_back(time_ps);
    if (!beyond.empty())
      error("waiting_times_ps", fmt::format("{} ps {} not within {}, which lasts {:.10g} ps", fmt::join(beyond, ", "), beyond.size() == 1 ? "is" : "are",
                                            span.what, span.duration_ps()));
    if (c.interval_steps > span.steps) return;
    std::map<std::int64_t, double> taken;
    for (const double time_ps : within)
      if (const auto [earlier, is_new] = taken.emplace(frame_of_waiting_time(time_ps, interval_ps(c)), time_ps); !is_new)
        error("waiting_times_ps", fmt::format("{} and {} ps both begin at the frame at {:g} ps: frames are {:g} ps apart (interval_steps)", earlier->second,
                                              time_ps, static_cast<double>(earlier->first) * interval_ps(c), interval_ps(c)));
  }

  template <class Config>
  void check_max_lag(const Config& c) const {
    if (!c.max_lag_ps) return;
    if (*c.max_lag_ps > span.duration_ps() * (1.0 + 1e-9))
      error("max_lag_ps", fmt::format("{} ps is longer than {}, which lasts {:.10g} ps; without this key lags go to its end", *c.max_lag_ps, span.what,
                                      span.duration_ps()));
    if (*c.max_lag_ps < interval_ps(c) * (1.0 - 1e-9))
      error("max_lag_ps", fmt::format("{} ps is less than the {:g} ps between two frames (interval_steps): no lag lies within it", *c.max_lag_ps,
                                      interval_ps(c)));
  }

  void operator()(const DynamicsObserverConfig& c) const {
    check_two_frames(c.interval_steps);
    if (span.steps == 0) return;
    check_waiting_times(c);
    check_max_lag(c);
  }

  void operator()(const XpcsConfig& c) const {
    check_two_frames(c.interval_steps);
    if (span.steps == 0) return;
    check_waiting_times(c);
    check_max_lag(c);
    const double last_ps = *std::max_element(c.waiting_times_ps.begin(), c.waiting_times_ps.end());
    if (last_ps < span.duration_ps() && last_ps + c.waiting_window_ps >= span.duration_ps())
      error("waiting_window_ps", fmt::format("{} ps from the waiting time {} ps on go beyond {}, which lasts {:.10g} ps", c.waiting_window_ps, last_ps,
                                             span.what, span.duration_ps()));
    if (const std::int64_t frames = span.steps / c.interval_steps + 1; frames > XpcsConfig::most_frames)
      error("interval_steps",
            fmt::format("{} makes {} frames of the {} of {}, too many for two-time matrices ({:.3g} GB each); at most {}: an interval of {} or more, "
                        "or the observer dynamics or multi_tau",
                        c.interval_steps, frames, span.length, span.what, 8e-9 * static_cast<double>(frames) * static_cast<double>(frames),
                        XpcsConfig::most_frames, span.steps / XpcsConfig::most_frames + 1));
  }

  void operator()(const MultiTauConfig& c) const {
    if (span.steps == 0) return check_two_frames(c.interval_steps);
    if (c.start_ps >= span.duration_ps())
      error("start_ps", fmt::format("{} ps is not within {}, which lasts {:.10g} ps", c.start_ps, span.what, span.duration_ps()));
    else if (interval_ps(c) > (span.duration_ps() - c.start_ps) * (1.0 + 1e-9))
      error("interval_steps", fmt::format("{:g} ps from frame to frame, but only {:g} ps to look at: two frames, which a correlation needs, must lie "
                                          "within them",
                                          interval_ps(c), span.duration_ps() - c.start_ps));
  }

  void operator()(const DetectorObserverConfig& c) const {
    const std::int64_t instants = span.steps / c.interval_steps + 1, frames = instants / c.instants;
    if (frames < 2)
      error(c.instants > 1 ? "instants" : "interval_steps",
            fmt::format("the {} of {} make {} instants, {} frame{} of {}: two frames, which a correlation needs, must lie within it", span.length, span.what,
                        instants, frames, frames == 1 ? "" : "s", c.instants));
  }

  void operator()(const StructureFactorConfig&) const {}
  void operator()(const PairDistributionConfig&) const {}
  void operator()(const TrajectoryConfig&) const {}
};

}  // namespace

bool correlates_times(const ObserverConfig& observer) {
  return !std::holds_alternative<StructureFactorConfig>(observer) && !std::holds_alternative<PairDistributionConfig>(observer) &&
         !std::holds_alternative<TrajectoryConfig>(observer);
}

void check_span(const ObserverConfig& observer, const WatchedSpan& span, const std::string& pointer, const ConfigChecker& at) {
  std::visit(SpanCheck{span, pointer, at}, observer);
}

}  // namespace patina
