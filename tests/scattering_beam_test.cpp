// SPDX-License-Identifier: BSD-3-Clause
// A Gaussian Schell-model beam on atoms. Truths: orthonormal modes, the beam's intensity and the mean density's scattering by sums over a
// fine grid of points, against closed forms; the mutual coherence W(x1, x2) itself, rebuilt of the modes; the size and contrast of
// speckles of an ideal gas, by Monte Carlo.
#include <gtest/gtest.h>

#include <cmath>
#include <complex>

#include "core/error.hpp"
#include "core/units.hpp"
#include "scattering/beam.hpp"
#include "tests/scattering_observers.hpp"

namespace patina {
namespace {

using namespace test;

constexpr double edge_A = 60.0;
const Box cell = Box::orthogonal({{edge_A, edge_A, edge_A}});

BeamSpec spec_with(std::optional<double> coherence_length_A) {
  BeamSpec spec;
  spec.intensity_fwhm_A = 9.0;
  spec.depth_fwhm_A = 7.0;
  spec.coherence_length_A = coherence_length_A;
  return spec;
}

Sample atoms_at(const std::vector<Vec3>& position) {
  Sample sample{cell, {{"Cu", "Zr"}, {63.546, 91.224}, {static_cast<std::int64_t>(position.size()), 0}}, position, std::vector<int>(position.size(), 0)};
  return sample;
}

PixelPoints points_of(const Beam& beam, const Sample& sample) { return beam.points(frame_of(sample, alone()), {}); }

double sigma(double fwhm) { return fwhm / std::sqrt(8.0 * std::log(2.0)); }

// A row of points along x through the centre, `step` apart: what weights are of phi_n(x) phi_m(0) g(0).
TEST(Beam, ModesRebuildTheMutualCoherence) {
  constexpr double xi = 8.0, step = 0.5;
  const Beam beam(spec_with(xi), "test");
  std::vector<Vec3> row;
  for (int k = 0; k < 41; ++k) row.push_back({{30.0 + step * (k - 20), 30.0, 30.0}});
  const PixelPoints points = points_of(beam, atoms_at(row));
  const double s = sigma(9.0), z = sigma(7.0);
  const auto intensity = [&](double x) { return std::exp(-x * x / (2.0 * s * s)) / (std::sqrt(2.0 * units::pi) * s); };
  const double depth = 1.0 / (std::sqrt(2.0 * units::pi) * z);
  double left_out = 0.0;  // at most a thousandth of the beam, spread over it; some of the weight was given back
  for (std::size_t i = 0; i < row.size(); ++i)
    for (std::size_t j = 0; j < row.size(); ++j) {
      double sum = 0.0;
      for (std::size_t m = 0; m < beam.modes().size(); ++m)
        sum += beam.modes()[m].weight * points.weight(static_cast<int>(m), static_cast<int>(i)) * points.weight(static_cast<int>(m), static_cast<int>(j));
      const double x1 = step * (static_cast<double>(i) - 20.0), x2 = step * (static_cast<double>(j) - 20.0);
      const double truth = std::sqrt(intensity(x1) * intensity(x2)) * std::exp(-(x1 - x2) * (x1 - x2) / (2.0 * xi * xi)) * intensity(0.0) * depth;
      left_out = std::max(left_out, std::abs(sum - truth) / (intensity(0.0) * intensity(0.0) * depth));
    }
  EXPECT_LT(left_out, 5e-3);
  EXPECT_GT(beam.modes().size(), 5u);
}

TEST(Beam, ModesAreOrthonormalAndWeighAsStarikovAndWolfSay) {
  constexpr double xi = 12.0, step = 1.5;
  const Beam beam(spec_with(xi), "test");
  std::vector<Vec3> grid;
  for (int i = -19; i <= 19; ++i)
    for (int j = -19; j <= 19; ++j)
      for (int k = -19; k <= 19; ++k) grid.push_back({{30.0 + step * i, 30.0 + step * j, 30.0 + step * k}});
  const PixelPoints points = points_of(beam, atoms_at(grid));
  const std::size_t modes = beam.modes().size();
  for (std::size_t a = 0; a < modes; ++a)
    for (std::size_t b = 0; b <= a; ++b) {
      double sum = 0.0;
      for (std::size_t i = 0; i < grid.size(); ++i) sum += points.weight(static_cast<int>(a), static_cast<int>(i)) * points.weight(static_cast<int>(b), static_cast<int>(i));
      // A sum over a grid is the integral of such smooth functions to exp(-(2 pi sigma / step)^2).
      EXPECT_NEAR(sum * step * step * step, a == b ? 1.0 : 0.0, 1e-6) << a << ' ' << b;
    }
  const double s = sigma(9.0), zeta = 1.0 / std::sqrt(1.0 + 4.0 * s * s / (xi * xi));  // global degree of coherence of an axis
  EXPECT_NEAR(beam.contrast(), zeta * zeta, 3e-3);
  const double kappa = (1.0 - zeta) / (1.0 + zeta);
  for (const BeamMode& mode : beam.modes()) EXPECT_NEAR(mode.weight, (1.0 - kappa) * (1.0 - kappa) * std::pow(kappa, mode.n + mode.m), 1.1e-3 * mode.weight);
  EXPECT_EQ(Beam(spec_with({}), "test").modes().size(), 1u);
  EXPECT_EQ(Beam(spec_with({}), "test").contrast(), 1.0);
}

// A grid of points is a density without fluctuations.
TEST(Beam, MeanDensityScattersInClosedForm) {
  constexpr double step = 1.0;
  std::vector<Vec3> grid;
  for (int i = 0; i < 60; ++i)
    for (int j = 0; j < 60; ++j)
      for (int k = 0; k < 60; ++k) grid.push_back({{step * i, step * j, step * k}});
  for (const std::optional<double> xi : {std::optional<double>{}, std::optional<double>{9.0}}) {
    const Beam beam(spec_with(xi), "test");
    const PixelPoints points = points_of(beam, atoms_at(grid));
    for (const Vec3& q : {Vec3{}, Vec3{{0.2, 0.0, 0.0}}, Vec3{{0.1, -0.15, 0.1}}, Vec3{{0.0, 0.0, 0.3}}}) {
      const auto fields = pixel_sums(points, {q}, alone());
      double sum = 0.0;
      for (std::size_t m = 0; m < beam.modes().size(); ++m) sum += beam.modes()[m].weight * std::norm(fields[m]);
      const double density = 1.0 / (step * step * step);
      EXPECT_NEAR(sum / density, beam.forward(q, density), 5e-3 * beam.forward(Vec3{}, density)) << q[0] << ' ' << q[2];
    }
  }
}

// Independent atoms: speckles of closed-form contrast and size, at many q far from each other. Some 16 atoms under the beam make the
// contrast by 2^-1.5 / 16 larger [physics.md 3.4: sum w^4 / (sum w^2)^2].
TEST(Beam, SpecklesOfAnIdealGasHaveItsSizeAndContrast) {
  constexpr int samples = 400, atoms = 1500, places = 24;
  const Box box = Box::orthogonal({{40.0, 40.0, 40.0}});
  const std::vector<Vec3> steps = {{}, {{0.15, 0.0, 0.0}}, {{0.0, 0.2, 0.0}}, {{0.0, 0.0, 0.25}}};
  std::vector<Vec3> q;
  for (const Vec3& step : steps)
    for (int k = 0; k < places; ++k) q.push_back(step + Vec3{{2.0 + 1.5 * (k % 6), 1.5 * (k / 6), -0.3}});
  for (const std::optional<double> xi : {std::optional<double>{}, std::optional<double>{9.0}}) {
    BeamSpec spec = spec_with(xi);
    spec.centre = {{0.02, 0.5, 0.97}};  // through faces
    const Beam beam(spec, "test");
    std::vector<double> mean(steps.size()), product(steps.size());
    for (int t = 0; t < samples; ++t) {
      Sample sample = atoms_at({});
      sample.box = box;
      for (int i = 0; i < atoms; ++i) {
        const RandomBlock random = random_block(5, Stream::test, static_cast<std::uint64_t>(t), static_cast<std::uint64_t>(i));
        sample.position.push_back({{40.0 * random.uniform(0), 40.0 * random.uniform(1), 40.0 * random_block(6, Stream::test, static_cast<std::uint64_t>(t), static_cast<std::uint64_t>(i)).uniform(0)}});
        sample.type.push_back(0);
      }
      sample.species.count = {atoms, 0};
      const auto fields = pixel_sums(points_of(beam, sample), q, alone());
      std::vector<double> intensity(q.size());
      for (std::size_t m = 0; m < beam.modes().size(); ++m)
        for (std::size_t p = 0; p < q.size(); ++p) intensity[p] += beam.modes()[m].weight * std::norm(fields[m * q.size() + p]);
      for (std::size_t p = 0; p < q.size(); ++p) {
        mean[p / places] += intensity[p] / (samples * places);
        product[p / places] += intensity[p % places] * intensity[p] / (samples * places);
      }
    }
    const double density = atoms / box.volume(), lit = density * beam.volume_A3(), independent = samples * places;
    for (std::size_t p = 0; p < steps.size(); ++p) {
      EXPECT_NEAR(mean[p] / density, 1.0, 4.0 / std::sqrt(independent) + 4.0 / std::sqrt(samples * lit)) << p;
      // One standard deviation of a product of two exponential numbers is sqrt(20 / numbers) at the most.
      const double truth = beam.contrast() * beam.correlation(steps[p]);
      EXPECT_NEAR(product[p] / (mean[0] * mean[p]) - 1.0, truth, 3.0 * std::sqrt(20.0 / independent) * truth + 0.36 / lit) << p << (xi ? " partially coherent" : "");
    }
    EXPECT_LT(beam.correlation(steps[1]), 0.85);  // the test can tell
  }
}

TEST(Beam, SizeOfSpecklesIsThatOfTheFourierTransformOfItsIntensity) {
  const Beam beam(spec_with({}), "test");
  // Coherent: |S(dq)|^2 = exp(-sigma^2 dq^2), whose FWHM is 4 sqrt(2) ln 2 over that of S.
  const double half = 0.5 * 4.0 * std::sqrt(2.0) * std::log(2.0) / 9.0;
  EXPECT_NEAR(beam.correlation({{half, 0.0, 0.0}}), 0.5, 1e-12);
  EXPECT_NEAR(beam.correlation({{0.0, 0.0, half * 9.0 / 7.0}}), 0.5, 1e-12);
}

TEST(Beam, RefusesACellInWhichItWouldLightAtomsTwice) {
  BeamSpec spec = spec_with({});
  spec.intensity_fwhm_A = 14.2;  // amplitudes 20.08 A wide: more than a third of 60
  const auto message = [&](const Box& box) {
    try {
      Beam(spec, "here").check_cell(box, 1.0, "here");
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_NE(message(cell).find("here/intensity_fwhm_A: along the normal of faces x the beam is 14.2 A wide, more than 14.14 A"), std::string::npos) << message(cell);
  spec.intensity_fwhm_A = 14.1;
  EXPECT_EQ(message(cell), "");
  // The depth counts only along the beam.
  spec.depth_fwhm_A = 20.0;
  EXPECT_NE(message(cell).find("faces z"), std::string::npos) << message(cell);
  EXPECT_EQ(message(Box::orthogonal({{60.0, 60.0, 90.0}})), "");
  spec.direction = {{1.0, 0.0, 0.0}};
  spec.columns = {{0.0, 1.0, 0.0}};
  EXPECT_NE(message(Box::orthogonal({{60.0, 60.0, 90.0}})).find("faces x"), std::string::npos);
  EXPECT_EQ(message(Box::orthogonal({{60.0, 60.0, 90.0}}, {false, true, true})), "") << "a free axis has no images";
  EXPECT_THROW(Beam(spec_with(0.2), "here"), Error) << "some thousand modes";
}

}  // namespace
}  // namespace patina
