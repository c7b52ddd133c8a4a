// SPDX-License-Identifier: BSD-3-Clause
// Composite steps as a user runs them: inputs/hold_steps.json, cycle.json and compress.json, shorter. Truths: the targets by hand from
// the input's numbers; the equipartition of canonical temperatures; block means of thermo.csv by numpy; the run that nobody killed, to
// the bit; B = (C11 + 2 C12) / 3 of fcc Cu from finite differences of its energy by LAMMPS (physics.md 2.2).
#include <gtest/gtest.h>

#include <filesystem>

#include "core/hdf5.hpp"
#include "program.hpp"
#include "python.hpp"
#include "scratch_folder.hpp"
#include "text_expectations.hpp"
#include "whole_run.hpp"

namespace patina::test {
namespace {

const std::string inputs = PATINA_SOURCE_DIR "/inputs/";
const std::string small = " --set /structure/atoms=200 --set /protocol/1/duration_ps=0.4 --set /protocol/2/cooling_rate_K_per_s=2e15";

TEST(HoldSteps, AreHeldWatchedAndCompared) {
  const ScratchFolder folder;
  const std::string out = folder / "run";
  const auto run = run_patina("run " + inputs + "hold_steps.json --output " + out + small + " --set /protocol/3/hold_ps=3");
  ASSERT_EQ(run.status, 0) << run.output;
  const auto analysis = run_patina("analyse " + out);
  ASSERT_EQ(analysis.status, 0) << analysis.output;
  expect_parts(analysis.output, {"step 3 (hold_1500K): at 1500 K the enthalpy is ", "step 9 (hold_900K)", "step09_hold_900K_xpcs: tau in the first half of the hold: "});
  const auto python = run_python(folder / "holds.py", R"(
import h5py, json, sys, numpy as np
out = sys.argv[1]; thermo = np.genfromtxt(out + '/thermo.csv', delimiter=',', names=True)
resolved = json.load(open(out + '/resolved.json')); found = json.load(open(out + '/analysis.json'))
assert [s['type'] for s in resolved['protocol']] == ['minimise', 'melt', 'quench'] + ['anneal', 'ramp'] * 3 + ['anneal']
# Holds of 3 ps at 1500, 1300, 1100, 900 K, ramps of 200 K at 200 K/ps: 1 ps each; 2 fs, a line each 20 steps.
begin = thermo['time_ps'][thermo['protocol_step'] == 2][-1]
knots = begin + np.array([0, 3, 4, 7, 8, 11, 12, 15]); K = np.array([1500, 1500, 1300, 1300, 1100, 1100, 900, 900])
rows = thermo['protocol_step'] >= 3
assert rows.sum() == 15 / 0.04 and abs(thermo['time_ps'][-1] - knots[-1]) < 1e-9
assert abs(np.interp(thermo['time_ps'][rows], knots, K) - thermo['target_temperature_K'][rows]).max() < 1e-6
holds = {h['label']: h for h in found['holds']}
with h5py.File(out + '/xpcs.h5') as h:
    assert sorted(h) == ['step%02d_hold_%dK_xpcs' % (n, T) for n, T in ((3, 1500), (5, 1300), (7, 1100), (9, 900))], list(h)
    for n, T in ((3, 1500), (5, 1300), (7, 1100), (9, 900)):
        lag = h['step%02d_hold_%dK_xpcs/intermediate_scattering/lag_ps' % (n, T)][:]
        assert abs(lag[-1] - 3) < 0.041
        mine = thermo[thermo['protocol_step'] == n]; hold = holds['hold_%dK' % T]
        # Canonical: sigma_T = T sqrt(2 / 3N) at one instant; the thermostat leaves a tenth of the lines independent.
        mean = mine['temperature_K'].mean(); sigma = T * np.sqrt(2 / (3 * 199)) / np.sqrt(len(mine) / 10)
        assert abs(mean - T) < 4 * sigma, (T, mean, sigma)
        half = len(mine) // 2 + len(mine) % 2     # 75 lines
        for part, name in ((mine[:half], 'first_half'), (mine[half:], 'second_half')):
            H = (part['potential_energy_eV'] + part['kinetic_energy_eV']) / 200
            blocks = [H[b * len(H) // 8:(b + 1) * len(H) // 8].mean() for b in range(8)]
            told = hold[name]['enthalpy_eV_per_atom']
            assert abs(told['value'] - H.mean()) < 1e-12, (told, H.mean())
            error = np.sqrt(sum((b - H.mean())**2 for b in blocks) / 56)
            assert abs(told['error'] - error) < 1e-9 * error, (told, error)
        assert abs(hold['change']['enthalpy_eV_per_atom']['value'] - (hold['second_half']['enthalpy_eV_per_atom']['value'] - hold['first_half']['enthalpy_eV_per_atom']['value'])) < 1e-12
        assert hold['relaxation'][0]['entry'] == 'step%02d_hold_%dK_xpcs' % (n, T)
# A colder melt has less enthalpy.
order = [holds['hold_%dK' % T]['whole']['enthalpy_eV_per_atom']['value'] for T in (900, 1100, 1300, 1500)]
assert order == sorted(order), order
)", out);
  EXPECT_EQ(python.status, 0) << python.output;
  const auto report = run_patina("report " + out);
  EXPECT_EQ(report.status, 0) << report.output;
}

TEST(Cycle, ComparesTheSampleWithItself) {
  const ScratchFolder folder;
  const std::string out = folder / "run";
  const auto run = run_patina("run " + inputs + "cycle.json --output " + out + small + " --set /protocol/3/cycles=2 --set /protocol/3/high_ps=1");
  ASSERT_EQ(run.status, 0) << run.output;
  const auto analysis = run_patina("analyse " + out);
  ASSERT_EQ(analysis.status, 0) << analysis.output;
  expect_parts(analysis.output, {"cycle 1 of step 3: at 300 K the enthalpy changed by ", "cycle 2 of step 3: "});
  const auto python = run_python(folder / "cycles.py", R"(
import json, sys, numpy as np
out = sys.argv[1]; thermo = np.genfromtxt(out + '/thermo.csv', delimiter=',', names=True)
cycles = json.load(open(out + '/analysis.json'))['cycles']
assert len(cycles) == 1 and cycles[0]['temperature_K'] == 300 and [c['cycle'] for c in cycles[0]['after_cycle']] == [0, 1, 2]
begin = thermo['time_ps'][thermo['protocol_step'] == 2][-1]
# high 1 ps; cool 223 K at 200 K/ps: 557.5, rounded to 558 steps; low 0.5 ps; heat at 100 K/ps: 1115 steps
piece = [1, 558 * 0.002, 0.5, 1115 * 0.002]
knots = begin + np.cumsum([0] + piece * 2 + [1]); K = np.array([300] + [300, 77, 77, 300] * 2 + [300])
rows = thermo['protocol_step'] >= 3
assert abs(thermo['time_ps'][-1] - knots[-1]) < 1e-9
assert abs(np.interp(thermo['time_ps'][rows], knots, K) - thermo['target_temperature_K'][rows]).max() < 1e-6
for n, step in enumerate((3, 7, 11)):
    mine = thermo[thermo['protocol_step'] == step]; H = (mine['potential_energy_eV'] + mine['kinetic_energy_eV']) / 200
    told = cycles[0]['after_cycle'][n]['means']['enthalpy_eV_per_atom']['value']
    assert abs(told - H.mean()) < 1e-12, (n, told, H.mean())
)", out);
  EXPECT_EQ(python.status, 0) << python.output;
}

TEST(Compress, FollowsItsPressureAndComesBack) {
  const ScratchFolder folder;
  const std::string out = folder / "run";
  const auto run = run_patina("run " + inputs + "compress.json --output " + out + small + " --set /protocol/3/duration_ps=1 --set /protocol/5/duration_ps=1" +
                              " --set /protocol/4/rate_GPa_per_ps=5 --set /protocol/4/hold_ps=2");
  ASSERT_EQ(run.status, 0) << run.output;
  const auto python = run_python(folder / "compress.py", R"(
import json, sys, numpy as np
out = sys.argv[1]; thermo = np.genfromtxt(out + '/thermo.csv', delimiter=',', names=True)
labels = [s['label'] for s in json.load(open(out + '/resolved.json'))['protocol']][3:]
assert labels == ['before', 'compress_to_20GPa', 'hold_20GPa', 'release_to_0GPa', 'after'], labels
begin = thermo['time_ps'][thermo['protocol_step'] == 2][-1]
rows = thermo['protocol_step'] >= 3
target = np.interp(thermo['time_ps'][rows], begin + np.array([0, 1, 5, 7, 11, 12]), [0, 0, 20, 20, 0, 0])
assert abs(target - thermo['target_pressure_GPa'][rows]).max() < 1e-6
held = thermo[thermo['protocol_step'] == 5]
assert abs(held['pressure_GPa'][len(held) // 2:].mean() - 20) < 1, held['pressure_GPa']
# Energy and work: what the conserved number counts must not drift, although 20 GPa do work of some eV per 10 atoms.
for step in (4, 6):
    mine = thermo[thermo['protocol_step'] == step]; work = np.ptp(mine['volume_A3']) * 10 / 160.2176634
    assert work > 5 and np.ptp(mine['conserved_eV']) < 0.01 * work, (work, np.ptp(mine['conserved_eV']))
)", out);
  EXPECT_EQ(python.status, 0) << python.output;
}

// Cu of the 2019 potential: C11 174.5, C12 127.8 GPa, so B = 143.4 GPa at 0 K, whose cell has no thermal pressure worth mentioning at 1 K.
TEST(Compress, GivesTheBulkModulusOfCopper) {
  const ScratchFolder folder;
  const std::string out = folder / "run";
  std::ofstream(folder / "in.json") << R"({"potential": {"files": ["Cu-Zr_4.eam.fs"], "species": ["Cu"]},
  "structure": {"type": "lattice", "lattice_constant_A": 3.639087, "repeat": [4, 4, 4], "composition": {"Cu": 1}},
  "protocol": [
    {"type": "minimise", "relax_cell": "isotropic", "pressure_GPa": -2},
    {"type": "compress", "temperature_K": 1, "from_pressure_GPa": -2, "to_pressure_GPa": 2, "ramp_ps": 16}],
  "output": {"thermo_interval_steps": 10}})";
  const auto run = run_patina("run " + (folder / "in.json") + " --output " + out);
  ASSERT_EQ(run.status, 0) << run.output;
  const auto python = run_python(folder / "modulus.py", R"(
import sys, numpy as np
thermo = np.genfromtxt(sys.argv[1] + '/thermo.csv', delimiter=',', names=True)
for step in (1, 2):     # up and back
    mine = thermo[thermo['protocol_step'] == step]
    # P(V) to second order about P = 0; the barostat's own oscillations are in P and V alike.
    strain = np.log(mine['volume_A3'] / (4 * 3.639087)**3)
    B = -np.polyfit(strain, mine['pressure_GPa'], 2)[1]
    print(step, B)
    assert abs(B / 143.37 - 1) < 0.03, B
)", out);
  EXPECT_EQ(python.status, 0) << python.output;
}

const char* const all_steps = R"({
  "seed": 11,
  "potential": {"files": ["CuZr_mm.eam.fs"], "species": ["Cu", "Zr"]},
  "structure": {"type": "random", "atoms": 150, "composition": {"Cu": 0.6, "Zr": 0.4}, "volume_per_atom_A3": 17.5},
  "protocol": [
    {"type": "minimise", "max_steps": 50, "max_force_eV_per_A": 0.5},
    {"type": "hold_steps", "temperatures_K": [1500, 1300], "hold_ps": 1, "rate_K_per_s": 4e14,
     "observers": [{"type": "xpcs", "interval_steps": 20, "self_vectors": 10, "width_inv_A": 0.4}, {"type": "trajectory", "interval_steps": 250}]},
    {"type": "cycle", "cycles": 2, "low_K": 1000, "high_K": 1300, "begin": "high", "heating_rate_K_per_s": 1e15, "low_ps": 0.2, "high_ps": 0.4,
     "thermostat": {"type": "velocity_rescaling"}, "barostat": {"type": "cell_rescaling"},
     "observers": [{"type": "structure_factor", "interval_steps": 100}]},
    {"type": "compress", "temperature_K": 1300, "to_pressure_GPa": 10, "ramp_ps": 1, "hold_ps": 0.5, "thermostat": {"type": "langevin"}},
    {"type": "strain", "deformation": "shear_xy", "strain": 0.05, "temperature_K": 1300, "ramp_ps": 0.4, "hold_ps": 0.2, "release": true, "lateral": "free",
     "observers": [{"type": "xpcs", "interval_steps": 20, "self_vectors": 10, "width_inv_A": 0.4}]},
    {"type": "strain", "deformation": "uniaxial_z", "strain": 0.03, "temperature_K": 1300, "ramp_ps": 0.4, "thermostat": {"type": "langevin"}},
    {"type": "strain", "deformation": "volume", "strain": -0.03, "temperature_K": 1300, "hold_ps": 0.2, "thermostat": {"type": "none"}}
  ],
  "output": {"thermo_interval_steps": 10, "checkpoint_interval_steps": 100}
})";

class SameBits : public WholeRun {
 protected:
  static void SetUpTestSuite() { make(all_steps); }
};

TEST_F(SameBits, OnAnyRanksAndThreads) { expect_whole_on({2, 3}); }

// Killed wherever the whole run had written a tenth, two tenths, ... of its lines: within holds, ramps, and between.
TEST_F(SameBits, AfterBeingKilledAnywhere) { expect_whole_after_kills(10, 2); }

// What resolved.json says is the same run, word for word.
TEST_F(SameBits, OfWhatTheResolvedInputSays) {
  const std::string out = *shared_ / "resolved";
  const auto run = run_patina("run " + (*shared_ / "whole/resolved.json") + " --output " + out);
  ASSERT_EQ(run.status, 0) << run.output;
  EXPECT_EQ(read_text_file(out + "/resolved.json"), read_text_file(*shared_ / "whole/resolved.json"));
  expect_whole(out);
}

TEST_F(SameBits, DryRunTellsEachElementaryStep) {
  const auto dry = run_patina("run --dry-run " + (*shared_ / "in.json"));
  EXPECT_EQ(dry.status, 0) << dry.output;
  expect_parts(dry.output, {"step01_hold_1500K, 500 time steps", "step02_to_1300K, 250 time steps", "step06_cycle01_low, 100 time steps",
                            "step13_compress_to_10GPa, 500 time steps", "step15_release_to_0GPa",
                            "step16_shear_xy_0.05, 200 time steps", "step20_volume_-0.03, 1 time steps"});
}

// All errors of composite steps at once, each at its place in the input as it was written.
TEST(Steps, RefuseWhatCannotBe) {
  const ScratchFolder folder;
  std::ofstream(folder / "in.json") << R"({
  "potential": {"files": ["CuZr_mm.eam.fs"], "species": ["Cu"]},
  "structure": {"type": "lattice", "lattice_constant_A": 3.6, "repeat": [3, 3, 3], "composition": {"Cu": 1}},
  "protocol": [
    {"type": "hold_steps", "from_K": 300, "to_K": 475, "step_K": 100, "hold_ps": 1, "rate_K_per_s": 1e14},
    {"type": "hold_steps", "temperatures_K": [300], "from_K": 300, "hold_ps": 1, "rate_K_per_s": 1e14},
    {"type": "hold_steps", "temperatures_K": [300, 301], "hold_ps": 1, "rate_K_per_s": 1e16},
    {"type": "hold_steps", "temperatures_K": [300, 400], "hold_ps": 1, "rate_K_per_s": 1e14,
     "observers": [{"type": "xpcs", "waiting_times_ps": [0, 2]}]},
    {"type": "cycle", "cycles": 2, "low_K": 300, "high_K": 77, "heating_rate_K_per_s": 1e14, "low_ps": 1, "high_ps": 1},
    {"type": "cycle", "cycles": 2, "low_K": 77, "high_K": 300, "heating_rate_K_per_s": 1e14, "low_ps": 0, "high_ps": 1},
    {"type": "compress", "temperature_K": 300, "to_pressure_GPa": 0, "ramp_ps": 1},
    {"type": "compress", "temperature_K": 300, "to_pressure_GPa": 1},
    {"type": "compress", "temperature_K": 300, "to_pressure_GPa": 1, "ramp_ps": 1, "barostat": {"type": "none"}},
    {"type": "compress", "temperature_K": 300, "to_pressure_GPa": 1, "ramp_ps": 1, "observers": [{"type": "trajectory"}]},
    {"type": "anneal", "temperature_K": 300, "duration_ps": 1, "label": "a/b"}
  ]
})";
  const auto refused = run_patina("run " + (folder / "in.json") + " --output " + (folder / "run"));
  EXPECT_EQ(refused.status, 65);
  EXPECT_FALSE(std::filesystem::exists(folder / "run"));
  expect_parts(refused.output,
               {"/protocol/0/step_K: from 300 K in steps of 100 K no hold is at to_K = 475 K; the nearest are 400 or 500 K",
                "/protocol/1/temperatures_K: gives the temperatures already",
                "/protocol/2/rate_K_per_s: makes 0.05 of a time step",
                "/protocol/3/observers/0/waiting_times_ps: 2 ps is not within the step, which lasts 1 ps",
                "/protocol/4/high_K: 77 K is not above low_K = 300 K",
                "/protocol/5/low_ps: cycles begin at low_K",
                "/protocol/6/to_pressure_GPa: 0 GPa is from_pressure_GPa",
                "/protocol/7/rate_GPa_per_ps: give rate_GPa_per_ps or ramp_ps",
                "/protocol/8/to_pressure_GPa: the barostat is \"none\": nothing would hold this pressure",
                "/protocol/9/observers: hold_ps is 0",
                "/protocol/10/label: \"a/b\" must be 1 to 60 letters"});
}

// The resolved input must be one that is read: 3 * (1 + 4 * 1000) steps are more than a protocol may have.
TEST(Steps, RefuseTooManyTogether) {
  const ScratchFolder folder;
  const std::string cycle = R"({"type": "cycle", "cycles": 1000, "low_K": 77, "high_K": 300, "heating_rate_K_per_s": 1e14, "low_ps": 1, "high_ps": 1})";
  std::ofstream(folder / "in.json") << R"({"potential": {"files": ["CuZr_mm.eam.fs"], "species": ["Cu"]},
    "structure": {"type": "lattice", "lattice_constant_A": 3.6, "composition": {"Cu": 1}}, "protocol": [)" + cycle + "," + cycle + "," + cycle + "]}";
  const auto refused = run_patina("validate " + (folder / "in.json"));
  EXPECT_EQ(refused.status, 65);
  expect_parts(refused.output, {"/protocol: its composite steps stand for 12003 elementary ones; at most 10000 are taken"});
}

}  // namespace
}  // namespace patina::test
