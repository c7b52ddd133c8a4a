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
  // The figure once more from the numbers alone, to the last byte.
  const auto drawn = run_patina("report " + folder / "found.json" + " --figure " + folder / "again.png");
  EXPECT_EQ(drawn.status, 0) << drawn.output;
  EXPECT_EQ(test::read_text_file(folder / "again.png"), test::read_text_file(folder / "found.png"));
  const auto unknown = run_patina("report " + folder / "in.json" + " --figure " + folder / "x.png");
  EXPECT_EQ(unknown.status, 65) << unknown.output;
  EXPECT_NE(unknown.output.find("in.json: nothing of it is known to be drawn"), std::string::npos) << unknown.output;
  EXPECT_EQ(run_patina("report " + folder / "found.json").status, 64);
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

// frame_sum of NXxpcs is a sum over the record: pixels and photons of a frame must come out of it. Truth: the record that numpy makes of speckles whose field
// is an autoregressive process.
TEST(AnalyseFile, PhotonsOfNXxpcsAreThoseOfAFrame) {
  const ScratchFolder folder;
  const auto made = test::run_python(folder / "make.py", R"(
import sys, h5py, numpy as np
rng = np.random.default_rng(5)
frames, pixels, mean, tau = 160, 4096, 0.5, 12.0
noise = lambda: (rng.normal(size=pixels) + 1j * rng.normal(size=pixels)) * np.sqrt(0.5)
field, rows, a = noise(), [], np.exp(-1 / tau)
for k in range(frames):
    rows.append(rng.poisson(mean * abs(field) ** 2))
    field = a * field + np.sqrt(1 - a * a) * noise()
I = np.array(rows, dtype=float)
m = I.mean(axis=1)
C = I @ I.T / pixels / np.outer(m, m)
with h5py.File(sys.argv[1], "w") as f:
    f["entry/definition"] = "NXxpcs"
    f["entry/data/delay_difference"] = np.arange(1, 81)
    f["entry/data/g2"] = np.array([[np.diagonal(C, k).mean()] for k in range(1, 81)])
    f["entry/data/frame_sum"] = I.sum(axis=0).reshape(64, 64)
    f["entry/instrument/masks/dynamic_roi_map"] = np.ones((64, 64), dtype="i4")
    f["entry/instrument/masks/dynamic_q_list"] = [2.5]
    f["entry/instrument/detector_1/frame_time"] = 2.0
    f["entry/twotime/two_time_corr_func"] = C[:, :, None]
print(I.mean())
)",
                                     folder / "nx.h5");
  ASSERT_EQ(made.status, 0) << made.output;
  const auto ran = run_patina("analyse " + folder / "nx.h5" + " -o " + folder / "found.json");
  ASSERT_EQ(ran.status, 0) << ran.output;
  const auto checked = test::run_python(folder / "check.py", R"(
import json, sys
shell, = json.load(open(sys.argv[1]))["speckles"]
fit, g2 = shell["clock_fit"], shell["g2"]
photons = )" + made.output + R"(
assert fit["found"], fit
for noise in (fit["noise"], g2["noise"]):
    assert noise["pixels"] == 4096, noise
    told = next(v for k, v in noise.items() if k.startswith("photons"))
    assert abs(told / photons - 1) < 1e-6, (told, photons)
for name, found, truth in (("contrast", fit["contrast"], 1.0), ("exponent", fit["kww_exponent"], 1.0)):
    assert abs(found["value"] - truth) < 4 * found["error"] < 0.6, (name, found)
assert abs(g2["tau"]["value"] - 24) < 4 * g2["tau"]["error"], g2["tau"]
)",
                                        folder / "found.json");
  EXPECT_EQ(checked.status, 0) << checked.output;
}

// A record too long for a map of single frames, correlated in windows of its age. Truth: tau = 10 s exp(t / 2000 s) of `patina synth`, in which a window of 500 s differs
// by its mean by less than a quarter of a per cent.
TEST(AnalyseFile, AgesOfALongRecord) {
  const ScratchFolder folder;
  write(folder / "in.json", R"({"frames": {"count": 4000, "interval_s": 1}, "q_inv_A": [2.7], "q0_inv_A": 2.7, "contrast": 0.3, "zones": [{"clock": {"type": "ageing", "tau_s": 10, "growth_time_s": 2000}}],
    "detector": {"geometry": {"rows": 64, "columns": 64, "pixel_size_um": 75, "distance_m": 1.0, "two_theta_deg": 38.0}, "ring_width_inv_A": 0.5, "photons_per_pixel": 0.5, "static_parts": 1,
                 "write": {"events": true, "dense": false}}})");
  const auto made = run_patina("synth " + folder / "in.json" + " --output " + folder / "made");
  ASSERT_EQ(made.status, 0) << made.output;
  const auto correlated = run_patina("correlate " + folder / "made/frames" + " -o " + folder / "found.hdf" + " --set /g2/ages=8 --set /two_time/make=false");
  ASSERT_EQ(correlated.status, 0) << correlated.output;
  const auto ran = run_patina("analyse " + folder / "found.hdf" + " -o " + folder / "found.json");
  ASSERT_EQ(ran.status, 0) << ran.output;
  const auto checked = test::run_python(folder / "check.py", R"(
import json, math, sys
shell, = json.load(open(sys.argv[1]))["speckles"]
ages = shell["g2_of_ages"]
assert len(ages["windows"]) == 8
pulls = []
for window in ages["windows"]:
    assert window["status"] == "fitted", window
    tau = window["tau"]
    pulls.append(math.log(tau["value"] / (10 * math.exp(window["age"] / 2000))) * tau["value"] / tau["error"])
assert max(map(abs, pulls)) < 4 and sum(x * x for x in pulls) < 26.1, pulls  # chi^2 of 8 below which it is with a chance of 0.999
law = next(l for l in ages["laws"] if l["name"] == "exponential")
star = law["parameters"]["tau_star_s"]
assert abs(star["value"] - 2000) < 4 * star["error"] < 1600, star
assert shell["g2"]["status"] == "refused" and "tau changes" in shell["g2"]["reason"], shell["g2"]
)",
                                        folder / "found.json");
  EXPECT_EQ(checked.status, 0) << checked.output << ran.output;
}

// Sectors of one ring: two records of the same q, each with the map and the g2 of its own pixels, which h5py counts.
TEST(AnalyseFile, SectorsOfARing) {
  const ScratchFolder folder;
  write(folder / "in.json", R"({"frames": {"count": 200, "interval_s": 1}, "q_inv_A": [0.004], "q0_inv_A": 0.004, "contrast": 0.5, "zones": [{"clock": {"type": "stationary", "tau_s": 8}}],
    "detector": {"geometry": {"rows": 100, "columns": 100, "pixel_size_um": 75, "distance_m": 4}, "axis_row": 10, "axis_column": 20, "ring_width_inv_A": 0.002, "static_parts": 1, "photons_per_pixel": 5,
                 "phi": {"first_deg": 5, "width_deg": 80, "count": 2}}})");
  ASSERT_EQ(run_patina("synth " + folder / "in.json" + " --output " + folder / "made").status, 0);
  ASSERT_EQ(run_patina("correlate " + folder / "made/frames" + " -o " + folder / "found.hdf").status, 0);
  const auto ran = run_patina("analyse " + folder / "found.hdf" + " -o " + folder / "found.json");
  ASSERT_EQ(ran.status, 0) << ran.output;
  const auto checked = test::run_python(folder / "check.py", R"(
import json, sys
import h5py
import numpy as np
shells = json.load(open(sys.argv[1] + "/found.json"))["speckles"]
with h5py.File(sys.argv[1] + "/made/frames/qmap.h5") as f:
    dynamic = f["qmap/dynamic_roi_map"][:]
assert len(shells) == 2, len(shells)
assert [s["label"].split("phi = ")[1] for s in shells] == ["25 deg", "65 deg"], [s["label"] for s in shells]
for k, shell in enumerate(shells):
    assert "map" in shell and shell["g2"]["noise"]["pixels"] == np.sum(dynamic == k + 1), (k, shell["g2"]["noise"])
)",
                                        folder.path());
  EXPECT_EQ(checked.status, 0) << checked.output << ran.output;
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
