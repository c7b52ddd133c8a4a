// SPDX-License-Identifier: BSD-3-Clause
// Truths: all that a multi-tau observer writes, computed anew by numpy from positions and velocities over all pairs of times; the
// ideal gas in closed form [J.-P. Hansen & I. R. McDonald, Theory of Simple Liquids, sections 7.4, 7.5], each species by itself and
// both together:
//   F = sum_a x_a exp(-(q v_a t)^2/2),  C_T = sum_a x_a v_a^2 exp(-(q v_a t)^2/2),  C_L the same times 1 - (q v_a t)^2,  v_a^2 = kT/m_a
// and d^2 F/dt^2 = -q^2 C_L of one and the same sample; a run cut by save() and load(), and one on other ranks, to the last bit.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <memory>

#include "core/error.hpp"
#include "core/units.hpp"
#include "scattering/multi_tau_observer.hpp"
#include "tests/python.hpp"
#include "tests/scattering_observers.hpp"

namespace patina {
namespace {

using namespace test;

// Three independent standard normal numbers.
Vec3 normals(std::uint64_t step, int atom) {
  const auto block = [&](std::uint64_t which) { return random_block(9 + which, Stream::test, step, static_cast<std::uint64_t>(atom)); };
  return {{block(0).normal(0), block(0).normal(1), block(1).normal(0)}};
}

constexpr int atoms = 90, frames = 45;
constexpr double interval_ps = 0.5, origin_ps = 7.0;

// The velocities need not be those of the motion: the observer takes them as they are. They drift, too.
Sample moving_sample(int frame) {
  Sample sample = wandering_sample(atoms, frame);
  for (int i = 0; i < atoms; ++i)
    sample.velocity.push_back(Vec3{{3.0, 0.0, -1.0}} + normals(static_cast<std::uint64_t>(frame), i));
  return sample;
}

MultiTauSpec spec() {
  MultiTauSpec spec;
  spec.label = "step02_multi_tau";
  spec.amplitudes.vectors.q_inv_A = {2.7, 1.2};
  spec.amplitudes.vectors.width_inv_A = 0.3;
  spec.amplitudes.vectors.max_vectors = 60;
  spec.channels = 4;
  spec.start_ps = 1.0;
  spec.currents = true;
  return spec;
}

ResultTarget target(const std::string& path) { return {path, 5, {"abc123", "{\"seed\": 5}"}, {{"temperature_K", 700.0}}}; }

void show(Observer& observer, const Comm& comm, int first, int last) {
  for (int t = first; t < last; ++t) {
    const Sample sample = moving_sample(t);
    observer.observe(frame_of(sample, comm, origin_ps + t * interval_ps, true));
  }
}

void run(const std::string& path, int cut, const Comm& comm = world()) {
  const Species species = moving_sample(0).species;
  auto observer = std::make_unique<MultiTauObserver>(comm, species, spec(), target(path));
  show(*observer, comm, 0, cut);
  if (cut < frames) {
    StateMap saved;
    observer->save(saved);
    observer = std::make_unique<MultiTauObserver>(comm, species, spec(), target(path));
    observer->load(broadcast(saved));
    show(*observer, comm, cut, frames);
  }
  observer->finish();
}

// sys.argv: result file, fractional unwrapped positions and velocities (frames x atoms x 3), frames, atoms, f0 of each vector.
const char* numpy_truth = R"(
import h5py, sys, numpy as np
h = h5py.File(sys.argv[1], 'r'); T, N = int(sys.argv[4]), int(sys.argv[5])
first = 2                                                     # start_ps = 1
s, v = (np.loadtxt(name).reshape(T, N, 3)[first:] for name in sys.argv[2:4]); T -= first
kind = np.array([0 if i % 10 < 6 else 1 for i in range(N)]); count = [54, 36]
mass = np.where(kind == 0, 63.546, 91.224)[None, :, None]
s, v = (x - (x * mass).sum(1, keepdims=True) / mass.sum() for x in (s, v))
edges = np.array([[15., 0, 0], [2, 14, 0], [1, -3, 16]]) * (1 + 0.001 * first)
def close(a, b, tol=1e-9): np.testing.assert_allclose(a, b, rtol=tol, atol=tol)
e = h['step02_multi_tau']; assert e['kind'][()] == b'multi_tau' and e.attrs['default'] == 'coherent_scattering'
c = e['coherent_scattering']; lags = c['lag_ps'][:]; L = len(lags)
assert c['f'].shape == (1, 2, L) and c.attrs['weights'] == 'xray'; close(c['waiting_time_ps'][:], [1.0])
level, pairs = e['channels/level'][:], e['channels/pairs'][:]; steps = np.rint(lags / 0.5).astype(int) >> level
assert list(level) == [0]*4 + [1]*2 + [2]*2 + [3]*2 and list(steps) == [0, 1, 2, 3] + [2, 3]*3
close(lags, 0.5 * steps * 2**level); assert e['channels'].attrs['interval_ps'] == 0.5 and e['channels'].attrs['last_ps'] == 22
def correlate(x, y, l):
    """Mean over all pairs of means over 2^level frames of Re x(t) y*(t + lag), for each vector; both orders."""
    m, k = 2**level[l], steps[l]; n = T // m
    x, y = (z[:n * m].reshape(n, m, -1).mean(1) for z in (x, y)); assert pairs[l] == n - k
    return 0.5 * (x[:n - k] * y[k:].conj() + y[:n - k] * x[k:].conj()).real.mean(0)
n_all, shell = e['q_set/miller'][:], e['q_set/shell'][:]
form = np.array([float(x) for x in sys.argv[6:]]).reshape(-1, 2)
close(e['q_set/form_factor_real'][:], form); assert (e['q_set/form_factor_imag'][:] == 0).all() and [x.decode() for x in e['q_set/species'][:]] == ['Cu', 'Zr']
for q in (0, 1):
    n = n_all[shell == q]; f0 = form[shell == q]; P = len(n); assert P > 3
    phase = np.exp(2j * np.pi * np.einsum('tjd,kd->tkj', s, n))
    rho = [phase[:, :, kind == a].sum(2) for a in (0, 1)]
    x = f0[:, 0] * rho[0] + f0[:, 1] * rho[1]; I = abs(x)**2
    k = 2 * np.pi * n @ np.linalg.inv(edges).T; unit = k / np.linalg.norm(k, axis=1)[:, None]
    j = np.einsum('tjd,tkj->tkd', v, phase); jl = np.einsum('tkd,kd->tk', j, unit); across = j - jl[:, :, None] * unit
    zero = correlate(x, x, 0)
    weight = (f0**2).mean(0)[kind]; D = weight.sum()**2 / (weight**2).sum() / ((unit.T @ unit / P)**2).sum(); few = (1 + P / (D - 1))**0.5  # of so few atoms
    close(e['q_set'].attrs['degrees_of_freedom'][q], D)
    for l in range(L):
        both = correlate(x, x, l); f = both.sum() / zero.sum(); close(c['f'][0, q, l], f)
        close(c['numerator'][0, q, l], both.sum()); close(c['square_at_lag'][0, q, l], zero.sum())
        close(c['square_at_waiting_time'][0, q, l], zero.sum())
        close(c['f_errors'][0, q, l], few * np.sqrt(((both - f * zero)**2).sum() * P / (P - 1)) / zero.sum(), 1e-7)
        for p, (a, b) in enumerate(((0, 0), (0, 1), (1, 1))):
            close(e['partial_scattering/F'][q, l, p], correlate(rho[a], rho[b], l).mean() / np.sqrt(count[a] * count[b]))
        one = np.ones_like(I); close(e['speckle/g2'][q, l], (correlate(I, I, l) / correlate(I, one, l)**2).mean())
        close(e['currents/C_L'][q, l], correlate(jl, jl, l).mean() / N)
        close(e['currents/C_T'][q, l], sum(correlate(across[:, :, d], across[:, :, d], l) for d in range(3)).mean() / N / 2)
)";

void write_velocities(const std::string& path) {
  std::ofstream text(path);
  text.precision(17);
  for (int t = 0; t < frames; ++t)
    for (const Vec3& v : moving_sample(t).velocity) text << v[0] << ' ' << v[1] << ' ' << v[2] << '\n';
}

TEST(MultiTauObserver, WritesWhatNumpyFindsFromPositionsAndVelocities) {
  const SharedScratch folder(world());
  const std::string path = folder / "xpcs.h5";
  run(path, frames);
  if (!world().is_root()) return;
  write_positions(folder / "positions.txt", atoms, frames);
  write_velocities(folder / "velocities.txt");
  std::string arguments = fmt::format("{} {} {} {} {}", path, folder / "positions.txt", folder / "velocities.txt", frames, atoms);
  const auto q = h5::File::open(path).read<double>("/step02_multi_tau/q_set/q_inv_A", {h5::any_size});
  for (const auto& f : form_factors({"Cu", "Zr"}, q, Weighting::xray, {})) arguments += fmt::format(" {:.17g}", f.real());
  const auto python = run_python(folder / "check.py", numpy_truth, arguments);
  EXPECT_EQ(python.status, 0) << python.output;
}

TEST(MultiTauObserver, GoesOnExactlyAfterARestart) {
  const SharedScratch folder(world());
  std::string paths = folder / "whole.h5";
  run(paths, frames);
  // Before the first frame; before start_ps; after the first and the second frame looked at; within a level.
  for (const int cut : {0, 1, 3, 4, 22}) {
    const std::string path = folder / ("cut" + std::to_string(cut) + ".h5");
    run(path, cut);
    paths += " " + path;
  }
  if (!world().is_root()) return;
  const auto python = run_python(folder / "same.py", same_bits, paths);
  EXPECT_EQ(python.status, 0) << python.output;
}

TEST(MultiTauObserver, WritesTheSameBitsOnAnyRanks) {
  const SharedScratch folder(world());
  const std::string together = folder / "together.h5";
  run(together, frames);
  const std::string mine = folder / ("alone" + std::to_string(world().rank()) + ".h5");
  run(mine, frames, alone());
  if (!world().is_root()) return;
  const auto python = run_python(folder / "same.py", same_bits, together + " " + mine);
  EXPECT_EQ(python.status, 0) << python.output;
}

TEST(MultiTauObserver, RefusesWhatCannotBeMeasured) {
  const Sample still = wandering_sample(atoms, 0);
  auto at_once = spec();
  at_once.start_ps = 0.0;
  MultiTauObserver without_velocities(world(), still.species, at_once, target("unused"));
  EXPECT_THROW(without_velocities.observe(frame_of(still, world())), Error);
  at_once.currents = false;
  MultiTauObserver uneven(world(), still.species, at_once, target("unused"));
  for (const double t : {1.0, 2.0}) uneven.observe(frame_of(still, world(), t));
  EXPECT_THROW(uneven.observe(frame_of(still, world(), 3.5)), Error);
  at_once.amplitudes.vectors.q_inv_A = {2.7, 0.2};
  at_once.amplitudes.vectors.width_inv_A = 0.01;
  MultiTauObserver empty(world(), still.species, at_once, target("unused"));
  EXPECT_THROW(empty.observe(frame_of(still, world())), Error);
}

// A gas of Cu and Zr at 1000 K that flies freely.
constexpr int gas_atoms = 3000, gas_frames = 32;
constexpr double gas_interval_ps = 0.0125, gas_temperature_K = 1000.0;

double thermal_square(double mass_amu) { return units::boltzmann_eV_per_K * gas_temperature_K / mass_amu * units::accel_per_force_over_mass; }

Sample gas_at(int frame) {
  Sample gas = ideal_gas(Box::orthogonal({{46.0, 44.0, 48.0}}), gas_atoms, 6);
  for (int i = 0; i < gas_atoms; ++i) {
    const double v = std::sqrt(thermal_square(gas.species.mass_amu[static_cast<std::size_t>(gas.type[i])]));
    gas.velocity.push_back(v * normals(1000, i));
    gas.position[i] += (frame * gas_interval_ps) * gas.velocity[i];
  }
  return gas;
}

TEST(MultiTauObserver, FindsTheIdealGasInClosedForm) {
  const SharedScratch folder(world());
  const std::string path = folder / "gas.h5";
  MultiTauSpec gas_spec;
  gas_spec.label = "gas";
  gas_spec.amplitudes.vectors.q_inv_A = {2.0};
  gas_spec.amplitudes.vectors.width_inv_A = 0.4;
  gas_spec.amplitudes.vectors.max_vectors = 1500;
  gas_spec.currents = true;
  gas_spec.amplitudes.weights = Weighting::unit;
  const Sample gas = gas_at(0);
  MultiTauObserver observer(world(), gas.species, gas_spec, target(path));
  for (int t = 0; t < gas_frames; ++t) {
    const Sample now = gas_at(t);
    observer.observe(frame_of(now, world(), t * gas_interval_ps));
  }
  observer.finish();
  if (!world().is_root()) return;
  const h5::File file = h5::File::open(path);
  const auto lag = file.read<double>("/gas/coherent_scattering/lag_ps", {h5::any_size});
  const std::uint64_t lags = lag.size();
  const auto q = file.read<double>("/gas/q_set/q_inv_A", {h5::any_size});
  const auto sum = file.read<double>("/gas/coherent_scattering/numerator", {1, 1, lags});
  const auto partial = file.read<double>("/gas/partial_scattering/F", {1, lags, 3});
  const auto longitudinal = file.read<double>("/gas/currents/C_L", {1, lags}), transverse = file.read<double>("/gas/currents/C_T", {1, lags});
  ASSERT_EQ(q.size(), 1500u);
  ASSERT_GE(lags, 16u);
  // Of independent Gaussian modes Re x y* scatters by sqrt((1 + f^2)/2) at most; starts averaged over only lessen it.
  const auto error = [&](double zero, double value) { return std::sqrt(0.5 * (zero * zero + value * value) / static_cast<double>(q.size())); };
  double zero[4] = {};
  for (std::size_t l = 0; l < 16; ++l) {  // level 0
    double F[2] = {}, C_L = 0.0, C_T = 0.0;
    for (const double each : q)
      for (int a = 0; a < 2; ++a) {
        const double x = a == 0 ? 0.6 : 0.4, v2 = thermal_square(gas.species.mass_amu[static_cast<std::size_t>(a)]);
        const double square = each * each * v2 * lag[l] * lag[l], decay = std::exp(-0.5 * square) / static_cast<double>(q.size());
        F[a] += decay;
        C_T += x * v2 * decay;
        C_L += x * v2 * (1.0 - square) * decay;
      }
    const double found[] = {sum[l] / static_cast<double>(q.size()) / gas_atoms, partial[3 * l], partial[3 * l + 2], longitudinal[l], transverse[l]};
    const double truth[] = {0.6 * F[0] + 0.4 * F[1], F[0], F[1], C_L, C_T};
    if (l == 0) {
      zero[0] = 1.0, zero[1] = C_L, zero[2] = C_T;
      EXPECT_NEAR(C_L, 0.6 * thermal_square(63.546) + 0.4 * thermal_square(91.224), 1e-12);
    }
    const double scale[] = {1.0, 1.0, 1.0, zero[1], zero[2]};
    for (int k = 0; k < 5; ++k) EXPECT_NEAR(found[k], truth[k], 4.0 * error(scale[k], truth[k])) << k << " at " << lag[l] << " ps";
    EXPECT_NEAR(partial[3 * l + 1], 0.0, 4.0 * std::sqrt(0.5 / static_cast<double>(q.size())));
  }
  EXPECT_LT(longitudinal[15], -0.1 * zero[1]);  // it was seen to change its sign
  // The same modes: second differences of F against C_L. What is left are the ends of the span, of the error's order in
  // rho/h times j, over all times; and h^2/12 of the curvature of C_L.
  const double h = gas_interval_ps;
  double q2 = 0.0;
  for (const double each : q) q2 += each * each / static_cast<double>(q.size());
  for (std::size_t l = 1; l < 12; ++l) {
    const double second = (sum[l + 1] - 2.0 * sum[l] + sum[l - 1]) / (h * h) / static_cast<double>(q.size()) / gas_atoms;
    const double ends = std::sqrt(q2 * zero[1] / static_cast<double>(q.size())) / (h * (gas_frames - 12));
    EXPECT_NEAR(second, -q2 * longitudinal[l], 0.03 * q2 * zero[1] + 4.0 * ends) << lag[l];
  }
}

}  // namespace
}  // namespace patina
