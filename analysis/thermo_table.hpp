// SPDX-License-Identifier: BSD-3-Clause
// thermo.csv as columns by name (units stand in the names).
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace patina {

struct ThermoTable {
  std::string path;
  std::map<std::string, std::vector<double>> columns;
  std::size_t rows = 0;
  bool has(const std::string& name) const { return columns.contains(name); }
  // Throws Error(bad_input) naming the file and the missing column.
  const std::vector<double>& column(const std::string& name) const;
  // Of a protocol step; all rows if the table does not number them.
  std::vector<std::size_t> rows_of_step(int step) const;
};

// An empty target is NaN. Throws Error(bad_input) naming file, line and column of what is not a number.
ThermoTable read_thermo(const std::string& path);

}  // namespace patina
