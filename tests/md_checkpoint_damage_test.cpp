// SPDX-License-Identifier: BSD-3-Clause
// Truth: checkpoints of known content, damaged byte by byte or cut short by a full disk: a damaged one must
// never be taken for a good one, and the good one before it must be found.
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "checkpoint_sample.hpp"
#include "core/error.hpp"
#include "scratch_folder.hpp"

namespace patina {
namespace {

namespace fs = std::filesystem;
using test::checkpoint;
using test::expect_step;

std::string read_all(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}
void write_all(const std::string& path, const std::string& content) {
  std::ofstream(path, std::ios::binary) << content;
}

class CheckpointDamage : public ::testing::Test {
 protected:
  CheckpointDamage() : self_(Comm::world()) {
    checkpoint(run_.path(), self_, 1);
    checkpoint(run_.path(), self_, 2);
  }
  std::string newest() const { return run_ / "checkpoint/checkpoint_2.h5"; }
  // The step of the checkpoint that loads; its content is checked too.
  std::int64_t loaded_step(long warnings) {
    Log log(false);
    const auto data = load_checkpoint(self_, run_.path(), log);
    EXPECT_EQ(log.warnings() > 0, warnings > 0);
    if (!data) return -1;
    expect_step(*data, data->step);
    return data->step;
  }

  Comm self_;
  test::ScratchFolder run_;
};

TEST_F(CheckpointDamage, EveryTruncationFallsBack) {
  const std::string whole = read_all(newest());
  for (std::size_t k = 0; k < 200; ++k) {
    const std::size_t bytes = k < 20 ? k : whole.size() * (k - 20) / 180;
    if (bytes >= whole.size()) continue;
    write_all(newest(), whole.substr(0, bytes));
    ASSERT_EQ(loaded_step(1), 1) << "cut to " << bytes << " of " << whole.size();
  }
  fs::remove(newest());
  EXPECT_EQ(loaded_step(1), 1);
  write_all(newest(), whole + "x");
  EXPECT_EQ(loaded_step(1), 1);
  write_all(newest(), whole);
  EXPECT_EQ(loaded_step(0), 2);
}

TEST_F(CheckpointDamage, EveryBitFlipFallsBack) {
  const std::string whole = read_all(newest());
  for (std::uint64_t k = 0; k < 300; ++k) {
    const auto random = random_block(3, Stream::test, 0, k);
    std::string damaged = whole;
    const std::size_t byte = random.word[0] % whole.size();
    damaged[byte] = static_cast<char>(damaged[byte] ^ (1 << (random.word[1] % 8)));
    write_all(newest(), damaged);
    ASSERT_EQ(loaded_step(1), 1) << "bit in byte " << byte;
  }
}

TEST_F(CheckpointDamage, ADamagedManifestFallsBackToTheOneBefore) {
  const std::string manifest = run_ / "checkpoint/manifest.json", whole = read_all(manifest);
  for (std::uint64_t k = 0; k < 300; ++k) {
    const auto random = random_block(4, Stream::test, 0, k);
    std::string damaged = whole;
    const std::size_t byte = random.word[0] % whole.size();
    if (k % 3 == 0)
      damaged.resize(byte);
    else
      damaged[byte] = static_cast<char>(damaged[byte] ^ (1 << (random.word[1] % 8)));
    write_all(manifest, damaged);
    ASSERT_EQ(loaded_step(1), 1) << "byte " << byte;
  }
  // Going on from there leaves a good manifest again, and step 1 beside it.
  checkpoint(run_.path(), self_, 2);
  EXPECT_EQ(loaded_step(0), 2);
  write_all(newest(), "damaged");
  EXPECT_EQ(loaded_step(1), 1);
}

TEST_F(CheckpointDamage, AValidOneIsKeptWhenTheOtherIsDamaged) {
  write_all(newest(), "damaged");
  checkpoint(run_.path(), self_, 3);
  EXPECT_EQ(loaded_step(0), 3);
  write_all(run_ / "checkpoint/checkpoint_3.h5", "damaged too");
  EXPECT_EQ(loaded_step(1), 1);
}

TEST_F(CheckpointDamage, AllDamagedIsAnErrorThatSaysWhy) {
  Log log(false);
  write_all(newest(), "damaged");
  fs::remove(run_ / "checkpoint/checkpoint_1.h5");
  try {
    load_checkpoint(self_, run_.path(), log);
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::bad_input);
    for (const char* word : {"checkpoint_2.h5", "7 bytes", "checkpoint_1.h5", "No such file"})
      EXPECT_NE(std::string(error.what()).find(word), std::string::npos) << error.what();
  }
  fs::remove(run_ / "checkpoint/manifest.json");
  fs::remove(run_ / "checkpoint/manifest_previous.json");
  EXPECT_THROW(load_checkpoint(self_, run_.path(), log), Error);
}

TEST_F(CheckpointDamage, AManifestCannotLeadElsewhere) {
  CheckpointManifest manifest;
  manifest.checkpoints.resize(1);
  manifest.checkpoints[0].file = {"../../etc/passwd", 1, "00"};
  EXPECT_THROW(parse_manifest("m", to_text(manifest)), Error);
  manifest.checkpoints[0].file.name = "checkpoint_1.h5";
  EXPECT_EQ(parse_manifest("m", to_text(manifest)).checkpoints[0].file.name, "checkpoint_1.h5");
}

// Writing fails for want of space: Error(io) that names the file, the earlier checkpoints stay, and when
// there is space again the next one succeeds.
void expect_disk_full(const std::string& run, const Comm& self) {
  try {
    checkpoint(run, self, 9, 100000);
    ADD_FAILURE() << "a checkpoint of 6 MB fitted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::io) << error.what();
    EXPECT_NE(std::string(error.what()).find("checkpoint_9.h5.tmp"), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find("bytes are free"), std::string::npos) << error.what();
  }
  EXPECT_FALSE(fs::exists(run + "/checkpoint/checkpoint_9.h5.tmp"));
  Log log(false);
  expect_step(*load_checkpoint(self, run, log), 2);
  EXPECT_EQ(log.warnings(), 0);
}

TEST_F(CheckpointDamage, AFileSizeLimitLeavesTheEarlierOne) {
  struct rlimit before {};
  getrlimit(RLIMIT_FSIZE, &before);
  const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
  const struct rlimit small { 1 << 20, before.rlim_max };
  setrlimit(RLIMIT_FSIZE, &small);
  expect_disk_full(run_.path(), self_);
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, old_handler);
  checkpoint(run_.path(), self_, 10);
  EXPECT_EQ(loaded_step(0), 10);
}

TEST_F(CheckpointDamage, AFullDiskLeavesTheEarlierOne) {
  const std::string disk = run_ / "disk";
  fs::create_directory(disk);
  if (geteuid() != 0 || mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=2m") != 0)
    GTEST_SKIP() << "mounting a small tmpfs needs root";
  checkpoint(disk, self_, 1);
  checkpoint(disk, self_, 2);
  expect_disk_full(disk, self_);
  checkpoint(disk, self_, 10);
  Log log(false);
  expect_step(*load_checkpoint(self_, disk, log), 10);
  EXPECT_EQ(umount2(disk.c_str(), MNT_DETACH), 0);
}

}  // namespace
}  // namespace patina
