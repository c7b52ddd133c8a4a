// SPDX-License-Identifier: BSD-3-Clause
// Potential files that are odd but good, several files, files that cannot be read. Truth: the tables of the
// same file without the oddity; the messages agreed.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "core/error.hpp"
#include "md/eam_file.hpp"
#include "tests/scratch_folder.hpp"
#include "tests/small_potentials.hpp"

namespace patina::test {
namespace {

TEST(OddPotentialFile, GivesTheSameTables) {
  const Lines good = small_fs();
  const auto expected = parse_eam({"x.eam.fs"}, {text_of(good)}, copper_zirconium);
  const std::string text = text_of(good);
  const std::vector<std::pair<const char*, std::string>> odd = {
      {"CRLF", text_of(good, "\r\n")},
      {"no newline at the end", text.substr(0, text.size() - 1)},
      {"byte order mark", "\xef\xbb\xbf" + text},
      {"Fortran exponents", with_line(good, 7, "0 -0.5D0 -7.5d-01 -1.0D+00 -0.1125D+01 -1.25D00")},
      {"Fortran exponents in the header", with_line(good, 5, "6 2.5D-1 8 5.0D-01 4.0D0")},
      {"plus signs", with_line(good, 7, "+0 -0.5 -0.75 -1.0 -1.125 -1.25")},
      {"other breaks of lines", with_line(good, 7, "0 -0.5\n-0.75\n\n-1.0 -1.125\n-1.25")},
      {"tabs and blanks", with_line(good, 7, "  0\t-0.5 \t-0.75   -1.0 -1.125 -1.25  ")},
      {"comments", with_line(good, 7, "0 -0.5 -0.75 -1.0 -1.125 -1.25 # embedding") + "\n# the end\n"},
      {"no lattice", with_line(good, 6, "29 63.546")},
      {"units metal", with_line(good, 1, "DATE: 2007-06-11 UNITS: metal CONTRIBUTOR: nobody")},
      {"underflow to zero", with_line(good, 7, "1e-4000 -0.5 -0.75 -1.0 -1.125 -1.25")},
  };
  for (const auto& [what, odd_text] : odd) {
    SCOPED_TRACE(what);
    const auto found = parse_eam({"x.eam.fs"}, {odd_text}, copper_zirconium);
    EXPECT_EQ(found.embedding, expected.embedding);
    EXPECT_EQ(found.density, expected.density);
    EXPECT_EQ(found.r_phi, expected.r_phi);
    EXPECT_EQ(found.cutoff, expected.cutoff);
    EXPECT_EQ(found.mass_amu, expected.mass_amu);
  }
}

TEST(SeveralFiles, MustBeFuncflOfOneElementEach) {
  const std::string copper = text_of(small_funcfl());
  const std::string nickel = with_line(small_funcfl(), 2, "28 58.71 3.52 fcc");
  EXPECT_EQ(parse_eam({"cu", "ni"}, {copper, nickel}, {"Ni", "Cu"}).mass_amu,
            (std::vector<double>{58.71, 63.546}));
  const auto expect_error = [](const std::vector<std::string>& texts, const Lines& species,
                               const std::string& part) {
    try {
      parse_eam({"a", "b"}, texts, species);
      ADD_FAILURE() << part;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::bad_input);
      EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
    }
  };
  expect_error({copper, copper}, {"Cu"}, "one file per element");
  expect_error({copper, text_of(small_fs())}, {"Cu", "Zr"}, "b: is no funcfl file");
  expect_error({copper, nickel}, {"Cu"}, "28 (Ni)");
  expect_error({copper, nickel}, {}, "no species");
}

TEST(UnreadableFile, IsMissingInput) {
  const ScratchFolder folder;
  std::ofstream(folder / "plain") << "x";
  std::filesystem::create_symlink("nowhere", folder / "dangling");
  for (const std::string& path :
       {folder / "none", folder.path(), folder / "plain/below", folder / "dangling"}) {
    try {
      read_eam_file(path, copper_zirconium);
      ADD_FAILURE() << path;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::missing_input);
      EXPECT_EQ(std::string(error.what()).rfind(path + ":", 0), 0u) << error.what();
    }
  }
}

}  // namespace
}  // namespace patina::test
