// SPDX-License-Identifier: BSD-3-Clause
#include "md/deposition.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "core/elementary.hpp"
#include "core/error.hpp"
#include "core/rng.hpp"
#include "core/units.hpp"
#include "md/composition.hpp"
#include "md/kinetic.hpp"

namespace patina {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// Numbers of an atom's arrival: block 0 and 1 its velocity, later ones the places that are tried.
constexpr std::uint32_t velocity_block = 0, place_block = 2;

RandomBlock block_of(std::uint64_t seed, std::int64_t step, std::int64_t id, std::uint32_t sub) {
  return random_block(seed, Stream::deposition, static_cast<std::uint64_t>(step), static_cast<std::uint64_t>(id), sub);
}

double highest_atom(const System& system) {
  const auto position = system.atoms.position;
  double highest = 0.0;
  Kokkos::parallel_reduce(
      "highest_atom", Range(0, system.atoms.local), KOKKOS_LAMBDA(int i, double& most) { most = position(i, 2) > most ? position(i, 2) : most; },
      Kokkos::Max<double>(highest));
  return system.comm->max(highest);
}

// Height of the highest atom that the substrate holds, over however many others: going up among atoms that feel a force, no step is as wide as
// `apart_A`, beyond which no two act on each other. What stands above such a step is vapour, also if its atoms pull at each other: a dimer that has
// evaporated. Of all atoms if none feels a force.
double surface_of(const System& system, double apart_A) {
  const auto position = Kokkos::create_mirror_view_and_copy(HostSpace{}, system.atoms.position);
  const auto force = Kokkos::create_mirror_view_and_copy(HostSpace{}, system.atoms.force);
  std::vector<double> mine;
  for (int i = 0; i < system.atoms.local; ++i)
    if (force(i, 0) != 0.0 || force(i, 1) != 0.0 || force(i, 2) != 0.0) mine.push_back(position(i, 2));
  if (!system.comm->any(!mine.empty())) return highest_atom(system);
  std::vector<double> height = system.comm->gather(mine);
  double surface = 0.0;
  if (system.comm->is_root()) {
    std::sort(height.begin(), height.end());
    const auto step = std::adjacent_find(height.begin(), height.end(), [&](double low, double high) { return high - low >= apart_A; });
    surface = step == height.end() ? height.back() : *step;
  }
  system.comm->broadcast(&surface, 1);
  return surface;
}

// An atom above the surface.
struct Flying {
  std::int64_t id;
  double mass_amu, up;  // velocity along z, A/ps
  Vec3 place;
};

// All of them, in order of id, on all ranks.
std::vector<Flying> flying_above(const System& system, double surface_A) {
  const auto position = system.atoms.position;
  long long count = 0;
  Kokkos::parallel_reduce(
      "count_flying", Range(0, system.atoms.local), KOKKOS_LAMBDA(int i, long long& sum) { sum += position(i, 2) > surface_A ? 1 : 0; }, count);
  if (!system.comm->any(count > 0)) return {};
  std::vector<Flying> mine;
  if (count > 0) {
    const auto place = Kokkos::create_mirror_view_and_copy(HostSpace{}, position);
    const auto velocity = Kokkos::create_mirror_view_and_copy(HostSpace{}, system.atoms.velocity);
    const auto id = Kokkos::create_mirror_view_and_copy(HostSpace{}, system.atoms.id);
    const auto type = Kokkos::create_mirror_view_and_copy(HostSpace{}, system.atoms.type);
    for (int i = 0; i < system.atoms.local; ++i)
      if (place(i, 2) > surface_A)
        mine.push_back({id(i), system.species.mass_amu[static_cast<std::size_t>(type(i))], velocity(i, 2), {{place(i, 0), place(i, 1), place(i, 2)}}});
  }
  std::vector<Flying> all = system.comm->gather(mine);
  std::sort(all.begin(), all.end(), [](const Flying& a, const Flying& b) { return a.id < b.id; });
  system.comm->broadcast(all);
  return all;
}

// The nearest image along x and y is among these: places are in the cell.
double least_distance(const Box& box, const Vec3& a, const Vec3& b) {
  double least = infinity;
  for (int i = -1; i <= 1; ++i)
    for (int j = -1; j <= 1; ++j) {
      const int n[3] = {i, j, 0};
      least = std::min(least, norm(a - b + box.translation(n)));
    }
  return least;
}

// Which of them fly together: atoms nearer than `apart_A`, and those near to these; a number for each.
std::vector<std::size_t> flocks_of(const Box& box, const std::vector<Flying>& flying, double apart_A) {
  std::vector<std::size_t> flock(flying.size());
  for (std::size_t a = 0; a < flying.size(); ++a) {
    flock[a] = a;
    for (std::size_t b = 0; b < a; ++b)
      if (flock[b] != flock[a] && least_distance(box, flying[a].place, flying[b].place) < apart_A) std::replace(flock.begin(), flock.begin() + static_cast<std::ptrdiff_t>(a) + 1, flock[b], flock[a]);
  }
  return flock;
}

// Those that go up, alone or as a flock, are sent down again: the velocity of a flock's centre of mass is turned round, what its atoms do about it stays, and so does
// the energy. How many atoms were, over all ranks.
std::int64_t turn_back(System& system, const std::vector<Flying>& flying, double apart_A) {
  const std::vector<std::size_t> flock = flocks_of(system.box, flying, apart_A);
  std::vector<double> mass(flying.size(), 0.0), momentum(flying.size(), 0.0);
  for (std::size_t k = 0; k < flying.size(); ++k) {
    mass[flock[k]] += flying[k].mass_amu;
    momentum[flock[k]] += flying[k].mass_amu * flying[k].up;
  }
  std::map<std::int64_t, double> turned;  // velocity along z, by id
  for (std::size_t k = 0; k < flying.size(); ++k)
    if (momentum[flock[k]] > 0.0) turned[flying[k].id] = mass[flock[k]] == flying[k].mass_amu ? -flying[k].up : flying[k].up - 2.0 * momentum[flock[k]] / mass[flock[k]];
  if (turned.empty()) return 0;
  const auto velocity = Kokkos::create_mirror_view_and_copy(HostSpace{}, system.atoms.velocity);
  const auto id = Kokkos::create_mirror_view_and_copy(HostSpace{}, system.atoms.id);
  for (int i = 0; i < system.atoms.local; ++i)
    if (const auto found = turned.find(id(i)); found != turned.end()) velocity(i, 2) = found->second;
  Kokkos::deep_copy(system.atoms.velocity, velocity);
  return static_cast<std::int64_t>(turned.size());
}

std::vector<Vec3> places_of(const std::vector<Flying>& flying) {
  std::vector<Vec3> place;
  for (const Flying& atom : flying) place.push_back(atom.place);
  return place;
}

// Rank 0 holds it until the next lists are made, which send each atom where it belongs.
void append(System& system, int new_type, std::int64_t new_id, const Vec3& place, const Vec3& speed) {
  ++system.atom_count;
  ++system.species.count[static_cast<std::size_t>(new_type)];
  if (!system.comm->is_root()) return;
  if (!system.input_id.empty()) system.input_id.push_back(*std::max_element(system.input_id.begin(), system.input_id.end()) + 1);
  Atoms& atoms = system.atoms;
  atoms.ghost = 0;
  reserve(atoms, atoms.local + 1, atoms.local + 1);
  const int row = atoms.local++;
  const auto position = atoms.position;
  const auto velocity = atoms.velocity;
  const auto image = atoms.image;
  const auto type = atoms.type;
  const auto id = atoms.id;
  Kokkos::parallel_for(
      "append_atom", Range(0, 1), KOKKOS_LAMBDA(int) {
        type(row) = new_type;
        id(row) = new_id;
        for (int d = 0; d < 3; ++d) {
          position(row, d) = place[d];
          velocity(row, d) = speed[d];
          image(row, d) = 0;
        }
      });
}

}  // namespace

Vec3 arrival_velocity(const VapourSpec& spec, double mass_amu, std::uint64_t seed, std::int64_t step, std::int64_t id) {
  const RandomBlock first = block_of(seed, step, id, velocity_block);
  if (spec.source_K) {
    const double width = std::sqrt(thermal_energy(*spec.source_K) / mass_amu * units::accel_per_force_over_mass);
    const double down = width * std::sqrt(-2.0 * elementary::log(block_of(seed, step, id, velocity_block + 1).uniform(0)));
    return {{width * first.normal(0), width * first.normal(1), -down}};
  }
  const double speed = std::sqrt(2.0 * spec.energy_eV / mass_amu * units::accel_per_force_over_mass);
  const elementary::Phase tilt = elementary::phase(spec.angle_deg / 360.0), side = elementary::phase(first.uniform(0) - 0.5);
  return {{speed * tilt.sine * side.cosine, speed * tilt.sine * side.sine, -speed * tilt.cosine}};
}

Deposition::Deposition(const VapourSpec& spec, const System& substrate)
    : spec_(spec), substrate_atoms_(substrate.atom_count), start_step_(substrate.step) {
  draw_types(substrate.seed);
}

void Deposition::draw_types(std::uint64_t seed) {
  constexpr std::size_t block = 20;  // about a layer of a small cell
  type_ = evenly_shuffled_types(spec_.count, block, seed, Stream::deposited_species, static_cast<std::uint64_t>(start_step_));
}

std::int64_t Deposition::due_after(std::int64_t arrival) const {
  return static_cast<std::int64_t>(static_cast<Int128>(arrival) * spec_.growth_steps / atoms());
}

bool Deposition::due(std::int64_t done) const { return arrived_ < atoms() && due_after(arrived_) <= done; }

double Deposition::admit(System& system, std::int64_t done) {
  const double surface = surface_of(system, spec_.clearance_A);
  const std::vector<Flying> flying = flying_above(system, surface);
  turned_back_ += turn_back(system, flying, spec_.clearance_A);
  std::vector<Vec3> others = places_of(flying);
  ExactSums<1> energy;
  for (; due(done); ++arrived_) {
    const std::int64_t id = system.atom_count + 1;
    const int type = type_[static_cast<std::size_t>(arrived_)];
    const double mass = system.species.mass_amu[static_cast<std::size_t>(type)];
    const Vec3 velocity = arrival_velocity(spec_, mass, system.seed, system.step, id);
    const Vec3 place = free_place(system, id, surface, others);
    append(system, type, id, place, velocity);
    others.push_back(place);
    // As the kinetic energy of all atoms is summed.
    for (int d = 0; d < 3; ++d) energy.add(0, mass * velocity[d] * velocity[d]);
  }
  most_on_their_way_ = std::max(most_on_their_way_, static_cast<std::int64_t>(others.size()));
  const double brought = 0.5 * units::eV_per_amu_velocity_sq * static_cast<double>(energy.sum[0]) * exact_sum_unit;
  energy_eV_ += brought;
  return brought;
}

// Random places at the clearance above the surface, and higher after each few that are too near to others.
Vec3 Deposition::free_place(const System& system, std::int64_t id, double surface_A, const std::vector<Vec3>& others) const {
  constexpr std::uint32_t tries_at_a_height = 8, most_tries = 60000;
  const Box& box = system.box;
  for (std::uint32_t k = 0; k < most_tries; ++k) {
    const RandomBlock random = block_of(system.seed, system.step, id, place_block + k);
    const double height = surface_A + spec_.clearance_A + k / tries_at_a_height;
    // Along the edge c, which may lean, up to this height.
    const double up = (height - box.origin()[2]) / box.edges()[2][2];
    const Vec3 place = box.to_cartesian({{random.uniform(0), random.uniform(1), up}});
    const auto is_far = [&](const Vec3& other) { return least_distance(box, place, other) > spec_.clearance_A; };
    if (std::all_of(others.begin(), others.end(), is_far)) return place;
  }
  throw Error(ExitCode::unstable, "no place is left for an atom to arrive: far too many are on their way");
}

void Deposition::save(StateMap& state) const {
  state["deposition/progress"] = {static_cast<double>(substrate_atoms_), static_cast<double>(start_step_), static_cast<double>(arrived_),
                                  static_cast<double>(turned_back_), static_cast<double>(most_on_their_way_), energy_eV_};
}

void Deposition::load(const StateMap& state, const System& system) {
  const auto& progress = state_of(state, "deposition/progress", 6);
  substrate_atoms_ = static_cast<std::int64_t>(progress[0]);
  start_step_ = static_cast<std::int64_t>(progress[1]);
  arrived_ = static_cast<std::int64_t>(progress[2]);
  turned_back_ = static_cast<std::int64_t>(progress[3]);
  most_on_their_way_ = static_cast<std::int64_t>(progress[4]);
  energy_eV_ = progress[5];
  draw_types(system.seed);
}

std::vector<Vec3> Deposition::in_flight(const System& system) const { return places_of(flying_above(system, surface_of(system, spec_.clearance_A))); }

}  // namespace patina
