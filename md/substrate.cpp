// SPDX-License-Identifier: BSD-3-Clause
#include "md/substrate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>


namespace patina {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// Atoms of this rank, on the host.
std::vector<Vec3> places_of(const System& system) {
  const auto position = Kokkos::create_mirror_view_and_copy(HostSpace{}, system.atoms.position);
  std::vector<Vec3> places;
  for (int i = 0; i < system.atoms.local; ++i) places.push_back({{position(i, 0), position(i, 1), position(i, 2)}});
  return places;
}

// The plane divided into columns about as wide as two atoms; where one ends too low, vapour would fall into a hole.
class Columns {
 public:
  explicit Columns(const Box& box) : box_(box) {
    constexpr double width_A = 5.0;
    for (int d = 0; d < 2; ++d) count_[d] = std::max(1, static_cast<int>(norm(box.edges().row(d)) / width_A));
    atoms_.resize(static_cast<std::size_t>(count_[0]) * static_cast<std::size_t>(count_[1]));
  }
  void add(const Vec3& place) {
    const Vec3 s = box_.to_fractional(place);
    std::size_t at[2];
    for (int d = 0; d < 2; ++d) at[d] = static_cast<std::size_t>(std::min(count_[d] - 1, static_cast<int>((s[d] - std::floor(s[d])) * count_[d])));
    ++atoms_[at[0] * static_cast<std::size_t>(count_[1]) + at[1]];
  }
  void sum(const Comm& comm) { comm.sum(atoms_.data(), static_cast<int>(atoms_.size())); }
  // Of an empty one, as fractions of the edges.
  std::string empty() const {
    for (std::size_t k = 0; k < atoms_.size(); ++k)
      if (atoms_[k] == 0)
        return fmt::format("{:.2f} a + {:.2f} b", (static_cast<double>(k / static_cast<std::size_t>(count_[1])) + 0.5) / count_[0],
                           (static_cast<double>(k % static_cast<std::size_t>(count_[1])) + 0.5) / count_[1]);
    return "";
  }

 private:
  Box box_;
  int count_[2];
  std::vector<long long> atoms_;
};

std::string fault_of_thickness(double thickness_A, double held_A) {
  return fmt::format("the sample is {:.4g} A thick along z: rigid_A + thermostat_A = {:.4g} A leave nothing of it free", thickness_A, held_A);
}

// `comm`: over whose ranks the places are spread; null if these are all.
std::string fault_of_slab(const Box& box, const std::vector<Vec3>& places, const SubstrateLayers& layers, const Comm* comm) {
  double lowest = infinity, highest = -infinity;
  for (const Vec3& r : places) {
    lowest = std::min(lowest, r[2]);
    highest = std::max(highest, r[2]);
  }
  if (comm) {
    lowest = comm->min(lowest);
    highest = comm->max(highest);
  }
  const double held = layers.still_A + layers.thermostatted_A;
  if (!(highest - lowest > held)) return fault_of_thickness(highest - lowest, held);
  Columns columns(box);
  for (const Vec3& r : places)
    if (r[2] > lowest + held) columns.add(r);
  if (comm) columns.sum(*comm);
  if (const std::string where = columns.empty(); !where.empty())
    return fmt::format("the sample is no closed layer: at {} nothing stands higher than rigid_A + thermostat_A = {:.4g} A above its lowest atom", where, held);
  return "";
}

// Where along the fractional axis z the widest gap lies; that at the face of the cell if it is as wide.
double widest_gap(std::vector<double> heights) {
  std::sort(heights.begin(), heights.end());
  constexpr double rounding = 1e-9;
  double widest = heights.front() + 1.0 - heights.back(), middle = 0.0;
  for (std::size_t k = 1; k < heights.size(); ++k)
    if (const double gap = heights[k] - heights[k - 1]; gap > widest + rounding) {
      widest = gap;
      middle = 0.5 * (heights[k] + heights[k - 1]);
    }
  return middle;
}

double place_of_cut(const System& system) {
  std::vector<double> mine;
  for (const Vec3& r : places_of(system)) mine.push_back(system.box.to_fractional(r)[2]);
  const auto all = system.comm->gather(mine);
  double cut = system.comm->is_root() ? widest_gap(all) : 0.0;
  system.comm->broadcast(&cut, 1);
  return cut;
}

// What is above the cut goes down by a lattice translation; along a free axis no atom has an image.
void unfold(System& system, double cut) {
  const auto position = system.atoms.position;
  const auto image = system.atoms.image;
  const Box box = system.box;
  const Vec3 c = box.edges().row(2);
  Kokkos::parallel_for(
      "unfold", Range(0, system.atoms.local), KOKKOS_LAMBDA(int i) {
        const double s = box.to_fractional(Vec3{{position(i, 0), position(i, 1), position(i, 2)}})[2];
        if (cut > 0.0 && s > cut)
          for (int d = 0; d < 3; ++d) position(i, d) -= c[d];
        image(i, 2) = 0;
      });
}

}  // namespace

std::string fault_of_cell(const Box& box) {
  if (!box.periodic(0) || !box.periodic(1))
    return fmt::format("axis {} of the sample is free: vapour along z needs a substrate that is periodic along x and y", box.periodic(0) ? 'y' : 'x');
  if (box.edges()[0][2] != 0.0 || box.edges()[1][2] != 0.0)
    return "edges a and b of the cell lean out of the plane of x and y: vapour comes along z";
  return "";
}

double area_along_z(const Box& box) { return norm(cross(box.edges().row(0), box.edges().row(1))); }

std::string fault_of_substrate(const Structure& sample, const SubstrateLayers& layers) {
  const std::string fault = fault_of_cell(sample.box);
  if (!fault.empty()) return fault;
  if (!sample.box.periodic(2)) return fault_of_slab(sample.box, sample.position, layers, nullptr);
  const double held = layers.still_A + layers.thermostatted_A, height = sample.box.height(2);
  return height > held ? "" : fault_of_thickness(height, held);
}

std::string fault_of_substrate(const System& system, const SubstrateLayers& layers) {
  const std::string fault = fault_of_cell(system.box);
  return !fault.empty() ? fault : fault_of_slab(system.box, places_of(system), layers, system.comm);
}

bool open_along_z(System& system, double room_A) {
  const bool was_open = !system.box.periodic(2);
  Mat3 edges = system.box.edges();
  Vec3 origin = system.box.origin();
  if (!was_open) {
    const double cut = place_of_cut(system);
    unfold(system, cut);
    if (cut > 0.0) origin = origin + (cut - 1.0) * edges.row(2);
  }
  double highest = -infinity;
  for (const Vec3& r : places_of(system)) highest = std::max(highest, r[2]);
  const double needed = system.comm->max(highest) + room_A - origin[2], height = edges[2][2];
  if (was_open && needed <= height) return false;
  if (needed > height)
    for (int d = 0; d < 3; ++d) edges[2][d] *= needed / height;
  system.box = Box(edges, origin, {system.box.periodic(0), system.box.periodic(1), false});
  return true;
}

std::vector<unsigned char> motion_in_layers(const System& system, const SubstrateLayers& layers) {
  const std::vector<Vec3> places = places_of(system);
  const auto id = Kokkos::create_mirror_view_and_copy(HostSpace{}, system.atoms.id);
  double lowest = infinity;
  for (const Vec3& r : places) lowest = std::min(lowest, r[2]);
  lowest = system.comm->min(lowest);
  std::vector<std::int64_t> still, thermostatted;
  for (int i = 0; i < system.atoms.local; ++i) {
    const double height = places[static_cast<std::size_t>(i)][2] - lowest;
    if (height <= layers.still_A)
      still.push_back(id(i));
    else if (height <= layers.still_A + layers.thermostatted_A)
      thermostatted.push_back(id(i));
  }
  std::vector<unsigned char> of_id(static_cast<std::size_t>(system.atom_count), static_cast<unsigned char>(Motion::free));
  for (const std::int64_t one : system.comm->gather(still)) of_id[static_cast<std::size_t>(one - 1)] = static_cast<unsigned char>(Motion::still);
  for (const std::int64_t one : system.comm->gather(thermostatted))
    of_id[static_cast<std::size_t>(one - 1)] = static_cast<unsigned char>(Motion::thermostatted);
  system.comm->broadcast(of_id);
  return of_id;
}

}  // namespace patina
