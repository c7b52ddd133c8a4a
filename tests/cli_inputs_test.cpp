// SPDX-License-Identifier: BSD-3-Clause
// Inputs before any work: patina init, validate, schema. Truths: python3-jsonschema, Python's strict JSON, the shipped inputs.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "program.hpp"
#include "python.hpp"
#include "scratch_folder.hpp"
#include "text_expectations.hpp"

namespace patina::test {
namespace {

namespace fs = std::filesystem;

class Inputs : public ::testing::Test {
 protected:
  // swap.json tells how its potential is made.
  void SetUp() override {
    ASSERT_EQ(run_patina("potential ka2 -o " + (potentials_ / "KA2.eam.alloy")).status, 0);
    setenv("PATINA_POTENTIALS", potentials_.path().c_str(), 1);
  }
  void TearDown() override { unsetenv("PATINA_POTENTIALS"); }
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
    return folder_ / name;
  }
  ScratchFolder folder_, potentials_;
};

// Every value of every shipped input replaced by eight others, and left out: what the reader takes, the schema takes; what the reader
// refuses because of one value, one key that is missing or one that is unknown, the schema refuses too. (Rules across keys are the
// reader's alone.)
TEST_F(Inputs, SchemaAndReaderAgree) {
  const auto python = run_python(folder_ / "agree.py", R"(
import copy, glob, json, os, re, subprocess, sys
import jsonschema
program, inputs, scratch = sys.argv[1:4]
schemas = {}
for verb in ('run', 'scatter', 'synth', 'plan', 'correlate'):
    schema = json.loads(subprocess.run([program, 'schema', verb], check=True, capture_output=True, text=True).stdout)
    jsonschema.Draft7Validator.check_schema(schema)
    schemas[verb] = jsonschema.Draft7Validator(schema)

def verdicts(verb, documents):
    names = []
    for k, document in enumerate(documents):
        names.append('%s/%s%d.json' % (scratch, verb, k))
        with open(names[-1], 'w') as f: json.dump(document, f, indent=1)
    said = subprocess.run([program, 'validate', '--for', verb] + names, capture_output=True, text=True)
    return [name + ': nothing is wrong' in said.stdout for name in names], [name for name in names], said.stderr

def places(value, at=()):
    yield at
    if isinstance(value, dict):
        for key in value: yield from places(value[key], at + (key,))
    if isinstance(value, list):
        for k in range(min(len(value), 3)): yield from places(value[k], at + (k,))

def replaced(document, at, value):
    result = copy.deepcopy(document)
    parent = result
    for key in at[:-1]: parent = parent[key]
    if value is ...: del parent[at[-1]]
    else: parent[at[-1]] = value
    return result

taken = refused = 0
for path in sorted(glob.glob(inputs + '/*.json')):
    document = json.load(open(path))
    verb = 'correlate' if 'two_time' in document else 'plan' if 'beamline' in document else 'run' if 'protocol' in document else 'scatter' if 'observers' in document else 'synth'
    assert not list(schemas[verb].iter_errors(document)), path
    documents = [document]
    for at in places(document):
        if at: documents += [replaced(document, at, v) for v in ('text', -1, 0.5, None, {}, [], True, 1e30, ...)]
        if at == () or (at and isinstance(at[-1], str)): documents.append(replaced(document, at[:-1] + ('unknown_key',), 1))
    good, names, said = verdicts(verb, documents)
    assert good[0], said
    said_of = {}
    for line in said.splitlines():
        m = re.match(r'(?:error: )?(/\S+?\.json):\d+:\d+: (.*)', line)
        if m: said_of.setdefault(m.group(1), []).append(m.group(2))
    for document, ok, name in zip(documents, good, names):
        valid = not list(schemas[verb].iter_errors(document))
        taken += ok; refused += not ok
        if ok: assert valid, (name, json.dumps(document), [e.message for e in schemas[verb].iter_errors(document)])
        single = any(', found ' in s or 'missing key' in s or 'unknown key' in s for s in said_of.get(name, []))
        if single: assert not valid, (name, said_of[name], json.dumps(document))
print(taken, refused)
assert taken > 300 and refused > 1500, (taken, refused)
)",
                                 std::string(PATINA_PROGRAM) + " " PATINA_SOURCE_DIR "/inputs " + folder_.path());
  EXPECT_EQ(python.status, 0) << python.output.substr(0, 4000);
}

TEST_F(Inputs, ValidateTellsAllErrorsAndDoesNothing) {
  const std::string input = write("in.json", R"({
  "potential": {"files": ["CuZr_mm.eam.fs"], "species": ["Cu", "Zr"]},
  "structure": {"type": "random", "atoms": -5, "composition": {"Cu": 1}, "volume_per_atom_A3": 17.5},
  "protocol": [{"type": "melt", "temperature_k": 2000, "duration_ps": 1}],
  "outputs": {}
})");
  auto result = run_patina("validate " + input);
  EXPECT_EQ(result.status, 65);
  expect_parts(result.output, {"in.json:3:44: /structure/atoms: must be", "in.json:4:33: /protocol/0: unknown key \"temperature_k\"",
                               "did you mean \"temperature_K\"?", "in.json:5:3: /: unknown key \"outputs\"", "1 of 1 input(s)"});
  result = run_patina("validate " + input + " " PATINA_SOURCE_DIR "/inputs/plan.json");
  EXPECT_EQ(result.status, 65);
  expect_parts(result.output, {"plan.json: nothing is wrong with it (an input of patina plan)", "1 of 2 input(s)"});
  EXPECT_EQ(run_patina("validate " + (folder_ / "none.json")).status, 66);
  EXPECT_EQ(run_patina("validate --for melt " + input).status, 64);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_.path()), fs::directory_iterator()), 1);
}

// Names of files are told at their place, whichever are missing.
TEST_F(Inputs, ValidateLooksForFiles) {
  const std::string input = write("in.json", R"({
  "potential": {"files": ["Nowhere.eam.fs"], "species": ["Cu"]},
  "structure": {"type": "file", "file": "nowhere.data"},
  "protocol": [{"type": "minimise"}]
})");
  const auto result = run_patina("validate " + input);
  EXPECT_EQ(result.status, 65);
  expect_parts(result.output, {"in.json:2:27: /potential/files/0: potential file 'Nowhere.eam.fs' was not found",
                               "in.json:3:33: /structure/file: there is no file"});
}

TEST_F(Inputs, StrictTakesWarningsForErrors) {
  const std::string input = write("in.json", R"({"potential": {"files": ["CuZr_mm.eam.fs"], "species": ["Cu"]},
  "structure": {"type": "lattice", "lattice": "fcc", "lattice_constant_A": 3.6, "composition": {"Cu": 1}},
  "dynamics": {"time_step_fs": 6}, "protocol": [{"type": "anneal", "temperature_K": 300, "duration_ps": 1}]})");
  const auto lenient = run_patina("validate " + input), strict = run_patina("validate --strict " + input);
  EXPECT_EQ(lenient.status, 0) << lenient.output;
  expect_parts(lenient.output, {"warning: ", "nothing is wrong"});
  EXPECT_EQ(strict.status, 65) << strict.output;
}

TEST_F(Inputs, InitWritesWhatRuns) {
  const auto list = run_patina("init");
  EXPECT_EQ(list.status, 0);
  std::size_t shipped = 0;
  for (const auto& entry : fs::directory_iterator(PATINA_SOURCE_DIR "/inputs")) {
    if (entry.path().extension() != ".json") continue;
    ++shipped;
    const std::string name = entry.path().stem().string();
    expect_parts(list.output, {"  " + name + " "});
    const std::string path = folder_ / (name + ".json");
    const auto written = run_patina("init " + name + " --output " + path);
    ASSERT_EQ(written.status, 0) << written.output;
    const auto valid = run_patina("validate " + path);
    EXPECT_EQ(valid.status, 0) << valid.output;
    // Strict JSON, whose one new key tells how it is used.
    const auto python = run_python(folder_ / "same.py", R"(
import json, sys
mine, theirs = (json.load(open(p)) for p in sys.argv[1:3])
assert 'patina ' in mine.pop('_comment') and mine == theirs, mine
)",
                                   path + " " + entry.path().string());
    EXPECT_EQ(python.status, 0) << python.output;
    const std::string before = read_text_file(path);
    const auto again = run_patina("init " + name + " --output " + path);
    EXPECT_EQ(again.status, 73) << again.output;
    EXPECT_EQ(read_text_file(path), before);
  }
  EXPECT_GE(shipped, 8u);
  const auto mistyped = run_patina("init quikstart");
  EXPECT_EQ(mistyped.status, 64);
  expect_parts(mistyped.output, {"did you mean 'quickstart'?"});
}

}  // namespace
}  // namespace patina::test
