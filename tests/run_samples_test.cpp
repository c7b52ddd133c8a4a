// SPDX-License-Identifier: BSD-3-Clause
// Kept samples in their files. Truth: a made-up sample that is a known function of (id, step).
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "checkpoint_sample.hpp"
#include "core/error.hpp"
#include "core/on_root.hpp"
#include "md/state_hash.hpp"
#include "md/structure_file.hpp"
#include "run/sample_library.hpp"
#include "shared_scratch.hpp"

namespace patina::test {
namespace {

SampleHead head_of(const std::string& step) {
  SampleHead head;
  head.self.step = step;
  head.self.potential_sha256 = "abc";
  head.self.resolved_input = "{\"steps\": 5}\n";
  head.ends_run = step == "step04_last";
  SampleOrigin older, newer;
  older.run = "../first";
  older.step = "step01_melt";
  older.state = "0123";
  older.time_steps = 500;
  older.time_ps = 1.5;
  older.seed = 0xfedcba9876543210u;
  older.resolved_input = std::string(100000, 'x');
  newer.run = "second/replica_003";
  newer.step = "step00_\xce\xb1";
  newer.program = "patina 0.1.0";
  head.history = {older, newer};
  return head;
}

void keep(const std::string& folder, const Comm& comm, std::int64_t step, const SampleHead& head) {
  keep_sample(folder, system_of(comm, structure_at(checkpoint_atoms, step), step), {step, 0}, comm.is_root() ? head : SampleHead{head.self, head.ends_run, {}});
}

std::string refusal(const Comm& comm, const std::string& folder, const std::string& step) {
  try {
    load_sample(comm, folder, step);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::bad_input);
    return error.what();
  }
  return "nothing";
}

TEST(KeptSamples, ComeBackAsTheyWere) {
  const Comm comm = Comm::world();
  const SharedScratch folder(comm);
  keep(folder.path(), comm, 3, head_of("step02_anneal"));
  keep(folder.path(), comm, 5, head_of("step04_last"));
  keep(folder.path(), comm, 4, head_of("step03_anneal"));
  const CheckpointData data = load_sample(comm, folder.path(), "step03_anneal");
  const Structure truth = structure_at(checkpoint_atoms, 4);
  EXPECT_EQ(bits(data.atoms.position), bits(truth.position));
  EXPECT_EQ(bits(data.atoms.velocity), bits(truth.velocity));
  EXPECT_EQ(data.atoms.image, truth.image);
  EXPECT_EQ(data.atoms.box, truth.box);
  const std::string state = state_hash(system_of(comm, truth, 4));
  on_root(comm, [&] {
    const auto kept = kept_samples(folder.path());
    ASSERT_EQ(kept.size(), 3u);
    EXPECT_EQ(step_of(kept[0]), "step02_anneal");
    EXPECT_EQ(step_of(kept[2]), "step04_last");
    EXPECT_EQ(kept[1].state, state);
    const SampleHead head = load_sample_head(folder.path(), "step03_anneal"), expected = head_of("step03_anneal");
    EXPECT_EQ(head.self.state, state);
    EXPECT_EQ(head.self.potential_sha256, "abc");
    EXPECT_FALSE(head.ends_run);
    EXPECT_TRUE(load_sample_head(folder.path(), "step04_last").ends_run);
    ASSERT_EQ(head.history.size(), 2u);
    for (std::size_t k = 0; k < 2; ++k) {
      EXPECT_EQ(head.history[k].run, expected.history[k].run);
      EXPECT_EQ(head.history[k].step, expected.history[k].step);
      EXPECT_EQ(head.history[k].state, expected.history[k].state);
      EXPECT_EQ(head.history[k].time_steps, expected.history[k].time_steps);
      EXPECT_EQ(head.history[k].time_ps, expected.history[k].time_ps);
      EXPECT_EQ(head.history[k].seed, expected.history[k].seed);
      EXPECT_EQ(head.history[k].program, expected.history[k].program);
      EXPECT_EQ(head.history[k].resolved_input, expected.history[k].resolved_input);
    }
    // A structure file, too.
    const StructureFrame frame = read_structure(folder.path() + "/samples/step03_anneal.h5");
    EXPECT_EQ(bits(frame.structure.position), bits(truth.position));
    EXPECT_EQ(frame.step, 4);
    EXPECT_THROW(read_structure(folder.path() + "/samples/step03_anneal.h5", {.species = {"Zr", "Cu", "Al"}}), Error);
  });
}

// What a killed run had kept is written once more: one entry, the newer bytes.
TEST(KeptSamples, AreReplacedByThoseOfTheSameStep) {
  const Comm comm = Comm::world();
  const SharedScratch folder(comm);
  keep(folder.path(), comm, 3, head_of("step02_anneal"));
  keep(folder.path(), comm, 7, head_of("step02_anneal"));
  EXPECT_EQ(load_sample(comm, folder.path(), "step02_anneal").step, 7);
  on_root(comm, [&] { EXPECT_EQ(kept_samples(folder.path()).size(), 1u); });
}

TEST(KeptSamples, AreRefusedIfTheyAreNotWhatWasWritten) {
  const Comm comm = Comm::world();
  const SharedScratch folder(comm);
  EXPECT_NE(refusal(comm, folder.path(), "step02_anneal").find("no sample of step02_anneal is kept here"), std::string::npos);
  keep(folder.path(), comm, 3, head_of("step02_anneal"));
  const std::string samples = folder.path() + "/samples", path = samples + "/step02_anneal.h5";
  // A whole file with a digest of its own, which says of its atoms what is not true.
  SampleHead forged = head_of("step02_anneal");
  forged.self.state = std::string(32, '0');
  write_sample_file(path, system_of(comm, structure_at(checkpoint_atoms, 3), 3), {3, 0}, forged);
  EXPECT_NE(refusal(comm, folder.path(), "step02_anneal").find("SHA-256"), std::string::npos);
  on_root(comm, [&] {
    std::vector<std::string> problems;
    CheckpointManifest manifest = read_manifest(samples, problems);
    manifest.checkpoints[0].file = record_of(path);
    write_manifest(samples, manifest);
  });
  EXPECT_NE(refusal(comm, folder.path(), "step02_anneal").find("its atoms have the fingerprint"), std::string::npos);
  on_root(comm, [&] { std::filesystem::resize_file(path, 100); });
  EXPECT_NE(refusal(comm, folder.path(), "step02_anneal").find("100 bytes"), std::string::npos);
}

}  // namespace
}  // namespace patina::test
