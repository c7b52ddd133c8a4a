// SPDX-License-Identifier: BSD-3-Clause
// Hostile potential files (reliability.md F2): small valid files, each with one thing wrong. Truth: the
// message that names file, line, what was found and what is allowed.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/error.hpp"
#include "md/eam_file.hpp"
#include "tests/small_potentials.hpp"

namespace patina::test {
namespace {

using namespace std::string_literals;

struct BadFile {
  const char* what;
  std::string name;
  std::string text;
  std::vector<std::string> message;  // parts that it must hold
};

std::vector<BadFile> bad_files() {
  const std::string fs = "x.eam.fs", alloy = "x.eam.alloy", eam = "x.eam";
  const Lines good = small_fs(), good_alloy = small_alloy(), good_funcfl = small_funcfl();
  const std::string thirty_three = [] {
    std::string line = "33";
    for (int k = 0; k < 33; ++k) line += " X" + std::to_string(k);
    return line;
  }();
  std::vector<BadFile> files = {
      {"one value too many",
       fs,
       with_line(good, 8, "4 3.5 3 2.5 2 1.5 1 0.5 0.25"),
       {"x.eam.fs:8:", "rho of Cu at Cu", "'0.25'", "8 values"}},
      {"one value too many, on its own line",
       fs,
       with_line(good, 8, "4 3.5 3 2.5 2 1.5 1 0.5\n0.25"),
       {"x.eam.fs:10:", "rho of Cu at Zr", "too few before"}},
      {"one value too few",
       fs,
       with_line(good, 8, "4 3.5 3 2.5 2 1.5 1"),
       {"x.eam.fs:9:", "rho of Cu at Cu", "too few before this line"}},
      {"one value too few before an element line",
       fs,
       with_line(good, 9, "4 3.5 3 2.5 2 1.5 1"),
       {"x.eam.fs:10:", "rho of Cu at Zr", "'91.224'"}},
      {"one value too few at the end",
       fs,
       with_line(good, 16, "4 3.5 3 2.5 2 1.5 1"),
       {"x.eam.fs:16:", "file ends in r phi of Zr-Zr", "7 of 8"}},
      {"one value too many at the end", fs, text_of(good) + "0.25\n", {"x.eam.fs:17:", "'0.25'", "follows"}},
      {"text after the end", fs, text_of(good) + "\nThe end\n", {"x.eam.fs:18:", "'The'"}},
      {"one density table too few", fs, without_line(good, 9), {"x.eam.fs:9:", "rho of Cu at Zr is 'hcp'"}},
      {"truncated in a table",
       fs,
       text_of(good).substr(0, text_of(good).size() - 12),
       {"x.eam.fs:16:", "of 8"}},
      {"truncated in the header",
       fs,
       text_of({good.begin(), good.begin() + 3}),
       {"x.eam.fs:3:", "ends before line 4"}},
      {"truncated after the header", fs, text_of({good.begin(), good.begin() + 5}), {"x.eam.fs:5:", "bytes"}},
      {"Nr of 0", fs, with_line(good, 5, "6 0.25 0 0.5 4.0"), {"x.eam.fs:5:", "Nr is 0", "5 or more"}},
      {"Nr of -1", fs, with_line(good, 5, "6 0.25 -1 0.5 4.0"), {"x.eam.fs:5:", "Nr is -1", "5 or more"}},
      {"Nr of 1e9",
       fs,
       with_line(good, 5, "6 0.25 1000000000 0.5 4.0"),
       {"x.eam.fs:5:", "1000000000", "bytes"}},
      {"Nr of 1e9 in exponent form",
       fs,
       with_line(good, 5, "6 0.25 1e9 0.5 4.0"),
       {"x.eam.fs:5:", "Nr is '1e9'", "whole"}},
      {"Nrho of 2^31",
       fs,
       with_line(good, 5, "2147483648 0.25 8 0.5 4.0"),
       {"x.eam.fs:5:", "Nrho", "2147483648"}},
      {"Nrho of 1e9", fs, with_line(good, 5, "1000000000 0.25 8 0.5 4.0"), {"x.eam.fs:5:", "bytes"}},
      {"Nrho of 4", fs, with_line(good, 5, "4 0.25 8 0.5 4.0"), {"x.eam.fs:5:", "Nrho is 4", "5 or more"}},
      {"Nr with a fraction",
       fs,
       with_line(good, 5, "6 0.25 8.5 0.5 4.0"),
       {"x.eam.fs:5:", "Nr is '8.5'", "whole"}},
      {"dr of 0", fs, with_line(good, 5, "6 0.25 8 0 4.0"), {"x.eam.fs:5:", "dr is '0'", "more than 0"}},
      {"dr negative",
       fs,
       with_line(good, 5, "6 0.25 8 -0.5 4.0"),
       {"x.eam.fs:5:", "dr is '-0.5'", "more than 0"}},
      {"dr not a number",
       fs,
       with_line(good, 5, "6 0.25 8 NaN 4.0"),
       {"x.eam.fs:5:", "dr is 'NaN'", "finite"}},
      {"drho infinite",
       fs,
       with_line(good, 5, "6 inf 8 0.5 4.0"),
       {"x.eam.fs:5:", "drho is 'inf'", "finite"}},
      {"drho overflowing", fs, with_line(good, 5, "6 1e999 8 0.5 4.0"), {"x.eam.fs:5:", "'1e999'", "finite"}},
      {"cutoff beyond the table",
       fs,
       with_line(good, 5, "6 0.25 8 0.5 4.6"),
       {"x.eam.fs:5:", "'4.6'", "at most Nr dr = 4"}},
      {"cutoff of 0",
       fs,
       with_line(good, 5, "6 0.25 8 0.5 0"),
       {"x.eam.fs:5:", "cutoff is '0'", "more than 0"}},
      {"four header numbers",
       fs,
       with_line(good, 5, "6 0.25 8 0.5"),
       {"x.eam.fs:5:", "4 words", "five numbers"}},
      {"eam/he", fs, with_line(good, 5, "6 0.25 8 0.5 4.0 12.0"), {"x.eam.fs:5:", "eam/he"}},
      {"0 elements", fs, with_line(good, 4, "0"), {"x.eam.fs:4:", "elements is 0", "1 to 32"}},
      {"33 elements", fs, with_line(good, 4, thirty_three), {"x.eam.fs:4:", "elements is 33", "1 to 32"}},
      {"-2 elements", fs, with_line(good, 4, "-2 Cu Zr"), {"x.eam.fs:4:", "elements is -2"}},
      {"no element line", fs, with_line(good, 4, ""), {"x.eam.fs:4:", "blank"}},
      {"fewer names than elements", fs, with_line(good, 4, "2 Cu"), {"x.eam.fs:4:", "declares 2", "names 1"}},
      {"more names than elements",
       fs,
       with_line(good, 4, "2 Cu Zr Al"),
       {"x.eam.fs:4:", "declares 2", "names 3"}},
      {"an element twice", fs, with_line(good, 4, "2 Cu Cu"), {"x.eam.fs:4:", "'Cu' twice"}},
      {"names instead of a number", fs, with_line(good, 4, "Cu Zr"), {"x.eam.fs:4:", "'Cu'", "whole number"}},
      {"element not there", fs, with_line(good, 4, "2 Cu Al"), {"x.eam.fs:", "no element 'Zr'", "Cu, Al"}},
      {"element in another case",
       fs,
       with_line(good, 4, "2 Cu ZR"),
       {"no element 'Zr'", "did you mean 'ZR'?"}},
      {"mass negative",
       fs,
       with_line(good, 6, "29 -63.546 3.61 fcc"),
       {"x.eam.fs:6:", "mass of Cu", "'-63.546'"}},
      {"mass missing", fs, with_line(good, 6, "29"), {"x.eam.fs:6:", "1 words", "mass"}},
      {"mass not a number",
       fs,
       with_line(good, 6, "29 heavy 3.61 fcc"),
       {"x.eam.fs:6:", "mass of Cu is 'heavy'"}},
      {"lattice constant not a number",
       fs,
       with_line(good, 6, "29 63.5 fcc 3.61"),
       {"x.eam.fs:6:", "lattice constant", "'fcc'"}},
      {"atomic number with a fraction",
       fs,
       with_line(good, 6, "29.5 63.546 3.61 fcc"),
       {"x.eam.fs:6:", "'29.5'", "whole"}},
      {"atomic number of 500",
       fs,
       with_line(good, 6, "500 63.546 3.61 fcc"),
       {"x.eam.fs:6:", "500", "0 to 118"}},
      {"lattice line too long",
       fs,
       with_line(good, 6, "29 63.546 3.61 fcc cube"),
       {"x.eam.fs:6:", "5 words"}},
      {"text in a table",
       fs,
       with_line(good, 7, "0 -0.5 minus -1.0 -1.125 -1.25"),
       {"x.eam.fs:7:", "value 3 of 6 of F of Cu", "'minus'", "a number"}},
      {"NaN in a table",
       fs,
       with_line(good, 7, "0 -0.5 nan -1.0 -1.125 -1.25"),
       {"x.eam.fs:7:", "'nan'", "finite"}},
      {"infinity in a table",
       fs,
       with_line(good, 7, "0 -0.5 -Infinity -1.0 -1.125 -1.25"),
       {"x.eam.fs:7:", "finite"}},
      {"Unicode minus",
       fs,
       with_line(good, 7, "0 \u22120.5 -0.75 -1.0 -1.125 -1.25"),
       {"x.eam.fs:7:", "value 2", "U+2212"}},
      {"decimal comma", fs, with_line(good, 7, "0 -0,5 -0.75 -1.0 -1.125 -1.25"), {"x.eam.fs:7:", "comma"}},
      {"two points in a number",
       fs,
       with_line(good, 7, "0 -0.5. -0.75 -1.0 -1.125 -1.25"),
       {"x.eam.fs:7:", "'-0.5.'"}},
      {"exponent without its letter",
       fs,
       with_line(good, 7, "0 -0.5-101 -0.75 -1.0 -1.125 -1.25"),
       {"x.eam.fs:7:", "'-0.5-101'"}},
      {"hexadecimal number",
       fs,
       with_line(good, 7, "0 0x10 -0.75 -1.0 -1.125 -1.25"),
       {"x.eam.fs:7:", "'0x10'"}},
      {"control characters",
       fs,
       with_line(good, 7, "0 \x1b[31m -0.75 -1.0 -1.125 -1.25"),
       {"x.eam.fs:7:", "\\x1b"}},
      {"empty", fs, "", {"x.eam.fs: the file is empty"}},
      {"blank", fs, "\n\n   \r\n", {"x.eam.fs: the file is empty"}},
      {"binary",
       fs,
       "\x7f"
       "ELF\x02\x01\x01\x00\x00\x00garbage"s,
       {"x.eam.fs: byte 8 is NUL", "plain text"}},
      {"UTF-16",
       fs,
       "\xff\xfe"
       "a\0 \0c\0"s,
       {"x.eam.fs: byte 4 is NUL", "UTF-16"}},
      {"one endless line", fs, std::string(100000, '7'), {"x.eam.fs:1:", "ends before line"}},
      {"units real",
       fs,
       with_line(good, 1, "DATE: 2007-06-11 UNITS: real"),
       {"x.eam.fs:1:", "'real'", "metal"}},
      {"alloy named fs", fs, text_of(good_alloy), {"x.eam.fs:5:", "rename the file to .eam.alloy"}},
      {"fs named alloy", alloy, text_of(good), {"x.eam.alloy:5:", "rename the file to .eam.fs"}},
      {"alloy with one value too few",
       alloy,
       with_line(good_alloy, 8, "4 3.5 3 2.5 2 1.5 1"),
       {"x.eam.alloy:9:", "rho of Cu"}},
      {"funcfl with one value too few",
       eam,
       with_line(good_funcfl, 5, "4 3.5 3 2.5 2 1.5 1"),
       {"x.eam:6:", "Z(r)", "too few"}},
      {"funcfl truncated", eam, without_line(good_funcfl, 6), {"x.eam:5:", "ends in rho", "0 of 8"}},
      {"funcfl that goes on", eam, text_of(good_funcfl) + "1\n", {"x.eam:7:", "follows"}},
      {"funcfl of 1e9 points",
       eam,
       with_line(good_funcfl, 3, "6 0.25 1000000000 0.5 4.0"),
       {"x.eam:3:", "bytes"}},
      {"funcfl without an element",
       eam,
       with_line(good_funcfl, 2, "0 63.546 3.61 fcc"),
       {"x.eam:2:", "atomic number is 0", "1 to 118"}},
      {"funcfl with dr of 0", eam, with_line(good_funcfl, 3, "6 0.25 8 0 4.0"), {"x.eam:3:", "dr is '0'"}},
      {"funcfl of another element",
       eam,
       with_line(good_funcfl, 2, "28 58.71 3.52 fcc"),
       {"x.eam:2:", "28 (Ni)", "Cu, Zr"}},
      {"funcfl of one element for two species",
       eam,
       text_of(good_funcfl),
       {"x.eam:", "no element 'Zr'", "Cu"}},
  };
  return files;
}

TEST(BadPotentialFile, EndsInALocatedMessage) {
  const auto files = bad_files();
  ASSERT_GE(files.size(), 30u);
  for (const auto& file : files) {
    SCOPED_TRACE(file.what);
    try {
      parse_eam({file.name}, {file.text}, copper_zirconium);
      ADD_FAILURE() << "was read";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::bad_input);
      const std::string message = error.what();
      EXPECT_EQ(message.rfind(file.name + ":", 0), 0u) << message;
      for (const auto& part : file.message)
        EXPECT_NE(message.find(part), std::string::npos) << part << " in " << message;
    }
  }
}

TEST(BadPotentialFile, UndamagedFilesAreRead) {
  EXPECT_EQ(parse_eam({"x.eam.fs"}, {text_of(small_fs())}, copper_zirconium).density[0][1][0], 4.0);
  EXPECT_EQ(parse_eam({"x.eam.alloy"}, {text_of(small_alloy())}, copper_zirconium).density[0][1][0], 4.0);
  EXPECT_EQ(parse_eam({"x"}, {text_of(small_funcfl())}, {"Cu"}).embedding[0].size(), 5u);
}

// Cut anywhere but inside its last number, no file is read; nothing but Error comes out of one.
TEST(BadPotentialFile, CutAnywhereIsAnError) {
  for (const auto& [name, lines] : {std::pair{"x.eam.fs", small_fs()}, {"x.eam.alloy", small_alloy()}}) {
    const std::string text = text_of(lines);
    for (std::size_t bytes = 0; bytes + 4 < text.size(); ++bytes)
      EXPECT_THROW(parse_eam({name}, {text.substr(0, bytes)}, copper_zirconium), Error) << bytes;
  }
}

// Every byte replaced by each of these: read or refused, and what is read has tables of the declared size.
TEST(BadPotentialFile, AnyByteReplacedIsReadOrRefused) {
  int refused = 0;
  const std::string hostile = "\0\n\r\t -+.,9eDn#\x80\xff"s;
  for (const auto& [name, lines] :
       {std::pair{"x.eam.fs", small_fs()}, {"x.eam", small_funcfl()}, {"x", small_alloy()}}) {
    const std::string good = text_of(lines);
    const std::vector<std::string> species = std::string(name) == "x.eam" ? Lines{"Cu"} : copper_zirconium;
    for (std::size_t place = 0; place < good.size(); ++place)
      for (const char byte : hostile) {
        std::string text = good;
        text[place] = byte;
        try {
          const auto functions = parse_eam({name}, {text}, species);
          make_eam_tables(functions);
        } catch (const Error& error) {
          ++refused;
          ASSERT_EQ(error.code(), ExitCode::bad_input) << error.what();
        }
      }
  }
  EXPECT_GT(refused, 1000);
}

}  // namespace
}  // namespace patina::test
