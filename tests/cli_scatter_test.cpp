// SPDX-License-Identifier: BSD-3-Clause
// `patina scatter` on the trajectory of a run. Truths: the same observers in situ, during that run, to the
// last bit, whatever the format; what must not be written over is not.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "core/hdf5.hpp"
#include "program.hpp"
#include "python.hpp"
#include "scratch_folder.hpp"

namespace patina {
namespace {

namespace fs = std::filesystem;
using test::run_patina;
using test::run_patina_on;
using test::run_python;
using test::run_shell;
using test::ScratchFolder;

void write(const std::string& path, const std::string& text) { std::ofstream(path) << text; }

constexpr const char* run_input = R"({
  "seed": 5, "potential": {"files": ["CuZr_mm.eam.fs"], "species": ["Cu", "Zr"]},
  "structure": {"type": "random", "atoms": 300, "composition": {"Cu": 0.6, "Zr": 0.4}, "volume_per_atom_A3": 17.5},
  "dynamics": {"time_step_fs": 2},
  "protocol": [
    {"type": "minimise", "max_steps": 50},
    {"type": "melt", "temperature_K": 3000, "duration_ps": 1.2, "observers": [
      {"type": "trajectory", "interval_steps": 10, "velocities": true, "precision": "float64"},
      {"type": "xpcs", "q_inv_A": 2.8, "width_inv_A": 0.3, "interval_steps": 20, "self_vectors": 10, "waiting_times_ps": [0, 0.4]},
      {"type": "dynamics", "q_inv_A": [1.6, 2.8], "width_inv_A": 0.5, "interval_steps": 10, "waiting_times_ps": [0, 0.2], "sub_boxes": 1,
       "van_hove_max_A": 4},
      {"type": "multi_tau", "q_inv_A": [2.8], "width_inv_A": 0.4, "interval_steps": 10, "channels": 4, "currents": true},
      {"type": "dynamics", "q_inv_A": [9], "max_vectors": 50, "interval_steps": 10, "windows":
       [{"fwhm_A": 3.5}, {"fwhm_A": 3.6, "lab": true, "centre": [0.1, 0.2, 0.9]}, {"fwhm_A": 3.5, "shape": "layer_y"}]},
      {"type": "structure_factor", "interval_steps": 40, "q_max_inv_A": 5},
      {"type": "pair_distribution", "interval_steps": 20, "r_max_A": 9}]}]})";

constexpr const char* input = R"({
  "seed": 5,
  "observers": [
    {"type": "xpcs", "q_inv_A": 2.8, "width_inv_A": 0.3, "interval_steps": 2, "self_vectors": 10, "waiting_times_ps": [0, 0.4]},
    {"type": "dynamics", "q_inv_A": [1.6, 2.8], "width_inv_A": 0.5, "waiting_times_ps": [0, 0.2], "sub_boxes": 1, "van_hove_max_A": 4},
    {"type": "multi_tau", "q_inv_A": [2.8], "width_inv_A": 0.4, "channels": 4, "currents": true},
    {"type": "dynamics", "q_inv_A": [9], "max_vectors": 50, "windows":
     [{"fwhm_A": 3.5}, {"fwhm_A": 3.6, "lab": true, "centre": [0.1, 0.2, 0.9]}, {"fwhm_A": 3.5, "shape": "layer_y"}]},
    {"type": "structure_factor", "interval_steps": 4, "q_max_inv_A": 5},
    {"type": "pair_distribution", "interval_steps": 2, "r_max_A": 9}]})";

// Compares every dataset of every entry with h5py; entries are told apart by what stands behind
// "step01_melt_" and "trajectory_". Arguments: two files, the tolerance relative to the largest value of a
// dataset (0: the same bytes), the number of datasets there must at least be.
constexpr const char* compare = R"(
import sys, h5py, numpy as np
one, two = (h5py.File(p) for p in sys.argv[1:3])
tolerance, least = float(sys.argv[3]), int(sys.argv[4])
def entries(file):
    return {name.replace("step01_melt_", "").replace("trajectory_", ""): file[name] for name in file if "kind" in file[name]}
A, B = entries(one), entries(two)
assert len(A) == 8 and A.keys() == B.keys(), (list(one), list(two))
count, worst = 0, 0.0
def visit(kind):
    def check(name, x):
        global count, worst
        if not isinstance(x, h5py.Dataset) or "thermodynamic_state" in name:
            return
        x, y = x[()], B[kind][name][()]
        count += 1
        if isinstance(x, bytes) or x.dtype.kind in "OS":
            assert np.all(x == y), (kind, name)
        elif tolerance == 0.0:
            assert x.tobytes() == y.tobytes(), (kind, name, np.nanmax(np.abs(x - y)))
        elif not name.endswith("_errors"):
            assert np.array_equal(np.isnan(x), np.isnan(y)), (kind, name)
            if x.size and np.any(np.isfinite(x)):
                worst = max(worst, np.nanmax(np.abs(x - y)) / max(1.0, np.nanmax(np.abs(x))))
                assert worst <= tolerance, (kind, name, worst)
    return check
for kind in A:
    A[kind].visititems(visit(kind))
assert count >= least, count
print("compared", count, "worst", worst)
)";

// One run with its trajectory, made once for all tests that look at it.
class ScatterOfRun : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new ScratchFolder;
    write(*folder_ / "run.json", run_input);
    write(*folder_ / "in.json", input);
    const auto result = run_patina("run " + *folder_ / "run.json" + " -o " + *folder_ / "run");
    ASSERT_EQ(result.status, 0) << result.output;
  }
  static void TearDownTestSuite() {
    delete folder_;
    folder_ = nullptr;
  }
  static std::string path(const std::string& name) { return *folder_ / name; }
  static void expect_same(const std::string& results, double tolerance, const std::string& reference = "run",
                          int least = 140) {
    const auto compared = run_python(path("compare.py"), compare,
                                     fmt::format("{} {} {} {}", path(reference + "/xpcs.h5"),
                                                 path(results + "/xpcs.h5"), tolerance, least));
    EXPECT_EQ(compared.status, 0) << results << "\n" << compared.output;
  }
  static std::string scatter(const std::string& trajectory, const std::string& out,
                             const std::string& more = "", int status = 0) {
    const auto result =
        run_patina("scatter " + path(trajectory) + " " + path("in.json") + " -o " + path(out) + " " + more);
    EXPECT_EQ(result.status, status) << result.output;
    return result.output;
  }

 private:
  static ScratchFolder* folder_;
};
ScratchFolder* ScatterOfRun::folder_ = nullptr;

// Whatever the C library takes for this processor, and other vector loops (an old processor has them so).
TEST_F(ScatterOfRun, FindsTheSameBitsOnOlderProcessors) {
  const auto older = run_shell("GLIBC_TUNABLES=glibc.cpu.hwcaps=-FMA,-AVX2,-FMA4,-AVX512F PATINA_LANES=generic " PATINA_PROGRAM " scatter " +
                               path("run/trajectory") + " " + path("in.json") + " -o " + path("older"));
  ASSERT_EQ(older.status, 0) << older.output;
  expect_same("older", 0.0);
}

// Exact sums and positions in double precision: the same bytes as in situ, on any ranks.
TEST_F(ScatterOfRun, FindsWhatTheRunFoundToTheLastBit) {
  for (const int ranks : {1, 2}) {
    const std::string out = fmt::format("ranks{}", ranks);
    const auto result =
        run_patina_on(ranks, "scatter " + path("run") + " " + path("in.json") + " -o " + path(out));
    ASSERT_EQ(result.status, 0) << result.output;
    expect_same(out, 0.0);
  }
}

TEST_F(ScatterOfRun, TheSameFromOtherFormats) {
  for (const std::string name : {"a.dump", "a.xyz", "a.h5md"})
    ASSERT_EQ(run_patina("convert " + path("run") + " " + path(name)).status, 0);
  ASSERT_EQ(run_shell("gzip -k " + path("a.dump")).status, 0);
  for (const std::string name : {"a.dump", "a.dump.gz", "a.xyz", "a.h5md"}) {
    EXPECT_NE(scatter(name, name + ".out").find("atoms are followed by: image flags"), std::string::npos);
    expect_same(name + ".out", 0.0);
  }
}

// LAMMPS's columns x y z alone (minimum image), xu yu zu, xs ys zs with images: as the dump of the test
// before, rewritten.
TEST_F(ScatterOfRun, WrappedAndUnwrappedPositionsGiveTheSame) {
  ASSERT_EQ(run_patina("convert " + path("run") + " " + path("b.dump")).status, 0);
  const auto rewritten = run_python(path("rewrite.py"), R"(
import sys
source, target, kind = sys.argv[1:4]
columns = {"wrapped": "id type x y z vx vy vz", "unwrapped": "id type xu yu zu vx vy vz", "scaled": "id type xs ys zs ix iy iz vx vy vz"}[kind]
out, state, box = [], "", []
for line in open(source):
    words = line.split()
    if line.startswith("ITEM:"):
        state = words[1]
        if state == "BOX":
            box = []
        if state == "ATOMS":
            line = "ITEM: ATOMS " + columns + "\n"
    elif state == "BOX":
        box.append([float(w) for w in words])
    elif state == "ATOMS":
        r, image = [float(w) for w in words[3:6]], [int(w) for w in words[6:9]]
        place = {"wrapped": words[3:6],
                 "unwrapped": [repr(x + n * (high - low)) for x, n, (low, high) in zip(r, image, box)],
                 "scaled": [repr((x - low) / (high - low)) for x, (low, high) in zip(r, box)] + words[6:9]}[kind]
        line = " ".join(words[:2] + place + words[9:]) + "\n"
    out.append(line)
open(target, "w").writelines(out)
)",
                                    path("b.dump") + " " + path("wrapped.dump") + " wrapped");
  ASSERT_EQ(rewritten.status, 0) << rewritten.output;
  for (const std::string kind : {"unwrapped", "scaled"})
    ASSERT_EQ(run_shell("/usr/bin/python3 " + path("rewrite.py") + " " + path("b.dump") + " " +
                        path(kind + ".dump") + " " + kind)
                  .status,
              0);
  const std::string species = R"(--set '/species=["Cu","Zr"]')";
  const std::string told = scatter("wrapped.dump", "wrapped", species);
  EXPECT_NE(told.find("atoms are followed by: minimum image from frame to frame"), std::string::npos);
  EXPECT_NE(told.find(" faces crossed"), std::string::npos)
      << "no atom crossed a face: the run shows nothing";
  EXPECT_NE(
      scatter("unwrapped.dump", "unwrapped", species).find("atoms are followed by: unwrapped positions"),
      std::string::npos);
  scatter("scaled.dump", "scaled", species);
  // Images counted from the first frame on, and fractions of the box rounded once more: the last digits
  // differ.
  for (const std::string kind : {"wrapped", "unwrapped", "scaled"}) expect_same(kind, 1e-10);
  const auto attributes = h5::File::open(path("wrapped/xpcs.h5"));
  EXPECT_EQ(attributes.text_attribute("/", "unwrapping").at(0), "minimum image from frame to frame");
  EXPECT_EQ(attributes.attribute<std::int64_t>("/", "trajectory_frames").at(0), 61);
  EXPECT_EQ(attributes.text_attribute("/", "trajectory_sha256").at(0),
            test::read_text_file(path("wrapped/inputs.sha256")));

  // Without unwrapping atoms seem to jump through the whole cell: the control that must fail.
  EXPECT_NE(scatter("wrapped.dump", "jumps", species + " --set /unwrap=as_is").find("warning: "),
            std::string::npos);
  const auto compared =
      run_python(path("compare.py"), compare, path("run/xpcs.h5") + " " + path("jumps/xpcs.h5") + " 1e-3 1");
  EXPECT_NE(compared.status, 0);
}

// ESPResSo, for one, writes atoms in the order of the moment, and who they are beside it.
TEST_F(ScatterOfRun, FollowsAtomsThroughTheRowsOfH5md) {
  const auto shuffled = run_python(path("shuffle.py"), R"(
import sys, glob, h5py, numpy as np
source, target = sys.argv[1:]
old = h5py.File(glob.glob(source + "/trajectory/seg_*.h5md")[0])["particles/trajectory"]
frames, atoms = old["position/value"].shape[:2]
order = np.array([np.random.default_rng(k).permutation(atoms) for k in range(frames)])
with h5py.File(target, "w") as file:
    new = file.create_group("particles/all")
    box = new.create_group("box")
    box.attrs["dimension"] = 3
    box.attrs["boundary"] = np.array([b"periodic"] * 3)
    box["edges/value"] = old["box/edges/value"][:]
    box["origin/value"] = old["box/origin/value"][:]
    for name in ("position", "image", "velocity"):
        values = old[name + "/value"][:]
        new[name + "/value"] = np.array([values[k][order[k]] for k in range(frames)])
    new["position/step"], new["position/time"] = old["position/step"][:], old["position/time"][:]
    new["id/value"] = order + 1
    new["species/value"] = old["species"][:][order]
)",
                                   path("run") + " " + path("shuffled.h5md"));
  ASSERT_EQ(shuffled.status, 0) << shuffled.output;
  scatter("shuffled.h5md", "shuffled");
  expect_same("shuffled", 0.0);
}

TEST_F(ScatterOfRun, ChoosesFrames) {
  scatter(
      "run", "part",
      R"(--set '/frames={"first":10,"last":40,"every":2}' --set '/observers=[{"type":"structure_factor"}]')");
  const auto part = h5::File::open(path("part/xpcs.h5"));
  EXPECT_EQ(part.attribute<std::int64_t>("/", "trajectory_frames").at(0), 16);
  EXPECT_EQ(part.attribute<std::int64_t>("/", "trajectory_first_frame").at(0), 10);
  EXPECT_EQ(part.attribute<std::int64_t>("/", "trajectory_last_frame").at(0), 40);
  EXPECT_EQ(part.attribute<std::int64_t>("/trajectory_structure_factor/structure_factor", "frames").at(0),
            16);
}

TEST_F(ScatterOfRun, TheShippedInputRuns) {
  const auto result = run_patina("scatter " + path("run") + " " PATINA_SOURCE_DIR "/inputs/scatter.json -o " +
                                 path("shipped"));
  EXPECT_EQ(result.status, 0) << result.output;
}

TEST_F(ScatterOfRun, WritesOverNothing) {
  scatter("run", "once");
  const std::string before = test::read_text_file(path("once/xpcs.h5"));
  EXPECT_NE(scatter("run", "once", "", 73).find("already holds results; give --overwrite"),
            std::string::npos);
  EXPECT_NE(scatter("run", "run", "--overwrite", 73).find("is the folder of a run"), std::string::npos);
  fs::create_directory(path("foreign"));
  write(path("foreign/thesis.tex"), "x");
  EXPECT_NE(scatter("run", "foreign", "--overwrite", 73).find("is not empty"), std::string::npos);
  EXPECT_EQ(test::read_text_file(path("once/xpcs.h5")), before);
  scatter("run", "once", "--overwrite");
  EXPECT_EQ(run_patina("run " + path("run.json") + " -o " + path("once")).status, 73);
}

TEST_F(ScatterOfRun, AnalysisAndReportTakeTheFolder) {
  scatter("run", "told");
  const auto analysed = run_patina("analyse " + path("told"));
  ASSERT_EQ(analysed.status, 0) << analysed.output;
  EXPECT_NE(analysed.output.find("trajectory_xpcs: t_w = 0 ps:"), std::string::npos) << analysed.output;
  EXPECT_NE(test::read_text_file(path("told/analysis.json")).find("\"atoms\": 300"), std::string::npos);
  const auto report = run_patina("report " + path("told"));
  ASSERT_EQ(report.status, 0) << report.output;
  EXPECT_TRUE(fs::exists(path("told/report.html")));
}

}  // namespace
}  // namespace patina
