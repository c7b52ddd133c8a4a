// SPDX-License-Identifier: BSD-3-Clause
// What an input must not say of vapour and films, and how a sample is foreseen to be after steps that change its atoms.
#pragma once

#include <string>
#include <vector>

#include "core/placed_errors.hpp"
#include "md/memory.hpp"
#include "md/structure.hpp"
#include "run/memory_estimate.hpp"
#include "run/run_config.hpp"

namespace patina {

// While the number of atoms grows nothing can follow each of them, nor stand for the sample.
void check_growing(const DepositStep& step, const std::string& pointer, const ConfigChecker& at);

// Of film there is what was deposited since the last cut, or since a branch began. `pointer`: where these steps stand, "protocol" or those of a branch.
void check_films(const std::vector<ProtocolItem>& steps, const std::string& pointer, const ConfigChecker& at);

// Where the next atom comes before the last is down, film and vapour are not apart.
void doubt_rate(const std::string& label, const DepositStep& step, std::vector<std::string>& found);

// Arriving atoms of each of `species`.
std::vector<std::int64_t> vapour_counts(const DepositStep& step, const std::vector<std::string>& species, std::int64_t atoms);

// A sample as a step of the protocol finds it, as far as the input tells: the edges are those of the start, but where a cut leaves a part.
struct ForeseenSample {
  SampleNumbers numbers;
  std::vector<std::int64_t> film_count;  // of each species; empty: no film
  bool is_new = true;  // its atoms are still those of the start
  void take(const StepConfig& step, const std::vector<std::string>& species);
  std::int64_t film_atoms() const;
};

// The same before each elementary step of a protocol, which must outlive it, as must the species.
class Foresight {
 public:
  Foresight(const SampleNumbers& start, const std::vector<StepConfig>& protocol, const std::vector<std::string>& species);
  const ForeseenSample& now() const { return after_.back(); }
  void take_next();

 private:
  const std::vector<StepConfig>& protocol_;
  const std::vector<std::string>& species_;
  std::vector<ForeseenSample> after_;  // the start, and what each step leaves
};

// What a step needs of memory beside its observers, with so many atoms at most: of a deposit step a byte for each on every rank and another in the
// memory of kernels, the types of what arrives, and 8 in a checkpoint; of a cut the whole sample twice on every rank. Nothing of others.
std::vector<ObserverNeeds> film_needs(const StepConfig& step, double atoms);

// What keeps it from being the substrate of a step, and whether atoms that the potential of this cutoff must not join can come down on it as
// fast; `start`: the sample of the start, if nothing came down on it yet.
void check_substrate(const DepositStep& step, const ForeseenSample& sample, const Structure& start, double cutoff_A, const std::string& pointer, PlacedErrorList& errors);

}  // namespace patina
