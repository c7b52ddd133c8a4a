// SPDX-License-Identifier: BSD-3-Clause
// Runs a fuzz target over files and folders of files, without a fuzzer: `target FILE|FOLDER...`. Any compiler builds it.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include "core/kokkos_compat.hpp"
#include "core/mpi.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int main(int argc, char** argv) {
  namespace fs = std::filesystem;
  patina::MpiSession mpi(argc, argv);
  patina::kokkos_compat::initialize(1);
  std::vector<fs::path> files;
  for (int k = 1; k < argc; ++k) {
    if (!fs::is_directory(argv[k])) files.emplace_back(argv[k]);
    else
      for (const auto& entry : fs::directory_iterator(argv[k])) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  for (const fs::path& path : files) {
    std::ostringstream content;
    content << std::ifstream(path, std::ios::binary).rdbuf();
    const std::string bytes = std::move(content).str();
    std::fprintf(stderr, "%s\n", path.c_str());  // the last one, if this ends here
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  }
  std::printf("%zu files\n", files.size());
  Kokkos::finalize();
  return files.empty() ? 1 : 0;
}
