// SPDX-License-Identifier: BSD-3-Clause
// `patina scatter` against dynasor, another program, on one trajectory with the same wave vectors: partial
// F_ab(q, t) and longitudinal and transverse currents over all pairs of times, self parts from one origin, to
// 1e-9 after the factors between both programs' conventions. benchmarks/race-dynasor does it and fails if
// they differ. It needs a Python that has dynasor:
//   python3 -m venv ~/dynasor && ~/dynasor/bin/pip install dynasor
//   PATINA_DYNASOR_PYTHON=~/dynasor/bin/python build/tests/cli_dynasor_test
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "program.hpp"

namespace patina {
namespace {

TEST(Scatter, AgreesWithDynasor) {
  const char* given = std::getenv("PATINA_DYNASOR_PYTHON");
  const std::string python = given ? given : "/usr/bin/python3";
  if (test::run_shell(python + " -c 'import dynasor'").status != 0)
    GTEST_SKIP() << python << " has no dynasor; PATINA_DYNASOR_PYTHON may name one that has";
  const auto result = test::run_shell("/usr/bin/python3 " PATINA_SOURCE_DIR
                                      "/benchmarks/race-dynasor --compare-only --atoms 300 --frames 10 "
                                      "--width 0.5 --patina " PATINA_PROGRAM " --python " +
                                      python);
  EXPECT_EQ(result.status, 0) << result.output;
  for (const char* name : {"F Cu-Cu", "F Cu-Zr", "F Zr-Zr", "C_L", "C_T", "F_s Cu", "F_s Zr"})
    EXPECT_NE(result.output.find("  " + std::string(name) + " "), std::string::npos) << name << "\n"
                                                                                     << result.output;
}

}  // namespace
}  // namespace patina
