// SPDX-License-Identifier: BSD-3-Clause
// patina potential zhou ELEMENT... -o FILE [--points N] [--overwrite]
// patina potential kob-andersen|ka2|wahnstrom -o FILE [--symbols Ni,P] [--sigma-A S] [--epsilon-K E] [--mass-amu M]
//   [--cut shifted|force_shifted] [--points N] [--overwrite]
// Tables of potentials that formulae give, as setfl files (eam/alloy).
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "cli/finite_number.hpp"
#include "cli/verbs.hpp"
#include "core/durable_file.hpp"
#include "core/error.hpp"
#include "core/on_root.hpp"
#include "core/version.hpp"
#include "md/eam_file.hpp"
#include "md/lennard_jones.hpp"
#include "md/setfl.hpp"
#include "md/zhou.hpp"

namespace patina {
namespace {

struct PotentialArguments {
  std::string name;
  std::vector<std::string> elements, symbols;
  PairUnits units;
  std::string cut = "shifted";
  int points = 6001;
  std::string output;
  bool overwrite = false;
};

// What goes to the file, and what to the user beside.
struct NewPotential {
  EamFunctions functions;
  std::array<std::string, 3> comments;
  std::vector<std::string> lattice;
  std::string about;
};

NewPotential zhou_potential(const PotentialArguments& arguments) {
  if (arguments.elements.empty()) throw Error(ExitCode::usage, "zhou needs its elements: patina potential zhou Cu Zr -o FILE");
  NewPotential made{zhou_functions(arguments.elements, arguments.points), {}, {}, {}};
  for (const std::string& symbol : arguments.elements) {
    const ZhouElement& e = zhou_element(symbol);
    made.lattice.push_back(fmt::format("{:.6g} {}", lattice_constant_A(e), e.lattice));
  }
  made.comments[0] = fmt::format("Zhou, Johnson & Wadley, PRB 69, 144113 (2004): {}  UNITS: metal", fmt::join(arguments.elements, " "));
  made.comments[1] = fmt::format("written by patina {} from the published parameters; cut at {:.6g} A as published", build_info().version, made.functions.cutoff);
  made.comments[2] = "elements alone: fitted to lattice constant, cohesive energy, elasticity, vacancies";
  if (arguments.elements.size() > 1) {
    made.comments[2] = "CAUTION: unlike pairs by Johnson's mixing rule, fitted to no alloy";
    const auto has = [&](const char* symbol) { return std::find(arguments.elements.begin(), arguments.elements.end(), symbol) != arguments.elements.end(); };
    if (has("Cu") && has("Zr")) made.comments[2] += "; Cu-Zr is far overbound (B2: -0.78 eV/atom, fitted potentials -0.14): no physics of Cu-Zr glasses";
  }
  made.about = made.comments[2] + "\n";
  return made;
}

std::string units_text(const LennardJonesModel& model, const PairUnits& u) {
  const double volume_A3 = u.sigma_A * u.sigma_A * u.sigma_A;
  return fmt::format(
      "length 1 = {:g} A, energy 1 = {:g} K k_B = {:.8g} eV, mass 1 = {:g} amu\n"
      "time 1 = {:.6g} ps (a step of 0.003 is {:.3g} fs), pressure 1 = {:.6g} GPa\n"
      "temperature 1 = {:g} K, density 1 = one atom in {:.6g} A^3: {:g} is volume_per_atom_A3 {:.6g}\n"
      "composition: {}\n",
      u.sigma_A, u.epsilon_K, u.epsilon_eV(), u.mass_amu, u.time_ps(), 3.0 * u.time_ps(), u.pressure_GPa(), u.epsilon_K, volume_A3, model.density,
      volume_A3 / model.density, model.composition);
}

NewPotential lennard_jones_potential(const LennardJonesModel& model, const PotentialArguments& arguments) {
  if (!arguments.elements.empty())
    throw Error(ExitCode::usage, fmt::format("{} has species of its own; --symbols says which elements stand for them", model.name));
  const std::vector<std::string>& symbols = arguments.symbols.empty() ? model.symbols : arguments.symbols;
  const PairUnits& u = arguments.units;
  const PairCut cut = arguments.cut == "shifted" ? PairCut::shifted : PairCut::force_shifted;
  NewPotential made{lennard_jones_functions(model, symbols, u, cut, arguments.points), {}, std::vector<std::string>(symbols.size(), fmt::format("{:.6g} none", u.sigma_A)), {}};
  std::string names;
  for (std::size_t s = 0; s < symbols.size(); ++s) names += fmt::format("{}{} = {} ({:g} amu)", s == 0 ? "" : ", ", static_cast<char>('A' + s), symbols[s], made.functions.mass_amu[s]);
  made.comments[0] = fmt::format("{}: {}  UNITS: metal", model.title, model.source);
  made.comments[1] = fmt::format("{}; sigma_AA = {:g} A, epsilon_AA = {:g} K k_B; symbols only name the species", names, u.sigma_A, u.epsilon_K);
  made.comments[2] = fmt::format("written by patina {}; cut at 2.5 sigma of each pair, {}; no density, no embedding", build_info().version,
                                 cut == PairCut::shifted ? "shifted to end at 0" : "energy and force shifted to end at 0");
  made.about = names + "\n" + units_text(model, u);
  return made;
}

NewPotential make_potential(const PotentialArguments& arguments) {
  if (arguments.name == "zhou") return zhou_potential(arguments);
  const auto& models = lennard_jones_models();
  return lennard_jones_potential(*std::find_if(models.begin(), models.end(), [&](const auto& m) { return m.name == arguments.name; }), arguments);
}

void write_potential(const PotentialArguments& arguments, const Comm& world) {
  on_root(world, [&] {
    const IfExists if_exists = arguments.overwrite ? IfExists::replace : IfExists::refuse;
    check_target(arguments.output, if_exists);
    const NewPotential made = make_potential(arguments);
    const std::string text = setfl_text(made.functions, made.comments, made.lattice);
    parse_eam({arguments.output}, {text}, made.functions.species);  // a name or numbers that this program would not read are refused
    write_file_durably(arguments.output, text, if_exists);
    fmt::print("{}\n{}wrote {}\n", made.comments[0], made.about, arguments.output);
  });
}

std::vector<std::string> names() {
  std::vector<std::string> all{"zhou"};
  for (const LennardJonesModel& model : lennard_jones_models()) all.emplace_back(model.name);
  return all;
}

}  // namespace

void add_potential(CLI::App& app, const Comm& world) {
  auto* verb = app.add_subcommand("potential", "Tables of a potential that formulae give: metals (Zhou 2004) or Lennard-Jones mixtures, as a setfl file");
  auto arguments = std::make_shared<PotentialArguments>();
  verb->add_option("name", arguments->name, "zhou (16 metals), or a mixture of Lennard-Jones particles")->required()->check(CLI::IsMember(names()));
  verb->add_option("elements", arguments->elements, "Of zhou: Cu Ag Au Ni Pd Pt Al Pb Fe Mo Ta W Mg Co Ti Zr, one or several");
  verb->add_option("--symbols", arguments->symbols, "Elements that stand for A, B, ... of a mixture; default Ni,P (ka2: Ni,P,Si; wahnstrom: Zr,Cu)")->delimiter(',');
  verb->add_option("--sigma-A", arguments->units.sigma_A, "sigma_AA of a mixture in Angstrom")->check(CLI::Range(1.5, 6.0))->check(finite_number())->capture_default_str();
  verb->add_option("--epsilon-K", arguments->units.epsilon_K, "epsilon_AA of a mixture over k_B in kelvin: the temperature that is 1")->check(CLI::Range(10.0, 1e4))->check(finite_number())->capture_default_str();
  verb->add_option("--mass-amu", arguments->units.mass_amu, "Mass of A of a mixture")->check(CLI::Range(1.0, 500.0))->check(finite_number())->capture_default_str();
  verb->add_option("--cut", arguments->cut, "How a mixture's pairs end: energy shifted to 0 (as its literature does), or force too")->check(CLI::IsMember({"shifted", "force_shifted"}))->capture_default_str();
  verb->add_option("--points", arguments->points, "Samples of each table")->check(CLI::Range(1001, 60001))->capture_default_str();
  verb->add_option("--output,-o", arguments->output, "File to write, NAME.eam.alloy")->required();
  verb->add_flag("--overwrite", arguments->overwrite, "Replace the file if it exists");
  verb->callback([arguments, &world] { write_potential(*arguments, world); });
}

}  // namespace patina
