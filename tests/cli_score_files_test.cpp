// SPDX-License-Identifier: BSD-3-Clause
// Files that `patina score` reads and refuses. Truths: APS results and NXxpcs written by h5py after their definitions [formats.md 2.3, 2.7]
// from closed forms; xpcs.h5 and analysis.json of known content; damaged, contradicting and foreign files, which must name their fault.
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
