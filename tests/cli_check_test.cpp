// SPDX-License-Identifier: BSD-3-Clause
// patina check and patina info. Truths: sha256sum, bytes that were changed here, h5py, what the input asked for.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "core/rng.hpp"
#include "program.hpp"
#include "python.hpp"
#include "scratch_folder.hpp"
#include "text_expectations.hpp"

namespace patina::test {
namespace {

namespace fs = std::filesystem;

const char* const input_text = R"({
  "title": "two small samples", "seed": 7, "replicas": 2,
  "potential": {"files": ["CuZr_mm.eam.fs"], "species": ["Cu", "Zr"]},
  "structure": {"type": "random", "atoms": 100, "composition": {"Cu": 0.5, "Zr": 0.5}, "volume_per_atom_A3": 17.5},
  "protocol": [
    {"type": "minimise", "max_steps": 20, "max_force_eV_per_A": 0.5},
    {"type": "anneal", "temperature_K": 1500, "duration_ps": 0.1, "observers": [
      {"type": "trajectory", "interval_steps": 10},
      {"type": "structure_factor", "interval_steps": 25, "q_max_inv_A": 3}]}
  ],
  "output": {"thermo_interval_steps": 10, "checkpoint_interval_steps": 20}
})";

// One finished run for all tests; each works on a copy.
class Folder : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    shared_ = new ScratchFolder;
    std::ofstream(*shared_ / "in.json") << input_text;
    const auto made = run_patina("run " + (*shared_ / "in.json") + " --output " + (*shared_ / "out"));
    ASSERT_EQ(made.status, 0) << made.output;
  }
  static void TearDownTestSuite() { delete shared_; }
  void SetUp() override { fs::copy(*shared_ / "out", out_, fs::copy_options::recursive); }

  std::vector<std::string> files() const {
    std::vector<std::string> all;
    for (const auto& entry : fs::recursive_directory_iterator(out_))
      if (entry.is_regular_file()) all.push_back(entry.path().string());
    std::sort(all.begin(), all.end());
    return all;
  }
  static void write(const std::string& path, const std::string& content) { std::ofstream(path, std::ios::binary) << content; }

  static ScratchFolder* shared_;
  ScratchFolder folder_;
  std::string out_ = folder_ / "out";
};
ScratchFolder* Folder::shared_ = nullptr;

TEST_F(Folder, OfAFinishedRunIsWhole) {
  const auto result = run_patina("check " + out_);
  EXPECT_EQ(result.status, 0) << result.output;
  expect_parts(result.output, {"files, each with the digest in files.sha256", "checkpoint_", "thermo.csv: "});
  EXPECT_EQ(result.output.find("BAD"), std::string::npos);
  // Another program's opinion of the same list, which names every file but itself.
  const auto coreutils = run_shell("cd " + out_ + " && sha256sum --check --strict --quiet files.sha256");
  EXPECT_EQ(coreutils.status, 0) << coreutils.output;
  const std::string list = read_text_file(out_ + "/files.sha256");
  EXPECT_EQ(static_cast<std::size_t>(std::count(list.begin(), list.end(), '\n')), files().size() - 1);
  // What is made later is told, and is no damage; a finished run that is "resumed" stays as it is.
  write(out_ + "/analysis.json", "{}");
  write(out_ + "/notes.txt", "mine");
  fs::create_directory(out_ + "/figures");
  for (const char* figure : {"/figures/a.png", "/figures/b.png"}) write(out_ + figure, "of patina report");
  const auto more = run_patina("check " + out_);
  EXPECT_EQ(more.status, 0);
  expect_parts(more.output, {"note  " + out_ + "/notes.txt: made after the run", "note  " + out_ + ": 3 file(s) of patina analyse and patina report, made after the run"});
  EXPECT_EQ(more.output.find(".png"), std::string::npos) << more.output;
  EXPECT_EQ(run_patina("run " + (*shared_ / "in.json") + " --resume --output " + out_).status, 0);
  EXPECT_EQ(read_text_file(out_ + "/files.sha256"), list);
}

// Bits flipped and blocks zeroed anywhere in any file, cut ends, missing files. (1000 flips and 100 blocks: scripts/test-long.)
TEST_F(Folder, AnyDamageIsFound) {
  std::uint64_t k = 0;
  for (const std::string& path : files()) {
    const std::string whole = read_text_file(path);
    constexpr const char* others[] = {"zeros", "cut", "gone"};
    for (const char* what : {"flip", others[k / 2 % 3]}) {
      const auto random = random_block(11, Stream::test, 0, k++);
      std::string damaged = whole;
      const std::size_t byte = random.word[0] % whole.size();
      if (what == std::string("flip")) damaged[byte] = static_cast<char>(damaged[byte] ^ (1 << (random.word[1] % 8)));
      if (what == std::string("zeros")) damaged.replace(byte, std::min<std::size_t>(512, whole.size() - byte), std::min<std::size_t>(512, whole.size() - byte), '\0');
      if (what == std::string("cut")) damaged.resize(byte);
      if (damaged == whole && what != std::string("gone")) continue;  // zeros were there
      if (what == std::string("gone") && path.ends_with("files.sha256")) continue;  // as an unfinished run has none
      write(path, damaged);
      if (what == std::string("gone")) fs::remove(path);
      const auto result = run_patina("check --quiet " + out_);
      EXPECT_EQ(result.status, 65) << what << " of " << path << " at " << byte << "\n" << result.output;
      write(path, whole);
    }
  }
  EXPECT_EQ(run_patina("check " + out_).status, 0);
}

// Without files.sha256 the folder is that of an unfinished run: digests of checkpoints still hold.
TEST_F(Folder, OfAnUnfinishedRunIsKnownByItsManifests) {
  fs::remove(out_ + "/files.sha256");
  auto result = run_patina("check " + out_);
  EXPECT_EQ(result.status, 0) << result.output;
  expect_parts(result.output, {"note  " + out_ + ": has no files.sha256", "digest in the manifest"});
  const auto damage = [&](const std::string& path, const std::string& from, const std::string& to) {
    const std::string whole = read_text_file(path);
    std::string damaged = whole;
    damaged.replace(from.empty() ? damaged.size() / 2 : damaged.find(from), from.empty() ? 1 : from.size(), to);
    write(path, damaged);
    const auto said = run_patina("check --quiet " + out_);
    EXPECT_EQ(said.status, 65) << path;
    expect_parts(said.output, {path});
    write(path, whole);
  };
  const std::string sample = out_ + "/replica_001";
  damage(sample + "/thermo.csv", "\n30,", "\n30,nan,");
  damage(sample + "/thermo.csv", "\n40,", "\n5,");
  for (const auto& entry : fs::directory_iterator(sample + "/checkpoint"))
    if (entry.path().extension() == ".h5") damage(entry.path().string(), "", "\x7f");
  damage(sample + "/checkpoint/manifest.json", "", "\x7f");
  damage(sample + "/trajectory/seg_000000.h5md", "", "\x7f");
  write(out_ + "/resolved.json", read_text_file(out_ + "/resolved.json") + "\n");
  expect_parts(run_patina("check " + out_).output, {"was written for another resolved.json"});
}

TEST_F(Folder, InfoTellsWhatItIs) {
  auto result = run_patina("info " + out_ + " --json");
  ASSERT_EQ(result.status, 0) << result.output;
  write(folder_ / "folder.json", result.output);
  std::string newest;
  for (const auto& entry : fs::directory_iterator(out_ + "/replica_000/checkpoint"))
    if (entry.path().string().ends_with("70.h5")) newest = entry.path().string();
  ASSERT_FALSE(newest.empty());
  result = run_patina("info --json " + newest);
  ASSERT_EQ(result.status, 0) << result.output;
  write(folder_ / "checkpoint.json", result.output);
  result = run_patina("info --json " + out_ + "/replica_000/trajectory/seg_000000.h5md");
  ASSERT_EQ(result.status, 0) << result.output;
  write(folder_ / "segment.json", result.output);
  const auto python = run_python(folder_ / "check.py", R"(
import glob, h5py, hashlib, json, sys
folder, newest, out = sys.argv[1:4]
f, c, s = (json.load(open(folder + '/' + name + '.json')) for name in ('folder', 'checkpoint', 'segment'))
assert f['kind'] == 'folder of results' and f['title'] == 'two small samples' and f['finished'] is True, f
assert f['protocol'] == ['minimise', 'anneal'] and f['observers'] == ['structure_factor', 'trajectory'], f
assert len(f['replica_001']['checkpoints']) == 2 and f['replica_000']['results'][0].startswith('step01_anneal'), f
assert c['sha256'] == hashlib.sha256(open(newest, 'rb').read()).hexdigest() and c['kind'] == 'checkpoint'
with h5py.File(newest, 'r') as h:
    assert c['step'] == h.attrs['step'] and c['time_ps'] == h.attrs['time_ps'] and c['atoms'] == len(h['atoms/type']) == 100
    assert c['cell_edges_A'] == h['box/edges_A'][:].tolist() and c['composition'] == {'Cu': 50, 'Zr': 50}
seg = out + '/replica_000/trajectory/seg_000000.h5md'
with h5py.File(seg, 'r') as h:
    p = h['particles/trajectory/position']
    assert s['frames'] == len(p['step']) and s['last_step'] == p['step'][-1] and s['atoms'] == p['value'].shape[1], s
)",
                                 folder_.path() + " " + newest + " " + out_);
  EXPECT_EQ(python.status, 0) << python.output;
  for (const auto& [path, parts] : std::vector<std::pair<std::string, std::vector<std::string>>>{
           {"/usr/share/lammps/potentials/CuZr_mm.eam.fs", {"kind: EAM potential", "elements: [\"Cu\", \"Zr\"]", "sha256: "}},
           {out_ + "/replica_000/thermo.csv", {"kind: table of a run", "columns: 23"}},
           {out_ + "/replica_000/xpcs.h5", {"kind: scattering results", "structure"}},
           {out_ + "/replica_000/checkpoint/manifest.json", {"kind: manifest of checkpoints", "sha256: "}},
           {out_ + "/resolved.json", {"kind: input", "protocol: [\"minimise\", \"anneal\"]"}}}) {
    const auto told = run_patina("info " + path);
    EXPECT_EQ(told.status, 0) << told.output;
    expect_parts(told.output, parts);
  }
  write(folder_ / "noise", "no format at all\n");
  EXPECT_EQ(run_patina("info " + (folder_ / "noise")).status, 65);
  EXPECT_EQ(run_patina("info " + (folder_ / "none")).status, 66);
}

// Files of HDF5 that lead elsewhere, declare what is not there, or go in circles [reliability.md 3.6].
TEST_F(Folder, HostileHdf5IsRefused) {
  const auto python = run_python(folder_ / "write.py", R"(
import h5py, numpy as np, sys
def made(name):
    f = h5py.File(sys.argv[1] + '/' + name + '.h5', 'w')
    f['good'] = np.arange(3.0)
    return f
with made('external_link') as f: f['deep/inside'] = h5py.ExternalLink('/etc/passwd', '/')
with made('soft_link') as f: f['a'] = h5py.SoftLink('/good')
with made('external_storage') as f: f.create_dataset('x', (4,), 'u1', external=[('/etc/passwd', 0, 4)])
with made('virtual') as f:
    v = h5py.VirtualLayout((3,), 'f8'); v[:] = h5py.VirtualSource('other.h5', 'good', (3,))
    f.create_virtual_dataset('x', v)
with made('huge') as f: f.create_dataset('a/x', (3000000000,), 'f8', chunks=(1000000,))
with made('filter') as f: f.create_dataset('x', data=np.arange(100), scaleoffset=0)
with made('infinite') as f: f['x'] = np.array([1, np.inf])
with made('circle') as f: f.create_group('a/b'); f['a/b/c'] = f['a']
with made('fine') as f: f['x'] = np.array([1, np.nan])
)",
                                 folder_.path());
  ASSERT_EQ(python.status, 0) << python.output;
  for (const auto& [name, part] : std::vector<std::pair<std::string, std::string>>{{"external_link", "such links are not followed"},
                                                                                   {"soft_link", "such links are not followed"},
                                                                                   {"external_storage", "keeps its data in other files"},
                                                                                   {"virtual", "is a virtual dataset"},
                                                                                   {"huge", "declares [3000000000] elements but stores 0"},
                                                                                   {"filter", "only the built-in ones are read"},
                                                                                   {"infinite", "1 are infinite"}}) {
    const auto result = run_patina("check " + (folder_ / (name + ".h5")));
    EXPECT_EQ(result.status, 65) << name << result.output;
    expect_parts(result.output, {part, name + ".h5: /"});
  }
  for (const char* name : {"circle.h5", "fine.h5"}) {
    const auto result = run_patina("check " + (folder_ / name));
    EXPECT_EQ(result.status, 0) << name << result.output;
  }
}

}  // namespace
}  // namespace patina::test
