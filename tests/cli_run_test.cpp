// SPDX-License-Identifier: BSD-3-Clause
// The program as a user runs it. Truths: an uninterrupted run (for the resumed one, to the bit), conservation of the
// number of atoms and of the stoichiometry, the targets of the input.
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <cmath>
#include <filesystem>
#include <map>
#include <thread>
#include <vector>

#include "core/hdf5.hpp"
#include "core/rng.hpp"
#include "program.hpp"
#include "scratch_folder.hpp"

namespace patina {
namespace {

namespace fs = std::filesystem;
using test::run_patina;
using test::run_patina_on;

const char* const small_input = R"({
  "seed": 7,
  "potential": {"files": ["CuZr_mm.eam.fs"], "species": ["Cu", "Zr"]},
  "structure": {"type": "random", "atoms": 200, "composition": {"Cu": 0.645, "Zr": 0.355},
                "volume_per_atom_A3": 17.5},
  "protocol": [
    {"type": "minimise", "max_steps": 50, "max_force_eV_per_A": 0.5},
    {"type": "melt", "temperature_K": 2000, "duration_ps": 0.4},
    {"type": "quench", "from_K": 2000, "to_K": 1000, "cooling_rate_K_per_s": 1e15,
     "thermostat": {"type": "velocity_rescaling"}, "barostat": {"type": "cell_rescaling"}},
    {"type": "anneal", "temperature_K": 1000, "duration_ps": 2,
     "thermostat": {"type": "langevin"}, "barostat": {"type": "none"},
     "observers": [
       {"type": "xpcs", "interval_steps": 20, "waiting_times_ps": [0, 0.5], "self_vectors": 10, "width_inv_A": 0.4},
       {"type": "dynamics", "interval_steps": 7, "q_inv_A": [2.7, 4.0], "width_inv_A": 0.4, "waiting_times_ps": [0, 0.3]},
       {"type": "structure_factor", "interval_steps": 200},
       {"type": "trajectory", "interval_steps": 100}]}
  ],
  "output": {"thermo_interval_steps": 20, "checkpoint_interval_steps": 200}
})";

std::string write_input(const test::ScratchFolder& folder, const std::string& text = small_input) {
  const std::string path = folder / "input.json";
  std::ofstream(path) << text;
  return path;
}

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> result;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) result.push_back(line);
  return result;
}

TEST(Run, ProtocolWritesAllItsFiles) {
  const test::ScratchFolder folder;
  const std::string input = write_input(folder), out = folder / "run";
  const auto result = run_patina("run " + input + " --output " + out);
  ASSERT_EQ(result.status, 0) << result.output;
  for (const char* name : {"resolved.json", "log.txt", "thermo.csv", "xpcs.h5", "trajectory", "checkpoint"})
    EXPECT_TRUE(fs::exists(out + "/" + name)) << name;
  const auto thermo = lines(test::read_text_file(out + "/thermo.csv"));
  EXPECT_EQ(thermo.front().substr(0, 112),
            "step,time_ps,temperature_K,potential_energy_eV,kinetic_energy_eV,conserved_eV,pressure_GPa,volume_A3,"
            "pressure_xx");
  // Header, minimisation, and a line every 20 of 200 + 500 + 1000 time steps of 2 fs.
  EXPECT_EQ(thermo.size(), 1u + 1u + (200 + 500 + 1000) / 20);
}

TEST(Run, TellsHowSmoothTablesDeviate) {
  const test::ScratchFolder folder;
  const std::string out = folder / "run";
  const auto result = run_patina("run " + write_input(folder) + " --set /dynamics/tables=smooth --set /protocol/3/duration_ps=0.7"
                                 " --set /protocol/2/cooling_rate_K_per_s=1e16 -o " + out);
  ASSERT_EQ(result.status, 0) << result.output;
  const std::string log = test::read_text_file(out + "/log.txt"), words = "smooth tables: a point each";
  ASSERT_NE(log.find(words), std::string::npos) << log;
  const auto stored = h5::File::open(out + "/xpcs.h5").text_attribute("/", "potential_tables");
  ASSERT_EQ(stored.size(), 1u);
  EXPECT_EQ(stored[0].substr(0, words.size()), words);
  EXPECT_NE(log.find(stored[0]), std::string::npos);
}

TEST(Run, RefusesToWriteIntoARunThatIsThere) {
  const test::ScratchFolder folder;
  const std::string input = write_input(folder), out = folder / "run";
  const std::string quick = " --set /protocol/3/duration_ps=0.7 --set /protocol/2/cooling_rate_K_per_s=1e16";
  ASSERT_EQ(run_patina("run " + input + quick + " -o " + out).status, 0);
  const std::string before = test::read_text_file(out + "/thermo.csv");
  EXPECT_EQ(run_patina("run " + input + quick + " -o " + out).status, 73);
  // Finished: going on with it does nothing and succeeds.
  EXPECT_EQ(run_patina("run " + input + quick + " --resume -o " + out).status, 0);
  EXPECT_EQ(test::read_text_file(out + "/thermo.csv"), before);
  const auto other = run_patina("run " + input + quick + " --set /seed=8 --resume -o " + out);
  EXPECT_EQ(other.status, 65);
  EXPECT_NE(other.output.find("\"seed\": 7"), std::string::npos) << other.output;
  EXPECT_EQ(test::read_text_file(out + "/thermo.csv"), before);
}

// Kills the run at many moments; going on must end in the same bits as the run that nobody killed.
TEST(Run, GoesOnToTheSameBitsAfterKill9) {
  const test::ScratchFolder folder;
  const std::string input = write_input(folder);
  ASSERT_EQ(run_patina("run " + input + " -o " + (folder / "whole")).status, 0);
  const std::string cut = folder / "cut";
  int kills = 0;
  for (int attempt = 0; attempt < 12; ++attempt) {
    const pid_t child = fork();
    if (child == 0) {
      freopen("/dev/null", "w", stdout);
      execl(PATINA_PROGRAM, "patina", "run", input.c_str(), "--output", cut.c_str(), "--resume", nullptr);
      _exit(127);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(150 + 130 * attempt));
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    if (WIFEXITED(status)) break;
    ++kills;
  }
  EXPECT_GE(kills, 2) << "the run is over too soon to be killed";
  const auto last = run_patina("run " + input + " --resume -o " + cut);
  ASSERT_EQ(last.status, 0) << last.output;
  EXPECT_EQ(test::read_text_file(cut + "/thermo.csv"), test::read_text_file(folder / "whole/thermo.csv"));
  const auto compare = test::run_shell("h5diff -v0 " + cut + "/xpcs.h5 " + (folder / "whole/xpcs.h5"));
  EXPECT_EQ(compare.status, 0) << compare.output;
}

TEST(Run, RunsOnSeveralRanksAndInReplicas) {
  const test::ScratchFolder folder;
  const std::string input = write_input(folder), out = folder / "run";
  const std::string quick = " --set /protocol/3/duration_ps=0.6 --set /protocol/2/cooling_rate_K_per_s=1e16";
  const auto result = run_patina_on(3, "run " + input + quick + " --set /replicas=2 -o " + out);
  ASSERT_EQ(result.status, 0) << result.output;
  const std::string first = test::read_text_file(out + "/replica_000/thermo.csv");
  const std::string second = test::read_text_file(out + "/replica_001/thermo.csv");
  EXPECT_EQ(lines(first).size(), lines(second).size());
  EXPECT_NE(first, second);
}

struct BadInput {
  const char* change;    // --set of the small input
  const char* expected;  // in the message
  int status;
};

// Every number that two runs left in xpcs.h5; their inputs, which stand there too, may differ.
void expect_same_results(const std::string& run, const std::string& other) {
  const auto entries = h5::File::open(run + "/xpcs.h5").children("/");
  ASSERT_EQ(entries.size(), 3u);  // XPCS, dynamics, structure factor
  EXPECT_EQ(h5::File::open(other + "/xpcs.h5").children("/"), entries);
  for (const std::string& entry : entries) {
    const auto compare = test::run_shell("h5diff -c -v1 " + run + "/xpcs.h5 " + other + "/xpcs.h5 /" + entry);
    EXPECT_EQ(compare.status, 0) << other << "\n" << compare.output;
    EXPECT_EQ(compare.output.find("Not comparable"), std::string::npos) << compare.output;
  }
}

// Through minimisation, three thermostats and a barostat, and for what was seen in situ: to the last bit.
TEST(Run, GivesTheSameBitsOnAnyRanksAndThreads) {
  const test::ScratchFolder folder;
  const std::string input = write_input(folder);
  const auto state_line = [](const std::string& log) {
    for (const std::string& line : lines(log))
      if (const auto at = line.find("state "); at != std::string::npos) return line.substr(at);
    return std::string("no state line");
  };
  ASSERT_EQ(run_patina("run " + input + " --output " + (folder / "alone")).status, 0);
  const std::string thermo = test::read_text_file(folder / "alone/thermo.csv");
  const std::string state = state_line(test::read_text_file(folder / "alone/log.txt"));
  EXPECT_EQ(state.size(), std::string("state ").size() + 32 + std::string(" after step ").size() + 4) << state;
  for (const int ranks : {2, 3, 4, 8}) {
    const std::string out = folder / ("ranks" + std::to_string(ranks));
    ASSERT_EQ(run_patina_on(ranks, "run " + input + " --output " + out).status, 0);
    EXPECT_EQ(test::read_text_file(out + "/thermo.csv"), thermo) << ranks << " ranks";
    EXPECT_EQ(state_line(test::read_text_file(out + "/log.txt")), state) << ranks << " ranks";
    expect_same_results(folder / "alone", out);
  }
  const auto threads = test::run_shell("OMP_NUM_THREADS=2 " PATINA_PROGRAM " run " + input + " --output " +
                                       (folder / "threads"));
  ASSERT_EQ(threads.status, 0) << threads.output;
  EXPECT_EQ(test::read_text_file(folder / "threads/thermo.csv"), thermo);
  EXPECT_EQ(state_line(test::read_text_file(folder / "threads/log.txt")), state);
  expect_same_results(folder / "alone", folder / "threads");
  // Whatever the C library takes for this processor, and other vector loops (an old processor has them so).
  const auto older = test::run_shell("GLIBC_TUNABLES=glibc.cpu.hwcaps=-FMA,-AVX2,-FMA4,-AVX512F PATINA_LANES=generic " PATINA_PROGRAM " run " + input +
                                     " --output " + (folder / "older"));
  ASSERT_EQ(older.status, 0) << older.output;
  EXPECT_EQ(test::read_text_file(folder / "older/thermo.csv"), thermo);
  EXPECT_EQ(state_line(test::read_text_file(folder / "older/log.txt")), state);
  // Lists made at other times leave the atoms in another order. The runs above tuned the skin, each by its own clock.
  EXPECT_NE(test::read_text_file(folder / "alone/log.txt").find("skin tuned to"), std::string::npos);
  ASSERT_EQ(run_patina("run " + input + " --set /dynamics/skin_A=1.1 --output " + (folder / "lists")).status, 0);
  EXPECT_EQ(test::read_text_file(folder / "lists/thermo.csv"), thermo);
  expect_same_results(folder / "alone", folder / "lists");
}

// A slab whose periodic edge leans along the free axis, and a layer far out: sums of places stay exact, or it is said.
TEST(Run, GivesTheSameBitsFarOutAlongAFreeAxis) {
  const test::ScratchFolder folder;
  const auto run_at = [&](double far, int ranks, const std::string& skin) {
    std::ofstream data(folder / "far.data");
    data.precision(15);
    data << "far\n\n128 atoms\n1 atom types\n\n0 20 xlo xhi\n0 14.46 ylo yhi\n0 14.46 zlo zhi\n0 5.3173 0 xy xz yz\n\nMasses\n\n1 63.546\n\nAtoms\n\n";
    for (int i = 0; i < 128; ++i) {
      const double b[4][3] = {{0, 0, 0}, {0, 0.5, 0.5}, {0.5, 0, 0.5}, {0.5, 0.5, 0}};
      const int cell = i / 4 % 16, layer = i / 64;
      const auto shaken = [&](int d) { return 0.05 * random_block(1, Stream::test, static_cast<std::uint64_t>(d), static_cast<std::uint64_t>(i)).normal(0); };
      const double z = 3.615 * (cell / 4 + b[i % 4][2]);
      data << i + 1 << " 1 " << (layer == 0 ? 2.0 : far) + 3.615 * b[i % 4][0] + 5.3173 * z / 14.46 + shaken(0) << ' '
           << 3.615 * (cell % 4 + b[i % 4][1]) + shaken(1) << ' ' << z + shaken(2) << '\n';
    }
    data.close();
    const std::string input = write_input(folder, R"({"potential": {"files": ["Cu_u3.eam"], "species": ["Cu"]},
      "structure": {"type": "file", "file": "far.data", "boundary": ["free", "periodic", "periodic"]},
      "dynamics": {"thermostat": {"type": "none"}, "barostat": {"type": "none"}},
      "protocol": [{"type": "melt", "temperature_K": 300, "duration_ps": 0.1}]})");
    fs::remove_all(folder / "far");
    const auto run = run_patina_on(ranks, "run " + input + skin + " --output " + (folder / "far"));
    const auto at = run.output.find("state ");
    return at == std::string::npos ? run.output : run.output.substr(at, 38);
  };
  const std::string state = run_at(100.0, 1, "");
  EXPECT_EQ(state.size(), 38u) << state;
  for (const auto& [ranks, skin] : {std::pair(1, " --set /dynamics/skin_A=0.2"), {3, ""}, {8, " --set /dynamics/skin_A=0.2"}})
    EXPECT_EQ(run_at(100.0, ranks, skin), state) << ranks << skin;
  EXPECT_NE(run_at(700.0, 1, "").find("out along a free axis that a periodic edge leans along; places are exact up to 128 A in this cell"), std::string::npos) << run_at(700.0, 1, "");
}

TEST(Run, BadInputEndsBeforeAnyWork) {
  const test::ScratchFolder folder;
  const std::string input = write_input(folder), out = folder / "run";
  const BadInput table[] = {
      {"/structure/atoms=3.7", "/structure/atoms", 65},
      {"/structure/atoms=-5", "/structure/atoms", 65},
      {"/structure/composition/Cu=0.7", "add up to", 65},
      {"/structure/composition={\\\"Cu\\\":0.5,\\\"Al\\\":0.5}", "Al", 65},
      {"/potential/files/0=CuZr_mn.eam.fs", "CuZr_mn.eam.fs", 66},
      {"/potential/species/1=Zn", "Zn", 65},
      {"/protocol/1/temperature_K=-1", "/protocol/1/temperature_K", 65},
      {"/protocol/1/temperature_K=true", "/protocol/1/temperature_K", 65},
      {"/protocol/1/temperatur_K=300", "temperature_K", 65},
      {"/protocol/1/type=molt", "melt", 65},
      {"/protocol/2/to_K=2500", "below", 65},
      {"/protocol/3/observers/0/waiting_times_ps/1=5", "within the step", 65},
      {"/protocol/0/observers=[{\\\"type\\\":\\\"xpcs\\\"}]", "does not move", 65},
      {"/protocol/3/observers/0/waiting_times_ps=[0,3,5,7]", "3, 5, 7 ps are not within the step", 65},
      {"/protocol/2/thermostat={\\\"type\\\":\\\"none\\\"}", "/protocol/2: without a thermostat", 65},
      {"/protocol/2/cooling_rate_K_per_s=1e-9", "/protocol/2/cooling_rate_K_per_s: 5e+26 time steps", 65},
      {"/dynamics/time_step_fs=1e-9", "/dynamics/time_step_fs: must be >= 0.01, <= 20, found 1e-9", 65},
      {"/protocol/3/pressure_GPa=2", "nothing would hold this pressure", 65},
      {"/protocol/0/pressure_GPa=2", "would not come to this pressure", 65},
      {"/structure/atoms=1", "/protocol/1: a sample of one atom", 65},
      {"/dynamics/time_step_fs=0", "time_step_fs", 65},
      {"/seed=1e40", "/seed", 65},
      {"/nothing/here=1", "/nothing", 65},
      {"/potential/files/0=Cu-Zr_5.eam.fs", "did you mean 'Cu-Zr_", 66},
      {"protocol/1/temperature_K=300", "--set /protocol/1/temperature_K=300", 65},
  };
  for (const BadInput& row : table) {
    const auto result = run_patina("run " + input + " --set \"" + row.change + "\" -o " + out);
    EXPECT_EQ(result.status, row.status) << row.change << "\n" << result.output;
    EXPECT_NE(result.output.find(row.expected), std::string::npos) << row.change << "\n" << result.output;
    EXPECT_FALSE(fs::exists(out)) << row.change;
  }
  // What is wrong in two observers is told at once, though it takes the sample's cell, of 15.2 A, to find it.
  const auto two = run_patina("run " + input + " --set /protocol/3/observers/0/q_inv_A=0.2 --set '/protocol/3/observers/1={\"type\":\"dynamics\",\"miller\":[[1,0,0],[200,0,0]]}' -o " + out);
  EXPECT_EQ(two.status, 65);
  for (const char* said : {"--set /protocol/3/observers/0/q_inv_A=0.2: /protocol/3/observers/0/q_inv_A: no wave vector of the cell has |q| within 0.2", "/protocol/3/observers/1/miller/1: (200, 0, 0) has |q| = 82.77 1/A in this cell; at most 50 1/A"})
    EXPECT_NE(two.output.find(said), std::string::npos) << two.output;
  EXPECT_EQ(run_patina("run /nowhere/input.json -o " + out).status, 66);
  EXPECT_EQ(run_patina("run " + input).status, 64);
  EXPECT_FALSE(fs::exists(out));
}

TEST(Run, TheInputPageIsUpToDate) {
  const auto result = run_patina("run --describe-input");
  ASSERT_EQ(result.status, 0);
  EXPECT_EQ(result.output, test::read_text_file(PATINA_SOURCE_DIR "/docs/input.md"))
      << "make it again: build/patina run --describe-input > docs/input.md";
}

// What a reader copies from the page first.
TEST(Run, TheInputOfThePageRuns) {
  const test::ScratchFolder folder;
  const std::string page = test::read_text_file(PATINA_SOURCE_DIR "/docs/input.md"), fence = "```json\n";
  const std::size_t begin = page.find(fence) + fence.size(), end = page.find("```", begin);
  ASSERT_LT(end, page.size());
  const std::string input = write_input(folder, page.substr(begin, end - begin));
  const auto result = run_patina("run " + input + " --output " + folder / "out");
  EXPECT_EQ(result.status, 0) << result.output;
}

// q in 1/nm where 1/A is meant, a time step in ps, an overlap as long as a bond, a jump of the temperature.
TEST(Run, DoubtsWhatIsSeldomMeant) {
  const test::ScratchFolder folder;
  const std::string input = write_input(folder, R"({
    "potential": {"files": ["CuZr_mm.eam.fs"], "species": ["Cu"]},
    "structure": {"type": "lattice", "lattice_constant_A": 3.64, "repeat": [3, 3, 3], "composition": {"Cu": 1}},
    "dynamics": {"time_step_fs": 0.02},
    "protocol": [{"type": "anneal", "temperature_K": 300, "duration_ps": 0.0002,
                  "observers": [{"type": "xpcs", "q_inv_A": 27, "width_inv_A": 1, "max_vectors": 10, "interval_steps": 5},
                                {"type": "dynamics", "overlap_A": 3, "q_inv_A": [4], "width_inv_A": 1, "interval_steps": 5}]},
                 {"type": "quench", "from_K": 400, "to_K": 300, "cooling_rate_K_per_s": 1e17}]})");
  const auto result = run_patina("run " + input + " --output " + folder / "out");
  EXPECT_EQ(result.status, 0) << result.output;
  for (const char* part : {"warning: an xpcs observer looks at q = 27 1/A", "warning: time_step_fs is 0.02 fs, far below",
                           "warning: a dynamics observer's overlap_A is 3 A",
                           "warning: step01_quench begins at 400 K, the step before it ends at 300 K"})
    EXPECT_NE(result.output.find(part), std::string::npos) << part << "\n" << result.output;
}

}  // namespace
}  // namespace patina
