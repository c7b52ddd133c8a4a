// SPDX-License-Identifier: BSD-3-Clause
// Truth: steps times atoms over the seconds of another clock.
#include "run/progress.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace patina {
namespace {

TEST(Progress, RateIsThatOfTheTimeStepsAlone) {
  using Clock = std::chrono::steady_clock;
  const auto nap = [](int ms) {
    const auto start = Clock::now();
    std::this_thread::sleep_for(std::chrono::milliseconds(ms));
    return std::chrono::duration<double>(Clock::now() - start).count();
  };
  Log silent(false);
  Progress progress(silent, 5000, 1000, 2000, {});
  const double minimisation_s = nap(200);
  progress.leave_out(minimisation_s);
  const double stepping_s = nap(100);
  // 500 steps of 2000 atoms are 1 Matom-step.
  EXPECT_NEAR(progress.rate(1500) * stepping_s, 1.0, 0.1);
  EXPECT_GE(progress.elapsed_s(), minimisation_s + stepping_s);
}

}  // namespace
}  // namespace patina
