// SPDX-License-Identifier: BSD-3-Clause
// inputs/sites.json, shorter: parts of a liquid and single wave vectors, from the input to the page. Truths: the mean number of
// atoms under a Gaussian, density times (pi / (8 ln 2))^(3/2) fwhm^3 of a ball and that times the area of a layer; equipartition of
// the currents of single vectors; the vectors as they stand in the input.
#include <gtest/gtest.h>

#include <filesystem>

#include "program.hpp"
#include "python.hpp"
#include "scratch_folder.hpp"

namespace patina {
namespace {

const char* const physics = R"(
import h5py, json, sys, numpy as np
run = sys.argv[1]; h = h5py.File(run + '/xpcs.h5'); N = 4000
thermo = np.genfromtxt(run + '/thermo.csv', delimiter=',', names=True); begin = h['step03_anneal_multi_tau'].attrs['time_origin_ps']
volume = np.interp(begin, thermo['time_ps'], thermo['volume_A3']); a = 8 * np.log(2) / 12**2
ball = N / volume * (np.pi / a)**1.5; layer = N / volume**(1 / 3) * (np.pi / a)**0.5
for number, truth in ((1, ball), (2, layer)):
    e = h[f'step03_anneal_dynamics_window{number}/q_set'].attrs; found = e['effective_atoms'].sum(); print('atoms', found, truth)
    assert abs(found / truth - 1) < 0.1, (found, truth)      # a liquid's number fluctuates by some 2 % of so few
    assert e['vectors_of_a_speckle'][0] >= 1
m = h['step03_anneal_multi_tau']
assert m['q_set/miller'][:].tolist() == [[1, 0, 0], [0, 1, 0], [2, 0, 0]], m['q_set/miller'][:]
assert np.isnan(m['coherent_scattering/f_errors'][:]).all()
kT = 8.617333262e-5 * thermo['temperature_K'][thermo['time_ps'] > begin].mean() * 9648.53321
truth = kT * (0.645 / 63.546 + 0.355 / 91.224); found = np.mean([m['currents/C_L'][:, 0].mean(), m['currents/C_T'][:, 0].mean()])
print('kT/m', found, truth); assert abs(found / truth - 1) < 0.5   # nine waves for a few of their times
n = h['step03_anneal_xpcs/q_set/miller'][:]; assert len(n) > 3 and (n[:, 1:] == 0).all(), n
analysis = json.load(open(run + '/analysis.json'))
told = [d['selection'] for d in analysis['lag_dynamics']] + [r['selection'] for r in analysis['relaxation']]
assert told == ['ball of 12 A (FWHM) at (0.5, 0.5, 0.5)', 'layer of 12 A (FWHM) across z at 0.25', '3 listed vectors, each by itself', 'q along (1 0 0)'], told
single = analysis['lag_dynamics'][2]['shells']
assert [s['miller'] for s in single] == [[1, 0, 0], [0, 1, 0], [2, 0, 0]]
assert all('no errors' in s['coherent']['fits'][0]['reason'] for s in single), single[0]
assert analysis['lag_dynamics'][0]['shells'][0]['speckles'] < 0.9 * 60
)";

TEST(SitesExample, LooksAtPartsAndAtSingleVectors) {
  const test::ScratchFolder folder;
  const std::string out = folder / "run";
  const auto run = test::run_patina("run " PATINA_SOURCE_DIR "/inputs/sites.json --output " + out +
                                    " --set /protocol/1/duration_ps=0.3 --set /protocol/2/cooling_rate_K_per_s=4e15 --set /protocol/3/duration_ps=1");
  ASSERT_EQ(run.status, 0) << run.output;
  const auto report = test::run_patina("report " + out);
  ASSERT_EQ(report.status, 0) << report.output;
  EXPECT_EQ(report.output.find("Warning"), std::string::npos) << report.output;
  const auto python = test::run_python(folder / "physics.py", physics, out);
  EXPECT_EQ(python.status, 0) << python.output;
  const std::string page = test::read_text_file(out + "/report.html");
  for (const char* said : {"Dynamics over decades in step 3 (anneal) (ball of 12 Å (FWHM) at (0.5, 0.5, 0.5))", "(layer of 12 Å (FWHM) across z at 0.25)",
                           "Stationary dynamics in step 3 (anneal) (3 listed vectors, each by itself)", "relaxation and ageing (q along (1 0 0))",
                           "<td class=\"n\">(0 1 0), 0.1", "a curve of one wave vector has none of its own"})
    EXPECT_NE(page.find(said), std::string::npos) << said;
  const auto dry = test::run_patina("run " PATINA_SOURCE_DIR "/inputs/sites.json --dry-run --set /replicas=2");
  EXPECT_EQ(dry.status, 0) << dry.output;
  for (const char* said : {"dynamics, window 1", "dynamics, window 2", "2 replicas, 1 at a time"})
    EXPECT_NE(dry.output.find(said), std::string::npos) << dry.output;
}

}  // namespace
}  // namespace patina
