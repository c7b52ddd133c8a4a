// SPDX-License-Identifier: BSD-3-Clause
// Does ln tau jump in time, or does it go smoothly? Segments with a level each, or with a line each, by PELT (exact search with pruning),
// penalty 2 p ln N for each change, p what a segment adds (level and place: 2; line and place: 3; one more where the block in which the
// change falls has a rate of its own, between those of both segments). They stand beside smooth laws
// (ageing_form.hpp) and continuous lines through 5 and 9 knots; BIC decides, and a change counts only if no smooth law is as good. So
// ageing that goes smoothly, however fast, is not split into steps.
// References: R. Killick, P. Fearnhead and I. A. Eckley, J. Am. Stat. Assoc. 107 (2012) 1590, doi 10.1080/01621459.2012.737745; penalty:
// physics.md 3.10. Places have 68 and 95 % intervals from the likelihood of each, the other changes held.
#pragma once

#include <Eigen/Dense>
#include <string>
#include <vector>

namespace patina {

// Independent values, in order of time.
struct RateSeries {
  std::vector<double> time;  // middle of each block
  Eigen::VectorXd log_tau;
  Eigen::VectorXd sigma;     // standard errors, as if blocks were independent (their correlation enlarges them)
  // What all blocks share: d ln tau / d ln exponent of the kernel they were fitted with (empty: none), and the error of that logarithm.
  Eigen::VectorXd by_log_exponent;
  double log_exponent_error = 0.0;
  std::string unit = "s";
  int frames_per_block = 1;
  std::string reason;        // why there is none
};

struct ChangePoint {
  double time = 0.0;
  double lower_68 = 0.0, upper_68 = 0.0, lower_95 = 0.0, upper_95 = 0.0;
  double log_ratio = 0.0, log_ratio_error = 0.0;  // ln(tau after / tau before), there
};

struct Regime {
  double from = 0.0, to = 0.0;
  double tau_begin = 0.0, tau_end = 0.0;
  double log_tau_error = 0.0;  // of its mean
};

// Two changes between which tau is shorter, and behind which it is as before within two errors; shorter than what lies on either side of it.
struct Burst {
  double from = 0.0, to = 0.0;
  double log_ratio = 0.0, log_ratio_error = 0.0;  // ln(tau within / tau around)
};

struct RegimeModel {
  std::string name;  // "levels", "lines", "smooth (5 knots)", or of a law
  int changes = 0;
  double chi_squared = 0.0;
  double parameters = 0.0;
  double bic = 0.0;  // with the penalties of changes
};

struct RegimeVerdict {
  bool judged = false;
  std::string reason;               // why not
  std::vector<RegimeModel> models;  // the best first
  std::vector<ChangePoint> changes;
  std::vector<Burst> bursts;        // of pairs of these changes
  std::vector<Regime> regimes;      // one more than changes; empty where the best model is a smooth one
  std::string text;
};

RegimeVerdict find_regimes(const RateSeries& series);

enum class SegmentShape { level, line };

// From a segment that ends before value `end` to one that begins with value `begin`: the same, or the next, if value `end` belongs to neither.
struct SegmentChange {
  int end = 0, begin = 0;
  bool has_transition() const { return begin != end; }
  bool operator==(const SegmentChange&) const = default;
};
// No segment is shorter than 3 values. No value that is barred (empty: none) is a transition.
std::vector<SegmentChange> pelt(const RateSeries& series, SegmentShape shape, const std::vector<bool>& barred = {});

}  // namespace patina
