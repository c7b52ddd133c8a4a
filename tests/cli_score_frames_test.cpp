// SPDX-License-Identifier: BSD-3-Clause
// `patina score` and frames of a detector that `patina synth` makes. Truths: numpy, which correlates the frames by itself, with the levels of a
// multi-tau correlator where asked; movies that are known to be others.
#include <gtest/gtest.h>

#include <fstream>

#include "program.hpp"
#include "python.hpp"
#include "scratch_folder.hpp"

namespace patina {
namespace {

using test::run_patina;
using test::ScratchFolder;

void write(const std::string& path, const std::string& text) { std::ofstream(path) << text; }

// What stands in the results of a detector's frames as APS and NXxpcs lists, level by level, is the truth: binned once by the program that wrote it, and
// once more by the one that scores; and it is what numpy finds when it averages the map of all pairs over blocks of 1, 2, 4, ... frames.
TEST(ScoreFrames, ResultsOfFramesAreTheTruthOfAMultiTauCorrelator) {
  const ScratchFolder folder;
  write(folder / "in.json", R"({
    "seed": 4, "frames": {"count": 100, "interval_s": 2}, "q_inv_A": [2.7], "q0_inv_A": 2.7, "contrast": 0.4,
    "zones": [{"kww_exponent": 1.9, "clock": {"type": "ageing", "tau_s": 20, "growth_time_s": 300}}],
    "detector": {"geometry": {"rows": 60, "columns": 50, "pixel_size_um": 300, "distance_m": 0.4, "two_theta_deg": 39.5}, "ring_width_inv_A": 0.1,
                 "exposure": {"duration_s": 2, "instants": 3}, "faults": {"drop_probability": 0.05, "repeat_probability": 0.05}}})");
  ASSERT_EQ(run_patina("synth " + folder / "in.json" + " -o " + folder / "out").status, 0);
  const std::string results = folder / "out/frames/s0001_results.hdf";
  for (const char* format : {"aps", "nxxpcs"}) {
    const auto scored = run_patina("score " + results + " " + results + " --overwrite -o " + folder / "score.json --format " + format);
    ASSERT_EQ(scored.status, 0) << scored.output;
    const auto checked = test::run_python(folder / "check.py", R"(
import json, sys
import h5py
import numpy as np
score = json.load(open(sys.argv[1]))
one, = score["g2"]
assert max(one["averaged_frames"]) == 8
off = np.abs(np.subtract(one["answer"], one["truth"]))
assert off.max() < 1e-9, off
with h5py.File(sys.argv[2]) as f:
    c, delays, g2 = f["truth/shell00/truth/g2"][:], f["xpcs/multitau/delay_list"][:], f["xpcs/multitau/normalized_g2"][:, 0]
n, moved = len(c), []
for delay, told in zip(delays, g2):
    m = 1
    while delay > 8 * m:
        m *= 2
    blocks = n // m
    means = c[:blocks * m, :blocks * m].reshape(blocks, m, blocks, m).mean((1, 3))
    assert abs(np.diagonal(means, delay // m).mean() - told) < 1e-9, delay
    moved.append(abs(np.diagonal(c, delay).mean() - told))
assert max(moved) > 1e-4, moved  # single lags are others
)",
                                          folder / "score.json" + (" " + results));
    EXPECT_EQ(checked.status, 0) << checked.output << scored.output;
  }
}

// Frames of a detector: photons, exposures, a record with gaps. numpy correlates them by itself, with the levels of a multi-tau correlator.
TEST(ScoreFrames, PhotonsOfADetector) {
  const ScratchFolder folder;
  write(folder / "in.json", R"({
    "seed": 4, "frames": {"count": 200, "interval_s": 2}, "q_inv_A": [2.6, 2.7, 2.8], "q0_inv_A": 2.7, "q_exponent": 2, "contrast": 0.4,
    "zones": [{"kww_exponent": 1.5, "clock": {"type": "ageing", "tau_s": 20, "growth_time_s": 300}}],
    "detector": {"geometry": {"rows": 100, "columns": 100, "pixel_size_um": 200, "distance_m": 0.3, "photon_energy_keV": 8, "two_theta_deg": 38.9},
                 "ring_width_inv_A": 0.07, "photons_per_pixel": 0.05, "exposure": {"duration_s": 1.5, "instants": 3},
                 "faults": {"drop_probability": 0.02, "flux_rms": 0.1}}})");
  const auto made = run_patina("synth " + folder / "in.json" + " -o " + folder / "movie");
  ASSERT_EQ(made.status, 0) << made.output;
  const auto correlated = test::run_python(folder / "correlate.py", R"(
import sys
import h5py
import numpy as np
folder = sys.argv[1]
data = h5py.File(folder + "/movie/frames/s0001.h5")["entry/data/data"][:].astype(float)
qmap = h5py.File(folder + "/movie/frames/qmap.h5")["qmap"]
ring = qmap["dynamic_roi_map"][:] * (qmap["mask"][:] > 0)
with open(folder + "/g2.csv", "w") as f:
    f.write("q_inv_A,lag_frames,averaged_frames,g2\n")
    for k, q in enumerate(qmap["dynamic_v_list_dim0"][:]):
        x, m = data[:, ring == k + 1], 1
        while len(x) >= 8:
            mean = x.mean(1)
            for s in range(1 if m == 1 else 4, 8):
                f.write(f"{q},{s * m},{m},{((x[:-s] * x[s:]).mean(1) / (mean[:-s] * mean[s:])).mean()!r}\n")
            x, m = 0.5 * (x[0:len(x) // 2 * 2:2] + x[1:len(x) // 2 * 2:2]), 2 * m
)",
                                          folder.path());
  ASSERT_EQ(correlated.status, 0) << correlated.output;
  for (const char* answer : {"g2.csv", "movie"}) {
    const auto scored = run_patina("score " + folder / answer + " " + folder / "movie --overwrite -o " + folder / "score.json");
    ASSERT_EQ(scored.status, 0) << scored.output;
    EXPECT_NE(scored.output.find("frames are lost"), std::string::npos) << scored.output;
    const auto checked = test::run_python(folder / "check.py", R"(
import json, sys
import numpy as np
score = json.load(open(sys.argv[1]))
for kind in ("g2", "two_time"):
    grades = [s["grades"] for s in score[kind]]
    if not grades:
        assert kind == "two_time"
        continue
    assert len(grades) == 3
    joint = [g["with_theoretical_covariance"] for g in grades]
    chi, freedom = sum(j["chi_squared"] for j in joint), sum(j["degrees_of_freedom"] for j in joint)
    assert freedom > 40 and abs(chi / freedom - 1) < 4 * np.sqrt(2 / freedom), (kind, chi, freedom)
    for g in grades:
        assert abs(g["bias"]) < 4 * g["bias_error"] and abs(g["factor"] - 1) < 4 * g["factor_error"], (kind, g)
    if kind == "two_time":
        # Shot noise of each point by itself: 1 / (photons sqrt(pixels points)), in units of the contrast.
        for g, shell in zip(grades, score["truth"]["shells"]):
            alone = 1 / (shell["photons_per_pixel_and_frame"] * np.sqrt(shell["pixels"] * g["points"]) * shell["contrast"])
            assert alone < g["bias_error"] < 3 * alone, (alone, g["bias_error"])
)",
                                          folder / "score.json");
    EXPECT_EQ(checked.status, 0) << checked.output << scored.output;
  }
  // The correlations that stand in the results are those of a multi-tau correlator.
  const auto listed = run_patina("score " + folder / "movie/frames/s0001_results.hdf" + " " + folder / "movie --overwrite -o " + folder / "score.json");
  ASSERT_EQ(listed.status, 0) << listed.output;
  const auto checked = test::run_python(folder / "check.py", R"(
import json, sys
score = json.load(open(sys.argv[1]))
assert len(score["g2"]) == len(score["two_time"]) == 3
assert max(s["grades"]["rms_residual"] for s in score["g2"] + score["two_time"]) < 1e-6
assert score["tau"] is None and score["events"] is None
)",
                                        folder / "score.json");
  EXPECT_EQ(checked.status, 0) << checked.output << listed.output;
}

// Two movies that differ in their seed alone: nothing but what files tell of themselves shows which is which. What boost_corr makes of one has the metadata
// of its frames, what xpcs-eigen makes stands in its configuration.
TEST(ScoreFrames, TheTruthOfAnotherMovieIsRefused) {
  const ScratchFolder folder;
  write(folder / "in.json", R"({
    "frames": {"count": 40, "interval_s": 2}, "q_inv_A": [2.7], "q0_inv_A": 2.7, "zones": [{"clock": {"type": "stationary", "tau_s": 10}}],
    "detector": {"geometry": {"rows": 40, "columns": 40, "pixel_size_um": 300, "distance_m": 0.4, "two_theta_deg": 38.9}, "ring_width_inv_A": 0.1, "photons_per_pixel": 1}})");
  for (const char* seed : {"1", "2"}) ASSERT_EQ(run_patina("synth " + folder / "in.json" + " -o " + folder / seed + " --set /seed=" + seed).status, 0);
  ASSERT_EQ(run_patina("correlate " + folder / "1/frames -o " + folder / "correlated.hdf").status, 0);
  const auto made = test::run_python(folder / "make.py", R"(
import shutil, sys
import h5py
import numpy as np
folder = sys.argv[1]
with h5py.File(folder + "/1/frames/s0001_results.hdf") as own:
    delays, g2, qmap = own["xpcs/multitau/delay_list"][:], own["xpcs/multitau/normalized_g2"][:], own["xpcs/qmap"]
    shutil.copy(folder + "/1/frames/s0001_metadata.hdf", folder + "/boost.hdf")
    with h5py.File(folder + "/boost.hdf", "a") as f:
        own.copy("xpcs/qmap", f.create_group("xpcs"))
        f["xpcs/multitau/delay_list"], f["xpcs/multitau/normalized_g2"] = delays, g2
shutil.copy(folder + "/1/frames/s0001_eigen.hdf", folder + "/eigen.hdf")
with h5py.File(folder + "/eigen.hdf", "a") as f:
    f["exchange/tau"], f["exchange/norm-0-g2"] = delays, g2
np.savetxt(folder + "/g2.csv", np.c_[delays, g2[:, 0]][:8], delimiter=",", header="lag_frames,g2", comments="")
)",
                                     folder.path());
  ASSERT_EQ(made.status, 0) << made.output;
  for (const char* answer : {"correlated.hdf", "boost.hdf", "eigen.hdf", "1", "1/frames/s0001_results.hdf"}) {
    const auto own = run_patina("score " + folder / answer + " " + folder / "1");
    EXPECT_EQ(own.status, 0) << own.output;
    const auto other = run_patina("score " + folder / answer + " " + folder / "2");
    EXPECT_EQ(other.status, 65) << other.output;
    EXPECT_NE(other.output.find("is the truth of another movie"), std::string::npos) << other.output;
    const auto meant = run_patina("score " + folder / answer + " " + folder / "2 --other-movie");
    EXPECT_EQ(meant.status, 0) << meant.output;
    EXPECT_NE(meant.output.find("note: another movie"), std::string::npos) << meant.output;
  }
  EXPECT_EQ(run_patina("score " + folder / "g2.csv" + " " + folder / "2").status, 0);  // a table tells nothing of its movie
}

// Rings cut into sectors, speckles of two pixels. numpy correlates each sector by itself; the layouts tell which is which.
TEST(ScoreFrames, SectorsOfRings) {
  const ScratchFolder folder;
  write(folder / "in.json", R"({
    "seed": 4, "frames": {"count": 120, "interval_s": 2}, "q_inv_A": [0.004, 0.007], "q0_inv_A": 0.004, "contrast": 1,
    "zones": [{"kww_exponent": 1.5, "clock": {"type": "ageing", "tau_s": 20, "growth_time_s": 300}}],
    "detector": {"geometry": {"rows": 120, "columns": 120, "pixel_size_um": 75, "distance_m": 4}, "axis_row": 10, "axis_column": 20, "ring_width_inv_A": 0.002, "static_parts": 2,
                 "phi": {"first_deg": 10, "width_deg": 70, "count": 3, "parts": 2}, "photons_per_pixel": 5,
                 "pupil": {"shape": "circle", "speckle_rows_pixels": 2, "speckle_columns_pixels": 2}}})");
  const auto made = run_patina("synth " + folder / "in.json" + " -o " + folder / "movie");
  ASSERT_EQ(made.status, 0) << made.output;
  const auto correlated = test::run_python(folder / "correlate.py", R"(
import sys
import h5py
import numpy as np
folder = sys.argv[1]
data = h5py.File(folder + "/movie/frames/s0001.h5")["entry/data/data"][:].astype(float)
qmap = h5py.File(folder + "/movie/frames/qmap.h5")["qmap"]
assert list(qmap["dynamic_num_pts"][:]) == [2, 3] and list(qmap["static_num_pts"][:]) == [4, 6]
assert np.allclose(qmap["dynamic_v_list_dim0"][:], [0.004, 0.007]) and np.allclose(qmap["dynamic_v_list_dim1"][:], 10 + 70 / 6 * np.array([1, 3, 5]))
assert np.allclose(qmap["static_v_list_dim0"][:], [0.0035, 0.0045, 0.0065, 0.0075]) and np.allclose(qmap["static_v_list_dim1"][:], 10 + 70 / 12 * np.arange(1, 12, 2))
assert list(qmap["dynamic_index_mapping"][:]) == list(range(6)) and list(qmap["static_index_mapping"][:]) == list(range(24))
dynamic, static = qmap["dynamic_roi_map"][:].astype(int), qmap["static_roi_map"][:].astype(int)
# Bins are where the lists say: of a grid of q and phi, phi fastest.
row, column = np.indices(dynamic.shape)
phi = np.degrees(np.arctan2(row - 10, column - 20))
q = 4 * np.pi * 8 / 12.398419843 * np.sin(0.5 * np.arctan(np.hypot(row - 10, column - 20) * 75e-6 / 4))
for roi, kind in ((dynamic, "dynamic"), (static, "static")):
    values, angles = qmap[kind + "_v_list_dim0"][:], qmap[kind + "_v_list_dim1"][:]
    inside = roi > 0
    bin_q, bin_phi = values[(roi[inside] - 1) // len(angles)], angles[(roi[inside] - 1) % len(angles)]
    assert np.abs(q[inside] - bin_q).max() < 0.5 * (0.002 if kind == "dynamic" else 0.001) + 1e-7, kind
    assert np.abs(phi[inside] - bin_phi).max() < 0.5 * (angles[1] - angles[0]) + 1e-4, kind
assert all(len(set(dynamic[static == s])) == 1 for s in range(1, 25))
with h5py.File(folder + "/movie/frames/s0001_eigen.hdf") as f:
    assert np.allclose(f["xpcs/dqlist"][0], np.repeat([0.004, 0.007], 3)) and np.allclose(f["xpcs/dphilist"][0], np.tile(qmap["dynamic_v_list_dim1"][:], 2))
with open(folder + "/g2.csv", "w") as f:
    f.write("q_inv_A,phi_deg,lag_frames,g2\n")
    for k in range(6):
        x = data[:, dynamic == k + 1]
        mean = x.mean(1)
        for s in range(1, 60, 3):
            f.write(f"{np.repeat([0.004, 0.007], 3)[k]},{np.tile(qmap['dynamic_v_list_dim1'][:], 2)[k]},{s},{((x[:-s] * x[s:]).mean(1) / (mean[:-s] * mean[s:])).mean()!r}\n")
)",
                                          folder.path());
  ASSERT_EQ(correlated.status, 0) << correlated.output;
  ASSERT_EQ(run_patina("correlate " + folder / "movie/frames -o " + folder / "correlated.hdf").status, 0);
  for (const char* answer : {"g2.csv", "movie", "correlated.hdf", "movie/frames/s0001_results.hdf --format aps", "movie/frames/s0001_results.hdf --format nxxpcs"}) {
    const auto scored = run_patina("score " + folder / answer + " " + folder / "movie --overwrite -o " + folder / "score.json");
    ASSERT_EQ(scored.status, 0) << scored.output;
    const auto checked = test::run_python(folder / "check.py", R"(
import json, sys
import numpy as np
score = json.load(open(sys.argv[1]))
results = "s0001_results" in score["answer"]["path"]
pixels = [s["pixels"] for s in score["truth"]["shells"]]
assert len(pixels) == 6 and len(set(pixels)) > 3  # sectors are not of equal size
for kind in ("g2", "two_time"):
    ones = score[kind]
    if not ones:
        assert kind == "two_time" and "csv" in score["answer"]["path"]
        continue
    assert [(s["q_inv_A"], round(s["phi_deg"], 3)) for s in ones] == [(q, round(10 + 70 / 6 * k, 3)) for q in (0.004, 0.007) for k in (1, 3, 5)]
    grades = [s["grades"] for s in ones]
    if results:
        assert max(g["rms_residual"] for g in grades) < 1e-6
        continue
    joint = [g["with_theoretical_covariance"] for g in grades]
    chi, freedom = sum(j["chi_squared"] for j in joint), sum(j["degrees_of_freedom"] for j in joint)
    # Neighbouring sectors share a few speckles.
    assert freedom > 20 and abs(chi / freedom - 1) < 4 * np.sqrt(2 / freedom) + 0.05, (kind, chi, freedom)
if score["answer"]["path"].endswith("s0001.h5"):
    # Single frames: of pixels three speckles apart.
    tests = {t["of"]: t for t in score["null_tests"]}
    assert tests["snapshots"]["degrees_of_freedom"] > 6 and 1e-4 < tests["snapshots"]["probability"], tests
)",
                                          folder / "score.json");
    EXPECT_EQ(checked.status, 0) << answer << checked.output << scored.output;
  }
  write(folder / "no_phi.csv", "q_inv_A,lag_frames,g2\n0.004,1,1.2\n");
  const auto refused = run_patina("score " + folder / "no_phi.csv" + " " + folder / "movie");
  EXPECT_EQ(refused.status, 65) << refused.output;
  EXPECT_NE(refused.output.find("tells no phi at q = 0.004 1/A"), std::string::npos) << refused.output;
}

}  // namespace
}  // namespace patina
