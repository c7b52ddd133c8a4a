// SPDX-License-Identifier: BSD-3-Clause
// patina evaluate STRUCTURE --potential FILE [--species Cu,Zr] [--boundary ppf] [--per-atom] [--virials]
//   [--precision double|mixed] [--tables file|smooth] [--output out.json]
// Potential energy, virial pressure W/V (the potential part of the pressure) and, if asked, forces, energies and virials of the
// atoms in order of id, of one structure as it stands; on the terminal without --output.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "cli/table_options.hpp"
#include "cli/verbs.hpp"
#include "core/digest.hpp"
#include "core/durable_file.hpp"
#include "core/on_root.hpp"
#include "core/units.hpp"
#include "core/version.hpp"
#include "md/atom_virials.hpp"
#include "md/eam.hpp"
#include "md/eam_file.hpp"
#include "md/engine.hpp"
#include "md/potential_search.hpp"
#include "md/structure_file.hpp"

namespace patina {
namespace {

struct EvaluateArguments {
  std::string structure;
  std::vector<std::string> potentials;
  std::vector<std::string> species;
  std::string boundary;
  std::string frame;
  bool per_atom = false, virials = false;
  TableOptions tables;
  std::string output;
  bool overwrite = false;
};

struct AtomResult {
  std::int64_t id;  // 1..N in the order of the file's ids
  double force[3];
  double energy;
};

struct AtomVirial {
  std::int64_t id;
  double virial[6];
};

std::string check_boundary(const std::string& text) {
  if (text.size() == 3 && text.find_first_not_of("pf") == std::string::npos) return "";
  return "'" + text + "' must be three letters, p (periodic) or f (free) for x, y and z";
}

std::array<bool, 3> periodic_axes(const std::string& boundary) {
  return {boundary[0] == 'p', boundary[1] == 'p', boundary[2] == 'p'};
}

std::string check_frame(const std::string& text) {
  const bool number = !text.empty() && text.size() < 18 && text.find_first_not_of("0123456789") == std::string::npos;
  return number || text == "first" || text == "last" ? "" : "'" + text + "' must be first, last or a number from 0";
}

std::int64_t frame_number(const std::string& text) {
  return text == "first" ? 0 : text == "last" ? last_frame : std::stoll(text);
}

Structure read(const EvaluateArguments& arguments, const Comm& world) {
  ReadOptions options;
  options.species = arguments.species;
  if (!arguments.boundary.empty()) options.periodic = periodic_axes(arguments.boundary);
  if (!arguments.frame.empty()) options.frame = frame_number(arguments.frame);
  return read_structure(world, arguments.structure, options).structure;
}

// Of all ranks, on rank 0, by id.
std::vector<AtomResult> gather_atoms(const System& system, Engine& engine) {
  const auto id = Kokkos::create_mirror_view_and_copy(HostSpace{}, system.atoms.id);
  const auto force = Kokkos::create_mirror_view_and_copy(HostSpace{}, system.atoms.force);
  const auto energy = Kokkos::create_mirror_view_and_copy(HostSpace{}, engine.atom_energies(system));
  std::vector<AtomResult> mine;
  for (int i = 0; i < system.atoms.local; ++i)
    mine.push_back({id(i), {force(i, 0), force(i, 1), force(i, 2)}, energy(i)});
  auto all = system.comm->gather(mine);
  std::sort(all.begin(), all.end(), [](const AtomResult& a, const AtomResult& b) { return a.id < b.id; });
  return all;
}

std::vector<AtomVirial> gather_virials(const System& system, const Engine& engine, const EamTables& tables) {
  const auto id = Kokkos::create_mirror_view_and_copy(HostSpace{}, system.atoms.id);
  const auto virial = Kokkos::create_mirror_view_and_copy(HostSpace{}, atom_virials(system, engine, tables));
  std::vector<AtomVirial> mine(static_cast<std::size_t>(system.atoms.local));
  for (std::size_t i = 0; i < mine.size(); ++i) {
    mine[i].id = id(i);
    for (int k = 0; k < 6; ++k) mine[i].virial[k] = virial(i, k);
  }
  auto all = system.comm->gather(mine);
  std::sort(all.begin(), all.end(), [](const AtomVirial& a, const AtomVirial& b) { return a.id < b.id; });
  return all;
}

nlohmann::ordered_json provenance(const EvaluateArguments& arguments, const Comm& world,
                                  const EamFunctions& functions, const std::optional<TableDeviation>& deviation) {
  nlohmann::ordered_json result = {{"patina_version", build_info().version},
          {"patina_git", build_info().git_hash},
          {"structure", arguments.structure},
          {"structure_sha256", sha256_of_file(arguments.structure)},
          {"potential", functions.file},
          {"potential_sha256", functions.sha256},
          {"species", functions.species},
          {"precision", arguments.tables.precision},
          {"tables", arguments.tables.tables},
          {"ranks", world.size()},
          {"threads_per_rank", ExecSpace().concurrency()}};
  if (deviation) result["table_deviation"] = table_deviation(*deviation, functions.species);
  return result;
}

nlohmann::ordered_json summary(const ForceTotals& totals, const Box& box, std::int64_t atoms) {
  const auto pressure = [&](int a, int b) {
    return totals.virial[a][b] / box.volume() * units::GPa_per_eV_A3;
  };
  return {{"atoms", atoms},
          {"potential_energy_eV", totals.potential_energy},
          {"virial_pressure_GPa",
           {{"xx", pressure(0, 0)},
            {"yy", pressure(1, 1)},
            {"zz", pressure(2, 2)},
            {"xy", pressure(0, 1)},
            {"xz", pressure(0, 2)},
            {"yz", pressure(1, 2)}}},
          {"volume_A3", box.volume()},
          {"atoms_beyond_embedding_table", totals.beyond_table}};
}

void add_atoms(nlohmann::ordered_json& result, const std::vector<AtomResult>& atoms) {
  auto& forces = result["forces_eV_per_A"] = nlohmann::ordered_json::array();
  auto& energies = result["energies_eV"] = nlohmann::ordered_json::array();
  for (const AtomResult& atom : atoms) {
    forces.push_back(atom.force);
    energies.push_back(atom.energy);
  }
}

void add_virials(nlohmann::ordered_json& result, const std::vector<AtomVirial>& atoms) {
  result["virial_components"] = {"xx", "yy", "zz", "xy", "xz", "yz"};
  auto& virials = result["virials_eV"] = nlohmann::ordered_json::array();
  for (const AtomVirial& atom : atoms) virials.push_back(atom.virial);
}

void require_sound(const ForceTotals& totals, const System& system, const std::string& file) {
  if (totals.overlap) throw Error(ExitCode::bad_input, fmt::format("{}: {}", file, describe(*totals.overlap, system)));
  bool finite = std::isfinite(totals.potential_energy);
  for (int a = 0; a < 3; ++a)
    for (int b = 0; b < 3; ++b) finite = finite && std::isfinite(totals.virial[a][b]);
  if (!finite)
    throw Error(ExitCode::bad_input, fmt::format("{}: the energy or the virial is not a number (energy {} eV)", file, totals.potential_energy));
}

void evaluate(const EvaluateArguments& arguments, const Comm& world) {
  if (arguments.virials && arguments.tables.pair_precision() != Precision::full)
    throw Error(ExitCode::usage, "--virials: virials of atoms are computed with --precision double only");
  const IfExists if_exists = arguments.overwrite ? IfExists::replace : IfExists::refuse;
  on_root(world, [&] {
    std::vector<std::string> sources = arguments.potentials;
    sources.push_back(arguments.structure);
    check_outputs({arguments.output}, sources, if_exists);
  });
  const Structure structure = read(arguments, world);
  std::vector<std::string> paths;
  for (const auto& name : arguments.potentials) paths.push_back(find_potential(world, name, ""));
  const EamFunctions functions = read_eam_files(world, paths, structure.species);

  System system = make_system(world, structure, 0);
  EamTables tables;
  std::optional<TableDeviation> deviation;
  if (arguments.tables.smooth()) {
    SmoothTables smooth = make_smooth_tables(functions);
    tables = smooth.tables;
    deviation = smooth.deviation;
  } else {
    tables = make_eam_tables(functions);
  }
  EngineOptions options;
  options.chunks = !arguments.virials;
  Engine engine(system, std::make_unique<EamPotential>(tables, arguments.tables.pair_precision()), options);
  const ForceTotals totals = engine.compute(system, Tally::energy);
  require_sound(totals, system, arguments.structure);
  std::vector<AtomResult> atoms;
  if (arguments.per_atom) atoms = gather_atoms(system, engine);
  std::vector<AtomVirial> virials;
  if (arguments.virials) virials = gather_virials(system, engine, tables);

  on_root(world, [&] {
    auto result = summary(totals, system.box, system.atom_count);
    if (arguments.per_atom) add_atoms(result, atoms);
    if (arguments.virials) add_virials(result, virials);
    if ((arguments.per_atom || arguments.virials) && !system.input_id.empty()) result["ids"] = system.input_id;
    result["provenance"] = provenance(arguments, world, functions, deviation);
    const std::string text = result.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
    if (arguments.output.empty()) return fmt::print("{}", text);
    if (deviation) fmt::print("{}\n", describe(*deviation, functions.species));
    write_file_durably(arguments.output, text, if_exists);
    fmt::print("{} atoms, {:.6f} eV per atom; wrote {}\n", system.atom_count,
               totals.potential_energy / static_cast<double>(system.atom_count), arguments.output);
  });
}

}  // namespace

void add_evaluate(CLI::App& app, const Comm& world) {
  auto* verb =
      app.add_subcommand("evaluate", "Energy, virial pressure and forces of a structure as it stands");
  auto arguments = std::make_shared<EvaluateArguments>();
  verb->add_option("structure", arguments->structure, "Structure: LAMMPS data or dump, extended XYZ, H5MD")
      ->required();
  verb->add_option("--potential", arguments->potentials,
                   "EAM tables: a setfl file (eam/alloy, eam/fs), or once for each element a funcfl file")
      ->required()
      ->allow_extra_args(false);
  verb->add_option("--species", arguments->species,
                   "Elements of types 1, 2, ... of the structure, e.g. Cu,Zr")
      ->delimiter(',');
  verb->add_option("--boundary", arguments->boundary,
                   "p (periodic) or f (free) for each axis, e.g. ppf, which the file must not contradict; else as the file "
                   "says, or ppp")
      ->check(check_boundary);
  verb->add_option("--frame", arguments->frame, "Of a file with several frames: first, last or N (from 0)")
      ->check(check_frame);
  verb->add_flag("--per-atom", arguments->per_atom, "Forces and energies of the atoms too, in order of id");
  verb->add_flag("--virials", arguments->virials, "Virials of the atoms too, half of each pair's, in order of id (--precision double)");
  add_table_options(*verb, arguments->tables);
  auto* output = verb->add_option("--output,-o", arguments->output, "JSON file to write; without it the JSON is printed");
  verb->add_flag("--overwrite", arguments->overwrite, "Replace the output if it exists")->needs(output);
  verb->callback([arguments, &world] { evaluate(*arguments, world); });
}

}  // namespace patina
