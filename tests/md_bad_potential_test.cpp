// SPDX-License-Identifier: BSD-3-Clause
// Hostile potential files (reliability.md F2): small valid files, each with one thing wrong. Truth: the
// message that names file, line, what was found and what is allowed.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "bad_potentials.hpp"
#include "core/error.hpp"
#include "md/eam_file.hpp"
#include "tests/small_potentials.hpp"

namespace patina::test {
namespace {

using namespace std::string_literals;

TEST(BadPotentialFile, EndsInALocatedMessage) {
  const auto files = bad_potentials();
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
