// SPDX-License-Identifier: BSD-3-Clause
// A table of numbers with a line of names: comma separated, '#' begins a comment, blank lines do not count, plain or gzipped. An empty
// field and "nan" are no number.
#pragma once

#include <string>
#include <vector>

namespace patina {

struct CsvTable {
  std::string path;
  std::vector<std::string> names;
  std::vector<std::vector<double>> rows;  // [row][column]
  std::vector<std::int64_t> lines;        // of rows, from 1

  int column(const std::string& name) const;  // -1: none
  // "file:line: column 'name'".
  std::string place(std::size_t row, int column) const;
  // Throws Error(bad_input): place, value and what is allowed.
  [[noreturn]] void fail(std::size_t row, int column, const std::string& allowed) const;
};

// Throws Error(bad_input) with file, line and column of what is no table of numbers.
CsvTable read_csv(const std::string& path);

}  // namespace patina
