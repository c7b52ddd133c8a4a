// SPDX-License-Identifier: BSD-3-Clause
// Dynamics in situ over many decades of time: an observer that compares the sample with what it was at each waiting
// time, at lags evenly spaced in their logarithm (lag_schedule.hpp). Per waiting time it keeps one state of the sample
// and one row of numbers per lag, whatever the length of the step:
//   coherent f(q; t_w, t), X-ray (or otherwise) weighted, and partials F_ab, of shells of lattice q (correlation.hpp)
//   self F_s,a(q; t_w, t) of the same shells (self_scattering.hpp)
//   displacements: MSD, alpha_2, overlap, chi_4 of sub-boxes, self van Hove (displacement.hpp)
//   distinct van Hove function of each pair of species (distinct_pairs.hpp)
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "md/observer.hpp"
#include "scattering/amplitudes.hpp"
#include "scattering/displacement.hpp"
#include "scattering/dynamics_result.hpp"
#include "scattering/waiting_times.hpp"
#include "scattering/xpcs_observer.hpp"

namespace patina {

struct DynamicsSpec {
  std::string label = "dynamics";  // name of the entry in the result file
  AmplitudeSpec amplitudes;
  int self_vectors = 30;  // of each group, for the self part; 0: none
  int interval_steps = 10;
  int lags_per_decade = 10;
  std::optional<double> max_lag_ps;              // without it: as long as the step lasts
  std::vector<double> waiting_times_ps = {0.0};  // since the start of the protocol step
  DisplacementSpec displacement;
  PairBins distinct;  // of the distinct van Hove function; without bins: none
};

// Bytes, of P vectors in K shells, S species, and W waiting times of which A are compared with at one time (all, unless max_lag_ps
// ends them), L lags of a row of w numbers (RowLayout):
//   kept        A (24 of each atom of the rank + 16 S P) + 8 W L w; what sums of modes keep
//   frame       the atoms of the rank in order of id (md/frame.hpp), or what a sum of modes needs (mode_sum.hpp), or for distinct pairs the places
//               of all atoms (pair_cells.hpp)
//   checkpoint  A (24 of each atom of the sample on rank 0 + 16 S P) + 8 W L w
//   finish      on rank 0 the rows once more, and the largest of their tables
// Throws Error(bad_input) if a shell is empty.
RankNeeds memory_need(const DynamicsSpec& spec, const WatchedSample& watched);

class DynamicsObserver : public Observer {
 public:
  // `comm` must outlive the observer. Throws Error(bad_input) if a species has no form factor.
  DynamicsObserver(const Comm& comm, const Species& species, DynamicsSpec spec, ResultTarget target);

  bool due(std::int64_t step_in_protocol_step) const override {
    return step_in_protocol_step % spec_.interval_steps == 0;
  }
  // Throws Error(bad_input) at the first frame if there are no such vectors, or the cell is not periodic where distinct pairs are asked for; later if frames are not equally spaced in
  // time, or two waiting times begin at one.
  void observe(const Frame& frame) override;
  void finish() override;
  void save(StateMap& state) override;
  void load(const StateMap& state) override;

 private:
  // The sample at a waiting time, as long as it is compared with.
  struct Start {
    bool active = true;
    std::size_t next_lag = 0;  // index into lags_
    Mat3 edges;
    std::vector<Vec3> s;  // this rank's block of ids (self_scattering.hpp)
    std::vector<std::complex<double>> rho;
    DynamicsCurve curve;
  };
  void make_plans();
  void check_time(double time_ps);
  bool wanted(const Start& start) const;
  bool within_max_lag(const Start& start) const;  // the next lag
  void measure(const Frame& frame, const Vec3& mass_centre);
  std::vector<double> compare(const Start& start, const std::vector<std::complex<double>>& rho,
                              const FractionalBlock& now) const;
  void compare_modes(const Start& start, const std::vector<std::complex<double>>& rho, std::vector<double>& row) const;
  void save_start(const Start& start, const std::string& prefix, StateMap& state) const;
  Start load_start(const std::string& prefix, const StateMap& state) const;

  const Comm& comm_;
  Species species_;
  DynamicsSpec spec_;
  ResultTarget target_;
  std::vector<std::int64_t> lags_;
  RowLayout layout_;
  Amplitudes amplitudes_;
  std::vector<std::vector<int>> members_;  // of their set, by group
  SelfPlan self_plan_;
  double time_origin_ps_ = 0.0;
  double interval_ps_ = 0.0;
  double time_ps_ = 0.0;     // of the last frame, since the first
  std::int64_t frames_ = 0;
  WaitingTimes waiting_times_;
  std::vector<Start> starts_;
};

}  // namespace patina
