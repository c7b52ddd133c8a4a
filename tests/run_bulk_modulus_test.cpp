// SPDX-License-Identifier: BSD-3-Clause
// `compress` of a glass, slow: its bulk modulus. Truth: physics.md 2.4, by LAMMPS: B = 109.2 GPa +- 3 % of a relaxed Cu50.9Zr49.1 glass
// at 0 K (2009 potential).
#include <gtest/gtest.h>

#include "program.hpp"
#include "python.hpp"
#include "scratch_folder.hpp"

namespace patina::test {
namespace {

TEST(BulkModulus, OfAGlassIsWhatLammpsFinds) {
  const ScratchFolder folder;
  std::ofstream(folder / "in.json") << R"({"seed": 5, "potential": {"files": ["Cu-Zr_2.eam.fs"], "species": ["Cu", "Zr"]},
    "structure": {"type": "random", "atoms": 500, "composition": {"Cu": 0.508, "Zr": 0.492}, "volume_per_atom_A3": 19.0, "min_distance_A": 2.1},
    "protocol": [
      {"type": "minimise", "max_steps": 200, "max_force_eV_per_A": 0.1},
      {"type": "melt", "temperature_K": 2000, "duration_ps": 5},
      {"type": "quench", "from_K": 2000, "to_K": 100, "cooling_rate_K_per_s": 2e13},
      {"type": "minimise", "relax_cell": "per_axis", "pressure_GPa": -1},
      {"type": "compress", "temperature_K": 1, "from_pressure_GPa": -1, "to_pressure_GPa": 1, "ramp_ps": 10}],
    "output": {"thermo_interval_steps": 10}})";
  const std::string out = folder / "run";
  const auto run = run_patina("run " + (folder / "in.json") + " --output " + out);
  ASSERT_EQ(run.status, 0) << run.output;
  const auto python = run_python(folder / "modulus.py", R"(
import sys, numpy as np
thermo = np.genfromtxt(sys.argv[1] + '/thermo.csv', delimiter=',', names=True); B = []
for step in (4, 5):     # ln V by P to second order, up and back
    rows = thermo[thermo['protocol_step'] == step]
    B.append(-1 / np.polyfit(rows['pressure_GPa'], np.log(rows['volume_A3']), 2)[1])
print(B); assert abs(np.mean(B) / 109.2 - 1) < 0.03, B
)", out);
  EXPECT_EQ(python.status, 0) << python.output;
}

}  // namespace
}  // namespace patina::test
