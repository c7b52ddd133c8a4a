// SPDX-License-Identifier: BSD-3-Clause
#include "run/growth.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "core/error.hpp"
#include "md/substrate.hpp"
#include "run/deposit_checks.hpp"

namespace patina {

namespace {

SubstrateLayers layers_of(const DepositStep& step) { return {step.rigid_A, step.thermostat_A}; }

VapourSpec vapour_of(const DepositStep& step, const Schedule& schedule, double time_step_ps, double cutoff_A, const System& system) {
  VapourSpec spec;
  spec.count = vapour_counts(step, system.species.symbol, deposited_atoms(step, system.box));
  spec.energy_eV = step.energy_eV.value_or(usual_beam_eV);
  spec.source_K = step.source_K;
  spec.angle_deg = step.angle_deg;
  spec.clearance_A = cutoff_A + beyond_cutoff_A;
  spec.growth_steps = std::clamp<std::int64_t>(std::llround(growth_ps(step) / time_step_ps), 1, schedule.steps);
  return spec;
}

std::string counts_text(const System& system, const std::vector<long long>& count) {
  std::vector<std::string> parts;
  for (std::size_t t = 0; t < count.size(); ++t)
    if (count[t] > 0) parts.push_back(fmt::format("{} {}", count[t], system.species.symbol[t]));
  return fmt::format("{}", fmt::join(parts, ", "));
}

// Atoms of each type whose ids follow those of the substrate.
std::vector<long long> film_counts(const System& system, std::int64_t substrate_atoms) {
  const auto type = Kokkos::create_mirror_view_and_copy(HostSpace{}, system.atoms.type);
  const auto id = Kokkos::create_mirror_view_and_copy(HostSpace{}, system.atoms.id);
  std::vector<long long> count(system.species.symbol.size(), 0);
  for (int i = 0; i < system.atoms.local; ++i)
    if (id(i) > substrate_atoms) ++count[static_cast<std::size_t>(type(i))];
  system.comm->sum(count.data(), static_cast<int>(count.size()));
  return count;
}

}  // namespace

bool prepare_substrate(const DepositStep& step, const std::string& label, double cutoff_A, System& system) {
  constexpr double loose = 1.3;  // films are less dense than crystals, and rough
  const double area = area_along_z(system.box), atoms = static_cast<double>(deposited_atoms(step, system.box));
  const double volume = step.volume_per_atom_A3.value_or(system.box.volume() / static_cast<double>(system.atom_count));
  if (const std::string fault = fault_of_cell(system.box); !fault.empty()) throw Error(ExitCode::bad_input, fmt::format("{}: {}", label, fault));
  const bool changed = open_along_z(system, loose * atoms * volume / area + 3.0 * cutoff_A);
  if (const std::string fault = fault_of_substrate(system, layers_of(step)); !fault.empty())
    throw Error(ExitCode::bad_input, fmt::format("{}: {}", label, fault));
  return changed;
}

Growth::Growth(const DepositStep& step, const Schedule& schedule, double time_step_ps, double cutoff_A, const System& system)
    : motion_(motion_in_layers(system, layers_of(step))),
      groups_(make_groups(motion_)),
      deposition_(vapour_of(step, schedule, time_step_ps, cutoff_A, system), system) {}

bool Growth::admit(System& system, Engine& engine, Integrator& integrator, std::int64_t done) {
  if (!deposition_.due(done)) return false;
  const double energy_eV = deposition_.admit(system, done);
  engine.force_rebuild();  // no list knows of them
  integrator.take_in(energy_eV);
  return true;
}

std::string Growth::describe_start(const System& system) const {
  return fmt::format("{} atoms will come down on {}, of which {} stand still and {} are thermostatted; the cell is free along z", deposition_.atoms(), system.atom_count,
                     groups_.still, groups_.thermostatted);
}

std::string Growth::describe_end(const System& system) const {
  std::string text = fmt::format("film of {} atoms ({}), which brought {:.6g} eV", deposition_.arrived(), counts_text(system, film_counts(system, substrate_atoms())),
                                 deposition_.energy_eV());
  constexpr std::int64_t enough = 30;
  if (deposition_.arrived() >= enough) {
    const FilmReport film = report_film(system, substrate_atoms());
    text += fmt::format("; its middle third has {:.5f} atoms/A^3, {:.4f} g/cm^3{}; {:.2f} A thick at this density", film.density_inv_A3, film.density_g_per_cm3,
                        film.substrate_atoms > 0 ? fmt::format(" ({} atoms of the substrate among them)", film.substrate_atoms) : "", film.thickness_A);
  }
  text += fmt::format("; at most {} on their way at one time, {} turned back", deposition_.most_on_their_way(), deposition_.turned_back());
  if (const std::size_t flying = deposition_.in_flight(system).size(); flying > 0) text += fmt::format(", {} above the surface in the end", flying);
  return text;
}

void Growth::save(StateMap& state) const {
  deposition_.save(state);
  state["deposition/motion"] = std::vector<double>(motion_.begin(), motion_.end());
}

void Growth::load(const StateMap& state, const System& system) {
  deposition_.load(state, system);
  const auto& motion = state_of(state, "deposition/motion", static_cast<std::size_t>(substrate_atoms()));
  motion_.assign(motion.size(), 0);
  for (std::size_t k = 0; k < motion.size(); ++k) motion_[k] = static_cast<unsigned char>(motion[k]);
  groups_ = make_groups(motion_);
}

}  // namespace patina
