// SPDX-License-Identifier: BSD-3-Clause
// Stationary dynamics in situ: an observer that correlates the density modes of shells of lattice q over all pairs of times,
// from frame to frame up to the whole span, by multi-tau (multi_tau.hpp), in memory that hardly grows. It finds
//   coherent f(q, t), X-ray (or otherwise) weighted, and partials F_ab(q, t)
//   g2(q, t) of the speckles' intensities, each channel divided by the mean intensities that went into it
//   currents (if asked for): C_L(q, t) = <j_L j_L*> / N and C_T(q, t) of one transverse direction, in A^2/ps^2, where
//     j(q) = sum_j (v_j - v_cm) exp(i q . r_j), j_L = j . q / |q| [J.-P. Hansen & I. R. McDonald, Theory of Simple Liquids,
//     section 7.4]; d^2 F/dt^2 = -q^2 C_L with F = <rho rho*> / N
// Ageing is averaged away: for samples that do not age while it looks.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "md/observer.hpp"
#include "scattering/amplitudes.hpp"
#include "scattering/multi_tau_result.hpp"
#include "scattering/xpcs_observer.hpp"

namespace patina {

struct MultiTauSpec {
  std::string label = "multi_tau";  // name of the entry in the result file
  AmplitudeSpec amplitudes;
  int interval_steps = 10;
  int channels = 16;      // of each level
  double start_ps = 0.0;  // since the start of the protocol step: what comes before is not looked at
  bool currents = false;
};

// Bytes, of P vectors, S species, C channels of all levels, on each rank:
//   kept        three correlators at most (MultiTau::bytes): S + 1 fields and pairs + 1 products of each vector, 2 and 2, and with
//               currents 3 and 3; 100 + 16 S of each vector; what sums of modes keep
//   frame       what a sum of modes needs (mode_sum.hpp); a sample of all fields for each level
//   checkpoint  a copy of the correlators
//   finish      on rank 0 two tables (with currents three) of 8 P C
// Throws Error(bad_input) if a shell is empty.
RankNeeds memory_need(const MultiTauSpec& spec, const WatchedSample& watched);

class MultiTauObserver : public Observer {
 public:
  // `comm` must outlive the observer. Throws Error(bad_input) if a species has no form factor.
  MultiTauObserver(const Comm& comm, const Species& species, MultiTauSpec spec, ResultTarget target);

  bool due(std::int64_t step_in_protocol_step) const override { return step_in_protocol_step % spec_.interval_steps == 0; }
  // Throws Error(bad_input) at the first frame if there are no such vectors, later if frames are not equally spaced in time, or if
  // currents are asked for and the frame has no velocities.
  void observe(const Frame& frame) override;
  void finish() override;
  void save(StateMap& state) override;
  void load(const StateMap& state) override;

 private:
  void start(const Frame& frame);
  void make_plans();
  void check_time(double time_ps);
  void add_density(const Frame& frame, const Vec3& mass_centre);
  void add_currents(const Frame& frame, const Vec3& mass_centre);

  const Comm& comm_;
  Species species_;
  MultiTauSpec spec_;
  ResultTarget target_;
  Amplitudes amplitudes_;
  std::vector<std::array<Vec3, 3>> directions_;  // of each vector: along it, and two across
  bool begun_ = false;
  double origin_ps_ = 0.0;       // time of the run when the protocol step began
  double first_ps_ = 0.0;        // of the first frame looked at, since then
  double interval_ps_ = 0.0;
  double time_ps_ = 0.0;         // of the last frame, since then
  std::optional<MultiTau> density_, intensity_, currents_;
};

}  // namespace patina
