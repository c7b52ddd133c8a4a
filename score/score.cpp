// SPDX-License-Identifier: BSD-3-Clause
#include "score/score.hpp"

#include <fmt/format.h>

#include <cmath>

#include "core/error.hpp"
#include "score/scales.hpp"

namespace patina {
namespace {

// Whether answer and truth are of one movie, as far as they tell.
void check_movies(const Answer& answer, const Truth& truth, const ScoreOptions& options, std::vector<std::string>& notes) {
  std::string differ;
  const double told = answer.frame_interval_s * (truth.time_unit == "ps" ? 1e12 : 1.0);
  if (std::abs(told / truth.interval - 1.0) > 1e-3)
    differ = fmt::format("its frames are {:g} {} apart, those of the truth {:g}", told, truth.time_unit, truth.interval);
  else if (!answer.identifier.empty() && !truth.identifier.empty() && answer.identifier != truth.identifier)
    differ = fmt::format("it tells that it is of the movie {}, the truth is that of {}", answer.identifier, truth.identifier);
  if (differ.empty()) return;
  if (!options.other_movie)
    throw Error(ExitCode::bad_input, fmt::format("{}: {} is the truth of another movie: {}; --other-movie compares them nevertheless, frame by frame", answer.path, truth.path, differ));
  notes.push_back("another movie: " + differ + "; frames are counted");
}

}  // namespace

Score score_answer(const Answer& answer, const Truth& truth, const ScoreOptions& options) {
  Score score;
  score.notes = truth.notes;
  score.notes.insert(score.notes.end(), answer.notes.begin(), answer.notes.end());
  check_movies(answer, truth, options, score.notes);
  score.g2 = score_g2(answer, truth, options, score.notes);
  score.two_time = score_two_time(answer, truth, options, score.notes);
  score.snapshots = score_snapshots(answer, truth, options);
  score.null_tests = null_tests(score);
  score_parameters(answer, truth, options, score);
  if (answer.event_times && truth.events) {
    std::vector<double> times;
    for (const double t : *answer.event_times) times.push_back(t * truth_time_of_unit(answer, truth));
    score.events = score_events(times, *truth.events, options.event_tolerance >= 0.0 ? options.event_tolerance : 2.0 * truth.interval);
  } else if (answer.event_times) {
    score.notes.push_back("not scored: events: the truth knows none");
  }
  if (score.g2.empty() && score.two_time.empty() && !score.tau && !score.kww_exponent && !score.events) {
    std::string notes;
    for (const std::string& note : score.notes) notes += "\n  " + note;
    throw Error(ExitCode::bad_input, fmt::format("{}: nothing in it can be compared with {}{}", answer.path, truth.path, notes));
  }
  return score;
}

}  // namespace patina
