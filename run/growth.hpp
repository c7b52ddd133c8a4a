// SPDX-License-Identifier: BSD-3-Clause
// What a deposit step does around its time steps: the substrate made ready, atoms let in when they are due, the film told of in the end.
#pragma once

#include <string>

#include "md/deposition.hpp"
#include "md/engine.hpp"
#include "md/film.hpp"
#include "md/integrate.hpp"
#include "md/motion_groups.hpp"
#include "run/deposit_config.hpp"
#include "run/schedule.hpp"

namespace patina {

// Opens the cell of a sample that is to become a substrate, with room for the film; true if the cell has changed, so that an engine must be made
// for it. Error(bad_input) if the sample is no substrate. Atoms must be within the cell. Collective.
bool prepare_substrate(const DepositStep& step, const std::string& label, double cutoff_A, System& system);

class Growth {
 public:
  // On a substrate as it stands. Collective.
  Growth(const DepositStep& step, const Schedule& schedule, double time_step_ps, double cutoff_A, const System& system);

  const MotionGroups& groups() const { return groups_; }
  // Lets in what is due after `done` time steps; true if there was something. Collective.
  bool admit(System& system, Engine& engine, Integrator& integrator, std::int64_t done);

  std::string describe_start(const System& system) const;
  // Of the film in the end; forces must be those of the atoms as they stand. Collective.
  std::string describe_end(const System& system) const;
  std::int64_t substrate_atoms() const { return deposition_.substrate_atoms(); }

  void save(StateMap& state) const;
  void load(const StateMap& state, const System& system);

 private:
  std::vector<unsigned char> motion_;
  MotionGroups groups_;
  Deposition deposition_;
};

}  // namespace patina
