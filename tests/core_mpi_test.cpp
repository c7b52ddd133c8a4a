// SPDX-License-Identifier: BSD-3-Clause
// Truth: closed-form sums over ranks.
#include "core/mpi.hpp"

#include <gtest/gtest.h>

namespace patina {
namespace {

TEST(Comm, SumsOverRanks) {
  const Comm world = Comm::world();
  const int n = world.size();
  EXPECT_EQ(world.sum(static_cast<long long>(world.rank() + 1)), n * (n + 1) / 2);
  EXPECT_EQ(world.max(world.rank()), n - 1);
  EXPECT_TRUE(world.any(world.rank() == n - 1));
}

TEST(Comm, GatherConcatenatesInRankOrder) {
  const Comm world = Comm::world();
  const std::vector<int> mine(static_cast<std::size_t>(world.rank() + 1), world.rank());
  const auto all = world.gather(mine);
  if (!world.is_root()) {
    EXPECT_TRUE(all.empty());
    return;
  }
  std::size_t k = 0;
  for (int r = 0; r < world.size(); ++r)
    for (int i = 0; i <= r; ++i) EXPECT_EQ(all.at(k++), r);
  EXPECT_EQ(k, all.size());
}

TEST(Comm, ExchangeDeliversEachPart) {
  const Comm world = Comm::world();
  std::vector<std::vector<int>> send(static_cast<std::size_t>(world.size()));
  for (int r = 0; r < world.size(); ++r) send[r].assign(static_cast<std::size_t>(r), 100 * world.rank() + r);
  const auto received = world.exchange(send);
  for (int r = 0; r < world.size(); ++r)
    EXPECT_EQ(received[r], std::vector<int>(static_cast<std::size_t>(world.rank()), 100 * r + world.rank()));
}

TEST(Comm, SplitMakesIndependentCommunicators) {
  const Comm world = Comm::world();
  const Comm half = Comm::split(world, world.rank() % 2);
  EXPECT_EQ(half.sum(1.0), half.size());
  EXPECT_EQ(half.size(), (world.size() + 1 - world.rank() % 2) / 2);
}

}  // namespace
}  // namespace patina
