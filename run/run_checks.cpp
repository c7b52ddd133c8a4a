// SPDX-License-Identifier: BSD-3-Clause
#include "run/run_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "core/units.hpp"
#include "run/deposit_checks.hpp"
#include "run/expansion.hpp"
#include "run/schedule.hpp"
#include "run/sequence_checks.hpp"
#include "run/span_checks.hpp"
#include "run/swap_moves.hpp"

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
  const auto check_vapour = [&](const ProtocolItem& item, const std::string& pointer) {
    if (const auto* deposit = std::get_if<DepositStep>(&item); deposit && at.was_read({pointer + "/composition"}))
      for (const auto& [symbol, fraction] : deposit->composition) check(pointer + "/composition/" + symbol, symbol);
  };
  for (std::size_t k = 0; k < run.protocol.size(); ++k) {
    const std::string pointer = fmt::format("protocol/{}", k);
    check_vapour(run.protocol[k], pointer);
    if (const auto* branch = std::get_if<BranchStep>(&run.protocol[k]))
      for (std::size_t j = 0; j < branch->steps.size(); ++j) check_vapour(item_of(branch->steps[j]), fmt::format("{}/steps/{}", pointer, j));
  }
  if (const auto* random = std::get_if<RandomStructureConfig>(&run.structure))
    for (const auto& [symbol, fraction] : random->composition) check("structure/composition/" + symbol, symbol);
  if (const auto* lattice = std::get_if<LatticeStructureConfig>(&run.structure)) {
    for (const auto& [symbol, fraction] : lattice->composition) check("structure/composition/" + symbol, symbol);
    for (std::size_t k = 0; k < lattice->sublattice_species.size(); ++k)
      check(fmt::format("structure/sublattice_species/{}", k), lattice->sublattice_species[k]);
  }
}

// The oscillation of an extended variable must be resolved by the time step. `steps`: the elementary ones of the item at `pointer`,
// which have one control.
void check_control(const RunConfig& run, const std::vector<StepConfig>& steps, const std::string& pointer, const std::string& key_of_pressure,
                   const ConfigChecker& at) {
  const ThermostatConfig thermostat = thermostat_of(run.dynamics, steps.front());
  const BarostatConfig barostat = barostat_of(run.dynamics, steps.front());
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
  const auto is_ramp = [](const StepConfig& step) {
    return std::holds_alternative<QuenchStep>(step) || std::holds_alternative<HeatStep>(step) || std::holds_alternative<RampStep>(step);
  };
  if (thermostat.type == "none" && std::any_of(steps.begin(), steps.end(), is_ramp))
    at.error(pointer, "without a thermostat nothing changes the temperature: a ramp of it needs one");
  if (barostat.type == "none" && ask_for_pressure(steps))
    at.error(pointer + key_of_pressure, "the barostat is \"none\": nothing would hold this pressure");
}

void check_minimisation(const MinimiseStep& step, const std::string& pointer, const ConfigChecker& at) {
  if (step.relax_cell == "none" && step.pressure_GPa != 0.0)
    at.error(pointer + "/pressure_GPa", "relax_cell is \"none\": the cell would not come to this pressure");
  const bool deforms = step.deformation != no_deformation;
  if (!deforms && (step.strain != 0.0 || step.from_strain != 0.0))
    at.error(pointer + (step.strain != 0.0 ? "/strain" : "/from_strain"), "needs a deformation");
  if (!deforms) return;
  constexpr double most = 0.1;
  if (const double change = std::abs(step.strain - step.from_strain); change > most)
    at.error(pointer + "/strain", fmt::format("{:.3g} from from_strain = {:g}: at most {} is taken at once", change, step.from_strain, most));
  if (step.relax_cell == "isotropic" || (step.relax_cell != "none" && step.deformation == "volume"))
    at.error(pointer + "/relax_cell", "a cell that was strained may relax \"per_axis\" along its other axes, after a volume strain not at all");
}

// What a step exchanges: species of the potential, and at least once.
void check_swap(const RunConfig& run, const SwapStep& step, const std::string& pointer, const ConfigChecker& at) {
  const double steps = planned_steps(step, run.dynamics.time_step_fs * units::ps_per_fs);
  if (at.was_read({"dynamics/time_step_fs", pointer + "/duration_ps", pointer + "/interval_steps"}) && steps >= 0.5 && std::round(steps) < step.interval_steps)
    at.error(pointer + "/interval_steps", fmt::format("the step ends after {:.0f} time steps: no atoms would change places", steps));
  if (!step.pairs || !at.was_read({"potential/species", pointer + "/pairs"})) return;
  for (std::size_t k = 0; k < step.pairs->size(); ++k) {
    const std::string& words = (*step.pairs)[k];
    const std::string place = fmt::format("{}/pairs/{}", pointer, k);
    const auto pair = swap_pair(words, run.potential.species);
    if (!pair) {
      at.error(place, fmt::format("\"{}\" must be two different ones of /potential/species, {}, as \"{}-{}\"", words, fmt::join(run.potential.species, ", "),
                                  run.potential.species.front(), run.potential.species.back()));
      continue;
    }
    for (std::size_t other = 0; other < k; ++other)
      if (const auto before = swap_pair((*step.pairs)[other], run.potential.species); before == pair || before == std::array{(*pair)[1], (*pair)[0]})
        at.error(place, fmt::format("\"{}\" is pair {} already", words, other));
  }
}

// Its stresses fall by steps of time: shorter than some of them they grow.
void check_unload(const RunConfig& run, const UnloadStep& step, const std::string& pointer, const ConfigChecker& at) {
  const double least_ps = 10.0 * run.dynamics.time_step_fs * units::ps_per_fs;
  if (at.was_read({"dynamics/time_step_fs", pointer + "/relaxation_ps"}) && step.relaxation_ps < least_ps)
    at.error(pointer + "/relaxation_ps", fmt::format("is {}; it must be at least ten time steps, {:g} ps", step.relaxation_ps, least_ps));
}

// Where the length of an elementary step stands in its item.
std::string length_key(const ProtocolItem& item, const StepConfig& step) {
  const bool ramp = std::holds_alternative<RampStep>(step);
  if (std::holds_alternative<QuenchStep>(item)) return "cooling_rate_K_per_s";
  if (std::holds_alternative<HeatStep>(item)) return "heating_rate_K_per_s";
  if (const auto* deposit = std::get_if<DepositStep>(&item)) return deposit->atoms ? "interval_ps" : "growth_rate_A_per_ps";
  if (const auto* strain = std::get_if<StrainStep>(&item))
    return std::holds_alternative<AnnealStep>(step) ? "hold_ps" : strain->ramp_ps ? "ramp_ps" : strain->rate_per_ps ? "rate_per_ps" : "strain";
  if (std::holds_alternative<ShearStep>(item)) return std::holds_alternative<AnnealStep>(step) ? "hold_ps" : "rate_per_ps";
  if (std::holds_alternative<HoldStepsStep>(item)) return ramp ? "rate_K_per_s" : "hold_ps";
  if (const auto* compress = std::get_if<CompressStep>(&item)) return !ramp ? "hold_ps" : compress->ramp_ps ? "ramp_ps" : "rate_GPa_per_ps";
  if (const auto* cycle = std::get_if<CycleStep>(&item)) {
    if (const auto* one = std::get_if<RampStep>(&step))
      return one->to_K < one->from_K && cycle->cooling_rate_K_per_s ? "cooling_rate_K_per_s" : "heating_rate_K_per_s";
    return std::get<AnnealStep>(step).temperature_K == cycle->low_K ? "low_ps" : "high_ps";
  }
  return "duration_ps";
}

// Whether the number of time steps is one that can be taken, and not far from what was asked for.
bool check_length(const ProtocolItem& item, const StepConfig& step, double time_step_ps, const std::string& pointer, const ConfigChecker& at) {
  const double steps = planned_steps(step, time_step_ps);
  if (steps < 0.5) {
    at.error(pointer + "/" + length_key(item, step), fmt::format("makes {:.3g} of a time step; at least one is taken", steps));
    return false;
  }
  if (steps <= max_steps_of_a_step) return true;
  constexpr double atoms = 1000.0, rate = 1e6, seconds_per_year = 3.156e7;
  at.error(pointer + "/" + length_key(item, step),
           fmt::format("{:.3g} time steps, at most {:.0e} are taken: at 10^6 atom-steps/s even a sample of 1000 atoms would "
                       "take {:.2g} years",
                       steps, max_steps_of_a_step, steps * atoms / rate / seconds_per_year));
  return false;
}

// Whether what the tables say against a step would leave no elementary steps of it, or such of no sensible length.
struct Contradicts {
  bool operator()(const QuenchStep& s) const { return s.to_K >= s.from_K; }
  bool operator()(const HeatStep& s) const { return s.to_K <= s.from_K; }
  bool operator()(const HoldStepsStep& s) const { return hold_temperatures(s).empty(); }
  bool operator()(const CycleStep& s) const { return s.high_K <= s.low_K; }
  bool operator()(const StrainStep& s) const { return s.strain == 0.0 || (s.rate_per_ps && s.ramp_ps) || (s.deformation == "volume" && s.lateral == "free"); }
  bool operator()(const ShearStep& s) const { return s.strain.has_value() == s.amplitude.has_value() || (s.strain && *s.strain == 0.0); }
  bool operator()(const DepositStep& s) const { return !tells_growth(s); }
  bool operator()(const CompressStep& s) const { return s.from_pressure_GPa == s.to_pressure_GPa || s.rate_GPa_per_ps.has_value() == s.ramp_ps.has_value(); }
  template <class Other>
  bool operator()(const Other&) const {
    return false;
  }
};

// Whether the step is known and how long it lasts.
bool schedule_was_read(const ProtocolItem& item, const std::string& pointer, const ConfigChecker& at) {
  if (!at.was_read({"dynamics/time_step_fs"})) return false;
  for (const char* key : {"temperature_K", "duration_ps", "from_K", "to_K", "step_K", "temperatures_K", "hold_ps", "rate_K_per_s", "cycles", "low_K",
                          "high_K", "begin", "low_ps", "high_ps", "cooling_rate_K_per_s", "heating_rate_K_per_s", "from_pressure_GPa",
                          "to_pressure_GPa", "rate_GPa_per_ps", "ramp_ps", "release", "rate_per_ps", "strain", "amplitude", "deformation", "lateral", "atoms", "interval_ps",
                          "thickness_A", "growth_rate_A_per_ps", "volume_per_atom_A3", "settle_ps"})
    if (!at.was_read({fmt::format("{}/{}", pointer, key)})) return false;
  return !std::visit(Contradicts{}, item);  // which was reported already
}

// Atoms must not be carried through each other within a time step. Whether they are not.
bool check_strain_rate(const StepConfig& step, double time_step_ps, const std::string& pointer, const ConfigChecker& at) {
  constexpr double most = 0.1;
  const auto* deform = std::get_if<DeformStep>(&step);
  if (!deform) return true;
  const double per_step = std::abs(deform->strain) / static_cast<double>(make_schedule(step, time_step_ps).steps);
  if (per_step <= most) return true;
  at.error(pointer + "/strain", fmt::format("{:.3g} within one time step; at most {} is taken", per_step, most));
  return false;
}

// Whether a barostat that holds a pressure has an axis to hold it along.
bool moves_an_axis(const BarostatConfig& barostat, const StepConfig& step) {
  const std::array<bool, 3> beside = axes_beside(deformation_of(step));
  for (std::size_t d = 0; d < 3; ++d)
    if (barostat.type != "none" && barostat.axes[d] && beside[d]) return true;
  return false;
}

// Of elementary steps that differ in their temperature only, the first that is wrong.
bool check_lengths(const ProtocolItem& item, const std::vector<StepConfig>& steps, double time_step_ps, const std::string& pointer, const ConfigChecker& at) {
  return std::all_of(steps.begin(), steps.end(), [&](const StepConfig& step) { return check_length(item, step, time_step_ps, pointer, at); });
}

const std::vector<ObserverConfig>& observers_of(const ProtocolItem& item) {
  static const std::vector<ObserverConfig> none;
  return std::visit(
      [](const auto& s) -> const std::vector<ObserverConfig>& {
        if constexpr (requires { s.observers; }) return s.observers;
        return none;
      },
      item);
}

// Whether no time passes in it.
bool is_at_rest(const ProtocolItem& item) {
  return std::holds_alternative<MinimiseStep>(item) || std::holds_alternative<QuasistaticStrainStep>(item) || std::holds_alternative<CutFilmStep>(item);
}

template <class Config>
std::string type_of(const Config& config) {
  return std::visit([](const auto& c) { return std::string(c.type_name); }, config);
}

// `watched`: the elementary step that the observers see, null if it is not known.
void check_watched(const ProtocolItem& item, const StepConfig* watched, double time_step_ps, const std::string& pointer, const ConfigChecker& at) {
  const std::int64_t steps = watched ? make_schedule(*watched, time_step_ps).steps : 0;
  const auto& observers = observers_of(item);
  for (std::size_t o = 0; o < observers.size(); ++o) {
    const std::string where = fmt::format("{}/observers/{}", pointer, o);
    if (!correlates_times(observers[o]) || !at.was_read({where})) continue;
    if (is_at_rest(item))
      at.error(where, fmt::format("{}: no {} in a {} step", std::holds_alternative<CutFilmStep>(item) ? "no time passes in it" : "a minimised state does not move",
                                  type_of(observers[o]), type_of(item)));
    if (std::holds_alternative<SwapStep>(item))
      at.error(where, fmt::format("atoms that change places have no dynamics: no {} in a swap step; put it into an anneal behind it", type_of(observers[o])));
    else if (watched)
      check_span(observers[o], {"the step", fmt::format("{} time steps", steps), steps, time_step_ps}, where, at);
  }
}

// A cell that is sheared far is spanned anew by other edges, and integers of wave vectors then mean others.
void check_far_shear(const ProtocolItem& item, const StepConfig* watched, const std::string& pointer, const ConfigChecker& at) {
  const auto* deform = watched ? std::get_if<DeformStep>(watched) : nullptr;
  if (!deform || std::abs(deform->strain) <= most_strain) return;
  const auto& observers = observers_of(item);
  for (std::size_t o = 0; o < observers.size(); ++o)
    if (follows_wave_vectors(observers[o]))
      at.error(fmt::format("{}/observers/{}", pointer, o),
               fmt::format("follows wave vectors with the cell, which it can through a shear of {} at most, not of {}", most_strain, deform->strain));
}

// Free sides and pressures need axes that may move.
void check_moving_axes(const RunConfig& run, const ProtocolItem& item, const std::vector<StepConfig>& steps, const std::string& pointer, const ConfigChecker& at) {
  if (!at.was_read({"dynamics/barostat", pointer + "/barostat", pointer + "/pressure_GPa", pointer + "/lateral"})) return;
  const BarostatConfig barostat = barostat_of(run.dynamics, steps.front());
  if (moves_an_axis(barostat, steps.front())) return;
  const auto* strain = std::get_if<StrainStep>(&item);
  const auto* shear = std::get_if<ShearStep>(&item);
  if ((strain && strain->lateral == "free") || (shear && shear->lateral == "free"))
    return at.error(pointer + "/lateral", barostat.type == "none" ? "\"free\" needs a barostat: it is \"none\"" : "\"free\", but the barostat may move none of the other axes");
  if (barostat.type != "none" && ask_for_pressure(steps))
    at.error(pointer + pressure_key(item), "the barostat may move no axis: nothing would hold this pressure");
}

// Returns the number of its elementary steps, 0 if it is not known.
std::size_t check_item(const RunConfig& run, const ProtocolItem& item, const std::string& pointer, const ConfigChecker& at) {
  if (std::holds_alternative<RestoreStep>(item)) return 1;
  if (const auto* branch = std::get_if<BranchStep>(&item)) {
    std::size_t steps = 1;
    for (std::size_t j = 0; j < branch->steps.size(); ++j) steps += check_item(run, item_of(branch->steps[j]), fmt::format("{}/steps/{}", pointer, j), at);
    return at.was_read({pointer + "/from", pointer + "/branches"}) ? branch->from.size() * static_cast<std::size_t>(branch->branches) * steps : 0;
  }
  const auto* minimise = std::get_if<MinimiseStep>(&item);
  const double time_step_ps = run.dynamics.time_step_fs * units::ps_per_fs;
  if (const auto* swap = std::get_if<SwapStep>(&item)) check_swap(run, *swap, pointer, at);
  if (const auto* unload = std::get_if<UnloadStep>(&item)) check_unload(run, *unload, pointer, at);
  if (minimise && at.was_read({pointer + "/relax_cell", pointer + "/pressure_GPa"})) check_minimisation(*minimise, pointer, at);
  if (const auto* deposit = std::get_if<DepositStep>(&item)) check_growing(*deposit, pointer, at);
  if (is_at_rest(item)) {
    check_watched(item, nullptr, time_step_ps, pointer, at);
    const auto* quasistatic = std::get_if<QuasistaticStrainStep>(&item);
    return quasistatic ? static_cast<std::size_t>(quasistatic->increments) : 1;
  }
  std::vector<StepConfig> steps;
  if (schedule_was_read(item, pointer, at)) steps = elementary_steps(item, run.dynamics);
  const std::size_t count = steps.size();
  if (!steps.empty() && at.was_read({"dynamics/thermostat", "dynamics/barostat", pointer + "/thermostat", pointer + "/barostat",
                                     pointer + "/pressure_GPa"}))
    check_control(run, steps, pointer, pressure_key(item), at);
  if (!steps.empty() && !check_lengths(item, steps, time_step_ps, pointer, at)) steps.clear();
  std::all_of(steps.begin(), steps.end(), [&](const StepConfig& step) { return check_strain_rate(step, time_step_ps, pointer, at); });
  if (!steps.empty()) check_moving_axes(run, item, steps, pointer, at);
  const auto watched = std::find_if(steps.begin(), steps.end(), [](const StepConfig& step) { return !observers_of(step).empty(); });
  check_watched(item, watched == steps.end() ? nullptr : &*watched, time_step_ps, pointer, at);
  check_far_shear(item, watched == steps.end() ? nullptr : &*watched, pointer, at);
  return count;
}

// "an xpcs observer", "a dynamics observer"
void doubt_q(const char* observer, double q_inv_A, std::vector<std::string>& found) {
  constexpr double beyond_all_peaks_inv_A = 20.0;
  if (q_inv_A > beyond_all_peaks_inv_A)
    found.push_back(fmt::format("{} looks at q = {} 1/A, where metals have no structure left: is it {} 1/nm, \"q_inv_A\": {:.6g}?",
                                observer, q_inv_A, q_inv_A, 0.1 * q_inv_A));
}

void doubt_observers(const ProtocolItem& item, std::vector<std::string>& found) {
  if (const auto* branch = std::get_if<BranchStep>(&item))
    for (const BranchItem& inner : branch->steps) doubt_observers(item_of(inner), found);
  for (const ObserverConfig& observer : observers_of(item)) {
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

bool ask_for_pressure(const std::vector<StepConfig>& steps) {
  return std::any_of(steps.begin(), steps.end(), [](const StepConfig& step) { return pressure_of(step) != 0.0; });
}

const char* pressure_key(const ProtocolItem& item) {
  return std::visit([](const auto& s) { return requires { s.to_pressure_GPa; } ? "/to_pressure_GPa" : "/pressure_GPa"; }, item);
}

std::vector<std::string> doubts(const RunConfig& run) {
  std::vector<std::string> found;
  doubt_time_step(run.dynamics.time_step_fs, found);
  for (const ProtocolItem& item : run.protocol) doubt_observers(item, found);
  std::optional<double> reached_K;  // by the step before
  std::vector<std::optional<double>> reached;  // by each
  const std::vector<StepConfig> protocol = elementary_steps(run);
  for (std::size_t k = 0; k < protocol.size(); ++k) {
    if (k > 0) reached.push_back(reached_K);
    const StepConfig& step = protocol[k];
    if (const auto* restore = std::get_if<RestoreStep>(&step)) {
      reached_K = restore->velocities == "new" ? restore->temperature_K : reached[restored_step(protocol, k)];
      continue;
    }
    if (is_minimisation(step)) reached_K.reset();  // the next step draws velocities
    if (!takes_time(step)) continue;
    if (const auto* deposit = std::get_if<DepositStep>(&step)) doubt_rate(step_label(k, step), *deposit, found);
    // Without a thermostat it stays about where it is.
    if (std::holds_alternative<MeasureStep>(step) && thermostat_of(run.dynamics, step).type == "none") continue;
    const Schedule schedule = make_schedule(step, run.dynamics.time_step_fs * units::ps_per_fs);
    const bool ramp = std::holds_alternative<QuenchStep>(step) || std::holds_alternative<HeatStep>(step) || std::holds_alternative<RampStep>(step);
    if (ramp && reached_K && std::abs(schedule.from_K - *reached_K) > 1.0)
      found.push_back(fmt::format("{} begins at {} K, the step before it ends at {} K: the temperature jumps between them",
                                  step_label(k, step), schedule.from_K, *reached_K));
    reached_K = schedule.to_K;
  }
  return found;
}

void check_run(const RunConfig& run, const ConfigChecker& at) {
  check_elements(run, at);
  check_films(run.protocol, "protocol", at);
  std::size_t steps = 0;
  for (std::size_t k = 0; k < run.protocol.size(); ++k) {
    const std::string pointer = fmt::format("protocol/{}", k);
    steps += check_item(run, run.protocol[k], pointer, at);
  }
  if (at.was_read({"protocol", "structure", "dynamics"}) &&
      std::none_of(run.protocol.begin(), run.protocol.end(), [](const ProtocolItem& item) { return std::visit(Contradicts{}, item); }))
    check_sequence(run, at);
  if (steps > most_protocol_steps)
    at.error("protocol", fmt::format("its composite steps stand for {} elementary ones; at most {} are taken", steps, most_protocol_steps));
}

}  // namespace patina
