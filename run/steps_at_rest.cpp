// SPDX-License-Identifier: BSD-3-Clause
// The steps of a simulation in which no time passes: a minimum, a film that is cut off, an earlier sample that comes back.
#include <fmt/format.h>

#include "md/film.hpp"
#include "md/integrate.hpp"
#include "md/kinetic.hpp"
#include "md/minimize.hpp"
#include "md/velocity.hpp"
#include "run/ensemble.hpp"
#include "run/expansion.hpp"
#include "run/sample_library.hpp"
#include "run/schedule.hpp"
#include "run/simulation.hpp"
#include "run/sound_state.hpp"

namespace patina {

// FIRE until the forces vanish; observers see the state it ends in.
bool Simulation::minimise(std::size_t index) {
  const auto& step = std::get<MinimiseStep>(protocol_[index]);
  const std::string label = step_label(index, protocol_[index]);
  const double began_s = progress_->elapsed_s();
  if (!resumes_within(index)) strain_at_rest(step);
  Minimizer minimizer(make_minimisation(step, system_.box), system_, *engine_);
  if (resumes_within(index)) minimizer.load(loaded_->state);
  while (!minimizer.finished()) {
    minimizer.step();
    const Asked what = asked(minimizer.steps());
    // After the last iteration comes the checkpoint of the step's end: of one state no two, between which a row of thermo.csv lies.
    if (what == Asked::stop || (!minimizer.finished() && (what != Asked::nothing || minimizer.steps() % config_.output.checkpoint_interval_steps == 0))) {
      StateMap state;
      minimizer.save(state);
      checkpoint(index, minimizer.steps(), std::move(state));
    }
    if (what == Asked::stop) return false;
  }
  require_relaxed(minimizer.totals(), system_, label, minimizer.steps());
  log_.line("{}: {} {} iterations, E {:.6f} eV/atom, largest force {:.3g} eV/A", label,
            minimizer.converged() ? "converged after" : "ended at max_steps =", minimizer.steps(),
            minimizer.totals().potential_energy / static_cast<double>(system_.atom_count), minimizer.max_force_eV_per_A());
  scale_velocities(system_, 0.0);
  std::map<std::string, double> state = {{"temperature_K", 0.0}};
  if (step.relax_cell != "none") state["pressure_GPa"] = step.pressure_GPa;
  look_once(index, state);
  ThermoRow row = thermo_row_at_rest(system_, minimizer.totals(), index);
  if (step.deformation != no_deformation) row.target_strain = step.strain;
  thermo_file_->write(row);
  progress_->leave_out(progress_->elapsed_s() - began_s);
  return true;
}

// Atoms and cell go along with the strain of the step, if it has one.
void Simulation::strain_at_rest(const MinimiseStep& step) {
  if (step.deformation == no_deformation) return;
  scale_velocities(system_, 0.0);
  turn_sheared_cell(step);
  const Targets targets = deformation_targets(deformation_of(step.deformation), step.from_strain, step.strain, 1.0);
  drift(system_, 1.0, targets.strain_rate_per_ps);
  for (const ShearRate& shear : targets.shears) shear_places(system_, shear.along, shear.across, shear.rate_per_ps);
}

// The sample of an earlier step takes the place of this one; step counter and time go on, so that thermo.csv and trajectories do not go back.
void Simulation::restore(std::size_t index) {
  const auto& step = std::get<RestoreStep>(protocol_[index]);
  const std::size_t from = restored_step(protocol_, index);
  const double began_s = progress_->elapsed_s();
  System restored = make_system(comm_, load_sample(comm_, setup_.folder, step_label(from, protocol_[from])).atoms, setup_.seed);
  restored.step = system_.step;
  restored.time_ps = system_.time_ps;
  // Another number of atoms, or another free axis, where vapour came down in between.
  const bool as_it_was = restored.atom_count == system_.atom_count && restored.box.periodic() == system_.box.periodic();
  system_ = std::move(restored);
  substrate_atoms_ = 0;
  if (as_it_was)
    engine_->force_rebuild();
  else {
    make_engine();
    progress_->count_atoms(system_.atom_count, steps_before(index));
  }
  const ForceTotals totals = engine_->compute(system_, Tally::energy);
  // Branches may begin at one and the same time step: the place in the protocol tells their numbers apart.
  if (step.velocities == "new") draw_velocities(system_, step.temperature_K.value(), static_cast<std::uint32_t>(index + 1));
  const ThermoRow row = thermo_row_of_state(system_, totals, index);
  thermo_file_->write(row);
  const std::string velocities = step.velocities == "new" ? fmt::format("velocities drawn at {:.1f} K", *step.temperature_K) : fmt::format("with its velocities, {:.1f} K", row.temperature_K);
  log_.line("{}: back to the end of {}, {}", step_label(index, protocol_[index]), step_label(from, protocol_[from]), velocities);
  progress_->leave_out(progress_->elapsed_s() - began_s);
}

// The film alone is the sample from here on.
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
  look_once(index, {});
}

void Simulation::look_once(std::size_t index, const std::map<std::string, double>& state) {
  const Observers observers = make_observers(observers_of(protocol_[index]), observer_context(index, state), comm_, system_.species);
  for (const auto& observer : observers) {
    observer->observe(frame_of(system_));
    observer->finish();
  }
}

}  // namespace patina
