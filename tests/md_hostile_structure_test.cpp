// SPDX-License-Identifier: BSD-3-Clause
// Truth: each damaged file is a good one with one change, and the message must name the line and the trouble.
#include <gtest/gtest.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>

#include "core/error.hpp"
#include "md/structure_file.hpp"
#include "scratch_folder.hpp"

namespace patina {
namespace {

using test::ScratchFolder;

const std::string good_data =
    "title\n"               // 1
    "\n"                    // 2
    "3 atoms\n"             // 3
    "2 atom types\n"        // 4
    "0 10 xlo xhi\n"        // 5
    "0 10 ylo yhi\n"        // 6
    "0 10 zlo zhi\n"        // 7
    "1 2 3 xy xz yz\n"      // 8
    "\nMasses\n\n"          // 9-11
    "1 63.546\n2 91.224\n"  // 12-13
    "\nAtoms # atomic\n\n"  // 14-16
    "1 1 1 2 3 0 0 0\n"     // 17
    "2 2 4 5 6 0 1 0\n"     // 18
    "3 2 7 8 9 0 0 -1\n"    // 19
    "\nVelocities\n\n"      // 20-22
    "1 1 2 3\n2 4 5 6\n3 7 8 9\n";

const std::string good_dump =
    "ITEM: UNITS\nmetal\n"                          // 1-2
    "ITEM: TIMESTEP\n100\n"                         // 3-4
    "ITEM: NUMBER OF ATOMS\n3\n"                    // 5-6
    "ITEM: BOX BOUNDS pp pp ff\n"                   // 7
    "0 10\n-1 9\n-2 8\n"                            // 8-10
    "ITEM: ATOMS id type element x y z ix iy iz\n"  // 11
    "1 1 Cu 1 2 3 0 0 0\n2 2 Zr 4 5 6 0 0 1\n3 1 Cu 7 8 9 0 0 0\n";

const std::string good_xyz =
    "3\n"
    "Lattice=\"10 0 0 1 10 0 0 2 10\" Properties=species:S:1:pos:R:3:id:I:1 pbc=\"T T F\" Time=1.5\n"
    "Cu 1 2 3 1\nZr 4 5 6 2\nCu 7 8 9 3\n";

struct Damage {
  const char* old_text;
  const char* new_text;
  const char* where;  // ":line:"
  const char* message;
};

void expect_refused(const std::string& good, const std::string& name, const std::vector<Damage>& table) {
  const ScratchFolder folder;
  const std::string path = folder / name;
  for (const Damage& damage : table) {
    std::string text = good;
    const auto at = text.find(damage.old_text);
    ASSERT_NE(at, std::string::npos) << damage.old_text;
    text.replace(at, std::string(damage.old_text).size(), damage.new_text);
    std::ofstream(path, std::ios::binary) << text;
    try {
      const auto reader = open_frames(path);
      while (reader->next()) {
      }
      ADD_FAILURE() << "accepted: " << damage.old_text << " -> " << damage.new_text;
    } catch (const Error& error) {
      const std::string what = error.what();
      EXPECT_EQ(error.code(), ExitCode::bad_input) << what;
      EXPECT_EQ(what.rfind(path + damage.where, 0), 0u) << what << "\n  expected at " << damage.where;
      EXPECT_NE(what.find(damage.message), std::string::npos) << what << "\n  expected: " << damage.message;
    }
  }
}

// The good files are good, so that it is the damage that is refused.
TEST(HostileStructure, UndamagedFilesAreRead) {
  const ScratchFolder folder;
  for (const auto& [name, text] :
       {std::pair{"g.data", good_data}, {"g.dump", good_dump}, {"g.xyz", good_xyz}}) {
    std::ofstream(folder / name) << text;
    EXPECT_EQ(read_structure(folder / name).structure.size(), 3u);
  }
}

TEST(HostileStructure, DataFiles) {
  expect_refused(good_data, "x.data",
                 {{"3 atoms", "0 atoms", ":3:", "number of atoms is '0'"},
                  {"3 atoms", "-3 atoms", ":3:", "'-3'"},
                  {"3 atoms", "3.0 atoms", ":3:", "whole number"},
                  {"3 atoms", "1000000000000 atoms", ":3:", "cut short"},
                  {"3 atoms", "99999999999999999999 atoms", ":3:", "whole number"},
                  {"3 atoms", "4 atoms", ":20:", "line 4 of 4"},
                  {"3 atoms", "2 atoms", ":19:", "more lines than the header"},
                  {"3 atoms\n", "", ":9:", "lacks \"N atoms\""},
                  {"3 atoms", "3 ataoms", ":3:", "unknown line"},
                  {"2 atom types", "1 atom types", ":13:", "more lines than the header"},
                  {"2 atom types", "1000000000 atom types", ":4:", "from 1 to 1000"},
                  {"2 atom types\n", "", ":9:", "lacks \"N atom types\""},
                  {"0 10 xlo xhi", "0 nan xlo xhi", ":5:", "finite"},
                  {"0 10 xlo xhi", "0 0 xlo xhi", ":5:", "must be larger"},
                  {"0 10 xlo xhi", "10 0 xlo xhi", ":5:", "must be larger"},
                  {"0 10 ylo yhi", "0 1e999 ylo yhi", ":6:", "finite"},
                  {"0 10 ylo yhi", "0 ylo yhi", ":6:", "unknown line"},
                  {"0 10 zlo zhi\n", "", ":9:", "lacks \"zlo zhi\""},
                  {"1 2 3 xy xz yz", "1 2 inf xy xz yz", ":8:", "tilt factor"},
                  {"1 2 3 xy xz yz", "5 bonds", ":8:", "no bonded terms"},
                  {"title", "title, units = real", ":1:", "must be metal"},
                  {"1 63.546", "1 0", ":12:", "must be > 0"},
                  {"1 63.546", "1 -63.546", ":12:", "must be > 0"},
                  {"2 91.224", "1 91.224", ":13:", "second time"},
                  {"2 91.224", "3 91.224", ":13:", "atom type is '3'"},
                  {"1 63.546", "1 63.546 7", ":12:", "type mass"},
                  {"# atomic", "# full", ":15:", "only atomic"},
                  {"Atoms", "Bonds", ":15:", "unknown section"},
                  {"Velocities", "Atoms", ":21:", "second time"},
                  {"Atoms", "Velocities", ":17:", "id vx vy vz"},
                  {"2 2 4 5 6", "2 3 4 5 6", ":18:", "atom type is '3', must be a whole number from 1 to 2"},
                  {"2 2 4 5 6", "2 0 4 5 6", ":18:", "atom type is '0'"},
                  {"2 2 4 5 6", "1 2 4 5 6", ":18:", "atom id 1 occurs twice, first on line 17"},
                  {"2 2 4 5 6", "-2 2 4 5 6", ":18:", "atom id is '-2'"},
                  {"2 2 4 5 6", "2 2 nan 5 6", ":18:", "position is 'nan', must be a finite number"},
                  {"2 2 4 5 6", "2 2 4e4000 5 6", ":18:", "finite"},
                  {"2 2 4 5 6", "2 2 4e20 5 6", ":18:", "box lengths"},
                  {"2 2 4 5 6", "2 2 4,0 5 6", ":18:", "'4,0'"},
                  {"2 2 4 5 6", "2 2 4 5", ":18:", "7 words"},
                  {"4 5 6 0 1 0", "4 5 6", ":18:", "image flags"},
                  {"4 5 6 0 1 0", "4 5 6 0 1.5 0", ":18:", "image flag"},
                  {"4 5 6 0 1 0", "4 5 6 0 9999999999 0", ":18:", "image flag"},
                  {"2 2 4 5 6 0 1 0\n", "\n", ":18:", "blank line"},
                  {"\n2 4 5 6\n", "\n2 4 5\n", ":24:", "id vx vy vz"},
                  {"\n2 4 5 6\n", "\n2 4 5 inf\n", ":24:", "velocity"},
                  {"\n2 4 5 6\n", "\n5 4 5 6\n", ":25:", "lacks its velocity"},
                  {"3 7 8 9\n", "", ":25:", "the file ends"},
                  {"\nAtoms", "\nAtom", ":15:", "unknown section"}});
}

TEST(HostileStructure, DumpFiles) {
  expect_refused(good_dump, "x.dump",
                 {{"metal", "real", ":2:", "must be metal"},
                  {"100", "1e2", ":4:", "timestep"},
                  {"100", "-1", ":4:", "timestep"},
                  {"ATOMS\n3\n", "ATOMS\n0\n", ":6:", "number of atoms is '0'"},
                  {"ATOMS\n3\n", "ATOMS\n4\n", ":15:", "atom 4 of 4"},
                  {"ATOMS\n3\n", "ATOMS\n2\n", ":14:", "must begin with \"ITEM: \""},
                  {"ATOMS\n3\n", "ATOMS\n3000000000\n", ":6:", "cut short"},
                  {"ITEM: TIMESTEP\n100\n", "", ":9:", "must stand before"},
                  {"ITEM: NUMBER OF ATOMS\n3\n", "", ":9:", "must stand before"},
                  {"ITEM: NUMBER OF ATOMS", "ITEM: NUMBER OF ENTRIES", ":6:", "unknown ITEM"},
                  {"pp pp ff", "pp pf ff", ":7:", "boundary is 'pf'"},
                  {"pp pp ff", "pp qq ff", ":7:", "boundary is 'qq'"},
                  {"pp pp ff", "pp pp", ":7:", "BOX BOUNDS"},
                  {"BOX BOUNDS pp", "BOX BOUNDS xy xz yz pp", ":8:", "must be 3 numbers"},
                  {"-1 9", "-1 nan", ":9:", "box bound"},
                  {"-1 9", "9 9", ":10:", "no right-handed volume"},
                  {"-1 9", "9 -1", ":10:", "no right-handed volume"},
                  {"-1 9", "-1 9 3", ":9:", "must be 2 numbers"},
                  {"ATOMS id", "ATOMS xd", ":11:", "needed: id"},
                  {"x y z ix", "x y w ix", ":11:", "needed: id"},
                  {" type element ", " mol q ", ":11:", "needed: id"},
                  {"element x", "q x", ":12:", "--species"},
                  {"2 2 Zr", "2 2 Cu", ":13:", "another type has it already"},
                  {"2 2 Zr", "2 1 Zr", ":13:", "but this type is Cu"},
                  {"2 2 Zr", "2 2 ZR", ":13:", "did you mean \"Zr\"?"},
                  {"2 2 Zr", "2 0 Zr", ":13:", "atom type is '0'"},
                  {"2 2 Zr", "2 3 Zr", ":14:", "no atom tells the element of type 2"},
                  {"2 2 Zr", "2 999999999 Zr", ":13:", "atom type"},
                  {"2 2 Zr", "3 2 Zr", ":14:", "atom id 3 occurs twice, first on line 13"},
                  {"Zr 4 5 6", "Zr 4 NaN 6", ":13:", "position is 'NaN'"},
                  {"Zr 4 5 6", "Zr 4 5", ":13:", "8 words, must be 9"},
                  {"Zr 4 5 6", "Zr -4e200 5 6", ":13:", "box lengths"},
                  {"3 1 Cu 7 8 9 0 0 0\n", "", ":14:", "atom 3 of 3"},
                  {"8 9 0 0 0\n", "8 9 0 0 0\nITEM: TIMESTEP\n", ":16:", "the file ends"}});
}

TEST(HostileStructure, ExtendedXyzFiles) {
  expect_refused(good_xyz, "x.xyz",
                 {{"3\n", "0\n", ":1:", "number of atoms is '0'"},
                  {"3\n", "-3\n", ":1:", "number of atoms"},
                  {"3\n", "4\n", ":6:", "atom 4 of 4"},
                  {"3\n", "2\n", ":5:", "must be a number of atoms"},
                  {"3\n", "30000000\n", ":1:", "cut short"},
                  {"Lattice", "Latice", ":2:", "lacks Lattice"},
                  {"10 0 0 1", "10 0 1", ":2:", "Lattice"},
                  {"10 0 0 1", "0 0 0 1", ":2:", "no right-handed volume"},
                  {"10 0 0 1", "-10 0 0 1", ":2:", "no right-handed volume"},
                  {"10 0 0 1", "10 0 nan 1", ":2:", "finite"},
                  {"2 10\" P", "2 10 P", ":2:", "stands here twice"},
                  {"\"T T F\"", "\"T T\"", ":2:", "pbc"},
                  {"\"T T F\"", "\"T T X\"", ":2:", "must be T or F"},
                  {"\"T T F\"", "\"T T F", ":2:", "does not end"},
                  {"pbc=", "Time=2 pbc=", ":2:", "stands here twice"},
                  {"Time=1.5", "Time=soon", ":2:", "Time is 'soon'"},
                  {"Time=1.5", "Step=1.5", ":2:", "whole number"},
                  {"pos:R:3", "pos:R:2", ":2:", "must be R:3"},
                  {"pos:R:3", "pos:S:3", ":2:", "must be R:3"},
                  {"pos:R:3", "pos:R", ":2:", "name:type:count"},
                  {"pos:R:3", "pos:R:3:pos:R:3", ":2:", "second time"},
                  {"pos:R:3", "p:R:3", ":2:", "must hold species:S:1 and pos:R:3"},
                  {"pos:R:3", "x:R:999999:pos:R:3", ":2:", "count of property x"},
                  {"Zr 4 5 6 2", "Zr 4 5 2", ":4:", "4 words, must be 5"},
                  {"Zr 4 5 6 2", "Zr 4 5 inf 2", ":4:", "position is 'inf'"},
                  {"Zr 4 5 6 2", "Xx 4 5 6 2", ":4:", "not the symbol of an element"},
                  {"Zr 4 5 6 2", "Zr 4 5 6 1", ":4:", "atom id 1 occurs twice"},
                  {"Zr 4 5 6 2", "Zr 4 5 6 2.5", ":4:", "atom id"},
                  {"Cu 7 8 9 3\n", "", ":5:", "atom 3 of 3"}});
}

TEST(HostileStructure, BinaryEmptyAndDamagedGzip) {
  const ScratchFolder folder;
  const auto message_of = [&](const std::string& path) -> std::string {
    try {
      read_structure(path);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  std::ofstream(folder / "nul.xyz", std::ios::binary) << std::string("3\nLat\0tice=1\n", 13);
  EXPECT_NE(message_of(folder / "nul.xyz").find(":2: line holds a NUL byte"), std::string::npos);
  for (const char* name : {"empty.data", "empty.dump", "empty.xyz"}) {
    std::ofstream(folder / name) << "";
    EXPECT_NE(message_of(folder / name), "") << name;
  }
  std::ofstream(folder / "long.dump") << std::string(3u << 20, 'x');
  EXPECT_NE(message_of(folder / "long.dump").find("longer than"), std::string::npos);
  const std::string path = folder / "cut.xyz.gz";
  std::string text = good_xyz;
  for (int k = 0; k < 1000; ++k) text += good_xyz;
  const gzFile out = gzopen(path.c_str(), "wb");
  gzwrite(out, text.data(), static_cast<unsigned>(text.size()));
  gzclose(out);
  std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2);
  try {
    const auto reader = open_frames(path);
    while (reader->next()) {
    }
    FAIL() << "half a gzip file was accepted";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("damaged or cut short"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace patina
