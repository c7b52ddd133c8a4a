// SPDX-License-Identifier: BSD-3-Clause
// inputs/stationary.json, shorter: a liquid made by the program. Truths: equipartition, C_L(q, 0) = C_T(q, 0) = sum_a x_a kT/m_a;
// continuity, d^2 F/dt^2 = -q^2 C_L; S_ab(q) from g_ab(r) against the one from density modes, within the latter's errors. Analysis
// and report take it.
#include <gtest/gtest.h>

#include <filesystem>

#include "program.hpp"
#include "python.hpp"
#include "scratch_folder.hpp"

namespace patina {
namespace {

const char* const physics = R"(
import h5py, sys, numpy as np
run = sys.argv[1]; h = h5py.File(run + '/xpcs.h5'); e = h['step03_anneal_multi_tau']
thermo = np.genfromtxt(run + '/thermo.csv', delimiter=',', names=True)
begin = e.attrs['time_origin_ps'] + e['channels'].attrs['first_ps']
kT = 8.617333262e-5 * thermo['temperature_K'][thermo['time_ps'] >= begin].mean() * 9648.53321
truth = kT * 0.5 * (1 / 63.546 + 1 / 91.224); N = 2000
vectors = np.bincount(e['q_set/shell'][:]); lag = e['coherent_scattering/lag_ps'][:]; q0 = e['coherent_scattering/q_inv_A'][:]
# About ten independent times of so many vectors, each scattering by all of its mean: 2 % or less.
for name in ('C_L', 'C_T'):
    found = (e['currents/' + name][:, 0] * vectors).sum() / vectors.sum(); print(name, found / truth)
    assert abs(found / truth - 1) < 0.08, (name, found, truth)

F = e['partial_scattering/F'][:]; F = 0.5 * (F[..., 0] + 2 * F[..., 1] + F[..., 2])   # x_Cu = x_Zr: all atoms alike
dt = lag[1]; C_L = e['currents/C_L'][:]; frames = e['channels/pairs'][0]
for k in np.flatnonzero(q0 > 1.5):     # narrow against q
    q2 = (e['q_set/q_inv_A'][:][e['q_set/shell'][:] == k]**2).mean(); l = np.arange(1, 15)
    second = (F[k, l + 1] - 2 * F[k, l] + F[k, l - 1]) / dt**2
    # The ends of the span: rho j / h over all times, averaged over the vectors.
    ends = np.sqrt(q2 * C_L[k, 0] * F[k, 0] / vectors[k]) / (dt * frames)
    worst = abs(second + q2 * C_L[k, l]).max(); print('continuity', q0[k], worst / (q2 * C_L[k, 0]), ends / (q2 * C_L[k, 0]))
    assert abs(C_L[k, l]).min() < 0.3 * C_L[k, 0] and worst < 0.02 * q2 * C_L[k, 0] + 4 * ends, (q0[k], worst, q2 * C_L[k, 0], ends)

g = h['step03_anneal_pair_distribution/pair_distribution']; r = g['r_A'][:]; dr = g.attrs['bin_A']; rho = g.attrs['density_inv_A3']
assert r[-1] < g.attrs['half_smallest_height_A'] and abs(rho - N / g.attrs['volume_A3']) < 1e-12
s = h['step03_anneal_structure_factor/partials_faber_ziman']; q = s['q_inv_A'][:]
used = (h['step03_anneal_structure_factor/structure_factor/vectors'][:] >= 30) & (q > 3 * np.pi / g.attrs['half_smallest_height_A'])
integral = lambda x: (np.sin(np.outer(q, x)) - np.outer(q, x) * np.cos(np.outer(q, x))) / q[:, None]**2
shell = integral(r + dr / 2) - integral(r - dr / 2)
assert used.sum() > 100
for pair in range(3):
    from_pairs = 1 + 4 * np.pi * rho / q * (shell @ (g['g'][:, pair] - 1))
    z = ((s['S'][:, pair] - from_pairs) / s['S_errors'][:, pair])[used]
    print('S from g', pair, (z**2).mean(), abs(z).max(), abs(s['S'][:, pair] - from_pairs)[used].max())
    assert (z**2).mean() < 1.5 and abs(z).max() < 5, ((z**2).mean(), abs(z).max())
    assert s['S'][:, pair].max() - s['S'][:, pair].min() > 20 * np.median(s['S_errors'][:, pair][used])
)";

TEST(StationaryExample, ObeysEquipartitionContinuityAndFourier) {
  const test::ScratchFolder folder;
  const std::string out = folder / "run", at = "/protocol/3/observers/";
  const auto run = test::run_patina(
      "run " PATINA_SOURCE_DIR "/inputs/stationary.json --output " + out +
      " --set /replicas=1 --set /structure/atoms=2000 --set /protocol/1/duration_ps=0.4 --set /protocol/2/cooling_rate_K_per_s=5e15"
      " --set /protocol/3/duration_ps=1.2 --set " + at + "0/interval_steps=2 --set " + at + "0/start_ps=0.2 --set " + at +
      "1/r_max_A=16 --set " + at + "1/interval_steps=25 --set " + at + "2/interval_steps=25");
  ASSERT_EQ(run.status, 0) << run.output;
  const std::string replica = std::filesystem::exists(out + "/xpcs.h5") ? out : out + "/replica_000";
  const auto python = test::run_python(folder / "physics.py", physics, replica);
  EXPECT_EQ(python.status, 0) << python.output;
  const auto report = test::run_patina("report " + out);
  ASSERT_EQ(report.status, 0) << report.output;
  for (const char* figure : {"multi_tau_step03_anneal_multi_tau", "pairs_step03_anneal_pair_distribution"})
    EXPECT_TRUE(std::filesystem::exists(out + "/figures/" + figure + ".png")) << figure;
  const std::string page = test::read_text_file(out + "/report.html");
  for (const char* said : {"Stationary dynamics in step 3 (anneal)", "longitudinal and transverse currents", "coordination numbers"})
    EXPECT_NE(page.find(said), std::string::npos) << said;
}

}  // namespace
}  // namespace patina
