// SPDX-License-Identifier: BSD-3-Clause
#include "md/structure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "core/error.hpp"

namespace patina {

namespace {
template <class T>
void permute(std::vector<T>& values, const std::vector<std::size_t>& order) {
  if (values.empty()) return;
  std::vector<T> sorted;
  sorted.reserve(values.size());
  for (const std::size_t k : order) sorted.push_back(values[k]);
  values = std::move(sorted);
}
}  // namespace

void sort_by_id(Structure& structure) {
  std::vector<std::size_t> order(structure.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return structure.id[a] < structure.id[b]; });
  for (std::size_t k = 1; k < order.size(); ++k) {
    if (structure.id[order[k]] == structure.id[order[k - 1]])
      throw Error(ExitCode::bad_input, fmt::format("atom id {} occurs twice", structure.id[order[k]]));
  }
  permute(structure.type, order);
  permute(structure.position, order);
  permute(structure.image, order);
  permute(structure.velocity, order);
  permute(structure.id, order);
}

}  // namespace patina
