// SPDX-License-Identifier: BSD-3-Clause
// Truths: f0 of Cu and Zr at 2.70 1/A and the Faber-Ziman weights of Cu50Zr50 [physics.md 3.1]; f' and f'' of
// both at 21 and 8 keV [physics.md 5]; f0(0) = Z. Neutrons: scattering lengths and coherent cross sections of V. F. Sears, Neutron News 3
// (1992) 26, two columns of its table measured apart; the zero-scattering alloy Ti67.6Zr32.4 of neutron diffraction.
#include "scattering/form_factor.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "core/error.hpp"
#include "core/units.hpp"

namespace patina {
namespace {

TEST(FormFactor, AtTheFirstPeak) {
  const double cu = form_factor("Cu", 2.70, Weighting::xray, {}).real();
  const double zr = form_factor("Zr", 2.70, Weighting::xray, {}).real();
  EXPECT_NEAR(cu, 22.9865, 5e-5);
  EXPECT_NEAR(zr, 30.6418, 5e-5);
  EXPECT_NEAR(form_factor("Cu", 2.60, Weighting::xray, {}).real(), 23.282, 5e-4);
  const double mean = 0.5 * (cu + zr);
  EXPECT_NEAR(0.25 * cu * cu / (mean * mean), 0.1837, 5e-5);
  EXPECT_NEAR(0.50 * cu * zr / (mean * mean), 0.4898, 5e-5);
  EXPECT_NEAR(0.25 * zr * zr / (mean * mean), 0.3265, 5e-5);
}

TEST(FormFactor, AnomalousPart) {
  const auto anomalous = [](const char* symbol, double keV) {
    return form_factor(symbol, 2.7, Weighting::xray, keV) - form_factor(symbol, 2.7, Weighting::xray, {});
  };
  EXPECT_NEAR(anomalous("Cu", 21.0).real(), 0.334, 5e-4);
  EXPECT_NEAR(anomalous("Cu", 21.0).imag(), 0.915, 5e-4);  // f'' > 0: absorption
  EXPECT_NEAR(anomalous("Zr", 21.0).real(), -0.813, 5e-4);
  EXPECT_NEAR(anomalous("Zr", 21.0).imag(), 2.865, 5e-4);
  EXPECT_NEAR(anomalous("Cu", 8.0).real(), -1.960, 5e-4);
  EXPECT_NEAR(anomalous("Cu", 8.0).imag(), 0.611, 5e-4);
}

TEST(FormFactor, OtherWeights) {
  EXPECT_EQ(form_factor("Zr", 2.7, Weighting::number, {}), std::complex<double>(40.0));
  EXPECT_EQ(form_factor("Zr", 2.7, Weighting::unit, 21.0), std::complex<double>(1.0));
  EXPECT_NEAR(form_factor("Zr", 0.0, Weighting::xray, {}).real(), 40.0, 1e-6);
  const auto f = form_factors({"Cu", "Zr"}, {1.0, 2.0}, Weighting::xray, {});
  ASSERT_EQ(f.size(), 4u);
  EXPECT_EQ(f[1], form_factor("Zr", 1.0, Weighting::xray, {}));
  EXPECT_EQ(f[2], form_factor("Cu", 2.0, Weighting::xray, {}));
}

std::complex<double> neutron(const char* symbol, double q_inv_A = 2.7) { return form_factor(symbol, q_inv_A, Weighting::neutron, {}); }

TEST(FormFactor, NeutronLengthsArePublishedOnes) {
  const struct {
    const char* symbol;
    double b_fm;
  } published[] = {{"H", -3.7390}, {"Al", 3.449}, {"Si", 4.1491}, {"P", 5.13},   {"Ti", -3.438}, {"V", -0.3824}, {"Fe", 9.45},
                   {"Ni", 10.3},   {"Cu", 7.718}, {"Zr", 7.16},   {"Pd", 5.91}, {"Pt", 9.60},   {"Au", 7.63},   {"Am", 8.3}};
  for (const auto& one : published)
    for (const double q : {0.0, 2.7}) EXPECT_EQ(neutron(one.symbol, q), std::complex<double>(one.b_fm)) << one.symbol;
}

// 4 pi |b|^2 (100 fm^2 = 1 barn) is the coherent cross section, which the table has to three figures beside b.
TEST(FormFactor, NeutronLengthsMakeTheCoherentCrossSections) {
  const struct {
    const char* symbol;
    double barn, rounding;
  } published[] = {{"Be", 7.63, 5e-3},  {"B", 3.54, 2e-2},  {"Mg", 3.631, 5e-4}, {"Ca", 2.78, 5e-3}, {"Ti", 1.485, 5e-4}, {"Co", 0.779, 5e-4},
                   {"Cu", 7.485, 5e-4}, {"Zr", 6.44, 5e-3}, {"Nb", 6.253, 5e-4}, {"Ag", 4.407, 5e-4}, {"Cd", 3.04, 5e-3}, {"In", 2.08, 5e-3},
                   {"La", 8.53, 5e-3},  {"Sm", 0.422, 1e-3}, {"Gd", 29.3, 5e-2}, {"Dy", 35.9, 5e-2}, {"Ta", 6.00, 5e-3}, {"U", 8.903, 5e-4}};
  for (const auto& one : published)
    EXPECT_NEAR(4.0 * units::pi * std::norm(neutron(one.symbol)) / 100.0, one.barn, one.rounding) << one.symbol;
}

// Of the elements whose natural composition absorbs strongly, b'' has the sign of f''.
TEST(FormFactor, NeutronsAreAbsorbedWithTheSignOfXrays) {
  const struct {
    const char* symbol;
    double b2_fm;
  } published[] = {{"B", 0.213}, {"Cd", 0.70}, {"In", 0.0539}, {"Sm", 1.65}, {"Eu", 1.26}, {"Gd", 13.82}, {"Dy", 0.276}};
  for (const auto& one : published) {
    EXPECT_EQ(neutron(one.symbol).imag(), one.b2_fm) << one.symbol;
    EXPECT_GT(form_factor(one.symbol, 2.7, Weighting::xray, 20.0).imag(), 0.0) << one.symbol;
  }
}

TEST(FormFactor, NullMatrixOfTiAndZr) {
  const std::complex<double> mean = 0.676 * neutron("Ti") + 0.324 * neutron("Zr");
  EXPECT_NEAR(std::abs(mean), 0.0, 5e-3);  // the composition is given to 0.1 %, 0.01 fm
}

TEST(FormFactor, RefusesElementsWithoutANeutronLength) {
  for (const std::string symbol : {"Po", "Rn", "Ac", "Pu"}) {
    try {
      form_factor(symbol, 1.0, Weighting::neutron, {});
      ADD_FAILURE() << symbol;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::bad_input);
      EXPECT_NE(std::string(error.what()).find("neutron scattering length of " + symbol), std::string::npos) << error.what();
    }
  }
  EXPECT_THROW(neutron("Xx"), Error);
}

TEST(FormFactor, Refuses) {
  EXPECT_THROW(form_factor("Xx", 1.0, Weighting::xray, {}), Error);
  EXPECT_THROW(form_factor("Cu", 1.0, Weighting::xray, 1e9), Error);
  EXPECT_THROW(weighting_of("neutrons"), Error);
  for (const Weighting weighting : {Weighting::xray, Weighting::neutron, Weighting::number, Weighting::unit})
    EXPECT_EQ(weighting_of(name_of(weighting)), weighting);
}

}  // namespace
}  // namespace patina
