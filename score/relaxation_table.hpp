// SPDX-License-Identifier: BSD-3-Clause
// Tables of relaxation times (CSV, read as csv_table.hpp says), one row a measurement:
//
//   tau_s, tau_sigma_s                   relaxation time and its standard error; all times in _s or all in _ps   (needed)
//   temperature_K (or T_K)               needed of tau(T)
//   waiting_time_s                       age of the sample, needed of ageing
//   kww_exponent, kww_exponent_sigma     of the decay, 0 to 2 and above 0
//   equilibrium                          1 or 0: whether the sample was in equilibrium
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace patina {

struct RelaxationRow {
  double temperature_K = 0.0;  // NaN without the column
  double waiting_time = 0.0;   // NaN without the column
  double tau = 0.0, log_error = 0.0;  // log_error: of ln tau
  double kww_exponent = 0.0, kww_exponent_error = 0.0;  // NaN where it is not told
  std::optional<bool> equilibrium;
  std::string place;  // "file:line"
};

struct RelaxationTable {
  std::string path, unit;  // "s" or "ps"
  bool has_temperature = false, has_waiting_time = false, has_exponent = false;
  std::vector<RelaxationRow> rows;
  std::vector<std::string> notes;  // columns that were not read
};

// Throws Error(bad_input) with file, line and column of what cannot be.
RelaxationTable read_relaxation_table(const std::string& path);

// Whether a file begins as a table of tau against temperature, without waiting times.
bool is_tau_of_temperature(const std::string& path);

}  // namespace patina
