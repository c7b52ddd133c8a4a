// SPDX-License-Identifier: BSD-3-Clause
#include "md/overlap.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <vector>

#include "md/system.hpp"

namespace patina {

namespace {

std::string describe_atoms(const Overlap& overlap, const System& system) {
  const auto symbol = [&](int k) { return system.species.symbol[static_cast<std::size_t>(overlap.type[k])]; };
  const std::string first = fmt::format("{} ({})", overlap.id[0], symbol(0));
  if (overlap.id[1] == 0) return "atom " + first;
  if (overlap.id[1] == overlap.id[0])
    return fmt::format("atom {} and its own periodic image are {:.4g} A apart", first, overlap.distance_A);
  return fmt::format("atoms {} and {} ({}) are {:.4g} A apart", first, overlap.id[1], symbol(1), overlap.distance_A);
}

}  // namespace

bool comes_first(const Overlap& a, const Overlap& b) {
  return std::tie(a.step, a.distance_A, a.id[0], a.id[1]) < std::tie(b.step, b.distance_A, b.id[0], b.id[1]);
}

std::optional<Overlap> first_overlap(const System& system, const std::optional<Overlap>& mine) {
  std::vector<Overlap> all = system.comm->gather(mine ? std::vector{*mine} : std::vector<Overlap>{});
  if (!all.empty()) {
    all = {*std::min_element(all.begin(), all.end(), comes_first)};
    for (std::int64_t& id : all[0].id) id = id > 0 ? input_id_on_root(system, id) : 0;
  }
  system.comm->broadcast(all);
  return all.empty() ? std::nullopt : std::optional(all[0]);
}

std::string describe(const Overlap& overlap, const System& system) {
  const std::string atoms = describe_atoms(overlap, system);
  if (overlap.distance_A < overlap.least_A * (1.0 + 1e-6))  // in single precision it may have been less
    return fmt::format("{}; the potential's tables are made for {:.4g} A and more", atoms, overlap.least_A);
  return fmt::format("{}, in an electron density that the potential's tables are not made for (two atoms alone may be {:.4g} A apart)",
                     atoms, overlap.least_A);
}

std::string overlap_clause(System& system, ForceField& force_field) {
  const auto overlap = force_field.compute(system, Tally::virial).overlap;
  return overlap ? fmt::format("; step {}: {}", overlap->step, describe(*overlap, system)) : "";
}

}  // namespace patina
