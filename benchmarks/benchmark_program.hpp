// SPDX-License-Identifier: BSD-3-Clause
// Words and main() of a benchmark: --small takes sizes of a second or so, each once, by which a test sees that it runs.
#pragma once

#include <benchmark/benchmark.h>

#include <algorithm>
#include <string_view>
#include <vector>

namespace patina {

struct BenchmarkWords {
  bool small = false, known = true;  // known: no word that nobody knows
};

// Initialises Google Benchmark.
inline BenchmarkWords take_words(int argc, char** argv) {
  char** const end = std::remove_if(argv + 1, argv + argc, [](const char* word) { return std::string_view(word) == "--small"; });
  const bool small = end != argv + argc;
  std::vector<char*> words(argv, end);
  char once[] = "--benchmark_min_time=0";
  if (small) words.insert(words.begin() + 1, once);
  argc = static_cast<int>(words.size());
  argv = words.data();
  benchmark::Initialize(&argc, argv);
  return {small, !benchmark::ReportUnrecognizedArguments(argc, argv)};
}

// `register_all(small)` registers the benchmarks. Exit code 64 for a word that nobody knows.
inline int run_benchmarks(int argc, char** argv, void (*register_all)(bool small)) {
  const BenchmarkWords words = take_words(argc, argv);
  if (!words.known) return 64;
  register_all(words.small);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}

}  // namespace patina
