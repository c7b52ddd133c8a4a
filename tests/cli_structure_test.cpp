// SPDX-License-Identifier: BSD-3-Clause
// patina structure. Truths: crystals whose polyhedra and coordination are known, in every format and in other cells of the same lattice;
// Bain's path, which makes fcc of bcc by a stretch of sqrt(2): two frames with known means, errors and strains; one atom that moved;
// exit codes (core/error.hpp).
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "md/lattice.hpp"
#include "md/structure_file.hpp"
#include "program.hpp"
#include "scratch_folder.hpp"

namespace patina::test {
namespace {

using nlohmann::json;

ProgramResult patina_structure(const std::string& arguments) {
  return run_shell(PATINA_PROGRAM " structure " + arguments);
}

json figures_of(const std::string& arguments, const ScratchFolder& folder) {
  const auto result = patina_structure(arguments + " --overwrite --output " + folder / "out.json");
  EXPECT_EQ(result.status, 0) << result.output;
  return json::parse(read_text_file(folder / "out.json"));
}

double fraction(const json& figures, const std::string& centre, const std::vector<int>& index) {
  for (const json& one : figures.at("populations"))
    if (one.at("centre") == centre && one.at("index") == index) return one.at("fraction").at("mean");
  return 0.0;
}

const Structure laves = make_compound({"C15", 7.1, 1.0, {2, 2, 2}}, {"Zr", "Cu"});

TEST(StructureVerb, FindsTheSameInEveryFormatAndCell) {
  const ScratchFolder folder;
  Structure skew = laves;
  const Mat3 change{{{1, 0, 0}, {1, 1, 0}, {-1, 1, 1}}};
  skew.box = laves.box.with_edges(change * laves.box.edges());
  write_structure(folder / "a.data", {laves, 0, {}});
  write_structure(folder / "b.dump", {laves, 0, {}});
  write_structure(folder / "c.xyz", {skew, 0, {}});
  write_structure(folder / "d.h5md", {skew, 0, 0.0});
  for (const char* name : {"a.data", "b.dump", "c.xyz", "d.h5md"}) {
    const json found = figures_of(folder / name, folder);
    EXPECT_EQ(fraction(found, "Zr", {0, 0, 12, 4}), 1.0) << name;
    EXPECT_EQ(fraction(found, "Cu", {0, 0, 12, 0}), 1.0) << name;
    EXPECT_EQ(found.at("cells").at("Zr").at("coordination_by").at("Cu").at("mean"), 12.0) << name;
    EXPECT_NEAR(found.at("cells").at("Zr").at("volume_A3").at("mean").get<double>() * 64 + found.at("cells").at("Cu").at("volume_A3").at("mean").get<double>() * 128,
                laves.box.volume(), 1e-6);
    EXPECT_TRUE(found.at("cells").at("Zr").at("volume_A3").at("error").is_null());  // of one frame
    EXPECT_NEAR(found.at("icosahedra").at("fraction").at("mean"), 2.0 / 3.0, 1e-12);
    EXPECT_EQ(found.at("icosahedra").at("interpenetrating_neighbours").at("mean"), 6.0);
    EXPECT_EQ(found.at("series").at(0).at("icosahedra").at("cluster_sizes"), (std::vector<int>{128}));
    EXPECT_NEAR(found.at("crystallisation").at("z16_fraction").at("mean"), 1.0 / 3.0, 1e-12);
    EXPECT_EQ(found.at("first_shells").at(0).at("Zr_around_Zr").at("mean"), 4.0);
    EXPECT_EQ(found.at("first_shells").at(1).at("Cu_around_Zr").at("mean"), 12.0);
  }
  EXPECT_EQ(run_patina_on(2, "structure " + folder / "c.xyz" + " --output " + folder / "ranks.json").status, 0);
  figures_of(folder / "c.xyz", folder);
  EXPECT_EQ(read_text_file(folder / "ranks.json"), read_text_file(folder / "out.json"));
}

// bcc of 54 atoms, and the same atoms in a cell that is sqrt(2) times as long: fcc.
void write_bain(const std::string& path) {
  StructureFrame frame{make_compound({"B2", 3.0, 1.0, {3, 3, 3}}, {"Cu", "Zr"}), 0, 0.0};
  const auto writer = create_frames(path);
  writer->write(frame);
  const Mat3 stretch = diagonal({{1.0, 1.0, std::sqrt(2.0)}});
  frame.structure.box = frame.structure.box.with_edges(frame.structure.box.edges() * stretch);
  for (Vec3& r : frame.structure.position) r = r * stretch;
  frame.step = 100;
  frame.time_ps = 0.2;
  writer->write(frame);
  writer->finish();
}

TEST(StructureVerb, FollowsBainsPath) {
  const ScratchFolder folder;
  write_bain(folder / "bain.xyz");
  for (const std::string since : {"first", "previous"}) {
    const json found = figures_of(folder / "bain.xyz" + " --since " + since + " --per-atom " + folder / "atoms.csv", folder);
    for (const json& one : found.at("populations")) {
      EXPECT_TRUE(one.at("index") == json({0, 6, 0, 8}) || one.at("index") == json({0, 12, 0, 0}));
      EXPECT_EQ(one.at("fraction").at("mean"), 0.5);
      EXPECT_EQ(one.at("fraction").at("error"), 0.5);  // of 0 and 1
    }
    EXPECT_FALSE(found.at("series").at(0).contains("deformation"));
    const json& deformation = found.at("series").at(1).at("deformation");
    EXPECT_LT(deformation.at("mean_d2_min_A2"), 1e-20);
    EXPECT_NEAR(deformation.at("mean_shear_strain"), std::sqrt((0.25 + 0.25) / 6.0), 1e-9);  // E_zz = 1/2
    EXPECT_TRUE(deformation.at("rearrangements").empty());
    EXPECT_EQ(deformation.at("participation_ratio"), 0.0);  // of an affine change: nothing moves besides
    EXPECT_EQ(deformation.at("since_step"), 0);

    EXPECT_EQ(found.at("series").at(1).at("time_ps"), 0.2);
    std::istringstream rows(read_text_file(folder / "atoms.csv"));
    std::string row;
    std::getline(rows, row);
    EXPECT_EQ(row, "frame,step,id,species,x_A,y_A,z_A,volume_A3,n3,n4,n5,n6,n_more,open,qbar_6,d2_min_A2,shear_strain");
    int bcc = 0, fcc = 0;
    while (std::getline(rows, row)) {
      bcc += row.starts_with("0,0,") && row.find(",13.500000,0,6,0,8,0,0,") != std::string::npos && row.ends_with(",nan,nan");
      fcc += row.starts_with("1,100,") && row.find(",19.091883,0,12,0,0,0,0,0.574524,") != std::string::npos && row.ends_with(",0.288675");
    }
    EXPECT_EQ(bcc, 54);
    EXPECT_EQ(fcc, 54);
  }
  const auto drawn = patina_structure(folder / "bain.xyz" + " --since first --output " + folder / "drawn.json" + " --figure " + folder / "drawn.png");
  EXPECT_EQ(drawn.status, 0) << drawn.output;
  EXPECT_EQ(read_text_file(folder / "drawn.png").substr(1, 3), "PNG");
  const json last = figures_of(folder / "bain.xyz" + " --frames last --crystal-order 0.55", folder);
  EXPECT_EQ(last.at("crystallisation").at("fraction_above").at("mean"), 1.0);
  EXPECT_EQ(fraction(last, "Cu", {0, 12, 0, 0}), 1.0);
}

// Of two files: one atom of a crystal 1 A from where it was, all of them through faces of the cell, told as images or unwrapped.
TEST(StructureVerb, FindsTheAtomThatMoved) {
  const ScratchFolder folder;
  StructureFrame frame{make_solid_solution({"fcc", 3.6, 1.0, {4, 4, 4}}, {{"Cu"}, {1.0}}, 1), 7, {}};
  frame.structure.image.assign(256, {0, 0, 0});
  write_structure(folder / "before.xyz", frame);
  Structure& after = frame.structure;
  for (std::size_t i = 0; i < 256; ++i) after.image[i] = {0, static_cast<int>(i % 2), -1};
  for (std::size_t i = 0; i < 256; ++i) {
    const int back[3] = {0, -static_cast<int>(i % 2), 1};
    after.position[i] += after.box.translation(back);
  }
  after.position[100][0] += 1.0;
  write_structure(folder / "after.data", frame);
  const json found = figures_of(folder / "after.data" + " --species Cu --since " + folder / "before.xyz" + " --cutoff 3.0 --event-threshold 0.02 --per-atom " + folder / "atoms.xyz", folder);
  const json& deformation = found.at("series").at(0).at("deformation");
  // Twelve vectors move by the same 1 A, which is no affine map: D2_min is 1 A^2 for the atom itself. A neighbour sees one of its twelve
  // move: the sum of squares is u^2 (1 - d S^-1 d) with S = sum d d^T = 4 r^2 on the diagonal, so u^2 (1 - 1/4) / 12.
  ASSERT_EQ(deformation.at("rearrangements").size(), 1u);
  const json& event = deformation.at("rearrangements").at(0);
  EXPECT_EQ(event.at("atoms"), 13);
  EXPECT_NEAR(event.at("largest_d2_min_A2"), 1.0, 1e-9);
  EXPECT_NEAR(event.at("mean_d2_min_A2"), (1.0 + 12.0 * 0.75 / 12.0) / 13.0, 1e-9);
  EXPECT_NEAR(deformation.at("mean_d2_min_A2"), (1.0 + 12.0 * 0.75 / 12.0) / 256.0, 1e-9);
  // Displacements but for their mean: 1 - 1/N of one, 1/N of the others.
  EXPECT_NEAR(deformation.at("participation_ratio"), 1.0 / 256.0, 1e-4);
  const StructureFrame read = read_structure(folder / "atoms.xyz");
  EXPECT_EQ(read.structure.size(), 256u);
  EXPECT_NE(read_text_file(folder / "atoms.xyz").find("volume_A3:R:1:voronoi_index:I:5:open:I:1:qbar_6:R:1:d2_min_A2:R:1:shear_strain:R:1"), std::string::npos);
}

TEST(StructureVerb, TellsWhatIsWrongAndWritesNothing) {
  const ScratchFolder folder;
  write_structure(folder / "laves.xyz", {laves, 0, {}});
  write_bain(folder / "bain.xyz");
  Structure twice = laves;
  twice.position[5] = twice.position[6];
  write_structure(folder / "twice.xyz", {twice, 3, {}});
  const auto refused = [&](const std::string& arguments, int status, const std::string& text) {
    const auto result = patina_structure(arguments);
    EXPECT_EQ(result.status, status) << arguments << "\n" << result.output;
    EXPECT_NE(result.output.find(text), std::string::npos) << arguments << "\n" << result.output;
  };
  const std::string laves_file = folder / "laves.xyz";
  refused(folder / "none.xyz", 66, "none.xyz");
  refused(laves_file + " --radii Al=1.43", 64, "a radius is given for Al, but the sample consists of Zr, Cu");
  refused(laves_file + " --radii Cu:1.28", 64, "must be ELEMENT=RADIUS");
  refused(laves_file + " --radii Cu=-1", 64, "must be ELEMENT=RADIUS");
  refused(laves_file + " --radii Cu=1.2,Cu=1.3", 64, "names Cu twice");
  refused(laves_file + " --face-threshold 2", 64, "--face-threshold");
  refused(laves_file + " --face-threshold nan", 64, "--face-threshold: nan is not a finite number");
  refused(laves_file + " --since first --event-threshold nan", 64, "nan is not a finite number");
  refused(laves_file + " --cutoff 3", 64, "--since");
  refused(laves_file + " --frames 3", 64, "takes none of the 1 frames");
  refused(laves_file + " --output " + laves_file, 73, "laves.xyz");
  refused(laves_file + " --overwrite --output " + laves_file, 73, "laves.xyz");
  refused(laves_file + " --per-atom " + folder / "atoms.txt", 64, "allowed: .xyz .extxyz .csv");
  refused(laves_file + " --since " + folder / "bain.xyz", 65, "holds 2 frames");
  refused(laves_file + " --since-frame 0 --since " + folder / "bain.xyz", 65, "laves.xyz: frame 0 (step 0): has other atoms");
  refused(folder / "twice.xyz" + " --per-atom " + folder / "atoms.csv" + " --output " + folder / "no.json", 65, "twice.xyz: frame 0 (step 3): no Voronoi cell of atom ");
  EXPECT_FALSE(std::filesystem::exists(folder / "atoms.csv"));
  EXPECT_FALSE(std::filesystem::exists(folder / "no.json"));
  refused(laves_file + " --overwrite --output " + folder / "a.png --figure " + folder / "a.png", 73, "two outputs");
  refused(laves_file + " --overwrite --output " + folder / "a.csv --per-atom " + folder / "a.csv", 73, "two outputs");
  refused(laves_file + " --output " + folder / "a.json --figure " + folder / "a.gif", 64, "allowed: .png .pdf .svg");
  EXPECT_FALSE(std::filesystem::exists(folder / "a.json"));
  // A cell in other units, and a free axis that was none.
  std::ofstream(folder / "nm.xyz") << "1\nLattice=\"1e-3 0 0 0 1e-3 0 0 0 1e-3\" Properties=species:S:1:pos:R:3\nCu 0 0 0\n";
  refused(folder / "nm.xyz", 65, "are cell and positions in Angstrom?");
  std::string two = read_text_file(laves_file), free_axis = two;
  free_axis.replace(free_axis.find("pbc=\"T T T\""), 11, "pbc=\"T T F\"");
  std::ofstream(folder / "two.xyz") << two << free_axis;
  refused(folder / "two.xyz", 65, "frame 1 (step 0): axis c is free, was periodic");
  std::ofstream(folder / "kept.json") << "mine";
  refused(laves_file + " --output " + folder / "kept.json", 73, "kept.json");
  EXPECT_EQ(read_text_file(folder / "kept.json"), "mine");
}

}  // namespace
}  // namespace patina::test
