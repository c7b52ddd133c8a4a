// SPDX-License-Identifier: BSD-3-Clause
#include "run/deposit_config.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/elements.hpp"
#include "core/units.hpp"
#include "md/substrate.hpp"
#include "run/run_config.hpp"

namespace patina {

namespace {

void check_growth(const DepositStep& s, const ConfigChecker& at) {
  const bool by_atoms = s.atoms || s.interval_ps, by_thickness = s.thickness_A || s.growth_rate_A_per_ps || s.volume_per_atom_A3;
  if (!by_atoms && !by_thickness)
    return at.error("atoms", "give atoms and interval_ps, or thickness_A, growth_rate_A_per_ps and volume_per_atom_A3");
  if (by_atoms && by_thickness)
    return at.error(s.thickness_A ? "thickness_A" : s.growth_rate_A_per_ps ? "growth_rate_A_per_ps" : "volume_per_atom_A3",
                    "atoms and interval_ps tell how the film grows already: leave out one measure or the other");
  if (by_atoms && !s.atoms) at.error("atoms", "interval_ps needs the number of atoms");
  if (by_atoms && !s.interval_ps) at.error("interval_ps", "atoms need the time from one to the next");
  if (!by_thickness) return;
  if (!s.thickness_A) at.error("thickness_A", "a growth rate needs the thickness that it leads to");
  if (!s.growth_rate_A_per_ps) at.error("growth_rate_A_per_ps", "a thickness needs the rate at which it is reached");
  if (!s.volume_per_atom_A3) at.error("volume_per_atom_A3", "a thickness needs it, to tell how many atoms that is");
}

}  // namespace

void describe(ConfigTable<DepositStep>& table) {
  const NumberRange kelvin = {.above = 0.0, .at_most = max_temperature_K}, ps = {.above = 0.0, .at_most = 1e9};
  table.about("Vapour comes down along -z on the sample, a slab periodic along x and y; one that is periodic along z too is cut open where the gap between its atoms is "
              "widest, and stays free along z. The cell does not change otherwise. The base stands still, Langevin dynamics holds the layer above it, the rest and what arrives move without a "
              "thermostat. Atoms that leave the surface are turned back when others arrive. Ids of new atoms follow those of the substrate.");
  table.number("temperature_K", &DepositStep::temperature_K, kelvin, "of the thermostatted layer of the substrate").required();
  table.number_map("composition", &DepositStep::composition, {.above = 0.0, .at_most = 1.0}, {.at_least = 1, .at_most = 32},
                   "atomic fraction of each element of the vapour; the counts are exact, of each twenty in a row too, whose order is random").required();
  table.optional_integer("atoms", &DepositStep::atoms, {.at_least = 1, .at_most = 100000000}, "how many arrive");
  table.optional_number("interval_ps", &DepositStep::interval_ps, ps, "from each to the next; or:");
  table.optional_number("thickness_A", &DepositStep::thickness_A, {.above = 0.0, .at_most = 1e6}, "thickness of the film");
  table.optional_number("growth_rate_A_per_ps", &DepositStep::growth_rate_A_per_ps, {.above = 0.0, .at_most = 1e3}, "at which it grows; 1 A/ps = 100 m/s");
  table.optional_number("volume_per_atom_A3", &DepositStep::volume_per_atom_A3, {.at_least = 4.0, .at_most = 200.0},
                        "of the film, as far as it is known: the number of atoms is area x thickness over it");
  table.optional_number("energy_eV", &DepositStep::energy_eV, {.above = 0.0, .at_most = 1e4}, "of every arriving atom: a beam").unset_means("0.1, if there is no source_K");
  table.optional_number("source_K", &DepositStep::source_K, kelvin, "or the temperature of an effusive source, whose atoms have the energies of a flux, 2 k_B T on average");
  table.number("angle_deg", &DepositStep::angle_deg, {.at_least = 0.0, .at_most = 85.0}, "of a beam to -z; atoms come from all sides, as on a turning substrate");
  table.number("rigid_A", &DepositStep::rigid_A, {.above = 0.0, .at_most = 1e5}, "thickness of the base that stands still, from the lowest atom; about the reach of the potential");
  table.number("thermostat_A", &DepositStep::thermostat_A, {.above = 0.0, .at_most = 1e5}, "thickness of the thermostatted layer above it");
  table.number("relaxation_ps", &DepositStep::relaxation_ps, {.above = 0.0, .at_most = 1e4}, "of the Langevin thermostat, 1 / friction");
  table.number("settle_ps", &DepositStep::settle_ps, {.at_least = 0.0, .at_most = 1e9}, "how long the step goes on after the time of growth");
  table.variant_list("observers", &DepositStep::observers, "only trajectory: others follow a fixed number of atoms");
  table.boolean("keep", &DepositStep::keep, doc_of_keep);
  describe_label(table);
  table.check_what_was_read([](const DepositStep& s, const ConfigChecker& at) {
    if (at.was_read({"composition"})) check_composition(s.composition, at);
    if (at.was_read({"atoms", "interval_ps", "thickness_A", "growth_rate_A_per_ps", "volume_per_atom_A3"})) check_growth(s, at);
    if (!at.was_read({"energy_eV", "source_K", "angle_deg"})) return;
    if (s.energy_eV && s.source_K) at.error("source_K", "energy_eV makes it a beam already: leave out one of them");
    if (s.source_K && s.angle_deg != 0.0) at.error("angle_deg", "is that of a beam; atoms of an effusive source come at all angles");
  });
}

void describe(ConfigTable<CutFilmStep>& table) {
  table.about("What came down in the `deposit` steps before it, without the substrate, is the sample from here on; no time passes. Ids are given anew.");
  table.number("from", &CutFilmStep::from, {.at_least = 0.0, .at_most = 1.0}, "which of its atoms are kept, in order of height: from this part of them");
  table.number("to", &CutFilmStep::to, {.at_least = 0.0, .at_most = 1.0}, "to this one; 0 to 1: the whole film, with its exact composition");
  table.choice("boundary", &CutFilmStep::boundary, {"free", "periodic"}, "of the cell along z: a film with two surfaces, or a piece of bulk, whose seam a `minimise` with relax_cell closes");
  table.number("gap_A", &CutFilmStep::gap_A, {.at_least = 0.0, .at_most = 1e3}, "of a periodic one: how far the two sides stand apart at first, so that no atoms overlap");
  table.variant_list("observers", &CutFilmStep::observers, "what looks at the cut film; a trajectory makes a file of it");
  table.boolean("keep", &CutFilmStep::keep, doc_of_keep);
  describe_label(table);
  table.check_what_was_read([](const CutFilmStep& s, const ConfigChecker& at) {
    if (at.was_read({"from", "to"}) && !(s.from < s.to)) at.error("to", fmt::format("{} is not above from = {}: nothing would be kept", s.to, s.from));
  });
}

bool tells_growth(const DepositStep& s) {
  const bool by_atoms = s.atoms && s.interval_ps, by_thickness = s.thickness_A && s.growth_rate_A_per_ps && s.volume_per_atom_A3;
  return by_atoms != by_thickness;
}

double growth_ps(const DepositStep& s) {
  return s.atoms ? static_cast<double>(*s.atoms) * s.interval_ps.value_or(0.0) : s.thickness_A.value_or(0.0) / s.growth_rate_A_per_ps.value_or(1.0);
}

std::int64_t deposited_atoms(const DepositStep& s, const Box& box) {
  if (s.atoms) return *s.atoms;
  return std::max<std::int64_t>(1, std::llround(area_along_z(box) * s.thickness_A.value_or(0.0) / s.volume_per_atom_A3.value_or(1.0)));
}

double flight_ps_per_A(const DepositStep& s) {
  double heaviest_amu = 0.0;
  for (const auto& [symbol, fraction] : s.composition) heaviest_amu = std::max(heaviest_amu, atomic_weight_amu(symbol));
  const double energy_eV = s.source_K ? 2.0 * units::boltzmann_eV_per_K * *s.source_K : s.energy_eV.value_or(usual_beam_eV);
  const double speed = std::sqrt(2.0 * energy_eV / heaviest_amu * units::accel_per_force_over_mass) * std::cos(s.angle_deg * units::pi / 180.0);
  return 1.0 / speed;
}

}  // namespace patina
