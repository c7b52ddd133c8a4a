// SPDX-License-Identifier: BSD-3-Clause
// CLI11's ranges let "nan" pass, since it is neither below nor above: options that are numbers are checked for it besides.
#pragma once

#include <CLI/CLI.hpp>
#include <cmath>
#include <cstdlib>
#include <string>

namespace patina {

inline CLI::Validator finite_number() {
  return CLI::Validator([](std::string& text) { return std::isfinite(std::strtod(text.c_str(), nullptr)) ? std::string() : text + " is not a finite number"; }, "");
}

}  // namespace patina
