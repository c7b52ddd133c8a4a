// SPDX-License-Identifier: BSD-3-Clause
// Pair distribution functions in situ: counts the pairs of a protocol step's frames by their distance and writes g_ab(r) and the
// coordination numbers into the result file.
#pragma once

#include <string>

#include "md/memory.hpp"
#include "md/observer.hpp"
#include "scattering/pair_distribution.hpp"
#include "scattering/xpcs_observer.hpp"

namespace patina {

struct PairDistributionSpec {
  std::string label = "pair_distribution";  // name of the entry in the result file
  double r_max_A = 10.0;                    // rounded up to whole bins
  double bin_A = 0.05;
  int interval_steps = 100;
};

// Bytes, on each rank:
//   kept        8 of each bin and pair of species
//   frame       the atoms of the rank in order of id (md/frame.hpp), and 64 of each atom of the sample: its place as it is received, and
//               as it stands in its cell; 8 of each bin and pair for each thread
//   checkpoint  8 of each bin and pair
//   finish      on rank 0 some 32 of each bin and pair of species in both orders
RankNeeds memory_need(const PairDistributionSpec& spec, const WatchedSample& watched);

class PairDistributionObserver : public Observer {
 public:
  // `comm` must outlive the observer.
  PairDistributionObserver(const Comm& comm, const Species& species, PairDistributionSpec spec, ResultTarget target);

  bool due(std::int64_t step_in_protocol_step) const override { return step_in_protocol_step % spec_.interval_steps == 0; }
  // Throws Error(bad_input) if the cell is not periodic along all its axes: an open one has no density.
  void observe(const Frame& frame) override;
  void finish() override;
  void save(StateMap& state) override;
  void load(const StateMap& state) override;

 private:
  const Comm& comm_;
  Species species_;
  PairDistributionSpec spec_;
  ResultTarget target_;
  PairBins bins_;
  PairCounts counts_;
  double time_origin_ps_ = 0.0;
  double half_height_A_ = 0.0;  // half the smallest height of the first cell
};

}  // namespace patina
