// SPDX-License-Identifier: BSD-3-Clause
#include "md/gather_atoms.hpp"

#include <algorithm>
#include <cmath>
#include <exception>

#include "core/on_root.hpp"

namespace patina {

namespace {
// A multiple of the 87381 atoms of one 1 MiB chunk of float positions, so that no chunk is written twice.
constexpr std::int64_t batch_atoms = 12 * 87381;

template <class T>
std::vector<T> slice(const std::vector<T>& values, std::int64_t begin, std::int64_t end) {
  if (values.empty()) return {};
  return std::vector<T>(values.begin() + begin, values.begin() + end);
}
}  // namespace

void gather_atoms(const Comm& comm, const IdBlock& block, std::int64_t atom_count,
                  const std::function<void(const AtomRows&)>& take) {
  std::exception_ptr failure;
  const std::int64_t mine_begin = block.first_id - 1;
  const std::int64_t mine_end = mine_begin + static_cast<std::int64_t>(block.position.size());
  for (std::int64_t row = 0; row < atom_count; row += batch_atoms) {
    const std::int64_t begin = std::clamp(row, mine_begin, mine_end) - mine_begin;
    const std::int64_t end = std::clamp(row + batch_atoms, mine_begin, mine_end) - mine_begin;
    const AtomRows rows{
        row, comm.gather(slice(block.type, begin, end)), comm.gather(slice(block.position, begin, end)),
        comm.gather(slice(block.image, begin, end)), comm.gather(slice(block.velocity, begin, end))};
    if (!comm.is_root() || failure) continue;
    try {
      take(rows);
    } catch (...) {
      failure = std::current_exception();
    }
  }
  on_root(comm, [&] {
    if (failure) std::rethrow_exception(failure);
  });
}

double gathered_bytes(double atoms) {
  constexpr double row = sizeof(int) + 2 * sizeof(Vec3) + sizeof(std::array<int, 3>), form = 3 * sizeof(Vec3);
  return std::min(atoms, static_cast<double>(batch_atoms)) * (row + form);
}

void wrap(const Box& box, Vec3& position, std::array<int, 3>& image) {
  const Vec3 s = box.to_fractional(position);
  int shift[3] = {0, 0, 0};
  for (int d = 0; d < 3; ++d)
    if (box.periodic(d)) shift[d] = static_cast<int>(std::floor(s[d]));
  if (shift[0] == 0 && shift[1] == 0 && shift[2] == 0) return;
  position = position - box.translation(shift);
  for (int d = 0; d < 3; ++d) image[static_cast<std::size_t>(d)] += shift[d];
}

}  // namespace patina
