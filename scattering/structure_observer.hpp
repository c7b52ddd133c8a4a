// SPDX-License-Identifier: BSD-3-Clause
// Structure factors in situ: averages S(q) of X-rays and neutrons and its partials over the frames of a protocol step and
// writes them into the result file.
#pragma once

#include <optional>
#include <string>

#include "md/memory.hpp"
#include "md/observer.hpp"
#include "scattering/mode_sum.hpp"
#include "scattering/structure_factor.hpp"
#include "scattering/xpcs_observer.hpp"

namespace patina {

struct StructureSpec {
  std::string label = "structure";  // name of the entry in the result file
  double q_max_inv_A = 8.0;
  double bin_inv_A = 0.05;
  int vectors_per_bin = 60;
  int interval_steps = 500;
  SumOptions sums;  // how density modes are summed
};

// Bytes, of P vectors and S species, on each rank:
//   kept        (32 + 16 pairs) P; what sums of modes keep
//   frame       what a sum of modes needs (mode_sum.hpp); 16 S P and 8 P
//   checkpoint  (48 + 16 pairs) P
//   finish      on rank 0 8 P (pairs + 4), and some forty numbers of each bin
RankNeeds memory_need(const StructureSpec& spec, const WatchedSample& watched);

class StructureObserver : public Observer {
 public:
  // `comm` must outlive the observer. Throws Error(bad_input) if a species has no form factor.
  StructureObserver(const Comm& comm, const Species& species, StructureSpec spec, ResultTarget target);

  bool due(std::int64_t step_in_protocol_step) const override;
  void observe(const Frame& frame) override;
  void finish() override;
  void save(StateMap& state) override;
  void load(const StateMap& state) override;

 private:
  void make_sum(SumMethod method);

  const Comm& comm_;
  Species species_;
  StructureSpec spec_;
  ResultTarget target_;
  QGrid grid_;
  std::optional<ModeSum> modes_;
  double time_origin_ps_ = 0.0;
  StructureSums sums_;
};

}  // namespace patina
