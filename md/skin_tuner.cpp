// SPDX-License-Identifier: BSD-3-Clause
#include "md/skin_tuner.hpp"

#include <algorithm>
#include <cmath>

namespace patina {

namespace {

constexpr double unit_A = 0.02;
constexpr int thinnest = 5;  // 0.1 A
constexpr int widest = static_cast<int>(largest_skin_A / unit_A + 0.5);

constexpr int lists_per_choice = 4;
constexpr std::size_t most_lists = 24;
// Of what the model promises; less is not worth a change.
constexpr double worthwhile_gain = 0.005;
// The skin may exceed what atoms were seen to need by this much: what lies farther is guessed.
constexpr double farthest_guess = 1.25;

// Lists that cost less than 0.5 % of the steps they served, of whose skin atoms used less than nine tenths, are wide.
constexpr double steps_per_cost = 200.0, share_in_use = 0.9;

double length(int skin) { return unit_A * skin; }

double power(double x, int exponent) {
  double result = 1.0;
  for (int k = 0; k < exponent; ++k) result *= x;
  return result;
}

}  // namespace

SkinTuner::SkinTuner(double cutoff_A, double start_A)
    : cutoff_(cutoff_A),
      skin_(static_cast<int>(std::clamp(start_A / unit_A + 0.5, double(thinnest), double(widest)))) {}

double SkinTuner::skin_A() const { return length(skin_); }

void SkinTuner::step(double needed_A) {
  ++current_.steps;
  current_.most_needed = std::max(current_.most_needed, needed_A);
  auto& reached = current_.reached;
  while (static_cast<int>(reached.size()) <= widest && length(static_cast<int>(reached.size())) < needed_A)
    reached.push_back(current_.steps);
}

bool SkinTuner::lists_are_wide() const {
  return current_.steps >= steps_per_cost * list_cost_ && current_.most_needed < share_in_use * length(skin_);
}

void SkinTuner::end_lists(double list_cost) {
  if (current_.steps == 0) return;
  if (list_cost > 0.0 && list_cost < 1e9) current_.cost = list_cost;
  current_.outgrown = current_.most_needed > length(skin_);
  recent_.push_back(std::move(current_));
  current_ = {};
  if (recent_.size() > most_lists) recent_.pop_front();
  if (++since_choice_ < lists_per_choice) return;
  since_choice_ = 0;
  measure_list_cost();

  const int exponent = growth_exponent();
  int best = skin_;
  double least = (1.0 - worthwhile_gain) * step_cost(skin_, exponent);
  for (int skin = thinnest; skin <= widest_candidate(); ++skin) {
    const double cost = step_cost(skin, exponent);
    if (!(cost < least)) continue;
    least = cost;
    best = skin;
  }
  skin_ = best;
}

// Rebuilds counted over steps counted: a generation that ended for another reason (a checkpoint) before the skin was used up
// still tells that its steps needed no rebuild.
double SkinTuner::rebuilds_per_step(int skin, int exponent) const {
  double steps = 0.0;
  int rebuilds = 0;
  for (const Lists& lists : recent_) {
    const bool seen = skin < static_cast<int>(lists.reached.size());
    if (seen)
      steps += lists.reached[static_cast<std::size_t>(skin)];
    else if (lists.outgrown)
      steps += std::floor(lists.steps * power(length(skin) / lists.most_needed, exponent)) + 1.0;
    else
      steps += lists.steps;
    if (seen || lists.outgrown) ++rebuilds;
  }
  return rebuilds / steps;
}

double SkinTuner::step_cost(int skin, int exponent) const {
  return power(1.0 + length(skin) / cutoff_, 3) * (1.0 + list_cost_ * rebuilds_per_step(skin, exponent));
}

// p of n ~ s^p, rounded.
int SkinTuner::growth_exponent() const {
  const double whole = rebuilds_per_step(skin_, 1), half = rebuilds_per_step(skin_ / 2, 1);
  int exponent = 1;
  // Half way between 2^p and 2^(p + 1).
  for (double bound = 2.8284271247461903; exponent < 4 && half > bound * whole && whole > 0.0; bound *= 2.0) ++exponent;
  return exponent;
}

int SkinTuner::widest_candidate() const {
  double most_needed = 0.0;
  for (const Lists& lists : recent_) most_needed = std::max(most_needed, lists.most_needed);
  if (!(most_needed < largest_skin_A / farthest_guess)) return widest;
  return std::max(thinnest, static_cast<int>(farthest_guess * most_needed / unit_A));
}

void SkinTuner::measure_list_cost() {
  std::vector<double> costs;
  for (const Lists& lists : recent_)
    if (lists.cost > 0.0) costs.push_back(lists.cost);
  if (costs.empty()) return;
  const auto middle = costs.begin() + static_cast<std::ptrdiff_t>(costs.size() / 2);
  std::nth_element(costs.begin(), middle, costs.end());
  list_cost_ = *middle;
}

}  // namespace patina
