// SPDX-License-Identifier: BSD-3-Clause
// A detector that looks at atoms. Truths: the fringes of a pair of atoms in closed form; intensities of moving atoms in a growing triclinic
// cell from each atom's own image and phase in long double; files of one rank that was not interrupted, byte for byte.
#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <filesystem>
#include <fstream>
#include <functional>
#include <numbers>

#include "core/digest.hpp"
#include "core/error.hpp"
#include "core/hdf5.hpp"
#include "core/units.hpp"
#include "run/detector_observer.hpp"
#include "scattering/form_factor.hpp"
#include "tests/scattering_observers.hpp"

namespace patina {
namespace {

using namespace test;
namespace fs = std::filesystem;
using Complex = std::complex<long double>;

constexpr int atoms = 80, frames = 6, instants = 2;

DetectorGeometry geometry() {
  DetectorGeometry g;
  g.rows = 9;
  g.columns = 11;
  g.pixel_size_um = 5000.0;
  g.distance_m = 0.06;
  g.photon_energy_keV = 12.0;
  g.two_theta_deg = 40.0;
  g.axis_row = 4.0;
  g.axis_column = 5.2;
  return g;
}

DetectorSpec spec() {
  DetectorSpec s;
  s.label = "test_detector";
  s.interval_steps = 1;
  s.instants = instants;
  s.geometry = geometry();
  s.geometry.row_gaps = {{3, 1}};
  s.geometry.shadows = {{{0, 9}, {0, 3}}};  // where the mean density scatters
  s.rings = {{4.0, 1.5, 1}};
  s.storage.events = true;
  s.photons_per_pixel = 20.0;
  s.beam.intensity_fwhm_A = 2.9;
  s.beam.coherence_length_A = 4.0;
  s.beam.centre = {{0.1, 0.5, 0.9}};
  s.beam.direction = {{1.0, -0.5, 2.0}};
  s.beam.columns = {{0.0, 1.0, 0.3}};
  s.polarisation = Polarisation::rows;
  s.dispersion = true;
  s.noise_free = true;
  s.faults.flux_rms = 0.2;
  s.faults.jitter_rms_pixels = 0.4;
  s.faults.dead_fraction = 0.05;
  return s;
}

ResultTarget target(const std::string& folder) { return {folder + "/xpcs.h5", 5, {"", "{}", "file"}, {}, {}}; }

// Frames first .. last - 1 of atoms that move.
void look(DetectorObserver& observer, const Comm& comm, int first, int last) {
  for (int t = first; t < last; ++t) {
    const Sample sample = wandering_sample(atoms, t);
    observer.observe(frame_of(sample, comm, 0.5 * t));
  }
}

void measure(const Comm& comm, const std::string& folder, const DetectorSpec& s = spec()) {
  const Species species = wandering_sample(atoms, 0).species;
  DetectorObserver observer(comm, species, s, target(folder));
  look(observer, comm, 0, frames * instants + 1);  // an instant too many
  observer.finish();
}

std::string files(const std::string& folder) { return folder + "/frames/test_detector/"; }

const std::vector<std::string> names = {"s0001.h5", "s0001_events.h5", "s0001_metadata.hdf", "qmap.h5", "s0001_results.hdf", "s0001_noise_free.h5"};

void expect_same_files(const std::string& a, const std::string& b) {
  if (!world().is_root()) return;
  for (const std::string& name : names) EXPECT_EQ(sha256_of_file(files(a) + name), sha256_of_file(files(b) + name)) << name;
}

TEST(Detector, PairOfAtomsMakesFringesOfClosedForm) {
  const Box box = Box::orthogonal({{40.0, 40.0, 40.0}});
  const Vec3 half{{1.1, -0.4, 0.7}}, middle{{20.0, 20.0, 20.0}};
  const Sample pair{box, {{"Cu", "Zr"}, {63.546, 91.224}, {2, 0}}, {middle + half, middle - half}, {0, 0}};
  BeamSpec beam_spec;
  beam_spec.intensity_fwhm_A = 6.0;
  const Beam beam(beam_spec, "test");  // along z, columns along x
  const DetectorGeometry g = geometry();
  const PixelOptics optics(g, std::vector<std::uint32_t>(99, pixel_good), {"Cu", "Zr"}, false, Polarisation::columns);
  const auto found = optics.intensities(beam.points(frame_of(pair, world()), {}), beam, {}, world());
  const double sigma = 6.0 / std::sqrt(8.0 * std::log(2.0)), k = 2.0 * units::pi * g.photon_energy_keV / 12.398419843320026;
  const double weight = std::exp(-dot(half, half) / (2.0 * sigma * sigma)) / std::pow(2.0 * units::pi * sigma * sigma, 1.5);  // w^2
  for (int p = 0; p < 99; ++p) {
    // By hand: arm at 40 degrees towards x, rows downwards.
    const double angle = 40.0 * units::pi / 180.0, across = (p % 11 - 5.2) * 0.005, down = (p / 11 - 4.0) * 0.005;
    const Vec3 r{{0.06 * std::sin(angle) + across * std::cos(angle), -down, 0.06 * std::cos(angle) - across * std::sin(angle)}};
    const Vec3 q = k * ((1.0 / norm(r)) * r - Vec3{{0.0, 0.0, 1.0}});
    const double f = form_factor("Cu", norm(q), Weighting::xray, {}).real(), x = r[0] / norm(r);
    const double truth = (1.0 - x * x) * f * f * weight * 4.0 * std::pow(std::cos(dot(q, half)), 2);
    EXPECT_NEAR(found[static_cast<std::size_t>(p)], truth, 1e-11 * f * f * weight) << p;
  }
}

// One instant at a pixel, by long double: phi_n phi_m of the two lowest orders and more by their formula.
long double brute_force(const Sample& first, const Sample& now, const DetectorSpec& s, const Beam& beam, double row, double column) {
  const auto centre_of_mass = [](const Sample& sample) {
    Vec3 sum{};
    double mass = 0.0;
    for (std::size_t i = 0; i < sample.position.size(); ++i) {
      const double m = sample.species.mass_amu[static_cast<std::size_t>(sample.type[i])];
      sum = sum + m * sample.box.to_fractional(sample.position[i]);
      mass += m;
    }
    return (1.0 / mass) * sum;
  };
  const Vec3 x0 = now.box.to_cartesian(s.beam.centre + centre_of_mass(now) - centre_of_mass(first));
  const Vec3 q = pixel_q(s.geometry, row, column);  // beamline_detector_test
  const long double sigma = s.beam.intensity_fwhm_A / std::sqrt(8.0L * std::log(2.0L)), xi = *s.beam.coherence_length_A;
  const long double a = 1.0L / (4.0L * sigma * sigma), b = 1.0L / (2.0L * xi * xi), c = std::sqrt(a * a + 2.0L * a * b);
  const auto phi = [](int n, long double width, long double x) {
    return std::pow(2.0L * width / std::numbers::pi_v<long double>, 0.25L) / std::sqrt(std::pow(2.0L, n) * std::tgamma(n + 1.0L)) * std::hermite(static_cast<unsigned>(n), std::sqrt(2.0L * width) * x) *
           std::exp(-width * x * x);
  };
  std::vector<Complex> field(beam.modes().size());
  for (std::size_t i = 0; i < now.position.size(); ++i) {
    Vec3 nearest{};
    double least = 1e300;
    for (int n = 0; n < 9 * 9 * 9; ++n) {
      const int shift[3] = {n / 81 - 4, n / 9 % 9 - 4, n % 9 - 4};
      const Vec3 dr = now.position[i] + now.box.translation(shift) - x0;
      if (dot(dr, dr) < least) least = dot(dr, dr), nearest = dr;
    }
    long double r[3], phase = 0.0L;
    for (int d = 0; d < 3; ++d) {
      r[d] = dot(beam.axes().row(d), nearest);
      phase += q[d] * r[d];
    }
    const auto f = form_factor(now.species.symbol[static_cast<std::size_t>(now.type[i])], norm(q), Weighting::xray, s.geometry.photon_energy_keV);
    for (std::size_t m = 0; m < field.size(); ++m)
      field[m] += Complex(f.real(), f.imag()) * Complex(std::cos(phase), std::sin(phase)) *
                  (phi(beam.modes()[m].n, c, r[0]) * phi(beam.modes()[m].m, c, r[1]) * phi(0, a, r[2]));
  }
  long double sum = 0.0L;
  for (std::size_t m = 0; m < field.size(); ++m) sum += beam.modes()[m].weight * std::norm(field[m]);
  const long double y = q[1] / (2.0 * units::pi / s.geometry.wavelength_A());
  return (1.0L - y * y) * sum;
}

TEST(Detector, IntensitiesAreThoseOfEachAtomsPhase) {
  const SharedScratch scratch(world());
  measure(world(), scratch.path());
  if (!world().is_root()) return;
  const h5::File file = h5::File::open(files(scratch.path()) + "s0001_noise_free.h5");
  const auto found = file.read<float>("/intensity", {frames, 9, 11});
  const h5::File results = h5::File::open(files(scratch.path()) + "s0001_results.hdf");
  const double scale = results.read<double>("/truth/beam/photons_per_intensity", {})[0];
  ASSERT_EQ(found.size(), 99u * frames);
  DetectorSpec s = spec();
  s.faults.seed = 5;
  const Beam beam(s.beam, "test");
  ASSERT_GT(beam.modes().size(), 5u);
  const auto states = pixel_states(s.geometry, s.faults);
  const Sample first = wandering_sample(atoms, 0);
  int dark = 0;
  for (int t = 0; t < frames; ++t)
    for (int p = 0; p < 99; ++p) {
      const PatternShift shift = pattern_shift(s.faults, t);
      long double truth = 0.0L;
      if (states[static_cast<std::size_t>(p)] == pixel_good)
        for (int k = 0; k < instants; ++k)
          truth += scale / instants * brute_force(first, wandering_sample(atoms, instants * t + k), s, beam, p / 11 - shift.rows, p % 11 - shift.columns);
      else
        ++dark;
      EXPECT_NEAR(found[static_cast<std::size_t>(99 * t + p)], static_cast<double>(truth), 2e-7 * static_cast<double>(truth)) << t << ' ' << p;
    }
  EXPECT_GT(dark, (11 + 24) * frames);  // the gap, the shadow and some dead ones
}

TEST(Detector, SameBytesOnAnyRanksAndAfterARestart) {
  const SharedScratch scratch(world());
  const Comm& own = alone();  // made by all ranks together
  measure(world(), scratch / "ranks");
  if (world().is_root()) measure(own, scratch / "alone");
  world().barrier();
  expect_same_files(scratch / "alone", scratch / "ranks");
  const Species species = wandering_sample(atoms, 0).species;
  StateMap saved;
  {
    DetectorObserver observer(world(), species, spec(), target(scratch / "restart"));
    look(observer, world(), 0, 5);  // in the middle of the third frame
    observer.save(saved);
    look(observer, world(), 5, 9);  // lost: the process ends here
  }
  const StateMap state = broadcast(saved);
  {
    DetectorObserver observer(world(), species, spec(), target(scratch / "restart"));
    observer.load(state);
    look(observer, world(), 5, frames * instants + 1);
    observer.finish();
  }
  expect_same_files(scratch / "alone", scratch / "restart");
  // Ended after its files, before a checkpoint that knows of them: they stay.
  const auto time = fs::last_write_time(files(scratch / "restart") + "s0001.h5");
  world().barrier();
  DetectorObserver again(world(), species, spec(), target(scratch / "restart"));
  again.load(state);
  look(again, world(), 5, frames * instants + 1);
  again.finish();
  expect_same_files(scratch / "alone", scratch / "restart");
  EXPECT_EQ(fs::last_write_time(files(scratch / "restart") + "s0001.h5"), time);
  EXPECT_FALSE(fs::exists(files(scratch / "restart") + "intensities.tmp"));
}

TEST(Detector, RefusesToGoOnWithoutItsFrames) {
  const SharedScratch scratch(world());
  const Species species = wandering_sample(atoms, 0).species;
  StateMap saved;
  DetectorObserver observer(world(), species, spec(), target(scratch.path()));
  look(observer, world(), 0, 6);
  observer.save(saved);
  const StateMap state = broadcast(saved);
  if (world().is_root()) fs::resize_file(files(scratch.path()) + "intensities.tmp", 100);
  world().barrier();
  DetectorObserver other(world(), species, spec(), target(scratch.path()));
  EXPECT_THROW(other.load(state), Error);
}

std::string message_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(Detector, RefusesUnequalTimesAndASingleFrame) {
  const SharedScratch scratch(world());
  const Sample sample = wandering_sample(atoms, 0);
  DetectorObserver observer(world(), sample.species, spec(), target(scratch.path()));
  observer.observe(frame_of(sample, world(), 1.0));
  observer.observe(frame_of(sample, world(), 2.0));
  EXPECT_NE(message_of([&] { observer.observe(frame_of(sample, world(), 3.5)); }).find("3.5 ps came where 3 ps was expected"), std::string::npos);
  EXPECT_NE(message_of([&] { observer.finish(); }).find("1 frame of 2 instants"), std::string::npos);
}

TEST(Detector, TellsWhatIsWrongBeforeAnyWork) {
  const Box box = wandering_sample(atoms, 0).box;
  const auto told = [&](const std::function<void(DetectorSpec&)>& spoil) {
    DetectorSpec s = spec();
    spoil(s);
    return message_of([&] { check_detector(s, box, {"Cu", "Zr"}, atoms, "in.json: /o/0"); });
  };
  const auto expect_told = [&](const std::string& words, const std::function<void(DetectorSpec&)>& spoil) {
    const std::string message = told(spoil);
    EXPECT_NE(message.find("in.json: /o/0" + words), std::string::npos) << words << "\n" << message;
  };
  EXPECT_EQ(told([](DetectorSpec&) {}), "");
  expect_told("/beam/intensity_fwhm_A: along the normal of faces", [](DetectorSpec& s) { s.beam.intensity_fwhm_A = 4.0; });
  expect_told("/beam/coherence_length_A: more than", [](DetectorSpec& s) { s.beam.coherence_length_A = 0.05; });
  expect_told("/geometry: at pixel (4, 5), |q| =", [](DetectorSpec& s) { s.geometry.two_theta_deg = 0.0; });
  expect_told("/geometry: row_gaps", [](DetectorSpec& s) { s.geometry.row_gaps = {{8, 2}}; });
  expect_told("/ring_width_inv_A: no pixel lies in the ring of q = 40", [](DetectorSpec& s) { s.rings = {{40.0, 0.1, 1}}; });
  expect_told("/write: frames are stored in no file", [](DetectorSpec& s) { s.storage = {.dense = false}; });
  expect_told("/photons_per_pixel: 1000 makes counts", [](DetectorSpec& s) { s.photons_per_pixel = 1000.0; });
  // All at once.
  const std::string both = told([](DetectorSpec& s) {
    s.beam.intensity_fwhm_A = 4.0;
    s.photons_per_pixel = 1000.0;
  });
  EXPECT_NE(both.find("photons_per_pixel"), std::string::npos);
  EXPECT_NE(both.find("intensity_fwhm_A"), std::string::npos);
  EXPECT_NE(message_of([&] { check_detector(spec(), box, {"Xx"}, atoms, "in.json: /o/0"); }).find("in.json: /o/0: "), std::string::npos);
}

}  // namespace
}  // namespace patina
