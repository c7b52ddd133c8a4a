// SPDX-License-Identifier: BSD-3-Clause
// Truth: the made-up sample of storage_sample.hpp, known bit by bit; and damage done to the files byte by
// byte: no damaged checkpoint may ever be taken for a good one.
#include "md/checkpoint.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "checkpoint_sample.hpp"
#include "core/error.hpp"
#include "md/trajectory.hpp"
#include "shared_scratch.hpp"

namespace patina {
namespace {

namespace fs = std::filesystem;
using test::checkpoint;
using test::expect_step;
using test::SharedScratch;
using test::structure_at;
using test::system_of;

constexpr std::int64_t atoms = test::checkpoint_atoms;

void write_all(const std::string& path, const std::string& content) {
  std::ofstream(path, std::ios::binary) << content;
}

TEST(Checkpoint, ComesBackBitByBitOnEveryRank) {
  const Comm world = Comm::world();
  const SharedScratch run(world);
  Log log(false);
  EXPECT_FALSE(load_checkpoint(world, run.path(), log));
  for (const std::int64_t step : {0, 7, 11}) {
    checkpoint(run.path(), world, step);
    const auto data = load_checkpoint(world, run.path(), log);
    ASSERT_TRUE(data);
    expect_step(*data, step);
  }
  EXPECT_EQ(log.warnings(), 0);
  // The newest and the one before; nothing unfinished.
  if (world.is_root()) {
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(run / "checkpoint"))
      names.insert(entry.path().filename());
    EXPECT_EQ(names, (std::set<std::string>{"checkpoint_7.h5", "checkpoint_11.h5", "manifest.json",
                                            "manifest_previous.json"}));
  }
}

// Ids of an input with gaps: rows are in their order.
TEST(Checkpoint, KeepsTheIdsOfTheInput) {
  const Comm world = Comm::world();
  const SharedScratch run(world);
  Structure sample = structure_at(atoms, 3);
  for (std::int64_t& id : sample.id) id = 7 * id - 4;
  write_checkpoint(run.path(), make_system(world, sample, 1), {}, {}, "");
  Log log(false);
  const auto data = load_checkpoint(world, run.path(), log);
  EXPECT_EQ(data->atoms.id, sample.id);
  EXPECT_EQ(data->atoms.type, sample.type);
}

TEST(Checkpoint, TwoAtOneStepAreTwo) {
  const Comm world = Comm::world();
  const SharedScratch run(world);
  Log log(false);
  for (int k = 0; k < 4; ++k) checkpoint(run.path(), world, 5);
  std::vector<std::string> problems;
  const auto checkpoints = read_manifest(run / "checkpoint", problems).checkpoints;
  ASSERT_EQ(checkpoints.size(), 2u);
  EXPECT_NE(checkpoints[0].file.name, checkpoints[1].file.name);
  world.barrier();
  if (world.is_root()) write_all((run / "checkpoint/") + checkpoints[0].file.name, "damaged");
  world.barrier();
  expect_step(*load_checkpoint(world, run.path(), log), 5);
}

// A process killed while it wrote its first, empty manifest: the run has no checkpoint, and that is no damage.
TEST(Checkpoint, AFirstManifestCutShortIsNoDamage) {
  const Comm world = Comm::world();
  const SharedScratch run(world);
  Log log(false);
  if (world.is_root()) {
    fs::create_directories(run / "checkpoint");
    write_all(run / "checkpoint/manifest.json.tmp", "{");
  }
  world.barrier();
  EXPECT_FALSE(load_checkpoint(world, run.path(), log).has_value());
}

TEST(Checkpoint, KnowsTheTrajectorySegments) {
  const Comm world = Comm::world();
  const SharedScratch run(world);
  Log log(false);
  TrajectoryWriter writer(world, {.folder = run / "trajectory", .segment_bytes = 1});
  for (std::int64_t step = 0; step < 3; ++step) {
    const System system = system_of(world, structure_at(atoms, step), step);
    writer.observe(frame_of(system));
    if (step == 1) checkpoint(run.path(), world, step);
  }
  const auto data = load_checkpoint(world, run.path(), log);
  ASSERT_EQ(data->segments.size(), 2u);
  for (int k = 0; k < 2; ++k) {
    const auto& segment = data->segments[static_cast<std::size_t>(k)];
    EXPECT_EQ(segment.name, segment_name(k));
    std::string reason;
    EXPECT_TRUE(verify(run / "trajectory", segment, reason)) << reason;
  }
}

}  // namespace
}  // namespace patina
