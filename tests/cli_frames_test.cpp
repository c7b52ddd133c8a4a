// SPDX-License-Identifier: BSD-3-Clause
// `patina synth` with a detector. Truths: the correlation that the input prescribes, written down here, in frames that h5py reads, by the
// closed-form error of photons [physics.md 3.8]; layouts that other programs were seen to need [formats.md 2]; one rank and thread
// against several, byte by byte; what must be refused.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>

#include "core/hdf5.hpp"
#include "program.hpp"
#include "python.hpp"
#include "scratch_folder.hpp"

namespace patina {
namespace {

using test::run_patina;
using test::run_patina_on;
using test::ScratchFolder;

constexpr const char* input = R"({
  "title": "a test", "seed": 7, "frames": {"count": 30, "interval_s": 5}, "q_inv_A": [2.70, 2.76], "q0_inv_A": 2.7, "q_exponent": 2,
  "contrast": 0.5, "zones": [{"clock": {"type": "stationary", "tau_s": 60}}],
  "detector": {
    "geometry": {"rows": 90, "columns": 130, "pixel_size_um": 150, "distance_m": 0.6, "two_theta_deg": 39.5, "row_gaps": [{"first": 40, "count": 6}],
                 "shadows": [{"rows": {"first": 0, "count": 5}, "columns": {"first": 60, "count": 9}}]},
    "ring_width_inv_A": 0.05, "photons_per_pixel": 0.5, "faults": {"dead_fraction": 0.01, "hot_fraction": 0.002, "hot_photons": 30},
    "write": {"events": true, "rigaku": true}
  }
})";

class Frames : public ::testing::Test {
 protected:
  void SetUp() override { std::ofstream(folder / "in.json") << input; }
  test::ProgramResult make(const std::string& name, const std::string& overrides = "") {
    return run_patina("synth " + folder / "in.json" + " -o " + folder / name + " " + overrides);
  }
  const ScratchFolder folder;
};

// Pixels of two rates, spread over the detector: C of each ring is the mean over its own pixels' shares, within its closed-form errors.
TEST_F(Frames, OfSpecklesWithRatesOfTheirOwn) {
  const std::string rates = "--set '/rates={\"type\": \"listed\", \"factors\": [6, 0.2], \"fractions\": [0.5, 0.5]}'";
  ASSERT_EQ(make("out", rates).status, 0);
  const auto checked = test::run_python(folder / "check.py", R"(
import sys
import h5py
import numpy as np
folder = sys.argv[1]
counts = h5py.File(folder + "/s0001.h5", "r")["/entry/data/data"][:].reshape(30, -1).astype(float)
results = h5py.File(folder + "/s0001_results.hdf", "r")
ring, kind = results["/xpcs/qmap/dynamic_roi_map"][:].ravel(), results["/truth/rate_class"][:].ravel()
for number, tau in ((1, 60.0), (2, 60.0 * (2.7 / 2.76) ** 2)):
    shell = results[f"/truth/shell{number - 1:02d}"]
    mine = ring == number
    share = np.bincount(kind[mine], minlength=2) / mine.sum()
    assert np.allclose(share, shell["rates/fraction"][:]) and abs(share[0] - 0.5) < 5 * 0.5 / np.sqrt(mine.sum())
    lag = 5.0 * np.abs(np.subtract.outer(np.arange(30), np.arange(30)))
    square = share[0] * np.exp(-2 * 6 * lag / tau) + share[1] * np.exp(-2 * 0.2 * lag / tau)
    assert np.allclose(shell["truth/g2"][:], 1 + 0.5 * square, atol=1e-9)
    c = counts[:, mine] @ counts[:, mine].T / mine.sum() / np.outer(counts[:, mine].mean(1), counts[:, mine].mean(1))
    upper = np.triu_indices(30, 1)
    pull = ((c - 1 - 0.5 * square) / shell["truth/g2_errors"][:])[upper]
    assert abs(pull).max() < 5 and 0.5 < (pull ** 2).mean() < 2, (abs(pull).max(), (pull ** 2).mean())
    one = 0.5 * np.exp(-2 * 0.2 * lag / tau)  # as if all were slow
    assert abs((c - 1 - one)[upper].mean()) > 0.1
)",
                                        folder / "out/frames");
  EXPECT_EQ(checked.status, 0) << checked.output;
  const auto scored = run_patina("score " + folder / "out" + " " + folder / "out");
  EXPECT_EQ(scored.status, 0) << scored.output;
  EXPECT_NE(scored.output.find("null test: C"), std::string::npos);
  EXPECT_EQ(make("no", rates + " --set '/detector/pupil={}'").status, 65);
}

TEST_F(Frames, HaveTheCorrelationsOfTheInput) {
  const auto ran = make("out");
  ASSERT_EQ(ran.status, 0) << ran.output;
  const h5::File raw = h5::File::open(folder / "out/frames/s0001.h5"), qmap = h5::File::open(folder / "out/frames/qmap.h5"),
                 results = h5::File::open(folder / "out/frames/s0001_results.hdf");
  constexpr std::size_t frames = 30, pixels = 90 * 130;
  const auto counts = raw.read<std::uint16_t>("/entry/data/data", {frames, 90, 130});
  const auto ring = qmap.read<std::uint32_t>("/qmap/dynamic_roi_map", {90, 130});
  const auto mask = qmap.read<std::uint8_t>("/qmap/mask", {90, 130});
  for (std::size_t column = 0; column < 130; ++column)
    for (std::size_t row = 40; row < 46; ++row) {
      EXPECT_EQ(mask[row * 130 + column], 0);
      for (std::size_t k = 0; k < frames; ++k) ASSERT_EQ(counts[k * pixels + row * 130 + column], 0);
    }
  EXPECT_EQ(mask[2 * 130 + 65], 0);
  const auto told = results.read<double>("/xpcs/multitau/normalized_g2", {h5::any_size, 2});
  for (const std::size_t which : {1u, 2u}) {
    const double q = which == 1 ? 2.70 : 2.76, tau = 60.0 * std::pow(2.7 / q, 2);
    const std::string shell = which == 1 ? "/truth/shell00" : "/truth/shell01";
    const auto truth = results.read<double>(shell + "/truth/g2", {frames, frames}), errors = results.read<double>(shell + "/truth/g2_errors", {frames, frames});
    std::vector<std::size_t> mine;
    for (std::size_t p = 0; p < pixels; ++p)
      if (ring[p] == which) mine.push_back(p);
    const auto n = static_cast<double>(mine.size());
    ASSERT_GT(n, 2000.0);
    EXPECT_EQ(results.read<double>(shell + "/pixels", {}), std::vector<double>{n});
    std::vector<double> mean(frames);
    for (std::size_t k = 0; k < frames; ++k)
      for (const std::size_t p : mine) mean[k] += counts[k * pixels + p] / n;
    double chi_square = 0.0, photons = 0.0;
    for (const double m : mean) photons += m / frames;
    EXPECT_NEAR(photons, 0.5, 5.0 * std::sqrt((0.5 / frames + 0.125) / n));
    for (std::size_t i = 0; i < frames; ++i)
      for (std::size_t j = 0; j < i; ++j) {
        double product = 0.0;
        for (const std::size_t p : mine) product += 1.0 * counts[i * pixels + p] * counts[j * pixels + p] / n;
        const double rho = std::exp(-2.0 * 5.0 * static_cast<double>(i - j) / tau), b = 0.5, k = 0.5;
        const double variance = (b * b * (1 + rho * rho) + 2 * b * b * b * rho * (2 - 2 * rho + rho * rho) +
                                 (2 * b + 4 * b * b * rho - 2 * b * b * rho * rho) / k + (1 + b * rho) / (k * k)) / n;
        EXPECT_NEAR(truth[i * frames + j], 1.0 + b * rho, 1e-9);
        EXPECT_NEAR(errors[i * frames + j], std::sqrt(variance), 1e-9);
        const double c = product / (mean[i] * mean[j]);
        EXPECT_LT(std::abs(c - 1.0 - b * rho), 5.0 * std::sqrt(variance)) << which << " " << i << " " << j;
        chi_square += std::pow(c - 1.0 - b * rho, 2) / variance / (frames * (frames - 1) / 2.0);
      }
    EXPECT_GT(chi_square, 0.75);
    EXPECT_LT(chi_square, 1.35);
    EXPECT_NEAR(told[which - 1], 1.0 + 0.5 * std::exp(-10.0 / tau), 1e-9);
  }
}

// Without fields frames have nothing in common: C = 1, error of P pixels [physics.md 3.8 at rho = 0]; each frame has the contrast.
TEST_F(Frames, WithoutFieldsHaveNothingInCommon) {
  const auto ran = make("null", "--set /detector/fields=false --set /contrast=0.03 --set /detector/faults='{\"flux_rms\": 0.2, \"dead_fraction\": 0.01}'");
  ASSERT_EQ(ran.status, 0) << ran.output;
  constexpr std::size_t frames = 30, pixels = 90 * 130;
  const auto counts = h5::File::open(folder / "null/frames/s0001.h5").read<std::uint16_t>("/entry/data/data", {frames, 90, 130});
  const h5::File results = h5::File::open(folder / "null/frames/s0001_results.hdf");
  const auto mask = results.read<std::uint8_t>("/xpcs/qmap/mask", {90, 130});
  const auto truth = results.read<double>("/truth/shell00/truth/g2", {frames, frames}), flux = results.read<double>("/truth/record/flux", {frames});
  double n = 0.0, chi_square = 0.0, contrast = 0.0;
  for (const std::uint8_t good : mask) n += good;
  std::vector<double> mean(frames), square(frames);
  for (std::size_t k = 0; k < frames; ++k) {
    for (std::size_t p = 0; p < pixels; ++p) {
      if (!mask[p]) continue;
      mean[k] += counts[k * pixels + p] / n;
      square[k] += 1.0 * counts[k * pixels + p] * (counts[k * pixels + p] - 1.0) / n;
    }
    EXPECT_NEAR(mean[k], 0.5 * flux[k], 5.0 * std::sqrt((0.5 * flux[k] + 0.03 * 0.25 * flux[k] * flux[k]) / n));
    contrast += (square[k] / (mean[k] * mean[k]) - 1.0) / frames;
  }
  // <n (n - 1)> / <n>^2 - 1 has an error of some sqrt(2 / P) / <n> for a frame.
  EXPECT_NEAR(contrast, 0.03, 4.0 * std::sqrt(2.0 / (n * frames)) / 0.5);
  for (std::size_t i = 0; i < frames; ++i)
    for (std::size_t j = 0; j < i; ++j) {
      EXPECT_EQ(truth[i * frames + j], 1.0);
      double product = 0.0;
      for (std::size_t p = 0; p < pixels; ++p) product += mask[p] ? 1.0 * counts[i * pixels + p] * counts[j * pixels + p] / n : 0.0;
      const double a = 0.03 + 1.0 / mean[i], b = 0.03 + 1.0 / mean[j];  // variances of counts over their means squared
      chi_square += std::pow(product / (mean[i] * mean[j]) - 1.0, 2) * n / (a * b) / (frames * (frames - 1) / 2.0);
    }
  EXPECT_NEAR(chi_square, 1.0, 4.0 * std::sqrt(2.0 / (frames * (frames - 1) / 2.0)));
}

// What readers of the APS and the ESRF, and NXxpcs, ask for: paths, shapes and kinds of numbers.
constexpr const char* reader = R"(
import h5py, numpy, os, sys
folder = sys.argv[1] + "/frames/"
raw = h5py.File(folder + "s0001.h5")["/entry/data/data"]
N, ny, nx = raw.shape
frames = raw[:].reshape(N, -1)
events = h5py.File(folder + "s0001_events.h5")["/entry_0000/measurement/data"]
same = numpy.zeros_like(frames)
for k in range(N):
    part = slice(events["frame_ptr"][k], events["frame_ptr"][k + 1])
    same[k, events["index"][part]] = events["intensity"][part]
assert (same == frames).all()
words = numpy.fromfile(folder + "s0001.bin", "<u8")
same[:] = 0
same[words >> 40, (words >> 16) & (2**21 - 1)] = words & 4095
assert (same == frames).all()

def numbers(group, table):
    for name, (shape, kind) in table.items():
        d = group[name]
        assert d.shape == shape, (name, d.shape, shape)
        assert d.dtype.kind in kind, (name, d.dtype)

def maps(q):
    nq, ns = len(q["dynamic_index_mapping"]), len(q["static_index_mapping"])
    assert q.attrs["hash"]
    numbers(q, {"mask": ((ny, nx), "ui"), "dynamic_roi_map": ((ny, nx), "u"), "static_roi_map": ((ny, nx), "u"),
                "dynamic_v_list_dim0": ((nq,), "f"), "static_v_list_dim0": ((ns,), "f"), "dynamic_v_list_dim1": ((1,), "f"),
                "static_v_list_dim1": ((1,), "f"), "dynamic_num_pts": ((2,), "i"), "static_num_pts": ((2,), "i"),
                "beam_center_x": ((), "f"), "beam_center_y": ((), "f"), "detector_distance": ((), "f"), "pixel_size": ((), "f"),
                "map_names": ((2,), "S"), "map_units": ((2,), "S")})
    dynamic, static = q["dynamic_roi_map"][:], q["static_roi_map"][:]
    assert set(numpy.unique(static)) == set(range(ns + 1)) and set(numpy.unique(dynamic)) == set(range(nq + 1))
    for part in range(1, ns + 1): assert len(numpy.unique(dynamic[static == part])) == 1
    assert ((dynamic == 0) == (static == 0)).all() and (q["mask"][:][dynamic > 0] == 1).all()
    assert [b.decode() for b in q["map_names"][:]] == ["q", "phi"]
    return nq, ns

maps(h5py.File(folder + "qmap.h5")["/qmap"])
for name in ("s0001_metadata.hdf", "s0001_results.hdf"):
    e = h5py.File(folder + name)["/entry"]
    assert e["schema_version"][()] and e["start_time"][()]
    numbers(e["instrument"], {"detector_1/frame_time": ((), "f"), "detector_1/count_time": ((), "f"), "incident_beam/incident_energy": ((), "f")})
    assert e["instrument/incident_beam/incident_energy"][()] == 8.0 and e["instrument/detector_1/frame_time"][()] == 5.0

x = h5py.File(folder + "s0001_eigen.hdf")
for name in "data_begin data_end data_begin_todo data_end_todo delays_per_level dark_begin_todo dark_end_todo static_mean_window_size " \
            "twotime2onetime_window_size normalize_by_framesum".split():
    assert x["/xpcs/" + name].dtype == numpy.int32 and x["/xpcs/" + name].shape == (1, 1), name
for name in ("stride_frames", "avg_frames", "qphi_bin_to_process"): assert x["/xpcs/" + name].dtype == numpy.int64
assert x["/xpcs/data_end_todo"][0, 0] == N and x["/xpcs/dqmap"].dtype == numpy.int32 and x["/xpcs/sqmap"].shape == (ny, nx)
assert os.path.samefile(x["/xpcs/input_file_local"][()].decode(), folder + "s0001.h5")
d = x["/measurement/instrument/detector"]
assert d["x_dimension"][0, 0] == nx and d["y_dimension"][0, 0] == ny
for name in "x_pixel_size y_pixel_size adu_per_photon exposure_time efficiency distance".split():
    assert d[name].dtype == numpy.float32 and d[name][0, 0] > 0, name

r = h5py.File(folder + "s0001_results.hdf")
nq, ns = maps(r["/xpcs/qmap"])
m, t = r["/xpcs/multitau"], r["/xpcs/twotime"]
nt, n = len(m["delay_list"]), t["normalized_g2"].shape[0]
numbers(r["/xpcs"], {"temporal_mean/scattering_2d": ((1, ny, nx), "f"), "temporal_mean/scattering_1d": ((1, ns), "f"),
                     "temporal_mean/scattering_1d_segments": ((10, ns), "f"), "spatial_mean/intensity_vs_time": ((2, N), "f"),
                     "multitau/delay_list": ((nt,), "i"), "multitau/normalized_g2": ((nt, nq), "f"), "multitau/normalized_g2_err": ((nt, nq), "f"),
                     "multitau/config/stride_frame": ((), "i"), "multitau/config/avg_frame": ((), "i"), "twotime/processed_bins": ((nq,), "i"),
                     "twotime/normalized_g2_segments": ((n // 5, 5, nq), "f"), "twotime/config/stride_frame": ((), "i"), "twotime/config/avg_frame": ((), "i")})
assert numpy.allclose(r["/xpcs/temporal_mean/scattering_2d"][0].ravel(), frames.mean(0))
mask = r["/xpcs/qmap/mask"][:].ravel() == 1
assert numpy.allclose(r["/xpcs/spatial_mean/intensity_vs_time"][1], frames[:, mask].mean(1))
c2, nx2 = r["/xpcs/twotime/correlation_map"], r["/entry/twotime/two_time_corr_func"]
assert sorted(c2) == ["c2_%05d" % (k + 1) for k in range(nq)] and nx2.shape == (nq, n, n)
for k, name in enumerate(sorted(c2)):
    assert c2[name].dtype == numpy.float32 and (numpy.tril(c2[name][:], -1) == 0).all()
    assert numpy.allclose(numpy.triu(nx2[k]), c2[name][:], rtol=1e-6)
    assert numpy.allclose([numpy.diagonal(nx2[k], lag).mean() for lag in range(n)], t["normalized_g2"][:, k])
e = r["/entry"]
assert e["definition"][()] == b"NXxpcs" and e["scan_number"].dtype.kind == "i" and e["entry_identifier"][()]
assert e["data/g2"].attrs["storage_mode"] == "one_array" and nx2.attrs["storage_mode"] == "one_array_q_first"
assert nx2.attrs["baseline_reference"] == 1 and nx2.attrs["populated_elements"] == "all"
for name in ("beam_center_x", "beam_center_y", "distance"): assert e["instrument/detector_1/" + name].attrs["units"] == "m"
assert e["instrument/masks/dynamic_roi_map"].attrs["units"] == "au"
truth = r["/truth"]
assert truth.attrs["seed"] == 7 and "photons" in truth.attrs["resolved_config"] and truth.attrs["convention"]
assert e["instrument/detector_1/faults"].attrs["hot_photons"] == 30
print("read")
)";

TEST_F(Frames, AreLaidOutAsReadersWant) {
  const auto ran = make("out");
  ASSERT_EQ(ran.status, 0) << ran.output;
  const auto read = test::run_python(folder / "read.py", reader, folder / "out");
  EXPECT_EQ(read.status, 0) << read.output;
  EXPECT_EQ(read.output, "read\n");
}

TEST_F(Frames, AreTheSameBytesOnAnyRanksAndThreads) {
  const std::string changes = " --set /detector/pupil='{\"speckle_rows_pixels\": 1.5}' --set /detector/exposure='{\"duration_s\": 4, \"instants\": 2}'"
                              " --set /detector/faults/jitter_rms_pixels=0.3 --set /detector/faults/drop_probability=0.1 --set /zones/0/kww_exponent=1.4";
  for (const std::string& overrides : {std::string(), changes}) {
    const std::string name = overrides.empty() ? "plain" : "changed";
    const auto alone = make(name + "1", overrides);
    ASSERT_EQ(alone.status, 0) << alone.output;
    const auto ranks = run_patina_on(3, "synth " + folder / "in.json" + " -o " + folder / (name + "3") + overrides);
    ASSERT_EQ(ranks.status, 0) << ranks.output;
    const auto threads = test::run_shell(std::string(test::clean_environment) + "OMP_NUM_THREADS=3 PATINA_LANES=generic " PATINA_PROGRAM " synth " +
                                         folder / "in.json" + " -o " + folder / (name + "t") + overrides);
    ASSERT_EQ(threads.status, 0) << threads.output;
    for (const char* file : {"s0001.h5", "s0001_events.h5", "s0001.bin", "qmap.h5", "s0001_metadata.hdf", "s0001_results.hdf"})
      for (const char* other : {"3", "t"})
        EXPECT_TRUE(test::read_text_file(folder / (name + other + "/frames/" + file)) == test::read_text_file(folder / (name + "1/frames/" + file)))
            << name << other << " " << file;
  }
}

TEST_F(Frames, RefuseWhatCannotBe) {
  const auto refusal = [&](const std::string& overrides) {
    const auto ran = make("out", overrides);
    EXPECT_EQ(ran.status, 65) << overrides << "\n" << ran.output;
    EXPECT_FALSE(std::filesystem::exists(folder / "out"));
    return ran.output;
  };
  const auto expect = [&](const std::string& overrides, const std::string& part) {
    const std::string text = refusal(overrides);
    EXPECT_NE(text.find(part), std::string::npos) << overrides << "\n" << text;
  };
  expect("--set /detector/axis_column=99999", "/detector/ring_width_inv_A: no pixel lies in part 1 of 4 of the ring of q = 2.7 1/A");
  expect("--set /q_inv_A='[2.7, 5.0]'", "the ring of q = 5 1/A (4.975 .. 5.025): the detector sees");
  expect("--set /q_inv_A='[2.7, 2.72]'", "/detector/ring_width_inv_A: the ring of q = 2.7 1/A (2.675 .. 2.725) and the ring of q = 2.72");
  expect("--set /detector/static_parts=900", "no pixel lies in part");
  expect("--set /detector/photons_per_pixel=20", "/detector/photons_per_pixel: 20 photons a pixel");
  expect("--set /detector/photons_per_pixel=5000 --set /detector/write/rigaku=false", "more than the 65535 that a pixel can hold: take fewer, or \"wide\": true");
  expect("--set /detector/write='{\"dense\": false}'", "/detector/write: frames are stored in no file");
  expect("--set /detector/pupil/speckle_rows_pixels=40", "/detector/pupil: speckles of 40 pixels on a detector of 90");
  expect("--set /detector/exposure/duration_s=6", "/detector/exposure/duration_s: must be <= frames/interval_s = 5");
  expect("--set /detector/faults/jitter_rms_pixels=1", "has no meaning without a pupil");
  expect("--set /detector/faults/hot_photons=0", "has no meaning without hot_photons");
  expect("--set /detector/geometry/row_gaps='[{\"first\": 88, \"count\": 3}]'", "/detector/geometry: row_gaps: 3 from 88 on do not lie within 90");
  expect("--set /detector/geometry/shadows='[{\"rows\": {\"first\": 90, \"count\": 1}, \"columns\": {\"count\": 1}}]'", "rows of shadows: 1 from 90 on do not lie within 90");
  expect("--set /detector/faults/drop_probability=0.9999", "/detector/faults/drop_probability: leaves");
  expect("--set /detector/fields=false", "/detector/faults/hot_fraction: must be 0 where fields is false");
  expect("--set /detector/fields=false --set /detector/faults='{}' --set /detector/pupil='{}'", "/detector/pupil: has no meaning where fields is false");
  expect("--set /detector/fields=false --set /detector/faults='{}' --set /detector/write='{}' --set /detector/photons_per_pixel=600", "must be <= 500 where fields is false");
  expect("--set /mode_weights='[1, 2]'", "/contrast: has no meaning beside mode_weights");
  expect("--set /generator='\"ar1\"' --set /zones/0/kww_exponent=1.5", "q = 2.7 1/A: /zones/0: /generator = \"ar1\" cannot make this movie: only exp(-s)");
  expect("--set /generator='\"cholesky\"' --set /frames/count=5000", "/generator = \"cholesky\" cannot make this movie: 5000 frames are more than 4096");
}

TEST_F(Frames, NeverGoOverResultsAndBeginAnewWhereNoneAre) {
  ASSERT_EQ(make("out").status, 0);
  const std::string before = test::read_text_file(folder / "out/frames/s0001.h5");
  const auto again = make("out", "--set /seed=8");
  EXPECT_EQ(again.status, 73) << again.output;
  EXPECT_NE(again.output.find("already holds results"), std::string::npos) << again.output;
  // Killed before the last file was there.
  std::filesystem::remove(folder / "out/frames/s0001_results.hdf");
  std::ofstream(folder / "out/frames/s0001.bin.tmp") << "half";
  const auto anew = make("out", "--set /seed=8");
  EXPECT_EQ(anew.status, 0) << anew.output;
  EXPECT_NE(test::read_text_file(folder / "out/frames/s0001.h5"), before);
  EXPECT_FALSE(std::filesystem::exists(folder / "out/frames/s0001.bin.tmp"));
}

TEST_F(Frames, ADryRunTellsNeedsAndTouchesNothing) {
  const auto ran = make("out", "--dry-run");
  EXPECT_EQ(ran.status, 0) << ran.output;
  EXPECT_NE(ran.output.find("memory of rank 0: "), std::string::npos) << ran.output;
  // 30 x 90 x 130 of 2 bytes, and 8 bytes twice for each of the pixels that count, at most half of them.
  EXPECT_NE(ran.output.find("30 frames of 90 x 130 pixels: "), std::string::npos) << ran.output;
  EXPECT_FALSE(std::filesystem::exists(folder / "out"));
  const auto movies = run_patina("synth " PATINA_SOURCE_DIR "/inputs/synth.json --dry-run");
  EXPECT_EQ(movies.status, 0) << movies.output;
  // 500 frames of 2000 speckles of three shells, 4 bytes each.
  EXPECT_NE(movies.output.find("synth.h5: 12 MB of intensities"), std::string::npos) << movies.output;
}

TEST(FramesExample, Runs) {
  const ScratchFolder folder;
  const auto ran = run_patina("synth " PATINA_SOURCE_DIR "/inputs/detector.json -o " + folder / "out --set /frames/count=6 --figure " + folder / "frames.png");
  EXPECT_EQ(ran.status, 0) << ran.output;
  EXPECT_EQ(test::read_text_file(folder / "frames.png").substr(1, 3), "PNG");
  const auto events = run_patina("synth " PATINA_SOURCE_DIR "/inputs/detector.json -o " + folder / "events --set /frames/count=6 --set /detector/write='{\"dense\": false, \"events\": true}'" +
                                 " --figure " + folder / "events.svg");
  EXPECT_EQ(events.status, 0) << events.output;
  const auto movies = run_patina("synth " PATINA_SOURCE_DIR "/inputs/synth.json -o " + folder / "movies --figure " + folder / "none.png");
  EXPECT_EQ(movies.status, 65);
  EXPECT_NE(movies.output.find("has no \"detector\""), std::string::npos) << movies.output;
  EXPECT_FALSE(std::filesystem::exists(folder / "movies"));
}

}  // namespace
}  // namespace patina
