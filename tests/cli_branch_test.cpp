// SPDX-License-Identifier: BSD-3-Clause
// Branches, restored samples, unloading and measuring. Truths: the plain continuation, whose bits a branch with kept velocities must have; Maxwell and
// Boltzmann's moments of drawn velocities; the energy of the sample that branches begin with; stress that was asked for; conserved energies.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "program.hpp"
#include "python.hpp"
#include "scratch_folder.hpp"
#include "text_expectations.hpp"
#include "whole_run.hpp"

namespace patina::test {
namespace {

const std::string inputs = PATINA_SOURCE_DIR "/inputs/";

constexpr const char* reading = R"(
import json, sys, h5py, numpy as np
out = sys.argv[1]
thermo = np.genfromtxt(out + '/thermo.csv', delimiter=',', names=True)
protocol = json.load(open(out + '/resolved.json'))['protocol']
labels = [s.get('label') or s['type'] for s in protocol]
states = {c['file'][0][:-3]: c['state'] for c in json.load(open(out + '/samples/manifest.json'))['checkpoints']}
)";

// A liquid, its plain continuation, the same as a branch, an ensemble with new velocities from two states, minima of both, and back.
const char* const branching = R"({
  "seed": 12,
  "potential": {"files": ["CuZr_mm.eam.fs"], "species": ["Cu", "Zr"]},
  "structure": {"type": "random", "atoms": 150, "composition": {"Cu": 0.6, "Zr": 0.4}, "volume_per_atom_A3": 17.5},
  "protocol": [
    {"type": "minimise", "max_steps": 50, "max_force_eV_per_A": 0.5},
    {"type": "melt", "temperature_K": 1500, "duration_ps": 0.4, "thermostat": {"type": "langevin"}, "label": "young"},
    {"type": "anneal", "temperature_K": 1200, "duration_ps": 0.4, "label": "older", "keep": true,
     "observers": [{"type": "xpcs", "interval_steps": 20, "self_vectors": 0, "width_inv_A": 0.4}]},
    {"type": "branch", "from": ["young"], "velocities": "kept", "steps": [{"type": "anneal", "temperature_K": 1200, "duration_ps": 0.4, "label": "same", "keep": true,
     "observers": [{"type": "xpcs", "interval_steps": 20, "self_vectors": 0, "width_inv_A": 0.4}]}]},
    {"type": "branch", "from": ["young", "older"], "branches": 2, "temperature_K": 1000,
     "steps": [{"type": "measure", "duration_ps": 0.1, "observers": [{"type": "trajectory", "interval_steps": 25}]}, {"type": "cycle", "cycles": 1, "low_K": 900,
     "high_K": 1000, "begin": "high", "heating_rate_K_per_s": 1e15, "low_ps": 0, "high_ps": 0.1, "thermostat": {"type": "langevin"}}]},
    {"type": "branch", "from": ["young", "older"], "steps": [{"type": "minimise", "max_steps": 200, "max_force_eV_per_A": 0.1, "keep": true}]},
    {"type": "restore", "from": "older", "label": "back"},
    {"type": "unload", "temperature_K": 1200, "duration_ps": 0.2, "shear": "xy"}
  ],
  "output": {"thermo_interval_steps": 10, "checkpoint_interval_steps": 70}
})";

class Branch : public WholeRun {
 protected:
  static void SetUpTestSuite() { make(branching); }
};

TEST_F(Branch, WithKeptVelocitiesIsThePlainContinuation) {
  const auto python = run_python(*shared_ / "same.py", std::string(reading) + R"(
assert labels[3:5] == ['b01_restore', 'b01_same'], labels
assert protocol[1]['keep'] and protocol[2]['keep'] and not protocol[5].get('keep', False)
assert states['step04_b01_same'] == states['step02_older']
plain, branch = thermo[thermo['protocol_step'] == 2], thermo[thermo['protocol_step'] == 4]
assert len(plain) == len(branch) == 20
for column in ('temperature_K', 'potential_energy_eV', 'kinetic_energy_eV', 'conserved_eV', 'volume_A3', 'pressure_GPa'):
    assert (plain[column] == branch[column]).all(), column
f = h5py.File(out + '/xpcs.h5')
a, b = (f[e + '/two_time/correlation'][()] for e in ('step02_older_xpcs', 'step04_b01_same_xpcs'))
assert (a == b).all() and a.shape == (11, 11)
# the clock of the run goes on
assert (np.diff(thermo['step']) >= 0).all() and (np.diff(thermo['time_ps']) >= 0).all()
)", *shared_ / "whole");
  EXPECT_EQ(python.status, 0) << python.output;
}

TEST_F(Branch, BeginsWithTheEnergyOfItsSample) {
  for (const std::string step : {"step01_young", "step02_older"}) {
    const auto evaluated = run_patina("evaluate " + (*shared_ / "whole/samples/") + step + ".h5 --potential CuZr_mm.eam.fs --output " + (*shared_ / step) + ".json");
    ASSERT_EQ(evaluated.status, 0) << evaluated.output;
  }
  const auto python = run_python(*shared_ / "energy.py", std::string(reading) + R"(
told = {}
for step in ('step01_young', 'step02_older'):
    e = json.load(open(out + '/../' + step + '.json')); told[step[7:]] = e.get('potential_energy_eV', e.get('energy_eV'))
restores = [(n, s) for n, s in enumerate(protocol) if s['type'] == 'restore']
assert [s['label'] for n, s in restores] == ['b01_restore', 'young_b01_restore', 'young_b02_restore', 'older_b01_restore', 'older_b02_restore',
    'young_b01_restore', 'older_b01_restore', 'back'], restores
seen = {}
for n, s in restores:
    row = thermo[thermo['protocol_step'] == n]; assert len(row) == 1
    seen.setdefault(s['from'], set()).add(row['potential_energy_eV'][0])
    assert abs(row['potential_energy_eV'][0] - told[s['from']]) < 1e-9 * abs(told[s['from']])
    if s['velocities'] == 'new': assert abs(row['temperature_K'][0] - 1000) < 1e-6, row
    else: assert row['temperature_K'][0] == thermo[thermo['protocol_step'] == labels.index(s['from'])]['temperature_K'][-1]
assert all(len(v) == 1 for v in seen.values()), seen
# what is drawn for one branch is not what is drawn for another
ends = [thermo[thermo['protocol_step'] == labels.index('young_b%02d_measure' % b)]['potential_energy_eV'][-1] for b in (1, 2)]
assert ends[0] != ends[1]
# no thermostat: energy as constant as the time step makes it, and no target
for n, l in enumerate(labels):
    if l.endswith('measure'):
        rows = thermo[thermo['protocol_step'] == n]; E = rows['potential_energy_eV'] + rows['kinetic_energy_eV']
        assert np.isnan(rows['target_temperature_K']).all() and np.ptp(E) < 2e-4 * 150 and np.allclose(E, rows['conserved_eV'], atol=1e-9), np.ptp(E)
)", *shared_ / "whole");
  EXPECT_EQ(python.status, 0) << python.output;
}

TEST_F(Branch, HasTheSameBitsOnAnyRanksAndThreads) { expect_whole_on({2}); }

TEST_F(Branch, GoesOnFromACheckpointAnywhere) { expect_whole_after_kills(12, 1); }

// Also the lines of steps in which no time passes.
TEST_F(Branch, EveryLineTellsTheAtoms) {
  const auto python = run_python(*shared_ / "atoms.py", R"(
import sys, numpy as np
atoms = np.genfromtxt(sys.argv[1] + '/thermo.csv', delimiter=',', names=True)['atoms']; assert (atoms == atoms[0]).all() and atoms[0] > 0, atoms
)", *shared_ / "whole");
  EXPECT_EQ(python.status, 0) << python.output;
}

TEST_F(Branch, OfTheResolvedInputIsTheSame) {
  const std::string out = *shared_ / "resolved";
  const auto run = run_patina("run " + (*shared_ / "whole/resolved.json") + " --output " + out);
  ASSERT_EQ(run.status, 0) << run.output;
  EXPECT_EQ(read_text_file(out + "/resolved.json"), read_text_file(*shared_ / "whole/resolved.json"));
  expect_whole(out);
  const auto dry = run_patina("run --dry-run " + (*shared_ / "in.json"));
  expect_parts(dry.output, {"step05_young_b01_restore", "step06_young_b01_measure, 50 time steps", "step07_young_b01_cycle00_high, 50 time steps", "kept samples "});
  EXPECT_EQ(run_patina("report " + out).status, 0);
}

// 24 branches of 300 atoms: of each species 3 N_s/2 kT, whose variance over branches is 2 (kT)^2 3 N_s/4; of two branches no correlation.
TEST(Branches, DrawVelocitiesAsMaxwellAndBoltzmann) {
  const ScratchFolder folder;
  std::ofstream(folder / "in.json") << R"({
  "seed": 5, "potential": {"files": ["CuZr_mm.eam.fs"], "species": ["Cu", "Zr"]},
  "structure": {"type": "lattice", "lattice": "B2", "lattice_constant_A": 3.26, "repeat": [5, 5, 6], "sublattice_species": ["Cu", "Zr"]},
  "dynamics": {"time_step_fs": 0.01},
  "protocol": [{"type": "minimise"}, {"type": "branch", "from": ["minimise"], "branches": 24, "temperature_K": 800, "steps": [{"type": "measure", "duration_ps": 1e-5, "keep": true}]}]})";
  const std::string out = folder / "run";
  const auto run = run_patina("run " + (folder / "in.json") + " --output " + out);
  ASSERT_EQ(run.status, 0) << run.output;
  const auto python = run_python(folder / "moments.py", std::string(reading) + R"(
v, m, t = [], None, None
for k in range(24):
    with h5py.File(out + '/samples/step%02d_b%02d_measure.h5' % (2 * k + 2, k + 1)) as f:
        v.append(f['atoms/velocity_A_per_ps'][()]); t = f['atoms/type'][()]; m = f['species/mass_amu'][()][t]
v = np.array(v); kT = 800 * 8.617333262e-5 / 1.0364269656e-4   # amu A^2/ps^2
u = v * np.sqrt(m / kT)[None, :, None]                          # unit Gaussians, but for the momentum and the temperature, which are exact
assert len(np.unique(v[:, 0, 0])) == 24
for s in (0, 1):
    w = u[:, t == s]; freedoms = w[0].size
    T = (w**2).mean(axis=(1, 2))                                # of each branch, in units of 800 K
    # With the energy of both fixed, that of one of two equal parts has half of the free variance: 2/f * (1 - 1/2).
    sigma = np.sqrt(1 / freedoms)
    assert abs(T.mean() - 1) < 4 * sigma / np.sqrt(24), (s, T.mean())
    ratio = T.var(ddof=1) / sigma**2                            # chi^2 of 23 over 23: s.d. 0.295
    assert 0.25 < ratio < 2.3, ratio
    assert abs(w.mean()) < 4 / np.sqrt(w.size) and abs((w**4).mean() - 3) < 4 * np.sqrt(96 / w.size), ((w**4).mean())
pairs = [np.mean(u[a] * u[b]) for a in range(24) for b in range(a)]
assert abs(np.mean(pairs)) < 4 / np.sqrt(len(pairs) * u[0].size) and np.abs(pairs).max() < 5 / np.sqrt(u[0].size), (np.mean(pairs), np.abs(pairs).max())
# the atoms themselves are those of one state
rows = [thermo[thermo['protocol_step'] == 2 * k + 1]['potential_energy_eV'][0] for k in range(24)]
assert len(set(rows)) == 1
)", out);
  EXPECT_EQ(python.status, 0) << python.output;
}

// Truth: the stress that was asked for. What is left after eight relaxation times, and noise of 500 atoms, is far below what the shear left.
TEST(Unload, TakesTheStressAway) {
  const ScratchFolder folder;
  const std::string out = folder / "run";
  const auto run = run_patina("run " + inputs + "unload.json --output " + out + " --set /protocol/5/duration_ps=12 --set /protocol/6/duration_ps=2 --set /protocol/6/observers=[]");
  ASSERT_EQ(run.status, 0) << run.output;
  const auto python = run_python(folder / "stress.py", std::string(reading) + R"(
assert labels[-2:] == ['unloaded', 'measure'], labels
sheared, unloaded, measured = (thermo[thermo['protocol_step'] == labels.index(l)] for l in ('shear_xy_0.2', 'unloaded', 'measure'))
before = {c: sheared[c][-10:].mean() for c in ('pressure_xx_GPa', 'pressure_yy_GPa', 'pressure_zz_GPa', 'pressure_xy_GPa')}
late = unloaded[len(unloaded) // 2:]
print(before, {c: (late[c].mean(), measured[c].mean()) for c in before})
assert before['pressure_xy_GPa'] < -0.5 and max(abs(before[c]) for c in before) > 0.5, before
for c in before:
    assert abs(late[c].mean()) < 0.15, (c, late[c].mean())
    assert abs(measured[c].mean()) < 0.4, (c, measured[c].mean())
# All work is counted, that of the shear too.
assert np.ptp(unloaded['conserved_eV']) < 0.02 * abs(unloaded['potential_energy_eV'][0] - unloaded['potential_energy_eV'].min()) + 0.3, np.ptp(unloaded['conserved_eV'])
assert (unloaded['target_pressure_GPa'] == 0).all() and np.isnan(measured['target_pressure_GPa']).all()
E = measured['potential_energy_eV'] + measured['kinetic_energy_eV']
assert np.ptp(E) < 1e-4 * 500 and np.ptp(measured['volume_A3']) == 0
# The tilt went back, by about the elastic strain: stress over a modulus of 15 to 40 GPa.
tilt = [h5py.File(out + '/samples/' + s + '.h5')['box/edges_A'][()] for s in sorted(states) if 'shear' in s or 'unloaded' in s]
strain = [b[1, 0] / b[1, 1] for b in tilt]
assert 0.19 < strain[0] < 0.21 and 0.01 < strain[0] - strain[1] < 0.15, strain
)", out);
  EXPECT_EQ(python.status, 0) << python.output;
}

// A crystal that three shears have strained far below its yield is a cube again, without shear stress (C44 = 84.4 GPa: 1.7 GPa before); if only one is given
// back, the others stay.
TEST(Unload, GivesAllShearsBack) {
  const ScratchFolder folder;
  std::ofstream(folder / "in.json") << R"({"potential": {"files": ["Cu-Zr_4.eam.fs"], "species": ["Cu"]},
    "structure": {"type": "lattice", "lattice_constant_A": 3.639087, "repeat": [4, 4, 4], "composition": {"Cu": 1}},
    "dynamics": {"barostat": {"type": "none"}},
    "protocol": [
      {"type": "minimise", "deformation": "shear_xy", "strain": 0.02, "max_steps": 100}, {"type": "minimise", "deformation": "shear_xz", "strain": 0.02, "max_steps": 100},
      {"type": "minimise", "deformation": "shear_yz", "strain": 0.02, "max_steps": 100, "label": "sheared", "keep": true},
      {"type": "unload", "temperature_K": 1, "duration_ps": 5, "relaxation_ps": 0.5, "shear": "all", "shear_modulus_GPa": 85, "barostat": {"type": "none"}, "label": "all", "keep": true},
      {"type": "branch", "from": ["sheared"], "steps": [{"type": "unload", "temperature_K": 1, "duration_ps": 5, "relaxation_ps": 0.5, "shear": "xz", "shear_modulus_GPa": 85,
       "barostat": {"type": "none"}}]}],
    "output": {"thermo_interval_steps": 10}})";
  const std::string out = folder / "run";
  const auto run = run_patina("run " + (folder / "in.json") + " --output " + out);
  ASSERT_EQ(run.status, 0) << run.output;
  const auto python = run_python(folder / "cube.py", std::string(reading) + R"(
shears = ['pressure_xy_GPa', 'pressure_xz_GPa', 'pressure_yz_GPa']; rows = lambda l: thermo[thermo['protocol_step'] == labels.index(l)]
print([rows('sheared')[c] for c in shears], [rows('all')[c][-50:].mean() for c in shears], [rows('b01_unload')[c][-50:].mean() for c in shears])
for c in shears:
    assert rows('sheared')[c][-1] < -1.4 and abs(rows('all')[c][-50:].mean()) < 0.02, c
    assert abs(rows('b01_unload')[c][-50:].mean()) < 0.02 if c == 'pressure_xz_GPa' else rows('b01_unload')[c][-50:].mean() < -1.4, c
    # After one relaxation time, 250 steps, 1/e of it is left, as far as 85 GPa are C44 here.
    assert 0.3 < rows('all')[c][25] / rows('all')[c][0] < 0.45, rows('all')[c][:30]
edges = h5py.File(out + '/samples/step03_all.h5')['box/edges_A'][()]; print(edges)
L = 4 * 3.639087; assert abs(edges - L * np.eye(3)).max() < 3e-4 * L, edges
assert np.ptp(rows('all')['conserved_eV']) < 1e-3 * abs(np.ptp(rows('all')['potential_energy_eV'])) + 1e-3
)", out);
  EXPECT_EQ(python.status, 0) << python.output;
}

// A sample that is back stands at the same time step as the checkpoint before it, as does a minimum that took no iteration: if the newest checkpoint is
// lost, their lines are written again, not twice.
TEST(Branches, GoOnWithTheLinesOfTheirCheckpoint) {
  const ScratchFolder folder;
  std::ofstream(folder / "in.json") << R"({"potential": {"files": ["CuZr_mm.eam.fs"], "species": ["Cu"]},
    "structure": {"type": "lattice", "lattice_constant_A": 3.6, "repeat": [3, 3, 3], "composition": {"Cu": 1}},
    "protocol": [{"type": "anneal", "temperature_K": 300, "duration_ps": 0.02}, {"type": "minimise", "max_force_eV_per_A": 10}, {"type": "restore", "from": "anneal"}]})";
  for (const int protocol_steps : {2, 3}) {
    const std::string out = folder / ("run" + std::to_string(protocol_steps)), manifest = out + "/checkpoint/manifest.json";
    const std::string two = R"( --set '/protocol=[{"type": "anneal", "temperature_K": 300, "duration_ps": 0.02}, {"type": "minimise", "max_force_eV_per_A": 10}]')";
    const std::string command = "run " + (folder / "in.json") + " --output " + out + (protocol_steps == 2 ? two : "");
    ASSERT_EQ(run_patina(command).status, 0);
    const std::string thermo = read_text_file(out + "/thermo.csv"), state = state_of_run(out);
    const auto newest = run_python(folder / "damage.py", R"(
import json, sys; out = sys.argv[1]
newest = json.load(open(out + '/checkpoint/manifest.json'))['checkpoints'][0]; print(newest)
open(out + '/checkpoint/' + newest['file'][0], 'r+b').truncate(100)
)", out);
    ASSERT_EQ(newest.status, 0) << newest.output;
    const auto rest = run_patina(command + " --resume");
    ASSERT_EQ(rest.status, 0) << rest.output;
    expect_parts(rest.output, {"going on from step "});
    EXPECT_EQ(read_text_file(out + "/thermo.csv"), thermo) << rest.output;
    EXPECT_EQ(state_of_run(out), state);
  }
}

// All errors at once, each at its place.
TEST(Branches, RefuseWhatCannotBe) {
  const ScratchFolder folder;
  const auto refused_with = [&](const std::string& protocol, const std::vector<std::string>& parts) {
    std::ofstream(folder / "in.json") << R"({"potential": {"files": ["CuZr_mm.eam.fs"], "species": ["Cu"]},
      "structure": {"type": "lattice", "lattice_constant_A": 3.6, "repeat": [3, 3, 3], "composition": {"Cu": 1}}, "protocol": [)" + protocol + "]}";
    const auto refused = run_patina("run " + (folder / "in.json") + " --output " + (folder / "run"));
    EXPECT_EQ(refused.status, 65) << refused.output;
    EXPECT_FALSE(std::filesystem::exists(folder / "run"));
    expect_parts(refused.output, parts);
  };
  const std::string anneal = R"({"type": "anneal", "temperature_K": 300, "duration_ps": 1})";
  refused_with(anneal + R"(, {"type": "branch", "from": ["anneal", "aneal"], "branches": 2, "steps": [)" + anneal + "]}", {"/protocol/1/from/1: no step before this one is named \"aneal\""});
  refused_with(anneal + "," + anneal + R"(, {"type": "restore", "from": "anneal"},)" + anneal, {"/protocol/2/from: \"anneal\" may be step00_anneal or step01_anneal"});
  refused_with(anneal + R"(, {"type": "branch", "from": ["anneal"], "branches": 3, "velocities": "kept", "steps": [)" + anneal + "]}",
               {"/protocol/1/velocities: \"kept\", and no thermostat or barostat of the steps is stochastic: all 3 branches would be copies"});
  refused_with(anneal + R"(, {"type": "branch", "from": ["anneal"], "branches": 3, "steps": [{"type": "minimise"}, {"type": "quasistatic_strain", "strain": 0.01, "increments": 2}]})",
               {"/protocol/1/branches: no step of them moves atoms by their velocities: all 3 would be copies of each other"});
  refused_with(anneal + R"(, {"type": "branch", "from": ["anneal", "step00_anneal"], "steps": [)" + anneal + "]}", {"/protocol/1/from/1: \"step00_anneal\" is the state of /from/0 already"});
  refused_with(anneal + R"(, {"type": "branch", "from": ["anneal"], "branches": 3, "steps": [{"type": "measure", "duration_ps": 1}]})", {"/protocol/1", "has no temperature: give one"});
  refused_with(anneal + R"(, {"type": "branch", "from": ["anneal"], "steps": [{"type": "anneal", "temperature_K": 300, "duration_ps": 1, "label": ")" + std::string(58, 'x') + "\"}]}",
               {"/protocol/1: makes the label \"b01_xxx", "62 characters, at most 60"});
  refused_with(anneal + R"(, {"type": "branch", "from": ["anneal"], "steps": [{"type": "quench", "from_K": 300, "to_K": 400, "cooling_rate_K_per_s": 1e14}, {"type": "restore", "from": "anneal"}]})",
               {"/protocol/1/steps/0/to_K: a quench must end below its start", "/protocol/1/steps/1/type: "});
  refused_with(anneal + R"(, {"type": "unload", "temperature_K": 300, "duration_ps": 1, "relaxation_ps": 0.01})", {"/protocol/1/relaxation_ps: is 0.01; it must be at least ten time steps, 0.02 ps"});
  refused_with(R"({"type": "minimise"}, {"type": "measure", "duration_ps": 1})", {"/protocol/1: begins with a sample at rest: give temperature_K"});
  refused_with(R"({"type": "measure", "duration_ps": 1, "thermostat": {"type": "langevin"}})", {"/protocol/0", "the step has a thermostat: give the temperature"});
  refused_with(anneal + R"(, {"type": "restore", "from": "anneal", "velocities": "new"}, )" + anneal, {"/protocol/1", "velocities are \"new\": give their temperature"});
  refused_with(anneal + R"(, {"type": "branch", "from": ["anneal"], "branches": 3000, "steps": [)" + anneal + "," + anneal + "," + anneal + "]}",
               {"/protocol: its composite steps stand for 12001 elementary ones"});
}

}  // namespace
}  // namespace patina::test
