// SPDX-License-Identifier: BSD-3-Clause
// A sample on one rank as a frame of the scattering. Free axes are closed: images of the atoms stand a gap apart.
#pragma once

#include "md/frame.hpp"
#include "md/structure.hpp"

namespace patina {

Species species_of(const Structure& sample);

// `alone` (this rank by itself) and `species` must outlive the frame. Species may be one for all types.
Frame whole_frame(const Structure& sample, const Comm& alone, const Species& species, double gap_A);

}  // namespace patina
