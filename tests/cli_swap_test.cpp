// SPDX-License-Identifier: BSD-3-Clause
// The step "swap" as a user runs it. Truths: the run that nobody stopped and the one on one rank, to the bit; energies of inherent structures
// of a sample that was only annealed for as long; what the thermostat holds; conservation by the numbers of thermo.csv.
#include <gtest/gtest.h>

#include <fstream>

#include "program.hpp"
#include "python.hpp"
#include "scratch_folder.hpp"
#include "text_expectations.hpp"
#include "whole_run.hpp"

namespace patina::test {
namespace {

// `step`: what stands between a quenched sample and its minimisation.
std::string input_of(const std::string& step, int atoms, const std::string& more = "") {
  return R"({"seed": 8, )" + more + R"("potential": {"files": ["KA2.eam.alloy"], "species": ["Ni", "P", "Si"]},
  "structure": {"type": "random", "atoms": )" + std::to_string(atoms) + R"(, "composition": {"Ni": 0.666667, "P": 0.166667, "Si": 0.166666},
    "volume_per_atom_A3": 13.0208, "min_distance_A": 1.9},
  "dynamics": {"time_step_fs": 3, "barostat": {"type": "none"}, "thermostat": {"type": "velocity_rescaling"}},
  "protocol": [
    {"type": "minimise", "max_steps": 100, "max_force_eV_per_A": 0.1},
    {"type": "melt", "temperature_K": 1000, "duration_ps": 0.9},
    )" + step + R"(,
    {"type": "minimise", "max_force_eV_per_A": 1e-3}],
  "output": {"thermo_interval_steps": 10, "checkpoint_interval_steps": 150}})";
}

class Swap : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(run_patina("potential ka2 -o " + (folder_ / "KA2.eam.alloy")).status, 0); }
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
    return folder_ / name;
  }
  ScratchFolder folder_;
};

TEST_F(Swap, HasTheSameBitsOnRanksAndThreads) {
  const std::string input = write("in.json", input_of(R"({"type": "swap", "temperature_K": 600, "duration_ps": 0.6, "interval_steps": 7, "attempts_per_atom": 5})", 150));
  ASSERT_EQ(run_patina("run " + input + " --output " + (folder_ / "whole")).status, 0);
  const std::string truth = state_of_run(folder_ / "whole");
  ASSERT_NE(truth, "no state");
  const std::string log = read_text_file(folder_ / "whole" + "/log.txt");
  expect_parts(log, {"step02_swap: changed places: Ni-P ", ", Ni-Si ", ", P-Si ", " of "});
  // 200 time steps, a sweep each 7: 28 of 750 attempts.
  long long attempts = 0;
  for (const char* pair : {"Ni-P ", "Ni-Si ", "P-Si "}) attempts += std::atoll(log.c_str() + log.find(" of ", log.find(pair, log.find("changed places"))) + 4);
  EXPECT_EQ(attempts, 28 * 750);
  for (const int ranks : {2, 3}) {
    const std::string out = folder_ / ("ranks" + std::to_string(ranks));
    const auto run = run_patina_on(ranks, "run " + input + " --output " + out);
    ASSERT_EQ(run.status, 0) << run.output;
    EXPECT_EQ(state_of_run(out), truth);
    EXPECT_EQ(read_text_file(out + "/thermo.csv"), read_text_file(folder_ / "whole" + "/thermo.csv"));
  }
  const std::string out = folder_ / "threads";
  const int status = run_shell("OMP_NUM_THREADS=2 OMP_WAIT_POLICY=passive " PATINA_PROGRAM " run " + input + " --output " + out).status;
  EXPECT_EQ(status, 0);
  EXPECT_EQ(state_of_run(out), truth);
  EXPECT_EQ(read_text_file(out + "/thermo.csv"), read_text_file(folder_ / "whole" + "/thermo.csv"));
}

// Killed within the step, and gone on with.
TEST_F(Swap, GoesOnFromACheckpointWithinTheStep) {
  const std::string input = write("in.json", input_of(R"({"type": "swap", "temperature_K": 600, "duration_ps": 3, "interval_steps": 7, "attempts_per_atom": 5})", 150));
  ASSERT_EQ(run_patina("run " + input + " --output " + (folder_ / "whole")).status, 0);
  const std::string out = folder_ / "pieces";
  const InterruptedRun pieces = interrupted_run(input, out, folder_ / "whole" + "/thermo.csv", 10, 2);
  EXPECT_GE(pieces.kills, 3);
  ASSERT_EQ(pieces.last.status, 0) << pieces.last.output;
  EXPECT_NE(pieces.last.output.find("going on from step "), std::string::npos) << pieces.last.output;
  EXPECT_EQ(state_of_run(out), state_of_run(folder_ / "whole"));
  EXPECT_EQ(read_text_file(out + "/thermo.csv"), read_text_file(folder_ / "whole" + "/thermo.csv"));
}

TEST_F(Swap, KeepsTheTemperatureAndCountsTheHeat) {
  const std::string input = write("in.json", input_of(R"({"type": "swap", "temperature_K": 700, "duration_ps": 9, "interval_steps": 10, "attempts_per_atom": 20, "pairs": ["Si-Ni", "P-Si"]})", 150));
  const std::string out = folder_ / "run";
  const auto run = run_patina("run " + input + " --output " + out);
  ASSERT_EQ(run.status, 0) << run.output;
  EXPECT_EQ(run.output.find("Ni-P"), std::string::npos);
  // Steps without exchanges have an empty column, which readers of thermo.csv must bear.
  for (const char* verb : {"check ", "analyse "}) {
    const auto read = run_patina(verb + out);
    EXPECT_EQ(read.status, 0) << read.output;
  }
  const auto python = run_python(folder_ / "heat.py", R"(
import sys, numpy as np
t = np.genfromtxt(sys.argv[1] + '/thermo.csv', delimiter=',', names=True); s = t[t['protocol_step'] == 2]; other = t[t['protocol_step'] != 2]
assert np.isnan(other['swap_acceptance']).all() and (s['swap_acceptance'][50:] > 1e-4).all() and (s['swap_acceptance'] < 0.9).all(), s['swap_acceptance']
# Canonical: sigma_T = T sqrt(2 / 3N) of one instant; the thermostat forgets in 0.1 ps, some 3 lines.
T = s['temperature_K'][50:]; sigma = 700 * np.sqrt(2 / (3 * 149)) / np.sqrt(len(T) / 10)
assert abs(T.mean() - 700) < 4 * sigma, (T.mean(), sigma)
# Thousands of exchanges changed the potential energy by some 0.1 eV each, up or down; what is conserved counts that as heat, and stays within what it does
# in the melt before, per time.
E = s['conserved_eV']; melt = t[t['protocol_step'] == 1]['conserved_eV']
exchanges = s['swap_acceptance'][-1] * 300 * 20 * 150
print(exchanges, np.ptp(E), np.ptp(melt), np.ptp(s['potential_energy_eV']))
assert exchanges > 300 and np.ptp(E) < 10 * max(np.ptp(melt), 0.01) and np.ptp(E) < 0.1 * np.ptp(s['potential_energy_eV']), (exchanges, np.ptp(E), np.ptp(melt))
)", out);
  EXPECT_EQ(python.status, 0) << python.output;
}

// Eight replicas of a glass, with exchanges and without, for as long at one temperature, at which plain dynamics are frozen in: energies of the
// minima, in units of epsilon. Both begin with the same eight samples.
TEST_F(Swap, FindsDeeperMinimaThanPlainDynamics) {
  const std::string quench = R"({"type": "quench", "from_K": 1000, "to_K": 300, "cooling_rate_K_per_s": 1e15},)";
  const std::string swap = quench + R"({"type": "swap", "temperature_K": 300, "duration_ps": 12, "interval_steps": 10, "attempts_per_atom": 10, "pairs": ["Ni-Si", "P-Si"]})";
  const std::string plain = quench + R"({"type": "anneal", "temperature_K": 300, "duration_ps": 12})";
  for (const auto& [name, step] : {std::pair{"swap", swap}, {"plain", plain}}) {
    const std::string input = write(std::string(name) + ".json", input_of(step, 150, R"("replicas": 8, )"));
    const auto run = run_patina("run " + input + " --output " + (folder_ / name));
    ASSERT_EQ(run.status, 0) << run.output;
  }
  const auto python = run_python(folder_ / "minima.py", R"(
import sys, numpy as np
def minima(folder):
    e = []
    for k in range(8):
        t = np.genfromtxt('%s/replica_%03d/thermo.csv' % (folder, k), delimiter=',', names=True)
        e.append(t['potential_energy_eV'][-1] / 150 / 8.617333262145178e-2)
    return np.array(e)
swap, plain = minima(sys.argv[1] + '/swap'), minima(sys.argv[1] + '/plain')
lower = (plain - swap).mean(); error = (plain - swap).std(ddof=1) / np.sqrt(8)
print('e_IS: exchanges %.4f, without %.4f, lower by %.4f +- %.4f' % (swap.mean(), plain.mean(), lower, error))
# The bits are the same everywhere: 0.070 +- 0.011.
assert lower > 4 * error, (lower, error)
)", folder_.path());
  EXPECT_EQ(python.status, 0) << python.output;
  ::testing::Test::RecordProperty("minima", python.output);
}

// Exchanges are random by the time step, which goes on: branches with kept velocities and no other noise are no copies of each other.
TEST_F(Swap, MakesBranchesDiffer) {
  const std::string out = folder_ / "branches";
  const auto run = run_patina("run " +
                              write("in.json", input_of(R"({"type": "branch", "from": ["melt"], "branches": 2, "velocities": "kept", "steps": [{"type": "swap", "temperature_K": 900, "duration_ps": 0.1,
                              "interval_steps": 5, "thermostat": {"type": "nose_hoover"}, "keep": true}]})", 100)) +
                              " --output " + out);
  ASSERT_EQ(run.status, 0) << run.output;
  const auto python = run_python(folder_ / "differ.py", R"(
import glob, h5py, sys
types = [h5py.File(f)['atoms/position_A'][()] for f in sorted(glob.glob(sys.argv[1] + '/samples/*_swap.h5'))]
assert len(types) == 2 and (types[0] != types[1]).any()
)", out);
  EXPECT_EQ(python.status, 0) << python.output;
}

TEST_F(Swap, RefusesWhatCannotBe) {
  const struct {
    std::string step;
    std::vector<std::string> parts;
  } cases[] = {
      {R"({"type": "swap", "temperature_K": 600, "duration_ps": 1, "pairs": ["Ni-Cu"]})", {"/protocol/2/pairs/0: \"Ni-Cu\" must be two different ones of /potential/species, Ni, P, Si"}},
      {R"({"type": "swap", "temperature_K": 600, "duration_ps": 1, "pairs": ["Ni"]})", {"/protocol/2/pairs/0: \"Ni\" must be"}},
      {R"({"type": "swap", "temperature_K": 600, "duration_ps": 1, "pairs": ["P-P"]})", {"/protocol/2/pairs/0: \"P-P\" must be"}},
      {R"({"type": "swap", "temperature_K": 600, "duration_ps": 1, "pairs": ["Ni-P", "P-Ni"]})", {"/protocol/2/pairs/1: \"P-Ni\" is pair 0 already"}},
      {R"({"type": "swap", "temperature_K": 600, "duration_ps": 0.03, "interval_steps": 11})", {"/protocol/2/interval_steps: the step ends after 10 time steps"}},
      {R"({"type": "swap", "temperature_K": 600, "duration_ps": 1, "attempts_per_atom": 0})", {"/protocol/2/attempts_per_atom: must be > 0"}},
      {R"({"type": "swap", "temperature_K": 600, "duration_ps": 1, "observers": [{"type": "dynamics"}]})", {"/protocol/2/observers/0: atoms that change places have no dynamics: no dynamics in a swap step"}},
  };
  for (const auto& one : cases) {
    const auto result = run_patina("validate " + write("bad.json", input_of(one.step, 100)));
    EXPECT_EQ(result.status, 65) << one.step << result.output;
    expect_parts(result.output, one.parts);
  }
  // What only the sample tells.
  std::string text = input_of(R"({"type": "swap", "temperature_K": 600, "duration_ps": 1})", 100);
  const std::string all = R"({"Ni": 0.666667, "P": 0.166667, "Si": 0.166666})";
  text.replace(text.find(all), all.size(), R"({"Ni": 1})");
  auto result = run_patina("run " + write("one.json", text) + " --output " + (folder_ / "one"));
  EXPECT_EQ(result.status, 65);
  expect_parts(result.output, {"/protocol/2: the sample has one species"});
  text = input_of(R"({"type": "swap", "temperature_K": 600, "duration_ps": 1, "pairs": ["Ni-Si", "Ni-P"]})", 100);
  text.replace(text.find(all), all.size(), R"({"Ni": 0.8, "P": 0.2})");
  result = run_patina("run " + write("two.json", text) + " --output " + (folder_ / "two"));
  EXPECT_EQ(result.status, 65);
  expect_parts(result.output, {"/protocol/2/pairs/0: the sample has no Si"});
}

}  // namespace
}  // namespace patina::test
