// SPDX-License-Identifier: BSD-3-Clause
// EAM tables: setfl (eam/alloy, eam/fs) and funcfl. The first byte chooses what the name says.
#include "md/eam_file.hpp"
#include "memory_file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  constexpr const char* names[] = {"x.eam.fs", "x.eam.alloy", "x.eam", "x"};
  const std::string name = names[data[0] % 4], text(reinterpret_cast<const char*>(data) + 1, size - 1);
  patina::test::expect_read_or_refused([&] {
    const auto elements = patina::eam_elements(name, text);
    patina::make_eam_tables(patina::parse_eam({name}, {text}, elements));
  });
  return 0;
}
