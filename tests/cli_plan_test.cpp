// SPDX-License-Identifier: BSD-3-Clause
// `patina plan`. Truths: in the limit of few photons, the error of tau by Python from the variance g2 / (photons^2 pixels pairs) of each
// lag and the derivative of the curve; the page and the example run; bad input names its place.
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

TEST(Plan, PhotonLimitByHand) {
  const ScratchFolder folder;
  write(folder / "in.json", R"({
    "beamline": {"contrast": 0.1, "pixels": 1e6, "frames": 500, "frame_interval_s": 2, "exposure_s": 1e-3, "photons_per_pixel_per_s": [0.1]},
    "dynamics": {"tau_s": [60], "kww_exponent": [1.4]},
    "fit": {"contrast": false, "kww_exponent": false}})");
  const auto ran = run_patina("plan " + folder / "in.json" + " -o " + folder / "out.json");
  ASSERT_EQ(ran.status, 0) << ran.output;
  EXPECT_NE(ran.output.find("known"), std::string::npos) << ran.output;
  const auto checked = test::run_python(folder / "check.py", R"(
import json, math, sys
row, = json.load(open(sys.argv[1]))["rows"]
curve, information = row["curve"], 0.0
for first, last, signal in zip(curve["first_lag_s"], curve["last_lag_s"], curve["g2_minus_1"]):
    lags = [2 * n for n in range(round(first / 2), round(last / 2) + 1)]
    y = slope = 0.0
    for lag in lags:
        power = 2.0 * (lag / 60.0) ** 1.4
        y += 0.1 * math.exp(-power) / len(lags)
        slope += 0.1 * math.exp(-power) * power * 1.4 / len(lags)
    information += slope ** 2 / (1 + y) * 1e-8 * 1e6 * len(lags) * (500 - sum(lags) / len(lags) / 2)
    assert abs(signal - y) < 2e-4, (first, last, signal, y)
assert curve["last_lag_s"][-1] == 500
expected = information ** -0.5
for kind in ("best", "simple", "claimed"):
    found = row["sigma"]["ln_tau"][kind]
    assert abs(found / expected - 1) < 0.01, (kind, found, expected)
known = {"fitted": False, "best": None, "simple": None, "claimed": None}  # no error of 0
assert row["sigma"]["ln_contrast"] == known and row["sigma"]["ln_kww_exponent"] == known and row["sigma"]["ln_tau"]["fitted"]
)",
                                        folder / "out.json");
  EXPECT_EQ(checked.status, 0) << checked.output;
}

TEST(Plan, TheExampleRunsAndDraws) {
  const ScratchFolder folder;
  const auto ran = run_patina("plan " PATINA_SOURCE_DIR "/inputs/plan.json -o " + folder / "plan.json" + " --figure " + folder / "plan.png");
  ASSERT_EQ(ran.status, 0) << ran.output;
  EXPECT_GT(std::filesystem::file_size(folder / "plan.png"), 20000u);
  const auto again = run_patina("plan " PATINA_SOURCE_DIR "/inputs/plan.json -o " + folder / "plan.json");
  EXPECT_EQ(again.status, 73) << again.output;
  EXPECT_EQ(run_patina("plan " PATINA_SOURCE_DIR "/inputs/plan.json --overwrite -o " + folder / "plan.json").status, 0);
}

TEST(Plan, MonteCarloWhenTold) {
  const ScratchFolder folder;
  write(folder / "in.json", R"({
    "beamline": {"contrast": 0.5, "frames": 60, "photons_per_pixel_per_s": [0.5]}, "dynamics": {"tau_s": [6]}, "fit": {"largest_lag": 0.3},
    "monte_carlo": {"movies": 100, "pixels": 128}})");
  const auto first = run_patina("plan " + folder / "in.json"), second = run_patina("plan " + folder / "in.json");
  ASSERT_EQ(first.status, 0) << first.output;
  EXPECT_EQ(first.output, second.output);  // seeded
  EXPECT_NE(run_patina("plan " + folder / "in.json" + " --set /monte_carlo/seed=2").output, first.output);
  EXPECT_NE(run_patina("plan " + folder / "in.json" + " --set /monte_carlo=null").output, first.output);
  const auto dim = run_patina("plan " + folder / "in.json" + " --set /beamline/photons_per_pixel_per_s=[0.01]");
  EXPECT_EQ(dim.status, 65);
  EXPECT_NE(dim.output.find("/monte_carlo"), std::string::npos) << dim.output;
}

TEST(Plan, ThePageIsUpToDate) {
  const auto result = run_patina("plan --describe-input");
  ASSERT_EQ(result.status, 0);
  const std::string page = test::read_text_file(PATINA_SOURCE_DIR "/docs/plan.md"), fence = "```json\n";
  EXPECT_EQ(result.output, page) << "make it again: build/patina plan --describe-input > docs/plan.md";
  const ScratchFolder folder;
  const std::size_t begin = page.find(fence) + fence.size(), end = page.find("```", begin);
  ASSERT_LT(end, page.size());
  write(folder / "in.json", page.substr(begin, end - begin));
  const auto ran = run_patina("plan " + folder / "in.json");
  EXPECT_EQ(ran.status, 0) << ran.output;
}

TEST(Plan, BadInputNamesItsPlace) {
  const ScratchFolder folder;
  write(folder / "in.json", R"({
    "beamline": {"contrast": 2, "exposure_s": 1, "frame_interval_s": 0.5, "photons_per_pixel_per_s": []},
    "dynamics": {"tau_s": [0], "kww_exponent": [2.2], "tau": 3}})");
  const auto ran = run_patina("plan " + folder / "in.json" + " -o " + folder / "out.json");
  EXPECT_EQ(ran.status, 65);
  for (const char* place : {"/beamline/contrast", "/beamline/photons_per_pixel_per_s", "/dynamics/tau_s/0", "/dynamics/kww_exponent/0", "/dynamics/tau"})
    EXPECT_NE(ran.output.find(place), std::string::npos) << place << "\n" << ran.output;
  EXPECT_FALSE(std::filesystem::exists(folder / "out.json"));
  write(folder / "in.json", R"({"beamline": {"exposure_s": 1, "frame_interval_s": 0.5, "photons_per_pixel_per_s": [1]}, "dynamics": {"tau_s": [1]}})");
  const auto longer = run_patina("plan " + folder / "in.json");
  EXPECT_EQ(longer.status, 65);
  EXPECT_NE(longer.output.find("/beamline/exposure_s"), std::string::npos) << longer.output;
}

}  // namespace
}  // namespace patina
