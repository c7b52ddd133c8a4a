// SPDX-License-Identifier: BSD-3-Clause
// The observers of a protocol step, made from their words in the input.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/placed_errors.hpp"
#include "md/atoms.hpp"
#include "md/memory.hpp"
#include "md/observer.hpp"
#include "run/memory_estimate.hpp"
#include "run/run_config.hpp"

namespace patina {

// Where and under which name the observers of a step write.
struct ObserverContext {
  std::string folder;           // of the replica
  std::string label;            // "step04_anneal"
  std::string resolved_input;   // written into every result file
  std::string potential_sha256;
  std::string tables;           // "file", or how smooth ones differ from it
  std::uint64_t seed = 1;
  std::map<std::string, double> thermodynamic_state;  // what the step holds or ends at
  std::function<void(const std::string&)> tell;       // a line for the log
  std::string trajectory = {};  // of a stored one: Provenance::trajectory
};

using Observers = std::vector<std::unique_ptr<Observer>>;

// Collective. Throws Error(bad_input) if one cannot be made for this sample (an empty shell of q vectors, say).
Observers make_observers(const std::vector<ObserverConfig>& configs, const ObserverContext& context,
                         const Comm& comm, const Species& species);

// Of which of the configurations each of these observers is: one that has windows makes an observer for each.
std::vector<std::size_t> configurations_of_observers(const std::vector<ObserverConfig>& configs);

// What each, and each of its windows, needs of memory, looking at a sample for so many time steps of step_ps (or, of a stored trajectory, frames). Throws
// Error(bad_input) that begins with "PLACE_OF_LIST/k: " if one sees no wave vector.
std::vector<ObserverNeeds> observer_needs(const std::vector<ObserverConfig>& configs, const SampleNumbers& sample, std::int64_t steps,
                                          double step_ps, const std::string& place_of_list);

// What of the observers can be found wrong before the run: an element without a form factor, a shell without a single
// vector in the cell the sample starts with. Adds each at its place, "PLACE/key" or "PLACE_OF_LIST/k/key".
void check_observer(const ObserverConfig& observer, const Box& box, const std::vector<std::string>& species, std::int64_t atoms,
                    const std::string& place, PlacedErrorList& errors);
void check_observers(const std::vector<ObserverConfig>& observers, const Box& box, const std::vector<std::string>& species,
                     std::int64_t atoms, const std::string& place_of_list, PlacedErrorList& errors);

// The keys of each observer in a checkpoint are kept apart by its place in the list. Collective.
void save(const Observers& observers, StateMap& state);
void load(const Observers& observers, const StateMap& state);

}  // namespace patina
