// SPDX-License-Identifier: BSD-3-Clause
#include "analysis/thermo_table.hpp"

#include <fmt/format.h>

#include <cctype>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "core/error.hpp"

namespace patina {

const std::vector<double>& ThermoTable::column(const std::string& name) const {
  const auto found = columns.find(name);
  if (found == columns.end()) throw Error(ExitCode::bad_input, fmt::format("{}: no column '{}'", path, name));
  return found->second;
}

std::vector<std::size_t> ThermoTable::rows_of_step(int step) const {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < rows; ++i)
    if (!has("protocol_step") || column("protocol_step")[i] == step) found.push_back(i);
  return found;
}

ThermoTable read_thermo(const std::string& path) {
  std::ifstream text(path, std::ios::binary);
  if (!text) throw Error(ExitCode::missing_input, path + ": cannot be read");
  ThermoTable table;
  table.path = path;
  std::string line, field;
  std::vector<std::string> names;
  std::getline(text, line);
  for (std::istringstream header(line); std::getline(header, field, ',');) {
    while (!field.empty() && std::isspace(static_cast<unsigned char>(field.back()))) field.pop_back();
    names.push_back(field);
    table.columns[field];
  }
  for (int number = 2; std::getline(text, line); ++number) {
    if (line.empty() || line == "\r") continue;
    std::istringstream row(line);
    for (const auto& name : names) {
      char* end = nullptr;
      if (!std::getline(row, field, ',')) field.clear();
      // Targets are empty where there are none: a minimised sample has no temperature to aim at.
      const bool no_target = field.empty() && (name.starts_with("target_") || name == "swap_acceptance");  // or no exchanges
      const double value = no_target ? std::nan("") : std::strtod(field.c_str(), &end);
      if (!no_target && end == field.c_str())
        throw Error(ExitCode::bad_input,
                    fmt::format("{}:{}: column '{}': '{}' is not a number", path, number, name, field));
      table.columns[name].push_back(value);
    }
    ++table.rows;
  }
  return table;
}

}  // namespace patina
