// SPDX-License-Identifier: BSD-3-Clause
// Place, height and width of the first peak of the structure factor S_x(q) of X-rays (Faber-Ziman, scattering/structure_factor.hpp) at the
// lattice vectors of the cell up to 5 1/A, in bins of 0.05 1/A with up to 400 vectors each. Place and height: the parabola of
// analysis/structure_peak.hpp, with the scatter of vectors as errors; width: between the points at half the height.
// Crystals have none: Bragg peaks stand out of a bin.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "md/frame.hpp"
#include "md/structure.hpp"
#include "scattering/structure_factor.hpp"

namespace patina {

struct FirstPeak {
  double q_inv_A = 0.0, q_error_inv_A = 0.0, height = 0.0, height_error = 0.0;
  double fwhm_inv_A = 0.0;  // full width where S is half the height; NaN where it does not fall so far
};

// Full width at half of `height` of the peak at `q_peak`, along straight lines between points.
double width_at_half_height(const std::vector<double>& q_inv_A, const std::vector<double>& s, double q_peak_inv_A, double height);

class FirstPeaks {
 public:
  // `alone`: a communicator of this rank, which must outlive the object.
  explicit FirstPeaks(const Comm& alone) : alone_(alone) {}
  // Of this frame by itself; nothing where there is no peak. Frames have the same atoms, all axes periodic.
  std::optional<FirstPeak> add(const Structure& sample);
  // Of the mean over frames.
  std::optional<FirstPeak> of_mean() const;

 private:
  std::optional<FirstPeak> peak_of(const StructureSums& sums) const;

  const Comm& alone_;
  Species species_;
  QGrid grid_;
  std::optional<ModeSum> modes_;
  StructureSums sums_;
};

}  // namespace patina
