// SPDX-License-Identifier: BSD-3-Clause
// First shells of the partial pair distributions g_ab(r): peak, minimum behind it, and the coordination numbers up to the minimum,
// averaged over frames. Angstrom.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/mpi.hpp"
#include "md/structure.hpp"
#include "scattering/pair_distribution.hpp"
#include "structure/frame_mean.hpp"

namespace patina {

struct FirstShell {
  double peak_A = 0.0, peak_height = 0.0;  // where g is largest, and how large; of bins
  double minimum_A = 0.0;                  // of g, smoothed over 0.25 A, the first behind the peak; in the middle where g is 0
};
// Nothing where g has no peak.
std::optional<FirstShell> first_shell(const std::vector<double>& r_A, const std::vector<double>& g);

struct PairShell {
  std::string a, b;
  FirstShell shell;
  FrameMean b_around_a, a_around_b;  // neighbours up to the minimum
};

class PairShells {
 public:
  // `alone`: a communicator of this rank, which must outlive the object.
  explicit PairShells(const Comm& alone) : alone_(alone) {}
  // Free axes: not normalised, but the minima are where they are.
  void add(const Structure& sample);
  std::vector<PairShell> found() const;

 private:
  const Comm& alone_;
  std::vector<std::string> species_;
  std::vector<std::int64_t> atoms_;
  std::vector<PairCounts> frames_;
};

// Behind the first peak of the g(r) of all atoms. Error(bad_input) if it has none.
double first_minimum_A(const Comm& alone, const Structure& sample);

}  // namespace patina
