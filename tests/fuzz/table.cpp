// SPDX-License-Identifier: BSD-3-Clause
// Tables: answers in CSV (patina score), relaxation times (patina analyse, compare) and thermo.csv (patina analyse); manifests of checkpoints, which are text too.
#include "analysis/thermo_table.hpp"
#include "md/checkpoint_manifest.hpp"
#include "memory_file.hpp"
#include "score/answer_readers.hpp"
#include "score/relaxation_table.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const patina::test::MemoryFile file(data + 1, size - 1);
  patina::test::expect_read_or_refused([&] {
    switch (data[0] % 4) {
      case 0: patina::read_csv_answer(file.path()); return;
      case 1: patina::read_thermo(file.path()); return;
      case 3:
        if (patina::is_tau_of_temperature(file.path())) patina::read_relaxation_table(file.path());
        patina::read_relaxation_table(file.path());
        return;
      default: patina::parse_manifest("manifest.json", std::string(reinterpret_cast<const char*>(data) + 1, size - 1));
    }
  });
  return 0;
}
