// SPDX-License-Identifier: BSD-3-Clause
#include "run/run_config.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/units.hpp"
#include "md/engine.hpp"
#include "run/mode_keys.hpp"
#include "run/schedule.hpp"

namespace patina {

namespace {

constexpr double max_temperature_K = 1e5;

void check_composition(const std::map<std::string, double>& composition, const ConfigChecker& at) {
  double sum = 0.0;
  for (const auto& [symbol, fraction] : composition) sum += fraction;
  if (std::abs(sum - 1.0) > 1e-6)
    at.error("composition", fmt::format("atomic fractions add up to {:.6g}; they must add up to 1", sum));
}

// Random spheres of diameter min_distance_A fill at most 0.64 of space.
void check_packing(const RandomStructureConfig& s, const ConfigChecker& at) {
  const double largest_A = std::cbrt(0.64 * 6.0 / units::pi * s.volume_per_atom_A3);
  if (s.min_distance_A > largest_A)
    at.error("min_distance_A", fmt::format("{} A cannot be kept at {} A^3 per atom: at most {:.3f} A", s.min_distance_A,
                                           s.volume_per_atom_A3, largest_A));
}

// Cold beryllium has 8 A^3, copper at 1000 GPa 5.5 A^3, caesium 115 A^3 per atom: beyond, a unit or a digit is wrong.
void check_density(double volume_per_atom_A3, const char* key, double value, const ConfigChecker& at) {
  constexpr double least_A3 = 4.0, most_A3 = 200.0;
  if (volume_per_atom_A3 < least_A3 || volume_per_atom_A3 > most_A3)
    at.error(key, fmt::format("{} makes {:.3g} A^3 per atom; metals have {} to {} A^3", value, volume_per_atom_A3, least_A3,
                              most_A3));
}

double volume_per_atom_A3(const LatticeStructureConfig& s) {
  const double cube = s.lattice_constant_A * s.lattice_constant_A * s.lattice_constant_A;
  if (s.lattice == "hcp") return cube * s.c_over_a * std::sqrt(3.0) / 4.0;
  return cube / (s.lattice == "fcc" ? 4.0 : s.lattice == "C15" ? 24.0 : 2.0);
}

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

// Waiting times within the step, and at least two frames.
template <class Correlations>
void check_times(const Correlations& observer, std::int64_t steps, double time_step_ps, const std::string& pointer,
                 const ConfigChecker& at) {
  const double duration_ps = static_cast<double>(steps) * time_step_ps;
  std::vector<double> beyond;
  for (const double waiting_time_ps : observer.waiting_times_ps)
    if (waiting_time_ps >= duration_ps) beyond.push_back(waiting_time_ps);
  if (!beyond.empty())
    at.error(pointer + "/waiting_times_ps",
             fmt::format("{} ps {} not within the step, which lasts {} ps", fmt::join(beyond, ", "),
                         beyond.size() == 1 ? "is" : "are", duration_ps));
  if (observer.interval_steps > steps)
    at.error(pointer + "/interval_steps",
             fmt::format("the step has {} time steps: two frames, which a correlation needs, must lie within it", steps));
  if (const double interval_ps = observer.interval_steps * time_step_ps; observer.max_lag_ps && *observer.max_lag_ps < interval_ps * (1.0 - 1e-9))
    at.error(pointer + "/max_lag_ps",
             fmt::format("{} ps is less than the {:g} ps between two frames (interval_steps): no lag lies within it",
                         *observer.max_lag_ps, interval_ps));
}

void check_two_time_size(const XpcsConfig& xpcs, std::int64_t steps, const std::string& pointer, const ConfigChecker& at) {
  constexpr std::int64_t max_frames = 20000;  // the two-time matrix has frames^2 doubles: 3.2 GB
  if (const std::int64_t frames = steps / xpcs.interval_steps + 1; frames > max_frames)
    at.error(pointer + "/interval_steps",
             fmt::format("{} frames are too many for a two-time matrix; at most {}: use an interval of {} steps or more",
                         frames, max_frames, steps / max_frames + 1));
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
    const auto* xpcs = std::get_if<XpcsConfig>(&observers[o]);
    const auto* dynamics = std::get_if<DynamicsObserverConfig>(&observers[o]);
    const std::string where = fmt::format("{}/observers/{}", pointer, o);
    if ((!xpcs && !dynamics) || !at.was_read({where})) continue;
    if (minimisation)
      at.error(where, fmt::format("a minimised state does not move: no {} in a minimise step", xpcs ? "xpcs" : "dynamics"));
    if (timed && dynamics) check_times(*dynamics, steps, time_step_ps, where, at);
    if (timed && xpcs) {
      check_times(*xpcs, steps, time_step_ps, where, at);
      check_two_time_size(*xpcs, steps, where, at);
    }
  }
}

void check_run(const RunConfig& run, const ConfigChecker& at) {
  check_elements(run, at);
  for (std::size_t k = 0; k < run.protocol.size(); ++k) check_step(run, k, at);
}

template <class Step>
void describe_common(ConfigTable<Step>& table) {
  table.number("pressure_GPa", &Step::pressure_GPa, {.at_least = -50.0, .at_most = 1000.0},
               "target pressure of the barostat; with barostat \"none\" it must be 0, and nothing holds it");
  // Named pointers of the derived type: members of a base are not deduced as its.
  std::optional<ThermostatConfig> Step::*thermostat = &Step::thermostat;
  std::optional<BarostatConfig> Step::*barostat = &Step::barostat;
  std::vector<ObserverConfig> Step::*observers = &Step::observers;
  table.optional_section("thermostat", thermostat, "instead of /dynamics/thermostat in this step");
  table.optional_section("barostat", barostat, "instead of /dynamics/barostat in this step");
  table.variant_list("observers", observers, "what watches this step");
}

constexpr const char* without_thermostat =
    "; with thermostat \"none\" that of the velocities which a sample at rest begins with, no more";

template <class Step>
void describe_hold(ConfigTable<Step>& table, const std::string& what) {
  table.number("temperature_K", &Step::temperature_K, {.above = 0.0, .at_most = max_temperature_K}, what).required();
  table.number("duration_ps", &Step::duration_ps, {.above = 0.0, .at_most = 1e9}, "length of the step").required();
  describe_common(table);
}

}  // namespace

void describe(ConfigTable<PotentialConfig>& table) {
  table.texts("files", &PotentialConfig::files, {.at_least = 1, .at_most = 32},
              "one eam/alloy or eam/fs file, or one funcfl file per element: paths, or names found beside the input "
              "or in the potential folders").required();
  table.texts("species", &PotentialConfig::species, {.at_least = 1, .at_most = 32},
              "element symbols in the order of types").required();
  table.check([](const PotentialConfig& p, const ConfigChecker& at) {
    for (std::size_t k = 0; k < p.species.size(); ++k)
      if (const auto first = std::find(p.species.begin(), p.species.end(), p.species[k]) - p.species.begin();
          first != static_cast<std::ptrdiff_t>(k))
        at.error(fmt::format("species/{}", k), fmt::format("\"{}\" is species {} already", p.species[k], first));
  });
}

void describe(ConfigTable<RandomStructureConfig>& table) {
  table.integer("atoms", &RandomStructureConfig::atoms, {.at_least = 1, .at_most = 100000000}, "number of atoms")
      .required();
  table.number_map("composition", &RandomStructureConfig::composition, {.above = 0.0, .at_most = 1.0},
                   {.at_least = 1, .at_most = 32}, "atomic fraction of each element; the counts are exact").required();
  table.number("volume_per_atom_A3", &RandomStructureConfig::volume_per_atom_A3, {.above = 1.0, .at_most = 1e4},
               "initial volume per atom of the cubic cell").required();
  table.number("min_distance_A", &RandomStructureConfig::min_distance_A, {.above = 0.0, .at_most = largest_skin_A},
               "no two atoms start closer than this");
  table.check_what_was_read([](const RandomStructureConfig& s, const ConfigChecker& at) {
    if (at.was_read({"composition"})) check_composition(s.composition, at);
    if (!at.was_read({"volume_per_atom_A3"})) return;
    if (at.was_read({"min_distance_A"})) check_packing(s, at);
    check_density(s.volume_per_atom_A3, "volume_per_atom_A3", s.volume_per_atom_A3, at);
  });
}

void describe(ConfigTable<LatticeStructureConfig>& table) {
  table.choice("lattice", &LatticeStructureConfig::lattice, {"fcc", "bcc", "hcp", "B2", "C15"}, "crystal lattice");
  table.number("lattice_constant_A", &LatticeStructureConfig::lattice_constant_A, {.above = 0.5, .at_most = 100.0},
               "edge a of the conventional cell").required();
  table.number("c_over_a", &LatticeStructureConfig::c_over_a, {.above = 0.1, .at_most = 10.0},
               "axial ratio (hcp only)");
  table.integers("repeat", &LatticeStructureConfig::repeat, {.at_least = 1, .at_most = 10000}, "conventional cells along each axis");
  table.number_map("composition", &LatticeStructureConfig::composition, {.above = 0.0, .at_most = 1.0},
                   {.at_least = 0, .at_most = 32},
                   "fcc, bcc, hcp only: atomic fraction of each element of a random solution; the counts are exact");
  table.texts("sublattice_species", &LatticeStructureConfig::sublattice_species, {.at_least = 0, .at_most = 2},
              "B2, C15 only: the element on each sublattice (C15 Cu2Zr is [\"Zr\", \"Cu\"])");
  table.check_what_was_read([](const LatticeStructureConfig& s, const ConfigChecker& at) {
    if (!at.was_read({"lattice"})) return;
    if (at.was_read({"lattice_constant_A", "c_over_a"}))
      check_density(volume_per_atom_A3(s), "lattice_constant_A", s.lattice_constant_A, at);
    if (!at.was_read({"composition", "sublattice_species"})) return;
    const bool compound = s.lattice == "B2" || s.lattice == "C15";
    if (compound && s.sublattice_species.size() != 2)
      at.error("sublattice_species", fmt::format("{} needs two elements, one for each sublattice", s.lattice));
    if (compound && !s.composition.empty())
      at.error("composition", fmt::format("{} is a compound: give sublattice_species instead", s.lattice));
    if (!compound && !s.sublattice_species.empty())
      at.error("sublattice_species", fmt::format("{} has one sublattice: give composition instead", s.lattice));
    if (!compound) check_composition(s.composition, at);
  });
}

void describe(ConfigTable<FileStructureConfig>& table) {
  table.text("file", &FileStructureConfig::file,
             "LAMMPS data, LAMMPS dump, extended XYZ or H5MD; relative to the input file").required();
  table.optional_texts("boundary", &FileStructureConfig::boundary, {.at_least = 3, .at_most = 3},
                       "\"periodic\" or \"free\" for each axis, which the file must not contradict; not set: as the file says, "
                       "periodic where it says nothing (LAMMPS data, extended XYZ without pbc)");
  table.optional_integer("frame", &FileStructureConfig::frame, {.at_least = -1},
                         "which frame of a file with several, from 0; -1 is the last");
  table.check([](const FileStructureConfig& s, const ConfigChecker& at) {
    for (std::size_t d = 0; s.boundary && d < s.boundary->size(); ++d)
      if (const std::string& word = (*s.boundary)[d]; word != "periodic" && word != "free")
        at.error(fmt::format("boundary/{}", d),
                 fmt::format("must be one of \"periodic\", \"free\", found \"{}\"", word));
  });
}

void describe(ConfigTable<ThermostatConfig>& table) {
  table.choice("type", &ThermostatConfig::type, {"none", "nose_hoover", "velocity_rescaling", "langevin"},
               "none (NVE), Nose-Hoover chain, stochastic velocity rescaling, Langevin (BAOAB)");
  table.number("relaxation_ps", &ThermostatConfig::relaxation_ps, {.above = 0.0, .at_most = 1e4},
               "relaxation time of the kinetic energy");
  table.integer("chain_length", &ThermostatConfig::chain_length, {.at_least = 1, .at_most = 20},
                "thermostats in a Nose-Hoover chain");
}

void describe(ConfigTable<BarostatConfig>& table) {
  table.choice("type", &BarostatConfig::type, {"none", "mtk", "cell_rescaling"},
               "none (fixed cell), Martyna-Tobias-Klein, stochastic cell rescaling");
  table.number("relaxation_ps", &BarostatConfig::relaxation_ps, {.above = 0.0, .at_most = 1e4},
               "relaxation time of the volume");
  table.choice("coupling", &BarostatConfig::coupling, {"isotropic", "per_axis"},
               "one scale for the cell, or one per axis");
  table.number("compressibility_per_GPa", &BarostatConfig::compressibility_per_GPa,
               {.above = 0.0, .at_most = 10.0}, "estimate that cell_rescaling turns into its rate");
}

void describe(ConfigTable<DynamicsConfig>& table) {
  table.number("time_step_fs", &DynamicsConfig::time_step_fs, {.above = 0.0, .at_most = 20.0}, "time step");
  table.optional_number("skin_A", &DynamicsConfig::skin_A, {.above = 0.0, .at_most = largest_skin_A},
                        "neighbour lists reach this much beyond the cutoff; changes the speed and no bit of the results; not "
                        "set: the run finds the fastest and follows it").unset_means("tuned");
  table.choice("precision", &DynamicsConfig::precision, {"double", "mixed"},
               "of the pair terms: as the potential's file has them, or faster, with forces right to about 1e-6 of their root mean square");
  table.choice("tables", &DynamicsConfig::tables, {"file", "smooth"},
               "radial functions of the potential: as the file and LAMMPS have them, or smooth cubics on a coarser grid, whose "
               "largest deviation from the file's the log tells");
  table.section("thermostat", &DynamicsConfig::thermostat, "temperature control of all steps");
  table.section("barostat", &DynamicsConfig::barostat, "pressure control of all steps");
}

void describe(ConfigTable<XpcsConfig>& table) {
  table.number("q_inv_A", &XpcsConfig::q_inv_A, {.above = 0.0, .at_most = 50.0}, "centre of the shell of q vectors");
  table.number("width_inv_A", &XpcsConfig::width_inv_A, {.above = 0.0, .at_most = 10.0}, "full width of the shell");
  table.integer("max_vectors", &XpcsConfig::max_vectors, {.at_least = 1, .at_most = 1000000},
                "at most this many lattice vectors of the shell (a random choice of them)");
  table.optional_section("direction", &XpcsConfig::direction, "only vectors of these directions; not set: all");
  table.integer("interval_steps", &XpcsConfig::interval_steps, {.at_least = 1, .at_most = 1000000000},
                "time steps between frames");
  table.choice("weights", &XpcsConfig::weights, {"xray", "number", "unit"},
               "scattering length of an atom: f0(q) + f' + i f'', its atomic number, or 1");
  table.optional_number("energy_keV", &XpcsConfig::energy_keV, {.at_least = 1.0, .at_most = 200.0},
                        "photon energy; adds the dispersion corrections f' + i f''");
  table.numbers("waiting_times_ps", &XpcsConfig::waiting_times_ps, {.at_least = 0.0, .at_most = 1e9},
                {.at_least = 1, .at_most = 1000}, "f(q, t_w, t) is kept for each; from the start of the step");
  table.optional_number("max_lag_ps", &XpcsConfig::max_lag_ps, {.above = 0.0, .at_most = 1e9},
                        "longest lag of f(q, t_w, t); default: to the end of the step");
  table.integer("self_vectors", &XpcsConfig::self_vectors, {.at_least = 0, .at_most = 100000},
                "vectors of the shell used for the self part; 0: none");
  describe_modes(table);
}

void describe(ConfigTable<StructureFactorConfig>& table) {
  table.number("q_max_inv_A", &StructureFactorConfig::q_max_inv_A, {.above = 0.0, .at_most = 50.0}, "largest |q|");
  table.number("bin_inv_A", &StructureFactorConfig::bin_inv_A, {.above = 0.0, .at_most = 5.0}, "width of a |q| bin");
  table.integer("vectors_per_bin", &StructureFactorConfig::vectors_per_bin, {.at_least = 1, .at_most = 100000},
                "at most this many lattice vectors in each bin");
  table.integer("interval_steps", &StructureFactorConfig::interval_steps, {.at_least = 1, .at_most = 1000000000},
                "time steps between frames");
  describe_modes(table);
  table.check_what_was_read([](const StructureFactorConfig& s, const ConfigChecker& at) {
    if (!at.was_read({"q_max_inv_A", "bin_inv_A"})) return;
    constexpr double most_bins = 1e6;
    if (const double bins = s.q_max_inv_A / s.bin_inv_A; bins > most_bins)
      at.error("bin_inv_A", fmt::format("{} makes {:.3g} bins up to q_max_inv_A = {}; at most {:g}", s.bin_inv_A, bins,
                                        s.q_max_inv_A, most_bins));
  });
}

void describe(ConfigTable<TrajectoryConfig>& table) {
  table.integer("interval_steps", &TrajectoryConfig::interval_steps, {.at_least = 1, .at_most = 1000000000},
                "time steps between frames");
  table.boolean("velocities", &TrajectoryConfig::velocities, "store velocities too");
  table.choice("precision", &TrajectoryConfig::precision, {"float32", "float64"}, "of positions and velocities");
}

void describe(ConfigTable<MeltStep>& table) { describe_hold(table, std::string("temperature of the liquid") + without_thermostat); }
void describe(ConfigTable<AnnealStep>& table) { describe_hold(table, std::string("annealing temperature") + without_thermostat); }

void describe(ConfigTable<QuenchStep>& table) {
  table.number("from_K", &QuenchStep::from_K, {.above = 0.0, .at_most = max_temperature_K}, "start").required();
  table.number("to_K", &QuenchStep::to_K, {.above = 0.0, .at_most = max_temperature_K}, "end").required();
  table.number("cooling_rate_K_per_s", &QuenchStep::cooling_rate_K_per_s, {.above = 0.0, .at_most = 1e17},
               "the target temperature falls linearly at this rate").required();
  describe_common(table);
  table.check_what_was_read([](const QuenchStep& s, const ConfigChecker& at) {
    if (at.was_read({"from_K", "to_K"}) && s.to_K >= s.from_K)
      at.error("to_K", fmt::format("a quench must end below its start: {} K is not below from_K = {} K", s.to_K, s.from_K));
  });
}

void describe(ConfigTable<HeatStep>& table) {
  table.number("from_K", &HeatStep::from_K, {.above = 0.0, .at_most = max_temperature_K}, "start").required();
  table.number("to_K", &HeatStep::to_K, {.above = 0.0, .at_most = max_temperature_K}, "end").required();
  table.number("heating_rate_K_per_s", &HeatStep::heating_rate_K_per_s, {.above = 0.0, .at_most = 1e17},
               "the target temperature rises linearly at this rate").required();
  describe_common(table);
  table.check_what_was_read([](const HeatStep& s, const ConfigChecker& at) {
    if (at.was_read({"from_K", "to_K"}) && s.to_K <= s.from_K)
      at.error("to_K", fmt::format("heating must end above its start: {} K is not above from_K = {} K", s.to_K, s.from_K));
  });
}

void describe(ConfigTable<MinimiseStep>& table) {
  table.number("max_force_eV_per_A", &MinimiseStep::max_force_eV_per_A, {.above = 0.0, .at_most = 100.0},
               "done when no force component is larger");
  table.integer("max_steps", &MinimiseStep::max_steps, {.at_least = 1, .at_most = 100000000},
                "iterations at most");
  table.choice("relax_cell", &MinimiseStep::relax_cell, {"none", "isotropic", "per_axis"},
               "whether the cell relaxes to pressure_GPa too");
  table.number("pressure_GPa", &MinimiseStep::pressure_GPa, {.at_least = -50.0, .at_most = 1000.0},
               "target pressure of the cell, if it relaxes");
  table.variant_list("observers", &MinimiseStep::observers, "what looks at the minimised state");
}

void describe(ConfigTable<OutputConfig>& table) {
  table.integer("thermo_interval_steps", &OutputConfig::thermo_interval_steps, {.at_least = 1, .at_most = 1000000000},
                "time steps between lines of thermo.csv");
  table.integer("checkpoint_interval_steps", &OutputConfig::checkpoint_interval_steps,
                {.at_least = 1, .at_most = 1000000000}, "time steps between checkpoints");
}

void describe(ConfigTable<RunConfig>& table) {
  table.text("title", &RunConfig::title, "a line for the report");
  table.integer("seed", &RunConfig::seed, {}, "of every random number in the run");
  table.integer("replicas", &RunConfig::replicas, {.at_least = 1, .at_most = 10000},
                "independent copies, each with its own seed");
  table.section("potential", &RunConfig::potential, "interatomic potential").required();
  table.variant("structure", &RunConfig::structure, "what the run starts from").required();
  table.section("dynamics", &RunConfig::dynamics, "how the atoms move");
  table.variant_list("protocol", &RunConfig::protocol, "the history of the sample, in order",
                     {.at_least = 1, .at_most = 10000}).required();
  table.section("output", &RunConfig::output, "what is written, and how often");
  table.check_what_was_read(check_run);
}

}  // namespace patina
