// SPDX-License-Identifier: BSD-3-Clause
// The races of benchmarks/: a bad argument ends in one line that names option, value and what is allowed, with exit
// code 2, before any program is started; a program that fails is named, with its own message. Truth: the messages, each
// read against its argument by hand. Shell scripts stand for the programs, so that neither LAMMPS nor dynasor is needed;
// each writes a file when it is started.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "program.hpp"
#include "scratch_folder.hpp"

namespace patina::test {
namespace {

struct BadArguments {
  std::string given;
  std::string message;  // behind the name of the race
};

class Race : public testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directory(folder_ / "potentials");
    for (const char* name : {"CuZr_mm.eam.fs", "Cu_u3.eam"}) std::ofstream(folder_ / ("potentials/" + std::string(name)));
    write_program("patina", R"(echo '{"atoms": 4000, "Matom_steps_per_s": 2.0, "build": {"cpu": "c", "git": "g"}}')");
    write_program("lmp", "echo 'Loop time of 2.5 on 1 procs'");
  }

  void write_program(const std::string& name, const std::string& body) {
    std::ofstream(folder_ / name) << "#!/bin/sh\ntouch " << folder_ / "started" << "\n" << body << "\n";
    std::filesystem::permissions(folder_ / name, std::filesystem::perms::owner_all);
  }

  bool started() const { return std::filesystem::exists(folder_ / "started"); }

  ProgramResult run(const std::string& race, const std::string& arguments) const {
    return run_shell("cd " + folder_.path() + " && /usr/bin/python3 " PATINA_SOURCE_DIR "/benchmarks/" + race + " " + arguments);
  }

  ProgramResult run_lammps_race(const std::string& arguments) const {
    return run("race-lammps", "--patina ./patina --lammps ./lmp --potentials potentials --cases liquid-4k " + arguments);
  }

  void expect_refused(const std::string& race, const BadArguments& bad, const ProgramResult& result) const {
    EXPECT_EQ(result.status, 2) << bad.given << "\n" << result.output;
    EXPECT_EQ(result.output.rfind(race + ": " + bad.message, 0), 0u) << bad.given << "\n" << result.output;
    EXPECT_EQ(std::count(result.output.begin(), result.output.end(), '\n'), 1) << bad.given << "\n" << result.output;
    EXPECT_FALSE(started()) << bad.given;
  }

  ScratchFolder folder_;
};

TEST_F(Race, RefusesBadArguments) {
  const std::vector<BadArguments> bad = {
      {"--cores abc", "--cores: 'abc' is no core; wanted are numbers and spans of them, as 2,3 or 0-7"},
      {"--cores ''", "--cores: '' is no core"},
      {"--cores 0-1-2", "--cores: '0-1-2' is no core"},
      {"--cores 1-0", "--cores: '1-0' ends before it begins"},
      {"--cores $(/usr/bin/python3 -c 'import os; c = min(os.sched_getaffinity(0)); print(c, c, sep=\",\")') --ranks 2", "--cores: core "},
      {"--cores 100000", "--cores: there is no core 100000 here, only "},
      {"--cores 100000-999999999", "--cores: there is no core 100000 here, only "},
      {"--ranks 100000", "--cores: 100000 rank(s) of 1 thread(s) need 100000 cores; there are "},
      {"--ranks 0", "--ranks: '0' is no whole number from 1 to 1000000000"},
      {"--threads 1.5", "--threads: '1.5' is no whole number from 1 to 1000000000"},
      {"--repeats -1", "--repeats: '-1' is no whole number from 1 to 1000000000"},
      {"--atom-steps nan", "--atom-steps: 'nan' is no number above 0 and up to 1e+12"},
      {"--atom-steps inf", "--atom-steps: 'inf' is no number above 0 and up to 1e+12"},
      {"--atom-steps 0", "--atom-steps: '0' is no number above 0 and up to 1e+12"},
      {"--atom-steps -5", "--atom-steps: '-5' is no number above 0 and up to 1e+12"},
      {"--atom-steps many", "--atom-steps: 'many' is no number above 0 and up to 1e+12"},
      {"--cases ice", "--cases: 'ice' is unknown; there are: liquid-32k, glass-32k, liquid-256k, glass-256k, liquid-4k, cu-32k"},
      {"--cases liquid-4k,", "--cases: '' is unknown; there are: "},
      {"--variants gpu", "--variants: 'gpu' is unknown; there are: plain, opt, omp, intel, intel-mixed"},
      {"--variants opt,opt", "--variants: 'opt' stands there twice"},
      {"--variants opt --threads 2", "--variants: LAMMPS 'opt' has no threads: race it on as many ranks instead"},
      {"--precisions half", "--precisions: 'half' is unknown; there are: double, mixed"},
      {"--tables rough", "--tables: 'rough' is unknown; there are: file, smooth"},
      {"--potentials nowhere", "--potentials: '" + (folder_ / "nowhere/CuZr_mm.eam.fs") + "': No such file or directory"},
      {"--json nowhere/rates.json", "--json: 'nowhere/rates.json' cannot be written: No such file or directory"},
      {"--json patina/rates.json", "--json: 'patina/rates.json' cannot be written: Not a directory"},
      {"--json potentials", "--json: 'potentials' cannot be written: Is a directory"},
      {"--json /proc/rates.json", "--json: '/proc/rates.json' cannot be written: "},
      {"--figure nowhere/rates.png", "--figure: 'nowhere/rates.png' cannot be written: No such file or directory"},
      {"--figure rates.txt", "--figure: 'rates.txt' must end in .png or .pdf or .svg"},
      {"--patina nowhere", "--patina: there is no program 'nowhere'"},
      {"--lammps potentials", "--lammps: there is no program 'potentials'"},
      {"--case liquid-4k", "unrecognized arguments: --case liquid-4k"},
  };
  for (const auto& each : bad) expect_refused("race-lammps", each, run_lammps_race(each.given));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "rates.json"));
}

TEST_F(Race, ShowsWhatAFailingProgramSays) {
  write_program("lmp", "echo 'ERROR: Unknown pair style'; exit 1");
  auto result = run_lammps_race("");
  EXPECT_EQ(result.status, 1);
  EXPECT_NE(result.output.find("race-lammps: a program ended with 1: taskset -c "), std::string::npos) << result.output;
  EXPECT_NE(result.output.find("\nERROR: Unknown pair style\n"), std::string::npos) << result.output;

  write_program("lmp", "echo nothing");
  result = run_lammps_race("");
  EXPECT_EQ(result.status, 1);
  EXPECT_NE(result.output.find("/lmp told no loop time: 'nothing'\n"), std::string::npos) << result.output;

  write_program("patina", "echo 'patina: no such case' >&2; exit 64");
  result = run_lammps_race("");
  EXPECT_EQ(result.status, 1);
  EXPECT_NE(result.output.find("race-lammps: a program ended with 64: "), std::string::npos) << result.output;
  EXPECT_NE(result.output.find("\npatina: no such case\n"), std::string::npos) << result.output;

  write_program("patina", "echo fast");
  result = run_lammps_race("");
  EXPECT_EQ(result.status, 1);
  EXPECT_NE(result.output.find("bench --json printed no atoms, build: 'fast'\n"), std::string::npos) << result.output;
  EXPECT_EQ(result.output.find("Traceback"), std::string::npos) << result.output;
}

// 2.5 s for 66 steps of 4000 atoms are 0.1056 Matom-steps/s, of which 2.0 is 18.94 times as much.
TEST_F(Race, RunsToItsEnd) {
  const auto result = run_lammps_race("--repeats 1 --atom-steps 8e5 --json rates.json");
  EXPECT_EQ(result.status, 0) << result.output;
  EXPECT_NE(result.output.find("median 0.106 (0.106-0.106) Matom-steps/s   patina double is 18.94 x as fast"), std::string::npos)
      << result.output;
  EXPECT_NE(read_text_file(folder_ / "rates.json").find("\"patina double\": [\n"), std::string::npos);
}

TEST_F(Race, WithDynasorRefusesBadArguments) {
  const std::vector<BadArguments> bad = {
      {"--core abc", "--core: 'abc' is no core"},
      {"--core 100000", "--core: there is no core 100000 here, only "},
      {"--frames 3", "--frames: '3' is no whole number from 4 to 1000000000"},
      {"--atoms 0", "--atoms: '0' is no whole number from 1 to 100000000"},
      {"--q nan", "--q: 'nan' is no number above 0 and up to 1e+06"},
      {"--mesh-tolerance 0", "--mesh-tolerance: '0' is no number above 0 and up to 1e+06"},
      {"--trajectory nowhere", "--trajectory: 'nowhere': No such file or directory"},
      {"--patina nowhere", "--patina: there is no program 'nowhere'"},
      {"--python nowhere", "--python: there is no program 'nowhere'"},
      {"--python /bin/false", "--python: /bin/false has no dynasor"},
  };
  for (const auto& each : bad) expect_refused("race-dynasor", each, run("race-dynasor", "--patina ./patina " + each.given));

  write_program("patina", "echo 'patina: no such verb' >&2; exit 64");
  const auto result = run("race-dynasor", "--patina ./patina --python /bin/true");
  EXPECT_EQ(result.status, 1);
  EXPECT_NE(result.output.find("race-dynasor: a program ended with 64: taskset -c "), std::string::npos) << result.output;
  EXPECT_NE(result.output.find("\npatina: no such verb\n"), std::string::npos) << result.output;
}

}  // namespace
}  // namespace patina::test
