// SPDX-License-Identifier: BSD-3-Clause
#include "md/species_swap.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/elementary.hpp"
#include "core/error.hpp"
#include "core/on_root.hpp"
#include "core/rng.hpp"
#include "core/units.hpp"

namespace patina {

namespace {

// An atom as it travels.
struct Mover {
  std::int64_t id;
  int type;
  Vec3 place, velocity;
};

// Who stands where `was` stood.
struct Arrival {
  std::int64_t was, id;
  int type;
  Vec3 velocity;
};

std::vector<Mover> movers_of(const Atoms& atoms) {
  const auto id = Kokkos::create_mirror_view_and_copy(HostSpace{}, atoms.id);
  const auto type = Kokkos::create_mirror_view_and_copy(HostSpace{}, atoms.type);
  const auto position = Kokkos::create_mirror_view_and_copy(HostSpace{}, atoms.position);
  const auto velocity = Kokkos::create_mirror_view_and_copy(HostSpace{}, atoms.velocity);
  std::vector<Mover> movers;
  for (int i = 0; i < atoms.local; ++i) {
    Mover mover{id(i), type(i), {}, {}};
    for (int d = 0; d < 3; ++d) {
      mover.place[d] = position(i, d);
      mover.velocity[d] = velocity(i, d);
    }
    movers.push_back(mover);
  }
  return movers;
}

// All attempts of a sweep on a sample in order of id: site k is where atom k stood at first.
class Attempts {
 public:
  Attempts(const System& system, const std::vector<Mover>& movers, const LocalTables& tables, const SwapSweep& sweep)
      : seed_(system.seed), step_(static_cast<std::uint64_t>(system.step)), sweep_(sweep), energy_(system.box, places_of(movers), types_of(movers), tables),
        site_of_(movers.size()), members_(static_cast<std::size_t>(tables.types())) {
    std::iota(site_of_.begin(), site_of_.end(), 0);
    for (std::size_t k = 0; k < movers.size(); ++k) members_[static_cast<std::size_t>(movers[k].type)].push_back(static_cast<int>(k));
    outcome_.attempted.assign(sweep.pairs.size(), 0);
    outcome_.accepted = outcome_.attempted;
  }

  void make() {
    const double beta = 1.0 / (units::boltzmann_eV_per_K * sweep_.temperature_K);
    for (std::int64_t k = 0; k < sweep_.attempts; ++k) {
      const auto attempt = static_cast<std::uint64_t>(k);
      const RandomBlock whom = random_block(seed_, Stream::species_swap, step_, attempt, 0), whether = random_block(seed_, Stream::species_swap, step_, attempt, 1);
      const std::size_t pair = one_of(sweep_.pairs.size(), whether.uniform(1));
      const int first = member(sweep_.pairs[pair][0], whom.uniform(0)), second = member(sweep_.pairs[pair][1], whom.uniform(1));
      ++outcome_.attempted[pair];
      int& from = site_of_[static_cast<std::size_t>(first)];
      int& to = site_of_[static_cast<std::size_t>(second)];
      const double change = energy_.change(from, to);
      // Also where the change is not a number nothing happens.
      if (!(change <= 0.0) && !(std::isfinite(change) && whether.uniform(0) < elementary::exp(-beta * change))) continue;
      energy_.exchange();
      std::swap(from, to);
      ++outcome_.accepted[pair];
      outcome_.energy_eV += change;
    }
  }

  const SwapOutcome& outcome() const { return outcome_; }
  std::vector<Arrival> arrivals(const std::vector<Mover>& movers) const {
    std::vector<Arrival> arrivals;
    for (std::size_t k = 0; k < movers.size(); ++k)
      if (const auto site = static_cast<std::size_t>(site_of_[k]); site != k)
        arrivals.push_back({movers[site].id, movers[k].id, movers[k].type, movers[k].velocity});
    std::sort(arrivals.begin(), arrivals.end(), [](const Arrival& a, const Arrival& b) { return a.was < b.was; });
    return arrivals;
  }

 private:
  static std::vector<Vec3> places_of(const std::vector<Mover>& movers) {
    std::vector<Vec3> places;
    for (const Mover& mover : movers) places.push_back(mover.place);
    return places;
  }
  static std::vector<int> types_of(const std::vector<Mover>& movers) {
    std::vector<int> types;
    for (const Mover& mover : movers) types.push_back(mover.type);
    return types;
  }
  static std::size_t one_of(std::size_t count, double uniform) {
    return std::min(static_cast<std::size_t>(uniform * static_cast<double>(count)), count - 1);
  }
  int member(int type, double uniform) const {
    const std::vector<int>& all = members_[static_cast<std::size_t>(type)];
    return all[one_of(all.size(), uniform)];
  }

  std::uint64_t seed_, step_;
  const SwapSweep& sweep_;
  LocalEnergy energy_;
  std::vector<int> site_of_;               // of each atom
  std::vector<std::vector<int>> members_;  // atoms of each type
  SwapOutcome outcome_;
};

void take_places(Atoms& atoms, const std::vector<Arrival>& arrivals) {
  const auto id = Kokkos::create_mirror_view_and_copy(HostSpace{}, atoms.id);
  const auto type = Kokkos::create_mirror_view_and_copy(HostSpace{}, atoms.type);
  const auto velocity = Kokkos::create_mirror_view_and_copy(HostSpace{}, atoms.velocity);
  for (int i = 0; i < atoms.local; ++i) {
    const auto found = std::lower_bound(arrivals.begin(), arrivals.end(), id(i), [](const Arrival& a, std::int64_t was) { return a.was < was; });
    if (found == arrivals.end() || found->was != id(i)) continue;
    id(i) = found->id;
    type(i) = found->type;
    for (int d = 0; d < 3; ++d) velocity(i, d) = found->velocity[d];
  }
  Kokkos::deep_copy(atoms.id, id);
  Kokkos::deep_copy(atoms.type, type);
  Kokkos::deep_copy(atoms.velocity, velocity);
}

}  // namespace

SwapOutcome swap_species(System& system, const LocalTables& tables, const SwapSweep& sweep) {
  const Comm& comm = *system.comm;
  require(sweep.temperature_K > 0.0 && !sweep.pairs.empty(), "swap_species: a temperature and pairs of types");
  for (const auto& [first, second] : sweep.pairs)
    require(first != second && system.species.count[static_cast<std::size_t>(first)] > 0 && system.species.count[static_cast<std::size_t>(second)] > 0,
            "swap_species: pairs of unlike types that have atoms");
  std::vector<Mover> movers = comm.gather(movers_of(system.atoms));
  std::vector<Arrival> arrivals;
  std::vector<long long> counts;
  double energy_eV = 0.0;
  on_root(comm, [&] {
    std::sort(movers.begin(), movers.end(), [](const Mover& a, const Mover& b) { return a.id < b.id; });
    Attempts attempts(system, movers, tables, sweep);
    attempts.make();
    arrivals = attempts.arrivals(movers);
    counts = attempts.outcome().attempted;
    counts.insert(counts.end(), attempts.outcome().accepted.begin(), attempts.outcome().accepted.end());
    energy_eV = attempts.outcome().energy_eV;
  });
  comm.broadcast(arrivals);
  comm.broadcast(counts);
  comm.broadcast(&energy_eV, 1);
  take_places(system.atoms, arrivals);
  const auto middle = counts.begin() + static_cast<std::ptrdiff_t>(sweep.pairs.size());
  return {{counts.begin(), middle}, {middle, counts.end()}, energy_eV};
}

double swap_bytes_on_root(double atoms, const Box& box, const EamTables& tables) {
  double points = atoms;
  for (int d = 0; d < 3; ++d)
    if (box.periodic(d)) points *= 1.0 + 2.0 * tables.max_cutoff / box.height(d);
  const double neighbours = atoms / box.volume() * 4.0 / 3.0 * units::pi * std::pow(tables.max_density_cutoff, 3);
  return atoms * (sizeof(Mover) + 2 * sizeof(Arrival) + 4 * sizeof(int)) + LocalEnergy::bytes(atoms, points, neighbours, tables.types);
}

double swap_bytes_elsewhere(double atoms) { return atoms * sizeof(Arrival); }

}  // namespace patina
