// SPDX-License-Identifier: BSD-3-Clause
// What a simulation does in a step that deposits a film, beside the loop over time steps.
#include "core/units.hpp"
#include "md/kinetic.hpp"
#include "run/schedule.hpp"
#include "run/simulation.hpp"

namespace patina {

std::optional<Growth> Simulation::begin_growth(std::size_t index, const Schedule& schedule) {
  const auto* step = std::get_if<DepositStep>(&protocol_[index]);
  if (!step) return std::nullopt;
  const std::string label = step_label(index, protocol_[index]);
  if (!resumes_within(index)) {
    engine_->compute(system_, Tally::forces);  // atoms take their places within the cell
    if (prepare_substrate(*step, label, engine_->cutoff_A(), system_)) make_engine();
  }
  Growth growth(*step, schedule, config_.dynamics.time_step_fs * units::ps_per_fs, engine_->cutoff_A(), system_);
  if (resumes_within(index))
    growth.load(loaded_->state, system_);
  else
    log_.line("{}: {}", label, growth.describe_start(system_));
  return growth;
}

// Its base has taken up momentum, which atoms that all move do not have.
void Simulation::end_growth(const Growth& growth, const std::string& label) {
  log_.line("{}: {}", label, growth.describe_end(system_));
  if (substrate_atoms_ == 0) substrate_atoms_ = growth.substrate_atoms();
  remove_momentum(system_);
}

}  // namespace patina
