// SPDX-License-Identifier: BSD-3-Clause
// The files of a detector that looked at atoms, made of the intensities that wait for them: photons, and what is true of them as far as
// it can be known. Rank 0 alone.
#pragma once

#include <string>
#include <vector>

#include "run/detector_observer.hpp"

namespace patina {

struct DetectorMeasurement {
  const std::string& folder;
  const DetectorSpec& spec;
  const ResultTarget& target;
  const Species& species;
  const std::vector<std::uint32_t>& pixels;  // whose intensities wait
  const Beam& beam;
  const DetectorRecord& record;
};

void write_detector_files(const DetectorMeasurement& measurement, const IntensityFile& waiting);
// Away with them, whole or not.
void remove_detector_files(const std::string& folder);

// While they are made.
double bytes_of_correlations(const DetectorSpec& spec, std::int64_t frames);

}  // namespace patina
