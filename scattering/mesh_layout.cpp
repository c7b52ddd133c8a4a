// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/mesh_layout.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <vector>

#include "core/error.hpp"
#include "core/units.hpp"

namespace patina {

namespace {

// The smallest 2^a 3^b 5^c 7^d that is no less; of long axes multiples of 8, others are slow to transform.
int smooth_number(int least) {
  const int unit = least > 64 ? 8 : least > 8 ? 2 : 1;
  for (int n = (std::max(1, least) + unit - 1) / unit * unit;; n += unit) {
    int rest = n;
    for (const int p : {2, 3, 5, 7})
      while (rest % p == 0) rest /= p;
    if (rest == 1) return n;
  }
}

// Of one axis, for every |n| that occurs.
struct AxisErrors {
  std::vector<double> alias, amplification;
};
AxisErrors axis_errors(const EsWindow& window, int cells, int largest) {
  AxisErrors errors;
  errors.alias.resize(static_cast<std::size_t>(largest) + 1);
  const double own = window.transform(0.0);
  // Of many indices some 120 stand for all. Aliases rise towards n_max, but not without dips.
  const int stretch = largest / 120 + 1;
  errors.amplification = errors.alias;
  for (int last = largest; last >= 0; last -= stretch) {
    const double frequency = static_cast<double>(last) / cells, ratio = own / window.transform(frequency);
    double alias = window.alias(frequency);
    if (stretch > 1) alias = std::max(alias, window.alias(std::max(0.0, last - 0.5 * stretch) / cells));
    for (int n = last; n > last - stretch && n >= 0; --n) {
      errors.alias[n] = alias;
      errors.amplification[n] = ratio * ratio;
    }
  }
  return errors;
}

// Expected squares of errors, over the vectors.
struct SquareErrors {
  double mean = 0.0, largest = 0.0;
};
SquareErrors square_errors(const MeshLayout& layout, const std::array<AxisErrors, 3>& axis, const QSet& set, double points) {
  constexpr double c = 2.0;  // measured
  const double eps =
      layout.single_precision ? std::numeric_limits<float>::epsilon() : std::numeric_limits<double>::epsilon();
  const double spread = std::pow(layout.window.square() / std::pow(layout.window.transform(0.0), 2), 3);
  const double density = points / (static_cast<double>(layout.cells[0]) * layout.cells[1] * layout.cells[2]);
  const double noise = c * c * eps * eps * spread + eps * eps * std::pow(layout.window.width(), 3) * density * density / 36.0;
  SquareErrors errors;
  for (const auto& n : set.miller) {
    const int x = std::abs(n[0]), y = std::abs(n[1]), z = std::abs(n[2]);
    const double error = axis[0].alias[x] + axis[1].alias[y] + axis[2].alias[z] +
                         noise * axis[0].amplification[x] * axis[1].amplification[y] * axis[2].amplification[z];
    errors.mean += error / set.size();
    errors.largest = std::max(errors.largest, error);
  }
  return errors;
}

// Nanoseconds on one core of a Zen 5 at 4 GHz, measured; of transforms before pairs of planes went together, which takes some 0.7 of it.
double cost(const MeshLayout& layout, double points, int groups, int vectors) {
  const int width = layout.window.width();
  const double real = layout.single_precision ? 1.0 : 2.0;
  const double per_value = layout.single_precision ? 0.45 : width <= 8 ? 0.8 : 1.65;
  const double cells = static_cast<double>(layout.cells[0]) * layout.cells[1] * layout.cells[2];
  return points * (30.0 + per_value * width * width) +
         groups * (cells * real * (0.3 + 0.055 * std::log2(cells)) + 3.0 * vectors);
}

}  // namespace

MeshLayout choose_mesh(const QSet& set, std::int64_t points, int groups, double tolerance) {
  require(set.size() > 0 && tolerance >= tightest_tolerance && tolerance <= loosest_tolerance, "mesh: set or tolerance");
  std::array<int, 3> largest = {0, 0, 0};
  for (const auto& n : set.miller)
    for (int d = 0; d < 3; ++d) largest[d] = std::max(largest[d], std::abs(n[d]));
  const auto atoms = static_cast<double>(points);
  const auto meets = [&](const SquareErrors& errors) {
    return std::sqrt(errors.mean) <= 0.5 * tolerance && std::sqrt(errors.largest) <= largest_excess * tolerance;
  };

  MeshLayout best;
  best.cost_ns = std::numeric_limits<double>::infinity();
  std::array<int, 3> tried = {0, 0, 0};
  for (const double oversampling : {1.15, 1.2, 1.25, 1.3, 1.4, 1.5, 1.65, 1.8, 2.0, 2.25, 2.5}) {
    MeshLayout layout;
    layout.largest = largest;
    double least = 2.5;
    for (int d = 0; d < 3; ++d) {
      const int most = 2 * largest[d];
      layout.cells[d] = smooth_number(std::max(most + 1, static_cast<int>(std::ceil(oversampling * most))));
      if (most > 0) least = std::min(least, static_cast<double>(layout.cells[d]) / most);
    }
    if (layout.cells == tried) continue;
    tried = layout.cells;
    for (int width = EsWindow::min_width; width <= EsWindow::max_width; ++width) {
      // Aliases are exp(-pi w sqrt(1 - 1 / sigma)) or so [Barnett et al., eq. 4.8]: what is far off need not be tried.
      if (std::exp(-units::pi * (width + 1) * std::sqrt(1.0 - 1.0 / least)) > tolerance) continue;
      layout.window = EsWindow(width, EsWindow::usual_beta(width, least));
      std::array<AxisErrors, 3> axis;
      for (int d = 0; d < 3; ++d)
        axis[d] = d > 0 && layout.cells[d] == layout.cells[d - 1] && largest[d] == largest[d - 1]
                      ? axis[d - 1]
                      : axis_errors(layout.window, layout.cells[d], largest[d]);
      for (const bool single : {true, false}) {
        layout.single_precision = single;
        layout.cost_ns = cost(layout, atoms, groups, set.size());
        if (layout.cost_ns >= best.cost_ns) continue;
        const SquareErrors errors = square_errors(layout, axis, set, atoms);
        layout.expected_error = std::sqrt(errors.mean);
        layout.largest_error = std::sqrt(errors.largest);
        if (meets(errors)) best = layout;
      }
      if (best.cost_ns <= cost(layout, atoms, groups, set.size())) break;  // wider ones of this mesh cost more
    }
  }
  require(std::isfinite(best.cost_ns), "mesh: no layout meets the tolerance");
  return best;
}

}  // namespace patina
