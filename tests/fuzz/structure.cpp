// SPDX-License-Identifier: BSD-3-Clause
// LAMMPS data and text dumps, extended XYZ, each also gzipped: all frames. The first byte chooses the format; what the content itself
// says of its format is tried as well.
#include "md/extended_xyz.hpp"
#include "md/lammps_data.hpp"
#include "md/lammps_dump.hpp"
#include "memory_file.hpp"

namespace {

void read_all(std::unique_ptr<patina::FrameReader> reader) {
  while (reader->next()) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const patina::test::MemoryFile file(data + 1, size - 1);
  patina::ReadOptions options;
  if (data[0] & 4) options.species = {"Cu", "Zr"};
  patina::test::expect_read_or_refused([&] {
    switch (data[0] % 4) {
      case 0: return read_all(patina::open_lammps_data(file.path(), options));
      case 1: return read_all(patina::open_lammps_dump(file.path(), options));
      case 2: return read_all(patina::open_extended_xyz(file.path(), options));
      default: return read_all(patina::open_frames(file.path(), options));
    }
  });
  return 0;
}
