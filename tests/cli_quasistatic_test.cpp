// SPDX-License-Identifier: BSD-3-Clause
// Athermal quasi-static strain. Truths: elastic constants of fcc Cu from finite differences of its energy by LAMMPS (physics.md 2.2:
// C11 174.5, C12 127.8, C44 84.4 GPa, +- 2 %), what they say of a bar with free sides; dE = V sigma d eps; the same bits on other ranks and after a kill.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <thread>

#include "program.hpp"
#include "python.hpp"
#include "scratch_folder.hpp"

namespace patina::test {
namespace {

std::string copper(const std::string& protocol) {
  return R"({"potential": {"files": ["Cu-Zr_4.eam.fs"], "species": ["Cu"]},
  "structure": {"type": "lattice", "lattice_constant_A": 3.639087, "repeat": [3, 3, 3], "composition": {"Cu": 1}}, "protocol": [)" + protocol + "]}";
}

struct Quasistatic : ::testing::Test {
  void run(const std::string& input, const std::string& truth) {
    std::ofstream(folder_ / "in.json") << input;
    const auto result = run_patina("run " + (folder_ / "in.json") + " --output " + out_);
    ASSERT_EQ(result.status, 0) << result.output;
    const auto python = run_python(folder_ / "truth.py", R"(
import json, sys, numpy as np
out = sys.argv[1]; t = np.genfromtxt(out + '/thermo.csv', delimiter=',', names=True); L = 3 * 3.639087; GPa = 160.21766208
)" + truth, out_);
    EXPECT_EQ(python.status, 0) << python.output;
  }
  const ScratchFolder folder_;
  const std::string out_ = folder_ / "run";
};

TEST_F(Quasistatic, ShearOfCopper) {
  run(copper(R"({"type": "quasistatic_strain", "deformation": "shear_xy", "strain": 0.004, "increments": 8})"), R"(
assert len(t) == 8 and np.allclose(t['target_strain'], 0.0005 * np.arange(1, 9), rtol=1e-12)
slope = -np.polyfit(t['target_strain'], t['pressure_xy_GPa'], 2)[1]
assert abs(slope / 84.4 - 1) < 0.02, slope
assert np.all(t['edge_a_A'] == t['edge_a_A'][0]) and np.all(t['volume_A3'] == t['volume_A3'][0])
# E(eps_k+1) - E(eps_k) = V sigma in the middle
work = -0.5 * (t['pressure_xy_GPa'][1:] + t['pressure_xy_GPa'][:-1]) * np.diff(t['target_strain']) * t['volume_A3'][1:] / GPa
assert np.allclose(np.diff(t['potential_energy_eV']), work, rtol=1e-3), (np.diff(t['potential_energy_eV']), work)
)");
}

TEST_F(Quasistatic, AxesAndVolumeOfCopper) {
  run(copper(R"({"type": "quasistatic_strain", "deformation": "uniaxial_x", "strain": 0.004, "increments": 8},
                {"type": "quasistatic_strain", "deformation": "uniaxial_x", "strain": -0.003984063745019920, "increments": 1},
                {"type": "quasistatic_strain", "deformation": "volume", "strain": 0.006, "increments": 8})"),
      R"(
along, back, swollen = t[:8], t[8], t[9:]
assert np.allclose(along['edge_a_A'], L * (1 + along['target_strain']), rtol=1e-12) and abs(back['edge_a_A'] - L) < 1e-9
assert np.allclose(swollen['volume_A3'], L**3 * (1 + swollen['target_strain']), rtol=1e-9)
for rows, column, truth in ((along, 'xx', 174.5), (along, 'yy', 127.8), (swollen, 'zz', (174.5 + 2 * 127.8) / 3)):
    slope = -np.polyfit(rows['target_strain'], rows['pressure_%s_GPa' % column], 2)[1]
    assert abs(slope / truth - 1) < 0.02, (column, slope, truth)
)");
}

// E = (C11 - C12) (C11 + 2 C12) / (C11 + C12), Poisson's ratio C12 / (C11 + C12).
TEST_F(Quasistatic, BarWithFreeSides) {
  run(copper(R"({"type": "quasistatic_strain", "deformation": "uniaxial_z", "strain": 0.004, "increments": 8, "lateral": "free", "max_force_eV_per_A": 1e-6})"), R"(
C11, C12 = 174.5, 127.8
E = -np.polyfit(t['target_strain'], t['pressure_zz_GPa'], 2)[1]; nu = -np.polyfit(t['target_strain'], t['edge_a_A'] / L - 1, 2)[1]
assert abs(E / ((C11 - C12) * (C11 + 2 * C12) / (C11 + C12)) - 1) < 0.02, E
assert abs(nu / (C12 / (C11 + C12)) - 1) < 0.02, nu
assert abs(t['pressure_xx_GPa']).max() < 2e-3, t['pressure_xx_GPa']
)");
}

// The slope of a glass is its shear modulus, as a slow strain in time at 0.02 K of the same sample tells it too; beyond, it yields and flows. The
// finite strain is small: a glass has its first plastic events at some 1e-3.
TEST_F(Quasistatic, AGlassHasItsShearModulusYieldsAndFlows) {
  run(R"({"seed": 7, "potential": {"files": ["Cu-Zr_2.eam.fs"], "species": ["Cu", "Zr"]},
  "structure": {"type": "random", "atoms": 500, "composition": {"Cu": 0.5, "Zr": 0.5}, "volume_per_atom_A3": 17.5, "min_distance_A": 2.1},
  "protocol": [
    {"type": "minimise", "max_steps": 200, "max_force_eV_per_A": 0.1},
    {"type": "melt", "temperature_K": 1800, "duration_ps": 3},
    {"type": "quench", "from_K": 1800, "to_K": 50, "cooling_rate_K_per_s": 2e14},
    {"type": "minimise", "relax_cell": "per_axis", "max_force_eV_per_A": 1e-5, "max_steps": 20000},
    {"type": "strain", "deformation": "shear_xy", "strain": 0.001, "temperature_K": 0.02, "ramp_ps": 20},
    {"type": "minimise", "max_force_eV_per_A": 1e-5, "max_steps": 20000},
    {"type": "quasistatic_strain", "deformation": "shear_xy", "strain": 0.001, "increments": 4, "max_force_eV_per_A": 1e-6},
    {"type": "quasistatic_strain", "deformation": "shear_xy", "strain": 0.3, "increments": 100, "max_force_eV_per_A": 1e-3}],
  "output": {"thermo_interval_steps": 10}})", R"(
labels = [s.get('label', s['type']) for s in json.load(open(out + '/resolved.json'))['protocol']]; first = labels.index('shear_xy_0.00025')
slope = lambda rows: -np.polyfit(rows['target_strain'], rows['pressure_xy_GPa'], 1)[0]
finite, still = slope(t[t['protocol_step'] == labels.index('shear_xy_0.001')]), slope(t[(t['protocol_step'] >= first) & (t['protocol_step'] < first + 4)])
print(finite, still); assert abs(finite / still - 1) < 0.05 and 10 < still < 40, (finite, still)
far = t[t['protocol_step'] >= first + 4]; stress = -far['pressure_xy_GPa']; assert len(far) == 100
assert stress.max() < 0.5 * still * 0.3 and (np.diff(stress) < -0.05).sum() >= 5 and 0.2 < stress[50:].mean() < stress.max()
)");
  const auto analysis = run_patina("analyse " + out_);
  ASSERT_EQ(analysis.status, 0) << analysis.output;
  EXPECT_NE(analysis.output.find("(shear_xy_0.003): flow stress "), std::string::npos) << analysis.output;
}

constexpr const char* glass = R"({"seed": 3, "potential": {"files": ["Cu-Zr_2.eam.fs"], "species": ["Cu", "Zr"]},
  "structure": {"type": "random", "atoms": 250, "composition": {"Cu": 0.5, "Zr": 0.5}, "volume_per_atom_A3": 17.5},
  "protocol": [{"type": "minimise", "max_steps": 300}, {"type": "melt", "temperature_K": 1500, "duration_ps": 0.4}, {"type": "minimise", "relax_cell": "isotropic", "max_force_eV_per_A": 0.01},
               {"type": "quasistatic_strain", "deformation": "shear_zx", "strain": 0.06, "increments": 6, "max_force_eV_per_A": 0.01}],
  "output": {"checkpoint_interval_steps": 40}})";

std::string state_of(const std::string& log) {
  const auto at = log.rfind("state ");
  return at == std::string::npos ? "none" : log.substr(at, 40);
}

TEST_F(Quasistatic, OtherRanksHaveTheSameBits) {
  std::ofstream(folder_ / "in.json") << glass;
  const auto one = run_patina("run " + (folder_ / "in.json") + " --output " + out_);
  ASSERT_EQ(one.status, 0) << one.output;
  const auto three = run_patina_on(3, "run " + (folder_ / "in.json") + " --output " + (folder_ / "three"));
  ASSERT_EQ(three.status, 0) << three.output;
  EXPECT_NE(state_of(one.output), "none");
  EXPECT_EQ(state_of(three.output), state_of(one.output));
}

// Killed some time after an increment has left its line: within the next one.
TEST_F(Quasistatic, GoesOnWithinAnIncrement) {
  std::ofstream(folder_ / "in.json") << glass;
  const auto whole = run_patina("run " + (folder_ / "in.json") + " --output " + out_);
  ASSERT_EQ(whole.status, 0) << whole.output;
  const std::string cut = folder_ / "cut";
  const auto lines = [](const std::string& text) { return std::count(text.begin(), text.end(), '\n'); };
  const auto all = lines(read_text_file(out_ + "/thermo.csv"));
  int kills = 0;
  for (const int left : {5, 3, 2}) {
    const pid_t child = fork();
    if (child == 0) {
      execl("/bin/sh", "sh", "-c", ("exec " PATINA_PROGRAM " run " + (folder_ / "in.json") + " --resume --output " + cut + " > /dev/null 2>&1").c_str(), nullptr);
      _exit(127);
    }
    for (int k = 0; k < 6000 && lines(read_text_file(cut + "/thermo.csv")) < all - left; ++k) std::this_thread::sleep_for(std::chrono::milliseconds(2));
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    kills += WIFSIGNALED(status) ? 1 : 0;
  }
  EXPECT_GE(kills, 1);
  const auto last = run_patina("run " + (folder_ / "in.json") + " --resume --output " + cut);
  ASSERT_EQ(last.status, 0) << last.output;
  EXPECT_EQ(read_text_file(cut + "/thermo.csv"), read_text_file(out_ + "/thermo.csv"));
  EXPECT_NE(last.output.find(state_of(whole.output)), std::string::npos) << last.output;
}

TEST_F(Quasistatic, WhatMakesNoSenseIsRefused) {
  for (const auto& [step, words] : {std::pair{R"({"type": "quasistatic_strain", "strain": 0.5, "increments": 2})", "at most 0.1"},
                                    {R"({"type": "quasistatic_strain", "strain": 0})", "nothing would be strained"},
                                    {R"({"type": "quasistatic_strain", "strain": 0.1, "pressure_GPa": 3})", "no axis would come"},
                                    {R"({"type": "quasistatic_strain", "deformation": "volume", "lateral": "free", "strain": 0.1})", "leaves no axis free"},
                                    {R"({"type": "minimise", "strain": 0.1})", "needs a deformation"},
                                    {R"({"type": "minimise", "deformation": "shear_xy", "strain": 0.01, "relax_cell": "isotropic"})", "per_axis"}}) {
    std::ofstream(folder_ / "in.json") << copper(step);
    const auto result = run_patina("run " + (folder_ / "in.json") + " --output " + out_);
    EXPECT_EQ(result.status, 65) << step << "\n" << result.output;
    EXPECT_NE(result.output.find(words), std::string::npos) << step << "\n" << result.output;
  }
}

}  // namespace
}  // namespace patina::test
