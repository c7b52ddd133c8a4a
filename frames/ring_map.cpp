// SPDX-License-Identifier: BSD-3-Clause
#include "frames/ring_map.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/digest.hpp"
#include "core/error.hpp"
#include "core/units.hpp"

namespace patina {
namespace {

std::string name(const Ring& ring) {
  return fmt::format("the ring of q = {:g} 1/A ({:g} .. {:g})", ring.q_inv_A, ring.q_inv_A - 0.5 * ring.width_inv_A,
                     ring.q_inv_A + 0.5 * ring.width_inv_A);
}

void refuse_overlaps(const std::vector<Ring>& rings, const std::string& place) {
  for (std::size_t a = 0; a < rings.size(); ++a)
    for (std::size_t b = 0; b < a; ++b)
      // Rings that touch may share the last digit.
      if (std::abs(rings[a].q_inv_A - rings[b].q_inv_A) < 0.5 * (rings[a].width_inv_A + rings[b].width_inv_A) * (1.0 - 1e-9))
        throw Error(ExitCode::bad_input, fmt::format("{}: {} and {} overlap", place, name(rings[b]), name(rings[a])));
}

}  // namespace

RingMap make_ring_map(const DetectorGeometry& geometry, std::span<const std::uint8_t> looked_at, const std::vector<Ring>& rings,
                      const std::string& place) {
  require(looked_at.size() == static_cast<std::size_t>(geometry.pixels()), "make_ring_map: a mask of another size");
  refuse_overlaps(rings, place);
  RingMap map;
  map.rows = geometry.rows;
  map.columns = geometry.columns;
  map.rings = rings;
  map.mask.assign(looked_at.begin(), looked_at.end());
  map.dynamic_map.assign(looked_at.size(), 0);
  map.static_map.assign(looked_at.size(), 0);
  map.ring_pixels.assign(rings.size(), 0);
  std::vector<int> first_part;
  for (const Ring& ring : rings) {
    first_part.push_back(static_cast<int>(map.static_q_inv_A.size()));
    for (int part = 0; part < ring.parts; ++part)
      map.static_q_inv_A.push_back(ring.q_inv_A + ((part + 0.5) / ring.parts - 0.5) * ring.width_inv_A);
  }
  const std::vector<double> q = pixel_q_magnitudes(geometry);
  std::vector<std::int64_t> in_part(map.static_q_inv_A.size());
  for (std::size_t p = 0; p < q.size(); ++p) {
    if (!looked_at[p]) continue;
    for (std::size_t k = 0; k < rings.size(); ++k) {
      const double across = (q[p] - rings[k].q_inv_A) / rings[k].width_inv_A + 0.5;
      if (!(across >= 0.0 && across < 1.0)) continue;
      const int part = first_part[k] + std::min(static_cast<int>(across * rings[k].parts), rings[k].parts - 1);
      map.dynamic_map[p] = static_cast<std::int32_t>(k + 1);
      map.static_map[p] = part + 1;
      ++map.ring_pixels[k];
      ++in_part[static_cast<std::size_t>(part)];
      break;
    }
  }
  const auto [least, most] = std::minmax_element(q.begin(), q.end());
  for (std::size_t k = 0; k < rings.size(); ++k)
    for (int part = 0; part < rings[k].parts; ++part)
      if (in_part[static_cast<std::size_t>(first_part[k] + part)] == 0)
        throw Error(ExitCode::bad_input,
                    fmt::format("{}: no pixel lies in {}{}: the detector sees {:.6g} .. {:.6g} 1/A where it is not masked or shadowed, pixels "
                                "are some {:.2g} 1/A apart",
                                place, rings[k].parts > 1 ? fmt::format("part {} of {} of ", part + 1, rings[k].parts) : "", name(rings[k]), *least,
                                *most, 2.0 * units::pi / geometry.wavelength_A() * geometry.pixel_size_um * 1e-6 / geometry.distance_m));
  return map;
}

std::string RingMap::hash() const {
  Sha256 digest;
  const int shape[] = {rows, columns};
  digest.update(shape, sizeof shape);
  digest.update(mask.data(), mask.size());
  digest.update(dynamic_map.data(), dynamic_map.size() * sizeof(std::int32_t));
  digest.update(static_map.data(), static_map.size() * sizeof(std::int32_t));
  for (const Ring& ring : rings) digest.update(&ring.q_inv_A, sizeof(double));
  return digest.finish();
}

std::vector<std::int32_t> nearest_rings(const DetectorGeometry& geometry, const std::vector<Ring>& rings) {
  std::vector<std::int32_t> nearest;
  for (const double q : pixel_q_magnitudes(geometry)) {
    std::size_t best = 0;
    for (std::size_t k = 1; k < rings.size(); ++k)
      if (std::abs(q - rings[k].q_inv_A) < std::abs(q - rings[best].q_inv_A)) best = k;
    nearest.push_back(static_cast<std::int32_t>(best));
  }
  return nearest;
}

}  // namespace patina
