// SPDX-License-Identifier: BSD-3-Clause
// Truth: the same atoms written by LAMMPS 4Feb2025 as data file and as dump
// (tests/data/lammps_reference.tar.xz); coordinates worked out by hand; files that must read back to the same
// bits; ASE as another reader and writer.
#include "md/structure_file.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>

#include "core/error.hpp"
#include "md/lammps_data.hpp"
#include "python.hpp"
#include "scratch_folder.hpp"

namespace patina {
namespace {

using test::run_python;
using test::ScratchFolder;

const std::string reference = PATINA_LAMMPS_REFERENCE;

std::string write_text(const ScratchFolder& folder, const std::string& name, const std::string& text) {
  const std::string path = folder / name;
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

// Same atoms, positions to `tolerance`, box to 1e-12.
void expect_same_atoms(const Structure& a, const Structure& b, double tolerance) {
  ASSERT_EQ(a.id, b.id);
  EXPECT_EQ(a.type, b.type);
  EXPECT_EQ(a.species, b.species);
  EXPECT_EQ(a.box.periodic(), b.box.periodic());
  for (int i = 0; i < 3; ++i) {
    EXPECT_NEAR(a.box.origin()[i], b.box.origin()[i], 1e-12);
    for (int d = 0; d < 3; ++d) EXPECT_NEAR(a.box.edges()[i][d], b.box.edges()[i][d], 1e-12);
  }
  for (std::size_t k = 0; k < a.size(); ++k)
    for (int d = 0; d < 3; ++d)
      ASSERT_NEAR(a.position[k][d], b.position[k][d], tolerance) << "id " << a.id[k];
}

void expect_same_bits(const StructureFrame& a, const StructureFrame& b) {
  EXPECT_EQ(a.step, b.step);
  EXPECT_EQ(a.time_ps, b.time_ps);
  EXPECT_EQ(a.structure.box, b.structure.box);
  EXPECT_EQ(a.structure.species, b.structure.species);
  EXPECT_EQ(a.structure.id, b.structure.id);
  EXPECT_EQ(a.structure.type, b.structure.type);
  EXPECT_EQ(a.structure.position, b.structure.position);
  EXPECT_EQ(a.structure.velocity, b.structure.velocity);
}

TEST(StructureFile, LammpsWroteTheSameAtomsAsDataAndAsDump) {
  // LAMMPS's %.15g in the dump: 5e-14 at 50 A.
  for (const char* name :
       {"cuzr_liquid_triclinic_2000", "cuzr_liquid_2000", "cuzr_slab_2000", "cuzr_b2_1024"}) {
    ReadOptions slab;
    slab.periodic = std::array<bool, 3>{true, true, name != std::string("cuzr_slab_2000")};
    const auto data = read_structure(reference + "/" + name + "/structure.data", slab).structure;
    EXPECT_EQ(data.species, (std::vector<std::string>{"Cu", "Zr"}));  // by the masses
    const auto dump = read_structure(reference + "/" + name + "/expected.dump", {{"Cu", "Zr"}}).structure;
    expect_same_atoms(data, dump, 1e-13);
  }
}

TEST(StructureFile, TriclinicBoxOfLammps) {
  const auto s = read_structure(reference + "/cuzr_liquid_triclinic_2000/structure.data").structure;
  const double length = 32.891138943015356 + 0.2911389430155627;
  EXPECT_EQ(s.box.edges(), (Mat3{{{length, 0, 0}, {4, length, 0}, {-2.5, 3, length}}}));
  EXPECT_EQ(s.size(), 2000u);
  EXPECT_EQ(s.id.front(), 1);
  EXPECT_EQ(s.id.back(), 2000);
  EXPECT_DOUBLE_EQ(s.mass[1], 91.224);
}

TEST(StructureFile, VelocitiesImagesAndUnwrappedCoordinates) {
  const ReadOptions cuzr{{"Cu", "Zr"}};
  const auto start = read_structure(reference + "/nve/start.dump", cuzr);
  EXPECT_EQ(start.step, 0);
  EXPECT_FALSE(start.time_ps);
  EXPECT_EQ(start.structure.velocity[0],
            (Vec3{{-5.7601438457468701, -1.9348778998913272, 2.7117768139462521}}));
  EXPECT_EQ(start.structure.image.size(), 2000u);
  const auto end = read_structure(reference + "/nve/end.dump", cuzr);
  EXPECT_EQ(end.step, 400);
  EXPECT_TRUE(end.structure.image.empty());
  EXPECT_EQ(end.structure.position[0][0], -0.135062756887453);
}

// Awkward numbers: thirds, tiny, huge, negative zero; ids with gaps; images; a turned or tilted box.
StructureFrame awkward(const Box& box) {
  StructureFrame frame;
  Structure& s = frame.structure;
  s.box = box;
  s.species = {"Cu", "Zr", "Al"};
  s.mass = {63.546, 91.224, 26.982};
  for (int k = 0; k < 50; ++k) {
    s.id.push_back(3 * k + 2);
    s.type.push_back(k % 3);
    s.position.push_back({{k / 3.0 - 7, std::sqrt(double(k)) * 1e-7, -1e-310 * k}});
    s.image.push_back({k % 5 - 2, -k, 100000 * k});
    s.velocity.push_back({{1.0 / (k + 1), -std::exp(double(k)), 0.1 * k}});
  }
  frame.step = 1234567890123;
  frame.time_ps = 0.1 + 0.2;
  return frame;
}

TEST(StructureFile, EveryFormatReadsBackToTheSameBits) {
  const ScratchFolder folder;
  const Box box(Mat3{{{31.0 / 3, 0, 0}, {-4.4, 9.1, 0}, {7.7, -3.3, 8.123456789012345}}},
                {{-1.0 / 7, 2, 3e-5}}, {true, true, true});
  for (const char* name : {"a.data", "a.dump", "a.xyz"}) {
    StructureFrame frame = awkward(box);
    write_structure(folder / name, frame);
    StructureFrame back = read_structure(folder / name);
    EXPECT_EQ(back.structure.image, frame.structure.image) << name;
    if (name == std::string("a.data")) frame.step = 0, frame.time_ps.reset();  // has neither
    if (name == std::string("a.dump")) {
      // The edges are the same; the bounds of the box around a tilted one, from -4.54 A, lose the last digit of the origin.
      for (int i = 0; i < 3; ++i)
        for (int d = 0; d < 3; ++d)
          EXPECT_NEAR(back.structure.box.edges()[i][d], frame.structure.box.edges()[i][d], 4e-15);
      EXPECT_LE(norm(back.structure.box.origin() - frame.structure.box.origin()), 1e-15);
      back.structure.box = frame.structure.box;
    }
    expect_same_bits(frame, back);
  }
}

TEST(StructureFile, AnyOrientationKeepsDistancesInLammpsFiles) {
  const ScratchFolder folder;
  // A cell that has no zero element.
  const Box box(Mat3{{{9.0, 2.0, -1.0}, {-3.0, 8.0, 2.5}, {1.0, -2.0, 10.0}}}, {{1, 2, 3}},
                {true, false, true});
  const StructureFrame frame = awkward(box);
  write_structure(folder / "turned.dump", frame);
  const StructureFrame back = read_structure(folder / "turned.dump");
  EXPECT_EQ(back.structure.box.edges()[0][1], 0.0);
  EXPECT_EQ(back.structure.box.periodic(), box.periodic());
  EXPECT_NEAR(back.structure.box.volume(), box.volume(), 1e-10);
  for (std::size_t k = 1; k < frame.structure.size(); ++k) {
    const auto apart = [k](const Structure& s) { return norm(s.position[k] - s.position[0]); };
    EXPECT_NEAR(apart(back.structure), apart(frame.structure), 1e-12);
    EXPECT_NEAR(norm(back.structure.velocity[k]) / norm(frame.structure.velocity[k]), 1.0, 1e-14);
    const auto cosine = [k](const Structure& s) {
      const Vec3 r = s.position[k] - s.position[0];
      return dot(s.velocity[k], r) / (norm(s.velocity[k]) * norm(r));
    };
    EXPECT_NEAR(cosine(back.structure), cosine(frame.structure), 1e-14);
  }
}

TEST(StructureFile, DataFilesInEveryLegalShape) {
  const ScratchFolder folder;
  const std::string path = write_text(folder, "x.lmp",
                                      "a title with 7 atoms\r\n"
                                      "0 1e1 zlo zhi # depth\r\n"
                                      "  2   atom types\r\n"
                                      "\r\n"
                                      "-1 +9 ylo yhi\r\n"
                                      "0 bonds\r\n"
                                      "-3.5 2 0.25 xy xz yz\r\n"
                                      "3 atoms\r\n"
                                      "-2 8 xlo xhi\r\n"
                                      "Velocities\r\n"
                                      "\r\n"
                                      "7 7 0 0\r\n2 2 0 0\r\n9 9 0 0\r\n"
                                      "\r\n"
                                      "Atoms # atomic\r\n"
                                      "\r\n"
                                      "9 Zr 1 2 3 # ninth\r\n"
                                      "2 Cu -20.5 0 0\r\n"
                                      "7 1 1e-3 0 0\r\n"
                                      "\r\n");
  // Labels must be known before they are used.
  EXPECT_THROW(read_structure(path), Error);
  std::ifstream in(path, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(in)), {});
  text.insert(text.find("Velocities"), "Atom Type Labels\r\n\r\n2 Zr\r\n1 Cu\r\n\r\n");
  const Structure s = read_structure(write_text(folder, "y.lmp", text)).structure;
  EXPECT_EQ(s.id, (std::vector<std::int64_t>{2, 7, 9}));
  EXPECT_EQ(s.species, (std::vector<std::string>{"Cu", "Zr"}));
  EXPECT_EQ(s.type, (std::vector<int>{0, 0, 1}));
  EXPECT_EQ(s.position[0], (Vec3{{-20.5, 0, 0}}));
  EXPECT_EQ(s.velocity[2], (Vec3{{9, 0, 0}}));
  EXPECT_EQ(s.box.edges(), (Mat3{{{10, 0, 0}, {-3.5, 10, 0}, {2, 0.25, 10}}}));
  EXPECT_EQ(s.box.origin(), (Vec3{{-2, -1, 0}}));
}

TEST(StructureFile, SpeciesOfADataFile) {
  const ScratchFolder folder;
  const auto with_masses = [&](const std::string& masses) {
    return write_text(folder, "m.data",
                      "title\n\n1 atoms\n2 atom types\n0 9 xlo xhi\n0 9 ylo yhi\n0 9 zlo zhi\n" + masses +
                          "\nAtoms\n\n1 2 0 0 0 1 -1 0\n");
  };
  using Names = std::vector<std::string>;
  EXPECT_EQ(read_structure(with_masses("Masses\n\n1 58.71\n2 91.22\n")).structure.species,
            (Names{"Ni", "Zr"}));
  EXPECT_EQ(read_structure(with_masses("Masses\n\n1 63.55 # Cu\n2 2.0 # H\n")).structure.species,
            (Names{"Cu", "H"}));
  const auto named = read_structure(with_masses(""), {{"Al", "Cu", "Zr"}}).structure;
  EXPECT_EQ(named.species, (Names{"Al", "Cu", "Zr"}));
  EXPECT_DOUBLE_EQ(named.mass[1], 63.546);
  EXPECT_EQ(named.image[0], (std::array<int, 3>{1, -1, 0}));
  EXPECT_THROW(read_structure(with_masses("")), Error);                            // nothing tells
  EXPECT_THROW(read_structure(with_masses("Masses\n\n1 100\n2 91.22\n")), Error);  // no such element
  EXPECT_THROW(read_structure(with_masses(""), {{"Cu"}}), Error);                  // too few
  EXPECT_THROW(read_structure(with_masses("Masses\n\n1 63.5\n2 91.2\n"), {{"Zr", "Cu"}}), Error);  // swapped
  EXPECT_THROW(read_structure(with_masses(""), {{"Cu", "Cu"}}), Error);
}

TEST(StructureFile, DumpColumnsInAnyOrder) {
  const ScratchFolder folder;
  // Tilted box 10 x 10 x 10 at (1, 2, 3), xy = -4, xz = 2, yz = -1, given by the box around it.
  const std::string head =
      "ITEM: UNITS\nmetal\nITEM: TIME\n2.5\nITEM: TIMESTEP\n50\nITEM: NUMBER OF ATOMS\n2\n"
      "ITEM: BOX BOUNDS xy xz yz pp ff pp\n-3 13 -4\n1 12 2\n3 13 -1\n";
  const auto read = [&](const std::string& atoms) {
    return read_structure(write_text(folder, "c.dump", head + atoms));
  };
  const auto scaled =
      read("ITEM: ATOMS zs element c_e[1] ys xs id type\n0.5 Zr 7 0.25 0 4 2\n0 Cu 7 1 1 3 1\n");
  EXPECT_EQ(scaled.time_ps, 2.5);
  EXPECT_EQ(scaled.step, 50);
  EXPECT_EQ(scaled.structure.box.periodic(), (std::array<bool, 3>{true, false, true}));
  EXPECT_EQ(scaled.structure.box.edges(), (Mat3{{{10, 0, 0}, {-4, 10, 0}, {2, -1, 10}}}));
  EXPECT_EQ(scaled.structure.box.origin(), (Vec3{{1, 2, 3}}));
  EXPECT_EQ(scaled.structure.species, (std::vector<std::string>{"Cu", "Zr"}));
  // origin + 1 a + 1 b; origin + b/4 + c/2.
  EXPECT_EQ(scaled.structure.position[0], (Vec3{{1 + 10 - 4, 2 + 10, 3}}));
  EXPECT_EQ(scaled.structure.position[1], (Vec3{{1 - 1 + 1, 2 + 2.5 - 0.5, 3 + 5}}));
  // Wrapped with images before unwrapped; unwrapped before wrapped alone.
  const auto both = read(
      "ITEM: ATOMS id element x y z ix iy iz xu yu zu\n1 Cu 1 2 3 1 0 -1 8 8 8\n2 Cu 1 2 4 0 0 0 8 8 9\n");
  EXPECT_EQ(both.structure.position[0], (Vec3{{1, 2, 3}}));
  EXPECT_EQ(both.structure.image[0], (std::array<int, 3>{1, 0, -1}));
  const auto alone = read(
      "ITEM: ATOMS id element x y z xu yu zu vz vx vy\n1 Cu 1 2 3 8 8 8 3 1 2\n2 Cu 1 2 4 8 8 9 0 0 0\n");
  EXPECT_EQ(alone.structure.position[0], (Vec3{{8, 8, 8}}));
  EXPECT_EQ(alone.structure.velocity[0], (Vec3{{1, 2, 3}}));
  EXPECT_TRUE(alone.structure.image.empty());
}

TEST(StructureFile, GeneralTriclinicDump) {
  const ScratchFolder folder;
  const auto s =
      read_structure(
          write_text(folder, "g.dump",
                     "ITEM: TIMESTEP\n0\nITEM: NUMBER OF ATOMS\n1\nITEM: BOX BOUNDS abc origin pp pp pp\n"
                     "9 1 0 -1\n0 8 1 -2\n1 0 7 -3\nITEM: ATOMS id element x y z\n1 Cu 0 0 0\n"))
          .structure;
  EXPECT_EQ(s.box.edges(), (Mat3{{{9, 1, 0}, {0, 8, 1}, {1, 0, 7}}}));
  EXPECT_EQ(s.box.origin(), (Vec3{{-1, -2, -3}}));
}

TEST(StructureFile, TrajectoriesFrameByFrameAndGzipped) {
  const ScratchFolder folder;
  const Box box = Box::orthogonal({{20, 21, 22}}, {true, true, false});
  for (const char* name : {"t.dump", "t.xyz"}) {
    const auto writer = create_frames(folder / name);
    for (int k = 0; k < 5; ++k) {
      StructureFrame frame = awkward(box);
      frame.step = 10 * k;
      frame.time_ps = 0.01 * k;
      frame.structure.position[7][1] = k;
      writer->write(frame);
    }
    EXPECT_FALSE(std::filesystem::exists(folder / name));  // not before it is whole
    writer->finish();
    std::ifstream in(folder / name, std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(in)), {});
    const std::string zipped = folder / (std::string(name) + ".gz");
    const gzFile out = gzopen(zipped.c_str(), "wb");
    gzwrite(out, text.data(), static_cast<unsigned>(text.size()));
    gzclose(out);
    for (const std::string& path : {folder / name, zipped}) {
      const auto reader = open_frames(path);
      for (int k = 0; k < 5; ++k) {
        const auto frame = reader->next();
        ASSERT_TRUE(frame) << path;
        EXPECT_EQ(frame->step, 10 * k);
        EXPECT_EQ(frame->time_ps, 0.01 * k);
        EXPECT_EQ(frame->structure.position[7][1], k);
        EXPECT_EQ(frame->structure.box, box);
      }
      EXPECT_FALSE(reader->next());
    }
  }
}

TEST(StructureFile, ExtendedXyzAsOthersWriteIt) {
  const ScratchFolder folder;
  const auto frame = read_structure(write_text(
      folder, "o.xyz",
      "2\r\nProperties=species:S:1:forces:R:3:vel:R:3:pos:R:3 energy=-1.5e0 Lattice=\"9 1 0 0 8 1 1 0 7\" "
      "Origin='1 2 3' "
      "flag Time=1.25 Step=17 velocity_unit=A/ps pbc=\"T F 1\"\r\nZr 0 0 0 1 2 3 4 5 6\r\nCu\t0 0 0 -1 -2 -3 7 8 9\r\n"));
  EXPECT_EQ(frame.structure.species, (std::vector<std::string>{"Zr", "Cu"}));
  EXPECT_EQ(frame.structure.position[1], (Vec3{{7, 8, 9}}));
  EXPECT_EQ(frame.structure.velocity[1], (Vec3{{-1, -2, -3}}));
  EXPECT_EQ(frame.structure.id, (std::vector<std::int64_t>{1, 2}));
  EXPECT_EQ(frame.structure.box.edges(), (Mat3{{{9, 1, 0}, {0, 8, 1}, {1, 0, 7}}}));
  EXPECT_EQ(frame.structure.box.periodic(), (std::array<bool, 3>{true, false, true}));
  EXPECT_EQ(frame.step, 17);
  EXPECT_EQ(frame.time_ps, 1.25);
  const auto ordered = read_structure(folder / "o.xyz", {{"Cu", "Zr"}});
  EXPECT_EQ(ordered.structure.type, (std::vector<int>{1, 0}));
}

// Truth: one ASE unit of time is A sqrt(amu/eV) = 10.180506 fs (CODATA 2018).
TEST(StructureFile, VelocitiesOfExtendedXyzInTheirUnits) {
  const ScratchFolder folder;
  const auto velocity = [&](const std::string& properties, const std::string& values) {
    return read_structure(write_text(folder, "v.xyz", "1\nLattice=\"9 0 0 0 9 0 0 0 9\" Properties=species:S:1:pos:R:3:" +
                                                          properties + "\nCu 0 0 0 " + values + "\n"))
        .structure.velocity[0];
  };
  EXPECT_EQ(velocity("velo:R:3 velocity_unit=A/ps", "1 -2 3"), (Vec3{{1, -2, 3}}));
  EXPECT_EQ(velocity("vel:R:3 velocity_unit=A/fs", "1 -2 3"), (Vec3{{1000, -2000, 3000}}));
  EXPECT_NEAR(velocity("momenta:R:3", "63.546 0 0")[0], 1e3 / 10.180506, 1e-5);
  EXPECT_NEAR(velocity("momenta:R:3:masses:R:1", "0 10 0 5.0")[1], 2e3 / 10.180506, 1e-5);
  const auto refused = [&](const std::string& properties, const std::string& values, const std::string& part) {
    try {
      velocity(properties, values);
      ADD_FAILURE() << "was read: " << properties;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::bad_input);
      EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
    }
  };
  refused("velo:R:3", "1 2 3", "v.xyz:2: the line has velocities but not their unit");
  refused("velo:R:3 velocity_unit=bohr/fs", "1 2 3", "velocity_unit is 'bohr/fs', must be A/ps or A/fs");
  refused("velo:R:3:momenta:R:3 velocity_unit=A/ps", "1 2 3 4 5 6", "only one of them");
  refused("momenta:R:3:masses:R:1", "1 2 3 0", "v.xyz:3: mass is 0, must be > 0");
}

TEST(StructureFile, AseReadsOursAndWeReadAse) {
  const ScratchFolder folder;
  if (run_python(folder / "has_ase.py", "import ase", "").status != 0) GTEST_SKIP() << "ASE is not installed";
  const Structure s = read_structure(reference + "/cuzr_liquid_triclinic_2000/structure.data").structure;
  for (const char* name : {"a.xyz", "a.dump", "a.data"}) write_structure(folder / name, {s, 5, 0.01});
  const auto result = run_python(folder / "ase_reads.py", R"(
import sys, numpy as np
from ase.io import read, write
folder = sys.argv[1]
a = read(folder + '/a.xyz')
b = read(folder + '/a.data', format='lammps-data', style='atomic', sort_by_id=True, Z_of_type={1: 29, 2: 40})
c = read(folder + '/a.dump', format='lammps-dump-text')
assert len(a) == len(b) == len(c) == 2000
assert np.allclose(a.cell.array, b.cell.array, atol=1e-12) and np.allclose(a.cell.array, c.cell.array, atol=1e-12)
assert np.array_equal(a.numbers, b.numbers) and np.array_equal(a.numbers, c.numbers)
def apart(x):
    return x.positions - x.positions[0]
assert np.allclose(apart(a), apart(b), atol=1e-12) and np.allclose(apart(a), apart(c), atol=1e-12)
write(folder + '/b.xyz', a, format='extxyz')
)",
                                 folder.path());
  ASSERT_EQ(result.status, 0) << result.output;
  const Structure back = read_structure(folder / "b.xyz", {{"Cu", "Zr"}}).structure;
  ASSERT_EQ(back.size(), s.size());
  EXPECT_EQ(back.type, s.type);
  // ASE writes eight decimals.
  for (std::size_t k = 0; k < s.size(); ++k) ASSERT_LT(norm(back.position[k] - s.position[k]), 1e-7);
}

ExitCode code_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.code();
  }
  return ExitCode::done;
}

TEST(StructureFile, ExistingFilesMissingFilesAndNames) {
  const ScratchFolder folder;
  const StructureFrame frame = awkward(Box::orthogonal({{20, 21, 22}}));
  for (const char* name : {"e.data", "e.dump", "e.xyz"}) {
    const std::string path = folder / name;
    write_structure(path, frame);
    EXPECT_EQ(code_of([&] { write_structure(path, frame); }), ExitCode::cannot_create);
    EXPECT_EQ(code_of([&] { write_structure(path, frame, true); }), ExitCode::done);
    EXPECT_FALSE(std::filesystem::exists(path + ".tmp"));
  }
  EXPECT_EQ(code_of([&] { write_structure(folder / "no/such/folder.xyz", frame); }), ExitCode::cannot_create);
  EXPECT_EQ(code_of([&] { write_structure(folder / "a.pdb", frame); }), ExitCode::usage);
  EXPECT_EQ(code_of([&] { write_structure(folder / "a.xyz.gz", frame); }), ExitCode::usage);
  EXPECT_EQ(code_of([&] { read_structure(folder / "none.data"); }), ExitCode::missing_input);
  EXPECT_EQ(code_of([&] { read_structure(write_text(folder, "x.txt", "hello\n")); }), ExitCode::bad_input);
  // A second frame does not fit into a data file, and what was begun is removed.
  EXPECT_EQ(code_of([&] {
              const auto writer = create_frames(folder / "two.data");
              writer->write(frame);
              writer->write(frame);
            }),
            ExitCode::usage);
  EXPECT_FALSE(std::filesystem::exists(folder / "two.data.tmp"));
}

}  // namespace
}  // namespace patina
