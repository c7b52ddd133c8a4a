// SPDX-License-Identifier: BSD-3-Clause
// The lattice vectors of a shell, low < |q| < high, one of each pair q and -q (q_set.hpp), without looking at each of them. On a row
// of equal (n_y, n_z) they are the n_x between the roots of |q|^2 = high^2 and outside those of low^2: one stretch of neighbours, or
// two. So a plane of equal n_z costs as much as it has rows, and 10^9 vectors are counted in the time of 10^6 rows. Whether a vector
// near a root belongs to the shell is decided by its |q|, as if each had been looked at.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "core/box.hpp"
#include "scattering/q_set.hpp"

namespace patina {

class ShellRows {
 public:
  // `direction` must outlive the object. Of angles, each vector of the shell is looked at.
  ShellRows(const Box& box, double low_inv_A, double high_inv_A, const QDirection& direction);

  // n_z = 0 .. planes() - 1.
  int planes() const { return most_[2] + 1; }
  std::int64_t count(int nz) const;
  // Those of a plane in line order: its vector number `numbers[0]`, ..., counted from 0, ascending, to `out`.
  void pick(int nz, const std::int64_t* numbers, std::size_t size, Miller* out) const;
  void for_each(int nz, const std::function<void(const Miller&)>& visit) const;
  // The shortest |q| of a plane; infinite if it has none.
  double shortest(int nz) const;

 private:
  struct Stretch {
    int first, last;  // of n_x
  };
  // Calls visit(ny, stretches) for rows in order; ends when it gives false.
  template <class Visit>
  void for_each_row(int nz, const Visit& visit) const;
  void find_stretches(int ny, int nz, std::vector<Stretch>& found) const;
  Stretch of_lattice_direction(int ny, int nz) const;
  void keep_angles(int ny, int nz, std::vector<Stretch>& stretches) const;
  double magnitude(int nx, int ny, int nz) const;

  Box box_;
  double low_, high_;
  const QDirection& direction_;
  Miller most_{};             // of |n_d|
  Vec3 step_, across_[2];     // q of (1, 0, 0); those of (0, 1, 0) and (0, 0, 1) without what is along it
  Miller line_{};             // of `along`: the shortest vector of the line, or
  std::array<std::int64_t, 3> normal_{};  // what is 0 times those of the plane
};

}  // namespace patina
