// SPDX-License-Identifier: BSD-3-Clause
// Truth: every rank gets what one rank alone reads, and the same error.
#include <gtest/gtest.h>

#include "core/error.hpp"
#include "core/mpi.hpp"
#include "md/structure_file.hpp"

namespace patina {
namespace {

TEST(StructureOnRanks, AllRanksGetTheSame) {
  const Comm world = Comm::world();
  const std::string path = std::string(PATINA_LAMMPS_REFERENCE) + "/nve/start.dump";
  const StructureFrame mine = read_structure(path, {{"Cu", "Zr"}});
  const StructureFrame all = read_structure(world, path, {{"Cu", "Zr"}});
  EXPECT_EQ(all.structure.box, mine.structure.box);
  EXPECT_EQ(all.structure.species, mine.structure.species);
  EXPECT_EQ(all.structure.mass, mine.structure.mass);
  EXPECT_EQ(all.structure.id, mine.structure.id);
  EXPECT_EQ(all.structure.type, mine.structure.type);
  EXPECT_EQ(all.structure.position, mine.structure.position);
  EXPECT_EQ(all.structure.image, mine.structure.image);
  EXPECT_EQ(all.structure.velocity, mine.structure.velocity);
  EXPECT_EQ(all.step, mine.step);
  EXPECT_EQ(all.time_ps, mine.time_ps);
}

TEST(StructureOnRanks, AllRanksThrowAlike) {
  const std::string path = std::string(PATINA_LAMMPS_REFERENCE) + "/nve/start.dump";
  try {
    read_structure(Comm::world(), path, {{"Cu"}});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::bad_input);
    EXPECT_NE(std::string(error.what()).find("atom type"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace patina
