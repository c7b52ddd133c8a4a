// SPDX-License-Identifier: BSD-3-Clause
#include "md/thermostat.hpp"

#include <fmt/format.h>

#include <cmath>

#include "core/elementary.hpp"
#include "core/error.hpp"
#include "core/units.hpp"
#include "md/kinetic.hpp"
#include "md/nose_hoover_chain.hpp"

namespace patina {

namespace {

double checked_relaxation(double relaxation_ps) {
  if (!(relaxation_ps > 0.0) || !std::isfinite(relaxation_ps))
    throw Error(ExitCode::bad_input,
                fmt::format("thermostat relaxation_ps is {}; it must be above 0", relaxation_ps));
  return relaxation_ps;
}

// Gamma variate of unit scale, shape >= 1.
double gamma_variate(double shape, std::uint64_t seed, Stream stream, std::uint64_t step, std::uint64_t id,
                     std::uint32_t sub) {
  const double d = shape - 1.0 / 3.0;
  const double c = 1.0 / std::sqrt(9.0 * d);
  for (;; sub += 2) {
    const double x = random_block(seed, stream, step, id, sub).normal(0);
    const double u = random_block(seed, stream, step, id, sub + 1).uniform(0);
    const double root = 1.0 + c * x;
    if (root <= 0.0) continue;
    const double v = root * root * root;
    if (elementary::log(u) < 0.5 * x * x + d * (1.0 - v + elementary::log(v))) return d * v;
  }
}

class VelocityRescaling final : public ScalingThermostat {
 public:
  VelocityRescaling(double degrees_of_freedom, double relaxation_ps, std::uint64_t seed)
      : degrees_of_freedom_(degrees_of_freedom), relaxation_ps_(relaxation_ps), seed_(seed) {}

  double act(double twice_kinetic, double temperature_K, double duration_ps, std::int64_t step,
             Half half) override {
    const double kT = thermal_energy(temperature_K);
    if (twice_kinetic <= 0.0)
      throw Error(ExitCode::bad_input,
                  fmt::format("step {}: velocity rescaling cannot heat atoms at rest; give them initial "
                              "velocities, or use the Langevin thermostat",
                              step));
    const auto key = static_cast<std::uint64_t>(step);
    const auto id = static_cast<std::uint64_t>(half);
    const double keep = elementary::exp(-duration_ps / relaxation_ps_);
    const double fresh = -elementary::expm1(-duration_ps / relaxation_ps_) * kT / twice_kinetic;
    const double r = random_block(seed_, Stream::velocity_rescaling, key, id, 0).normal(0);
    const double rest =
        sum_of_squared_normals(degrees_of_freedom_ - 1.0, seed_, Stream::velocity_rescaling, key, id, 1);
    const double factor_sq = keep + fresh * (r * r + rest) + 2.0 * r * std::sqrt(keep * fresh);
    energy_ += 0.5 * twice_kinetic * (1.0 - factor_sq);
    return std::copysign(std::sqrt(factor_sq), r + std::sqrt(keep / fresh));
  }
  double energy() const override { return energy_; }
  void save(StateMap& state) const override { state["thermostat/energy"] = {energy_}; }
  void load(const StateMap& state) override { energy_ = state_of(state, "thermostat/energy", 1)[0]; }

 private:
  double degrees_of_freedom_;
  double relaxation_ps_;
  std::uint64_t seed_;
  double energy_ = 0.0;
};

class NoseHoover final : public ScalingThermostat {
 public:
  NoseHoover(int length, double degrees_of_freedom, double relaxation_ps)
      : chain_(length, degrees_of_freedom, relaxation_ps) {}
  double act(double twice_kinetic, double temperature_K, double duration_ps, std::int64_t, Half) override {
    return chain_.act(twice_kinetic, temperature_K, duration_ps);
  }
  double energy() const override { return chain_.energy(); }
  void save(StateMap& state) const override { chain_.save(state, "thermostat/chain"); }
  void load(const StateMap& state) override { chain_.load(state, "thermostat/chain"); }

 private:
  NoseHooverChain chain_;
};

}  // namespace

double sum_of_squared_normals(double count, std::uint64_t seed, Stream stream, std::uint64_t step,
                              std::uint64_t id, std::uint32_t sub) {
  if (count <= 0.0) return 0.0;
  const double shape = 0.5 * count;
  if (shape >= 1.0) return 2.0 * gamma_variate(shape, seed, stream, step, id, sub);
  const double u = random_block(seed, stream, step, id, sub).uniform(1);
  return 2.0 * gamma_variate(shape + 1.0, seed, stream, step, id, sub + 1) * elementary::exp(elementary::log(u) / shape);
}

std::unique_ptr<ScalingThermostat> make_scaling_thermostat(const ThermostatSpec& spec,
                                                           double degrees_of_freedom, double time_step_ps,
                                                           std::uint64_t seed) {
  if (spec.kind == ThermostatKind::none || spec.kind == ThermostatKind::langevin) return nullptr;
  checked_relaxation(spec.relaxation_ps);
  if (degrees_of_freedom < 1.0)
    throw Error(ExitCode::bad_input,
                "a thermostat needs at least two atoms: one has no degree of freedom left");
  if (spec.kind == ThermostatKind::velocity_rescaling)
    return std::make_unique<VelocityRescaling>(degrees_of_freedom, spec.relaxation_ps, seed);
  if (spec.relaxation_ps < 10.0 * time_step_ps)
    throw Error(ExitCode::bad_input,
                fmt::format("Nose-Hoover relaxation_ps is {}; it must be at least 10 time steps of {} ps",
                            spec.relaxation_ps, time_step_ps));
  return std::make_unique<NoseHoover>(spec.chain_length, degrees_of_freedom, spec.relaxation_ps);
}

Langevin::Langevin(const ThermostatSpec& spec, bool zero_momentum, const MotionGroups& groups)
    : relaxation_ps_(checked_relaxation(spec.relaxation_ps)), zero_momentum_(zero_momentum), groups_(groups) {}

namespace {

struct LangevinSums {
  Vec3 momentum;          // amu A/ps, after the kick
  double kinetic_change;  // amu (A/ps)^2
};

// Noise keyed by (seed, step, atom id): the same whatever the ranks, threads and order of atoms.
LangevinSums langevin_kick(System& system, const MotionGroups& groups, double keep, double noise_sq) {
  const auto velocity = system.atoms.velocity;
  const auto type = system.atoms.type;
  const auto id = system.atoms.id;
  const auto mass = system.mass;
  const auto seed = system.seed;
  const auto step = static_cast<std::uint64_t>(system.step);
  const auto which = groups;
  const bool grouped = groups.any();
  ExactSums<4> sums;
  Kokkos::parallel_reduce(
      "langevin_kick", Range(0, system.atoms.local),
      KOKKOS_LAMBDA(int i, ExactSums<4>& all) {
        if (grouped && which.of(id(i)) != Motion::thermostatted) return;
        const double m = mass(type(i));
        const double amplitude = kokkos_compat::sqrt(noise_sq / m);
        const auto key = static_cast<std::uint64_t>(id(i));
        const RandomBlock xy = random_block(seed, Stream::langevin, step, key, 0);
        const RandomBlock z = random_block(seed, Stream::langevin, step, key, 1);
        const double noise[3] = {xy.normal(0), xy.normal(1), z.normal(0)};
        double change = 0.0;
        for (int d = 0; d < 3; ++d) {
          const double before = velocity(i, d);
          const double after = keep * before + amplitude * noise[d];
          velocity(i, d) = after;
          all.add(d, m * after);
          change += 0.5 * m * (after - before) * (after + before);
        }
        all.add(3, change);
      },
      sums);
  double sum[4];
  system.comm->total(sums, sum);
  return {{{sum[0], sum[1], sum[2]}}, sum[3]};
}

}  // namespace

void Langevin::act(System& system, double temperature_K, double duration_ps) {
  const double keep = elementary::exp(-duration_ps / relaxation_ps_);
  const double noise_sq = -elementary::expm1(-2.0 * duration_ps / relaxation_ps_) * thermal_energy(temperature_K) *
                          units::accel_per_force_over_mass;
  const LangevinSums sums = langevin_kick(system, groups_, keep, noise_sq);
  energy_ -= units::eV_per_amu_velocity_sq * sums.kinetic_change;
  if (!zero_momentum_) return;
  const double total = total_mass(system);
  shift_velocities(system, (1.0 / total) * sums.momentum);
  energy_ += units::eV_per_amu_velocity_sq * 0.5 * dot(sums.momentum, sums.momentum) / total;
}

void Langevin::save(StateMap& state) const { state["thermostat/energy"] = {energy_}; }
void Langevin::load(const StateMap& state) { energy_ = state_of(state, "thermostat/energy", 1)[0]; }

}  // namespace patina
