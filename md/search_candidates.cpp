// SPDX-License-Identifier: BSD-3-Clause
#include "md/search_candidates.hpp"

#include <algorithm>
#include <string>

#include "md/potential.hpp"

namespace patina {

namespace {

template <class T>
HostArray<T> uninitialised(const char* label, int count) {
  return HostArray<T>(Kokkos::view_alloc(std::string(label), Kokkos::WithoutInitializing), count);
}

// Candidate k is atom row[k]; without rows atom k itself.
Candidates candidates_of(const Atoms& atoms, const SearchFrame& frame, const int* row, int count) {
  Candidates c{uninitialised<float>("search_x", count + search_width),
               uninitialised<float>("search_y", count + search_width),
               uninitialised<float>("search_z", count + search_width),
               uninitialised<int>("search_partner", count + search_width)};
  const auto place = atoms.place;
  const auto type = atoms.type;
  Kokkos::parallel_for("fill_candidates", HostRange(0, count), [=](int k) {
    const int i = row ? row[k] : k;
    c.x(k) = static_cast<float>(place(i, 0) - frame.middle[0]);
    c.y(k) = static_cast<float>(place(i, 1) - frame.middle[1]);
    c.z(k) = static_cast<float>(place(i, 2) - frame.middle[2]);
    c.partner(k) = i | type(i) << partner_type_shift;
  });
  for (int k = count; k < count + search_width; ++k) c.x(k) = c.y(k) = c.z(k) = 0.0f, c.partner(k) = 0;
  return c;
}

}  // namespace

SearchFrame frame_of_places(const Atoms& atoms) {
  const auto place = atoms.place;
  SearchFrame frame;
  for (int d = 0; d < 3; ++d) {
    Kokkos::MinMax<double>::value_type range;
    Kokkos::parallel_reduce(
        "extent", HostRange(0, atoms.all()),
        [=](int i, Kokkos::MinMax<double>::value_type& r) {
          r.min_val = std::min(r.min_val, place(i, d));
          r.max_val = std::max(r.max_val, place(i, d));
        },
        Kokkos::MinMax<double>(range));
    if (atoms.all() == 0) break;
    frame.middle[d] = 0.5 * (range.min_val + range.max_val);
    frame.extent = std::max(frame.extent, 0.5 * (range.max_val - range.min_val));
  }
  return frame;
}

Candidates local_candidates(const Atoms& atoms, const SearchFrame& frame) { return candidates_of(atoms, frame, nullptr, atoms.local); }

GhostGroup group_of(const Atoms& atoms, const CellGrid& cells, const SearchFrame& frame, const std::vector<int>& row) {
  const int count = static_cast<int>(row.size());
  const auto place = atoms.place;
  HostRows<double, 3> point("ghost_point", count);
  const Array<std::int64_t> key("ghost_key", count);
  HostArray<int> sorted("ghost_row", count);
  Kokkos::parallel_for("ghost_points", HostRange(0, count), [&](int k) {
    for (int d = 0; d < 3; ++d) point(k, d) = place(row[static_cast<std::size_t>(k)], d);
    key(k) = k;
  });
  const CellMembers members = sort_into_cells({point.data(), 3}, count, cells, key);
  Kokkos::parallel_for("ghost_rows", HostRange(0, count),
                       [&](int k) { sorted(k) = row[static_cast<std::size_t>(members.member(k))]; });
  return {candidates_of(atoms, frame, sorted.data(), count), members.begin, count};
}

double misplacement(double extent) { return 1e-6 * extent + 1e-6; }

std::vector<PairRadii> list_radii(const PairCutoffs& cutoffs, double skin, double extent) {
  const double margin = skin + misplacement(extent);
  const auto squared = [&](double cutoff) {
    return cutoff > 0.0 ? static_cast<float>((cutoff + margin) * (cutoff + margin)) : 0.0f;
  };
  std::vector<PairRadii> radii(static_cast<std::size_t>(cutoffs.types));
  for (int s = 0; s < cutoffs.types; ++s)
    for (int t = 0; t < cutoffs.types; ++t) {
      const auto st = static_cast<std::size_t>(s * cutoffs.types + t);
      radii[static_cast<std::size_t>(s)].inner_sq[t] = squared(cutoffs.inner[st]);
      radii[static_cast<std::size_t>(s)].outer_sq[t] = squared(cutoffs.outer[st]);
    }
  return radii;
}

}  // namespace patina
