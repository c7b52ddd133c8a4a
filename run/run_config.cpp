// SPDX-License-Identifier: BSD-3-Clause
#include "run/run_config.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/elements.hpp"
#include "core/units.hpp"
#include "md/engine.hpp"
#include "run/run_checks.hpp"

namespace patina {

void check_composition(const std::map<std::string, double>& composition, const ConfigChecker& at) {
  double sum = 0.0;
  for (const auto& [symbol, fraction] : composition) sum += fraction;
  if (std::abs(sum - 1.0) > 1e-6)
    at.error("composition", fmt::format("atomic fractions add up to {:.6g}; they must add up to 1", sum));
}

namespace {

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

void check_boundary(const std::optional<std::vector<std::string>>& boundary, const ConfigChecker& at) {
  for (std::size_t d = 0; boundary && d < boundary->size(); ++d)
    if (const std::string& word = (*boundary)[d]; word != "periodic" && word != "free")
      at.error(fmt::format("boundary/{}", d), fmt::format("must be one of \"periodic\", \"free\", found \"{}\"", word));
}

std::optional<std::array<bool, 3>> periodic_of(const std::optional<std::vector<std::string>>& boundary) {
  if (!boundary) return std::nullopt;
  return std::array<bool, 3>{boundary->at(0) == "periodic", boundary->at(1) == "periodic", boundary->at(2) == "periodic"};
}

void check_species(const std::optional<std::vector<std::string>>& species, const ConfigChecker& at) {
  if (!species || !at.was_read({"species"})) return;
  for (std::size_t k = 0; k < species->size(); ++k) {
    const std::string& symbol = (*species)[k];
    const auto first = static_cast<std::size_t>(std::find(species->begin(), species->end(), symbol) - species->begin());
    if (!find_element(symbol))
      at.error(fmt::format("species/{}", k), fmt::format("\"{}\" is no element symbol", symbol));
    else if (first != k)
      at.error(fmt::format("species/{}", k), fmt::format("\"{}\" is species {} already", symbol, first));
  }
}

void describe(ConfigTable<FileStructureConfig>& table) {
  table.text("file", &FileStructureConfig::file,
             "LAMMPS data, LAMMPS dump, extended XYZ or H5MD; relative to the input file").required();
  table.optional_texts("species", &FileStructureConfig::species, {.at_least = 1, .at_most = 32},
                       "element of type 1, 2, ..., where the file holds numbers only");
  table.optional_texts("boundary", &FileStructureConfig::boundary, {.at_least = 3, .at_most = 3},
                       "\"periodic\" or \"free\" for each axis, which the file must not contradict; not set: as the file says, "
                       "periodic where it says nothing (LAMMPS data, extended XYZ without pbc)");
  table.optional_integer("frame", &FileStructureConfig::frame, {.at_least = -1},
                         "which frame of a file with several, from 0; -1 is the last");
  table.check([](const FileStructureConfig& s, const ConfigChecker& at) {
    check_boundary(s.boundary, at);
    check_species(s.species, at);
  });
}

void describe(ConfigTable<DynamicsConfig>& table) {
  table.number("time_step_fs", &DynamicsConfig::time_step_fs, {.at_least = 0.01, .at_most = 20.0}, "time step");
  table.optional_number("skin_A", &DynamicsConfig::skin_A, {.above = 0.0, .at_most = largest_skin_A},
                        "neighbour lists reach this much beyond the cutoff; changes the speed and no bit of the results; not "
                        "set: the run finds the fastest and follows it").unset_means("tuned");
  table.choice("precision", &DynamicsConfig::precision, {"double", "mixed"},
               "of the pair terms: as the potential's file has them, or shorter numbers, which are as fast to a third faster, with forces right to about 1e-6 of their root mean square in a liquid");
  table.choice("tables", &DynamicsConfig::tables, {"file", "smooth"},
               "radial functions of the potential: as the file and LAMMPS have them, or smooth cubics on a coarser grid, whose "
               "largest deviation from the file's the log tells");
  table.section("thermostat", &DynamicsConfig::thermostat, "temperature control of all steps");
  table.section("barostat", &DynamicsConfig::barostat, "pressure control of all steps");
}

void describe(ConfigTable<OutputConfig>& table) {
  table.integer("thermo_interval_steps", &OutputConfig::thermo_interval_steps, {.at_least = 1, .at_most = 1000000000},
                "time steps between lines of thermo.csv");
  table.integer("checkpoint_interval_steps", &OutputConfig::checkpoint_interval_steps,
                {.at_least = 1, .at_most = 1000000000}, "time steps, or iterations of a minimisation, between checkpoints");
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
                     {.at_least = 1, .at_most = most_protocol_steps}).required();
  table.section("output", &RunConfig::output, "what is written, and how often");
  table.check_what_was_read(check_run);
}

}  // namespace patina
