// SPDX-License-Identifier: BSD-3-Clause
// synth.h5: intensities of synthetic speckles, and all that is true of them (docs/file_formats.md). Rank 0 writes it, under a temporary
// name until it is whole.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "beamline/synthetic_sample.hpp"
#include "core/hdf5.hpp"
#include "run/synth_config.hpp"

namespace patina {

class SynthFile {
 public:
  // `folder`/synth.h5.
  SynthFile(const std::string& folder, const SynthConfig& config, const std::string& resolved, const SyntheticSample& sample);

  // The shell that the blocks after it belong to, with its truth.
  void begin_shell(int shell, const MixedModel& model, const std::vector<std::string>& generators);
  // [frame][pixel] of pixels first .. first + count - 1.
  void write(std::uint64_t first, std::uint64_t count, const std::vector<float>& intensity);
  void finish();

 private:
  std::string path_;
  const SynthConfig& config_;
  const SyntheticSample& sample_;
  std::vector<double> times_s_;
  h5::File file_;
  std::optional<h5::Dataset> intensity_;
};

}  // namespace patina
