// SPDX-License-Identifier: BSD-3-Clause
// The Python programs of scripts/report, which draw figures with the system's Python, matplotlib and h5py; nothing is fetched.
#pragma once

#include <string>
#include <vector>

namespace patina {

// Runs scripts/report/PROGRAM (beside the installed program, or in the source tree that the program was built from) with arguments and
// waits for it; program "": the report itself. Throws Error(environment) that says what to install if Python or a module is missing.
void run_report_program(const std::string& program, const std::vector<std::string>& arguments);

// Before work that ends in a figure (an empty name: none): Error(usage) unless the name ends in .png, .pdf or .svg.
void check_figure(const std::string& path);

}  // namespace patina
