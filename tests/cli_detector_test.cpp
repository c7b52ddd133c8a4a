// SPDX-License-Identifier: BSD-3-Clause
// A detector in a run, from the input to the files. Truths: the same run without an interruption, byte by byte; on two ranks; the same atoms
// from a stored trajectory; h5py, which reads what the files promise; Poisson statistics of the counts; numpy's correlations of the
// intensities without noise, and what Poisson movies of them scatter.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "program.hpp"
#include "python.hpp"
#include "scratch_folder.hpp"

namespace patina {
namespace {

namespace fs = std::filesystem;
using test::read_text_file;
using test::run_patina;
using test::run_patina_on;
using test::run_python;
using test::ScratchFolder;

constexpr const char* detector = R"("q_inv_A": [4.5], "ring_width_inv_A": 1.0, "static_parts": 1, "noise_free": true, "photons_per_pixel": 3,
   "beam": {"intensity_fwhm_A": 4.0, "coherence_length_A": 6},
   "geometry": {"rows": 12, "columns": 16, "pixel_size_um": 4000, "distance_m": 0.1, "photon_energy_keV": 12, "two_theta_deg": 45})";

std::string run_input() {
  return R"({"seed": 5, "potential": {"files": ["CuZr_mm.eam.fs"], "species": ["Cu", "Zr"]},
  "structure": {"type": "random", "atoms": 300, "composition": {"Cu": 0.6, "Zr": 0.4}, "volume_per_atom_A3": 17.5},
  "output": {"checkpoint_interval_steps": 70},
  "protocol": [{"type": "minimise", "max_steps": 50}, {"type": "melt", "temperature_K": 3000, "duration_ps": 0.4, "barostat": {"type": "none"}, "observers": [
    {"type": "trajectory", "interval_steps": 10, "precision": "float64"},
    {"type": "detector", "interval_steps": 10, "instants": 2, )" +
         std::string(detector) + "}]}]}";
}

// The shape, counts against the noise-free intensities, and that a viewer's own way to the frames exists.
constexpr const char* look = R"(
import sys, h5py, numpy as np
folder = sys.argv[1]
with h5py.File(folder + '/s0001.h5') as raw, h5py.File(folder + '/s0001_noise_free.h5') as free, h5py.File(folder + '/s0001_results.hdf') as results:
    counts, mean = raw['/entry/data/data'][()], free['/intensity'][()].astype(float)
    assert counts.shape == mean.shape == (10, 12, 16), counts.shape
    assert np.array_equal(raw['/1.1/measurement/eiger4m'][()], counts)
    pull = (counts - mean).sum() / np.sqrt(mean.sum())
    assert abs(pull) < 4, pull
    lit = mean > 0.3
    chi = np.mean((counts - mean)[lit]**2 / mean[lit])
    assert 0.7 < chi < 1.3, chi
    truth = results['truth']
    assert np.allclose(np.diff(truth['record/t_ps'][()]), 0.04), truth['record/t_ps'][()]  # two instants of 10 steps of 2 fs
    assert np.isclose(truth['record/t_ps'][0], 0.01) and np.isclose(results['/entry/instrument/detector_1/frame_time'][()], 4e-14)
    c, ring = truth['shell00/truth/g2'][()], results['/xpcs/qmap/dynamic_roi_map'][()] == 1
    i = mean[:, ring]
    own = i @ i.T / ring.sum() / np.outer(i.mean(1), i.mean(1))
    assert np.allclose(c, own, rtol=1e-6) and len(c) == 10
    assert np.isclose(results['/xpcs/multitau/normalized_g2'][2, 0], np.mean(np.diag(own, 3)), rtol=1e-6)
    assert list(results['/xpcs/multitau/delay_list'][:3]) == [1, 2, 3]
)";

std::string frames_of(const std::string& folder) { return folder + "/frames/step01_melt_detector/"; }

void expect_same_frames(const std::string& a, const std::string& b, bool and_results = true) {
  for (const std::string name : {"s0001.h5", "s0001_metadata.hdf", "qmap.h5", "s0001_noise_free.h5", "s0001_results.hdf"})
    if (and_results || name != "s0001_results.hdf") {
      EXPECT_TRUE(read_text_file(a + name) == read_text_file(b + name)) << b + name;
    }
}

TEST(CommandLine, DetectorOfARunOfItsContinuationAndOfItsTrajectory) {
  const ScratchFolder folder;
  std::ofstream(folder / "run.json") << run_input();
  const auto whole = run_patina("run " + folder / "run.json" + " --output " + folder / "whole");
  ASSERT_EQ(whole.status, 0) << whole.output;
  const auto looked = run_python(folder / "look.py", look, frames_of(folder / "whole"));
  EXPECT_EQ(looked.status, 0) << looked.output;
  const auto two = run_patina_on(2, "run " + folder / "run.json" + " --output " + folder / "two");
  ASSERT_EQ(two.status, 0) << two.output;
  expect_same_frames(frames_of(folder / "whole"), frames_of(folder / "two"));

  // Ended after its first checkpoint (70 steps: in the middle of the fourth frame).
  const auto cut = test::run_shell("timeout -s TERM 600 sh -c '" + std::string(PATINA_PROGRAM) + " run " + folder / "run.json" + " --output " + folder / "again & pid=$!; "
                                   "while ! grep -q checkpoint_ " + folder / "again/checkpoint/manifest.json" + " 2>/dev/null; do sleep 0.02; done; kill -TERM $pid; wait $pid'");
  const auto resumed = run_patina("run " + folder / "run.json" + " --output " + folder / "again" + " --resume");
  ASSERT_EQ(resumed.status, 0) << cut.output << resumed.output;
  expect_same_frames(frames_of(folder / "whole"), frames_of(folder / "again"));

  std::ofstream(folder / "scatter.json") << R"({"seed": 5, "observers": [{"type": "detector", "instants": 2, )" + std::string(detector) + "}]}";
  const auto stored = run_patina("scatter " + folder / "whole" + " " + folder / "scatter.json" + " --output " + folder / "stored");
  ASSERT_EQ(stored.status, 0) << stored.output;
  const std::string of_trajectory = folder / "stored/frames/trajectory_detector/";
  EXPECT_TRUE(read_text_file(of_trajectory + "s0001.h5") == read_text_file(frames_of(folder / "whole") + "s0001.h5"));
  // Nothing is overwritten in silence.
  const auto refused = run_patina("scatter " + folder / "whole" + " " + folder / "scatter.json" + " --output " + folder / "stored");
  EXPECT_EQ(refused.status, 73) << refused.output;
  EXPECT_EQ(run_patina("scatter " + folder / "whole" + " " + folder / "scatter.json" + " --overwrite --output " + folder / "stored").status, 0);
}

// Answers that are the truth: g2 of lags and of means over two frames, normalised by means over the record, and C; flux and all.
constexpr const char* answers = R"(
import sys, h5py, numpy as np
folder, frames = sys.argv[1], sys.argv[2]
with h5py.File(frames + '/s0001_noise_free.h5') as free, h5py.File(frames + '/s0001_results.hdf') as results:
    ring = results['/xpcs/qmap/dynamic_roi_map'][()] == 1
    i = free['/intensity'][()].astype(float)[:, ring] * results['truth/record/flux'][()][:, None]
assert i.mean(1).std() > 0.1 * i.mean(), 'frames of equal brightness are no test'
def g2(a, lag):
    return (a[:-lag] * a[lag:]).mean() / (a[:-lag].mean() * a[lag:].mean())
twos = i.reshape(5, 2, -1).mean(1)
with open(folder + '/g2.csv', 'w') as f:
    f.write('lag_frames,g2,averaged_frames\n' + ''.join(f'{lag},{g2(i, lag):.10f},1\n' for lag in range(1, 7)) + ''.join(f'{2 * lag},{g2(twos, lag):.10f},2\n' for lag in (1, 2, 3)))
c = i @ i.T / i.shape[1] / np.outer(i.mean(1), i.mean(1))
with open(folder + '/c.csv', 'w') as f:
    f.write('t1_frames,t2_frames,c\n' + ''.join(f'{a},{b},{c[a, b]:.10f}\n' for a in range(10) for b in range(a + 1, 10)))
random = np.random.default_rng(1)
movies = [random.poisson(i) for _ in range(2000)]
np.savetxt(folder + '/scatter.txt', np.std([[g2(m, lag) for lag in range(1, 7)] for m in movies], axis=0))
)";

constexpr const char* check_scores = R"(
import json, sys, numpy as np
folder = sys.argv[1]
g2, c, own = (json.load(open(f'{folder}/{name}.json')) for name in ('g2', 'c', 'own'))
for score, count in ((g2['g2'][0], 9), (c['two_time'][0], 45)):
    assert score['grades']['points'] == count and score['grades']['rms_residual'] < 1e-6, score['grades']
# Scatter of this record; the closed form is that of all records of as few speckles.
ratio = np.array(g2['g2'][0]['theoretical_sigma'][:6]) / np.loadtxt(folder + '/scatter.txt')
assert np.all((0.7 < ratio) & (ratio < 1.4)), ratio
own_errors = own['two_time'][0]['grades']['with_theoretical_errors']
assert 0.4 < own_errors['chi_squared_per_point'] < 2, own_errors
assert any('counting' in note for note in own['notes']), own['notes']
)";

TEST(CommandLine, FramesOfARunAreScoredAgainstThemselves) {
  const ScratchFolder folder;
  std::ofstream(folder / "run.json") << run_input();
  const auto scored = [&](const std::string& answer, const std::string& truth, const std::string& name) {
    return run_patina("score " + answer + " " + truth + " -o " + folder / (name + ".json"));
  };
  const auto run = run_patina("run " + folder / "run.json" + " --output " + folder / "out" + " --set /protocol/1/observers/1/faults/flux_rms=0.3");
  ASSERT_EQ(run.status, 0) << run.output;
  const auto written = run_python(folder / "answers.py", answers, folder.path() + " " + frames_of(folder / "out"));
  ASSERT_EQ(written.status, 0) << written.output;
  for (const std::string name : {"g2", "c"}) {
    const auto result = scored(folder / (name + ".csv"), frames_of(folder / "out"), name);
    ASSERT_EQ(result.status, 0) << result.output;
  }
  const auto own = scored(frames_of(folder / "out") + "s0001.h5", frames_of(folder / "out"), "own");
  ASSERT_EQ(own.status, 0) << own.output;
  const auto checked = run_python(folder / "check.py", check_scores, folder.path());
  EXPECT_EQ(checked.status, 0) << checked.output << own.output;

  const auto reported = run_patina("report " + folder / "out");
  ASSERT_EQ(reported.status, 0) << reported.output;
  EXPECT_TRUE(fs::exists(folder / "out/figures/frames_step01_melt_detector.png"));
  EXPECT_NE(read_text_file(folder / "out/report.html").find("What a detector sees of "), std::string::npos);

  // Where C of some frames only is listed.
  const auto few = run_patina("run " + folder / "run.json" + " --output " + folder / "few" + " --set /protocol/1/observers/1/truth_frames=5");
  ASSERT_EQ(few.status, 0) << few.output;
  const auto refused = scored(folder / "g2.csv", frames_of(folder / "few"), "few");
  EXPECT_EQ(refused.status, 65) << refused.output;
  EXPECT_NE(refused.output.find("lists C of 5 of the 10 frames"), std::string::npos) << refused.output;
  EXPECT_NE(refused.output.find("truth_frames must be 10 or more"), std::string::npos) << refused.output;
}

TEST(CommandLine, DetectorTellsWhatIsWrongWithItsInput) {
  const ScratchFolder folder;
  std::ofstream(folder / "run.json") << run_input();
  const auto told = [&](const std::string& set, const std::string& words) {
    const auto result = run_patina("run " + folder / "run.json" + " --dry-run --set " + set);
    EXPECT_EQ(result.status, 65) << set << result.output;
    EXPECT_NE(result.output.find(words), std::string::npos) << set << "\n" << result.output;
  };
  told("/protocol/1/observers/1/beam/intensity_fwhm_A=20", "/protocol/1/observers/1/beam/intensity_fwhm_A: along the normal of faces");
  told("/protocol/1/observers/1/beam/direction=[0,0,0]", "direction");
  told("/protocol/1/observers/1/beam/columns=[0,0,3]", "points along the beam");
  told("/protocol/1/observers/1/instants=30", "/protocol/1/observers/1/instants");
  told("/protocol/1/observers/1/q_inv_A=[60]", "no pixel lies in the ring");
  told("/protocol/1/observers/1/geometry/two_theta_deg=0", "the mean density under so small a beam");
  told("/protocol/1/observers/1/polarisation=\\\"x\\\"", "polarisation");
  const auto dry = run_patina("run " + folder / "run.json" + " --dry-run");
  EXPECT_EQ(dry.status, 0) << dry.output;
  EXPECT_NE(dry.output.find("phases each instant"), std::string::npos) << dry.output;
}

TEST(CommandLine, ExampleOfADetectorIsRight) {
  const auto dry = run_patina("run " PATINA_SOURCE_DIR "/inputs/md_detector.json --dry-run");
  EXPECT_EQ(dry.status, 0) << dry.output;
  const ScratchFolder folder;
  const auto run = run_patina("run " PATINA_SOURCE_DIR "/inputs/md_detector.json --output " + folder / "out" +
                              " --set /structure/atoms=1200 --set /protocol/2/duration_ps=0.4 --set /protocol/1/duration_ps=0.1"
                              " --set /protocol/2/observers/0/beam/intensity_fwhm_A=6.5");
  EXPECT_EQ(run.status, 0) << run.output;
  EXPECT_TRUE(fs::exists(folder / "out/frames/step02_anneal_detector/s0001_results.hdf"));
}

}  // namespace
}  // namespace patina
