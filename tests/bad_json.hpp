// SPDX-License-Identifier: BSD-3-Clause
// Inputs that are no JSON text, for the reader and for the program.
#pragma once

#include <string>
#include <vector>

namespace patina::test {

struct BadText {
  std::string text;
  std::vector<std::string> parts;  // all must stand in the message
};

std::vector<BadText> bad_json();

}  // namespace patina::test
