// SPDX-License-Identifier: BSD-3-Clause
// XPCS in situ: an observer that takes the amplitudes of one shell of lattice q, or list of them, at equal intervals,
// follows the self part from every waiting time, and at the end of the protocol step writes f(q; t_w, t),
// speckles, g2 and the two-time correlation into the result file (xpcs_result.hpp). No trajectory is needed.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "md/memory.hpp"
#include "md/observer.hpp"
#include "scattering/amplitudes.hpp"
#include "scattering/self_scattering.hpp"
#include "scattering/waiting_times.hpp"
#include "scattering/xpcs_result.hpp"

namespace patina {

struct XpcsSpec {
  std::string label = "xpcs";  // name of the entry in the result file
  AmplitudeSpec amplitudes;            // of one group of vectors
  int interval_steps = 50;
  std::vector<double> waiting_times_ps = {0.0};  // since the start of the protocol step
  double waiting_window_ps = 0.0;                // coherent cuts are means over the starts of so long from each of them
  std::optional<double> max_lag_ps;              // without it: as long as the step lasts
  int self_vectors = 50;                         // vectors used for the self part; 0: none
};

// What an observer needs to know of the run to leave results.
struct ResultTarget {
  std::string path;  // of xpcs.h5
  std::uint64_t seed = 0;
  Provenance provenance;
  std::map<std::string, double> thermodynamic_state;  // of the protocol step
  std::function<void(const std::string&)> tell = {};  // a line for the log; may be empty
};

// Bytes, of P vectors, T frames, S species, W waiting times, L lags:
//   kept        16 S P T on rank 0; 24 W of each atom of the rank (with a self part); 16 S W L; what sums of modes keep
//   frame       the atoms of the rank in order of id (md/frame.hpp), or what a sum of modes needs (mode_sum.hpp)
//   checkpoint  a copy of the modes, and 24 W of each atom of the sample, on rank 0
//   finish      on rank 0, of fields 16 P T, and beside them their panels, as much again, with one matrix of 8 T^2, or three matrices
//               (a sum, its result, and that as it goes to the file); or tables of (32 + 16 pairs + 32 S) W L
// Throws Error(bad_input) if the shell is empty.
RankNeeds memory_need(const XpcsSpec& spec, const WatchedSample& watched);

class XpcsObserver : public Observer {
 public:
  // `comm` must outlive the observer. Throws Error(bad_input) if a species has no form factor.
  XpcsObserver(const Comm& comm, const Species& species, XpcsSpec spec, ResultTarget target);

  bool due(std::int64_t step_in_protocol_step) const override;
  // Throws Error(bad_input) at the first frame if there are no such vectors, later if two waiting times begin at one frame.
  void observe(const Frame& frame) override;
  void finish() override;
  void save(StateMap& state) override;
  void load(const StateMap& state) override;

 private:
  struct Reference {
    std::vector<Vec3> s;  // this rank's block of ids at the waiting time (self_scattering.hpp)
    SelfCurve curve;
  };
  void make_plans();
  void follow_self(const Frame& frame, const Vec3& mass_centre);
  double interval_ps() const;
  void tell_rests() const;
  int max_lag() const;
  XpcsData data() const;
  void save_references(StateMap& state);
  void load_references(const StateMap& state);

  const Comm& comm_;
  Species species_;
  XpcsSpec spec_;
  ResultTarget target_;
  Amplitudes amplitudes_;
  SelfPlan self_plan_;
  double time_origin_ps_ = 0.0;
  ModeSeries series_;  // rho on rank 0 only
  WaitingTimes waiting_times_;
  std::vector<Reference> references_;
};

}  // namespace patina
