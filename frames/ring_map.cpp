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
  return fmt::format("the {} = {:g} 1/A ({:g} .. {:g}{})", ring.is_whole() ? "ring of q" : "sector of q", ring.q_inv_A, ring.q_inv_A - 0.5 * ring.width_inv_A,
                     ring.q_inv_A + 0.5 * ring.width_inv_A,
                     ring.is_whole() ? "" : fmt::format("; phi {:g} .. {:g} deg", ring.phi_deg - 0.5 * ring.phi_width_deg, ring.phi_deg + 0.5 * ring.phi_width_deg));
}

void refuse_overlaps(const std::vector<Ring>& rings, const std::string& place) {
  for (std::size_t a = 0; a < rings.size(); ++a)
    for (std::size_t b = 0; b < a; ++b)
      // Rings that touch may share the last digit.
      if (std::abs(rings[a].q_inv_A - rings[b].q_inv_A) < 0.5 * (rings[a].width_inv_A + rings[b].width_inv_A) * (1.0 - 1e-9) &&
          std::abs(std::remainder(rings[a].phi_deg - rings[b].phi_deg, 360.0)) < 0.5 * (rings[a].phi_width_deg + rings[b].phi_width_deg) * (1.0 - 1e-9))
        throw Error(ExitCode::bad_input, fmt::format("{}: {} and {} overlap", place, name(rings[b]), name(rings[a])));
}

// Where an angle lies between the ends of a sector, 0 and 1.
double around(double phi_deg, const Ring& ring) {
  const double first = ring.phi_deg - 0.5 * ring.phi_width_deg;
  double turned = std::fmod(phi_deg - first, 360.0);
  if (turned < 0.0) turned += 360.0;
  return turned < 360.0 ? turned / ring.phi_width_deg : 0.0;  // rounding
}

// Numbers of static parts, in a grid of each ring's parts in q and all of its sectors' parts in phi.
class StaticParts {
 public:
  explicit StaticParts(const std::vector<Ring>& rings) : rings_(rings) {
    for (std::size_t k = 0; k < rings.size(); ++k) {
      const bool goes_on = k > 0 && rings[k].q_inv_A == rings[k - 1].q_inv_A;
      if (goes_on) require(rings[k].parts == rings[k - 1].parts && rings[k].phi_parts == rings[k - 1].phi_parts, "make_ring_map: sectors of a ring cut differently");
      begin_.push_back(goes_on ? begin_.back() : count_);
      sector_.push_back(goes_on ? sector_.back() + 1 : 0);
      count_ += rings[k].parts * rings[k].phi_parts;
    }
    for (std::size_t k = rings.size(); k-- > 0;) row_.push_back(k + 1 < rings.size() && begin_[k + 1] == begin_[k] ? row_.back() : (sector_[k] + 1) * rings[k].phi_parts);
    std::reverse(row_.begin(), row_.end());
  }
  int count() const { return count_; }
  // From 0; of bin k.
  int at(std::size_t k, int part, int phi_part) const { return begin_[k] + part * row_[k] + sector_[k] * rings_[k].phi_parts + phi_part; }

 private:
  const std::vector<Ring>& rings_;
  std::vector<int> begin_, sector_, row_;  // the first part of the ring; which of its sectors; parts in phi of all of them
  int count_ = 0;
};

}  // namespace

std::vector<Ring> sectors_of(const std::vector<Ring>& rings, const PhiSectors& sectors) {
  std::vector<Ring> cut;
  for (const Ring& ring : rings)
    for (int s = 0; s < sectors.count; ++s) {
      cut.push_back(ring);
      cut.back().phi_width_deg = sectors.width_deg / sectors.count;
      cut.back().phi_deg = sectors.first_deg + (s + 0.5) * cut.back().phi_width_deg;
      cut.back().phi_parts = sectors.parts;
    }
  return cut;
}

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
  const StaticParts parts(rings);
  map.static_q_inv_A.resize(static_cast<std::size_t>(parts.count()));
  map.static_phi_deg.resize(map.static_q_inv_A.size());
  for (std::size_t k = 0; k < rings.size(); ++k)
    for (int part = 0; part < rings[k].parts; ++part)
      for (int phi_part = 0; phi_part < rings[k].phi_parts; ++phi_part) {
        const auto at = static_cast<std::size_t>(parts.at(k, part, phi_part));
        map.static_q_inv_A[at] = rings[k].q_inv_A + ((part + 0.5) / rings[k].parts - 0.5) * rings[k].width_inv_A;
        map.static_phi_deg[at] = rings[k].phi_deg + ((phi_part + 0.5) / rings[k].phi_parts - 0.5) * rings[k].phi_width_deg;
      }
  const std::vector<double> q = pixel_q_magnitudes(geometry), phi = pixel_azimuths_deg(geometry);
  std::vector<std::int64_t> in_part(map.static_q_inv_A.size());
  for (std::size_t p = 0; p < q.size(); ++p) {
    if (!looked_at[p]) continue;
    for (std::size_t k = 0; k < rings.size(); ++k) {
      const double in_q = (q[p] - rings[k].q_inv_A) / rings[k].width_inv_A + 0.5, in_phi = around(phi[p], rings[k]);
      if (!(in_q >= 0.0 && in_q < 1.0 && in_phi >= 0.0 && in_phi < 1.0)) continue;
      const int at = parts.at(k, std::min(static_cast<int>(in_q * rings[k].parts), rings[k].parts - 1), std::min(static_cast<int>(in_phi * rings[k].phi_parts), rings[k].phi_parts - 1));
      map.dynamic_map[p] = static_cast<std::int32_t>(k + 1);
      map.static_map[p] = at + 1;
      ++map.ring_pixels[k];
      ++in_part[static_cast<std::size_t>(at)];
      break;
    }
  }
  const auto [least, most] = std::minmax_element(q.begin(), q.end());
  const auto [first, last] = std::minmax_element(phi.begin(), phi.end());
  for (std::size_t k = 0; k < rings.size(); ++k)
    for (int part = 0; part < rings[k].parts; ++part)
      for (int phi_part = 0; phi_part < rings[k].phi_parts; ++phi_part)
        if (in_part[static_cast<std::size_t>(parts.at(k, part, phi_part))] == 0)
          throw Error(ExitCode::bad_input,
                      fmt::format("{}: no pixel lies in {}{}{}: the detector sees {:.6g} .. {:.6g} 1/A{} where it is not masked or shadowed, pixels "
                                  "are some {:.2g} 1/A apart",
                                  place, rings[k].parts > 1 ? fmt::format("part {} of {} of ", part + 1, rings[k].parts) : "",
                                  rings[k].phi_parts > 1 ? fmt::format("part {} of {} in phi of ", phi_part + 1, rings[k].phi_parts) : "", name(rings[k]), *least, *most,
                                  rings[k].is_whole() ? "" : fmt::format(", phi {:.4g} .. {:.4g} deg", *first, *last),
                                  2.0 * units::pi / geometry.wavelength_A() * geometry.pixel_size_um * 1e-6 / geometry.distance_m));
  return map;
}

std::vector<double> RingMap::q_inv_A() const {
  std::vector<double> q;
  for (const Ring& ring : rings) q.push_back(ring.q_inv_A);
  return q;
}

std::vector<double> RingMap::phi_deg() const {
  std::vector<double> phi;
  for (const Ring& ring : rings) phi.push_back(ring.phi_deg);
  return phi;
}

std::string RingMap::hash() const {
  Sha256 digest;
  const int shape[] = {rows, columns};
  digest.update(shape, sizeof shape);
  digest.update(mask.data(), mask.size());
  digest.update(dynamic_map.data(), dynamic_map.size() * sizeof(std::int32_t));
  digest.update(static_map.data(), static_map.size() * sizeof(std::int32_t));
  for (const Ring& ring : rings)
    for (const double number : {ring.q_inv_A, ring.phi_deg}) digest.update(&number, sizeof number);
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
