// SPDX-License-Identifier: BSD-3-Clause
// Valid potential files of a few values, line by line, for tests to damage.
#pragma once

#include <string>
#include <vector>

namespace patina::test {

using Lines = std::vector<std::string>;

// eam/fs of Cu and Zr with 6 samples of F and 8 of the radial functions, a line per table: line 4 names, 5
// grid, 6 Cu, 7 F, 8 and 9 rho, 10 Zr, 11 F, 12 and 13 rho, 14 to 16 r phi.
inline Lines small_fs() {
  const std::string f = "0 -0.5 -0.75 -1.0 -1.125 -1.25", r = "4 3.5 3 2.5 2 1.5 1 0.5";
  return {"a comment",
          "another",
          "a third",
          "2 Cu Zr",
          "6 0.25 8 0.5 4.0",
          "29 63.546 3.61 fcc",
          f,
          r,
          r,
          "40 91.224 3.23 hcp",
          f,
          r,
          r,
          r,
          r,
          r};
}

// eam/alloy of Cu and Zr: line 8 rho, 9 Zr, 10 F, 11 rho, 12 to 14 r phi.
inline Lines small_alloy() {
  Lines lines = small_fs();
  lines.erase(lines.begin() + 12);
  lines.erase(lines.begin() + 8);
  return lines;
}

inline Lines small_funcfl() {
  return {"a comment",
          "29 63.546 3.61 fcc",
          "6 0.25 8 0.5 4.0",
          "0 -0.5 -0.75 -1.0 -1.125 -1.25",
          "4 3.5 3 2.5 2 1.5 1 0.5",
          "4 3.5 3 2.5 2 1.5 1 0.5"};
}

inline std::string text_of(const Lines& lines, const std::string& end = "\n") {
  std::string text;
  for (const auto& line : lines) text += line + end;
  return text;
}

inline std::string with_line(Lines lines, int number, const std::string& line) {
  lines.at(number - 1) = line;
  return text_of(lines);
}

inline std::string without_line(Lines lines, int number) {
  lines.erase(lines.begin() + number - 1);
  return text_of(lines);
}

inline const std::vector<std::string> copper_zirconium = {"Cu", "Zr"};

}  // namespace patina::test
