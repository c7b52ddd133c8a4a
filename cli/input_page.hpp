// SPDX-License-Identifier: BSD-3-Clause
// docs/input.md: what an input is, a complete one that runs, and the tables of all keys.
#pragma once

#include <string>

namespace patina {

// Markdown. The first block of JSON in it is a whole input.
std::string input_page();

// docs/scatter.md: the same of `patina scatter`.
std::string scatter_page();

// docs/plan.md: the same of `patina plan`.
std::string plan_page();

// docs/correlate.md: the same of `patina correlate`.
std::string correlate_page();

// docs/synth.md: that of `patina synth`.
std::string synth_page();

}  // namespace patina
