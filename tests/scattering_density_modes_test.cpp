// SPDX-License-Identifier: BSD-3-Clause
// Truths: the definition rho_a(q) = sum_j exp(+i q . r_j) summed atom by atom in long double precision from
// Cartesian q and r; lattices, whose modes are N at reciprocal lattice vectors and 0 elsewhere; the ideal
// gas, S(q) = 1 with <|rho|^2> exponential; periodicity (wrapped = unwrapped) and translation (a phase).
#include <gtest/gtest.h>

#include <cmath>
#include <complex>

#include "core/units.hpp"
#include "scattering/density_modes.hpp"
#include "scattering/drift.hpp"
#include "tests/scattering_frames.hpp"

namespace patina {
namespace {

using test::frame_of;
using test::ideal_gas;
using test::Sample;

const Comm& world() {
  static const Comm comm = Comm::world();
  return comm;
}

Box triclinic() {
  return Box({{{31.0, 0.0, 0.0}, {7.5, 29.0, 0.0}, {-4.0, 9.0, 35.0}}}, {{-3.0, 1.5, 8.0}},
             {true, true, true});
}

// Largest |rho - brute force| over species and vectors, over sqrt(N).
double error_against_brute_force(const Sample& sample, const QSet& set, const DensityModes& modes) {
  double largest = 0.0;
  for (int a = 0; a < sample.species.types(); ++a) {
    for (int k = 0; k < set.size(); ++k) {
      const Vec3 q = sample.box.wave_vector(set.miller[k]);
      std::complex<long double> sum = 0.0L;
      for (std::size_t j = 0; j < sample.position.size(); ++j) {
        if (sample.type[j] != a) continue;
        long double phase = 0.0L;
        const Vec3 r = sample.position[j] - sample.box.origin();
        for (int d = 0; d < 3; ++d) phase += static_cast<long double>(q[d]) * r[d];
        sum += std::polar(1.0L, phase);
      }
      const std::complex<double> truth(static_cast<double>(sum.real()), static_cast<double>(sum.imag()));
      largest = std::max(largest, std::abs(modes(a, k) - truth));
    }
  }
  return largest / std::sqrt(static_cast<double>(sample.position.size()));
}

TEST(DensityModes, EqualTheBruteForceSum) {
  // 2803 atoms: no multiple of any block; q up to 6 1/A: powers beyond the recurrence's anchors.
  for (const Box& box : {Box::orthogonal({{30.0, 41.0, 33.0}}), triclinic()}) {
    const Sample sample = ideal_gas(box, 2803, 6);
    for (const double q0 : {0.5, 2.7, 6.0}) {
      const QSet set = make_shell(box, q0, 0.2, 40, 3, 0, "test");
      const auto modes = density_modes(frame_of(sample, world()), set);
      EXPECT_LT(error_against_brute_force(sample, set, modes), 1e-11) << q0;
    }
  }
}

TEST(DensityModes, OfASlabHaveWaveVectorsInItsPlane) {
  const Box slab = Box::orthogonal({{30.0, 41.0, 33.0}}, {true, true, false});
  Sample sample = ideal_gas(slab, 500, 5);
  for (Vec3& r : sample.position) r[2] += 25.0;  // beyond the nominal edge: free atoms
  const QSet set = make_shell(slab, 2.7, 0.2, 100, 3, 0, "test");
  for (const auto& n : set.miller) EXPECT_EQ(n[2], 0);
  EXPECT_LT(error_against_brute_force(sample, set, density_modes(frame_of(sample, world()), set)), 1e-11);
}

TEST(DensityModes, OfOneSpeciesWithoutAtomsVanish) {
  const Sample sample = ideal_gas(triclinic(), 64, 10);
  const QSet set = make_shell(sample.box, 2.7, 0.2, 20, 3, 0, "test");
  const auto modes = density_modes(frame_of(sample, world()), set);
  for (int k = 0; k < set.size(); ++k) EXPECT_EQ(std::abs(modes(1, k)), 0.0);
}

TEST(DensityModes, OfALatticeAreNOrNothing) {
  // fcc, 6^3 cells of 3.6 A: reciprocal lattice vectors have n / 6 all even or all odd.
  const int cells = 6;
  const double a = 3.6;
  Sample sample{Box::orthogonal({{cells * a, cells * a, cells * a}}), {{"Cu"}, {63.546}, {4 * 216}}, {}, {}};
  const Vec3 basis[4] = {{{0, 0, 0}}, {{0, .5, .5}}, {{.5, 0, .5}}, {{.5, .5, 0}}};
  for (int x = 0; x < cells; ++x)
    for (int y = 0; y < cells; ++y)
      for (int z = 0; z < cells; ++z)
        for (const Vec3& b : basis) {
          sample.position.push_back(a * (Vec3{{double(x), double(y), double(z)}} + b));
          sample.type.push_back(0);
        }
  const auto atoms = static_cast<double>(sample.position.size());
  const QSet set = make_shell(sample.box, 3.0, 1.5, 1000000, 3, 0, "test");
  const auto modes = density_modes(frame_of(sample, world()), set);
  int peaks = 0;
  for (int k = 0; k < set.size(); ++k) {
    const auto& n = set.miller[k];
    const bool on_cells = n[0] % cells == 0 && n[1] % cells == 0 && n[2] % cells == 0;
    const bool even = n[0] / cells % 2 == 0;
    const bool peak = on_cells && (n[1] / cells % 2 == 0) == even && (n[2] / cells % 2 == 0) == even;
    peaks += peak;
    EXPECT_NEAR(std::abs(modes(0, k)), peak ? atoms : 0.0, 1e-10 * atoms) << n[0] << n[1] << n[2];
  }
  EXPECT_EQ(peaks, 7);  // half of eight {111} and six {200}
}

TEST(DensityModes, OfTheIdealGasAreSpeckles) {
  const Sample sample = ideal_gas(Box::orthogonal({{52.0, 52.0, 52.0}}), 4000, 5);
  const QSet set = make_shell(sample.box, 2.7, 0.3, 3000, 3, 0, "test");
  const auto modes = density_modes(frame_of(sample, world()), set);
  ASSERT_EQ(set.size(), 3000);
  double first = 0.0, second = 0.0, cross = 0.0;
  for (int k = 0; k < set.size(); ++k) {
    const double s = std::norm(modes(0, k) + modes(1, k)) / 4000.0;
    first += s / set.size();
    second += s * s / set.size();
    cross += (modes(0, k) * std::conj(modes(1, k))).real() / 2000.0 / set.size();
  }
  // 3000 independent exponential variables: standard errors 1/sqrt(P), sqrt(20/P) and sqrt(1/(2P)); 4 sigma.
  EXPECT_NEAR(first, 1.0, 4.0 / std::sqrt(3000.0));
  EXPECT_NEAR(second, 2.0, 4.0 * std::sqrt(20.0 / 3000.0));
  EXPECT_NEAR(cross, 0.0, 4.0 * std::sqrt(0.5 / 3000.0));
}

TEST(DensityModes, DoNotCareWhetherPositionsAreWrapped) {
  Sample sample = ideal_gas(triclinic(), 700, 6);
  for (std::size_t i = 0; i < sample.position.size(); ++i) {
    const int n[3] = {int(i % 7) - 3, int(i % 5) - 2, int(i % 3) - 1};
    sample.position[i] += sample.box.translation(n);
  }
  const QSet set = make_shell(sample.box, 2.7, 0.2, 50, 3, 0, "test");
  const auto wrapped = density_modes(frame_of(sample, world(), 0.0, true), set);
  const auto unwrapped = density_modes(frame_of(sample, world()), set);
  for (std::size_t i = 0; i < wrapped.rho.size(); ++i)
    EXPECT_LT(std::abs(wrapped.rho[i] - unwrapped.rho[i]), 1e-10);
}

TEST(DensityModes, TurnBackWhenTheDriftIsRemoved) {
  Sample sample = ideal_gas(triclinic(), 300, 6);
  const QSet set = make_shell(sample.box, 2.7, 0.2, 50, 3, 0, "test");
  const auto before = density_modes(frame_of(sample, world()), set);
  const Vec3 centre = fractional_mass_centre(frame_of(sample, world(), 0.0, true));
  for (Vec3& r : sample.position) r += Vec3{{17.0, -43.0, 5.5}};
  auto after = density_modes(frame_of(sample, world(), 0.0, true), set);
  const Vec3 moved = fractional_mass_centre(frame_of(sample, world(), 0.0, true));
  remove_drift(after.rho, set.miller, moved - centre);
  for (std::size_t i = 0; i < before.rho.size(); ++i)
    EXPECT_LT(std::abs(before.rho[i] - after.rho[i]), 1e-10);
}

}  // namespace
}  // namespace patina
