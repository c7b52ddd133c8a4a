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

#include "python.hpp"
#include "scratch_folder.hpp"
#include "synthetic_dynamics.hpp"
#include "synthetic_run.hpp"

namespace patina {
namespace {

using test::ScratchFolder;
using test::SyntheticRun;
using test::write_synthetic_dynamics;
using test::write_two_steps;
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

// The entry's tau falls as q^-1.5, its Cu diffuses at 0.013 A^2/ps, its Zr does not.
TEST(ReportTest, ShowsDynamicsOverDecades) {
  ScratchFolder folder;
  SyntheticRun bare;
  bare.xpcs = bare.structure = false;
  write_synthetic_run(folder.path(), bare);
  std::filesystem::remove(folder / "xpcs.h5");
  write_synthetic_dynamics(folder / "xpcs.h5", "step03_anneal_dynamics", 0);
  ASSERT_EQ(run_program("report " + folder.path()), 0);
  const auto page = text_of(folder / "report.html");
  for (const char* said : {"Dynamics over decades in step 3 (anneal)", "n = 1.5", "D of Cu = 0.013 Å<sup>2</sup>/ps", "f<sub>q</sub>, plateau",
                           "<td class=\"n\">none</td>"})
    EXPECT_NE(page.find(said), std::string::npos) << said;
  EXPECT_EQ(page.find("D of Zr"), std::string::npos);
  EXPECT_EQ(page.find("no relaxation time"), std::string::npos);
  EXPECT_EQ(figures_in(folder / "figures"), 4);  // quench, relaxation, displacements, overview
}

// A plateau of 0.7, at 0.4 ps or so less 1 %.
TEST(ReportTest, ShowsPlateausBesideTheAmplitudes) {
  ScratchFolder folder;
  SyntheticRun bare;
  bare.xpcs = bare.structure = bare.quench = false;
  write_synthetic_run(folder.path(), bare);
  std::filesystem::remove(folder / "xpcs.h5");
  write_synthetic_dynamics(folder / "xpcs.h5", "step03_anneal_dynamics", 0);
  write_two_steps(folder / "xpcs.h5", "step03_anneal_dynamics", 0.7);
  ASSERT_EQ(run_program("report " + folder.path()), 0);
  EXPECT_NE(text_of(folder / "report.html").find("<td class=\"n\">0.69"), std::string::npos);
  const auto numbers = text_of(folder / "analysis.json");
  for (const char* said : {R"("plateau": {)", R"("minus_slope": )"}) EXPECT_NE(numbers.find(said), std::string::npos) << said;
}

void replace_in(const std::string& path, const std::string& old_words, const std::string& new_words) {
  auto text = text_of(path);
  const auto at = text.find(old_words);
  ASSERT_NE(at, std::string::npos) << old_words;
  std::ofstream(path, std::ios::binary) << text.replace(at, old_words.size(), new_words);
}

// Draws figures of a run's data and says what stands in them, by matplotlib's own account.
constexpr const char* look_at_figures = R"(
import sys
sys.path.insert(0, sys.argv[2])
import matplotlib
matplotlib.use('Agg')
import figures_quench, figures_scattering, run_data
run = run_data.Run(sys.argv[1])
top = figures_quench.overview_figure(run).axes[0]
print('boundaries', *sorted({round(float(line.get_xdata()[0]), 6) for line in top.lines if line.get_linestyle() == ':'}))
print('names', *[text.get_text() for text in top.texts])
print('temperatures in frame', top.get_ylim()[0] < 300 and top.get_ylim()[1] > 2000)
quench = figures_quench.quench_figure(run, run.analysis['glass_transition'][0])
legend = quench.axes[0].get_legend()
for text, handle in zip(legend.get_texts(), legend.legend_handles if hasattr(legend, 'legend_handles') else legend.legendHandles):
    print('legend', text.get_text())
relaxation = run.analysis['relaxation'][0]
for factor in (1, 1000):
    for curves in relaxation['self']:
        for fit in curves['fits']:
            fit['chi_squared'] = factor * fit['degrees_of_freedom']
    for text in figures_scattering.self_figure(run, relaxation).axes[0].get_legend().get_texts():
        print('self', factor, 'poor fit' in text.get_text(), '–' in text.get_text(), text.get_text())
)";

// Truth: 8 ps of melt, a quench from 2000 to 300 K in 85 ps, a heat in 5.5 ps; chi^2 a thousand times its degrees of freedom is poor.
TEST(ReportTest, FiguresStandWhereTheProtocolSays) {
  ScratchFolder folder;
  write_synthetic_run(folder.path(), {});
  ASSERT_EQ(run_program("analyse " + folder.path()), 0);
  const auto seen =
      test::run_python(folder / "look.py", look_at_figures, folder.path() + " " PATINA_SOURCE_DIR "/scripts/report");
  ASSERT_EQ(seen.status, 0) << seen.output;
  EXPECT_NE(seen.output.find("boundaries 0.0 8.0 93.0 98.5\n"), std::string::npos) << seen.output;
  EXPECT_NE(seen.output.find("names melt quench heat anneal\n"), std::string::npos) << seen.output;
  EXPECT_NE(seen.output.find("temperatures in frame True\n"), std::string::npos) << seen.output;
  for (const char* entry : {"legend glass line, its window\n", "legend liquid line, its window\n", "legend its bootstrap"})
    EXPECT_NE(seen.output.find(entry), std::string::npos) << entry << seen.output;
  EXPECT_EQ(count_of(seen.output, "self 1 False True"), 4) << seen.output;
  EXPECT_EQ(count_of(seen.output, "self 1000 True False"), 4) << seen.output;
}

TEST(ReportTest, TellsHowTheForcesWereComputed) {
  ScratchFolder folder;
  SyntheticRun run;
  run.structure = false;
  write_synthetic_run(folder.path(), run);
  ASSERT_EQ(run_program("report " + folder.path()), 0);
  EXPECT_EQ(text_of(folder / "report.html").find("smooth tables"), std::string::npos);
  EXPECT_EQ(text_of(folder / "report.html").find("single precision"), std::string::npos);
  replace_in(folder / "resolved.json", R"("time_step_fs":2.0)", R"("time_step_fs":2.0,"precision":"mixed","tables":"smooth")");
  ASSERT_EQ(run_program("report " + folder.path()), 0);
  const auto page = text_of(folder / "report.html");
  for (const char* said : {"tables: smooth", "precision: mixed", "of the file; the forces came from smooth tables"})
    EXPECT_NE(page.find(said), std::string::npos) << said;
  const auto numbers = text_of(folder / "analysis.json");
  EXPECT_NE(numbers.find(R"("precision": "mixed")"), std::string::npos);
  EXPECT_NE(numbers.find(R"("tables": "smooth")"), std::string::npos);
}

TEST(ReportTest, CountsTheReplicasThatHaveNotBegun) {
  ScratchFolder folder;
  SyntheticRun run;
  run.xpcs = run.structure = false;
  run.replicas = 2;
  write_synthetic_run(folder.path(), run);
  ASSERT_EQ(run_program("report " + folder.path()), 0);
  EXPECT_EQ(text_of(folder / "report.html").find("not finished"), std::string::npos);
  replace_in(folder / "resolved.json", R"("replicas":2)", R"("replicas":3)");
  replace_in(folder / "resolved.json", R"("duration_ps":80)", R"("duration_ps":160)");
  ASSERT_EQ(run_program("report " + folder.path()), 0);
  const auto page = text_of(folder / "report.html");
  for (const char* said : {"replica_000 has 80 of 160 ps of its last step", "replica_001 has 80 of 160 ps",
                           "1 of 3 replicas has not begun"})
    EXPECT_NE(page.find(said), std::string::npos) << said;
  // One that has written the names of its columns and nothing else; and a run of nothing else.
  std::filesystem::create_directories(folder / "replica_002");
  const auto table = text_of(folder / "replica_000/thermo.csv");
  std::ofstream(folder / "replica_002/thermo.csv") << table.substr(0, table.find('\n') + 1);
  ASSERT_EQ(run_program("report " + folder.path()), 0);
  EXPECT_NE(text_of(folder / "report.html").find("1 of 3 replicas has not begun"), std::string::npos);
  EXPECT_EQ(run_program("report " + (folder / "replica_002")), 65);
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
