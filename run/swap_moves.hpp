// SPDX-License-Identifier: BSD-3-Clause
// The sweeps of a `swap` step: when they are due, what they have done, and the words of its key "pairs".
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "core/state_map.hpp"
#include "md/engine.hpp"
#include "md/integrate.hpp"
#include "md/species_swap.hpp"
#include "run/step_config.hpp"

namespace patina {

// "Cu-Zr" as types; nothing where it does not join two different ones of `species`.
std::optional<std::array<int, 2>> swap_pair(const std::string& words, const std::vector<std::string>& species);

// The pairs of types that a step lets change places in a sample with so many atoms of each type: those that it names, with atoms or
// without, or all that have any.
std::vector<std::array<int, 2>> swap_pairs(const SwapStep& step, const std::vector<std::string>& species, const std::vector<std::int64_t>& count);

class SwapMoves {
 public:
  // Throws Error(bad_input), which names the step by its label, if the sample has not what is to change places: what a cut leaves of a film is not foreseen exactly.
  SwapMoves(const SwapStep& step, const std::string& label, const EamTables& tables, const Species& species);

  bool due(std::int64_t step_in_protocol_step) const { return step_in_protocol_step % interval_steps_ == 0; }
  // One sweep, and forces, totals and heat after it. The last step must have been tallied. Collective.
  void sweep(System& system, Engine& engine, Integrator& integrator);

  // Of all attempts so far, those accepted; nothing before the first.
  std::optional<double> acceptance() const;
  // "Cu-Zr 1234 of 100000 (1.234 %)" for each pair.
  std::string text() const;

  void save(StateMap& state) const;
  void load(const StateMap& state);

 private:
  LocalTables tables_;
  std::int64_t interval_steps_;
  SwapSweep sweep_;
  std::vector<std::string> name_;  // of each pair
  std::vector<long long> attempted_, accepted_;
};

}  // namespace patina
