// SPDX-License-Identifier: BSD-3-Clause
// Truth: the program's exit codes (core/error.hpp), and that what it wrote holds the atoms LAMMPS wrote.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "md/structure_file.hpp"
#include "program.hpp"
#include "scratch_folder.hpp"

namespace patina {
namespace {

using test::ScratchFolder;

test::ProgramResult patina_convert(const std::string& arguments) { return test::run_patina("convert " + arguments); }

const std::string start = std::string(PATINA_LAMMPS_REFERENCE) + "/nve/start.dump";

TEST(Convert, ThroughEveryTextFormatAndBack) {
  const ScratchFolder folder;
  const Structure expected = read_structure(start, {{"Cu", "Zr"}}).structure;
  const std::string chain[] = {start, folder / "a.data", folder / "b.xyz", folder / "c.dump"};
  for (int k = 0; k < 3; ++k) {
    const auto result = patina_convert(chain[k] + " " + chain[k + 1] + (k == 0 ? " --species Cu,Zr" : ""));
    ASSERT_EQ(result.status, 0) << result.output;
    EXPECT_EQ(result.output, "wrote 1 frame to " + chain[k + 1] + "\n");
    const Structure got = read_structure(chain[k + 1]).structure;
    EXPECT_EQ(got.box, expected.box);
    EXPECT_EQ(got.species, expected.species);
    EXPECT_EQ(got.id, expected.id);
    EXPECT_EQ(got.type, expected.type);
    EXPECT_EQ(got.position, expected.position);
    EXPECT_EQ(got.image, expected.image);
    EXPECT_EQ(got.velocity, expected.velocity);
  }
}

TEST(Convert, ThroughH5mdAndBack) {
  const ScratchFolder folder;
  const Structure expected = read_structure(start, {{"Cu", "Zr"}}).structure;
  ASSERT_EQ(patina_convert(start + " " + folder / "a.h5md" + " --species Cu,Zr").status, 0);
  ASSERT_EQ(patina_convert(folder / "a.h5md" + " " + folder / "b.xyz").status, 0);
  const Structure got = read_structure(folder / "b.xyz").structure;
  EXPECT_EQ(got.box, expected.box);
  EXPECT_EQ(got.species, expected.species);
  EXPECT_EQ(got.id, expected.id);
  EXPECT_EQ(got.type, expected.type);
  EXPECT_EQ(got.velocity, expected.velocity);
  ASSERT_EQ(got.image.size(), expected.image.size());
  // H5MD keeps positions inside the cell; the unwrapped ones are the same but for the rounding of a few
  // edges.
  for (std::size_t k = 0; k < got.size(); ++k) {
    const Vec3 difference = got.position[k] + got.box.translation(got.image[k].data()) -
                            expected.position[k] - expected.box.translation(expected.image[k].data());
    ASSERT_LT(norm(difference), 1e-12) << "id " << got.id[k];
  }
  // Row i of an H5MD file is atom i + 1, so ids with gaps would be lost.
  Structure gap = expected;
  gap.id.back() += 1;
  write_structure(folder / "gap.xyz", {gap, 0, {}});
  EXPECT_EQ(patina_convert(folder / "gap.xyz" + " " + folder / "gap.h5md").status, 65);
}

TEST(Convert, ChoosesFrames) {
  const ScratchFolder folder;
  const auto writer = create_frames(folder / "t.dump");
  for (int k = 0; k < 10; ++k) {
    StructureFrame frame{
        {Box::orthogonal({{9, 9, 9}}), {"Cu"}, {63.546}, {1}, {0}, {{{1, 2, 3}}}, {}, {}}, k, {}};
    writer->write(frame);
  }
  writer->finish();
  const auto steps = [&](const std::string& frames) {
    const auto result =
        patina_convert(folder / "t.dump" + " " + folder / "o.xyz" + " --overwrite --frames " + frames);
    EXPECT_EQ(result.status, 0) << result.output;
    std::vector<std::int64_t> found;
    const auto reader = open_frames(folder / "o.xyz");
    while (const auto frame = reader->next()) found.push_back(frame->step);
    return found;
  };
  using Steps = std::vector<std::int64_t>;
  EXPECT_EQ(steps("2:8:3"), (Steps{2, 5, 8}));
  EXPECT_EQ(steps("7:"), (Steps{7, 8, 9}));
  EXPECT_EQ(steps("::4"), (Steps{0, 4, 8}));
  EXPECT_EQ(steps("3"), (Steps{3}));
  EXPECT_EQ(steps("last"), (Steps{9}));
  for (const char* bad : {"5:2", "1:2:0", "1:2:3:4", "1.5"})
    EXPECT_EQ(patina_convert(folder / "t.dump" + " " + folder / "n.xyz" + " --frames=" + bad).status, 64)
        << bad;
  EXPECT_EQ(patina_convert(folder / "t.dump" + " " + folder / "n.xyz --frames 20:30").status, 64);
  EXPECT_EQ(patina_convert(folder / "t.dump" + " " + folder / "n.data").status,
            64);  // ten frames, room for one
  EXPECT_FALSE(std::filesystem::exists(folder / "n.xyz"));
  EXPECT_FALSE(std::filesystem::exists(folder / "n.data"));
  EXPECT_EQ(patina_convert(folder / "t.dump" + " " + folder / "n.data --frames last").status, 0);
}

TEST(Convert, ExitCodes) {
  const ScratchFolder folder;
  EXPECT_EQ(patina_convert(start + " " + folder / "a.data").status, 65);  // the file does not tell the elements
  EXPECT_EQ(patina_convert(start + " " + folder / "a.data --species Cu,Zr").status, 0);
  const auto exists = patina_convert(start + " " + folder / "a.data --species Cu,Zr");
  EXPECT_EQ(exists.status, 73);
  EXPECT_NE(exists.output.find("--overwrite"), std::string::npos) << exists.output;
  std::filesystem::create_directories(folder / "run/replica_000");
  const auto replicas = patina_convert(folder / "run" + " " + folder / "c.xyz");
  EXPECT_EQ(replicas.status, 66);
  EXPECT_NE(replicas.output.find("run/replica_000"), std::string::npos) << replicas.output;
  EXPECT_EQ(patina_convert(start + " " + folder / "a.data --species Cu,Zr --overwrite").status, 0);
  EXPECT_EQ(patina_convert(start + " " + folder / "a.data --species Cu,Zt --overwrite").status, 65);
  EXPECT_EQ(patina_convert(folder / "none.data" + " " + folder / "b.xyz").status, 66);
  EXPECT_EQ(patina_convert(start + " " + folder / "b.pdb --species Cu,Zr").status, 64);
  EXPECT_EQ(patina_convert(start).status, 64);
  EXPECT_EQ(patina_convert(folder / "a.data" + " " + folder / "b.xyz --boundary pp").status, 64);
  ASSERT_EQ(patina_convert(folder / "a.data" + " " + folder / "b.xyz --boundary ppf").status, 0);
  EXPECT_EQ(read_structure(folder / "b.xyz").structure.box.periodic(),
            (std::array<bool, 3>{true, true, false}));
  const auto help = patina_convert("--help");
  EXPECT_EQ(help.status, 0);
  EXPECT_NE(help.output.find("--frames"), std::string::npos);
}

}  // namespace
}  // namespace patina
