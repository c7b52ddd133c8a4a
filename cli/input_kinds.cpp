// SPDX-License-Identifier: BSD-3-Clause
#include "cli/input_kinds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "core/error.hpp"
#include "core/json_text.hpp"
#include "core/placed_errors.hpp"
#include "correlate/correlate_config.hpp"
#include "md/potential_search.hpp"
#include "run/parent_samples.hpp"
#include "run/plan_config.hpp"
#include "run/run_checks.hpp"
#include "run/run_config.hpp"
#include "run/sample.hpp"
#include "run/scatter_config.hpp"
#include "run/synth_config.hpp"

namespace patina {

namespace {

template <class Config>
std::vector<std::string> check_text(const std::string& text, const std::string& file_name, const std::vector<std::string>& overrides) {
  read_config<Config>(text, file_name, overrides);
  return {};
}

// Of a run the files as well: that they are there, each at its place in the text if not.
std::vector<std::string> check_run_text(const std::string& text, const std::string& file_name, const std::vector<std::string>& overrides) {
  const auto config = read_config<RunConfig>(text, file_name, overrides);
  const std::string folder = std::filesystem::path(file_name).parent_path().string();
  PlacedErrorList errors;
  for (std::size_t k = 0; k < config.potential.files.size(); ++k) try {
      find_potential(Comm::world(), config.potential.files[k], folder);
    } catch (const Error& error) {
      errors.add(fmt::format("/potential/files/{}", k), error.what());
    }
  if (const auto* file = std::get_if<FileStructureConfig>(&config.structure))
    if (const std::string path = sample_path(*file, folder);
        Comm::world().any(Comm::world().is_root() && !std::filesystem::is_regular_file(path)))
      errors.add("/structure/file", fmt::format("there is no file {}", path));
  errors.throw_if_any(text, file_name, overrides);
  std::vector<std::string> found = doubts(config);
  // The run whose sample it begins with may be yet to come.
  if (const auto* sample = std::get_if<SampleStructureConfig>(&config.structure))
    if (const std::string path = parent_folder(*sample, folder, -1); Comm::world().any(Comm::world().is_root() && !std::filesystem::is_directory(path)))
      found.push_back(fmt::format("/structure/run: there is no folder {} yet", path));
  return found;
}

// Members of the text's object that an input of this kind may have.
std::size_t known_keys(const JsonValue& root, const InputKind& kind) {
  const ConfigSchema schema = kind.schema();
  return static_cast<std::size_t>(std::count_if(root.items.begin(), root.items.end(), [&](const JsonValue& member) {
    return std::any_of(schema.entries.begin(), schema.entries.end(), [&](const ConfigEntry& entry) { return entry.key == member.key; });
  }));
}

}  // namespace

const std::vector<InputKind>& input_kinds() {
  static const std::vector<InputKind> kinds = {
      {"run", &config_schema<RunConfig>, &config_json_schema<RunConfig>, &check_run_text, "patina run {0} --output runs/{1}"},
      {"scatter", &config_schema<ScatterConfig>, &config_json_schema<ScatterConfig>, &check_text<ScatterConfig>,
       "patina scatter TRAJECTORY {0} --output runs/{1}"},
      {"synth", &config_schema<SynthConfig>, &config_json_schema<SynthConfig>, &check_text<SynthConfig>, "patina synth {0} --output runs/{1}"},
      {"plan", &config_schema<PlanConfig>, &config_json_schema<PlanConfig>, &check_text<PlanConfig>, "patina plan {0}"},
      {"correlate", &config_schema<CorrelateConfig>, &config_json_schema<CorrelateConfig>, &check_text<CorrelateConfig>,
       "patina correlate FRAMES {0} --output {1}.hdf"},
  };
  return kinds;
}

const InputKind& input_kind(const std::string& verb) {
  std::string known;
  for (const InputKind& kind : input_kinds()) {
    if (verb == kind.verb) return kind;
    known += (known.empty() ? "" : ", ") + std::string(kind.verb);
  }
  throw Error(ExitCode::usage, fmt::format("no input is read by '{}'; allowed: {}", verb, known));
}

const InputKind& kind_of_input(const std::string& text) {
  const auto& kinds = input_kinds();
  JsonValue root;
  if (!parse_json(text, -1, nullptr, root)) return kinds[0];
  // Of those that know equally many, the first.
  return *std::max_element(kinds.begin(), kinds.end(), [&](const InputKind& a, const InputKind& b) { return known_keys(root, a) < known_keys(root, b); });
}

void refuse_other_kind(const Comm& world, const std::string& file, const std::string& verb) {
  const std::string text = read_file_on_root(world, file);
  JsonValue root;
  if (!parse_json(text, -1, nullptr, root)) return;  // whoever reads it says what is wrong
  const InputKind& wanted = input_kind(verb);
  const InputKind& found = kind_of_input(text);
  if (known_keys(root, found) <= known_keys(root, wanted)) return;
  const std::string name = std::filesystem::path(file).stem().string();
  throw Error(ExitCode::bad_input, fmt::format("{}: is an input of patina {}, not of patina {}: {}", file, found.verb, verb, fmt::format(fmt::runtime(found.command), file, name)));
}

}  // namespace patina
