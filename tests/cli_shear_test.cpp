// SPDX-License-Identifier: BSD-3-Clause
// Steady and cyclic shear as a user runs them. Truths: a lattice is the same whichever edges span it, so a run whose cell is spanned anew has
// the numbers of one whose cell is left to lean; the flow of a simple shear, v_x = rate y, and the same temperature along x, y and z;
// the first law; a crystal below its yield strain comes back; the viscosity of LAMMPS's own SLLOD run (docs/validation.md).
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "program.hpp"
#include "python.hpp"
#include "scratch_folder.hpp"
#include "text_expectations.hpp"

namespace patina::test {
namespace {

std::string liquid(int atoms, const std::string& protocol, int interval) {
  return R"({"potential": {"files": ["Cu-Zr_4.eam.fs"], "species": ["Cu", "Zr"]},
  "structure": {"type": "random", "atoms": )" + std::to_string(atoms) + R"(, "composition": {"Cu": 0.5, "Zr": 0.5}, "volume_per_atom_A3": 18.5},
  "protocol": [
    {"type": "minimise", "max_steps": 100, "max_force_eV_per_A": 0.01},
    {"type": "melt", "temperature_K": 2000, "duration_ps": 3, "barostat": {"type": "none"}},
    )" + protocol + R"(], "output": {"thermo_interval_steps": )" + std::to_string(interval) + "}}";
}

const char* const read_run = R"(
import h5py, json, sys, glob, numpy as np
out = sys.argv[1]; thermo = np.genfromtxt(out + '/thermo.csv', delimiter=',', names=True)
labels = [s['label'] if 'label' in s else s['type'] for s in json.load(open(out + '/resolved.json'))['protocol']]
step = lambda label: thermo[thermo['protocol_step'] == labels.index(label)]
class Frames:
    def __init__(self, folder):
        files = [h5py.File(f) for f in sorted(glob.glob(folder + '/trajectory/seg_*.h5md'))]
        read = lambda name: np.concatenate([f['particles/trajectory/' + name][:] for f in files])
        self.time, self.edges, self.turn = read('position/time'), read('box/edges/value'), read('box/lattice_turn/value')
        self.path = read('position/value') + np.einsum('fni,fij->fnj', read('image/value'), self.edges)
        self.velocity = read('velocity/value') if 'velocity' in files[0]['particles/trajectory'] else None
        self.type = files[0]['parameters/patina/type'][:]
        # The edges that go along with the flow.
        self.first_edges = np.linalg.solve(self.turn.astype(float), self.edges)
)";

struct Shear : ::testing::Test {
  void run(const std::string& input, const std::string& folder) {
    std::ofstream(folder_ / "in.json") << input;
    const auto result = run_patina("run " + (folder_ / "in.json") + " --output " + folder);
    ASSERT_EQ(result.status, 0) << result.output;
  }
  void check(const std::string& truth, const std::string& arguments) {
    const auto python = run_python(folder_ / "truth.py", read_run + truth, arguments);
    EXPECT_EQ(python.status, 0) << python.output;
  }
  void same_bits(const std::string& precision);
  const ScratchFolder folder_;
  const std::string out_ = folder_ / "run";
};

// The cell of the first run is turned at a strain of 5/6, that of the second leans on, because an observer follows wave vectors in it.
TEST_F(Shear, ACellSpannedAnewIsTheSameLattice) {
  const auto copper = [](const std::string& observers) {
    return R"({"potential": {"files": ["Cu-Zr_4.eam.fs"], "species": ["Cu"]},
      "structure": {"type": "lattice", "lattice_constant_A": 3.7, "repeat": [5, 3, 3], "composition": {"Cu": 1}},
      "protocol": [{"type": "shear", "rate_per_ps": 1, "strain": 0.97, "temperature_K": 2500, "observers": [)" +
           observers + R"(]}], "output": {"thermo_interval_steps": 5}})";
  };
  run(copper(""), out_);
  run(copper(R"({"type": "structure_factor", "q_max_inv_A": 2})"), folder_ / "leaning");
  check(R"(
leaning = np.genfromtxt(sys.argv[2] + '/thermo.csv', delimiter=',', names=True)
assert len(thermo) == len(leaning) == 98
b = thermo['edge_b_A']; L = 3 * 3.7
tilt = lambda strain: np.where(strain > 5 / 6 + 1e-9, strain * L - 5 * 3.7, strain * L)
assert abs(b - np.hypot(L, tilt(thermo['target_strain']))).max() < 0.02, b   # turned a time step after the strain was there
assert b[-1] < leaning['edge_b_A'][-1] - 1
for name in ('potential_energy_eV', 'kinetic_energy_eV', 'pressure_xy_GPa', 'pressure_xx_GPa', 'pressure_zz_GPa', 'conserved_eV', 'temperature_K'):
    difference = abs(thermo[name] - leaning[name]).max()
    assert difference < 1e-7 * abs(leaning[name]).max(), (name, difference)
)", out_ + " " + (folder_ / "leaning"));
}

// Through four turns. Displacements are those of the flow and of diffusion; velocities are without the flow.
TEST_F(Shear, FlowsWithALinearProfileAtTheTemperature) {
  run(liquid(400, R"({"type": "shear", "rate_per_ps": 0.5, "strain": 4, "temperature_K": 2000,
     "observers": [{"type": "trajectory", "interval_steps": 50, "velocities": true}, {"type": "pair_distribution", "r_max_A": 8, "bin_A": 0.5, "interval_steps": 400}]})", 10), out_);
  check(R"(
f = Frames(out); rate = 0.5; turns = (np.diff(f.turn[:, 1, 0]) != 0).sum(); print('turns', turns); assert turns == 4
assert abs(f.first_edges[:, 1, 0] / f.first_edges[0, 1, 1] - rate * (f.time - f.time[0])).max() < 1e-9
# Beside the flow atoms move as in a liquid of 2000 K: less than 2 A in 0.1 ps, as paths and images say.
strain = np.diff(f.time)[:, None] * rate
beside = np.diff(f.path, axis=0); beside[:, :, 0] -= strain * f.path[:-1, :, 1]
assert abs(beside).max() < 2.5, abs(beside).max()
# Laboratory velocities by layers of y: a line of slope `rate`.
y = np.concatenate(f.path[:-1, :, 1]) % f.edges[0, 1, 1]; flow = rate * y + np.concatenate(beside[:, :, 0] / np.diff(f.time)[:, None])
layers = np.floor(8 * y / f.edges[0, 1, 1]).astype(int)
mean = np.array([flow[layers == k].mean() for k in range(8)]); centre = np.array([y[layers == k].mean() for k in range(8)])
# Shear waves live for a third of a ps: errors from blocks of 1 ps.
block = np.repeat(np.arange(len(f.time) - 1) // 10, len(f.type)); blocks = range(block.max() + 1)
of_block = np.array([[(flow - rate * y)[(layers == k) & (block == b)].mean() for k in range(8)] for b in blocks])
error = of_block.std(0, ddof=1) / np.sqrt(len(blocks))
print(mean - rate * centre, error); assert (abs(mean - rate * centre) < 5 * error).all() and rate * centre[-1] > 30 * error.max()
# Equipartition beside the flow.
mass = np.where(f.type == 0, 63.546, 91.224); kB = 0.8314462618   # amu A^2/ps^2/K
T = (mass[None, :, None] * f.velocity[1:].astype(float)**2).sum(1) / kB / (len(mass) - 1)
each = T.mean(0); error = T.std(0) / np.sqrt(len(T) / 2); print(each, error)
assert abs(thermo['temperature_K'][thermo['protocol_step'] == 2].mean() - 2000) < 30
assert abs(each[1] - each[2]) < 4 * np.hypot(error[1], error[2]) and (abs(each - 2000) < 4 * error + 60).all(), (each, error)
# The first law: work and heat are counted, to the square of the time step (0.07 % of the work at 2 fs, a quarter of that at 1 fs).
rows = step('shear_xy_4'); work = -(rows['pressure_xy_GPa'] * rows['volume_A3']).mean() / 160.2176634 * 4; print(np.ptp(rows['conserved_eV']), work)
assert work > 50 and np.ptp(rows['conserved_eV']) < 1e-3 * work
# Distances do not know which edges span the cell: pairs counted one by one over all images near by, in the same frames.
g = h5py.File(out + '/xpcs.h5')['step02_shear_xy_4_pair_distribution/pair_distribution']
count = np.zeros(16, int); images = np.array(np.meshgrid(*3 * [[-1, 0, 1]])).reshape(3, -1).T
for k in range(0, len(f.time), 8):
    inverse = np.linalg.inv(f.edges[k]); n = len(f.type)
    s = (f.path[k][:, None] - f.path[k][None]) @ inverse; s = (s - np.round(s))[np.triu_indices(n, 1)]
    for image in images:
        r = np.linalg.norm((s + image) @ f.edges[k], axis=1); count += np.histogram(r[r < 8], 16, (0, 8))[0]
found = g['count'][:].sum(1); print(count, found)
# Stored in single precision: a distance or two may stand on the other side of the end of a bin.
assert g.attrs['frames'] == 11 and abs(found - count).max() <= 4 and count.sum() > 10**5, (count, found)
)", out_);
}

// Its trajectory in `scatter`: displacements beside the flow, along y and z as by numpy from paths; frames in turned cells are followed.
TEST_F(Shear, ScatterFollowsTheCellThroughItsTurns) {
  run(liquid(200, R"({"type": "shear", "rate_per_ps": 0.5, "strain": 2, "temperature_K": 2000,
     "observers": [{"type": "trajectory", "interval_steps": 50, "precision": "float64"}]})", 50), out_);
  std::ofstream(folder_ / "scatter.json") << R"({"observers": [{"type": "dynamics", "q_inv_A": [2.8], "width_inv_A": 0.4, "waiting_times_ps": [0]}]})";
  const auto scatter = run_patina("scatter " + out_ + " " + (folder_ / "scatter.json") + " --output " + (folder_ / "scattered"));
  ASSERT_EQ(scatter.status, 0) << scatter.output;
  check(R"(
f = Frames(out); assert (np.diff(f.turn[:, 1, 0]) != 0).sum() == 2
# Fractions of the edges that go along with the flow, in the edges of the last frame: what is left is diffusion.
s = np.einsum('fni,fij->fnj', f.path, np.linalg.inv(f.first_edges)); moved = (s[-1] - s[0]) @ f.first_edges[-1]
assert abs(moved).max() < 12, abs(moved).max()   # the flow alone moves atoms by up to 2 cells of 15 A
)", out_);
}

// Bits do not depend on ranks, nor on where the run was cut, in a cell that turns.
void Shear::same_bits(const std::string& precision) {
  const std::string input = R"({"dynamics": {"precision": ")" + precision + R"("}, "potential": {"files": ["Cu-Zr_4.eam.fs"], "species": ["Cu"]},
      "structure": {"type": "lattice", "lattice_constant_A": 3.8, "repeat": [8, 6, 6], "composition": {"Cu": 1}},
      "protocol": [{"type": "shear", "deformation": "shear_zy", "rate_per_ps": 2, "strain": 3.9, "temperature_K": 2500,
        "observers": [{"type": "trajectory", "interval_steps": 60}]},
        {"type": "anneal", "temperature_K": 2500, "duration_ps": 0.1, "barostat": {"type": "none"}}],
      "output": {"checkpoint_interval_steps": 100}})";
  std::ofstream(folder_ / "in.json") << input;
  const auto state = [&](const std::string& text) {
    const auto at = text.find("state ");
    return at == std::string::npos ? "no state: " + text : text.substr(at, 38);
  };
  const auto one = run_patina("run " + (folder_ / "in.json") + " --output " + out_);
  ASSERT_EQ(one.status, 0) << one.output;
  const auto three = run_patina_on(3, "run " + (folder_ / "in.json") + " --output " + (folder_ / "three"));
  ASSERT_EQ(three.status, 0) << three.output;
  EXPECT_EQ(state(one.output), state(three.output));
  // Stopped behind the first checkpoint; on other ranks from there on.
  const std::string command = "run " + (folder_ / "in.json") + " --output " + (folder_ / "cut");
  const auto cut = run_shell(std::string("{ ") + PATINA_PROGRAM + " " + command + " & pid=$!; while [ ! -e " + (folder_ / "cut/checkpoint/manifest.json") +
                             " ] && kill -0 $pid; do sleep 0.01; done; kill -TERM $pid; wait $pid; }");
  ASSERT_EQ(cut.status, 75) << cut.output;
  const auto rest = run_patina_on(2, command + " --resume");
  ASSERT_EQ(rest.status, 0) << rest.output;
  EXPECT_NE(rest.output.find("going on from step "), std::string::npos);
  EXPECT_EQ(state(one.output), state(rest.output));
  check(R"(
a, b = Frames(out), Frames(sys.argv[2])
assert (a.turn != np.eye(3)).any() and (a.turn == b.turn).all() and (a.path == b.path).all()
)", out_ + " " + (folder_ / "cut"));
}
TEST_F(Shear, HasTheSameBitsOnRanksAndThroughARestart) { same_bits("double"); }
TEST_F(Shear, HasTheSameBitsInMixedPrecision) { same_bits("mixed"); }

// A crystal far below its yield strain: the stress follows the strain there and back, and cycles leave nothing behind.
TEST_F(Shear, CyclesOfACrystalCloseOnThemselves) {
  run(R"({"potential": {"files": ["Cu-Zr_4.eam.fs"], "species": ["Cu"]},
      "structure": {"type": "lattice", "lattice_constant_A": 3.639087, "repeat": [3, 3, 3], "composition": {"Cu": 1}},
      "protocol": [{"type": "shear", "rate_per_ps": 0.004, "amplitude": 0.004, "cycles": 2, "hold_ps": 1, "temperature_K": 1}],
      "output": {"thermo_interval_steps": 10}})", out_);
  const auto analysis = run_patina("analyse " + out_);
  ASSERT_EQ(analysis.status, 0) << analysis.output;
  expect_parts(analysis.output, {"cycle 1 of step 0: ", "cycle 2 of step 0: ", "step 1 (cycle01_there): modulus "});
  check(R"(
C44 = 84.4   # GPa, LAMMPS (physics.md 2.2)
assert labels == ['cycle00_held', 'cycle01_there', 'cycle01_across', 'cycle01_back', 'cycle01_held', 'cycle02_there', 'cycle02_across', 'cycle02_back', 'cycle02_held']
for label, ends in (('cycle01_there', (0, 0.004)), ('cycle01_across', (0.004, -0.004)), ('cycle02_back', (-0.004, 0))):
    rows = step(label); strain = np.linspace(*ends, len(rows)); slope, offset = np.polyfit(strain, -rows['pressure_xy_GPa'], 1); print(label, slope, offset)
    assert abs(slope / C44 - 1) < 0.03 and abs(offset) < 0.01
analysis = json.load(open(out + '/analysis.json')); curves = analysis['stress_strain']; assert len(curves) == 6 and analysis['stress_relaxation'] == []
for curve in curves: assert abs(curve['modulus_GPa']['value'] / C44 - 1) < 0.03 and curve['flow_stress_GPa'] is None and curve['deformation'] == 'shear_xy', curve
after = analysis['cycles'][0]['after_cycle']; assert [c['cycle'] for c in after] == [0, 1, 2]
for c in after[1:]:
    change = c['change_since_cycle_0']['enthalpy_eV_per_atom']; print(change); assert abs(change['value']) < 4 * change['error'] + 1e-6
)", out_);
}

// Without holds the sample at the end of the last cycle is kept; with holds that of each.
TEST_F(Shear, KeepsSamplesOfCyclesWithAndWithoutHolds) {
  for (const bool holds : {false, true}) {
    const std::string out = folder_ / (holds ? "holds" : "none");
    run(R"({"potential": {"files": ["Cu-Zr_4.eam.fs"], "species": ["Cu"]},
      "structure": {"type": "lattice", "lattice_constant_A": 3.639087, "repeat": [3, 3, 3], "composition": {"Cu": 1}},
      "protocol": [{"type": "shear", "rate_per_ps": 1, "amplitude": 0.02, "cycles": 2, "temperature_K": 100, "keep": true)" + std::string(holds ? R"(, "hold_ps": 0.02)" : "") +
            R"(}, {"type": "minimise", "max_steps": 5}]})", out);
    std::vector<std::string> kept;
    for (const auto& entry : std::filesystem::directory_iterator(out + "/samples"))
      if (entry.path().extension() == ".h5") kept.push_back(entry.path().stem());
    std::sort(kept.begin(), kept.end());
    EXPECT_EQ(kept, holds ? (std::vector<std::string>{"step00_cycle00_held", "step04_cycle01_held", "step08_cycle02_held", "step09_minimise"})
                          : (std::vector<std::string>{"step05_cycle02_back", "step06_minimise"}));
  }
}

TEST_F(Shear, QuasistaticShearGoesOnAndOn) {
  run(R"({"potential": {"files": ["Cu-Zr_4.eam.fs"], "species": ["Cu"]},
      "structure": {"type": "lattice", "lattice_constant_A": 3.639087, "repeat": [3, 3, 3], "composition": {"Cu": 1}},
      "protocol": [{"type": "quasistatic_strain", "strain": 1.2, "increments": 60, "max_force_eV_per_A": 1e-3, "max_steps": 500}]})", out_);
  // Its edges lean by half of their length at most, and by one increment more.
  check(R"(
L = 3 * 3.639087; s = thermo['target_strain']; assert len(s) == 60 and abs(s[-1] - 1.2) < 1e-12
tilt = [0.0]
for k in range(60):
    before = tilt[-1] if tilt[-1] < 0.5 + 1e-6 else tilt[-1] - 1
    tilt.append(before + 0.02)
assert abs(thermo['edge_b_A'] - L * np.hypot(1, tilt[1:])).max() < 1e-9 and max(tilt) < 0.53
assert abs(thermo['volume_A3'] / L**3 - 1).max() < 1e-11
)", out_);
}

TEST_F(Shear, RefusesWhatCannotBe) {
  for (const auto& [step, words] : {std::pair{R"("rate_per_ps": 1)", "/protocol/2/strain: give strain or amplitude"},
                                    {R"("rate_per_ps": 1, "strain": 1, "amplitude": 0.1)", "/protocol/2/strain: amplitude gives the strain already"},
                                    {R"("rate_per_ps": 1, "strain": 0)", "/protocol/2/strain: is 0"},
                                    {R"("rate_per_ps": 1, "strain": 1, "cycles": 3)", "/protocol/2/cycles: counts cycles of an amplitude"},
                                    {R"("rate_per_ps": 1, "strain": 1, "hold_ps": 3)", "/protocol/2/hold_ps: is of cycles"},
                                    {R"("rate_per_ps": 1, "strain": 1, "deformation": "uniaxial_x")", "/protocol/2/deformation: "},
                                    {R"("rate_per_ps": 100, "strain": 1)", "/protocol/2/strain: 0.2 within one time step; at most 0.1 is taken"},
                                    {R"("rate_per_ps": 1, "strain": 1, "pressure_GPa": 2)", "/protocol/2/pressure_GPa: the barostat is \"none\""},
                                    {R"("rate_per_ps": 1, "amplitude": 0.1, "observers": [{"type": "trajectory", "interval_steps": 1}])", "/protocol/2/observers: hold_ps is 0"},
                                    {R"("rate_per_ps": 1, "strain": 1.5, "observers": [{"type": "xpcs", "q_inv_A": 2.7}])",
                                     "/protocol/2/observers/0: follows wave vectors with the cell, which it can through a shear of 1 at most, not of 1.5"}}) {
    std::ofstream(folder_ / "in.json") << liquid(100, std::string(R"({"type": "shear", "temperature_K": 2000, )") + step + "}", 10);
    const auto result = run_patina("run " + (folder_ / "in.json") + " --output " + out_);
    EXPECT_EQ(result.status, 65) << step << "\n" << result.output;
    EXPECT_NE(result.output.find(words), std::string::npos) << step << "\n" << result.output;
  }
}

}  // namespace
}  // namespace patina::test
