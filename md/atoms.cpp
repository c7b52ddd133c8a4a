// SPDX-License-Identifier: BSD-3-Clause
#include "md/atoms.hpp"

namespace patina {

namespace {

// A little more than asked for, so that a count that wanders does not reallocate at every rebuild.
int with_slack(int rows) { return rows + rows / 16 + 8; }

template <class View>
void grow(View& view, int rows) {
  if (static_cast<int>(view.extent(0)) < rows) Kokkos::resize(view, with_slack(rows));
}

// Rows order(0), order(1), ... of `old`.
template <class T, int columns>
Rows<T, columns> gather(const char* label, const Rows<T, columns>& old, const Array<int>& order, int count) {
  Rows<T, columns> rows(Kokkos::view_alloc(std::string(label), Kokkos::WithoutInitializing),
                        with_slack(count));
  Kokkos::parallel_for(
      "gather_rows", Range(0, count), KOKKOS_LAMBDA(int k) {
        for (int d = 0; d < columns; ++d) rows(k, d) = old(order(k), d);
      });
  return rows;
}

template <class T>
Array<T> gather(const char* label, const Array<T>& old, const Array<int>& order, int count) {
  Array<T> values(Kokkos::view_alloc(std::string(label), Kokkos::WithoutInitializing), with_slack(count));
  Kokkos::parallel_for(
      "gather", Range(0, count), KOKKOS_LAMBDA(int k) { values(k) = old(order(k)); });
  return values;
}

}  // namespace

void reserve(Atoms& atoms, int local, int all) {
  grow(atoms.position, local);
  grow(atoms.place, all + 1);
  grow(atoms.shift, all);
  grow(atoms.original, all);
  grow(atoms.type, all);
  grow(atoms.id, all);
  grow(atoms.velocity, local);
  grow(atoms.image, local);
  if (static_cast<int>(atoms.force.extent(0)) < local)
    atoms.force = Rows<double, 3>("force", with_slack(local));
}

void reorder(Atoms& atoms, const Array<int>& order, int count) {
  atoms.position = gather("position", atoms.position, order, count);
  atoms.type = gather("type", atoms.type, order, count);
  atoms.id = gather("id", atoms.id, order, count);
  atoms.velocity = gather("velocity", atoms.velocity, order, count);
  atoms.image = gather("image", atoms.image, order, count);
  atoms.local = count;
  atoms.ghost = 0;
}

}  // namespace patina
