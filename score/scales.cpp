// SPDX-License-Identifier: BSD-3-Clause
#include "score/scales.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "core/error.hpp"

namespace patina {
namespace {

std::string listed(const Truth& truth) {
  std::vector<std::string> all;
  for (const TruthShell& shell : truth.shells)
    if (const std::string q = fmt::format("{:g}", shell.q_inv_A); all.empty() || all.back() != q) all.push_back(q);
  return fmt::format("{}", fmt::join(all, ", "));
}

}  // namespace

double truth_time_of_unit(const Answer& answer, const Truth& truth) {
  const bool in_ps = truth.time_unit == "ps";
  if (answer.unit == TimeUnit::frames) return truth.interval;
  if (answer.unit == TimeUnit::seconds) return in_ps ? 1e12 : 1.0;
  return in_ps ? 1.0 : 1e-12;
}

std::int64_t whole_frames(const Answer& answer, const Truth& truth, double time, const std::string& what) {
  const double frames = time * truth_time_of_unit(answer, truth) / truth.interval, whole = std::round(frames);
  if (!(std::abs(frames) < 1e9) || std::abs(frames - whole) > 1e-3 * std::max(1.0, std::abs(frames)) + 1e-2)
    throw Error(ExitCode::bad_input, fmt::format("{}: {} is {:g}, which is {:.6g} frames of {:g} {}: must be a whole number of frames", answer.path, what,
                                                 time, frames, truth.interval, truth.time_unit));
  return static_cast<std::int64_t>(whole);
}

int shell_at(const Answer& answer, const Truth& truth, double q_inv_A, double tolerance) {
  if (std::isnan(q_inv_A)) {
    if (truth.shells.size() == 1) return 0;
    throw Error(ExitCode::bad_input, fmt::format("{}: tells no q, and {} has several: {} 1/A", answer.path, truth.path, listed(truth)));
  }
  int nearest = -1;
  for (int k = 0; k < static_cast<int>(truth.shells.size()); ++k) {
    const double away = std::abs(truth.shells[static_cast<std::size_t>(k)].q_inv_A - q_inv_A);
    if (nearest < 0 || away < std::abs(truth.shells[static_cast<std::size_t>(nearest)].q_inv_A - q_inv_A)) nearest = k;
  }
  const double at = truth.shells.at(static_cast<std::size_t>(nearest)).q_inv_A;
  return std::abs(at - q_inv_A) <= tolerance * at ? nearest : -1;
}

int sector_at(const Answer& answer, const Truth& truth, double q_inv_A, double phi_deg, double tolerance) {
  const int ring = shell_at(answer, truth, q_inv_A, tolerance);
  if (ring < 0 || std::isnan(truth.shells[static_cast<std::size_t>(ring)].phi_deg)) return ring;
  std::vector<std::string> sectors;
  int found = -1, last = -1;
  for (int k = 0; k < static_cast<int>(truth.shells.size()); ++k) {
    const TruthShell& shell = truth.shells[static_cast<std::size_t>(k)];
    if (shell.q_inv_A != truth.shells[static_cast<std::size_t>(ring)].q_inv_A) continue;
    sectors.push_back(fmt::format("{:g}", shell.phi_deg));
    last = k;
    if (std::abs(std::remainder(shell.phi_deg - phi_deg, 360.0)) <= 1.0) found = k;
  }
  if (!std::isnan(phi_deg)) return found;
  if (sectors.size() == 1) return last;
  throw Error(ExitCode::bad_input, fmt::format("{}: tells no phi at q = {:g} 1/A, where {} has the sectors {} deg", answer.path, q_inv_A, truth.path, fmt::join(sectors, ", ")));
}

std::string check_shells(const Answer& answer, const Truth& truth, const std::vector<double>& q_inv_A, double tolerance) {
  std::set<double> without;
  std::size_t known = 0;
  for (const double q : q_inv_A) {
    if (shell_at(answer, truth, q, tolerance) < 0)
      without.insert(q);
    else
      ++known;
  }
  if (without.empty()) return "";
  std::vector<std::string> texts;
  for (const double q : without)
    if (texts.size() < 12) texts.push_back(fmt::format("{:g}", q));
  if (without.size() > texts.size()) texts.push_back("...");
  if (known == 0)
    throw Error(ExitCode::bad_input, fmt::format("{}: q = {} 1/A: none of them is within {:g} % of those of {}: {}", answer.path, fmt::join(texts, ", "),
                                                 100.0 * tolerance, truth.path, listed(truth)));
  return fmt::format("ignored: q = {} 1/A, of which the truth has none within {:g} %", fmt::join(texts, ", "), 100.0 * tolerance);
}

double said(Quantity quantity, double f_squared, double contrast) {
  switch (quantity) {
    case Quantity::g2: return 1.0 + contrast * f_squared;
    case Quantity::g2_minus_1: return contrast * f_squared;
    case Quantity::f_squared: return f_squared;
    case Quantity::f: return std::sqrt(std::max(0.0, f_squared));  // a record's own may lie below
  }
  return not_told;
}

double slope_of(Quantity quantity, double f_squared, double contrast) {
  if (quantity == Quantity::f_squared) return 1.0 / contrast;
  if (quantity == Quantity::f) return 0.5 / (contrast * std::sqrt(f_squared));
  return 1.0;
}

const char* name_of(Quantity quantity) {
  switch (quantity) {
    case Quantity::g2: return "g2";
    case Quantity::g2_minus_1: return "g2_minus_1";
    case Quantity::f_squared: return "f_squared";
    case Quantity::f: return "f";
  }
  return "";
}

}  // namespace patina
