// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/subset.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/kokkos_compat.hpp"
#include "core/rng.hpp"
#include "core/types.hpp"
#include "scattering/subset_kernels.hpp"

namespace patina {

namespace {

constexpr std::int64_t share = 1 << 14;    // numbers that a thread looks at, one after the other
constexpr std::int64_t at_once = 1 << 22;  // of all shares: divides 2^32, so that the upper half of a number is the same in all

// All i of [begin, end) with left u_i < wanted for the largest `wanted` and the smallest `left` that any of them may meet.
std::vector<std::int64_t> candidates(std::int64_t begin, std::int64_t end, double wanted, double least_left, std::uint64_t seed, std::uint64_t draw) {
  const SubsetKernels& kernels = *subset_kernel_versions().all[0];
  const PhiloxKey common{{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)},
                         {static_cast<std::uint32_t>(Stream::q_subset) << 16, static_cast<std::uint32_t>(draw), 0,
                          static_cast<std::uint32_t>(draw >> 32) << 16 | static_cast<std::uint32_t>(begin >> 32)}};
  const double limit = std::min(std::floor(wanted / least_left * 0x1p32) + 1.0, 0x1p32 - 1.0);
  const std::int64_t from = begin - begin % subset_group;
  const int shares = static_cast<int>((end - from + share - 1) / share);
  std::vector<std::vector<std::uint32_t>> found(static_cast<std::size_t>(shares));
  Kokkos::parallel_for("random_subset", HostRange(0, shares), [&](int k) {
    const std::int64_t first = from + k * share, last = std::min(first + share, end);
    const int groups = static_cast<int>((last - first + subset_group - 1) / subset_group);
    std::vector<std::uint32_t> room(static_cast<std::size_t>(groups * subset_group));
    room.resize(static_cast<std::size_t>(kernels.low_words(common, static_cast<std::uint32_t>(first) / subset_group, groups,
                                                           static_cast<std::uint32_t>(limit), room.data())));
    found[static_cast<std::size_t>(k)].assign(room.begin(), room.end());
  });
  std::vector<std::int64_t> all;
  const std::int64_t upper = begin >> 32 << 32;
  for (const auto& some : found)
    for (const std::uint32_t low : some)
      if (const std::int64_t i = upper + low; i >= begin && i < end) all.push_back(i);
  return all;
}

}  // namespace

std::vector<std::int64_t> random_subset(std::int64_t available, std::int64_t wanted, std::uint64_t seed, std::uint64_t draw) {
  std::vector<std::int64_t> taken;
  if (wanted >= available) {
    taken.resize(static_cast<std::size_t>(available));
    std::iota(taken.begin(), taken.end(), std::int64_t{0});
    return taken;
  }
  for (std::int64_t begin = 0; begin < available;) {
    // At most half of what is left, or the smallest `left` would rule out little.
    const std::int64_t half = std::max<std::int64_t>((available - begin + 1) / 2, std::min<std::int64_t>(available - begin, 64));
    const std::int64_t end = std::min(begin + half, (begin / at_once + 1) * at_once);
    const auto still = static_cast<double>(wanted - static_cast<std::int64_t>(taken.size()));
    if (still == 0.0) break;
    for (const std::int64_t i : candidates(begin, end, still, static_cast<double>(available - end + 1), seed, draw)) {
      const auto left = static_cast<double>(available - i), now = static_cast<double>(wanted - static_cast<std::int64_t>(taken.size()));
      if (left * random_block(seed, Stream::q_subset, draw, static_cast<std::uint64_t>(i)).uniform(0) < now) taken.push_back(i);
    }
    begin = end;
  }
  return taken;
}

}  // namespace patina
