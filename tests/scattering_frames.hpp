// SPDX-License-Identifier: BSD-3-Clause
// Frames for the scattering tests: atoms given on the host, dealt out to the ranks of a communicator.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "core/rng.hpp"
#include "md/frame.hpp"

namespace patina::test {

struct Sample {
  Box box;
  Species species;
  std::vector<Vec3> position;  // unwrapped
  std::vector<int> type;
  std::vector<Vec3> velocity = {};  // empty: unknown
};

inline double uniform(std::uint64_t step, std::uint64_t id) {
  return random_block(11, Stream::test, step, id).uniform(0);
}

// Atoms anywhere in the cell, the first `fraction` of every ten of species 0.
inline Sample ideal_gas(const Box& box, int atoms, int of_ten_first) {
  Sample sample{box, {{"Cu", "Zr"}, {63.546, 91.224}, {0, 0}}, {}, {}};
  for (int i = 0; i < atoms; ++i) {
    sample.position.push_back(box.to_cartesian({{uniform(0, i), uniform(1, i), uniform(2, i)}}));
    sample.type.push_back(i % 10 < of_ten_first ? 0 : 1);
    ++sample.species.count[sample.type.back()];
  }
  return sample;
}

// Atom i goes to rank (7 i + i / 5) % size, in an order that is not that of the ids. `wrapped`: positions are
// taken into the cell and images counted; else images are 0. `shuffle`: unless 0, which random order and division.
inline Frame frame_of(const Sample& sample, const Comm& comm, double time_ps = 0.0, bool wrapped = false,
                      int shuffle = 0) {
  std::vector<int> mine;
  const auto atoms = static_cast<int>(sample.position.size());
  for (int i = atoms - 1; i >= 0; --i)
    if ((7 * i + i / 5 + shuffle * (i / 3)) % comm.size() == comm.rank()) mine.push_back(i);
  if (shuffle != 0)
    std::sort(mine.begin(), mine.end(),
              [&](int i, int j) { return uniform(100 + shuffle, i) < uniform(100 + shuffle, j); });
  Frame frame;
  frame.time_ps = time_ps;
  frame.box = sample.box;
  frame.comm = &comm;
  frame.species = &sample.species;
  frame.atom_count = atoms;
  frame.local = static_cast<int>(mine.size());
  const HostRows<double, 3> position("position", mine.size());
  const HostRows<int, 3> image("image", mine.size());
  const HostArray<int> type("type", mine.size());
  const HostArray<std::int64_t> id("id", mine.size());
  for (int i = 0; i < frame.local; ++i) {
    Vec3 s = sample.box.to_fractional(sample.position[mine[i]]);
    if (wrapped)
      for (int d = 0; d < 3; ++d) {
        image(i, d) = static_cast<int>(std::floor(s[d]));
        s[d] -= image(i, d);
      }
    const Vec3 r = wrapped ? sample.box.to_cartesian(s) : sample.position[mine[i]];
    for (int d = 0; d < 3; ++d) position(i, d) = r[d];
    type(i) = sample.type[mine[i]];
    id(i) = mine[i] + 1;
  }
  frame.position = Kokkos::create_mirror_view_and_copy(MemSpace{}, position);
  frame.image = Kokkos::create_mirror_view_and_copy(MemSpace{}, image);
  frame.type = Kokkos::create_mirror_view_and_copy(MemSpace{}, type);
  frame.id = Kokkos::create_mirror_view_and_copy(MemSpace{}, id);
  const HostRows<double, 3> velocity("velocity", sample.velocity.empty() ? 0 : mine.size());
  for (std::size_t i = 0; i < velocity.extent(0); ++i)
    for (int d = 0; d < 3; ++d) velocity(i, d) = sample.velocity[mine[i]][d];
  frame.velocity = Kokkos::create_mirror_view_and_copy(MemSpace{}, velocity);
  return frame;
}

}  // namespace patina::test
