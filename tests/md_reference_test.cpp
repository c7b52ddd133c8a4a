// SPDX-License-Identifier: BSD-3-Clause
// Truth: LAMMPS 4Feb2025, plain pair styles in double precision, for crystals, a liquid, a sheared liquid and
// a slab with free surfaces. Tables and splines are the same, so only round-off is allowed to differ.
#include <gtest/gtest.h>

#include <cmath>

#include "engine_result.hpp"
#include "lammps_reference.hpp"
#include "md/eam_file.hpp"
#include "reference_eam.hpp"

namespace patina::test {
namespace {

class LammpsReference : public ::testing::TestWithParam<const char*> {};

TEST_P(LammpsReference, EnergyForcesAndVirial) {
  const LammpsCase expected = read_lammps_case(GetParam());
  const auto functions = read_eam_file(test_potential(expected.potential), expected.species);
  const Comm world = Comm::world();
  const EngineResult result = compute(world, expected.structure, functions);

  EXPECT_NEAR(result.energy, expected.energy_eV, 1e-12 * std::fabs(expected.energy_eV));
  // The dump holds 15 digits: 5e-12 of the largest force is above their round-off.
  EXPECT_LE(largest_difference(result.force, expected.force), 5e-12 * largest_norm(expected.force));
  EXPECT_LE(largest_difference(result.virial, expected.virial_eV),
            1e-10 * largest_component(expected.virial_eV));
  for (std::size_t k = 0; k < expected.atom_energy.size(); ++k)
    ASSERT_NEAR(result.atom_energy[k], expected.atom_energy[k], 1e-11) << "atom " << k + 1;
}

INSTANTIATE_TEST_SUITE_P(Cases, LammpsReference,
                         ::testing::Values("cu_fcc_500", "cuni_alloy_864", "cuzr_b2_1024", "cuzr_liquid_2000",
                                           "cuzr_liquid_triclinic_2000", "cuzr_slab_2000", "zr_hcp_768"),
                         [](const auto& test) { return std::string(test.param); });

}  // namespace
}  // namespace patina::test
