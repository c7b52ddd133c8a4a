// SPDX-License-Identifier: BSD-3-Clause
#include "md/overlap.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tuple>
#include <vector>

#include "md/system.hpp"

namespace patina {

namespace {

std::string name_of(const Overlap& overlap, int k, const System& system) {
  return fmt::format("{} ({})", overlap.id[k], system.species.symbol[static_cast<std::size_t>(overlap.type[k])]);
}

std::string describe_distance(const Overlap& overlap, const System& system) {
  const std::string atoms = overlap.id[1] == overlap.id[0]
                                ? fmt::format("atom {} and its own periodic image", name_of(overlap, 0, system))
                                : fmt::format("atoms {} and {}", name_of(overlap, 0, system), name_of(overlap, 1, system));
  return fmt::format("{} are {:.4g} A apart; the potential's tables are made for {:.4g} A and more", atoms, overlap.distance_A,
                     overlap.least_A);
}

std::string describe_density(const Overlap& overlap, const System& system) {
  const std::string neighbour =
      overlap.id[1] == 0 ? "without any neighbour"
      : overlap.id[1] == overlap.id[0]
          ? fmt::format("{:.4g} A from its own periodic image", overlap.distance_A)
          : fmt::format("{:.4g} A from its nearest neighbour {}", overlap.distance_A, name_of(overlap, 1, system));
  return fmt::format("atom {}, {}, has an electron density of {:.4g}, where the slope of its embedding energy is {:.4g} eV per unit of "
                     "density; forces can be summed with up to {:.4g}",
                     name_of(overlap, 0, system), neighbour, overlap.density, overlap.slope, overlap.steepest);
}

}  // namespace

bool comes_first(const Overlap& a, const Overlap& b) {
  const auto order = [](const Overlap& o) {
    return std::tuple(o.step, o.cause, -std::abs(o.slope), -o.density, o.distance_A, o.id[0], o.id[1]);
  };
  return order(a) < order(b);
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
  return overlap.cause == OverlapCause::distance ? describe_distance(overlap, system) : describe_density(overlap, system);
}

std::string advice(const Overlap& overlap, double time_step_ps) {
  const std::string shorter = fmt::format("shorter time step than {:.6g} fs, or minimise first", 1000.0 * time_step_ps);
  if (overlap.cause == OverlapCause::distance) return ": the sample is exploding. Try a " + shorter;
  if (overlap.id[1] == 0) return ". The potential has no forces for an atom that has left all others";
  return ". If atoms were thrown together, try a " + shorter + "; if not, the potential is not made for such a density";
}

std::string overlap_clause(System& system, ForceField& force_field) {
  const auto overlap = force_field.compute(system, Tally::virial).overlap;
  return overlap ? fmt::format("; step {}: {}", overlap->step, describe(*overlap, system)) : "";
}

}  // namespace patina
