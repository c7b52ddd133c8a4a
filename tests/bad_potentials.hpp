// SPDX-License-Identifier: BSD-3-Clause
// Hostile potential files for Cu and Zr, for the reader and for the program.
#pragma once

#include <string>
#include <vector>

namespace patina::test {

struct BadPotential {
  const char* what;
  std::string name;
  std::string text;
  std::vector<std::string> message;  // parts that it must hold
};

std::vector<BadPotential> bad_potentials();

}  // namespace patina::test
