// SPDX-License-Identifier: BSD-3-Clause
// Writes the lines of thermo.csv, tells the progress, and stops a sample that explodes.
#pragma once

#include "md/integrate.hpp"
#include "md/observer.hpp"
#include "md/thermo.hpp"
#include "run/progress.hpp"
#include "run/schedule.hpp"
#include "run/swap_moves.hpp"

namespace patina {

class ThermoObserver : public Observer {
 public:
  struct Place {
    std::size_t protocol_step = 0;
    std::string label;
    std::int64_t first_step = 0;    // of the system when the protocol step began
    std::int64_t steps_before = 0;  // time steps of the protocol before this step
    const SwapMoves* swaps = nullptr;  // of a step that has them
  };
  // Of the schedule's targets only those that `ensemble` holds are written.
  ThermoObserver(const Integrator& integrator, const EnsembleSpec& ensemble, const Schedule& schedule, const Place& place,
                 std::int64_t interval_steps, ThermoFile& file, Progress& progress);

  // The start of the whole run, every interval, and the end of the step. Energies and virial must be tallied then.
  bool due(std::int64_t step_in_protocol_step) const override;
  void observe(const Frame& frame) override;

 private:
  const Integrator& integrator_;
  bool holds_temperature_, holds_pressure_;
  Schedule schedule_;
  Place place_;
  std::int64_t interval_steps_;
  ThermoFile& file_;
  Progress& progress_;
};

// The line of a sample as it stands, whose forces were just computed: no targets, and its energy is what is conserved.
ThermoRow thermo_row_of_state(const System& system, const ForceTotals& totals, std::size_t protocol_step);

// The line of a minimised sample: no motion, no targets. Pressures are those of the potential part alone.
ThermoRow thermo_row_at_rest(const System& system, const ForceTotals& totals, std::size_t protocol_step);

}  // namespace patina
