// SPDX-License-Identifier: BSD-3-Clause
// What verbs that compute forces have in common: --precision and --tables, and what they say of smooth tables.
#pragma once

#include <CLI/App.hpp>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "md/potential.hpp"
#include "md/smooth_tables.hpp"

namespace patina {

struct TableOptions {
  std::string precision = "double";
  std::string tables = "file";

  Precision pair_precision() const { return precision == "mixed" ? Precision::mixed : Precision::full; }
  bool smooth() const { return tables == "smooth"; }
};

void add_table_options(CLI::App& verb, TableOptions& options);

// Each of the deviations with its size, pair of species and distance.
nlohmann::ordered_json table_deviation(const TableDeviation& deviation, const std::vector<std::string>& species);

}  // namespace patina
