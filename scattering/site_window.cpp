// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/site_window.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/placed_errors.hpp"

namespace patina {

void check_window(const SiteWindow& window, const Box& box, double smallest_q_inv_A, double slack, const std::string& what) {
  const auto counts = [&](int d) { return box.periodic(d) && (window.across < 0 || window.across == d); };
  const auto fail = [&](const std::string& message) { throw PlacedErrors(what + "/fwhm_A", message); };
  double widest_A = std::numeric_limits<double>::infinity();
  for (int d = 0; d < 3; ++d)
    if (counts(d)) widest_A = std::min(widest_A, slack * largest_fwhm_of_height * box.height(d));
  if (smallest_q_inv_A * widest_A * slack < least_q_fwhm)
    fail(fmt::format("no window fits: at q = {:.4g} 1/A it must be {:.2f} A wide at least, or the mean density would scatter, and in this "
                     "cell {:.2f} A at most, a third of its height: a larger q (or a narrower shell), or a larger sample",
                     smallest_q_inv_A, least_q_fwhm / smallest_q_inv_A, widest_A / slack));
  if (smallest_q_inv_A * window.fwhm_A * slack < least_q_fwhm)
    fail(fmt::format("{:g} A is too narrow for q = {:.4g} 1/A, where the mean density would scatter: at least {:.2f} A", window.fwhm_A,
                     smallest_q_inv_A, 0.01 * std::ceil(100.0 * least_q_fwhm / smallest_q_inv_A)));
  for (int d = 0; d < 3; ++d)
    if (counts(d) && window.fwhm_A > slack * largest_fwhm_of_height * box.height(d))
      fail(fmt::format("{:g} A is too wide for the cell, which is {:.4g} A high along {}: at most a third of that", window.fwhm_A, box.height(d),
                       "xyz"[d]));
}

double vectors_of_a_speckle_in_blocks(const SiteWindow& window, const Box& box, const QSet& set, const std::vector<std::ptrdiff_t>& block_start,
                                      bool intensities) {
  constexpr std::ptrdiff_t most_looked_at = 200;  // evenly spaced
  const double a = 8.0 * ln2 / (window.fwhm_A * window.fwhm_A);
  const std::ptrdiff_t vectors = set.size(), looked_at = std::min(most_looked_at, vectors);
  double sum = 0.0;
  for (std::ptrdiff_t i = 0; i < looked_at; ++i) {
    const std::ptrdiff_t k = i * vectors / looked_at;
    const Miller& n = set.miller[static_cast<std::size_t>(k)];
    const auto end = std::upper_bound(block_start.begin(), block_start.end(), k);
    for (std::ptrdiff_t other_k = end[-1]; other_k < *end; ++other_k)
      for (const int sign : {1, -1}) {
        const Miller& other = set.miller[static_cast<std::size_t>(other_k)];
        const Miller between = {n[0] - sign * other[0], n[1] - sign * other[1], n[2] - sign * other[2]};
        bool along = true;
        for (int d = 0; d < 3; ++d) along = along && (window.across < 0 || d == window.across || between[d] == 0);
        const Vec3 q = box.wave_vector(between);
        if (along) sum += std::exp(-(intensities ? 2.0 : 1.0) * dot(q, q) / (2.0 * a));
      }
  }
  return sum / static_cast<double>(looked_at);
}

double vectors_of_a_speckle(const SiteWindow& window, const Box& box, const QSet& set, bool intensities) {
  return vectors_of_a_speckle_in_blocks(window, box, set, {0, set.size()}, intensities);
}

void look_through(const SiteWindow& window, const Box& box, const Box& first_box, const Vec3& drift, PhasePoints& points) {
  const auto s = points.fractional;
  const auto count = static_cast<int>(s.extent(0));
  const bool has_weights = points.weighted();
  if (!has_weights) points.weight = Array<double>("window_weight", count);
  const auto weight = points.weight;
  const Vec3 centre = window.centre + drift;
  const bool right_angles = box.is_orthogonal();
  Kokkos::parallel_for(
      "look_through", Range(0, count), KOKKOS_LAMBDA(int i) {
        const Vec3 ds = to_nearest_image(box, right_angles, Vec3{{s(i, 0), s(i, 1), s(i, 2)}} - centre);
        weight(i) = (has_weights ? weight(i) : 1.0) * window_weight(window, box, ds);
        if (!window.lab) return;
        const Vec3 first = (ds * box.edges()) * first_box.inverse_edges();
        for (int d = 0; d < 3; ++d) s(i, d) = first[d];
      });
}

}  // namespace patina
