// SPDX-License-Identifier: BSD-3-Clause
// Truths: f0 of Cu and Zr at 2.70 1/A and the Faber-Ziman weights of Cu50Zr50 [physics.md 3.1]; f' and f'' of
// both at 21 and 8 keV [physics.md 5]; f0(0) = Z.
#include "scattering/form_factor.hpp"

#include <gtest/gtest.h>

#include "core/error.hpp"

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

TEST(FormFactor, Refuses) {
  EXPECT_THROW(form_factor("Xx", 1.0, Weighting::xray, {}), Error);
  EXPECT_THROW(form_factor("Cu", 1.0, Weighting::xray, 1e9), Error);
  EXPECT_THROW(weighting_of("neutron"), Error);
  EXPECT_EQ(weighting_of("number"), Weighting::number);
}

}  // namespace
}  // namespace patina
