// SPDX-License-Identifier: BSD-3-Clause
#include "md/frame.hpp"

#include <fmt/format.h>

#include "core/error.hpp"

namespace patina {

std::int64_t id_block_start(std::int64_t atoms, int rank, int ranks) { return atoms * rank / ranks; }

namespace {

struct AtomRecord {
  std::int64_t id;
  std::int32_t type;
  std::int32_t image[3];
  double position[3];
  double velocity[3];
};
static_assert(2 * sizeof(AtomRecord) + id_block_bytes == id_ordered_bytes);

int home_rank(std::int64_t index, std::int64_t atoms, int ranks) {
  auto rank = static_cast<int>(index * ranks / atoms);
  while (index < id_block_start(atoms, rank, ranks)) --rank;
  while (index >= id_block_start(atoms, rank + 1, ranks)) ++rank;
  return rank;
}

}  // namespace

IdBlock id_ordered(const Frame& frame) {
  const Comm& comm = *frame.comm;
  const bool has_velocity = static_cast<int>(frame.velocity.extent(0)) >= frame.local && frame.velocity.extent(0) > 0;
  const auto position = Kokkos::create_mirror_view_and_copy(HostSpace{}, frame.position);
  const auto image = Kokkos::create_mirror_view_and_copy(HostSpace{}, frame.image);
  const auto velocity = Kokkos::create_mirror_view_and_copy(HostSpace{}, frame.velocity);
  const auto type = Kokkos::create_mirror_view_and_copy(HostSpace{}, frame.type);
  const auto id = Kokkos::create_mirror_view_and_copy(HostSpace{}, frame.id);

  std::vector<std::vector<AtomRecord>> send(static_cast<std::size_t>(comm.size()));
  for (int i = 0; i < frame.local; ++i) {
    if (id(i) < 1 || id(i) > frame.atom_count)
      fail_one(ExitCode::internal,
               fmt::format("internal error: atom id {} is not in 1..{}", id(i), frame.atom_count));
    AtomRecord record{id(i), type(i), {}, {}, {}};
    for (int d = 0; d < 3; ++d) {
      record.position[d] = position(i, d);
      record.image[d] = image(i, d);
      if (has_velocity) record.velocity[d] = velocity(i, d);
    }
    send[home_rank(id(i) - 1, frame.atom_count, comm.size())].push_back(record);
  }
  const auto received = comm.exchange(send);

  IdBlock block;
  const std::int64_t first = id_block_start(frame.atom_count, comm.rank(), comm.size());
  const std::int64_t last = id_block_start(frame.atom_count, comm.rank() + 1, comm.size());
  const auto size = static_cast<std::size_t>(last - first);
  block.first_id = first + 1;
  block.type.assign(size, -1);
  block.unwrapped.resize(size);
  block.position.resize(size);
  block.image.resize(size);
  const bool any_velocity = comm.any(has_velocity);
  if (any_velocity) block.velocity.resize(size);
  std::size_t filled = 0;
  for (const auto& part : received) {
    for (const AtomRecord& record : part) {
      const auto k = static_cast<std::size_t>(record.id - block.first_id);
      if (block.type[k] != -1)
        fail_one(ExitCode::internal, fmt::format("internal error: atom id {} exists twice", record.id));
      block.type[k] = record.type;
      for (int d = 0; d < 3; ++d) {
        block.position[k][d] = record.position[d];
        block.image[k][d] = record.image[d];
        if (any_velocity) block.velocity[k][d] = record.velocity[d];
      }
      block.unwrapped[k] = block.position[k] + frame.box.translation(block.image[k].data());
      ++filled;
    }
  }
  if (filled != size)
    fail_one(ExitCode::internal, fmt::format("internal error: {} atoms are missing from ids {}..{}",
                                             size - filled, block.first_id, last));
  return block;
}

}  // namespace patina
