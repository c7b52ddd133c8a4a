// SPDX-License-Identifier: BSD-3-Clause
// Truth: the file system, read back with the standard library.
#include "core/durable_file.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "core/error.hpp"
#include "core/on_root.hpp"
#include "scratch_folder.hpp"

namespace patina {
namespace {

namespace fs = std::filesystem;
using test::ScratchFolder;

std::string content_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

template <class Work>
ExitCode code_of(Work&& work) {
  try {
    work();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find('/'), std::string::npos) << "names no path: " << error.what();
    return error.code();
  }
  return ExitCode::done;
}

TEST(DurableFile, WritesOnceAndReplacesOnlyWhenTold) {
  const ScratchFolder folder;
  const std::string path = folder / "manifest.json", content("one\0two", 7);
  write_file_durably(path, content, IfExists::refuse);
  EXPECT_EQ(content_of(path), content);
  EXPECT_EQ(code_of([&] { write_file_durably(path, "other", IfExists::refuse); }), ExitCode::cannot_create);
  EXPECT_EQ(content_of(path), content);
  write_file_durably(path, "other", IfExists::replace);
  EXPECT_EQ(content_of(path), "other");
}

// Whatever the name: the same file through a link in the other folder is found too.
TEST(DurableFile, AnOutputIsNoneOfTheFilesThatItIsMadeOf) {
  const ScratchFolder folder;
  const std::string raw = folder / "raw", link = folder / "link", other = folder / "other";
  write_file_durably(raw, "frames", IfExists::refuse);
  std::filesystem::create_symlink(raw, link);
  EXPECT_THROW(check_unlike(raw, {"", raw}), Error);
  EXPECT_THROW(check_unlike(link, {raw}), Error);
  EXPECT_THROW(check_unlike(raw, {link}), Error);
  check_unlike(other, {raw, ""});
  write_file_durably(other, "results", IfExists::refuse);
  check_unlike(other, {raw, folder / "not there"});
}

TEST(DurableFile, OutputsAreFilesOfTheirOwn) {
  const ScratchFolder folder;
  std::ofstream(folder / "read") << "mine";
  std::ofstream(folder / "old") << "mine";
  fs::create_hard_link(folder / "old", folder / "other");
  const auto check = [&](const std::vector<std::string>& names, IfExists if_exists) { check_outputs(names, {folder / "read"}, if_exists); };
  check({folder / "a", "", folder / "b", ""}, IfExists::refuse);
  EXPECT_THROW(check({folder / "a", "", folder / "./a"}, IfExists::replace), Error);
  EXPECT_THROW(check({folder / "old", folder / "other"}, IfExists::replace), Error);
  EXPECT_THROW(check({folder / "a", folder / "old"}, IfExists::refuse), Error);
  EXPECT_THROW(check({folder / "a", folder / "read"}, IfExists::replace), Error);
  EXPECT_THROW(check({folder / "not there/a"}, IfExists::replace), Error);
}

TEST(DurableFile, ALeftTemporaryFileIsInNobodysWay) {
  const ScratchFolder folder;
  std::ofstream(folder / "f.tmp") << "half a fi";
  write_file_durably(folder / "f", "whole", IfExists::refuse);
  EXPECT_EQ(content_of(folder / "f"), "whole");
  EXPECT_FALSE(fs::exists(folder / "f.tmp"));
  // A link laid there must not carry the content elsewhere.
  std::ofstream(folder / "victim") << "mine";
  fs::create_symlink(folder / "victim", folder / "g.tmp");
  write_file_durably(folder / "g", "whole", IfExists::refuse);
  EXPECT_EQ(content_of(folder / "victim"), "mine");
  EXPECT_EQ(content_of(folder / "g"), "whole");
}

TEST(DurableFile, AFullDiskLeavesTheOldFile) {
  const ScratchFolder folder;
  write_file_durably(folder / "f", "old", IfExists::refuse);
  struct rlimit before {};
  getrlimit(RLIMIT_FSIZE, &before);
  const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
  const struct rlimit small { 1000, before.rlim_max };
  setrlimit(RLIMIT_FSIZE, &small);
  const ExitCode code =
      code_of([&] { write_file_durably(folder / "f", std::string(5000, 'x'), IfExists::replace); });
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, old_handler);
  EXPECT_EQ(code, ExitCode::io);
  EXPECT_EQ(content_of(folder / "f"), "old");
}

TEST(DurableFile, MovesAsideWithoutLosingAnything) {
  const ScratchFolder folder;
  const std::string orphans = folder / "orphans";
  for (const std::string content : {"first", "second", "third"}) {
    std::ofstream(folder / "seg") << content;
    const std::string moved = move_aside(folder / "seg", orphans);
    EXPECT_EQ(content_of(moved), content);
    EXPECT_FALSE(fs::exists(folder / "seg"));
  }
  EXPECT_EQ(content_of(orphans + "/seg"), "first");
  EXPECT_EQ(content_of(orphans + "/seg.1"), "second");
  EXPECT_EQ(content_of(orphans + "/seg.2"), "third");
}

TEST(DurableFile, AFileInTheWayOfAFolder) {
  const ScratchFolder folder;
  std::ofstream(folder / "out") << "a file";
  EXPECT_EQ(code_of([&] { make_folders(folder / "out"); }), ExitCode::cannot_create);
  EXPECT_EQ(code_of([&] { make_folders(folder / "out/deeper"); }), ExitCode::cannot_create);
  make_folders(folder / "new/and/deep");
  EXPECT_TRUE(fs::is_directory(folder / "new/and/deep"));
}

TEST(OnRoot, EveryRankSeesTheErrorOfRankZero) {
  const Comm world = Comm::world();
  int ran = 0;
  on_root(world, [&] { ++ran; });
  EXPECT_EQ(ran, world.is_root() ? 1 : 0);
  EXPECT_EQ(code_of([&] { on_root(world, [] { throw Error(ExitCode::io, "/disk: full"); }); }), ExitCode::io);
  EXPECT_EQ(code_of([&] { on_root(world, [] { throw std::runtime_error("/x"); }); }), ExitCode::internal);
}

}  // namespace
}  // namespace patina
