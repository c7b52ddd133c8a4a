// SPDX-License-Identifier: BSD-3-Clause
// Runs that begin with samples of other runs. Truths: the plain continuation, whose bits they must have; what `patina evaluate` says of the sample;
// the parents' own manifests.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "program.hpp"
#include "python.hpp"
#include "scratch_folder.hpp"
#include "text_expectations.hpp"

namespace patina::test {
namespace {

namespace fs = std::filesystem;

const std::string potential = R"("potential": {"files": ["CuZr_mm.eam.fs"], "species": ["Cu", "Zr"]}, "output": {"thermo_interval_steps": 10, "checkpoint_interval_steps": 200},)";
const std::string built = R"("structure": {"type": "random", "atoms": 150, "composition": {"Cu": 0.6, "Zr": 0.4}, "volume_per_atom_A3": 17.5},)";
const std::string preparation = R"({"type": "minimise", "max_steps": 50, "max_force_eV_per_A": 0.5},
    {"type": "melt", "temperature_K": 1500, "duration_ps": 0.4, "thermostat": {"type": "langevin"}},
    {"type": "anneal", "temperature_K": 1300, "duration_ps": 0.4, "label": "liquid", "keep": true})";
const std::string continuation = R"({"type": "quench", "from_K": 1300, "to_K": 900, "cooling_rate_K_per_s": 1e15, "barostat": {"coupling": "per_axis"}},
    {"type": "anneal", "temperature_K": 900, "duration_ps": 0.4, "thermostat": {"type": "none"}, "barostat": {"type": "none"}})";

class Samples : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    shared_ = new ScratchFolder;
    write("parent.json", "{\"seed\": 3," + potential + built + "\"protocol\": [" + preparation + "," + continuation + "]}");
    const auto run = run_patina("run " + (*shared_ / "parent.json") + " --output " + (*shared_ / "parent"));
    ASSERT_EQ(run.status, 0) << run.output;
  }
  static void TearDownTestSuite() { delete shared_; }
  static std::string write(const std::string& name, const std::string& text) {
    std::ofstream(*shared_ / name, std::ios::binary) << text;
    return *shared_ / name;
  }
  // The input of a run that begins with a sample.
  static std::string child(const std::string& name, const std::string& structure, const std::string& protocol, const std::string& more = "") {
    return write(name, "{\"seed\": 4, " + more + potential + "\"structure\": {\"type\": \"sample\", " + structure + "}, \"protocol\": [" + protocol + "]}");
  }
  static void expect_refused(const std::string& input, int status, const std::vector<std::string>& parts) {
    const std::string out = *shared_ / "refused";
    const auto refused = run_patina("run " + input + " --output " + out);
    EXPECT_EQ(refused.status, status) << refused.output;
    expect_parts(refused.output, parts);
    EXPECT_FALSE(fs::exists(out)) << refused.output;
  }
  static inline ScratchFolder* shared_ = nullptr;
};

constexpr const char* read_states = R"(
import json, sys, os, h5py, numpy as np
def samples(run):
    return {c['file'][0][:-3]: c['state'] for c in json.load(open(run + '/samples/manifest.json'))['checkpoints']}
def thermo(run):
    return np.genfromtxt(run + '/thermo.csv', delimiter=',', names=True)
)";

// Nose-Hoover, the barostat and no thermostat draw no numbers: what follows a sample is a function of its bits alone.
TEST_F(Samples, ContinueWithTheBitsOfThePlainContinuation) {
  const std::string input = child("child.json", R"("run": "parent", "step": "liquid")", continuation);
  const std::string of_threads = *shared_ / "threads2";
  for (const int ranks : {1, 2, 3}) {
    const std::string out = *shared_ / ("ranks" + std::to_string(ranks));
    const auto run = ranks == 1 ? run_patina("run " + input + " --output " + out) : run_patina_on(ranks, "run " + input + " --output " + out);
    ASSERT_EQ(run.status, 0) << run.output;
    expect_parts(run.output, {"step02_liquid of parent, with its velocities, state "});
  }
  ASSERT_EQ(run_shell("OMP_NUM_THREADS=2 " PATINA_PROGRAM " run " + input + " --output " + of_threads).status, 0);
  const auto python = run_python(*shared_ / "bits.py", std::string(read_states) + R"(
folder = sys.argv[1]
parent, rows = samples(folder + '/parent'), thermo(folder + '/parent')
assert sorted(parent) == ['step02_liquid', 'step04_anneal'], parent
rows = rows[rows['protocol_step'] >= 3]
for name in ('ranks1', 'ranks2', 'ranks3', 'threads2'):
    mine, table = samples(folder + '/' + name), thermo(folder + '/' + name)
    assert mine == {'step01_anneal': parent['step04_anneal']}, (mine, parent)
    # time and step begin anew, and a row is written where a run begins
    assert table['step'][0] == 0 and table['time_ps'][0] == 0
    table = table[1:]
    assert len(table) == len(rows)
    for column in ('temperature_K', 'potential_energy_eV', 'kinetic_energy_eV', 'pressure_GPa', 'volume_A3', 'pressure_xy_GPa'):
        assert (table[column] == rows[column]).all(), column
    assert np.allclose(table['time_ps'], rows['time_ps'] - 0.8, atol=1e-9)
)", shared_->path());
  EXPECT_EQ(python.status, 0) << python.output;
}

TEST_F(Samples, AreWhatEvaluateAndInfoSee) {
  const std::string sample = *shared_ / "parent/samples/step04_anneal.h5";
  const auto evaluated = run_patina("evaluate " + sample + " --potential CuZr_mm.eam.fs --output " + (*shared_ / "evaluated.json"));
  ASSERT_EQ(evaluated.status, 0) << evaluated.output;
  const auto python = run_python(*shared_ / "energy.py", std::string(read_states) + R"(
folder = sys.argv[1]
rows = thermo(folder + '/parent')
told = json.load(open(folder + '/evaluated.json'))
energy = told.get('potential_energy_eV', told.get('energy_eV'))
assert abs(energy - rows['potential_energy_eV'][-1]) < 1e-9 * abs(energy), (told, rows[-1])
f = h5py.File(folder + '/parent/samples/step04_anneal.h5')
m = f['species/mass_amu'][()][f['atoms/type'][()]]
kinetic = 0.5 * (m[:, None] * f['atoms/velocity_A_per_ps'][()]**2).sum() * 1.0364269656e-4
assert abs(kinetic / rows['kinetic_energy_eV'][-1] - 1) < 1e-6, kinetic
assert f['/'].attrs['step'] == rows['step'][-1] and f['sample'].attrs['ends_run'] == 1 and 'history' not in f
)", shared_->path());
  EXPECT_EQ(python.status, 0) << python.output;
  const auto info = run_patina("info " + sample);
  expect_parts(info.output, {"kept sample", "step04_anneal", "history"});
  expect_parts(run_patina("info " + (*shared_ / "parent")).output, {"step02_liquid: ", "step04_anneal: "});
  const auto check = run_patina("check " + (*shared_ / "parent"));
  EXPECT_EQ(check.status, 0) << check.output;
  expect_parts(check.output, {"step02_liquid.h5: digest in the manifest"});
  const auto converted = run_patina("convert " + sample + " " + (*shared_ / "sample.xyz"));
  EXPECT_EQ(converted.status, 0) << converted.output;
}

// Two generations: the youngest sample knows both, oldest first, with their inputs; results and resolved.json know the parent.
TEST_F(Samples, RememberWhereTheyComeFrom) {
  const std::string watched = R"({"type": "measure", "duration_ps": 0.2, "label": "seen", "observers": [{"type": "structure_factor", "interval_steps": 50}]})";
  const auto second = run_patina("run " + child("second.json", R"("run": "parent", "step": "2")", watched) + " --output " + (*shared_ / "second"));
  ASSERT_EQ(second.status, 0) << second.output;
  const auto third = run_patina("run " + child("third.json", R"("run": "second", "velocities": "new")", R"({"type": "anneal", "temperature_K": 800, "duration_ps": 0.1})") +
                                " --output " + (*shared_ / "third"));
  ASSERT_EQ(third.status, 0) << third.output;
  const auto python = run_python(*shared_ / "history.py", std::string(read_states) + R"(
folder = sys.argv[1]
parent, second = samples(folder + '/parent'), samples(folder + '/second')
text = lambda v: [x.decode() if isinstance(x, bytes) else x for x in v[()]]
f = h5py.File(folder + '/third/samples/step00_anneal.h5')
assert text(f['history/run']) == ['parent', 'second'] and text(f['history/step']) == ['step02_liquid', 'step00_seen']
assert text(f['history/state']) == [parent['step02_liquid'], second['step00_seen']]
assert text(f['history/resolved_input']) == [open(folder + '/' + r + '/resolved.json').read() for r in ('parent', 'second')]
assert (f['history/seed'][()] == [3, 4]).all() and abs(f['history/time_ps'][()] - [0.8, 0.2]).max() < 1e-9
resolved = json.load(open(folder + '/third/resolved.json'))['structure']
assert resolved['states'] == [second['step00_seen']] and resolved['step'] == 'step00_seen' and resolved['run'] == 'second', resolved
config = json.loads(h5py.File(folder + '/second/xpcs.h5').attrs['resolved_config'])
assert config['structure']['states'] == [parent['step02_liquid']]
assert 'second/samples/step00_seen.h5' in open(folder + '/third/inputs.sha256').read()
# velocities of its own, at its own temperature
rows = thermo(folder + '/third')
assert abs(rows['temperature_K'][0] - 800) < 1e-6 and abs(rows['potential_energy_eV'][0] - thermo(folder + '/second')['potential_energy_eV'][-1]) < 1e-9
)", shared_->path());
  EXPECT_EQ(python.status, 0) << python.output;
  // What resolved.json says is the same run, and only of the same sample.
  fs::copy(*shared_ / "third/resolved.json", *shared_ / "third_again.json");
  const auto again = run_patina("run " + (*shared_ / "third_again.json") + " --output " + (*shared_ / "third_again"));
  EXPECT_EQ(again.status, 0) << again.output;
  EXPECT_EQ(read_text_file(*shared_ / "third_again/thermo.csv"), read_text_file(*shared_ / "third/thermo.csv"));
  expect_parts(run_patina("report " + (*shared_ / "second")).output, {"report.html"});
  expect_parts(read_text_file(*shared_ / "second/report.html"), {"step02_liquid"});
}

TEST_F(Samples, AreRefusedWhereTheyDoNotFit) {
  const std::string hold = R"({"type": "anneal", "temperature_K": 900, "duration_ps": 0.1})";
  expect_refused(child("a.json", R"("run": "nowhere")", hold), 65, {"a.json", "/structure/run: there is no folder"});
  expect_refused(child("b.json", R"("run": "parent", "step": "quench")", hold), 65, {"/structure/step: ", "no sample of a step \"quench\"", "step02_liquid, step04_anneal"});
  expect_refused(child("c.json", R"("run": "parent", "step": "7")", hold), 65, {"no sample of a step \"7\""});
  expect_refused(child("d.json", R"("run": "parent", "replica": 0)", hold), 65, {"/structure/replica: ", "a single sample, no replicas"});
  expect_refused(child("e.json", R"("run": "parent")", hold, "\"replicas\": 2, "), 65, {"/structure/velocities: all 2 replicas begin with one sample"});
  expect_refused(child("f.json", R"("run": "parent", "states": ["00000000000000000000000000000000"])", hold), 65, {"/structure/states/0: ", "another sample stands there now"});
  fs::create_directory(*shared_ / "empty");
  expect_refused(child("g.json", R"("run": "empty")", hold), 65, {"no sample is kept there"});
  expect_refused(write("h.json", R"({"potential": {"files": ["Cu-Zr_4.eam.fs"], "species": ["Cu", "Zr"]}, "structure": {"type": "sample", "run": "parent"}, "protocol": [)" + hold + "]}"), 65,
                 {"/structure/run: ", "made with another potential", "\"other_potential\": true"});
  expect_refused(write("i.json", R"({"potential": {"files": ["CuZr_mm.eam.fs"], "species": ["Cu"]}, "structure": {"type": "sample", "run": "parent", "other_potential": true}, "protocol": [)" +
                                     hold + "]}"),
                 65, {".h5: the structure contains Zr"});
  const auto other = run_patina("run " + write("j.json", R"({"potential": {"files": ["Cu-Zr_4.eam.fs"], "species": ["Zr", "Cu"]}, "structure": {"type": "sample", "run": "parent", "other_potential": true},
    "protocol": [)" + hold + "]}") + " --output " + (*shared_ / "other"));
  EXPECT_EQ(other.status, 0) << other.output;
}

// A run goes on only beside the run whose sample it began with; what to do says the message.
TEST_F(Samples, AreNeededWhereTheyWereToGoOn) {
  const std::string input = child("moved.json", R"("run": "moved_parent", "step": "liquid")", continuation), out = *shared_ / "of_moved";
  const std::string parent = *shared_ / "parent", moved = *shared_ / "moved_parent";
  fs::copy(parent, moved, fs::copy_options::recursive);
  ASSERT_EQ(run_patina("run " + input + " --output " + out).status, 0);
  fs::remove_all(moved);
  const auto refused = run_patina("run " + input + " --resume --output " + out);
  EXPECT_EQ(refused.status, 65) << refused.output;
  expect_parts(refused.output, {"/structure/run: there is no folder " + moved, "the run in " + out + " began with a sample from there", "a symbolic link in its place will do"});
  fs::create_directory_symlink(parent, moved);
  const auto resumed = run_patina("run " + input + " --resume --output " + out);
  EXPECT_EQ(resumed.status, 0) << resumed.output;
  expect_parts(resumed.output, {"already finished"});
}

TEST_F(Samples, AreRefusedIfAByteIsAnother) {
  fs::copy(*shared_ / "parent", *shared_ / "damaged", fs::copy_options::recursive);
  const std::string path = *shared_ / "damaged/samples/step04_anneal.h5", input = child("damaged.json", R"("run": "damaged")", R"({"type": "minimise"})");
  std::string bytes = read_text_file(path);
  bytes[bytes.size() / 2] ^= 1;
  std::ofstream(path, std::ios::binary) << bytes;
  expect_refused(input, 65, {"step04_anneal.h5", "SHA-256"});
  const auto check = run_patina("check " + (*shared_ / "damaged"));
  EXPECT_EQ(check.status, 65) << check.output;
  std::ofstream(*shared_ / "damaged/samples/manifest.json", std::ios::app) << " ";
  expect_refused(input, 65, {"manifest.json", "damaged"});
}

// The lock names a process that lives.
TEST_F(Samples, AreRefusedWhileTheirRunGoesOn) {
  const std::string input = write("long.json", "{" + potential + built + "\"protocol\": [" + preparation + R"(, {"type": "anneal", "temperature_K": 900, "duration_ps": 1e5}]})");
  const std::string out = *shared_ / "long";
  const pid_t running = fork();
  if (running == 0) {
    execl("/bin/sh", "sh", "-c", ("exec " PATINA_PROGRAM " run " + input + " --output " + out + " > /dev/null 2>&1").c_str(), nullptr);
    _exit(127);
  }
  for (int k = 0; k < 3000 && !fs::exists(out + "/samples/manifest.json"); ++k) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  const std::string begins = child("early.json", R"("run": "long", "step": "liquid")", R"({"type": "minimise", "max_steps": 5})");
  expect_refused(begins, 65, {"/structure/run: ", "writes into this folder", "wait for its end"});
  kill(running, SIGTERM);
  int status = 0;
  waitpid(running, &status, 0);
  // What it kept before it was stopped is whole; but it has no last sample.
  const auto stopped = run_patina("run " + begins + " --output " + (*shared_ / "early"));
  EXPECT_EQ(stopped.status, 0) << stopped.output;
  expect_refused(child("late.json", R"("run": "long")", R"({"type": "minimise"})"), 65, {"has not come to its end", "kept so far: step02_liquid"});
}

TEST_F(Samples, OfReplicasGoToReplicas) {
  const std::string input = write("two.json", "{\"replicas\": 2, " + potential + built + "\"protocol\": [" + preparation + "]}");
  ASSERT_EQ(run_patina("run " + input + " --output " + (*shared_ / "two")).status, 0);
  const std::string hold = R"({"type": "measure", "duration_ps": 0.1})";
  for (const int ranks : {1, 3}) {
    const std::string out = *shared_ / ("children" + std::to_string(ranks));
    const auto run = run_patina_on(ranks, "run " + child("children.json", R"("run": "two")", hold, "\"replicas\": 2, ") + " --output " + out);
    ASSERT_EQ(run.status, 0) << run.output;
  }
  const auto one = run_patina("run " + child("one.json", R"("run": "two", "replica": 1, "velocities": "new")", R"({"type": "measure", "duration_ps": 0.1, "temperature_K": 900})", "\"replicas\": 2, ") +
                              " --output " + (*shared_ / "of_one"));
  ASSERT_EQ(one.status, 0) << one.output;
  const auto inside = run_patina("run " + child("inside.json", R"("run": "two/replica_001")", hold) + " --output " + (*shared_ / "inside"));
  ASSERT_EQ(inside.status, 0) << inside.output;
  const auto python = run_python(*shared_ / "replicas.py", std::string(read_states) + R"(
folder = sys.argv[1]
parents = [samples(folder + '/two/replica_%03d' % k)['step02_liquid'] for k in (0, 1)]
assert parents[0] != parents[1]
ends = []
for run in ('children1', 'children3'):
    assert json.load(open(folder + '/' + run + '/resolved.json'))['structure']['states'] == parents
    ends.append([samples(folder + '/%s/replica_%03d' % (run, k))['step00_measure'] for k in (0, 1)])
assert ends[0] == ends[1] and ends[0][0] != ends[0][1]
first = lambda run: thermo(folder + '/' + run)['potential_energy_eV'][0]
assert json.load(open(folder + '/of_one/resolved.json'))['structure']['states'] == [parents[1]] * 2
assert first('of_one/replica_000') == first('of_one/replica_001') == first('children1/replica_001') != first('children1/replica_000')
assert samples(folder + '/inside')['step00_measure'] == ends[0][1]
)", shared_->path());
  EXPECT_EQ(python.status, 0) << python.output;
  expect_refused(child("three.json", R"("run": "two")", hold, "\"replicas\": 3, "), 65, {"has 2 replicas, this run 3"});
  expect_refused(child("far.json", R"("run": "two", "replica": 2)", hold), 65, {"/structure/replica: ", "has replicas 0 to 1"});
}

// Killed and gone on with, the samples are those of a run that was not.
TEST_F(Samples, OutliveTheDeathOfTheirRun) {
  const std::string input = *shared_ / "parent.json", out = *shared_ / "cut";
  const auto lines = [](const std::string& text) { return std::count(text.begin(), text.end(), '\n'); };
  const auto all = lines(read_text_file(*shared_ / "parent/thermo.csv"));
  for (int part = 1; part < 5; ++part) {
    const pid_t child = fork();
    if (child == 0) {
      execl("/bin/sh", "sh", "-c", ("exec " PATINA_PROGRAM " run " + input + " --resume --output " + out + " > /dev/null 2>&1").c_str(), nullptr);
      _exit(127);
    }
    for (int k = 0; k < 3000 && lines(read_text_file(out + "/thermo.csv")) < part * all / 5; ++k) std::this_thread::sleep_for(std::chrono::milliseconds(2));
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
  }
  ASSERT_EQ(run_patina("run " + input + " --resume --output " + out).status, 0);
  const auto python = run_python(*shared_ / "cut.py", std::string(read_states) + "assert samples(sys.argv[1] + '/cut') == samples(sys.argv[1] + '/parent')\n", shared_->path());
  EXPECT_EQ(python.status, 0) << python.output;
  EXPECT_EQ(run_patina("check " + out).status, 0);
}

}  // namespace
}  // namespace patina::test
