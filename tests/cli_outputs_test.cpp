// SPDX-License-Identifier: BSD-3-Clause
// Outputs that cannot be written are refused before work. Truth: what the verbs are given to read is no input of anything, so that a verb that
// begins to read ends with 65 (bad input), one that looks at its outputs first with 73 or 64; and no file changes.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "program.hpp"
#include "scratch_folder.hpp"

namespace patina {
namespace {

using test::run_patina;
using test::ScratchFolder;

void write(const std::string& path, const std::string& text) { std::ofstream(path) << text; }

class Outputs : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* name : {"a.txt", "b.txt", "kept.json", "kept.png"}) write(folder_ / name, "mine");
  }
  void TearDown() override {
    for (const char* name : {"a.txt", "b.txt", "kept.json", "kept.png"}) EXPECT_EQ(test::read_text_file(folder_ / name), "mine") << name;
    EXPECT_FALSE(std::filesystem::exists(folder_ / "out.json"));
    EXPECT_FALSE(std::filesystem::exists(folder_ / "out"));
  }
  void refuse(const std::string& command, int status, const std::vector<std::string>& words) const {
    const auto ran = run_patina(command);
    EXPECT_EQ(ran.status, status) << command << "\n" << ran.output;
    for (const std::string& word : words) EXPECT_NE(ran.output.find(word), std::string::npos) << command << ": " << word << "\n" << ran.output;
  }
  const ScratchFolder folder_;
};

TEST_F(Outputs, AreLookedAtBeforeAnythingIsRead) {
  const std::string a = folder_ / "a.txt", two = a + " " + folder_ / "b.txt";
  for (const std::string& verb : {"plan " + a, "correlate " + two, "score " + two, "analyse " + a, "compare " + two, "structure " + a}) {
    const std::string output = verb + " -o " + folder_ / "out.json";
    refuse(output, 65, {".txt"});  // nothing is wrong with the output: the input is read
    refuse(verb + " -o " + folder_ / "kept.json", 73, {"kept.json: exists already; --overwrite replaces it"});
    refuse(verb + " -o " + folder_ / "no/out.json", 73, {"no/out.json", "does not exist"});
    refuse(verb + " -o " + a + " --overwrite", 73, {"a.txt: is what the work reads"});
    refuse(output + " --figure " + folder_ / "kept.png", 73, {"kept.png: exists already"});
    refuse(output + " --figure " + folder_ / "no/out.png", 73, {"no/out.png", "does not exist"});
    refuse(output + " --figure " + folder_ / "out.jpg", 64, {"out.jpg", ".png .pdf .svg"});
    refuse(verb + " -o " + folder_ / "out.png" + " --figure " + folder_ / "out.png --overwrite", 73, {"out.png: two outputs have this name"});
  }
}

// What a folder holds is as much what is read as a file that is named.
TEST_F(Outputs, AreNotWhatStandsInAFolderThatIsRead) {
  std::filesystem::create_directories(folder_ / "movie");
  write(folder_ / "movie/synth.h5", "mine");
  for (const std::string& command : {"score " + folder_ / "a.txt" + " " + folder_ / "movie", "score " + folder_ / "movie" + " " + folder_ / "a.txt"})
    refuse(command + " --overwrite -o " + folder_ / "movie/synth.h5", 73, {"movie/synth.h5: is what the work reads"});
  EXPECT_EQ(test::read_text_file(folder_ / "movie/synth.h5"), "mine");
}

// Here the input must be read: what its figure needs stands in it. But generators, which may take minutes, are not made: this one cannot be.
TEST_F(Outputs, OfSynthAreLookedAtBeforeItsGenerators) {
  write(folder_ / "in.json", R"({"frames": {"count": 30, "interval_s": 1}, "speckles": 64, "generator": "ar1", "zones": [{"kww_exponent": 1.5, "clock": {"type": "stationary", "tau_s": 4}}]})");
  const std::string verb = "synth " + folder_ / "in.json" + " -o ", figure = verb + folder_ / "out --figure ";
  refuse(verb + folder_ / "out", 65, {"in.json", "generator"});
  std::filesystem::create_directories(folder_ / "full");
  write(folder_ / "full/notes.txt", "mine");
  refuse(verb + folder_ / "full", 73, {"full: is not empty"});
  refuse(figure + folder_ / "kept.png", 73, {"kept.png: exists already"});
  refuse(figure + folder_ / "no/out.png", 73, {"no/out.png", "does not exist"});
  refuse(figure + folder_ / "out.jpg", 64, {"out.jpg", ".png .pdf .svg"});
}

}  // namespace
}  // namespace patina
