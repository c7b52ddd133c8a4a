// SPDX-License-Identifier: BSD-3-Clause
// Deformations of the cell as a user runs them. Truths: volumes and edges in closed form; elastic constants of fcc Cu from finite
// differences of its energy by LAMMPS (physics.md 2.2: C11 174.5, C12 127.8, C44 84.4 GPa, +- 2 %) and what they say of a free bar;
// work = integral of stress over strain; a liquid bears no shear.
#include <gtest/gtest.h>

#include <filesystem>

#include "program.hpp"
#include "python.hpp"
#include "scratch_folder.hpp"
#include "text_expectations.hpp"

namespace patina::test {
namespace {

std::string copper(const std::string& protocol, int interval) {
  return R"({"potential": {"files": ["Cu-Zr_4.eam.fs"], "species": ["Cu"]},
  "structure": {"type": "lattice", "lattice_constant_A": 3.639087, "repeat": [3, 3, 3], "composition": {"Cu": 1}},
  "protocol": [)" +
         protocol + R"(], "output": {"thermo_interval_steps": )" + std::to_string(interval) + "}}";
}

struct Strain : ::testing::Test {
  void run(const std::string& input, const std::string& truth) {
    std::ofstream(folder_ / "in.json") << input;
    const auto result = run_patina("run " + (folder_ / "in.json") + " --output " + out_);
    ASSERT_EQ(result.status, 0) << result.output;
    const auto python = run_python(folder_ / "truth.py", R"(
import json, sys, numpy as np
out = sys.argv[1]; thermo = np.genfromtxt(out + '/thermo.csv', delimiter=',', names=True)
labels = [s['label'] for s in json.load(open(out + '/resolved.json'))['protocol']]
step = lambda label: thermo[thermo['protocol_step'] == labels.index(label)]
)" + truth, out_);
    EXPECT_EQ(python.status, 0) << python.output;
  }
  const ScratchFolder folder_;
  const std::string out_ = folder_ / "run";
};

TEST_F(Strain, ElasticConstantsOfCopper) {
  run(copper(R"(
    {"type": "strain", "deformation": "uniaxial_x", "strain": 0.004, "temperature_K": 1, "ramp_ps": 2, "release": true},
    {"type": "strain", "deformation": "uniaxial_z", "strain": -0.004, "temperature_K": 1, "ramp_ps": 2, "release": true},
    {"type": "strain", "deformation": "biaxial_xy", "strain": 0.002, "temperature_K": 1, "ramp_ps": 2, "release": true},
    {"type": "strain", "deformation": "volume", "strain": 0.006, "temperature_K": 1, "ramp_ps": 2, "release": true},
    {"type": "strain", "deformation": "shear_xy", "strain": 0.004, "temperature_K": 1, "ramp_ps": 2, "release": true},
    {"type": "strain", "deformation": "shear_zy", "strain": 0.004, "temperature_K": 1, "ramp_ps": 2, "release": true})",
             10),
      R"(
C11, C12, C44 = 174.5, 127.8, 84.4
def stiffness(label, column):
    rows = step(label)
    return -np.polyfit(rows['target_strain'], rows['pressure_%s_GPa' % column], 2)[1]
for label, column, truth in (('uniaxial_x_0.004', 'xx', C11), ('uniaxial_x_0.004', 'yy', C12), ('uniaxial_z_-0.004', 'zz', C11), ('uniaxial_z_-0.004', 'xx', C12),
                             ('biaxial_xy_0.002', 'xx', C11 + C12), ('biaxial_xy_0.002', 'zz', 2 * C12), ('volume_0.006', 'zz', (C11 + 2 * C12) / 3),
                             ('shear_xy_0.004', 'xy', C44), ('shear_zy_0.004', 'yz', C44)):
    found = stiffness(label, column); print(label, column, found, truth)
    assert abs(found / truth - 1) < 0.03, (label, column, found, truth)
# The crystal is back where it was.
back = step('back_shear_zy_0.004')[-1]; assert abs(back['pressure_yz_GPa']) < 0.01, back
)");
}

// With free sides E = (C11 - C12) (C11 + 2 C12) / (C11 + C12), and Poisson's ratio is C12 / (C11 + C12).
TEST_F(Strain, ABarWithFreeSides) {
  run(copper(R"({"type": "strain", "deformation": "uniaxial_y", "strain": 0.004, "temperature_K": 1, "ramp_ps": 30, "lateral": "free",
                 "barostat": {"relaxation_ps": 0.5}})", 10),
      R"(
C11, C12 = 174.5, 127.8; rows = step('uniaxial_y_0.004'); L = 3 * 3.639087
E = -np.polyfit(rows['target_strain'], rows['pressure_yy_GPa'], 2)[1]
nu = [-np.polyfit(rows['target_strain'], rows['edge_%s_A' % e] / L - 1, 2)[1] for e in 'ac']
print(E, nu)
assert abs(E / ((C11 - C12) * (C11 + 2 * C12) / (C11 + C12)) - 1) < 0.03, E
assert abs(np.mean(nu) / (C12 / (C11 + C12)) - 1) < 0.03, nu
assert abs(rows['edge_b_A'] / L - 1 - rows['target_strain']).max() < 1e-11
)");
}

TEST_F(Strain, CellsInClosedForm) {
  run(copper(R"(
    {"type": "strain", "deformation": "uniaxial_x", "strain": 0.05, "temperature_K": 10, "rate_per_ps": 0.5, "release": true},
    {"type": "strain", "deformation": "biaxial_yz", "strain": -0.02, "temperature_K": 10, "ramp_ps": 0.1, "release": true},
    {"type": "strain", "deformation": "volume", "strain": 0.03, "temperature_K": 10, "hold_ps": 0.02, "release": true},
    {"type": "strain", "deformation": "shear_yz", "strain": 0.1, "temperature_K": 10, "rate_per_ps": 0.5, "hold_ps": 0.02})",
             1),
      R"(
L = 3 * 3.639087; V = L**3
near = lambda a, b: abs(a / b - 1).max() < 1e-11
rows = step('uniaxial_x_0.05'); assert len(rows) == 51 and near(rows['edge_a_A'], L * (1 + rows['target_strain'])) and near(rows['edge_b_A'], L)   # the state it begins with, and 50
assert abs(rows['target_strain'] - np.arange(51) * 0.001).max() < 1e-12
assert near(step('back_uniaxial_x_0.05')['volume_A3'][-1:], V)
rows = step('biaxial_yz_-0.02'); assert near(rows['volume_A3'], V * (1 + rows['target_strain'])**2) and near(rows['edge_a_A'], L)
rows = step('volume_0.03'); assert len(rows) == 1 and near(rows['volume_A3'], V * 1.03) and near(rows['edge_c_A'], L * 1.03**(1 / 3))
assert near(step('hold_volume_0.03')['volume_A3'], V * 1.03)
rows = step('shear_yz_0.1'); assert near(rows['volume_A3'], V) and near(rows['edge_c_A'], L * np.sqrt(1 + rows['target_strain']**2)) and near(rows['edge_b_A'], L)
assert near(step('hold_shear_yz_0.1')['edge_c_A'], L * np.sqrt(1.01))
)");
}

// Without a thermostat the work is all that changes the energy, there and back: shear, and a uniaxial strain, of a hot crystal.
TEST_F(Strain, WorkIsTheIntegralOfStress) {
  run(copper(R"(
    {"type": "anneal", "temperature_K": 300, "duration_ps": 1, "label": "warm", "barostat": {"type": "none"}},
    {"type": "strain", "deformation": "shear_xy", "strain": 0.03, "temperature_K": 300, "ramp_ps": 2, "release": true,
     "thermostat": {"type": "none"}},
    {"type": "strain", "deformation": "uniaxial_x", "strain": -0.03, "temperature_K": 300, "ramp_ps": 2, "release": true,
     "thermostat": {"type": "none"}})",
             1),
      R"(
for there, column, volume_part in (('shear_xy_0.03', 'xy', False), ('uniaxial_x_-0.03', 'xx', True)):
    for label in (there, 'back_' + there):
        rows = step(label); E = rows['potential_energy_eV'] + rows['kinetic_energy_eV']
        strain = np.log(1 + rows['target_strain']) if volume_part else rows['target_strain']
        power = rows['volume_A3'] * rows['pressure_%s_GPa' % column] / 160.2176634
        work = -np.trapezoid(power, strain) if hasattr(np, 'trapezoid') else -np.trapz(power, strain)
        print(label, E[-1] - E[0], work, np.ptp(rows['conserved_eV']))
        assert abs(work) > 0.3 and abs(E[-1] - E[0] - work) < 0.005 * abs(work), (E[-1] - E[0], work)
        # The energy error of velocity Verlet itself: some 1e-5 eV an atom.
        assert np.ptp(rows['conserved_eV']) < 108 * 4e-5, np.ptp(rows['conserved_eV'])
)");
}

// G(t) after a step strain: a crystal keeps C44 (softer by some per cent at 100 K than at 0 K), a liquid forgets.
TEST_F(Strain, StressAfterAStep) {
  run(copper(R"({"type": "strain", "deformation": "shear_xz", "strain": 0.01, "temperature_K": 10, "hold_ps": 2})", 1), R"(
hold = step('hold_shear_xz_0.01'); G = -hold['pressure_xz_GPa'] / 0.01; print(G.mean())
assert abs(G.mean() / 84.4 - 1) < 0.04, G.mean()
)");
}

TEST_F(Strain, ALiquidForgets) {
  run(R"({"potential": {"files": ["Cu-Zr_4.eam.fs"], "species": ["Cu", "Zr"]},
  "structure": {"type": "random", "atoms": 500, "composition": {"Cu": 0.5, "Zr": 0.5}, "volume_per_atom_A3": 19.5},
  "protocol": [
    {"type": "minimise", "max_steps": 100, "label": "minimum"},
    {"type": "melt", "temperature_K": 2500, "duration_ps": 2, "barostat": {"type": "none"}, "label": "melt"},
    {"type": "strain", "deformation": "shear_xy", "strain": 0.1, "temperature_K": 2500, "hold_ps": 4}],
  "output": {"thermo_interval_steps": 1}})",
      R"(
hold = step('hold_shear_xy_0.1'); s = -hold['pressure_xy_GPa']
begin = s[:10].mean() / 0.1; end = s[len(s) // 2:]
# 2 ps of a stress that is correlated for some 0.1 ps: 10 independent values or more.
error = end.std() / np.sqrt(10); print(begin, end.mean(), error)
assert begin > 10 and abs(end.mean()) < 4 * error and 4 * error < 0.5 * s[:10].mean(), (begin, end.mean(), error)
)");
}

// inputs/strain.json, shorter: what the glass keeps of the stress is less than what the step gave it, and more than nothing.
TEST(StrainInput, OfAGlassRuns) {
  const ScratchFolder folder;
  const std::string out = folder / "run";
  const auto run = run_patina("run " PATINA_SOURCE_DIR "/inputs/strain.json --output " + out +
                              " --set /protocol/1/duration_ps=1 --set /protocol/2/cooling_rate_K_per_s=5e14 --set /protocol/3/hold_ps=4");
  ASSERT_EQ(run.status, 0) << run.output;
  const auto python = run_python(folder / "glass.py", R"(
import h5py, sys, numpy as np
out = sys.argv[1]; thermo = np.genfromtxt(out + '/thermo.csv', delimiter=',', names=True)
assert 'step04_hold_shear_xy_0.02_xpcs' in h5py.File(out + '/xpcs.h5')
before = thermo[thermo['protocol_step'] == 2]; after = thermo[thermo['protocol_step'] == 4]
G = -(after['pressure_xy_GPa'] - before['pressure_xy_GPa'][-80:].mean()) / 0.02; late = G[len(G) // 2:].mean(); print(G[:4], late)
assert 0 < late < G[:4].mean(), (G[:4], late)
)", out);
  EXPECT_EQ(python.status, 0) << python.output;
  // The analysis has the same G(t), in bins.
  ASSERT_EQ(run_patina("analyse " + out).status, 0);
  const auto analysis = run_python(folder / "relaxation.py", R"(
import json, sys, numpy as np
out = sys.argv[1]; thermo = np.genfromtxt(out + '/thermo.csv', delimiter=',', names=True)
rows = lambda step: thermo[thermo['protocol_step'] == step]
hold, = json.load(open(out + '/analysis.json'))['stress_relaxation']; assert hold['protocol_step'] == 4 and hold['strain'] == 0.02
before = -rows(2)['pressure_xy_GPa']; after = rows(4); t = after['time_ps'] - rows(3)['time_ps'][-1]; G = (-after['pressure_xy_GPa'] - before[len(before) // 2:].mean()) / 0.02
for time, value in zip(hold['time_ps'], hold['modulus_GPa']):
    inside = np.floor(10 * np.log10(t)) == np.floor(10 * np.log10(time)); assert abs(G[inside].mean() - value) < 1e-6, (time, value)
assert all(e is None for e in hold['modulus_errors_GPa'])
# A glass keeps its stress, within 4 ps: no tau, and why.
print(hold['fit']); assert hold['fit']['found'] is False and hold['fit']['reason'] and hold['tau_sigma_over_tau_q'] == [] and hold['no_ratio'] == 'no tau of the stress'
)", out);
  EXPECT_EQ(analysis.status, 0) << analysis.output;
}

// Strained in branches, a sample has the stress before the strain from the step that they all go back to: its second half, as by numpy, not the one line of the
// sample that is back, which is of one instant.
TEST(StrainInput, StressOfBranchesCountsFromTheStepTheyGoBackTo) {
  const ScratchFolder folder;
  std::ofstream(folder / "in.json") << copper(R"(
    {"type": "anneal", "temperature_K": 300, "duration_ps": 0.4, "label": "aged"},
    {"type": "branch", "from": ["aged"], "branches": 2, "temperature_K": 300, "steps": [{"type": "strain", "deformation": "shear_xy", "strain": 0.02, "temperature_K": 300, "hold_ps": 0.4}]},
    {"type": "branch", "from": ["step00_aged"], "temperature_K": 300, "steps": [{"type": "strain", "deformation": "shear_xy", "strain": 0.02, "temperature_K": 300, "hold_ps": 0.4}]})", 1);
  const std::string out = folder / "run";
  const auto run = run_patina("run " + (folder / "in.json") + " --output " + out);
  ASSERT_EQ(run.status, 0) << run.output;
  ASSERT_EQ(run_patina("analyse " + out).status, 0);
  const auto analysis = run_python(folder / "relaxation.py", R"(
import json, sys, numpy as np
out = sys.argv[1]; thermo = np.genfromtxt(out + '/thermo.csv', delimiter=',', names=True)
rows = lambda step: thermo[thermo['protocol_step'] == step]
holds = json.load(open(out + '/analysis.json'))['stress_relaxation']; assert [h['protocol_step'] for h in holds] == [3, 6, 9], holds
before = -rows(0)['pressure_xy_GPa']; before = before[len(before) // 2:].mean(); print(before, [-rows(k)['pressure_xy_GPa'] for k in (1, 4, 7)])
for hold in holds:
    k = hold['protocol_step']; t = rows(k)['time_ps'] - rows(k - 1)['time_ps'][-1]; G = (-rows(k)['pressure_xy_GPa'] - before) / 0.02
    for time, value in zip(hold['time_ps'], hold['modulus_GPa']):
        inside = np.floor(10 * np.log10(t)) == np.floor(10 * np.log10(time)); assert abs(G[inside].mean() - value) < 1e-6, (k, time, value, G[inside].mean())
assert abs(before + rows(1)['pressure_xy_GPa'][0]) > 0.01
)", out);
  EXPECT_EQ(analysis.status, 0) << analysis.output;
}

TEST(StrainInput, RefusesWhatCannotBe) {
  const ScratchFolder folder;
  std::ofstream(folder / "in.json") << copper(R"(
    {"type": "strain", "deformation": "shear_xy", "strain": 0, "temperature_K": 300},
    {"type": "strain", "deformation": "shear_xy", "strain": 0.01, "temperature_K": 300, "ramp_ps": 1, "rate_per_ps": 1},
    {"type": "strain", "deformation": "volume", "strain": 0.01, "temperature_K": 300, "lateral": "free"},
    {"type": "strain", "deformation": "shear_xy", "strain": 0.2, "temperature_K": 300},
    {"type": "strain", "deformation": "uniaxial_x", "strain": 0.02, "temperature_K": 300, "pressure_GPa": 1},
    {"type": "strain", "deformation": "uniaxial", "strain": 0.02, "temperature_K": 300})", 10);
  const auto refused = run_patina("run " + (folder / "in.json") + " --output " + (folder / "run"));
  EXPECT_EQ(refused.status, 65);
  EXPECT_FALSE(std::filesystem::exists(folder / "run"));
  expect_parts(refused.output, {"/protocol/0/strain: is 0", "/protocol/1/rate_per_ps: ramp_ps gives the length", "/protocol/2/lateral: a volume strain leaves no axis free",
                                "/protocol/3/strain: 0.2 within one time step; at most 0.1 is taken",
                                "/protocol/4/pressure_GPa: the barostat is \"none\"", "/protocol/5/deformation: "});
}

// An axis that is free has no edge to strain.
TEST(StrainInput, RefusesFreeAxes) {
  const ScratchFolder folder;
  std::ofstream(folder / "slab.xyz") << "2\nLattice=\"10 0 0 0 10 0 0 0 10\" Properties=species:S:1:pos:R:3 pbc=\"T T F\"\nCu 0 0 0\nCu 2.5 0 0\n";
  std::ofstream(folder / "in.json") << R"({"potential": {"files": ["Cu-Zr_4.eam.fs"], "species": ["Cu"]}, "structure": {"type": "file", "file": "slab.xyz"},
    "protocol": [{"type": "strain", "deformation": "shear_xz", "strain": 0.01, "temperature_K": 300}]})";
  const auto refused = run_patina("run " + (folder / "in.json") + " --output " + (folder / "run"));
  EXPECT_EQ(refused.status, 65);
  expect_parts(refused.output, {"/protocol/0/deformation: axis z of the sample is free"});
}

TEST_F(Strain, WhatNothingWouldHoldIsRefused) {
  for (const auto& [step, words] : {std::pair{R"({"type": "strain", "strain": -0.1, "temperature_K": 300, "release": true})", "0.111 within one time step"},
                                    {R"({"type": "strain", "strain": 0.01, "temperature_K": 300, "lateral": "free", "barostat": {"type": "none"}})", "needs a barostat"},
                                    {R"({"type": "strain", "strain": 0.01, "temperature_K": 300, "lateral": "free", "barostat": {"axes": [true, false, false]}})", "none of the other axes"},
                                    {R"({"type": "anneal", "temperature_K": 300, "duration_ps": 1, "pressure_GPa": 5, "barostat": {"axes": [false, false, false]}})", "may move no axis"},
                                    {R"({"type": "deform", "deformation": "volume", "strain": 0.01, "temperature_K": 300, "duration_ps": 1, "pressure_GPa": 5})", "may move no axis"}}) {
    std::ofstream(folder_ / "in.json") << copper(step, 10);
    const auto result = run_patina("run " + (folder_ / "in.json") + " --output " + out_);
    EXPECT_EQ(result.status, 65) << step << "\n" << result.output;
    EXPECT_NE(result.output.find(words), std::string::npos) << step << "\n" << result.output;
  }
}

}  // namespace
}  // namespace patina::test
