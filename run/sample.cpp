// SPDX-License-Identifier: BSD-3-Clause
#include "run/sample.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>

#include "core/error.hpp"
#include "md/composition.hpp"
#include "md/lattice.hpp"
#include "md/random_structure.hpp"
#include "md/structure_file.hpp"
#include "run/parent_samples.hpp"
#include "run/sample_library.hpp"

namespace patina {

namespace {

int type_of(const std::string& symbol, const std::vector<std::string>& species) {
  const auto found = std::find(species.begin(), species.end(), symbol);
  if (found == species.end())
    throw Error(ExitCode::bad_input,
                fmt::format("the structure contains {}, but /potential/species lists only {}", symbol,
                            fmt::join(species, ", ")));
  return static_cast<int>(found - species.begin());
}

// Renumbers the types to the order of the potential.
void order_types(Structure& structure, const std::vector<std::string>& species, const std::vector<double>& mass_amu) {
  std::vector<int> new_type;
  for (const std::string& symbol : structure.species) new_type.push_back(type_of(symbol, species));
  for (int& type : structure.type) type = new_type[static_cast<std::size_t>(type)];
  structure.species = species;
  structure.mass = mass_amu;
}

Composition make_composition(const std::map<std::string, double>& fractions) {
  Composition composition;
  for (const auto& [symbol, fraction] : fractions) {
    composition.species.push_back(symbol);
    composition.fraction.push_back(fraction);
  }
  return composition;
}

Structure read_sample_file(const Comm& comm, const FileStructureConfig& config, const std::string& input_folder) {
  ReadOptions options;
  options.frame = config.frame;
  options.species = config.species.value_or(std::vector<std::string>{});
  options.periodic = periodic_of(config.boundary);
  const std::string path = sample_path(config, input_folder);
  const Structure structure = read_structure(comm, path, options).structure;
  check_volume(path, structure.box, structure.size());
  return structure;
}

struct Builder {
  const Comm& comm;
  std::string input_folder;
  std::uint64_t seed;

  Structure operator()(const RandomStructureConfig& c) const {
    const Composition composition = make_composition(c.composition);
    return make_random_structure(cubic_box(c.atoms, c.volume_per_atom_A3), composition, c.atoms,
                                 uniform_min_distance(composition.species.size(), c.min_distance_A), seed);
  }
  Structure operator()(const LatticeStructureConfig& c) const {
    const Lattice lattice{c.lattice, c.lattice_constant_A, c.c_over_a, c.repeat};
    if (!c.sublattice_species.empty()) return make_compound(lattice, c.sublattice_species);
    return make_solid_solution(lattice, make_composition(c.composition), seed);
  }
  Structure operator()(const FileStructureConfig& c) const { return read_sample_file(comm, c, input_folder); }
  Structure operator()(const SampleStructureConfig& c) const {
    Structure structure = load_sample(comm, parent_folder(c, input_folder, c.replica.value_or(-1)), c.step.value()).atoms;
    if (c.velocities == "new") structure.velocity.clear();
    return structure;
  }
};

}  // namespace

void check_volume(const std::string& path, const Box& box, std::size_t atoms) {
  constexpr double least_A3 = 4.0;  // copper at 1000 GPa has 5.5; vacuum beside the atoms may fill any volume
  if (const double volume = box.volume() / static_cast<double>(atoms); volume < least_A3)
    throw Error(ExitCode::bad_input, fmt::format("{}: {:.3g} A^3 per atom; metals have {} A^3 and more: are the lengths in "
                                                 "Angstrom?",
                                                 path, volume, least_A3));
}

std::string sample_path(const FileStructureConfig& config, const std::string& input_folder) {
  return (input_folder / std::filesystem::path(config.file)).string();
}

namespace {

// "PATH: " of a structure that comes from a file.
std::string origin_of(const StructureConfig& config, const std::string& input_folder) {
  if (const auto* file = std::get_if<FileStructureConfig>(&config)) return sample_path(*file, input_folder) + ": ";
  if (const auto* sample = std::get_if<SampleStructureConfig>(&config))
    return sample_file_path(parent_folder(*sample, input_folder, sample->replica.value_or(-1)), sample->step.value()) + ": ";
  return "";
}

}  // namespace

Structure make_sample(const Comm& comm, const StructureConfig& config, const std::vector<std::string>& species,
                      const std::vector<double>& mass_amu, const std::string& input_folder, std::uint64_t seed) {
  Structure structure = std::visit(Builder{comm, input_folder, seed}, config);
  try {
    order_types(structure, species, mass_amu);
  } catch (const Error& error) {
    throw Error(error.code(), origin_of(config, input_folder) + error.what());
  }
  return structure;
}

}  // namespace patina
