// SPDX-License-Identifier: BSD-3-Clause
// What the caller chooses when reading a structure: boundaries and the frame. Truth: the rules of
// md/structure_file.hpp (a file's own word must not be overridden, several frames must not be cut to one in silence),
// files written by hand.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "core/error.hpp"
#include "md/structure_file.hpp"
#include "scratch_folder.hpp"

namespace patina {
namespace {

using test::ScratchFolder;
using Axes = std::array<bool, 3>;

std::string write_text(const ScratchFolder& folder, const std::string& name, const std::string& text) {
  std::ofstream(folder / name) << text;
  return folder / name;
}

std::string xyz_frame(const std::string& keys, const std::string& x = "1") {
  return "1\nLattice=\"9 0 0 0 9 0 0 0 9\" " + keys + " Properties=species:S:1:pos:R:3\nCu " + x + " 2 3\n";
}

std::string dump_frame(const std::string& flags) {
  return "ITEM: TIMESTEP\n0\nITEM: NUMBER OF ATOMS\n1\nITEM: BOX BOUNDS" + flags +
         "\n0 9\n0 9\n0 9\nITEM: ATOMS id element x y z\n1 Cu 1 2 3\n";
}

void expect_error(const std::string& path, const ReadOptions& options, const std::vector<std::string>& parts) {
  try {
    read_structure(path, options);
    ADD_FAILURE() << path;
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::bad_input);
    for (const auto& part : parts)
      EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << part << "\nin " << error.what();
  }
}

TEST(Boundary, OfAFileThatStatesItMustNotBeContradicted) {
  const ScratchFolder folder;
  const Axes slab{true, true, false};
  std::vector<std::string> files = {write_text(folder, "a.xyz", xyz_frame("pbc=\"T T F\"")),
                                    write_text(folder, "a.dump", dump_frame(" pp pp ff"))};
  write_structure(folder / "a.h5md", read_structure(files[0]));
  files.push_back(folder / "a.h5md");
  for (const auto& path : files) {
    SCOPED_TRACE(path);
    EXPECT_EQ(read_structure(path).structure.box.periodic(), slab);
    EXPECT_EQ(read_structure(path, {.species = {}, .periodic = slab}).structure.box.periodic(), slab);
    expect_error(path, {.species = {}, .periodic = Axes{true, true, true}}, {path, "is ppf", "ppp is given"});
  }
  // Of the right line.
  expect_error(files[0], {.species = {}, .periodic = Axes{false, false, false}}, {"a.xyz:2: ", "fff"});
  expect_error(files[1], {.species = {}, .periodic = Axes{false, false, false}}, {"a.dump:5: ", "fff"});
}

TEST(Boundary, OfAFileThatSaysNothingIsTheCallersOrPeriodic) {
  const ScratchFolder folder;
  const std::string files[] = {
      write_text(folder, "a.xyz", xyz_frame("")), write_text(folder, "a.dump", dump_frame("")),
      write_text(folder, "a.data",
                 "title\n\n1 atoms\n1 atom types\n\n0 9 xlo xhi\n0 9 ylo yhi\n0 9 zlo zhi\n\nMasses\n\n1 63.546\n\nAtoms "
                 "# atomic\n\n1 1 1 2 3\n")};
  for (const auto& path : files) {
    SCOPED_TRACE(path);
    EXPECT_EQ(read_structure(path).structure.box.periodic(), (Axes{true, true, true}));
    const Axes wire{false, false, true};
    EXPECT_EQ(read_structure(path, {.species = {}, .periodic = wire}).structure.box.periodic(), wire);
  }
}

TEST(FrameOfAFile, MustBeChosenIfThereAreSeveral) {
  const ScratchFolder folder;
  std::string text;
  for (const char* x : {"1", "4", "7"}) text += xyz_frame("", x);
  const std::string path = write_text(folder, "t.xyz", text);
  const auto x_of = [&](std::int64_t frame) {
    return read_structure(path, {.species = {}, .periodic = {}, .frame = frame}).structure.position[0][0];
  };
  EXPECT_EQ(x_of(0), 1.0);
  EXPECT_EQ(x_of(1), 4.0);
  EXPECT_EQ(x_of(2), 7.0);
  EXPECT_EQ(x_of(last_frame), 7.0);
  expect_error(path, {}, {"t.xyz: holds 3 frames", "--frame first, last or N"});
  expect_error(path, {.species = {}, .periodic = {}, .frame = 3}, {"t.xyz: has no frame 3: it holds 3"});
  const std::string one = write_text(folder, "one.xyz", xyz_frame(""));
  EXPECT_EQ(read_structure(one).structure.size(), 1u);
  EXPECT_EQ(read_structure(one, {.species = {}, .periodic = {}, .frame = last_frame}).structure.size(), 1u);
}

// The bounds of the box around a tilted one can be larger than what they are made of: then no double gives the last bit
// back, and the nearest one is asked for.
TEST(TiltedDump, GivesTheCellBackAsNearAsItsBoundsAllow) {
  const ScratchFolder folder;
  // Lengths and tilts as barostats leave them; the second half begins at the origin, where that is exact too.
  for (int k = 0; k < 40; ++k) {
    const double x = 1.0 + std::sin(k), y = 1.0 + std::cos(2.0 * k), z = 1.0 + std::sin(3.0 * k + 1.0);
    const Box box(Mat3{{{31.0 + x, 0, 0}, {(x - y) * 4.1, 29.0 + y, 0}, {(y - z) * 3.3, (z - x) * 5.7, 33.0 + z}}},
                  k < 20 ? Vec3{{x - 1.0, -y / 3.0, 10.0 * z}} : Vec3{}, {true, true, true});
    const Structure atom{box, {"Cu"}, {63.546}, {1}, {0}, {{{1, 2, 3}}}, {}, {}};
    write_structure(folder / "t.dump", {atom, 0, {}}, true);
    const Box back = read_structure(folder / "t.dump").structure.box;
    for (int d = 0; d < 3; ++d)
      EXPECT_NEAR(back.edges()[d][d], box.edges()[d][d], 8e-15) << k;  // an ulp beyond 32 A
    if (k >= 20) {
      EXPECT_EQ(back.origin(), box.origin()) << k;
    }
    EXPECT_LE(norm(back.origin() - box.origin()), 8e-15) << k;
  }
}

TEST(UnknownTimes, AreNotInvented) {
  const ScratchFolder folder;
  const auto writer = create_frames(folder / "t.h5md");
  for (int k = 0; k < 3; ++k)
    writer->write({{Box(), {"Cu"}, {63.546}, {1}, {0}, {{{0.5, 0.5, 0.5}}}, {}, {}}, 10 * k, {}});
  writer->finish();
  const auto reader = open_frames(folder / "t.h5md");
  for (int k = 0; k < 3; ++k) {
    const auto frame = reader->next();
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->step, 10 * k);
    EXPECT_FALSE(frame->time_ps);
  }
  const auto mixed = create_frames(folder / "m.h5md");
  mixed->write({{Box(), {"Cu"}, {63.546}, {1}, {0}, {{{0.5, 0.5, 0.5}}}, {}, {}}, 0, {}});
  EXPECT_THROW(mixed->write({{Box(), {"Cu"}, {63.546}, {1}, {0}, {{{0.5, 0.5, 0.5}}}, {}, {}}, 1, 0.5}), Error);
}

TEST(AtomsFarAway, AreNamedOnFreeAxesToo) {
  const ScratchFolder folder;
  const std::string path = write_text(folder, "far.xyz", xyz_frame("pbc=\"F F F\"", "3e12"));
  expect_error(path, {}, {"far.xyz:3: position (3000000000000, 2, 3) A", "must be within 1e+06"});
}

TEST(DataFile, MassesThatAreNotThoseOfTheSpeciesPointAtTheirLine) {
  const ScratchFolder folder;
  const std::string path = write_text(folder, "m.data",
                                      "title\n\n1 atoms\n2 atom types\n\n0 9 xlo xhi\n0 9 ylo yhi\n0 9 zlo zhi\n\nMasses\n\n"
                                      "1 63.546\n2 91.224\n\nAtoms # atomic\n\n1 1 1 2 3\n");
  expect_error(path, {.species = {"Cu", "Ni"}}, {"m.data:13: type 2 has the mass of Zr", "species is Ni"});
}

}  // namespace
}  // namespace patina
