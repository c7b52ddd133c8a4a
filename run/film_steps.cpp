// SPDX-License-Identifier: BSD-3-Clause
// What a simulation does in the steps that deposit a film and cut it off, beside the loop over time steps.
#include "core/units.hpp"
#include "md/film.hpp"
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

// A step in which no time passes: the film alone is the sample from here on.
void Simulation::cut(std::size_t index) {
  const auto& step = std::get<CutFilmStep>(protocol_[index]);
  const std::string label = step_label(index, protocol_[index]);
  const Structure film = cut_film(whole_sample(system_), {substrate_atoms_, step.from, step.to, step.boundary == "periodic", step.gap_A});
  System cut = make_system(comm_, film, setup_.seed);
  cut.step = system_.step;
  cut.time_ps = system_.time_ps;
  system_ = std::move(cut);
  substrate_atoms_ = 0;
  remove_momentum(system_);
  make_engine();
  progress_->count_atoms(system_.atom_count, steps_before(index));
  log_.line("{}: {} atoms of the film are the sample; its cell is {:.3f} A high, {} along z", label, system_.atom_count, system_.box.height(2), step.boundary);
  const Observers observers = make_observers(step.observers, observer_context(index, {}), comm_, system_.species);
  for (const auto& observer : observers) {
    observer->observe(frame_of(system_));
    observer->finish();
  }
}

}  // namespace patina
