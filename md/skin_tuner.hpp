// SPDX-License-Identifier: BSD-3-Clause
// Chooses the skin of the pair lists while the engine runs. With a skin s a time step costs, in units of the force time
// of lists without skin,
//   c(s) = (1 + s / r_c)^3 (1 + R / n(s)),
// r_c the cutoff, R the cost of making the lists over that of a step's forces (both grow like the pairs listed, so R does not
// depend on s), n(s) the steps that lists last.
// The minimum is flat: comparing step times of different skins would mean finding differences of 1 % under the 5-30 % by which
// a busy machine scatters. So nearly all of c(s) is known without a clock: the engine knows after every step which skin the
// lists would have needed up to there, hence n of every smaller skin at once, whatever the machine does. The clock gives R
// only, a ratio of neighbouring times, as a median; a third of it too much moves c by some 0.3 %.
// Beyond what the atoms reached, n ~ s^p with p = 1 (ballistic motion) to 4 (caged atoms), from n(s) / n(s/2).
// The last lists count, so the skin follows temperature, time step and cell by itself.
//
// Pure logic: no clock, no communication. Only additions, products, quotients and comparisons act on the result, so ranks that
// are given the same numbers choose the same skin, whatever their processors. Units: A; times in steps.
#pragma once

#include <deque>
#include <vector>

namespace patina {

constexpr double largest_skin_A = 5.0;

class SkinTuner {
 public:
  // The skin starts at the multiple of 0.02 A nearest to start_A.
  SkinTuner(double cutoff_A, double start_A);

  double skin_A() const;

  // After each step, the last one of the lists too: with a skin of needed_A the lists would just hold.
  void step(double needed_A);
  // Lists so old that new ones cost next to nothing, while atoms use a part of the skin only: worth new lists, with a thinner
  // skin.
  bool lists_are_wide() const;
  // New lists are about to be made; list_cost: what making the last ones took, over the mean of the other work of a step
  // since. Settles their skin.
  void end_lists(double list_cost);

 private:
  // What one generation of lists showed.
  struct Lists {
    std::vector<int> reached;   // [k] the step in which atoms needed more than the k-th skin; as many as they reached
    double most_needed = 0.0;   // A
    int steps = 0;
    bool outgrown = false;      // ended because the skin was used up
    double cost = 0.0;          // steps; 0: not measured
  };

  double rebuilds_per_step(int skin, int exponent) const;
  double step_cost(int skin, int exponent) const;
  int growth_exponent() const;
  int widest_candidate() const;
  void measure_list_cost();

  double cutoff_;
  int skin_;                  // all skins in units of 0.02 A
  double list_cost_ = 1.0;    // R
  Lists current_;
  std::deque<Lists> recent_;
  int since_choice_ = 0;  // lists
};

}  // namespace patina
