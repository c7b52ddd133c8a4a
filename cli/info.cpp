// SPDX-License-Identifier: BSD-3-Clause
// patina info FILE|DIR [--json]
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/verbs.hpp"
#include "core/on_root.hpp"
#include "run/file_description.hpp"

namespace patina {
namespace {

using Kind = JsonValue::Kind;

// A list of texts on lines of its own, all else as JSON on one.
void print(const JsonValue& object, const std::string& indent) {
  for (const JsonValue& member : object.items) {
    if (member.kind == Kind::text) {
      fmt::print("{}{}: {}\n", indent, member.key, member.text);
    } else if (member.kind == Kind::object) {
      fmt::print("{}{}:\n", indent, member.key);
      print(member, indent + "  ");
    } else if (member.kind == Kind::array && !member.items.empty() && member.items[0].kind == Kind::object) {
      fmt::print("{}{}:\n", indent, member.key);
      for (const JsonValue& item : member.items) {
        fmt::print("{}  -\n", indent);
        print(item, indent + "    ");
      }
    } else {
      fmt::print("{}{}: {}\n", indent, member.key, to_json_text(member));
    }
  }
}

}  // namespace

void add_info(CLI::App& app, const Comm& world) {
  auto* verb = app.add_subcommand("info", "Tell what a file or a run folder is");
  auto path = std::make_shared<std::string>();
  auto json = std::make_shared<bool>(false);
  verb->add_option("path", *path, "A run folder, or a file: checkpoint, manifest, xpcs.h5, synth.h5, H5MD, thermo.csv, input, EAM "
                                  "potential, LAMMPS data or dump, extended XYZ")
      ->required();
  verb->add_flag("--json", *json, "Print it as JSON");
  verb->footer("Formats are known by content, not by name. Of a trajectory all frames are read. Exit codes: 0, 65 damaged or none of\n"
               "these formats, 66 not there.");
  verb->callback([path, json, &world] {
    on_root(world, [&] {
      const JsonValue about = describe_path(*path);
      if (*json)
        fmt::print("{}\n", to_json_text(about));
      else
        print(about, "");
    });
  });
}

}  // namespace patina
