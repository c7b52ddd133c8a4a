// SPDX-License-Identifier: BSD-3-Clause
// `patina analyse FILE`. Truth: the clocks of `patina synth`, through its own file and through the results of its detector, whose events
// `patina score` finds again.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "program.hpp"
#include "python.hpp"
#include "scratch_folder.hpp"

namespace patina {
namespace {

using test::run_patina;
using test::ScratchFolder;

void write(const std::string& path, const std::string& text) { std::ofstream(path) << text; }

TEST(AnalyseFile, AgeingOfASyntheticMovie) {
  const ScratchFolder folder;
  write(folder / "in.json", R"({"frames": {"count": 160, "interval_s": 2}, "q_inv_A": [2.0, 2.8], "speckles": 4096, "contrast": 0.5,
    "zones": [{"kww_exponent": 1.4, "clock": {"type": "ageing", "tau_s": 20, "growth_time_s": 150}}]})");
  const auto made = run_patina("synth " + folder / "in.json" + " --output " + folder / "movie");
  ASSERT_EQ(made.status, 0) << made.output;
  const std::string analyse = "analyse " + folder / "movie/synth.h5" + " -o " + folder / "found.json" + " --figure " + folder / "found.png" + " --events " + folder / "events.csv";
  const auto ran = run_patina(analyse);
  ASSERT_EQ(ran.status, 0) << ran.output;
  EXPECT_GT(std::filesystem::file_size(folder / "found.png"), 20000u);
  EXPECT_EQ(test::read_text_file(folder / "events.csv"), "event_time_s\n");
  const auto checked = test::run_python(folder / "check.py", R"(
import json, sys
shells = json.load(open(sys.argv[1]))["speckles"]
assert len(shells) == 2
for shell, factor in zip(shells, (2.8 / 2.0, 1.0)):
    fit = shell["clock_fit"]
    assert fit["found"] and fit["noise"]["pixels"] == 4096 and shell["time_unit"] == "s"
    def within(found, truth):
        assert abs(found["value"] - truth) < 4 * found["error"] < 0.5 * truth, (found, truth)
    within(fit["contrast"], 0.5)
    within(fit["kww_exponent"], 1.4)
    law = next(l for l in fit["laws"] if l["name"] == "exponential")["parameters"]
    within(law["tau0_s"], 20 * factor)
    within(law["tau_star_s"], 150)
    assert not shell["regimes"]["changes"] and shell["g2"]["status"] == "refused"
    # Cuts of the first age: a fixed start feigns what the clock predicts.
    cut = next(c for c in shell["cuts"] if c["cut"] == "fixed_start" and c["status"] != "refused")
    assert abs(cut["tau"]["value"] / cut["expected_of_the_clock"]["tau"] - 1) < 0.2, cut
)",
                                        folder / "found.json");
  EXPECT_EQ(checked.status, 0) << checked.output;
  const auto again = run_patina(analyse);
  EXPECT_EQ(again.status, 73) << again.output;
  EXPECT_NE(again.output.find("found.json"), std::string::npos);
}

TEST(AnalyseFile, EventsAreGradedByScore) {
  const ScratchFolder folder;
  write(folder / "in.json", R"({"frames": {"count": 160, "interval_s": 2}, "speckles": 8192,
    "zones": [{"clock": {"type": "events", "tau_s": 80, "times_s": [61, 123, 191], "fractions": [0.3, 0.25, 0.5]}}]})");
  const auto made = run_patina("synth " + folder / "in.json" + " --output " + folder / "movie");
  ASSERT_EQ(made.status, 0) << made.output;
  const auto ran = run_patina("analyse " + folder / "movie/synth.h5" + " -o " + folder / "found.json" + " --events " + folder / "events.csv");
  ASSERT_EQ(ran.status, 0) << ran.output;
  const auto scored = run_patina("score " + folder / "events.csv" + " " + folder / "movie" + " -o " + folder / "score.json");
  ASSERT_EQ(scored.status, 0) << scored.output;
  const auto checked = test::run_python(folder / "check.py", "import sys\nrows = open(sys.argv[1]).read().split()[1:]\nassert {62, 124, 192} == {float(t) for t in rows}, rows\n", folder / "events.csv");
  EXPECT_EQ(checked.status, 0) << checked.output << scored.output;
}

TEST(AnalyseFile, WhatIsNoResultIsNamed) {
  const ScratchFolder folder;
  write(folder / "table.csv", "waiting_time_s,tau_s\n0,10\n");
  const auto ran = run_patina("analyse " + folder / "table.csv");
  EXPECT_EQ(ran.status, 65) << ran.output;
  EXPECT_NE(ran.output.find("table.csv"), std::string::npos) << ran.output;
  EXPECT_FALSE(std::filesystem::exists(folder / "table_analysis.json"));
}

}  // namespace
}  // namespace patina
