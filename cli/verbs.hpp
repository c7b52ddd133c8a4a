// SPDX-License-Identifier: BSD-3-Clause
// The verbs of the program, one file each. `void add_NAME(CLI::App& app, const Comm& world)` adds a subcommand whose
// callback does the work on all ranks and throws Error on failure; main.cpp calls each of them once.
#pragma once

#include <CLI/App.hpp>

#include "core/mpi.hpp"

namespace patina {

void add_analyse(CLI::App& app, const Comm& world);
void add_bench(CLI::App& app, const Comm& world);
void add_check(CLI::App& app, const Comm& world);
void add_compare(CLI::App& app, const Comm& world);
void add_convert(CLI::App& app, const Comm& world);
void add_correlate(CLI::App& app, const Comm& world);
void add_evaluate(CLI::App& app, const Comm& world);
void add_info(CLI::App& app, const Comm& world);
void add_init(CLI::App& app, const Comm& world);
void add_plan(CLI::App& app, const Comm& world);
void add_potential(CLI::App& app, const Comm& world);
void add_report(CLI::App& app, const Comm& world);
void add_run(CLI::App& app, const Comm& world);
void add_scatter(CLI::App& app, const Comm& world);
void add_schema(CLI::App& app, const Comm& world);
void add_score(CLI::App& app, const Comm& world);
void add_structure(CLI::App& app, const Comm& world);
void add_synth(CLI::App& app, const Comm& world);
void add_validate(CLI::App& app, const Comm& world);

}  // namespace patina
