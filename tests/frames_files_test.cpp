// SPDX-License-Identifier: BSD-3-Clause
// Truths: Bragg's law for rings; sums by hand; files read back by h5py and by a reader of 64-bit words written down here [formats.md 2.1,
// 2.3, 2.6]; limits of the formats.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <set>

#include "core/error.hpp"
#include "core/units.hpp"
#include "frames/frame_set.hpp"
#include "program.hpp"
#include "python.hpp"
#include "scratch_folder.hpp"

namespace patina {
namespace {

DetectorGeometry small_angle() {
  DetectorGeometry g;
  g.rows = 80;
  g.columns = 100;
  g.axis_row = 20.0;
  g.axis_column = 30.0;
  g.distance_m = 4.0;
  return g;
}

std::string refusal(const DetectorGeometry& g, const std::vector<Ring>& rings) {
  try {
    make_ring_map(g, std::vector<std::uint8_t>(static_cast<std::size_t>(g.pixels()), 1), rings, "here");
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::bad_input);
    return error.what();
  }
  return "";
}

TEST(RingMap, PartsAreThoseOfBraggsLaw) {
  const DetectorGeometry g = small_angle();
  std::vector<std::uint8_t> mask(static_cast<std::size_t>(g.pixels()), 1);
  for (std::size_t p = 1000; p < 1400; ++p) mask[p] = 0;
  const std::vector<Ring> rings = {{2e-3, 1e-3, 2}, {4e-3, 2e-3, 4}};
  const RingMap map = make_ring_map(g, mask, rings, "here");
  const double k = 2.0 * units::pi * g.photon_energy_keV / 12.398419843320026;
  std::vector<std::int64_t> found(2);
  std::vector<std::set<int>> rings_of_part(7);
  for (int row = 0; row < g.rows; ++row)
    for (int column = 0; column < g.columns; ++column) {
      const auto p = static_cast<std::size_t>(row * g.columns + column);
      const double r = std::hypot(row - 20.0, column - 30.0) * 75e-6, q = 2.0 * k * std::sin(0.5 * std::atan(r / 4.0));
      // Pixels on an edge may fall to either side by rounding.
      const double along = (q - 1.5e-3) / 0.5e-3;
      if (std::abs(along - std::round(along)) < 1e-6) continue;
      const bool outside = !mask[p] || along < 0.0 || along >= 7.0 || (along >= 2.0 && along < 3.0);
      const int expected = outside ? 0 : along < 2.0 ? 1 + static_cast<int>(along) : static_cast<int>(along);
      EXPECT_EQ(map.static_map[p], expected) << row << " " << column;
      EXPECT_EQ(map.dynamic_map[p], expected == 0 ? 0 : expected <= 2 ? 1 : 2);
      if (expected > 0) {
        ++found[static_cast<std::size_t>(map.dynamic_map[p] - 1)];
        rings_of_part[static_cast<std::size_t>(expected)].insert(map.dynamic_map[p]);
      }
    }
  EXPECT_EQ(found, map.ring_pixels);
  for (std::size_t part = 1; part < 7; ++part) EXPECT_EQ(rings_of_part[part].size(), 1u);  // nested, none empty
  ASSERT_EQ(map.static_q_inv_A.size(), 6u);
  EXPECT_NEAR(map.static_q_inv_A[0], 1.75e-3, 1e-12);
  EXPECT_NEAR(map.static_q_inv_A[5], 4.75e-3, 1e-12);
  RingMap other = map;
  other.static_map[5] += 1;
  EXPECT_NE(other.hash(), map.hash());
  const std::vector<std::int32_t> nearest = nearest_rings(g, rings);
  EXPECT_EQ(nearest[20 * 100 + 30], 0);
  EXPECT_EQ(nearest[79 * 100 + 99], 1);
}

TEST(RingMap, SectorsAreThoseOfTheAzimuth) {
  const DetectorGeometry g = small_angle();
  const std::vector<std::uint8_t> mask(static_cast<std::size_t>(g.pixels()), 1);
  // -30 .. 90 degrees in 3 sectors, 2 parts in q and 2 in phi of each; the second ring alike.
  const std::vector<Ring> bins = sectors_of({{2e-3, 1e-3, 2}, {4e-3, 1e-3, 2}}, {-30.0, 120.0, 3, 2});
  ASSERT_EQ(bins.size(), 6u);
  const RingMap map = make_ring_map(g, mask, bins, "here");
  const double k = 2.0 * units::pi * g.photon_energy_keV / 12.398419843320026;
  std::int64_t looked_at = 0;
  for (int row = 0; row < g.rows; ++row)
    for (int column = 0; column < g.columns; ++column) {
      const auto p = static_cast<std::size_t>(row * g.columns + column);
      const double r = std::hypot(row - 20.0, column - 30.0) * 75e-6, q = 2.0 * k * std::sin(0.5 * std::atan(r / 4.0));
      const double phi = std::atan2(row - 20.0, column - 30.0) * 180.0 / units::pi, turned = (phi + 30.0) / 20.0, along = (q - 1.5e-3) / 0.5e-3;
      if (std::abs(along - std::round(along)) < 1e-6 || std::abs(turned - std::round(turned)) < 1e-6) continue;  // on an edge
      const int ring = along >= 0.0 && along < 2.0 ? 0 : along >= 4.0 && along < 6.0 ? 1 : -1;
      const bool inside = ring >= 0 && turned >= 0.0 && turned < 6.0;
      // Numbers of a grid of q and phi, phi fastest, from 1.
      EXPECT_EQ(map.dynamic_map[p], inside ? 1 + 3 * ring + static_cast<int>(turned / 2.0) : 0) << row << " " << column;
      EXPECT_EQ(map.static_map[p], inside ? 1 + 6 * (2 * ring + static_cast<int>(along - 4.0 * ring)) + static_cast<int>(turned) : 0) << row << " " << column;
      looked_at += inside;
    }
  EXPECT_GT(looked_at, 1000);
  EXPECT_EQ(map.phi_deg(), (std::vector<double>{-10.0, 30.0, 70.0, -10.0, 30.0, 70.0}));
  ASSERT_EQ(map.static_phi_deg.size(), 24u);
  EXPECT_NEAR(map.static_phi_deg[8], 20.0, 1e-9);
  EXPECT_NEAR(map.static_q_inv_A[8], 2.25e-3, 1e-12);
  // Round the other side as well: the last of four quarters from 45 degrees on holds phi = 0.
  const RingMap quarters = make_ring_map(g, mask, sectors_of({{2e-3, 1e-3, 1}}, {45.0, 360.0, 4, 1}), "here");
  EXPECT_EQ(quarters.dynamic_map[20 * 100 + 30 + 26], 4);
  EXPECT_EQ(quarters.dynamic_map[(20 + 26) * 100 + 30], 1);
  const std::string empty = refusal(g, sectors_of({{4e-3, 1e-3, 1}}, {-180.0, 360.0, 36, 1}));
  EXPECT_NE(empty.find("no pixel lies in the sector of q = 0.004 1/A (0.0035 .. 0.0045; phi -"), std::string::npos) << empty;
}

TEST(RingMap, RefusesWhatNoPixelSees) {
  const DetectorGeometry g = small_angle();
  EXPECT_EQ(refusal(g, {{2e-3, 1e-3, 2}}), "");
  EXPECT_EQ(refusal(g, {{2e-3, 1e-3, 2}, {3e-3, 1e-3, 2}}), "");  // they touch
  EXPECT_NE(refusal(g, {{2e-3, 1e-3, 2}, {2.9e-3, 1e-3, 2}}).find("here: the ring of q = 0.002 1/A (0.0015 .. 0.0025) and the ring of q = 0.0029"), std::string::npos);
  const std::string far = refusal(g, {{0.1, 1e-3, 1}});
  EXPECT_NE(far.find("no pixel lies in the ring of q = 0.1 1/A"), std::string::npos) << far;
  EXPECT_NE(far.find("the detector sees"), std::string::npos) << far;
  EXPECT_NE(refusal(g, {{2e-3, 1e-3, 500}}).find("no pixel lies in part"), std::string::npos);
}

TEST(FrameSums, ByHand) {
  RingMap map;
  map.rows = 1;
  map.columns = 4;
  map.rings = {{1.0, 0.1, 2}};
  map.mask = {1, 1, 0, 1};
  map.dynamic_map = {1, 1, 0, 1};
  map.static_map = {1, 2, 0, 2};
  map.static_q_inv_A = {0.975, 1.025};
  map.static_phi_deg = {0.0, 0.0};
  map.ring_pixels = {3};
  FrameSums sums(map, 2);
  sums.add(std::vector<PhotonEvent>{{0, 3}, {2, 100}});
  sums.add(std::vector<PhotonEvent>{{1, 1}, {3, 4}});
  EXPECT_EQ(sums.mean_frame(), (std::vector<double>{1.5, 0.5, 50.0, 2.0}));
  EXPECT_EQ(sums.parts(), (std::vector<double>{1.5, 1.25}));
  EXPECT_EQ(sums.segments(), 2);
  EXPECT_EQ(sums.parts_by_segment(), (std::vector<double>{3.0, 0.0, 0.0, 2.5}));
  EXPECT_EQ(sums.frame_means(), (std::vector<double>{1.0, 5.0 / 3.0}));
}

// Events of frames 0, 1, 2: none, a few, one that is too bright for 16 bits.
std::vector<std::vector<PhotonEvent>> some_frames() { return {{}, {{0, 1}, {7, 2}, {19, 200}}, {{3, 70000}}}; }

void write_frames(const std::string& folder, const FrameStorage& storage) {
  for (auto& file : create_frame_files(folder, "s0001", storage, {3, 4, 5}, 12.5)) {
    for (const auto& events : some_frames()) file->push(events);
    file->finish();
  }
}

TEST(FrameFiles, AreReadByH5py) {
  const test::ScratchFolder folder;
  write_frames(folder.path(), {.dense = true, .events = true, .rigaku = true});
  std::filesystem::create_directory(folder / "wide");
  write_frames(folder / "wide", {.dense = true, .wide = true});
  const auto read = test::run_python(folder / "read.py", R"(
import h5py, numpy, sys
folder = sys.argv[1]
f = h5py.File(folder + "/s0001.h5")
d = f["/entry/data/data"]
assert d.dtype == numpy.dtype("<u2") and d.shape == (3, 4, 5) and d.chunks == (1, 4, 5), (d.dtype, d.shape, d.chunks)
assert d.compression == "gzip" and d.shuffle
assert d == f["/entry_0000/measurement/data"] == f["/1.1/measurement/eiger4m"]
assert f["/1.1/instrument/positioners/delta"][()] == 12.5
expected = numpy.zeros((3, 20), int)
expected[1, [0, 7, 19]] = 1, 2, 200
expected[2, 3] = 70000
assert (d[:].reshape(3, 20) == numpy.minimum(expected, 65535)).all()
w = h5py.File(folder + "/wide/s0001.h5")["/entry/data/data"]
assert w.dtype == numpy.dtype("<u4") and (w[:].reshape(3, 20) == expected).all()
e = h5py.File(folder + "/s0001_events.h5")["/entry_0000/measurement/data"]
ptr = e["frame_ptr"][:]
assert list(ptr) == [0, 0, 3, 4], ptr
frames = numpy.zeros((3, 20), int)
for k in range(3): frames[k, e["index"][ptr[k]:ptr[k + 1]]] = e["intensity"][ptr[k]:ptr[k + 1]]
assert (frames == expected).all()
words = numpy.fromfile(folder + "/s0001.bin", "<u8")
frames[:] = 0
frames[words >> 40, (words >> 16) & (2**21 - 1)] = words & (2**12 - 1)
assert (frames == numpy.minimum(expected, 255)).all()
print("read")
)",
                                     folder.path());
  EXPECT_EQ(read.status, 0) << read.output;
  EXPECT_EQ(read.output, "read\n");
}

TEST(FrameFiles, KeepWithinTheirLimits) {
  const auto refusal_of = [](const FrameStorage& storage, const FrameShape& shape) {
    try {
      check(storage, shape, "here");
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_EQ(refusal_of({}, {1000, 1024, 1024}), "");
  EXPECT_NE(refusal_of({.dense = false}, {10, 4, 4}).find("stored in no file"), std::string::npos);
  EXPECT_NE(refusal_of({.rigaku = true}, {10, 2048, 2048}).find("<= 2097152 in all"), std::string::npos);
  EXPECT_NE(refusal_of({.rigaku = true}, {1 << 25, 4, 4}).find("frames in a Rigaku file"), std::string::npos);
  EXPECT_NE(refusal_of({.wide = true}, {10, 65536, 32768}).find("less than 4 GiB"), std::string::npos);
  EXPECT_EQ(most_counts({}), 65535u);
  EXPECT_EQ(most_counts({.wide = true}), 4294967295u);
  EXPECT_EQ(most_counts({.rigaku = true, .wide = true}), 255u);
}

TEST(FrameFiles, NeverReplaceAnything) {
  const test::ScratchFolder folder;
  write_frames(folder.path(), {});
  const std::string before = test::read_text_file(folder / "s0001.h5");
  EXPECT_THROW(write_frames(folder.path(), {}), Error);
  EXPECT_EQ(test::read_text_file(folder / "s0001.h5"), before);
}

}  // namespace
}  // namespace patina
