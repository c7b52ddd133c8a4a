// SPDX-License-Identifier: BSD-3-Clause
// X-ray speckle visibility: how often a pixel counts k photons in exposures of 1, 2, 4, ... frames, and the contrast of these exposures
//
//   contrast = sum over exposures of <k (k - 1)> / sum over exposures of <k>^2  - 1,   < > over the pixels of a part
//
// whose numerator is free of photon noise, and which does not see the flux [R. Bandyopadhyay et al., Rev. Sci. Instrum. 76 (2005) 093110,
// doi 10.1063/1.2062528; S. O. Hruszkewycz et al., Phys. Rev. Lett. 109 (2012) 185502, doi 10.1103/PhysRevLett.109.185502]. Exposures do not
// overlap; one with a bad frame in it is left out.
#pragma once

#include <cstdint>
#include <vector>

#include "correlate/sparse_level.hpp"

namespace patina {

struct VisibilityOfExposure {
  std::int64_t frames = 1, exposures = 0;  // of an exposure; of them
  double mean = 0.0;                       // photons per pixel
  double contrast = 0.0, contrast_error = 0.0;  // error: from what blocks of pixels scatter; NaN with fewer than 2
  std::vector<double> probability;         // P(k), k = 0, 1, ... most_counts; the last: all that are more
};

class Visibility {
 public:
  static constexpr int most_counts = 31;

  Visibility(const PixelCells& cells, int levels);
  // The next frame, of whole photons.
  void add(const CellFrame& frame);
  // [level] of a bin; levels without a whole exposure are left out.
  std::vector<VisibilityOfExposure> of_bin(std::size_t bin) const;

 private:
  struct Level {
    std::int64_t exposures = 0;
    std::vector<double> pairs;            // [cell] sum of k (k - 1)
    std::vector<double> square, cross;    // [part] sum of <k>^2; [cell] sum over exposures of the cell's sum times <k>
    std::vector<double> sum;              // [cell]
    std::vector<double> counts;           // [bin][k], k > 0
    bool has_first = false;
    FrameSum first;
  };
  void add_to(std::size_t level, const FrameSum& exposure);

  const PixelCells& cells_;
  std::vector<Level> levels_;
};

}  // namespace patina
