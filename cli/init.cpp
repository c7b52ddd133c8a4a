// SPDX-License-Identifier: BSD-3-Clause
// patina init [TEMPLATE] [--output FILE]
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>

#include "cli/input_kinds.hpp"
#include "cli/shared_files.hpp"
#include "cli/verbs.hpp"
#include "core/durable_file.hpp"
#include "core/error.hpp"
#include "core/json_text.hpp"
#include "core/on_root.hpp"
#include "core/suggest.hpp"

namespace patina {
namespace {

namespace fs = std::filesystem;

struct Template {
  std::string name, text, title;
};

std::string content_of(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return std::move(text).str();
}

// The shipped inputs, in order of their names.
std::vector<Template> templates() {
  std::vector<Template> found;
  for (const auto& entry : fs::directory_iterator(shared_folder("inputs", "inputs", "quickstart.json", "the templates"))) {
    if (entry.path().extension() != ".json") continue;
    Template one{entry.path().stem().string(), content_of(entry.path()), ""};
    JsonValue root;
    if (parse_json(one.text, -1, nullptr, root))
      if (const JsonValue* title = root.find("title")) one.title = title->text;
    found.push_back(std::move(one));
  }
  std::sort(found.begin(), found.end(), [](const Template& a, const Template& b) { return a.name < b.name; });
  return found;
}

void list(const std::vector<Template>& all) {
  fmt::print("patina init TEMPLATE writes one of these into the working folder:\n");
  for (const Template& one : all) fmt::print("  {:<12} {:<8} {}\n", one.name, kind_of_input(one.text).verb, one.title);
}

const Template& find(const std::vector<Template>& all, const std::string& name) {
  std::vector<std::string> names;
  for (const Template& one : all) {
    if (one.name == name) return one;
    names.push_back(one.name);
  }
  const std::string near = nearest(name, names);
  throw Error(ExitCode::usage, fmt::format("there is no template '{}'{}; there are: {}", name,
                                           near.empty() ? "" : fmt::format(" (did you mean '{}'?)", near), fmt::join(names, ", ")));
}

// How the input is used stands first in it, in a key that is passed over.
std::string commented(const Template& one, const std::string& path) {
  const InputKind& kind = kind_of_input(one.text);
  const std::string command = fmt::format(fmt::runtime(kind.command), path, fs::path(path).stem().string());
  const std::string comment = fmt::format("{}   (check it: patina validate {}; every key: patina {} --describe-input)", command, path, kind.verb);
  const std::size_t brace = one.text.find('{') + 1;
  return one.text.substr(0, brace) + "\n  \"_comment\": " + to_json_text(JsonValue::make(comment)) + "," + one.text.substr(brace);
}

void write(const std::string& name, std::string path) {
  const auto all = templates();
  const Template& one = find(all, name);
  if (path.empty()) path = name + ".json";
  check_target(path, IfExists::refuse);
  write_file_durably(path, commented(one, path), IfExists::refuse);
  fmt::print("wrote {}: {}\n", path, one.title);
}

}  // namespace

void add_init(CLI::App& app, const Comm& world) {
  auto* verb = app.add_subcommand("init", "Write an input to begin with");
  auto name = std::make_shared<std::string>();
  auto path = std::make_shared<std::string>();
  auto* chosen = verb->add_option("template", *name, "One of the shipped inputs; without it they are listed");
  verb->add_option("--output,-o", *path, "File to write; without it, TEMPLATE.json in the working folder. Nothing is overwritten")->needs(chosen);
  verb->callback([name, path, &world] { on_root(world, [&] { name->empty() ? list(templates()) : write(*name, *path); }); });
}

}  // namespace patina
