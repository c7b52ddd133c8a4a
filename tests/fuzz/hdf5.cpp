// SPDX-License-Identifier: BSD-3-Clause
// Checkpoints and kept samples, H5MD, result files. HDF5 1.10.8 itself falls over some damaged files (docs/file_formats.md, HDF5 of others): what a fuzzer
// finds in it is the library's; a run opens checkpoints only behind the digest of their manifest.
#include "core/hdf5_survey.hpp"
#include "md/checkpoint_file.hpp"
#include "md/h5md.hpp"
#include "md/sample_file.hpp"
#include "memory_file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const patina::test::MemoryFile bytes(data + 1, size - 1);
  patina::test::expect_read_or_refused([&] {
    switch (data[0] % 3) {
      case 0:
        patina::read_checkpoint_file(bytes.path());
        patina::read_sample_head(bytes.path());
        return;
      case 1: {
        const auto reader = patina::open_h5md(bytes.path());
        while (reader->next()) {
        }
        return;
      }
      default: {
        const patina::h5::Survey survey(bytes.path());
        for (const auto& dataset : survey.datasets()) {
          if (dataset.content == patina::h5::DatasetInfo::Content::texts) survey.file().read_texts(dataset.name);
          if (dataset.content == patina::h5::DatasetInfo::Content::floats) survey.census(dataset);
        }
      }
    }
  });
  return 0;
}
