// SPDX-License-Identifier: BSD-3-Clause
// `patina report` of synthetic speckles. Truths: a page that holds every figure inside itself and says what the input said; the distribution of
// intensities and photons in it, which the input prescribes; and an answer that is off by a known number of errors, which the null test must see.
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
namespace fs = std::filesystem;

int count_of(const std::string& text, const std::string& word) {
  int count = 0;
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++count;
  return count;
}

constexpr const char* movie = R"({
  "title": "speckles of a <test>", "seed": 3, "frames": {"count": 200, "interval_s": 2}, "q_inv_A": [2.0, 2.8], "speckles": 2000, "contrast": 0.45,
  "zones": [{"clock": {"type": "events", "tau_s": 12, "times_s": [100], "fractions": [0.5]}}]})";

constexpr const char* frames = R"({
  "seed": 8, "frames": {"count": 80, "interval_s": 5}, "q_inv_A": [2.70, 2.76], "q0_inv_A": 2.7, "mode_weights": [2, 1, 1],
  "zones": [{"clock": {"type": "stationary", "tau_s": 10}}],
  "detector": {
    "geometry": {"rows": 90, "columns": 130, "pixel_size_um": 150, "distance_m": 0.6, "two_theta_deg": 39.5}, "intensity_power": 4,
    "exposure": {"duration_s": 4, "instants": 4}, "photons_per_pixel": 0.7, "faults": {"dead_fraction": 0.01, "flux_rms": 0.3}}})";

std::string page_of(const ScratchFolder& folder, const std::string& input, const std::string& overrides = "") {
  std::ofstream(folder / "in.json") << input;
  const auto made = run_patina("synth " + folder / "in.json" + " -o " + folder / "out " + overrides);
  EXPECT_EQ(made.status, 0) << made.output;
  const auto reported = run_patina("report " + folder / "out");
  EXPECT_EQ(reported.status, 0) << reported.output;
  return test::read_text_file(folder / "out/report.html");
}

void expect_self_contained(const std::string& page, const std::string& folder, int figures) {
  EXPECT_EQ(std::distance(fs::directory_iterator(folder + "/figures"), fs::directory_iterator()), figures);
  EXPECT_EQ(count_of(page, "src=\"data:image/png;base64,"), figures);
  EXPECT_EQ(count_of(page, "src="), figures);
  EXPECT_EQ(count_of(page, "<script"), 0);
  EXPECT_EQ(count_of(page, "http"), 0);
}

// Observed in a null test and expected must have the same sum; of a true law chi^2 is what chance makes of it.
void expect_noise(const std::string& folder, const std::string& check = "") {
  const auto checked = test::run_python(folder + "/check.py", R"(
import json, sys
import numpy as np
score = json.load(open(sys.argv[1]))
tests = {t["of"]: t for t in score["null_tests"]}
assert set(tests) == {"g2", "two_time", "snapshots"}, tests
for test in tests.values():
    assert abs(test["chi_squared_per_degree_of_freedom"] - 1) < 4 * np.sqrt(2 / test["degrees_of_freedom"]), test
    assert test["probability"] > 1e-4
for one in score["snapshots"]:
    assert abs(sum(one["observed_pixels"]) / sum(one["expected_pixels"]) - 1) < 1e-6
    assert one["degrees_of_freedom"] >= 4 and min(one["expected_pixels"]) > 9
)" + check, folder + "/score.json");
  EXPECT_EQ(checked.status, 0) << checked.output;
}

TEST(SynthReport, OfAMovie) {
  const ScratchFolder folder;
  const std::string page = page_of(folder, movie);
  expect_self_contained(page, folder / "out", 4);  // clocks, C, g2, intensities
  for (const char* said : {"speckles of a &lt;test&gt;", "clock events: tau_s 12", "tau(q)", "contrast", "seed 3", "ar1", "Is it noise?", "compatible with noise"})
    EXPECT_NE(page.find(said), std::string::npos) << said;
  expect_noise(folder / "out", R"(
assert len(score["snapshots"]) == 2 and all(len(s["frames"]) > 4 for s in score["snapshots"])
# exp(-2 t / tau) is below 0.001 beyond 58.02 s, tau = 12 x 2.8 / 2 s at q = 2.
first = score["snapshots"][0]["frames"]
assert first[:2] == [0, 30], first
)");
}

TEST(SynthReport, OfFramesWithExposuresAndFlux) {
  const ScratchFolder folder;
  const std::string page = page_of(folder, frames);
  expect_self_contained(page, folder / "out", 5);  // and frames
  for (const char* said : {"Frames of a detector", "instants 4", "flux_rms 0.3", "falling as q", "negative-binomial"}) EXPECT_NE(page.find(said), std::string::npos) << said;
  expect_noise(folder / "out");
}

TEST(SynthReport, WithoutDenseFramesThereIsOnlyTheTruth) {
  const ScratchFolder folder;
  const std::string page = page_of(folder, frames, "--set '/detector/write={\"dense\": false, \"events\": true}'");
  EXPECT_NE(page.find("Nothing was estimated"), std::string::npos);
  EXPECT_FALSE(fs::exists(folder / "out/score.json"));
  expect_self_contained(page, folder / "out", 3);
}

// g2 of the truth with noise of its closed-form errors, then the same with 1 % more contrast, and with a tau that is 2 % off.
TEST(NullTest, SeesWhatIsNoNoise) {
  const ScratchFolder folder;
  std::ofstream(folder / "in.json") << R"({"seed": 3, "frames": {"count": 400, "interval_s": 1}, "speckles": 20000, "zones": [{"clock": {"type": "stationary", "tau_s": 10}}]})";
  ASSERT_EQ(run_patina("synth " + folder / "in.json" + " -o " + folder / "movie").status, 0);
  const auto probability = [&](double contrast, double tau) {
    const std::string name = "answer" + std::to_string(contrast) + std::to_string(tau);
    const auto written = test::run_python(folder / "answer.py", R"(
import sys
import numpy as np
folder, path, contrast, tau = sys.argv[1], sys.argv[2], float(sys.argv[3]), float(sys.argv[4])
import h5py
intensity = h5py.File(folder + "/movie/synth.h5", "r")["shell00/speckle/intensity"][:]
mean = intensity.mean(1)
c = intensity @ intensity.T / intensity.shape[1] / np.outer(mean, mean)
with open(path, "w") as f:
    f.write("lag_frames,g2\n")
    for lag in (1, 2, 3, 5, 7, 10, 14, 20, 28, 40):
        moved = contrast * np.exp(-2 * lag / tau) - np.exp(-2 * lag / 10)
        f.write(f"{lag},{np.diagonal(c, lag).mean() + moved}\n")
)", folder.path() + " " + folder / (name + ".csv") + " " + std::to_string(contrast) + " " + std::to_string(tau));
    EXPECT_EQ(written.status, 0) << written.output;
    const auto scored = run_patina("score " + folder / (name + ".csv") + " " + folder / "movie -o " + folder / (name + ".json"));
    EXPECT_EQ(scored.status, 0) << scored.output;
    const auto said = test::run_python(folder / "said.py", "import json, sys\nt, = json.load(open(sys.argv[1]))['null_tests']\nprint(t['probability'], t['verdict'])\n",
                                       folder / (name + ".json"));
    EXPECT_NE(scored.output.find(said.output.find("compatible") != std::string::npos ? "compatible with noise" : "more than noise explains"), std::string::npos) << scored.output;
    return std::stod(said.output);
  };
  EXPECT_GT(probability(1.0, 10.0), 0.01);
  EXPECT_LT(probability(1.01, 10.0), 1e-3);
  EXPECT_LT(probability(1.0, 10.2), 1e-3);
}

}  // namespace
}  // namespace patina
