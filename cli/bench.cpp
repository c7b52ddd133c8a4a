// SPDX-License-Identifier: BSD-3-Clause
// patina bench [--case NAME | --structure FILE --potential FILE --species Cu,Zr] [--steps N] [--skin A]
//   [--precision double|mixed] [--tables file|smooth] [--json]
#include "run/bench.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "cli/table_options.hpp"
#include "cli/verbs.hpp"
#include "core/error.hpp"
#include "core/version.hpp"
#include "md/chunk_kernels.hpp"
#include "md/eam_file.hpp"
#include "md/engine.hpp"
#include "md/potential_search.hpp"
#include "md/structure_file.hpp"
#include "run/bench_case.hpp"

namespace patina {
namespace {

struct BenchArguments {
  std::string bench_case = "liquid-32k";
  std::string structure, potential;
  std::vector<std::string> species;
  int steps = 0;
  std::optional<double> time_step_fs;
  std::optional<double> skin_A;
  TableOptions tables;
  std::string save;
  bool json = false;
};

std::string sample_name(const BenchArguments& arguments) {
  return arguments.structure.empty() ? arguments.bench_case : arguments.structure;
}

std::string cpu_name() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  return "unknown";
}

// Some seconds on one core.
int default_steps(std::size_t atoms) { return static_cast<int>(std::clamp<std::size_t>(6'400'000 / atoms, 50, 100'000)); }

void print(const BenchArguments& arguments, const BenchSpec& spec, const BenchResult& r,
           const EamFunctions& functions) {
  const double motion = r.seconds - r.engine.places - r.engine.lists - r.engine.ghosts - r.engine.pair_forces;
  const std::vector<std::pair<std::string, double>> shares = {{"pair_forces", r.engine.pair_forces},
                                                             {"lists", r.engine.lists},
                                                             {"ghosts", r.engine.ghosts},
                                                             {"places", r.engine.places},
                                                             {"motion", motion}};
  const std::string name = sample_name(arguments);
  const double rate = 1e-6 * r.atom_steps_per_s;
  if (arguments.json) {
    nlohmann::ordered_json out = {{"case", name},
                                  {"potential", {{"file", functions.file}, {"sha256", functions.sha256}}},
                                  {"precision", arguments.tables.precision},
                                  {"tables", arguments.tables.tables},
                                  {"atoms", r.atoms},
                                  {"ranks", r.ranks},
                                  {"threads_per_rank", r.threads},
                                  {"steps", spec.steps},
                                  {"time_step_fs", spec.time_step_fs},
                                  {"skin_A", r.skin_A},
                                  {"skin_tuned", !spec.skin_A},
                                  {"seconds", r.seconds},
                                  {"Matom_steps_per_s", rate},
                                  {"rebuilds", r.rebuilds},
                                  {"list_entries_per_atom", r.list_entries_per_atom},
                                  {"imbalance", r.imbalance},
                                  {"state", r.state_hash}};
    for (const auto& [what, seconds] : shares) out["seconds_of_rank_0"][what] = seconds;
    if (r.smooth_tables) out["table_deviation"] = table_deviation(*r.smooth_tables, functions.species);
    const BuildInfo& build = build_info();
    out["build"] = {{"patina", build.version}, {"git", build.git_hash},           {"compiler", build.compiler},
                    {"flags", build.flags},    {"kokkos", build.kokkos_version},  {"cpu", cpu_name()},
                    {"vectors", chunk_kernels().name}};
    fmt::print("{}\n", out.dump(1, ' ', false, nlohmann::json::error_handler_t::replace));
    return;
  }
  fmt::print("{}: {} atoms, {} precision, {} tables, {} rank(s) of {} thread(s), {} steps of {} fs, {} {} A\n", name, r.atoms,
             arguments.tables.precision, arguments.tables.tables, r.ranks, r.threads, spec.steps, spec.time_step_fs,
             spec.skin_A ? "skin" : "skin tuned to", r.skin_A);
  fmt::print("potential {}\n", functions.file);
  fmt::print("{:.3f} Matom-steps/s  ({:.0f} ns per atom and step; {} lists, {:.1f} entries per atom)\n", rate,
             1e9 / r.atom_steps_per_s, r.rebuilds, r.list_entries_per_atom);
  for (const auto& [what, seconds] : shares) fmt::print("  {:<12} {:>5.1f} %\n", what, 100.0 * seconds / r.seconds);
  if (r.ranks > 1) fmt::print("imbalance of ranks {:.3f} (largest time for pair forces over the mean)\n", r.imbalance);
  if (r.smooth_tables) fmt::print("{}\n", describe(*r.smooth_tables, functions.species));
  fmt::print("state {}\n", r.state_hash);
}

// Before the sample is made, which may take a minute.
void check_save(const BenchArguments& arguments, const Comm& world) {
  if (arguments.save.empty()) return;
  if (world.size() > 1) throw Error(ExitCode::usage, "--save works on one rank");
  format_of_name(arguments.save);
  const auto folder = std::filesystem::absolute(arguments.save).parent_path();
  if (!std::filesystem::is_directory(folder))
    throw Error(ExitCode::cannot_create, fmt::format("{}: there is no folder {}", arguments.save, folder.string()));
  if (std::filesystem::exists(arguments.save))
    throw Error(ExitCode::cannot_create, fmt::format("{} exists already", arguments.save));
}

// CLI11's Range lets what is not a number through.
CLI::Validator number_between(double low, double high) {
  return CLI::Validator(
      [low, high](std::string& text) {
        double value = std::nan("");
        const bool read = CLI::detail::lexical_cast(text, value);
        return read && value >= low && value <= high ? std::string() : fmt::format("{} is not a number from {:g} to {:g}", text, low, high);
      },
      fmt::format("FLOAT in [{:g} - {:g}]", low, high));
}

// Errors name the sample.
BenchResult bench_of(const BenchArguments& arguments, const Comm& world, const Structure& sample, const EamFunctions& functions,
                     const BenchSpec& spec) {
  try {
    return bench(world, sample, functions, spec);
  } catch (const Error& error) {
    throw Error(error.code(), fmt::format("{}: {}", sample_name(arguments), error.what()));
  }
}

void run_bench(const BenchArguments& arguments, const Comm& world) {
  check_save(arguments, world);
  BenchSpec spec;
  Structure sample;
  std::string potential = arguments.potential;
  if (arguments.structure.empty()) {
    const BenchCase& bench_case = find_bench_case(arguments.bench_case);
    potential = bench_case.potential;
    spec.temperature_K = bench_case.temperature_K;
    spec.time_step_fs = bench_case.time_step_fs;
    spec.warm_up_steps = bench_case.warm_up_steps;
    sample = make_bench_sample(world, bench_case);
  } else {
    if (potential.empty()) throw Error(ExitCode::usage, "--structure needs --potential");
    ReadOptions options;
    options.species = arguments.species;
    sample = read_structure(world, arguments.structure, options).structure;
  }
  const EamFunctions functions = read_eam_file(find_potential(world, potential, ""), sample.species);
  if (arguments.time_step_fs) spec.time_step_fs = *arguments.time_step_fs;
  spec.skin_A = arguments.skin_A;
  spec.precision = arguments.tables.pair_precision();
  spec.smooth_tables = arguments.tables.smooth();
  spec.steps = arguments.steps > 0 ? arguments.steps : default_steps(sample.size());
  if (!arguments.save.empty())
    spec.before_timing = [&](const System& system) { write_structure(arguments.save, {snapshot(system), 0, {}}); };
  const BenchResult result = bench_of(arguments, world, sample, functions, spec);
  if (world.is_root()) print(arguments, spec, result, functions);
}

}  // namespace

void add_bench(CLI::App& app, const Comm& world) {
  auto* verb = app.add_subcommand("bench", "Measure the speed of the engine on this machine");
  auto arguments = std::make_shared<BenchArguments>();
  std::string cases;
  for (const BenchCase& bench_case : bench_cases()) cases += fmt::format("\n{}: {}", bench_case.name, bench_case.description);
  auto* own = verb->add_option("--case", arguments->bench_case, "Sample that is made for the measurement:" + cases);
  own->capture_default_str();
  auto* structure = verb->add_option("--structure", arguments->structure, "Sample from a file instead, moving as it does there");
  structure->excludes(own);
  verb->add_option("--potential", arguments->potential, "Its EAM table")->needs(structure);
  verb->add_option("--species", arguments->species, "Elements of its types 1, 2, ..., e.g. Cu,Zr")->delimiter(',')->needs(structure);
  verb->add_option("--steps", arguments->steps, "Time steps to measure; without it, 6.4 million atom-steps' worth, from 50 to 100 000")
      ->check(CLI::Range(1, 1'000'000'000));
  verb->add_option("--time-step-fs", arguments->time_step_fs, "Length of a time step")->check(number_between(1e-3, 20.0));
  verb->add_option("--skin", arguments->skin_A, "Skin of the pair lists, A; without it, tuned")->check(number_between(0.01, largest_skin_A));
  add_table_options(*verb, arguments->tables);
  verb->add_option("--save", arguments->save, "Write the sample as it is when the measurement begins, for other programs");
  verb->add_flag("--json", arguments->json, "Print the result as JSON");
  verb->callback([arguments, &world] { run_bench(*arguments, world); });
}

}  // namespace patina
