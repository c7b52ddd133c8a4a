// SPDX-License-Identifier: BSD-3-Clause
#include "run/run_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "core/units.hpp"
#include "run/schedule.hpp"
#include "run/span_checks.hpp"

namespace patina {

namespace {

// Elements of a built structure; those of a file are known when it is read.
void check_elements(const RunConfig& run, const ConfigChecker& at) {
  if (!at.was_read({"potential/species", "structure/composition", "structure/sublattice_species"})) return;
  const auto& known = run.potential.species;
  const auto check = [&](const std::string& pointer, const std::string& symbol) {
    if (std::find(known.begin(), known.end(), symbol) == known.end())
      at.error(pointer, fmt::format("{} is not among /potential/species: {}", symbol, fmt::join(known, ", ")));
  };
  if (const auto* random = std::get_if<RandomStructureConfig>(&run.structure))
    for (const auto& [symbol, fraction] : random->composition) check("structure/composition/" + symbol, symbol);
  if (const auto* lattice = std::get_if<LatticeStructureConfig>(&run.structure)) {
    for (const auto& [symbol, fraction] : lattice->composition) check("structure/composition/" + symbol, symbol);
    for (std::size_t k = 0; k < lattice->sublattice_species.size(); ++k)
      check(fmt::format("structure/sublattice_species/{}", k), lattice->sublattice_species[k]);
  }
}

// The oscillation of an extended variable must be resolved by the time step.
void check_control(const RunConfig& run, const StepConfig& step, const std::string& pointer, const ConfigChecker& at) {
  const ThermostatConfig thermostat = thermostat_of(run.dynamics, step);
  const BarostatConfig barostat = barostat_of(run.dynamics, step);
  const double least_ps = 10.0 * run.dynamics.time_step_fs * units::ps_per_fs;
  const auto too_fast = [&](const char* what, double relaxation_ps) {
    at.error(pointer, fmt::format("relaxation_ps of the {} is {}; it must be at least ten time steps, {:g} ps", what,
                                  relaxation_ps, least_ps));
  };
  if (thermostat.type == "nose_hoover" && thermostat.relaxation_ps < least_ps)
    too_fast("Nose-Hoover thermostat", thermostat.relaxation_ps);
  if (barostat.type == "mtk" && barostat.relaxation_ps < least_ps) too_fast("mtk barostat", barostat.relaxation_ps);
  if (barostat.type != "none" && thermostat.type == "none")
    at.error(pointer, "a barostat needs a thermostat: set the barostat to \"none\" as well");
  if (thermostat.type == "none" && (std::holds_alternative<QuenchStep>(step) || std::holds_alternative<HeatStep>(step)))
    at.error(pointer, "without a thermostat nothing changes the temperature: a quench or a heat step needs one");
  if (barostat.type == "none" && pressure_of(step) != 0.0)
    at.error(pointer + "/pressure_GPa", "the barostat is \"none\": nothing would hold this pressure");
}

void check_minimisation(const MinimiseStep& step, const std::string& pointer, const ConfigChecker& at) {
  if (step.relax_cell == "none" && step.pressure_GPa != 0.0)
    at.error(pointer + "/pressure_GPa", "relax_cell is \"none\": the cell would not come to this pressure");
}

// Where the length of a step stands in it.
std::string length_key(const StepConfig& step) {
  if (std::holds_alternative<QuenchStep>(step)) return "cooling_rate_K_per_s";
  if (std::holds_alternative<HeatStep>(step)) return "heating_rate_K_per_s";
  return "duration_ps";
}

// Whether the number of time steps is one that can be taken, and not far from what was asked for.
bool check_length(const StepConfig& step, double time_step_ps, const std::string& pointer, const ConfigChecker& at) {
  const double steps = planned_steps(step, time_step_ps);
  if (steps < 0.5) {
    at.error(pointer + "/" + length_key(step), fmt::format("makes {:.3g} of a time step; at least one is taken", steps));
    return false;
  }
  if (steps <= max_steps_of_a_step) return true;
  constexpr double atoms = 1000.0, rate = 1e6, seconds_per_year = 3.156e7;
  at.error(pointer + "/" + length_key(step),
           fmt::format("{:.3g} time steps, at most {:.0e} are taken: at 10^6 atom-steps/s even a sample of 1000 atoms would "
                       "take {:.2g} years",
                       steps, max_steps_of_a_step, steps * atoms / rate / seconds_per_year));
  return false;
}

// Whether the step is known and how long it lasts.
bool schedule_was_read(const StepConfig& step, const std::string& pointer, const ConfigChecker& at) {
  if (!at.was_read({pointer + "/temperature_K", pointer + "/duration_ps", pointer + "/from_K", pointer + "/to_K",
                    pointer + "/cooling_rate_K_per_s", pointer + "/heating_rate_K_per_s", "dynamics/time_step_fs"}))
    return false;
  // Ramps that go the wrong way were reported already.
  const auto* quench = std::get_if<QuenchStep>(&step);
  const auto* heat = std::get_if<HeatStep>(&step);
  return !(quench && quench->to_K >= quench->from_K) && !(heat && heat->to_K <= heat->from_K);
}

void check_step(const RunConfig& run, std::size_t k, const ConfigChecker& at) {
  const StepConfig& step = run.protocol[k];
  const std::string pointer = fmt::format("protocol/{}", k);
  const bool minimisation = is_minimisation(step);
  const double time_step_ps = run.dynamics.time_step_fs * units::ps_per_fs;
  bool timed = !minimisation && schedule_was_read(step, pointer, at);
  if (minimisation && at.was_read({pointer + "/relax_cell", pointer + "/pressure_GPa"}))
    check_minimisation(std::get<MinimiseStep>(step), pointer, at);
  if (timed && at.was_read({"dynamics/thermostat", "dynamics/barostat", pointer + "/thermostat", pointer + "/barostat",
                            pointer + "/pressure_GPa"}))
    check_control(run, step, pointer, at);
  timed = timed && check_length(step, time_step_ps, pointer, at);
  const std::int64_t steps = timed ? make_schedule(step, time_step_ps).steps : 0;
  const auto& observers = observers_of(step);
  for (std::size_t o = 0; o < observers.size(); ++o) {
    const std::string where = fmt::format("{}/observers/{}", pointer, o);
    if (!correlates_times(observers[o]) || !at.was_read({where})) continue;
    if (minimisation)
      at.error(where, fmt::format("a minimised state does not move: no {} in a minimise step",
                                  std::visit([](const auto& c) { return std::string(c.type_name); }, observers[o])));
    if (timed) check_span(observers[o], {"the step", fmt::format("{} time steps", steps), steps, time_step_ps}, where, at);
  }
}

// "an xpcs observer", "a dynamics observer"
void doubt_q(const char* observer, double q_inv_A, std::vector<std::string>& found) {
  constexpr double beyond_all_peaks_inv_A = 20.0;
  if (q_inv_A > beyond_all_peaks_inv_A)
    found.push_back(fmt::format("{} looks at q = {} 1/A, where metals have no structure left: is it {} 1/nm, \"q_inv_A\": {}?",
                                observer, q_inv_A, q_inv_A, 0.1 * q_inv_A));
}

void doubt_observers(const StepConfig& step, std::vector<std::string>& found) {
  for (const ObserverConfig& observer : observers_of(step)) {
    if (const auto* xpcs = std::get_if<XpcsConfig>(&observer)) doubt_q("an xpcs observer", xpcs->q_inv_A, found);
    const auto* dynamics = std::get_if<DynamicsObserverConfig>(&observer);
    if (const auto* detector = std::get_if<DetectorObserverConfig>(&observer))
      for (const double q : detector->q_inv_A) doubt_q("a detector observer", q, found);
    if (const auto* multi_tau = std::get_if<MultiTauConfig>(&observer))
      for (const double q : multi_tau->q_inv_A) doubt_q("a multi_tau observer", q, found);
    if (!dynamics) continue;
    for (const double q : dynamics->q_inv_A) doubt_q("a dynamics observer", q, found);
    constexpr double neighbours_A = 2.5;
    if (dynamics->overlap_A > neighbours_A)
      found.push_back(fmt::format("a dynamics observer's overlap_A is {} A: atoms that changed places with their neighbours count as "
                                  "where they were; usual is 1 A",
                                  dynamics->overlap_A));
  }
}

void doubt_time_step(double time_step_fs, std::vector<std::string>& found) {
  constexpr double shortest_fs = 0.1, longest_fs = 5.0;
  if (time_step_fs < shortest_fs)
    found.push_back(fmt::format("time_step_fs is {} fs, far below what any metal needs, 1 to 3 fs: is it {} ps?", time_step_fs,
                                time_step_fs));
  if (time_step_fs > longest_fs)
    found.push_back(fmt::format("time_step_fs is {} fs: beyond about {:g} fs the fastest vibrations of metals are not resolved; see that "
                                "conserved_eV in thermo.csv stays where it is",
                                time_step_fs, longest_fs));
}

}  // namespace

std::vector<std::string> doubts(const RunConfig& run) {
  std::vector<std::string> found;
  doubt_time_step(run.dynamics.time_step_fs, found);
  std::optional<double> reached_K;  // by the step before
  for (std::size_t k = 0; k < run.protocol.size(); ++k) {
    const StepConfig& step = run.protocol[k];
    doubt_observers(step, found);
    if (is_minimisation(step)) {
      reached_K.reset();  // the next step draws velocities
      continue;
    }
    const Schedule schedule = make_schedule(step, run.dynamics.time_step_fs * units::ps_per_fs);
    const bool ramp = std::holds_alternative<QuenchStep>(step) || std::holds_alternative<HeatStep>(step);
    if (ramp && reached_K && std::abs(schedule.from_K - *reached_K) > 1.0)
      found.push_back(fmt::format("{} begins at {} K, the step before it ends at {} K: the temperature jumps between them",
                                  step_label(k, step), schedule.from_K, *reached_K));
    reached_K = schedule.to_K;
  }
  return found;
}

void check_run(const RunConfig& run, const ConfigChecker& at) {
  check_elements(run, at);
  for (std::size_t k = 0; k < run.protocol.size(); ++k) check_step(run, k, at);
}

}  // namespace patina
