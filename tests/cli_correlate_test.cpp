// SPDX-License-Identifier: BSD-3-Clause
// `patina correlate`. Truths: what the frames of `patina synth` are known to have, by `patina score` with errors in closed form; numpy's sums
// over the pixels of the same files; the same numbers from dense frames, events and Rigaku words; files made by h5py with known faults.
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

constexpr const char* input = R"({
  "seed": 3, "frames": {"count": 150, "interval_s": 2}, "q_inv_A": [2.70, 2.76], "q0_inv_A": 2.7, "q_exponent": 2, "contrast": 0.3,
  "zones": [{"clock": {"type": "ageing", "tau_s": 20, "growth_time_s": 200}}],
  "detector": {
    "geometry": {"rows": 90, "columns": 130, "pixel_size_um": 150, "distance_m": 0.6, "two_theta_deg": 39.5, "row_gaps": [{"first": 40, "count": 6}]},
    "ring_width_inv_A": 0.05, "static_parts": 2, "photons_per_pixel": 0.3, "faults": {"dead_fraction": 0.01, "flux_rms": 0.1},
    "write": {"events": true, "rigaku": true}
  }
})";

class Correlate : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new ScratchFolder;
    std::ofstream(*folder_ / "in.json") << input;
    const auto made = run_patina("synth " + file("in.json") + " -o " + file("out"));
    ASSERT_EQ(made.status, 0) << made.output;
  }
  static void TearDownTestSuite() { delete folder_; }
  static std::string file(const std::string& name) { return *folder_ / name; }
  static test::ProgramResult correlate(const std::string& frames, const std::string& result, const std::string& options = "") {
    return run_patina("correlate " + file(frames) + " --overwrite -o " + file(result) + " " + options);
  }
  static void expect(const std::string& script, const std::string& arguments) {
    const auto checked = test::run_python(file("check.py"), "import json, sys\nimport h5py\nimport numpy as np\nfolder = sys.argv[1] + '/'\n" + script, folder_->path() + " " + arguments);
    EXPECT_EQ(checked.status, 0) << checked.output;
  }
  static void refuse(const std::string& arguments, int status, std::initializer_list<const char*> words) {
    const auto ran = run_patina("correlate " + arguments);
    EXPECT_EQ(ran.status, status) << ran.output;
    for (const char* word : words) EXPECT_NE(ran.output.find(word), std::string::npos) << word << "\n" << ran.output;
  }
  static ScratchFolder* folder_;
};
ScratchFolder* Correlate::folder_ = nullptr;

// What `patina analyse` takes for the noise. Truth: numpy's sums over the frames, and the size of speckles that is told. Rows of a map may be of two frames;
// those of g2 are of one, and g2 alone has as many.
TEST_F(Correlate, AnalysisTakesItsNoiseFromWhatWasCounted) {
  for (const std::string options : {"--set /two_time/averaged_frames=2", "--set /two_time/make=false"}) {
    ASSERT_EQ(correlate("out/frames", "noise.hdf", "--set /pixels_per_speckle=2.5 " + options).status, 0);
    const auto ran = run_patina("analyse " + file("noise.hdf") + " --overwrite -o " + file("noise.json"));
    ASSERT_EQ(ran.status, 0) << ran.output;
    expect(R"(
counts = h5py.File(folder + "out/frames/s0001.h5")["/entry/data/data"][:].reshape(150, -1).astype(float)
qmap = h5py.File(folder + "out/frames/qmap.h5")["/qmap"]
ring = np.where(qmap["mask"][:].ravel() == 1, qmap["dynamic_roi_map"][:].ravel(), 0)
for k, one in enumerate(json.load(open(folder + "noise.json"))["speckles"]):
    pixels, photons = (ring == k + 1).sum(), counts[:, ring == k + 1].mean()
    for noise, frames in [(one["g2"]["noise"], 1)] + ([(one["clock_fit"]["noise"], 2)] if sys.argv[2] == "map" else []):
        assert noise["pixels"] == pixels, (noise, pixels)
        assert abs(noise["photons_per_pixel_and_frame"] / (frames * photons) - 1) < 1e-6, (noise, frames, photons)
    assert one["g2"]["noise"]["pixels_per_speckle"] == 2.5, one["g2"]["noise"]
    assert "no covariance" not in str(one["g2"].get("warnings")), one["g2"]
)", options.find("make") == std::string::npos ? "map" : "g2");
  }
}

TEST_F(Correlate, FindsTheTruthWithinItsErrors) {
  const auto ran = correlate("out/frames", "found.hdf");
  ASSERT_EQ(ran.status, 0) << ran.output;
  const auto scored = run_patina("score " + file("found.hdf") + " " + file("out/frames/s0001_results.hdf") + " --overwrite -o " + file("score.json"));
  ASSERT_EQ(scored.status, 0) << scored.output;
  expect(R"(
score = json.load(open(folder + "score.json"))
assert score["answer"]["recognised_as"].startswith("APS"), score["answer"]
assert len(score["g2"]) == 2 and len(score["two_time"]) == 2
for one in score["g2"] + score["two_time"]:
    grades = one["grades"]
    theory = grades["with_theoretical_covariance"]
    assert theory["probability"] > 1e-3, grades
    assert abs(grades["bias"]) < 4 * grades["bias_error"], grades
for one in score["g2"]:
    assert one["averaged_frames"][:16] == [1] * 15 + [2], one["averaged_frames"]
    own, known = np.array(one["own_sigma"]), np.array(one["theoretical_sigma"])
    assert np.all(np.abs(np.log(own / known)) < 0.35), own / known  # the record ages, errors take it for stationary
)", "");
}

TEST_F(Correlate, FindsTheTruthOfMeansOverFrames) {
  const auto ran = correlate("out/frames", "means.hdf", "--set /two_time/averaged_frames=3");
  ASSERT_EQ(ran.status, 0) << ran.output;
  for (const char* format : {"aps", "nxxpcs"}) {
    const auto scored = run_patina("score " + file("means.hdf") + " " + file("out/frames/s0001_results.hdf") + " --overwrite -o " + file("means.json") + " --format " + format);
    ASSERT_EQ(scored.status, 0) << scored.output;
    expect(R"(
score = json.load(open(folder + "means.json"))
assert len(score["two_time"]) == 2
for one in score["two_time"]:
    grades = one["grades"]
    assert grades["points"] == 50 * 49 // 2, grades
    assert abs(grades["bias"]) < 4 * grades["bias_error"], grades
    assert 0.85 < grades["with_theoretical_errors"]["chi_squared_per_point"] < 1.15, grades
)", "");
  }
}

TEST_F(Correlate, HasNumpysNumbers) {
  const auto ran = correlate("out/frames/s0001.h5", "numpy.hdf");
  ASSERT_EQ(ran.status, 0) << ran.output;
  expect(R"(
counts = h5py.File(folder + "out/frames/s0001.h5")["/entry/data/data"][:].reshape(150, -1).astype(float)
qmap = h5py.File(folder + "out/frames/qmap.h5")["/qmap"]
dynamic, static = qmap["dynamic_roi_map"][:].ravel(), qmap["static_roi_map"][:].ravel()
found = h5py.File(folder + "numpy.hdf")
delays, averaged = found["/xpcs/multitau/delay_list"][:], found["/xpcs/multitau/averaged_frames"][:]
for b in (1, 2):
    total, scaled, photons = np.zeros((150, 150)), [], np.zeros(150)
    pixels = np.sum(dynamic == b)
    for s in np.unique(static[dynamic == b]):
        part = counts[:, static == s]
        mean = part.mean(1, keepdims=True)
        scaled.append(part / mean)
        photons += part.shape[1] / mean[:, 0]
    x = np.hstack(scaled)
    assert x.shape[1] == pixels
    c = (x @ x.T - np.diag(photons)) / pixels
    stored = found["/entry/twotime/two_time_corr_func"][b - 1]
    assert np.abs(stored - c).max() < 1e-12, np.abs(stored - c).max()
    assert np.abs(found["/xpcs/twotime/correlation_map/c2_%05d" % b][:] - np.triu(c)).max() < 1e-6
    for k, (delay, m) in enumerate(zip(delays, averaged)):
        y = x[:150 // m * m].reshape(150 // m, m, -1).mean(1)
        steps = delay // m
        g2 = np.mean(np.sum(y[steps:] * y[:len(y) - steps], 1)) / pixels
        assert abs(g2 - found["/xpcs/multitau/normalized_g2"][k, b - 1]) < 1e-12
    log = found["/xpcs/log_binned"]
    assert log["first_delay"][0] == 1 and np.all(log["first_delay"][1:] == log["last_delay"][:-1] + 1)
    for k, (first, last) in enumerate(zip(log["first_delay"][:], log["last_delay"][:])):
        g2 = np.mean([np.mean(np.diagonal(c, lag)) for lag in range(first, last + 1)])
        assert abs(g2 - log["normalized_g2"][k, b - 1]) < 1e-12
        assert 0 < log["normalized_g2_err"][k, b - 1] < 0.1
    assert abs(found["/xpcs/correlate/contrast"][b - 1] + 1 - np.mean(np.diag(c))) < 1e-12
assert found["/xpcs/qmap"].attrs["hash"]
assert abs(float(found["/entry/instrument/detector_1/frame_time"][()]) - 2) < 1e-12
assert abs(float(found["/entry/instrument/incident_beam/incident_energy"][()]) - 8) < 1e-12
assert np.abs(found["/xpcs/spatial_mean/intensity_vs_time"][1] - counts[:, qmap["mask"][:].ravel() == 1].mean(1)).max() < 1e-12
)", "");
}

TEST_F(Correlate, IsTheSameForEveryLayoutMethodAndPass) {
  const char* ways[][3] = {{"out/frames/s0001.h5", "a0.hdf", "--set /method=dense"},
                           {"out/frames/s0001_events.h5", "a1.hdf", "--set /method=sparse"},
                           {"out/frames/s0001.bin", "a2.hdf", ""},
                           {"out/frames/s0001_events.h5", "a3.hdf", "--set /memory_GB=0.01"}};
  for (const auto& way : ways) {
    const auto ran = correlate(way[0], way[1], way[2]);
    ASSERT_EQ(ran.status, 0) << ran.output;
  }
  expect(R"(
files = [h5py.File(folder + name) for name in ("a0.hdf", "a1.hdf", "a2.hdf", "a3.hdf")]
for name in ("/xpcs/multitau/normalized_g2", "/xpcs/multitau/normalized_g2_err", "/xpcs/multitau/covariance_blocks", "/entry/twotime/two_time_corr_func",
             "/xpcs/temporal_mean/scattering_2d"):
    for other in files[1:]:
        a, b = files[0][name][:], other[name][:]
        assert a.shape == b.shape, name
        assert np.abs(a - b).max() < 1e-11 * np.abs(a).max(), (name, np.abs(a - b).max())
)", "");
}

TEST_F(Correlate, TakesAnyNumbersMasksAndBadFrames) {
  expect(R"(
counts = h5py.File(folder + "out/frames/s0001.h5")["/entry/data/data"][:60, 46:80, 10:50]
mask = np.ones(counts.shape[1:], "i1")
mask[3, 4] = mask[:, 30] = 0
for kind in ("u1", "i2", ">u2", "u4", "i8", "f4", "f8"):
    with h5py.File(folder + kind.strip(">") + ("b" if ">" in kind else "") + ".h5", "w") as f:
        wild = counts.astype(kind)
        wild[:, 3, 4] = wild[17] = 100  # where nobody looks
        f["my/frames"], f["my/mask"], f["my/bad"] = wild, mask, 1 - mask
)", "");
  const std::string options = " --set '/frames/dataset=\"/my/frames\"' --set /frames/bad_frames=[17] --set /frames/interval_s=1 --set /frames/count=50 --set /frames/first=4";
  for (const std::string kind : {"u1", "i2", "u2b", "u4", "i8", "f4", "f8"}) {
    const bool bad = kind == "i2";
    const auto ran = correlate(kind + ".h5", "of_" + kind + ".hdf",
                               options + " --set '/mask={\"file\": \"" + kind + ".h5\", \"dataset\": \"/my/" + (bad ? "bad\", \"bad_is_one\": true" : "mask\"") + "}'");
    ASSERT_EQ(ran.status, 0) << kind << ran.output;
  }
  expect(R"(
counts = h5py.File(folder + "u1.h5")["my/frames"][4:54].reshape(50, -1)[:, h5py.File(folder + "u1.h5")["my/mask"][:].ravel() == 1].astype(float)
x = counts / counts.mean(1, keepdims=True)
c = x @ x.T / x.shape[1]
for kind in ("u1", "i2", "u2b", "u4", "i8", "f4", "f8"):
    found = h5py.File(folder + "of_" + kind + ".hdf")
    stored = found["/entry/twotime/two_time_corr_func"][0]
    assert np.all(np.isnan(stored[13])) and np.all(np.isnan(stored[:, 13])), kind
    away = np.abs(stored - c)
    np.fill_diagonal(away, 0)
    assert np.nanmax(away) < 1e-12, (kind, np.nanmax(away))
    pairs = [c[t, t + 1] for t in range(49) if 13 not in (t, t + 1)]
    assert abs(found["/xpcs/multitau/normalized_g2"][0, 0] - np.mean(pairs)) < 1e-12
)", "");
}

TEST_F(Correlate, DescribesItsInputAndDrawsWhatItFound) {
  const auto result = run_patina("correlate --describe-input");
  ASSERT_EQ(result.status, 0) << result.output;
  const std::string page = test::read_text_file(PATINA_SOURCE_DIR "/docs/correlate.md"), fence = "```json\n";
  EXPECT_EQ(result.output, page) << "make it again: build/patina correlate --describe-input > docs/correlate.md";
  const std::size_t begin = page.find(fence) + fence.size();
  std::ofstream(file("page.json")) << page.substr(begin, page.find("```", begin) - begin);
  const auto ran = run_patina("correlate " + file("out/frames") + " " + file("page.json") + " -o " + file("page.hdf") + " --figure " + file("page.png"));
  ASSERT_EQ(ran.status, 0) << ran.output;
  EXPECT_EQ(test::read_text_file(file("page.png")).substr(1, 3), "PNG");
  expect(R"(
counts = h5py.File(folder + "out/frames/s0001.h5")["/entry/data/data"][10:].reshape(140, -1).astype(float)
static = h5py.File(folder + "out/frames/qmap.h5")["/qmap/static_roi_map"][:].ravel()
dynamic = h5py.File(folder + "out/frames/qmap.h5")["/qmap/dynamic_roi_map"][:].ravel()
found = h5py.File(folder + "page.hdf")
good = np.ones(140, bool)
good[7:9] = False
for level in range(4):
    m = 2 ** level
    k = counts[:140 // m * m].reshape(140 // m, m, -1).sum(1)[good[:140 // m * m].reshape(-1, m).all(1)]
    for b in (1, 2):
        pairs, square = 0.0, 0.0
        for s in np.unique(static[dynamic == b]):
            part = k[:, static == s]
            pairs += np.sum(part * (part - 1))
            square += part.shape[1] * np.sum(part.mean(1) ** 2)
        group = found["/xpcs/visibility"]
        assert group["frames_of_exposure"][level] == m and group["exposures"][level] == len(k)
        assert abs(group["contrast"][level, b - 1] - (pairs / square - 1)) < 1e-12
        for n in range(5):
            assert abs(group["probability"][level, b - 1, n] - np.mean(k[:, dynamic == b] == n)) < 1e-12
assert found["/entry/twotime/two_time_corr_func"].shape == (2, 70, 70) and found["/xpcs/twotime/config/avg_frame"][()] == 2
g2 = found["/xpcs/multitau/normalized_g2_err"][:, 0] ** 2 / np.diag(found["/xpcs/multitau/covariance_blocks"][0])
assert np.abs(g2 - 1).max() < 1e-12
)", "");
}

TEST_F(Correlate, RefusesWhatCannotBe) {
  expect(R"(
def write(name, **items):
    with h5py.File(folder + name, "w") as f:
        for path, value in items.items():
            f[path.replace("__", "/")] = value

frames = np.ones((4, 5, 6), "u2")
write("flat.h5", entry__data__data=frames[0])
write("none.h5", other=frames)
marked = frames.copy()
marked[2, 3, 1] = 65535
write("marked.h5", entry__data__data=marked)
write("good.h5", entry__data__data=frames)
write("map_size.h5", qmap__dynamic_roi_map=np.ones((5, 7), "i4"))
write("map_static.h5", qmap__dynamic_roi_map=np.repeat([[1, 2, 2, 2, 2, 2]], 5, 0), qmap__static_roi_map=np.ones((5, 6), "i4"))
write("map_empty.h5", qmap__dynamic_roi_map=np.zeros((5, 6), "i4"))
write("map_part.h5", qmap__dynamic_roi_map=np.full((5, 6), 1.5))
group = "entry_0000__measurement__data__"
for name, pointer, index in (("ptr", [0, 2, 1, 3], [1, 2, 3]), ("end", [0, 1, 2, 4], [1, 2, 3]), ("pixel", [0, 1, 2, 3], [1, 2, 77]), ("twice", [0, 2, 2, 3], [5, 5, 3])):
    write("events_" + name + ".h5", **{group + "frame_ptr": pointer, group + "index": np.array(index, "u4"), group + "intensity": np.ones(3, "u4")})
np.array([1 << 40, 0], "<u8").tofile(folder + "order.bin")
open(folder + "odd.bin", "wb").write(b"12345")
open(folder + "text.h5", "w").write("no")
)", "");
  const std::string out = " -o " + file("never.hdf") + " ";
  refuse(file("gone.h5") + out, 66, {"gone.h5"});
  refuse(file("text.h5") + out, 65, {"text.h5", "HDF5"});
  refuse(file("flat.h5") + out, 65, {"flat.h5", "/entry/data/data", "frames, rows, columns"});
  refuse(file("none.h5") + out, 65, {"none.h5", "/entry/data/data", "dataset"});
  refuse(file("marked.h5") + out, 65, {"marked.h5", "/entry/data/data", "frame 2", "row 3", "column 1", "65535"});
  refuse(file("good.h5") + out + "--set '/frames/dataset=\"/no\"'", 65, {"good.h5", "/no"});
  refuse(file("good.h5") + out + "--set /frames/first=3", 65, {"/frames", "has 4"});
  refuse(file("good.h5") + out + "--set /frames/bad_frames=[9]", 65, {"/frames/bad_frames", "9", "4 frames"});
  refuse(file("good.h5") + out + "--set /g2/normalisation=none", 65, {"/g2/normalisation", "symmetric"});
  refuse(file("good.h5") + out + "--set /g2/channels=7", 65, {"/g2/channels", "7"});
  refuse(file("good.h5") + out + "--set '/partition/file=\"no.h5\"'", 66, {"/partition/file", "no.h5"});
  refuse(file("good.h5") + out + "--set '/partition/file=\"map_size.h5\"'", 65, {"map_size.h5", "5 x 7", "5 x 6"});
  refuse(file("good.h5") + out + "--set '/partition/file=\"map_static.h5\"'", 65, {"static_roi_map", "bin 1", "1 and 2"});
  refuse(file("good.h5") + out + "--set '/partition/file=\"map_empty.h5\"'", 65, {"dynamic_roi_map", "no bin"});
  refuse(file("good.h5") + out + "--set '/partition/file=\"map_part.h5\"'", 65, {"dynamic_roi_map", "1.5", "row 0, column 0"});
  const std::string shape = "--set /frames/rows=5 --set /frames/columns=6";
  refuse(file("events_pixel.h5") + out, 65, {"events_pixel.h5", "rows"});
  refuse(file("events_ptr.h5") + out + shape, 65, {"frame_ptr", "falls from 2 to 1"});
  refuse(file("events_end.h5") + out + shape, 65, {"frame_ptr", "ends at 4", "3 events"});
  refuse(file("events_pixel.h5") + out + shape, 65, {"index", "77", "5 x 6"});
  refuse(file("events_twice.h5") + out + shape, 65, {"index", "pixel 5", "twice"});
  refuse(file("order.bin") + out + shape, 65, {"order.bin", "frame 0 after frame 1"});
  refuse(file("odd.bin") + out + shape, 65, {"odd.bin", "5 bytes"});
  EXPECT_FALSE(std::filesystem::exists(file("never.hdf")));
  std::ofstream(file("there.hdf")) << "mine";
  refuse(file("good.h5") + " -o " + file("there.hdf"), 73, {"there.hdf"});
  EXPECT_EQ(test::read_text_file(file("there.hdf")), "mine");
  const auto dry = run_patina("correlate " + file("out/frames") + " --dry-run");
  EXPECT_EQ(dry.status, 0) << dry.output;
  for (const char* word : {"memory", "time"}) EXPECT_NE(dry.output.find(word), std::string::npos) << dry.output;
}

}  // namespace
}  // namespace patina
