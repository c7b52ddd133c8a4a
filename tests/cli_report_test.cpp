// SPDX-License-Identifier: BSD-3-Clause
// Truth: `patina report` on run folders of known content. The page must hold every figure inside itself, name
// the numbers the folder was made from, and do without what a run lacks; PNG sizes are read from the files'
// headers.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <regex>
#include <sstream>

#include "scratch_folder.hpp"
#include "synthetic_run.hpp"

namespace patina {
namespace {

using test::ScratchFolder;
using test::SyntheticRun;
using test::write_synthetic_run;
namespace fs = std::filesystem;

int run_program(const std::string& arguments) {
  const std::string command = std::string(PATINA_PROGRAM) + " " + arguments + " >/dev/null 2>&1";
  const int status = std::system(command.c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

std::string text_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

int count_of(const std::string& text, const std::string& word) {
  int count = 0;
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++count;
  return count;
}

int figures_in(const std::string& folder) {
  int count = 0;
  for (const auto& item : fs::directory_iterator(folder)) {
    const auto png = text_of(item.path().string());
    EXPECT_EQ(png.substr(1, 3), "PNG") << item.path();
    const auto* bytes = reinterpret_cast<const unsigned char*>(png.data());
    const int width = bytes[16] << 24 | bytes[17] << 16 | bytes[18] << 8 | bytes[19];
    EXPECT_GE(width, 800) << item.path();  // 5 in at 160 dpi
    ++count;
  }
  return count;
}

TEST(ReportTest, PageHoldsEverythingInItself) {
  ScratchFolder folder;
  write_synthetic_run(folder.path(), {});
  ASSERT_EQ(run_program("report " + folder.path()), 0);
  const auto page = text_of(folder / "report.html");
  const int figures = figures_in(folder / "figures");
  EXPECT_EQ(figures, 7);  // quench, S(q), f(q,t), two-time map, ageing, self parts, overview
  EXPECT_EQ(count_of(page, "src=\"data:image/png;base64,"), figures);
  EXPECT_EQ(count_of(page, "src="), figures);
  EXPECT_EQ(count_of(page, "<script"), 0);
  EXPECT_EQ(count_of(page, "http"), 0);
  for (const char* said :
       {"1500 atoms", "Cu-Zr_4.eam.fs", "no ageing is claimed", "over other windows", "seed 20260101"})
    EXPECT_NE(page.find(said), std::string::npos) << said;
}

TEST(ReportTest, DoesWithoutWhatARunLacks) {
  ScratchFolder folder;
  SyntheticRun bare;  // a glass that does not relax, one waiting time, no quench, no S(q)
  bare.quench = bare.structure = false;
  bare.waiting_times = 1;
  bare.tau0_ps = 500.0;
  bare.tau_star_ps = std::numeric_limits<double>::infinity();
  write_synthetic_run(folder.path(), bare);
  ASSERT_EQ(run_program("report " + folder.path()), 0);
  const auto page = text_of(folder / "report.html");
  EXPECT_NE(page.find("the protocol has no quench"), std::string::npos);
  EXPECT_NE(page.find("No fit is given"), std::string::npos);
  EXPECT_EQ(figures_in(folder / "figures"), 4);  // f(q,t), two-time map, self parts, overview
}

// One interval for one number: on the terminal, in analysis.json and on the page. 4 x 400 vectors are 1600 speckles.
TEST(ReportTest, SaysTheSameEverywhere) {
  ScratchFolder folder;
  SyntheticRun run;
  run.quench = run.structure = false;
  run.replicas = 4;
  run.waiting_times = 3;
  write_synthetic_run(folder.path(), run);
  const auto words = folder / "terminal.txt";
  ASSERT_EQ(std::system((std::string(PATINA_PROGRAM) + " report " + folder.path() + " >" + words).c_str()), 0);
  const auto page = text_of(folder / "report.html"), terminal = text_of(words);
  std::smatch found;
  int compared = 0;
  auto rest = terminal;
  for (; std::regex_search(rest, found, std::regex("tau = (\\S+) ps \\((\\S+)-(\\S+)\\), exponent")); rest = found.suffix()) {
    const std::string shown = found[1].str() + " <small>(" + found[2].str() + "–" + found[3].str() + ")</small>";
    EXPECT_NE(page.find(shown), std::string::npos) << shown;
    ++compared;
  }
  EXPECT_EQ(compared, 3);
  EXPECT_NE(page.find("1600 speckles in 4 replicas"), std::string::npos);
  EXPECT_NE(page.find("1600 wavevectors in 4 replicas together"), std::string::npos);
}

TEST(ReportTest, EndsWithTheRightCode) {
  ScratchFolder folder;
  EXPECT_EQ(run_program("report " + (folder / "nothing")), 66);
  EXPECT_EQ(run_program("analyse " + folder.path()), 66);
  EXPECT_EQ(run_program("report"), 64);
}

}  // namespace
}  // namespace patina
