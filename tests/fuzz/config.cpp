// SPDX-License-Identifier: BSD-3-Clause
// Inputs of run, scatter, synth and plan. The first byte chooses: reading as one of them, with the rest as the text.
#include "memory_file.hpp"
#include "run/plan_config.hpp"
#include "run/run_config.hpp"
#include "run/scatter_config.hpp"
#include "run/synth_config.hpp"

namespace {

// What was read is written with every default, and reads back.
template <class Config>
void read(const std::string& text) {
  const auto config = patina::read_config<Config>(text, "input.json");
  const std::string resolved = patina::resolved_json(config);
  if (patina::resolved_json(patina::read_config<Config>(resolved, "resolved.json")) != resolved) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  patina::test::expect_read_or_refused([&] {
    switch (data[0] % 4) {
      case 0: return read<patina::RunConfig>(text);
      case 1: return read<patina::ScatterConfig>(text);
      case 2: return read<patina::SynthConfig>(text);
      default: return read<patina::PlanConfig>(text);
    }
  });
  return 0;
}
