// SPDX-License-Identifier: BSD-3-Clause
// Truth: CODATA 2018 as printed in physics literature (eight digits or more).
#include "core/units.hpp"

#include <gtest/gtest.h>

namespace patina {
namespace {

TEST(Units, DerivedConstants) {
  EXPECT_NEAR(units::boltzmann_eV_per_K, 8.617333262e-5, 1e-14);
  EXPECT_NEAR(units::accel_per_force_over_mass, 9648.53321, 1e-4);
  EXPECT_NEAR(units::GPa_per_eV_A3, 160.2176634, 1e-9);
  EXPECT_NEAR(units::hc_keV_A, 12.398419843, 1e-8);
  EXPECT_NEAR(units::g_per_cm3_per_amu_A3, 1.66053907, 1e-8);
}

}  // namespace
}  // namespace patina
