// SPDX-License-Identifier: BSD-3-Clause
// Truths: the ideal gas, S = 1 (and 0 between species) within the errors given; the sum rules that join
// partials and total, S_x = sum w_ab S^FZ_ab with sum w_ab = 1; a sample whose two species are copies of each
// other, S^AL_ab = 1 for all pairs of an ideal gas. Of totals: the sum over atoms itself, the Laue scattering of a random alloy, and the
// concentration fluctuations that a null-matrix alloy shows alone.
#include "scattering/structure_factor.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/units.hpp"
#include "tests/scattering_frames.hpp"

namespace patina {
namespace {

using test::ideal_gas;
using test::Sample;

const Comm& world() {
  static const Comm comm = Comm::world();
  return comm;
}

struct Measured {
  QGrid grid;
  StructureSums sums;
};

Measured measure(const std::vector<Sample>& samples, double q_max, double bin, int vectors) {
  Measured m{make_q_grid(samples[0].box, q_max, bin, vectors, 1), {}};
  for (const Sample& sample : samples)
    add_frame(m.sums, density_modes(test::frame_of(sample, world()), m.grid.set),
              magnitudes(sample.box, m.grid.set));
  return m;
}

TotalStructureFactor total(const Measured& m, const Sample& sample, Weighting weighting, std::optional<double> energy_keV = {}) {
  return total_structure_factor(m.grid, m.sums, sample.species.symbol, sample.species.count, weighting, energy_keV);
}

TEST(StructureFactor, OfTheIdealGas) {
  const Sample gas = ideal_gas(Box::orthogonal({{40.0, 44.0, 38.0}}), 2000, 6);
  const auto m = measure({gas}, 6.0, 0.1, 60);
  const auto s = structure_factor(m.grid, m.sums, gas.species.count);
  const auto xray = total(m, gas, Weighting::xray), neutron = total(m, gas, Weighting::neutron);
  double chi_square[6] = {};
  int used = 0;
  for (Eigen::Index i = 0; i < s.q_inv_A.size(); ++i) {
    if (s.vectors[i] < 60) continue;
    ++used;
    // S of one vector is exponential: standard deviation 1 for AL diagonal, 1/sqrt(2) off-diagonal.
    chi_square[0] += std::pow(s.ashcroft_langreth(i, 0) - 1.0, 2) * 60;
    chi_square[1] += std::pow(s.ashcroft_langreth(i, 1), 2) * 120;
    chi_square[2] += std::pow((xray.faber_ziman[i] - 1.0) / xray.faber_ziman_error[i], 2);
    chi_square[3] += std::pow((xray.normalised[i] - 1.0) / xray.normalised_error[i], 2);
    chi_square[4] += std::pow((neutron.faber_ziman[i] - 1.0) / neutron.faber_ziman_error[i], 2);
    chi_square[5] += std::pow((neutron.normalised[i] - 1.0) / neutron.normalised_error[i], 2);
  }
  ASSERT_GT(used, 50);
  for (const double c : chi_square) EXPECT_NEAR(c, used, 4.0 * std::sqrt(2.0 * used) + 0.2 * used);
}

TEST(StructureFactor, TotalIsTheWeightedSumOfPartials) {
  const Sample gas = ideal_gas(Box::orthogonal({{30.0, 24.0, 28.0}}), 500, 6);
  const auto m = measure({gas}, 4.0, 0.2, 1);  // one vector a bin: weights are those of its |q|
  const auto s = structure_factor(m.grid, m.sums, gas.species.count);
  const auto xray = total(m, gas, Weighting::xray, 21.0), unit = total(m, gas, Weighting::unit);
  const double c[2] = {0.6, 0.4};
  for (Eigen::Index i = 0; i < s.q_inv_A.size(); ++i) {
    std::complex<double> f[2], mean = 0.0;
    for (int a = 0; a < 2; ++a) {
      f[a] = form_factor(gas.species.symbol[a], s.q_inv_A[i], Weighting::xray, 21.0);
      mean += c[a] * f[a];
    }
    // With complex f the imaginary parts of <rho_a rho_b*> of a single vector count too: take them from the
    // sums.
    const auto k = std::find(m.grid.bin.begin(), m.grid.bin.end(), i) - m.grid.bin.begin();
    const auto cross = m.sums.product[m.sums.vectors + k];
    const double w01 = 2 * c[0] * c[1] * (f[0] * std::conj(f[1])).real() / std::norm(mean);
    const double w00 = c[0] * c[0] * std::norm(f[0]) / std::norm(mean);
    const double w11 = c[1] * c[1] * std::norm(f[1]) / std::norm(mean);
    const double odd = -2 * (f[0] * std::conj(f[1])).imag() * cross.imag() / 500 / std::norm(mean);
    EXPECT_NEAR(w00 + w01 + w11, 1.0, 1e-3);  // |<f>|^2, up to the different phases of f
    const double sum =
        w00 * (s.faber_ziman(i, 0) - 1) + w01 * (s.faber_ziman(i, 1) - 1) + w11 * (s.faber_ziman(i, 2) - 1);
    EXPECT_NEAR(xray.faber_ziman[i], 1.0 + sum + odd, 1e-11 * (1 + std::abs(sum)));
    EXPECT_NEAR(s.faber_ziman(i, 1), 1.0 + s.ashcroft_langreth(i, 1) / std::sqrt(0.24), 1e-12);
    // Weight 1 for all: the number-number structure factor.
    const double number = c[0] * s.ashcroft_langreth(i, 0) + c[1] * s.ashcroft_langreth(i, 2) +
                          2 * std::sqrt(0.24) * s.ashcroft_langreth(i, 1);
    EXPECT_NEAR(unit.faber_ziman[i], number, 1e-12 * (1 + number));
    EXPECT_TRUE(std::isnan(xray.faber_ziman_error[i]));
  }
}

// Truth: |sum_j f_j exp(i q r_j)|^2 over the atoms one by one, divided as the two definitions say.
TEST(StructureFactor, TotalsAreThoseOfTheSumOverAtoms) {
  Sample gas = ideal_gas(Box::orthogonal({{30.0, 24.0, 28.0}}), 200, 3);
  gas.species.symbol = {"Gd", "Ti"};  // complex b; b of both signs
  const auto m = measure({gas}, 4.0, 0.2, 1);
  for (const Weighting weighting : {Weighting::xray, Weighting::neutron}) {
    const auto found = total(m, gas, weighting);
    for (int k = 0; k < m.grid.set.size(); ++k) {
      const auto& n = m.grid.set.miller[static_cast<std::size_t>(k)];
      const Vec3 q{{2.0 * units::pi * n[0] / 30.0, 2.0 * units::pi * n[1] / 24.0, 2.0 * units::pi * n[2] / 28.0}};
      std::complex<double> field = 0.0, sum = 0.0;
      double squares = 0.0;
      for (std::size_t j = 0; j < gas.position.size(); ++j) {
        const auto f = form_factor(gas.species.symbol[static_cast<std::size_t>(gas.type[j])], norm(q), weighting, {});
        const Vec3& r = gas.position[j];
        field += f * std::polar(1.0, q[0] * r[0] + q[1] * r[1] + q[2] * r[2]);
        sum += f;
        squares += std::norm(f);
      }
      const int bin = m.grid.bin[static_cast<std::size_t>(k)];
      EXPECT_NEAR(found.normalised[bin], std::norm(field) / squares, 1e-10 * (1.0 + std::norm(field) / squares));
      const double faber_ziman = 1.0 + (std::norm(field) - squares) * 200.0 / std::norm(sum);
      EXPECT_NEAR(found.faber_ziman[bin], faber_ziman, 1e-10 * (1.0 + std::abs(faber_ziman)));
    }
  }
}

// Truth: between the Bragg peaks of a random alloy stands I/N = <|f|^2> - |<f>|^2 (von Laue 1918): S = 0, S' = 1 - |<f>|^2/<|f|^2>,
// within the errors given. Of a finite crystal of fixed composition it is larger by N/(N - 1).
TEST(StructureFactor, OfARandomAlloyIsLaueScattering) {
  constexpr int edge = 16, atoms = edge * edge * edge;
  Sample alloy = ideal_gas(Box::orthogonal({{3.0 * edge, 3.0 * edge, 3.0 * edge}}), 0, 10);
  alloy.species = {{"Ti", "Ni"}, {47.867, 58.693}, {0, 0}};
  for (int i = 0; i < atoms; ++i) {
    alloy.position.push_back(3.0 * Vec3{{double(i % edge), double(i / edge % edge), double(i / edge / edge)}});
    alloy.type.push_back(test::uniform(77, static_cast<std::uint64_t>(i)) < 0.3 ? 0 : 1);
    ++alloy.species.count[static_cast<std::size_t>(alloy.type.back())];
  }
  // Within the first Brillouin zone, pi / 3 A: beyond it vectors repeat one another, and a bin counts them as many.
  const auto m = measure({alloy}, 1.0, 0.05, 60);
  const double c = static_cast<double>(alloy.species.count[0]) / atoms, finite = atoms / (atoms - 1.0);
  for (const Weighting weighting : {Weighting::number, Weighting::neutron}) {  // of no q
    const auto found = total(m, alloy, weighting);
    const double first = form_factor("Ti", 0.0, weighting, {}).real(), second = form_factor("Ni", 0.0, weighting, {}).real();
    const double mean = c * first + (1.0 - c) * second, squares = c * first * first + (1.0 - c) * second * second;
    const double laue = finite * (squares - mean * mean);
    double chi_square[2] = {};
    int used = 0;
    for (Eigen::Index i = 0; i < found.normalised.size(); ++i) {
      if (std::isnan(found.normalised_error[i]) || std::count(m.grid.bin.begin(), m.grid.bin.end(), i) < 30) continue;
      ++used;
      chi_square[0] += std::pow((found.normalised[i] - laue / squares) / found.normalised_error[i], 2);
      chi_square[1] += std::pow((found.faber_ziman[i] - 1.0 - (laue - squares) / (mean * mean)) / found.faber_ziman_error[i], 2);
    }
    ASSERT_GT(used, 8);
    for (const double c2 : chi_square) EXPECT_NEAR(c2, used, 4.0 * std::sqrt(2.0 * used) + 0.2 * used) << name_of(weighting);
  }
}

// Truth: where <b> vanishes, b_a = +-(1 - c_a) (b_1 - b_2): neutrons see concentration alone, S' = S_CC / (c_1 c_2).
TEST(StructureFactor, NeutronsSeeConcentrationAloneInTheNullMatrix) {
  Sample alloy = ideal_gas(Box::orthogonal({{30.0, 24.0, 28.0}}), 500, 10);
  alloy.species = {{"Ti", "Zr"}, {47.867, 91.224}, {338, 162}};  // 67.6 % Ti
  for (std::size_t i = 338; i < 500; ++i) alloy.type[i] = 1;
  const auto m = measure({alloy}, 4.0, 0.2, 20);
  const auto s = structure_factor(m.grid, m.sums, alloy.species.count);
  const auto neutron = total(m, alloy, Weighting::neutron);
  for (Eigen::Index i = 0; i < s.q_inv_A.size(); ++i) {
    // |<b>| is 0.004 of 5 fm: its cross term with the density.
    const double tolerance = 5e-3 * (1.0 + s.bhatia_thornton(i, 0));
    EXPECT_NEAR(neutron.normalised[i], s.bhatia_thornton(i, 2) / (0.676 * 0.324), tolerance);
  }
}

// Truth: the definition, from the modes of N and C themselves.
TEST(StructureFactor, BhatiaThorntonIsThatOfNumberAndConcentration) {
  const Sample gas = ideal_gas(Box::orthogonal({{30.0, 24.0, 28.0}}), 500, 6);
  const auto m = measure({gas}, 4.0, 0.2, 1);
  const auto modes = density_modes(test::frame_of(gas, world()), m.grid.set);
  const auto s = structure_factor(m.grid, m.sums, gas.species.count);
  ASSERT_EQ(s.bhatia_thornton.cols(), 3);
  for (int k = 0; k < modes.vectors; ++k) {
    const auto number = modes(0, k) + modes(1, k), concentration = 0.4 * modes(0, k) - 0.6 * modes(1, k);
    const int bin = m.grid.bin[static_cast<std::size_t>(k)];
    EXPECT_NEAR(s.bhatia_thornton(bin, 0), std::norm(number) / 500, 1e-11);
    EXPECT_NEAR(s.bhatia_thornton(bin, 1), (number * std::conj(concentration)).real() / 500, 1e-11);
    EXPECT_NEAR(s.bhatia_thornton(bin, 2), std::norm(concentration) / 500, 1e-11);
  }
}

// Limits: of the ideal gas S_NN = 1, S_NC = 0, S_CC = c_1 c_2 within the errors given.
TEST(StructureFactor, BhatiaThorntonOfTheIdealGas) {
  const Sample gas = ideal_gas(Box::orthogonal({{40.0, 44.0, 38.0}}), 2000, 6);
  const auto m = measure({gas}, 6.0, 0.1, 60);
  const auto s = structure_factor(m.grid, m.sums, gas.species.count);
  const double limit[] = {1.0, 0.0, 0.24};
  for (int which = 0; which < 3; ++which) {
    double chi_square = 0.0;
    int used = 0;
    for (Eigen::Index i = 0; i < s.q_inv_A.size(); ++i) {
      if (s.vectors[i] < 60) continue;
      ++used;
      chi_square += std::pow((s.bhatia_thornton(i, which) - limit[which]) / s.bhatia_thornton_error(i, which), 2);
    }
    EXPECT_NEAR(chi_square, used, 4.0 * std::sqrt(2.0 * used) + 0.2 * used) << which;
  }
}

// Truth: xraylib's f0 of Cu and Zr at 2.70 1/A, and the weights of Cu50Zr50 by hand.
TEST(StructureFactor, FaberZimanWeightsOfCu50Zr50) {
  const double cu = form_factor("Cu", 2.7, Weighting::xray, {}).real(), zr = form_factor("Zr", 2.7, Weighting::xray, {}).real();
  EXPECT_NEAR(cu, 22.9865, 1e-3);
  EXPECT_NEAR(zr, 30.6418, 1e-3);
  const double mean = 0.5 * (cu + zr);
  EXPECT_NEAR(0.25 * cu * cu / (mean * mean), 0.1837, 1e-4);
  EXPECT_NEAR(0.5 * cu * zr / (mean * mean), 0.4898, 1e-4);
  EXPECT_NEAR(0.25 * zr * zr / (mean * mean), 0.3265, 1e-4);
}

// Truth: a crystal's Bragg peaks, S = N at the reciprocal lattice and 0 elsewhere.
TEST(StructureFactor, OfACrystalIsItsBraggPeaks) {
  Sample sc = ideal_gas(Box::orthogonal({{12.0, 12.0, 12.0}}), 0, 10);
  for (int i = 0; i < 64; ++i) sc.position.push_back(3.0 * Vec3{{double(i % 4), double(i / 4 % 4), double(i / 16)}});
  sc.type.assign(64, 0);
  sc.species = {{"Cu"}, {63.546}, {64}};
  const auto m = measure({sc}, 5.0, 0.02, 1);
  const auto s = structure_factor(m.grid, m.sums, {64});
  const auto xray = total(m, sc, Weighting::xray);
  ASSERT_EQ(s.bhatia_thornton.cols(), 1);
  int peaks = 0;
  for (int k = 0; k < m.grid.set.size(); ++k) {
    const auto& n = m.grid.set.miller[static_cast<std::size_t>(k)];
    const bool bragg = n[0] % 4 == 0 && n[1] % 4 == 0 && n[2] % 4 == 0;
    peaks += bragg;
    const int bin = m.grid.bin[static_cast<std::size_t>(k)];
    for (const double found : {xray.faber_ziman[bin], s.bhatia_thornton(bin, 0), s.ashcroft_langreth(bin, 0)}) EXPECT_NEAR(found, bragg ? 64.0 : 0.0, 1e-9);
  }
  EXPECT_GT(peaks, 0);
}

TEST(StructureFactor, OfTwoSpeciesAtTheSamePlaces) {
  const Box box = Box::orthogonal({{36.0, 36.0, 36.0}});
  std::vector<Sample> samples;
  for (int frame = 0; frame < 3; ++frame) {
    Sample sample = ideal_gas(box, 400, 10);
    for (int i = 0; i < 400; ++i) {
      for (int d = 0; d < 3; ++d) sample.position[i][d] = 36.0 * test::uniform(10 * frame + d + 5, i);
      sample.position.push_back(sample.position[i]);
      sample.type.push_back(1);
    }
    sample.species.count = {400, 400};
    samples.push_back(sample);
  }
  const auto m = measure(samples, 3.0, 0.25, 100);
  EXPECT_EQ(m.sums.frames, 3);
  const auto s = structure_factor(m.grid, m.sums, {400, 400});
  for (Eigen::Index i = 0; i < s.q_inv_A.size(); ++i)
    for (int pair = 1; pair < 3; ++pair)
      EXPECT_NEAR(s.ashcroft_langreth(i, pair), s.ashcroft_langreth(i, 0), 1e-10 * s.ashcroft_langreth(i, 0));
}

}  // namespace
}  // namespace patina
