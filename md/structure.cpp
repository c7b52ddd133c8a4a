// SPDX-License-Identifier: BSD-3-Clause
#include "md/structure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "core/elements.hpp"
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

void set_species_order(Structure& structure, const std::vector<std::string>& order) {
  std::vector<double> mass;
  for (const std::string& symbol : order) {
    if (std::count(order.begin(), order.end(), symbol) > 1)
      throw Error(ExitCode::bad_input, fmt::format("species {} is listed twice", symbol));
    const auto found = std::find(structure.species.begin(), structure.species.end(), symbol);
    mass.push_back(found == structure.species.end() ? atomic_weight_amu(symbol)
                                                    : structure.mass[found - structure.species.begin()]);
  }
  std::vector<int> new_type;
  for (const std::string& symbol : structure.species) {
    const auto found = std::find(order.begin(), order.end(), symbol);
    new_type.push_back(found == order.end() ? -1 : static_cast<int>(found - order.begin()));
  }
  for (int& type : structure.type) {
    if (new_type[type] < 0)
      throw Error(ExitCode::bad_input,
                  fmt::format("the structure has atoms of {}, which is not among the species {}",
                              structure.species[type], fmt::join(order, ", ")));
    type = new_type[type];
  }
  structure.species = order;
  structure.mass = mass;
}

void broadcast(const Comm& comm, Structure& structure) {
  std::vector<Box> box{structure.box};
  comm.broadcast(box);
  structure.box = box[0];
  std::vector<std::size_t> types{structure.species.size()};
  comm.broadcast(types);
  structure.species.resize(types[0]);
  for (auto& symbol : structure.species) comm.broadcast(symbol);
  comm.broadcast(structure.mass);
  comm.broadcast(structure.id);
  comm.broadcast(structure.type);
  comm.broadcast(structure.position);
  comm.broadcast(structure.image);
  comm.broadcast(structure.velocity);
}

}  // namespace patina
