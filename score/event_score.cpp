// SPDX-License-Identifier: BSD-3-Clause
// Sudden changes: each answer belongs to one event at most and the other way round; of all pairs within the tolerance the closest are taken
// first.
#include <algorithm>
#include <cmath>
#include <tuple>

#include "score/score.hpp"

namespace patina {

EventScore score_events(const std::vector<double>& answer, const std::vector<TruthEvent>& truth, double tolerance) {
  EventScore score;
  score.tolerance = tolerance;
  std::vector<std::tuple<double, std::size_t, std::size_t>> pairs;
  for (std::size_t e = 0; e < truth.size(); ++e)
    for (std::size_t a = 0; a < answer.size(); ++a)
      if (const double away = std::abs(answer[a] - truth[e].time); away <= tolerance) pairs.emplace_back(away, e, a);
  std::sort(pairs.begin(), pairs.end());
  std::vector<bool> event_found(truth.size()), answer_used(answer.size());
  std::vector<double> answer_of(truth.size());
  for (const auto& [away, e, a] : pairs) {
    if (event_found[e] || answer_used[a]) continue;
    event_found[e] = answer_used[a] = true;
    answer_of[e] = answer[a];
  }
  for (std::size_t e = 0; e < truth.size(); ++e) {
    if (event_found[e])
      score.found.push_back({truth[e], answer_of[e]});
    else
      score.missed.push_back(truth[e]);
  }
  for (std::size_t a = 0; a < answer.size(); ++a)
    if (!answer_used[a]) score.false_alarms.push_back(answer[a]);
  if (score.found.empty()) return score;
  for (const auto& match : score.found) {
    score.mean_offset += match.answer - match.event.time;
    score.rms_offset += std::pow(match.answer - match.event.time, 2);
  }
  score.mean_offset /= static_cast<double>(score.found.size());
  score.rms_offset = std::sqrt(score.rms_offset / static_cast<double>(score.found.size()));
  return score;
}

}  // namespace patina
