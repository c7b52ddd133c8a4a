// SPDX-License-Identifier: BSD-3-Clause
// Truths: displacements of known lengths and of independent atoms in closed form; all that a dynamics observer writes,
// computed anew by numpy from the positions; a run cut by save() and load(), and one on other ranks, to the last bit.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <memory>

#include "core/error.hpp"
#include "scattering/drift.hpp"
#include "scattering/dynamics_observer.hpp"
#include "scattering/lag_schedule.hpp"
#include "tests/python.hpp"
#include "tests/scattering_observers.hpp"

namespace patina {
namespace {

using namespace test;

TEST(LagSchedule, IsEvenInTheLogarithm) {
  EXPECT_EQ(logarithmic_lags(100, 3), (std::vector<std::int64_t>{0, 1, 2, 5, 10, 22, 46, 100}));
  EXPECT_EQ(logarithmic_lags(9, 1), (std::vector<std::int64_t>{0, 1}));
  EXPECT_EQ(logarithmic_lags(0, 10), (std::vector<std::int64_t>{0}));
  EXPECT_EQ(logarithmic_lags(12, 50).size(), 13u);  // none twice
}

const Box cell({{{40.0, 0.0, 0.0}, {6.0, 38.0, 0.0}, {-4.0, 3.0, 44.0}}}, {{1.0, 1.0, 1.0}}, {true, true, true});

Displacements between(const Sample& before, const Sample& after, const DisplacementSpec& spec) {
  const auto block = [](const Sample& sample) {
    const Frame frame = frame_of(sample, world(), 0.0, true);
    return fractional_block(frame, fractional_mass_centre(frame));
  };
  return measure_displacements(block(after), block(before).s, before.box.edges(), 2, spec, world());
}

// Of each species as many atoms go one way as the other, so that the centre of mass rests.
TEST(Displacement, OfKnownLengths) {
  const Sample before = ideal_gas(cell, 400, 5);
  Sample after = before;
  const Vec3 direction[2] = {{{1.0, 0.0, 0.0}}, {{0.0, 0.6, 0.8}}};
  const double length[2] = {0.55, 1.65};
  int moved[2] = {0, 0};
  for (std::size_t i = 0; i < after.position.size(); ++i) {
    const int a = after.type[i];
    after.position[i] += (moved[a]++ % 2 == 0 ? length[a] : -length[a]) * direction[a];
  }
  DisplacementSpec spec;
  spec.van_hove_max_A = 2.0;
  const auto d = between(before, after, spec);
  for (int a = 0; a < 2; ++a) {
    EXPECT_NEAR(d.square_A2[a], length[a] * length[a], 1e-11);
    EXPECT_NEAR(d.non_gaussian[a], -0.4, 1e-10);
    EXPECT_EQ(d.overlap[a], a == 0 ? 1.0 : 0.0);
    for (int bin = 0; bin < 20; ++bin)
      EXPECT_NEAR(d.van_hove[static_cast<std::size_t>(20 * a + bin)], bin == (a == 0 ? 5 : 16) ? 10.0 : 0.0, 1e-12);
  }
  const double square = 0.5 * (0.55 * 0.55 + 1.65 * 1.65), fourth = 0.5 * (std::pow(0.55, 4) + std::pow(1.65, 4));
  EXPECT_NEAR(d.square_A2[2], square, 1e-11);
  EXPECT_NEAR(d.non_gaussian[2], 0.6 * fourth / (square * square) - 1.0, 1e-10);
  EXPECT_EQ(d.overlap[2], 0.5);
}

// Atoms that leave independently with probability p: chi_4 = p (1 - p), whatever the sub-box. The mean over 27 boxes
// scatters by sqrt(2 / 26); ten draws of it by a tenth.
TEST(Displacement, SubBoxesOfIndependentAtoms) {
  const int atoms = 5400;
  const double p = 0.3;
  const Sample before = ideal_gas(cell, atoms, 5);
  double sum = 0.0;
  for (int draw = 0; draw < 10; ++draw) {
    Sample after = before;
    for (int i = 0; i < atoms; ++i)
      if (uniform(static_cast<std::uint64_t>(1000 + draw), static_cast<std::uint64_t>(i)) < p)
        after.position[i] += (uniform(2000, static_cast<std::uint64_t>(i)) < 0.5 ? 3.0 : -3.0) * Vec3{{0.0, 0.0, 1.0}};
    sum += between(before, after, {}).sub_box_chi4 / 10.0;
  }
  EXPECT_NEAR(sum, p * (1.0 - p), 3.0 * p * (1.0 - p) * std::sqrt(2.0 / 26.0 / 10.0));
  EXPECT_GT(sum, 0.0);
  const auto all_alike = between(before, before, {});
  EXPECT_EQ(all_alike.sub_box_chi4, 0.0);
  DisplacementSpec single;
  single.sub_boxes = 1;
  EXPECT_TRUE(std::isnan(between(before, before, single).sub_box_chi4));
}

constexpr int atoms = 90, frames = 26;
constexpr double interval_ps = 0.5, origin_ps = 7.0;

DynamicsSpec spec() {
  DynamicsSpec spec;
  spec.label = "step02_dynamics";
  spec.amplitudes.vectors.q_inv_A = {2.7, 1.2};
  spec.amplitudes.vectors.width_inv_A = 0.3;
  spec.amplitudes.vectors.max_vectors = 80;
  spec.self_vectors = 20;
  spec.lags_per_decade = 4;
  spec.waiting_times_ps = {4.0, 0.0, 4.1};
  spec.max_lag_ps = 9.0;
  spec.displacement = {5.0, 2, 12.0, 1.5};
  spec.distinct = {0.7371, 16};  // beyond half the cell
  return spec;
}

ResultTarget target(const std::string& path) { return {path, 5, {"abc123", "{}"}, {{"temperature_K", 700.0}}}; }

void show(Observer& observer, const Comm& comm, int first, int last) {
  for (int t = first; t < last; ++t) {
    const Sample sample = wandering_sample(atoms, t);
    observer.observe(frame_of(sample, comm, origin_ps + t * interval_ps, true));
  }
}

// The method that the run began with counts, not that of the resumed run's input.
void run(const std::string& path, int cut, const Comm& comm = world(), SumOptions sums = {}) {
  const Species species = wandering_sample(atoms, 0).species;
  auto given = spec();
  given.amplitudes.sums = sums;
  auto observer = std::make_unique<DynamicsObserver>(comm, species, given, target(path));
  show(*observer, comm, 0, cut);
  if (cut < frames) {
    StateMap saved;
    observer->save(saved);
    given.amplitudes.sums.method = SumMethod::automatic;
    observer = std::make_unique<DynamicsObserver>(comm, species, given, target(path));
    observer->load(broadcast(saved));
    show(*observer, comm, cut, frames);
  }
  observer->finish();
}

// sys.argv: result file, text file of fractional unwrapped positions (frames x atoms x 3), frames, atoms, form factors
// (vectors x species).
const char* const numpy_truth = R"(
import h5py, sys, numpy as np
h = h5py.File(sys.argv[1], 'r'); T, N = int(sys.argv[3]), int(sys.argv[4])
s = np.loadtxt(sys.argv[2]).reshape(T, N, 3)
kind = np.array([0 if i % 10 < 6 else 1 for i in range(N)]); count = [54, 36]
mass = np.where(kind == 0, 63.546, 91.224)
s = s - (s * mass[None, :, None]).sum(1, keepdims=True) / mass.sum()
def close(a, b, tol=1e-9): np.testing.assert_allclose(a, b, rtol=tol, atol=tol)

e = h['step02_dynamics']; assert e['kind'][()] == b'dynamics' and e.attrs['default'] == 'coherent_scattering'
c = e['coherent_scattering']; lags = [0, 1, 2, 3, 6, 10, 18]
close(c['waiting_time_ps'][:], [0, 4, 4.5]); close(c['q_inv_A'][:], [2.7, 1.2]); close(c['lag_ps'][:], 0.5 * np.array(lags))
assert c['f'].shape == (3, 2, 7) and list(c.attrs['axes']) == ['waiting_time_ps', 'q_inv_A', 'lag_ps']
n_all, shell = e['q_set/miller'][:], e['q_set/shell'][:]
edges = np.array([[15, 0, 0], [2, 14, 0], [1, -3, 16]])
form = np.array([float(x) for x in sys.argv[5:]]).reshape(-1, 2)
close(e['q_set/form_factor_real'][:], form); assert (e['q_set/form_factor_imag'][:] == 0).all() and [x.decode() for x in e['q_set/species'][:]] == ['Cu', 'Zr']
for q in (0, 1):
    n = n_all[shell == q]; f0 = form[shell == q]
    rho = np.exp(2j * np.pi * np.einsum('tjd,kd->tkj', s, n))
    rho = np.stack([rho[:, :, kind == a].sum(2) for a in (0, 1)])
    field = np.einsum('ka,atk->tk', f0, rho)
    for w, t in enumerate((0, 8, 9)):
        for l, lag in enumerate(lags):
            if t + lag >= T: assert np.isnan(c['f'][w, q, l]); continue
            num = (field[t] * field[t + lag].conj()).real.sum(); a, b = (abs(field[t])**2).sum(), (abs(field[t + lag])**2).sum()
            close([c['numerator'][w, q, l], c['square_at_waiting_time'][w, q, l], c['square_at_lag'][w, q, l]], [num, a, b], 1e-7)
            close(c['f'][w, q, l], num / np.sqrt(a * b), 1e-8)
            for p, (x, y) in enumerate(((0, 0), (0, 1), (1, 1))):
                F = 0.5 * (rho[x, t] * rho[y, t + lag].conj() + rho[y, t] * rho[x, t + lag].conj()).real.mean()
                close(e['partial_scattering/F'][w, q, l, p], F / np.sqrt(count[x] * count[y]))
            k = n[np.arange(min(20, len(n))) * len(n) // min(20, len(n))]
            v = np.cos(2 * np.pi * np.einsum('jd,kd->kj', s[t + lag] - s[t], k))
            for a in (0, 1): close(e['self_scattering/f'][w, q, l, a], v[:, kind == a].mean())
for w, t in enumerate((0, 8, 9)):
    for l, lag in enumerate(lags):
        if t + lag >= T: assert np.isnan(e['mean_square_displacement/msd'][w, l]).all(); continue
        d = (s[t + lag] - s[t]) @ (edges * (1 + 0.001 * t)); r2 = (d**2).sum(1)
        overlap = []
        for g in (0, 1, 2):
            m = r2[kind == g] if g < 2 else r2
            close(e['mean_square_displacement/msd'][w, l, g], m.mean())
            close(e['non_gaussian/alpha_2'][w, l, g], 0 if lag == 0 else 0.6 * (m**2).mean() / m.mean()**2 - 1)
            close(e['overlap/Q'][w, l, g], (m <= 25).mean())
            bins = np.histogram(np.sqrt(m), bins=1.5 * np.arange(9))[0] / (1.5 * len(m))
            close(e['van_hove_self/distribution'][w, l, :, g], bins)
        box = ((s[t] % 1) * 2).astype(int) @ [4, 2, 1]; near = r2 <= 25
        G = e['van_hove_distinct/G'][w, l]; close(e['van_hove_distinct/r_A'][:], 0.7371 * (np.arange(16) + 0.5))
        E = edges * (1 + 0.001 * t); D = s[t + lag][None] - s[t][:, None]; base = np.floor(D); edge = 0.7371 * np.arange(17)
        for p, (x, y) in enumerate(((0, 0), (0, 1), (1, 1))):
            found = np.zeros(16)
            for n in np.stack(np.meshgrid(*3 * [np.arange(-2, 3)]), -1).reshape(-1, 3):
                r = np.linalg.norm((D - base + n) @ E, axis=2); r[np.eye(N, dtype=bool) & (base == n).all(2)] = 1e9
                for a, b in {(x, y), (y, x)}: found += np.histogram(r[kind == a][:, kind == b], bins=edge)[0]
            close(G[:, p], found * np.linalg.det(E) / (count[x] * count[y] * (2 - (x == y)) * 4 * np.pi / 3 * np.diff(edge**3)))
        Q = np.array([near[box == b].mean() for b in range(8)])
        close(e['chi4/sub_boxes'][w, l], N / 8 * Q.var(ddof=1))
for l, lag in enumerate(lags):
    Q = [e['overlap/Q'][w, l, 2] for w, t in enumerate((0, 8, 9)) if t + lag < T]
    close(e['chi4/among_waiting_times'][l], N * np.var(Q, ddof=1) if len(Q) > 1 else np.nan)
assert [x.decode() for x in e['van_hove_distinct/pairs'][:]] == ['Cu-Cu', 'Cu-Zr', 'Zr-Zr']
assert e['overlap'].attrs['distance_A'] == 5 and [x.decode() for x in e['overlap/species'][:]] == ['Cu', 'Zr', 'all']
)";

TEST(Dynamics, WritesWhatNumpyFindsFromThePositions) {
  const SharedScratch folder(world());
  const std::string path = folder / "xpcs.h5";
  run(path, frames);
  if (!world().is_root()) return;
  write_positions(folder / "positions.txt", atoms, frames);
  std::string arguments = path + " " + (folder / "positions.txt") + " " + std::to_string(frames) + " " + std::to_string(atoms);
  const auto q = h5::File::open(path).read<double>("/step02_dynamics/q_set/q_inv_A", {h5::any_size});
  for (const auto& f : form_factors({"Cu", "Zr"}, q, Weighting::xray, {})) arguments += fmt::format(" {:.17g}", f.real());
  const auto python = run_python(folder / "check.py", numpy_truth, arguments);
  EXPECT_EQ(python.status, 0) << python.output;
}

TEST(Dynamics, GoesOnExactlyAfterARestart) {
  const SharedScratch folder(world());
  std::string paths = folder / "whole.h5";
  run(paths, frames);
  // Before the first frame; between and after the waiting times; when the first start is done with.
  for (const int cut : {0, 1, 5, 9, 20}) {
    const std::string path = folder / ("cut" + std::to_string(cut) + ".h5");
    run(path, cut);
    paths += " " + path;
  }
  if (!world().is_root()) return;
  const auto python = run_python(folder / "same.py", same_bits, paths);
  EXPECT_EQ(python.status, 0) << python.output;
}

TEST(Dynamics, WritesTheSameBitsOnAnyRanks) {
  const SharedScratch folder(world());
  const std::string together = folder / "together.h5";
  run(together, frames);
  const std::string mine = folder / ("alone" + std::to_string(world().rank()) + ".h5");
  run(mine, frames, alone());
  if (!world().is_root()) return;
  const auto python = run_python(folder / "same.py", same_bits, together + " " + mine);
  EXPECT_EQ(python.status, 0) << python.output;
}

// Truth: the exact sums. Through a restart, too: the mesh is made anew.
TEST(Dynamics, FindsTheSameByMesh) {
  const SharedScratch folder(world());
  const std::string exact = folder / "exact.h5", mesh = folder / "mesh.h5";
  run(exact, frames, world(), {SumMethod::exact, 1e-8});
  run(mesh, 11, world(), {SumMethod::mesh, 1e-8});
  if (!world().is_root()) return;
  const auto python = run_python(folder / "agree.py", R"(
import h5py, sys, numpy as np
a, b = (h5py.File(name)['step02_dynamics'] for name in sys.argv[1:])
assert (a['q_set'].attrs['method'], b['q_set'].attrs['method']) == ('exact', 'mesh'), b['q_set'].attrs['method']
for name in ('coherent_scattering/f', 'partial_scattering/F'):
    np.testing.assert_allclose(a[name][()], b[name][()], atol=1e-6)
    assert (a[name][()] != b[name][()]).any()
)", exact + " " + mesh);
  EXPECT_EQ(python.status, 0) << python.output;
}

TEST(Dynamics, RefusesWhatCannotBeMeasured) {
  const Sample sample = wandering_sample(atoms, 0);
  auto empty = spec();
  empty.amplitudes.vectors.q_inv_A = {2.7, 0.2};
  empty.amplitudes.vectors.width_inv_A = 0.01;
  DynamicsObserver none(world(), sample.species, empty, target("unused"));
  EXPECT_THROW(none.observe(frame_of(sample, world())), Error);
  DynamicsObserver uneven(world(), sample.species, spec(), target("unused"));
  const Sample free = ideal_gas(Box::orthogonal({{15.0, 15.0, 15.0}}, {true, true, false}), atoms, 6);
  DynamicsObserver open(world(), free.species, spec(), target("unused"));
  EXPECT_THROW(open.observe(frame_of(free, world())), Error);
  for (const double t : {1.0, 2.0}) uneven.observe(frame_of(sample, world(), t));
  EXPECT_THROW(uneven.observe(frame_of(sample, world(), 3.5)), Error);
}

}  // namespace
}  // namespace patina
