// SPDX-License-Identifier: BSD-3-Clause
#include "md/minimize.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/error.hpp"
#include "core/units.hpp"
#include "md/integrate.hpp"
#include "md/kinetic.hpp"

namespace patina {

namespace {

// Parameters of the 2020 paper; times such that the stiffest phonon of a metal, about 7 sqrt(eV)/A, is
// stable.
constexpr double first_time_step = 0.05;
constexpr double largest_time_step = 0.25;
constexpr double smallest_time_step = 0.001;
constexpr double time_growth = 1.1;
constexpr double time_shrink = 0.5;
constexpr double first_mixing = 0.25;
constexpr double mixing_shrink = 0.99;
constexpr std::int64_t delay_steps = 20;
constexpr double largest_move = 0.1;    // A, of one atom in one step
constexpr double largest_strain = 0.01;  // of an axis in one step
constexpr double largest_volume_ratio = 2.0;

struct SearchSums {
  double power = 0.0;  // v . f
  double velocity_sq = 0.0;
  double force_sq = 0.0;
  double max_velocity = 0.0;
};

// Power of two next above x: scaling by it changes no digit.
double power_of_two(double x) {
  int exponent = 0;
  if (x > 0.0 && std::isfinite(x)) std::frexp(x, &exponent);
  return std::ldexp(1.0, exponent);
}

double max_velocity(const System& system) {
  const auto velocity = system.atoms.velocity;
  double max_sq = 0.0;
  Kokkos::parallel_reduce(
      "max_velocity", Range(0, system.atoms.local),
      KOKKOS_LAMBDA(int i, double& largest) {
        double v_sq = 0.0;
        for (int d = 0; d < 3; ++d) v_sq += velocity(i, d) * velocity(i, d);
        largest = v_sq > largest ? v_sq : largest;
      },
      Kokkos::Max<double>(max_sq));
  return std::sqrt(system.comm->max(std::max(max_sq, 0.0)));
}

// Of the atoms; collective. Terms are scaled to at most about 1 for the exact sums: near a minimum forces and
// velocities are as small as one likes.
SearchSums search_sums(const System& system, double max_force) {
  const auto velocity = system.atoms.velocity;
  const auto force = system.atoms.force;
  const double fastest = max_velocity(system);
  const double v_unit = power_of_two(fastest), f_unit = power_of_two(max_force);
  const double per_v = 1.0 / v_unit, per_f = 1.0 / f_unit;
  ExactSums<3> sums;
  Kokkos::parallel_reduce(
      "search_sums", Range(0, system.atoms.local),
      KOKKOS_LAMBDA(int i, ExactSums<3>& all) {
        double vf = 0.0, vv = 0.0, ff = 0.0;
        for (int d = 0; d < 3; ++d) {
          const double v = per_v * velocity(i, d), f = per_f * force(i, d);
          vf += v * f;
          vv += v * v;
          ff += f * f;
        }
        all.add(0, vf);
        all.add(1, vv);
        all.add(2, ff);
      },
      sums);
  double sum[3];
  system.comm->total(sums, sum);
  return {sum[0] * v_unit * f_unit, sum[1] * v_unit * v_unit, sum[2] * f_unit * f_unit, fastest};
}

// Not a number if any force is not.
double max_force(const System& system) {
  const auto force = system.atoms.force;
  double max_sq = 0.0, sum = 0.0;
  Kokkos::parallel_reduce(
      "max_force", Range(0, system.atoms.local),
      KOKKOS_LAMBDA(int i, double& largest, double& all) {
        double f_sq = 0.0;
        for (int d = 0; d < 3; ++d) f_sq += force(i, d) * force(i, d);
        largest = f_sq > largest ? f_sq : largest;
        all += f_sq;
      },
      Kokkos::Max<double>(max_sq), sum);
  max_sq = system.comm->max(std::max(max_sq, 0.0));
  sum = system.comm->sum(sum);
  return std::isfinite(sum) ? std::sqrt(max_sq) : std::nan("");
}

// v <- keep (v + dt f) + add f, unit mass.
void search_kick(System& system, double keep, double time_step, double add) {
  const auto velocity = system.atoms.velocity;
  const auto force = system.atoms.force;
  Kokkos::parallel_for(
      "search_kick", Range(0, system.atoms.local), KOKKOS_LAMBDA(int i) {
        for (int d = 0; d < 3; ++d)
          velocity(i, d) = keep * (velocity(i, d) + time_step * force(i, d)) + add * force(i, d);
      });
}

}  // namespace

Minimizer::Minimizer(const MinimizeSpec& spec, System& system, ForceField& force_field)
    : spec_(spec),
      system_(system),
      force_field_(force_field),
      cell_length_(2.0 * std::sqrt(static_cast<double>(system.atom_count))),
      start_volume_(system.box.volume()),
      time_step_(first_time_step),
      mixing_(first_mixing) {
  if (spec.relax_cell) require_periodic(spec.axes, system.box);
  evaluate();
}

void Minimizer::evaluate() {
  totals_ = force_field_.compute(system_, Tally::energy);
  max_force_ = max_force(system_);
  if (!std::isfinite(max_force_) || !std::isfinite(totals_.potential_energy) ||
      !std::isfinite(trace(totals_.virial)))
    throw Error(ExitCode::unstable,
                fmt::format("step {}: a force is not a number during minimisation{}", system_.step,
                            totals_.overlap ? "; " + describe(*totals_.overlap, system_) : ""));
  if (!spec_.relax_cell) return;
  check_cell();
  const double volume = system_.box.volume();
  Vec3 excess;
  for (int d = 0; d < 3; ++d)
    excess[d] = totals_.virial[d][d] / volume - spec_.pressure_GPa[d] / units::GPa_per_eV_A3;
  cell_force_ = (volume / cell_length_) * coupled_axes(spec_.coupling, spec_.axes, excess);
}

// A stress that tears the atoms apart ends in a gas of no energy at all, which counts as relaxed.
void Minimizer::check_cell() const {
  const double ratio = system_.box.volume() / start_volume_;
  const bool torn = max_force_ == 0.0 && totals_.potential_energy == 0.0;
  if (!torn && ratio <= largest_volume_ratio && ratio >= 1.0 / largest_volume_ratio) return;
  const double atoms = static_cast<double>(system_.atom_count);
  throw Error(ExitCode::unstable,
              fmt::format("step {}: while the cell relaxed it went from {:.6g} to {:.6g} A^3 per atom{}: the sample starts too "
                          "far from the density of its material (lattice constant, volume per atom), or the target "
                          "pressure does not suit it",
                          system_.step, start_volume_ / atoms, system_.box.volume() / atoms,
                          torn ? ", where no atom feels another" : ", by more than a factor of 2"));
}

double Minimizer::stress_deviation_GPa() const {
  double largest = 0.0;
  for (int d = 0; d < 3; ++d) largest = std::max(largest, std::abs(cell_force_[d]));
  return largest * cell_length_ / system_.box.volume() * units::GPa_per_eV_A3;
}

// The time, or less: until the axis that changes fastest has been strained as far as one step may.
double Minimizer::cell_move_time(double time) const {
  double rate = 0.0;
  for (int d = 0; d < 3; ++d) rate = std::max(rate, std::abs(cell_velocity_[d]) / cell_length_);
  return rate * time > largest_strain ? largest_strain / rate : time;
}

bool Minimizer::converged() const {
  return max_force_ <= spec_.max_force_eV_per_A && stress_deviation_GPa() <= spec_.max_stress_GPa;
}

void Minimizer::step() {
  if (steps_ == 0) scale_velocities(system_, 0.0);
  SearchSums sums = search_sums(system_, max_force_);
  sums.power += dot(cell_velocity_, cell_force_);
  sums.velocity_sq += dot(cell_velocity_, cell_velocity_);
  sums.force_sq += dot(cell_force_, cell_force_);

  double keep = 1.0, add = 0.0;
  if (sums.power > 0.0) {
    keep = 1.0 - mixing_;
    add = mixing_ * std::sqrt(sums.velocity_sq / sums.force_sq);
    if (++downhill_steps_ > delay_steps) {
      time_step_ = std::min(time_growth * time_step_, largest_time_step);
      mixing_ *= mixing_shrink;
    }
  } else if (steps_ > 0) {
    downhill_steps_ = 0;
    mixing_ = first_mixing;
    if (steps_ > delay_steps) time_step_ = std::max(time_shrink * time_step_, smallest_time_step);
    drift(system_, -cell_move_time(0.5 * time_step_), (1.0 / cell_length_) * cell_velocity_);
    scale_velocities(system_, 0.0);
    cell_velocity_ = {};
    sums.max_velocity = 0.0;
  }

  search_kick(system_, keep, time_step_, add);
  cell_velocity_ = keep * (cell_velocity_ + time_step_ * cell_force_) + add * cell_force_;
  const double fastest = keep * (sums.max_velocity + time_step_ * max_force_) + add * max_force_;
  const double move_time = fastest * time_step_ > largest_move ? largest_move / fastest : time_step_;
  drift(system_, cell_move_time(move_time), (1.0 / cell_length_) * cell_velocity_);
  evaluate();
  ++steps_;
  ++system_.step;
}

void Minimizer::save(StateMap& state) const {
  state["minimizer"] = {time_step_,
                        mixing_,
                        static_cast<double>(steps_),
                        static_cast<double>(downhill_steps_),
                        cell_velocity_[0],
                        cell_velocity_[1],
                        cell_velocity_[2],
                        start_volume_};
}

void Minimizer::load(const StateMap& state) {
  const auto& numbers = state_of(state, "minimizer", 8);
  time_step_ = numbers[0];
  mixing_ = numbers[1];
  steps_ = static_cast<std::int64_t>(numbers[2]);
  downhill_steps_ = static_cast<std::int64_t>(numbers[3]);
  cell_velocity_ = {{numbers[4], numbers[5], numbers[6]}};
  start_volume_ = numbers[7];
}

bool minimize(const MinimizeSpec& spec, System& system, ForceField& force_field) {
  Minimizer search(spec, system, force_field);
  while (!search.finished()) search.step();
  scale_velocities(system, 0.0);
  return search.converged();
}

}  // namespace patina
