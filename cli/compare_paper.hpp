// SPDX-License-Identifier: BSD-3-Clause
// Numbers of the review, as inputs/measured/ has them, beside those of a run.
#pragma once

#include <string>

namespace patina {

// One item a line.
std::string list_of_papers();

// Prints the item with its numbers and their places, its reduced ones, and those of the run beside them; returns all as JSON.
std::string compare_with_paper(const std::string& results, const std::string& id);

}  // namespace patina
