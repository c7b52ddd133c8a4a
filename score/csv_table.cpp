// SPDX-License-Identifier: BSD-3-Clause
#include "score/csv_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "core/error.hpp"
#include "core/input_errors.hpp"
#include "md/text_file.hpp"

namespace patina {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";  // of UTF-8: spreadsheets put it before the first name

std::vector<std::string> fields_of(std::string_view line) {
  std::vector<std::string> fields;
  for (std::size_t begin = 0;;) {
    const std::size_t comma = std::min(line.find(',', begin), line.size());
    std::string_view field = line.substr(begin, comma - begin);
    while (!field.empty() && (field.front() == ' ' || field.front() == '\t')) field.remove_prefix(1);
    while (!field.empty() && (field.back() == ' ' || field.back() == '\t')) field.remove_suffix(1);
    fields.emplace_back(field);
    if (comma == line.size()) return fields;
    begin = comma + 1;
  }
}

bool counts(std::string_view line) {
  const std::size_t first = line.find_first_not_of(" \t");
  return first != std::string_view::npos && line[first] != '#';
}

bool is_nan(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text.empty() || text == "nan" || text == "+nan" || text == "-nan";
}

}  // namespace

int CsvTable::column(const std::string& name) const {
  const auto found = std::find(names.begin(), names.end(), name);
  return found == names.end() ? -1 : static_cast<int>(found - names.begin());
}

std::string CsvTable::place(std::size_t row, int column) const {
  return fmt::format("{}:{}: column '{}'", path, lines[row], names[static_cast<std::size_t>(column)]);
}

void CsvTable::fail(std::size_t row, int column, const std::string& allowed) const {
  throw Error(ExitCode::bad_input, fmt::format("{} is {:g}: must be {}", place(row, column), rows[row][static_cast<std::size_t>(column)], allowed));
}

CsvTable read_csv(const std::string& path) {
  TextReader text(path);
  CsvTable table;
  table.path = path;
  bool named = false;
  while (text.next_line()) {
    std::string_view line = text.line();
    if (text.line_number() == 1 && line.starts_with(byte_order_mark)) line.remove_prefix(byte_order_mark.size());
    if (!counts(line)) continue;
    const std::vector<std::string> fields = fields_of(line);
    if (!named) {
      named = true;
      table.names = fields;
      std::set<std::string_view> before;
      for (const std::string& name : fields)
        if (name.empty() || !before.insert(name).second)
          text.fail(fmt::format("the name of a column is {}: each must have one of its own", name.empty() ? "empty" : "there twice: '" + shown(name) + "'"));
      continue;
    }
    if (fields.size() != table.names.size())
      text.fail(fmt::format("{} fields, where the line of names has {} columns", fields.size(), table.names.size()));
    std::vector<double> row;
    for (std::size_t k = 0; k < fields.size(); ++k)
      row.push_back(is_nan(fields[k]) ? std::numeric_limits<double>::quiet_NaN() : text.number(fields[k], fmt::format("column '{}'", shown(table.names[k]))));
    table.rows.push_back(std::move(row));
    table.lines.push_back(text.line_number());
  }
  if (!named) text.fail("is empty: a line with the names of the columns must lead");
  return table;
}

}  // namespace patina
