// SPDX-License-Identifier: BSD-3-Clause
// Sudden changes: each answer belongs to one event at most and the other way round; of all pairs within the tolerance the closest are taken
// first. What stands between an event and an answer is closer to one of them than they are to each other, so that the closest pair are
// neighbours in the list of both by time: those that are taken leave it, and those about them become neighbours.
#include <algorithm>
#include <cmath>
#include <functional>
#include <queue>
#include <tuple>

#include "score/score.hpp"

namespace patina {
namespace {

struct Moment {
  double time = 0.0;
  bool is_event = false;
  std::size_t number = 0;  // of events, or of answers
};

// For each event the number of its answer; as many as there are answers: none.
std::vector<std::size_t> matched(const std::vector<double>& answer, const std::vector<TruthEvent>& truth, double tolerance) {
  std::vector<Moment> moments;
  for (std::size_t e = 0; e < truth.size(); ++e) moments.push_back({truth[e].time, true, e});
  for (std::size_t a = 0; a < answer.size(); ++a) moments.push_back({answer[a], false, a});
  std::sort(moments.begin(), moments.end(), [](const Moment& a, const Moment& b) { return std::tie(a.time, a.is_event, a.number) < std::tie(b.time, b.is_event, b.number); });
  const std::size_t n = moments.size();
  std::vector<std::size_t> before(n), after(n);  // n: none
  for (std::size_t k = 0; k < n; ++k) {
    before[k] = k == 0 ? n : k - 1;
    after[k] = k + 1;
  }
  using Pair = std::tuple<double, std::size_t, std::size_t>;  // how far apart, the earlier, the later
  std::priority_queue<Pair, std::vector<Pair>, std::greater<>> pairs;
  const auto consider = [&](std::size_t first, std::size_t second) {
    if (first == n || second == n || moments[first].is_event == moments[second].is_event) return;
    if (const double away = moments[second].time - moments[first].time; away <= tolerance) pairs.emplace(away, first, second);
  };
  for (std::size_t k = 0; k < n; ++k) consider(k, after[k]);
  std::vector<std::size_t> answer_of(truth.size(), answer.size());
  std::vector<bool> taken(n);
  while (!pairs.empty()) {
    const auto [away, first, second] = pairs.top();
    pairs.pop();
    if (taken[first] || taken[second]) continue;
    taken[first] = taken[second] = true;
    const bool event_first = moments[first].is_event;
    answer_of[moments[event_first ? first : second].number] = moments[event_first ? second : first].number;
    const std::size_t left = before[first], right = after[second];
    if (left < n) after[left] = right;
    if (right < n) before[right] = left;
    consider(left, right);
  }
  return answer_of;
}

}  // namespace

EventScore score_events(const std::vector<double>& answer, const std::vector<TruthEvent>& truth, double tolerance) {
  EventScore score;
  score.tolerance = tolerance;
  const std::vector<std::size_t> answer_of = matched(answer, truth, tolerance);
  std::vector<bool> answer_used(answer.size());
  for (std::size_t e = 0; e < truth.size(); ++e) {
    if (answer_of[e] < answer.size()) {
      score.found.push_back({truth[e], answer[answer_of[e]]});
      answer_used[answer_of[e]] = true;
    } else {
      score.missed.push_back(truth[e]);
    }
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
