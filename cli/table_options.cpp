// SPDX-License-Identifier: BSD-3-Clause
#include "cli/table_options.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace patina {

void add_table_options(CLI::App& verb, TableOptions& options) {
  verb.add_option("--precision", options.precision, "Of the pair terms")
      ->check(CLI::IsMember({"double", "mixed"}))
      ->capture_default_str();
  verb.add_option("--tables", options.tables,
                  "The potential's radial functions as the file has them, or smooth on a coarser grid, with their largest "
                  "deviation from the file's")
      ->check(CLI::IsMember({"file", "smooth"}))
      ->capture_default_str();
}

nlohmann::ordered_json table_deviation(const TableDeviation& d, const std::vector<std::string>& species) {
  const auto place = [&](const Deviation& x) -> nlohmann::ordered_json {
    return {{"largest", x.size},
            {"pair", {species[static_cast<std::size_t>(x.s)], species[static_cast<std::size_t>(x.t)]}},
            {"r_A", x.r_A}};
  };
  return {{"step_A", d.step_A},
          {"file_step_A", d.file_step_A},
          {"from_A", d.from_A},
          {"phi_eV", place(d.phi_eV)},
          {"phi_slope_eV_per_A", place(d.phi_slope_eV_per_A)},
          {"phi_slope_rms_eV_per_A", d.phi_slope_rms_eV_per_A},
          {"rho_relative", place(d.rho)},
          {"rho_slope_relative", place(d.rho_slope)},
          {"nearer_phi_slope_eV_per_A", place(d.nearer_phi_slope_eV_per_A)}};
}

}  // namespace patina
