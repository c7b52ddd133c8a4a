// SPDX-License-Identifier: BSD-3-Clause
// Truths: all that an observer writes, computed anew by numpy from the positions (h5py reads the file and
// finds the default plots); a run cut by save() and load() leaves the same numbers, bit for bit, and so does one on
// other ranks.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <memory>

#include "core/error.hpp"
#include "core/hdf5.hpp"
#include "core/on_root.hpp"
#include "scattering/structure_observer.hpp"
#include "scattering/xpcs_observer.hpp"
#include "tests/python.hpp"
#include "tests/scattering_observers.hpp"

namespace patina {
namespace {

using namespace test;

constexpr int atoms = 90, frames = 10;
constexpr double interval_ps = 0.5, origin_ps = 7.0;

Sample sample_at(int frame) { return wandering_sample(atoms, frame); }

XpcsSpec xpcs_spec() {
  XpcsSpec spec;
  spec.label = "step02_anneal";
  spec.amplitudes.vectors.q_inv_A = {2.7};
  spec.amplitudes.vectors.width_inv_A = 0.3;
  spec.amplitudes.vectors.max_vectors = 80;
  spec.amplitudes.energy_keV = 21.0;
  spec.waiting_times_ps = {2.0, 0.0, 2.1, 100.0};
  spec.waiting_window_ps = 0.6;
  spec.max_lag_ps = 3.0;
  spec.self_vectors = 20;
  return spec;
}

StructureSpec structure_spec() {
  StructureSpec spec;
  spec.label = "step02_structure";
  spec.q_max_inv_A = 3.0;
  spec.bin_inv_A = 0.25;
  spec.vectors_per_bin = 12;
  return spec;
}

ResultTarget target(const std::string& path) {
  return {path, 5, {"abc123", "{\"seed\": 5}"}, {{"temperature_K", 700.0}}};
}

void show(Observer& observer, const Comm& comm, int first, int last) {
  for (int t = first; t < last; ++t) {
    const Sample sample = sample_at(t);
    observer.observe(frame_of(sample, comm, origin_ps + t * interval_ps, true));
  }
}

void run(const std::string& path, int cut, const Comm& comm = world()) {
  const Species species = sample_at(0).species;
  auto structure = std::make_unique<StructureObserver>(comm, species, structure_spec(), target(path));
  auto xpcs = std::make_unique<XpcsObserver>(comm, species, xpcs_spec(), target(path));
  show(*structure, comm, 0, cut);
  show(*xpcs, comm, 0, cut);
  if (cut < frames) {
    StateMap saved_structure, saved_xpcs;
    structure->save(saved_structure);
    xpcs->save(saved_xpcs);
    structure = std::make_unique<StructureObserver>(comm, species, structure_spec(), target(path));
    xpcs = std::make_unique<XpcsObserver>(comm, species, xpcs_spec(), target(path));
    structure->load(broadcast(saved_structure));
    xpcs->load(broadcast(saved_xpcs));
    show(*structure, comm, cut, frames);
    show(*xpcs, comm, cut, frames);
  }
  structure->finish();
  xpcs->finish();
}

// sys.argv: result file, text file of fractional unwrapped positions (frames x atoms x 3), frames, atoms.
const char* numpy_truth = R"(
import h5py, json, sys, numpy as np
h = h5py.File(sys.argv[1], 'r'); T, N = int(sys.argv[3]), int(sys.argv[4])
s = np.loadtxt(sys.argv[2]).reshape(T, N, 3)
kind = np.array([0 if i % 10 < 6 else 1 for i in range(N)]); count = [54, 36]
mass = np.where(kind == 0, 63.546, 91.224)
s = s - (s * mass[None, :, None]).sum(1, keepdims=True) / mass.sum()
def close(a, b, tol=1e-10): np.testing.assert_allclose(a, b, rtol=tol, atol=tol)

assert h.attrs['NX_class'] == 'NXroot' and h.attrs['creator'] == 'Patina' and h.attrs['potential_sha256'] == 'abc123'
assert json.loads(h.attrs['resolved_config']) == {'seed': 5} and h.attrs['version'] and h.attrs['git_hash']
assert h.attrs['default'] == 'step02_anneal', h.attrs['default']
e = h[h.attrs['default']]; assert e.attrs['NX_class'] == 'NXentry' and e.attrs['default'] == 'two_time'
assert e['kind'][()] == b'xpcs' and e.attrs['time_origin_ps'] == 7.0 and e['thermodynamic_state/temperature_K'][()] == 700
two = e['two_time']; assert two.attrs['NX_class'] == 'NXdata' and two.attrs['signal'] == 'correlation'
assert list(two.attrs['axes']) == ['t1_ps', 't2_ps'] and two['t1_ps'].attrs['units'] == 'ps'
close(two['t1_ps'][:], 0.5 * np.arange(T))

n = e['q_set/miller'][:]; P = len(n); f = e['q_set/form_factor_real'][:] + 1j * e['q_set/form_factor_imag'][:]
assert f.shape == (P, 2) and P == 80 and (f.imag > 0).all() and e['q_set'].attrs['available_vectors'] > 80
assert (abs(e['q_set/q_inv_A'][:] - 2.7) < 0.15).all() and e['q_set/q0_inv_A'][()] == 2.7
close(e['q_set/q_end_inv_A'][:] * 1.009, e['q_set/q_inv_A'][:])
phase = np.exp(2j * np.pi * np.einsum('tjd,kd->tkj', s, n))
rho = np.stack([phase[:, :, kind == a].sum(2) for a in (0, 1)])           # species, time, q
field = np.einsum('ka,atk->tk', f, rho)
num = (field @ field.conj().T).real
close(e['field_correlation/numerator'][:], num)
close(e['field_correlation/f'][:], num / np.sqrt(np.outer(num.diagonal(), num.diagonal())))

i = e['intermediate_scattering']; L = 7
close(i['waiting_time_ps'][:], [0, 2, 2.5]); close(i['lag_ps'][:], 0.5 * np.arange(L)); assert i['f'].shape == (3, L)
assert list(i['starts'][:]) == [2, 2, 2]  # 0.6 ps are two frames
for w, t in enumerate((0, 4, 5)):
    m = min(L, T - t - 1)
    d = num.diagonal(); above = lambda l: num[t, t + l] + num[t + 1, t + 1 + l]; below = lambda l: (d[t] * d[t + l])**0.5 + (d[t + 1] * d[t + 1 + l])**0.5
    close(i['f'][w, :m], [above(l) / below(l) for l in range(m)]); assert np.isnan(i['f'][w, m:]).all()
    close(i['numerator'][w, :m] / i['denominator'][w, :m], i['f'][w, :m]); assert (i['f_errors'][w, 1:m] > 0).all()
for l in range(L):
    d = num.diagonal(); a = num.diagonal(l).sum() / np.sqrt(d[l:] * d[:T - l]).sum()
    close(i['f_age_averaged'][l], a)

I = e['speckle/intensity'][:].astype(float); assert I.shape == (T, P) and e['speckle/intensity'].dtype == 'f4'
ratio = abs(field)**2 / I; assert (abs(ratio / ratio[0] - 1) < 1e-6).all(); assert abs(I.mean() - 1) < 0.2
close(two['mean_intensity'][:], I.mean(1), 1e-6); close(two['numerator'][:], I @ I.T / P, 1e-6)
close(two['correlation'][:], two['numerator'][:] / np.outer(two['mean_intensity'][:], two['mean_intensity'][:]))
close(two.attrs['sigma_closed_form'], P**-0.5)
g = e['g2']; assert g['g2'].shape == (L,) and (g['g2_errors'][:] > 0).all()
close(g['g2'][:], [(I[l:] * I[:T - l]).mean() / I.mean()**2 for l in range(L)], 1e-6)
close(g['numerator'][:] / g['denominator'][:], g['g2'][:])

p = e['partial_scattering']; assert [x.decode() for x in p['pairs'][:]] == ['Cu-Cu', 'Cu-Zr', 'Zr-Zr']
for pair, (a, b) in enumerate(((0, 0), (0, 1), (1, 1))):
    x = lambda c, d, t: (rho[c, t][None] * rho[d, t:t + 5].conj()).real.mean(1) / np.sqrt(count[c] * count[d])
    close(p['F'][1, :5, pair], 0.25 * (x(a, b, 4) + x(b, a, 4) + x(a, b, 5) + x(b, a, 5)))

# the self part takes every fourth vector
u = e['self_scattering']; k = n[np.arange(20) * P // 20]; assert u.attrs['vectors'] == 20
for l in range(6):
    c = np.cos(2 * np.pi * np.einsum('jd,kd->kj', s[4 + l] - s[4], k))
    per_q = np.stack([c[:, kind == a].mean(1) for a in (0, 1)])
    close(u['f'][1, l], per_q.mean(1)); close(u['f_errors'][1, l], per_q.std(1, ddof=1) / 20**0.5, 1e-7)
assert np.isnan(u['f'][1, 6:]).all() and [x.decode() for x in u['species'][:]] == ['Cu', 'Zr']

e = h['step02_structure']; assert e['kind'][()] == b'structure' and e.attrs['default'] == 'structure_factor'
x = e['structure_factor']; assert x.attrs['signal'] == 'S_x' and x.attrs['frames'] == T
assert x['S_x'].shape == x['q_inv_A'].shape == x['S_x_errors'].shape == x['vectors'].shape
nr, npr = e['neutron_structure_factor'], e['normalised_intensity']
assert nr.attrs['signal'] == 'S_n' and npr.attrs['signal'] == 'S_prime_x' and list(npr.attrs['auxiliary_signals']) == ['S_prime_n']
assert '<|f|^2> = sum_a c_a |f_a(q)|^2' in npr.attrs['normalisation'] and 'Faber-Ziman' in nr.attrs['normalisation']
b, bb = 0.6 * 7.718 + 0.4 * 7.16, 0.6 * 7.718**2 + 0.4 * 7.16**2  # <b>, <b^2> of Sears (1992)
close(npr['S_prime_n'][:] - 1, (nr['S_n'][:] - 1) * b * b / bb); assert npr['S_prime_n_errors'].shape == npr['S_prime_x_errors'].shape == x['S_x'].shape
w = np.array([0.36 * 7.718**2, 0.48 * 7.718 * 7.16, 0.16 * 7.16**2]) / b**2
close(nr['S_n'][:], e['partials_faber_ziman/S'][:] @ w)
assert ((npr['S_prime_x'][:] - 1) / (x['S_x'][:] - 1) < 1).all()
fz, al = e['partials_faber_ziman/S'][:], e['partials_ashcroft_langreth/S'][:]
close(fz[:, 1], 1 + al[:, 1] / np.sqrt(0.24)); close(fz[:, 0], 1 + (al[:, 0] - 1) / 0.6)
)";

TEST(Observers, WriteWhatNumpyFindsFromThePositions) {
  const SharedScratch folder(world());
  const std::string path = folder.path() + "/xpcs.h5";
  run(path, frames);
  if (!world().is_root()) return;
  write_positions(folder.path() + "/positions.txt", atoms, frames);
  const auto python = run_python(
      folder.path() + "/check.py", numpy_truth,
      path + " " + folder.path() + "/positions.txt " + std::to_string(frames) + " " + std::to_string(atoms));
  EXPECT_EQ(python.status, 0) << python.output;
}

// Truth: sum_ab b_a b_b sqrt(N_a N_b) F_ab, with the b of Cu and Zr of Sears (1992) as numbers; both are real.
TEST(Observers, NeutronFieldIsTheWeightedSumOfPartials) {
  const SharedScratch folder(world());
  const std::string path = folder.path() + "/neutron.h5";
  auto spec = xpcs_spec();
  spec.amplitudes.weights = Weighting::neutron;
  spec.amplitudes.energy_keV = {};
  spec.waiting_window_ps = 0.0;
  XpcsObserver observer(world(), sample_at(0).species, spec, target(path));
  show(observer, world(), 0, frames);
  observer.finish();
  if (!world().is_root()) return;
  const auto file = h5::File::open(path);
  const std::string entry = "/step02_anneal";
  EXPECT_EQ(file.text_attribute(entry + "/q_set", "weights").at(0), "neutron");
  const auto numerator = file.read<double>(entry + "/intermediate_scattering/numerator", {3, 7});
  const auto partial = file.read<double>(entry + "/partial_scattering/F", {3, 7, 3});
  const double cu = 7.718, zr = 7.16, vectors = 80.0;
  const double weight[] = {cu * cu * 54.0, 2.0 * cu * zr * std::sqrt(54.0 * 36.0), zr * zr * 36.0};
  for (std::size_t i = 0; i < 6; ++i) {
    double sum = 0.0;
    for (std::size_t pair = 0; pair < 3; ++pair) sum += vectors * weight[pair] * partial[3 * i + pair];
    EXPECT_NEAR(numerator[i], sum, 1e-9 * std::abs(numerator[0])) << i;
  }
}

TEST(Observers, GoOnExactlyAfterARestart) {
  const SharedScratch folder(world());
  run(folder.path() + "/whole.h5", frames);
  std::string paths = folder.path() + "/whole.h5";
  // Before the first frame; before and after the second waiting time.
  for (const int cut : {0, 3, 6}) {
    const std::string path = folder.path() + "/cut" + std::to_string(cut) + ".h5";
    run(path, cut);
    paths += " " + path;
  }
  if (!world().is_root()) return;
  const auto python = run_python(folder.path() + "/same.py", same_bits, paths);
  EXPECT_EQ(python.status, 0) << python.output;
}

TEST(Observers, WriteTheSameBitsOnAnyRanks) {
  const SharedScratch folder(world());
  const std::string together = folder.path() + "/together.h5";
  run(together, frames);
  const std::string mine = folder.path() + "/alone" + std::to_string(world().rank()) + ".h5";
  run(mine, frames, alone());
  if (!world().is_root()) return;
  const auto python = run_python(folder.path() + "/same.py", same_bits, together + " " + mine);
  EXPECT_EQ(python.status, 0) << python.output;
}

TEST(Observers, AreDueAtTheirIntervals) {
  const Species species = sample_at(0).species;
  auto spec = xpcs_spec();
  spec.interval_steps = 25;
  const XpcsObserver observer(world(), species, spec, target("unused"));
  EXPECT_TRUE(observer.due(0));
  EXPECT_FALSE(observer.due(24));
  EXPECT_TRUE(observer.due(25));
}

TEST(Observers, RefuseWhatCannotBeMeasured) {
  const auto sample = sample_at(0);
  auto spec = xpcs_spec();
  spec.amplitudes.vectors.q_inv_A = {0.2};
  spec.amplitudes.vectors.width_inv_A = 0.01;
  XpcsObserver empty(world(), sample.species, spec, target("unused"));
  EXPECT_THROW(empty.observe(frame_of(sample, world())), Error);
  XpcsObserver still(world(), sample.species, xpcs_spec(), target("unused"));
  still.observe(frame_of(sample, world(), 1.0));
  EXPECT_THROW(still.observe(frame_of(sample, world(), 1.0)), Error);
  Species unknown = sample.species;
  unknown.symbol[0] = "Q";
  EXPECT_THROW(XpcsObserver(world(), unknown, xpcs_spec(), target("unused")), Error);
}

TEST(Results, GrowEntryByEntryAndKeepTheDefault) {
  if (!world().is_root()) return;
  const ScratchFolder folder;
  const std::string path = folder / "xpcs.h5";
  const auto append = [&](const std::string& name, bool preferred, double value) {
    EntryHeader header;
    header.name = header.title = name;
    header.plot = name;
    header.preferred = preferred;
    append_entry(path, header, {"", ""}, [&](h5::File& file, const std::string& group) {
      file.write(group + "/" + name + "/x", std::vector<double>{value});
    });
  };
  const auto default_entry = [&] { return h5::File::open(path).text_attribute("/", "default").at(0); };
  const auto value_of = [&](const std::string& name) {
    return h5::File::open(path).read<double>("/" + name + "/" + name + "/x", {1}).at(0);
  };
  append("structure", false, 1.0);
  EXPECT_EQ(default_entry(), "structure");  // better than none
  append("first", true, 2.0);
  append("structure2", false, 3.0);
  EXPECT_EQ(default_entry(), "first");
  std::ofstream(path + ".tmp") << "left by a killed run";
  append("first", true, 4.0);  // finished once more after a restart
  EXPECT_EQ(value_of("first"), 4.0);
  EXPECT_EQ(value_of("structure"), 1.0);
  EXPECT_EQ(h5::File::open(path).children("/").size(), 3u);
  EntryHeader bad;
  bad.name = bad.plot = std::string(3, 'b');
  const auto fail = [](h5::File&, const std::string&) { throw Error(ExitCode::io, "disk full"); };
  EXPECT_THROW(append_entry(path, bad, {"", ""}, fail), Error);
  EXPECT_EQ(value_of("first"), 4.0);
}

}  // namespace
}  // namespace patina
