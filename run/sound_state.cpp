// SPDX-License-Identifier: BSD-3-Clause
#include "run/sound_state.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "md/integrate.hpp"
#include "md/kinetic.hpp"
#include "md/overlap.hpp"

namespace patina {

namespace {

// Of a minimised atom: far above a metal at the highest pressure that an input may ask for, 1000 GPa (some 60 eV).
constexpr double most_energy_eV = 200.0;

// What helps before the first time step.
const char* advice_at_start(const Overlap& overlap) {
  if (overlap.cause == OverlapCause::density)
    return overlap.id[1] == 0 ? "remove it, or take a potential that is made for an atom by itself"
                              : "begin the protocol with a minimise step, or take a potential that is made for such a density";
  return overlap.distance_A > 0.0 ? "begin the protocol with a minimise step, no time step is short enough for this"
                                  : "atoms in one place have no direction to part in; move or remove one of them";
}

}  // namespace

// Between the lines of thermo.csv NVE and Langevin dynamics do not measure the energy themselves. A position is finite if the
// velocities were.
void require_sound(System& system, ForceField& force_field, const std::string& label) {
  const double temperature =
      temperature_K(kinetic_energy(system), degrees_of_freedom(system.atom_count, true));
  if (temperature <= EnsembleSpec{}.max_temperature_K) return;
  throw Error(ExitCode::unstable,
              fmt::format("{}: step {}: temperature {:.6g} K (at most {:.6g} K is allowed) at a checkpoint, which is not "
                          "written{}: the sample is exploding. Try a shorter time step, or minimise first",
                          label, system.step, temperature, EnsembleSpec{}.max_temperature_K, overlap_clause(system, force_field)));
}

void require_apart(const ForceTotals& totals, const System& system, const std::string& sample) {
  if (!totals.overlap) return;
  throw Error(ExitCode::unstable,
              fmt::format("{}: {}: {}", sample, describe(*totals.overlap, system), advice_at_start(*totals.overlap)));
}

void require_relaxed(const ForceTotals& totals, const System& system, const std::string& label, std::int64_t iterations) {
  const double atoms = static_cast<double>(system.atom_count), energy = totals.potential_energy / atoms;
  const auto& overlap = totals.overlap;
  if (!overlap && !(energy > most_energy_eV)) return;
  const char* state = overlap && overlap->cause == OverlapCause::density ? "the density of an atom is still"
                                                                         : "atoms are still squeezed into each other,";
  throw Error(ExitCode::unstable,
              fmt::format("{}: step {}: after {} iterations {} beyond what the potential was made for: {:.6g} eV/atom at {:.6g} A^3 per "
                          "atom{}. Is the lattice constant, or the volume per atom, right?{}",
                          label, system.step, iterations, state, energy, system.box.volume() / atoms,
                          overlap ? "; " + describe(*overlap, system) : "",
                          overlap && overlap->distance_A == 0.0 ? " Atoms in one place never part." : ""));
}

}  // namespace patina
