// SPDX-License-Identifier: BSD-3-Clause
// How many pixels show how much, against the closed form (beamline/snapshot_law.hpp), by Pearson's chi^2.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/chi_squared.hpp"
#include "core/error.hpp"
#include "score/scales.hpp"
#include "score/score.hpp"

namespace patina {
namespace {

constexpr double still_correlated = 1e-3;  // |f|^2 between two frames, from which on they are not taken together
constexpr std::size_t most_frames = 64;
constexpr double least_expected = 10.0;    // pixels in a bin, below which it is joined with its neighbour

std::vector<int> independent_frames(const TruthShell& shell, int frames) {
  std::vector<int> chosen{0};
  for (int j = 1; j < frames && chosen.size() < most_frames; ++j)
    if (std::all_of(chosen.begin(), chosen.end(), [&](int i) { return std::pow(shell.field(i, j), 2) < still_correlated; })) chosen.push_back(j);
  return chosen;
}

// Of a pixel to be in each bin.
std::vector<double> bin_probabilities(const SnapshotLaw& law, double step, std::size_t bins) {
  std::vector<double> p(bins);
  if (law.photons.empty()) {
    double below = 0.0;
    for (std::size_t b = 0; b < bins; ++b) {
      const double upto = b + 1 < bins ? intensity_probability(law.modes, static_cast<double>(b + 1) * step) : 1.0;
      p[b] = std::max(0.0, upto - below);
      below = upto;
    }
    return p;
  }
  const auto wide = static_cast<std::size_t>(std::lround(step));
  const auto most = static_cast<int>((bins - 1) * wide) - 1;
  for (const double mean : law.photons) {
    double within = 0.0;
    if (most >= 0) {
      const std::vector<double> of_counts = count_probabilities(law.modes, mean, most);
      for (std::size_t n = 0; n < of_counts.size(); ++n) {
        p[n / wide] += of_counts[n] / static_cast<double>(law.photons.size());
        within += of_counts[n];
      }
    }
    p[bins - 1] += std::max(0.0, 1.0 - within) / static_cast<double>(law.photons.size());
  }
  return p;
}

bool same(const SnapshotLaw& a, const SnapshotLaw& b) {
  return a.photons == b.photons && a.modes.size() == b.modes.size() &&
         std::equal(a.modes.begin(), a.modes.end(), b.modes.begin(), [](const GammaModes& x, const GammaModes& y) { return x.weight == y.weight && x.count == y.count; });
}

// Neighbouring bins joined until each expects enough.
void join_bins(const std::vector<double>& observed, const std::vector<double>& expected, double step, SnapshotScore& score) {
  double left = 0.0;
  for (const double one : expected) left += one;
  score.edges.push_back(0.0);
  double o = 0.0, e = 0.0;
  for (std::size_t b = 0; b < expected.size(); ++b) {
    o += observed[b];
    e += expected[b];
    left -= expected[b];
    if (b + 1 < expected.size() && (e < least_expected || left < least_expected)) continue;
    score.observed.push_back(o);
    score.expected.push_back(e);
    score.edges.push_back(static_cast<double>(b + 1) * step);
    o = e = 0.0;
  }
}

}  // namespace

std::vector<SnapshotScore> score_snapshots(const Answer& answer, const Truth& truth, const ScoreOptions& options) {
  std::vector<SnapshotScore> scores;
  for (const SnapshotAnswer& one : answer.snapshots) {
    const int at = sector_at(answer, truth, one.q_inv_A, one.phi_deg, options.q_tolerance);
    if (at < 0) continue;
    const TruthShell& shell = truth.shells[static_cast<std::size_t>(at)];
    if (!shell.snapshot || one.pixels.rows() != truth.frames()) continue;
    SnapshotScore score;
    score.shell = shell.name;
    score.q_inv_A = shell.q_inv_A;
    score.phi_deg = shell.phi_deg;
    score.photons = one.photons;
    score.frames = independent_frames(shell, truth.frames());
    const auto bins = static_cast<std::size_t>(one.pixels.cols());
    std::vector<double> observed(bins), expected(bins), p;
    SnapshotLaw before;
    for (const int frame : score.frames) {
      const SnapshotLaw law = shell.snapshot(frame);
      if (law.photons.empty() == one.photons) throw Error(ExitCode::bad_input, fmt::format("{}: shows {} where {} knows {}", answer.path,
                                                          one.photons ? "photons" : "intensities", truth.path, one.photons ? "intensities" : "photons"));
      if (p.empty() || !same(law, before)) p = bin_probabilities(law, one.step, bins);
      before = law;
      const double pixels = one.pixels.row(frame).cast<double>().sum();
      for (std::size_t b = 0; b < bins; ++b) {
        observed[b] += one.pixels(frame, static_cast<Eigen::Index>(b));
        expected[b] += pixels * p[b];
      }
    }
    join_bins(observed, expected, one.step, score);
    if (one.apart.rows < truth.apart.rows || one.apart.columns < truth.apart.columns)
      score.no_test = "speckles are larger than pixels, which then are not independent";
    else if (score.expected.size() < 2)
      score.no_test = "nearly all pixels show the same";
    else {
      for (std::size_t b = 0; b < score.expected.size(); ++b) score.chi_squared += std::pow(score.observed[b] - score.expected[b], 2) / score.expected[b];
      score.degrees_of_freedom = static_cast<int>(score.expected.size()) - 1;
      score.probability = chi_squared_probability(score.chi_squared, score.degrees_of_freedom);
    }
    scores.push_back(std::move(score));
  }
  return scores;
}

}  // namespace patina
