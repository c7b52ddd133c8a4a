// SPDX-License-Identifier: BSD-3-Clause
// Grades an answer against the truth (docs/score.md). The truth goes through the answer's own binning and normalisation first; errors are
// the answer's, and those of the closed forms for the truth's pixels, contrast and photons (beamline/correlation_error.hpp).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "score/answer.hpp"
#include "score/grade.hpp"
#include "score/known_truth.hpp"

namespace patina {

struct ScoreOptions {
  double q_tolerance = 0.01;      // relative
  double event_tolerance = -1.0;  // in the truth's unit of time; negative: two frames
  bool other_movie = false;       // the truth is that of another movie, and is meant
};

// Of one correlation function or map. Residuals answer - truth in units of the contrast; of f and f_squared as they are.
struct CorrelationGrades {
  int points = 0;
  double bias = 0.0, bias_error = not_told;      // mean residual, with its standard error by the closed form
  double rms = 0.0;
  double factor = not_told, factor_error = not_told;  // answer = offset + factor * truth, less baselines
  double offset = not_told, offset_error = not_told;
  Grade own, theory;                              // by the answer's errors, by the closed form; 0 points: there are none
  CovarianceGrade with_covariance;  // of g2: all points; of C: as many as a matrix can hold; no degrees of freedom: fewer than 3 points
};

struct G2Score {
  std::string shell;
  double q_inv_A = 0.0, phi_deg = not_told, contrast = 1.0;
  Quantity quantity = Quantity::g2;
  std::vector<double> lag;  // in the truth's unit
  std::vector<int> averaged_frames;
  std::vector<double> truth, answer, own_sigma, theory_sigma;  // NaN: not known
  CorrelationGrades grades;
};

// Blocks of the upper triangle, [row][column] over t1 and t2; NaN where nothing was compared.
struct ResidualMap {
  std::vector<double> edges;      // of blocks, in the truth's unit
  Eigen::MatrixXd mean_residual;  // in units of the contrast
  Eigen::MatrixXd mean_pull;      // of residual / sigma by the closed form; points of a block go together
};

struct TwoTimeScore {
  std::string shell;
  double q_inv_A = 0.0, phi_deg = not_told, contrast = 1.0;
  Quantity quantity = Quantity::g2;
  CorrelationGrades grades;
  ResidualMap map;
};

// Pixels of frames so far apart that they know nothing of each other, and what the closed form of intensities or counts expects of them.
struct SnapshotScore {
  std::string shell;
  double q_inv_A = 0.0, phi_deg = not_told;
  bool photons = true;
  std::vector<int> frames;
  std::vector<double> edges;               // of bins, one more than these; the last one is open
  std::vector<double> observed, expected;  // pixels
  double chi_squared = 0.0, probability = not_told;
  int degrees_of_freedom = 0;              // 0: not tested, because of `no_test`
  std::string no_test;
};

// Whether what an answer is off by may be noise and nothing else: chi^2 of all shells together under the closed forms [physics.md 3.8].
struct NullTest {
  std::string of;  // "g2", "two_time", "snapshots"
  double chi_squared = 0.0, probability = 1.0;
  int degrees_of_freedom = 0;
  std::string verdict() const;
};

struct ParameterRow {
  double q_inv_A = 0.0, time = 0.0, truth = 0.0, answer = 0.0, sigma = not_told;
};
// tau and exponent: residuals are those of logarithms.
struct ParameterScore {
  std::vector<ParameterRow> rows;
  double bias = 0.0, bias_error = not_told, rms = 0.0;  // error: from the scatter of the rows
  Grade own;
};

struct EventScore {
  double tolerance = 0.0;
  struct Match {
    TruthEvent event;
    double answer = 0.0;
  };
  std::vector<Match> found;
  std::vector<TruthEvent> missed;
  std::vector<double> false_alarms;
  double mean_offset = 0.0, rms_offset = 0.0;  // answer - truth of those found
};

struct Score {
  std::vector<std::string> notes;
  std::vector<G2Score> g2;
  std::vector<TwoTimeScore> two_time;
  std::vector<SnapshotScore> snapshots;
  std::vector<NullTest> null_tests;
  std::optional<ParameterScore> tau, kww_exponent;
  std::optional<EventScore> events;
};

// Throws Error(bad_input) if nothing of the answer can be compared, or if it tells that it is of another movie than the truth.
Score score_answer(const Answer& answer, const Truth& truth, const ScoreOptions& options);

// The parts of it, in files of their names.
std::vector<G2Score> score_g2(const Answer& answer, const Truth& truth, const ScoreOptions& options, std::vector<std::string>& notes);
std::vector<TwoTimeScore> score_two_time(const Answer& answer, const Truth& truth, const ScoreOptions& options, std::vector<std::string>& notes);
std::vector<SnapshotScore> score_snapshots(const Answer& answer, const Truth& truth, const ScoreOptions& options);
std::vector<NullTest> null_tests(const Score& score);
void score_parameters(const Answer& answer, const Truth& truth, const ScoreOptions& options, Score& score);
EventScore score_events(const std::vector<double>& answer, const std::vector<TruthEvent>& truth, double tolerance);

// JSON, and a table for the terminal.
std::string score_json(const Score& score, const Answer& answer, const Truth& truth);
std::string score_table(const Score& score, const Answer& answer, const Truth& truth);

}  // namespace patina
