// SPDX-License-Identifier: BSD-3-Clause
// The verbs that read an input of JSON, and what others do with such an input without doing its work: `validate`, `schema`, `init`
// and `info`.
#pragma once

#include <string>
#include <vector>

#include "core/config_schema.hpp"
#include "core/mpi.hpp"

namespace patina {

struct InputKind {
  const char* verb;
  SchemaMaker schema;
  std::string (*json_schema)(const std::string& title);
  // Throws Error(bad_input) with everything that is wrong with the text, and with the names of files in it; returns what may not
  // be meant.
  std::vector<std::string> (*check)(const std::string& text, const std::string& file_name, const std::vector<std::string>& overrides);
  const char* command;  // "patina run {0} --output runs/{1}": how an input {0} called {1} is used
};

const std::vector<InputKind>& input_kinds();
// Error(usage) if no such verb reads an input.
const InputKind& input_kind(const std::string& verb);
// The verb that knows most of the text's keys; `run` for what is no JSON.
const InputKind& kind_of_input(const std::string& text);
// Collective. Error(bad_input) in one line if the file is rather an input of another verb: what is wrong with it as this one's says nothing.
void refuse_other_kind(const Comm& world, const std::string& file, const std::string& verb);

}  // namespace patina
