// SPDX-License-Identifier: BSD-3-Clause
// Files that `patina score` reads and refuses. Truths: APS results and NXxpcs written by h5py after their definitions [formats.md 2.3, 2.7]
// from closed forms; frames that numpy correlates; xpcs.h5 and analysis.json of known content; damaged, contradicting and foreign files, which must name their fault.
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

// One folder for all tests of the file: a movie, and answers to it.
class ScoreFiles : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new ScratchFolder;
    write(*folder_ / "in.json", R"({
      "frames": {"count": 100, "interval_s": 0.5}, "q_inv_A": [1.0, 2.0], "q0_inv_A": 1.0, "speckles": 64, "contrast": 0.25,
      "zones": [{"kww_exponent": 1.5, "clock": {"type": "stationary", "tau_s": 10}}]})");
    const auto made = run_patina("synth " + file("in.json") + " -o " + file("movie"));
    ASSERT_EQ(made.status, 0) << made.output;
    const auto written = test::run_python(file("write.py"), answers, folder_->path());
    ASSERT_EQ(written.status, 0) << written.output;
  }
  static void TearDownTestSuite() { delete folder_; }
  static std::string file(const std::string& name) { return *folder_ / name; }

  static test::ProgramResult score(const std::string& answer, const std::string& options = "") {
    return run_patina("score " + file(answer) + " " + file("movie") + " --overwrite -o " + file("score.json") + " " + options);
  }
  static void expect(const std::string& answer, const std::string& check, const std::string& options = "") {
    const auto scored = score(answer, options);
    ASSERT_EQ(scored.status, 0) << scored.output;
    const auto checked = test::run_python(file("check.py"), "import json, sys\nimport numpy as np\nscore = json.load(open(sys.argv[1]))\nnotes = ' '.join(score['notes'])\n" + check,
                                          file("score.json"));
    EXPECT_EQ(checked.status, 0) << checked.output << scored.output;
  }
  static void refuse(const std::string& answer, int status, std::initializer_list<const char*> words, const std::string& options = "") {
    const auto scored = score(answer, options);
    EXPECT_EQ(scored.status, status) << answer << "\n" << scored.output;
    for (const char* word : words) EXPECT_NE(scored.output.find(word), std::string::npos) << answer << ": " << word << "\n" << scored.output;
  }

  static ScratchFolder* folder_;
  static constexpr const char* answers = R"(
import shutil, sys
import h5py
import numpy as np
folder = sys.argv[1] + "/"
taus, contrast, n = {1.0: 10.0, 2.0: 5.0}, 0.25, 100

def y(lag, q):  # |f|^2, lag in frames
    return np.exp(-2 * np.abs(0.5 * lag / taus[q]) ** 1.5)

def level_mean(lag, m, q):
    return sum((m - abs(j)) / m ** 2 * y(lag + j, q) for j in range(1 - m, m))

delays = [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 28, 32]
frames = [1] * 8 + [2] * 4 + [4] * 4
qs = [2.0, 1.0]  # in another order than the truth
g2 = np.array([[1 + contrast * level_mean(d, m, q) for q in qs] for d, m in zip(delays, frames)])
t = np.arange(n)
maps = {q: 1 + contrast * y(t[None, :] - t[:, None], q) for q in qs}

def aps(name, **change):
    with h5py.File(folder + name, "w") as f:
        f["xpcs/qmap/dynamic_v_list_dim0"], f["xpcs/qmap/dynamic_num_pts"] = qs, [2, 1]
        f["xpcs/qmap/dynamic_index_mapping"] = [0, 1]
        f["xpcs/qmap"].attrs["hash"] = "x"
        f["entry/instrument/detector_1/frame_time"] = change.get("frame_time", 0.5)
        f["xpcs/multitau/delay_list"] = change.get("delays", np.array(delays, dtype="i4"))
        f["xpcs/multitau/normalized_g2"] = change.get("g2", g2.astype("f4"))
        f["xpcs/multitau/normalized_g2_err"] = np.full(g2.shape, 0.001, "f4")
        f["xpcs/multitau/config/stride_frame"] = f["xpcs/multitau/config/avg_frame"] = 1
        f["xpcs/twotime/config/stride_frame"] = f["xpcs/twotime/config/avg_frame"] = np.array([[1]])
        f["xpcs/twotime/processed_bins"] = [1, 2]
        for k, q in enumerate(qs):
            f[f"xpcs/twotime/correlation_map/c2_{k + 1:05d}"] = change.get("map", np.triu(maps[q])).astype("f4")

aps("aps.hdf")
aps("aps_time.hdf", frame_time=0.7)
aps("aps_shape.hdf", g2=g2[:-1])
aps("aps_map.hdf", map=np.ones((5, 6)))
aps("aps_long.hdf", map=np.ones((101, 101)))
aps("aps_delays.hdf", delays=np.array(delays[::-1]))
aps("aps_nan.hdf", g2=np.full(g2.shape, np.nan))
with open(folder + "aps.hdf", "rb") as f:
    data = f.read()
open(folder + "aps_cut.hdf", "wb").write(data[:len(data) // 2])

def nxxpcs(name, q_first=True, baseline=0):
    with h5py.File(folder + name, "w") as f:
        f["entry/definition"] = "NXxpcs"
        f["entry/data/g2"], f["entry/data/g2_derr"], f["entry/data/delay_difference"] = g2, np.full(g2.shape, 0.001), delays
        stack = np.array([np.tril(maps[q] - 1 + baseline) for q in qs])
        d = f.create_dataset("entry/twotime/two_time_corr_func", data=stack if q_first else np.moveaxis(stack, 0, -1))
        d.attrs["storage_mode"] = "one_array_q_first" if q_first else "one_array_q_last"
        d.attrs["baseline_reference"] = baseline
        d.attrs["populated_elements"] = "lower_half"
        f["entry/instrument/masks/dynamic_q_list"] = qs
        f["entry/instrument/detector/frame_time"] = 0.5

def eigen(name, **change):
    with h5py.File(folder + name, "w") as f:
        f["xpcs/output_data"] = np.bytes_("/exchange")
        f["xpcs/dqmap"], f["xpcs/dqlist"] = np.ones((4, 5), "i4"), change.get("q", np.array([qs]))
        f["xpcs/stride_frames"] = f["xpcs/avg_frames"] = np.array([[1]], "i8")
        f["exchange/tau"], f["exchange/norm-0-g2"], f["exchange/norm-0-stderr"] = np.array([delays], "f4"), g2.astype("f4"), np.full(g2.shape, 0.001, "f4")
        for k, q in enumerate(qs):
            f[change.get("map", "exchange/C2T_all/g2_%05d") % (k + 1)] = np.triu(maps[q]).astype("f4")

eigen("eigen.hdf")
eigen("eigen_q.hdf", q=np.array([[2.0]]))
eigen("eigen_map.hdf", map="exchange/C2T_all/g2_x%04d")
nxxpcs("nx_first.h5")
nxxpcs("nx_last.h5", False, 1)
shutil.copy(folder + "aps.hdf", folder + "both.hdf")
with h5py.File(folder + "both.hdf", "a") as f, h5py.File(folder + "nx_first.h5") as other:
    for name in ("definition", "data", "twotime"):
        other.copy("entry/" + name, f["entry"])
    other.copy("entry/instrument/masks", f["entry/instrument"])
with h5py.File(folder + "other.h5", "w") as f:
    f["data"] = [1.0]
data = open(folder + "movie/synth.h5", "rb").read()
open(folder + "synth_cut.h5", "wb").write(data[:len(data) * 2 // 3])
shutil.copy(folder + "movie/synth.h5", folder + "synth_changed.h5")
with h5py.File(folder + "synth_changed.h5", "a") as f:
    f["shell00/truth/g2"][3, 7] += 0.001

# A run: f(t1, t2) known, and speckles that are the truth itself.
with h5py.File(folder + "xpcs.h5", "w") as f:
    f.attrs["creator"] = "Patina"
    e = f.create_group("step0_xpcs")
    ps = 100.0 + 0.2 * np.arange(40)
    field = np.exp(-((0.2 * np.abs(np.arange(40)[:, None] - np.arange(40)[None, :])) / 3.0) ** 0.8)
    e["field_correlation/f"], e["field_correlation/t1_ps"] = field, ps
    e["two_time/correlation"], e["two_time/t1_ps"] = 1 + field ** 2, ps
    e["two_time"].attrs["speckles"] = 300.0
    e["q_set/q0_inv_A"] = 2.8
    e["g2/lag_ps"], e["g2/g2"], e["g2/g2_errors"] = 0.2 * np.arange(20), 1 + field[0, :20] ** 2, np.full(20, 0.01)
)";
};
ScratchFolder* ScoreFiles::folder_ = nullptr;

TEST_F(ScoreFiles, ApsResult) {
  expect("aps.hdf", R"(
assert score["answer"]["recognised_as"].startswith("APS")
assert [s["q_inv_A"] for s in score["g2"]] == [2.0, 1.0]
for s in score["g2"]:
    assert s["averaged_frames"] == [1] * 8 + [2] * 4 + [4] * 4
    assert np.abs(np.subtract(s["answer"], s["truth"])).max() < 1e-6
    assert s["lag_s"][0] == 0.5 and s["own_sigma"][0] > 0
for s in score["two_time"]:
    assert s["grades"]["points"] == 4950 and s["grades"]["rms_residual"] < 1e-6
)");
  // As if frames had been correlated one by one.
  expect("aps.hdf", "assert max(np.abs(np.subtract(s['answer'], s['truth'])).max() for s in score['g2']) > 5e-4\n", "--binning single");
  refuse("aps_time.hdf", 65, {"aps_time.hdf", "truth of another movie", "0.7 s apart", "0.5", "--other-movie"});
  expect("aps_time.hdf", "assert '0.7' in notes and 'counted' in notes, notes\n", "--other-movie");
}

TEST_F(ScoreFiles, XpcsEigen) {
  expect("eigen.hdf", R"(
assert score["answer"]["recognised_as"] == "result of xpcs-eigen"
assert [s["q_inv_A"] for s in score["g2"]] == [2.0, 1.0]
for s in score["g2"]:
    assert s["averaged_frames"] == [1] * 8 + [2] * 4 + [4] * 4
    assert np.abs(np.subtract(s["answer"], s["truth"])).max() < 1e-6 and abs(s["own_sigma"][0] - 0.001) < 1e-9
assert max(s["grades"]["rms_residual"] for s in score["two_time"]) < 1e-6 and len(score["two_time"]) == 2
)");
  refuse("eigen_q.hdf", 65, {"bin 2 has no q: /xpcs/dqlist has 1"});
  refuse("eigen_map.hdf", 65, {"C2T_all/g2_x0001 must be g2_ and the number of a bin"});
}

TEST_F(ScoreFiles, NxXpcs) {
  const char* check = R"(
assert score["answer"]["recognised_as"] == "NXxpcs"
assert max(np.abs(np.subtract(s["answer"], s["truth"])).max() for s in score["g2"]) < 1e-9
assert [s["grades"]["points"] for s in score["two_time"]] == [4950, 4950]
assert max(s["grades"]["rms_residual"] for s in score["two_time"]) < 1e-6
)";
  expect("nx_first.h5", std::string(check) + "assert score['two_time'][0]['quantity'] == 'g2_minus_1'\n");
  expect("nx_last.h5", std::string(check) + "assert score['two_time'][0]['quantity'] == 'g2'\n");
  expect("both.hdf", "assert score['answer']['recognised_as'].startswith('APS') and '--format nxxpcs' in notes, notes\n");
  expect("both.hdf", check, "--format nxxpcs");
}

TEST_F(ScoreFiles, PatinasOwn) {
  const auto ran = run_patina("score " + file("xpcs.h5") + " " + file("xpcs.h5") + " --overwrite -o " + file("score.json"));
  ASSERT_EQ(ran.status, 0) << ran.output;
  const auto checked = test::run_python(file("check.py"), R"(
import json, sys
import numpy as np
score = json.load(open(sys.argv[1]))
one, = score["g2"]
assert np.abs(np.subtract(one["answer"], one["truth"])).max() < 1e-12 and abs(one["lag_ps"][0] - 0.2) < 1e-9
assert score["two_time"][0]["grades"]["rms_residual"] < 1e-6
assert score["truth"]["shells"][0]["pixels"] == 300
)",
                                        file("score.json"));
  EXPECT_EQ(checked.status, 0) << checked.output;
  write(file("analysis.json"), R"({"relaxation": [{"q0_inv_A": 2.0, "coherent": {"fits": [
    {"waiting_time_ps": 1e12, "status": "fitted", "tau_ps": {"value": 6e12, "error": 5e11}, "kww_exponent": {"value": 1.4, "error": 0.1, "fixed": false}},
    {"waiting_time_ps": 2e12, "status": "refused"}]}}]})");
  expect("analysis.json", R"(
row, = score["tau"]["rows"]
assert abs(row["truth_s"] - 5) < 1e-9 and abs(row["answer_s"] - 6) < 1e-9 and abs(row["sigma_s"] - 0.5) < 1e-9
assert score["kww_exponent"]["rows"][0]["truth"] == 1.5
)");
}

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

TEST_F(ScoreFiles, LongMoviesAndTablesOfManyShells) {
  write(file("long.json"), R"({"frames": {"count": 6000}, "speckles": 100, "contrast": 0.5, "zones": [{"clock": {"type": "stationary", "tau_s": 50}}]})");
  ASSERT_EQ(run_patina("synth " + file("long.json") + " -o " + file("long")).status, 0);
  const auto scored = run_patina("score " + file("long") + " " + file("long") + " --overwrite -o " + file("score.json"));
  ASSERT_EQ(scored.status, 0) << scored.output;
  const auto checked = test::run_python(file("check.py"), R"(
import json, sys
score = json.load(open(sys.argv[1]))
g2, = score["g2"]
assert max(g2["lag_s"]) > 2000
for kind in ("g2", "two_time"):
    joint = score[kind][0]["grades"]["with_theoretical_covariance"]
    assert joint["degrees_of_freedom"] >= 6 and joint["probability"] > 1e-3, (kind, joint)
)",
                                        file("score.json"));
  EXPECT_EQ(checked.status, 0) << checked.output << scored.output;
}

TEST_F(ScoreFiles, DamagedAndContradictingFiles) {
  refuse("aps_cut.hdf", 65, {"aps_cut.hdf"});
  refuse("aps_shape.hdf", 65, {"normalized_g2", "16"});
  refuse("aps_map.hdf", 65, {"c2_00001", "square"});
  refuse("aps_long.hdf", 65, {"frame 100", "100"});
  refuse("aps_delays.hdf", 65, {"delay_list", "delay 2", "28"});
  expect("aps_nan.hdf", "assert score['g2'] == [] and len(score['two_time']) == 2\n");
  refuse("other.h5", 65, {"other.h5", "NXxpcs", "synth.h5"});
  refuse("nowhere.csv", 66, {"nowhere.csv"});
  refuse("aps.hdf", 65, {"nxxpcs"}, "--format nxxpcs");
  refuse("aps.hdf", 65, {"HDF5"}, "--format csv");
  for (const char* truth : {"synth_cut.h5", "synth_changed.h5", "other.h5", "in.json", "nothing.h5"}) {
    const auto ran = run_patina("score " + file("aps.hdf") + " " + file(truth));
    EXPECT_TRUE(ran.status == 65 || ran.status == 66) << truth << " " << ran.output;
    EXPECT_NE(ran.output.find(truth), std::string::npos) << ran.output;
  }
  EXPECT_NE(run_patina("score " + file("aps.hdf") + " " + file("synth_changed.h5")).output.find("/shell00/truth/g2"), std::string::npos);
}

TEST_F(ScoreFiles, TablesNameLineColumnAndValue) {
  const auto refuse_table = [](const std::string& text, std::initializer_list<const char*> words) {
    write(file("bad.csv"), text);
    refuse("bad.csv", 65, words);
  };
  refuse_table("q_inv_A,lag_s,g2\n1,0.5,1.2\n1,abc,1.1\n", {"bad.csv:3", "column 'lag_s'", "abc"});
  refuse_table("q_inv_A,lag_s,g2\n1,0.5\n", {"bad.csv:2", "2 fields", "3 columns"});
  refuse_table("q_inv_A,lag_s,g2,sigma\n1,0.5,1.2,-1\n", {"bad.csv:2", "column 'sigma'", "-1", "0 or more"});
  refuse_table("q_inv_A,lag_s,g2\n1,nan,1.2\n", {"bad.csv:2", "column 'lag_s'"});
  refuse_table("q_inv_A,lag_s,g2\n1,1e400,1.2\n", {"bad.csv:2", "column 'lag_s'"});
  refuse_table("q_inv_A,lag_s,g2\n1,0.7,1.2\n", {"1.4", "whole number of frames"});
  refuse_table("q_inv_A,lag_s,g2\n3.1,0.5,1.2\n", {"3.1", "1, 2"});
  refuse_table("lag_s,g2\n0.5,1.2\n", {"no q", "1, 2"});
  refuse_table("q_inv_A,lag_s,g2\n1,500,1.2\n1,0,2\n", {"lag 0 (1 points)", "1000 frames", "the record has 100"});
  refuse_table("q_inv_A,lag_s,g2\n1,0.5,\n", {"1 points of g2 that are no numbers"});
  refuse_table("q_inv_A,lag_s\n1,0.5\n", {"no column g2"});
  refuse_table("a,b\n1,2\n", {"a, b", "event_time_s"});
  refuse_table("q_inv_A,lag_s,first_lag_ps,g2\n1,0.5,1,1.2\n", {"unit"});
  refuse_table("q_inv_A,lag_s,g2,g2\n1,0.5,1.2,1.2\n", {"bad.csv:1", "twice"});
  refuse_table("q_inv_A,lag_s,g2\n", {"no rows"});
  refuse_table("", {"bad.csv", "empty"});
  refuse_table("q_inv_A,lag_frames,averaged_frames,g2\n1,12,8,1.2\n", {"multiple of the 8"});
  refuse_table("q_inv_A,waiting_time_s,tau_s\n1,10,-3\n", {"bad.csv:2", "column 'tau_s'", "-3", "above 0"});
  refuse_table("q_inv_A,waiting_time_s,tau_s\n1,100,3\n", {"within the record", "49.5"});
  refuse_table(std::string("q_inv_A,lag_s,g2\n1,0.5,1.2\0\n", 28), {"NUL"});
  refuse_table("{\"relaxation\": [", {"cut short"});
  write(file("some.csv"), "q_inv_A,lag_s,g2,colour\n1,0.5,1.2,3\n1,1,nan,3\n7,1,1.2,3\n");
  expect("some.csv", "assert 'colour' in notes and 'q = 7' in notes and '1 points of g2 that are no numbers' in notes, notes\n");
}

TEST_F(ScoreFiles, NothingIsWrittenOver) {
  write(file("kept.json"), "mine");
  const auto ran = run_patina("score " + file("aps.hdf") + " " + file("movie") + " -o " + file("kept.json"));
  EXPECT_EQ(ran.status, 73) << ran.output;
  EXPECT_EQ(test::read_text_file(file("kept.json")), "mine");
}

}  // namespace
}  // namespace patina
