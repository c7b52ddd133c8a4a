// SPDX-License-Identifier: BSD-3-Clause
// Vapour deposition as a user runs it. Truths: numbers of atoms and times of arrival by hand; the bits of the base when the step began;
// energy: what came with the atoms is what the sample has more of, when nothing takes heat away; the temperature that the thermostat
// was told; the density of the film counted from the trajectory by numpy; the run that nobody killed, on one rank, to the bit.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "program.hpp"
#include "python.hpp"
#include "scratch_folder.hpp"
#include "text_expectations.hpp"
#include "whole_run.hpp"

namespace patina::test {
namespace {

// A copper crystal of 144 atoms, periodic along all axes, at 300 K.
std::string on_copper(const std::string& protocol, int thermo, int checkpoints = 100000) {
  return R"({"seed": 3, "potential": {"files": ["Cu-Zr_4.eam.fs"], "species": ["Cu", "Zr"]},
  "structure": {"type": "lattice", "lattice_constant_A": 3.64, "repeat": [3, 3, 4], "composition": {"Cu": 1}},
  "protocol": [{"type": "anneal", "temperature_K": 300, "duration_ps": 0.4, "barostat": {"type": "none"}}, )" +
         protocol + R"(], "output": {"thermo_interval_steps": )" + std::to_string(thermo) + R"(, "checkpoint_interval_steps": )" + std::to_string(checkpoints) + "}}";
}

const std::string reader = R"(
import glob, h5py, json, re, sys, numpy as np
out = sys.argv[1]; thermo = np.genfromtxt(out + '/thermo.csv', delimiter=',', names=True); log = open(out + '/log.txt').read()
of_step = lambda n: thermo[thermo['protocol_step'] == n]
def frames():
    for path in sorted(glob.glob(out + '/trajectory/seg_*.h5md')):
        with h5py.File(path) as h:
            p = h['particles/trajectory']; boundary = [b.decode() for b in p['box'].attrs['boundary']]
            for k, step in enumerate(p['position/step'][:]):
                yield step, p['position/value'][k], p['velocity/value'][k] if 'velocity' in p else None, p['species'][:], boundary
)";

struct Deposit : ::testing::Test {
  void run(const std::string& input, const std::string& truth) {
    std::ofstream(folder_ / "in.json") << input;
    const auto result = run_patina("run " + (folder_ / "in.json") + " --output " + out_);
    ASSERT_EQ(result.status, 0) << result.output;
    const auto python = run_python(folder_ / "truth.py", reader + truth, out_);
    EXPECT_EQ(python.status, 0) << python.output << result.output;
  }
  const ScratchFolder folder_;
  const std::string out_ = folder_ / "run";
};

TEST_F(Deposit, ExactStoichiometryTimesAndARigidBase) {
  run(on_copper(R"({"type": "deposit", "temperature_K": 300, "composition": {"Cu": 0.6, "Zr": 0.4}, "atoms": 30, "interval_ps": 0.4, "energy_eV": 2,
                    "rigid_A": 3, "thermostat_A": 4, "settle_ps": 1, "observers": [{"type": "trajectory", "interval_steps": 500, "velocities": true, "precision": "float64"}]})",
                10),
      R"(
rows = of_step(1); done = rows['step'] - 200
# Atom k comes after 200 k steps: 30 of them, 0.4 ps apart, 2 fs; then 1 ps.
assert done[-1] == 30 * 200 + 500, done[-1]
assert (rows['atoms'] == 144 + np.clip(np.ceil(done / 200), 0, 30)).all(), rows['atoms']
assert 'film of 30 atoms (18 Cu, 12 Zr), which brought 60 eV' in log, log
seen = list(frames()); assert [len(x) for _, x, _, _, _ in seen] == [144 + min(30, -(-d // 200)) for d in range(0, 6501, 500)]
_, first, v0, _, _ = seen[0]; z = first[:, 2] - first[:, 2].min()
still = z <= 3; warm = (z > 3) & (z <= 7)
assert 30 < still.sum() < 42 and 30 < warm.sum() < 42, (still.sum(), warm.sum())    # two layers of 18 each
for step, x, v, species, boundary in seen:
    assert x[:144][still].tobytes() == first[still].tobytes(), step
    assert (v[:144][still] == 0).all()
    assert boundary == ['periodic', 'periodic', 'none'], boundary
kinds, counts = np.unique(seen[-1][3], return_counts=True); print(kinds, counts)
assert sorted(counts) == [12, 162], counts        # 144 + 18 Cu, 12 Zr
# No atom was ever created near another, and all came down: nothing is far above the rest.
top = np.sort(seen[-1][1][:, 2])[::-1]; assert top[0] - top[5] < 5, top[:8]
# What came, and the heat that the thermostatted layer gave away, are counted: constant up to the error of velocity Verlet.
assert np.ptp(rows['conserved_eV']) < 0.1, np.ptp(rows['conserved_eV'])
# Temperatures are of the atoms that move.
last = rows[-1]; assert abs(last['temperature_K'] - 2 * last['kinetic_energy_eV'] / (3 * (last['atoms'] - still.sum()) * 8.617333262e-5)) < 1e-6
)");
}

// Friction so weak that the layer takes up some meV in all: what the sample gains is what came.
TEST_F(Deposit, EnergyThatArrivesIsFound) {
  run(on_copper(R"({"type": "deposit", "temperature_K": 300, "composition": {"Cu": 1}, "atoms": 10, "interval_ps": 0.5, "energy_eV": 1.5, "angle_deg": 40,
                    "rigid_A": 3, "thermostat_A": 4, "settle_ps": 0.2, "relaxation_ps": 10000})", 50),
      R"(
rows = of_step(1); E = rows['potential_energy_eV'] + rows['kinetic_energy_eV']
arrived = rows['atoms'] - 144
# Of a row before and one behind: E grows by 1.5 eV for each atom.
print(E[-1] - E[0] - 1.5 * (arrived[-1] - arrived[0]))
assert abs(E[-1] - E[0] - 1.5 * (arrived[-1] - arrived[0])) < 0.1 and arrived[-1] == 10
assert abs(rows['conserved_eV'] - rows['conserved_eV'][0]).max() < 0.1
# The heat of condensation stays in the film: some 3 eV an atom, shared by 118 and more.
assert rows['temperature_K'][-1] > 600, rows['temperature_K'][-1]
)");
}

// The layer is kept at its temperature although vapour of 2500 K heats what is above.
TEST_F(Deposit, TheLayerTakesTheHeatOfAVapour) {
  run(on_copper(R"({"type": "deposit", "temperature_K": 400, "composition": {"Cu": 1}, "thickness_A": 4, "growth_rate_A_per_ps": 0.16, "volume_per_atom_A3": 12, "source_K": 2500,
                    "rigid_A": 3, "thermostat_A": 4, "settle_ps": 20, "relaxation_ps": 0.05,
                    "observers": [{"type": "trajectory", "interval_steps": 100, "velocities": true, "precision": "float64"}]})", 10),
      R"(
rows = of_step(1)
area = (3 * 3.64)**2; atoms = round(area * 4 / 12); assert rows['atoms'][-1] == 144 + atoms, (rows['atoms'][-1], atoms)
assert rows['step'][-1] - 200 == (4 / 0.16 + 20) / 0.002
_, first, _, _, _ = next(frames()); z = first[:, 2] - first[:, 2].min(); warm = (z > 3) & (z <= 7)
T = [63.546 * (v[:144][warm]**2).sum() / (3 * warm.sum() * 8.617333262e-5 * 9648.533212) for step, x, v, _, _ in frames() if step > 200 + 17500]
# Canonical: sigma of an instant is T sqrt(2 / 3n); frames 0.2 ps apart, friction of 0.05 ps: independent.
sigma = 400 * np.sqrt(2 / (3 * warm.sum() * len(T))); print(np.mean(T), sigma)
assert abs(np.mean(T) - 400) < 4 * sigma, (np.mean(T), sigma)
)");
}

const std::string whole_protocol = R"(
    {"type": "deposit", "temperature_K": 300, "composition": {"Cu": 0.5, "Zr": 0.5}, "atoms": 40, "interval_ps": 0.4, "energy_eV": 2, "angle_deg": 20, "rigid_A": 3,
     "thermostat_A": 4, "settle_ps": 0.5, "observers": [{"type": "trajectory", "interval_steps": 200}]},
    {"type": "anneal", "temperature_K": 300, "duration_ps": 0.3, "barostat": {"coupling": "per_axis"}},
    {"type": "deposit", "temperature_K": 500, "composition": {"Zr": 1}, "atoms": 10, "interval_ps": 0.7, "source_K": 3000, "rigid_A": 3, "thermostat_A": 4, "settle_ps": 0.2},
    {"type": "cut_film", "from": 0.1, "boundary": "periodic", "observers": [{"type": "trajectory", "precision": "float64"}]},
    {"type": "minimise", "relax_cell": "per_axis", "max_steps": 60},
    {"type": "anneal", "temperature_K": 300, "duration_ps": 0.4, "observers": [{"type": "structure_factor", "interval_steps": 50}]})";

class SameFilm : public WholeRun {
 protected:
  static void SetUpTestSuite() { make(on_copper(whole_protocol, 10, 100)); }
};

TEST_F(SameFilm, OnAnyRanksAndThreads) { expect_whole_on({2, 3}); }

TEST_F(SameFilm, AfterBeingKilledAnywhere) { expect_whole_after_kills(10, 2); }

// The film is the 50 atoms that came, but for the lowest tenth; its cell is closed; a run starts from its file. Trajectories that growing samples leave
// behind, with frames of other steps among them, are refused by `scatter`.
TEST_F(SameFilm, IsASampleOfItsOwn) {
  const std::string out = *shared_ / "whole";
  const auto python = run_python(*shared_ / "film.py", reader + R"(
assert (of_step(5)['atoms'] == 45).all() and len(of_step(5)) == 1 and (of_step(6)['atoms'] == 45).all()
film = list(frames())[-1]
assert len(film[1]) == 45 and film[4] == ['periodic'] * 3, film
)", out);
  EXPECT_EQ(python.status, 0) << python.output;
  std::vector<std::filesystem::path> segments;
  for (const auto& entry : std::filesystem::directory_iterator(out + "/trajectory"))
    if (entry.path().extension() == ".h5md") segments.push_back(entry.path());
  std::sort(segments.begin(), segments.end());
  std::ofstream(*shared_ / "film.json") << R"({"potential": {"files": ["Cu-Zr_4.eam.fs"], "species": ["Cu", "Zr"]}, "structure": {"type": "file", "file": ")" + segments.back().string() +
                                               R"("}, "protocol": [{"type": "minimise", "relax_cell": "per_axis", "max_steps": 60}]})";
  const auto started = run_patina("run " + (*shared_ / "film.json") + " --output " + (*shared_ / "film"));
  EXPECT_EQ(started.status, 0) << started.output;
  expect_parts(started.output, {"sample of 45 atoms"});
  std::ofstream(*shared_ / "scatter.json") << R"({"observers": [{"type": "xpcs", "q_inv_A": 2.8, "width_inv_A": 0.8}]})";
  const auto scatter = run_patina("scatter " + out + " " + (*shared_ / "scatter.json") + " --output " + (*shared_ / "scattered"));
  EXPECT_EQ(scatter.status, 65) << scatter.output;
  expect_parts(scatter.output, {"whole: frame ", "frames must be equally spaced in time"});
}

TEST_F(SameFilm, DryRunForeseesTheAtoms) {
  const auto dry = run_patina("run --dry-run " + (*shared_ / "in.json"));
  EXPECT_EQ(dry.status, 0) << dry.output;
  // 40 atoms each 0.4 ps and 0.5 ps; Zr at 2 eV has 20.6 A/ps, 19.3 down at 20 deg: 0.52 ps for 10 A.
  expect_parts(dry.output, {"step01_deposit, 8250 time steps", "step03_deposit, 3600 time steps", "step04_cut_film", "deposition", "cut of the film",
                            "step01_deposit: an atom arrives each 0.4 ps and takes about 0.52 ps"});
}

// Films of two branches of one substrate: as many atoms, other places; each is cut off, and the next branch begins with the substrate again.
class BranchedFilm : public WholeRun {
 protected:
  static void SetUpTestSuite() {
    make(on_copper(R"({"type": "branch", "from": ["anneal"], "branches": 2, "steps": [
      {"type": "deposit", "temperature_K": 300, "composition": {"Cu": 0.5, "Zr": 0.5}, "atoms": 20, "interval_ps": 0.4, "energy_eV": 2, "rigid_A": 3, "thermostat_A": 4,
       "settle_ps": 0.3, "observers": [{"type": "trajectory", "interval_steps": 1000}]},
      {"type": "cut_film", "from": 0.1, "boundary": "periodic", "keep": true}, {"type": "minimise", "max_steps": 40},
      {"type": "swap", "temperature_K": 300, "duration_ps": 0.2, "interval_steps": 10, "barostat": {"type": "none"}, "observers": [{"type": "structure_factor", "interval_steps": 50}]}]})", 10, 400));
  }
};

TEST_F(BranchedFilm, GrowsAnewInEachBranch) {
  const auto python = run_python(*shared_ / "films.py", reader + R"(
labels = [s.get('label') or s['type'] for s in json.load(open(out + '/resolved.json'))['protocol']]
assert labels[1:6] == ['b01_restore', 'b01_deposit', 'b01_cut_film', 'b01_minimise', 'b01_swap'] and labels[6:] == [l.replace('b01', 'b02') for l in labels[1:6]], labels
rows = lambda label: of_step(labels.index(label))
films = []
for b in ('b01', 'b02'):
    assert (rows(b + '_restore')['atoms'] == 144).all() and len(rows(b + '_restore')) == 1
    grown = rows(b + '_deposit')['atoms']; assert grown[0] == 145 and grown[-1] == 164 and (np.diff(grown) >= 0).all(), grown
    assert (rows(b + '_minimise')['atoms'] == 18).all() and (rows(b + '_swap')['atoms'] == 18).all()
    with h5py.File('%s/samples/step%02d_%s_cut_film.h5' % (out, labels.index(b + '_cut_film'), b)) as f: films.append((f['atoms/position_A'][()], f['atoms/type'][()]))
assert rows('b01_restore')['potential_energy_eV'] == rows('b02_restore')['potential_energy_eV']
assert films[0][0].shape == films[1][0].shape == (18, 3) and (films[0][0] != films[1][0]).any()
counts = [len(x) for _, x, _, _, _ in frames()]; assert counts == 2 * [144 + min(20, -(-d // 200)) for d in range(0, 4151, 1000)], counts
)", *shared_ / "whole");
  EXPECT_EQ(python.status, 0) << python.output;
  const auto dry = run_patina("run --dry-run " + (*shared_ / "in.json"));
  EXPECT_EQ(dry.status, 0) << dry.output;
  expect_parts(dry.output, {"step02_b01_deposit, 4150 time steps", "step08_b02_cut_film"});
}

TEST_F(BranchedFilm, AfterBeingKilledAnywhere) { expect_whole_after_kills(8, 2); }

// What is in the film is known before the run, and decides what the steps behind the cut can do.
TEST(DepositInput, KnowsWhatACutLeaves) {
  const ScratchFolder folder;
  const std::string deposit = R"({"type": "deposit", "temperature_K": 300, "composition": {"Zr": 1}, "atoms": 10, "interval_ps": 2, "rigid_A": 3, "thermostat_A": 4},)",
                    swap = R"({"type": "swap", "temperature_K": 300, "duration_ps": 1})";
  const auto refused_with = [&](const std::string& protocol, const std::vector<std::string>& parts) {
    std::ofstream(folder / "in.json") << on_copper(protocol, 10);
    const auto refused = run_patina("run " + (folder / "in.json") + " --output " + (folder / "run"));
    EXPECT_EQ(refused.status, 65) << refused.output;
    EXPECT_FALSE(std::filesystem::exists(folder / "run"));
    expect_parts(refused.output, parts);
  };
  refused_with(deposit + R"({"type": "cut_film", "to": 0.01})", {"/protocol/2/to: from 0 to 0.01 of the 10 atoms of the film there is none: nothing would be kept"});
  refused_with(deposit + R"({"type": "cut_film"}, )" + swap, {"/protocol/3: the sample has one species: no atoms could change places"});
  refused_with(deposit + R"({"type": "cut_film"}, {"type": "swap", "temperature_K": 300, "duration_ps": 1, "pairs": ["Cu-Zr"]})", {"/protocol/3/pairs/0: the sample has no Cu"});
  refused_with(deposit + R"({"type": "branch", "from": ["deposit"], "steps": [{"type": "cut_film"}]}, {"type": "branch", "from": ["anneal"], "steps": [)" + deposit +
                   R"({"type": "cut_film"}, {"type": "cut_film"}]})",
               {"/protocol/2/steps/0: no deposit step since the start", "/protocol/3/steps/2: no deposit step since the start"});
  refused_with(R"({"type": "branch", "from": ["anneal"], "steps": [{"type": "deposit", "temperature_K": 300, "composition": {"Ag": 1}, "atoms": 10, "interval_ps": 2}]})",
               {"/protocol/1/steps/0/composition/Ag: Ag is not among /potential/species"});
  refused_with(R"({"type": "branch", "from": ["anneal"], "branches": 2, "steps": [)" + deposit + R"({"type": "cut_film"}, )" + swap + "]}",
               {"/protocol/1/steps/2: the sample has one species"});
}

// Of twenty atoms, two of them Zr, the lowest three are copper, which only the run tells.
TEST(DepositInput, TellsWhatACutHasLeft) {
  const ScratchFolder folder;
  std::ofstream(folder / "in.json") << on_copper(R"({"type": "deposit", "temperature_K": 300, "composition": {"Cu": 0.9, "Zr": 0.1}, "atoms": 20, "interval_ps": 0.4, "energy_eV": 2,
    "rigid_A": 3, "thermostat_A": 4}, {"type": "cut_film", "to": 0.15, "boundary": "periodic", "gap_A": 4}, {"type": "swap", "temperature_K": 300, "duration_ps": 0.1})", 10);
  const auto run = run_patina("run " + (folder / "in.json") + " --output " + (folder / "run"));
  EXPECT_EQ(run.status, 65) << run.output;
  expect_parts(run.output, {"step03_swap: the sample has one species"});
}

TEST(DepositInput, RefusesWhatCannotBe) {
  const ScratchFolder folder;
  std::ofstream(folder / "in.json") << R"({
  "potential": {"files": ["CuZr_mm.eam.fs"], "species": ["Cu"]},
  "structure": {"type": "lattice", "lattice_constant_A": 3.6, "repeat": [3, 3, 3], "composition": {"Cu": 1}},
  "protocol": [
    {"type": "cut_film"},
    {"type": "deposit", "temperature_K": 300, "composition": {"Zr": 1}, "atoms": 5, "interval_ps": 1},
    {"type": "deposit", "temperature_K": 300, "composition": {"Cu": 0.9}, "atoms": 5},
    {"type": "deposit", "temperature_K": 300, "composition": {"Cu": 1}, "atoms": 5, "interval_ps": 1, "thickness_A": 10},
    {"type": "deposit", "temperature_K": 300, "composition": {"Cu": 1}, "thickness_A": 10, "growth_rate_A_per_ps": 1},
    {"type": "deposit", "temperature_K": 300, "composition": {"Cu": 1}},
    {"type": "deposit", "temperature_K": 300, "composition": {"Cu": 1}, "atoms": 5, "interval_ps": 1, "energy_eV": 1, "source_K": 2000},
    {"type": "deposit", "temperature_K": 300, "composition": {"Cu": 1}, "atoms": 5, "interval_ps": 1, "source_K": 2000, "angle_deg": 10},
    {"type": "deposit", "temperature_K": 300, "composition": {"Cu": 1}, "atoms": 5, "interval_ps": 1, "observers": [{"type": "xpcs"}]},
    {"type": "cut_film", "from": 0.5, "to": 0.5},
    {"type": "cut_film", "observers": [{"type": "dynamics"}]},
    {"type": "deposit", "temperature_K": 300, "composition": {"Cu": 1}, "atoms": 5, "interval_ps": 1, "barostat": {"type": "mtk"}}
  ]
})";
  const auto refused = run_patina("run " + (folder / "in.json") + " --output " + (folder / "run"));
  EXPECT_EQ(refused.status, 65);
  EXPECT_FALSE(std::filesystem::exists(folder / "run"));
  expect_parts(refused.output,
               {"/protocol/0: no deposit step since the start",
                "/protocol/1/composition/Zr: Zr is not among /potential/species: Cu",
                "/protocol/2/composition: atomic fractions add up to 0.9",
                "/protocol/2/interval_ps: atoms need the time from one to the next",
                "/protocol/3/thickness_A: atoms and interval_ps tell how the film grows already",
                "/protocol/4/volume_per_atom_A3: a thickness needs it",
                "/protocol/5/atoms: give atoms and interval_ps, or thickness_A",
                "/protocol/6/source_K: energy_eV makes it a beam already",
                "/protocol/7/angle_deg: is that of a beam",
                "/protocol/8/observers/0: the number of atoms grows in a deposit step, xpcs needs a fixed one",
                "/protocol/9/to: 0.5 is not above from = 0.5",
                "/protocol/10/observers/0: no time passes in it: no dynamics in a cut_film step",
                "/protocol/11: unknown key \"barostat\""});
}

// Zr of 0.5 eV falls at 10.28 A/ps, the potential reaches 7.6 A, and half an Angstrom more; 0.7 (3 x 3.64)^2 / 8.1^2 = 1.272 at a time.
TEST(DepositInput, RefusesVapourThatQueuesUp) {
  const ScratchFolder folder;
  std::ofstream(folder / "in.json") << on_copper(R"({"type": "deposit", "temperature_K": 300, "composition": {"Cu": 0.6, "Zr": 0.4}, "atoms": 30, "interval_ps": 0.15, "energy_eV": 0.5,
    "rigid_A": 3, "thermostat_A": 4})", 10);
  const auto refused = run_patina("run " + (folder / "in.json") + " --output " + (folder / "run"));
  EXPECT_EQ(refused.status, 65);
  EXPECT_FALSE(std::filesystem::exists(folder / "run"));
  expect_parts(refused.output, {"/protocol/1/interval_ps: an atom each 0.15 ps is too fast: out of each other's reach (8.1 A), at 10.3 A/ps, one each 0.619 ps can come down on 119.2 A^2"});
}

// What only the sample tells, before anything is written.
TEST(DepositInput, RefusesSamplesThatAreNoSubstrates) {
  const ScratchFolder folder;
  const auto said_of = [&](const std::string& structure, const std::string& more) {
    std::ofstream(folder / "in.json") << R"({"potential": {"files": ["CuZr_mm.eam.fs"], "species": ["Cu"]}, "structure": )" + structure +
                                             R"(, "protocol": [{"type": "deposit", "temperature_K": 300, "composition": {"Cu": 1}, "atoms": 5, "interval_ps": 1)" + more + "}]}";
    const auto refused = run_patina("run " + (folder / "in.json") + " --output " + (folder / "run"));
    EXPECT_EQ(refused.status, 65) << refused.output;
    EXPECT_FALSE(std::filesystem::exists(folder / "run"));
    return refused.output;
  };
  const std::string crystal = R"({"type": "lattice", "lattice_constant_A": 3.6, "repeat": [3, 3, 3], "composition": {"Cu": 1}})";
  expect_parts(said_of(crystal, ""), {"/protocol/0: the sample is 10.8 A thick along z: rigid_A + thermostat_A = 12 A leave nothing of it free"});
  // An island on a layer of a crystal, as extended XYZ.
  std::string atoms;
  int count = 0;
  for (int i = 0; i < 8; ++i)
    for (int j = 0; j < 8; ++j)
      for (int k = 0; k < 6; ++k)
        if (k < 2 || (i < 4 && j < 4)) {
          atoms += "Cu " + std::to_string(2.5 * i) + " " + std::to_string(2.5 * j) + " " + std::to_string(2.5 * k) + "\n";
          ++count;
        }
  const auto write = [&](const std::string& pbc) {
    std::ofstream(folder / "island.xyz") << count << "\nLattice=\"20 0 0 0 20 0 0 0 40\" pbc=\"" << pbc << "\" Properties=species:S:1:pos:R:3\n" << atoms;
    return R"({"type": "file", "file": ")" + (folder / "island.xyz") + "\"}";
  };
  const std::string layers = R"(, "rigid_A": 2, "thermostat_A": 2)";
  expect_parts(said_of(write("T T F"), layers), {"/protocol/0: the sample is no closed layer: at 0.12 a + 0.62 b nothing stands higher than rigid_A + thermostat_A = 4 A"});
  expect_parts(said_of(write("F T F"), layers), {"/protocol/0: axis x of the sample is free: vapour along z needs a substrate that is periodic along x and y"});
}

}  // namespace
}  // namespace patina::test
