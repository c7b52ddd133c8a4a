// SPDX-License-Identifier: BSD-3-Clause
// Reading an input whose keys must suit something else, a trajectory for one: what does not suit is reported with all other errors of
// the input, at its place.
#pragma once

#include <functional>

#include "core/config.hpp"

namespace patina {

void read_config_text(const std::string& text, const std::string& file_name, const std::vector<std::string>& overrides, SchemaMaker schema,
                      void* object, const std::function<void(const ConfigChecker&)>& rule);

// read_config() with a rule that is called last, also where there are errors already: it asks was_read(). An Error that it throws
// counts only if there are none, because it may come of them.
template <class Struct>
Struct read_config_beside(const std::string& text, const std::string& file_name, const std::vector<std::string>& overrides,
                          const std::function<void(const Struct&, const ConfigChecker&)>& rule) {
  Struct result;
  read_config_text(text, file_name, overrides, &config_schema<Struct>, &result, [&](const ConfigChecker& at) { rule(result, at); });
  return result;
}

}  // namespace patina
