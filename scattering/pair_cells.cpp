// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/pair_cells.hpp"

#include <algorithm>
#include <cmath>

namespace patina {

PairCells::PairCells(const Comm& comm, const std::vector<PairPlace>& own, const Box& box, double r_max_A) : box_(box) {
  std::vector<PairPlace> places = comm.gather(own);
  comm.broadcast(places);
  // Two cells within r_max, unless they held less than some atoms each.
  constexpr double atoms_per_cell = 6.0;
  const double edge = std::max(0.5 * r_max_A, std::cbrt(box.volume() * atoms_per_cell / static_cast<double>(places.size())));
  for (int d = 0; d < 3; ++d) {
    count_[d] = std::max(1, static_cast<int>(box.height(d) / edge));
    reach_[d] = static_cast<int>(std::ceil(r_max_A * count_[d] / box.height(d) + 1e-9));
  }
  start_.assign(static_cast<std::size_t>(cells() + 1), 0);
  for (const PairPlace& place : places) ++start_[static_cast<std::size_t>(index(cell_of(place.position)) + 1)];
  for (std::size_t c = 1; c < start_.size(); ++c) start_[c] += start_[c - 1];
  std::vector<int> next(start_);
  position_.resize(places.size());
  type_.resize(places.size());
  atom_.resize(places.size());
  for (std::size_t i = 0; i < places.size(); ++i) {
    const auto at = static_cast<std::size_t>(next[static_cast<std::size_t>(index(cell_of(places[i].position)))]++);
    position_[at] = places[i].position;
    type_[at] = places[i].type;
    atom_[at] = static_cast<std::int32_t>(i);
  }
}

PairCells::Cell PairCells::cell_of(const Vec3& position) const {
  const Vec3 s = box_.to_fractional(position);
  Cell c;
  for (int d = 0; d < 3; ++d) c[d] = std::clamp(static_cast<int>(s[d] * count_[d]), 0, count_[d] - 1);
  return c;
}

PairCells::Image PairCells::image(const Cell& home, const Cell& offset) const {
  Image image;
  Cell other;
  for (int d = 0; d < 3; ++d) {
    const int place = home[d] + offset[d], n = count_[d];
    image.shift[d] = place >= 0 ? place / n : -((n - 1 - place) / n);
    other[d] = place - image.shift[d] * n;
  }
  image.index = index(other);
  image.translation = box_.translation(image.shift);
  return image;
}

}  // namespace patina
