// SPDX-License-Identifier: BSD-3-Clause
// What goes on around a run: locks, signals, replicas that fail, folders of failed starts, finished runs. Truths: exit
// codes of reliability.md 5.1, the bytes of an undisturbed run, the clock.
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <functional>
#include <thread>

#include "program.hpp"
#include "scratch_folder.hpp"
#include "small_potentials.hpp"
#include "text_expectations.hpp"

namespace patina::test {
namespace {

namespace fs = std::filesystem;

const char* const input_text = R"({
  "seed": 7,
  "potential": {"files": ["CuZr_mm.eam.fs"], "species": ["Cu", "Zr"]},
  "structure": {"type": "random", "atoms": 200, "composition": {"Cu": 0.645, "Zr": 0.355}, "volume_per_atom_A3": 17.5},
  "protocol": [
    {"type": "minimise", "max_steps": 50, "max_force_eV_per_A": 0.5},
    {"type": "anneal", "temperature_K": 1500, "duration_ps": 0.6, "observers": [{"type": "trajectory", "interval_steps": 50}]}
  ],
  "output": {"thermo_interval_steps": 10, "checkpoint_interval_steps": 100}
})";

double seconds_of(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

class RunControl : public ::testing::Test {
 protected:
  void SetUp() override { write("in.json", input_text); }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }
  std::string arguments(const std::string& more = "") const {
    return "run " + (folder_ / "in.json") + " --output " + out_ + " " + more;
  }
  std::string text(const std::string& name) const { return read_text_file(out_ + "/" + name); }

  // A run that another process does not wait for; what it says goes to said.txt.
  pid_t start(const std::string& prefix, const std::string& more) const {
    const pid_t child = fork();
    if (child != 0) return child;
    const std::string command =
        "exec " + prefix + " " PATINA_PROGRAM " " + arguments(more) + " > " + (folder_ / "said.txt") + " 2>&1";
    execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
    _exit(127);
  }
  static int status_of(pid_t child) {
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  void wait_for_lines(const std::string& name, std::size_t lines) const {
    for (int k = 0; k < 2000 && count_lines(text(name)) < lines; ++k)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    ASSERT_GE(count_lines(text(name)), lines) << name << "\n" << read_text_file(folder_ / "said.txt");
  }

  ScratchFolder folder_;
  std::string out_ = folder_ / "out";
  const std::string long_run_ = "--set /protocol/1/duration_ps=1000";
};

// One replica's checkpoints are damaged; a file stands where another's folder should be.
TEST_F(RunControl, AFailingReplicaEndsTheJobAndSaysWhy) {
  const std::string replicas = "--set /replicas=2 ";
  ASSERT_EQ(run_patina_on(2, arguments(replicas)).status, 0);
  const std::string checkpoint = text("replica_000/checkpoint/manifest.json");
  for (const auto& entry : fs::directory_iterator(out_ + "/replica_001/checkpoint"))
    if (entry.path().extension() == ".h5") fs::resize_file(entry.path(), 100);
  fs::remove_all(out_ + "/replica_000");
  ProgramResult result;
  EXPECT_LT(seconds_of([&] { result = run_patina_on(2, arguments(replicas + "--resume")); }), 10.0);
  EXPECT_EQ(result.status, 65) << result.output;
  expect_parts(result.output, {"error (rank 1): replica 2 of 2", out_ + "/replica_001", "no checkpoint can be used"});
  expect_parts(text("replica_001/log.txt"), {"error: replica 2 of 2", "no checkpoint can be used"});

  fs::remove_all(out_ + "/replica_001");
  std::ofstream(out_ + "/replica_001") << "in the way";
  EXPECT_LT(seconds_of([&] { result = run_patina_on(2, arguments(replicas + "--resume")); }), 10.0);
  EXPECT_EQ(result.status, 73) << result.output;
  expect_parts(result.output, {"replica 2 of 2", "cannot be made"});

  // The whole run recovers once the cause is gone; the lock of the job that was ended is taken over.
  fs::remove(out_ + "/replica_001");
  result = run_patina_on(2, arguments(replicas + "--resume"));
  EXPECT_EQ(result.status, 0) << result.output;
  EXPECT_EQ(count_lines(text("replica_001/thermo.csv")), count_lines(text("replica_000/thermo.csv")));
}

// What one rank alone throws, while the others wait for it, ends the job with its message; what all throw is told once. Truth: the clock, exit codes.
TEST_F(RunControl, ARankThatFailsAloneEndsTheJob) {
  const std::string mpirun = std::string(clean_environment) + "timeout 30 mpirun --allow-run-as-root --oversubscribe --bind-to none --mca mpi_yield_when_idle 1 -n 3 ";
  for (const std::string rank : {"0", "1", "2"}) {
    ProgramResult result;
    EXPECT_LT(seconds_of([&] { result = run_shell(mpirun + PATINA_LONE_FAILURE " " + rank); }), 10.0);
    EXPECT_EQ(result.status, 74) << result.output;
    expect_parts(result.output, {"error (rank " + rank + "): the disk of rank " + rank});
  }
  ProgramResult result;
  EXPECT_LT(seconds_of([&] { result = run_shell(mpirun + PATINA_LONE_FAILURE " all"); }), 4.0);
  EXPECT_EQ(result.status, 74) << result.output;
  EXPECT_EQ(result.output.find("error: the disk of rank all"), result.output.rfind("error")) << result.output;
}

TEST_F(RunControl, OneWriterAtATime) {
  const pid_t first = start("", long_run_);
  wait_for_lines("thermo.csv", 3);
  for (const char* resume : {"", " --resume"}) {
    const auto second = run_patina(arguments(long_run_ + resume));
    EXPECT_EQ(second.status, 73) << second.output;
    expect_parts(second.output, {"run.lock: process " + std::to_string(first) + " on ", " since "});
  }
  kill(first, SIGKILL);
  status_of(first);
  EXPECT_TRUE(fs::exists(out_ + "/run.lock"));
  const pid_t third = start("", long_run_ + " --resume");
  wait_for_lines("log.txt", 10);
  expect_parts(text("log.txt"), {"taking over the lock of process " + std::to_string(first)});
  kill(third, SIGTERM);
  EXPECT_EQ(status_of(third), 75);
  EXPECT_FALSE(fs::exists(out_ + "/run.lock"));
}

// To the bits of the run that nobody stopped.
TEST_F(RunControl, ASignalEndsItWithACheckpoint) {
  const std::string length = "--set /protocol/1/duration_ps=3 --set /output/checkpoint_interval_steps=1000000";
  ASSERT_EQ(run_patina("run " + (folder_ / "in.json") + " --output " + (folder_ / "whole") + " " + length).status, 0);
  struct { std::string prefix; int signal; const char* name; } const cases[] = {
      {"", SIGTERM, "SIGTERM"},
      {"", SIGINT, "SIGINT"},
      {std::string(clean_environment) + "mpirun --allow-run-as-root --oversubscribe --bind-to none "
       "--mca mpi_yield_when_idle 1 -n 2", SIGUSR2, "SIGUSR2"}};
  for (const auto& c : cases) {
    fs::remove_all(out_);
    const pid_t child = start(c.prefix, length);
    wait_for_lines("thermo.csv", 10);
    kill(child, c.signal);
    EXPECT_EQ(status_of(child), 75) << c.name;
    expect_parts(read_text_file(folder_ / "said.txt"), {std::string("stopped by ") + c.name, "step01_anneal", "--resume"});
    const std::size_t lines = count_lines(text("thermo.csv"));
    EXPECT_LT(lines, count_lines(read_text_file(folder_ / "whole/thermo.csv")));
    const auto rest = run_patina(arguments(length + " --resume"));
    EXPECT_EQ(rest.status, 0) << rest.output;
    expect_parts(rest.output, {"going on from step"});
    EXPECT_EQ(text("thermo.csv"), read_text_file(folder_ / "whole/thermo.csv")) << c.name;
  }
}

// In the middle of a minimisation that relaxes the cell: what was written of the search goes on to the same state.
TEST_F(RunControl, ASignalDoesNotLoseAMinimisation) {
  const std::string search = "--set /protocol/0/max_steps=3000 --set /protocol/0/max_force_eV_per_A=1e-14 --set /protocol/0/relax_cell=isotropic "
                             "--set /output/checkpoint_interval_steps=50 ";
  ASSERT_EQ(run_patina("run " + (folder_ / "in.json") + " --output " + (folder_ / "whole") + " " + search).status, 0);
  const std::string thermo = read_text_file(folder_ / "whole/thermo.csv");
  const std::string ranks = std::string(clean_environment) +
                            "mpirun --allow-run-as-root --oversubscribe --bind-to none --mca mpi_yield_when_idle 1 -n 2";
  for (const auto& [prefix, signal] : {std::pair(std::string(), SIGTERM), {ranks, SIGUSR2}, {std::string(), SIGKILL}}) {
    fs::remove_all(out_);
    const pid_t child = start(prefix, search);
    for (int k = 0; k < 2000 && !fs::exists(out_ + "/checkpoint/checkpoint_100.h5"); ++k)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    kill(child, signal);
    EXPECT_EQ(status_of(child), signal == SIGKILL ? 128 + SIGKILL : 75);
    EXPECT_EQ(count_lines(text("thermo.csv")), 1u) << "the minimisation was over";
    if (signal != SIGKILL) expect_parts(read_text_file(folder_ / "said.txt"), {"in step00_minimise at step ", "a checkpoint is written"});
    const auto rest = run_patina(arguments(search + "--resume"));
    EXPECT_EQ(rest.status, 0) << rest.output;
    expect_parts(rest.output, {"going on from step ", "ended at max_steps = 3000 iterations"});
    EXPECT_EQ(text("thermo.csv"), thermo);
  }
}

// The last iteration falls on the interval of checkpoints: its state is kept once, and if that file is damaged, the run goes on from
// the one before without a second row.
TEST_F(RunControl, AMinimisationLeavesOneCheckpointOfItsEnd) {
  const std::string only = "--set /output/checkpoint_interval_steps=20 "
                           "--set '/protocol=[{\"type\":\"minimise\",\"max_steps\":40,\"max_force_eV_per_A\":1e-14}]' ";
  ASSERT_EQ(run_patina(arguments(only)).status, 0);
  EXPECT_TRUE(fs::exists(out_ + "/checkpoint/checkpoint_40.h5"));
  EXPECT_TRUE(fs::exists(out_ + "/checkpoint/checkpoint_20.h5"));
  EXPECT_FALSE(fs::exists(out_ + "/checkpoint/checkpoint_40_1.h5"));
  const std::string thermo = text("thermo.csv");
  std::fstream(out_ + "/checkpoint/checkpoint_40.h5", std::ios::in | std::ios::out | std::ios::binary).seekp(2000).write("damaged", 7);
  const auto rest = run_patina(arguments(only + "--resume"));
  EXPECT_EQ(rest.status, 0) << rest.output;
  EXPECT_EQ(text("thermo.csv"), thermo);
}

TEST_F(RunControl, ALongRunWarns) {
  const pid_t child = start("", "--set /protocol/1/duration_ps=1e8 --set /protocol/1/observers/0/interval_steps=1000000000");
  wait_for_lines("thermo.csv", 3);
  kill(child, SIGTERM);
  EXPECT_EQ(status_of(child), 75);
  // 5e10 steps of 200 atoms at 1e6 atom-steps/s: 1e7 s.
  expect_parts(text("log.txt"), {"warning: 50000000000 time steps of 200 atoms take about 116 days"});
}

TEST_F(RunControl, AFinishedRunIsLeftAlone) {
  ASSERT_EQ(run_patina(arguments()).status, 0);
  const std::string log = text("log.txt"), thermo = text("thermo.csv");
  // Its fingerprint, as the run printed it.
  const std::size_t at = log.find("state ");
  ASSERT_NE(at, std::string::npos) << log;
  const std::string state = log.substr(at, log.find('\n', at) - at);
  EXPECT_EQ(state.find(" after step "), std::string("state ").size() + 32) << state;
  for (const int ranks : {1, 2}) {
    const auto again = run_patina_on(ranks, arguments("--resume"));
    EXPECT_EQ(again.status, 0);
    expect_parts(again.output, {"already finished (", "nothing to do", state + "\n"});
    EXPECT_EQ(text("log.txt"), log);
    EXPECT_EQ(text("thermo.csv"), thermo);
  }
}

// A link within the folder would let the run write to, or cut, files elsewhere. The folder itself may be one.
TEST_F(RunControl, NothingIsWrittenThroughALink) {
  const std::string there = folder_ / "there", victim = folder_ / "victim.txt";
  fs::create_directory(there);
  fs::create_directory_symlink(there, out_);
  ASSERT_EQ(run_patina(arguments("--max-walltime 1 " + long_run_)).status, 75);
  EXPECT_TRUE(fs::exists(there + "/thermo.csv"));
  for (const char* name : {"thermo.csv", "log.txt", "checkpoint"}) {
    const std::string path = there + "/" + name, aside = folder_ / name;
    fs::rename(path, aside);
    for (const std::string& target : {aside, victim}) {  // what it was, elsewhere; nothing that is there
      fs::create_symlink(target, path);
      const auto result = run_patina(arguments("--resume --max-walltime 1 " + long_run_));
      EXPECT_EQ(result.status, 73) << name << ": " << result.output;
      expect_parts(result.output, {out_ + "/" + name + ": is a symbolic link"});
      EXPECT_FALSE(fs::exists(victim)) << name;
      fs::remove(path);
    }
    fs::rename(aside, path);
  }
  EXPECT_EQ(run_patina(arguments("--resume --max-walltime 1 " + long_run_)).status, 75);
}

TEST_F(RunControl, OtherFilesUnderTheSameNamesAreRefused) {
  write("x.eam.fs", text_of(small_fs()));
  write("x.xyz", "2\nLattice=\"9 0 0 0 9 0 0 0 9\" Properties=species:S:1:pos:R:3\nCu 0 0 0\nZr 3 0 0\n");
  write("in.json", R"({"potential": {"files": ["x.eam.fs"], "species": ["Cu", "Zr"]}, "structure": {"type": "file",
    "file": "x.xyz"}, "protocol": [{"type": "minimise", "max_steps": 3}]})");
  const auto first = run_patina(arguments());
  ASSERT_EQ(first.status, 0) << first.output;
  write("x.eam.fs", with_line(small_fs(), 1, "another comment"));
  auto result = run_patina(arguments("--resume"));
  EXPECT_EQ(result.status, 65);
  const auto digest_of = [&](const std::string& path) { return run_shell("sha256sum < " + path).output.substr(0, 64); };
  expect_parts(result.output, {"another file x.eam.fs", digest_of(folder_ / "x.eam.fs")});
  const std::string changed = digest_of(folder_ / "x.eam.fs");
  write("x.eam.fs", text_of(small_fs()));
  expect_parts(result.output, {digest_of(folder_ / "x.eam.fs")});
  EXPECT_EQ(run_patina(arguments("--resume")).status, 0);
  write("x.xyz", read_text_file(folder_ / "x.xyz") + "\n");
  result = run_patina(arguments("--resume"));
  EXPECT_EQ(result.status, 65);
  expect_parts(result.output, {"another file x.xyz", digest_of(folder_ / "x.xyz")});
}

// An isolated cluster has no cell that could take a pressure.
TEST_F(RunControl, APressureOnAClusterIsRefused) {
  write("x.eam.fs", text_of(small_fs()));
  write("x.xyz", "2\nLattice=\"9 0 0 0 9 0 0 0 9\" pbc=\"F F F\" Properties=species:S:1:pos:R:3\nCu 0 0 0\nZr 3 0 0\n");
  write("in.json", R"({"potential": {"files": ["x.eam.fs"], "species": ["Cu", "Zr"]}, "structure": {"type": "file",
    "file": "x.xyz", "boundary": ["free", "free", "free"]}, "protocol": [
    {"type": "anneal", "temperature_K": 10, "duration_ps": 0.01, "pressure_GPa": 1}]})");
  auto result = run_patina(arguments());
  EXPECT_EQ(result.status, 65);
  expect_parts(result.output, {"in.json:3:66: /protocol/0/pressure_GPa: no axis of the sample is periodic"});
  EXPECT_FALSE(fs::exists(out_));
  result = run_patina(arguments("--set /protocol/0/pressure_GPa=0"));
  EXPECT_EQ(result.status, 0) << result.output;
  // Without a cell that moves there is no target pressure either.
  expect_parts(text("thermo.csv"), {",10,,,,2,0\n"});
}

// Copper at more than twice its lattice constant, where no cell relaxes; then the same folder with the constant put right.
TEST_F(RunControl, AFailedStartDoesNotBlockItsFolder) {
  write("in.json", R"({"potential": {"files": ["CuZr_mm.eam.fs"], "species": ["Cu", "Zr"]}, "structure": {"type": "lattice",
    "lattice": "fcc", "lattice_constant_A": 3.61, "repeat": [3, 3, 3], "composition": {"Cu": 1}},
    "protocol": [{"type": "minimise", "relax_cell": "isotropic"}, {"type": "anneal", "temperature_K": 300, "duration_ps": 0.02}]})");
  const auto failed = run_patina(arguments("--set /structure/lattice_constant_A=8.0"));
  EXPECT_EQ(failed.status, 76) << failed.output;
  expect_parts(text("log.txt"), {"error: "});
  for (const char* options : {"", "--set /structure/lattice_constant_A=8.0", "--resume"}) {
    SCOPED_TRACE(options);
    const auto result = run_patina(arguments(options));
    EXPECT_EQ(result.status, std::string(options).find("8.0") == std::string::npos ? 0 : 73) << result.output;
    if (*options == '\0') expect_parts(result.output, {"beginning anew"});
  }
}

// Nothing holds the temperature: no target stands in the table, and the log says where the velocities come from.
TEST_F(RunControl, WithoutAThermostatThereIsNoTarget) {
  const std::string nve = "--set '/dynamics={\"thermostat\":{\"type\":\"none\"},\"barostat\":{\"type\":\"none\"}}' ";
  const auto result = run_patina(arguments(nve + "--set /protocol/1/temperature_K=600"));
  ASSERT_EQ(result.status, 0) << result.output;
  expect_parts(result.output, {"velocities drawn at 600.0 K, no thermostat"});
  EXPECT_EQ(result.output.find("600.0 K to"), std::string::npos) << result.output;
  std::istringstream table(text("thermo.csv"));
  std::string line;
  std::getline(table, line);
  while (std::getline(table, line)) expect_parts(line, {",,,,,"});  // nothing between the edges and the number of atoms
}

}  // namespace
}  // namespace patina::test
