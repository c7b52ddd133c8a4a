// SPDX-License-Identifier: BSD-3-Clause
// Truth: the least cost per step of made-up materials, whose motion and whose times of forces and lists are closed formulas,
// by brute force over all skins. The times that the tuner is given scatter and have outliers (seeded); they follow another
// law than the tuner supposes. No clock.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "core/rng.hpp"
#include "md/skin_tuner.hpp"

namespace patina::test {
namespace {

constexpr double cutoff_A = 6.5;
// Costs this close to the least are good enough: nobody can measure less.
constexpr double band = 1.03;

// Motion after k steps, as the skin it needs (A), which grows with k; generations of lists differ by factors of 1 - spread to 1 + spread.
struct Material {
  const char* name;
  std::function<double(int)> needed_A;
  double list_cost = 1.2;  // over the force time, both without skin
  int forced_every = std::numeric_limits<int>::max();  // steps: new lists whether needed or not
};

std::ostream& operator<<(std::ostream& out, const Material& material) { return out << material.name; }

constexpr double spread = 0.15;

// A sixth of the step does not depend on the skin.
double force_time(double skin) { return 1.0 / 6.0 + 5.0 / 6.0 * std::pow(1.0 + skin / cutoff_A, 3); }
double list_time(const Material& material, double skin) {
  return material.list_cost * (0.4 + 0.6 * std::pow(1.0 + skin / cutoff_A, 3));
}

int lifetime(const Material& material, double skin, double factor) {
  int holds = 0, ends = std::min(1'000'000, material.forced_every);
  while (ends - holds > 1) {
    const int middle = (holds + ends) / 2;
    (factor * material.needed_A(middle) <= skin ? holds : ends) = middle;
  }
  return ends;
}

// Mean time of a step with lists of this skin: one list per mean lifetime.
double cost(const Material& material, double skin) {
  constexpr int generations = 40;
  double steps = 0.0;
  for (int g = 0; g < generations; ++g)
    steps += lifetime(material, skin, 1.0 + spread * (2.0 * (g + 0.5) / generations - 1.0));
  return force_time(skin) + list_time(material, skin) * generations / steps;
}

double least_cost(const Material& material) {
  double least = std::numeric_limits<double>::infinity();
  for (double skin = 0.1; skin <= largest_skin_A; skin += 0.02) least = std::min(least, cost(material, skin));
  return least;
}

// Drives the tuner as the engine does.
class Machine {
 public:
  void run(SkinTuner& tuner, const Material& material, int steps) {
    for (int n = 0; n < steps; ++n) {
      ++age_;
      time_ += force_time(tuner.skin_A());
      const double needed = factor_ * material.needed_A(age_);
      tuner.step(needed);
      if (needed <= tuner.skin_A() && age_ < material.forced_every && !tuner.lists_are_wide()) continue;
      const double forces = force_time(tuner.skin_A()), lists = made_in_;
      tuner.end_lists(lists * disturbance() / (forces * disturbance()));
      made_in_ = list_time(material, tuner.skin_A());
      time_ += made_in_;
      age_ = 0;
      factor_ = 1.0 + spread * (2.0 * random() - 1.0);
    }
  }
  double time() const { return time_; }  // undisturbed

 private:
  double random() { return random_block(7, Stream::test, 0, ++draws_, 0).uniform(0); }
  // Up to 30 % slower or faster, and every twentieth time ten times slower.
  double disturbance() {
    const double scatter = std::exp(0.3 * (2.0 * random() - 1.0));
    return random() < 0.05 ? 10.0 * scatter : scatter;
  }

  int age_ = 0;
  double time_ = 0.0, made_in_ = 0.0;  // the lists in use
  double factor_ = 1.0;
  std::uint64_t draws_ = 0;
};

const Material liquid = {"liquid", [](int k) { return 0.035 * k; }};
const Material dear_lists = {"dear_lists", [](int k) { return 0.035 * k; }, 8.0};
const Material diffusion = {"diffusion", [](int k) { return 0.15 * std::sqrt(double(k)); }};
// Vibration within a cage, out of which the farthest atoms creep.
const Material glass = {"glass", [](int k) { return 0.45 * k / (k + 15.0) + 2e-4 * k; }};
const Material crystal = {"crystal", [](int k) { return 0.5 * k / (k + 15.0); }};
const Material fast = {"fast", [](int k) { return 0.3 * k; }};
const Material checkpoints = {"checkpoints", [](int k) { return 0.035 * k; }, 1.2, 6};

class Tuned : public ::testing::TestWithParam<Material> {};

TEST_P(Tuned, SkinCostsNextToTheLeast) {
  const double least = least_cost(GetParam());
  for (const double start : {0.1, 0.5, 1.0, 5.0}) {
    SkinTuner tuner(cutoff_A, start);
    EXPECT_NEAR(tuner.skin_A(), start, 1e-12);
    Machine machine;
    machine.run(tuner, GetParam(), 2000);
    EXPECT_LT(cost(GetParam(), tuner.skin_A()), band * least) << "from " << start << " A to " << tuner.skin_A() << " A";
    // It goes on choosing, and looking for thinner skins: all that included.
    constexpr int steps = 20000;
    const double before = machine.time();
    machine.run(tuner, GetParam(), steps);
    EXPECT_LT(machine.time() - before, steps * band * least) << "from " << start << " A to " << tuner.skin_A() << " A";
  }
}

INSTANTIATE_TEST_SUITE_P(Materials, Tuned,
                         ::testing::Values(liquid, dear_lists, diffusion, glass, crystal, fast, checkpoints),
                         [](const auto& instance) { return instance.param.name; });

TEST(SkinTuner, FollowsTheSample) {
  SkinTuner tuner(cutoff_A, 0.6);
  Machine machine;
  for (const Material* material : {&liquid, &glass, &fast, &crystal, &dear_lists, &liquid}) {
    machine.run(tuner, *material, 3000);
    EXPECT_LT(cost(*material, tuner.skin_A()), band * least_cost(*material)) << *material << " " << tuner.skin_A() << " A";
  }
}

TEST(SkinTuner, StaysWithinItsBoundsWhateverItIsTold) {
  const double nan = std::numeric_limits<double>::quiet_NaN(), infinite = std::numeric_limits<double>::infinity();
  for (const double list_cost : {0.0, -1.0, nan, infinite, 1e8}) {
    SkinTuner tuner(cutoff_A, 0.6);
    for (int n = 0; n < 200; ++n) {
      tuner.step(n % 7 == 0 ? infinite : 0.01 * n);
      tuner.end_lists(list_cost);
      EXPECT_GE(tuner.skin_A(), 0.1 - 1e-12);
      EXPECT_LE(tuner.skin_A(), largest_skin_A);
    }
  }
}

}  // namespace
}  // namespace patina::test
