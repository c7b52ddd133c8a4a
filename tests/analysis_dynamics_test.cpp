// SPDX-License-Identifier: BSD-3-Clause
// Truths: an entry of kind "dynamics" written from closed forms: KWW decays with tau = tau0 q^-1.5, one species that
// diffuses and one whose <r^2> grows as t^1/2, alpha_2 with its maximum at a known lag, a chi_4 that still rises.
#include "analysis/dynamics_analysis.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/error.hpp"
#include "core/hdf5.hpp"
#include "scratch_folder.hpp"
#include "synthetic_dynamics.hpp"

namespace patina {
namespace {

using namespace test;

LagDynamics entry_of(int sample, double faster = 1.0) {
  const ScratchFolder folder;
  write_synthetic_dynamics(folder / "xpcs.h5", "step02_anneal_dynamics", sample, faster);
  return read_lag_dynamics(folder / "xpcs.h5").at(0);
}

TEST(DynamicsAnalysisTest, RecoversWhatTheEntryWasMadeFrom) {
  StructureData structure;
  structure.protocol_step = 2;
  structure.q_inv_A = {1.0, 3.0, 5.0};
  structure.s_x = {1.0, 3.0, 1.0};
  const DynamicsAnalysis analysis = analyse_dynamics({entry_of(0)}, {structure}, {});
  ASSERT_EQ(analysis.shells.size(), shell_q.size());
  EXPECT_EQ(analysis.data.protocol_step, 2);
  const double interpolated[] = {1.5, 2.0, 2.8, 2.0};
  for (std::size_t k = 0; k < shell_q.size(); ++k) {
    EXPECT_EQ(analysis.shells[k].data.modes, 300);
    EXPECT_NEAR(analysis.structure_factor[k], interpolated[k], 1e-12);
    for (const auto& one : analysis.shells[k].coherent.fits) {
      ASSERT_EQ(one.fit.status, KwwStatus::fitted) << shell_q[k] << ": " << one.fit.reason;
      const double truth = tau0_ps * std::pow(shell_q[k], -q_power);
      EXPECT_NEAR(one.fit.tau_ps.value, truth, 5.0 * one.fit.tau_ps.error) << shell_q[k];
      EXPECT_NEAR(one.fit.amplitude.value, plateau, 5.0 * one.fit.amplitude.error) << shell_q[k];
    }
  }
  for (const auto& at : analysis.waiting_times) {
    EXPECT_NEAR(at.q_power, q_power, 5.0 * at.q_power_error);
    EXPECT_LT(at.q_power_error, 0.1);
    ASSERT_EQ(at.diffusion.size(), 2u);
    EXPECT_EQ(at.diffusion[0].species, "Cu");
    EXPECT_NEAR(at.diffusion[0].D_A2_per_ps, diffusion, 1e-9);
    EXPECT_NEAR(at.diffusion[1].power, 0.5, 1e-9);
    EXPECT_TRUE(std::isnan(at.diffusion[1].D_A2_per_ps));
    EXPECT_NEAR(at.alpha_2.lag_ps, 5.0, 0.7);  // the nearest of ten lags in a decade
    EXPECT_NEAR(at.alpha_2.value, 1.0, 0.02);
    EXPECT_TRUE(std::isnan(at.chi4.value));
  }
}

// The mean of D = d (1 + x), and its standard error by hand.
TEST(DynamicsAnalysisTest, ErrorsOfDiffusionAreThoseOfReplicas) {
  const std::vector<double> faster = {0.9, 1.0, 1.05, 1.2};
  std::vector<LagDynamics> replicas;
  double mean = 0.0, squares = 0.0;
  for (std::size_t r = 0; r < faster.size(); ++r) {
    replicas.push_back(entry_of(static_cast<int>(r), faster[r]));
    mean += 0.25 * diffusion * faster[r];
  }
  for (const double x : faster) squares += std::pow(diffusion * x - mean, 2);
  const DynamicsAnalysis analysis = analyse_dynamics(replicas, {}, {});
  EXPECT_EQ(analysis.shells[0].data.modes, 1200);
  EXPECT_NEAR(analysis.waiting_times[0].diffusion[0].D_A2_per_ps, mean, 1e-9);
  EXPECT_NEAR(analysis.waiting_times[0].diffusion[0].D_error_A2_per_ps, std::sqrt(squares / 12.0), 1e-9);
  EXPECT_TRUE(std::isnan(analysis.structure_factor[0]));
}

// An entry of kind "multi_tau" has the same f, but neither self parts nor displacements.
TEST(DynamicsAnalysisTest, FitsMultiTauAlike) {
  const ScratchFolder folder;
  const std::string path = folder / "xpcs.h5", entry = "/step02_anneal_multi_tau";
  write_synthetic_dynamics(path, entry.substr(1), 0);
  h5::File file = h5::File::extend(path);
  for (const char* part : {"/mean_square_displacement", "/non_gaussian", "/overlap", "/chi4"}) file.remove(entry + part);
  file.create_group(entry + "/channels");
  file.close();
  const LagDynamics found = read_lag_dynamics(path).at(0);
  EXPECT_EQ(found.kind, "multi_tau");
  EXPECT_TRUE(found.groups.empty());
  StructureData structure;
  structure.protocol_step = 2;
  structure.q_inv_A = {1.0, 5.0};
  structure.s_x = {2.0, 2.0};
  const DynamicsAnalysis analysis = analyse_dynamics({found, found}, {structure}, {});
  EXPECT_EQ(analysis.structure_factor.at(1), 2.0);
  EXPECT_NEAR(analysis.waiting_times.at(0).q_power, q_power, 5.0 * analysis.waiting_times[0].q_power_error);
  const KwwFit& fit = analysis.shells[2].coherent.fits[0].fit;
  ASSERT_EQ(fit.status, KwwStatus::fitted);
  EXPECT_NEAR(fit.tau_ps.value, tau0_ps * std::pow(2.8, -q_power), 5.0 * fit.tau_ps.error);
  EXPECT_NEAR(fit.amplitude.value, plateau, 5.0 * fit.amplitude.error);
  EXPECT_TRUE(std::isnan(analysis.waiting_times[0].alpha_2.value));
  EXPECT_TRUE(analysis.waiting_times[0].diffusion.empty());
}

LagDynamics two_steps(double plateau_of_two) {
  const ScratchFolder folder;
  const std::string path = folder / "xpcs.h5", entry = "step02_anneal_dynamics";
  write_synthetic_dynamics(path, entry, 0);
  write_two_steps(path, entry, plateau_of_two);
  return read_lag_dynamics(path).at(0);
}

// The plateau is what the entry was made from, less what the second step has lost at the inflection (t/40 ps, about 1 %); of replicas
// that differ, the mean and its standard error by hand.
TEST(DynamicsAnalysisTest, FindsThePlateauAndItsScatterAmongReplicas) {
  const DynamicsAnalysis one = analyse_dynamics({two_steps(0.7)}, {}, {});
  const std::vector<double> plateaus = {0.66, 0.69, 0.71, 0.74};
  std::vector<LagDynamics> replicas;
  for (const double value : plateaus) replicas.push_back(two_steps(value));
  const DynamicsAnalysis four = analyse_dynamics(replicas, {}, {});
  const double standard_error = std::sqrt((2 * 0.04 * 0.04 + 2 * 0.01 * 0.01) / 12.0);
  for (std::size_t k = 0; k < shell_q.size(); ++k) {
    const WaitingTimeFit& alone = one.shells[k].coherent.fits.at(1);
    ASSERT_TRUE(alone.plateau.found) << alone.plateau.reason;
    EXPECT_NEAR(alone.plateau.value, 0.7 * std::exp(-alone.plateau.lag_ps / 40.0), 2e-3);
    EXPECT_NEAR(alone.plateau.value, alone.fit.amplitude.value, 0.015);
    EXPECT_LT(plateau_error(alone), 2.0 * noise);
    const WaitingTimeFit& merged = four.shells[k].coherent.fits.at(1);
    EXPECT_NEAR(merged.plateau.value, alone.plateau.value, 2e-3);
    EXPECT_NEAR(plateau_error(merged), standard_error, 0.03 * standard_error);
  }
}

TEST(DynamicsAnalysisTest, HasNoPlateauWhereTheFirstDecayIsBeforeTheLags) {
  const DynamicsAnalysis analysis = analyse_dynamics({entry_of(0)}, {}, {});
  for (const auto& shell : analysis.shells)
    for (const auto& one : shell.coherent.fits) EXPECT_FALSE(one.plateau.found);
}

TEST(DynamicsAnalysisTest, ReplicasThatDifferAreRefused) {
  LagDynamics other = entry_of(1);
  other.lag_ps.back() *= 2.0;
  EXPECT_THROW(analyse_dynamics({entry_of(0), other}, {}, {}), Error);
}

}  // namespace
}  // namespace patina
