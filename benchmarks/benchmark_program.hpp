// SPDX-License-Identifier: BSD-3-Clause
// main() of a benchmark: --small takes sizes of a second or so, by which a test sees that it runs.
#pragma once

#include <benchmark/benchmark.h>

#include <algorithm>
#include <string_view>

namespace patina {

// `register_all(small)` registers the benchmarks. Exit code 64 for a word that nobody knows.
inline int run_benchmarks(int argc, char** argv, void (*register_all)(bool small)) {
  char** const end = std::remove_if(argv + 1, argv + argc, [](const char* word) { return std::string_view(word) == "--small"; });
  const bool small = end != argv + argc;
  argc = static_cast<int>(end - argv);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 64;
  register_all(small);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}

}  // namespace patina
